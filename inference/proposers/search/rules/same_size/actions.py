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

from collections.abc import Iterator
from functools import cache, partial
from itertools import combinations, product

import numpy as np

from arc import Grid
from inference.proposers.effort import remembered
from inference.proposers.search.expressions import Expression, filled, named
from inference.proposers.search.language import attempted, function
from inference.proposers.search.learning import Bools, conditions
from inference.proposers.search.object_table import Objects, ObjectTable, found_by, object_table, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.same_size.objects import acting
from omniarc import Object
from omniarc.masks import some

_MOST_COLOURS = 3
_STEPS = 4  # actions that explain only some changes


@rule(same_size, enough=4)
def object_actions(problem: Problem) -> Iterator[Draft]:
    """One action on all objects that a learned condition picks, or two, each on the objects of its own."""
    new = problem.new_colours
    plain = new if len(new) <= _MOST_COLOURS else [one for one in new if one == problem.background]
    paints = [*named()["_paint"], *((colour, 0.8) for colour in plain)]
    steps = []
    for bare in found_by(sources(problem.background)[:-1], problem):
        table = cache(partial(object_table, bare, problem))
        for action in filled("action on an object", {**problem.ground, "_paint": paints}):
            found = _fits(problem, bare.objects, action.text)
            if found is not None and not found[0].any():
                yield from _drafts(table(), (action, found[1]))
            elif found is not None:
                steps.append((found[0], table, (action, found[1])))
    for (left, table, one), (rest, other, two) in combinations(steps, 2):
        if table is other and not (left & rest).any():
            yield from _drafts(table(), one, two)
    for _, table, one in sorted(steps, key=lambda step: int(step[0].sum()))[:_STEPS]:
        yield from _drafts(table(), one)


def _fits(problem: Problem, objects: Objects, action: str) -> tuple[Bools, list[int]] | None:
    """Which changes the objects that the action fits do not explain, and for each training object its fit.

    The fit is 1 if the object's changes are right, 0 if not or if it fails, -1 if there are none. None
    if no change of some grid is explained.
    """
    fits: list[list[int]] = [[] for _ in problem.outputs]
    left: list[Bools] = [np.empty(0, np.bool_)] * len(fits)
    for number in sorted(range(len(fits)), key=lambda number: len(objects[number])):
        grid, out = problem.pairs[number]
        unexplained = grid != out
        for one in objects[number]:
            made = _acted(action, grid, one)
            changed = np.zeros_like(unexplained) if made is None else made != grid
            fit = made is not None and not some(changed & (made != out))
            fits[number].append(int(fit) if made is None or some(changed) else -1)
            if fit:
                unexplained &= ~changed
        if 1 not in fits[number]:
            return None
        left[number] = unexplained.ravel()
    return np.concatenate(left), [fit for row in fits for fit in row]


@remembered(5_000, lambda action, grid, one: (action, id(grid), id(one)))
def _acted(action: str, grid: Grid, one: Object) -> Grid | None:
    made: Grid | None = attempted(function(f"lambda grid, out, one: {action}"), grid, grid, one)
    return None if made is None or made.shape != grid.shape else made


def _drafts(table: ObjectTable, *actions: tuple[Expression, list[int]]) -> Iterator[Draft]:
    fits = np.full((len(actions), table.pair.size), -1)
    fits[:, : len(actions[0][1])] = [found for _, found in actions]
    acted = (fits == 1).any(0)
    ways = [conditions(table, one == 1, (one == 0) | acted & (one != 1), 4 // len(actions)) for one in fits]
    for chosen in product(*ways):
        lines, cost = [f"things = {table.source}", "out = grid", "for one in things:"], 0.5 + table.cost
        for (action, _), condition in zip(actions, chosen, strict=True):
            lines += acting(condition, table, action.text)
            cost += 1.0 + action.bits + condition.cost
        yield Draft((*lines, "return out"), cost)
