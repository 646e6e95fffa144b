"""Counts and measures turned into shapes."""
# ruff: noqa: F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("1190e5a7")
def one_cell_a_part(grid: Grid) -> Grid:
    """One cell for each part between the separators."""
    parts = split_by_lines(grid)
    return map_parts(parts, lambda part: part[0, 0])


@solves("1fad071e")
def count_blue_squares(grid: Grid) -> Grid:
    """As many blue cells as there are blue squares of four."""
    squares = [one for one in find_objects(grid, diagonal=False) if one.colour == 1 and one.size == 4]
    return fill_cells(1, 5, len(squares), 1)


@solves("25d8a9c8")
def rows_of_one_colour(grid: Grid) -> Grid:
    """Grey for the rows that have one colour."""
    return draw_rows(blank(*grid.shape), [number for number, row in enumerate(grid) if len({*row}) == 1], 5)
