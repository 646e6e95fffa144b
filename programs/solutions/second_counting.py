"""Counts and measures turned into shapes."""
# ruff: noqa: B023, B905, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("8e1813be")
def stripes_in_order(grid: Grid) -> Grid:
    """The lines' colours in order as a square of stripes."""
    lines = [one for one in colour_objects(grid) if one.colour != 5]
    if lines[0].height == 1:
        stripe = colour_column(line.colour for line in sorted(lines, key=lambda line: line.row))
        return tile(stripe, 1, len(lines))
    stripe = colour_row(line.colour for line in sorted(lines, key=lambda line: line.col))
    return tile(stripe, len(lines), 1)


@solves("91413438")
def as_many_copies_as_cells(grid: Grid) -> Grid:
    """As many copies as the grid has coloured cells, in a square with a side of as many as it has black ones."""
    cells = np.count_nonzero(grid)
    side = grid.size - cells
    return tile_where(fill_cells(side, side, cells, 1), grid)


@solves("995c5fa3")
def rows_for_shapes(grid: Grid) -> Grid:
    """A row for each part, its colour by where the gap is."""

    def colour_of(part: Grid) -> int:
        return 2 if part.all() else 3 if part[1, 0] == 0 else 4 if part[3, 1] == 0 else 8

    return tile(colour_column(colour_of(part) for part in parts_by_lines(grid, 0)), 1, 3)


@solves("9af7a82c")
def hanging_bars(grid: Grid) -> Grid:
    """A bar for each colour as long as it has cells, the longest first, hanging from the top."""
    counts = colour_counts(grid)
    return flip_up_down(bar_chart(list(counts.values()), list(counts)))
