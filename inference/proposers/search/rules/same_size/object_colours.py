"""Whole objects take new colours, or go: another object tells, a table of a property, or conditions do.

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

Areas of the background count as objects too. A table is read off the outputs; every property of a test
object must have been seen in training. Conditions, one for each colour, are learned from `object_table`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from inference.proposers.effort import charge
from inference.proposers.search import learning, prices
from inference.proposers.search.expressions import Expression, Kind, filled, section
from inference.proposers.search.language import attempted, function, values_on
from inference.proposers.search.learning import ALWAYS, Bools, Condition, Numbers, cost_of
from inference.proposers.search.object_table import Objects, ObjectTable, found_by, object_table, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.same_size.objects import GOES, STAYS, acting, explained, fates_of

_MOST_CONSTANTS = 4  # fates that conditions tell
_MOST_PLANS = 4
_MOST_ENTRIES = 9
_ENTRY_BITS = 0.6
_STRAY = "(one.row > 0, one.col > 0, one.bottom < grid.shape[0] - 1, one.right < grid.shape[1] - 1)"


@rule(same_size, enough=8)
def object_colours(problem: Problem) -> Iterator[Draft]:
    """One expression or table that gives the new colours of objects, or a condition for each."""
    background = problem.background
    empty = f"find_objects(mask_to_grid(grid == {background}), diagonal=False)"
    areas = [(empty, 1.8), ("enclosed_regions(grid)", 1.5)]
    for bare in found_by((*sources(background), *areas), problem):
        fates = fates_of(problem, bare)
        if explained(problem, bare, fates):
            yield from _Changes(problem, bare, fates, (bare.source, bare.cost) in areas).drafts()


@dataclass(frozen=True, eq=False)
class _Changes:
    """What becomes of each of the objects that `bare` has: a colour, or that it stays or goes."""

    problem: Problem
    bare: ObjectTable
    after: Numbers
    plain: bool  # conditions are single literals

    def drafts(self) -> Iterator[Draft]:
        """By an expression; if there is none, by a table, or by conditions."""
        told = set(self.after[self.learn].tolist())
        new = told - {STAYS}
        draft = None
        for draft in self._told_by_others() if len(new) > 1 else ():
            yield draft
        if draft is not None:
            return
        if GOES not in told and len(new) > 1 and self.learn.sum() >= 2 * len(told):
            yield from self._tables()
        if len(new) <= _MOST_CONSTANTS:
            yield from self._conditions()

    @cached_property
    def learn(self) -> Bools:
        return self.bare.pair < len(self.problem.outputs)

    @cached_property
    def table(self) -> ObjectTable:
        """The same objects with all literals."""
        return object_table(self.bare, self.problem)

    def _tables(self) -> Iterator[Draft]:
        known, cost = self.after[self.learn].tolist(), 2.0 + self.bare.cost
        for key, values in _properties(self.problem, self.bare.objects):
            keys = [one.item() if isinstance(one, np.generic) else one for row in values for one in row]
            table = learning.lookup([keys[: len(known)]], [known]) or {}
            told = {found: fate for found, fate in table.items() if fate != STAYS}
            few = 1 < len(table) <= min(_MOST_ENTRIES, len(known) // 2)
            if few and set(keys) <= set(table) and len(set(told.values())) > 1:
                body = [f"    key = {key.text}", "    if key in table:"]
                body.append("        out = paint(out, one, table[key])")
                bits = cost + key.bits + _ENTRY_BITS * len(table)
                yield self._draft(body, bits, f"table = {told!r}")

    def _conditions(self) -> Iterator[Draft]:
        """A condition for each fate, cheapest first; it may hold for what has the new colour already."""
        own = [one.colour if len(one.colours) == 1 else STAYS for one in self.bare.all_objects]
        after = np.where(self.after == STAYS, own, self.after)
        options = learning.constants(self.table, after, self.after != STAYS, self.learn, 3)
        found = learning.best_then_variants(options)
        if self.plain:
            found = (plan for plan in found if all(len(sum(one.condition.clauses, ())) < 2 for one in plan))
        for plan in sorted(found, key=cost_of)[:_MOST_PLANS]:
            body = [line for step in plan for line in self._painting(step.condition, step.source)]
            yield self._draft(body, 1.0 + self.bare.cost + cost_of(plan))

    def _told_by_others(self) -> Iterator[Draft]:
        """One expression for all new colours; a literal tells whom it is for, another who goes."""
        after, learn = self.after, self.learn
        for one in filled("colour for an object", {}):
            given = self._given(one.text)
            if (given != after)[after >= 0].any():
                continue
            goes = (after == GOES) & (given != self.problem.background)
            idle = learn & (after == STAYS) & (given != STAYS)
            told = _literals(self.table, (after != STAYS) & ~goes, idle)
            going = _literals(self.table, goes, learn & ~goes) if goes.any() else [Condition((), -1.5)]
            for who, leaver in product(told, going):
                body = self._painting(who, one.text)
                body += self._painting(leaver, str(GOES)) if goes.any() else []
                yield self._draft(body, 3.5 + self.bare.cost + one.bits + who.cost + leaver.cost)

    def _given(self, text: str) -> Numbers:
        """The colour that an expression gives each training object, or that it stays as it is."""
        number = int(self.learn.sum())
        charge(prices.PROPERTY[0] + prices.PROPERTY[1] * number)
        run = function(f"lambda grid, things, one: {text}")
        found = np.full(self.bare.pair.size, STAYS)
        for place, one in enumerate(self.bare.all_objects[:number]):
            pair = self.bare.pair[place]
            colour = attempted(run, self.problem.grids[pair], self.bare.objects[pair], one)
            # an object without such another must not be painted
            found[place] = GOES if colour is None else STAYS if one.colours == (colour,) else colour
        return found

    def _painting(self, condition: Condition, source: str) -> list[str]:
        colour = self.problem.background if source == str(GOES) else source
        return acting(condition, self.table, f"paint(out, one, {colour})")

    def _draft(self, body: Sequence[str], cost: float, *head: str) -> Draft:
        loop = ("out = grid", "for one in things:", *body, "return out")
        return Draft((f"things = {self.bare.source}", *head, *loop), cost)


def _literals(table: ObjectTable, wanted: Bools, banned: Bools) -> list[Condition]:
    """The two cheapest literals that hold for all wanted and no banned objects."""
    if not banned.any():
        return [ALWAYS]
    charge(prices.LEARN[0] + prices.LEARN[1] * table.literals.size)
    fitting = table.literals[:, wanted].all(axis=1) & ~table.literals[:, banned].any(axis=1)
    return [Condition(((n,),), float(table.costs[n])) for n in np.flatnonzero(fitting)[:2].tolist()]


def _properties(problem: Problem, objects: Objects) -> Iterator[tuple[Expression, list[list[Any]]]]:
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
