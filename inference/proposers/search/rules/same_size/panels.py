"""Parts between lines that are redrawn after a model: one part that a learned property picks.

rows = split_by_lines(grid)
parts = sum(rows, [])
model = only(parts, lambda one: one.any())
return join([[overlay(model, part) for part in row] for row in rows], gap=1, colour=separator_colour(grid))
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from inference.proposers.search.language import values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.pieces import Source, pieces_of, selections

# expressions of `part`, `model` and `grid`; {c} is a colour of the outputs
_FORMS: tuple[tuple[str, float], ...] = (
    ("model", 0.5),
    ("overlay(part, model)", 0.8),
    ("overlay(model, part)", 0.8),
    ("model if part.any() else part", 1.2),
    ("part if part.any() else model", 1.2),
    ("overlay(mask_to_grid(model, separator_colour(grid)), part)", 1.5),
    ("overlay(mask_to_grid(model, {c}), part)", 1.8),
    ("mask_to_grid(model, most_common_colour(part, background=0)) if part.any() else part", 1.8),
    ("mask_to_grid(model, int(part.max()))", 1.5),
    ("part if (part == model).all() else blank_like(part)", 1.5),
    ("replace_colour(part, {c}, most_common_colour(model, background=0))", 2.2),
    ("paint(part, part != 0, most_common_colour(model, background=0)) if part.any() else part", 1.8),
)
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
    colours = sorted({int(c) for grid, out in problem.pairs for c in np.unique(out[grid != out])})
    seen: set[tuple[int, ...]] = set()
    for text, cost, places in sorted(selections(source, pieces, problem.grids), key=lambda one: one[1]):
        if places in seen:
            continue
        seen.add(places)
        pick = text.replace("<of>", "parts")
        for form, price in _FORMS:
            for colour in colours[:3] if "{c}" in form else [0]:
                drawn = form.replace("{c}", str(colour))
                rows = f"[[{drawn} for part in row] for row in rows]"
                end = f"return join({rows}, gap=1, colour=separator_colour(grid))"
                yield Draft((*_LINES, f"model = {pick}", end), 3.0 + cost + price)
        if len(seen) >= _MOST_PICKS:
            return
