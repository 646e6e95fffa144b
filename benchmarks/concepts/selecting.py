"""Concepts: choose an object, count, sort and scale."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

from benchmarks.concepts.drawing import (
    SHAPES,
    Draw,
    Drawn,
    block,
    canvas,
    colours,
    concept,
    frame,
    in_a_direction,
    put,
    scatter,
    stamp,
)


def _by_size(random: Random, grid: np.ndarray, count: int) -> list[tuple[Any, ...]] | None:
    """Blocks and crosses of different size."""
    sizes = random.sample([1, 2, 3, 4, 5], count)
    found = []
    for size in sizes:
        shape, colour = (
            block(size, random.choice((size, size + 1)) if size < 5 else size),
            random.randint(1, 9),
        )
        place = put(random, grid, shape, colour)
        if place is None:
            return None
        found.append((*place, shape, colour))
    return sorted(found, key=lambda thing: thing[2].size)


@concept
def crop_largest(rule: Random) -> Draw:
    which = rule.choice((0, -1))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        things = _by_size(random, grid, 3)
        if things is None:
            return None
        _, _, shape, colour = things[which]
        return grid, shape * colour

    return draw


@concept
def keep_largest(rule: Random) -> Draw:
    which = rule.choice((0, -1))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        things = _by_size(random, grid, 3)
        if things is None:
            return None
        out = np.zeros_like(grid)
        row, col, shape, colour = things[which]
        stamp(out, shape, row, col, colour)
        return grid, out

    return draw


@concept
def recolour_by_size(rule: Random) -> Draw:
    base, one, two = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        things = _by_size(random, grid, 3)
        if things is None:
            return None
        grid = np.where(grid > 0, base, 0)
        out = grid.copy()
        for number, (row, col, shape, _) in enumerate(things):
            stamp(out, shape, row, col, two if number == 2 else one)
        return grid, out

    return draw


@concept
def odd_colour_out(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        common, odd = colours(random, 2)
        things = scatter(random, grid, 3, lambda: common)
        shape = random.choice(SHAPES)
        place = put(random, grid, shape, odd)
        return None if things is None or place is None else (grid, shape * odd)

    return draw


@concept
def crop_the_framed(rule: Random) -> Draw:
    edge = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 16)
        side, across = random.randint(3, 5), random.randint(3, 5)
        shades = colours(random, 3, (edge,))
        place = put(random, grid, np.pad(block(side, across), 1, constant_values=1), edge)
        if place is None:
            return None
        inner = np.array([[random.choice([0, *shades]) for _ in range(across)] for _ in range(side)])
        grid[place[0] + 1 : place[0] + 1 + side, place[1] + 1 : place[1] + 1 + across] = inner
        for _ in range(4):
            put(random, grid, block(1, 1), random.choice(shades))
        return grid, inner

    return draw


@concept
def keep_the_lines_of_one_way(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = np.zeros_like(grid)
        for number in range(4):
            length, colour = random.randint(3, 5), random.randint(1, 9)
            flat = number % 2 == 0
            shape = block(1, length) if flat else block(length, 1)
            place = put(random, grid, shape, colour)
            if place is None:
                return None
            if flat:
                stamp(out, shape, *place, colour)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def keep_what_touches_the_border(rule: Random) -> Draw:
    keep = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        things = scatter(random, grid, 4, lambda: random.randint(1, 9))
        if things is None:
            return None
        out = np.zeros_like(grid)
        kept = 0
        for row, col, shape, colour in things:
            edge = (
                row == 0
                or col == 0
                or row + shape.shape[0] == grid.shape[0]
                or col + shape.shape[1] == grid.shape[1]
            )
            if edge == keep:
                kept += 1
                stamp(out, shape, row, col, colour)
        return (grid, out) if 0 < kept < 4 else None

    return draw


@concept
def recolour_those_with_holes(rule: Random) -> Draw:
    base, new = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 16)
        out = np.zeros_like(grid)
        for holed in (True, False, random.random() < 0.5):
            side, across = random.randint(3, 5), random.randint(3, 5)
            shape = frame(side, across) if holed else block(side, across)
            place = put(random, grid, shape, base)
            if place is None:
                return None
            stamp(out, shape, *place, new if holed else base)
        return grid, out

    return draw


@concept
def recolour_top_object(rule: Random) -> Draw:
    base, new = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        things = scatter(random, grid, 3, lambda: base)
        if things is None or len({row for row, *_ in things}) < 3:
            return None
        out = grid.copy()
        row, col, shape, _ = min(things, key=lambda thing: thing[0])
        stamp(out, shape, row, col, new)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def remove_beyond_the_line(rule: Random) -> Draw:
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        row = random.randint(4, grid.shape[0] - 5)
        grid[row] = line
        things = scatter(random, grid, 4, lambda: random.choice(colours(random, 1, (line,))))
        if things is None or len({thing[0] < row for thing in things}) < 2:
            return None
        out = grid.copy()
        out[:row] = 0
        return grid, out

    return in_a_direction(draw, rule)


@concept
def count_as_bar(rule: Random) -> Draw:
    colour, length = rule.randint(1, 9), rule.randint(5, 6)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 7, 10)
        count = random.randint(1, length)
        for _ in range(count):
            if put(random, grid, block(1, 1), colour) is None:
                return None
        for _ in range(random.randint(0, 3)):
            put(random, grid, block(1, 1), random.choice(colours(random, 1, (colour,))))
        out = np.zeros((1, length), int)
        out[0, :count] = colour
        return grid, out

    return draw


@concept
def most_common_colour(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 7, 10)
        shades = colours(random, 3)
        for shade, count in zip(shades, random.sample(range(2, 9), 3), strict=True):
            for _ in range(count):
                if put(random, grid, block(1, 1), shade) is None:
                    return None
        counts = [(grid == shade).sum() for shade in shades]
        return grid, np.array([[shades[int(np.argmax(counts))]]])

    return draw


@concept
def sort_bars(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        heights = random.sample(range(1, 8), random.randint(3, 5))
        shades = [random.randint(1, 9) for _ in heights]
        grid = np.zeros((8, 2 * len(heights)), int)
        out = grid.copy()
        bars = list(zip(heights, shades, strict=True))
        for place, (height, shade) in enumerate(bars):
            grid[8 - height :, 2 * place] = shade
        for place, (height, shade) in enumerate(sorted(bars)):
            out[8 - height :, 2 * place] = shade
        return (grid, out) if not (grid == out).all() else None

    return in_a_direction(draw, rule)


@concept
def scale_up(rule: Random) -> Draw:
    factor = rule.randint(2, 4)

    def draw(random: Random) -> Drawn | None:
        grid = np.array(
            [
                [random.randint(0, 9) for _ in range(random.choice((3, 3)))]
                for _ in range(random.randint(2, 4))
            ]
        )
        return grid, grid.repeat(factor, 0).repeat(factor, 1)

    return draw


@concept
def crop_and_scale(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        shape, colour = random.choice(SHAPES), random.randint(1, 9)
        if put(random, grid, shape, colour) is None:
            return None
        return grid, (shape * colour).repeat(2, 0).repeat(2, 1)

    return draw


@concept
def palette_in_order(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 8, 12)
        shades = colours(random, 3)
        for shade, count in zip(shades, (9, 5, 2), strict=True):
            for _ in range(count):
                if put(random, grid, block(1, 1), shade) is None:
                    return None
        return grid, np.array([[shade] for shade in shades])

    return draw
