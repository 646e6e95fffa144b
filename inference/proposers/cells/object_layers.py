"""Layers of the objects a cell belongs to: connected components, their measures, neighbours and ranks."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from scipy import ndimage

from arc import Grid
from inference.proposers.cells.layers import OUTSIDE, Layers, shifted

_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
_FULL = np.ones((3, 3), int)
_SHAPES_OF_AT_MOST = 40  # outlines are compared one by one only in grids with few objects


def label_colours(grid: Grid, diagonal: bool, without: int | None = None) -> np.ndarray:
    """Number the one-coloured components from 1, (height, width) int32; 0 only for the colour `without`."""
    labels = np.zeros(grid.shape, np.int32)
    total = 0
    for colour in np.unique(grid):
        if colour == without:
            continue
        found, count = ndimage.label(grid == colour, _FULL if diagonal else _CROSS)
        labels[found > 0] = found[found > 0] + total
        total += count
    return labels


def add_objects(layers: Layers, grid: Grid, background: int) -> None:
    """Measures under three ways to see objects, and the colours of outstanding ones."""
    plain = label_colours(grid, diagonal=False)
    _add_measures(layers, "area", plain, grid)
    _add_surroundings(layers, plain, grid)
    single = label_colours(grid, diagonal=True, without=background)
    _add_measures(layers, "object", single, grid)
    _add_outstanding(layers, single, grid)
    joined, _ = ndimage.label(grid != background, _FULL)
    _add_measures(layers, "group", joined, grid)
    _add_group_colours(layers, joined, grid)
    _add_boxes(layers, single, grid, background)


def _add_measures(layers: Layers, name: str, labels: np.ndarray, grid: Grid) -> None:
    boxes = ndimage.find_objects(labels)
    count = len(boxes)
    size = np.bincount(labels.ravel(), minlength=count + 1).astype(float)
    size[0] = 0
    box = np.zeros((count + 1, 4))
    for number, (rows, columns) in enumerate(boxes, 1):
        box[number] = rows.start, rows.stop - 1, columns.start, columns.stop - 1
    top, bottom, left, right = box.T
    tall, wide = bottom - top + 1, right - left + 1
    tall[0] = wide[0] = 0
    height, width = grid.shape
    border = (top == 0) | (left == 0) | (bottom == height - 1) | (right == width - 1)
    border[0] = False
    known = size[1:]
    biggest, smallest = (known.max(), known.min()) if count else (0.0, 0.0)
    order = np.unique(-known, return_inverse=True)[1] + 1 if count else np.zeros(0)
    per_object = {
        "size": size,
        "tall": tall,
        "wide": wide,
        "border": border,
        "solid": (size == tall * wide) & (size > 0),
        "square": tall == wide,
        "taller": np.sign(tall - wide),
        "biggest": (size == biggest) & (size > 0),
        "smallest": size == smallest,
        "rank": np.concatenate([[0], order]),
        "same_size": (size[:, None] == size[None, :]).sum(1) if count < 200 else size * 0,
        "even_tall": tall % 2,
        "even_wide": wide % 2,
        "longest": np.maximum(tall, wide),
        **_shape_measures(labels, boxes),
    }
    for key, values in per_object.items():
        layers.number(f"{name}_{key}", np.asarray(values)[labels])
    row, column = np.indices(grid.shape)
    inside = labels > 0
    for key, values in (
        ("from_top", row - top[labels]),
        ("from_bottom", bottom[labels] - row),
        ("from_left", column - left[labels]),
        ("from_right", right[labels] - column),
    ):
        layers.number(f"{name}_{key}", np.where(inside, values, -1))
    layers.number(f"{name}_total", count)


def _shape_measures(labels: np.ndarray, boxes: list[Any]) -> dict[str, np.ndarray]:
    """Holes, mirror symmetry and how often the outline recurs, an entry for each label from 0."""
    count = len(boxes)
    result = {
        key: np.zeros(count + 1) for key in ("holes", "hollow", "mirrored", "flipped", "alike", "likest")
    }
    if count > _SHAPES_OF_AT_MOST:
        return result
    outlines = []
    for number, box in enumerate(boxes, 1):
        mask = labels[box] == number
        outlines.append((mask.shape, mask.tobytes()))
        result["mirrored"][number] = bool((mask == mask[:, ::-1]).all())
        result["flipped"][number] = bool((mask == mask[::-1]).all())
        if min(mask.shape) > 2:
            gaps, total = ndimage.label(np.pad(~mask, 1, constant_values=True))
            result["holes"][number] = total - 1
            result["hollow"][number] = (gaps > 1).sum()
    often = Counter(outlines)
    most = max(often.values(), default=0)
    for number, outline in enumerate(outlines, 1):
        result["alike"][number] = often[outline]
        result["likest"][number] = often[outline] == most
    return result


def _add_surroundings(layers: Layers, labels: np.ndarray, grid: Grid) -> None:
    """For each one-coloured area: the colour that touches it most, and how many colours touch it."""
    count = labels.max() + 1
    touching = np.zeros((count, OUTSIDE + 1), int)
    for offset in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        neighbour, beyond = shifted(grid, *offset), shifted(labels, *offset, fill=0)
        other = beyond != labels
        np.add.at(touching, (labels[other], neighbour[other]), 1)
    inner = touching[:, :OUTSIDE]
    around = np.where(inner.sum(1) > 0, inner.argmax(1), OUTSIDE)
    layers.colour("surrounding", around[labels])
    layers.number("surrounding_kinds", (inner > 0).sum(1)[labels])
    layers.number("enclosed", ((touching[:, OUTSIDE] == 0) & ((inner > 0).sum(1) == 1))[labels])
    layers.number("contact", inner.sum(1)[labels])


def _add_outstanding(layers: Layers, labels: np.ndarray, grid: Grid) -> None:
    """The colours of the largest and smallest objects and of those with a unique shape, for every cell."""
    boxes = ndimage.find_objects(labels)
    size = np.bincount(labels.ravel(), minlength=len(boxes) + 1)[1:]
    colours = np.array([grid[box][labels[box] == n][0] for n, box in enumerate(boxes, 1)], dtype=np.int8)
    layers.colour("biggest_object", colours[size.argmax()] if len(boxes) else OUTSIDE)
    layers.colour("smallest_object", colours[size.argmin()] if len(boxes) else OUTSIDE)
    often = Counter(colours.tolist()).most_common()
    layers.colour("most_objects", often[0][0] if often else OUTSIDE)
    layers.colour("fewest_objects", often[-1][0] if often else OUTSIDE)


def _add_group_colours(layers: Layers, labels: np.ndarray, grid: Grid) -> None:
    """The commonest and rarest colour of the many-coloured object, and how many colours it has."""
    count = labels.max() + 1
    table = np.zeros((count, 10), int)
    np.add.at(table, (labels.ravel(), grid.ravel()), 1)
    table[0] = 0
    some = table.sum(1) > 0
    rare = np.where(table == 0, 10**6, table)
    layers.colour("group_common", np.where(some, table.argmax(1), OUTSIDE)[labels])
    layers.colour("group_rarest", np.where(some, rare.argmin(1), OUTSIDE)[labels])
    layers.number("group_kinds", (table > 0).sum(1)[labels])
    layers.number("group_own_count", table[labels, grid])


def _add_boxes(layers: Layers, labels: np.ndarray, grid: Grid, background: int) -> None:
    """The smallest object whose bounding box holds the cell (a cell's own object excepted)."""
    colour = np.full(grid.shape, OUTSIDE, np.int8)
    area = np.zeros(grid.shape)
    depth = np.full(grid.shape, -1.0)
    boxes = [(n, box) for n, box in enumerate(ndimage.find_objects(labels), 1) if box]
    boxes.sort(key=lambda item: -(labels[item[1]].size))
    for number, box in boxes:
        window = labels[box]
        if window.shape[0] < 2 or window.shape[1] < 2:
            continue
        free = window != number
        colour[box][free] = grid[box][~free][0]
        area[box][free] = window.size
        row, column = np.indices(window.shape)
        ring = np.minimum(np.minimum(row, row[::-1]), np.minimum(column, column[:, ::-1]))
        depth[box][free] = ring[free]
    layers.colour("boxed_by", colour)
    layers.number("box_area", area)
    layers.number("box_depth", depth)
    filled = np.argwhere(grid != background)
    inside = np.zeros(grid.shape, bool)
    if len(filled):
        (top, left), (bottom, right) = filled.min(0), filled.max(0)
        inside[top : bottom + 1, left : right + 1] = True
    layers.number("inside_all", inside)
