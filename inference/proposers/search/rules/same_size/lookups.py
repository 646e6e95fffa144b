"""Objects take the colour that a table holds for one of their properties, or for their rank in it.

    things = find_objects(grid)
    table = {0: 1, 1: 2, 2: 3}
    out = grid
    for one in things:
        key = sorted({-one.size for one in things}).index(-one.size)
        if key in table:
            out = paint(out, one, table[key])
    return out

Areas of the background count as objects too. The table is read off the outputs; every property of a test
object must have been seen in training.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_table import background_of
from inference.proposers.search.expressions import Expression, Kind, section
from inference.proposers.search.language import values_on
from inference.proposers.search.object_table import found_by, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.learning import lookup
from inference.proposers.search.rules.same_size.objects import GOES, STAYS, explained, fates_of
from omniarc import Object

_MOST_ENTRIES = 9
_ENTRY_BITS = 0.6
_STRAY = "(one.row > 0, one.col > 0, one.bottom < grid.shape[0] - 1, one.right < grid.shape[1] - 1)"


@rule(same_size, enough=4)
def lookups(problem: Problem) -> Iterator[Draft]:
    """One table from a property of objects to their new colour."""
    background = background_of(problem)
    empty = f"find_objects(mask_to_grid(grid == {background}), diagonal=False)"
    areas = [(empty, 1.8), ("enclosed_regions(grid)", 1.5)]
    for text, cost, objects in found_by((*sources(background), *areas), problem):
        fates = fates_of(problem, objects, background)
        told = {fate for row in fates for fate in row} - {STAYS}
        if len(told) > 1 and GOES not in told and explained(problem, objects, fates, background):
            yield from _tables(problem, objects, fates, Expression(text, cost, Kind.OBJECTS))


def _tables(
    problem: Problem,
    objects: Sequence[Sequence[Object]],
    fates: Sequence[Sequence[int]],
    source: Expression,
) -> Iterator[Draft]:
    for key in (*_properties(), Expression(_STRAY, 2.0, Kind.KEY)):
        charge(prices.PROPERTY[0] + prices.PROPERTY[1] * sum(map(len, objects)))
        values = values_on(key.text, problem.grids, objects)
        if values is None:  # not all objects have this property
            continue
        keys = [[_plain(value) for value in row] for row in values]
        table = lookup(keys, fates)
        if table is None or not 1 < len(table) <= _MOST_ENTRIES:
            continue
        if any(found not in table for row in keys[len(fates) :] for found in row):
            continue
        told = {found: fate for found, fate in table.items() if fate != STAYS}
        if len(set(told.values())) > 1 and sum(map(len, fates)) >= 2 * len(table):
            yield Draft(_lines(source, key, told), 2.0 + source.bits + key.bits + _ENTRY_BITS * len(table))


def _properties() -> Iterator[Expression]:
    """The properties of an object, those that are numbers also as ranks."""
    for one in section("of an object"):
        yield one
        if one.kind is Kind.NUMBER:
            for sign in ("", "-"):
                rank = f"sorted({{{sign}({one.text}) for one in things}}).index({sign}({one.text}))"
                yield Expression(rank, one.bits + 0.5, Kind.NUMBER)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _lines(source: Expression, key: Expression, table: dict[Any, int]) -> tuple[str, ...]:
    return (
        f"things = {source.text}",
        f"table = {table!r}",
        "out = grid",
        "for one in things:",
        f"    key = {key.text}",
        "    if key in table:",
        "        out = paint(out, one, table[key])",
        "return out",
    )
