"""Regions: connected parts of a grid as one array of numbers, and what can be measured of them, cell by cell.

A region map is an integer array of the grid's shape: 0 where there is no region, else the region's number,
from 1. Every measure gives, for each cell, the value of the region the cell lies in, and 0 outside of all
regions, so that `region_size(parts) == 4` is the mask of all cells in regions of four.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from omniarc.cellmaps import CellMap, grow
from omniarc.components import boxes_of_labels, count_holes, extents_of_labels, label, label_mask
from omniarc.values import Mask, to_mask

__all__ = [
    "colour_regions",
    "corners_of",
    "is_largest",
    "is_smallest",
    "part_masks",
    "region_at_border",
    "region_beside",
    "region_centres",
    "region_colours",
    "region_column",
    "region_copies",
    "region_count_of",
    "region_depth",
    "region_height",
    "region_holes",
    "region_is_box",
    "region_mirrors",
    "region_order",
    "region_rank",
    "region_row",
    "region_size",
    "region_width",
    "regions",
]

_DIAGONAL = {"sides": False, "all": True}


def regions(mask: Mask, neighbours: str = "sides") -> CellMap:
    """The connected parts of `mask`, joined over "sides" or over "all" eight neighbours."""
    return label_mask(to_mask(mask), _DIAGONAL[neighbours])[0]


def colour_regions(grid: npt.NDArray[Any], neighbours: str = "sides", background: int | None = 0) -> CellMap:
    """The connected parts of one colour each; none where the grid is `background` (None: every colour)."""
    wanted = grid if background is None else np.where(grid == background, np.int8(-1), grid)
    return label(wanted, _DIAGONAL[neighbours])[0]


def _spread(parts: CellMap, values: npt.NDArray[Any]) -> CellMap:
    """One value for each region (index 0 is region 1) laid out over the cells; 0 outside."""
    table = np.zeros(len(values) + 1, np.int64)
    table[1:] = values
    return table[parts]


def _each(parts: CellMap, measure: Callable[[Mask], int]) -> CellMap:
    """`measure` of each region's mask, cut to its bounding box."""
    values = [measure(parts[box] == number) for number, box in enumerate(boxes_of_labels(parts), 1)]
    return _spread(parts, np.array(values, np.int64))


def region_size(parts: CellMap) -> CellMap:
    """How many cells the region has."""
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return sizes[parts]


def region_height(parts: CellMap) -> CellMap:
    """How many rows the region spans."""
    top, down, _, _ = extents_of_labels(parts)
    return _spread(parts, down - top)


def region_width(parts: CellMap) -> CellMap:
    """How many columns the region spans."""
    _, _, left, right = extents_of_labels(parts)
    return _spread(parts, right - left)


def region_holes(parts: CellMap) -> CellMap:
    """How many holes the region has: areas of other cells, joined over sides, that it closes off."""
    return _each(parts, count_holes)


def region_is_box(parts: CellMap) -> Mask:
    """True for regions that fill their bounding box."""
    result: Mask = (parts > 0) & (region_size(parts) == region_height(parts) * region_width(parts))
    return result


def region_mirrors(parts: CellMap, kind: str) -> Mask:
    """True for regions whose shape equals its mirror image "left_right" or "up_down"."""
    flip = (slice(None), slice(None, None, -1)) if kind == "left_right" else (slice(None, None, -1),)
    result: Mask = _each(parts, lambda part: int((part == part[flip]).all())) == 1
    return result


def region_at_border(parts: CellMap) -> Mask:
    """True for regions with a cell on the border of the grid."""
    edge = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    reached = np.zeros(parts.max() + 1, np.bool_)
    reached[edge] = True
    return reached[parts] & (parts > 0)


def region_copies(parts: CellMap) -> CellMap:
    """How many regions, this one counted, have exactly this shape."""
    masks = [parts[box] == number for number, box in enumerate(boxes_of_labels(parts), 1)]
    shapes = [(mask.shape, mask.tobytes()) for mask in masks]
    return _spread(parts, np.array([shapes.count(shape) for shape in shapes], np.int64))


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
    result: Mask = (sizes == sizes.max()) & (parts > 0)
    return result


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
    """True for regions with a cell of `mask` beside one of theirs (sides only)."""
    return region_count_of(parts, grow(mask, diagonal=False)) > 0


def region_order(parts: CellMap, side: str = "left") -> CellMap:
    """1 for the region that begins nearest to `side` ("left", "right", "top" or "bottom"), 2 for the next."""
    top, down, left, right = extents_of_labels(parts)
    begins = {"left": left, "right": -right, "top": top, "bottom": -down}[side]
    values = begins.tolist()
    order = {value: place for place, value in enumerate(sorted(set(values)), 1)}
    return _spread(parts, np.array([order[value] for value in values], np.int64))


def region_row(parts: CellMap) -> CellMap:
    """Each cell's row within its region's bounding box, from 0; -1 outside of all regions."""
    top, _, _, _ = extents_of_labels(parts)
    return np.where(parts > 0, np.arange(parts.shape[0])[:, None] - _spread(parts, top), -1)


def region_column(parts: CellMap) -> CellMap:
    """Each cell's column within its region's bounding box, from 0; -1 outside of all regions."""
    _, _, left, _ = extents_of_labels(parts)
    return np.where(parts > 0, np.arange(parts.shape[1]) - _spread(parts, left), -1)


def region_depth(parts: CellMap) -> CellMap:
    """How deep inside its region each cell lies: 1 beside another region or the border, 0 outside."""
    out = (parts > 0).astype(np.int64)
    inner = _eroded(parts > 0, parts)
    while inner.any():
        out += inner
        inner = _eroded(inner, parts)
    return out


def _eroded(mask: Mask, parts: CellMap) -> Mask:
    """Cells of `mask` whose eight neighbours all lie in `mask` and in one region."""
    inner = np.zeros(mask.shape, np.bool_)
    middle = mask[1:-1, 1:-1].copy()
    for row in range(3):
        for col in range(3):
            near = (slice(row, row + middle.shape[0]), slice(col, col + middle.shape[1]))
            middle &= mask[near] & (parts[near] == parts[1:-1, 1:-1])
    inner[1:-1, 1:-1] = middle
    return inner


def part_masks(parts: CellMap) -> list[Mask]:
    """The mask of each region, in the order of their first cells (row by row)."""
    numbers, first = np.unique(parts, return_index=True)
    ordered = numbers[np.argsort(first)]
    return [parts == number for number in ordered if number != 0]


def region_colours(parts: CellMap, grid: npt.NDArray[Any]) -> CellMap:
    """How many colours the region's cells have."""
    inside = parts > 0
    table = np.zeros((int(parts.max()) + 1, 10), dtype=np.int64)
    table[parts[inside], grid[inside]] = 1
    result: CellMap = table.sum(axis=1)[parts]
    return result


def region_centres(parts: CellMap) -> Mask:
    """The middle cell, or the middle two or four, of each region's bounding box."""
    out = np.zeros(parts.shape, dtype=bool)
    for top, down, left, right in extents_of_labels(parts).T.tolist():
        rows = slice((top + down - 1) // 2, (top + down) // 2 + 1)
        out[rows, (left + right - 1) // 2 : (left + right) // 2 + 1] = True
    return out


def corners_of(parts: CellMap) -> list[tuple[int, int]]:
    """(row, col) of the top left corner of each region's bounding box."""
    top, _, left, _ = extents_of_labels(parts).tolist()
    return list(zip(top, left, strict=True))
