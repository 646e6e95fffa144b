"""Objects take the colour that a table holds for a property of theirs, or that another object tells.

    things = find_objects(grid)
    table = {0: 1, 1: 2, 2: 3}
    out = grid
    for one in things:
        key = sorted({-one.size for one in things}).index(-one.size)
        if key in table:
            out = paint(out, one, table[key])
    return out

Or, if some of them go as well:

    for one in things:
        if one.size > 1:
            out = paint(out, one, nearest(one, things).colour)
        if one.size == 1:
            out = paint(out, one, 0)

Areas of the background count as objects too. The table is read off the outputs; every property of a test
object must have been seen in training.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_learner import Bools, Condition
from inference.proposers.search.cell_table import background_of
from inference.proposers.search.expressions import Choices, Expression, Kind, filled, section
from inference.proposers.search.language import function, values_on
from inference.proposers.search.object_table import ObjectTable, found_by, object_table, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.learning import Numbers, lookup
from inference.proposers.search.rules.same_size.objects import GOES, STAYS, acting, explained, fates_of
from omniarc import Object

_MOST_ENTRIES = 9
_ENTRY_BITS = 0.6
_STRAY = "(one.row > 0, one.col > 0, one.bottom < grid.shape[0] - 1, one.right < grid.shape[1] - 1)"


@rule(same_size, enough=4)
def object_colours(problem: Problem) -> Iterator[Draft]:
    """One table from a property of objects to their new colour, or one expression that gives it."""
    background = background_of(problem)
    empty = f"find_objects(mask_to_grid(grid == {background}), diagonal=False)"
    areas = [(empty, 1.8), ("enclosed_regions(grid)", 1.5)]
    for text, cost, objects in found_by((*sources(background), *areas), problem):
        fates = fates_of(problem, objects, background)
        told = {fate for row in fates for fate in row}
        if len(told - {STAYS}) > 1 and explained(problem, objects, fates, background):
            found = list(_told_by_others(problem, ObjectTable.bare(text, cost, objects), fates, background))
            yield from found
            if not found and GOES not in told and sum(map(len, fates)) >= 2 * len(told):
                yield from _tables(problem, objects, fates, Expression(text, cost, Kind.OBJECTS))


def _tables(
    problem: Problem,
    objects: Sequence[Sequence[Object]],
    fates: Sequence[Sequence[int]],
    source: Expression,
) -> Iterator[Draft]:
    for key, values in _properties(problem, objects):
        keys = [[_plain(value) for value in row] for row in values]
        table = lookup(keys, fates)
        if table is None or not 1 < len(table) <= _MOST_ENTRIES:
            continue
        if any(found not in table for row in keys[len(fates) :] for found in row):
            continue
        told = {found: fate for found, fate in table.items() if fate != STAYS}
        if len(set(told.values())) > 1 and sum(map(len, fates)) >= 2 * len(table):
            yield Draft(_lines(source, key, told), 2.0 + source.bits + key.bits + _ENTRY_BITS * len(table))


def _told_by_others(
    problem: Problem, bare: ObjectTable, fates: Sequence[Sequence[int]], background: int
) -> Iterator[Draft]:
    """One expression for all new colours; a literal tells whom it is for, another who goes."""
    fate = np.full(bare.pair.size, STAYS)
    fate[: sum(map(len, fates))] = np.concatenate(fates)
    learn = bare.pair < len(fates)
    table: ObjectTable | None = None
    alike: Choices = {"_like": [(one.text, one.bits) for one in section("like another")]}
    for one in filled("colour for an object", alike):
        given = _painted(problem, bare, one.text, len(fate[learn]))
        if (given != fate)[fate >= 0].any():
            continue
        if table is None:
            table = object_table(bare.source, bare.cost, bare.objects, problem.grids, len(fates))
        goes = (fate == GOES) & (given != background)
        told = _literals(table, (fate != STAYS) & ~goes, learn & (fate == STAYS) & (given != STAYS))
        going = _literals(table, goes, learn & ~goes) if goes.any() else [(None, 0.0)]
        for (who, price), (leaver, more) in product(told, going):
            lines = [f"things = {table.source}", "out = grid", "for one in things:"]
            lines += acting(who, table, f"paint(out, one, {one.text})")
            lines += acting(leaver, table, f"paint(out, one, {background})") if goes.any() else []
            yield Draft((*lines, "return out"), 2.0 + table.cost + one.bits + price + more + 1.5 * goes.any())


def _literals(table: ObjectTable, wanted: Bools, banned: Bools) -> list[tuple[Condition | None, float]]:
    """The two cheapest literals that hold for all wanted and no banned objects; None if none is banned."""
    if not banned.any():
        return [(None, 0.0)]
    charge(prices.LEARN[0] + prices.LEARN[1] * table.literals.size)
    fitting = table.literals[:, wanted].all(axis=1) & ~table.literals[:, banned].any(axis=1)
    found = [(int(number), float(table.costs[number])) for number in np.flatnonzero(fitting)[:2]]
    return [(Condition(((number,),), price), price) for number, price in found]


def _painted(problem: Problem, table: ObjectTable, text: str, number: int) -> Numbers:
    """The colour that an expression gives each of the first `number` objects, or that it stays as it is."""
    charge(prices.PROPERTY[0] + prices.PROPERTY[1] * number)
    run = function(f"lambda grid, things, one: {text}")
    found = np.full(table.pair.size, STAYS)
    for place, one in enumerate(table.all_objects[:number]):
        pair = table.pair[place]
        try:
            colour = run(problem.grids[pair], table.objects[pair], one)
        except Exception:  # an object without such another: it must not be painted
            found[place] = GOES
            continue
        found[place] = STAYS if one.colours == (colour,) else colour
    return found


def _properties(
    problem: Problem, objects: Sequence[Sequence[Object]]
) -> Iterator[tuple[Expression, list[list[Any]]]]:
    """The properties that all objects have, and their values; of numbers their ranks too."""
    for one in (*section("of an object"), Expression(_STRAY, 2.0, Kind.KEY)):
        charge(prices.PROPERTY[0] + prices.PROPERTY[1] * sum(map(len, objects)))
        values = values_on(one.text, problem.grids, objects)
        if values is None:
            continue
        yield one, values
        for sign, turn in (("", 1), ("-", -1)) if one.kind is Kind.NUMBER else ():
            text = f"sorted({{{sign}({one.text}) for one in things}}).index({sign}({one.text}))"
            orders = [sorted({turn * value for value in row}) for row in values]
            ranks = [[order.index(turn * v) for v in row] for order, row in zip(orders, values, strict=True)]
            yield Expression(text, one.bits + 0.5, Kind.NUMBER), ranks


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
