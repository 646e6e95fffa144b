"""Sorting: the lines of a grid put in order."""

from __future__ import annotations

import numpy as np

from omniarc.values import Grid, LanguageError, to_grid

__all__ = ["sort_lines"]


def sort_lines(
    grid: Grid,
    by: str = "count",
    axis: str = "rows",
    *,
    descending: bool = False,
    background: int = 0,
    gaps: bool = False,
) -> Grid:
    """The rows (or columns) in order of their "count" of cells that are not background, "colour" or "place".

    The colour is the lowest other than the background, the place how far from the start the first such cell
    is. Equal lines keep their order. With `gaps`, lines of background only stay where they are.
    """
    grid = to_grid(grid)
    if axis not in ("rows", "columns"):
        raise LanguageError(f"sort_lines sorts 'rows' or 'columns', not {axis!r}")
    lines = grid if axis == "rows" else grid.T
    shown = lines != background
    if by == "count":
        keys = shown.sum(1)
    elif by == "colour":
        keys = np.where(shown, lines, 10).min(1)
    elif by == "place":
        keys = np.where(shown.any(1), shown.argmax(1), lines.shape[1])
    else:
        raise LanguageError(f"sort_lines sorts by 'count', 'colour' or 'place', not {by!r}")
    moved = shown.any(1) if gaps else np.ones(len(lines), np.bool_)
    sorted_lines = lines.copy()
    sorted_lines[moved] = lines[moved][np.argsort(-keys[moved] if descending else keys[moved], kind="stable")]
    return to_grid(sorted_lines if axis == "rows" else sorted_lines.T)
