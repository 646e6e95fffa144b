"""Concepts whose colours differ in every pair and are told by how common they are; and drawings that go on.

Nothing was fixed for every third of these concepts, in the order of the file.
"""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.drawing import (
    Draw,
    Drawn,
    block,
    canvas,
    colours,
    concept,
    in_a_direction,
    put,
    stamp,
)

_RING = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])


def _rare_and_common(random: Random, dots: int) -> tuple[np.ndarray, int, int, list[tuple[int, int]]] | None:
    """A grid with two large blocks of one colour and few dots of another, those colours, the dots' places."""
    common, rare = colours(random, 2)
    grid = canvas(random, 10, 13)
    for _ in range(2):
        if put(random, grid, block(3, random.randint(3, 4)), common, 0, 1) is None:
            return None
    places = [put(random, grid, block(1, 1), rare, 1, 2) for _ in range(dots)]
    found = [place for place in places if place is not None]
    return (grid, common, rare, found) if len(found) == dots else None


@concept
def ringed_in_the_common_colour(rule: Random) -> Draw:
    """Dots of the rarer colour get rings of the commoner one."""

    def draw(random: Random) -> Drawn | None:
        made = _rare_and_common(random, 2)
        if made is None:
            return None
        grid, common, _, dots = made
        out = grid.copy()
        for row, col in dots:
            stamp(out, _RING, row - 1, col - 1, common)
        return grid, out

    return draw


@concept
def rows_of_the_rarer_colour(rule: Random) -> Draw:
    """What is empty in the rows of the dots takes the commoner colour."""

    def draw(random: Random) -> Drawn | None:
        made = _rare_and_common(random, 2)
        if made is None:
            return None
        grid, common, _, dots = made
        out = grid.copy()
        for row, _ in dots:
            out[row][grid[row] == 0] = common
        return grid, out

    return in_a_direction(draw, rule)


@concept
def corners_in_three_colours(rule: Random) -> Draw:
    """A block gets the commonest colour above it, the next one below; each pair has its own three."""
    high = rule.randint(1, 2)

    def draw(random: Random) -> Drawn | None:
        main, more, less = colours(random, 3)
        grid = canvas(random, 10, 13)
        places = [put(random, grid, block(2, 3), main, 2, 2) for _ in range(2)]
        for shade, count in ((more, 4), (less, 2)):
            for _ in range(count):
                row, col = random.choice((0, grid.shape[0] - 1)), random.randrange(grid.shape[1])
                if grid[row, col]:
                    return None
                grid[row, col] = shade
        out = grid.copy()
        for place in places:
            if place is None:
                return None
            row, col = place
            if out[row - high, col : col + 3].any() or out[row + 1 + high, col : col + 3].any():
                return None
            out[row - high, col : col + 3] = more
            out[row + 1 + high, col : col + 3] = less
        return grid, out

    return in_a_direction(draw, rule)


def _goes_on(rule: Random, steps: list[tuple[int, int]], count: int) -> Draw:
    """A figure drawn again and again, each time a step further, up to the border."""
    figure = (np.random.default_rng(rule.randrange(999)).random((2, 2)) < 0.7).astype(int)
    figure[0, 0] = 1
    down, right = rule.choice(steps)

    def draw(random: Random) -> Drawn | None:
        (shade,) = colours(random, 1)
        grid = canvas(random, 9, 13)
        out = grid.copy()
        starts = []
        for _ in range(count):
            place = put(random, grid, figure, shade, 0, 3)
            if place is None:
                return None
            starts.append(place)
        for row, col in starts:
            while row < out.shape[0] and col < out.shape[1]:
                shown = figure[: out.shape[0] - row, : out.shape[1] - col]
                stamp(out, shown, row, col, shade)
                row, col = row + down, col + right
        return grid, out

    return in_a_direction(draw, rule)


@concept
def figure_goes_on_straight(rule: Random) -> Draw:
    return _goes_on(rule, [(3, 0), (4, 0)], 2)


@concept
def figure_goes_on_slanted(rule: Random) -> Draw:
    return _goes_on(rule, [(2, 2), (3, 3), (3, 1)], 1)


@concept
def stairs_to_the_border(rule: Random) -> Draw:
    """Cells from which stairs go down to the border."""
    wide = rule.randint(2, 3)
    new = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        (shade,) = colours(random, 1, (new,))
        grid = canvas(random, 9, 13)
        row, col = random.randint(0, 3), random.randint(0, 3)
        grid[row, col] = shade
        out = grid.copy()
        while row < grid.shape[0]:
            out[row, col : col + wide][out[row, col : col + wide] == 0] = new
            col, row = col + wide - 1, row + 1
            if row < grid.shape[0] and col < grid.shape[1]:
                out[row, col] = new
            row += 1
        return grid, out

    return in_a_direction(draw, rule)
