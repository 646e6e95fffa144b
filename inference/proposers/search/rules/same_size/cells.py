"""Repaint by a learned condition, once for each new colour, or for each colour or connected part in turn.

    out = grid
    for colour in colours_of(grid, background=0):
        out = paint(out, between(grid == colour, "row"), colour)
    return out

Which cells change is learned from the catalogue of cell features, seen once or for each colour or part: the
shortest condition that holds on all cells that take a colour and on no cell that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np

from inference.proposers.effort import charge
from inference.proposers.search import cell_features, learning, prices
from inference.proposers.search.cell_features import Views, let_lines, mask_features, part_features, views_of
from inference.proposers.search.cell_table import CellTable, build_table
from inference.proposers.search.expressions import Expression, Kind
from inference.proposers.search.learning import Bools, Numbers, Statement, best_then_variants, cost_of
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.trust import DEAREST

_MOST_CELLS = 24000
_MOST_VIEWS = 160
_LOOP_BITS = 2.0
_DEAR = 12.0  # bits of a plan above which one with another source may be shorter
_PARTLY, _LEAST = 6, 0.3  # sources that explain some changes, and the least share that they explain
_CONDITIONS = 4  # of each statement
_PAIRS = 2  # of sources that together explain all changes

Source = tuple[str, float, Numbers]  # an expression of a colour, its bits, and its value for each cell
Plan = tuple[Statement, ...]


@rule(same_size, enough=4)
def repaint(problem: Problem) -> Iterator[Draft]:
    """Paint the cells that a learned condition picks, in learned colours."""
    square = all(grid.shape[0] == grid.shape[1] for grid in problem.grids)
    features = cell_features.cell_features(problem.telling_colours, problem.background, square)
    yield from _learned(problem, features)


@rule(same_size, lambda problem: any(len(np.unique(grid)) > 2 for grid in problem.grids), enough=3)
def by_colour(problem: Problem) -> Iterator[Draft]:
    """One repainting for each colour of a grid, the same for all."""
    features = [
        *mask_features([("grid == colour", 1.0), ("occupied", 1.0)], problem.background),
        Expression("grid == colour", 0.5, Kind.MASK),
        Expression("enclosed(empty)", 1.2, Kind.MASK),
    ]
    over = f"colours_of(grid, background={problem.background})"
    yield from _learned(problem, features, "colour", over, "colour")


@rule(same_size, enough=4)
def by_part(problem: Problem) -> Iterator[Draft]:
    """One repainting for each connected part of a grid, the same for all."""
    features = part_features(problem.telling_colours, problem.background)
    lets, seen = problem.lets, set()
    for parts in (lets["parts"], lets["pieces"], f'regions({lets["occupied"]}, "all")'):
        over = f"part_masks({parts})"
        views = views_of(problem.grids, lets, "part", over)
        key = b"".join(np.packbits(scene["part"]).tobytes() for _, scene in views)
        if key in seen or problem.budget.spent():
            continue
        seen.add(key)
        yield from _learned(problem, features, "part", over, "most_common_colour(grid[part])")


def _learned(
    problem: Problem, features: Iterable[Expression], name: str = "", over: str = "", own_colour: str = ""
) -> Iterator[Draft]:
    """Paint as learned: in a loop, if it has a `name`, in the `own_colour` of what that binds."""
    views = views_of(problem.grids, problem.lets, name, over)
    if not 2 <= len(views) <= _MOST_VIEWS or sum(scene.grid.size for _, scene in views) > _MOST_CELLS:
        return
    table = build_table(views, problem.outputs, features, problem.budget)
    own = [np.full(scene.grid.size, scene.value(own_colour)) for _, scene in views if name]
    first = [(own_colour, 0.5, np.concatenate(own).astype(np.int64))] if own else []
    for plan in sorted(_plans(table, first, _nearest_view(table, views, name)), key=cost_of):
        if cost_of(plan) > DEAREST:
            return
        wheres = [one.condition.text(table.names) or "grid == grid" for one in plan]
        texts = [f"paint(out, {where}, {one.source})" for where, one in zip(wheres, plan, strict=True)]
        head = let_lines(texts, problem.lets)
        if name:
            body = ["out = grid", f"for {name} in {over}:", *(f"    out = {text}" for text in texts)]
            yield Draft((*head, *body, "return out"), cost_of(plan) + _LOOP_BITS)
        else:
            texts[0] = texts[0].replace("paint(out", "paint(grid", 1)
            body = [f"out = {text}" for text in texts[:-1]]
            yield Draft((*head, *body, f"return {texts[-1]}"), cost_of(plan))


def _nearest_view(table: CellTable, views: Views, name: str) -> Bools:
    """For each seen cell whether its view's part is (one of) the nearest to it; all true without parts."""
    if name != "part":
        return np.ones(len(table.pair), dtype=bool)
    grids = groupby(views, itemgetter(0))
    steps = (np.array([scene.value("distance_to(part)") for _, scene in seen]) for _, seen in grids)
    return np.concatenate([(one == one.min(0)).ravel() for one in steps])


def _plans(table: CellTable, first: Sequence[Source], near: Bools) -> list[Plan]:
    """Ways to paint in the colours of one source what it explains, and in constants what is left.

    Sources are the first one or those that explain all changes; if that is dear, those that explain most.
    """
    changed = table.changed
    gains = [int((changed & near & (values == table.after)).sum()) for _, _, values in table.colours]
    every = int((changed & near).sum())
    known = [] if first else [place for place, gain in enumerate(gains) if gain == every]
    nothing: Source = "", 0.0, np.full(changed.size, -2)
    sources = first or [*(table.colours[place] for place in known), nothing]
    options = [_options(table, one, near) for one in sources]
    if _least(options) > _DEAR and not first:
        options += [_laid(table, one) for one in _covers(table)]
    if _least(options) > _DEAR:
        best = [place for place in np.argsort(gains)[::-1] if place not in known][:_PARTLY]
        options += [_options(table, table.colours[n], near) for n in best if gains[n] > _LEAST * every]
    whole = [one for one in options if all(one)]
    return [plan for one in whole or options for plan in best_then_variants(one)]


def _least(options: Sequence[Sequence[Sequence[Statement]]]) -> float:
    """The bits of the shortest plan that they hold."""
    return min((sum(said[0].cost for said in one) for one in options if all(one)), default=np.inf)


def _options(table: CellTable, source: Source, near: Bools) -> list[list[Statement]]:
    """What may paint in the source's colours what it explains, and in each constant the other changes."""
    text, bits, values = source
    changed = table.changed
    told, banned = changed & (table.after == values), table.training & (table.after != values)
    # which view painted a cell is not known: take the nearest
    found = [learning.statements(table, text, bits, told & near, banned, _CONDITIONS)] if told.any() else []
    rest = near & changed
    for number in np.unique(table.pair):  # no view of a grid has to tell what another does
        inside = table.pair == number
        cells = told[inside].reshape(len(np.unique(table.view[inside])), -1)
        rest[inside] &= ~np.tile(cells.any(axis=0), len(cells))
    if rest.any() and all(found):
        found += learning.constants(table, table.after, rest, table.training, _CONDITIONS) or [[]]
    return found


def _covers(table: CellTable) -> Iterator[list[Source]]:
    """A few sources that together explain all changes: constants, and the shortest pairs of others."""
    changed = table.changed
    values = np.unique(table.after[changed]).tolist()
    if 1 < len(values) <= learning.MOST_CONSTANTS:
        yield [(str(value), learning.CONSTANT, np.full(changed.size, value)) for value in values]
    wrong = np.array([(values != table.after)[changed] for _, _, values in table.colours], np.float32)
    charge(prices.LEARN[0] + prices.LEARN[1] * wrong.size)
    partly = wrong.any(axis=1, keepdims=True)
    apart = np.triu(wrong @ wrong.T < 0.5) & partly & partly.T
    pairs = [[table.colours[one] for one in two] for two in np.argwhere(apart).tolist()]
    yield from sorted(pairs, key=lambda pair: sum(bits for _, bits, _ in pair))[:_PAIRS]


def _laid(table: CellTable, sources: Sequence[Source]) -> list[list[Statement]]:
    """Statements with these sources, each laid on those before, which may hold where it does."""
    covered = np.zeros(len(table.after), bool)
    told = [values == table.after for _, _, values in sources]

    def learned(one: int, below: Iterable[int]) -> list[Statement]:
        others = np.any([covered, *(told[other] for other in below if other != one)], axis=0)
        wanted, banned = table.changed & told[one] & ~others, table.training & ~told[one] & ~covered
        return learning.statements(table, *sources[one][:2], wanted, banned, _CONDITIONS)

    on_top = [learned(one, range(len(sources))) for one in range(len(sources))]
    order = sorted(range(len(sources)), key=lambda one: cost_of(on_top[one][:1]) or np.inf)
    found: list[list[Statement]] = []
    for place, one in enumerate(order):
        found.insert(0, learned(one, order[place:]) if place else on_top[one])
        if not found[0]:
            break
        covered |= found[0][0].condition.holds(table.literals)
    return found
