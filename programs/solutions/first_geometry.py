"""Whole-grid geometry: flips, rotations, scaling, tilings, crops."""
# ruff: noqa: F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("007bbfb7")
def own_shape_of_copies(grid: Grid) -> Grid:
    """A copy of the grid for each of its coloured cells."""
    return tile_where(grid, grid)
