"""Painting by states: cells of one state recoloured where other states show certain colours.

The states that share a shape with the outputs are laid out as layers; "this layer shows this colour here" is
a literal. For each colour that is new in the outputs the shortest condition over these literals is learned.
So two or three short pipelines (an enclosed region, a drawn line, a filtered object) make one program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_learner import Bools, Condition, conditions
from inference.proposers.search.emission import Program, statements
from inference.proposers.search.tables import Cells, Layer

_MOST_CELLS = 8000
_MOST_LITERALS = 900
_DEAREST = 22.0


@dataclass(frozen=True, eq=False)
class Literals:
    """Rows of truth over all cells (training, then test): layer `layers[row]` shows colour `colours[row]`."""

    rows: Bools
    costs: npt.NDArray[np.float64]
    layers: tuple[Layer, ...]
    colours: tuple[int, ...]


def painted(base: Layer, layers: Sequence[Layer], wanted: Cells) -> Iterator[Program]:
    """Programs that paint the cells of `base` by conditions on `layers` so that the training cells fit."""
    before = np.concatenate([base.train, base.test])
    if before.size > _MOST_CELLS:
        return
    fitting = [layer for layer in layers if layer.state.shapes == base.state.shapes]
    charge(len(fitting) * (prices.PAINTED[0] + prices.PAINTED[1] * before.size))
    literals = _literals(fitting, wanted.size)
    if not literals.layers:
        return
    learn = np.arange(before.size) < wanted.size
    after = np.concatenate([wanted, np.full(base.test.size, -1, np.int8)])
    changed = learn & (after != before)
    if not changed.any():
        return
    found = [
        *_by_source(fitting, literals, after, changed, learn),
        *_by_colour(literals, after, changed, learn),
    ]
    pairs = _pair_numbers(base, wanted.size)
    foreseen: dict[bool, bool] = {}
    for steps in sorted(found, key=_cost)[:4]:
        cost = base.state.cost + _cost(steps)
        if cost > _DEAREST or not _changes_tests(steps, literals, base):
            continue
        by_source = steps[0].source is not None
        if by_source not in foreseen:
            foreseen[by_source] = _foresees(fitting, literals, after, before, pairs, by_source)
        if foreseen[by_source]:
            yield Program(_lines(base, literals, steps), cost, "painted")


@dataclass(frozen=True, eq=False)
class _Paint:
    condition: Condition
    colour: int
    source: Layer | None

    @property
    def cost(self) -> float:
        return self.condition.cost + 1.5 + (0.0 if self.source is None else self.source.state.cost)


def _cost(steps: Sequence[_Paint]) -> float:
    return sum(step.cost for step in steps)


def _literals(layers: Sequence[Layer], train_size: int) -> Literals:
    rows: dict[bytes, tuple[float, Bools, Layer, int]] = {}
    for layer in layers:
        cells = np.concatenate([layer.train, layer.test])
        for colour in np.unique(layer.train).tolist():
            row = cells == colour
            key = row.tobytes()
            cost = layer.state.cost + 0.8
            if not row[:train_size].all() and (key not in rows or cost < rows[key][0]):
                rows[key] = (cost, row, layer, colour)
    ordered = sorted(rows.values(), key=lambda row: row[0])[:_MOST_LITERALS]
    return Literals(
        np.array([row[1] for row in ordered]),
        np.array([row[0] for row in ordered]),
        tuple([row[2] for row in ordered]),
        tuple([row[3] for row in ordered]),
    )


def _by_colour(
    literals: Literals, after: Cells, changed: Bools, learn: Bools
) -> Iterator[tuple[_Paint, ...]]:
    """A condition for each new colour."""
    options: list[list[_Paint]] = []
    for colour in np.unique(after[changed]).tolist():
        found = conditions(
            literals.rows, literals.costs, changed & (after == colour), learn & (after != colour), 3
        )
        if not found:
            return
        options.append([_Paint(condition, colour, None) for condition in found])
    best = tuple([choice[0] for choice in options])
    yield best
    for place, choice in enumerate(options):
        for paint in choice[1:]:
            yield (*best[:place], paint, *best[place + 1 :])


def _by_source(
    layers: Sequence[Layer], literals: Literals, after: Cells, changed: Bools, learn: Bools
) -> Iterator[tuple[_Paint, ...]]:
    """One layer that has all changed cells right gives the colours."""
    found = 0
    for layer in layers:
        agrees = np.concatenate([layer.train, layer.test]) == after
        if (changed & ~agrees).any() or agrees[learn].all():
            continue
        for condition in conditions(literals.rows, literals.costs, changed, learn & ~agrees, 2):
            yield (_Paint(condition, -1, layer),)
        found += 1
        if found >= 3:
            return


def _pair_numbers(base: Layer, train_size: int) -> npt.NDArray[np.int64]:
    """The number of each cell's pair; -1 for test cells."""
    sizes = [height * width for height, width in base.state.shapes]
    numbers = np.repeat(np.arange(len(sizes)), sizes)
    numbers[train_size:] = -1
    return numbers


def _colours(step: _Paint, before: Cells) -> Cells:
    """What the step paints, cell by cell."""
    if step.source is None:
        return np.full(before.size, step.colour, np.int8)
    return np.concatenate([step.source.train, step.source.test])


def _foresees(
    layers: Sequence[Layer],
    literals: Literals,
    after: Cells,
    before: Cells,
    pairs: npt.NDArray[np.int64],
    by_source: bool,
) -> bool:
    """True if for each pair what is learned from the others, in the same way, gives that pair too."""
    for left_out in np.unique(pairs[pairs >= 0]):
        learn = (pairs >= 0) & (pairs != left_out)
        changed = learn & (after != before)
        way = (
            _by_source(layers, literals, after, changed, learn)
            if by_source
            else _by_colour(literals, after, changed, learn)
        )
        steps = min(way, key=_cost, default=None)
        if steps is None:
            continue
        made = before.copy()
        for step in steps:
            where = step.condition.holds(literals.rows)
            made[where] = _colours(step, before)[where]
        held = pairs == left_out
        if (made[held] != after[held]).any():
            return False
    return True


def _changes_tests(steps: Sequence[_Paint], literals: Literals, base: Layer) -> bool:
    """False for steps that leave every test cell as it is."""
    for step in steps:
        where = step.condition.holds(literals.rows)[base.train.size :]
        new = step.source.test if step.source is not None else np.full(base.test.size, step.colour, np.int8)
        if (where & (new != base.test)).any():
            return True
    return False


def _lines(base: Layer, literals: Literals, steps: Sequence[_Paint]) -> tuple[str, ...]:
    used = [number for step in steps for clause in step.condition.clauses for number in clause]
    needed = {id(base.state): base.state}
    for number in used:
        needed.setdefault(id(literals.layers[number].state), literals.layers[number].state)
    for step in steps:
        if step.source is not None:
            needed.setdefault(id(step.source.state), step.source.state)
    lines, names = statements(list(needed.values()))
    name_of = dict(zip(needed, names, strict=True))
    texts = [""] * len(literals.layers)
    for number in used:
        texts[number] = f"({name_of[id(literals.layers[number].state)]} == {literals.colours[number]})"
    result = name_of[id(base.state)]
    for step in steps:
        colour = str(step.colour) if step.source is None else name_of[id(step.source.state)]
        lines.append(f"result = paint({result}, {step.condition.text(texts)}, {colour})")
        result = "result"
    return (*lines, "return result")
