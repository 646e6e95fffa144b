"""Reading what a candidate returned as a grid; generous about the type, strict about the content."""

from __future__ import annotations

from typing import Any

import numpy as np

from arc.grid import COLOURS, MAX_SIDE, Grid, GridError


def output_grid(value: Any) -> Grid:
    """Return a candidate's result as an int8 array (height, width).

    Accepted are arrays and nested sequences of integers or booleans, and of floats that are whole numbers
    (`np.zeros` without a dtype is a common habit). Raises GridError for anything else.
    """
    if isinstance(value, np.ndarray):
        array = np.asarray(value)
    elif isinstance(value, (list, tuple)):
        array = _from_rows(value)
    else:
        raise GridError(f"the program returned no grid but {type(value).__name__}")
    if array.ndim != 2:
        raise GridError(f"the program returned {array.ndim} dimensions; a grid has 2")
    height, width = array.shape
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise GridError(f"the program returned {height}x{width}; a grid has 1 to {MAX_SIDE} rows and columns")
    if array.dtype.kind == "O":
        array = _from_objects(array)
    kind = array.dtype.kind
    if kind not in "iubf":
        raise GridError(f"the program returned {array.dtype}; a grid holds integers")
    if kind == "f" and not (np.isfinite(array).all() and (array == np.rint(array)).all()):
        raise GridError("the program returned fractions; a grid holds integers")
    low, high = array.min(), array.max()
    if low < 0 or high >= COLOURS:
        raise GridError(f"the program returned {int(low if low < 0 else high)}; colours are 0 to 9")
    return array.astype(np.int8, order="C")


def _from_rows(value: Any) -> np.ndarray[Any, Any]:
    rows = []
    if len(value) > MAX_SIDE:
        raise GridError(f"the program returned {len(value)} rows; a grid has 1 to {MAX_SIDE}")
    for row in value:
        if not isinstance(row, (list, tuple, np.ndarray)):
            raise GridError(f"the program returned rows that are {type(row).__name__}")
        if len(row) != len(value[0]):
            raise GridError("the program returned rows of different length")
        if len(row) > MAX_SIDE:
            raise GridError(f"the program returned {len(row)} columns; a grid has 1 to {MAX_SIDE}")
        rows.append(list(row))
    try:
        return np.array(rows)
    except (ValueError, TypeError, OverflowError) as error:
        raise GridError(f"the program returned no grid: {error}") from None


def _from_objects(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    cells = [cell for row in array.tolist() for cell in row]
    if not all(isinstance(cell, (int, np.integer, np.bool_)) for cell in cells):
        raise GridError("the program returned cells that are no integers")
    if not all(-128 <= cell <= 127 for cell in cells):
        raise GridError("the program returned values far beyond the colours 0 to 9")
    return np.array([int(cell) for cell in cells], dtype=np.int64).reshape(array.shape)
