"""Recolouring by a rule."""
# ruff: noqa: B023, B905, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.registry import solves


@solves("85c4e7cd")
def reverse_the_rings(grid: Grid) -> Grid:
    """Nested squares with their colours in reverse order."""
    rings = np.diagonal(grid)[: grid.shape[0] // 2].tolist()
    return map_colours(grid, dict(zip(rings, reversed(rings))))


@solves("868de0fa")
def fill_by_odd_and_even(grid: Grid) -> Grid:
    """Frames with an even inside are filled with red, with an odd one orange."""
    return paint(grid, enclosed_regions(grid), lambda hole: 2 if hole.height % 2 == 0 else 7)


@solves("9565186b")
def others_to_grey(grid: Grid) -> Grid:
    """All but the most common colour become grey."""
    return np.where(grid == most_common_colour(grid), grid, 5)


@solves("9aec4887")
def coloured_by_the_nearest_side(grid: Grid) -> Grid:
    """The light blue shape in the frame, each cell in the colour of the side that is nearest, if one is."""
    frame = crop_to_content(replace_colour(grid, 8, 0))
    height, width = frame.shape
    sides = (frame[0, 1], frame[1, 0], frame[-1, 1], frame[1, -1])
    for row, col in object_at(keep_colour(grid, 8), grid == 8).positions:
        shape = object_at(grid, grid == 8)
        row, col = row - shape.row + 1, col - shape.col + 1
        away = (row, col, height - 1 - row, width - 1 - col)
        colour = sides[away.index(min(away))] if away.count(min(away)) == 1 else 8
        frame = draw_cells(frame, [(row, col)], colour)
    return frame


@solves("9edfc990")
def larger_gaps_blue(grid: Grid) -> Grid:
    """Black areas of two cells and more become blue."""
    areas = find_objects(grid, diagonal=False, background=-1)
    return paint(grid, [area for area in areas if area.colour == 0 and area.size > 1], 1)


@solves("a5313dff")
def fill_enclosed_blue(grid: Grid) -> Grid:
    """Enclosed areas become blue."""
    return fill_enclosed(grid, 1)


@solves("a5f85a15")
def every_second_column_yellow(grid: Grid) -> Grid:
    """The cells in every second column become yellow."""
    return paint(grid, (grid != 0) & (column_numbers(grid) % 2 == 1), 4)
