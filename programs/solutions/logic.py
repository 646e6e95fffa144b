"""Parts of a grid combined cell by cell."""
# ruff: noqa: B905, F403, F405

from __future__ import annotations

import numpy as np

from omniarc import *
from programs.catalogue import solves


@solves("06df4c85")
def connect_cells_of_a_lattice(grid: Grid) -> Grid:
    """Blocks of one colour in a row or column of the lattice are joined by blocks."""
    blocks = map_parts(split_by_lines(grid), lambda part: part[0, 0])
    return build_lattice(connect(blocks), (2, 2), separator_colour(grid))


@solves("137eaa0f")
def overlay_around_grey(grid: Grid) -> Grid:
    """The 3x3 surroundings of all grey cells on top of each other."""
    return overlay(*(fit_into(grid, 3, 3, row=1 - row, col=1 - col) for row, col in cells_of(grid == 5)))


@solves("1b2d62fb")
def neither_half(grid: Grid) -> Grid:
    """Light blue where both halves are black."""
    return mask_to_grid(neither(*halves(grid)), 8)


@solves("1e32b0e9")
def complete_cells_like_the_first(grid: Grid) -> Grid:
    """Each part of the lattice gets the shape of the first, missing cells in the separators' colour."""
    parts, colour = split_by_lines(grid), separator_colour(grid)
    shape = mask_to_grid(parts[0][0], colour)
    return join([[overlay(shape, part) for part in row] for row in parts], gap=1, colour=colour)


@solves("272f95fa")
def colour_parts_by_place(grid: Grid) -> Grid:
    """The five middle parts of nine get their colours."""
    colours = picture(".2. 463 .1.").tolist()
    parts = split_by_lines(grid)
    painted = [[blank_like(part, colour) for part, colour in zip(*row)] for row in zip(parts, colours)]
    return join(painted, gap=1, colour=8)


@solves("29623171")
def fullest_part_wins(grid: Grid) -> Grid:
    """The parts with most cells are filled, all others emptied."""
    counts = map_parts(split_by_lines(grid), count_cells)
    fullest = mask_to_grid(counts == counts.max(), least_common_colour(grid))
    return build_lattice(fullest, (3, 3), 5)


@solves("3428a4f5")
def either_but_not_both(grid: Grid) -> Grid:
    """Green where exactly one half has a cell."""
    return mask_to_grid(exactly_one(*halves(grid)), 3)


@solves("39e1d7f9")
def complete_motifs_in_a_lattice(grid: Grid) -> Grid:
    """Every cell of the colour in the middle of the largest motif gets that motif around it."""
    parts = split_by_lines(grid)
    blocks = map_parts(parts, lambda part: part[0, 0])
    motif = largest(find_objects(blocks, multicolour=True)).cells
    completed = stamp(blocks, motif, cells_of(blocks == motif[1, 1]))
    return build_lattice(completed, parts[0][0].shape, separator_colour(grid))


@solves("6430c8c4")
def green_where_both_are_black(grid: Grid) -> Grid:
    """Green where both halves are black."""
    return mask_to_grid(neither(*halves(grid)), 3)


@solves("6773b310")
def parts_with_two_cells(grid: Grid) -> Grid:
    """Blue for the parts that hold two magenta cells."""
    return map_parts(split_by_lines(grid), lambda part: count_colour(part, 6) == 2)


@solves("6ecd11f4")
def cells_where_the_large_shape_is(grid: Grid) -> Grid:
    """The cells of the small picture where the large shape has a block."""
    large, small = by_size(find_objects(grid, multicolour=True))
    chosen = scale_down(large.cells, large.height // small.height, large.width // small.width)
    return np.where(chosen != 0, small.cells, 0)


@solves("77fdfe62")
def quarters_by_corner_colours(grid: Grid) -> Grid:
    """The light blue picture in the middle, each quarter in the colour of its corner."""
    inner = remove_border(grid, 2)
    corners = grid[:: grid.shape[0] - 1, :: grid.shape[1] - 1]
    return np.where(inner == 8, scale_up(corners, inner.shape[0] // 2, inner.shape[1] // 2), 0)


@solves("7837ac64")
def squares_of_crossings(grid: Grid) -> Grid:
    """One cell for four neighbouring crossings of one colour."""
    crossings = grid[(grid != 0).all(1)][:, (grid != 0).all(0)]
    marked = crop_to_mask(crossings, crossings != separator_colour(grid))
    four = [marked[:-1, :-1], marked[1:, :-1], marked[:-1, 1:], marked[1:, 1:]]
    same = (four[0] == four[1]) & (four[0] == four[2]) & (four[0] == four[3])
    return np.where(same & (four[0] != separator_colour(grid)), four[0], 0)


@solves("7c008303")
def quarters_by_the_key(grid: Grid) -> Grid:
    """The green picture, each quarter in the colour of the small key."""
    key, green = sorted(
        parts_by_lines(grid, 8), key=lambda part: (part.shape != (2, 2), part.shape != (6, 6))
    )[:2]
    return np.where(green == 3, scale_up(key, 3), 0)


@solves("99b1bc43")
def green_where_they_differ(grid: Grid) -> Grid:
    """Green where exactly one half has a cell."""
    return mask_to_grid(exactly_one(*halves(grid)), 3)


@solves("9f236235")
def lattice_mirrored(grid: Grid) -> Grid:
    """A cell for each part of the lattice, mirrored."""
    return flip_left_right(map_parts(split_by_lines(grid), lambda part: part[0, 0]))


@solves("a68b268e")
def four_layers(grid: Grid) -> Grid:
    """The four parts on top of each other, the first on top."""
    return overlay(*reversed(parts_by_lines(grid)))


@solves("a87f7484")
def the_panel_with_another_shape(grid: Grid) -> Grid:
    """Of the panels the one whose shape no other has."""
    side = min(grid.shape)
    panels = split_equal(grid, grid.shape[0] // side, grid.shape[1] // side)
    return odd_one_out([panel for row in panels for panel in row], lambda panel: panel != 0)


@solves("b190f7f5")
def pattern_for_each_colour(grid: Grid) -> Grid:
    """The light blue pattern for each cell of the other half, in its colour."""
    colours, pattern = sorted(halves(grid), key=lambda half: 8 in half)
    return np.where(tile(pattern, *colours.shape) == 8, scale_up(colours, *pattern.shape), 0)


@solves("cbded52d")
def connect_equal_places(grid: Grid) -> Grid:
    """Equal cells at the same place of two parts are joined through the part between."""
    result = grid.copy()
    for row in (0, 1):
        for col in (0, 1):
            result[row::3, col::3] = connect(grid[row::3, col::3], over=1)
    return result


@solves("cf98881b")
def three_layers(grid: Grid) -> Grid:
    """The three parts on top of each other, the first on top."""
    return overlay(*reversed(parts_by_lines(grid, 2)))


@solves("dae9d2b5")
def either_half(grid: Grid) -> Grid:
    """Magenta where either half has a cell."""
    return mask_to_grid(either(*halves(grid)), 6)


@solves("f2829549")
def empty_in_both_halves(grid: Grid) -> Grid:
    """Green where neither half has a cell."""
    return mask_to_grid(neither(*halves(grid)), 3)


@solves("fafffa47")
def red_where_both_are_empty(grid: Grid) -> Grid:
    """Red where neither half has a cell."""
    return mask_to_grid(neither(*halves(grid)), 2)
