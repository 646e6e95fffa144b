"""What becomes of objects: some are recoloured, some go, some move; which and how is learned.

    things = find_objects(grid)
    out = grid
    for one in things:
        if one.size == max(one.size for one in things):
            out = paint(out, one, 3)
    return out

An object's fate is read off the outputs. The condition for each fate is the shortest over the literals of
`object_table`; where objects move, each way is an expression that gives all their steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.search.cell_learner import Bools, Condition, conditions
from inference.proposers.search.cell_table import background_of, same_size
from inference.proposers.search.object_table import ObjectTable, object_table, objects_of, sources
from inference.proposers.search.problem import Fragment, Problem, Rule
from inference.proposers.search.rules.object_moves import Way, targets, ways
from inference.proposers.search.rules.resize_base import function, test_grids
from inference.proposers.search.trust import believable, doubts
from omniarc import Object

_MOST_FATES = 4
_MOST_SIMPLE = 24  # literals that copied objects are picked by
_MOST_WAYS = 12
_STAYS, _GOES = -1, -2

Fates = npt.NDArray[np.int64]

# expressions of the colour that an object takes, and their costs
_COLOURS: tuple[tuple[str, float], ...] = (
    ("max(things, key=lambda one: one.size).colour", 2.0),
    ("min(things, key=lambda one: one.size).colour", 2.0),
    ("nearest(one, things).colour", 2.0),
    ("most_common([one.colour for one in things])", 2.0),
    ("least_common([one.colour for one in things])", 2.2),
    ("grid[0, 0]", 2.0),
    ("grid[0, -1]", 2.2),
    ("grid[-1, 0]", 2.2),
    ("grid[-1, -1]", 2.2),
    ("one.colours[0]", 2.0),
    ("one.colours[-1]", 2.0),
    ("list(one.colour_counts)[-1]", 2.0),
    ("next(other.colour for other in things if other.shape_key == one.shape_key and other != one)", 3.0),
    ("next(other.colour for other in things if other.size == one.size and other != one)", 3.0),
    ("next(other.colour for other in things if other.row == one.row and other != one)", 3.2),
    ("next(other.colour for other in things if other.col == one.col and other != one)", 3.2),
)


@dataclass(frozen=True)
class Step:
    """Objects for which `condition` holds (or all) are painted in `colour`, or erased if that is empty."""

    condition: Condition | None
    colour: str
    cost: float
    fate: int


def object_fates(problem: Problem) -> Iterator[Fragment]:
    """Recolour, remove or move objects by learned conditions."""
    if not same_size(problem):
        return
    background = background_of(problem)
    yielded: set[tuple[str, ...]] = set()
    seen: set[tuple[tuple[tuple[int, ...], ...], ...]] = set()
    for text, cost in sources(background):
        objects = objects_of(text, problem.grids)
        if objects is None or problem.budget.spent():
            continue
        key = tuple(tuple(one.box for one in found) for found in objects)
        fates = [
            _fates(grid, out, found, background)
            for (grid, out), found in zip(problem.pairs, objects, strict=False)
        ]
        flat = np.array([fate for row in fates for fate in row])
        if key in seen:
            continue
        seen.add(key)
        table = object_table(text, cost, objects, problem.grids, len(problem.outputs))
        for fragment in _programs(problem, table, flat, background):
            if fragment.lines not in yielded:
                yielded.add(fragment.lines)
                yield fragment


def _programs(problem: Problem, table: ObjectTable, fates: Fates, background: int) -> Iterator[Fragment]:
    if _explained(problem, table, fates, background):
        yield from _painting(problem, table, fates, background)
    elif (fates == _GOES).any():
        yield from _moving(problem, table, fates, background)
    elif not (fates != _STAYS).any():
        yield from _copying(problem, table)


def _fates(grid: Grid, out: Grid, objects: Sequence[Object], background: int) -> list[int]:
    """For each object the colour that it takes, or that it stays or goes."""
    fates: list[int] = []
    for one in objects:
        box = (slice(one.row, one.bottom + 1), slice(one.col, one.right + 1))
        before, after = grid[box][one.mask], out[box][one.mask]
        if (before == after).all():
            fates.append(_STAYS)
        elif (after == after[0]).all() and after[0] != background:
            fates.append(int(after[0]))
        else:
            fates.append(_GOES)
    return fates


def _explained(problem: Problem, table: ObjectTable, fates: Fates, background: int) -> bool:
    """True if the fates, done, give the outputs."""
    rest = list(fates)
    for (grid, out), objects in zip(problem.pairs, table.objects, strict=False):
        made = np.array(grid)
        for one in objects:
            fate = rest.pop(0)
            if fate != _STAYS:
                colour = background if fate == _GOES else fate
                made[one.row : one.bottom + 1, one.col : one.right + 1][one.mask] = colour
        if (made != out).any():
            return False
    return True


def _painting(problem: Problem, table: ObjectTable, fates: Fates, background: int) -> Iterator[Fragment]:
    learn = table.pair < len(problem.outputs)
    all_fates = np.full(table.pair.size, _STAYS)
    all_fates[learn] = fates
    for steps in _plans(problem, table, all_fates, learn):
        changes = [learn & holds_on(table, step.condition) & (all_fates != _STAYS) for step in steps]
        cost = 1.0 + table.cost + sum(step.cost for step in steps)
        doubt = doubts(changes, table.pair, _foresees(problem, table, all_fates, learn))
        if believable(cost, doubt):
            yield Fragment(_painting_lines(table, steps, background), cost + doubt, "object fates")


def _plans(problem: Problem, table: ObjectTable, fates: Fates, learn: Bools) -> Iterator[tuple[Step, ...]]:
    """A condition for each fate, cheapest first; painted in one colour or in what an expression says."""
    changed = learn & (fates != _STAYS)
    plans = list(_by_fate(table, fates, learn))
    if not (fates[changed] == _GOES).any():
        for text, cost in _COLOURS:
            if _gives(problem, table, text, fates, changed):
                plans += [
                    (Step(found, text, cost + price + 1.0, 0),)
                    for found, price in conditions_on(table, changed, learn & ~changed, 2)
                ]
    yield from sorted(plans, key=lambda plan: sum(step.cost for step in plan))[:4]


def _by_fate(table: ObjectTable, fates: Fates, learn: Bools) -> Iterator[tuple[Step, ...]]:
    options: list[list[Step]] = []
    kinds = sorted(set(fates[learn].tolist()) - {_STAYS})
    if not 0 < len(kinds) <= _MOST_FATES:
        return
    for fate in kinds:
        text = "" if fate == _GOES else str(fate)
        found = conditions_on(table, learn & (fates == fate), learn & (fates != fate), 3)
        options.append([Step(condition, text, cost + 1.5, fate) for condition, cost in found])
    if all(options):
        best = tuple(choice[0] for choice in options)
        yield best
        for place, choice in enumerate(options):
            yield from ((*best[:place], step, *best[place + 1 :]) for step in choice[1:])


def conditions_on(
    table: ObjectTable, wanted: Bools, banned: Bools, most: int
) -> list[tuple[Condition | None, float]]:
    """Conditions that hold for all wanted and no banned object, with their costs; None holds for all."""
    if not wanted.any():
        return []
    if not banned.any():
        return [(None, 0.0)]
    found = conditions(table.literals, table.costs, wanted, banned, most)
    return [(condition, condition.cost) for condition in found]


def holds_on(table: ObjectTable, condition: Condition | None) -> Bools:
    """For which objects the condition holds."""
    if condition is None:
        return np.ones(table.pair.size, dtype=bool)
    return condition.holds(table.literals)


def _gives(problem: Problem, table: ObjectTable, text: str, fates: Fates, changed: Bools) -> bool:
    """True if the expression is the colour that each changed object takes."""
    run = function(f"lambda grid, things, one: {text}")
    every = table.all_objects
    try:
        return all(
            run(problem.grids[table.pair[number]], table.objects[table.pair[number]], every[number])
            == fates[number]
            for number in np.flatnonzero(changed)
        )
    except Exception:  # an object that has no such other
        return False


def _foresees(problem: Problem, table: ObjectTable, fates: Fates, learn: Bools) -> bool:
    """True if for each pair what is learned from the others gives that pair's fates too."""
    for left_out in range(len(problem.outputs)):
        plan = next(_plans(problem, table, fates, learn & (table.pair != left_out)), None)
        if plan is None:
            continue
        held = table.pair == left_out
        made = np.full(fates.size, _STAYS)
        for step in plan:
            where = holds_on(table, step.condition)
            made[where] = step.fate if len(step.colour) < 2 else fates[where]
        if ((made != fates) & held).any():
            return False
    return True


def _painting_lines(table: ObjectTable, steps: Sequence[Step], background: int) -> tuple[str, ...]:
    lines = [f"things = {table.source.replace('{a}', 'grid')}", "out = grid", "for one in things:"]
    for step in steps:
        call = f"paint(out, one, {step.colour or background})"
        if step.condition is None:
            lines.append(f"    out = {call}")
        else:
            lines += [f"    if {condition_text(step.condition, table)}:", f"        out = {call}"]
    return (*lines, "return out")


def condition_text(condition: Condition, table: ObjectTable) -> str:
    """A condition on one object as source: truths joined by words, not by the operators of masks."""
    text = condition.text(table.names).replace(" & ", " and ").replace(" | ", " or ")
    if text.startswith("(") and text.endswith(")") and _closes_last(text):
        return text[1:-1]
    return text


def _closes_last(text: str) -> bool:
    """True if the first bracket is closed by the last character."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def _moving(problem: Problem, table: ObjectTable, fates: Fates, background: int) -> Iterator[Fragment]:
    """Move the objects that go, by one expression for their rows and one for their columns."""
    learn = table.pair < len(problem.outputs)
    moved = np.zeros(table.pair.size, dtype=bool)
    moved[learn] = fates != _STAYS
    places = [
        targets(problem.grids[number], problem.outputs[number], one) if moves else [(one.row, one.col)]
        for one, number, moves in zip(table.all_objects, table.pair, moved, strict=True)
        if number < len(problem.outputs)
    ]
    if not all(places):
        return
    for condition, price in _who_moves(table, moved, learn):
        movers = holds_on(table, condition)
        hits = 0
        for down, across in _pairs_of(ways(problem, table, movers, places)):
            lines = _moving_lines(table, condition, down, across, background=background)
            if test_grids(problem, lines) is not None:
                cost = 2.0 + table.cost + price + down.cost + across.cost
                yield Fragment(lines, cost, "object moves")
                hits += 1
            if hits >= 3:
                break


def _who_moves(table: ObjectTable, moved: Bools, learn: Bools) -> Iterator[tuple[Condition | None, float]]:
    """Conditions for the objects that moved: first of those that also hold for some with no way to go."""
    loose = [(one, price) for one, price in _simple(table) if not (moved & ~holds_on(table, one)).any()]
    strict = conditions_on(table, moved, learn & ~moved, 2)
    yield from sorted([*loose[:4], *strict], key=lambda found: found[1])


def _copying(problem: Problem, table: ObjectTable) -> Iterator[Fragment]:
    """Objects stay and are drawn once more, or again and again, as far off as an expression says."""
    hits = 0
    for condition, price in _simple(table):
        copied = holds_on(table, condition)
        places = [
            targets(problem.grids[number], problem.outputs[number], one) if chosen else []
            for one, number, chosen in zip(table.all_objects, table.pair, copied, strict=True)
            if number < len(problem.outputs)
        ]
        if any(not found for found, chosen in zip(places, copied, strict=False) if chosen):
            continue
        for down, across in _pairs_of(ways(problem, table, copied, places)):
            for repeated in (False, True):
                lines = _moving_lines(table, condition, down, across, repeated)
                if test_grids(problem, lines) is not None:
                    cost = 2.5 + table.cost + price + down.cost + across.cost + 0.5 * repeated
                    yield Fragment(lines, cost, "object copies")
                    hits += 1
        if hits >= 3 or problem.budget.spent():
            return


def _simple(table: ObjectTable) -> Iterator[tuple[Condition | None, float]]:
    """All objects, then those of each of the cheapest literals that hold in every grid."""
    yield None, 0.0
    everywhere = np.unique(table.pair).size
    tried = 0
    for number, holds in enumerate(table.literals):
        if np.unique(table.pair[holds]).size == everywhere:
            yield Condition(((number,),), float(table.costs[number])), float(table.costs[number])
            tried += 1
        if tried >= _MOST_SIMPLE:
            return


def _pairs_of(found: tuple[list[Way], list[Way]]) -> list[tuple[Way, Way]]:
    """(rows, columns) of one `other` at most, cheapest first; not those that lead nowhere."""
    pairs = [
        (down, across)
        for down, across in product(*found)
        if len({*down.needs, *across.needs}) < 2 and (down.text, across.text) != ("0", "0")
    ]
    return sorted(pairs, key=lambda two: two[0].cost + two[1].cost)[:_MOST_WAYS]


def _moving_lines(
    table: ObjectTable,
    condition: Condition | None,
    down: Way,
    across: Way,
    repeated: bool = False,
    background: int | None = None,
) -> tuple[str, ...]:
    """The program; the objects are erased from where they were if a `background` is given."""
    things = table.source.replace("{a}", "grid")
    lines = [f"things = {things}"]
    if condition is None:
        lines.append("movers = things")
    else:
        lines.append(f"movers = [one for one in things if {condition_text(condition, table)}]")
    for way in (down, across):
        lines += [line for line in way.needs if line not in lines]
    steps = f"{down.text}, {across.text}"
    if repeated:
        lines.append(f"moved = [copy for one in movers for copy in copies_along(one, {steps})]")
    else:
        lines.append(f"moved = [move(one, {steps}) for one in movers]")
    if background is None:
        return (*lines, "return draw(draw(grid, moved), things)")
    return (*lines, f"return draw(paint(grid, movers, {background}), moved)")


RULES: tuple[Rule, ...] = (object_fates,)
