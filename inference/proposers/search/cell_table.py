"""The table that the same-size rules learn from: what every feature says of every cell of a problem.

A problem's cells are looked at in *views*. In the plain view each grid is seen once. In the view by colour or
by part each grid is seen once for each of its colours or parts, and features may use the names `colour` or
`part` for it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_features import Scene
from inference.proposers.search.cell_learner import Bools
from inference.proposers.search.expressions import Expression, Kind, bracketed
from inference.proposers.search.problem import Problem

_MAX_VALUES = 12
_ABSOLUTE = re.compile("row_numbers|column_numbers|region_row|region_column")  # places that few rules name
_NAMES_GRIDS = 3.0  # bits more for a literal that tells whole grids apart, not cells
_NUMBER_BITS = 0.4  # for each doubling of a number that a literal compares with


@dataclass(frozen=True, eq=False)
class CellTable:
    """All features of all cells, view after view.

    `literals` is (literals, cells), in order of `costs`; `names` their texts; `colours` the colour-valued
    features' (text, cost, values). For each cell, `pair` is the number of its grid, `view` of its view,
    `before` its colour in the current grid and `after` in the output (-1 for test cells).
    """

    literals: Bools
    names: tuple[str, ...]
    costs: npt.NDArray[np.float64]
    colours: tuple[tuple[str, float, npt.NDArray[np.int64]], ...]
    pair: npt.NDArray[np.int64]
    view: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]

    @property
    def training(self) -> Bools:
        return self.after >= 0


def background_of(problem: Problem) -> int:
    """0 if every grid holds it, else the commonest colour of the training grids."""
    if all((grid == 0).any() for grid in problem.grids):
        return 0
    return int(np.bincount(np.concatenate([grid.ravel() for grid in problem.train])).argmax())


def telling_colours(problem: Problem) -> tuple[int, ...]:
    """Colours that conditions may name: first those in all training grids, then those in several."""
    present = [set(np.unique(grid).tolist()) for grid in problem.train]
    common = sorted(set.intersection(*present))
    return (*common, *(c for c in range(10) if c not in common and sum(c in s for s in present) > 1))


def build_table(
    views: Sequence[tuple[int, Scene]], outputs: Sequence[Grid], features: Iterable[Expression]
) -> CellTable:
    """The table of these views: (number of the grid, the grid as a scene)."""
    before = np.concatenate([scene.grid.ravel() for _, scene in views]).astype(np.int64)
    pair = np.concatenate([np.full(scene.grid.size, number) for number, scene in views])
    view = np.concatenate([np.full(scene.grid.size, n) for n, (_, scene) in enumerate(views)])
    after = np.concatenate(
        [
            outputs[number].ravel() if number < len(outputs) else np.full(scene.grid.size, -1)
            for number, scene in views
        ]
    ).astype(np.int64)
    training = after >= 0
    rows: dict[bytes, tuple[float, str, Bools]] = {}
    colours = []

    def add(text: str, cost: float, values: Bools) -> None:
        charge(literal_price)
        inside = values[training]
        if inside.all() or not inside.any():
            return
        key = values.tobytes()
        if key not in rows or cost < rows[key][0]:
            rows[key] = (cost, text, values)

    scenes = [scene for _, scene in views]
    literal_price = prices.LITERAL[0] + prices.LITERAL[1] * before.size
    feature_price = prices.FEATURE[0] * len(views) + prices.FEATURE[1] * before.size
    for feature in features:
        charge(feature_price)
        values = _evaluate(feature, scenes)
        if values is None:
            continue
        said = bracketed(feature.text)
        if feature.kind is Kind.COLOUR:
            colours.append((feature.text, feature.bits, values))
            whole = all(scene.plain is None and not np.ndim(scene.value(feature.text)) for scene in scenes)
            names = _NAMES_GRIDS if whole else 0.0
            for text, extra, literal in _colour_literals(said, values, before, training, names):
                add(text, feature.bits + extra, literal)
                add(f"~{text}", feature.bits + extra + 0.4, ~literal)
        elif feature.kind is Kind.MASK:
            add(said, feature.bits, values)
            add(f"~{said}", feature.bits + 0.4, ~values)
        else:
            for text, extra, literal in _comparisons(said, values, training):
                add(text, feature.bits + extra, literal)
    ordered = sorted(rows.values(), key=lambda row: row[0])
    return CellTable(
        np.array([row[2] for row in ordered], bool).reshape(len(ordered), len(before)),
        tuple(row[1] for row in ordered),
        np.array([row[0] for row in ordered]),
        tuple(colours),
        pair,
        view,
        before,
        after,
    )


def _evaluate(feature: Expression, scenes: Sequence[Scene]) -> npt.NDArray[Any] | None:
    try:
        values = [scene.value(feature.text) for scene in scenes]
    except (ValueError, IndexError, TypeError):
        return None
    flat = [
        value.ravel() if np.shape(value) == scene.grid.shape else np.full(scene.grid.size, value)
        for value, scene in zip(values, scenes, strict=True)
    ]
    return np.concatenate(flat)


def _colour_literals(
    text: str, values: npt.NDArray[Any], before: npt.NDArray[Any], training: Bools, names: float
) -> Iterator[tuple[str, float, Bools]]:
    yield f"({text} == grid)", 0.8, values == before
    for colour in np.unique(values[training])[:6]:
        yield f"({text} == {colour})", 0.8 + names, values == colour


def _comparisons(text: str, values: npt.NDArray[Any], training: Bools) -> Iterator[tuple[str, float, Bools]]:
    seen = np.unique(values[training])
    if seen.size < 2:
        return
    place = 0.5 if _ABSOLUTE.search(text) else 0.0
    for value in seen[:_MAX_VALUES]:
        bits = place + _NUMBER_BITS * math.log2(1 + abs(value))
        yield f"({text} == {value})", 0.8 + bits, values == value
        yield f"({text} != {value})", 1.0 + bits, values != value
    for value in seen[1:][:_MAX_VALUES]:
        bits = place + _NUMBER_BITS * math.log2(1 + abs(value))
        yield f"({text} >= {value})", 1.0 + bits, values >= value
        yield f"({text} < {value})", 1.0 + bits, values < value
    if seen.size > 2:
        for divisor in (2, 3, 4):
            for rest in range(divisor):
                yield f"({text} % {divisor} == {rest})", 0.9 + 0.3 * divisor, values % divisor == rest
