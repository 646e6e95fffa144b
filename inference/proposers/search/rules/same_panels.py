"""Parts between lines that are redrawn after a model: one part that a learned property picks.

rows = split_by_lines(grid)
parts = sum(rows, [])
model = only(parts, lambda one: one.any())
return join([[overlay(model, part) for part in row] for row in rows], gap=1, colour=separator_colour(grid))
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from inference.proposers.search.cell_table import same_size
from inference.proposers.search.problem import Fragment, Problem, Rule
from inference.proposers.search.rules.resize_base import Hypothesis, ranked, values_of
from inference.proposers.search.rules.resize_select import Source, pieces_of, selections

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
_JOINED = "return join(drawn, gap=1, colour=separator_colour(grid))"
_MOST_PICKS = 40


def panel_models(problem: Problem) -> Iterator[Fragment]:
    """Every part between the lines redrawn after one of them."""
    if not same_size(problem):
        return
    rows = values_of("split_by_lines(grid)", problem.grids)
    if rows is None or any(len(found) * len(found[0]) < 2 for found in rows):
        return
    if any(len({part.shape for row in found for part in row}) > 1 for found in rows):
        return
    if values_of("separator_colour(grid)", problem.grids) is None:
        return
    yield from ranked(problem, _hypotheses(problem), "panel models")


def _hypotheses(problem: Problem) -> Iterator[Hypothesis]:
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
                joined = (
                    f"join([[{drawn} for part in row] for row in rows], gap=1, colour=separator_colour(grid))"
                )
                yield Hypothesis((*_LINES, f"model = {pick}", f"return {joined}"), 3.0 + cost + price)
        if len(seen) >= _MOST_PICKS:
            return


RULES: tuple[Rule, ...] = (panel_models,)
