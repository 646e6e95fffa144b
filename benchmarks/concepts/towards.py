"""An object and what lies about it: copies that go to marks, boxes that reach them, boxes broken by noise.

Written after what finds them (`model and another`, `clusters`, `denoise`); nothing was fixed for them since.
"""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, block, colours, put, stamp
from benchmarks.concepts.varied import room, upto, varied

_LARGE = [shape for shape in SHAPES if shape.sum() > 3 and min(shape.shape) > 2]
_WAYS = [(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)]


def _copies(random: Random, gap: int, most: int) -> Drawn | None:
    """A model with parts of copies around it, in colours of their own; then the whole copies."""
    shape, grid = random.choice(_LARGE), room(random, 15, 18)
    ink, *inks = colours(random, 4)
    high, wide = shape.shape
    row, col = (
        random.randint(side + 1, length - 2 * side - 1)
        for side, length in zip(shape.shape, grid.shape, strict=True)
    )
    stamp(grid, shape, row, col, ink)
    out = grid.copy()
    for (down, across), other in zip(random.sample(_WAYS, upto(random, 1, 2, 1)), inks, strict=False):
        for number in range(1, most + 1):
            top, left = row + number * down * (high + gap), col + number * across * (wide + gap)
            _clipped(out, shape, top, left, other)
            if number == 1:
                if top < 0 or left < 0 or top + high > grid.shape[0] or left + wide > grid.shape[1]:
                    return None
                near = np.zeros_like(shape)
                rows = slice(None) if not down else slice(0, 1) if down > 0 else slice(high - 1, high)
                cols = slice(None) if not across else slice(0, 1) if across > 0 else slice(wide - 1, wide)
                near[rows, cols] = shape[rows, cols]
                if not near.any() or (down and across and not near[rows, cols].all()):
                    return None
                stamp(grid, near, top, left, other)
    return grid, out


def _clipped(grid: np.ndarray, shape: np.ndarray, top: int, left: int, colour: int) -> None:
    for down, across in np.argwhere(shape):
        row, col = top + down, left + across
        if 0 <= row < grid.shape[0] and 0 <= col < grid.shape[1]:
            grid[row, col] = colour


@varied
def copied_on_to_the_border(rule: Random) -> Draw:
    """Copies go on, one after the other, in the direction and the colour of the part that shows."""
    gap = rule.randint(1, 2)
    return lambda random: _copies(random, gap, 9)


@varied
def copied_once(rule: Random) -> Draw:
    """Each part that shows becomes a whole copy of the model."""
    gap = rule.randint(1, 2)
    return lambda random: _copies(random, gap, 1)


def _and_a_mark(random: Random, frame: int, inner: int, mark: int) -> tuple[np.ndarray, slice, slice] | None:
    """A filled frame, a mark beyond one of its sides, and the box of both."""
    grid = room(random, 10, 14)
    shape = block(upto(random, 3, 5), upto(random, 3, 5))
    place = put(random, grid, shape, frame)
    if place is None:
        return None
    (row, col), (high, wide) = place, shape.shape
    grid[row + 1 : row + high - 1, col + 1 : col + wide - 1] = inner
    across = random.randrange(row, row + high)
    free = [at for at in range(grid.shape[1]) if at < col - 1 or at > col + wide]
    if not free:
        return None
    at = random.choice(free)
    grid[across, at] = mark
    return grid, slice(row, row + high), slice(min(at, col), max(at + 1, col + wide))


def _turned(made: Drawn | None, random: Random) -> Drawn | None:
    turns = random.randrange(4)
    return None if made is None else (np.rot90(made[0], turns), np.rot90(made[1], turns))


@varied
def stretched_to_a_mark(rule: Random) -> Draw:
    """A frame with its inside is stretched until it reaches the mark."""
    (mark,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        frame, inner = colours(random, 2, (mark,))
        made = _and_a_mark(random, frame, inner, mark)
        if made is None:
            return None
        grid, rows, cols = made
        out = grid.copy()
        out[rows, cols] = frame
        out[rows, cols][1:-1, 1:-1] = inner
        return _turned((grid, out), random)

    return draw


@varied
def filled_to_a_mark(rule: Random) -> Draw:
    """A block goes on, as broad as it is, until the mark, which stays."""
    (mark,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        (ink,) = colours(random, 1, (mark,))
        made = _and_a_mark(random, ink, ink, mark)
        if made is None:
            return None
        grid, rows, cols = made
        out = grid.copy()
        out[rows, cols] = ink
        out[grid == mark] = mark
        return _turned((grid, out), random)

    return draw


@varied
def boxes_in_noise(rule: Random) -> Draw:
    """Boxes of one colour, pierced by noise, are filled up in another."""
    box, fill = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        (ink,) = colours(random, 1, (box, fill))
        grid = room(random, 13, 16)
        grid[np.array([random.random() < 0.35 for _ in range(grid.size)]).reshape(grid.shape)] = ink
        out, taken = grid.copy(), np.zeros_like(grid)
        for _ in range(upto(random, 2, 3)):
            shape = block(random.randint(2, 5), random.randint(2, 5))
            place = put(random, taken, shape, 1, 0, 3)
            if place is None:
                return None
            where = np.s_[place[0] : place[0] + len(shape), place[1] : place[1] + shape.shape[1]]
            pierced = grid[where] == ink
            if any(line.all() for line in (pierced[0], pierced[-1], pierced[:, 0], pierced[:, -1])):
                return None
            grid[where][~pierced] = box
            out[where] = np.where(pierced, fill, box)
        return grid, out

    return draw


@varied
def specks_on_blocks(rule: Random) -> Draw:
    """Specks of each grid's own colour, on blocks and beside them, are cleared; corners come back."""
    (ink,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        (speck,) = colours(random, 1, (ink,))
        out = room(random, 12, 15)
        for _ in range(upto(random, 2, 3)):
            if put(random, out, block(random.randint(3, 6), random.randint(3, 6)), ink, 0, 2) is None:
                return None
        grid = out.copy()
        for _ in range(grid.size // 18):
            grid[random.randrange(grid.shape[0]), random.randrange(grid.shape[1])] = speck
        return grid, out

    return draw
