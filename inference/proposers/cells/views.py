"""A task seen under one symmetry of the square: layers, features and known outputs of its grids.

Colours in features are relative to the grid: the background is -1, colours that not every input has become
one code, and each colour layer is also compared with the cell's own colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from arc import Grid, Task
from arc.augment import dihedral
from inference.proposers.cells.described_grid import DescribedGrid
from inference.proposers.cells.frames import Frame
from inference.proposers.cells.layers import OUTSIDE, Colours
from inference.proposers.cells.windows import Box
from inference.proposers.search.goals import Grids

_TRANSPOSING = (1, 3, 4, 6)  # symmetries that exchange rows and columns
_VARIABLE = 12  # the feature code of a colour whose meaning changes from grid to grid


@dataclass(frozen=True, eq=False)
class Cells:
    """The output cells of one pair under one symmetry, in reading order.

    `colours` (cells, colour layers) int8; `numbers` (cells, number layers) float32; `shape` of the output in
    this view; `target` (cells,) int8, or None for a test input; `pair` counts training pairs, then tests.
    """

    pair: int
    symmetry: int
    background: int
    shape: tuple[int, int]
    colours: Colours
    numbers: npt.NDArray[np.float32]
    target: Colours | None

    def features(
        self, fixed: frozenset[int], absolute: bool, rows: npt.NDArray[np.bool_] | None = None
    ) -> npt.NDArray[np.float32]:
        """Feature matrix (cells, features) float32, of the chosen rows only if given.

        `fixed` colours keep their identity, or all do if `absolute`.
        """
        colours = self.colours if rows is None else self.colours[rows]
        numbers = self.numbers if rows is None else self.numbers[rows]
        table = np.arange(OUTSIDE + 1, dtype=np.int8)
        if not absolute:
            table[[c for c in range(10) if c not in fixed]] = _VARIABLE
        table[self.background] = -1
        alike = colours[:, 1:] == colours[:, :1]
        return np.concatenate([numbers, table[colours], alike], axis=1, dtype=np.float32)

    def restore(self, votes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Votes (cells, 10) of this view as (height, width, 10) in the task's own view."""
        planes = np.rot90(votes.reshape(*self.shape, -1), -(self.symmetry % 4))
        return planes.swapaxes(0, 1) if self.symmetry >= 4 else planes


class View:
    """All grids of a task under one symmetry and one size rule, described once.

    `sources` are its inputs under that symmetry, those of the tests last; `made` holds more layers of the
    outputs' shapes, each a grid for each input as it is.
    """

    def __init__(
        self,
        task: Task,
        frame: Frame,
        symmetry: int,
        sources: Sequence[DescribedGrid],
        made: Sequence[Grids],
    ) -> None:
        self.task, self.symmetry, self.sources, self.made = task, symmetry, sources, made
        self.frame = frame.transposed() if symmetry in _TRANSPOSING else frame

    @cached_property
    def train(self) -> list[Cells] | None:
        """Cells of each training pair, or None where the rule does not fit in this view."""
        result = []
        for number, pair in enumerate(self.task.train):
            box = self.frame.boxes[number] if self.frame.boxes else None
            cells = self._describe(number, box, pair.answer)
            if cells is None:
                return None
            result.append(cells)
        return result

    @cached_property
    def test(self) -> list[list[Cells]] | None:
        """For each test input, its cells in each of the places or sizes guessed for its output."""
        result = []
        for index in range(len(self.task.test)):
            boxes = [guess.box for guess in self.frame.guesses[index]] if self.frame.guesses else [None]
            found = [self._describe(len(self.task.train) + index, box, None) for box in boxes]
            if any(cells is None for cells in found):
                return None
            result.append([cells for cells in found if cells is not None])
        return result

    def _describe(self, number: int, box: Box | None, answer: Grid | None) -> Cells | None:
        source = self.sources[number]
        if box is not None:
            shape = self.task.inputs[number].shape if self.frame.kind == "window" else box.shape
            box = turned(box, shape, self.symmetry)
        layers = self.frame.describe(source, box)
        target = None if answer is None else dihedral(answer, self.symmetry).ravel()
        if layers is None or (target is not None and target.size != layers.shape[0] * layers.shape[1]):
            return None
        colours = np.concatenate([layers.colour_matrix(), self._made(number, layers.shape)], axis=1)
        numbers = layers.number_matrix()
        return Cells(number, self.symmetry, source.background, layers.shape, colours, numbers, target)

    def _made(self, number: int, shape: tuple[int, int]) -> Colours:
        """What pipelines make of an input, (cells, pipelines); OUTSIDE where it has another shape."""
        result = np.full((shape[0] * shape[1], len(self.made)), OUTSIDE, np.int8)
        for column, grids in enumerate(self.made):
            grid = dihedral(grids[number], self.symmetry)
            if grid.shape == shape:
                result[:, column] = grid.ravel()
        return result


def turned(box: Box, shape: tuple[int, int], symmetry: int) -> Box:
    """Where the box of a grid of this shape lies once the grid is seen under the symmetry."""
    inside = np.zeros(shape, np.int8)
    box.of(inside)[:] = 1
    rows, columns = np.nonzero(dihedral(inside, symmetry))
    top, left = int(rows.min()), int(columns.min())
    return Box(top, left, int(rows.max()) - top + 1, int(columns.max()) - left + 1)


def grid_background(task: Task, grid: Grid) -> int:
    """Black if every input holds it, else the grid's commonest colour."""
    if all((given == 0).any() for given in task.inputs):
        return 0
    return int(np.bincount(grid.ravel(), minlength=10).argmax())


def fixed_colours(task: Task) -> frozenset[int]:
    """Colours that mean the same everywhere: those that every input has, and those that none has."""
    palettes = [set(np.unique(grid).tolist()) for grid in task.inputs]
    return frozenset(set.intersection(*palettes) | (set(range(10)) - set.union(*palettes)))
