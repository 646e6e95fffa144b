"""The grid says which colour becomes which: by a key of cells side by side, or by an order of its colours.

pairs = [one for one in find_objects(grid, multicolour=True) if one.mask.shape == (1, 2)]
table = {int(a): int(b) for one in pairs for a, b in one.cells}
return draw(map_colours(grid, table), pairs)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from inference.proposers.search.cell_table import background_of
from inference.proposers.search.expressions import section
from inference.proposers.search.language import values_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.relations import colour_table

_COLUMNS, _ROWS = "one.cells", "one.cells.T"
_HOW = (
    ("{int(a): int(b) for one in keys for a, b in _shown}", 0.5),
    ("{int(b): int(a) for one in keys for a, b in _shown}", 0.6),
    ("{int(c): int(d) for one in keys for a, b in _shown for c, d in ((a, b), (b, a))}", 0.8),
)


def _has_keys(problem: Problem) -> bool:
    """True if every grid has at least three colours."""
    return all(len({*grid.ravel().tolist()}) > 2 for grid in problem.grids)


@rule(_has_keys)
def colour_keys(problem: Problem) -> Iterator[Draft]:
    """All cells, or those of the largest object, recoloured by the grid's key."""
    background = background_of(problem)
    ground = f", background={background}" if background else ""
    shrinks = any(grid.shape != out.shape for grid, out in problem.pairs)
    for things, cost in (
        (f"find_objects(grid, multicolour=True{ground})", 0.0),
        (f"find_objects(grid, diagonal=False, multicolour=True{ground})", 0.3),
    ):
        for (which, more), (shown, side) in product(_KEYS, ((_COLUMNS, 1), (_ROWS, 0))):
            pick = f"keys = [one for one in things if {which.format(side=side)}]"
            expression = f"[one for things in [{things}] for one in things if {which.format(side=side)}]"
            found = values_of(expression, problem.grids)
            if found is None or not all(found) or any(len(keys) > 9 for keys in found):
                continue
            for (table, bits), (end, last) in product(_HOW, _SMALLER if shrinks else _SAME):
                lines = (
                    f"things = {things}",
                    pick,
                    f"table = {table.replace('_shown', shown)}",
                    f"return {end.format(background=background)}",
                )
                yield Draft(lines, 3.5 + cost + more + bits + last)


_KEYS = (
    ("one.area == 2 and one.mask.shape[{side}] == 2", 0.5),
    ("one.is_rectangle and one.mask.shape[{side}] == 2 and len(one.colours) > 1", 1.0),
    ("one.is_rectangle and one.mask.shape[{side}] == 2 and len(one.colours) == one.area", 1.2),
)
_SAME = (
    ("draw(map_colours(grid, table), keys)", 0.0),
    ("map_colours(grid, table)", 0.0),
    ("paint(map_colours(grid, table), keys, {background})", 0.5),
)
_REST = "[one for one in things if one not in keys]"
_SMALLER = (
    (f"map_colours(largest({_REST}).cells, table)", 0.5),
    (f"map_colours(crop(grid, largest({_REST})), table)", 0.7),
    ("map_colours(crop_to_content(paint(grid, keys, {background})), table)", 0.7),
)


def _recolours(problem: Problem) -> bool:
    """True if every grid's colours become others each in one way, not in the same way in all grids."""
    each = all(colour_table([grid], [out]) is not None for grid, out in problem.pairs)
    return each and colour_table(problem.train, problem.outputs) is None


@rule(same_size, _recolours)
def colour_orders(problem: Problem) -> Iterator[Draft]:
    """The colours put in an order change places in it."""
    for one in (*section("colours in order"), *section("colours as they appear")):
        for change in section("change of order"):
            yield Draft(
                (
                    f"order = list({one.text})",
                    f"return map_colours(grid, dict(zip(order, {change.text})))",
                ),
                2.0 + one.bits + change.bits,
            )
