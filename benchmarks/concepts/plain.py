"""Varied concepts as people draw them: halves, heads, counts of lines, panels in several colours, twins."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import (
    SHAPES,
    Draw,
    Drawn,
    block,
    colours,
    fits,
    frame,
    in_a_direction,
    put,
    stamp,
)
from benchmarks.concepts.single_rows import Bar, on_bars
from benchmarks.concepts.varied import (
    a_block,
    a_shape,
    acting,
    box,
    either,
    paint,
    room,
    specks,
    upto,
    varied,
)

_SIDES = ((0, 1), (1, 0), (0, -1), (-1, 0))


def _picture(random: Random, height: int, width: int, count: int, shades: list[int]) -> np.ndarray:
    made = np.zeros((height, width), int)
    specks(random, made, count, shades)
    return made


@varied
def arms_from_marked_corners(rule: Random) -> Draw:
    """From the corners of a square that have another colour diagonals go out to the border."""

    def draw(random: Random) -> Drawn | None:
        grid, (own, mark), side = room(random), colours(random, 2), random.randint(3, 4)
        place = put(random, grid, block(side, side), own, 2)
        if place is None:
            return None
        ways = random.sample([(-1, -1), (-1, 1), (1, -1), (1, 1)], random.randint(1, 3))
        corners = [
            tuple(at + (step > 0) * (side - 1) for at, step in zip(place, way, strict=True)) for way in ways
        ]
        for corner in corners:
            grid[corner] = mark
        out = grid.copy()
        for (row, col), (down, across) in zip(corners, ways, strict=True):
            while 0 <= row < grid.shape[0] and 0 <= col < grid.shape[1]:
                out[row, col] = mark
                row, col = row + down, col + across
        return grid, out

    return draw


@varied
def cells_that_agree(rule: Random) -> Draw:
    """Three panels between lines: the output holds what is the same in all of them."""

    def draw(random: Random) -> Drawn | None:
        high, wide, (line, *used) = upto(random, 3, 4), upto(random, 3, 4), colours(random, 3)
        base = _picture(random, high, wide, high * wide // 3, used)
        panels = [base.copy() for _ in range(3)]
        for panel in panels:
            specks(random, panel, random.randint(1, 3), used)
        one, two, three = panels
        between = np.full((high, 1), line)
        return np.hstack([one, between, two, between, three]), np.where((one == two) & (two == three), one, 0)

    return draw


@varied
def cells_that_differ(rule: Random) -> Draw:
    """Two pictures in several colours: the output shows in a colour of the task where they differ."""
    (own,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        high, wide, (line, *used) = upto(random, 3, 5), upto(random, 3, 5), colours(random, 4, (own,))
        one = _picture(random, high, wide, high * wide // 2, used)
        two = one.copy()
        for cell in random.sample(range(one.size), random.randint(1, 4)):
            two.flat[cell] = random.choice([shade for shade in (0, *used) if shade != one.flat[cell]])
        return np.hstack([one, np.full((high, 1), line), two]), np.where(one != two, own, 0)

    return in_a_direction(draw, rule)


@varied
def dot_out_of_its_frame(rule: Random) -> Draw:
    """A dot in the middle of a frame comes out through the gap in it and lies right before it."""

    def draw(random: Random) -> Drawn | None:
        grid, (edge, dot), side = room(random), colours(random, 2), random.choice((5, 5, 7))
        place = put(random, grid, frame(side, side), edge, 1)
        if place is None:
            return None
        half, (down, across) = side // 2, random.choice(_SIDES)
        row, col = place[0] + half, place[1] + half
        grid[row + half * down, col + half * across] = 0
        out = grid.copy()
        grid[row, col] = out[row + (half + 1) * down, col + (half + 1) * across] = dot
        return grid, out

    return draw


@acting(own=2, count=(1, 3), shape=lambda random: block(2 * upto(random, 1, 2), upto(random, 2, 4)))
def halves_in_two_colours(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray:
    """The upper half of each block takes one colour, the lower half another."""
    for thing in things:
        for half, shade in zip(np.vsplit(box(out, thing), 2), own, strict=True):
            half[:] = shade
    return out


@varied
def head_first_to_the_border(rule: Random) -> Draw:
    """Bars with a head of another colour go to the border that the head looks at."""
    (head,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 8, 11)
        out, wide = grid.copy(), grid.shape[1]
        for row in random.sample(range(0, grid.shape[0], 2), upto(random, 1, 3)):
            bar = [*colours(random, 1, (head,)) * random.randint(2, 3), head]
            start, ahead = random.randint(1, wide - len(bar) - 1), random.random() < 0.5
            grid[row, start : start + len(bar)] = bar if ahead else bar[::-1]
            out[row, wide - len(bar) if ahead else 0 :][: len(bar)] = bar if ahead else bar[::-1]
        return grid, out

    return in_a_direction(draw, rule)


@varied
def lines_tell_the_mirror(rule: Random) -> Draw:
    """A picture with a line beside it or below: it is mirrored over the line, wherever that is."""
    (own,) = colours(rule, 1)

    def draw(random: Random) -> Drawn:
        side, lying = upto(random, 3, 5), random.random() < 0.5
        made = _picture(random, side, side, side + 1, colours(random, 2, (own,)))
        line = np.full((1, side), own)
        pair = np.vstack([made, line, 0 * made]), np.vstack([made, line, made[::-1]])
        return pair if lying else (pair[0].T, pair[1].T)

    return draw


@varied
def noise_on_large_tiles(rule: Random) -> Draw:
    """A chequer of tiles of two by two, with wrong cells in a third colour."""

    def draw(random: Random) -> Drawn:
        high, wide, (one, two, wrong) = upto(random, 6, 9), upto(random, 6, 9), colours(random, 3)
        out = np.where(np.add.outer(np.arange(high) // 2, np.arange(wide) // 2) % 2, one, two)
        grid = out.copy()
        for cell in random.sample(range(grid.size), upto(random, 3, 5)):
            grid.flat[cell] = wrong
        return grid, out

    return draw


@on_bars(own=1, count=(2, 3), length=(2, 6))
def row_halves_of_even_bars(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """The second half of each bar of even length takes a colour; odd ones stay."""
    for start, long, _ in bars:
        if long % 2 == 0:
            row[0, start + long // 2 : start + long] = own[0]
    return row if len({long % 2 for _, long, _ in bars}) > 1 else None


@varied
def stairs_completed(rule: Random) -> Draw:
    """Right-angled triangles with two cells missing, which take a colour of the task."""
    (own,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        grid, used = room(random), colours(random, 2, (own,))
        out = grid.copy()
        for _ in range(upto(random, 1, 2)):
            side, shade = random.randint(4, 5), random.choice(used)
            shape = np.rot90(np.tri(side, dtype=int), random.randrange(4))
            place = put(random, grid, shape, shade)
            if place is None:
                return None
            stamp(out, shape, *place, shade)
            for row, col in random.sample(np.argwhere(shape).tolist(), 2):
                cell = place[0] + row, place[1] + col
                grid[cell], out[cell] = 0, own
        return grid, out

    return draw


@varied
def table_of_line_counts(rule: Random) -> Draw:
    """As many rows as lying lines, as many columns as standing ones, in their colour."""

    def draw(random: Random) -> Drawn:
        grid, (shade,), high, wide = (
            room(random),
            colours(random, 1),
            random.randint(1, 3),
            random.randint(1, 3),
        )
        grid[random.sample(range(1, grid.shape[0], 2), high)] = shade
        grid[:, random.sample(range(1, grid.shape[1], 2), wide)] = shade
        return grid, np.full((high, wide), shade)

    return draw


@acting(count=(3, 4), shape=either(a_block, a_shape))
def topmost_to_the_bottom(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """The object that lies highest goes to the lower border, all others stay."""
    thing = min(things, key=lambda one: one.row)
    paint(out, thing, 0)
    row = out.shape[0] - thing.shape.shape[0]
    if sum(one.row == thing.row for one in things) > 1 or not fits(out, thing.shape, row, thing.col):
        return None
    stamp(out, thing.shape, row, thing.col, thing.colour)
    return out


@varied
def towards_the_marked_border(rule: Random) -> Draw:
    """A dot lies in the middle of one border: the object goes straight to that border."""
    (mark,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        grid, (shade,), shape = room(random), colours(random, 1, (mark,)), random.choice(SHAPES)
        place = put(random, grid, shape, shade, 2)
        if place is None:
            return None
        ends = [grid.shape[axis] - shape.shape[axis] for axis in (0, 1)]
        (row, col), (down, across) = place, random.choice(_SIDES)
        row, col = (row, ends[1] * (across > 0)) if across else (ends[0] * (down > 0), col)
        dot = [(side - 1) * (1 + step) // 2 for side, step in zip(grid.shape, (down, across), strict=True)]
        out = np.zeros_like(grid)
        if not fits(out, shape, row, col) or max(abs(dot[0] - row), abs(dot[1] - col)) < 4:
            return None
        stamp(out, shape, row, col, shade)
        grid[tuple(dot)] = out[tuple(dot)] = mark
        return grid, out

    return draw


@varied
def twin_place_beyond_the_mark(rule: Random) -> Draw:
    """In a row a bar comes to lie as far behind the mark as it was before it."""
    (mark,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        middle, long, apart = upto(random, 6, 9), random.randint(2, 4), random.randint(1, 2)
        grid, (shade,) = np.zeros((1, middle + random.randint(7, 10)), int), colours(random, 1, (mark,))
        grid[0, middle] = mark
        out = grid.copy()
        grid[0, middle - apart - long + 1 : middle - apart + 1] = shade
        out[0, middle + apart : middle + apart + long] = shade
        return grid, out

    return in_a_direction(draw, rule)
