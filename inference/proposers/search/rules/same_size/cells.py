"""Repaint by a learned condition: `paint(grid, condition, colour)`, once for each new colour.

Which cells change is learned from the catalogue of cell features: the shortest condition that holds on all
cells that take the colour and on no cell that does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from inference.proposers.search.cell_features import cell_features, let_lines, lets_for, views_of
from inference.proposers.search.cell_table import CellTable, background_of, build_table, telling_colours
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.learning import (
    Statement,
    best_then_variants,
    complete,
    constants,
    cost_of,
    from_source,
    plans,
)
from inference.proposers.search.trust import DEAREST

_MOST_CELLS = 8000
_DEAR = 12.0  # bits of a plan above which one with a source and constants may be shorter

Plan = tuple[Statement, ...]


@rule(same_size, lambda problem: sum(grid.size for grid in problem.grids) <= _MOST_CELLS, enough=4)
def repaint(problem: Problem) -> Iterator[Draft]:
    """Paint the cells that a learned condition picks, in learned colours."""
    background = background_of(problem)
    lets = lets_for(background)
    square = all(grid.shape[0] == grid.shape[1] for grid in problem.grids)
    views = views_of(problem.grids, lets)
    features = cell_features(telling_colours(problem), background, square)
    table = build_table(views, problem.outputs, features, problem.budget)
    for plan in sorted(_plans(table), key=cost_of):
        if cost_of(plan) > DEAREST:
            return
        yield Draft(_lines(table, plan, lets), cost_of(plan))


def _plans(table: CellTable) -> list[Plan]:
    """Ways to make `after` of `before`, by one source, a constant for each colour, or both."""
    learn = table.training
    changed = learn & (table.after != table.before)
    sources = ((text, cost, values == table.after) for text, cost, values in table.colours)
    found = list(plans(table, table.after, changed, learn, sources, 4))
    costs = [cost_of(plan) for plan in found if complete(table, plan, changed)]
    if min(costs, default=DEAREST) > _DEAR:
        found += _source_and_constants(table)
    return found


def _source_and_constants(table: CellTable) -> Iterator[Plan]:
    """One colour map for what it explains, constants for the other changes."""
    learn = table.training
    changed = learn & (table.after != table.before)
    misses = [int((changed & (values != table.after)).sum()) for _, _, values in table.colours]
    for place in np.argsort(misses, kind="stable")[:8]:
        text, cost, values = table.colours[place]
        agrees = values == table.after
        rest = changed & ~agrees
        if not 0 < misses[place] <= 0.7 * changed.sum() or len(np.unique(table.after[rest])) > 2:
            continue
        sources = from_source(table, text, cost, changed & agrees, learn & ~agrees, 2)
        options = constants(table, table.after, rest, learn, 4) if sources else []
        for plan in best_then_variants(options):
            yield from ((source, *plan) for source in sources)


def _lines(table: CellTable, plan: Sequence[Statement], lets: dict[str, str]) -> tuple[str, ...]:
    texts = []
    for number, statement in enumerate(plan):
        canvas = "out" if number else "grid"
        where = statement.condition.text(table.names) or "grid == grid"
        texts.append(f"paint({canvas}, {where}, {statement.source})")
    paints = [f"out = {text}" for text in texts[:-1]]
    return (*let_lines(texts, lets), *paints, f"return {texts[-1]}")
