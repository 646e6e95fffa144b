"""Words that split grids into grids and join grids into grids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from omniarc.colour import most_common_colour
from omniarc.values import Box, Grid, LanguageError, Mask, Object, blank, to_box, to_grid, to_mask

__all__ = [
    "beside",
    "build_lattice",
    "change_part",
    "change_parts",
    "colour_parts",
    "halves",
    "join",
    "map_parts",
    "mirror_tile",
    "overlay",
    "part_colours",
    "parts_by_lines",
    "picture",
    "place",
    "separator_colour",
    "split_by_lines",
    "split_equal",
    "stack",
    "tile",
    "tile_where",
]


def beside(*grids: Grid, gap: int = 0, colour: int = 0) -> Grid:
    """Grids of one height side by side, with `gap` columns of a colour between them."""
    return _row([to_grid(grid) for grid in grids], gap, colour).copy()


def stack(*grids: Grid, gap: int = 0, colour: int = 0) -> Grid:
    """Grids of one width on top of each other, with `gap` rows of a colour between them."""
    return _row([to_grid(grid).T for grid in grids], gap, colour).T.copy()


def _row(grids: list[Grid], gap: int, colour: int) -> Grid:
    if not grids or any(grid.shape[0] != grids[0].shape[0] for grid in grids):
        raise LanguageError(f"these grids do not fit together: {[grid.shape for grid in grids]}")
    if not gap:
        return np.concatenate(grids, 1)
    line = blank(grids[0].shape[0], gap, colour)
    parts = [grids[0]]
    for grid in grids[1:]:
        parts += [line, grid]
    return np.concatenate(parts, 1)


def join(rows: Sequence[Sequence[Grid]], *, gap: int = 0, colour: int = 0) -> Grid:
    """Rows of grids as one grid: undoes split_equal, and split_by_lines with gap=1."""
    return stack(*(beside(*row, gap=gap, colour=colour) for row in rows), gap=gap, colour=colour)


def tile(grid: Grid, rows: int, cols: int) -> Grid:
    """The grid repeated the given numbers of times down and across."""
    if rows < 1 or cols < 1:
        raise LanguageError("a tiling has at least one row and one column")
    return np.tile(to_grid(grid), (rows, cols))


def mirror_tile(grid: Grid, rows: int = 2, cols: int = 2) -> Grid:
    """The grid repeated, each copy the mirror image of the copies beside, above and below it."""
    grid = to_grid(grid)
    height, width = grid.shape
    down, across = np.arange(rows * height), np.arange(cols * width)
    down = np.where(down // height % 2, height - 1 - down % height, down % height)
    across = np.where(across // width % 2, width - 1 - across % width, across % width)
    result: Grid = grid[down[:, None], across]
    return result


def tile_where(mask: Mask, grid: Grid, *, background: int = 0) -> Grid:
    """One copy of the grid for each true cell of the mask, background for each false one."""
    mask, grid = to_mask(mask), to_grid(grid)
    height, width = grid.shape
    spots = mask.repeat(height, 0).repeat(width, 1)
    return np.where(spots, np.tile(grid, mask.shape), np.int8(background))


def overlay(*grids: Grid, transparent: int = 0) -> Grid:
    """Grids of one shape laid on each other, the last on top; `transparent` cells show what is below."""
    if not grids:
        raise LanguageError("no grids to overlay")
    result = to_grid(grids[0]).copy()
    for grid in grids[1:]:
        top = to_grid(grid)
        if top.shape != result.shape:
            raise LanguageError(f"cannot overlay grids of {result.shape} and {top.shape}")
        np.copyto(result, top, where=top != transparent)
    return result


def place(grid: Grid, part: Grid, row: int, col: int, *, transparent: int | None = None) -> Grid:
    """The grid with a smaller grid laid on it, its top left at (row, col); clipped at the edges."""
    result, part = to_grid(grid).copy(), to_grid(part)
    top, left = max(row, 0), max(col, 0)
    bottom, right = min(row + part.shape[0], result.shape[0]), min(col + part.shape[1], result.shape[1])
    if top < bottom and left < right:
        shown = part[top - row : bottom - row, left - col : right - col]
        seen = True if transparent is None else shown != transparent
        np.copyto(result[top:bottom, left:right], shown, where=seen)
    return result


def split_equal(grid: Grid, rows: int, cols: int) -> list[list[Grid]]:
    """The grid cut into rows x cols parts of one shape, as rows of grids."""
    grid = to_grid(grid)
    height, width = grid.shape
    if rows < 1 or cols < 1 or height % rows or width % cols:
        raise LanguageError(f"a {height}x{width} grid does not split into {rows}x{cols} equal parts")
    high, wide = height // rows, width // cols
    return [
        [grid[r * high : (r + 1) * high, c * wide : (c + 1) * wide].copy() for c in range(cols)]
        for r in range(rows)
    ]


def halves(grid: Grid) -> tuple[Grid, Grid]:
    """The two halves of a grid along its longer side, without the middle line if that side is odd."""
    grid = to_grid(grid)
    wide = grid.shape[1] >= grid.shape[0]
    lines = grid.T if wide else grid
    half = lines.shape[0] // 2
    if not half:
        raise LanguageError("a single cell has no halves")
    first, second = lines[:half], lines[-half:]
    return (first.T.copy(), second.T.copy()) if wide else (first.copy(), second.copy())


def split_by_lines(grid: Grid, colour: int | None = None) -> list[list[Grid]]:
    """The grid cut at the full rows and columns of one colour, as rows of grids.

    The separators are dropped. Their colour is inferred if None (see separator_colour).
    """
    grid = to_grid(grid)
    if colour is None:
        colour = separator_colour(grid)
    own = grid == colour
    row_runs, col_runs = _runs(~own.all(1)), _runs(~own.all(0))
    if not row_runs or not col_runs:
        raise LanguageError("nothing but separators")
    return [[grid[top:bottom, left:right].copy() for left, right in col_runs] for top, bottom in row_runs]


def _runs(flags: Mask) -> list[tuple[int, int]]:
    runs, start = [], -1
    for place_, flag in enumerate([*flags.tolist(), False]):
        if flag and start < 0:
            start = place_
        elif not flag and start >= 0:
            runs.append((start, place_))
            start = -1
    return runs


def separator_colour(grid: Grid, *, background: int = 0) -> int:
    """The colour other than the background that fills most whole rows and columns (LanguageError if none)."""
    grid = to_grid(grid)
    count: dict[int, int] = {}
    for lines in (grid, grid.T):
        for colour in lines[(lines == lines[:, :1]).all(1), 0].tolist():
            if colour != background:
                count[colour] = count.get(colour, 0) + 1
    if not count:
        raise LanguageError("no separator: no full row or column of one colour")
    return max(count, key=lambda colour: (count[colour], -colour))


def parts_by_lines(grid: Grid, colour: int | None = None) -> list[Grid]:
    """The parts of split_by_lines in reading order."""
    return [part for row in split_by_lines(grid, colour) for part in row]


def map_parts(rows: Iterable[Iterable[Grid]], colour_of: Callable[[Grid], int]) -> Grid:
    """One cell for each part: its colour is a function of the part."""
    return to_grid([[int(colour_of(part)) for part in row] for row in rows])


def change_part(grid: Grid, where: Object | Box, change: Callable[[Grid], Grid]) -> Grid:
    """The grid with the part in a box (or an object's box) replaced by what `change` makes of it."""
    row, col, height, width = to_box(where)
    grid = to_grid(grid)
    if row < 0 or col < 0 or row + height > grid.shape[0] or col + width > grid.shape[1]:
        raise LanguageError(f"the box {to_box(where)} does not lie in a grid of {grid.shape}")
    return place(grid, change(grid[row : row + height, col : col + width].copy()), row, col)


def change_parts(grid: Grid, places: Iterable[Object | Box], change: Callable[[Grid], Grid]) -> Grid:
    """The grid with each part in a box (or an object's box) replaced by what `change` makes of it."""
    out = to_grid(grid).copy()
    for where in places:
        out = change_part(out, where, change)
    return out


def picture(text: str) -> Grid:
    """A grid written as rows of digits, separated by blanks or slashes; a dot is 0."""
    rows = text.replace("/", " ").replace(".", "0").split()
    if not rows or any(len(row) != len(rows[0]) or not row.isdecimal() for row in rows):
        raise LanguageError(f"not rows of digits of one length: {text!r}")
    return np.array([[int(cell) for cell in row] for row in rows], np.int8)


def part_colours(grid: Grid) -> Grid:
    """One cell for each part of split_by_lines, in the colour that most of its cells have."""
    return map_parts(split_by_lines(grid), most_common_colour)


def colour_parts(grid: Grid, colours: Grid) -> Grid:
    """The grid with each part of split_by_lines in one colour, that of its cell in `colours`.

    LanguageError if the grid has another number of parts.
    """
    grid = to_grid(grid)
    own = grid == separator_colour(grid)
    row_runs, col_runs = _runs(~own.all(1)), _runs(~own.all(0))
    if (len(row_runs), len(col_runs)) != np.shape(colours):
        raise LanguageError(f"{len(row_runs)} x {len(col_runs)} parts, colours for {np.shape(colours)}")
    out = grid.copy()
    for (top, bottom), row in zip(row_runs, colours, strict=True):
        for (left, right), colour in zip(col_runs, row, strict=True):
            out[top:bottom, left:right] = colour
    return out


def build_lattice(colours: Grid, shape: tuple[int, int], line: int) -> Grid:
    """A lattice with a part of that shape for each cell, in its colour, and lines of one colour between."""
    height, width = shape
    parts = [[blank(height, width, colour) for colour in row] for row in to_grid(colours)]
    return join(parts, gap=1, colour=line)
