"""Copying: patterns completed where a part of them stands, repeated across the grid, or drawn together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from omniarc.cellmaps import column_numbers, row_numbers
from omniarc.components import label_mask
from omniarc.masks import plain, some
from omniarc.values import DIAGONAL, STRAIGHT, Direction, LanguageError, Mask

__all__ = [
    "attract",
    "complete_copies",
    "complete_lattice",
    "complete_recoloured",
    "repeat_content",
    "slide",
]

_Cells = dict[tuple[int, int], int]


def complete_copies(
    grid: npt.NDArray[Any], background: int = 0, turned: bool = False, scales: int = 1
) -> npt.NDArray[np.int8]:
    """Complete each multi-coloured pattern wherever its cells of one or more colours stand alone.

    Patterns are the connected parts (corners count) with at least two colours and the most cells; what is to
    be completed are the other parts. A copy may cover background and cells that agree with it. With
    `turned` the pattern may be turned and mirrored, and it may be up to `scales` times as large.
    """
    labels, count = label_mask(grid != background, True)
    parts = [np.argwhere(labels == number) for number in range(1, count + 1)]
    colours = [{int(grid[r, c]) for r, c in cells} for cells in parts]
    patterns = [n for n in range(count) if len(colours[n]) > 1 and _is_whole(n, parts, colours)]
    out = np.array(grid, dtype=np.int8)
    pending = {(int(r), int(c)) for n in range(count) if n not in patterns for r, c in parts[n]}
    for number in sorted(patterns, key=lambda n: -len(parts[n])):
        cells = {(int(r), int(c)): int(grid[r, c]) for r, c in parts[number]}
        shapes = _orientations(cells) if turned else [_corner(cells)]
        rarest = min(Counter(cells.values()).values())
        for scale, shape in product(range(scales, 0, -1), shapes):
            if rarest * scale**2 > len(pending):  # all cells of some colour must stand alone
                continue
            for copy, hits in _placements(grid, _scaled(shape, scale), pending, background):
                if hits <= pending:
                    pending -= hits
                    for (r, c), colour in copy.items():
                        if 0 <= r < grid.shape[0] and 0 <= c < grid.shape[1]:
                            out[r, c] = colour
    return out


def _is_whole(number: int, parts: list[npt.NDArray[Any]], colours: list[set[int]]) -> bool:
    """No part with the same colours or more is larger."""
    return not any(
        len(parts[n]) > len(parts[number]) and colours[number] <= colours[n] for n in range(len(parts))
    )


def _corner(cells: _Cells) -> _Cells:
    top, left = min(r for r, _ in cells), min(c for _, c in cells)
    return {(r - top, c - left): colour for (r, c), colour in cells.items()}


def _scaled(cells: _Cells, scale: int) -> _Cells:
    return {
        (scale * r + down, scale * c + right): colour
        for (r, c), colour in cells.items()
        for down in range(scale)
        for right in range(scale)
    }


def _orientations(cells: _Cells) -> list[_Cells]:
    """The cells in their eight orientations, each once, as they stand first."""
    found: list[_Cells] = []
    for mirror in (False, True):
        shape = {(r, -c if mirror else c): colour for (r, c), colour in cells.items()}
        for _ in range(4):
            if _corner(shape) not in found:
                found.append(_corner(shape))
            shape = {(c, -r): colour for (r, c), colour in shape.items()}
    return found


def _placements(
    grid: npt.NDArray[Any], shape: _Cells, pending: set[tuple[int, int]], background: int
) -> Iterator[tuple[_Cells, set[tuple[int, int]]]]:
    """Where the shape fits over cells that stand alone: the copy and the cells it explains, best first."""
    height, width = grid.shape
    rows = grid.tolist()
    totals: dict[int, int] = {}
    for colour in shape.values():
        totals[colour] = totals.get(colour, 0) + 1
    # all cells of some colour must stand alone: the first of each tells where the shape may lie
    first = {colour: cell for cell, colour in reversed(shape.items()) if totals[colour] <= len(pending)}
    ends = [(r, c, first[rows[r][c]]) for r, c in pending if rows[r][c] in first]
    shifts = {(r - y, c - x) for r, c, (y, x) in ends}
    found = []
    for dr, dc in sorted(shifts):
        copy = {(r + dr, c + dc): colour for (r, c), colour in shape.items()}
        hits, seen, fits = set(), dict.fromkeys(totals, 0), True
        for (r, c), colour in copy.items():
            if not (0 <= r < height and 0 <= c < width):
                continue
            if rows[r][c] == colour:
                hits.add((r, c))
                seen[colour] += 1
            elif rows[r][c] != background:
                fits = False
                break
        whole = [colour for colour in totals if seen[colour] == totals[colour]]
        if fits and whole and hits <= pending and len(hits) < len(copy):
            around = {(r + y, c + x) for r, c in hits for y in (-1, 0, 1) for x in (-1, 0, 1)}
            if not (around & pending) - hits:
                found.append((len(hits), copy, hits))
    found.sort(key=lambda item: -item[0])
    for _, copy, hits in found:
        yield copy, hits


def complete_recoloured(
    grid: npt.NDArray[Any], background: int = 0, turned: bool = False, scales: int = 1
) -> npt.NDArray[np.int8]:
    """Complete each part of several colours after another that it is a piece of, in the part's own colours.

    Parts are connected, corners count. A copy lies wholly in the grid, over the part and background; its
    colours are the other's exchanged one for one, as few of them as will do. With `turned` it may be turned
    and mirrored, and it may be up to `scales` times as large.
    """
    labels, count = label_mask(grid != background, True)
    cells = [np.argwhere(labels == number).tolist() for number in range(1, count + 1)]
    parts = [{(r, c): int(grid[r, c]) for r, c in found} for found in cells]
    parts = [part for part in parts if len(set(part.values())) > 1]
    sizes = [_least_size(part, scales) for part in parts]
    out = np.array(grid, dtype=np.int8)
    for part, size in zip(parts, sizes, strict=True):
        copies = [
            copy
            for model, cells_of_it in zip(parts, sizes, strict=True)
            for shape in (_orientations(model) if turned else [_corner(model)])
            for scale in range(1, scales + 1)
            if cells_of_it > size
            for copy in _recoloured(grid, part, _scaled(shape, scale), background)
        ]
        for (r, c), colour in max(copies, key=lambda found: found[0], default=(0, part))[1].items():
            out[r, c] = colour
    return out


def _least_size(part: _Cells, scales: int) -> int:
    """How many cells the smallest picture has that is the part once scaled up."""
    whole = _corner(part)
    for scale in range(scales, 1, -1):
        small = {(r // scale, c // scale): colour for (r, c), colour in whole.items()}
        if _scaled(small, scale) == whole:
            return len(small)
    return len(part)


def _recoloured(
    grid: npt.NDArray[Any], part: _Cells, shape: _Cells, background: int
) -> Iterator[tuple[int, _Cells]]:
    """The copies of a shape over a part, in the part's colours, with how many of these are the shape's."""
    (top, left), *_ = part
    for row, col in shape:
        down, right = top - row, left - col
        pairs = {(shape.get((r - down, c - right), -1), colour) for (r, c), colour in part.items()}
        new = dict(pairs)
        if len(pairs) == len(new) == len(set(new.values())) and new.keys() == set(shape.values()):
            copy = {(r + down, c + right): new[colour] for (r, c), colour in shape.items()}
            inside = all(0 <= r < grid.shape[0] and 0 <= c < grid.shape[1] for r, c in copy)
            if inside and all(cell in part or grid[cell] == background for cell in copy):
                yield sum(old == colour for old, colour in pairs), copy


def repeat_content(
    grid: npt.NDArray[Any], direction: Direction, gap: int | str | None = None, background: int = 0
) -> npt.NDArray[np.int8]:
    """The content of the grid drawn again and again, each copy one step further in `direction`.

    The step is the content's extent plus `gap`, or with "inside" plus the first gap between its own parts;
    without `gap` it is the smallest step under which the content agrees with itself, so that a pattern
    continues as it began. LanguageError for a gap inside if there is none.
    """
    content = grid != background
    out = np.array(grid, dtype=np.int8)
    if not content.any():
        return out
    rows, columns = np.flatnonzero(content.any(axis=1)), np.flatnonzero(content.any(axis=0))
    piece = grid[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    dr, dc = direction
    extent = max(piece.shape[0] if dr else 0, piece.shape[1] if dc else 0)
    if gap == "inside":
        gap = _gap_inside((piece != background).any(axis=1 if dr else 0))
    step = _period(piece, dr, dc) if gap is None else extent + int(gap)
    if step < 1:
        return out
    for number in range(1, max(grid.shape) // step + 1):
        top, left = int(rows[0]) + dr * number * step, int(columns[0]) + dc * number * step
        for r, c in np.argwhere(piece != background).tolist():
            y, x = top + r, left + c
            if 0 <= y < grid.shape[0] and 0 <= x < grid.shape[1] and out[y, x] == background:
                out[y, x] = piece[r, c]
    return out


def _gap_inside(lines: npt.NDArray[np.bool_]) -> int:
    """How many empty lines lie between the first part of the lines and the next; both ends are not empty."""
    first = int(np.argmin(lines))
    if lines[first]:
        raise LanguageError("there is no gap inside the content")
    return int(np.argmax(lines[first:]))


def _period(piece: npt.NDArray[Any], dr: int, dc: int) -> int:
    """The smallest step along (dr, dc) under which the piece agrees with itself; its extent if none."""
    height, width = piece.shape
    extent = max(height if dr else 0, width if dc else 0)
    for step in range(1, extent):
        down, right = abs(dr) * step, dc * (1 if dr >= 0 else -1) * step
        if down >= height or abs(right) >= width:
            break
        one = piece[down:, max(0, right) : width + min(0, right)]
        other = piece[: height - down, max(0, -right) : width - max(0, right)]
        if (one == other).all():
            return step
    return extent


def attract(
    grid: npt.NDArray[Any],
    moving: int | Mask,
    target: int | Mask,
    diagonal: bool = False,
    background: int = 0,
) -> npt.NDArray[np.int8]:
    """Move each part of `moving` straight to the nearest cell of `target` in its way, until they touch.

    Both are colours or masks. Parts (corners count) that meet no target stay. With `diagonal` parts also move
    along diagonals.
    """
    mover = grid == moving if isinstance(moving, (int, np.integer)) else np.asarray(moving)
    wall = grid == target if isinstance(target, (int, np.integer)) else np.asarray(target)
    labels, count = label_mask(mover, True)
    height, width = grid.shape
    plans = []
    for number in range(1, count + 1):
        cells = np.argwhere(labels == number)
        best: tuple[int, int, int] | None = None
        for dr, dc in STRAIGHT + DIAGONAL if diagonal else STRAIGHT:
            for step in range(1, max(height, width)):
                moved = cells + np.array([dr * step, dc * step])
                if some(moved < 0) or some(moved >= (height, width)):
                    break
                if some(wall[moved[:, 0], moved[:, 1]]):
                    if best is None or step < best[0]:
                        best = (step, dr, dc)
                    break
        plans.append((*(best or (0, 0, 0)), cells))
    out = np.where(mover, background, grid).astype(np.int8)
    for step, dr, dc, cells in sorted(plans, key=lambda plan: plan[0]):
        far = max(0, step - 1)
        while far > 0 and some(out[cells[:, 0] + dr * far, cells[:, 1] + dc * far] != background):
            far -= 1
        out[cells[:, 0] + dr * far, cells[:, 1] + dc * far] = grid[cells[:, 0], cells[:, 1]]
    return out


def complete_lattice(grid: npt.NDArray[Any], hidden: int = 0) -> npt.NDArray[np.int8]:
    """The cells of colour `hidden` filled by the simplest rule `colour depends on (a * row + column) % n`.

    `n` is at most 12. The grid stays as it is if no such rule agrees with all other cells.
    """
    rows, columns = row_numbers(grid), column_numbers(grid)
    seen = grid != hidden
    for n in range(2, 13):
        for a in range(n):
            classes = (a * rows + columns) % n
            table = np.full(n, -1)
            table[classes[seen]] = grid[seen]
            if (table[classes[seen]] == grid[seen]).all() and (table >= 0).all():
                return np.where(seen, grid, table[classes]).astype(np.int8)
    return np.array(grid, dtype=np.int8)


def slide(
    grid: npt.NDArray[Any],
    mask: Mask,
    direction: Direction,
    steps: int | str | None = None,
    background: int = 0,
) -> npt.NDArray[np.int8]:
    """Move each part of `mask` (corners count) in `direction` until the border or another cell stops it.

    At most `steps` far, if given; "height" and "width" are those of the part. Those that are ahead go first;
    colours travel with their cells.
    """
    dr, dc = direction
    labels, count = label_mask(mask, True)
    parts: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    rows, columns = labels.nonzero()
    for row, column, number in zip(
        rows.tolist(), columns.tolist(), labels[rows, columns].tolist(), strict=True
    ):
        parts[number - 1].append((row, column))
    parts.sort(key=lambda cells: -max(row * dr + column * dc for row, column in cells))
    # parts move over the bytes of a grid with an edge around it that stops them
    edge = max(abs(dr), abs(dc))
    made = plain((grid.shape[0] + 2 * edge, grid.shape[1] + 2 * edge), 1 - background)
    inside = np.s_[edge : edge + grid.shape[0], edge : edge + grid.shape[1]]
    made[inside] = grid
    out, width, free = bytearray(made), made.shape[1], background & 255
    for cells in parts:
        if isinstance(steps, str):
            along = [cell[("height", "width").index(steps)] for cell in cells]
            limit = max(along) - min(along) + 1
        else:
            limit = 30 if steps is None else steps
        places = [(row + edge) * width + column + edge for row, column in cells]
        colours = [out[place] for place in places]
        for place in places:
            out[place] = free
        step, far = dr * width + dc, 0
        while far < limit and all(out[place + (far + 1) * step] == free for place in places):
            far += 1
        for place, colour in zip(places, colours, strict=True):
            out[place + far * step] = colour
    return np.frombuffer(out, np.int8).reshape(made.shape)[inside].copy()
