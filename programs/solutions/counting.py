"""Counts and measures turned into shapes."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.catalogue import solves


@solves("1190e5a7")
def one_cell_a_part(grid: Grid) -> Grid:
    """One cell for each part between the separators."""
    parts = split_by_lines(grid)
    return map_parts(parts, lambda part: part[0, 0])


@solves("1fad071e")
def count_blue_squares(grid: Grid) -> Grid:
    """As many blue cells as there are blue squares of four."""
    squares = [one for one in find_objects(grid, diagonal=False) if one.colour == 1 and one.size == 4]
    return fill_reading(1, 5, [1] * len(squares))


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
    return tile_where(fill_reading(side, side, [1] * cells), grid)


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
    return stack(*(fill_reading(1, width, [grid[0, 0]] * (cells + row)) for row in range(width // 2)))


@solves("cdecee7f")
def colours_in_a_snake(grid: Grid) -> Grid:
    """The cells from left to right, laid in a snake of three by three."""
    cells = sorted(foreground(grid).positions, key=lambda cell: cell[1])
    return fill_snake(3, 3, [grid[cell] for cell in cells])


@solves("d631b094")
def count_to_a_row(grid: Grid) -> Grid:
    """A row of as many cells as there are."""
    return colour_row(grid[grid != 0])


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
    return fill_checkered(3, 3, [1] * len(find_objects(grid, diagonal=False)))
