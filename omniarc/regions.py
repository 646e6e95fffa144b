"""Regions: connected parts of a grid as one array of numbers, and what can be measured of them, cell by cell.

A region map is an integer array of the grid's shape: 0 where there is no region, else the region's number,
from 1. Every measure gives, for each cell, the value of the region the cell lies in, and 0 outside of all
regions, so that `region_size(parts) == 4` is the mask of all cells in regions of four.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from omniarc.cellmaps import CellMap, Mask

_SHAPES = {
    "sides": np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], dtype=bool),
    "all": np.ones((3, 3), dtype=bool),
}


def regions(mask: Mask, neighbours: str = "sides") -> CellMap:
    """The connected parts of `mask`, joined over "sides" or over "all" eight neighbours."""
    return ndimage.label(mask, _SHAPES[neighbours])[0].astype(np.int64)


def colour_regions(grid: npt.NDArray, neighbours: str = "sides", background: int | None = 0) -> CellMap:
    """The connected parts of one colour each; none where the grid is `background` (None: every colour)."""
    out = np.zeros(grid.shape, dtype=np.int64)
    total = 0
    for colour in np.unique(grid):
        if colour == background:
            continue
        labels, count = ndimage.label(grid == colour, _SHAPES[neighbours])
        out += np.where(labels > 0, labels + total, 0)
        total += count
    return out


def _spread(parts: CellMap, values: npt.NDArray) -> CellMap:
    """One value for each region (index 0 is region 1) laid out over the cells; 0 outside."""
    return np.concatenate([[0], values]).astype(np.int64)[parts]


def _each(parts: CellMap, measure: Callable[[Mask], int]) -> CellMap:
    """`measure` of each region's mask, cut to its bounding box."""
    boxes = ndimage.find_objects(parts)
    values = [0 if box is None else measure(parts[box] == number) for number, box in enumerate(boxes, 1)]
    return _spread(parts, np.array(values, dtype=np.int64))


def region_size(parts: CellMap) -> CellMap:
    """How many cells the region has."""
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return sizes[parts]


def region_height(parts: CellMap) -> CellMap:
    """How many rows the region spans."""
    return _each(parts, lambda part: part.shape[0])


def region_width(parts: CellMap) -> CellMap:
    """How many columns the region spans."""
    return _each(parts, lambda part: part.shape[1])


def region_holes(parts: CellMap) -> CellMap:
    """How many holes the region has: areas of other cells, joined over sides, that it closes off."""
    return _each(parts, _holes)


def _holes(part: Mask) -> int:
    _, count = ndimage.label(np.pad(~part, 1, constant_values=True))
    return count - 1


def region_is_box(parts: CellMap) -> Mask:
    """True for regions that fill their bounding box."""
    return _each(parts, lambda part: int(part.all())) == 1


def region_mirrors(parts: CellMap, kind: str) -> Mask:
    """True for regions whose shape equals its mirror image "left_right" or "up_down"."""
    if kind == "left_right":
        return _each(parts, lambda part: int((part == part[:, ::-1]).all())) == 1
    return _each(parts, lambda part: int((part == part[::-1]).all())) == 1


def region_at_border(parts: CellMap) -> Mask:
    """True for regions with a cell on the border of the grid."""
    edge = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    return np.isin(parts, edge) & (parts > 0)


def region_copies(parts: CellMap) -> CellMap:
    """How many regions, this one counted, have exactly this shape."""
    boxes = ndimage.find_objects(parts)
    shapes = []
    for number, box in enumerate(boxes, 1):
        part = parts[box] == number
        shapes.append((part.shape, part.tobytes()))
    return _spread(parts, np.array([shapes.count(shape) for shape in shapes]))


def region_rank(parts: CellMap, measured: CellMap) -> CellMap:
    """1 for the regions with the largest value in `measured`, 2 for the next value, and so on."""
    values = np.unique(measured[parts > 0])[::-1]
    rank = np.zeros(parts.shape, dtype=np.int64)
    for number, value in enumerate(values, 1):
        rank[(measured == value) & (parts > 0)] = number
    return rank


def is_largest(parts: CellMap) -> Mask:
    """True in the regions that have the most cells."""
    sizes = region_size(parts)
    return (sizes == sizes.max()) & (parts > 0)


def is_smallest(parts: CellMap) -> Mask:
    """True in the regions that have the fewest cells."""
    sizes = region_size(parts)
    inside = parts > 0
    return inside & (sizes == sizes[inside].min()) if inside.any() else inside


def region_count_of(parts: CellMap, mask: Mask) -> CellMap:
    """How many cells of `mask` lie in the region."""
    counts = np.bincount(parts.ravel(), weights=mask.ravel()).astype(np.int64)
    counts[0] = 0
    return counts[parts]


def region_beside(parts: CellMap, mask: Mask) -> Mask:
    """True for regions with a cell of `mask` at a side of one of theirs."""
    grown = ndimage.binary_dilation(mask, _SHAPES["sides"])
    return region_count_of(parts, grown & ~mask | mask & (parts > 0)) > 0


def region_order(parts: CellMap, side: str = "left") -> CellMap:
    """1 for the region that begins nearest to `side` ("left", "right", "top" or "bottom"), 2 for the next."""
    boxes = ndimage.find_objects(parts)
    starts = {
        "left": lambda box: box[1].start,
        "right": lambda box: -box[1].stop,
        "top": lambda box: box[0].start,
        "bottom": lambda box: -box[0].stop,
    }[side]
    values = [starts(box) for box in boxes]
    order = sorted(set(values))
    return _spread(parts, np.array([order.index(value) + 1 for value in values]))


def region_row(parts: CellMap) -> CellMap:
    """Each cell's row within its region's bounding box, from 0; -1 outside of all regions."""
    return _inner(parts, 0)


def region_column(parts: CellMap) -> CellMap:
    """Each cell's column within its region's bounding box, from 0; -1 outside of all regions."""
    return _inner(parts, 1)


def _inner(parts: CellMap, axis: int) -> CellMap:
    starts = [0] + [box[axis].start for box in ndimage.find_objects(parts)]
    positions = np.indices(parts.shape)[axis] - np.array(starts)[parts]
    return np.where(parts > 0, positions, -1)


def region_depth(parts: CellMap) -> CellMap:
    """How deep inside its region each cell lies: 1 beside another region or the border, 0 outside."""
    out = np.zeros(parts.shape, dtype=np.int64)
    for number, box in enumerate(ndimage.find_objects(parts), 1):
        part = np.pad(parts[box] == number, 1)
        inner = ndimage.distance_transform_cdt(part, metric="chessboard")[1:-1, 1:-1]
        out[box] += np.where(parts[box] == number, inner, 0)
    return out


def part_masks(parts: CellMap) -> list[Mask]:
    """The mask of each region, in the order of their first cells (row by row)."""
    numbers, first = np.unique(parts, return_index=True)
    ordered = numbers[np.argsort(first)]
    return [parts == number for number in ordered if number != 0]


def region_colours(parts: CellMap, grid: npt.NDArray) -> CellMap:
    """How many colours the region's cells have."""
    inside = parts > 0
    table = np.zeros((int(parts.max()) + 1, 10), dtype=np.int64)
    table[parts[inside], grid[inside]] = 1
    return table.sum(axis=1)[parts]


def region_centres(parts: CellMap) -> Mask:
    """The middle cell, or the middle two or four, of each region's bounding box."""
    out = np.zeros(parts.shape, dtype=bool)
    for box in ndimage.find_objects(parts):
        if box is not None:
            (top, bottom), (left, right) = ((side.start, side.stop - 1) for side in box)
            out[
                (top + bottom) // 2 : (top + bottom + 1) // 2 + 1,
                (left + right) // 2 : (left + right + 1) // 2 + 1,
            ] = True
    return out


def corners_of(parts: CellMap) -> list[tuple[int, int]]:
    """(row, col) of the top left corner of each region's bounding box."""
    return [(box[0].start, box[1].start) for box in ndimage.find_objects(parts) if box is not None]
