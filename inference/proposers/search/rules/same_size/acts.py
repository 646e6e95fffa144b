"""Two or three acts of drawing that explain all changes together, each right wherever it changes something.

    things = find_objects(grid)
    out = grid
    for one in things:
        if one.is_square:
            out = draw_border(out, 3, where=one)
    for cell, way in [(cell, way) for cell in cells_of(grid == 2) for way in (UP,)]:
        out = draw_cells(out, ray_cells(grid, cell, way), 2)
    return out

Acts are rays of one kind and actions on the objects of a kind. Markers that go, or change colour, do so last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_learner import Bools
from inference.proposers.search.cell_table import background_of
from inference.proposers.search.expressions import filled
from inference.proposers.search.object_table import ObjectTable, object_table, objects_of, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.learning import conditions_on, lookup
from inference.proposers.search.rules.same_size.actions import action_choices, effects
from inference.proposers.search.rules.same_size.objects import acting
from inference.proposers.search.rules.same_size.rays import drawn, few_new_colours, new_colours, origins

_MOST_ACTS = 80  # that pairs are made of
_MOST_IN_THREES = 30


@dataclass(frozen=True, eq=False)
class Act:
    """Statements that draw on `out`, and which cells, of all training grids on end, they put right."""

    lines: tuple[str, ...]
    cost: float
    right: Bools


@rule(same_size, few_new_colours, enough=4)
def acts(problem: Problem) -> Iterator[Draft]:
    """The cheapest two acts, or else three, that put all changed cells right.

    Where colours that stand in the inputs only go or change, all of their cells alike, that comes last.
    """
    table, rest = _without_recolouring(problem)
    last = [f"out = paint(out, grid == {old}, {new})" for old, new in table.items()]
    yield from _together(rest, last, (1, 2) if table else (2, 3))


def _without_recolouring(problem: Problem) -> tuple[dict[int, int], Problem]:
    """What becomes of colours of the foreground wherever they stand, and the problem without that."""
    background = background_of(problem)
    shown = [(grid[grid != background], out[grid != background]) for grid, out in problem.pairs]
    table = lookup([old.tolist() for old, _ in shown], [new.tolist() for _, new in shown]) or {}
    table = {old: new for old, new in table.items() if old != new}
    kept = [np.where(np.isin(grid, list(table)), grid, out) for grid, out in problem.pairs]
    if all(np.array_equal(grid, out) for grid, out in zip(problem.train, kept, strict=True)):
        return {}, problem
    return table, Problem(problem.grids, tuple(kept), problem.budget)


def _together(problem: Problem, last: Sequence[str], counts: Sequence[int]) -> Iterator[Draft]:
    changed = _flat([grid != out for grid, out in problem.pairs])
    found: dict[bytes, Act] = {}
    for act in (*_rays(problem), *_actions(problem)):
        key = np.packbits(act.right).tobytes()
        if 1 not in counts and np.array_equal(act.right, changed):
            continue  # one act is enough: other rules find it
        if key not in found or act.cost < found[key].cost:
            found[key] = act
    ordered = sorted(found.values(), key=lambda act: act.cost)
    for count in counts:
        most = _MOST_IN_THREES if count > 2 else _MOST_ACTS
        charge(prices.LITERAL[1] * changed.size * min(len(ordered), most) ** 2)
        chosen = [
            some
            for some in combinations(ordered[:most], count)
            if np.array_equal(np.logical_or.reduce([act.right for act in some]), changed)
        ]
        for some in sorted(chosen, key=lambda some: sum(act.cost for act in some))[:8]:
            lines = ("out = grid", *(line for act in some for line in act.lines), *last, "return out")
            yield Draft(lines, 1.0 + sum(act.cost for act in some) + 1.2 * len(last))
        if chosen:
            return


def _flat(masks: Sequence[Bools]) -> Bools:
    return np.concatenate([mask.ravel() for mask in masks])


def _rays(problem: Problem) -> Iterator[Act]:
    background = background_of(problem)
    walks = list(filled("ray over the background", {"_b": [(background, 0.0)]}))
    paints = [("grid[cell]", 0.5), *((str(colour), 0.8) for colour in new_colours(problem))]
    for origin, walk in product(origins(problem, background), walks[:2]):
        step = walk.run("grid", "cell", "way")
        for paint, more in paints:
            right = []
            for (grid, out), starts in zip(problem.pairs, origin.starts, strict=False):
                made = drawn(grid, out, starts, step, paint)
                if made is None:
                    break
                right.append(made != grid)
            if len(right) == len(problem.outputs) and any(cells.any() for cells in right):
                loop = f"for cell, way in {origin.expression.text}:"
                lines = (loop, f"    out = draw_cells(out, {walk.text}, {paint})")
                yield Act(lines, 1.0 + origin.expression.bits + walk.bits + more, _flat(right))
        if problem.budget.spent():
            return


def _actions(problem: Problem) -> Iterator[Act]:
    background = background_of(problem)
    choices = action_choices(problem, background)
    for text, cost in sources(background)[:3]:
        objects = objects_of(text, problem.grids)
        if objects is None or problem.budget.spent():
            continue
        table: ObjectTable | None = None
        for action in filled("action on an object", choices):
            done = list(effects(problem, objects, action.text))
            fits = [fit for some, _ in done for fit in some]
            if 1 not in fits:
                continue
            table = table or object_table(text, cost, objects, problem.grids, len(problem.outputs))
            marks = np.array([*fits, *[-1] * (table.pair.size - len(fits))])
            for condition, more in conditions_on(table, marks == 1, marks == 0, 1):
                body = acting(condition, table, action.text)
                lines = (f"things = {text}", "for one in things:", *body)
                yield Act(lines, 1.0 + cost + action.bits + more, _flat([right for _, right in done]))
