"""The words of the omniarc language as a prompt shows them: the most used, and three worked examples."""

from __future__ import annotations

import inspect
from functools import lru_cache

# by area; the words that at least two of the programs in `programs/solutions` use
_WORDS = {
    "objects": "find_objects foreground colour_objects enclosed_regions find_frames find_pattern inner_box "
    "largest_rectangle object_at move move_to recolour transform_object copies_along",
    "selecting": "largest smallest by_size size_rank odd_one_out only with_colour",
    "colours": "colours_of colour_counts count_cells count_colour most_common_colour least_common_colour "
    "keep_colour map_colours replace_colour swap_colours paint fill_enclosed spread",
    "drawing": "blank blank_like draw draw_border draw_cells draw_cols draw_line draw_rectangle draw_rows "
    "connect outline paint_cells ray_cells shoot stamp place picture fill_snake fill_reading "
    "colour_column colour_row",
    "masks and cells": "cells_of row_numbers column_numbers columns_with in_block in_box_of touching "
    "mask_to_grid exactly_one neither direction_to gap",
    "geometry": "crop crop_to_content crop_to_mask fit_into flip_left_right flip_up_down transpose rotate "
    "shift scale_up scale_down remove_border remove_repeats continue_shift",
    "composing": "beside stack join overlay tile tile_where mirror_tile build_lattice halves split_equal "
    "split_by_lines parts_by_lines separator_colour change_part map_parts",
    "patterns": "is_symmetric make_symmetric complete_symmetry complete_pattern repeat_to",
}

EXAMPLES = """\
# each object gets the colour 2 if it touches the border, else 3
def transform(grid):
    return paint(grid, find_objects(grid), lambda one: 2 if one.touches_border else 3)

# the largest object alone, mirrored
def transform(grid):
    return flip_left_right(crop(grid, largest(find_objects(grid))))

# the halves on both sides of a middle line: 8 where both have a cell
def transform(grid):
    left, right = halves(grid)
    return mask_to_grid((left != 0) & (right != 0), 8)
"""

_ABOUT = """\
Colours are 0 to 9; a mask is a boolean array; `where` is a mask, a box, an object, or a list of objects.
An object has row, col, height, width, bottom, right, size, area, colour, colours, mask, cells (its box as a
grid), positions, centre, holes, touches_border, is_rectangle, is_square, is_line, is_frame."""


@lru_cache(maxsize=1)
def primitives_text() -> str:
    """The most used words by area, with their parameters, then three worked examples: under 6 KB."""
    import omniarc  # only few prompts need it, and it is slow to import

    areas = [
        f"{area}: " + ", ".join(_call(name, getattr(omniarc, name)) for name in names.split())
        for area, names in _WORDS.items()
    ]
    return "\n".join([*areas, "", _ABOUT, "", "Worked examples:", "", EXAMPLES.strip()])


def _call(name: str, function: object) -> str:
    """A word with its parameters, and those of their defaults that are plain values."""
    parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    return f"{name}({', '.join(map(_parameter, parameters))})"


def _parameter(parameter: inspect.Parameter) -> str:
    if parameter.kind is parameter.VAR_POSITIONAL:
        return f"*{parameter.name}"
    default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
    return parameter.name + (default if len(default) < 12 else "=...")
