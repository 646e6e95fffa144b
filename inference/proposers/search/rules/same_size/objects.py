"""Where objects go: some move, or are drawn once more elsewhere; which and how far is learned.

    things = find_objects(grid)
    movers = [one for one in things if one.size > 1]
    moved = [move(one, free_distance(grid, one, DOWN), 0) for one in movers]
    return draw(paint(grid, movers, 0), moved)

What becomes of an object is read off the outputs. The condition for those that move is the shortest over the
literals of `object_table`; each way is an expression that gives all their steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from arc import Grid
from inference.proposers.search.learning import ALWAYS, Bools, Condition, Numbers, conditions
from inference.proposers.search.object_table import ObjectTable, found_by, object_table, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.same_size.object_ways import Place, Way, targets, ways
from omniarc import Object

_MOST_SIMPLE = 24  # literals that copied objects are picked by
_MOST_WAYS = 12
_COPIES = (("", 0.0), ("steps", 0.5), ("steps, whole=True", 0.8))  # one copy, or all along a way
STAYS, GOES = -1, -2


@rule(same_size, enough=8)
def object_moves(problem: Problem) -> Iterator[Draft]:
    """Move or copy objects by learned conditions."""
    for bare in found_by(sources(problem.background), problem):
        fates = fates_of(problem, bare)
        if explained(problem, bare, fates):
            continue
        moved = fates != STAYS
        copied = not moved.any()
        if copied and (drafts := list(_copying(problem, bare))):
            yield from drafts  # all of them were copied: no condition is needed
            continue
        places = [] if copied else _places(problem, bare, moved)
        if not copied and not ((fates == GOES).any() and all(places)):
            continue
        table = object_table(bare, problem)
        if copied:
            yield from _copying(problem, table)
        else:
            yield from _moving(problem, table, moved, places)


def fates_of(problem: Problem, bare: ObjectTable) -> Numbers:
    """For each object the colour that it takes, or that it stays or goes; those of test grids stay."""
    fates = np.full(bare.pair.size, STAYS)
    for place, (one, number) in enumerate(zip(bare.all_objects, bare.pair, strict=True)):
        shown = [shown_at(grid, one) for pair in problem.pairs[number : number + 1] for grid in pair]
        if shown and (shown[0] != shown[1]).any():
            new = int(shown[1][0])
            fates[place] = new if (shown[1] == new).all() and new != problem.background else GOES
    return fates


def shown_at(grid: Grid, one: Object) -> Grid:
    """The cells of a grid that the object covers, or would; it must lie inside."""
    return grid[one.row : one.bottom + 1, one.col : one.right + 1][one.mask]


def explained(problem: Problem, bare: ObjectTable, fates: Numbers) -> bool:
    """True if carrying out the fates gives the outputs."""
    made = [np.array(grid) for grid in problem.train]
    for one, number, fate in zip(bare.all_objects, bare.pair, fates, strict=True):
        if fate != STAYS:
            colour = problem.background if fate == GOES else fate
            made[number][one.row : one.bottom + 1, one.col : one.right + 1][one.mask] = colour
    return all(map(np.array_equal, made, problem.outputs))


def acting(condition: Condition, table: ObjectTable, action: str) -> list[str]:
    """The statements, in a loop over objects, that do an action if the condition holds."""
    if condition is ALWAYS:
        return [f"    out = {action}"]
    return [f"    if {condition_text(condition, table)}:", f"        out = {action}"]


def condition_text(condition: Condition, table: ObjectTable) -> str:
    """A condition on one object as source: truths joined by words, not by the operators of masks."""
    text = condition.text(table.names).replace(" & ", " and ").replace(" | ", " or ")
    return text[1:-1] if len(sum(condition.clauses, ())) == 1 else text  # each literal is in brackets


def _places(problem: Problem, table: ObjectTable, moved: Bools) -> list[list[Place]]:
    """For each object of the pairs where it may have moved, or where it is if it did not."""
    return [
        targets(problem.grids[number], problem.outputs[number], one) if moves else [(one.row, one.col)]
        for one, number, moves in zip(table.all_objects, table.pair, moved, strict=True)
        if number < len(problem.outputs)
    ]


def _moving(problem: Problem, table: ObjectTable, moved: Bools, places: list[list[Place]]) -> Iterator[Draft]:
    """Move the objects that go, by one expression for their rows and one for their columns."""
    # first conditions that also hold for some objects with no way to go
    loose = [one for one in _simple(table) if not (moved & ~one.holds(table.literals)).any()]
    strict = conditions(table, moved, (table.pair < len(problem.outputs)) & ~moved, 2)
    for condition in sorted([*loose[:4], *strict], key=lambda one: one.cost):
        movers = condition.holds(table.literals)
        for down, across in _pairs_of(ways(problem, table, movers, places)):
            lines = _moving_lines(table, condition, down, across, background=problem.background)
            yield Draft(lines, 2.0 + table.cost + condition.cost + down.cost + across.cost)


def _copying(problem: Problem, table: ObjectTable) -> Iterator[Draft]:
    """Objects stay and are drawn once more, or again and again, as far off as an expression says."""
    for condition in _simple(table):
        copied = condition.holds(table.literals)
        places = _places(problem, table, copied)
        if not all(places):
            continue
        found = _pairs_of(ways(problem, table, copied, places))
        for (down, across), (copies, more) in product(found, _COPIES):
            steps = copies.replace("steps", f"{down.text}, {across.text}")
            cost = 2.5 + table.cost + condition.cost + down.cost + across.cost + more
            yield Draft(_moving_lines(table, condition, down, across, steps), cost)


def _simple(table: ObjectTable) -> Iterator[Condition]:
    """All objects, then those of each of the cheapest literals that hold in every grid."""
    yield ALWAYS
    everywhere = np.unique(table.pair).size
    tried = 0
    for number, holds in enumerate(table.literals):
        if np.unique(table.pair[holds]).size == everywhere:
            yield Condition(((number,),), float(table.costs[number]))
            tried += 1
        if tried >= _MOST_SIMPLE:
            return


def _pairs_of(found: tuple[list[Way], list[Way]]) -> list[tuple[Way, Way]]:
    """(rows, columns) of one `other` at most, cheapest first; not those that lead nowhere."""
    pairs = [
        (down, across)
        for down, across in product(*found)
        if len({down.other, across.other} - {""}) < 2 and (down.text, across.text) != ("0", "0")
    ]
    return sorted(pairs, key=lambda two: two[0].cost + two[1].cost)[:_MOST_WAYS]


def _moving_lines(
    table: ObjectTable,
    condition: Condition,
    down: Way,
    across: Way,
    copies: str = "",
    background: int | None = None,
) -> tuple[str, ...]:
    """The program; the objects are erased from where they were if a `background` is given.

    `copies` are the arguments of `copies_along` if each comes to lie at several places.
    """
    of_some = f"[one for one in things if {condition_text(condition, table)}]"
    lines = [f"things = {table.source}", f"movers = {'things' if condition is ALWAYS else of_some}"]
    other = down.other or across.other
    each = "for one in movers" + (f" for other in [{other}]" if other else "")
    if "rest" in other:
        lines.append("rest = [one for one in things if one not in movers]")
    one_copy = f"move(one, {down.text}, {across.text}) {each}"
    many = f"copy {each} for copy in copies_along(one, {copies})"
    drawn = "draw(grid, moved), things" if background is None else f"paint(grid, movers, {background}), moved"
    return (*lines, f"moved = [{many if copies else one_copy}]", f"return draw({drawn})")
