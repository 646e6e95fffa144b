"""Layers of what the grid's regularities say a cell should be: hidden mirror axes, periods, panels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.cells.layers import OUTSIDE, Colours, Layers, places

_Spans = list[tuple[int, int]]


def add_regularities(layers: Layers, grid: Grid, background: int) -> None:
    """Colours by mirror axis (found where it fits best), by row, column, plane and diagonal period."""
    by_columns = _reflected(grid, background)
    by_rows = np.ascontiguousarray(_reflected(np.ascontiguousarray(grid.T), background).T)
    layers.colour("reflected_left_right", by_columns)
    layers.colour("reflected_up_down", by_rows)
    row, column = places(grid.shape)
    wide, tall = _period(grid, background), _period(np.ascontiguousarray(grid.T), background)
    layers.number("period_wide", wide)
    layers.number("period_tall", tall)
    layers.colour("tiled", _by_class(grid, background, (row % tall) * 30 + column % wide))
    layers.colour("tiled_rows", _by_class(grid, background, row * 30 + column % wide))
    layers.colour("tiled_columns", _by_class(grid, background, (row % tall) * 30 + column))
    for name, along in (("diagonal", row + column), ("anti_diagonal", row - column + 30)):
        layers.colour(f"tiled_{name}", _by_diagonal(grid, background, along))


def _reflected(grid: Grid, background: int) -> Colours:
    """Each cell's image under the best left-right mirror axis, OUTSIDE where it falls beyond the grid."""
    width = grid.shape[1]
    filled = grid != background
    best, axis = -1.0, width - 1
    for total in range(width // 2, width + (width - 1) // 2 + 1):  # column + image column
        left, right = max(0, total - width + 1), min(total, width - 1)
        part, image = grid[:, left : right + 1], grid[:, left : right + 1][:, ::-1]
        shown = filled[:, left : right + 1] & filled[:, left : right + 1][:, ::-1]
        agree = int(((part == image) & shown).sum())
        differ = int(((part != image) & shown).sum())
        score = agree - 8 * differ
        if score > best:
            best, axis = score, total
    result = np.full(grid.shape, OUTSIDE, np.int8)
    left, right = max(0, axis - width + 1), min(axis, width - 1)
    result[:, left : right + 1] = grid[:, left : right + 1][:, ::-1]
    return result


def _period(grid: Grid, background: int) -> int:
    """The smallest shift to the right under which (nearly) all filled cells agree; the width if none."""
    width = grid.shape[1]
    for shift in range(1, width // 2 + 1):
        here, there = grid[:, shift:], grid[:, :-shift]
        shown = (here != background) & (there != background)
        total = int(shown.sum())
        if total >= grid.shape[0] and int((here == there)[shown].sum()) == total:
            return shift
    return int(width)


def _by_class(grid: Grid, background: int, classes: np.ndarray) -> Colours:
    """The commonest filled colour of each class of cells; the background where a class has none."""
    table = np.zeros((int(classes.max()) + 1, 10), np.int32)
    np.add.at(table, (classes.ravel(), grid.ravel()), 1)
    table[:, background] = 0
    common = np.where(table.sum(1) > 0, table.argmax(1), background)
    result: Colours = common[classes].astype(np.int8)
    return result


def _by_diagonal(grid: Grid, background: int, along: np.ndarray) -> Colours:
    """Colours that repeat along diagonals, under the smallest period that no filled cell contradicts."""
    filled = grid != background
    if int(filled.sum()) < 3:
        return np.full(grid.shape, OUTSIDE, np.int8)
    for period in range(2, 11):
        proposed = _by_class(grid, background, along % period)
        if (proposed == grid)[filled].all():
            return proposed
    return np.full(grid.shape, OUTSIDE, np.int8)


def separators(grid: Grid) -> tuple[int, list[tuple[int, int]], list[tuple[int, int]]]:
    """The colour of full separating lines (-1 if none), and the row and column spans between them.

    A separator is a row or column of one colour; the colour with the most such lines that leave no span
    of the grid empty of other cells counts.
    """
    best: tuple[int, int, list[tuple[int, int]], list[tuple[int, int]]] = (0, -1, [], [])
    for colour in np.unique(grid):
        rows, columns = (grid == colour).all(1), (grid == colour).all(0)
        across, along = _spans(rows), _spans(columns)
        lines = int(rows.sum() + columns.sum())
        if lines == 0 or not across or not along or len(across) * len(along) < 2:
            continue
        if (rows[1:] & rows[:-1]).any() or (columns[1:] & columns[:-1]).any():
            lines = 1  # thick bands are more often background than separators
        if lines > best[0]:
            best = (lines, int(colour), across, along)
    if best[1] < 0:
        return -1, [(0, grid.shape[0])], [(0, grid.shape[1])]
    return best[1:]


def _spans(lines: np.ndarray) -> list[tuple[int, int]]:
    """Runs of False as (start, end)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[1], lines.astype(int), [1]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def add_panels(layers: Layers, grid: Grid, background: int) -> None:
    """Where the cell lies among the panels between separators, and what its panel and the others hold."""
    colour, rows, columns = separators(grid)
    layers.colour("separator", colour if colour >= 0 else OUTSIDE)
    shape = grid.shape
    panel_row, in_row = np.full(shape[0], -1), np.full(shape[0], -1)
    panel_column, in_column = np.full(shape[1], -1), np.full(shape[1], -1)
    for number, (start, end) in enumerate(rows):
        panel_row[start:end], in_row[start:end] = number, np.arange(end - start)
    for number, (start, end) in enumerate(columns):
        panel_column[start:end], in_column[start:end] = number, np.arange(end - start)
    down, right = np.broadcast_to(panel_row[:, None], shape), np.broadcast_to(panel_column, shape)
    layers.number("panel_row", down)
    layers.number("panel_column", right)
    layers.number("panel_row_mod_2", down % 2)
    layers.number("panel_column_mod_2", right % 2)
    layers.number("panel_rows_below", len(rows) - 1 - down)
    layers.number("panel_columns_after", len(columns) - 1 - right)
    layers.number("panels", len(rows) * len(columns) if colour >= 0 else 0)
    layers.number("row_in_panel", np.broadcast_to(in_row[:, None], shape))
    layers.number("column_in_panel", np.broadcast_to(in_column, shape))
    inside = (down >= 0) & (right >= 0)
    panel = np.where(inside, down * len(columns) + right, len(rows) * len(columns))
    table = np.zeros((len(rows) * len(columns) + 1, 10), int)
    np.add.at(table, (panel.ravel(), grid.ravel()), 1)
    table[-1] = 0
    table[:, background] = 0
    filled = table.sum(1)
    layers.number("panel_filled", filled[panel])
    layers.number("panel_fullest", (filled == filled[:-1].max())[panel])
    layers.number("panel_emptiest", (filled == filled[:-1].min())[panel])
    layers.number("panel_kinds", (table > 0).sum(1)[panel])
    layers.number("panel_own_count", table[panel, grid])
    common = np.where(filled > 0, table.argmax(1), OUTSIDE)
    layers.colour("panel_common", common[panel])
    rare = np.where(filled > 0, np.where(table == 0, 10**6, table).argmin(1), OUTSIDE)
    layers.colour("panel_rarest", rare[panel])
    _add_other_panels(layers, grid, background, (rows, columns), filled, (down, right, in_row, in_column))


def _add_other_panels(
    layers: Layers,
    grid: Grid,
    background: int,
    spans: tuple[_Spans, _Spans],
    filled: npt.NDArray[np.int64],
    where: tuple[npt.NDArray[np.int64], ...],
) -> None:
    """The cell at this place in the fullest panel and in all panels; the panel that this place points to."""
    (rows, columns), (down, right, in_row, in_column) = spans, where
    missing = np.full(grid.shape, OUTSIDE, np.int8)
    sizes = {end - start for start, end in rows}, {end - start for start, end in columns}
    several = len(rows) * len(columns) > 1
    if not several or len(sizes[0]) > 1 or len(sizes[1]) > 1:
        for name in ("place_in_fullest", "place_in_any", "panel_in_fullest"):
            layers.colour(name, missing)
        return
    stack = np.stack([grid[a:b, c:d] for a, b in rows for c, d in columns])
    fullest = stack[int(filled[:-1].argmax())]
    shown = stack != background
    first = np.where(shown.any(0), np.take_along_axis(stack, shown.argmax(0)[None], 0)[0], background)
    place_row = np.broadcast_to(in_row[:, None], grid.shape)
    place_column = np.broadcast_to(in_column, grid.shape)
    inside = (down >= 0) & (right >= 0)
    for name, source in (("place_in_fullest", fullest), ("place_in_any", first)):
        values = source[np.where(inside, place_row, 0), np.where(inside, place_column, 0)]
        layers.colour(name, np.where(inside, values, OUTSIDE))
    fits = inside & (down < fullest.shape[0]) & (right < fullest.shape[1])
    values = fullest[np.where(fits, down, 0), np.where(fits, right, 0)]
    layers.colour("panel_in_fullest", np.where(fits, values, OUTSIDE))
