"""Reading what a candidate returned as a grid; generous about the type, strict about the content."""

from __future__ import annotations

from typing import Any

import numpy as np

from arc.grid import COLOURS, MAX_SIDE, GridError

Cells = tuple[int, int, bytes]  # height, width, a byte for each cell in row order
_COLOUR_BYTES = bytes(range(COLOURS))
_PLAIN = frozenset({int, bool})
_as_array = np.asarray  # as it is before a program may replace it


def output_cells(value: Any) -> Cells:
    """Return a candidate's result as height, width and cells.

    Accepted are arrays and nested sequences of integers or booleans, and of floats that are whole numbers
    (`np.zeros` without a dtype is a common habit). Raises GridError for anything else. Plain Python is far
    cheaper here than numpy, whose machinery lies on memory pages that a fresh process has yet to copy.
    """
    if isinstance(value, np.ndarray):
        value = _listed(value, 2)
    elif not isinstance(value, (list, tuple)):
        raise GridError(f"the program returned no grid but {type(value).__name__}")
    if not 1 <= len(value) <= MAX_SIDE:
        raise GridError(f"the program returned {len(value)} rows; a grid has 1 to {MAX_SIDE}")
    cells, width = b"", 0
    for row in value:
        if isinstance(row, np.ndarray):
            row = _listed(row, 1)
        elif not isinstance(row, (list, tuple)):
            raise GridError(f"the program returned rows that are {type(row).__name__}")
        width = width or len(row)
        if len(row) != width:
            raise GridError("the program returned rows of different length")
        if not 1 <= width <= MAX_SIDE:
            raise GridError(f"the program returned {width} columns; a grid has 1 to {MAX_SIDE}")
        cells += _row(row)
    return len(value), width, cells


def _listed(array: Any, dimensions: int) -> Any:
    if array.ndim != dimensions:
        raise GridError(f"the program returned {array.ndim} dimensions; a grid has 2")
    if max(array.shape) > MAX_SIDE:
        raise GridError(f"the program returned {array.shape}; a grid has at most {MAX_SIDE} rows and columns")
    return _as_array(array).tolist()


def _row(row: Any) -> bytes:
    if _PLAIN.issuperset(map(type, row)):
        try:
            cells = bytes(row)
        except (ValueError, OverflowError):
            cells = b"\xff"
        if not cells.translate(None, _COLOUR_BYTES):
            return cells
    return bytes(map(_colour, row))


def _colour(cell: Any) -> int:
    if isinstance(cell, np.ndarray) and cell.ndim == 0:
        cell = cell.item()
    if isinstance(cell, (float, np.floating)) and cell == cell // 1:
        cell = int(cell)
    if not isinstance(cell, (int, np.integer, np.bool_)):
        what = "fractions" if isinstance(cell, float) else type(cell).__name__
        raise GridError(f"the program returned cells that are {what}; a grid holds integers")
    colour = int(cell)
    if not 0 <= colour < COLOURS:
        shown = colour if abs(colour) < 1 << 31 else "a huge number"
        raise GridError(f"the program returned {shown}; colours are 0 to 9")
    return colour
