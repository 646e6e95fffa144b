"""Augmentations: views of a task that keep its meaning, each with its exact inverse.

A view is one of the 8 symmetries of the square, then a permutation of the ten colours, and an order of the
training pairs. What is proposed in a view is brought back with `undo`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from arc.grid import COLOURS, ArcError, Grid
from arc.task import Pair, Task

DIHEDRAL = 8


def dihedral(grid: Grid, symmetry: int) -> Grid:
    """Apply symmetry 0..7: `symmetry % 4` quarter turns counter-clockwise, after a transpose if >= 4."""
    turned = np.rot90(grid.T if symmetry >= 4 else grid, symmetry % 4)
    return _frozen(turned)


def undo_dihedral(grid: Grid, symmetry: int) -> Grid:
    """The inverse of `dihedral` with the same symmetry."""
    turned = np.rot90(grid, -(symmetry % 4))
    return _frozen(turned.T if symmetry >= 4 else turned)


def _frozen(array: Grid) -> Grid:
    grid = np.ascontiguousarray(array)
    if grid is array or grid.base is not None:
        grid = grid.copy()
    grid.flags.writeable = False
    return grid


@dataclass(frozen=True)
class Augmentation:
    """One view of a task.

    `symmetry` is 0..7 (see `dihedral`); `colours[c]` is what colour c becomes; `order`, if not empty, lists
    which training pair stands at each place.
    """

    symmetry: int = 0
    colours: tuple[int, ...] = tuple(range(COLOURS))
    order: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.symmetry < DIHEDRAL:
            raise ArcError(f"a symmetry is 0 to 7, not {self.symmetry}")
        if sorted(self.colours) != list(range(COLOURS)):
            raise ArcError(f"colours must be a permutation of 0 to 9, not {self.colours}")
        if sorted(self.order) != list(range(len(self.order))):
            raise ArcError(f"order must be a permutation of pair numbers, not {self.order}")

    @cached_property
    def _table(self) -> Grid:
        return np.array(self.colours, dtype=np.int8)

    @cached_property
    def _inverse_table(self) -> Grid:
        return np.argsort(self._table).astype(np.int8)

    def apply(self, grid: Grid) -> Grid:
        """The grid as this view shows it."""
        return dihedral(self._table[grid], self.symmetry)

    def undo(self, grid: Grid) -> Grid:
        """The grid of the original task that this view shows as `grid`."""
        return undo_dihedral(self._inverse_table[grid], self.symmetry)

    def apply_task(self, task: Task) -> Task:
        """The whole task in this view, its id unchanged."""
        order = self.order or tuple(range(len(task.train)))
        if len(order) != len(task.train):
            raise ArcError(
                f"task {task.id} has {len(task.train)} training pairs, the view orders {len(order)}"
            )
        return Task(
            task.id,
            tuple(self._pair(task.train[place]) for place in order),
            tuple(self._pair(pair) for pair in task.test),
        )

    def _pair(self, pair: Pair) -> Pair:
        return Pair(self.apply(pair.input), None if pair.output is None else self.apply(pair.output))


IDENTITY = Augmentation()


def random_augmentation(task: Task, generator: random.Random, *, keep_black: bool = True) -> Augmentation:
    """Draw a view of `task`; colour 0, which most tasks use as background, stays itself by default."""
    symmetry = generator.randrange(DIHEDRAL)
    first = 1 if keep_black else 0
    moved = list(range(first, COLOURS))
    generator.shuffle(moved)
    order = list(range(len(task.train)))
    generator.shuffle(order)
    return Augmentation(symmetry, (*range(first), *moved), tuple(order))


def symmetries() -> Iterator[Augmentation]:
    """The eight views that only rotate and mirror."""
    return (Augmentation(symmetry) for symmetry in range(DIHEDRAL))
