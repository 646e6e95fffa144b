"""Patterns: repeated, completed, matched."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


@solves("f5b8619d")
def light_blue_columns_tiled(grid: Grid) -> Grid:
    """Columns with a cell become light blue where empty; the result is repeated twice each way."""
    return tile(colour_where(grid, columns_with(grid > 0) & (grid == 0), 8), 2, 2)


@solves("f9012d9b")
def the_missing_part(grid: Grid) -> Grid:
    """The part of the pattern that black hides."""
    return hidden_part(grid, complete_pattern(grid), grid == 0)


@solves("ff805c23")
def what_blue_hides(grid: Grid) -> Grid:
    """The part of the symmetric pattern that blue hides."""
    return hidden_part(grid, complete_symmetry(grid, 1), grid == 1)


@solves("e21d9049")
def continue_the_cross(grid: Grid) -> Grid:
    """The row and the column of the cross are continued to the edges in their periods."""
    row = int((grid > 0).sum(axis=1).argmax())
    col = int((grid > 0).sum(axis=0).argmax())
    grid = colour_where(grid, row_numbers(grid) == row, complete_rows(grid))
    return colour_where(grid, column_numbers(grid) == col, complete_cols(grid))
