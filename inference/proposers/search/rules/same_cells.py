"""Repaint cells by a learned condition: `paint(grid, condition, colour)`, once for each new colour.

Which cells change is learned from the catalogue of cell features: the shortest condition that holds on all
cells that take the colour and on no cell that does not. Each condition is learned again without each of the
pairs in turn; one that fails to foresee the pair left out costs more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.proposers.search.cell_features import Scene, catalogue, let_lines, lets_for
from inference.proposers.search.cell_learner import Bools, Condition, conditions
from inference.proposers.search.cell_table import (
    Table,
    background_of,
    build_table,
    same_size,
    telling_colours,
)
from inference.proposers.search.problem import Fragment, Problem, Rule
from inference.proposers.search.trust import DEAREST, believable, doubts

_MAX_CELLS = 8000


@dataclass(frozen=True)
class Step:
    """One statement: paint where `condition` holds with colour `source` (text), values over all cells."""

    condition: Condition | None
    source: str
    values: npt.NDArray[np.int64]
    cost: float


def repaint(problem: Problem) -> Iterator[Fragment]:
    """Paint the cells that a learned condition picks, in learned colours."""
    if not same_size(problem) or sum(grid.size for grid in problem.grids) > _MAX_CELLS:
        return
    background = background_of(problem)
    lets = lets_for(background)
    square = all(grid.shape[0] == grid.shape[1] for grid in problem.grids)
    views = [(number, Scene(grid, lets)) for number, grid in enumerate(problem.grids)]
    table = build_table(views, problem.outputs, catalogue(telling_colours(problem), background, square))
    yielded: set[bytes] = set()
    for steps in _plans(table, table.training):
        cost = sum(step.cost for step in steps)
        if cost > DEAREST:
            return
        painted = _apply(table, steps)
        if (painted[table.training] != table.after[table.training]).any():
            continue
        key = painted[~table.training].tobytes()
        if key in yielded or not _sensible(table, painted):
            continue
        yielded.add(key)
        doubt = doubts(_changes(table, steps), table.pair, _foresees(table, steps))
        if believable(cost, doubt):
            yield Fragment(_lines(table, steps, lets), cost + doubt, "repaint")
        if len(yielded) >= 3:
            return


def _sensible(table: Table, painted: npt.NDArray[np.int64]) -> bool:
    """A program that changed every training grid should change the test grids."""
    changed = painted != table.before
    per_grid = np.bincount(table.pair, weights=changed) > 0
    return bool(per_grid.all() or not per_grid[np.unique(table.pair[table.training])].all())


def _plans(table: Table, learn: Bools) -> Iterator[tuple[Step, ...]]:
    """Ways to make `after` of `before` on the cells of `learn`, likeliest kinds first."""
    changed = learn & (table.after != table.before)
    plans = [*_one_source(table, learn, changed), *_by_colour(table, learn, changed)]
    if not plans:
        plans = list(_source_and_colours(table, learn, changed))
    yield from sorted(plans, key=lambda plan: sum(step.cost for step in plan))


def _one_source(table: Table, learn: Bools, changed: Bools) -> Iterator[tuple[Step, ...]]:
    for text, cost, values in table.colours:
        agrees = values == table.after
        if (changed & ~agrees).any():
            continue
        if agrees[learn].all():
            yield (Step(None, text, values, cost),)
            continue
        for condition in conditions(table.literals, table.costs, changed, learn & ~agrees, 3):
            yield (Step(condition, text, values, cost + condition.cost + 1.0),)


def _by_colour(table: Table, learn: Bools, changed: Bools) -> Iterator[tuple[Step, ...]]:
    """A constant for each new colour, each with the best few conditions."""
    options = []
    for colour in np.unique(table.after[changed]):
        wanted = changed & (table.after == colour)
        banned = learn & (table.after != colour)
        found = conditions(table.literals, table.costs, wanted, banned, 4)
        if not found:
            return
        constant = np.full(table.before.shape, colour)
        options.append([Step(c, str(colour), constant, c.cost + 1.5) for c in found])
    best = tuple(choice[0] for choice in options)
    yield best
    for place, choice in enumerate(options):
        for step in choice[1:]:
            yield (*best[:place], step, *best[place + 1 :])


def _source_and_colours(table: Table, learn: Bools, changed: Bools) -> Iterator[tuple[Step, ...]]:
    """One colour map for what it explains, constants for the other changes."""
    misses = [int((changed & (values != table.after)).sum()) for _, _, values in table.colours]
    total = int(changed.sum())
    for place in np.argsort(misses, kind="stable")[:8]:
        if not 0 < misses[place] <= 0.7 * total:
            continue
        text, cost, values = table.colours[place]
        agrees = values == table.after
        rest = changed & ~agrees
        if len(np.unique(table.after[rest])) > 2:
            continue
        found = conditions(table.literals, table.costs, changed & agrees, learn & ~agrees, 2)
        if not found:
            continue
        for steps in _by_colour(table, learn, rest):
            yield from ((Step(c, text, values, cost + c.cost + 1.0), *steps) for c in found)


def _apply(table: Table, steps: Sequence[Step]) -> npt.NDArray[np.int64]:
    painted = table.before.copy()
    for step in steps:
        where = slice(None) if step.condition is None else step.condition.holds(table.literals)
        painted[where] = step.values[where]
    return painted


def _changes(table: Table, steps: Sequence[Step]) -> Iterator[Bools]:
    """The training cells that each step changes."""
    for step in steps:
        changed = table.training & (step.values != table.before)
        yield changed if step.condition is None else changed & step.condition.holds(table.literals)


def _foresees(table: Table, steps: Sequence[Step]) -> bool:
    """True if, for each pair, what is learned from the others (by the same way) gives that pair too."""
    pairs = np.unique(table.pair[table.training])
    if len(pairs) < 2:
        return False
    for left_out in pairs:
        learn = table.training & (table.pair != left_out)
        plan = next(_plans(table, learn), None)
        if plan is None:
            continue
        held = table.pair == left_out
        if (_apply(table, plan)[held] != table.after[held]).any():
            return False
    return True


def _lines(table: Table, steps: Sequence[Step], lets: dict[str, str]) -> tuple[str, ...]:
    paints = []
    texts = []
    for number, step in enumerate(steps):
        canvas = "grid" if number == 0 else "out"
        if step.condition is None:
            call = f"paint(grid, grid == grid, {step.source})"
        else:
            call = f"paint({canvas}, {step.condition.text(table.names)}, {step.source})"
        texts.append(call)
        paints.append(f"return {call}" if number == len(steps) - 1 else f"out = {call}")
    return (*let_lines(texts, lets), *paints)


RULES: tuple[Rule, ...] = (repaint,)
