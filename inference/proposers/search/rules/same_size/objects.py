"""Where objects go: some move, or are drawn once more elsewhere; which and how far is learned.

    things = find_objects(grid)
    movers = [one for one in things if one.size > 1]
    moved = [move(one, free_distance(grid, one, DOWN), 0) for one in movers]
    return draw(paint(grid, movers, 0), moved)

What becomes of an object is read off the outputs. The condition for those that move is the shortest over the
literals of `object_table`; each way is an expression that gives all their steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from operator import itemgetter

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Expression, Kind, filled, free, section
from inference.proposers.search.language import attempted, function
from inference.proposers.search.learning import ALWAYS, Bools, Condition, Numbers, conditions
from inference.proposers.search.object_table import ObjectTable, found_by, object_table, sources
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, rule, same_size
from omniarc import Object

_MOST_SIMPLE = 24  # literals that copied objects are picked by
_MOST_WAYS = 6  # along one axis
_MOST_PAIRS = 12
_COPIES = (("", 0.0), ("steps", 0.5), ("steps, whole=True", 0.8))  # one copy, or all along a way; bits
STAYS, GOES = -1, -2

Places = list[list[tuple[int, int]]]  # where each training object may go, by its top left cell
Anchors = Sequence[Object | None]  # the `other` of each object of a table
Steps = Mapping[int, set[int]]  # how far along one axis each of some objects may go
Way = tuple[str, str, float]  # an expression of the steps along one axis, that of the `other` in it, the bits
Ways = tuple[Way, Way]  # down and across


@rule(same_size, enough=8)
def object_moves(problem: Problem) -> Iterator[Draft]:
    """Move or copy objects by learned conditions."""
    for bare in found_by(sources(problem.background), problem):
        fates = fates_of(problem, bare)
        if explained(problem, bare, fates):
            continue
        moved = fates != STAYS
        if not moved.any():
            for_all = list(_copying(problem, bare))  # which needs no condition
            yield from for_all or _copying(problem, object_table(bare, problem))
        elif (fates == GOES).any() and all(places := _places(problem, bare, moved)):
            yield from _moving(problem, object_table(bare, problem), moved, places)


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


def _places(problem: Problem, table: ObjectTable, moved: Bools) -> Places:
    """For each object of the pairs where it may have moved, or where it is if it did not."""
    return [
        _targets(problem.pairs[number], one) if moves else [(one.row, one.col)]
        for one, number, moves in zip(table.all_objects, table.pair, moved, strict=True)
        if number < len(problem.outputs)
    ]


def _targets(pair: tuple[Grid, Grid], one: Object) -> list[tuple[int, int]]:
    """Where the output shows the object and the input does not, as the places of its top left cell."""
    shape = (one.height, one.width)
    shown = (sliding_window_view(cells, shape)[:, :, one.mask] for cells in pair)
    before, after = ((cells != one.cells[one.mask]).any(2) for cells in shown)
    return [(row, col) for row, col in np.argwhere(before & ~after).tolist()]


def _moving(problem: Problem, table: ObjectTable, moved: Bools, places: Places) -> Iterator[Draft]:
    """Move the objects that go, by one expression for their rows and one for their columns."""
    # first conditions that also hold for some objects with no way to go
    loose = [one for one in _simple(table) if not (moved & ~one.holds(table.literals)).any()]
    strict = conditions(table, moved, (table.pair < len(problem.outputs)) & ~moved, 2)
    for condition in sorted([*loose[:4], *strict], key=lambda one: one.cost):
        movers = condition.holds(table.literals)
        for ways in _ways(problem, table, movers, places):
            yield _draft(table, condition, ways, f"paint(grid, movers, {problem.background}), moved", 2.0, 0)


def _copying(problem: Problem, table: ObjectTable) -> Iterator[Draft]:
    """Objects stay and are drawn once more, or again and again, as far off as an expression says."""
    for condition in _simple(table):
        copied = condition.holds(table.literals)
        places = _places(problem, table, copied)
        if not all(places):
            continue
        for ways, copies in product(_ways(problem, table, copied, places), range(len(_COPIES))):
            yield _draft(table, condition, ways, "draw(grid, moved), things", 2.5, copies)


def _simple(table: ObjectTable) -> Iterator[Condition]:
    """All objects, then those of each of the cheapest literals that hold in every grid."""
    yield ALWAYS
    for number in np.flatnonzero(table.counts.all(axis=1))[:_MOST_SIMPLE].tolist():
        yield Condition(((number,),), float(table.costs[number]))


def _ways(problem: Problem, table: ObjectTable, movers: Bools, places: Places) -> list[Ways]:
    """The cheapest expressions of rows and columns, of one `other` at most, that all movers may go."""
    every = table.all_objects
    numbers = [number for number in np.flatnonzero(movers).tolist() if number < len(places)]
    others = [("", 0.0, [None] * len(every)), *_others(problem, table, movers)]
    found: list[list[Way]] = []
    for axis, name in enumerate(("rows", "columns")):
        steps = {n: {place[axis] - every[n].box[axis] for place in places[n]} for n in numbers}
        fitting = []
        for other, price, anchors in others:
            tried = section(f"{name} to another") if other else _alone(name, steps, problem)
            fits = [one for one in tried if _fits(problem, table, one.text, anchors, steps)]
            fitting += [(one.text, other, one.bits + price) for one in fits]
        found.append(sorted(fitting, key=itemgetter(2))[:_MOST_WAYS])
    pairs = [
        (down, across)
        for down, across in product(*found)
        if len({down[1], across[1]} - {""}) < 2 and (down[0], across[0]) != ("0", "0")
    ]
    return sorted(pairs, key=lambda two: two[0][2] + two[1][2])[:_MOST_PAIRS]


def _fits(problem: Problem, table: ObjectTable, text: str, others: Anchors, steps: Steps) -> bool:
    """True if the expression gives each object that has `steps` one of them."""
    run, every, pair = function(f"lambda grid, things, one, other: {text}"), table.all_objects, table.pair
    return all(
        attempted(run, problem.grids[pair[n]], table.objects[pair[n]], every[n], others[n]) in allowed
        for n, allowed in steps.items()
    )


def _others(problem: Problem, table: ObjectTable, movers: Bools) -> Iterator[tuple[str, float, Anchors]]:
    """An expression of `other`, its cost, and what it is for each object that moves; no two the same."""
    every, staying = table.all_objects, [~movers & (table.pair == n) for n in range(len(problem.grids))]
    rests = [tuple([every[place] for place in np.flatnonzero(stay)]) for stay in staying]
    seen = set()
    for other in filled("another object", {"_c": free(filter(None, shared_colours(problem.grids)))}):
        run = other.run("grid", "things", "rest", "one")
        charge(prices.PROPERTY[0] + prices.PROPERTY[1] * table.pair.size)
        anchors: list[Object | None] = []
        for grid, things, rest in zip(problem.grids, table.objects, rests, strict=True):
            anchors += [None if one in rest else attempted(run, grid, things, rest, one) for one in things]
        if tuple(anchors) not in seen:
            seen.add(tuple(anchors))
            yield other.text, other.bits, anchors


def _alone(axis: str, steps: Steps, problem: Problem) -> Iterator[Expression]:
    """Expressions that need no other object."""
    common = set.intersection(*steps.values()) if steps else set()
    for step in sorted(common, key=abs)[:2]:
        yield Expression(str(step), 0.0 if step == 0 else 1.0 + 0.4 * abs(step), Kind.NUMBER)
    yield from section(f"{axis} to move")
    yield from filled("either to move", {"_c": free(filter(None, shared_colours(problem.grids)))})


def _draft(table: ObjectTable, who: Condition, ways: Ways, drawn: str, cost: float, copies: int) -> Draft:
    """The program that draws `drawn`, where `moved` are such copies of the objects that `who` picks."""
    (down, other, bits), (across, another, more) = ways
    along, price = _COPIES[copies]
    of_some = f"[one for one in things if {condition_text(who, table)}]"
    lines = [f"things = {table.source}", f"movers = {'things' if who is ALWAYS else of_some}"]
    other = other or another
    each = "for one in movers" + (f" for other in [{other}]" if other else "")
    if "rest" in other:
        lines.append("rest = [one for one in things if one not in movers]")
    steps = f"{down}, {across}"
    many = f"copy {each} for copy in copies_along(one, {along.replace('steps', steps)})"
    lines += [f"moved = [{many if along else f'move(one, {steps}) {each}'}]", f"return draw({drawn})"]
    return Draft(tuple(lines), cost + table.cost + who.cost + bits + more + price)
