"""Varied concepts of all kinds, written after `conditions`, `derived` and `pocket` were looked at once."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, colours, frame, in_a_direction, put, stamp
from benchmarks.concepts.odd_ones import _laid, _picture
from benchmarks.concepts.single_rows import Bar, on_bars
from benchmarks.concepts.varied import (
    a_bar,
    a_block,
    a_frame,
    acting,
    box,
    either,
    paint,
    room,
    scene,
    size,
    specks,
    upto,
    varied,
)


@on_bars(own=1, count=(3, 4), length=(1, 4))
def row_odd_lengths_recoloured(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    for start, long, _ in bars:
        if long % 2:
            row[0, start : start + long] = own[0]
    return row


@on_bars(own=2, count=(3, 4), length=(1, 5))
def row_longest_and_the_rest(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    best = max(long for _, long, _ in bars)
    for start, long, _ in bars:
        row[0, start : start + long] = own[long < best]
    return row


@on_bars(own=1, count=(2, 3), length=(1, 4), gap=2)
def row_moved_to_the_wall(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """The last bar before the wall goes to it; the wall is a cell of a fixed colour."""
    (start, long, shade), wall = bars[-2], bars[-1]
    out = row.copy()
    out[0, wall[0] : wall[0] + wall[1]] = 0
    out[0, wall[0]] = own[0]
    row[0, wall[0] : wall[0] + wall[1]] = 0
    row[0, wall[0]] = own[0]
    out[0, start : start + long] = 0
    out[0, wall[0] - long : wall[0]] = shade
    return out


@on_bars(count=(3, 3), length=(1, 4))
def row_colours_reversed(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """Bars keep their places, their colours go the other way round."""
    for (start, long, _), (_, _, shade) in zip(bars, bars[::-1], strict=True):
        row[0, start : start + long] = shade
    return row


@on_bars(own=1, count=(2, 4), length=(2, 4))
def row_heads_to_the_other_end(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """The last cell of each bar grows by two, in a fixed colour, if there is room."""
    for (start, long, _), (after, _, _) in pairwise([*bars, (row.size, 0, 0)]):
        if after - start - long > 2:
            row[0, start + long : start + long + 2] = own[0]
    return row


@varied
def row_denoised(rule: Random) -> Draw:
    """Bars with specks in them and between them: whole again, and nothing between."""

    def draw(random: Random) -> Drawn | None:
        out = np.zeros((1, upto(random, 16, 20, 6)), int)
        place, shade = random.randint(0, 2), random.randint(1, 9)
        while place + 6 < out.size:
            long = random.randint(5, 6)
            out[0, place : place + long] = shade
            place += long + random.randint(4, 5)
        grid = out.copy()
        noise = colours(random, 1, (shade,))[0]
        for spot in range(2, out.size - 2, 4):
            if len(set(out[0, spot - 2 : spot + 3].tolist())) == 1:
                grid[0, spot] = noise
        return grid, out

    return draw


@varied
def row_pattern_to_the_marks(rule: Random) -> Draw:
    """A pattern of three colours; its first cell is laid on each mark."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        pattern, count = colours(random, 3, (mark,)), upto(random, 1, 2, 1)
        grid = np.zeros((1, 8 + 6 * count), int)
        grid[0, 1:4] = pattern
        out = grid.copy()
        for number in range(count):
            spot = 7 + 6 * number + random.randint(0, 2)
            grid[0, spot], out[0, spot : spot + 3] = mark, pattern
        return grid, out

    return in_a_direction(draw, rule)


@varied
def row_moved_by_the_marks(rule: Random) -> Draw:
    """The bar goes to the right by as many cells as there are marks at the left."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        count, shade, long = upto(random, 1, 3), colours(random, 1, (mark,))[0], random.randint(2, 3)
        grid = np.zeros((1, upto(random, 15, 17)), int)
        grid[0, :count] = mark
        start, out = count + random.randint(1, 2), grid.copy()
        grid[0, start : start + long] = shade
        out[0, start + count : start + count + long] = shade
        return grid, out

    return in_a_direction(draw, rule)


@varied
def centre_of_four_marks(rule: Random) -> Draw:
    """Four dots are the corners of a square; its middle is set. Other things stay."""
    new = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 10, 13), colours(random, 2, (new,))
        side = 2 * upto(random, 1, 2, 1) + 1
        corners = np.zeros((side, side), int)
        corners[:: side - 1, :: side - 1] = 1
        place = put(random, grid, corners, shades[0])
        if place is None or scene(random, 2, shades[1:], a_block, grid) is None:
            return None
        out = grid.copy()
        out[place[0] + side // 2, place[1] + side // 2] = new
        return (grid, out) if not grid[place[0] + side // 2, place[1] + side // 2] else None

    return draw


@varied
def clean_the_stripes(rule: Random) -> Draw:
    """Stripes of two colours with noise on them."""
    noise = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        shades, out = colours(random, 2, (noise,)), room(random, 8, 11)
        for row in range(len(out)):
            out[row] = shades[row // 2 % 2]
        grid = out.copy()
        for cell in random.sample(range(grid.size), grid.size // 9):
            grid.flat[cell] = noise
        return grid, out

    return in_a_direction(draw, rule)


@varied
def complete_the_frame_from_its_corners(rule: Random) -> Draw:
    """Each set of four corners of a colour becomes a frame in it."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 10, 13)
        out = grid.copy()
        for shade in colours(random, upto(random, 1, 2, 1)):
            shape = frame(random.randint(3, 5), random.randint(3, 6))
            place = put(random, out, shape, shade)
            if place is None:
                return None
            high, wide = shape.shape
            grid[place[0] : place[0] + high : high - 1, place[1] : place[1] + wide : wide - 1] = shade
        return grid, out

    return draw


@varied
def copy_to_the_dots_of_its_rows(rule: Random) -> Draw:
    """A thing is copied to the dots that are level with its upper left cell; other dots stay."""
    dot = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shade = room(random, 10, 12), colours(random, 1, (dot,))[0]
        shape, row = random.choice(SHAPES[:4]), random.randint(0, 6)
        grid = np.pad(grid, ((0, 0), (0, 6)))
        stamp(grid, shape, row, 0, shade)
        out = grid.copy()
        for col in range(5, grid.shape[1] - 3, 4):
            if random.random() < 0.7:
                grid[row, col] = dot
                stamp(out, shape, row, col, shade)
        low = random.choice([one for one in range(len(grid)) if abs(one - row) > 3])
        spot = random.randrange(grid.shape[1])
        grid[low, spot] = out[low, spot] = dot
        return grid, out

    return in_a_direction(draw, rule)


@varied
def count_things_into_the_last_row(rule: Random) -> Draw:
    """As many cells in the last row as there are things; dots are no things."""
    new = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2, (new,))
        made = scene(
            random, upto(random, 1, 3), shades[:1], lambda _: random.choice(SHAPES), room(random, 9, 12)
        )
        if made is None or made[0][-2:].any():
            return None
        grid = made[0]
        specks(random, grid[:-2], 3, shades[1:])
        out = grid.copy()
        out[-1, : len(made[1])] = new
        return grid, out

    return in_a_direction(draw, rule)


@acting(own=0, count=(3, 4), shape=either(a_block, a_frame), shades=3)
def only_the_hollow_stay(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for one in things:
        if one.shape.all():
            paint(grid, one, 0)
    return grid


@acting(own=0, count=(2, 3), shape=a_frame, shades=3)
def smaller_frames_filled(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """All frames but the largest are filled in their own colour."""
    areas = [one.shape.size for one in things]
    if areas.count(max(areas)) > 1:
        return None
    for one in things:
        if one.shape.size < max(areas):
            box(grid, one)[:] = one.colour
    return grid


@acting(own=0, count=(3, 4), shape=a_bar, shades=2)
def lying_rise_standing_stay(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Bars that lie go up to the border, or to what is in their way; bars that stand stay."""
    out = grid.copy()
    for one in sorted(things, key=lambda one: one.row):
        if one.shape.shape[0] == 1:
            row = one.row
            out[row, one.col : one.right] = 0
            while row and not out[row - 1, one.col : one.right].any():
                row -= 1
            out[row, one.col : one.right] = one.colour
    return out


@varied
def ranked_by_the_key_row(rule: Random) -> Draw:
    """Bars from the left take the colours of the key in the first row, one after the other."""
    plain = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        count = upto(random, 2, 3, 1)
        grid, shades = np.zeros((random.randint(8, 10), 3 * count + 2), int), colours(random, count, (plain,))
        grid[0, :count] = shades
        out = grid.copy()
        for number, shade in enumerate(shades):
            high, col = random.randint(2, 5), 3 * number + random.randint(0, 1)
            grid[len(grid) - high :, col], out[len(grid) - high :, col] = plain, shade
        return grid, out

    return in_a_direction(draw, rule)


@varied
def odd_one_of_each_row_goes(rule: Random) -> Draw:
    """Three or four small pictures in each row, all alike but one: it goes."""

    def draw(random: Random) -> Drawn | None:
        count, rows, shade = upto(random, 3, 4), upto(random, 1, 2, 1), random.randint(1, 9)
        grid, out = (np.zeros((4 * rows, 4 * count), int) for _ in range(2))
        for row in range(rows):
            same, odd = (_picture(random, 3, 3, [shade]) for _ in range(2))
            chosen = random.randrange(count)
            for col in range(count):
                part = np.s_[4 * row : 4 * row + 3, 4 * col : 4 * col + 3]
                grid[part], out[part] = (odd, 0) if col == chosen else (same, same)
        return grid, out

    return in_a_direction(draw, rule)


@varied
def with_its_negative(rule: Random) -> Draw:
    """The picture and, beside it, its holes in the same colour."""

    def draw(random: Random) -> Drawn | None:
        shade = random.randint(1, 9)
        grid = _picture(random, upto(random, 3, 4), upto(random, 3, 4), [shade])
        return grid, np.hstack([grid, np.where(grid > 0, 0, shade)])

    return in_a_direction(draw, rule)


@varied
def crop_what_the_line_reaches(rule: Random) -> Draw:
    """A line from the border touches one of the things: it is cropped."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 11, 14), colours(random, 3, (line,))
        shapes = random.sample(SHAPES, 3)
        place = put(random, grid, shapes[0], shades[0], 2)
        if place is None:
            return None
        row = place[0] + int(np.argmax(shapes[0][:, 0]))
        grid[row, : place[1]] = line
        for shape, shade in zip(shapes[1:], shades[1:], strict=True):
            if put(random, grid, shape, shade) is None:
                return None
        return grid, shapes[0] * shades[0]

    return in_a_direction(draw, rule)


@varied
def crop_the_colour_in_the_corner(rule: Random) -> Draw:
    """A corner cell tells the colour of the picture that is cropped, mirrored or not."""
    mirror = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 11, 13), colours(random, 3)
        grid[0, 0] = shades[0]
        made = [_picture(random, 3, random.randint(2, 4), [shade]) for shade in shades]
        if not all(_laid(random, grid, one) for one in made):
            return None
        return grid, made[0][:, ::-1] if mirror else made[0]

    return in_a_direction(draw, rule)


@varied
def every_second_line_kept(rule: Random) -> Draw:
    """Of the rows only the first, the third and so on, or of rows and columns."""
    both = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = _picture(random, 2 * upto(random, 2, 3) + 1, upto(random, 5, 7), colours(random, 3), 0.8)
        return grid, grid[::2, :: 2 if both else 1]

    return in_a_direction(draw, rule)


@varied
def large_one_in_the_colour_of_the_small(rule: Random) -> Draw:
    """Two things: the larger one, in the smaller one's colour."""

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 9, 12), colours(random, 2)
        picture, dot = _picture(random, 4, random.randint(3, 4), shades[:1]), random.choice(SHAPES[:3])
        if not _laid(random, grid, picture) or put(random, grid, dot, shades[1]) is None:
            return None
        return grid, np.where(picture > 0, shades[1], 0)

    return draw


@varied
def colours_beside_the_mark(rule: Random) -> Draw:
    """The nine cells around the mark, which takes the commonest colour of the others."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = _picture(random, upto(random, 8, 10), upto(random, 8, 10), colours(random, 2, (mark,)), 1.1)
        row, col = random.randint(1, len(grid) - 2), random.randint(1, grid.shape[1] - 2)
        grid[row, col] = mark
        out = grid[row - 1 : row + 2, col - 1 : col + 2].copy()
        counts = np.bincount(np.delete(out.ravel(), 4), minlength=10)
        if (counts == counts.max()).sum() > 1:
            return None
        out[1, 1] = counts.argmax()
        return grid, out

    return draw


@varied
def quarters_exchanged(rule: Random) -> Draw:
    """The grid's two halves change places, without the line between them."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        high, wide, shades = upto(random, 3, 5), upto(random, 3, 5), colours(random, 3, (line,))
        left, right = (_picture(random, high, wide, shades) for _ in range(2))
        return np.hstack([left, np.full((high, 1), line), right]), np.hstack([right, left])

    return in_a_direction(draw, rule)


@acting(own=1, count=(3, 4), shape=either(a_block, a_bar), shades=2)
def largest_marked_at_its_corners(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """The largest thing gets a cell outside of each of its corners."""
    big = max(things, key=size)
    if [size(one) for one in things].count(size(big)) > 1:
        return None
    for row in (big.row - 1, big.bottom):
        for col in (big.col - 1, big.right):
            if 0 <= row < len(grid) and 0 <= col < grid.shape[1] and not grid[row, col]:
                grid[row, col] = own[0]
    return grid
