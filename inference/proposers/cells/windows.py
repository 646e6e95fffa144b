"""Windows of an input that an output may show: objects, areas, panels, boxes of colours, parts.

A kind of window is a way to list them; each has measures that tell the right one from the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from arc import Grid
from inference.proposers.cells.object_layers import label_colours
from inference.proposers.cells.regularity import separators

_MOST = 60  # windows of one kind in a grid; with more of them the grid is noise
_FULL = np.ones((3, 3), int)


class Box(NamedTuple):
    """Rows top..top + height - 1 and columns left..left + width - 1 of a grid."""

    top: int
    left: int
    height: int
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        return self.height, self.width

    def of(self, grid: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The cells of the grid inside."""
        return grid[self.top : self.top + self.height, self.left : self.left + self.width]


@dataclass(frozen=True, eq=False)
class Window:
    """A box, and which of its cells (box.shape, bool) belong to what it was drawn around."""

    box: Box
    mask: npt.NDArray[np.bool_]


def windows_of(kind: str, grid: Grid, background: int) -> list[Window]:
    """All windows of a kind in reading order, empty if there are none or too many."""
    found = list(_KINDS[kind](grid, background))
    return found if len(found) <= _MOST else []


def _of_labels(labels: npt.NDArray[np.int32]) -> Iterator[Window]:
    for number, place in enumerate(ndimage.find_objects(labels), 1):
        if place is not None:
            yield _window(place, labels[place] == number)


def _window(place: tuple[slice, slice], mask: npt.NDArray[np.bool_]) -> Window:
    rows, columns = place
    return Window(Box(rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start), mask)


def _objects(grid: Grid, background: int) -> Iterator[Window]:
    return _of_labels(label_colours(grid, diagonal=True, without=background))


def _straight_objects(grid: Grid, background: int) -> Iterator[Window]:
    return _of_labels(label_colours(grid, diagonal=False, without=background))


def _groups(grid: Grid, background: int) -> Iterator[Window]:
    return _of_labels(ndimage.label(grid != background, _FULL)[0])


def _straight_groups(grid: Grid, background: int) -> Iterator[Window]:
    return _of_labels(ndimage.label(grid != background)[0])


def _groups_on_commonest(grid: Grid, background: int) -> Iterator[Window]:
    commonest = int(np.bincount(grid.ravel()).argmax())
    return _groups(grid, commonest) if commonest != background else iter(())


def _rectangles(grid: Grid, background: int) -> Iterator[Window]:
    """Areas of one colour, the background's too, that fill their box."""
    for window in _of_labels(label_colours(grid, diagonal=False)):
        if window.mask.all() and min(window.box.shape) > 1:
            yield window


def _insides(grid: Grid, background: int) -> Iterator[Window]:
    """The inside of the frame of an object's box."""
    for window in _objects(grid, background):
        top, left, height, width = window.box
        if height > 2 and width > 2:
            yield Window(Box(top + 1, left + 1, height - 2, width - 2), window.mask[1:-1, 1:-1])


def _colours(grid: Grid, background: int) -> Iterator[Window]:
    """The box of all cells of a colour."""
    for colour in np.unique(grid):
        if colour != background:
            yield from _of_labels((grid == colour).astype(np.int32))


def _inside_colours(grid: Grid, background: int) -> Iterator[Window]:
    """The inside of the box of all cells of a colour (between its corner marks, say)."""
    for window in _colours(grid, background):
        top, left, height, width = window.box
        if height > 2 and width > 2:
            yield Window(Box(top + 1, left + 1, height - 2, width - 2), window.mask[1:-1, 1:-1])


def _all(grid: Grid, background: int) -> Iterator[Window]:
    """The box of all cells that are not of the background."""
    return _of_labels((grid != background).astype(np.int32))


def _panels(grid: Grid, background: int) -> Iterator[Window]:
    _, rows, columns = separators(grid)
    for top, bottom in rows:
        for left, right in columns:
            box = Box(top, left, bottom - top, right - left)
            yield Window(box, box.of(grid) != background)


def _parts(down: int, right: int) -> Callable[[Grid, int], Iterator[Window]]:
    def cut(grid: Grid, background: int) -> Iterator[Window]:
        height, width = grid.shape[0] // down, grid.shape[1] // right
        if height * down != grid.shape[0] or width * right != grid.shape[1]:
            return
        for row in range(down):
            for column in range(right):
                box = Box(row * height, column * width, height, width)
                yield Window(box, box.of(grid) != background)

    return cut


_KINDS: dict[str, Callable[[Grid, int], Iterator[Window]]] = {
    "all": _all,
    "groups": _groups,
    "objects": _objects,
    "colours": _colours,
    "panels": _panels,
    "straight groups": _straight_groups,
    "straight objects": _straight_objects,
    "rectangles": _rectangles,
    "insides": _insides,
    "inside colours": _inside_colours,
    "groups on commonest": _groups_on_commonest,
    "halves down": _parts(2, 1),
    "halves across": _parts(1, 2),
    "quarters": _parts(2, 2),
    "thirds down": _parts(3, 1),
    "thirds across": _parts(1, 3),
    "ninths": _parts(3, 3),
}
KINDS = tuple(_KINDS)


def measures(windows: list[Window], grid: Grid, background: int) -> npt.NDArray[np.float64]:
    """What tells windows of one kind apart: (windows, measures) float64, the same measures for every grid."""
    outlines = [(w.mask.shape, w.mask.tobytes()) for w in windows]
    pictures = [(w.box.shape, w.box.of(grid).tobytes()) for w in windows]
    own = [_own_colours(w, grid) for w in windows]
    main = [int(counts.argmax()) for counts in own]
    often = Counter(outlines), Counter(pictures), Counter(main)
    in_grid = np.bincount(grid.ravel(), minlength=10)
    rows = []
    for n, window in enumerate(windows):
        top, left, height, width = window.box
        inside = np.bincount(window.box.of(grid).ravel(), minlength=10)
        mask = window.mask
        rows.append(
            (
                height * width,
                mask.sum(),
                height * width - inside[background],
                height,
                width,
                (inside > 0).sum(),
                mask.mean(),
                top,
                left,
                top + height,
                left + width,
                often[0][outlines[n]],
                often[1][pictures[n]],
                often[2][main[n]],
                in_grid[main[n]],
                own[n].min(initial=10**4, where=own[n] > 0),
                np.sort(inside)[-2],
                _symmetric(mask),
                _symmetric(window.box.of(grid)),
                *_topology(mask),
                height - width,
                min(top, left, grid.shape[0] - top - height, grid.shape[1] - left - width) == 0,
                *inside,
                *(np.arange(10) == main[n]),
            )
        )
    return np.array(rows, float)


def _own_colours(window: Window, grid: Grid) -> npt.NDArray[np.int64]:
    """How many cells of each colour belong to the window's own."""
    return np.bincount(window.box.of(grid)[window.mask], minlength=10)


def _symmetric(cells: npt.NDArray[Any]) -> int:
    """How many of the two mirrorings leave the cells as they are."""
    return int((cells == cells[:, ::-1]).all()) + int((cells == cells[::-1]).all())


def _topology(mask: npt.NDArray[np.bool_]) -> tuple[int, int, int]:
    """Holes, cells in holes, parts."""
    outside, gaps = ndimage.label(np.pad(~mask, 1, constant_values=True))
    return gaps - 1, int((outside > 1).sum()), int(ndimage.label(mask)[1])
