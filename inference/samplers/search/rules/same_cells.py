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

from arc import Grid
from inference.samplers.search.cell_features import Feature, Scene, catalogue, let_lines, lets_for
from inference.samplers.search.cell_learner import Bools, Condition, conditions
from inference.samplers.search.problem import Fragment, Problem, Rule

_MAX_VALUES = 12


@dataclass(frozen=True, eq=False)
class Table:
    """All features of all cells of a problem, pair after pair.

    `literals` is (literals, training cells + test cells), in order of `costs`; `names` their texts; `colours`
    the colour-valued features' (text, cost, values); `pair` numbers each cell's grid; `before` and `after` its
    colour in the current grid and in the output (-1 for test cells).
    """

    literals: Bools
    names: tuple[str, ...]
    costs: npt.NDArray[np.float64]
    colours: tuple[tuple[str, float, npt.NDArray[np.int64]], ...]
    pair: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]
    lets: dict[str, str]

    @property
    def training(self) -> Bools:
        return self.after >= 0


def background_of(problem: Problem) -> int:
    """0 if every grid holds it, else the commonest colour of the training grids."""
    if all((grid == 0).any() for grid in problem.grids):
        return 0
    return int(np.bincount(np.concatenate([grid.ravel() for grid in problem.train])).argmax())


def build_table(problem: Problem) -> Table:
    """The table of a same-size problem."""
    background = background_of(problem)
    lets = lets_for(background)
    scenes = [Scene(grid, lets) for grid in problem.grids]
    present = [set(np.unique(grid).tolist()) for grid in problem.train]
    common = sorted(set.intersection(*present))
    frequent = [c for c in range(10) if sum(c in s for s in present) > 1 and c not in common]
    square = all(grid.shape[0] == grid.shape[1] for grid in problem.grids)
    before = np.concatenate([grid.ravel() for grid in problem.grids]).astype(np.int64)
    pair = np.concatenate([np.full(grid.size, n) for n, grid in enumerate(problem.grids)])
    after = np.full(before.shape, -1)
    after[pair < len(problem.outputs)] = np.concatenate([grid.ravel() for grid in problem.outputs])
    training = after >= 0
    rows: dict[bytes, tuple[float, str, Bools]] = {}
    colours = []

    def add(text: str, cost: float, values: Bools) -> None:
        inside = values[training]
        if inside.all() or not inside.any():
            return
        key = values.tobytes()
        if key not in rows or cost < rows[key][0]:
            rows[key] = (cost, text, values)

    for feature in catalogue((*common, *frequent), background, square):
        values = _evaluate(feature, scenes)
        if values is None:
            continue
        if feature.kind == "colour":
            colours.append((feature.text, feature.cost, values))
        elif feature.kind == "mask":
            add(feature.text, feature.cost, values)
            add(f"~{feature.text}", feature.cost + 0.4, ~values)
        else:
            for text, extra, literal in _comparisons(feature.text, values, training):
                add(text, feature.cost + extra, literal)
    ordered = sorted(rows.values(), key=lambda row: row[0])
    return Table(
        np.array([row[2] for row in ordered]),
        tuple(row[1] for row in ordered),
        np.array([row[0] for row in ordered]),
        tuple(colours),
        pair,
        before,
        after,
        lets,
    )


def _evaluate(feature: Feature, scenes: Sequence[Scene]) -> npt.NDArray | None:
    try:
        values = [scene.value(feature.text) for scene in scenes]
    except (ValueError, IndexError):
        return None
    if feature.kind == "colour":
        values = [np.broadcast_to(value, scene.grid.shape) for value, scene in zip(values, scenes, strict=True)]
    return np.concatenate([value.ravel() for value in values])


def _comparisons(
    text: str, values: npt.NDArray, training: Bools
) -> Iterator[tuple[str, float, Bools]]:
    seen = np.unique(values[training])
    if seen.size < 2:
        return
    for value in seen[:_MAX_VALUES] if seen.size > _MAX_VALUES else seen:
        yield f"({text} == {value})", 0.8, values == value
        yield f"({text} != {value})", 1.0, values != value
    for value in seen[1:][:_MAX_VALUES]:
        yield f"({text} >= {value})", 1.0, values >= value
        yield f"({text} < {value})", 1.0, values < value
    if seen.size > 2:
        for divisor in (2, 3, 4):
            for rest in range(divisor):
                yield f"({text} % {divisor} == {rest})", 0.9 + 0.3 * divisor, values % divisor == rest


@dataclass(frozen=True)
class Step:
    """One statement: paint where `condition` holds with colour `source` (text), values over all cells."""

    condition: Condition | None
    source: str
    values: npt.NDArray[np.int64]
    cost: float


def repaint(problem: Problem) -> Iterator[Fragment]:
    """Paint the cells that a learned condition picks, in learned colours."""
    if any(grid.shape != output.shape for grid, output in problem.pairs):
        return
    if all((grid == output).all() for grid, output in problem.pairs):
        return
    if sum(grid.size for grid in problem.grids) > 6000:
        return
    table = build_table(problem)
    yielded: set[bytes] = set()
    for steps in _plans(table, table.training):
        painted = _apply(table, steps)
        if (painted[table.training] != table.after[table.training]).any():
            continue
        key = painted[~table.training].tobytes()
        if key in yielded or not _sensible(table, painted):
            continue
        yielded.add(key)
        penalty = 0.0 if _foresees(table, steps) else 4.0
        yield Fragment(_lines(table, steps), sum(step.cost for step in steps) + penalty, "repaint")
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


def _apply(table: Table, steps: Sequence[Step]) -> npt.NDArray[np.int64]:
    painted = table.before.copy()
    for step in steps:
        where = slice(None) if step.condition is None else step.condition.holds(table.literals)
        painted[where] = step.values[where]
    return painted


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


def _lines(table: Table, steps: Sequence[Step]) -> tuple[str, ...]:
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
    return (*let_lines(texts, table.lets), *paints)


RULES: tuple[Rule, ...] = (repaint,)
