"""Lines put in order: rows or columns sorted by what is on them, or taken from fixed places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from arc import Grid
from inference.proposers.search.cell_table import background_of
from inference.proposers.search.expressions import fill
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, one_shape, rule, same_size

_SETTLED = ("", "UP", "DOWN", "LEFT", "RIGHT")


@rule(same_size)
def sorted_lines(problem: Problem) -> Iterator[Draft]:
    """Rows or columns sorted by count, colour or place, before or after everything falls to one side."""
    if any(np.bincount(g.ravel(), minlength=10).tolist() != np.bincount(o.ravel(), minlength=10).tolist()
           for g, o in problem.pairs):  # fmt: skip
        return
    background = background_of(problem)
    ground = "" if background == 0 else f", background={background}"
    for side, axis, by in product(_SETTLED, ("rows", "columns"), ("count", "colour", "place")):
        given = f"gravity(grid, {side}{ground})" if side else "grid"
        gaps = any((grid == background).all(int(axis == "rows")).any() for grid in problem.grids)
        ways = [("", 0.0), (", descending=True", 0.5)]
        for order, more in (*ways, *((way + ", gaps=True", more + 0.5) for way, more in ways if gaps)):
            text = f'sort_lines({given}, "{by}", "{axis}"{order}{ground})'
            yield Draft((f"return {text}",), 2.0 + more + 1.5 * bool(side))


def _one_size(problem: Problem) -> bool:
    """True if the test grids too have the one shape of the outputs."""
    return {grid.shape for grid in problem.grids} == {problem.outputs[0].shape}


@rule(same_size, one_shape, _one_size)
def line_places(problem: Problem) -> Iterator[Draft]:
    """Each row (or column) is that of a fixed place, the same in all grids."""
    for text, turned in (("grid[_p]", False), ("grid[:, _p]", True)):
        places = _places([(g.T, o.T) if turned else (g, o) for g, o in problem.pairs])
        if places is not None:
            moved = sum(place != number for number, place in enumerate(places))
            yield Draft((f"return {fill(text, _p=places)}",), 2.0 + 0.4 * moved)


def _places(pairs: Sequence[tuple[Grid, Grid]]) -> list[int] | None:
    """For each row of the outputs the row that equals it in all pairs, its own or the nearest."""
    found = []
    for number in range(len(pairs[0][0])):
        same = np.all([(grid == out[number]).all(axis=1) for grid, out in pairs], axis=0)
        if not same.any():
            return None
        found.append(min(np.flatnonzero(same).tolist(), key=lambda place: abs(place - number)))
    return found
