"""Lines put in order: rows or columns sorted by what is on them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from inference.proposers.search.cell_table import background_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size

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
