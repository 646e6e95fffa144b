"""Words that clean: remove what is small, odd or in the way."""

from __future__ import annotations

import numpy as np

from omniarc.cellmaps import same_near
from omniarc.colour import background_colour, paint
from omniarc.objects import find_objects
from omniarc.values import Grid, LanguageError, to_grid

__all__ = [
    "denoise",
    "majority_filter",
    "remove_small",
]


def remove_small(grid: Grid, below: int = 2) -> Grid:
    """Objects of one colour and of fewer than `below` cells become background."""
    objects = find_objects(grid)
    return paint(grid, [one for one in objects if one.size < below], background_colour(grid))


def majority_filter(grid: Grid) -> Grid:
    """Each cell takes the colour that most cells of its 3x3 neighbourhood have; ties keep it."""
    grid = to_grid(grid)
    height, width = grid.shape
    padded = np.full((height + 2, width + 2), -1, np.int8)
    padded[1:-1, 1:-1] = grid
    around = np.stack([padded[r : r + height, c : c + width] for r in range(3) for c in range(3)])
    result, most = grid.copy(), (around == grid).sum(0)
    for colour in np.flatnonzero(np.bincount(grid.ravel())).tolist():
        votes = (around == colour).sum(0)
        better = votes > most
        result[better] = colour
        most = np.maximum(most, votes)
    return result


def denoise(grid: Grid, noise: int | None = None) -> Grid:
    """Cells of the noise colour take the most common other colour of their 3x3 neighbourhood.

    Repeated until none is left.

    Without `noise`, each cell that shares no edge or corner with a cell of its colour is noise.
    """
    grid = to_grid(grid).copy()
    wrong = same_near(grid, "all") == 0 if noise is None else grid == noise
    for _ in range(max(grid.shape)):
        if not wrong.any():
            return grid
        if wrong.all():
            raise LanguageError("nothing but noise")
        source, left = grid.copy(), wrong.copy()
        for row, col in zip(*(axis.tolist() for axis in np.nonzero(wrong)), strict=True):
            near = (slice(max(row - 1, 0), row + 2), slice(max(col - 1, 0), col + 2))
            good = source[near][~wrong[near]]
            if good.size:
                grid[row, col] = np.bincount(good).argmax()
                left[row, col] = False
        wrong = left
    return grid
