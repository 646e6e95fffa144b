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


@solves("0b148d64")
def crop_to_rare_colour(grid: Grid) -> Grid:
    """The part of the colour that is rarest."""
    return crop_to_colour(grid, least_common_colour(grid))


@solves("1c786137")
def inside_of_the_frame(grid: Grid) -> Grid:
    """What the big frame encloses."""
    return crop(grid, inner_box(largest(find_objects(grid, diagonal=False))))


@solves("1cf80156")
def crop_the_shape(grid: Grid) -> Grid:
    """The one shape alone."""
    return crop_to_content(grid)


@solves("2013d3e2")
def top_right_quarter(grid: Grid) -> Grid:
    """A quarter of the symmetric shape."""
    return split_equal(crop_to_content(grid), 2, 2)[0][1]


@solves("25ff71a9")
def down_by_one(grid: Grid) -> Grid:
    """Everything moves down by a row."""
    return shift(grid, 1, 0)


@solves("28bf18c6")
def shape_twice(grid: Grid) -> Grid:
    """The shape alone, twice side by side."""
    shape = crop_to_content(grid)
    return beside(shape, shape)


@solves("2dee498d")
def first_third(grid: Grid) -> Grid:
    """One of the three equal parts."""
    return split_equal(grid, 1, 3)[0][0]
