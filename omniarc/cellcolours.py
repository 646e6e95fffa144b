"""Colour maps: for every cell of a grid a colour found elsewhere in it (ahead, nearest, around, in its row).

All give integer arrays of the grid's shape, to be painted with `colour_where(grid, where, colours)`; a cell
for which there is no such colour gets `background`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from omniarc.cellmaps import DIRECTIONS, CellMap, Mask, _first_ahead

_BOX = np.ones((3, 3), dtype=bool)


def colour_ahead(grid: npt.NDArray, direction: str, background: int = 0) -> CellMap:
    """The colour of the first cell in `direction`, the cell itself left out, that is not `background`."""
    if direction not in DIRECTIONS:
        raise ValueError(f"no direction {direction!r}; use one of {', '.join(DIRECTIONS)}")
    ahead = _first_ahead(grid != background, direction)
    return np.where(ahead >= 0, grid.ravel()[ahead], background).astype(np.int64)


def nearest_colour(grid: npt.NDArray, mask: Mask, metric: str = "king") -> CellMap:
    """The colour of the nearest cell of `mask`, as a chess "king" or a "taxi" moves; the grid's own where
    `mask` is empty."""
    if not mask.any():
        return grid.astype(np.int64)
    name = {"king": "chessboard", "taxi": "taxicab"}[metric]
    where = ndimage.distance_transform_cdt(~mask, metric=name, return_distances=False, return_indices=True)
    return grid[tuple(where)].astype(np.int64)


def commonest_colour(grid: npt.NDArray, but: int | None = None) -> int:
    """The colour with the most cells, `but` left out; of equals the smallest; 0 if there is none."""
    counts = np.bincount(grid.ravel(), minlength=10)
    if but is not None:
        counts[but] = 0
    return int(counts.argmax())


def rarest_colour(grid: npt.NDArray, but: int | None = None) -> int:
    """The colour with the fewest cells, though at least one, `but` left out; 0 if there is none."""
    counts = np.bincount(grid.ravel(), minlength=10)
    if but is not None:
        counts[but] = 0
    present = np.flatnonzero(counts)
    return int(present[counts[present].argmin()]) if present.size else 0


def region_colour(parts: CellMap, grid: npt.NDArray, but: int | None = None) -> CellMap:
    """The commonest colour of the region's cells, `but` left out; 0 outside of all regions."""
    return _per_region(parts, grid, but, parts > 0)


def region_rarest_colour(parts: CellMap, grid: npt.NDArray, but: int | None = None) -> CellMap:
    """The rarest colour among the region's cells, `but` left out; 0 outside of all regions."""
    values = [0, *(rarest_colour(grid[parts == number], but) for number in range(1, int(parts.max()) + 1))]
    return np.array(values, dtype=np.int64)[parts]


def _per_region(parts: CellMap, grid: npt.NDArray, but: int | None, inside: Mask) -> CellMap:
    count = int(parts.max()) + 1
    table = np.bincount(parts[inside] * 10 + grid[inside], minlength=count * 10).reshape(count, 10)
    if but is not None:
        table[:, but] = 0
    values = table.argmax(axis=1)
    values[0] = 0
    return values.astype(np.int64)[parts]


def colour_around(parts: CellMap, grid: npt.NDArray, but: int | None = None) -> CellMap:
    """The commonest colour among the cells that touch the region from outside, corners included."""
    values = [0]
    boxes = ndimage.find_objects(parts)
    for number, box in enumerate(boxes, 1):
        if box is None:
            values.append(0)
            continue
        wide = tuple(slice(max(0, side.start - 1), side.stop + 1) for side in box)
        part = parts[wide] == number
        ring = ndimage.binary_dilation(part, _BOX) & ~part
        values.append(commonest_colour(grid[wide][ring], but) if ring.any() else 0)
    return np.array(values, dtype=np.int64)[parts]


def colour_of_row(grid: npt.NDArray, background: int = 0) -> CellMap:
    """The commonest colour of each cell's row that is not `background`; `background` if there is none."""
    values = [commonest_colour(row, background) if (row != background).any() else background for row in grid]
    return np.broadcast_to(np.array(values)[:, None], grid.shape).astype(np.int64)


def colour_of_column(grid: npt.NDArray, background: int = 0) -> CellMap:
    """The commonest colour of each cell's column that is not `background`; `background` if there is none."""
    return colour_of_row(grid.T, background).T.copy()


def border_colour(grid: npt.NDArray, side: str) -> CellMap:
    """The colour at the end of each cell's row or column on `side`: "left", "right", "top" or "bottom"."""
    line = {"left": grid[:, :1], "right": grid[:, -1:], "top": grid[:1], "bottom": grid[-1:]}[side]
    return np.broadcast_to(line, grid.shape).astype(np.int64)


def mirrored_colour(grid: npt.NDArray, axis: str) -> CellMap:
    """The colour of the cell's mirror image: "vertical" (left to right), "horizontal", "half turn",
    "diagonal" and "antidiagonal" (these two want a square grid, and give the grid itself otherwise)."""
    turned = {
        "vertical": grid[:, ::-1],
        "horizontal": grid[::-1],
        "half turn": grid[::-1, ::-1],
        "diagonal": grid.T,
        "antidiagonal": grid[::-1, ::-1].T,
    }[axis]
    return (turned if turned.shape == grid.shape else grid).astype(np.int64)


def colours_but(grid: npt.NDArray, but: int) -> list[int]:
    """The colours that occur in the grid, in rising order, `but` left out."""
    return [int(colour) for colour in np.unique(grid) if colour != but]
