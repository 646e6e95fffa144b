"""Concepts: copy, extend, clean up and complete, one step further."""

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
    frame,
    in_a_direction,
    put,
    scatter,
    stamp,
)


@concept
def copy_beside(rule: Random) -> Draw:
    gap, new = rule.randint(0, 1), rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        shape, colour = random.choice(SHAPES), random.randint(1, 9)
        place = put(random, grid, shape, colour)
        col = 0 if place is None else place[1] + shape.shape[1] + gap
        if place is None or col + shape.shape[1] > grid.shape[1]:
            return None
        out = grid.copy()
        stamp(out, shape, place[0], col, new or colour)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def copy_into_panels(rule: Random) -> Draw:
    line, all_panels = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        side, count = random.randint(3, 4), random.randint(2, 3)
        shape = np.array([[random.randint(0, 1) for _ in range(side)] for _ in range(side)])
        colour = colours(random, 1, (line,))[0]
        if not 2 < shape.sum() < side * side:
            return None
        height = (side + 1) * count - 1
        grid = np.zeros((height, height), int)
        grid[side :: side + 1] = line
        grid[:, side :: side + 1] = line
        out = grid.copy()
        first = random.randrange(count), random.randrange(count)
        for row in range(count):
            for col in range(count):
                at = row * (side + 1), col * (side + 1)
                if (row, col) == first:
                    stamp(grid, shape, *at, colour)
                if all_panels or row == first[0]:
                    stamp(out, shape, *at, colour)
        return grid, out

    return draw


@concept
def colours_of_the_same_shape(rule: Random) -> Draw:
    """Objects in the base colour take the colour of the coloured object of their shape."""
    base = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        shapes = random.sample(SHAPES, 2)
        shades = colours(random, 2, (base,))
        for shape, shade in zip(shapes, shades, strict=True):
            if put(random, grid, shape, shade) is None:
                return None
        out = grid.copy()
        for number in [0, 1, random.randint(0, 1)]:
            place = put(random, grid, shapes[number], base)
            if place is None:
                return None
            stamp(out, shapes[number], *place, shades[number])
        return grid, out

    return draw


@concept
def as_many_copies(rule: Random) -> Draw:
    """The object side by side as often as there are dots."""
    dot = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 12)
        shape, colour = random.choice([s for s in SHAPES if s.size > 3]), colours(random, 1, (dot,))[0]
        count = random.randint(1, 4)
        if put(random, grid, shape, colour) is None:
            return None
        for _ in range(count):
            if put(random, grid, block(1, 1), dot) is None:
                return None
        return grid, np.tile(shape * colour, (1, count))

    return in_a_direction(draw, rule)


@concept
def close_the_frames(rule: Random) -> Draw:
    edge = rule.randint(1, 9)
    new = rule.choice([edge, *colours(rule, 1, (edge,))])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        out = grid.copy()
        for _ in range(2):
            shape = frame(random.randint(4, 6), random.randint(4, 6))
            place = put(random, grid, shape, edge)
            if place is None:
                return None
            stamp(out, shape, *place, edge)
            cells = np.argwhere(shape[1:-1] > 0) + np.array((1, 0))
            for row, col in random.sample(cells.tolist(), random.randint(1, 2)):
                grid[place[0] + row, place[1] + col] = 0
                out[place[0] + row, place[1] + col] = new
        return grid, out

    return draw


@concept
def complete_crosses(rule: Random) -> Draw:
    base, new = colours(rule, 2)
    new = rule.choice((base, new))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = grid.copy()
        for _ in range(3):
            shape = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
            place = put(random, grid, shape, base)
            if place is None:
                return None
            stamp(out, shape, *place, base)
            row, col = random.choice(((0, 1), (1, 0), (1, 2), (2, 1)))
            grid[place[0] + row, place[1] + col] = 0
            out[place[0] + row, place[1] + col] = new
        return grid, out

    return draw


@concept
def clean_stripes(rule: Random) -> Draw:
    noise = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 7, 11)
        for row in range(0, grid.shape[0], 2):
            grid[row : row + 2] = colours(random, 1, (noise,))[0]
        out = grid.copy()
        for _ in range(random.randint(4, 8)):
            grid[random.randrange(grid.shape[0]), random.randrange(grid.shape[1])] = noise
        return grid, out

    return in_a_direction(draw, rule)


@concept
def clean_inside_and_outside(rule: Random) -> Draw:
    """Rectangles with noise of one colour on and off them; away from them it goes, on them it is mended."""
    base, noise = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        out = grid.copy()
        for _ in range(2):
            shape = block(random.randint(4, 6), random.randint(4, 6))
            place = put(random, grid, shape, base)
            if place is None:
                return None
            stamp(out, shape, *place, base)
            for _ in range(2):
                row, col = random.randint(1, shape.shape[0] - 2), random.randint(1, shape.shape[1] - 2)
                grid[place[0] + row, place[1] + col] = noise
        for _ in range(4):
            put(random, grid, block(1, 1), noise)
        return grid, out

    return draw


@concept
def crop_and_clean(rule: Random) -> Draw:
    noise = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        side, across = random.randint(3, 5), random.randint(3, 5)
        shades = colours(random, 2, (noise,))
        place = put(random, grid, block(side, across), shades[0])
        if place is None:
            return None
        answer = np.where(np.arange(across) < across // 2, shades[0], shades[1]) * block(side, across)
        grid[place[0] : place[0] + side, place[1] : place[1] + across] = answer
        for _ in range(7):
            put(random, grid, block(1, 1), noise)
        return grid, answer

    return in_a_direction(draw, rule)


@concept
def extend_bars_to_the_border(rule: Random) -> Draw:
    """Thick and thin bars go on in one direction until the border or another object."""
    stops, new = rule.random() < 0.5, rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = grid.copy()
        wall = random.randint(7, grid.shape[0] - 1)
        if stops:
            grid[wall], out[wall] = 5, 5
        taken: set[int] = set()
        for _ in range(2):
            shape = block(random.randint(1, 3), random.randint(1, 3))
            colour = colours(random, 1, (5, new or 5))[0]
            row, col = random.randint(0, 3), random.randint(0, grid.shape[1] - shape.shape[1])
            columns = set(range(col - 1, col + shape.shape[1] + 1))
            if taken & columns:
                return None
            taken |= columns
            stamp(grid, shape, row, col, colour)
            end = wall if stops else grid.shape[0]
            out[row:end, col : col + shape.shape[1]] = new or colour
            stamp(out, shape, row, col, colour)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def extend_diagonals(rule: Random) -> Draw:
    """A short diagonal goes on, one way or both, until the border."""
    both = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        out = grid.copy()
        row, col = random.randint(2, grid.shape[0] - 4), random.randint(2, grid.shape[1] - 4)
        colour = random.randint(1, 9)
        for step in range(-14, 15):
            at = row + step, col + step
            if not (0 <= at[0] < grid.shape[0] and 0 <= at[1] < grid.shape[1]):
                continue
            if 0 <= step < 2:
                grid[at] = colour
            if step >= 0 or both:
                out[at] = colour
        return grid, out

    return in_a_direction(draw, rule)


@concept
def extend_pattern_to_the_border(rule: Random) -> Draw:
    """A row of two or three colours goes on in turn until the border."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 8, 14)
        row, shades = random.randrange(grid.shape[0]), colours(random, random.randint(2, 3))
        out = grid.copy()
        for col in range(grid.shape[1]):
            colour = shades[col % len(shades)]
            out[row, col] = colour
            if col < 2 * len(shades):
                grid[row, col] = colour
        return grid, out

    return in_a_direction(draw, rule)


@concept
def rings_to_the_border(rule: Random) -> Draw:
    """Rings of the object's two colours, in turn, around it until the border."""

    def draw(random: Random) -> Drawn | None:
        side = random.choice((7, 9, 11))
        one, other = colours(random, 2)
        grid, out = np.zeros((side, side), int), np.zeros((side, side), int)
        rows, cols = np.indices((side, side))
        ring = np.maximum(abs(rows - side // 2), abs(cols - side // 2))
        out = np.where(ring % 2, other, one)
        grid[ring < 2] = out[ring < 2]
        return grid, out

    return draw


@concept
def spread_until_walls(rule: Random) -> Draw:
    """A seed fills the room that it lies in."""
    wall = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((random.randint(9, 13), random.randint(9, 13)), int)
        grid[random.randint(3, grid.shape[0] - 4)] = wall
        grid[:, random.randint(3, grid.shape[1] - 4)] = wall
        out = grid.copy()
        row = int(np.flatnonzero((grid == wall).all(1))[0])
        col = int(np.flatnonzero((grid == wall).all(0))[0])
        for _ in range(random.randint(1, 2)):
            upper, left = random.random() < 0.5, random.random() < 0.5
            rows = slice(0, row) if upper else slice(row + 1, None)
            cols = slice(0, col) if left else slice(col + 1, None)
            if out[rows, cols].any():
                return None
            colour = colours(random, 1, (wall,))[0]
            out[rows, cols] = colour
            height, width = out[rows, cols].shape
            grid[rows, cols][random.randrange(height), random.randrange(width)] = colour
        return grid, out

    return draw


@concept
def keep_the_colour_of_the_corner(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 12)
        shades = colours(random, 3)
        grid[0, 0] = shades[0]
        for shade in (*shades, shades[0]):
            if put(random, grid, random.choice(SHAPES), shade) is None:
                return None
        return grid, np.where(grid == shades[0], grid, 0)

    return in_a_direction(draw, rule)


@concept
def draw_to_the_same_colour(rule: Random) -> Draw:
    """Objects of one colour are moved down until they rest on the floor, in the order of their columns."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 8, 12)
        things = scatter(random, grid, 3, lambda: random.randint(1, 9))
        if things is None:
            return None
        columns: set[int] = set()
        out = np.zeros_like(grid)
        for _, col, shape, colour in things:
            taken = set(range(col, col + shape.shape[1]))
            if columns & taken:
                return None
            columns |= taken
            stamp(out, shape, out.shape[0] - shape.shape[0], col, colour)
        return grid, out

    return in_a_direction(draw, rule)
