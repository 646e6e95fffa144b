"""Concepts: things move, and lines are drawn."""

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
    scatter,
    stamp,
)


@concept
def move_by_steps(rule: Random) -> Draw:
    steps, colour = rule.randint(1, 3), rule.choice([None, *range(1, 10)])

    def draw(random: Random) -> Drawn | None:
        grid, out = canvas(random), None
        shade = colour or random.randint(1, 9)
        shape = random.choice(SHAPES)
        place = put(random, grid, shape, shade)
        out = np.zeros_like(grid)
        if place is None or place[0] + shape.shape[0] + steps > grid.shape[0]:
            return None
        stamp(out, shape, place[0] + steps, place[1], shade)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def move_to_border(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        things = scatter(random, grid, random.randint(1, 3), lambda: random.randint(1, 9))
        if things is None:
            return None
        out = np.zeros_like(grid)
        spans = [set(range(col, col + shape.shape[1])) for _, col, shape, _ in things]
        if len(set().union(*spans)) < sum(map(len, spans)):
            return None
        for _, col, shape, colour in things:
            stamp(out, shape, grid.shape[0] - shape.shape[0], col, colour)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def move_to_wall(rule: Random) -> Draw:
    wall = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 15)
        line = random.randint(7, grid.shape[0] - 1)
        grid[line] = wall
        (colour,), shape = colours(random, 1, (wall,)), random.choice(SHAPES)
        out = grid.copy()
        row, col = random.randint(0, 3), random.randint(0, grid.shape[1] - shape.shape[1])
        if row + shape.shape[0] >= line:
            return None
        stamp(grid, shape, row, col, colour)
        stamp(out, shape, line - shape.shape[0], col, colour)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def fall_onto_each_other(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 6, 10)
        for _ in range(random.randint(5, 12)):
            grid[random.randrange(grid.shape[0]), random.randrange(grid.shape[1])] = random.randint(1, 9)
        out = np.zeros_like(grid)
        for col in range(grid.shape[1]):
            kept = grid[:, col][grid[:, col] > 0]
            out[grid.shape[0] - len(kept) :, col] = kept
        return grid, out

    return in_a_direction(draw, rule)


@concept
def swap_two_colours(rule: Random) -> Draw:
    one, two = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 5, 10)
        if scatter(random, grid, 3, lambda: random.choice((one, two))) is None:
            return None
        return grid, np.select([grid == one, grid == two], [two, one], grid)

    return draw


@concept
def extend_to_border(rule: Random) -> Draw:
    colour = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        rows = random.sample(range(1, grid.shape[0] - 1), random.randint(1, 3))
        out = grid.copy()
        for row in rows:
            shade, col = colour or random.randint(1, 9), random.randint(0, grid.shape[1] - 2)
            grid[row, col] = shade
            out[row, col:] = shade
        return grid, out

    return in_a_direction(draw, rule)


@concept
def connect_equal_cells(rule: Random) -> Draw:
    line = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        out = grid.copy()
        for row in random.sample(range(grid.shape[0]), random.randint(2, 4)):
            left, right = sorted(random.sample(range(grid.shape[1]), 2))
            shade = random.choice([c for c in range(1, 10) if c != line])
            if right - left < 2:
                return None
            out[row, left : right + 1] = line or shade
            grid[row, [left, right]] = out[row, [left, right]] = shade
        return grid, out

    return in_a_direction(draw, rule)


@concept
def cross_through_points(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        row, col, colour = (
            random.randrange(grid.shape[0]),
            random.randrange(grid.shape[1]),
            random.randint(1, 9),
        )
        grid[row, col] = colour
        out = grid.copy()
        out[row] = out[:, col] = colour
        return grid, out

    return draw


@concept
def diagonals_from_points(rule: Random) -> Draw:
    ray = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        row, col = random.randrange(grid.shape[0]), random.randrange(grid.shape[1])
        colour = random.choice([c for c in range(1, 10) if c != ray])
        out = grid.copy()
        for (r, c), _ in np.ndenumerate(grid):
            if abs(r - row) == abs(c - col):
                out[r, c] = ray
        grid[row, col] = out[row, col] = colour
        return grid, out

    return draw


@concept
def outline_objects(rule: Random) -> Draw:
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = np.zeros_like(grid)
        for _ in range(2):
            shape = block(random.randint(1, 3), random.randint(1, 3))
            colour = random.choice([c for c in range(1, 10) if c != line])
            place = put(random, grid, np.pad(shape, 1), colour)
            if place is None:
                return None
            height, width = shape.shape
            out[place[0] : place[0] + height + 2, place[1] : place[1] + width + 2] = line
            out[place[0] + 1 : place[0] + height + 1, place[1] + 1 : place[1] + width + 1] = colour
        return grid, out

    return draw
