"""Grids: the 2-D int8 arrays that ARC tasks are made of, checked where they enter.

A grid is a C-contiguous, read-only numpy array of shape (height, width), dtype int8, with values 0..9 (the
ten ARC colours). ARC's own grids have 1..30 rows and columns. Larger ones, up to 255, can be read, run,
verified and voted on; Kaggle rejects such answers, and the search stops at 30.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Grid: TypeAlias = npt.NDArray[np.int8]

ARC_SIDE = 30  # the most rows or columns in ARC
MAX_SIDE = 255  # the most here: a side is one byte in keys, in the sandbox and in run records
COLOURS = 10


class GridType(StrEnum):
    """What a program's grids are: numpy int64 arrays, lists of lists, or tuples of tuples of int."""

    ARRAY = "array"
    LIST = "list"
    TUPLE = "tuple"


class ArcError(Exception):
    """Base of omni-arc's errors: bad input, explained in one line (the command line exits with 2)."""


class GridError(ArcError):
    """A value that is not an ARC grid; the message says why."""


def as_grid(value: Any) -> Grid:
    """Return `value` (nested sequences or an array) as a read-only grid.

    Raises GridError if it is not rectangular, not 1..255 by 1..255, or holds anything but integers 0..9
    (booleans count as 0 and 1 only in boolean arrays).
    """
    if isinstance(value, np.ndarray):
        array = value
    else:
        array = _array_from_rows(value)
    if array.ndim != 2:
        raise GridError(f"a grid has 2 dimensions, this has {array.ndim}")
    height, width = array.shape
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise GridError(f"a grid has 1 to {MAX_SIDE} rows and columns, this is {height}x{width}")
    if array.dtype.kind not in "iub":
        raise GridError(f"a grid holds integers, this holds {array.dtype}")
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= COLOURS:
        raise GridError(f"a grid holds colours 0 to 9, this holds {low if low < 0 else high}")
    grid = np.array(array, dtype=np.int8, order="C")
    grid.flags.writeable = False
    return grid


def _array_from_rows(value: Any) -> npt.NDArray[Any]:
    if not isinstance(value, (list, tuple)) or not value:
        raise GridError("a grid is a non-empty list of rows")
    for number, row in enumerate(value):
        if not isinstance(row, (list, tuple)) or not row:
            raise GridError(f"row {number} is not a non-empty list")
        if len(row) != len(value[0]):
            raise GridError(f"row {number} has {len(row)} cells, row 0 has {len(value[0])}")
        if set(map(type, row)) == {int} and min(row) >= 0 and max(row) < COLOURS:
            continue
        for cell in row:
            if not isinstance(cell, (int, np.integer)) or isinstance(cell, bool):
                raise GridError(f"row {number} holds {str(cell)[:20]!r}, which is no integer")
            if not 0 <= cell < COLOURS:
                raise GridError(f"row {number} holds {_number(int(cell))}; colours are 0 to 9")
    if len(value) > MAX_SIDE or len(value[0]) > MAX_SIDE:
        raise GridError(f"a grid has 1 to {MAX_SIDE} rows and columns, this is {len(value)}x{len(value[0])}")
    return np.array(value, dtype=np.int8)


def _number(value: int) -> str:
    return str(value) if abs(value) < 10**9 else "a number of more than 9 digits"


def grid_key(grid: Grid) -> bytes:
    """Bytes that are equal exactly for equal grids: the shape, then the cells."""
    return bytes(grid.shape) + grid.tobytes()


def same_grid(left: Grid | None, right: Grid | None) -> bool:
    """True if both are grids of the same shape and cells."""
    if left is None or right is None or left.shape != right.shape:
        return False
    return left.tobytes() == right.tobytes()


def to_rows(grid: Grid) -> list[list[int]]:
    """The grid as lists of Python integers, for JSON."""
    rows: list[list[int]] = grid.tolist()
    return rows
