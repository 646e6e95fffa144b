"""Cell maps: for every cell of a grid a truth or a number, to say which cells a program changes.

Masks are boolean arrays and maps integer arrays, both of the grid's shape. Masks combine with `&`, `|`, `~`
and maps with `==`, `<`, `%`: `paint(grid, (grid == 0) & between(grid == 3, "row"), 2)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from omniarc.components import find_runs, flood_from_edges, reach
from omniarc.masks import box_of, plain, some
from omniarc.values import (
    DIAGONAL,
    DOWN,
    DOWN_LEFT,
    DOWN_RIGHT,
    LEFT,
    RIGHT,
    STRAIGHT,
    UP,
    UP_LEFT,
    UP_RIGHT,
    Direction,
    LanguageError,
    Mask,
    to_mask,
)

__all__ = [
    "between",
    "box_depth",
    "box_edges_of",
    "boxes_of",
    "column_numbers",
    "columns_full_of",
    "columns_like",
    "columns_off",
    "columns_with",
    "count_ahead",
    "count_in_column",
    "count_in_row",
    "count_near",
    "depth",
    "distance_to",
    "enclosed",
    "grow",
    "in_block",
    "in_box_of",
    "in_line_with",
    "in_middle_of",
    "looks_at",
    "off_corners",
    "reachable",
    "row_numbers",
    "rows_full_of",
    "rows_like",
    "rows_off",
    "rows_with",
    "same_near",
    "steps_to",
    "touching",
]

CellMap = npt.NDArray[np.int64]

_WAYS = {"sides": STRAIGHT, "corners": DIAGONAL, "all": STRAIGHT + DIAGONAL}


def _beside(array: npt.NDArray[Any], direction: Direction, fill: int = 0) -> npt.NDArray[Any]:
    """What each cell's neighbour in `direction` holds; `fill` beyond the border."""
    dr, dc = direction
    height, width = array.shape
    out = plain(array.shape, fill, array.dtype)
    out[max(0, -dr) : height - max(0, dr), max(0, -dc) : width - max(0, dc)] = array[
        max(0, dr) : height - max(0, -dr), max(0, dc) : width - max(0, -dc)
    ]
    return out


def touching(mask: Mask, neighbours: str = "sides") -> Mask:
    """Cells that have a cell of `mask` beside them ("sides", "corners" or "all"); `mask` itself left out."""
    mask = to_mask(mask)
    if neighbours == "corners":
        near = np.zeros(mask.shape, np.bool_)
        near[1:, 1:] |= mask[:-1, :-1]
        near[1:, :-1] |= mask[:-1, 1:]
        near[:-1, 1:] |= mask[1:, :-1]
        near[:-1, :-1] |= mask[1:, 1:]
        return near & ~mask
    return grow(mask, diagonal={"sides": False, "all": True}[neighbours]) & ~mask


def grow(mask: Mask, *, diagonal: bool = True) -> Mask:
    """The mask and all cells that touch it."""
    mask = to_mask(mask)
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    wide = grown if diagonal else mask
    result = grown.copy()
    result[:, 1:] |= wide[:, :-1]
    result[:, :-1] |= wide[:, 1:]
    return result


def count_near(mask: Mask, neighbours: str = "sides") -> CellMap:
    """How many of each cell's neighbours ("sides" 0..4, "corners" 0..4, "all" 0..8) lie in `mask`."""
    total = np.zeros(mask.shape, dtype=np.int64)
    for way in _WAYS[neighbours]:
        total += _beside(mask, way)
    return total


def same_near(grid: npt.NDArray[Any], neighbours: str = "sides") -> CellMap:
    """How many of each cell's neighbours have its own colour."""
    total = np.zeros(grid.shape, dtype=np.int64)
    for way in _WAYS[neighbours]:
        total += _beside(grid, way, -1) == grid
    return total


def looks_at(mask: Mask, direction: Direction, through: Mask | None = None) -> Mask:
    """Cells from which a cell of `mask` lies in `direction`.

    With `through`, only cells of `through` may lie between (and the cell itself may be anything).
    """
    (seen,) = _looking(mask, (direction,), through)
    return seen.copy()


def _looking(mask: Mask, directions: Sequence[Direction], through: Mask | None) -> list[Mask]:
    """looks_at in several directions; the masks are shared, not to be changed."""
    own, shape = mask.tobytes(), mask.shape
    key = None if through is None else through.tobytes()
    return [_looks_at(own, shape, direction, key) for direction in directions]


@lru_cache(maxsize=2048)
def _looks_at(mask: bytes, shape: tuple[int, int], direction: Direction, through: bytes | None) -> Mask:
    wanted = np.frombuffer(mask, dtype=bool).reshape(shape)
    stops = wanted
    if through is not None:
        stops = wanted | ~np.frombuffer(through, dtype=bool).reshape(shape)
    ahead = first_ahead(stops, direction)
    result: Mask = (ahead >= 0) & wanted.ravel()[ahead]
    return result


def first_ahead(stops: Mask, direction: Direction) -> CellMap:
    """The nearest cell of `stops` in `direction`, from each cell: row * width + column, or -1."""
    height, width = stops.shape
    dr, dc = direction
    if direction not in STRAIGHT + DIAGONAL:
        raise LanguageError(f"no direction {direction}: each step is -1, 0 or 1, and not both are 0")
    cells = np.where(stops, _numbers(height, width), -1)
    # turn the view so that the direction is up or up and left
    if dr == 0:
        return np.ascontiguousarray(_first_up(cells.T[::-dc])[::-dc].T)
    cells = cells[::-dr]
    if dc == 0:
        return np.ascontiguousarray(_first_up(cells)[::-dr])
    cells = cells[:, ::-dc]
    # shear the rows so that up and left becomes up
    sheared = plain((height, width + height - 1), -1, np.int64)
    rows, columns = _sheared(height, width)
    sheared[rows, columns] = cells
    return np.ascontiguousarray(_first_up(sheared)[rows, columns][::-dr, ::-dc])


@lru_cache(maxsize=256)
def _numbers(height: int, width: int) -> CellMap:
    return np.arange(height * width).reshape(height, width)


@lru_cache(maxsize=256)
def _sheared(height: int, width: int) -> tuple[CellMap, CellMap]:
    rows = np.arange(height)[:, None]
    return rows, np.arange(width)[None, :] - rows + height - 1


def _first_up(cells: CellMap) -> CellMap:
    """For each place the nearest value above it that is not -1, or -1."""
    later = np.arange(0, len(cells) << 16, 1 << 16)[:, None]  # more than any value, so that the last is most
    last = np.maximum.accumulate(np.where(cells >= 0, cells + later, -1), axis=0)
    above = plain(cells.shape, -1, np.int64)
    above[1:] = np.where(last >= 0, last & 0xFFFF, -1)[:-1]
    return above


def between(mask: Mask, axis: str = "row", through: Mask | None = None) -> Mask:
    """Cells between two cells of `mask` along an axis; with `through`, only its cells may lie between.

    The axis is "row", "column", "diagonal" (down to the right), "anti_diagonal", or "row or column".
    """
    if axis == "row or column":
        return between(mask, "row", through) | between(mask, "column", through)
    one, other = {
        "row": (LEFT, RIGHT),
        "column": (UP, DOWN),
        "diagonal": (UP_LEFT, DOWN_RIGHT),
        "anti_diagonal": (UP_RIGHT, DOWN_LEFT),
    }[axis]
    before, after = _looking(mask, (one, other), through)
    return before & after


def in_line_with(mask: Mask, axis: str = "row", through: Mask | None = None) -> Mask:
    """Cells with a cell of `mask` somewhere along "row", "column", "row or column", "diagonals" or "any"."""
    ways = {
        "row": (LEFT, RIGHT),
        "column": (UP, DOWN),
        "row or column": STRAIGHT,
        "diagonals": DIAGONAL,
        "any": STRAIGHT + DIAGONAL,
    }[axis]
    result: Mask = np.logical_or.reduce(_looking(mask, ways, through))
    return result


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


def count_ahead(mask: Mask, direction: Direction) -> CellMap:
    """For each cell, how many cells of `mask` lie ahead of it in a straight direction."""
    if direction not in STRAIGHT:
        raise LanguageError("count_ahead counts in a straight direction: UP, DOWN, LEFT or RIGHT")
    axis = 0 if direction[0] else 1
    before = np.cumsum(mask, axis=axis, dtype=np.int64)
    whole = before[-1:] if axis == 0 else before[:, -1:]
    return before - mask if sum(direction) < 0 else whole - before


def count_in_row(mask: Mask) -> CellMap:
    """For each cell, how many cells of `mask` its row holds."""
    return np.broadcast_to(mask.sum(axis=1)[:, None], mask.shape).astype(np.int64)


def count_in_column(mask: Mask) -> CellMap:
    """For each cell, how many cells of `mask` its column holds."""
    return np.broadcast_to(mask.sum(axis=0)[None, :], mask.shape).astype(np.int64)


def rows_like(grid: npt.NDArray[Any], row: int) -> Mask:
    """All cells of the rows that equal this row, which is one of them."""
    return np.repeat((grid == grid[row]).all(axis=1, keepdims=True), grid.shape[1], axis=1)


def columns_like(grid: npt.NDArray[Any], col: int) -> Mask:
    """All cells of the columns that equal this column, which is one of them."""
    return np.repeat((grid == grid[:, [col]]).all(axis=0, keepdims=True), grid.shape[0], axis=0)


def row_numbers(grid: npt.NDArray[Any]) -> CellMap:
    """Each cell's row, from 0 at the top."""
    return np.broadcast_to(np.arange(grid.shape[0])[:, None], grid.shape).astype(np.int64)


def column_numbers(grid: npt.NDArray[Any]) -> CellMap:
    """Each cell's column, from 0 at the left."""
    return np.broadcast_to(np.arange(grid.shape[1])[None, :], grid.shape).astype(np.int64)


def depth(grid: npt.NDArray[Any]) -> CellMap:
    """Each cell's distance from the nearest border of the grid; 0 on the border."""
    rows, columns = row_numbers(grid), column_numbers(grid)
    height, width = grid.shape
    result: CellMap = np.minimum(
        np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns)
    )
    return result


def distance_to(mask: Mask, metric: str = "king") -> CellMap:
    """Steps from each cell to the nearest cell of `mask`, moving like a chess "king" or a "taxi" (no
    diagonals); 99 everywhere if `mask` is empty."""
    steps, _ = _steps_by_row(to_mask(mask), metric)
    result: CellMap = np.minimum(steps.min(axis=0), 99).astype(np.int64)
    return result


def nearest_cells(mask: Mask, metric: str) -> tuple[CellMap, CellMap]:
    """For each cell the row and the column of the nearest cell of `mask`, which is not empty.

    Of cells equally near it is the one in the uppermost row, there in the nearest column, then the left one.
    """
    steps, columns = _steps_by_row(mask, metric)
    rows = steps.argmin(axis=0)
    return rows, columns[rows, np.arange(mask.shape[1])]


def _steps_by_row(mask: Mask, metric: str) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """For each row and each cell (row, row of the cell, column) the steps from the cell to that row's nearest
    cell of `mask`; and for each row and column the nearest column in which that row has one."""
    if metric not in ("king", "taxi"):
        raise LanguageError(f'no metric {metric!r}: use "king" or "taxi"')
    own = np.arange(mask.shape[1], dtype=np.int16)
    before = np.maximum.accumulate(np.where(mask, own, np.int16(-99)), axis=1)
    after = np.minimum.accumulate(np.where(mask, own, np.int16(199))[:, ::-1], axis=1)[:, ::-1]
    left, right = own - before, after - own
    across = np.minimum(left, right)[:, None, :]
    down = _apart(mask.shape[0])
    steps = np.maximum(across, down) if metric == "king" else across + down
    return steps, np.where(left <= right, before, after)


@lru_cache(maxsize=64)
def _apart(count: int) -> npt.NDArray[np.int16]:
    """How far rows are apart."""
    lines = np.arange(count, dtype=np.int16)
    result: npt.NDArray[np.int16] = np.abs(lines[:, None, None] - lines[None, :, None])
    return result


def enclosed(mask: Mask, neighbours: str = "sides") -> Mask:
    """Cells of `mask` that cannot reach the border of the grid through `mask` ("sides" or "all" steps)."""
    mask = to_mask(mask)
    return mask & ~flood_from_edges(~mask, {"sides": False, "all": True}[neighbours])


def reachable(mask: Mask, start: Mask) -> Mask:
    """Cells of `mask` that a walk over sides through `mask` joins to `start` or to a cell beside it."""
    mask = to_mask(mask)
    return reach(mask, grow(start, diagonal=False) & mask, False)


def in_box_of(mask: Mask) -> Mask:
    """The bounding box of all cells of `mask`, filled."""
    out = np.zeros(mask.shape, dtype=bool)
    box = box_of(mask)
    if box is not None:
        out[box] = True
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
    result: npt.NDArray[np.int64] = np.minimum(places - first, 0) + np.maximum(places - last, 0)
    return result


def off_corners(mask: Mask) -> Mask:
    """The diagonals that go out from the corners of the box of all cells of `mask`."""
    rows, columns = np.abs(rows_off(mask)), np.abs(columns_off(mask))
    result: Mask = (rows == columns) & (rows > 0)
    return result


def box_depth(mask: Mask) -> CellMap:
    """Steps from each cell in the box of all cells of `mask` to the box's edge: 0 on the edge, 1 inside it.

    Outside of the box minus the distance to it; 0 everywhere if `mask` is empty.
    """
    box = in_box_of(mask)
    outside = np.maximum(np.abs(rows_off(mask)), np.abs(columns_off(mask)))
    if not box.any():
        return outside
    rows, columns = _to_edge(np.asarray(box.any(axis=1))), _to_edge(np.asarray(box.any(axis=0)))
    return np.where(box, np.minimum(rows[:, None], columns[None, :]), -outside).astype(np.int64)


def _to_edge(inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For each place of one stretch the steps to its nearer end."""
    first, last = np.flatnonzero(inside)[[0, -1]]
    places = np.arange(inside.size)
    result: npt.NDArray[np.int64] = np.minimum(places - first, last - places)
    return result


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
    mask = to_mask(mask)
    out = np.zeros(mask.shape, dtype=bool)
    runs = find_runs(mask.view(np.int8) - np.int8(1), {"sides": False, "all": True}[neighbours])
    for top, bottom, left, right in runs.boxes():
        out[top:bottom, left:right] = True
    return out


def box_edges_of(mask: Mask, neighbours: str = "all") -> Mask:
    """The edges of the bounding boxes of the connected parts of `mask`."""
    mask = to_mask(mask)
    out = np.zeros(mask.shape, dtype=bool)
    runs = find_runs(mask.view(np.int8) - np.int8(1), {"sides": False, "all": True}[neighbours])
    for top, bottom, left, right in runs.boxes():
        out[[top, bottom - 1], left:right] = True
        out[top:bottom, [left, right - 1]] = True
    return out


def in_block(mask: Mask, height: int, width: int) -> Mask:
    """Cells covered by any `height` x `width` rectangle that lies wholly in `mask`."""
    mask = to_mask(mask)
    out = np.zeros(mask.shape, dtype=bool)
    down, across = mask.shape[0] - height + 1, mask.shape[1] - width + 1
    if down < 1 or across < 1:
        return out
    tall = np.ones((down, mask.shape[1]), dtype=bool)
    for step in range(height):
        tall &= mask[step : step + down]
    whole = np.ones((down, across), dtype=bool)
    for step in range(width):
        whole &= tall[:, step : step + across]
    wide = np.zeros((down, mask.shape[1]), dtype=bool)
    for step in range(width):
        wide[:, step : step + across] |= whole
    for step in range(height):
        out[step : step + down] |= wide
    return out


def steps_to(mask: Mask, through: Mask) -> CellMap:
    """Steps over sides from each cell of `through` to the nearest cell of `mask`, walking through `through`.

    0 on `mask` itself, 99 where no walk leads there.
    """
    out = np.where(mask, 0, 99).astype(np.int64)
    reached, step = mask.copy(), 0
    while True:
        step += 1
        grown = grow(reached, diagonal=False) & through & ~reached
        if not some(grown):
            return out
        out[grown] = step
        reached |= grown
