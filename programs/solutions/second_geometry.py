"""Whole-grid geometry: flips, rotations, scaling, tilings, crops."""
# ruff: noqa: B023, B905, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("8be77c9e")
def reflection_below(grid: Grid) -> Grid:
    """The grid over its mirror image."""
    return stack(grid, flip_up_down(grid))


@solves("8f2ea7aa")
def shape_in_its_own_cells(grid: Grid) -> Grid:
    """A copy of the shape for each of its cells."""
    shape = crop_to_content(grid)
    return tile_where(shape, shape)


@solves("90c28cc7")
def a_cell_for_a_rectangle(grid: Grid) -> Grid:
    """Each rectangle shrunk to a cell."""
    return remove_repeats(crop_to_content(grid))


@solves("9172f3a0")
def three_times_as_large(grid: Grid) -> Grid:
    """Every cell as three by three."""
    return scale_up(grid, 3)


@solves("a416b8f3")
def side_by_side(grid: Grid) -> Grid:
    """The grid twice."""
    return beside(grid, grid)
