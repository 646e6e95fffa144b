"""Painting by states: cells of one state recoloured where other states show certain colours.

The states that share a shape with the outputs are laid out as layers; "this layer shows this colour here" is
a literal. For each colour that is new in the outputs the shortest condition over these literals is learned.
So two or three short pipelines (an enclosed region, a drawn line, a filtered object) make one program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_learner import Bools
from inference.proposers.search.emission import Program, statements
from inference.proposers.search.rules.learning import Statement, complete, cost_of, plans
from inference.proposers.search.tables import Cells, Layer
from inference.proposers.search.trust import DEAREST

_MOST_CELLS = 8000
_MOST_LITERALS = 900
_MOST_SOURCES = 3

Plan = tuple[Statement, ...]


@dataclass(frozen=True, eq=False)
class Shown:
    """Literals over all cells (training, then test): layer `layers[row]` shows colour `colours[row]`."""

    literals: Bools
    names: tuple[str, ...]
    costs: npt.NDArray[np.float64]
    layers: tuple[Layer, ...]
    colours: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Canvas:
    """What is painted: the cells before and after (-1 for tests), and the layers that may give colours."""

    before: Cells
    after: npt.NDArray[np.int64]
    table: Shown
    sources: Mapping[str, Layer]

    def plans(self, learn: Bools) -> list[Plan]:
        """Ways to make what is wanted of the cells of `learn`: a condition for a layer, or each colour."""
        changed = learn & (self.after != self.before)
        layers = (
            (name, layer.state.cost + 0.5, self.colours(name) == self.after)
            for name, layer in self.sources.items()
        )
        sources = (one for one in layers if not (changed & ~one[2]).any())
        found = plans(self.table, self.after, changed, learn, islice(sources, _MOST_SOURCES), 3)
        whole = [plan for plan in found if complete(self.table, plan, changed)]
        return sorted([plan for plan in whole if all(one.condition for one in plan)], key=cost_of)

    def colours(self, source: str) -> Cells:
        """What a source paints, cell by cell."""
        if source in self.sources:
            return np.concatenate([self.sources[source].train, self.sources[source].test])
        return np.full(self.before.size, int(source), np.int8)

    def painted(self, plan: Plan) -> Cells:
        made = self.before.copy()
        for one in plan:
            where = one.condition.holds(self.table.literals) if one.condition else slice(None)
            made[where] = self.colours(one.source)[where]
        return made


def painted(base: Layer, layers: Sequence[Layer], wanted: Cells) -> Iterator[Program]:
    """Programs that paint the cells of `base` by conditions on `layers` so that the training cells fit."""
    before = np.concatenate([base.train, base.test])
    if before.size > _MOST_CELLS:
        return
    fitting = [layer for layer in layers if layer.state.shapes == base.state.shapes]
    charge(len(fitting) * (prices.PAINTED[0] + prices.PAINTED[1] * before.size))
    table = _shown(fitting, wanted.size)
    after = np.concatenate([wanted, np.full(base.test.size, -1, np.int8)]).astype(np.int64)
    learn = after >= 0
    if not table.layers or not (learn & (after != before)).any():
        return
    sources = {f"layer {number}": layer for number, layer in enumerate(fitting)}
    canvas = _Canvas(before, after, table, sources)
    pairs = _pair_numbers(base, wanted.size)
    plans = [plan for plan in canvas.plans(learn)[:4] if base.state.cost + cost_of(plan) <= DEAREST]
    if not plans or not _predicted(canvas, pairs):
        return
    for plan in plans:
        if (canvas.painted(plan) != before)[~learn].any():
            yield Program(_lines(base, canvas, plan), base.state.cost + cost_of(plan), "painted")


def _shown(layers: Sequence[Layer], train_size: int) -> Shown:
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
    return Shown(
        np.array([row[1] for row in ordered]),
        ("",) * len(ordered),
        np.array([row[0] for row in ordered]),
        tuple([row[2] for row in ordered]),
        tuple([row[3] for row in ordered]),
    )


def _pair_numbers(base: Layer, train_size: int) -> npt.NDArray[np.int64]:
    """The number of each cell's pair; -1 for test cells."""
    sizes = [height * width for height, width in base.state.shapes]
    numbers = np.repeat(np.arange(len(sizes)), sizes)
    numbers[train_size:] = -1
    return numbers


def _predicted(canvas: _Canvas, pairs: npt.NDArray[np.int64]) -> bool:
    """True unless, for some pair, the best plan learned from the others gets it wrong."""
    for left_out in np.unique(pairs[pairs >= 0]):
        held = pairs == left_out
        for plan in canvas.plans((pairs >= 0) & ~held)[:1]:
            if (canvas.painted(plan) != canvas.after)[held].any():
                return False
    return True


def _lines(base: Layer, canvas: _Canvas, plan: Plan) -> tuple[str, ...]:
    table, sources = canvas.table, canvas.sources
    used = [number for one in plan if one.condition for clause in one.condition.clauses for number in clause]
    needed = {id(base.state): base.state}
    painting = [sources[one.source] for one in plan if one.source in sources]
    for layer in [*(table.layers[number] for number in used), *painting]:
        needed.setdefault(id(layer.state), layer.state)
    lines, names = statements(list(needed.values()))
    name_of = dict(zip(needed, names, strict=True))
    texts = [""] * len(table.layers)
    for number in used:
        texts[number] = f"({name_of[id(table.layers[number].state)]} == {table.colours[number]})"
    result = name_of[id(base.state)]
    for one in plan:
        colour = name_of[id(sources[one.source].state)] if one.source in sources else one.source
        where = one.condition.text(texts) if one.condition else "True"
        lines.append(f"result = paint({result}, {where}, {colour})")
        result = "result"
    return (*lines, "return result")
