"""Objects of one grid that move in different ways; which moves how is learned.

    things = find_objects(grid)
    out = paint(grid, things, 0)
    for one in things:
        way = (grid.shape[0] - 1 - one.bottom, 0) if one.height > one.width else (0, 0)
        out = draw(out, move(one, *way))
    return out

A few ways are chosen that bring every object to where the output shows it. The condition for each holds for
the objects that only it explains, and for none that it would bring elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

import numpy as np

from arc import Grid
from inference.proposers.search.expressions import Expression, section
from inference.proposers.search.language import values_on
from inference.proposers.search.learning import ALWAYS, Bools, conditions
from inference.proposers.search.object_table import Objects, ObjectTable, found_by, object_table, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.same_size.objects import STAYS, condition_text, fates_of, shown_at
from omniarc import Object, move

_MOST_WAYS = 4
_MOST_PLANS = 12


@rule(same_size, enough=4)
def several_ways(problem: Problem) -> Iterator[Draft]:
    """Each object moves in one of a few ways, told by what it is."""
    for bare in found_by(sources(problem.background)[:3], problem):
        going = (fates_of(problem, bare) != STAYS)[bare.pair < len(problem.outputs)]
        ways = _ways(problem, bare.objects, going) if going.any() else []
        plans = _plans(ways, going)[:_MOST_PLANS]
        table = object_table(bare, problem) if plans else bare
        for plan in plans:
            yield from _drafts(table, [ways[number] for number in plan], problem.background)


Way = tuple[Expression, Bools]  # and for which training objects it explains the output


def _ways(problem: Problem, objects: Objects, going: Bools) -> list[Way]:
    """The ways that explain some object that moves, each set of such objects once."""
    found: dict[bytes, Way] = {}
    for way in section("way of an object"):
        told = values_on(way.text, problem.train, objects)
        if told is None:  # an object of one colour points nowhere
            continue
        grids = zip(problem.outputs, objects, told, strict=False)
        steps = ((out, *step) for out, things, row in grids for step in zip(things, row, strict=True))
        right = np.array([_shown(move(one, *far), out) for out, one, far in steps])
        if (right & going).any() and right.tobytes() not in found:
            found[right.tobytes()] = (way, right)
    return list(found.values())


def _shown(one: Object, out: Grid) -> bool:
    inside = one.row >= 0 and one.col >= 0 and one.bottom < out.shape[0] and one.right < out.shape[1]
    return inside and bool((shown_at(out, one) == one.cells[one.mask]).all())


def _plans(ways: Sequence[Way], going: Bools) -> list[tuple[int, ...]]:
    """Orders of as few ways as explain all objects that move, none of them idle."""
    right = np.array([shown[going] for _, shown in ways])
    for count in range(1, _MOST_WAYS + 1):
        found: list[tuple[int, ...]] = []
        for some in combinations(range(len(ways)), count):
            times = right[list(some)].sum(0)
            if times.all() and right[list(some)][:, times == 1].any(1).all():
                found += permutations(some)
        if found:
            return sorted(found)
    return []


def _drafts(table: ObjectTable, ways: Sequence[Way], background: int) -> Iterator[Draft]:
    """The cheapest condition for each way, given those before it; the last may be for all that are left."""
    cost, chain = 2.5 + table.cost, ""
    left = np.arange(table.pair.size) < ways[0][1].size
    for number, (way, right) in enumerate(ways):
        rest = np.delete([other for _, other in ways], number, 0).any(0)
        fits, others = (np.pad(one, (0, left.size - one.size)) for one in (right, rest))
        found = conditions(table, left & fits & ~others, left & ~fits, 1)
        if not found:
            return
        told = "" if found[0] is ALWAYS else f" if {condition_text(found[0], table)} else "
        chain += way.text + told
        cost += way.bits + found[0].cost
        left &= ~found[0].holds(table.literals)
    lines = (f"things = {table.source}", f"out = paint(grid, things, {background})", "for one in things:")
    way_of = chain + ("(0, 0)" if chain.endswith(" ") else "")
    yield Draft((*lines, f"    way = {way_of}", "    out = draw(out, move(one, *way))", "return out"), cost)
