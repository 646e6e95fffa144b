"""Words that clean: remove what is small, odd or in the way."""

from __future__ import annotations

import numpy as np

from omniarc.cellmaps import same_near
from omniarc.colour import background_colour, most_common_colour, paint
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

    First a 2x2 block tells it, of which two other cells at least are seen, all of one colour that is not the
    grid's commonest: so corners stay. Repeated until none is left.

    Without `noise`, each cell that shares no edge or corner with a cell of its colour is noise.
    """
    grid = to_grid(grid).copy()
    wrong = same_near(grid, "all") == 0 if noise is None else grid == noise
    if wrong.all():
        raise LanguageError("nothing but noise")
    usual = most_common_colour(grid[~wrong])
    stride = grid.shape[1] + 2
    blocks = [(by, down, down + by) for down in (-stride, stride) for by in (-1, 1)]
    around = [down + by for down in (-stride, 0, stride) for by in (-1, 0, 1)]
    while wrong.any():
        seen = np.where(wrong, np.int8(-1), grid)
        inside, beyond = np.pad(seen, 1, constant_values=-1), np.pad(seen, 1, mode="edge")
        cells, usually = inside.ravel().tolist(), beyond.ravel().tolist()
        for row, col in np.argwhere(wrong).tolist():
            place = (row + 1) * stride + col + 1
            corners = [[cells[place + by] for by in block if cells[place + by] >= 0] for block in blocks]
            whole = [corner[0] for corner in corners if len(corner) > 1 and len({*corner}) == 1]
            good = [colour for colour in whole if colour != usual]
            good = good or [usually[place + by] for by in around if usually[place + by] >= 0]
            if good:
                grid[row, col] = max(sorted({*good}), key=good.count)
                wrong[row, col] = False
    return grid
