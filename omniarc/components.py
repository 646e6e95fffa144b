"""Connected components of small arrays, by the runs of equal cells in their rows.

Runs that meet from row to row are joined in a union-find in plain Python. On grids of 30 by 30 and less this
keeps up with scipy.ndimage.label on all but noise, and needs nothing but numpy.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from omniarc.masks import Span, every, plain


class Runs(NamedTuple):
    """Runs of equal cells in reading order, and the number, from 1, of the component that each belongs to.

    Cell (r, c) of a grid of width w is given as the number r * (w + 1) + c: each row is followed by one cell
    of padding. A run goes from its start up to, not including, its end. Components are numbered in reading
    order of their first cells.
    """

    starts: list[int]
    ends: list[int]
    numbers: list[int]
    lengths: npt.NDArray[np.intp]
    total: int
    stride: int

    def boxes(self) -> list[list[int]]:
        """First row, row after the last, first column, column after the last of each component."""
        boxes: list[list[int]] = [[] for _ in range(self.total)]
        for start, end, number in zip(self.starts, self.ends, self.numbers, strict=True):
            row, left = divmod(start, self.stride)
            right = left + end - start
            box = boxes[number - 1]
            if not box:
                box += (row, row + 1, left, right)
                continue
            box[1] = row + 1
            box[2] = min(box[2], left)
            box[3] = max(box[3], right)
        return boxes


def find_runs(values: npt.NDArray[Any], diagonal: bool) -> Runs:
    """The components of the cells that are not negative: 8 neighbours with `diagonal`, else 4, one value."""
    height, width = values.shape
    stride = width + 1
    flat = plain((height * stride + 1,), -1)
    flat[1:].reshape(height, stride)[:, :width] = values
    edges = (flat[1:] != flat[:-1]).nonzero()[0]
    kinds = flat[edges + 1]
    inside = (kinds >= 0).nonzero()[0]
    first, last = edges[inside], edges[inside + 1]
    starts, ends, kind = first.tolist(), last.tolist(), kinds[inside].tolist()
    parent = list(range(len(starts)))
    reach = stride - 1 if diagonal else stride
    above = 0
    for run, start in enumerate(starts):
        low, high = start + reach - 2 * stride, ends[run] - reach
        while ends[above] <= low:
            above += 1
        root = run
        other = above
        while starts[other] < high:
            if kind[other] == kind[run]:
                found = other
                while parent[found] != found:
                    parent[found] = found = parent[parent[found]]
                if found < root:
                    parent[root] = root = found
                elif found > root:
                    parent[found] = root
            other += 1
    numbers: list[int] = []
    count = 0
    for run, up in enumerate(parent):
        if up == run:
            count += 1
        numbers.append(count if up == run else numbers[up])
    return Runs(starts, ends, numbers, last - first, count, stride)


def label(values: npt.NDArray[Any], diagonal: bool) -> tuple[npt.NDArray[np.int64], int]:
    """Each cell's component of the cells that are not negative, from 1, else 0; and how many there are."""
    runs = find_runs(values, diagonal)
    labels = np.zeros(values.shape, np.int64)
    labels[values >= 0] = np.array(runs.numbers, np.int64).repeat(runs.lengths)
    return labels, runs.total


def label_mask(mask: npt.NDArray[np.bool_], diagonal: bool) -> tuple[npt.NDArray[np.int64], int]:
    """Each cell's component of the mask, from 1, else 0; and how many there are."""
    return label(mask.view(np.int8) - np.int8(1), diagonal)


def flood_from_edges(walls: npt.NDArray[np.bool_], diagonal: bool = False) -> npt.NDArray[np.bool_]:
    """The cells that are not walls and that a path of such cells connects to the edge of the array."""
    height, width = walls.shape
    padded = np.zeros((height + 2, width + 2), np.int8)
    padded[1:-1, 1:-1] = walls
    labels, _ = label(-padded, diagonal)
    outside: npt.NDArray[np.bool_] = labels[1:-1, 1:-1] == 1
    return outside


def count_holes(mask: npt.NDArray[np.bool_]) -> int:
    """The number of areas of other cells, joined over sides, that do not reach the edge of the array."""
    height, width = mask.shape
    if height < 3 or width < 3 or every(mask):
        return 0
    padded = np.zeros((height + 2, width + 2), np.int8)
    padded[1:-1, 1:-1] = mask
    return find_runs(-padded, False).total - 1


def reach(
    open_cells: npt.NDArray[np.bool_], starts: npt.NDArray[np.bool_], diagonal: bool
) -> npt.NDArray[np.bool_]:
    """The open cells that a path of open cells connects to an open start."""
    labels, count = label_mask(open_cells, diagonal)
    reached = np.zeros(count + 1, np.bool_)
    reached[labels[starts]] = True
    reached[0] = False
    return reached[labels]


def boxes_of_labels(labels: npt.NDArray[np.int64]) -> tuple[Span, ...]:
    """The bounding box of each label from 1 on, as slices; empty for a number not used."""
    tops, downs, lefts, rights = extents_of_labels(labels).tolist()
    rows, cols = map(slice, tops, downs), map(slice, lefts, rights)
    return tuple(zip(rows, cols, strict=True))


def extents_of_labels(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """First row, row after the last, first column, column after the last of each label from 1 on."""
    return _extents(np.asarray(labels, np.int64).tobytes(), labels.shape)


@lru_cache(maxsize=1024)
def _extents(data: bytes, shape: tuple[int, int]) -> npt.NDArray[np.int64]:
    labels = np.frombuffer(data, np.int64).reshape(shape)
    extents = np.zeros((4, int(labels.max()) + 1), np.int64)
    for axis, lines in ((0, labels), (2, labels.T)):
        rows, cols = np.nonzero(lines)
        numbers = lines[rows, cols]
        extents[axis, numbers[::-1]] = rows[::-1]  # of equal places the last assignment counts
        extents[axis + 1, numbers] = rows + 1
    extents = extents[:, 1:]
    extents.flags.writeable = False
    return extents
