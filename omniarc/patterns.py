"""Words about repetition: find a period, complete or continue a pattern."""

from __future__ import annotations

import numpy as np

from omniarc.masks import every, plain, some
from omniarc.values import Grid, LanguageError, to_grid

__all__ = [
    "col_period",
    "complete_cols",
    "complete_pattern",
    "complete_rows",
    "find_tile",
    "repeat_to",
    "row_period",
]


def row_period(grid: Grid, *, hidden: int = -1) -> int:
    """The smallest shift down under which all visible cells agree; the height if there is none."""
    grid = to_grid(grid)
    for period in range(1, grid.shape[0]):
        if _agree(grid[period:], grid[:-period], hidden):
            return period
    return int(grid.shape[0])


def col_period(grid: Grid, *, hidden: int = -1) -> int:
    """The smallest shift right under which all visible cells agree; the width if there is none."""
    return row_period(to_grid(grid).T, hidden=hidden)


def _agree(one: Grid, other: Grid, hidden: int) -> bool:
    same = one == other
    if hidden >= 0:
        same |= (one == hidden) | (other == hidden)
    return every(same)


def find_tile(grid: Grid, *, hidden: int = -1) -> Grid:
    """The smallest tile that, repeated down and across, gives the grid wherever it is not `hidden`.

    Cells of the tile that are hidden in every copy stay `hidden`. LanguageError if only the whole grid fits.
    """
    grid = to_grid(grid)
    for rows, cols in _periods(grid, hidden):
        tile = _tile_of(grid, rows, cols, hidden)
        if tile is not None:
            return tile
    raise LanguageError("the grid does not repeat")


def _periods(grid: Grid, hidden: int) -> list[tuple[int, int]]:
    """Sizes of tiles, smallest first, that one step down or across does not rule out; not the whole grid."""
    height, width = grid.shape
    down = [step for step in range(1, height) if _agree(grid[step:], grid[:-step], hidden)]
    across = [step for step in range(1, width) if _agree(grid[:, step:], grid[:, :-step], hidden)]
    sizes = [(rows, cols) for rows in (*down, height) for cols in (*across, width)][:-1]
    return sorted(sizes, key=lambda size: (size[0] * size[1], size))


def _tile_of(grid: Grid, rows: int, cols: int, hidden: int) -> Grid | None:
    height, width = grid.shape
    high, wide = -(-height // rows) * rows, -(-width // cols) * cols
    padded = plain((high, wide), hidden)
    padded[:height, :width] = grid
    blocks = padded.reshape(high // rows, rows, wide // cols, cols)
    seen = blocks != hidden
    low = np.where(seen, blocks, np.int8(127)).min((0, 2))
    top = np.where(seen, blocks, np.int8(-128)).max((0, 2))
    known = top != -128
    if some(low[known] != top[known]):
        return None
    return np.where(known, top, np.int8(hidden))


def repeat_to(tile: Grid, height: int, width: int, *, row: int = 0, col: int = 0) -> Grid:
    """A grid of the given shape covered with copies of the tile, one of which starts at (row, col)."""
    tile = to_grid(tile)
    rows = (np.arange(height) - row) % tile.shape[0]
    cols = (np.arange(width) - col) % tile.shape[1]
    result: Grid = tile[rows[:, None], cols]
    return result


def complete_pattern(grid: Grid, hidden: int = 0) -> Grid:
    """The grid with its cells of colour `hidden` filled from the smallest tile that repeats over the rest."""
    grid = to_grid(grid)
    height, width = grid.shape
    for rows, cols in _periods(grid, hidden):
        tile = _tile_of(grid, rows, cols, hidden)
        if tile is not None and not some(tile == hidden):
            return repeat_to(tile, height, width)
    raise LanguageError("no tile that repeats over the visible cells covers the hidden ones")


def complete_rows(grid: Grid, hidden: int = 0) -> Grid:
    """Each row with its hidden cells filled from the smallest period that its visible cells have."""
    grid = to_grid(grid).copy()
    for number in range(grid.shape[0]):
        line = grid[number : number + 1]
        if some(line == hidden) and some(line != hidden):
            grid[number] = _by_period(line, hidden)
    return grid


def complete_cols(grid: Grid, hidden: int = 0) -> Grid:
    """Each column with its hidden cells filled from the smallest period that its visible cells have."""
    return complete_rows(to_grid(grid).T, hidden).T.copy()


def _by_period(line: Grid, hidden: int) -> Grid:
    width = line.shape[1]
    for period in range(1, width):
        tile = _tile_of(line, 1, period, hidden)
        if tile is not None and not some(tile == hidden):
            line = repeat_to(tile, 1, width)
            break
    filled: Grid = line[0]
    return filled
