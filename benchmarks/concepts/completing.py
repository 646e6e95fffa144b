"""Concepts: fill, clean, complete, and put parts together."""

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
def fill_frames(rule: Random) -> Draw:
    fill, edge = rule.randint(1, 9), rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 15)
        out = grid.copy()
        for _ in range(random.randint(1, 3)):
            shape = frame(random.randint(3, 5), random.randint(3, 5))
            colour = edge or random.choice([c for c in range(1, 10) if c != fill])
            place = put(random, grid, shape, colour)
            if place is None or colour == fill:
                return None
            stamp(out, block(*shape.shape), *place, fill)
            stamp(out, shape, *place, colour)
        return grid, out

    return draw


@concept
def fill_frames_by_size(rule: Random) -> Draw:
    edge, small, large = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 17)
        out = grid.copy()
        sides = [3, 5, random.choice((3, 5))]
        for side in sides:
            shape = frame(side, side)
            place = put(random, grid, shape, edge)
            if place is None:
                return None
            stamp(out, block(side, side), *place, small if side == 3 else large)
            stamp(out, shape, *place, edge)
        return grid, out

    return draw


@concept
def remove_noise(rule: Random) -> Draw:
    noise = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        for _ in range(2):
            shade = random.choice([c for c in range(1, 10) if c != noise])
            if put(random, grid, block(random.randint(2, 4), random.randint(2, 4)), shade) is None:
                return None
        out = grid.copy()
        for _ in range(random.randint(3, 7)):
            if put(random, grid, block(1, 1), noise or random.randint(1, 9)) is None:
                return None
        return grid, out

    return draw


@concept
def mend_holes_in_rectangles(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        for _ in range(2):
            if (
                put(random, grid, block(random.randint(4, 6), random.randint(4, 5)), random.randint(1, 9))
                is None
            ):
                return None
        out = grid.copy()
        inside = [
            (r, c)
            for (r, c), _ in np.ndenumerate(grid)
            if 0 < r < grid.shape[0] - 1
            and 0 < c < grid.shape[1] - 1
            and (grid[r - 1 : r + 2, c - 1 : c + 2] > 0).all()
        ]
        for r, c in random.sample(inside, 2):
            grid[r, c] = 0
        return grid, out

    return draw


@concept
def complete_mirror(rule: Random) -> Draw:
    hidden = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        size = random.randint(4, 6)
        shades = colours(random, 3, (hidden,))
        quarter = np.array([[random.choice(shades) for _ in range(size)] for _ in range(size)])
        half = np.hstack([quarter, quarter[:, ::-1]])
        out = np.vstack([half, half[::-1]])
        grid = out.copy()
        height, width = random.randint(2, 3), random.randint(2, 4)
        row, col = random.randint(0, size - height), random.randint(0, size - width)
        grid[row : row + height, col : col + width] = hidden
        return grid, out

    return draw


@concept
def mirror_half(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 6, 9)
        half = grid.shape[0] // 2
        for _ in range(random.randint(4, 9)):
            grid[random.randrange(half), random.randrange(grid.shape[1])] = random.randint(1, 9)
        return (grid, np.maximum(grid, grid[::-1])) if not (grid & grid[::-1]).any() else None

    return in_a_direction(draw, rule)


@concept
def continue_stripes(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        height, width = random.randint(4, 7), random.randint(10, 14)
        cycle = [random.randint(1, 9) for _ in range(random.randint(2, 3))]
        if len(set(cycle)) < 2:
            return None
        out = np.array([[cycle[c % len(cycle)] for c in range(width)] for _ in range(height)])
        grid = out.copy()
        grid[:, random.randint(len(cycle) * 2, width - 2) :] = 0
        return grid, out

    return in_a_direction(draw, rule)


@concept
def complete_tiling(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        tile = np.array([[random.randint(1, 5) for _ in range(random.randint(2, 4))]] * 1)
        tile = np.array(
            [[random.randint(1, 5) for _ in range(tile.shape[1])] for _ in range(random.randint(2, 4))]
        )
        out = np.tile(tile, (4, 4))
        grid = out.copy()
        row, col = random.randint(0, out.shape[0] - 3), random.randint(0, out.shape[1] - 3)
        grid[row : row + 3, col : col + 3] = 0
        return grid, out

    return draw


def _two_panels(random: Random, one: int, two: int, line: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two panels beside each other, and the masks that they show in their colours."""
    side, across = random.randint(3, 5), random.randint(3, 5)
    left, right = (
        np.array([[random.random() < 0.5 for _ in range(across)] for _ in range(side)]) for _ in "ab"
    )
    return np.hstack([left * one, np.full((side, 1), line), right * two]), left, right


@concept
def panels_logic(rule: Random) -> Draw:
    one, two, line, new = colours(rule, 4)
    kind = rule.choice(("and", "or", "xor", "nor"))

    def draw(random: Random) -> Drawn | None:
        grid, left, right = _two_panels(random, one, two, line)
        made = {"and": left & right, "or": left | right, "xor": left ^ right, "nor": ~(left | right)}[kind]
        return grid, made * new

    return in_a_direction(draw, rule)


@concept
def overlay_panels(rule: Random) -> Draw:
    one, two, line = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid, left, right = _two_panels(random, one, two, line)
        return grid, np.where(left, one, right * two)

    return in_a_direction(draw, rule)


@concept
def stamp_at_markers(rule: Random) -> Draw:
    marker, colour = colours(rule, 2)
    shape = rule.choice(SHAPES[4:7])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        out = np.zeros_like(grid)
        height, width = shape.shape
        for _ in range(random.randint(2, 3)):
            place = put(random, out, shape, colour)
            if place is None:
                return None
            grid[place[0] + height // 2, place[1] + width // 2] = marker
            out[place[0] + height // 2, place[1] + width // 2] = marker
        return grid, out

    return draw


@concept
def copy_pattern_to_markers(rule: Random) -> Draw:
    marker = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 16)
        shades = colours(random, 2, (marker,))
        pattern = np.full((3, 3), shades[0])
        pattern[random.choice((0, 2)), random.choice((0, 2))] = shades[1]
        pattern[1, 1] = marker
        place = put(random, grid, block(3, 3), 1)
        if place is None:
            return None
        grid[place[0] : place[0] + 3, place[1] : place[1] + 3] = pattern
        out = grid.copy()
        for _ in range(2):
            place = put(random, out, block(3, 3), 1)
            if place is None:
                return None
            out[place[0] : place[0] + 3, place[1] : place[1] + 3] = pattern
            grid[place[0] + 1, place[1] + 1] = marker
        return grid, out

    return draw


@concept
def recolour_by_key(rule: Random) -> Draw:
    base = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        key = random.choice(colours(random, 1, (base,)))
        things = scatter(random, grid[1:], 3, lambda: base)
        if things is None or grid[0].any() or grid[1].any():
            return None
        out = np.where(grid == base, key, grid)
        grid[0, 0] = key
        out[0, 0] = key
        return grid, out

    return draw


@concept
def tile_with_flips(rule: Random) -> Draw:
    flips = [[rule.randrange(4) for _ in range(2)] for _ in range(2)]
    flips[0][0] = 0

    def draw(random: Random) -> Drawn | None:
        side = random.randint(2, 4)
        grid = np.array([[random.randint(0, 5) for _ in range(side)] for _ in range(side)])
        kinds = (grid, grid[:, ::-1], grid[::-1], grid[::-1, ::-1])
        return grid, np.block([[kinds[kind] for kind in row] for row in flips])

    return draw


@concept
def fractal(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        colour = random.randint(1, 9)
        grid = np.array([[random.random() < 0.5 for _ in range(3)] for _ in range(3)]) * colour
        return (grid, np.kron(grid > 0, grid)) if grid.any() else None

    return draw


@concept
def draw_border(rule: Random) -> Draw:
    colour = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 5, 9)
        for _ in range(random.randint(0, 4)):
            grid[random.randrange(grid.shape[0]), random.randrange(grid.shape[1])] = random.randint(1, 9)
        out = grid.copy()
        out[[0, -1]] = colour
        out[:, [0, -1]] = colour
        return grid, out

    return draw
