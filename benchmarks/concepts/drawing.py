"""What concepts are made of: shapes, a canvas, and ways to put shapes on it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

Drawn = tuple[np.ndarray, np.ndarray]
Draw = Callable[[Random], Drawn | None]  # None: this attempt failed, draw again
CONCEPTS: dict[str, Callable[[Random], Draw]] = {}

SHAPES = [
    np.array(rows)
    for rows in (
        [[1, 1], [1, 1]],
        [[1, 0], [1, 1]],
        [[1, 1, 1]],
        [[1], [1], [1]],
        [[1, 1, 1], [0, 1, 0]],
        [[0, 1, 0], [1, 1, 1], [0, 1, 0]],
        [[1, 0, 0], [1, 0, 0], [1, 1, 1]],
        [[1, 1, 0], [0, 1, 1]],
        [[1, 1, 1], [1, 0, 1], [1, 1, 1]],
        [[1, 0, 1], [0, 1, 0], [1, 0, 1]],
        [[1, 1, 1], [1, 1, 1]],
    )
]


def concept(make: Callable[[Random], Draw]) -> Callable[[Random], Draw]:
    CONCEPTS[make.__name__] = make
    return make


def colours(random: Random, count: int, but: tuple[int, ...] = ()) -> list[int]:
    return random.sample([colour for colour in range(1, 10) if colour not in but], count)


def canvas(random: Random, low: int = 8, high: int = 14) -> np.ndarray:
    return np.zeros((random.randint(low, high), random.randint(low, high)), int)


def fits(grid: np.ndarray, shape: np.ndarray, row: int, col: int, gap: int = 1) -> bool:
    height, width = shape.shape
    if row < 0 or col < 0 or row + height > grid.shape[0] or col + width > grid.shape[1]:
        return False
    return not grid[max(0, row - gap) : row + height + gap, max(0, col - gap) : col + width + gap].any()


def stamp(grid: np.ndarray, shape: np.ndarray, row: int, col: int, colour: int) -> None:
    height, width = shape.shape
    grid[row : row + height, col : col + width][shape > 0] = colour


def put(
    random: Random, grid: np.ndarray, shape: np.ndarray, colour: int, margin: int = 0, gap: int = 1
) -> tuple[int, int] | None:
    """Draw the shape where nothing is within `gap` cells of it; its place, or None."""
    for _ in range(40):
        row = random.randint(margin, max(margin, grid.shape[0] - shape.shape[0] - margin))
        col = random.randint(margin, max(margin, grid.shape[1] - shape.shape[1] - margin))
        if fits(grid, shape, row, col, gap):
            stamp(grid, shape, row, col, colour)
            return row, col
    return None


def scatter(
    random: Random, grid: np.ndarray, count: int, colour: Callable[[], int]
) -> list[tuple[Any, ...]] | None:
    """Several shapes: (row, col, shape, colour) of each, or None if there was no room."""
    found = []
    for _ in range(count):
        shape, shade = random.choice(SHAPES), colour()
        place = put(random, grid, shape, shade)
        if place is None:
            return None
        found.append((*place, shape, shade))
    return found


def block(height: int, width: int) -> np.ndarray:
    return np.ones((height, width), int)


def frame(height: int, width: int) -> np.ndarray:
    shape = block(height, width)
    shape[1:-1, 1:-1] = 0
    return shape


def turned(pair: Drawn | None, turns: int) -> Drawn | None:
    return None if pair is None else (np.rot90(pair[0], turns), np.rot90(pair[1], turns))


def in_a_direction(draw: Draw, rule: Random) -> Draw:
    """The same concept in a direction that the task fixes."""
    turns = rule.randrange(4)
    return lambda random: turned(draw(random), turns)
