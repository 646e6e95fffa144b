"""Parts of a grid combined cell by cell."""
# ruff: noqa: B023, B905, F403, F405

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
