"""How an output compares with the training outputs: size, colours, symmetry, objects, and how much changes.

    looks = Looks(task)
    looks.plausibility(0, grid).size        1.0: the size that the pairs lead one to expect

Each figure is from 0 (unlike the training pairs) to 1 (like them), None where the pairs say nothing. They are
computed from grids alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from arc import Grid, Task

_SYMMETRIES: tuple[Callable[[Grid], Grid], ...] = (
    np.fliplr,
    np.flipud,
    np.transpose,
    lambda g: np.rot90(g, 2),
)
_NEAR = 2.0  # factor up to which the share of changed cells still counts as similar
_NAMES = ("size", "colours", "symmetry", "objects", "change")


@dataclass(frozen=True)
class Plausibility:
    """How an output compares with the training outputs, 0 to 1; None where they have nothing in common.

    `size`: 1 if its shape follows a relation of sizes that all pairs have. `colours`: the share of its
    colours that its input or some training output has. `symmetry`: the share of the training outputs' common
    symmetries that it has. `objects`: 1 if its number of objects is that of all training outputs, or the
    input's where that is so in all pairs. `change`: 1 if about as many cells change as in the pairs.
    """

    size: float | None = None
    colours: float | None = None
    symmetry: float | None = None
    objects: float | None = None
    change: float | None = None

    @property
    def text(self) -> str:
        """Why the output looks implausible, in words; empty if it does not."""
        unlike = [
            name for name, value in zip(_NAMES, astuple(self), strict=True) if value is not None and value < 1
        ]
        return f"unlike the training outputs in {', '.join(unlike)}" if unlike else ""


class Looks:
    """Properties shared by the training pairs of a task."""

    def __init__(self, task: Task) -> None:
        pairs = [(pair.input, pair.answer) for pair in task.train]
        self.pairs = len(pairs)
        self._tests = task.test_inputs
        self._sizes = [
            relation for relation in _size_relations(*pairs[0]) if all(relation(*pair) for pair in pairs)
        ]
        self._colours = {colour for _, output in pairs for colour in np.unique(output).tolist()}
        self._symmetries = [
            turn for turn in _SYMMETRIES if all(_unchanged(output, turn) for _, output in pairs)
        ]
        self._counts = {_objects(output) for _, output in pairs}
        self._keeps_count = all(_objects(given) == _objects(output) for given, output in pairs)
        self._changes = [_changed(given, output) for given, output in pairs]

    def plausibility(self, index: int, grid: Grid) -> Plausibility:
        """How `grid` compares as the output of test input `index`."""
        given = self._tests[index]
        return Plausibility(
            size=float(any(relation(given, grid) for relation in self._sizes)) if self._sizes else None,
            colours=self._colour_share(given, grid),
            symmetry=_share([_unchanged(grid, turn) for turn in self._symmetries]),
            objects=self._object_count(given, grid),
            change=self._change(given, grid),
        )

    def _colour_share(self, given: Grid, grid: Grid) -> float:
        known = self._colours | set(np.unique(given).tolist())
        return float(np.mean([colour in known for colour in np.unique(grid).tolist()]))

    def _object_count(self, given: Grid, grid: Grid) -> float | None:
        if self._keeps_count:
            return float(_objects(given) == _objects(grid))
        return float(_objects(grid) in self._counts) if len(self._counts) == 1 else None

    def _change(self, given: Grid, grid: Grid) -> float | None:
        known = [share for share in self._changes if share is not None]
        if len(known) < len(self._changes):
            return None
        share = _changed(given, grid)
        if share is None:
            return 0.0
        return float(min(known) / _NEAR <= share <= max(known) * _NEAR)


def _size_relations(given: Grid, output: Grid) -> Sequence[Callable[[Grid, Grid], bool]]:
    """Relations of sizes that hold for a pair: one size, sides in proportion, sides exchanged."""
    (height, width), shape = given.shape, output.shape

    def one_size(_: Grid, made: Grid) -> bool:
        return made.shape == shape

    def in_proportion(grid: Grid, made: Grid) -> bool:
        return bool(made.shape[0] * height == grid.shape[0] * shape[0]) and bool(
            made.shape[1] * width == grid.shape[1] * shape[1]
        )

    def exchanged(grid: Grid, made: Grid) -> bool:
        return made.shape == grid.shape[::-1]

    found: list[Callable[[Grid, Grid], bool]] = [one_size, in_proportion]
    return [*found, exchanged] if exchanged(given, output) else found


def _unchanged(grid: Grid, turn: Callable[[Grid], Grid]) -> bool:
    return bool(np.array_equal(turn(grid), grid))


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _objects(grid: Grid) -> int:
    """Connected parts, diagonals included, of what has not the commonest colour."""
    from scipy import ndimage  # slow to import, and most votes do not need it

    background = np.bincount(grid.ravel(), minlength=10).argmax()
    return int(ndimage.label(grid != background, np.ones((3, 3)))[1])


def _changed(given: Grid, output: Grid) -> float | None:
    """The share of cells that differ, None for grids of two sizes."""
    return float(np.mean(given != output)) if given.shape == output.shape else None
