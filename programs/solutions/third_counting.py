"""Counts and sizes that become pictures."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


@solves("f8b3ba0a")
def colours_by_frequency(grid: Grid) -> Grid:
    """The colours from the second most frequent on, in a column."""
    return colour_column(list(colour_counts(grid, background=0))[1:])


@solves("f8ff0b80")
def colours_by_size(grid: Grid) -> Grid:
    """The colours of the objects from the largest to the smallest, in a column."""
    return colour_column([one.colour for one in by_size(find_objects(grid))])


@solves("ff28f65a")
def count_red_squares(grid: Grid) -> Grid:
    """As many blue cells, on every second cell, as there are red squares."""
    return fill_checkered(3, 3, len(find_objects(grid, diagonal=False)), 1)
