"""The table that the same-size rules learn from: every feature's value for every cell of a problem.

A problem's cells are looked at in *views*. In the plain view each grid is seen once. In the view by colour or
by part each grid is seen once for each of its colours or parts, and features may use the names `colour` or
`part` for it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import OutOfEffort, charge
from inference.proposers.search import prices
from inference.proposers.search.cell_features import Scene, Views
from inference.proposers.search.expressions import Expression, Kind, bracketed
from inference.proposers.search.language import attempted
from inference.proposers.search.learning import Bools, Numbers, Table

_MAX_VALUES = 12
_ABSOLUTE = re.compile("row_numbers|column_numbers|region_row|region_column")  # places that few rules name
_KEPT_BACK = 0.25  # of the budget, for what is done with a table
NAMES_GRIDS = 3.0  # bits more for a literal that tells whole grids apart, not cells
_NUMBER_BITS = 0.4  # for each doubling of a number that a literal compares with

Said = list[tuple[str, float]]  # literals' texts, and their bits beside those of what they are about


@dataclass(frozen=True, eq=False)
class CellTable(Table):
    """All features of all cells, view after view.

    `colours` are the colour-valued features' (text, cost, values). For each cell, `pair` is the number of its
    grid, `view` of its view, `before` its colour in the current grid and `after` in the output (-1 for test
    cells).
    """

    colours: tuple[tuple[str, float, Numbers], ...]
    pair: Numbers
    view: Numbers
    before: Numbers
    after: Numbers

    @property
    def training(self) -> Bools:
        return self.after >= 0

    @cached_property
    def changed(self) -> Bools:
        """The training cells that change."""
        changed: Bools = self.training & (self.after != self.before)
        return changed


def build_table(
    views: Views, outputs: Sequence[Grid], features: Iterable[Expression], budget: TaskBudget
) -> CellTable:
    """The table of these views: (number of the grid, the grid as a scene).

    Features are added in order until little of the budget is left, so that there is still some for learning.
    Raises OutOfEffort if there is too little from the start.
    """
    least = _KEPT_BACK * budget.effort
    if budget.left() < least:
        raise OutOfEffort
    scenes = [scene for _, scene in views]
    sizes = [scene.grid.size for scene in scenes]
    before = np.concatenate([scene.grid.ravel() for scene in scenes]).astype(np.int64)
    pair, view = np.repeat([number for number, _ in views], sizes), np.repeat(range(len(views)), sizes)
    after = np.full(before.size, -1)
    for number, output in enumerate(outputs):
        after[pair == number] = np.tile(output.ravel(), [one for one, _ in views].count(number))
    literals, colours = Literals(after >= 0), []
    feature_price = prices.FEATURE[0] * len(views) + prices.FEATURE[1] * before.size
    for feature in features:
        if budget.left() < least:
            budget.short = True
            break
        charge(feature_price)
        values = evaluated(feature, scenes)
        if values is None:
            continue
        said = bracketed(feature.text)
        if feature.kind is Kind.COLOUR:
            colours.append((feature.text, feature.bits, values))
            whole = all(scene.plain is None and not np.ndim(scene.value(feature.text)) for scene in scenes)
            literals.add(feature.bits, *_shown(said, values, before, literals.training, whole))
        elif feature.kind is Kind.MASK:
            literals.add(feature.bits, *_and_not([(said, 0.0)], values[None]))
        else:
            literals.add(feature.bits, *_compared(said, values, literals.training))
    return CellTable(*literals.in_order(), tuple(colours), pair, view, before, after)


class Literals:
    """The literals of a table, one for each distinct row of truths: each in its cheapest form."""

    def __init__(self, training: Bools) -> None:
        self.training = training
        self._count = int(training.sum())  # training cells come first
        self._price = prices.LITERAL[0] + prices.LITERAL[1] * training.size
        self._found: dict[bytes, tuple[float, str, Bools]] = {}

    def add(self, bits: float, said: Said, rows: Bools) -> None:
        """Add literals, each a row of (literals, cells), that differ among the training cells."""
        charge(self._price * len(said))
        inside, packed = rows[:, : self._count], np.packbits(rows, axis=1)
        for place in np.flatnonzero(inside.any(axis=1) & ~inside.all(axis=1)).tolist():
            text, more = said[place]
            key = packed[place].tobytes()
            if key not in self._found or bits + more < self._found[key][0]:
                self._found[key] = (bits + more, text, rows[place])

    def in_order(self) -> tuple[Bools, tuple[str, ...], npt.NDArray[np.float64]]:
        """Rows, texts and bits, in the order of bits."""
        ordered = sorted(self._found.values(), key=lambda row: row[0])
        rows = np.array([row[2] for row in ordered], bool).reshape(-1, self.training.size)
        return rows, tuple(row[1] for row in ordered), np.array([row[0] for row in ordered])


def _and_not(said: Said, rows: Bools) -> tuple[Said, Bools]:
    both = [one for text, bits in said for one in ((text, bits), (f"~{text}", bits + 0.4))]
    return both, _with_negations(rows)


def _with_negations(rows: Bools) -> Bools:
    return np.stack([rows, ~rows], 1).reshape(2 * len(rows), -1)


def evaluated(feature: Expression, scenes: Sequence[Scene]) -> npt.NDArray[Any] | None:
    """The feature of every cell, scene after scene; None where a grid has none."""

    def flat(scene: Scene) -> npt.NDArray[Any]:
        value = scene.value(feature.text)
        return value.ravel() if np.shape(value) == scene.grid.shape else np.full(scene.grid.size, value)

    return attempted(lambda: np.concatenate([flat(scene) for scene in scenes]))


def _shown(text: str, values: Numbers, before: Numbers, training: Bools, whole: bool) -> tuple[Said, Bools]:
    """That a colour is the cell's own, or a certain one; dearer if it tells `whole` grids apart."""
    seen = np.unique(values[training])[:6]
    bits = 0.8 + (NAMES_GRIDS if whole else 0.0)
    said = [(f"({text} == grid)", 0.8), *((f"({text} == {colour})", bits) for colour in seen.tolist())]
    return _and_not(said, np.concatenate([(values == before)[None], values == seen[:, None]]))


def _compared(text: str, values: npt.NDArray[Any], training: Bools) -> tuple[Said, Bools]:
    """How a number compares with those seen in training, and what it leaves when divided."""
    seen = np.unique(values[training])
    if seen.size < 2:
        return [], np.empty((0, values.size), bool)
    place = 0.5 if _ABSOLUTE.search(text) else 0.0
    equal, least = seen[:_MAX_VALUES], seen[1:][:_MAX_VALUES]
    rows = [_with_negations(values == equal[:, None]), _with_negations(values >= least[:, None])]
    said: Said = []
    for few, yes, no, bits in ((equal, "==", "!=", 0.8), (least, ">=", "<", 1.0)):
        for value in few.tolist():
            more = place + _NUMBER_BITS * math.log2(1 + abs(value))
            said += [(f"({text} {yes} {value})", bits + more), (f"({text} {no} {value})", 1.0 + more)]
    for divisor in (2, 3, 4) if seen.size > 2 else ():
        rests = np.arange(divisor)
        said += [(f"({text} % {divisor} == {rest})", 0.9 + 0.3 * divisor) for rest in rests]
        rows.append(values % divisor == rests[:, None])
    return said, np.concatenate(rows)
