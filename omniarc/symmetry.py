"""Words about symmetry: find it, complete it, impose it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from omniarc.geometry import anti_transpose, flip_left_right, flip_up_down, rotate, transpose
from omniarc.masks import box_of, every
from omniarc.values import Grid, LanguageError, Mask, to_grid

__all__ = [
    "best_middle",
    "complete_symmetry",
    "is_symmetric",
    "make_symmetric",
    "mirrored_about",
    "symmetries_of",
]

_CHANGES: dict[str, Callable[[Grid], Grid]] = {
    "left_right": flip_left_right,
    "up_down": flip_up_down,
    "diagonal": transpose,
    "anti_diagonal": anti_transpose,
    "rotate_180": lambda grid: rotate(grid, 2),
    "rotate_90": rotate,
}

_ANY_SHAPE = {"left_right", "up_down", "rotate_180"}


def symmetries_of(grid: Grid) -> tuple[str, ...]:
    """Which of left_right, up_down, diagonal, anti_diagonal, rotate_180, rotate_90 the grid has."""
    grid = to_grid(grid)
    return tuple(name for name, change in _CHANGES.items() if _same(grid, change(grid)))


def is_symmetric(grid: Grid, kind: str | None = None) -> bool:
    """True if the grid has the symmetry (see symmetries_of), or any mirror symmetry if None."""
    if kind is None:
        return any(
            name in ("left_right", "up_down", "diagonal", "anti_diagonal") for name in symmetries_of(grid)
        )
    grid = to_grid(grid)
    return _same(grid, _change(kind)(grid))


def _same(one: Grid, other: Grid) -> bool:
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def make_symmetric(
    grid: Grid, kinds: str | Iterable[str], *, about: Mask | None = None, background: int = 0
) -> Grid:
    """The grid with each background cell taken from its images under the symmetries.

    The axes run through the middle of the grid, or of the box of the mask `about`. Kinds: see symmetries_of.
    A coloured cell stays as it is, and all do if `about` is empty.
    """
    grid = to_grid(grid).copy()
    if about is not None and not about.any():
        return grid
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    maps = [_images(grid.shape, _twice_middle(grid.shape, about), kind) for kind in names]
    if about is None and grid.shape[0] != grid.shape[1] and not set(names) <= _ANY_SHAPE:
        raise LanguageError("this symmetry needs a square grid")
    for _ in range(4):
        before = grid.tobytes()
        for image in maps:
            seen = np.append(grid, np.int8(background))[image]
            np.copyto(grid, seen, where=grid == background)
        if before == grid.tobytes():
            break
    return grid


def mirrored_about(grid: Grid, mask: Mask, kind: str, background: int = 0) -> Grid:
    """The colour of each cell's image under a symmetry about the middle of the box of `mask`.

    Kinds: see symmetries_of. Images outside of the grid are `background`; the grid itself if the mask is
    empty, or its box does not allow the symmetry.
    """
    grid = to_grid(grid)
    if not mask.any():
        return grid.copy()
    return np.append(grid, np.int8(background))[_images(grid.shape, _twice_middle(grid.shape, mask), kind)]


_OFF = 6  # half cells that a middle may lie off that of all that is not background


def best_middle(grid: Grid, kind: str, background: int = 0) -> Mask:
    """The one to four cells about whose middle most of the grid has the symmetry; none if all is background.

    Kinds: see symmetries_of. Tried are middles near that of the box of all cells that are not `background`;
    the best has most of these cells on their own colour, minus those on another (ties: the nearest to the
    box's middle).
    """
    grid = to_grid(grid)
    shown = grid != background
    found = np.zeros(grid.shape, bool)
    if not shown.any():
        return found
    down, right = _twice_middle(grid.shape, shown)
    twice = np.array(_middles(kind)) + np.array([down, right])
    if kind not in _ANY_SHAPE:  # other middles do not allow it
        twice = twice[(twice[:, 0] - twice[:, 1]) % 2 == 0]
    image = np.append(grid, np.int8(background))[
        _image_numbers(grid.shape, twice[:, :1], twice[:, 1:], kind, *np.nonzero(shown))
    ]
    met = image != background
    best = int((2 * (met & (image == grid[shown])).sum(1) - met.sum(1)).argmax())
    found[_middle_cells(twice[best], grid.shape)] = True
    return found


def _middle_cells(twice: npt.NDArray[np.int64], shape: tuple[int, int]) -> tuple[list[int], list[int]]:
    """The rows and columns of the one to four cells about a middle, those off the grid left out."""
    rows, cols = ({int(value) // 2, (int(value) + 1) // 2} for value in twice)
    inside = [(row, col) for row in rows for col in cols if 0 <= row < shape[0] and 0 <= col < shape[1]]
    return [row for row, _ in inside], [col for _, col in inside]


def _middles(kind: str) -> list[tuple[int, int]]:
    """How far off, in half cells, middles are tried, the nearest first; along an axis there is but one."""
    offs = range(-_OFF, _OFF + 1)
    if kind in ("left_right", "up_down"):
        middles = [(0, off) if kind == "left_right" else (off, 0) for off in offs]
    else:
        middles = [(one, other) for one in offs for other in offs]
    return sorted(middles, key=lambda off: (abs(off[0]) + abs(off[1]), off))


def _twice_middle(shape: tuple[int, int], mask: Mask | None) -> tuple[int, int]:
    """First plus last row, first plus last column of the grid, or of the mask's box."""
    if mask is None:
        return shape[0] - 1, shape[1] - 1
    box = box_of(mask)
    assert box is not None, "the mask is not empty"
    rows, cols = box
    return rows.start + rows.stop - 1, cols.start + cols.stop - 1


@lru_cache(maxsize=2048)
def _images(shape: tuple[int, int], twice: tuple[int, int], kind: str) -> npt.NDArray[np.intp]:
    """The number of each cell's image; the number of cells where that is off the grid."""
    _change(kind)
    row, col = np.indices(shape)
    down, right = twice
    if kind not in _ANY_SHAPE and (down - right) % 2:
        return row * shape[1] + col
    return _image_numbers(shape, down, right, kind, row, col)


def _image_numbers(
    shape: tuple[int, int], down: Any, right: Any, kind: str, row: Any, col: Any
) -> npt.NDArray[np.intp]:
    """The numbers of the images of cells; (down, right) is twice the middle, arrays being broadcast."""
    if kind in _ANY_SHAPE:
        row, col = (
            row + 0 * down if kind == "left_right" else down - row,
            col + 0 * right if kind == "up_down" else right - col,
        )
    else:
        middle, half = (down - right) // 2, (down + right) // 2
        row, col = {
            "diagonal": (col + middle, row - middle),
            "anti_diagonal": (half - col, half - row),
            "rotate_90": (half - col, row - middle),
        }[kind]
    height, width = shape
    inside = (row >= 0) & (row < height) & (col >= 0) & (col < width)
    return np.where(inside, row * width + col, height * width)


def complete_symmetry(grid: Grid, hidden: int = 0, *, offsets: int = 4) -> Grid:
    """The grid with its cells of colour `hidden` restored from the mirror symmetry the rest has.

    Looks for the axes (left-right, up-down, diagonals; up to `offsets` cells off the middle) that agree with
    all visible cells, and fills from them until nothing changes.
    """
    grid = to_grid(grid)
    cells = np.append(grid.ravel(), np.int8(hidden))
    shown, maps = cells[:-1] != hidden, _mirror_maps(grid.shape, offsets)
    if every(shown):
        return grid.copy()
    there = cells[maps]
    both = shown & (there != hidden)
    maps = maps[both.any(1) & ~(both & (there != cells[:-1])).any(1)]
    for _ in range(4):
        before = cells.copy()
        for image in maps:
            np.copyto(cells[:-1], cells[image], where=cells[:-1] == hidden)
        if np.array_equal(before, cells):
            break
    return cells[:-1].reshape(grid.shape)


@lru_cache(maxsize=256)
def _mirror_maps(shape: tuple[int, int], offsets: int) -> npt.NDArray[np.intp]:
    """For each axis, the number of each cell's image, or the number of cells where that is off the grid.

    Axes that leave less than half of the cells an image are left out.
    """
    height, width = shape
    rows, cols = np.indices(shape)
    nearest = sorted(range(-offsets, offsets + 1), key=abs)
    maps = [(rows, width - 1 + offset - cols) for offset in nearest]
    maps += [(height - 1 + offset - rows, cols) for offset in nearest]
    if abs(height - width) <= offsets:
        maps += [(cols + offset, rows - offset) for offset in nearest]
        maps += [(height - 1 + offset - cols, height - 1 + offset - rows) for offset in nearest]
    found = []
    for row, col in maps:
        inside = (row >= 0) & (row < height) & (col >= 0) & (col < width)
        if inside.sum() * 2 >= inside.size:
            found.append(np.where(inside, row * width + col, inside.size).ravel())
    return np.array(found)


def _change(kind: str) -> Callable[[Grid], Grid]:
    if kind not in _CHANGES:
        raise LanguageError(f"no symmetry {kind!r}: choose from {', '.join(_CHANGES)}")
    return _CHANGES[kind]
