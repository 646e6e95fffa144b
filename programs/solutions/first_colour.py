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
    return build_lattice(colours, (3, 3), 5)


@solves("5582e5ca")
def most_common_everywhere(grid: Grid) -> Grid:
    """Everything takes the most common colour."""
    return blank_like(grid, most_common_colour(grid))


@solves("67385a82")
def larger_objects_light_blue(grid: Grid) -> Grid:
    """Green objects of three cells and more become light blue."""
    large = [one for one in find_objects(grid, diagonal=False) if one.size >= 3]
    return paint(grid, large, 8)


@solves("694f12f3")
def insides_by_size(grid: Grid) -> Grid:
    """The inside of the larger rectangle becomes red, of the smaller blue."""
    larger, smaller = by_size(find_objects(grid))
    return draw_rectangle(draw_rectangle(grid, inner_box(larger), 2), inner_box(smaller), 1)


@solves("6cf79266")
def blue_squares_in_gaps(grid: Grid) -> Grid:
    """Black squares of nine cells become blue, each cell at most once."""
    for row, col in find_pattern(grid, blank(3, 3)):
        if not crop(grid, (row, col, 3, 3)).any():
            grid = draw_rectangle(grid, (row, col, 3, 3), 1)
    return grid


@solves("6e82a1ae")
def colour_by_size(grid: Grid) -> Grid:
    """Objects of four cells become blue, of three red, of two green."""
    return paint(grid, find_objects(grid), lambda one: 5 - one.size)


@solves("7447852a")
def every_third_triangle(grid: Grid) -> Grid:
    """Of the areas between the zigzag, every third becomes yellow."""
    areas = find_objects(grid, background=2, diagonal=False)
    return paint(grid, sorted(areas, key=lambda area: area.col)[::3], 4)


@solves("776ffc46")
def like_the_framed_shape(grid: Grid) -> Grid:
    """Blue shapes like the one in the grey frame take its colour."""
    objects = find_objects(grid)
    for frame in find_frames(grid):
        for model in objects:
            if frame.colour == 5 and inside(model, frame):
                grid = paint(grid, [one for one in objects if same_shape(one, model)], model.colour)
    return grid


@solves("7b6016b9")
def closed_red_open_green(grid: Grid) -> Grid:
    """Areas closed in by the lines become red, the rest green."""
    return replace_colour(fill_enclosed(grid, 2), 0, 3)


@solves("83302e8f")
def whole_squares_green(grid: Grid) -> Grid:
    """Areas of the lattice that are whole squares become green, others yellow."""
    areas = [one for one in find_objects(grid, diagonal=False, background=-1) if one.colour == 0]
    return paint(grid, areas, lambda area: 3 if area.is_square and area.is_rectangle else 4)
