"""Cell maps: for every cell of a grid a truth or a number, to say which cells a program changes.

Masks are boolean arrays and maps integer arrays, both of the grid's shape. Masks combine with `&`, `|`, `~`
and maps with `==`, `<`, `%`: `colour_where(grid, (grid == 0) & between(grid == 3, "row"), 2)`.
Directions are named in DIRECTIONS.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Mask = npt.NDArray[np.bool_]
CellMap = npt.NDArray[np.int64]

DIRECTIONS = {
    "up": (-1, 0),
    "down": (1, 0),
    "left": (0, -1),
    "right": (0, 1),
    "up-left": (-1, -1),
    "up-right": (-1, 1),
    "down-left": (1, -1),
    "down-right": (1, 1),
}
_SIDES = ("up", "down", "left", "right")
_CORNERS = ("up-left", "up-right", "down-left", "down-right")
_PLUS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], dtype=bool)
_CROSS = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], dtype=bool)
_BOX = np.ones((3, 3), dtype=bool)
_SHAPES = {"sides": _PLUS, "corners": _CROSS, "all": _BOX}


def colour_where(
    grid: npt.NDArray[np.int8], where: Mask, colour: int | npt.NDArray[np.integer]
) -> npt.NDArray[np.int8]:
    """A copy of `grid` with the cells of `where` in `colour` (one colour, or a grid to take colours from)."""
    return np.where(where, colour, grid).astype(np.int8)


def _shifted(array: npt.NDArray, direction: str, fill: int = 0) -> npt.NDArray:
    """What each cell's neighbour in `direction` holds; `fill` beyond the border."""
    dr, dc = DIRECTIONS[direction]
    height, width = array.shape
    out = np.full_like(array, fill)
    out[max(0, -dr) : height - max(0, dr), max(0, -dc) : width - max(0, dc)] = array[
        max(0, dr) : height - max(0, -dr), max(0, dc) : width - max(0, -dc)
    ]
    return out


def neighbour(grid: npt.NDArray, direction: str, outside: int = -1) -> npt.NDArray:
    """The value beside each cell in `direction`, `outside` where that lies beyond the border."""
    return _shifted(grid.astype(np.int64), direction, outside)


def touching(mask: Mask, neighbours: str = "sides") -> Mask:
    """Cells that have a cell of `mask` beside them ("sides", "corners" or "all"); `mask` itself left out."""
    return ndimage.binary_dilation(mask, _SHAPES[neighbours]) & ~mask


def count_near(mask: Mask, neighbours: str = "sides") -> CellMap:
    """How many of each cell's neighbours ("sides" 0..4, "corners" 0..4, "all" 0..8) lie in `mask`."""
    names = {"sides": _SIDES, "corners": _CORNERS, "all": _SIDES + _CORNERS}[neighbours]
    total = np.zeros(mask.shape, dtype=np.int64)
    for name in names:
        total += _shifted(mask, name)
    return total


def same_near(grid: npt.NDArray, neighbours: str = "sides") -> CellMap:
    """How many of each cell's neighbours have its own colour."""
    names = {"sides": _SIDES, "corners": _CORNERS, "all": _SIDES + _CORNERS}[neighbours]
    total = np.zeros(grid.shape, dtype=np.int64)
    for name in names:
        total += _shifted(grid, name, -1) == grid
    return total


def looks_at(mask: Mask, direction: str, through: Mask | None = None) -> Mask:
    """Cells from which a cell of `mask` lies in `direction`.

    With `through`, only cells of `through` may lie between (and the cell itself may be anything).
    """
    key = None if through is None else np.ascontiguousarray(through).tobytes()
    return _looks_at(np.ascontiguousarray(mask).tobytes(), mask.shape, direction, key).copy()


@lru_cache(maxsize=2048)
def _looks_at(mask: bytes, shape: tuple[int, int], direction: str, through: bytes | None) -> Mask:
    wanted = np.frombuffer(mask, dtype=bool).reshape(shape)
    stops = wanted
    if through is not None:
        stops = wanted | ~np.frombuffer(through, dtype=bool).reshape(shape)
    ahead = _first_ahead(stops, direction)
    return (ahead >= 0) & wanted.ravel()[ahead]


def _first_ahead(stops: Mask, direction: str) -> CellMap:
    """The nearest cell of `stops` in `direction`, from each cell: row * width + column, or -1."""
    height, width = stops.shape
    dr, dc = DIRECTIONS[direction]
    cells = np.where(stops, np.arange(height * width).reshape(height, width), -1)
    # turn the view so that the direction is up or up and left
    if dr == 0:
        return np.ascontiguousarray(_first_up(cells.T[::-dc])[::-dc].T)
    cells = cells[::-dr]
    if dc == 0:
        return np.ascontiguousarray(_first_up(cells)[::-dr])
    cells = cells[:, ::-dc]
    # shear the rows so that up and left becomes up
    sheared = np.full((height, width + height - 1), -1)
    rows, columns = _sheared(height, width)
    sheared[rows, columns] = cells
    return np.ascontiguousarray(_first_up(sheared)[rows, columns][::-dr, ::-dc])


@lru_cache(maxsize=256)
def _sheared(height: int, width: int) -> tuple[CellMap, CellMap]:
    rows = np.arange(height)[:, None]
    return rows, np.arange(width)[None, :] - rows + height - 1


def _first_up(cells: CellMap) -> CellMap:
    """For each place the nearest value above it that is not -1, or -1."""
    rows = np.arange(len(cells))[:, None]
    last = np.maximum.accumulate(np.where(cells >= 0, rows, -1), axis=0)
    above = np.full_like(last, -1)
    above[1:] = last[:-1]
    return np.where(above >= 0, np.take_along_axis(cells, np.maximum(above, 0), axis=0), -1)


def between(mask: Mask, axis: str = "row", through: Mask | None = None) -> Mask:
    """Cells with `mask` on both hands along an axis; only cells of `through`, if given, may lie between.

    The axis is "row", "column", "diagonal" (down to the right), "antidiagonal", or "row or column".
    """
    if axis == "row or column":
        return between(mask, "row", through) | between(mask, "column", through)
    one, other = {
        "row": ("left", "right"),
        "column": ("up", "down"),
        "diagonal": ("up-left", "down-right"),
        "antidiagonal": ("up-right", "down-left"),
    }[axis]
    return looks_at(mask, one, through) & looks_at(mask, other, through)


def in_line_with(mask: Mask, axis: str = "row", through: Mask | None = None) -> Mask:
    """Cells with `mask` on either hand along "row", "column", "row or column", "diagonals"."""
    names = {
        "row": ("left", "right"),
        "column": ("up", "down"),
        "row or column": _SIDES,
        "diagonals": _CORNERS,
        "any": _SIDES + _CORNERS,
    }[axis]
    out = np.zeros(mask.shape, dtype=bool)
    for name in names:
        out |= looks_at(mask, name, through)
    return out


def rows_with(mask: Mask) -> Mask:
    """All cells of the rows that hold a cell of `mask`."""
    return np.repeat(mask.any(axis=1, keepdims=True), mask.shape[1], axis=1)


def columns_with(mask: Mask) -> Mask:
    """All cells of the columns that hold a cell of `mask`."""
    return np.repeat(mask.any(axis=0, keepdims=True), mask.shape[0], axis=0)


def rows_full_of(mask: Mask) -> Mask:
    """All cells of the rows that lie wholly in `mask`."""
    return np.repeat(mask.all(axis=1, keepdims=True), mask.shape[1], axis=1)


def columns_full_of(mask: Mask) -> Mask:
    """All cells of the columns that lie wholly in `mask`."""
    return np.repeat(mask.all(axis=0, keepdims=True), mask.shape[0], axis=0)


def count_in_row(mask: Mask) -> CellMap:
    """For each cell, how many cells of `mask` its row holds."""
    return np.broadcast_to(mask.sum(axis=1)[:, None], mask.shape).astype(np.int64)


def count_in_column(mask: Mask) -> CellMap:
    """For each cell, how many cells of `mask` its column holds."""
    return np.broadcast_to(mask.sum(axis=0)[None, :], mask.shape).astype(np.int64)


def row_numbers(grid: npt.NDArray) -> CellMap:
    """Each cell's row, from 0 at the top."""
    return np.broadcast_to(np.arange(grid.shape[0])[:, None], grid.shape).astype(np.int64)


def column_numbers(grid: npt.NDArray) -> CellMap:
    """Each cell's column, from 0 at the left."""
    return np.broadcast_to(np.arange(grid.shape[1])[None, :], grid.shape).astype(np.int64)


def depth(grid: npt.NDArray) -> CellMap:
    """Each cell's distance from the nearest border of the grid; 0 on the border."""
    rows, columns = row_numbers(grid), column_numbers(grid)
    height, width = grid.shape
    return np.minimum(np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns))


def distance_to(mask: Mask, metric: str = "king") -> CellMap:
    """Steps from each cell to the nearest cell of `mask`, moving like a chess "king" or a "taxi" (no
    diagonals); 99 everywhere if `mask` is empty."""
    if not mask.any():
        return np.full(mask.shape, 99, dtype=np.int64)
    name = {"king": "chessboard", "taxi": "taxicab"}[metric]
    return ndimage.distance_transform_cdt(~mask, metric=name).astype(np.int64)


def enclosed(mask: Mask, neighbours: str = "sides") -> Mask:
    """Cells of `mask` that cannot reach the border of the grid through `mask` ("sides" or "all" steps)."""
    labels, _ = ndimage.label(mask, _SHAPES[neighbours])
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return mask & ~np.isin(labels, edge)


def reachable(mask: Mask, start: Mask, neighbours: str = "sides") -> Mask:
    """Cells of `mask` that a walk through `mask` joins to a cell of `start` or to one beside it."""
    seeds = ndimage.binary_dilation(start, _SHAPES[neighbours]) & mask
    return ndimage.binary_propagation(seeds, _SHAPES[neighbours], mask=mask)


def in_box_of(mask: Mask) -> Mask:
    """The bounding box of all cells of `mask`, filled."""
    out = np.zeros(mask.shape, dtype=bool)
    if mask.any():
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        out[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
    return out


def rows_off(mask: Mask) -> CellMap:
    """How many rows each cell lies below the box of all cells of `mask`; negative above, 0 level with it."""
    return _off(mask, 1)[:, None] + np.zeros(mask.shape, np.int64)


def columns_off(mask: Mask) -> CellMap:
    """How many columns each cell lies right of the box of all cells of `mask`; negative left, 0 level."""
    return _off(mask, 0)[None, :] + np.zeros(mask.shape, np.int64)


def _off(mask: Mask, across: int) -> npt.NDArray[np.int64]:
    shown = np.asarray(mask.any(axis=across))
    places = np.arange(shown.size)
    if not shown.any():
        return np.zeros(shown.size, np.int64)
    first, last = np.flatnonzero(shown)[[0, -1]]
    return np.minimum(places - first, 0) + np.maximum(places - last, 0)


def off_corners(mask: Mask) -> Mask:
    """The diagonals that go out from the corners of the box of all cells of `mask`."""
    rows, columns = np.abs(rows_off(mask)), np.abs(columns_off(mask))
    return (rows == columns) & (rows > 0)


def box_depth(mask: Mask) -> CellMap:
    """Steps from each cell in the box of all cells of `mask` to the box's edge: 0 on the edge, 1 inside it.

    Outside of the box minus the distance to it; 0 everywhere if `mask` is empty.
    """
    box = in_box_of(mask)
    outside = np.maximum(np.abs(rows_off(mask)), np.abs(columns_off(mask)))
    if not box.any():
        return outside
    inner = ndimage.distance_transform_cdt(np.pad(box, 1), metric="chessboard")[1:-1, 1:-1]
    return np.where(box, inner - 1, -outside).astype(np.int64)


def in_middle_of(mask: Mask, axis: str = "row") -> Mask:
    """The whole "row" or "column" in the middle of the box of `mask`; two of them if its side is even."""
    box = in_box_of(mask)
    across = 1 if axis == "row" else 0
    places = np.flatnonzero(box.any(axis=across))
    out = np.zeros(mask.shape, dtype=bool)
    if places.size:
        middle = slice(int(places[(places.size - 1) // 2]), int(places[places.size // 2]) + 1)
        if axis == "row":
            out[middle] = True
        else:
            out[:, middle] = True
    return out


def boxes_of(mask: Mask, neighbours: str = "all") -> Mask:
    """The bounding boxes of the connected parts of `mask`, filled."""
    labels, _ = ndimage.label(mask, _SHAPES[neighbours])
    out = np.zeros(mask.shape, dtype=bool)
    for box in ndimage.find_objects(labels):
        out[box] = True
    return out


def in_block(mask: Mask, height: int, width: int) -> Mask:
    """Cells covered by any `height` x `width` rectangle that lies wholly in `mask`."""
    return ndimage.binary_opening(mask, np.ones((height, width), dtype=bool))


def steps_to(mask: Mask, through: Mask) -> CellMap:
    """Steps over sides from each cell of `through` to the nearest cell of `mask`, walking through `through`.

    0 on `mask` itself, 99 where no walk leads there.
    """
    out = np.where(mask, 0, 99).astype(np.int64)
    reached, step = mask.copy(), 0
    while True:
        step += 1
        grown = ndimage.binary_dilation(reached, _PLUS) & through & ~reached
        if not grown.any():
            return out
        out[grown] = step
        reached |= grown
