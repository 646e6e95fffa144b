"""Whole-grid geometry: flips, rotations, scaling, tilings, crops."""
# ruff: noqa: F403, F405

from __future__ import annotations

from omniarc import *
from programs.registry import solves


@solves("8be77c9e")
def reflection_below(grid: Grid) -> Grid:
    """The grid over its mirror image."""
    return stack(grid, flip_up_down(grid))


@solves("8f2ea7aa")
def shape_in_its_own_cells(grid: Grid) -> Grid:
    """A copy of the shape for each of its cells."""
    shape = crop_to_content(grid)
    return tile_where(shape, shape)


@solves("90c28cc7")
def a_cell_for_a_rectangle(grid: Grid) -> Grid:
    """Each rectangle shrunk to a cell."""
    return remove_repeats(crop_to_content(grid))


@solves("9172f3a0")
def three_times_as_large(grid: Grid) -> Grid:
    """Every cell as three by three."""
    return scale_up(grid, 3)


@solves("a416b8f3")
def side_by_side(grid: Grid) -> Grid:
    """The grid twice."""
    return beside(grid, grid)


@solves("a740d043")
def crop_and_clear(grid: Grid) -> Grid:
    """What lies on blue, with black for blue."""
    return replace_colour(crop_to_content(grid, background=1), 1, 0)


@solves("a79310a0")
def red_and_down(grid: Grid) -> Grid:
    """The shape in red, a row lower."""
    return shift(replace_colour(grid, 8, 2), 1, 0)


@solves("ac0a08a4")
def as_large_as_it_has_cells(grid: Grid) -> Grid:
    """Scaled by the number of coloured cells."""
    return scale_up(grid, count_cells(grid))


@solves("b91ae062")
def as_large_as_it_has_colours(grid: Grid) -> Grid:
    """Scaled by the number of colours."""
    return scale_up(grid, len(colours_of(grid, background=0)))


@solves("b94a9452")
def crop_and_invert(grid: Grid) -> Grid:
    """The square with its two colours swapped."""
    return invert(crop_to_content(grid))


@solves("c59eb873")
def twice_as_large(grid: Grid) -> Grid:
    """Every cell as two by two."""
    return scale_up(grid, 2)


@solves("c909285e")
def crop_to_the_rare_frame(grid: Grid) -> Grid:
    """What the frame of the rarest colour encloses, with it."""
    return crop_to_colour(grid, least_common_colour(grid))


@solves("c9e6f938")
def mirror_to_the_right(grid: Grid) -> Grid:
    """The grid and its mirror image."""
    return mirror_tile(grid, 1, 2)


@solves("d10ecb37")
def top_left_four(grid: Grid) -> Grid:
    """The two by two cells at the top left."""
    return crop(grid, (0, 0, 2, 2))
