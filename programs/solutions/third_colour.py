"""Colours: who takes which."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


@solves("f76d97a5")
def grey_takes_the_colour(grid: Grid) -> Grid:
    """Grey takes the other colour, which becomes black."""
    colour = only(colours_of(grid), lambda colour: colour != 5)
    return map_colours(grid, {5: colour, colour: 0})


@solves("e8593010")
def black_by_size(grid: Grid) -> Grid:
    """Black areas of one, two, three cells become green, red, blue."""
    areas = find_objects(grid, diagonal=False, background=5)
    return paint(grid, areas, lambda one: 4 - one.size)


@solves("e9afcf9a")
def alternate_two_rows(grid: Grid) -> Grid:
    """The two rows change places in every second column."""
    return colour_where(grid, column_numbers(grid) % 2 == 1, flip_up_down(grid))


@solves("ea32f347")
def grey_lines_by_length(grid: Grid) -> Grid:
    """The lines become blue, yellow, red from the longest to the shortest."""
    lines = find_objects(grid)
    return paint(grid, lines, lambda one: (1, 4, 2)[size_rank(lines, one)])


@solves("ddf7fa4f")
def grey_takes_the_colour_above(grid: Grid) -> Grid:
    """Each grey rectangle takes the colour that stands over it in the top row."""
    grey = with_colour(find_objects(grid, diagonal=False), 5)
    return paint(grid, grey, lambda one: grid[0, one.col : one.right + 1].max())
