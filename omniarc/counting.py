"""Words that turn numbers into shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from omniarc.values import Grid, LanguageError, Object, blank

__all__ = [
    "bar_chart",
    "colour_column",
    "colour_line",
    "colour_row",
    "diagonal_grid",
    "fill_checkered",
    "fill_reading",
    "fill_snake",
]


def colour_row(colours: Iterable[int]) -> Grid:
    """A grid of one row, a cell for each colour."""
    cells = [int(colour) for colour in colours]
    if not cells:
        raise LanguageError("a row needs at least one colour")
    return np.array([cells], np.int8)


def colour_column(colours: Iterable[int]) -> Grid:
    """A grid of one column, a cell for each colour."""
    return colour_row(colours).T.copy()


def diagonal_grid(size: int, colour: int, *, background: int = 0) -> Grid:
    """A square grid with the diagonal from the top left in the colour."""
    grid = blank(size, size, background)
    np.fill_diagonal(grid, colour)
    return grid


def bar_chart(
    lengths: Sequence[int], colours: Sequence[int] | int, *, background: int = 0, height: int = 1
) -> Grid:
    """Columns that stand on the bottom row, one for each length, in the given colours.

    The grid is as high as the longest, and at least `height`.
    """
    if not lengths:
        raise LanguageError("a bar chart needs at least one bar")
    grid = blank(max(height, *lengths), len(lengths), background)
    shades = [colours] * len(lengths) if isinstance(colours, int) else colours
    for col, (length, colour) in enumerate(zip(lengths, shades, strict=True)):
        if length > 0:
            grid[-length:, col] = colour
    return grid


def fill_snake(height: int, width: int, colours: Iterable[int], *, background: int = 0) -> Grid:
    """A grid filled row by row with the colours, every second row from right to left."""
    grid = blank(height, width, background)
    for place, colour in enumerate(colours):
        row, col = divmod(place, width)
        if row >= height:
            break
        grid[row, width - 1 - col if row % 2 else col] = colour
    return grid


def fill_reading(height: int, width: int, colours: Iterable[int], *, background: int = 0) -> Grid:
    """A grid filled row by row, left to right, with the colours; what does not fit is dropped."""
    grid = blank(height, width, background)
    cells = [int(colour) for colour in colours][: height * width]
    grid.ravel()[: len(cells)] = cells
    return grid


def fill_checkered(height: int, width: int, colours: Iterable[int], *, background: int = 0) -> Grid:
    """Like fill_reading, on every second cell only: those whose row and column numbers add up to even."""
    rows, cols = np.indices((height, width))
    grid = blank(height, width, background)
    spots = np.flatnonzero((rows + cols) % 2 == 0)
    cells = [int(colour) for colour in colours][: spots.size]
    grid.ravel()[spots[: len(cells)]] = cells
    return grid


def colour_line(objects: Iterable[Object]) -> Grid:
    """The objects' colours as a grid of one line: left to right as a row if their middles spread more across
    than down, else top to bottom as a column."""
    things = list(objects)
    if not things:
        raise LanguageError("a line needs at least one object")
    downs = [one.centre[0] for one in things]
    across = [one.centre[1] for one in things]
    if max(across) - min(across) > max(downs) - min(downs):
        return colour_row(one.colour for one in sorted(things, key=lambda one: one.centre[1]))
    return colour_column(one.colour for one in sorted(things, key=lambda one: one.centre[0]))
