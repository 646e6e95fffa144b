"""Panels: the areas that full lines of one colour cut a grid into, as regions, and copies between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from omniarc.cellmaps import CellMap
from omniarc.components import boxes_of_labels
from omniarc.values import Mask

__all__ = [
    "copied_from",
    "in_largest_box",
    "panels_of",
]


def panels_of(grid: npt.NDArray[Any]) -> CellMap:
    """The areas between full rows and columns of one colour, numbered row by row from 1; 0 on the lines.

    The colour is the one with the most full lines. If nothing cuts the grid, there are no panels: all 0.
    """
    best = np.zeros(grid.shape, dtype=np.int64)
    most = 0
    for colour in np.unique(grid):
        rows, columns = (grid == colour).all(axis=1), (grid == colour).all(axis=0)
        count = int(rows.sum() + columns.sum())
        if count <= most or rows.all() or (rows.sum() and columns.sum() and grid.shape[0] == rows.sum()):
            continue
        row_runs, column_runs = _run_numbers(~rows), _run_numbers(~columns)
        if row_runs.max() * column_runs.max() < 2:
            continue
        most = count
        numbers = (row_runs[:, None] - 1) * column_runs.max() + column_runs[None, :]
        best = np.where((row_runs[:, None] > 0) & (column_runs[None, :] > 0), numbers, 0)
    return best.astype(np.int64)


def _run_numbers(line: Mask) -> CellMap:
    """The number, from 1, of the run of true cells that each cell of a line lies in; 0 for false cells."""
    begins = line.copy()
    begins[1:] &= ~line[:-1]
    return np.where(line, begins.cumsum(), 0)


def copied_from(grid: npt.NDArray[Any], parts: CellMap, measured: CellMap) -> CellMap:
    """For each cell of a region the colour at the same place of the region with the largest `measured`.

    Places count from the top left corner of a region's box. The grid's own colour stays where the chosen
    region has no such place, and outside of all regions.
    """
    out = grid.astype(np.int64)
    boxes = boxes_of_labels(parts)
    if not boxes:
        return out
    inside = np.where(parts > 0, measured, measured.min() - 1)
    chosen = int(parts.ravel()[inside.argmax()])
    if chosen == 0:
        return out
    box = boxes[chosen - 1]
    source = grid[box]
    known = parts[box] == chosen
    for number, target in enumerate(boxes, 1):
        height = min(source.shape[0], target[0].stop - target[0].start)
        width = min(source.shape[1], target[1].stop - target[1].start)
        top, left = target[0].start, target[1].start
        place = (slice(top, top + height), slice(left, left + width))
        where = known[:height, :width] & (parts[place] == number)
        out[place] = np.where(where, source[:height, :width], out[place])
    return out


def in_largest_box(mask: Mask, thickness: int = 1) -> Mask:
    """Cells in the largest rectangles that lie wholly in `mask` (all of the largest area, if several).

    Rectangles with a side shorter than `thickness` do not count.
    """
    height, width = mask.shape
    best = 1
    boxes: list[tuple[int, int, int, int]] = []
    above = np.zeros(width, dtype=np.int64)
    for row in range(height):
        above = np.where(mask[row], above + 1, 0)
        if row + 1 < height and (mask[row + 1] >= mask[row]).all():
            continue  # any rectangle that ends here could be longer
        heights = above.tolist()
        for left in range(width):
            lowest = heights[left]
            if lowest < thickness:
                continue
            if left and heights[left - 1] >= lowest:
                continue  # a rectangle from here could start further left
            for right in range(left, width):
                lowest = min(lowest, heights[right])
                if lowest < thickness:
                    break
                if right - left + 1 < thickness:
                    continue
                area = lowest * (right - left + 1)
                if area > best:
                    best, boxes = area, []
                if area == best:
                    boxes.append((row - lowest + 1, row + 1, left, right + 1))
    out = np.zeros(mask.shape, dtype=bool)
    for top, bottom, left, right in boxes:
        out[top:bottom, left:right] = True
    return out
