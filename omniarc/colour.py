"""Words about colours: which there are, and changing them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt

from omniarc.components import flood_from_edges, reach
from omniarc.values import Grid, LanguageError, Mask, Object, to_grid

__all__ = [
    "colour_counts",
    "colours_of",
    "count_cells",
    "count_colour",
    "fill_enclosed",
    "invert",
    "keep_colour",
    "least_common_colour",
    "map_colours",
    "most_common_colour",
    "paint",
    "replace_colour",
    "spread",
    "swap_colours",
]


def colour_counts(grid: Grid, *, background: int = -1) -> dict[int, int]:
    """How many cells each colour has, most common first (ties: the lower colour), without `background`."""
    counts = np.bincount(to_grid(grid).ravel()).tolist()
    found = [(-count, colour) for colour, count in enumerate(counts) if count and colour != background]
    return {colour: -count for count, colour in sorted(found)}


def colours_of(grid: Grid, *, background: int = -1) -> tuple[int, ...]:
    """The colours of the grid in increasing order, without `background`."""
    counts = np.bincount(to_grid(grid).ravel()).tolist()
    return tuple(colour for colour, count in enumerate(counts) if count and colour != background)


def background_colour(grid: Grid) -> int:
    """The colour taken for background: 0 if the grid has any, else its most common colour."""
    grid = to_grid(grid)
    if b"\0" in grid.tobytes():
        return 0
    return int(np.bincount(grid.ravel()).argmax())


def count_cells(grid: Grid, *, background: int = 0) -> int:
    """The number of cells that are not background."""
    grid = to_grid(grid)
    return grid.size - grid.tobytes().count(background)


def count_colour(grid: Grid, colour: int) -> int:
    """The number of cells of a colour."""
    return to_grid(grid).tobytes().count(colour)


def most_common_colour(cells: Grid, *, background: int = -1) -> int:
    """The colour of the most cells, `background` left out if others occur (ties: the lower colour).

    The cells are a grid or some of one, as in `most_common_colour(grid[mask])`.
    """
    counts = _counts(cells, background)
    return int(counts.argmax())


def least_common_colour(cells: Grid, *, background: int = -1) -> int:
    """The colour of the fewest cells (at least one), `background` left out if others occur (ties: the lower
    colour).

    The cells are a grid or some of one, as for most_common_colour.
    """
    counts = _counts(cells, background)
    return int(np.where(counts > 0, counts, counts.sum() + 1).argmin())


def _counts(cells: Grid, background: int) -> npt.NDArray[np.intp]:
    """The cells of each colour from 0 to 9; the background's only where there is no other."""
    counts = np.bincount(np.asarray(cells).ravel(), minlength=10)
    if background >= 0:
        counts[background] = 0
        if not counts.any():
            counts[background] = 1
    elif not counts.any():
        raise LanguageError("no cells, so no colour")
    return counts


def replace_colour(grid: Grid, old: int, new: int) -> Grid:
    """Every cell of colour `old` becomes `new`."""
    grid = to_grid(grid).copy()
    grid[grid == old] = new
    return grid


def swap_colours(grid: Grid, one: int, other: int) -> Grid:
    """Cells of colour `one` become `other` and the reverse."""
    return map_colours(grid, {one: other, other: one})


def map_colours(grid: Grid, table: Mapping[int, int]) -> Grid:
    """Every colour that is a key of the table becomes its value, all at once."""
    lookup = np.arange(128, dtype=np.int8)
    for old, new in table.items():
        lookup[old] = new
    return lookup[to_grid(grid)]


def keep_colour(grid: Grid, colour: int | Iterable[int], *, background: int = 0) -> Grid:
    """Only cells of the colour (or colours) stay; all others become background."""
    grid = to_grid(grid)
    if isinstance(colour, (int, np.integer)):
        kept = grid == colour
    else:
        kept = np.isin(grid, list(colour))
    return np.where(kept, grid, np.int8(background))


def invert(grid: Grid) -> Grid:
    """A grid of exactly two colours with the two swapped."""
    colours = colours_of(grid)
    if len(colours) != 2:
        raise LanguageError(f"only a grid of two colours can be inverted, this has {len(colours)}")
    return swap_colours(grid, *colours)


def paint(
    grid: Grid,
    where: Mask | Object | Iterable[Object],
    colour: int | Grid | Callable[[Object], int | None],
) -> Grid:
    """Colour the cells of a mask, an object or objects.

    A mask is painted in one colour or in those of a grid; a single truth value is the mask of all cells or
    none. Objects are painted in one colour or by a function of the object, which leaves those for which it
    gives None. Cells off the grid are ignored.
    """
    grid = to_grid(grid).copy()
    if isinstance(where, (np.ndarray, np.bool_, bool)):
        if callable(colour):
            raise LanguageError("a mask is painted in one colour: give objects to colour by function")
        np.copyto(grid, colour, where=np.asarray(where, np.bool_), casting="unsafe")
        return grid
    height, width = grid.shape
    for one in (where,) if isinstance(where, Object) else where:
        chosen = colour(one) if callable(colour) else colour
        if chosen is None:
            continue
        if one.row >= 0 and one.col >= 0 and one.bottom < height and one.right < width:
            grid[one.row : one.bottom + 1, one.col : one.right + 1][one.mask] = chosen
        else:
            for row, col in one.positions:
                if 0 <= row < height and 0 <= col < width:
                    grid[row, col] = chosen
    return grid


def fill_enclosed(grid: Grid, colour: int, *, background: int | None = None, diagonal: bool = False) -> Grid:
    """Colour the background cells that other colours cut off from the grid's edge.

    With `diagonal` the outside also leaks in through diagonal gaps.
    """
    grid = to_grid(grid)
    if background is None:
        background = background_colour(grid)
    return np.where(_enclosed_mask(grid, background=background, diagonal=diagonal), np.int8(colour), grid)


def _enclosed_mask(grid: Grid, *, background: int | None = None, diagonal: bool = False) -> Mask:
    """The background cells that other colours cut off from the grid's edge."""
    grid = to_grid(grid)
    walls = grid != (background_colour(grid) if background is None else background)
    enclosed: Mask = ~(walls | flood_from_edges(walls, diagonal))
    return enclosed


def spread(grid: Grid, colour: int, into: int = 0, *, diagonal: bool = False) -> Grid:
    """Colour every cell of colour `into` that is connected through such cells to a cell of `colour`."""
    grid = to_grid(grid)
    open_cells = (grid == into) | (grid == colour)
    return np.where(reach(open_cells, grid == colour, diagonal), np.int8(colour), grid)
