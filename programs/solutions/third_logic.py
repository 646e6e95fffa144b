"""Logic of two grids."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


@solves("f2829549")
def empty_in_both_halves(grid: Grid) -> Grid:
    """Green where neither half has a cell."""
    return mask_to_grid(neither(*halves(grid)), 3)


@solves("fafffa47")
def red_where_both_are_empty(grid: Grid) -> Grid:
    """Red where neither half has a cell."""
    return mask_to_grid(neither(*halves(grid)), 2)
