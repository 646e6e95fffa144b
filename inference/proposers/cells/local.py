"""Layers of position, neighbourhood, line of sight, row, column and the whole grid's colours."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from arc import Grid
from inference.proposers.cells.layers import OUTSIDE, Colours, Layers, Numbers, most_common, shifted

NEAR = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0)]
FAR = [(r, c) for r in range(-2, 3) for c in range(-2, 3) if max(abs(r), abs(c)) == 2]
_NAMES = {(-1, 0): "up", (1, 0): "down", (0, -1): "left", (0, 1): "right"}
_NAMES |= {(-1, -1): "up_left", (-1, 1): "up_right", (1, -1): "down_left", (1, 1): "down_right"}
_OPPOSITE = (("up", "down"), ("left", "right"), ("up_left", "down_right"), ("up_right", "down_left"))


def add_position(layers: Layers) -> None:
    """Rows and columns from each border, parities, diagonals, distance to the border."""
    height, width = layers.shape
    row, column = np.indices(layers.shape)
    below, after = height - 1 - row, width - 1 - column
    layers.number("row", row)
    layers.number("column", column)
    layers.number("rows_below", below)
    layers.number("columns_after", after)
    for modulus in (2, 3, 4):
        layers.number(f"row_mod_{modulus}", row % modulus)
        layers.number(f"column_mod_{modulus}", column % modulus)
        layers.number(f"rows_below_mod_{modulus}", below % modulus)
        layers.number(f"columns_after_mod_{modulus}", after % modulus)
        layers.number(f"sum_mod_{modulus}", (row + column) % modulus)
    layers.number("diagonal", row - column)
    layers.number("anti_diagonal", row - after)
    ring = np.minimum(np.minimum(row, below), np.minimum(column, after))
    layers.number("ring", ring)
    layers.number("ring_mod_2", ring % 2)
    layers.number("height", height)
    layers.number("width", width)
    layers.number("from_middle_row", np.abs(row - below))
    layers.number("from_middle_column", np.abs(column - after))


def add_neighbours(layers: Layers, grid: Grid, background: int) -> None:
    """The cell itself, its 24 neighbours, and how many of them are filled or alike."""
    layers.colour("self", grid)
    filled = (grid != background).astype(np.int8)
    alike4 = np.zeros(grid.shape, np.int8)
    alike8 = np.zeros(grid.shape, np.int8)
    for offset in NEAR:
        neighbour = shifted(grid, *offset)
        layers.colour(f"next_{_NAMES[offset]}", neighbour)
        alike8 += neighbour == grid
        if 0 in offset:
            alike4 += neighbour == grid
    for down, right in FAR:
        layers.colour(f"far_{down}_{right}", shifted(grid, down, right))
    layers.number("alike4", alike4)
    layers.number("alike8", alike8)
    around = ndimage.convolve(filled, np.ones((3, 3), np.int8), mode="constant") - filled
    wide = ndimage.convolve(filled, np.ones((5, 5), np.int8), mode="constant")
    cross = ndimage.convolve(filled, np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.int8), mode="constant")
    layers.number("filled", filled)
    layers.number("filled8", around)
    layers.number("filled4", cross)
    layers.number("filled25", wide)


def line_of_sight(grid: Grid, background: int, down: int, right: int) -> tuple[Colours, Numbers]:
    """The first colour other than the background from each cell in one direction, and the steps to it.

    Where there is none: OUTSIDE, and the steps that leave the grid. The reach doubles in each round.
    """
    seen = shifted(grid, down, right)
    steps = np.ones(grid.shape, np.int16)
    reach = 1
    while reach < max(grid.shape):
        empty = seen == background
        seen = np.where(empty, shifted(seen, reach * down, reach * right), seen)
        steps = np.where(empty, reach + shifted(steps, reach * down, reach * right, 0), steps)
        reach *= 2
    return seen, steps.astype(np.float32)


def add_sight(layers: Layers, grid: Grid, background: int) -> None:
    """The nearest colours in eight directions, their distances, and which of them agree."""
    seen: dict[str, Colours] = {}
    steps: dict[str, Numbers] = {}
    for (down, right), name in _NAMES.items():
        seen[name], steps[name] = line_of_sight(grid, background, down, right)
        layers.colour(f"sees_{name}", seen[name])
        layers.number(f"steps_{name}", steps[name])
        layers.number(f"is_seen_{name}", seen[name] != OUTSIDE)
    for one, other in _OPPOSITE:
        both = (seen[one] == seen[other]) & (seen[one] != OUTSIDE)
        layers.number(f"between_{one}_{other}", both)
        layers.number(f"nearer_{one}", np.sign(steps[one] - steps[other]))
    straight = np.stack([seen[name] != OUTSIDE for name in ("up", "down", "left", "right")])
    slanted = np.stack([seen[name] != OUTSIDE for name in list(_NAMES.values())[4:]])
    layers.number("sides_seen", straight.sum(0))
    layers.number("diagonals_seen", slanted.sum(0))
    for name in ("up", "down", "left", "right"):
        layers.number(f"even_{name}", steps[name] % 2)
    filled = grid != background
    if filled.any() and not filled.all():
        distance, index = ndimage.distance_transform_cdt(~filled, "chessboard", return_indices=True)
        layers.colour("nearest", grid[index[0], index[1]])
        layers.number("nearest_steps", distance)
    else:
        layers.colour("nearest", OUTSIDE)
        layers.number("nearest_steps", 0)


def add_lines(layers: Layers, grid: Grid, background: int) -> None:
    """What the cell's row and column hold: colours at the ends, commonest, how filled, alike, unique."""
    filled = grid != background
    for name, view, marks in (("row", grid, filled), ("column", grid.T, filled.T)):
        common = np.array([most_common(line[mark], OUTSIDE) for line, mark in zip(view, marks, strict=True)])
        rarest = np.array([_rarest(line[mark]) for line, mark in zip(view, marks, strict=True)])
        count = marks.sum(1)
        kinds = np.array([len(set(line.tolist())) for line in view])
        same = (view[:, :, None] == view[:, None, :]).sum(2)
        first = _place_along(marks)
        per_line = {"count": count, "kinds": kinds, "uniform": kinds == 1, "full": marks.all(1)}
        for key, values in per_line.items():
            layers.number(f"{name}_{key}", _along(values, name))
        most = count == count.max()
        layers.number(f"{name}_is_fullest", _along(most, name))
        layers.number(f"{name}_same", same if name == "row" else same.T)
        layers.number(f"{name}_ordinal", first if name == "row" else first.T)
        layers.colour(f"{name}_common", _along(common, name))
        layers.colour(f"{name}_rarest", _along(rarest, name))
        layers.colour(f"{name}_first", _along(view[:, 0], name))
        layers.colour(f"{name}_last", _along(view[:, -1], name))


def _along(values: np.ndarray, name: str) -> np.ndarray:
    return values[:, None] if name == "row" else values[None, :]


def _place_along(marks: np.ndarray) -> np.ndarray:
    """How many filled cells come before each cell of a line."""
    result: np.ndarray = np.cumsum(marks, axis=1) - marks
    return result


def _rarest(line: Colours) -> int:
    if line.size == 0:
        return OUTSIDE
    counts = np.bincount(line, minlength=10)
    counts[counts == 0] = line.size + 1
    return int(counts.argmin())


def add_mirrors(layers: Layers, grid: Grid) -> None:
    """The cells that mirror this one in the grid's own frame; diagonals only for square grids."""
    layers.colour("mirror_left_right", grid[:, ::-1])
    layers.colour("mirror_up_down", grid[::-1])
    layers.colour("half_turn", grid[::-1, ::-1])
    square = grid.shape[0] == grid.shape[1]
    layers.colour("transposed", grid.T if square else OUTSIDE)
    layers.colour("anti_transposed", grid[::-1, ::-1].T if square else OUTSIDE)
    layers.colour("quarter_turn", np.rot90(grid) if square else OUTSIDE)
    layers.colour("three_quarter_turn", np.rot90(grid, 3) if square else OUTSIDE)


def add_palette(layers: Layers, grid: Grid, background: int) -> None:
    """The whole grid's colours: by frequency, at the corners; how frequent the cell's own colour is."""
    counts = np.bincount(grid.ravel(), minlength=10)
    others = counts.copy()
    others[background] = 0
    ranked = [int(c) for c in np.argsort(-others, kind="stable") if others[c]]
    for place in range(3):
        layers.colour(f"commonest_{place}", ranked[place] if place < len(ranked) else OUTSIDE)
    layers.colour("rarest", ranked[-1] if ranked else OUTSIDE)
    layers.colour("background", background)
    for name, corner in (("00", (0, 0)), ("01", (0, -1)), ("10", (-1, 0)), ("11", (-1, -1))):
        layers.colour(f"corner_{name}", grid[corner])
    layers.number("own_count", counts[grid])
    rank = np.zeros(10)
    rank[ranked] = np.arange(len(ranked)) + 1
    layers.number("own_rank", rank[grid])
    layers.number("kinds", len(ranked))
    layers.number("total_filled", others.sum())
