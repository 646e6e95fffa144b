"""Counts and measures turned into shapes."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


@solves("1190e5a7")
def one_cell_a_part(grid: Grid) -> Grid:
    """One cell for each part between the separators."""
    parts = split_by_lines(grid)
    return map_parts(parts, lambda part: part[0, 0])


@solves("1fad071e")
def count_blue_squares(grid: Grid) -> Grid:
    """As many blue cells as there are blue squares of four."""
    squares = [one for one in find_objects(grid, diagonal=False) if one.colour == 1 and one.size == 4]
    return fill_cells(1, 5, len(squares), 1)


@solves("25d8a9c8")
def rows_of_one_colour(grid: Grid) -> Grid:
    """Grey for the rows that have one colour."""
    return draw_rows(blank_like(grid), [number for number, row in enumerate(grid) if len({*row}) == 1], 5)


@solves("445eab21")
def colour_of_the_larger(grid: Grid) -> Grid:
    """Two by two cells in the colour of the larger frame."""
    return blank(2, 2, largest(find_objects(grid)).colour)


@solves("44f52bb0")
def is_it_symmetric(grid: Grid) -> Grid:
    """Blue if the grid is its mirror image, else orange."""
    return blank(1, 1, 1 if is_symmetric(grid, "left_right") else 7)


@solves("4be741c5")
def order_of_the_bands(grid: Grid) -> Grid:
    """The colours of the bands in their order, across or down."""
    bands = by_size(find_objects(grid, background=-1))[: len(colours_of(grid))]
    if len({band.col for band in bands}) > 1:
        return colour_row(band.colour for band in sorted(bands, key=lambda band: band.centre[1]))
    return colour_column(band.colour for band in sorted(bands, key=lambda band: band.centre[0]))


@solves("6e02f1e3")
def line_for_the_number_of_colours(grid: Grid) -> Grid:
    """One colour: a row; two: the diagonal; three: the other diagonal."""
    diagonal = diagonal_grid(3, 5)
    lines = {1: draw_rows(blank(3, 3), [0], 5), 2: diagonal, 3: flip_left_right(diagonal)}
    return lines[len(colours_of(grid))]


@solves("794b24be")
def as_many_red_as_blue(grid: Grid) -> Grid:
    """As many red cells as there are blue ones, along the first row, then in the middle."""
    places = [(0, 0), (0, 1), (0, 2), (1, 1)]
    return draw_cells(blank(3, 3), places[: count_colour(grid, 1)], 2)
