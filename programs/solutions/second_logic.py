"""Parts of a grid combined cell by cell."""
# ruff: noqa: F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("99b1bc43")
def green_where_they_differ(grid: Grid) -> Grid:
    """Green where exactly one half has a cell."""
    return mask_to_grid(exactly_one(*halves(grid)), 3)


@solves("9f236235")
def lattice_mirrored(grid: Grid) -> Grid:
    """A cell for each part of the lattice, mirrored."""
    return flip_left_right(map_parts(split_by_lines(grid), lambda part: part[0, 0]))


@solves("a68b268e")
def four_layers(grid: Grid) -> Grid:
    """The four parts on top of each other, the first on top."""
    return overlay(*reversed(parts_by_lines(grid)))


@solves("a87f7484")
def the_panel_with_another_shape(grid: Grid) -> Grid:
    """Of the panels the one whose shape no other has."""
    side = min(grid.shape)
    panels = split_equal(grid, grid.shape[0] // side, grid.shape[1] // side)
    return odd_one_out([panel for row in panels for panel in row], lambda panel: panel != 0)


@solves("b190f7f5")
def pattern_for_each_colour(grid: Grid) -> Grid:
    """The light blue pattern for each cell of the other half, in its colour."""
    colours, pattern = sorted(halves(grid), key=lambda half: 8 in half)
    return np.where(tile(pattern, *colours.shape) == 8, scale_up(colours, *pattern.shape), 0)


@solves("cbded52d")
def connect_equal_places(grid: Grid) -> Grid:
    """Equal cells at the same place of two parts are joined through the part between."""
    result = grid.copy()
    for row in (0, 1):
        for col in (0, 1):
            result[row::3, col::3] = connect(grid[row::3, col::3], over=1)
    return result


@solves("cf98881b")
def three_layers(grid: Grid) -> Grid:
    """The three parts on top of each other, the first on top."""
    return overlay(*reversed(parts_by_lines(grid, 2)))


@solves("dae9d2b5")
def either_half(grid: Grid) -> Grid:
    """Magenta where either half has a cell."""
    return mask_to_grid(either(*halves(grid)), 6)
