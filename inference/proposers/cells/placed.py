"""Layers of outputs that are a window of the input, or of a size of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from arc import ARC_SIDE, Grid
from inference.proposers.cells.described_grid import DescribedGrid
from inference.proposers.cells.layers import OUTSIDE, Layers
from inference.proposers.cells.local import add_palette, add_position
from inference.proposers.cells.object_layers import label_colours
from inference.proposers.cells.windows import Box, windows_of
from inference.proposers.effort import charge

Places = npt.NDArray[np.int64]

_WINDOW, _FREE = 1500.0, 2500.0  # units of effort to describe an output from its input's own layers


def describe_window(source: DescribedGrid, box: Box) -> Layers:
    """The input's own layers inside the box, and how the box's cells relate to it and to other windows."""
    grid, background, whole = source.grid, source.background, source.layers
    charge(_WINDOW)
    layers = Layers(box.shape)
    for name, colours in whole.colours.items():
        layers.colour(name, box.of(colours))
    for name, numbers in whole.numbers.items():
        layers.number(name, box.of(numbers))
    picture = box.of(grid)
    square = box.height == box.width
    layers.colour("window_left_right", picture[:, ::-1])
    layers.colour("window_up_down", picture[::-1])
    layers.colour("window_half_turn", picture[::-1, ::-1])
    layers.colour("window_transposed", picture.T if square else OUTSIDE)
    layers.colour("window_quarter_turn", np.rot90(picture) if square else OUTSIDE)
    inside = np.bincount(picture.ravel(), minlength=10)
    outside = np.bincount(grid.ravel(), minlength=10) - inside
    layers.colour("window_common", _most(inside, background))
    layers.colour("window_second", _second(inside, background))
    layers.colour("window_rarest", _least(inside))
    layers.colour("outside_common", _most(outside, background))
    layers.colour("outside_rarest", _least(outside))
    _add_other_windows(layers, grid, background, box)
    place = Layers(box.shape)
    add_position(place)
    for name, numbers in place.numbers.items():
        layers.number(f"window_{name}", numbers)
    return layers


def _add_other_windows(layers: Layers, grid: Grid, background: int, box: Box) -> None:
    """The cell at this place in the other groups of this shape and in the largest other, stretched to fit."""
    others = [w.box for w in windows_of("groups", grid, background) if w.box != box]
    alike = [other.of(grid) for other in others if other.shape == box.shape]
    any_of = np.full(box.shape, OUTSIDE, np.int8)
    for picture in alike:
        any_of = np.where((picture != background) & (any_of == OUTSIDE), picture, any_of)
    layers.colour("alike_window", alike[0] if alike else OUTSIDE)
    layers.colour("any_alike_window", any_of)
    layers.number("alike_windows", len(alike))
    largest = max(others, key=lambda other: other.height * other.width, default=None)
    smallest = min(others, key=lambda other: other.height * other.width, default=None)
    for name, other in (("largest", largest), ("smallest", smallest)):
        layers.colour(f"{name}_other", OUTSIDE if other is None else stretched(other.of(grid), box.shape))


def stretched(picture: npt.NDArray[Any], shape: tuple[int, int]) -> npt.NDArray[Any]:
    """The picture at another size, each cell taking the nearest source cell."""
    row, column = np.indices(shape)
    height, width = picture.shape
    result: npt.NDArray[Any] = picture[row * height // shape[0], column * width // shape[1]]
    return result


def describe_free(source: DescribedGrid, shape: tuple[int, int]) -> Layers:
    """An output of any size: the input's cells that may correspond to each cell, and bars of its counts."""
    grid, background, whole = source.grid, source.background, source.layers
    charge(_FREE)
    layers = Layers(shape)
    row, column = np.indices(shape)
    _add_corresponding(layers, grid, row, column)
    add_palette_of(layers, grid, background)
    _add_totals(layers, whole, row * shape[1] + column)
    _add_ranked_colours(layers, grid, background, row, column)
    _add_listed_objects(layers, grid, background, row, column)
    for name, mirrored in (("left_right", grid[:, ::-1]), ("up_down", grid[::-1])):
        layers.number(f"symmetric_{name}", bool((grid == mirrored).all()))
    add_position(layers)
    return layers


def _add_corresponding(layers: Layers, grid: Grid, row: Places, column: Places) -> None:
    """Source cells counted from each corner or the middle, by stretching, and by tiling plain or mirrored."""
    (height, width), shape = grid.shape, layers.shape
    below, after = shape[0] - 1 - row, shape[1] - 1 - column
    layers.colour("stretched", stretched(grid, shape))
    layers.colour("from_top_left", _looked_up(grid, row, column))
    layers.colour("from_top_right", _looked_up(grid[:, ::-1], row, after))
    layers.colour("from_bottom_left", _looked_up(grid[::-1], below, column))
    layers.colour("from_bottom_right", _looked_up(grid[::-1, ::-1], below, after))
    middle = (height - shape[0]) // 2, (width - shape[1]) // 2
    layers.colour("from_middle", _looked_up(grid, row + middle[0], column + middle[1]))
    down, right, tile_row, tile_column = row % height, column % width, row // height, column // width
    layers.colour("tile", grid[down, right])
    swing_down = np.where(tile_row % 2, height - 1 - down, down)
    swing_right = np.where(tile_column % 2, width - 1 - right, right)
    layers.colour("swing", grid[swing_down, swing_right])
    layers.colour("swing_down", grid[swing_down, right])
    layers.colour("swing_right", grid[down, swing_right])
    up, across = max(1, shape[0] // height), max(1, shape[1] // width)
    layers.colour("block", _looked_up(grid, row // up, column // across))
    for name, values in (
        ("tile_row", tile_row),
        ("tile_column", tile_column),
        ("tile_number", tile_row * (1 + shape[1] // width) + tile_column),
        ("row_in_tile", down),
        ("column_in_tile", right),
        ("row_in_block", row % up),
        ("column_in_block", column % across),
        ("block_diagonal", (row % up) - (column % across)),
        ("block_anti_diagonal", (row % up) + (column % across)),
    ):
        layers.number(name, values)


def _looked_up(grid: npt.NDArray[Any], row: Places, column: Places) -> npt.NDArray[Any]:
    """The grid's values at these places, OUTSIDE beyond it."""
    inside = (row >= 0) & (column >= 0) & (row < grid.shape[0]) & (column < grid.shape[1])
    return np.where(inside, grid[np.where(inside, row, 0), np.where(inside, column, 0)], OUTSIDE)


def _add_totals(layers: Layers, whole: Layers, number: Places) -> None:
    """Colours of outstanding objects, and how many objects, areas and panels there are."""
    for name in ("biggest_object", "smallest_object", "most_objects", "fewest_objects", "separator"):
        layers.colour(name, whole.colours[name][0, 0])
    for name in ("object_total", "group_total", "area_total", "panels"):
        total = whole.numbers[name][0, 0]
        layers.number(name, total)
        layers.number(f"{name}_reached", total > number)


def _add_ranked_colours(layers: Layers, grid: Grid, background: int, row: Places, column: Places) -> None:
    """Colours in order of their cells, one for each row or column, with bars as long as their counts."""
    counts = np.bincount(grid.ravel(), minlength=10)
    counts[background] = 0
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    ranks = _ranks(layers)
    ranked, amount = np.full(ranks, OUTSIDE), np.zeros(ranks)
    ranked[: len(order)], amount[: len(order)] = order, counts[order]
    rising, lowest = np.roll(ranked[::-1], len(order)), np.roll(amount[::-1], len(order))
    below, after = layers.shape[0] - 1 - row, layers.shape[1] - 1 - column
    for name, line, along, back in (("row", row, column, after), ("column", column, row, below)):
        layers.colour(f"ranked_{name}", ranked[line])
        layers.colour(f"rising_{name}", rising[line])
        for key, bar in (("ranked", amount), ("rising", lowest)):
            layers.number(f"{key}_{name}_reached", bar[line] > along)
            layers.number(f"{key}_{name}_reached_back", bar[line] > back)
    for place in range(4):
        layers.number(f"count_{place}", amount[place])
        layers.number(f"count_{place}_reached", amount[place] > row * layers.shape[1] + column)
    appearing = {
        line: _appearing(view, background, ranks) for line, view in (("row", grid), ("column", grid.T))
    }
    for name, line in (("row", row), ("column", column)):
        for source, colours in appearing.items():
            layers.colour(f"appearing_{source}_{name}", colours[line])


def _ranks(layers: Layers) -> int:
    """The length of ranked lists: at least one place for each row and column."""
    return max(ARC_SIDE, *layers.shape)


def _appearing(view: Grid, background: int, ranks: int) -> npt.NDArray[np.int64]:
    """The colours in the order in which they first appear, OUTSIDE after the last."""
    kinds, first = np.unique(view.ravel(), return_index=True)
    order = [c for c in kinds[np.argsort(first)] if c != background]
    return np.array((order + [OUTSIDE] * ranks)[:ranks])


def _add_listed_objects(layers: Layers, grid: Grid, background: int, row: Places, column: Places) -> None:
    """The objects from left to right, from top to bottom and by size, one for each row, column and cell."""
    labels = label_colours(grid, diagonal=True, without=background)
    boxes = ndimage.find_objects(labels)
    size = np.bincount(labels.ravel(), minlength=len(boxes) + 1)[1:]
    colours = [int(grid[box][labels[box] == n][0]) for n, box in enumerate(boxes, 1)]
    numbers = range(len(boxes))
    orders = {
        "left": sorted(numbers, key=lambda n: (boxes[n][1].start, boxes[n][0].start)),
        "top": sorted(numbers, key=lambda n: (boxes[n][0].start, boxes[n][1].start)),
        "size": sorted(numbers, key=lambda n: -int(size[n])),
    }
    ranks = _ranks(layers)
    for name, order in orders.items():
        listed = np.array(([colours[n] for n in order] + [OUTSIDE] * ranks)[:ranks])
        amount = np.array(([int(size[n]) for n in order] + [0] * ranks)[:ranks])
        cell = row * layers.shape[1] + column
        layers.colour(
            f"listed_{name}_cell", np.where(cell < ranks, listed[np.minimum(cell, ranks - 1)], OUTSIDE)
        )
        for line, places, along in (("row", row, column), ("column", column, row)):
            layers.colour(f"listed_{name}_{line}", listed[places])
            layers.number(f"listed_{name}_{line}_reached", amount[places] > along)


def add_palette_of(layers: Layers, grid: Grid, background: int) -> None:
    """The colours of the whole input by frequency, for layers of another size than the input's."""
    whole = Layers(grid.shape)
    add_palette(whole, grid, background)
    for name, values in whole.colours.items():
        layers.colour(name, values[0, 0])
    for name in ("kinds", "total_filled"):
        layers.number(f"input_{name}", whole.numbers[name][0, 0])


def _most(counts: npt.NDArray[np.int64], background: int) -> int:
    """The colour counted most beside the background, OUTSIDE if there is none."""
    ranked = _ranked(counts, background)
    return ranked[0] if ranked else OUTSIDE


def _second(counts: npt.NDArray[np.int64], background: int) -> int:
    ranked = _ranked(counts, background)
    return ranked[1] if len(ranked) > 1 else OUTSIDE


def _least(counts: npt.NDArray[np.int64]) -> int:
    ranked = _ranked(counts, -1)
    return ranked[-1] if ranked else OUTSIDE


def _ranked(counts: npt.NDArray[np.int64], without: int) -> list[int]:
    return [int(c) for c in np.argsort(-counts, kind="stable") if counts[c] and c != without]
