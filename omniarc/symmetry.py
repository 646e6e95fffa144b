"""Words about symmetry: find it, complete it, impose it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from omniarc.geometry import anti_transpose, flip_left_right, flip_up_down, rotate, transpose
from omniarc.values import Grid, LanguageError, Mask, to_grid, to_mask

_CHANGES: dict[str, Callable[[Grid], Grid]] = {
    "left_right": flip_left_right,
    "up_down": flip_up_down,
    "diagonal": transpose,
    "anti_diagonal": anti_transpose,
    "rotate_180": lambda grid: rotate(grid, 2),
    "rotate_90": rotate,
}


def symmetries_of(grid: Grid) -> tuple[str, ...]:
    """Which of left_right, up_down, diagonal, anti_diagonal, rotate_180, rotate_90 the grid has."""
    grid = to_grid(grid)
    return tuple(name for name, change in _CHANGES.items() if np.array_equal(grid, change(grid)))


def is_symmetric(grid: Grid, kind: str | None = None) -> bool:
    """True if the grid has the symmetry (see symmetries_of), or any mirror symmetry if None."""
    if kind is None:
        return any(
            name in ("left_right", "up_down", "diagonal", "anti_diagonal") for name in symmetries_of(grid)
        )
    grid = to_grid(grid)
    return bool(np.array_equal(grid, _change(kind)(grid)))


def all_orientations(grid: Grid) -> list[Grid]:
    """The distinct grids among the eight rotations and mirror images, the grid itself first."""
    grid = to_grid(grid)
    found: dict[tuple[tuple[int, ...], bytes], Grid] = {}
    for base in (grid, grid.T):
        for turns in range(4):
            turned = rotate(base, turns)
            found.setdefault((turned.shape, turned.tobytes()), turned)
    return list(found.values())


def make_symmetric(grid: Grid, kinds: str | Iterable[str], *, background: int = 0) -> Grid:
    """The grid with each background cell taken from its images under the symmetries.

    The axes run through the middle of the grid. Kinds: see symmetries_of. A coloured cell stays as it is.
    """
    grid = to_grid(grid).copy()
    changes = [_change(kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    for _ in range(4):
        before = grid.copy()
        for change in changes:
            image = change(grid)
            if image.shape != grid.shape:
                raise LanguageError("this symmetry needs a square grid")
            np.copyto(grid, image, where=grid == background)
        if np.array_equal(before, grid):
            break
    return grid


def complete_symmetry(grid: Grid, hidden: int = 0, *, offsets: int = 4) -> Grid:
    """The grid with its cells of colour `hidden` restored from the mirror symmetry the rest has.

    Looks for the axes (left-right, up-down, diagonals; up to `offsets` cells off the middle) that agree with
    all visible cells, and fills from them until nothing changes.
    """
    grid = to_grid(grid)
    cells = np.append(grid.ravel(), np.int8(hidden))
    if not (cells[:-1] == hidden).any():
        return grid.copy()
    maps = [image for image in _mirror_maps(grid.shape, offsets) if _agrees(cells, image, hidden)]
    for _ in range(4):
        before = cells.copy()
        for image in maps:
            np.copyto(cells[:-1], cells[image], where=cells[:-1] == hidden)
        if np.array_equal(before, cells):
            break
    return cells[:-1].reshape(grid.shape)


@lru_cache(maxsize=256)
def _mirror_maps(shape: tuple[int, int], offsets: int) -> list[npt.NDArray[np.intp]]:
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
    return found


def _agrees(cells: Grid, image: npt.NDArray[np.intp], hidden: int) -> bool:
    here, there = cells[:-1], cells[image]
    visible = (here != hidden) & (there != hidden)
    return bool(visible.any() and not (visible & (here != there)).any())


def hidden_part(grid: Grid, restored: Grid, mask: Mask) -> Grid:
    """The part of the restored grid under the smallest box that holds the mask."""
    mask = to_mask(mask)
    rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not rows.size or to_grid(grid).shape != to_grid(restored).shape:
        raise LanguageError("nothing is hidden")
    return to_grid(restored)[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1].copy()


def _change(kind: str) -> Callable[[Grid], Grid]:
    if kind not in _CHANGES:
        raise LanguageError(f"no symmetry {kind!r}: choose from {', '.join(_CHANGES)}")
    return _CHANGES[kind]
