"""The grid shows which colour becomes which: by a key of adjacent cells, or by an order of its colours.

pairs = [one for one in find_objects(grid, multicolour=True) if one.mask.shape == (1, 2)]
table = {int(a): int(b) for one in pairs for a, b in one.cells}
return draw(map_colours(grid, table), pairs)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from inference.proposers.search.expressions import Choices, fill, filled, section
from inference.proposers.search.language import values_of
from inference.proposers.search.object_table import sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.relations import colour_table
from inference.proposers.search.trust import STRANGE

_MOST_KEYS = 9  # in one grid
_READ: tuple[Choices, ...] = (  # what the keys of one shape show, side by side or one over the other
    {"_side": [(1, 0.0)], "_shown": [("one.cells", 0.0)]},
    {"_side": [(0, 0.0)], "_shown": [("one.cells.T", 0.0)]},
)


@rule(lambda problem: all(len(np.unique(grid)) > 2 for grid in problem.grids))
def colour_keys(problem: Problem) -> Iterator[Draft]:
    """All cells, or those of the largest object, recoloured by the grid's key."""
    use = "use of a table" if same_size(problem) else "use of a table, smaller"
    for (things, cost), read in product(sources(problem.background), _READ):
        for keys in filled("keys", read) if "multicolour" in things else ():
            found = values_of(fill(keys.text, things=things), problem.grids)
            if found is None or not all(0 < len(one) <= _MOST_KEYS for one in found):
                continue
            for table, end in product(filled("table of keys", read), filled(use, problem.ground)):
                lines = (f"things = {things}", f"keys = {keys.text}", f"table = {table.text}")
                yield Draft((*lines, f"return {end.text}"), 2.2 + cost + keys.bits + table.bits + end.bits)


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
            yield Draft(
                (
                    f"order = {one.text}",
                    f"return map_colours(grid, dict(zip(order, {change.text})))",
                ),
                2.0 + one.bits + change.bits + unseen,
            )
