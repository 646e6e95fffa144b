"""Geometry: crop, mirror, scale, stack."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


@solves("f25fbde4")
def content_twice_as_large(grid: Grid) -> Grid:
    """The content, scaled by two."""
    return scale_up(crop_to_content(grid), 2)


@solves("f25ffba3")
def mirror_upwards(grid: Grid) -> Grid:
    """The lower half is mirrored upwards."""
    return overlay(grid, flip_up_down(grid))


@solves("eb281b96")
def mirror_down_three_times(grid: Grid) -> Grid:
    """The grid is mirrored downwards three times, sharing its edge rows."""
    mirrored = flip_up_down(grid)
    return stack(grid, mirrored[1:], grid[1:], mirrored[1:])


@solves("eb5a1d5d")
def shrink_to_structure(grid: Grid) -> Grid:
    """Repeated rows and columns are left out."""
    return remove_repeats(grid)


@solves("e3497940")
def fold_at_the_grey_line(grid: Grid) -> Grid:
    """The right half is folded onto the left."""
    left, right = parts_by_lines(grid, 5)
    return overlay(left, flip_left_right(right))


@solves("e98196ab")
def lay_halves_on_each_other(grid: Grid) -> Grid:
    """What both halves hold, in one."""
    return overlay(*parts_by_lines(grid, 5))
