"""One action on every object of a kind: fill its box, frame it, fill its holes, turn it in its place.

    things = find_objects(grid)
    out = grid
    for one in things:
        if one.is_square:
            out = draw_border(out, 3, where=one)
    return out

An action fits an object if the output shows all of its changes. A condition over the literals of
`object_table` separates the objects to act on from those that it does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial

import numpy as np

from arc import Grid
from inference.proposers.effort import remembered
from inference.proposers.search.expressions import Expression, filled, named
from inference.proposers.search.language import attempted, function
from inference.proposers.search.learning import conditions
from inference.proposers.search.object_table import ObjectTable, found_by, object_table, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.same_size.objects import acting
from omniarc import Object
from omniarc.masks import some

_MOST_COLOURS = 3
_STEPS = 4  # actions that explain only some changes


@rule(same_size, enough=4)
def object_actions(problem: Problem) -> Iterator[Draft]:
    """One action on all objects that a learned condition picks."""
    new = problem.new_colours
    paints = [*named()["_paint"], *((colour, 0.8) for colour in new if len(new) <= _MOST_COLOURS)]
    steps = []
    for bare in found_by(sources(problem.background)[:-2], problem):
        table = cache(partial(object_table, bare, problem))
        for action in filled("action on an object", {**problem.ground, "_paint": paints}):
            found = _fits(problem, bare.objects, action.text)
            if found is not None and found[0] == 0:
                yield from _drafts(table(), action, found[1])
            elif found is not None:
                steps.append((found[0], table, action, found[1]))
    for _, table, action, fits in sorted(steps, key=lambda step: step[0])[:_STEPS]:
        yield from _drafts(table(), action, fits)


def _fits(problem: Problem, objects: Sequence[Sequence[Object]], action: str) -> tuple[int, list[int]] | None:
    """How many changes the objects that the action fits do not explain, and for each training object its fit.

    The fit is 1 if the object's changes are right, 0 if not, -1 if there are none. None if no change of some
    grid is explained.
    """
    fits: list[list[int]] = [[] for _ in problem.outputs]
    left = 0
    for number in sorted(range(len(fits)), key=lambda number: len(objects[number])):
        grid, out = problem.pairs[number]
        unexplained = grid != out
        for one in objects[number]:
            made = _acted(action, grid, one)
            changed = made != grid
            fit = not some(changed & (made != out))
            fits[number].append(int(fit) if some(changed) else -1)
            if fit:
                unexplained &= ~changed
        if 1 not in fits[number]:
            return None
        left += int(np.count_nonzero(unexplained))
    return left, [fit for row in fits for fit in row]


@remembered(5_000, lambda action, grid, one: (action, id(grid), id(one)))
def _acted(action: str, grid: Grid, one: Object) -> Grid:
    made: Grid | None = attempted(function(f"lambda grid, out, one: {action}"), grid, grid, one)
    return grid if made is None or made.shape != grid.shape else made


def _drafts(table: ObjectTable, action: Expression, found: list[int]) -> Iterator[Draft]:
    fits = np.array([*found, *[-1] * (table.pair.size - len(found))])
    for condition in conditions(table, fits == 1, fits == 0, 4):
        lines = [f"things = {table.source}", "out = grid", "for one in things:"]
        lines += acting(condition, table, action.text)
        yield Draft((*lines, "return out"), 1.5 + table.cost + action.bits + condition.cost)
