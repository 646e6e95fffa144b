"""Concepts with outputs of another size, put together: in order, from copies, panels, counts, pieces."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random

import numpy as np

from benchmarks.concepts.drawing import (
    SHAPES,
    Draw,
    Drawn,
    block,
    canvas,
    colours,
    concept,
    frame,
    in_a_direction,
    put,
    scatter,
    stamp,
)
from benchmarks.concepts.odd_ones import _laid, _picture, _scattered

_TURNS: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda grid: grid,
    lambda grid: grid[:, ::-1],
    lambda grid: grid[::-1],
    lambda grid: grid[::-1, ::-1],
    lambda grid: grid.T,
    lambda grid: np.rot90(grid),
    lambda grid: np.rot90(grid, 3),
)


@concept
def objects_beside_in_order(rule: Random) -> Draw:
    """Square pictures, side by side as they lie from left to right, or by how many cells they hold."""
    by_size, gap = rule.random() < 0.5, rule.choice((0, 0, 1))

    def draw(random: Random) -> Drawn | None:
        shades, grid = colours(random, 3), canvas(random, 9, 14)
        made = []
        for shade in shades:
            one = _picture(random, 3, 3, [shade])
            before = grid.copy()
            if not _laid(random, grid, one):
                return None
            made.append((int(np.argwhere(grid != before)[:, 1].min()), int((one > 0).sum()), one))
        keys = [one[1 if by_size else 0] for one in made]
        if len(set(keys)) < 3:
            return None
        order = [one[2] for _, one in sorted(zip(keys, made, strict=True), key=lambda pair: pair[0])]
        parts = [order[0]]
        for one in order[1:]:
            parts += [np.zeros((3, gap), int), one] if gap else [one]
        return grid, np.hstack(parts)

    return in_a_direction(draw, rule)


@concept
def objects_stacked_in_order(rule: Random) -> Draw:
    """Bars of equal length lie in a large grid: stacked in the order in which they lie, as they are."""

    def draw(random: Random) -> Drawn | None:
        grid, wide = canvas(random, 10, 14), random.randint(3, 5)
        rows = sorted(random.sample(range(0, len(grid), 2), random.randint(3, 4)))
        bars = [_picture(random, 1, wide, colours(random, 2), 1.1) for _ in rows]
        for row, bar in zip(rows, bars, strict=True):
            col = random.randint(0, grid.shape[1] - wide)
            grid[row, col : col + wide] = bar
        return grid, np.vstack(bars)

    return in_a_direction(draw, rule)


@concept
def bars_of_counts(rule: Random) -> Draw:
    """For each colour a bar as long as it has cells, or objects, the longest first."""
    objects, reverse = rule.random() < 0.5, rule.random() < 0.7

    def draw(random: Random) -> Drawn | None:
        shades, counts = colours(random, 3), random.sample(range(1, 6), 3)
        grid = canvas(random, 9, 12)
        for shade, count in zip(shades, counts, strict=True):
            for _ in range(count):
                shape = random.choice((block(1, 1), block(1, 2), block(2, 2))) if objects else block(1, 1)
                if put(random, grid, shape, shade) is None:
                    return None
        out = np.zeros((3, max(counts)), int)
        order = sorted(zip(counts, shades, strict=True), reverse=reverse)
        for row, (count, shade) in enumerate(order):
            out[row, :count] = shade
        return grid, out

    return in_a_direction(draw, rule)


@concept
def diagonal_of_a_count(rule: Random) -> Draw:
    """As many cells as there are objects of a colour, on a diagonal of a square."""
    wanted, colour = colours(rule, 2)
    side, anti = rule.choice((0, 6)), rule.random() < 0.4

    def draw(random: Random) -> Drawn | None:
        grid, count = canvas(random, 9, 13), random.randint(2, 5)
        for number in range(count + random.randint(1, 3)):
            shade = wanted if number < count else random.choice(colours(random, 3, (wanted, colour)))
            if put(random, grid, random.choice((block(1, 1), block(2, 2), block(1, 3))), shade) is None:
                return None
        out = np.zeros((side or count, side or count), int)
        out[range(count), range(count)] = colour
        return grid, out[:, ::-1].copy() if anti else out

    return draw


@concept
def square_of_a_count(rule: Random) -> Draw:
    """A square as wide as there are objects (colours, holes), in the most frequent colour."""
    what = rule.choice(("objects", "colours", "frames"))

    def draw(random: Random) -> Drawn | None:
        grid, shades = canvas(random, 11, 14), colours(random, 4)
        count = random.randint(2, 5)
        for _ in range(count):
            shape = frame(3, random.randint(3, 4)) if what == "frames" else random.choice(SHAPES[:4])
            if put(random, grid, shape, random.choice(shades)) is None:
                return None
        if what == "frames":
            for _ in range(2):
                if put(random, grid, block(2, 2), random.choice(shades)) is None:
                    return None
        found, counts = np.unique(grid[grid > 0], return_counts=True)
        if (counts == counts.max()).sum() > 1:
            return None
        side = len(found) if what == "colours" else count
        return grid, block(side, side) * int(found[counts.argmax()])

    return draw


@concept
def scaled_by_a_count(rule: Random) -> Draw:
    """The grid enlarged as many times as it has colours, or filled cells."""
    cells = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        count = random.randint(2, 4)
        shades = colours(random, count)
        grid = np.zeros((3, 3), int)
        spots = random.sample(range(9), count if cells else random.randint(count, 6))
        for number, spot in enumerate(spots):
            grid.flat[spot] = shades[0] if cells else shades[number % count]
        return grid, np.kron(grid, block(count, count))

    return draw


@concept
def repeated_by_a_count(rule: Random) -> Draw:
    """The grid beside itself as often as it has filled cells, colours or objects."""
    what = rule.choice(("cells", "colours"))

    def draw(random: Random) -> Drawn | None:
        count = random.randint(2, 5)
        shades = colours(random, 5)
        grid = np.zeros((random.randint(3, 4), random.randint(3, 4)), int)
        spots = random.sample(range(grid.size), count if what == "cells" else random.randint(count, 7))
        for number, spot in enumerate(spots):
            grid.flat[spot] = shades[0] if what == "cells" else shades[number % count]
        return grid, np.tile(grid, (1, count))

    return in_a_direction(draw, rule)


@concept
def copies_turned(rule: Random) -> Draw:
    """Two by two or one by three copies of the grid, each turned in a way of its own."""
    square = rule.random() < 0.6
    ways = [rule.choice(_TURNS) for _ in range(4 if square else 3)]

    def draw(random: Random) -> Drawn | None:
        side = random.randint(2, 4)
        grid = _picture(random, side, side, colours(random, 3))
        parts = [way(grid) for way in ways]
        if not square:
            return grid, np.hstack(parts)
        return grid, np.vstack([np.hstack(parts[:2]), np.hstack(parts[2:])])

    return draw


@concept
def copies_of_the_object(rule: Random) -> Draw:
    """The only object, beside or below itself, its copy mirrored or in another colour."""
    way, colour = rule.choice(_TURNS[:4]), rule.choice((0, rule.randint(1, 9)))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        one = _picture(random, random.randint(2, 4), random.randint(2, 4), colours(random, 2, (colour,)))
        if not _laid(random, grid, one):
            return None
        other = way(one)
        return grid, np.hstack([one, np.where(other > 0, colour, 0) if colour else other])

    return in_a_direction(draw, rule)


@concept
def panels_laid_over(rule: Random) -> Draw:
    """Three or four panels side by side or in a square, each in its colour: laid over each other."""
    count, line = rule.choice((3, 4)), rule.randint(1, 9)
    shades, order = colours(rule, count, (line,)), rule.sample(range(count), count)
    square, lined = count == 4 and rule.random() < 0.6, rule.random() < 0.6

    def draw(random: Random) -> Drawn | None:
        side = random.randint(3, 4) if lined else 4
        parts = [_picture(random, side, side, [shade], 0.4) for shade in shades]
        out = np.zeros((side, side), int)
        for number in order:
            out = np.where(parts[number] > 0, parts[number], out)
        if not lined:
            rows = [parts[:2], parts[2:]] if square else [parts]
            return np.vstack([np.hstack(row) for row in rows]), out
        wide = 2 if square else count
        grid = np.full((count // wide * (side + 1) - 1, wide * (side + 1) - 1), line)
        for number, part in enumerate(parts):
            row, col = number // wide * (side + 1), number % wide * (side + 1)
            grid[row : row + side, col : col + side] = part
        return grid, out

    return in_a_direction(draw, rule)


@concept
def rows_without_repeats(rule: Random) -> Draw:
    """Stripes, or a patchwork of rectangles: equal neighbouring rows and columns once."""

    def draw(random: Random) -> Drawn | None:
        small = _picture(random, random.randint(2, 4), random.randint(2, 4), colours(random, 4), 0.9)
        if any((one == other).all() for made in (small, small.T) for one, other in pairwise(made)):
            return None
        tall = np.repeat(small, [random.randint(1, 4) for _ in small], 0)
        grid = np.repeat(tall, [random.randint(1, 4) for _ in small.T], 1)
        return grid, small

    return draw


@concept
def lattice_read(rule: Random) -> Draw:
    """Rooms between lines, full or with a dot in it, or empty: a cell for each room."""
    line, dotted = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        small = _picture(random, random.randint(2, 4), random.randint(2, 4), colours(random, 3, (line,)))
        side = random.randint(2, 4) if not dotted else 3
        grid = np.full([length * (side + 1) - 1 for length in small.shape], line)
        for (row, col), shade in np.ndenumerate(small):
            part = grid[
                row * (side + 1) : row * (side + 1) + side, col * (side + 1) : col * (side + 1) + side
            ]
            part[:] = 0 if dotted else shade
            if dotted:
                part[random.randrange(side), random.randrange(side)] = shade
        return grid, small

    return draw


@concept
def blocks_read_with_noise(rule: Random) -> Draw:
    """Each cell stands as a block of three by three, with spots in the blocks."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 4)
        small = _picture(random, random.randint(2, 4), random.randint(2, 4), shades[:3], 0.8)
        grid = np.kron(small, block(3, 3))
        for _ in range(random.randint(2, 4)):
            row, col = 3 * random.randrange(len(small)), 3 * random.randrange(small.shape[1])
            grid[row + random.randrange(3), col + random.randrange(3)] = shades[3]
        return grid, small

    return draw


@concept
def corners_put_together(rule: Random) -> Draw:
    """Four corner pieces of a square, scattered, each lying as it belongs: the square, joined."""
    coloured = rule.random() < 0.6

    def draw(random: Random) -> Drawn | None:
        grid, shades, side = canvas(random, 10, 14), colours(random, 4), random.randint(2, 3)
        shapes = []
        for turn in range(4):  # upper left, upper right, lower right, lower left
            corner = np.zeros((side, side), int)
            corner[0], corner[:, 0] = 1, 1
            shapes.append(np.rot90(corner, -turn) * shades[turn if coloured else 0])
        for shape in random.sample(shapes, 4):
            if not _laid(random, grid, shape):
                return None
        return grid, np.vstack([np.hstack(shapes[:2]), np.hstack([shapes[3], shapes[2]])])

    return draw


@concept
def pieces_laid_together(rule: Random) -> Draw:
    """Two pieces that make a full rectangle, a few rows apart: pushed together."""

    def draw(random: Random) -> Drawn | None:
        high, wide = random.randint(3, 5), random.randint(3, 5)
        one, other = colours(random, 2)
        cuts = [random.randint(1, high - 1) for _ in range(wide)]
        if len(set(cuts)) == 1:
            return None
        upper = np.array([[row < cut for cut in cuts] for row in range(high)])
        grid, gap = canvas(random, 12, 15), random.randint(1, 4)
        row, col = random.randint(0, len(grid) - high - gap), random.randint(0, grid.shape[1] - wide)
        stamp(grid, upper.astype(int), row, col, one)
        stamp(grid, 1 - upper.astype(int), row + gap, col, other)
        return grid, np.where(upper, one, other)

    return in_a_direction(draw, rule)


@concept
def panels_without_lines(rule: Random) -> Draw:
    """The lines across and down go; what they cut moves together."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        small = _picture(random, random.randint(4, 8), random.randint(4, 8), colours(random, 3, (line,)))
        rows = sorted(random.sample(range(1, len(small)), random.randint(1, 2)))
        cols = sorted(random.sample(range(1, small.shape[1]), random.randint(1, 2)))
        grid = np.insert(np.insert(small, rows, line, 0), cols, line, 1)
        return grid, small

    return draw


@concept
def spread_with_lines(rule: Random) -> Draw:
    """Between neighbouring rows and columns comes a line: of a fixed colour, or empty; perhaps around too."""
    line, around = rule.choice((0, rule.randint(1, 9))), rule.random() < 0.4

    def draw(random: Random) -> Drawn | None:
        small = _picture(random, random.randint(3, 5), random.randint(3, 5), colours(random, 3, (line,)), 0.7)
        grid = np.full([2 * length - 1 for length in small.shape], line)
        grid[::2, ::2] = small
        return small, np.pad(grid, 1, constant_values=line) if around else grid

    return draw


@concept
def empty_lines_gone(rule: Random) -> Draw:
    """Empty rows and columns are left out, within the picture too."""

    def draw(random: Random) -> Drawn | None:
        small = _picture(random, random.randint(3, 5), random.randint(3, 5), colours(random, 3), 0.7)
        if not (small.any(0).all() and small.any(1).all()):
            return None
        rows = sorted(random.choices(range(len(small) + 1), k=random.randint(2, 4)))
        cols = sorted(random.choices(range(small.shape[1] + 1), k=random.randint(2, 4)))
        return np.insert(np.insert(small, rows, 0, 0), cols, 0, 1), small

    return draw


@concept
def colours_of_nested_frames(rule: Random) -> Draw:
    """Squares within each other: their colours from outside to inside in a line, or thin rings."""
    line = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        count = random.randint(2, 4)
        shades, small = colours(random, count), np.zeros((2 * count - 1,) * 2, int)
        for number, shade in enumerate(shades):
            small[number : len(small) - number, number : len(small) - number] = shade
        steps = [random.randint(1, 3) for _ in range(count)]
        widths = [*steps, *steps[-2::-1]]
        big = np.repeat(np.repeat(small, widths, 0), widths, 1)
        grid = np.zeros((random.randint(len(big), len(big) + 3), random.randint(len(big), len(big) + 3)), int)
        row, col = random.randint(0, len(grid) - len(big)), random.randint(0, grid.shape[1] - len(big))
        grid[row : row + len(big), col : col + len(big)] = big
        return grid, np.array([shades]) if line else small

    return draw


@concept
def object_with_colours_exchanged(rule: Random) -> Draw:
    """The picture of two colours is taken out, its colours exchanged."""

    def draw(random: Random) -> Drawn | None:
        one, other = colours(random, 2)
        made = _picture(random, random.randint(3, 5), random.randint(3, 5), [one, other], 1.1)
        out = np.where(made == one, other, one)
        grid = canvas(random, 9, 13)
        return (grid, out) if _laid(random, grid, made) and len(np.unique(made)) == 2 else None

    return draw


@concept
def object_in_the_other_colour(rule: Random) -> Draw:
    """One object is large; a single cell elsewhere tells in which colour it is shown."""

    def draw(random: Random) -> Drawn | None:
        one, other = colours(random, 2)
        made = _picture(random, random.randint(3, 4), random.randint(3, 5), [one], 0.8)
        grid = canvas(random, 9, 13)
        if not _laid(random, grid, made) or put(random, grid, block(1, 1), other) is None:
            return None
        return grid, np.where(made > 0, other, 0)

    return draw


@concept
def objects_in_a_table(rule: Random) -> Draw:
    """Objects of different colour: their colours in order of size, as a row, perhaps repeated."""
    high, reverse = rule.randint(1, 3), rule.random() < 0.6

    def draw(random: Random) -> Drawn | None:
        count = random.randint(3, 4)
        grid = canvas(random, 12, 15)
        found = scatter(random, grid, count, lambda: 1)
        if found is None:
            return None
        sizes = [int(one[2].sum()) for one in found]
        if len(set(sizes)) < count:
            return None
        shades = colours(random, count)
        for (row, col, shape, _), shade in zip(found, shades, strict=True):
            stamp(grid, shape, row, col, shade)
        order = [shade for _, shade in sorted(zip(sizes, shades, strict=True), reverse=reverse)]
        return grid, np.array([order] * high)

    return in_a_direction(draw, rule)


@concept
def falls_and_is_cut(rule: Random) -> Draw:
    """Everything falls, then empty rows above go."""

    def draw(random: Random) -> Drawn | None:
        high, wide = random.randint(5, 8), random.randint(4, 7)
        grid = _picture(random, high, wide, colours(random, 3), 0.25)
        out = np.zeros_like(grid)
        for col in range(wide):
            cells = grid[:, col][grid[:, col] > 0]
            out[high - len(cells) :, col] = cells
        out = out[out.any(1)]
        return (grid, out) if out.shape != grid.shape else None

    return in_a_direction(draw, rule)


@concept
def rings_around(rule: Random) -> Draw:
    """The grid with a border: of a colour, of its own edge cells repeated, or of its mirror image."""
    how, wide, colour = (
        rule.choice(("constant", "edge", "symmetric", "wrap")),
        rule.randint(1, 2),
        rule.randint(1, 9),
    )

    def draw(random: Random) -> Drawn | None:
        grid = _picture(
            random, random.randint(2, 4), random.randint(2, 4), colours(random, 3, (colour,)), 0.8
        )
        more = {"constant_values": colour} if how == "constant" else {}
        return grid, np.pad(grid, wide, mode=how, **more)  # type: ignore[call-overload]

    return draw


@concept
def placed_by_the_map(rule: Random) -> Draw:
    """A small map of colours in a corner; each of its cells becomes the picture that has its colour."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2)
        tiles = [_picture(random, 3, 3, [shade]) for shade in shades]
        map_ = _picture(random, 2, random.randint(2, 3), shades, 1.1)
        if len(np.unique(map_)) < 2:
            return None
        grid = _scattered(random, [*tiles, map_], 11, 14)
        if grid is None:
            return None
        rows = [np.hstack([tiles[shades.index(int(cell))] for cell in row]) for row in map_]
        return grid, np.vstack(rows)

    return draw


@concept
def differences_of_panels(rule: Random) -> Draw:
    """Two panels beside a line; cells of both, of one alone or of none, each in its colour; then doubled."""
    line, double = rule.randint(1, 9), rule.random() < 0.5
    shades, given = colours(rule, 2, (line,)), [rule.choice((0, *colours(rule, 2))) for _ in range(4)]

    def draw(random: Random) -> Drawn | None:
        high, wide = random.randint(3, 5), random.randint(3, 5)
        one, other = (_picture(random, high, wide, [shade], 0.5) for shade in shades)
        out = np.array(given)[2 * (one > 0) + (other > 0)]
        if double:
            out = np.kron(out, block(2, 2))
        return np.hstack([one, np.full((high, 1), line), other]), out

    return in_a_direction(draw, rule) if len(set(given)) > 1 else differences_of_panels(rule)
