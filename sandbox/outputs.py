"""Reading what a candidate returned as a grid; generous about the type, strict about the content."""

from __future__ import annotations

from typing import Any

import numpy as np

from arc.grid import COLOURS, MAX_SIDE, Grid, GridError

Cells = tuple[int, int, bytes]  # height, width, a byte for each cell in row order
_COLOUR_BYTES = bytes(range(COLOURS))
_PLAIN = frozenset({int, bool})
# as they are before a program may replace them
_from_buffer, _array, _as_array = np.frombuffer, np.array, np.asarray


def output_grid(value: Any) -> Grid:
    """Return a candidate's result as a read-only int8 array (height, width); see `output_cells`."""
    height, width, cells = output_cells(value)
    return _from_buffer(cells, dtype=np.int8).reshape(height, width)


def output_cells(value: Any) -> Cells:
    """Return a candidate's result as height, width and cells.

    Accepted are arrays and nested sequences of integers or booleans, and of floats that are whole numbers
    (`np.zeros` without a dtype is a common habit). Raises GridError for anything else.
    """
    if (
        type(value) is np.ndarray
        and value.ndim == 2
        and value.dtype.kind in "iub"
        and value.size <= MAX_SIDE**2
    ):
        rows = value.tolist()
    else:
        rows = value
    if type(rows) in (list, tuple) and 1 <= len(rows) <= MAX_SIDE:
        found = _plain_cells(rows)
        if found is not None:
            return found
    grid = _slowly(value)
    return (*grid.shape, grid.tobytes())


def _plain_cells(rows: Any) -> Cells | None:
    """The cells of a list of equally long lists of colours; None if it is anything else.

    In a fresh process this is far cheaper than numpy, whose machinery lies on memory pages of its own.
    """
    width = len(rows[0]) if type(rows[0]) in (list, tuple) else 0
    if not 1 <= width <= MAX_SIDE:
        return None
    cells = b""
    for row in rows:
        if type(row) not in (list, tuple) or len(row) != width or not _PLAIN.issuperset(map(type, row)):
            return None
        try:
            cells += bytes(row)
        except (ValueError, OverflowError):
            return None
    return None if cells.translate(None, _COLOUR_BYTES) else (len(rows), width, cells)


def _slowly(value: Any) -> Grid:
    """The same for whatever it is, by numpy; raises GridError with what is wrong."""
    if isinstance(value, np.ndarray):
        array = _as_array(value)
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
        return _array(rows)
    except (ValueError, TypeError, OverflowError) as error:
        raise GridError(f"the program returned no grid: {error}") from None


def _from_objects(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    cells = [cell for row in array.tolist() for cell in row]
    if not all(isinstance(cell, (int, np.integer, np.bool_)) for cell in cells):
        raise GridError("the program returned cells that are no integers")
    if not all(-128 <= cell <= 127 for cell in cells):
        raise GridError("the program returned values far beyond the colours 0 to 9")
    return _array([int(cell) for cell in cells], dtype=np.int64).reshape(array.shape)
