"""Parts between lines that are redrawn after a model: one part that a learned property picks.

rows = split_by_lines(grid)
parts = sum(rows, [])
model = only(parts, lambda one: one.any())
return join([[overlay(model, part) for part in row] for row in rows], gap=1, colour=separator_colour(grid))
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from inference.proposers.search.expressions import fill, filled
from inference.proposers.search.language import values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.pieces import Source, pieces_of, selections

_LINES = ("rows = split_by_lines(grid)", "parts = sum(rows, [])")
_MOST_PICKS = 40


def _has_panels(problem: Problem) -> bool:
    """True if lines cut every grid into parts, of one shape within a grid."""
    rows = values_of("split_by_lines(grid)", problem.grids)
    if rows is None or values_of("separator_colour(grid)", problem.grids) is None:
        return False
    panels = [[part.shape for row in found for part in row] for found in rows]
    return all(len(shapes) > 1 and len(set(shapes)) == 1 for shapes in panels)


@rule(same_size, _has_panels)
def panel_models(problem: Problem) -> Iterator[Draft]:
    """Every part between the lines redrawn after one of them."""
    source = Source("sum(split_by_lines(grid), [])", 1.0, (), False)
    pieces = pieces_of(source, problem.grids)
    if pieces is None:
        return
    new = {int(c) for grid, out in problem.pairs for c in np.unique(out[grid != out])}
    colours = [(colour, 0.0) for colour in sorted(new)[:3]]
    seen: set[tuple[int, ...]] = set()
    for pick, places in sorted(selections(source, pieces, problem.grids), key=lambda found: found[0].bits):
        if places in seen:
            continue
        seen.add(places)
        for drawn in filled("part after a model", {"_c": colours}):
            rows = f"[[{drawn.text} for part in row] for row in rows]"
            end = f"return join({rows}, gap=1, colour=separator_colour(grid))"
            model = f"model = {fill(pick.text, _of='parts')}"
            yield Draft((*_LINES, model, end), 3.0 + pick.bits + drawn.bits)
        if len(seen) >= _MOST_PICKS:
            return
