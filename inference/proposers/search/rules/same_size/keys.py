"""The grid shows by an order of its colours which colour becomes which."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from inference.proposers.search.expressions import section
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.relations import colour_table
from inference.proposers.search.trust import STRANGE


def _recolours(problem: Problem) -> bool:
    """True if every grid's colours become others each in one way, not in the same way in all grids."""
    each = all(colour_table([grid], [out]) is not None for grid, out in problem.pairs)
    return each and colour_table(problem.train, problem.outputs) is None


@rule(same_size, _recolours)
def colour_orders(problem: Problem) -> Iterator[Draft]:
    """Colours are ordered and exchanged by their places in that order."""
    many = [len(np.unique(grid)) for grid in problem.grids]
    unseen = STRANGE if max(many) > max(many[: len(problem.outputs)]) else 0.0  # no pair tells their order
    for one in (*section("colours in order"), *section("colours as they appear")):
        for change in section("change of order"):
            lines = (f"order = {one.text}", f"return map_colours(grid, dict(zip(order, {change.text})))")
            yield Draft(lines, 2.0 + one.bits + change.bits + unseen)
