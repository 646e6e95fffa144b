"""Objects that change by how they stand to one other: the largest, that of a colour, that with a hole.

Written before anything was run; literals that say so were too dear to stay.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, block, canvas, colours, concept, frame, stamp

Box = tuple[int, int, int, int]  # first row and column, last row and column
_SMALL = [shape for shape in SHAPES if shape.sum() < 6]


def _related(related: Callable[[Box, Box], bool], chosen: str, rule: Random, gap: int = 1) -> Draw:
    """Small objects of one colour that stand so to the chosen one become another colour, or go."""
    shade, other, into = colours(rule, 3)
    into = rule.choice([into, 0])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 17)
        big = {"largest": block, "framed": frame, "coloured": lambda *_: random.choice(_SMALL)}[chosen]
        sides = (5, 8) if chosen == "framed" else (3, 5)
        picked = big(random.randint(*sides), random.randint(*sides))
        top, left = (
            random.randint(1, max(1, side - one - 1))
            for side, one in zip(grid.shape, picked.shape, strict=True)
        )
        stamp(grid, picked, top, left, other if chosen == "coloured" else shade)
        at = top, left, top + picked.shape[0] - 1, left + picked.shape[1] - 1
        out, told = grid.copy(), set()
        for _ in range(random.randint(4, 7)):
            shape = random.choice(_SMALL)
            row, col = (
                random.randrange(side - one + 1) for side, one in zip(grid.shape, shape.shape, strict=True)
            )
            around = grid[
                max(0, row - gap) : row + shape.shape[0] + gap, max(0, col - gap) : col + shape.shape[1] + gap
            ]
            if around.any():
                continue
            changes = related((row, col, row + shape.shape[0] - 1, col + shape.shape[1] - 1), at)
            told.add(changes)
            stamp(grid, shape, row, col, shade)
            stamp(out, shape, row, col, into if changes else shade)
        return (grid, out) if len(told) == 2 else None

    return draw


def _level(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2]


def _upright(one: Box, other: Box) -> bool:
    return one[1] <= other[3] and other[1] <= one[3]


@concept
def level_with_the_coloured(rule: Random) -> Draw:
    """Those that share a row with the one of another colour."""
    return _related(_level, "coloured", rule)


@concept
def in_column_of_the_largest(rule: Random) -> Draw:
    """Those that share a column with the largest."""
    return _related(_upright, "largest", rule)


@concept
def left_of_the_largest(rule: Random) -> Draw:
    """Those wholly left of the largest."""
    return _related(lambda one, other: one[3] < other[1], "largest", rule)


@concept
def inside_the_frame(rule: Random) -> Draw:
    """Those inside the frame."""
    return _related(lambda one, other: _level(one, other) and _upright(one, other), "framed", rule)


@concept
def lower_than_the_frame(rule: Random) -> Draw:
    """Those that begin below the frame's last row."""
    return _related(lambda one, other: one[0] > other[2], "framed", rule)
