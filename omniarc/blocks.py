"""Blocks: grids made of equally sized blocks, one for each cell of a smaller grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from omniarc.composition import join
from omniarc.values import Grid, LanguageError, Mask, to_grid, to_mask

__all__ = [
    "arrange",
    "blocks_by_colour",
    "colour_blocks",
    "continue_shift",
    "diagonal_copies",
    "merge_parts",
    "repeat_edges",
]


def colour_blocks(grid: Grid, mask: Mask, *, background: int = 0) -> Grid:
    """Each cell of the grid as a block of its colour in the shape of the mask, on background."""
    grid, mask = to_grid(grid), to_mask(mask)
    wide = grid.repeat(mask.shape[0], 0).repeat(mask.shape[1], 1)
    return np.where(np.tile(mask, grid.shape), wide, np.int8(background))


def blocks_by_colour(grid: Grid, blocks: Mapping[int, Grid]) -> Grid:
    """Each cell of the grid as the block, all of one shape, that the table holds for its colour."""
    grid = to_grid(grid)
    missing = set(np.unique(grid).tolist()) - set(blocks)
    if missing:
        raise LanguageError(f"no block for colour {min(missing)}")
    return join([[to_grid(blocks[colour]) for colour in row] for row in grid.tolist()])


def diagonal_copies(
    grid: Grid, rows: int, cols: int, height: int, width: int, *, background: int = 0
) -> Grid:
    """Copies of the grid on a grid of the given shape, each `rows` down and `cols` right of the last.

    The first stands at the top left (at the bottom with negative `rows`, at the right with negative `cols`);
    background cells are transparent, later copies lie on top, and what does not fit is cut off.
    """
    if not rows and not cols:
        raise LanguageError("a step of (0, 0) never ends")
    grid = to_grid(grid)
    canvas = np.full((height, width), background, np.int8)
    top = height - grid.shape[0] if rows < 0 else 0
    left = width - grid.shape[1] if cols < 0 else 0
    spots = np.argwhere(grid != background)
    colours = grid[grid != background]
    for number in range(max(height, width) + max(grid.shape)):
        at = spots + np.array((top + number * rows, left + number * cols))
        inside = ((at >= 0) & (at < (height, width))).all(1)
        canvas[at[inside, 0], at[inside, 1]] = colours[inside]
    return canvas


def merge_parts(parts: Sequence[Grid], table: Mapping[tuple[int, ...], int]) -> Grid:
    """One grid from grids of one shape: each cell looked up in the table by the grids' colours there.

    Where the table says nothing, the first grid's cell stays.
    """
    grids = [to_grid(part) for part in parts]
    if not grids or any(grid.shape != grids[0].shape for grid in grids):
        raise LanguageError("merge_parts needs grids of one shape")
    keys = zip(*(grid.ravel().tolist() for grid in grids), strict=True)
    cells = [table.get(key, key[0]) for key in keys]
    return np.array(cells, np.int8).reshape(grids[0].shape)


def arrange(grids: Sequence[Grid], height: int, width: int, *, background: int = 0) -> Grid:
    """Grids of one shape laid out in reading order on a grid of the given shape, the rest background."""
    if not grids:
        raise LanguageError("nothing to arrange")
    high, wide = to_grid(grids[0]).shape
    across = width // wide
    if not across or -(-len(grids) // across) * high > height:
        raise LanguageError(f"{len(grids)} grids of {high}x{wide} do not fit on {height}x{width}")
    canvas = np.full((height, width), background, np.int8)
    for number, grid in enumerate(grids):
        row, col = divmod(number, across)
        canvas[row * high : (row + 1) * high, col * wide : (col + 1) * wide] = to_grid(grid)
    return canvas


def repeat_edges(grid: Grid, width: int = 1, *, corners: int | None = None) -> Grid:
    """The grid with margins that repeat its outermost cells; the four corners in one colour if given."""
    grid = np.pad(to_grid(grid), width, mode="edge")
    if corners is not None:
        for rows in (slice(None, width), slice(-width, None)):
            grid[rows, :width] = grid[rows, -width:] = corners
    return grid


def continue_shift(grid: Grid, height: int, width: int, *, background: int = 0) -> Grid:
    """The grid continued down or right to the given shape by the smallest shift that repeats its pattern.

    Downwards that is a plain period of at most half the height, or else the shift (rows, cols) of fewest
    rows, then columns, under which the grid agrees with itself; what enters from the side is background.
    """
    grid = to_grid(grid)
    if width > grid.shape[1]:
        if height > grid.shape[0]:
            grid = continue_shift(grid, height, grid.shape[1], background=background)
        return continue_shift(grid.T, width, height, background=background).T.copy()
    rows, cols = _repeating_shift(grid)
    canvas = np.full((height, grid.shape[1]), background, np.int8)
    canvas[: grid.shape[0]] = grid[:height]
    for row in range(grid.shape[0], height):
        canvas[row] = _moved(canvas[row - rows], cols, background)
    return canvas


def _repeating_shift(grid: Grid) -> tuple[int, int]:
    height, width = grid.shape
    steps = sorted(range(-(width // 2), width // 2 + 1), key=lambda step: (abs(step), -step))
    straight = [(rows, 0) for rows in range(1, height // 2 + 1)]
    slanted = [(rows, cols) for rows in range(1, height) for cols in steps]
    for rows, cols in straight + slanted:
        low, high = max(cols, 0), min(width, width + cols)
        if (grid[rows:, low:high] == grid[:-rows, low - cols : high - cols]).all():
            return rows, cols
    raise LanguageError("no shift repeats the pattern")


def _moved(line: Grid, cols: int, background: int) -> Grid:
    moved = np.full_like(line, background)
    low, high = max(cols, 0), min(len(line), len(line) + cols)
    moved[low:high] = line[low - cols : high - cols]
    return moved
