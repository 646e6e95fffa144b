"""Repaint by colour or by part: one statement, said of each colour or of each connected part in turn.

    out = grid
    for colour in colours_of(grid, background=0):
        out = paint(out, between(grid == colour, "row"), colour)
    return out

The condition is learned like that of the rule `repaint`, from cells seen once for each colour or part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inference.proposers.search.cell_features import (
    Views,
    let_lines,
    lets_for,
    mask_features,
    part_features,
    views_of,
)
from inference.proposers.search.cell_learner import Bools
from inference.proposers.search.cell_table import CellTable, background_of, build_table, telling_colours
from inference.proposers.search.expressions import Expression, Kind
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.learning import (
    Numbers,
    Statement,
    best_then_variants,
    conditions_on,
    cost_of,
)

_MOST_CELLS = 24000
_MOST_VIEWS = 160
_DEAREST = 14.0
_LOOP_BITS = 2.0
_MOST_CONSTANTS = 3
_PARTS = {
    "parts": 'colour_regions(grid, "sides", {})',
    "pieces": 'colour_regions(grid, "all", {})',
    "blobs": 'regions(grid != {}, "all")',
}


@dataclass(frozen=True)
class Loop:
    """How a loop is written: the name it binds, what it runs over, and the colour it may paint in."""

    name: str
    over: str
    own_colour: str


def _many_colours(problem: Problem) -> bool:
    return any(len(np.unique(grid)) > 2 for grid in problem.grids)


@rule(same_size, _many_colours, enough=3)
def by_colour(problem: Problem) -> Iterator[Draft]:
    """One repainting for each colour of a grid, the same for all."""
    background = background_of(problem)
    lets = lets_for(background)
    loop = Loop("colour", f"colours_of(grid, background={background})", "colour")
    views = views_of(problem.grids, lets, loop.name, loop.over)
    features = [
        *mask_features("grid == colour", 1.0, "empty"),
        *mask_features("occupied", 1.0, None),
        Expression("grid == colour", 0.5, Kind.MASK),
        Expression("enclosed(empty)", 1.2, Kind.MASK),
    ]
    yield from _learned(problem, views, features, loop, lets)


@rule(same_size, enough=4)
def by_part(problem: Problem) -> Iterator[Draft]:
    """One repainting for each connected part of a grid, the same for all."""
    background = background_of(problem)
    lets = lets_for(background)
    seen = set()
    for text in _PARTS.values():
        loop = Loop("part", f"part_masks({text.format(background)})", "most_common_colour(grid[part])")
        views = views_of(problem.grids, lets, loop.name, loop.over)
        key = b"".join(np.packbits(scene["part"]).tobytes() for _, scene in views)
        if key in seen or problem.budget.spent():
            continue
        seen.add(key)
        features = part_features(telling_colours(problem), background)
        yield from _learned(problem, views, features, loop, lets)


def _learned(
    problem: Problem, views: Views, features: Iterable[Expression], loop: Loop, lets: dict[str, str]
) -> Iterator[Draft]:
    if not 2 <= len(views) <= _MOST_VIEWS or sum(scene.grid.size for _, scene in views) > _MOST_CELLS:
        return
    table = build_table(views, problem.outputs, features, problem.budget)
    own = np.concatenate(
        [np.full(scene.grid.size, scene.value(loop.own_colour)) for _, scene in views]
    ).astype(np.int64)
    near = _nearest_view(table, views, loop.name)
    for plan in _plans(table, own, loop, near):
        if cost_of(plan) > _DEAREST:
            return
        yield Draft(_lines(table, plan, loop, lets), cost_of(plan) + _LOOP_BITS)


def _nearest_view(table: CellTable, views: Views, name: str) -> Bools:
    """For each seen cell whether its view's part is (one of) the nearest to it; all true for colours."""
    if name != "part":
        return np.ones(len(table.pair), dtype=bool)
    found = []
    for number in dict.fromkeys(number for number, _ in views):
        steps = np.array([scene.value("distance_to(part)") for one, scene in views if one == number])
        found.append((steps == steps.min(0)).ravel())
    return np.concatenate(found)


def _plans(table: CellTable, own: Numbers, loop: Loop, near: Bools) -> list[tuple[Statement, ...]]:
    """Ways to paint in the own colour and constants, or else in a map's and constants, cheapest first."""
    changed = table.training & (table.after != table.before)
    found = [_with_source(table, loop.own_colour, 0.0, own, near)]
    if not found[0] or not all(found[0]):
        gains = [int((changed & near & (values == table.after)).sum()) for _, _, values in table.colours]
        for place in [place for place in np.argsort(gains)[::-1][:5] if gains[place]]:
            text, price, values = table.colours[place]
            found.append(_with_source(table, text, price, values, near))
    whole = [options for options in found if options and all(options)]
    parts = whole or [said for options in found if (said := [one for one in options if one])]
    return sorted([plan for options in parts for plan in best_then_variants(options)], key=cost_of)


def _with_source(
    table: CellTable, text: str, price: float, own: Numbers, near: Bools
) -> list[list[Statement]]:
    """What may paint in the colours of one map what it explains, and in each constant the other changes."""
    learn = table.training
    changed = learn & (table.after != table.before)
    to_own = changed & (table.after == own)
    rest = changed & ~_seen_elsewhere(table, to_own)
    others = np.unique(table.after[rest]).tolist()
    if len(others) > _MOST_CONSTANTS:
        return []
    # which view painted a cell is not known: take the nearest
    wanted = [(text, price, to_own, own)] if to_own.any() else []
    wanted += [(str(colour), 0.0, rest & (table.after == colour), np.array(colour)) for colour in others]
    options = []
    for source, bits, cells, values in wanted:
        found = conditions_on(table, cells & near, learn & (table.after != values), 6)
        options.append([Statement(one, source, bits + one.cost + 1.5) for one in found if one.clauses])
    return options


def _seen_elsewhere(table: CellTable, chosen: Bools) -> Bools:
    """For every seen cell whether any view of its grid has that cell among `chosen`."""
    out = np.zeros(len(chosen), dtype=bool)
    for number in np.unique(table.pair):
        inside = table.pair == number
        views = len(np.unique(table.view[inside]))
        cells = chosen[inside].reshape(views, -1).any(axis=0)
        out[inside] = np.tile(cells, views)
    return out


def _lines(table: CellTable, plan: Sequence[Statement], loop: Loop, lets: dict[str, str]) -> tuple[str, ...]:
    texts = [f"paint(out, {one.condition.text(table.names)}, {one.source})" for one in plan]
    return (
        *let_lines(texts, lets),
        "out = grid",
        f"for {loop.name} in {loop.over}:",
        *(f"    out = {text}" for text in texts),
        "return out",
    )
