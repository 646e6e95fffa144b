"""Counts and measures turned into shapes."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


@solves("8e1813be")
def stripes_in_order(grid: Grid) -> Grid:
    """The lines' colours in order as a square of stripes."""
    lines = [one for one in colour_objects(grid) if one.colour != 5]
    if lines[0].height == 1:
        stripe = colour_column(line.colour for line in sorted(lines, key=lambda line: line.row))
        return tile(stripe, 1, len(lines))
    stripe = colour_row(line.colour for line in sorted(lines, key=lambda line: line.col))
    return tile(stripe, len(lines), 1)


@solves("91413438")
def as_many_copies_as_cells(grid: Grid) -> Grid:
    """A copy for each coloured cell, in a square whose side is the number of black cells."""
    cells = count_cells(grid)
    side = grid.size - cells
    return tile_where(fill_cells(side, side, cells, 1), grid)


@solves("995c5fa3")
def rows_for_shapes(grid: Grid) -> Grid:
    """A row for each part, its colour by where the gap is."""

    def colour_of(part: Grid) -> int:
        return 2 if part.all() else 3 if part[1, 0] == 0 else 4 if part[3, 1] == 0 else 8

    return tile(colour_column(colour_of(part) for part in parts_by_lines(grid, 0)), 1, 3)


@solves("9af7a82c")
def hanging_bars(grid: Grid) -> Grid:
    """A bar for each colour as long as it has cells, the longest first, hanging from the top."""
    counts = colour_counts(grid)
    return flip_up_down(bar_chart(list(counts.values()), list(counts)))


@solves("a85d4709")
def row_colours_by_place(grid: Grid) -> Grid:
    """Each row takes the colour that goes with the place of its grey cell."""
    return tile(colour_column((2, 4, 3)[place] for place in grid.argmax(1)), 1, 3)


@solves("b0c4d837")
def how_much_is_missing(grid: Grid) -> Grid:
    """As many cells as the cup lacks rows to be full, laid in a snake."""
    cup, water = object_at(grid, grid == 5), object_at(grid, grid == 8)
    return fill_snake(3, 3, [8] * (cup.height - 1 - water.height))


@solves("b9b7f026")
def colour_of_the_hollow_one(grid: Grid) -> Grid:
    """One cell in the colour of the rectangle with a hole."""
    return blank(1, 1, only(find_objects(grid), lambda one: one.holes).colour)


@solves("bbc9ae5d")
def one_more_in_each_row(grid: Grid) -> Grid:
    """Half as many rows as columns, each with a cell more."""
    width, cells = grid.shape[1], count_cells(grid)
    return stack(*(fill_cells(1, width, cells + row, grid[0, 0]) for row in range(width // 2)))


@solves("cdecee7f")
def colours_in_a_snake(grid: Grid) -> Grid:
    """The cells from left to right, laid in a snake of three by three."""
    cells = sorted(foreground(grid).positions, key=lambda cell: cell[1])
    return fill_snake(3, 3, [grid[cell] for cell in cells])


@solves("d631b094")
def count_to_a_row(grid: Grid) -> Grid:
    """A row of as many cells as there are."""
    return colour_row(grid[grid != 0])
