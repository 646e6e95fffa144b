"""Concepts in which the place of one thing tells what another does: rays at a line, colours of bands."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np

from benchmarks.concepts.drawing import (
    Draw,
    Drawn,
    block,
    canvas,
    colours,
    concept,
    fits,
    in_a_direction,
    put,
    stamp,
)


@concept
def rays_to_and_from_the_line(rule: Random) -> Draw:
    """Cells on both sides of a line: those of one colour reach it, those of another leave the grid."""
    line, near, away = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        middle = random.randint(3, grid.shape[0] - 4)
        grid[middle] = line
        out = grid.copy()
        for number, col in enumerate(random.sample(range(grid.shape[1]), random.randint(3, 5))):
            above = random.random() < 0.5
            row = random.randint(1, middle - 2) if above else random.randint(middle + 2, grid.shape[0] - 2)
            grid[row, col] = (near, away)[number % 2]
            to_line = slice(row, middle) if above else slice(middle + 1, row + 1)
            to_edge = slice(0, row + 1) if above else slice(row, None)
            out[(to_line, to_edge)[number % 2], col] = grid[row, col]
        return grid, out

    return in_a_direction(draw, rule)


@concept
def trails_from_corners(rule: Random) -> Draw:
    """Each square trails a diagonal from one of its corners, another for each colour."""
    shades = colours(rule, 2)
    ways = dict(zip(shades, rule.sample([(-1, -1), (-1, 1), (1, -1), (1, 1)], 2), strict=True))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        drawn: list[tuple[int, int, int, int]] = []
        for shade in shades:
            side = random.randint(2, 3)
            place = put(random, grid, block(side, side), shade)
            if place is None:
                return None
            drawn.append((*place, side, shade))
        out = grid.copy()
        for row, col, side, shade in drawn:
            down, right = ways[shade]
            y, x = row + (side if down > 0 else -1), col + (side if right > 0 else -1)
            while 0 <= y < grid.shape[0] and 0 <= x < grid.shape[1]:
                if out[y, x]:
                    return None
                out[y, x] = shade
                y, x = y + down, x + right
        return grid, out

    return draw


@concept
def colour_of_the_mark_beyond(rule: Random) -> Draw:
    """Each block takes the colour of the mark on the border in its columns."""
    plain = colours(rule, 1)[0]

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = grid.copy()
        shades = colours(random, 3, (plain,))
        col = random.randint(0, 1)
        for shade in shades:
            height, width = random.randint(2, 4), random.randint(2, 3)
            if col + width > grid.shape[1]:
                return None
            row = random.randint(2, grid.shape[0] - height)
            stamp(grid, block(height, width), row, col, plain)
            stamp(out, block(height, width), row, col, shade)
            grid[0, random.randint(col, col + width - 1)] = shade
            col += width + random.randint(1, 2)
        out[0] = grid[0]
        return grid, out

    return in_a_direction(draw, rule)


@concept
def bands_of_the_nearest_mark(rule: Random) -> Draw:
    """Every other row takes the colour of the mark whose row is nearest."""
    step = rule.randint(1, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 14)
        rows = sorted(random.sample(range(grid.shape[0]), random.randint(2, 3)))
        if any((low + high) % 2 == 0 for low, high in pairwise(rows)):
            return None  # no row lies between two
        marks = dict(zip(rows, colours(random, len(rows)), strict=True))
        out = grid.copy()
        for row, shade in marks.items():
            grid[row, random.randrange(grid.shape[1])] = shade
        for row in range(0, grid.shape[0], step):
            out[row] = marks[min(rows, key=lambda one: abs(one - row))]
        return grid, np.where(grid > 0, grid, out)

    return in_a_direction(draw, rule)


@concept
def colour_of_the_nearest_block(rule: Random) -> Draw:
    """Each plain block takes the colour of the coloured block that is nearest."""
    plain = colours(rule, 1)[0]

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((14, 14), int)
        out = grid.copy()
        for top, left, shade in zip(
            (0, 0, 8), (0, 8, random.choice((0, 8))), colours(random, 3, (plain,)), strict=True
        ):
            room = np.zeros((6, 6), int)
            height, width = random.randint(2, 3), random.randint(1, 2)
            if not fits(room, block(height, width), 0, 0):
                return None
            row, col = top + random.randint(0, 2), left + random.randint(0, 1)
            stamp(grid, block(height, width), row, col, plain)
            stamp(out, block(height, width), row, col, shade)
            grid[row, col + width + 1] = out[row, col + width + 1] = shade
        return grid, out

    return in_a_direction(draw, rule)


def _spaced(random: Random, parts: list[np.ndarray], gap: int, height: int) -> Drawn | None:
    """The parts beside each other, each so far from the last; then again and again to the border."""
    width = random.randint(14, 20)
    grid, out = np.zeros((2, height, width), int)
    col, number = random.randint(0, 2), 0
    while col < width:
        part = parts[number % len(parts)][:, : width - col]
        out[:, col : col + part.shape[1]] = part
        if number < len(parts):
            grid[:, col : col + part.shape[1]] = part
        col, number = col + parts[number % len(parts)].shape[1] + gap, number + 1
    return (grid, out) if number > len(parts) + 1 else None


@concept
def stripes_with_the_same_gap(rule: Random) -> Draw:
    """Two stripes go on in turn, as far apart as they are."""
    low = rule.randint(1, 2)

    def draw(random: Random) -> Drawn | None:
        height = random.randint(5, 8)
        parts = [np.full((height, 1), shade) for shade in colours(random, 2)]
        return _spaced(random, parts, random.randint(low, low + 2), height)

    return in_a_direction(draw, rule)


@concept
def shapes_with_the_same_gap(rule: Random) -> Draw:
    """Two shapes in a row go on in turn, as far apart as they are."""
    shape = np.array(rule.choice([[[1, 1], [1, 1]], [[0, 1], [1, 1]], [[1, 0, 1], [0, 1, 0]], [[1], [1]]]))

    def draw(random: Random) -> Drawn | None:
        above, below = random.randint(1, 3), random.randint(1, 3)
        parts = [np.pad(shape * shade, ((above, below), (0, 0))) for shade in colours(random, 2)]
        return _spaced(random, parts, random.randint(1, 3), above + below + 2)

    return in_a_direction(draw, rule)


@concept
def marks_to_stripes_with_the_same_gap(rule: Random) -> Draw:
    """Two marks become stripes that go on in turn, as far apart as they are."""
    low = rule.randint(1, 2)

    def draw(random: Random) -> Drawn | None:
        height = random.randint(5, 8)
        parts = [np.full((height, 1), shade) for shade in colours(random, 2)]
        drawn = _spaced(random, parts, random.randint(low, low + 2), height)
        if drawn is None:
            return None
        kept = [(random.choice((0, height - 1)), col) for col in np.flatnonzero(drawn[0][0]).tolist()]
        grid = np.zeros_like(drawn[0])
        for place in kept:
            grid[place] = drawn[0][place]
        return grid, drawn[1]

    return in_a_direction(draw, rule)
