"""Varied concepts with outputs of another size: what is cropped, told, listed or put together."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np

from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, block, colours, in_a_direction, put
from benchmarks.concepts.odd_ones import _laid, _picture
from benchmarks.concepts.varied import (
    a_block,
    a_frame,
    dotted_frame,
    either,
    room,
    scene,
    size,
    specks,
    upto,
    varied,
)


def _rooms(
    random: Random, line: int, side: int, rows: int, cols: int, shades: list[int]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """A lattice of square rooms with dots, and the rooms in reading order."""
    rooms = [block(side, side) * 0 for _ in range(rows * cols)]
    for one in rooms:
        specks(random, one, random.randint(0, side + 1), shades)
    parts = [np.pad(one, ((0, 1), (0, 1)), constant_values=line) for one in rooms]
    return np.block([parts[row * cols : (row + 1) * cols] for row in range(rows)])[:-1, :-1], rooms


@varied
def largest_cropped_without_specks(rule: Random) -> Draw:
    """Specks lie over everything; the largest block, as it was below them."""
    speck = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(
            random, upto(random, 3, 3, 1), colours(random, 3, (speck,)), a_block, room(random, 11, 14)
        )
        if made is None:
            return None
        sizes = sorted(made[1], key=size)
        if size(sizes[-1]) == size(sizes[-2]) or size(sizes[-1]) < 6:
            return None
        grid = made[0].copy()
        for cell in random.sample(range(grid.size), 9):
            grid.flat[cell] = speck
        return grid, sizes[-1].shape * sizes[-1].colour

    return draw


@varied
def fullest_frame_in_its_colour(rule: Random) -> Draw:
    """What is inside of the frame with most dots, its dots in the frame's colour."""
    dot = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, counts = room(random, 14, 16), random.sample(range(1, 7), upto(random, 2, 3))
        made = [(count, dotted_frame(random, grid, shade, dot, min(count, 4)))
                for count, shade in zip(counts, colours(random, 5, (dot,)), strict=False)]  # fmt: skip
        parts = []
        for _, one in made:
            if one is None:
                return None
            part = grid[one.row + 1 : one.bottom - 1, one.col + 1 : one.right - 1]
            parts.append(np.where(part > 0, one.colour, 0))
        held = [int((part > 0).sum()) for part in parts]
        return (grid, parts[held.index(max(held))]) if held.count(max(held)) == 1 else None

    return draw


@varied
def bars_of_counts_without_specks(rule: Random) -> Draw:
    """A row for each colour, the commonest first, as long as it has things; single cells are not counted."""

    def draw(random: Random) -> Drawn | None:
        counts, shades = random.sample((1, 2, 3, 4), upto(random, 2, 2, 1)), colours(random, 3)
        grid = room(random, 14, 16)
        for count, shade in zip(counts, shades, strict=False):
            for _ in range(count):
                if put(random, grid, random.choice(SHAPES[:4]), shade) is None:
                    return None
        for _ in range(random.randint(2, 4)):
            put(random, grid, block(1, 1), random.choice(shades[: len(counts)]))
        order = sorted(zip(counts, shades, strict=False), reverse=True)
        return grid, np.array(
            [[shade * (place < count) for place in range(order[0][0])] for count, shade in order]
        )

    return draw


@varied
def rooms_of_three_dots_told(rule: Random) -> Draw:
    """Each room of a lattice is a cell: of a fixed colour where it holds three dots or more, else empty."""
    line, dot, new = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        rows, cols = upto(random, 2, 3, 1), upto(random, 2, 3, 1)
        grid, rooms = _rooms(random, line, 3, rows, cols, [dot])
        return grid, np.array([new * ((one > 0).sum() >= 3) for one in rooms]).reshape(rows, cols)

    return draw


@varied
def rooms_with_the_marked_colour(rule: Random) -> Draw:
    """Each room is a cell of the commonest colour in it; rooms without the task's mark are empty."""
    line, mark = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        rows, cols, shades = upto(random, 2, 3, 1), upto(random, 2, 3, 1), colours(random, 2, (line, mark))
        grid, rooms = _rooms(random, line, 3, rows, cols, [mark, *shades])
        told = []
        for one in rooms:
            counts = Counter(one[(one > 0) & (one != mark)].tolist()).most_common()
            if mark in one and (not counts or (len(counts) > 1 and counts[0][1] == counts[1][1])):
                return None
            told.append(counts[0][0] if mark in one else 0)
        return (grid, np.array(told).reshape(rows, cols)) if any(told) else None

    return draw


@varied
def room_in_the_key_colour(rule: Random) -> Draw:
    """A lattice of rooms, and a cell outside that tells the colour of the room that is taken."""

    def draw(random: Random) -> Drawn | None:
        line, *shades = colours(random, 5)
        side = random.randint(2, 4)
        rooms = [_picture(random, side, side, [shade]) for shade in shades]
        parts = [np.pad(one, ((0, 1), (0, 1)), constant_values=line) for one in rooms]
        grid = np.pad(np.block([parts[:2], parts[2:]])[:-1, :-1], ((2, 0), (0, 0)))
        which = random.randrange(4)
        grid[0, 0] = shades[which]
        return grid, rooms[which]

    return in_a_direction(draw, rule)


@varied
def unfolded_in_another_colour(rule: Random) -> Draw:
    """The grid and its mirror picture beside it, which is of a fixed colour."""
    new = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = _picture(random, upto(random, 3, 4), upto(random, 3, 4), colours(random, 2, (new,)))
        return grid, np.hstack([grid, np.where(grid > 0, new, 0)[:, ::-1]])

    return in_a_direction(draw, rule)


@varied
def cells_as_glyphs(rule: Random) -> Draw:
    """Each cell becomes a small picture that its colour tells."""
    shades, glyphs = colours(rule, 3), [_picture(rule, 3, 3, [1]) for _ in range(3)]

    def draw(random: Random) -> Drawn | None:
        grid = _picture(random, upto(random, 2, 3, 1), upto(random, 2, 3, 1), shades, 0.8)
        parts = [[glyphs[shades.index(cell)] * cell if cell else block(3, 3) * 0 for cell in row]
                 for row in grid.tolist()]  # fmt: skip
        return (grid, np.block(parts)) if len(set(grid.ravel().tolist())) == 4 else None

    return draw


@varied
def colours_of_the_hollow(rule: Random) -> Draw:
    """The colours of the hollow things from top to bottom, as a column; full ones tell nothing."""

    def draw(random: Random) -> Drawn | None:
        made = scene(
            random,
            upto(random, 3, 4),
            colours(random, 5),
            either(a_block, a_frame, a_frame),
            room(random, 12, 15),
        )
        if made is None:
            return None
        hollow = sorted((one for one in made[1] if not one.shape.all()), key=lambda one: one.row)
        rows = [one.row for one in hollow]
        if len(set(rows)) < len(rows) or len(rows) in (0, len(made[1])):
            return None
        return made[0], np.array([[one.colour] for one in hollow])

    return in_a_direction(draw, rule)


@varied
def what_the_list_lacks(rule: Random) -> Draw:
    """Of the things above the line one does not occur below it: it is cropped."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        shapes, shades = random.sample(SHAPES, 3), colours(random, 3, (line,))
        wide, made = random.randint(11, 14), []
        for which in (shapes, random.sample(shapes[1:], 2)):
            grid = np.zeros((6, wide), int)
            for shape in which:
                shade = shades[[one is shape for one in shapes].index(True)]
                if put(random, grid, shape, shade) is None:
                    return None
            made.append(grid)
        return np.vstack([made[0], np.full((1, wide), line), made[1]]), shapes[0] * shades[0]

    return draw


@varied
def dots_in_frames_as_columns(rule: Random) -> Draw:
    """Frames from left to right: as many cells of the frame's colour stand in a column as it holds dots."""
    dot, high = rule.randint(1, 9), 4

    def draw(random: Random) -> Drawn | None:
        count = upto(random, 2, 3, 1)
        grid, out = np.zeros((random.randint(7, 9), 7 * count), int), np.zeros((high, count), int)
        for number, shade in enumerate(colours(random, count, (dot,))):
            held = random.randint(1, high)
            part = grid[:, 7 * number : 7 * number + 7]
            if dotted_frame(random, part, shade, dot, held) is None:
                return None
            out[high - held :, number] = shade
        return grid, out

    return draw


@varied
def box_between_twins(rule: Random) -> Draw:
    """Dots of many colours; the one colour that occurs twice spans the box that is cropped."""

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 9, 12), colours(random, 9)
        places = random.sample(range(grid.size), 9)
        for place, shade in zip(places, [shades[0], *shades[:8]], strict=True):
            grid.flat[place] = shade
        (top, left), (low, right) = np.argwhere(grid == shades[0]).tolist()
        left, right = min(left, right), max(left, right)
        return (
            (grid, grid[top : low + 1, left : right + 1].copy())
            if low - top > 1 and right - left > 1
            else None
        )

    return draw


@varied
def diagonal_read(rule: Random) -> Draw:
    """The colours on the diagonal as a row."""
    turns, short = rule.random() < 0.5, rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        side = upto(random, 3, 5)
        grid = _picture(random, side, side, colours(random, 4), 0.8)
        cells = np.diagonal(grid[:, ::-1] if turns else grid)
        return grid, cells[None] if short else cells[:, None]

    return draw


@varied
def commonest_of_each_quarter(rule: Random) -> Draw:
    """Four quarters of dots: the commonest colour of each."""

    def draw(random: Random) -> Drawn | None:
        side, shades = upto(random, 3, 4), colours(random, 4)
        parts, told = [], []
        for _ in range(4):
            part = _picture(random, side, side, shades[:3], 0.9)
            counts = Counter(part[part > 0].tolist()).most_common()
            if len(counts) > 1 and counts[0][1] == counts[1][1]:
                return None
            told.append(counts[0][0])
            parts.append(part)
        return np.block([parts[:2], parts[2:]]), np.array(told).reshape(2, 2)

    return draw


@varied
def repeated_by_the_dots(rule: Random) -> Draw:
    """A small picture and some dots of a fixed colour: the picture so many times side by side."""
    dot, gap = rule.randint(1, 9), rule.choice((0, 1))

    def draw(random: Random) -> Drawn | None:
        grid, count = room(random, 8, 10), upto(random, 2, 3, 1)
        picture = _picture(random, 3, 3, colours(random, 2, (dot,)), 0.8)
        if not _laid(random, grid, picture) or not all(
            put(random, grid, block(1, 1), dot) for _ in range(count)
        ):
            return None
        part = np.pad(picture, ((0, 0), (0, gap)))
        return grid, np.hstack([part] * count)[:, : count * (3 + gap) - gap]

    return in_a_direction(draw, rule)


@varied
def columns_under_marks(rule: Random) -> Draw:
    """The columns below the marks in the first row, side by side, without that row."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 6, 9), colours(random, 3, (mark,))
        grid[1:] = _picture(random, len(grid) - 1, grid.shape[1], shades, 0.8)
        cols = sorted(random.sample(range(grid.shape[1]), upto(random, 2, 3)))
        grid[0, cols] = mark
        return grid, grid[1:, cols].copy()

    return in_a_direction(draw, rule)


@varied
def framed_in_the_colour_of_the_dot(rule: Random) -> Draw:
    """The only thing of several cells, with a border in the colour of the lone dot."""

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 8, 11), colours(random, 2)
        shape = random.choice(SHAPES)
        if put(random, grid, shape, shades[0]) is None or put(random, grid, block(1, 1), shades[1]) is None:
            return None
        return grid, np.pad(shape * shades[0], 1, constant_values=shades[1])

    return draw


@varied
def largest_of_each_colour(rule: Random) -> Draw:
    """Bars of some colours, several of each: the longest of each colour, as rows, the longest on top."""

    def draw(random: Random) -> Drawn | None:
        grid, shades, best = room(random, 10, 13), colours(random, upto(random, 2, 2, 1)), []
        for shade in shades:
            lengths = random.sample(range(1, 7), random.randint(2, 3))
            best.append((max(lengths), shade))
            if not all(put(random, grid, block(1, long), shade) for long in lengths):
                return None
        best.sort(reverse=True)
        if len({long for long, _ in best}) < len(best):
            return None
        return grid, np.array(
            [[shade * (place < long) for place in range(best[0][0])] for long, shade in best]
        )

    return in_a_direction(draw, rule)


@varied
def shape_fitted_into_the_frame(rule: Random) -> Draw:
    """A small picture and a larger empty frame: the frame, filled with the picture enlarged."""
    edge = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        scale, grid = upto(random, 2, 2, 1), room(random, 14, 16)
        picture = _picture(random, 3, 3, colours(random, 2, (edge,)))
        out = np.pad(np.kron(picture, block(scale, scale)), 1, constant_values=edge)
        hollow = np.where(np.pad(out[1:-1, 1:-1] * 0 + 1, 1) > 0, 0, out)
        return (grid, out) if _laid(random, grid, hollow) and _laid(random, grid, picture) else None

    return draw


@varied
def halves_joined_where_both_are_full(rule: Random) -> Draw:
    """Left and right of the line: full in both, the left colour; full in one only, a fixed colour."""
    line, new = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        high, wide, shades = upto(random, 3, 5), upto(random, 3, 5), colours(random, 2, (line, new))
        left, right = (_picture(random, high, wide, [shade]) for shade in shades)
        both, one = (left > 0) & (right > 0), (left > 0) ^ (right > 0)
        return np.hstack([left, np.full((high, 1), line), right]), np.where(both, left, np.where(one, new, 0))

    return in_a_direction(draw, rule)


@varied
def tallest_side_by_side(rule: Random) -> Draw:
    """The two tallest of several pictures, side by side from the left, lower ones are left out."""

    def draw(random: Random) -> Drawn | None:
        grid, heights = room(random, 14, 16), random.sample((2, 2, 3, 3), 4)
        made = []
        for high, shade in zip(heights, colours(random, 4), strict=True):
            picture = _picture(random, high, 3, [shade])
            before = grid.copy()
            if not _laid(random, grid, picture):
                return None
            made.append((int(np.argwhere(grid != before)[:, 1].min()), picture))
        tall = sorted((one for one in made if len(one[1]) == 3), key=lambda one: one[0])
        return (grid, np.hstack([one[1] for one in tall])) if tall[0][0] != tall[1][0] else None

    return draw
