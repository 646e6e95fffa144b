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


@solves("32597951")
def blue_in_the_box(grid: Grid) -> Grid:
    """Blue cells within the box of the light blue ones become green."""
    return paint(grid, in_box_of(grid == 8) & (grid == 1), 3)


@solves("36fdfd69")
def fill_boxes_of_red(grid: Grid) -> Grid:
    """The boxes of groups of red cells, gaps of one allowed, are filled with yellow."""
    red = grid == 2
    for group in clusters(red, 2):
        grid = paint(grid, in_box_of(group) & ~red, 4)
    return grid


@solves("44d8ac46")
def fill_square_holes(grid: Grid) -> Grid:
    """Square holes become red."""
    holes = [hole for hole in enclosed_regions(grid) if hole.is_square and hole.is_rectangle]
    return paint(grid, holes, 2)


@solves("50cb2852")
def fill_the_inside(grid: Grid) -> Grid:
    """The inside of each rectangle becomes light blue."""
    for one in find_objects(grid):
        grid = draw_rectangle(grid, inner_box(one), 8)
    return grid


@solves("54d9e175")
def recolour_parts(grid: Grid) -> Grid:
    """Each part is filled with the colour that its cell stands for."""
    colours = map_colours(map_parts(split_by_lines(grid), np.max), {1: 6, 2: 7, 3: 8, 4: 9})
    return build_lattice(colours, 3, 3, 5)


@solves("5582e5ca")
def most_common_everywhere(grid: Grid) -> Grid:
    """Everything takes the most common colour."""
    return blank(*grid.shape, most_common_colour(grid))
