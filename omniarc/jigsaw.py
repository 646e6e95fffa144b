"""Words that put objects into one grid, wherever they lay: nested, or fitted together without gaps."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from omniarc.values import Grid, LanguageError, Object, blank

__all__ = [
    "concentric",
    "fit_together",
]


def concentric(objects: Iterable[Object], *, background: int = 0) -> Grid:
    """The objects with their middles on each other, the largest box first, smaller ones on top."""
    things = sorted(objects, key=lambda one: -one.area)
    if not things:
        raise LanguageError("no objects to nest")
    height, width = max(one.height for one in things), max(one.width for one in things)
    grid = blank(height, width, background)
    for one in things:
        top, left = (height - one.height) // 2, (width - one.width) // 2
        np.copyto(grid[top : top + one.height, left : left + one.width], one.cells, where=one.mask)
    return grid


def fit_together(objects: Iterable[Object], height: int, width: int) -> Grid:
    """The objects, moved but not turned, so that they fill a grid of the given shape with no gap or overlap.

    LanguageError if they cannot; of several ways the first, taking the objects in their order.
    """
    things = list(objects)
    if sum(one.size for one in things) != height * width or len(things) > 12:
        raise LanguageError(f"{len(things)} objects do not fill {height}x{width} cells")
    grid = np.full((height, width), -1, np.int8)
    if not _fill(grid, things):
        raise LanguageError(f"the objects do not fit together in {height}x{width} cells")
    return grid


def _fill(grid: Grid, things: list[Object]) -> bool:
    if not things:
        return True
    row, col = (int(place) for place in np.argwhere(grid < 0)[0])
    for number, one in enumerate(things):
        left = col - int(one.mask[0].argmax())
        if left < 0 or row + one.height > grid.shape[0] or left + one.width > grid.shape[1]:
            continue
        spot = grid[row : row + one.height, left : left + one.width]
        if (spot[one.mask] >= 0).any():
            continue
        before = spot.copy()
        np.copyto(spot, one.cells, where=one.mask)
        if _fill(grid, things[:number] + things[number + 1 :]):
            return True
        spot[:] = before
    return False
