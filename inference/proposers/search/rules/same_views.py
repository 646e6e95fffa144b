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
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from inference.proposers.search.cell_features import (
    Feature,
    Scene,
    let_lines,
    lets_for,
    part_features,
    relation_features,
)
from inference.proposers.search.cell_learner import Bools, Condition, conditions
from inference.proposers.search.cell_table import (
    Table,
    background_of,
    build_table,
    same_size,
    telling_colours,
)
from inference.proposers.search.problem import Fragment, Problem, Rule
from inference.proposers.search.trust import believable, doubts
from omniarc import part_masks

_MAX_CELLS = 24000
_MAX_VIEWS = 160
_MAX_COST = 16.0
_MAX_CONSTANTS = 3
_PARTS = {
    "parts": 'colour_regions(grid, "sides", {})',
    "pieces": 'colour_regions(grid, "all", {})',
    "blobs": 'regions(grid != {}, "all")',
}


@dataclass(frozen=True)
class Looping:
    """How a loop is written: the name it binds, what it runs over, and the colour it may paint in."""

    name: str
    over: str
    own_colour: str


def _views_by_colour(problem: Problem, background: int, lets: dict[str, str]) -> list[tuple[int, Scene]]:
    views: list[tuple[int, Scene]] = []
    for number, grid in enumerate(problem.grids):
        plain = Scene(grid, lets)
        present = [int(colour) for colour in np.unique(grid) if colour != background]
        views.extend((number, Scene(grid, lets, {"colour": colour}, plain)) for colour in present)
    return views


def _views_by_part(
    problem: Problem, background: int, lets: dict[str, str], parts: str
) -> list[tuple[int, Scene]]:
    views: list[tuple[int, Scene]] = []
    for number, grid in enumerate(problem.grids):
        plain = Scene(grid, lets)
        labels = plain.value(_PARTS[parts].format(background))
        if labels.max() > 60:
            return []
        masks = part_masks(labels)
        views.extend((number, Scene(grid, lets, {"part": mask}, plain)) for mask in masks)
    return views


def by_colour(problem: Problem) -> Iterator[Fragment]:
    """One repainting for each colour of a grid, the same for all."""
    if not same_size(problem):
        return
    background = background_of(problem)
    if all(len(np.unique(grid)) <= 2 for grid in problem.grids):
        return
    lets = lets_for(background)
    views = _views_by_colour(problem, background, lets)
    features = [
        *relation_features("grid == colour", 1.0, "empty"),
        *relation_features("occupied", 1.0, "empty"),
        Feature("(grid == colour)", 0.5, "mask"),
        Feature("enclosed(empty)", 1.2, "mask"),
    ]
    loop = Looping("colour", f"colours_of(grid, background={background})", "colour")
    yield from _learned(problem, views, features, loop, lets, "repaint by colour")


def by_part(problem: Problem) -> Iterator[Fragment]:
    """One repainting for each connected part of a grid, the same for all."""
    if not same_size(problem):
        return
    background = background_of(problem)
    lets = lets_for(background)
    seen = set()
    for kind, text in _PARTS.items():
        views = _views_by_part(problem, background, lets, kind)
        key = b"".join(np.packbits(scene["part"]).tobytes() for _, scene in views)
        if key in seen or not views or problem.budget.spent():
            continue
        seen.add(key)
        loop = Looping("part", f"part_masks({text.format(background)})", "most_common_colour(grid[part])")
        features = part_features(telling_colours(problem), background)
        yield from _learned(problem, views, features, loop, lets, "repaint by part")


def _learned(
    problem: Problem,
    views: Sequence[tuple[int, Scene]],
    features: Iterable[Feature],
    loop: Looping,
    lets: dict[str, str],
    rule: str,
) -> Iterator[Fragment]:
    if not 2 <= len(views) <= _MAX_VIEWS or sum(scene.grid.size for _, scene in views) > _MAX_CELLS:
        return
    table = build_table(views, problem.outputs, features)
    own = np.concatenate(
        [np.full(scene.grid.size, scene.value(loop.own_colour)) for _, scene in views]
    ).astype(np.int64)
    near = _nearest_view(table, views, loop.name)
    yielded: set[bytes] = set()
    for steps in _plans(table, own, loop, near, table.training):
        cost = sum(step.cost for step in steps) + 2.0
        if cost > _MAX_COST:
            return
        painted = _apply(table, steps, problem)
        if any((one != other).any() for one, other in zip(painted, problem.outputs, strict=False)):
            continue
        tests = painted[len(problem.outputs) :]
        key = b"".join(grid.tobytes() for grid in tests)
        if key in yielded or not _sensible(problem, tests):
            continue
        yielded.add(key)
        doubt = doubts(_changes(table, steps), table.pair, _foresees(table, own, loop, near, problem))
        if believable(cost, doubt):
            yield Fragment(_lines(table, steps, loop, lets), cost + doubt, rule)
        if len(yielded) >= 2:
            return


def _sensible(problem: Problem, tests: Sequence[npt.NDArray[Any]]) -> bool:
    changes = all((grid != output).any() for grid, output in problem.pairs)
    return not changes or all((grid != out).any() for grid, out in zip(problem.test, tests, strict=True))


@dataclass(frozen=True)
class LoopStep:
    condition: Condition
    source: str
    values: npt.NDArray[np.int64]
    cost: float


def _nearest_view(table: Table, views: Sequence[tuple[int, Scene]], name: str) -> Bools:
    """For each seen cell whether its view's part is (one of) the nearest to it; all true for colours."""
    if name != "part":
        return np.ones(len(table.pair), dtype=bool)
    distances = []
    for _, scene in views:
        distances.append(ndimage.distance_transform_cdt(~scene["part"], metric="chessboard").ravel())
    out = []
    for (number, _), distance in zip(views, distances, strict=True):
        others = [d for (n, _), d in zip(views, distances, strict=True) if n == number]
        out.append(distance <= np.min(others, axis=0))
    return np.concatenate(out)


def _plans(
    table: Table, own: npt.NDArray[np.int64], loop: Looping, near: Bools, learn: Bools
) -> Iterator[tuple[LoopStep, ...]]:
    changed = learn & (table.after != table.before)
    plans = [*_with_source(table, loop.own_colour, 0.0, own, near, learn, changed)]
    gains = [int((changed & near & (values == table.after)).sum()) for _, _, values in table.colours]
    if not plans:
        for place in np.argsort(gains)[::-1][:5]:
            if gains[place]:
                text, cost, values = table.colours[place]
                plans.extend(_with_source(table, text, cost, values, near, learn, changed))
    yield from sorted(plans, key=lambda plan: sum(step.cost for step in plan))


def _with_source(
    table: Table,
    text: str,
    price: float,
    own: npt.NDArray[np.int64],
    near: Bools,
    learn: Bools,
    changed: Bools,
) -> Iterator[tuple[LoopStep, ...]]:
    """Plans that paint in the colours of one map what it explains, and other changes in constants."""
    to_own = changed & (table.after == own)
    rest = changed & ~_seen_elsewhere(table, to_own)
    others = [int(colour) for colour in np.unique(table.after[rest])]
    if len(others) > _MAX_CONSTANTS:
        return
    steps: list[list[LoopStep]] = []
    if to_own.any():
        # which part painted a cell is not known: take the nearest
        wanted = to_own & near
        found = conditions(table.literals, table.costs, wanted, learn & (table.after != own), 6)
        steps.append([LoopStep(c, text, own, price + c.cost + 1.5) for c in found])
    for colour in others:
        wanted = rest & (table.after == colour) & near
        found = conditions(table.literals, table.costs, wanted, learn & (table.after != colour), 6)
        constant = np.full(len(own), colour)
        steps.append([LoopStep(c, str(colour), constant, c.cost + 1.5) for c in found])
    if not steps or not all(steps):
        return
    best = tuple(choice[0] for choice in steps)
    yield best
    for place, choice in enumerate(steps):
        yield from ((*best[:place], step, *best[place + 1 :]) for step in choice[1:])


def _seen_elsewhere(table: Table, chosen: Bools) -> Bools:
    """For every seen cell whether any view of its grid has that cell among `chosen`."""
    out = np.zeros(len(chosen), dtype=bool)
    for number in np.unique(table.pair):
        inside = table.pair == number
        views = len(np.unique(table.view[inside]))
        cells = chosen[inside].reshape(views, -1).any(axis=0)
        out[inside] = np.tile(cells, views)
    return out


def _apply(table: Table, steps: Sequence[LoopStep], problem: Problem) -> list[npt.NDArray[Any]]:
    grids = [grid.astype(np.int64) for grid in problem.grids]
    holds = [step.condition.holds(table.literals) for step in steps]
    for view in range(int(table.view[-1]) + 1):
        inside = np.flatnonzero(table.view == view)
        grid = grids[table.pair[inside[0]]]
        for step, where in zip(steps, holds, strict=True):
            mask = where[inside].reshape(grid.shape)
            grid[mask] = step.values[inside].reshape(grid.shape)[mask]
    return grids


def _changes(table: Table, steps: Sequence[LoopStep]) -> Iterator[Bools]:
    """The seen training cells that each step changes."""
    for step in steps:
        yield table.training & (step.values != table.before) & step.condition.holds(table.literals)


def _foresees(table: Table, own: npt.NDArray[np.int64], loop: Looping, near: Bools, problem: Problem) -> bool:
    pairs = range(len(problem.outputs))
    if len(pairs) < 2:
        return False
    for left_out in pairs:
        plan = next(_plans(table, own, loop, near, table.training & (table.pair != left_out)), None)
        if plan is not None:
            painted = _apply(table, plan, problem)[left_out]
            if (painted != problem.outputs[left_out]).any():
                return False
    return True


def _lines(table: Table, steps: Sequence[LoopStep], loop: Looping, lets: dict[str, str]) -> tuple[str, ...]:
    texts = [f"paint(out, {step.condition.text(table.names)}, {step.source})" for step in steps]
    return (
        *let_lines(texts, lets),
        "out = grid",
        f"for {loop.name} in {loop.over}:",
        *(f"    out = {text}" for text in texts),
        "return out",
    )


RULES: tuple[Rule, ...] = (by_colour, by_part)
