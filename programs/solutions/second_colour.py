"""Recolouring by a rule."""
# ruff: noqa: B905, F403, F405

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
def blue_spreads(grid: Grid) -> Grid:
    """Blue spreads into all black cells that it reaches."""
    return spread(grid, 1)


@solves("a5313dff")
def fill_enclosed_blue(grid: Grid) -> Grid:
    """Enclosed areas become blue."""
    return fill_enclosed(grid, 1)


@solves("a5f85a15")
def every_second_column_yellow(grid: Grid) -> Grid:
    """The cells in every second column become yellow."""
    return paint(grid, (grid != 0) & (column_numbers(grid) % 2 == 1), 4)


@solves("aabf363d")
def in_the_corner_colour(grid: Grid) -> Grid:
    """The shape takes the colour of the corner cell, which goes."""
    colour = grid[-1, 0]
    shape = largest(find_objects(grid))
    return paint(blank_like(grid), shape, colour)


@solves("aedd82e4")
def single_cells_blue(grid: Grid) -> Grid:
    """Single red cells become blue."""
    return paint(grid, [one for one in find_objects(grid, diagonal=False) if one.size == 1], 1)


@solves("b1948b0a")
def magenta_to_red(grid: Grid) -> Grid:
    """Magenta becomes red."""
    return replace_colour(grid, 6, 2)


@solves("b782dc8a")
def alternate_through_the_maze(grid: Grid) -> Grid:
    """The two colours of the seed fill the corridors in turn."""
    middle = least_common_colour(grid)
    other = only(colours_of(grid), lambda colour: colour not in (0, 8, middle))
    ((row, col),) = cells_of(grid, middle)
    filled = spread(replace_colour(grid, middle, other), other)
    same = (row_numbers(grid) + column_numbers(grid) - row - col) % 2 == 0
    return paint(filled, (filled == other) & same, middle)


@solves("ba26e723")
def every_third_column_magenta(grid: Grid) -> Grid:
    """The yellow cells of every third column become magenta."""
    return paint(grid, (grid == 4) & (column_numbers(grid) % 3 == 0), 6)


@solves("ba97ae07")
def under_becomes_over(grid: Grid) -> Grid:
    """The line that lies below at the crossing comes to lie above."""
    crossing = (grid != 0).all(1)[:, None] & (grid != 0).all(0)
    above = grid[crossing][0]
    return paint(grid, crossing, only(colours_of(grid, background=0), lambda colour: colour != above))


@solves("bda2d7a6")
def colours_move_inwards(grid: Grid) -> Grid:
    """Each ring takes the colour of the ring outside it, the outermost the last colour."""
    rings = list(dict.fromkeys(np.diagonal(grid).tolist()))
    return map_colours(grid, dict(zip(rings, rings[-1:] + rings[:-1])))


@solves("c9f8e694")
def grey_by_row(grid: Grid) -> Grid:
    """Grey cells take the colour that their row starts with."""
    return np.where(grid == 5, grid[:, :1], grid)


@solves("d23f8c26")
def only_the_middle_column(grid: Grid) -> Grid:
    """All but the middle column becomes black."""
    return paint(grid, column_numbers(grid) != grid.shape[1] // 2, 0)


@solves("d511f180")
def grey_and_light_blue_swapped(grid: Grid) -> Grid:
    """Grey becomes light blue and light blue grey."""
    return swap_colours(grid, 5, 8)


@solves("d5d6de2d")
def only_the_insides(grid: Grid) -> Grid:
    """The insides of the red frames in green, nothing else."""
    return replace_colour(fill_enclosed(grid, 3), 2, 0)
