"""Growth: cells take a colour one after another, by a learned local condition, until nothing changes.

    return until_stable(grid, lambda out: paint(out, (shift(out == 3, 1, 0) == 1) & (grid == 0), 3))

What has grown only becomes more, so a condition on it that led from the input to the output holds, in the
output, for all cells that were painted and for none that was left: it is learned from the outputs as if
nothing had been repeated. Whether the condition also leads there is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inference.proposers.search.cell_features import Scene, growth_features, let_lines, views_of
from inference.proposers.search.cell_table import build_table
from inference.proposers.search.expressions import filled
from inference.proposers.search.learning import Table, conditions
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from omniarc import touching

_MOST_CELLS = 4000  # of all views
_LOOP_BITS = 3.0


@dataclass(frozen=True)
class _Seed:
    """What grows: the mask of it on `out`, what it is painted in, the colours that the loop runs over."""

    mask: str
    colour: str
    loop: str | None
    bits: float

    def program(self, lets: dict[str, str], condition: str) -> tuple[str, ...]:
        canvas = "grid" if self.loop is None else "grown"
        grown = f"until_stable({canvas}, lambda out: paint(out, {condition}, {self.colour}))"
        head = let_lines([condition], lets)
        if self.loop is None:
            return (*head, f"return {grown}")
        return (*head, "grown = grid", f"for colour in {self.loop}:", f"    grown = {grown}", "return grown")


def _grows(problem: Problem) -> bool:
    """True if cells of one colour change in each pair, some of them not next to what stays."""
    far = False
    for grid, out in problem.pairs:
        changed = grid != out
        if not changed.any() or len(np.unique(grid[changed])) > 1:
            return False
        near = touching(~changed & (grid != grid[changed][0]), "all")
        far |= bool((changed & ~near).any())
    return far


@rule(same_size, _grows, enough=4)
def growth(problem: Problem) -> Iterator[Draft]:
    """Colours spread from their cells, or one colour from the cells of another, until nothing changes."""
    for seed in _seeds(problem):
        for text, cost in _conditions(problem, seed):
            yield Draft(seed.program(problem.lets, text), _LOOP_BITS + seed.bits + cost)


def _seeds(problem: Problem) -> Iterator[_Seed]:
    new = problem.new_colours
    held = [set(np.unique(grid).tolist()) for grid in problem.grids]
    if len(new) == 1 and (colour := new.pop()):
        if all(colour in found for found in held):
            yield _Seed(f"out == {colour}", str(colour), None, 0.0)
            return
        for other in problem.shades:
            if all(other in found for found in held):
                yield _Seed(f"(out == {colour}) | (grid == {other})", str(colour), None, 0.5)
        return
    if all(set(out[grid != out].tolist()) <= set(grid.ravel().tolist()) for grid, out in problem.pairs):
        over = f"colours_of(grid, background={problem.background})"
        walls = [c for c in set.intersection(*held) if c not in new and c != problem.background]
        if walls:
            over = f"[one for one in {over} if one not in {walls}]"
        yield _Seed("out == colour", "colour", over, 1.0)


def _conditions(problem: Problem, seed: _Seed) -> Iterator[tuple[str, float]]:
    """Conditions that hold for all painted cells and for no other, one literal at least of what grows."""
    views = views_of(problem.train, problem.lets, "colour", seed.loop or "")
    if not views or sum(scene.grid.size for _, scene in views) > _MOST_CELLS:
        return
    features = growth_features(problem.telling_colours, problem.background)
    still = build_table(views, problem.outputs, features)
    grown = [
        (number, Scene(one.grid, one.lets, {**one.bound, "out": problem.outputs[number]}, one.plain or one))
        for number, one in views
    ]
    growing = build_table(grown, problem.outputs, filled("cell and what grows", {"_m": [(seed.mask, 0.5)]}))
    more = [number for number, name in enumerate(growing.names) if not name.startswith("~")]
    literals = np.concatenate([growing.literals[more], still.literals])
    costs = np.concatenate([growing.costs[more], still.costs])
    names = (*(growing.names[number] for number in more), *still.names)
    own = np.concatenate([np.full(one.grid.size, one.value(seed.colour)) for _, one in views])
    other = still.after != own
    painted = ~other & (still.before != still.after)
    kept, order = painted | other, np.argsort(costs, kind="stable")
    table = Table(literals[order][:, kept], tuple([names[number] for number in order]), costs[order])
    for condition in conditions(table, painted[kept], other[kept], 12):
        if any(order[number] < len(more) for clause in condition.clauses for number in clause):
            yield condition.text(table.names), condition.cost
