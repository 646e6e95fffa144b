"""Growth: cells take a colour one after another, by a learned local condition, until nothing changes.

    return until_stable(grid, lambda out: paint(out, (shift(out == 3, 1, 0) == 1) & (grid == 0), 3))

What has grown only becomes more, so a condition on it that led from the input to the output holds, in the
output, for all cells that were painted and for none that was left: it is learned from the outputs as if
nothing had been repeated. Whether the condition also leads there is tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_features import (
    Scene,
    Views,
    growth_features,
    let_lines,
    lets_for,
    views_of,
)
from inference.proposers.search.cell_learner import Bools, Condition, conditions
from inference.proposers.search.cell_table import CellTable, background_of, build_table, telling_colours
from inference.proposers.search.expressions import Expression, filled
from inference.proposers.search.language import compile_program
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from omniarc import touching

_MOST_CELLS = 4000  # of all views
_MOST_TERMS = 3
_BRANCHES = 2  # terms tried after those chosen
_TERM_BITS = 1.0
_LOOP_BITS = 3.0
_WIDEST = 60  # literals that a term is completed with

Term = tuple[int, ...]


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


@dataclass(frozen=True, eq=False)
class _Table:
    """Literals over the cells that were painted or might have been; those about what has grown come first."""

    seed: _Seed
    lets: dict[str, str]
    views: Views
    still: CellTable
    growing: Sequence[Expression]
    kept: Bools  # of the cells of all views
    wanted: Bools  # of those kept

    def literals(self, grids: Sequence[Grid]) -> Bools:
        """The literals where so much has grown, by the number of the pair."""
        charge(len(self.growing) * (prices.FEATURE[0] * len(self.views) + prices.FEATURE[1] * self.kept.size))
        scenes = [
            Scene(scene.grid, scene.lets, {**scene.bound, "out": grids[number]}, scene.plain or scene)
            for number, scene in self.views
        ]
        rows = [np.concatenate([scene.value(one.text).ravel() for scene in scenes]) for one in self.growing]
        return np.concatenate([np.array(rows, bool), self.still.literals])[:, self.kept]

    @property
    def names(self) -> tuple[str, ...]:
        return (*(f"({one.text})" for one in self.growing), *self.still.names)

    @property
    def costs(self) -> npt.NDArray[np.float64]:
        return np.array([*(one.bits for one in self.growing), *self.still.costs])


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
    background = background_of(problem)
    lets = lets_for(background)
    for seed in _seeds(problem, background):
        table = _table(problem, seed, lets, background)
        if table is None:
            continue
        for text, cost in _conditions(problem, table):
            yield Draft(seed.program(lets, text), _LOOP_BITS + seed.bits + cost)


def _seeds(problem: Problem, background: int) -> Iterator[_Seed]:
    new = problem.new_colours
    held = [set(np.unique(grid).tolist()) for grid in problem.grids]
    if len(new) == 1 and (colour := new.pop()):
        if all(colour in found for found in held):
            yield _Seed(f"out == {colour}", str(colour), None, 0.0)
            return
        for other in telling_colours(problem):
            if other != background and all(other in found for found in held):
                yield _Seed(f"(out == {colour}) | (grid == {other})", str(colour), None, 0.5)
        return
    if all(set(out[grid != out].tolist()) <= set(grid.ravel().tolist()) for grid, out in problem.pairs):
        over = f"colours_of(grid, background={background})"
        walls = [c for c in set.intersection(*held) if c not in new and c != background]
        if walls:
            over = f"[one for one in {over} if one not in {walls}]"
        yield _Seed("out == colour", "colour", over, 1.0)


def _table(problem: Problem, seed: _Seed, lets: dict[str, str], background: int) -> _Table | None:
    views = views_of(problem.train, lets, "colour", seed.loop or "")
    if not views or sum(scene.grid.size for _, scene in views) > _MOST_CELLS:
        return None
    still = build_table(views, problem.outputs, growth_features(telling_colours(problem), background))
    own = np.concatenate([np.full(scene.grid.size, scene.value(seed.colour)) for _, scene in views])
    grown = (still.before != still.after) & (still.after == own)
    kept = grown | (still.after != own)
    growing = tuple(filled("cell and what grows", {"_m": [(seed.mask, 0.5)]}))
    return _Table(seed, lets, views, still, growing, kept, grown[kept])


def _conditions(problem: Problem, table: _Table) -> Iterator[tuple[str, float]]:
    """Conditions that hold for all painted cells and for no other, one literal at least of what grows."""
    literals, costs, names = table.literals(problem.outputs), table.costs, table.names
    order = np.argsort(costs, kind="stable")
    for condition in conditions(literals[order], costs[order], table.wanted, ~table.wanted, 12):
        clauses = tuple(tuple(int(order[number]) for number in clause) for clause in condition.clauses)
        if any(number < len(table.growing) for clause in clauses for number in clause):
            yield Condition(clauses, condition.cost).text(names), condition.cost
    found = _terms(problem, table, literals)
    if len(found) > 1:
        yield _either(table, found), sum(float(costs[list(term)].sum()) + _TERM_BITS for term in found)


def _either(table: _Table, terms: Sequence[Term]) -> str:
    names = table.names
    return " | ".join(f"({' & '.join(names[number] for number in term)})" for term in terms)


def _terms(problem: Problem, table: _Table, literals: Bools) -> tuple[Term, ...]:
    """Conjunctions of two literals, one of what grows, that lead to the outputs together; none if none do.

    Each holds for painted cells only.
    """
    charge(prices.LEARN[0] + prices.LEARN[1] * literals.size * len(table.growing))
    options: dict[Term, Bools] = {}
    for grows in range(len(table.growing)):
        left = literals[:, ~table.wanted & literals[grows]]
        for other in np.flatnonzero(~left.any(axis=1))[:_WIDEST].tolist():
            options[tuple(dict.fromkeys((grows, other)))] = literals[grows] & literals[other]
    return _more(problem, table, options, (), problem.train)


def _more(
    problem: Problem,
    table: _Table,
    options: dict[Term, Bools],
    chosen: tuple[Term, ...],
    grids: Sequence[Grid],
) -> tuple[Term, ...]:
    """The chosen terms and more, after which nothing is left to paint on what they made of the grids.

    Tried are those by which something can be painted now; of these the two that hold for most of the rest.
    """
    seen = np.concatenate([grids[number].ravel() for number, _ in table.views])
    rest = table.wanted & (seen != table.still.after)[table.kept]
    if not rest.any():
        return chosen
    if len(chosen) == _MOST_TERMS:
        return ()
    now, costs = table.literals(grids), table.costs
    gains = {
        term: float((holds & rest).sum()) - 0.2 * float(costs[list(term)].sum())
        for term, holds in options.items()
        if (now[list(term)].all(axis=0) & rest).any()
    }
    for term in sorted(gains, key=lambda term: -gains[term])[:_BRANCHES]:
        terms = (*chosen, term)
        run = compile_program(table.seed.program(table.lets, _either(table, terms)))
        if found := _more(problem, table, options, terms, [run(grid) for grid in problem.train]):
            return found
    return ()
