"""Moves: the whole grid, or each colour in its own way; the ways are found colour by colour.

For every colour whose cells lie elsewhere in the outputs, those moves are kept that bring the colour where
the outputs have it; then one move for each colour is put together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

import numpy as np

from arc import COLOURS, Grid
from inference.proposers.effort import charge
from inference.proposers.search.cell_features import Scene
from inference.proposers.search.expressions import Choices, Expression, filled, free
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, rule, same_size
from omniarc.masks import every, some

_MOST_MOVING = 3
_MOST_WAYS = 3  # kept for each colour
_COMPARED = 5.0  # units for two grids laid on each other


@rule(same_size, enough=1)
def moves(problem: Problem) -> Iterator[Draft]:
    """One move for each colour that moves, one line each."""
    colours = problem.shades
    moving = [c for c in colours if any(some((g == c) != (o == c)) for g, o in problem.pairs)]
    if not 1 <= len(moving) <= _MOST_MOVING:
        return
    scenes = [Scene(grid, problem.lets) for grid in problem.grids]
    options = []
    for colour in moving:
        others = free(other for other in colours if other != colour)
        choices = {**problem.ground, "_other": others, "_c": free([colour])}
        options.append(list(islice(_ways(scenes, problem.outputs, colour, choices), _MOST_WAYS)))
        if not options[-1]:
            return
    for *first, last in product(*options):
        lines = [f"grid = {one.text}" for one in first]
        yield Draft((*lines, f"return {last.text}"), 1.0 + last.bits + sum(one.bits for one in first))


def _one_colour_gains(problem: Problem) -> bool:
    """True if no colour, or one, has more cells after than before."""
    gained: set[int] = set()
    for grid, out in problem.pairs:
        before, after = (np.bincount(cells.ravel(), minlength=COLOURS) for cells in (grid, out))
        gained |= set(np.flatnonzero(after > before).tolist())
    return len(gained) < 2


@rule(same_size, _one_colour_gains, enough=2)
def shifted(problem: Problem) -> Iterator[Draft]:
    """The whole grid moved so many rows and columns; what leaves it is lost or comes back."""
    grid = problem.train[0]
    for rows, cols in product(*(range(1 - side, side) for side in grid.shape)):
        if not all(_moved(grid, out, rows, cols) for grid, out in problem.pairs):
            continue
        cost = 2.0 + 0.4 * (abs(rows) + abs(cols))
        for end in (", wrap=True", *(f", fill={colour}" for colour in shared_colours(problem.outputs))):
            yield Draft((f"return shift(grid, {rows}, {cols}{end})",), cost)


def _moved(grid: Grid, out: Grid, rows: int, cols: int) -> bool:
    """True if the output shows the grid so many rows and columns further, as far as it lies inside."""
    charge(_COMPARED)
    high, wide = grid.shape
    if abs(rows) >= high or abs(cols) >= wide:
        return True
    kept = np.s_[max(0, rows) : high + min(0, rows), max(0, cols) : wide + min(0, cols)]
    there = np.s_[max(0, -rows) : high + min(0, -rows), max(0, -cols) : wide + min(0, -cols)]
    return every(grid[there] == out[kept])


def _ways(
    scenes: list[Scene], outputs: Sequence[Grid], colour: int, choices: Choices
) -> Iterator[Expression]:
    """The moves that bring a colour where all outputs have it."""
    for one in filled("move of a colour", choices):
        made = (scene.value(one.text) for scene in scenes)
        pairs = zip(outputs, made, strict=False)
        if not any(some((grid == colour) != (out == colour)) for out, grid in pairs):
            yield one
