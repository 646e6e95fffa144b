"""Varied concepts: same and different, order."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, colours, fits, frame, in_a_direction, stamp
from benchmarks.concepts.varied import (
    a_shape,
    acting,
    paint,
    room,
    scene,
    size,
    upto,
    varied,
)


@acting(own=1, count=(3, 4), shape=a_shape, shades=2)
def same_shapes_recoloured(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Objects whose shape occurs again, whatever their colour."""
    keys = [thing.shape.tolist() for thing in things]
    for thing, key in zip(things, keys, strict=True):
        if keys.count(key) > 1:
            paint(out, thing, own[0])
    return out


@varied
def same_rows_marked(rule: Random) -> Draw:
    """Rows that equal the first one take a colour, or stay alone."""
    colour = rule.choice((0, rule.randint(1, 9)))

    def draw(random: Random) -> Drawn | None:
        wide, shades = upto(random, 3, 5), colours(random, 2, (colour,))
        rows = [[random.choice(shades) for _ in range(wide)] for _ in range(2)]
        grid = np.array([rows[0], *(random.choice(rows) for _ in range(upto(random, 4, 7)))])
        same = (grid == grid[0]).all(1)
        if same.all() or same.sum() < 2:
            return None
        chosen = same if colour else ~same
        chosen[0] = False
        return grid, np.where(chosen[:, None], colour, grid)

    return in_a_direction(draw, rule)


@varied
def same_colour_as_the_frame(rule: Random) -> Draw:
    """Frames whose dot has another colour go, or those with the same."""
    same = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2)
        made = scene(random, upto(random, 2, 4), shades, lambda _: frame(5, 5), room(random, 12, 15))
        if made is None:
            return None
        grid, out = made[0], made[0].copy()
        kept = []
        for thing in made[1]:
            shade = random.choice(shades)
            stays = (shade == thing.colour) == same
            kept.append(stays)
            grid[thing.row + 2, thing.col + 2] = shade
            out[thing.row + 2, thing.col + 2] = shade if stays else 0
            if not stays:
                paint(out, thing, 0)
        return (grid, out) if any(kept) and not all(kept) else None

    return draw


@varied
def same_in_both_halves(rule: Random) -> Draw:
    """Cells that are the same on both sides of a line, or that differ, in a colour."""
    line, shade, colour = colours(rule, 3)
    same = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        high, wide = upto(random, 3, 5), upto(random, 3, 5)
        one, two = (
            np.array([[random.randint(0, 1) for _ in range(wide)] for _ in range(high)]) for _ in range(2)
        )
        grid = np.hstack([one * shade, np.full((high, 1), line), two * shade])
        return grid, np.where((one == two) == same, colour, 0)

    return in_a_direction(draw, rule)


@acting(count=(3, 5), shape=a_shape, shades=2)
def same_size_as_another(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Objects that have as many cells as another stay."""
    sizes = [size(thing) for thing in things]
    for thing in things:
        if sizes.count(size(thing)) == 1:
            paint(out, thing, 0)
    return out if out.any() else None


def _in_a_row(random: Random, count: int) -> tuple[np.ndarray, list[Thing]] | None:
    """Objects of different colours one after the other in a row."""
    shades, col = colours(random, count), random.randint(0, 1)
    things = []
    for shade in shades:
        shape = random.choice(SHAPES)
        things.append(Thing(random.randint(0, 3), col, shape, shade))
        col += shape.shape[1] + random.randint(1, 2)
    grid = np.zeros((random.randint(6, 8), col), int)
    for thing in things:
        paint(grid, thing, thing.colour)
    return (grid, things) if col <= 30 else None


@varied
def order_reversed(rule: Random) -> Draw:
    """The colours of objects from left to right, given from right to left."""

    def draw(random: Random) -> Drawn | None:
        made = _in_a_row(random, upto(random, 2, 4))
        if made is None:
            return None
        out = made[0].copy()
        for thing, other in zip(made[1], made[1][::-1], strict=True):
            paint(out, thing, other.colour)
        return made[0], out

    return in_a_direction(draw, rule)


@varied
def order_every_second(rule: Random) -> Draw:
    """From left to right every second object goes, or takes a colour."""
    colour, first = rule.choice((0, rule.randint(1, 9))), rule.randint(0, 1)

    def draw(random: Random) -> Drawn | None:
        made = _in_a_row(random, upto(random, 3, 5))
        if made is None:
            return None
        out = made[0].copy()
        for thing in made[1][first::2]:
            paint(out, thing, colour)
        return made[0], out

    return in_a_direction(draw, rule)


@varied
def order_first_and_last(rule: Random) -> Draw:
    """The first object takes one colour, the last another; or both ends go."""
    first, last = colours(rule, 2) if rule.random() < 0.7 else (0, 0)

    def draw(random: Random) -> Drawn | None:
        made = _in_a_row(random, upto(random, 3, 4))
        if made is None:
            return None
        out = made[0].copy()
        paint(out, made[1][0], first)
        paint(out, made[1][-1], last)
        return made[0], out

    return in_a_direction(draw, rule)


@varied
def order_stairs_from_bars(rule: Random) -> Draw:
    """Bars on the ground, sorted by height, each where a bar stood."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 8, 10)
        count = upto(random, 3, 4, 1)
        cols = sorted(random.sample(range(0, grid.shape[1], 2), min(count, (grid.shape[1] + 1) // 2)))
        heights = random.sample(range(1, len(grid)), len(cols))
        bars = [(height, random.randint(1, 9)) for height in heights]
        out = grid.copy()
        for col, (height, shade), (sorted_height, sorted_shade) in zip(cols, bars, sorted(bars), strict=True):
            grid[-height:, col] = shade
            out[-sorted_height:, col] = sorted_shade
        return grid, out

    return in_a_direction(draw, rule)


@varied
def order_largest_first_cropped(rule: Random) -> Draw:
    """All objects' colours by size, each as a block of two by two, in a column."""
    descending = rule.random() < 0.6

    def draw(random: Random) -> Drawn | None:
        count = upto(random, 2, 3)
        made = scene(random, count, colours(random, count))
        if (
            made is None
            or len({thing.colour for thing in made[1]}) < count
            or len({*map(size, made[1])}) < count
        ):
            return None
        shades = [thing.colour for thing in sorted(made[1], key=size, reverse=descending)]
        return made[0], np.repeat(np.repeat(np.array([shades]).T, 2, 0), 2, 1)

    return in_a_direction(draw, rule)


@varied
def different_from_its_row(rule: Random) -> Draw:
    """Rows of equal objects, in each of them one that differs: it takes a colour."""
    colour = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        count, rows = upto(random, 3, 4), upto(random, 1, 2, 1)
        grid = np.zeros((4 * rows, 4 * count), int)
        out, shapes = grid.copy(), [shape for shape in SHAPES if max(shape.shape) < 4]
        for row in range(rows):
            usual, odd = random.sample(shapes, 2)
            shade, place = colours(random, 1, (colour,))[0], random.randrange(count)
            for number in range(count):
                shape = odd if number == place else usual
                if not fits(grid, shape, 4 * row, 4 * number, 0):
                    return None
                stamp(grid, shape, 4 * row, 4 * number, shade)
                stamp(out, shape, 4 * row, 4 * number, colour if number == place else shade)
        return grid, out

    return in_a_direction(draw, rule)
