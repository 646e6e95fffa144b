"""Recolouring by a rule."""
# ruff: noqa: F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("00d62c1b")
def fill_closed_areas(grid: Grid) -> Grid:
    """Fill what is closed in with yellow."""
    return fill_enclosed(grid, 4)


@solves("08ed6ac7")
def colour_bars_by_rank(grid: Grid) -> Grid:
    """Colour the bars 1, 2, 3… from the longest to the shortest."""
    bars = find_objects(grid)
    return paint(grid, bars, lambda bar: size_rank(bars, bar) + 1)
