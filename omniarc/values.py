"""What the words work on: grids, masks, boxes and objects, and the language's one error.

A grid is a 2-D integer numpy array. Words accept any integer or boolean dtype and always return a new,
writable int8 array: no argument is ever mutated and no result shares memory with an argument. A mask is a 2-D
boolean array. A box is (row, col, height, width). A direction is (row step, column step).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from omniarc.components import count_holes
from omniarc.masks import plain

__all__ = [
    "DIAGONAL",
    "DOWN",
    "DOWN_LEFT",
    "DOWN_RIGHT",
    "LEFT",
    "RIGHT",
    "STRAIGHT",
    "UP",
    "UP_LEFT",
    "UP_RIGHT",
    "Grid",
    "LanguageError",
    "Object",
    "blank",
    "blank_like",
]

Grid: TypeAlias = npt.NDArray[Any]
Mask: TypeAlias = npt.NDArray[np.bool_]
Box: TypeAlias = tuple[int, int, int, int]
Direction: TypeAlias = tuple[int, int]

UP: Direction = (-1, 0)
DOWN: Direction = (1, 0)
LEFT: Direction = (0, -1)
RIGHT: Direction = (0, 1)
UP_LEFT: Direction = (-1, -1)
UP_RIGHT: Direction = (-1, 1)
DOWN_LEFT: Direction = (1, -1)
DOWN_RIGHT: Direction = (1, 1)
STRAIGHT: tuple[Direction, ...] = (UP, DOWN, LEFT, RIGHT)
DIAGONAL: tuple[Direction, ...] = (UP_LEFT, UP_RIGHT, DOWN_LEFT, DOWN_RIGHT)

_INT8 = np.dtype(np.int8)


class LanguageError(ValueError):
    """A word was given something it cannot work on; the message says what."""


def to_grid(value: Any) -> Grid:
    """The value as a 2-D int8 array, itself if it already is one (never mutate what this returns)."""
    if isinstance(value, np.ndarray) and value.dtype is _INT8 and value.ndim == 2:
        return value
    if isinstance(value, Object):
        return value.cells
    array = np.asarray(value)
    if array.ndim != 2 or array.dtype.kind not in "iub" or not array.size:
        raise LanguageError(
            f"a grid is a non-empty 2-D array of integers, this is {array.dtype}{array.shape}"
        )
    return array.astype(np.int8)


def to_mask(value: Any) -> Mask:
    """The value as a 2-D boolean array: masks as they are, grids as "not 0"."""
    array = np.asarray(value)
    if array.ndim != 2 or array.dtype.kind not in "iub":
        raise LanguageError(f"a mask is a 2-D array of booleans, this is {array.dtype}{array.shape}")
    return array if array.dtype.kind == "b" else array != 0


def blank(height: int, width: int, colour: int = 0) -> Grid:
    """A grid of one colour."""
    if height < 1 or width < 1:
        raise LanguageError(f"a grid needs at least one row and one column, not {height}x{width}")
    return plain((int(height), int(width)), colour)


def blank_like(grid: Grid, colour: int = 0) -> Grid:
    """A grid of one colour with the shape of another grid."""
    return plain(to_grid(grid).shape, colour)


@dataclass(frozen=True, eq=False)
class Object:
    """A set of cells of a grid, with their colours.

    `row` and `col` are the top left corner of its box, `mask` says which cells of the box belong to it, and
    `cells` is the box drawn alone: its colours on `background`. `grid_shape` is the shape of the grid that it
    was found in. `mask` and `cells` are read-only. Objects are equal if they cover the same cells with the
    same colours.
    """

    row: int
    col: int
    mask: Mask
    cells: Grid
    grid_shape: tuple[int, int]
    background: int = 0

    @property
    def height(self) -> int:
        """Rows of its box."""
        return int(self.mask.shape[0])

    @property
    def width(self) -> int:
        """Columns of its box."""
        return int(self.mask.shape[1])

    @property
    def bottom(self) -> int:
        """Its last row."""
        return int(self.row + self.mask.shape[0] - 1)

    @property
    def right(self) -> int:
        """Its last column."""
        return int(self.col + self.mask.shape[1] - 1)

    @property
    def box(self) -> Box:
        """(row, col, height, width)."""
        return (self.row, self.col, *self.mask.shape)

    @property
    def area(self) -> int:
        """Number of cells of its box."""
        return int(self.mask.shape[0] * self.mask.shape[1])

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of its box, (row, col), halves included."""
        return self.row + (self.height - 1) / 2, self.col + (self.width - 1) / 2

    @cached_property
    def size(self) -> int:
        """Number of its cells."""
        return self.mask.tobytes().count(1)

    @cached_property
    def colour_counts(self) -> dict[int, int]:
        """How many cells it has of each colour, most common first (ties: the lower colour)."""
        counts = Counter(self.cells[self.mask].tolist())
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def colour(self) -> int:
        """Its most common colour."""
        return next(iter(self.colour_counts))

    @cached_property
    def colours(self) -> tuple[int, ...]:
        """Its colours in increasing order."""
        return tuple(sorted(self.colour_counts))

    @cached_property
    def positions(self) -> tuple[tuple[int, int], ...]:
        """(row, col) of each of its cells in the grid, in reading order."""
        rows, cols = self.mask.nonzero()
        return tuple(zip((rows + self.row).tolist(), (cols + self.col).tolist(), strict=True))

    @property
    def touches_border(self) -> bool:
        """True if it reaches an edge of its grid."""
        height, width = self.grid_shape
        return self.row <= 0 or self.col <= 0 or self.bottom >= height - 1 or self.right >= width - 1

    @cached_property
    def holes(self) -> int:
        """Number of separate areas in it that no straight path connects to the outside of its box."""
        return count_holes(self.mask)

    @property
    def is_square(self) -> bool:
        """True if its box is as high as wide."""
        return self.height == self.width

    @property
    def is_rectangle(self) -> bool:
        """True if it fills its box."""
        return self.size == self.area

    @property
    def is_line(self) -> bool:
        """True if it is a straight row or column of two cells or more."""
        return self.size == self.area > 1 and min(self.mask.shape) == 1

    @property
    def is_frame(self) -> bool:
        """True if it is exactly the edge of its box, at least 3x3."""
        if min(self.mask.shape) < 3:
            return False
        return bool(
            self.size == self.area - (self.height - 2) * (self.width - 2) and not self.mask[1:-1, 1:-1].any()
        )

    @cached_property
    def shape_key(self) -> bytes:
        """Equal exactly for objects of the same shape, whatever their colours and places."""
        return bytes(self.mask.shape) + self.mask.tobytes()

    @cached_property
    def turned_key(self) -> bytes:
        """Equal exactly for objects of the same shape, turned or mirrored in any way."""
        both = [mask[::way] for mask in (self.mask, self.mask.T) for way in (1, -1)]
        ways = [mask[:, ::way] for mask in both for way in (1, -1)]
        return min(bytes(way.shape) + way.tobytes() for way in ways)

    @cached_property
    def key(self) -> bytes:
        """Equal exactly for objects of the same shape and colours, whatever their places."""
        return self.shape_key + np.where(self.mask, self.cells, 0).astype(np.int8).tobytes()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Object):
            return NotImplemented
        return self.row == other.row and self.col == other.col and self.key == other.key

    def __hash__(self) -> int:
        return hash((self.row, self.col, self.key))

    def __repr__(self) -> str:
        return f"Object({self.height}x{self.width} at ({self.row}, {self.col}), {self.colour_counts})"


Objects: TypeAlias = Sequence[Object]


def make_object(
    row: int, col: int, mask: Mask, cells: Grid, grid_shape: tuple[int, int], background: int = 0
) -> Object:
    """An object from arrays that nobody else holds: they become read-only."""
    mask.flags.writeable = False
    cells.flags.writeable = False
    return Object(int(row), int(col), mask, cells, grid_shape, background)


def to_box(where: Object | Box) -> Box:
    """The box of an object, or the box itself."""
    return where.box if isinstance(where, Object) else where
