"""Concepts whose tests vary more than their training pairs do: larger grids, more objects, other colours.

A task of them has two to four training pairs and three test pairs. `acting` makes a concept from what is done
to a scene of objects; `varied` from a whole drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import (
    CONCEPTS,
    SHAPES,
    Draw,
    Drawn,
    block,
    colours,
    frame,
    in_a_direction,
    put,
    stamp,
)

VARIED: set[str] = set()
Shape = Callable[[Random], np.ndarray]
Act = Callable[[np.ndarray, list[Thing], list[int]], np.ndarray | None]


class Wider(Random):
    """The random numbers of test pairs: whatever `upto` draws may be larger."""


def upto(random: Random, low: int, high: int, more: int = 2) -> int:
    return random.randint(low, high + (more if isinstance(random, Wider) else 0))


def room(random: Random, low: int = 9, high: int = 12, more: int = 4) -> np.ndarray:
    return np.zeros((upto(random, low, high, more), upto(random, low, high, more)), int)


def varied(make: Callable[[Random], Draw]) -> Callable[[Random], Draw]:
    CONCEPTS[make.__name__] = make
    VARIED.add(make.__name__)
    return make


def a_shape(random: Random) -> np.ndarray:
    return random.choice(SHAPES)


def a_block(random: Random) -> np.ndarray:
    return block(upto(random, 2, 4, 1), upto(random, 2, 4, 1))


def a_frame(random: Random) -> np.ndarray:
    return frame(upto(random, 3, 5, 1), upto(random, 3, 5, 1))


def an_odd_square(random: Random) -> np.ndarray:
    side = 2 * upto(random, 1, 2, 1) + 1
    return block(side, side)


def a_dot(random: Random) -> np.ndarray:
    return block(1, 1)


def a_bar(random: Random) -> np.ndarray:
    bar = block(1, upto(random, 2, 4, 1))
    return bar if random.random() < 0.5 else bar.T


def either(*shapes: Shape) -> Shape:
    return lambda random: random.choice(shapes)(random)


def scene(
    random: Random,
    count: int,
    shades: list[int],
    shape: Shape = a_shape,
    grid: np.ndarray | None = None,
    gap: int = 1,
    margin: int = 0,
) -> tuple[np.ndarray, list[Thing]] | None:
    """Objects that do not touch; None if one found no room. The grid given is drawn on."""
    grid = room(random) if grid is None else grid
    things: list[Thing] = []
    for _ in range(count):
        made, shade = shape(random), random.choice(shades)
        place = put(random, grid, made, shade, margin, gap)
        if place is None:
            return None
        things.append(Thing(*place, made, shade))
    return grid, things


def acting(
    own: int = 0,
    count: tuple[int, int] = (2, 3),
    shape: Shape = a_shape,
    shades: int = 3,
    turns: bool = True,
    gap: int = 1,
    margin: int = 0,
) -> Callable[[Act], Act]:
    """A concept: what is done to a scene. The act gets a copy of the grid, and `own` colours of the rule."""

    def register(act: Act) -> Act:
        def make(rule: Random) -> Draw:
            fixed = colours(rule, own)

            def draw(random: Random) -> Drawn | None:
                used = colours(random, shades, tuple(fixed)) if shades else fixed
                made = scene(random, upto(random, *count), used, shape, None, gap, margin)
                out = None if made is None else act(made[0].copy(), made[1], fixed)
                return None if made is None or out is None else (made[0], out)

            return in_a_direction(draw, rule) if turns else draw

        make.__module__ = act.__module__
        CONCEPTS[act.__name__] = make
        VARIED.add(act.__name__)
        return act

    return register


def box(grid: np.ndarray, thing: Thing) -> np.ndarray:
    """The part of the grid under the thing's box: a view."""
    return grid[thing.row : thing.bottom, thing.col : thing.right]


def paint(grid: np.ndarray, thing: Thing, colour: int) -> None:
    stamp(grid, thing.shape, thing.row, thing.col, colour)


def size(thing: Thing) -> int:
    return int(thing.shape.sum())


def specks(random: Random, grid: np.ndarray, count: int, shades: list[int]) -> None:
    """So many single cells of some colours on what is empty."""
    free = [tuple(cell) for cell in np.argwhere(grid == 0).tolist()]
    for cell in random.sample(free, min(count, len(free))):
        grid[cell] = random.choice(shades)


def dotted_frame(random: Random, grid: np.ndarray, edge: int, dot: int, count: int) -> Thing | None:
    """A frame with so many dots in it."""
    shape = frame(random.randint(4, 6), random.randint(4, 6))
    place = put(random, grid, shape, edge)
    if place is None:
        return None
    thing = Thing(*place, shape, edge)
    specks(random, box(grid, thing)[1:-1, 1:-1], count, [dot])
    return thing
