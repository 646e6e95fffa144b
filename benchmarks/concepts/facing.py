"""What lies between objects that face each other, keys in frames, and what is left when the rest is cleared.

`box_between_inset`, `cleared_and_ringed` and those of keys were written after what finds them; nothing was
fixed for the others.
"""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.drawing import (
    SHAPES,
    Draw,
    Drawn,
    block,
    canvas,
    colours,
    concept,
    in_a_direction,
    put,
    stamp,
)


def _facing(random: Random) -> tuple[np.ndarray, tuple[int, int, int, int]] | None:
    """Two blocks one over the other, or side by side, and the box between them: (row, col, height, width)."""
    grid = canvas(random, 10, 14)
    one, other = colours(random, 2, (8,))
    (high, wide), (deep, broad) = ((random.randint(2, 3), random.randint(4, 7)) for _ in range(2))
    gap = random.randint(2, 4)
    top, left, right = (random.randint(0, 2) for _ in range(3))
    below = top + high + gap
    if below + deep > grid.shape[0] or max(left + wide, right + broad) > grid.shape[1]:
        return None
    grid[top : top + high, left : left + wide] = one
    grid[below : below + deep, right : right + broad] = other
    start, end = max(left, right), min(left + wide, right + broad)
    if random.random() < 0.5:
        return grid.T, (start, top + high, end - start, gap)
    return grid, (top + high, start, gap, end - start)


def _between(inset: int) -> Draw:
    def draw(random: Random) -> Drawn | None:
        made = _facing(random)
        if made is None:
            return None
        grid, (row, col, high, wide) = made
        across = grid[row - 1, col] == 0 if row else True  # the blocks lie left and right
        down, aside = (inset, 0) if across else (0, inset)
        out = grid.copy()
        out[row + down : row + high - down, col + aside : col + wide - aside] = 8
        return None if min(high - 2 * down, wide - 2 * aside) < 1 else (grid, out)

    return draw


@concept
def box_between(rule: Random) -> Draw:
    """All that lies between two blocks is filled."""
    return _between(0)


@concept
def box_between_inset(rule: Random) -> Draw:
    """The same without the outermost line on both sides."""
    return _between(1)


def _keyed(random: Random, framed: bool, turned: bool) -> Drawn | None:
    """Shapes of one colour; those like the key take its colour, one like another coloured shape does not."""
    frame, key, decoy = 5, *colours(random, 2, (1, 5))
    grid = canvas(random, 15, 19)
    shapes = random.sample([shape for shape in SHAPES if max(shape.shape) == 3], 3)
    box = np.ones((7, 7), int)
    box[1:-1, 1:-1] = 0
    place = put(random, grid, box, frame)
    if place is None:
        return None
    shape = shapes[0]
    stamp(grid, shape, place[0] + 2, place[1] + 2, key)
    if framed and put(random, grid, shapes[1], decoy) is None:
        return None
    out = grid.copy()
    for number in (0, 0, 1, 2):
        shown = np.rot90(shapes[number], random.randrange(4)) if turned else shapes[number]
        found = put(random, grid, shown, 1)
        if found is None:
            return None
        stamp(out, shown, *found, key if number == 0 else 1)
    return grid, out


@concept
def key_in_a_frame(rule: Random) -> Draw:
    """Shapes like the one in a frame take its colour; a coloured shape outside tells nothing."""
    return lambda random: _keyed(random, True, False)


@concept
def key_turned_in_a_frame(rule: Random) -> Draw:
    """Shapes like the one in the frame, turned in any way, take its colour."""
    return lambda random: _keyed(random, False, True)


def _cleared(rule: Random, fill: np.ndarray) -> Draw:
    """Only the rarest colour stays, with a figure around it."""
    ink = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        rare, *others = colours(random, 4, (ink,))
        grid = canvas(random, 9, 13)
        for colour in others:
            for _ in range(random.randint(3, 6)):
                put(random, grid, block(1, 1), colour, 0, 0)
        place = put(random, grid, block(1, 1), rare, 1, 0)
        if place is None:
            return None
        out = np.zeros_like(grid)
        stamp(out, fill, place[0] - 1, place[1] - 1, ink)
        out[place] = rare
        return grid, out

    return draw


@concept
def cleared_and_ringed(rule: Random) -> Draw:
    return _cleared(rule, np.ones((3, 3), int))


@concept
def cleared_and_crossed(rule: Random) -> Draw:
    return _cleared(rule, np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]]))


@concept
def cleared_and_sent(rule: Random) -> Draw:
    """Only the rarest colour stays, and goes on to the border."""

    def draw(random: Random) -> Drawn | None:
        made = _cleared(rule, np.zeros((3, 3), int))(random)
        if made is None:
            return None
        grid, out = made
        ((row, col),) = np.argwhere(out)
        out[row:, col] = out[row, col]
        return grid, out

    return in_a_direction(draw, rule)
