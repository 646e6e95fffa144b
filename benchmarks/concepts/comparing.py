"""Concepts that compare: same and different, filled and hollow, which way, how many, in which order."""

from __future__ import annotations

from collections.abc import Callable
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
    frame,
    in_a_direction,
    put,
    scatter,
    stamp,
)


def _bar(random: Random, across: bool) -> np.ndarray:
    length = random.randint(3, 5)
    return block(1, length) if across else block(length, 1)


@concept
def recolour_by_orientation(rule: Random) -> Draw:
    base, lying, standing = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = grid.copy()
        for number in range(4):
            across = number < 1 or (number < 3 and random.random() < 0.5)
            shape = _bar(random, across)
            place = put(random, grid, shape, base)
            if place is None:
                return None
            stamp(out, shape, *place, lying if across else standing)
        return grid, out

    return draw


@concept
def tell_the_orientation(rule: Random) -> Draw:
    lying, standing = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 7, 10)
        across = random.random() < 0.5
        for _ in range(2):
            if put(random, grid, _bar(random, across), random.randint(1, 9)) is None:
                return None
        return grid, np.array([[lying if across else standing]])

    return draw


def _rectangles(becomes: Callable[[bool, np.ndarray, np.ndarray], np.ndarray | None]) -> Draw:
    """A full rectangle, a hollow one and one of either kind.

    `becomes` gets whether one is full, and it as a full and as a hollow one; it gives what is drawn there.
    """

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        out = grid.copy()
        for number in range(3):
            side, across = random.randint(3, 5), random.randint(3, 5)
            full = number == 0 or (number == 2 and random.random() < 0.5)
            colour = random.randint(1, 9)
            solid, outline = block(side, across), frame(side, across)
            place = put(random, grid, solid if full else outline, colour)
            if place is None:
                return None
            shape = becomes(full, solid, outline)
            if shape is not None:
                stamp(out, shape, *place, colour)
        return grid, out

    return draw


@concept
def fill_the_hollow(rule: Random) -> Draw:
    """Hollow rectangles become full ones, or the other way round."""
    hollow = rule.random() < 0.5
    return _rectangles(lambda full, solid, outline: outline if hollow else solid)


@concept
def swap_full_and_hollow(rule: Random) -> Draw:
    return _rectangles(lambda full, solid, outline: outline if full else solid)


@concept
def keep_the_full(rule: Random) -> Draw:
    """Or the hollow, and the others go."""
    hollow = rule.random() < 0.5

    def kept(full: bool, solid: np.ndarray, outline: np.ndarray) -> np.ndarray | None:
        if full == hollow:
            return None
        return solid if full else outline

    return _rectangles(kept)


@concept
def crop_the_full(rule: Random) -> Draw:
    hollow = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        answer = None
        for number in range(3):
            side, across = random.randint(3, 5), random.randint(3, 5)
            full, colour = (number == 0) != hollow, random.randint(1, 9)
            shape = block(side, across) if full else frame(side, across)
            if put(random, grid, shape, colour) is None:
                return None
            answer = shape * colour if number == 0 else answer
        return None if answer is None else (grid, answer)

    return draw


@concept
def keep_the_different_shape(rule: Random) -> Draw:
    same = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        out = grid.copy()
        shapes = random.sample(SHAPES, 2)
        for shape in (shapes[0], shapes[0], shapes[0], shapes[1]):
            colour = random.randint(1, 9)
            place = put(random, grid, shape, colour)
            if place is None:
                return None
            if (shape is shapes[0]) == same:
                stamp(out, shape, *place, colour)
        return grid, out

    return draw


@concept
def crop_the_different_shape(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        shapes, shade = random.sample(SHAPES, 2), random.randint(1, 9)
        for shape in (shapes[0], shapes[0], shapes[0], shapes[1]):
            if put(random, grid, shape, shade) is None:
                return None
        return grid, shapes[1] * shade

    return draw


@concept
def recolour_those_like_the_key(rule: Random) -> Draw:
    """Objects with the shape of the one in the key colour take a new colour, or the key's."""
    key, base, new = colours(rule, 3)
    new = rule.choice((key, new))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        shapes = random.sample(SHAPES, 3)
        place = put(random, grid, shapes[0], key)
        out = grid.copy()
        for shape in (shapes[0], shapes[1], shapes[1], random.choice(shapes[1:])):
            place = put(random, grid, shape, base)
            if place is None:
                return None
            stamp(out, shape, *place, new if shape is shapes[0] else base)
        return grid, out

    return draw


@concept
def are_the_halves_the_same(rule: Random) -> Draw:
    same, different, line = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        colour, side = random.randint(1, 9), random.randint(3, 4)
        one = np.array([[random.randint(0, 1) for _ in range(side)] for _ in range(side)]) * colour
        other = one.copy()
        equal = random.random() < 0.5
        if not equal:
            at = random.randrange(side), random.randrange(side)
            other[at] = 0 if other[at] else colour
        grid = np.hstack([one, np.full((side, 1), line), other])
        return grid, np.array([[same if equal else different]])

    return draw


@concept
def crop_the_most_common_shape(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        shapes, shades = random.sample(SHAPES, 3), colours(random, 3)
        for number, times in enumerate(random.sample((1, 2, 3), 3)):
            for _ in range(times):
                if put(random, grid, shapes[number], shades[number]) is None:
                    return None
            if times == 3:
                answer = shapes[number] * shades[number]
        return grid, answer

    return draw


@concept
def count_objects(rule: Random) -> Draw:
    """As many cells as there are objects: along a row, along a diagonal, or as the side of a square."""
    shade, kind = rule.randint(1, 9), rule.choice(("row", "diagonal", "square"))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        count = random.randint(1, 5)
        if scatter(random, grid, count, lambda: shade) is None:
            return None
        if kind == "row":
            return grid, np.full((1, count), shade)
        return grid, np.eye(count, dtype=int) * shade if kind == "diagonal" else np.full(
            (count, count), shade
        )

    return draw


@concept
def recolour_by_count(rule: Random) -> Draw:
    base = rule.randint(1, 9)
    new = colours(rule, 3, (base,))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 13)
        out = grid.copy()
        for size in [1, 2, 3, random.randint(1, 3)]:
            shape = _bar(random, random.random() < 0.5)
            shape = np.ones((min(size, shape.shape[0]), min(size, shape.shape[1])), int)
            place = put(random, grid, shape, base)
            if place is None or shape.size != size:
                return None
            stamp(out, shape, *place, new[size - 1])
        return grid, out

    return draw


@concept
def box_with_most_dots(rule: Random) -> Draw:
    base, dot = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 13, 16)
        crops = {}
        for count in random.sample((1, 2, 3, 4), 3):
            side, across = random.randint(4, 5), random.randint(4, 5)
            place = put(random, grid, block(side, across), base)
            if place is None:
                return None
            for cell in random.sample(range(side * across), count):
                grid[place[0] + cell // across, place[1] + cell % across] = dot
            crops[count] = grid[place[0] : place[0] + side, place[1] : place[1] + across].copy()
        return grid, crops[max(crops)]

    return draw


@concept
def recolour_in_order(rule: Random) -> Draw:
    """Objects of one colour take the task's colours from the left to the right, or by their size."""
    base = rule.randint(1, 9)
    new, by_size = colours(rule, 3, (base,)), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        things = []
        for size in random.sample(range(1, 6), 3):
            shape = block(size, random.choice((1, 2)))
            place = put(random, grid, shape, base)
            if place is None:
                return None
            things.append((shape.size if by_size else place[1], place, shape))
        if len({thing[0] for thing in things}) < 3:
            return None
        out = grid.copy()
        for colour, (_, place, shape) in zip(new, sorted(things, key=lambda one: one[0]), strict=True):
            stamp(out, shape, *place, colour)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def colours_by_size_in_a_column(rule: Random) -> Draw:
    ascending = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        sizes = sorted(random.sample(range(1, 6), 3), reverse=not ascending)
        shades = colours(random, 3)
        for size, shade in zip(sizes, shades, strict=True):
            if put(random, grid, block(size, size), shade) is None:
                return None
        return grid, np.array([[shade] for shade in shades])

    return draw


@concept
def swap_the_colours_of_two(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 8, 12)
        one, other = colours(random, 2)
        for colour in (one, other):
            if put(random, grid, random.choice(SHAPES), colour) is None:
                return None
        out = grid.copy()
        out[grid == one], out[grid == other] = other, one
        return grid, out

    return draw


@concept
def grow_the_stair(rule: Random) -> Draw:
    """A row of cells; below it, each row is one cell longer, until the grid ends."""

    def draw(random: Random) -> Drawn | None:
        width = random.randint(5, 9)
        length, shade = random.randint(1, 3), random.randint(1, 9)
        grid = np.zeros((random.randint(3, width - 2), width), int)
        grid[0, :length] = shade
        out = grid.copy()
        for row in range(grid.shape[0]):
            out[row, : length + row] = shade
        return grid, out

    return in_a_direction(draw, rule)
