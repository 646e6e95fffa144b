"""Finding objects in grids, and turning objects into other objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import numpy as np

from omniarc.colour import background_colour, colours_of
from omniarc.components import Runs, boxes_of_labels, find_runs, flood_from_edges, label_mask
from omniarc.masks import box_of
from omniarc.values import Box, Grid, LanguageError, Mask, Object, make_object, to_box, to_grid, to_mask

__all__ = [
    "clusters",
    "colour_objects",
    "copies_along",
    "enclosed_regions",
    "find_frames",
    "find_objects",
    "find_pattern",
    "foreground",
    "inner_box",
    "largest_rectangle",
    "layers",
    "merge",
    "move",
    "move_to",
    "nested_objects",
    "object_at",
    "parts_of",
    "recolour",
    "transform_object",
]


def find_objects(
    grid: Grid, *, diagonal: bool = True, multicolour: bool = False, background: int | None = None
) -> tuple[Object, ...]:
    """The connected components of the grid, in reading order of their first cells.

    Neighbours are 8 with `diagonal`, else 4. An object has one colour unless `multicolour`. The background
    belongs to no object: if None it is 0 if the grid has any, else the most common colour; -1 is no colour.
    """
    grid = to_grid(grid)
    if background is None:
        background = background_colour(grid)
    return _components(grid.tobytes(), grid.shape, bool(diagonal), bool(multicolour), int(background))


# for each (background, colour), the table that turns a mask's bytes into a picture's
_PALETTE = [[bytes((base, colour)) + bytes(254) for colour in range(128)] for base in range(10)]


@lru_cache(maxsize=2048)
def _components(
    data: bytes, shape: tuple[int, int], diagonal: bool, multicolour: bool, background: int
) -> tuple[Object, ...]:
    grid = np.frombuffer(data, np.int8).reshape(shape)
    base = max(background, 0)
    values = grid if background < 0 else np.where(grid == background, np.int8(-1), grid)
    if multicolour:
        values = np.where(values < 0, np.int8(-1), np.int8(0))
    found = []
    for top, left, height, width, bits in _pictures(find_runs(values, diagonal)):
        mask = np.ndarray((height, width), np.bool_, bits)
        if multicolour:
            cells = np.where(mask, grid[top : top + height, left : left + width], np.int8(base))
        else:
            colour = data[top * shape[1] + left + bits.index(1)]
            cells = np.ndarray((height, width), np.int8, bits.translate(_PALETTE[base][colour]))
        cells.flags.writeable = False
        found.append(Object(top, left, mask, cells, shape, base))
    return tuple(found)


def _pictures(runs: Runs) -> Iterator[tuple[int, int, int, int, bytes]]:
    """For each component its box (row, col, height, width) and the box's bytes, 1 for its cells."""
    members: list[list[tuple[int, int]]] = [[] for _ in range(runs.total)]
    for start, end, number in zip(runs.starts, runs.ends, runs.numbers, strict=True):
        members[number - 1].append((start, end))
    stride = runs.stride
    for own in members:
        start, end = own[0]
        top, left = divmod(start, stride)
        if len(own) == 1:
            yield top, left, 1, end - start, b"\1" * (end - start)
            continue
        left = min([start % stride for start, _ in own])
        width = max([end % stride for _, end in own]) - left
        height = own[-1][0] // stride - top + 1
        bits = bytearray(height * width)
        for start, end in own:
            place = (start // stride - top) * width + start % stride - left
            bits[place : place + end - start] = b"\1" * (end - start)
        yield top, left, height, width, bytes(bits)


def colour_objects(grid: Grid, *, background: int | None = None) -> tuple[Object, ...]:
    """One object for each colour: all its cells, connected or not, in increasing order of colour."""
    grid = to_grid(grid)
    if background is None:
        background = background_colour(grid)
    return _colour_objects(grid.tobytes(), grid.shape, int(background))


@lru_cache(maxsize=1024)
def _colour_objects(data: bytes, shape: tuple[int, int], background: int) -> tuple[Object, ...]:
    grid = np.frombuffer(data, np.int8).reshape(shape)
    return tuple(
        object_at(grid, grid == colour, background=max(background, 0))
        for colour in colours_of(grid, background=background)
    )


def object_at(grid: Grid, where: Mask | Box, *, background: int = 0) -> Object:
    """The object made of the grid's cells under a mask of the grid's shape, or of all cells of a box."""
    grid = to_grid(grid)
    if isinstance(where, tuple):
        row, col, height, width = where
        cells = grid[row : row + height, col : col + width].copy()
        if cells.shape != (height, width) or row < 0 or col < 0:
            raise LanguageError(f"the box {where} does not lie in a grid of {grid.shape}")
        return make_object(row, col, np.ones(cells.shape, np.bool_), cells, grid.shape, background)
    mask = to_mask(where)
    if mask.shape != grid.shape:
        raise LanguageError(f"the mask is {mask.shape}, the grid {grid.shape}")
    inside = box_of(mask)
    if inside is None:
        raise LanguageError("the mask is empty: no object there")
    own, (rows, cols) = mask[inside].copy(), inside
    cells = np.where(own, grid[inside], np.int8(background))
    return make_object(rows.start, cols.start, own, cells, grid.shape, background)


def foreground(grid: Grid, *, background: int | None = None) -> Object:
    """Everything that is not background, as one object."""
    grid = to_grid(grid)
    if background is None:
        background = background_colour(grid)
    return object_at(grid, grid != background, background=max(background, 0))


def enclosed_regions(grid: Grid) -> tuple[Object, ...]:
    """The background regions that other colours cut off from the grid's edge, in reading order."""
    grid = to_grid(grid)
    return _enclosed_regions(grid.tobytes(), grid.shape)


@lru_cache(maxsize=1024)
def _enclosed_regions(data: bytes, shape: tuple[int, int]) -> tuple[Object, ...]:
    grid = np.frombuffer(data, np.int8).reshape(shape)
    background = background_colour(grid)
    walls = grid != background
    labels, _ = label_mask(~walls & ~flood_from_edges(walls), False)
    regions = []
    for number, box in enumerate(boxes_of_labels(labels), 1):
        mask = labels[box] == number
        cells = np.full(mask.shape, background, np.int8)
        regions.append(make_object(box[0].start, box[1].start, mask, cells, shape, background))
    return tuple(regions)


def clusters(mask: Mask, reach: int = 2) -> tuple[Mask, ...]:
    """The parts of a mask when cells up to `reach` rows and columns apart count as connected."""
    mask = to_mask(mask)
    left = set(zip(*(axis.tolist() for axis in np.nonzero(mask)), strict=True))
    steps = [(down, across) for down in range(-reach, reach + 1) for across in range(-reach, reach + 1)]
    parts = []
    for start in sorted(left):
        if start not in left:
            continue
        left.remove(start)
        members = [start]
        for row, col in members:
            near = left.intersection([(row + down, col + across) for down, across in steps])
            members += near
            left -= near
        parts.append(_mask_of(members, mask.shape))
    return tuple(parts)


def _mask_of(cells: list[tuple[int, int]], shape: tuple[int, int]) -> Mask:
    mask = np.zeros(shape, np.bool_)
    mask[tuple(zip(*cells, strict=True))] = True
    return mask


def overlap(box: Box, shape: tuple[int, int]) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where a box lies in an array of `shape`: (slices of the array, slices of the box), clipped."""
    row, col, height, width = box
    if row >= 0 <= height and col >= 0 <= width and row + height <= shape[0] and col + width <= shape[1]:
        whole = slice(row, row + height), slice(col, col + width)
        return whole, (slice(0, height), slice(0, width))
    top, left = max(row, 0), max(col, 0)
    bottom, right = max(top, min(row + height, shape[0])), max(left, min(col + width, shape[1]))
    return (
        (slice(top, bottom), slice(left, right)),
        (slice(top - row, bottom - row), slice(left - col, right - col)),
    )


def move(one: Object, rows: int, cols: int) -> Object:
    """The object moved down and right by the given numbers of rows and columns."""
    return Object(
        one.row + int(rows), one.col + int(cols), one.mask, one.cells, one.grid_shape, one.background
    )


def move_to(one: Object, row: int, col: int) -> Object:
    """The object with its top left corner at (row, col)."""
    return Object(int(row), int(col), one.mask, one.cells, one.grid_shape, one.background)


def recolour(one: Object, colour: int) -> Object:
    """The object in one colour."""
    cells = np.where(one.mask, np.int8(colour), np.int8(one.background))
    return make_object(one.row, one.col, one.mask, cells, one.grid_shape, one.background)


def transform_object(one: Object, change: Callable[[Grid], Grid]) -> Object:
    """The object with a word such as a flip, rotation or scaling applied to its picture, top left kept."""
    mask = to_grid(change(one.mask.astype(np.int8))) != 0
    cells = np.where(mask, to_grid(change(one.cells)), np.int8(one.background))
    return make_object(one.row, one.col, mask, cells, one.grid_shape, one.background)


def merge(objects: Iterable[Object]) -> Object:
    """One object that covers the cells of all; later objects lie on top."""
    objects = tuple(objects)
    if not objects:
        raise LanguageError("no objects to merge")
    top, left = min(o.row for o in objects), min(o.col for o in objects)
    height, width = max(o.bottom for o in objects) - top + 1, max(o.right for o in objects) - left + 1
    mask = np.zeros((height, width), np.bool_)
    cells = np.full((height, width), objects[0].background, np.int8)
    for one in objects:
        inside = (
            slice(one.row - top, one.row - top + one.height),
            slice(one.col - left, one.col - left + one.width),
        )
        mask[inside] |= one.mask
        np.copyto(cells[inside], one.cells, where=one.mask)
    return make_object(top, left, mask, cells, objects[0].grid_shape, objects[0].background)


def parts_of(one: Object, *, diagonal: bool = True) -> tuple[Object, ...]:
    """The one-coloured connected parts of an object, as objects of its grid."""
    picture = np.where(one.mask, one.cells, np.int8(-1))
    return tuple(
        Object(part.row + one.row, part.col + one.col, part.mask, part.cells, one.grid_shape, one.background)
        for part in find_objects(picture + np.int8(1), diagonal=diagonal, background=0)
        for part in (_lower(part, one.background),)
    )


def _lower(part: Object, background: int) -> Object:
    cells = np.where(part.mask, part.cells - np.int8(1), np.int8(background))
    return make_object(part.row, part.col, part.mask, cells, part.grid_shape, background)


def find_pattern(grid: Grid, pattern: Grid) -> tuple[tuple[int, int], ...]:
    """Every (row, col) where the pattern lies in the grid; its cells of -1 match anything."""
    grid, pattern = to_grid(grid), to_grid(pattern)
    height, width = grid.shape[0] - pattern.shape[0] + 1, grid.shape[1] - pattern.shape[1] + 1
    if height < 1 or width < 1:
        return ()
    match = np.ones((height, width), np.bool_)
    for row, line in enumerate(pattern.tolist()):
        for col, colour in enumerate(line):
            if colour != -1:
                match &= grid[row : row + height, col : col + width] == colour
    return tuple(zip(*(axis.tolist() for axis in np.nonzero(match)), strict=True))


def largest_rectangle(grid: Grid, colour: int = 0, *, min_side: int = 1) -> Object:
    """The rectangle of most cells of one colour, no side shorter than min_side (ties: the first)."""
    grid = to_grid(grid)
    best, found = 0, (0, 0, 0, 0)
    heights = [0] * grid.shape[1]
    for bottom, line in enumerate((grid == colour).tolist()):
        heights = [high + 1 if same else 0 for high, same in zip(heights, line, strict=True)]
        for left in range(len(heights)):
            high = heights[left]
            for right in range(left, len(heights)):
                high = min(high, heights[right])
                if not high:
                    break
                if high * (right - left + 1) > best and min(high, right - left + 1) >= min_side:
                    best = high * (right - left + 1)
                    found = (bottom - high + 1, left, high, right - left + 1)
    if not best:
        raise LanguageError(f"no cell of colour {colour} in a rectangle with sides of {min_side} and more")
    return object_at(grid, found)


def find_frames(grid: Grid) -> tuple[Object, ...]:
    """The one-coloured components that are exactly the edge of a rectangle, at least 3x3."""
    return tuple(one for one in find_objects(grid, diagonal=False) if one.is_frame)


def nested_objects(grid: Grid, *, background: int = 0) -> tuple[Object, ...]:
    """The objects of several colours, each with all that lies inside its box, touching it or not."""
    found = sorted(find_objects(grid, multicolour=True, background=background), key=lambda one: -one.area)
    groups: list[list[Object]] = []
    for one in found:
        for group in groups:
            outer = group[0]
            if (
                outer.row <= one.row
                and one.bottom <= outer.bottom
                and outer.col <= one.col
                and one.right <= outer.right
            ):
                group.append(one)
                break
        else:
            groups.append([one])
    return tuple(sorted((merge(group) for group in groups), key=lambda one: one.positions[0]))


def layers(grid: Grid, *, background: int = 0) -> tuple[Object, ...]:
    """The things of each colour as they lie on each other, the lowest first, those partly hidden whole.

    A thing fills its box if all that it shows there of others is their colours, not the background. Raises
    LanguageError if none hides another, or if they lie on each other in a circle.
    """
    grid = to_grid(grid)
    waiting, lower = {}, set()
    for one in colour_objects(grid, background=background):
        shown = grid[one.row : one.bottom + 1, one.col : one.right + 1]
        hides = set(shown[~one.mask].tolist())
        if background not in hides:
            lower |= {(one.colour, other) for other in hides}
            whole, filled = np.ones_like(one.mask), np.full_like(shown, one.colour)
            one = make_object(one.row, one.col, whole, filled, grid.shape, background)
        waiting[one.colour] = one
    if not lower:
        raise LanguageError("no thing hides a part of another")
    found: list[Object] = []
    while waiting:
        covering = {above for below, above in lower if below in waiting}
        free = [colour for colour in waiting if colour not in covering]
        if not free:
            raise LanguageError("the things lie on each other in a circle")
        found += [waiting.pop(colour) for colour in free]
    return tuple(found)


def inner_box(where: Object | Box) -> Box:
    """The box without its outermost ring of cells."""
    row, col, height, width = to_box(where)
    if height < 3 or width < 3:
        raise LanguageError(f"a box of {height}x{width} has no inside")
    return row + 1, col + 1, height - 2, width - 2


def copies_along(one: Object, rows: int, cols: int, *, whole: bool = False) -> tuple[Object, ...]:
    """Copies of the object moved by (rows, cols) once, twice, and so on, as long as they overlap its grid.

    With `whole` only those whose box lies entirely in the grid.
    """
    if not rows and not cols:
        raise LanguageError("copies along a step of (0, 0) never end")
    height, width = one.grid_shape
    copies = []
    copy = move(one, rows, cols)
    while copy.row < height and copy.col < width and copy.bottom >= 0 and copy.right >= 0:
        copies.append(copy)
        copy = move(copy, rows, cols)
    if whole:
        copies = [one for one in copies if one.row >= 0 and one.bottom < height]
        copies = [one for one in copies if one.col >= 0 and one.right < width]
    return tuple(copies)
