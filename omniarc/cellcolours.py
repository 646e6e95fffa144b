"""Colour maps: for every cell of a grid a colour found elsewhere in it (ahead, nearest, around, in its row).

All give integer arrays of the grid's shape, to be painted with `paint(grid, where, colours)`; a cell
for which there is no such colour gets `background`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from omniarc.cellmaps import CellMap, first_ahead, grow, nearest_cells
from omniarc.colour import least_common_colour, most_common_colour
from omniarc.components import boxes_of_labels
from omniarc.values import Direction, Mask

__all__ = [
    "border_colour",
    "colour_ahead",
    "colour_around",
    "colour_of_column",
    "colour_of_row",
    "nearest_colour",
    "region_colour",
    "region_rarest_colour",
]


def colour_ahead(grid: npt.NDArray[Any], direction: Direction, background: int = 0) -> CellMap:
    """The colour of the first cell in `direction`, the cell itself left out, that is not `background`."""
    ahead = first_ahead(grid != background, direction)
    return np.where(ahead >= 0, grid.ravel()[ahead], background).astype(np.int64)


def nearest_colour(grid: npt.NDArray[Any], mask: Mask, metric: str = "king") -> CellMap:
    """The colour of the nearest cell of `mask`, as a chess "king" or a "taxi" moves (ties: the uppermost
    cell, there the nearest column); the grid's own if `mask` is empty."""
    if not mask.any():
        return grid.astype(np.int64)
    rows, columns = nearest_cells(mask, metric)
    return grid[rows, columns].astype(np.int64)


def region_colour(parts: CellMap, grid: npt.NDArray[Any], background: int = -1) -> CellMap:
    """The commonest colour of the region's cells, `background` left out if there are others; 0 outside of all
    regions."""
    inside = parts > 0
    count = int(parts.max()) + 1
    table = np.bincount(parts[inside] * 10 + grid[inside], minlength=count * 10).reshape(count, 10)
    if background >= 0:
        table[:, background] = 0
        table[~table.any(axis=1), background] = 1
    values = table.argmax(axis=1)
    values[0] = 0
    result: CellMap = values.astype(np.int64)[parts]
    return result


def region_rarest_colour(parts: CellMap, grid: npt.NDArray[Any]) -> CellMap:
    """The rarest colour among the region's cells; 0 outside of all regions."""
    values = [0, *(least_common_colour(grid[parts == number]) for number in range(1, int(parts.max()) + 1))]
    return np.array(values, dtype=np.int64)[parts]


def colour_around(parts: CellMap, grid: npt.NDArray[Any], background: int = -1) -> CellMap:
    """The commonest colour among the cells that touch the region from outside, corners included, `background`
    left out if there are others; 0 outside of all regions."""
    values = [0]
    for number, box in enumerate(boxes_of_labels(parts), 1):
        wide = tuple(slice(max(0, side.start - 1), side.stop + 1) for side in box)
        part = parts[wide] == number
        ring = grow(part) & ~part
        values.append(most_common_colour(grid[wide][ring], background=background) if ring.any() else 0)
    return np.array(values, dtype=np.int64)[parts]


def colour_of_row(grid: npt.NDArray[Any], background: int = 0) -> CellMap:
    """The commonest colour of each cell's row that is not `background`; `background` if there is none."""
    values = [most_common_colour(row, background=background) for row in grid]
    return np.broadcast_to(np.array(values)[:, None], grid.shape).astype(np.int64)


def colour_of_column(grid: npt.NDArray[Any], background: int = 0) -> CellMap:
    """The commonest colour of each cell's column that is not `background`; `background` if there is none."""
    return colour_of_row(grid.T, background).T.copy()


def border_colour(grid: npt.NDArray[Any], side: str) -> CellMap:
    """The colour at the end of each cell's row or column on `side`: "left", "right", "top" or "bottom"."""
    line = {"left": grid[:, :1], "right": grid[:, -1:], "top": grid[:1], "bottom": grid[-1:]}[side]
    return np.broadcast_to(line, grid.shape).astype(np.int64)
