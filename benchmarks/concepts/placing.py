"""Concepts of place: above and below, inside and outside, the centre, the border, what lies on top."""

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


def _odd_block(random: Random) -> np.ndarray:
    return block(random.choice((3, 5)), random.choice((3, 5)))


@concept
def recolour_above_and_below(rule: Random) -> Draw:
    line, base, above, below = colours(rule, 4)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        row = random.randint(4, grid.shape[0] - 5)
        grid[row] = line
        things = scatter(random, grid, 4, lambda: base)
        if things is None or len({thing[0] < row for thing in things}) < 2:
            return None
        out = grid.copy()
        for place, col, shape, _ in things:
            stamp(out, shape, place, col, above if place < row else below)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def recolour_under_the_mark(rule: Random) -> Draw:
    """Objects that bear a marked row on top take a new colour below it."""
    mark, base, new = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = grid.copy()
        for number in range(3):
            shape = block(3, random.randint(2, 4))
            place = put(random, grid, shape, base)
            if place is None:
                return None
            stamp(out, shape, *place, new if number else base)
            if number:
                for one in (grid, out):
                    stamp(one, shape[:1], *place, mark)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def mark_the_centre(rule: Random) -> Draw:
    new, edge = colours(rule, 2)
    shade = rule.choice([None, edge])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        out = grid.copy()
        for _ in range(random.randint(2, 3)):
            shape, colour = _odd_block(random), shade or colours(random, 1, (new,))[0]
            place = put(random, grid, shape, colour)
            if place is None:
                return None
            stamp(out, shape, *place, colour)
            out[place[0] + shape.shape[0] // 2, place[1] + shape.shape[1] // 2] = new
        return grid, out

    return draw


@concept
def lines_through_the_centre(rule: Random) -> Draw:
    base, line = colours(rule, 2)
    both = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        shape = _odd_block(random)
        place = put(random, grid, shape, base, margin=1)
        if place is None:
            return None
        out = np.zeros_like(grid)
        out[place[0] + shape.shape[0] // 2] = line
        if both:
            out[:, place[1] + shape.shape[1] // 2] = line
        stamp(out, shape, *place, base)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def move_to_the_centre(rule: Random) -> Draw:
    colour = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((random.choice((9, 11, 13)), random.choice((9, 11, 13))), int)
        shape = random.choice([shape for shape in SHAPES if all(side % 2 for side in shape.shape)])
        shade = colour or random.randint(1, 9)
        if put(random, grid, shape, shade) is None:
            return None
        out = np.zeros_like(grid)
        row, col = (grid.shape[axis] // 2 - shape.shape[axis] // 2 for axis in (0, 1))
        stamp(out, shape, row, col, shade)
        return grid, out

    return draw


@concept
def crop_the_middle_one(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((random.randint(6, 9), 14), int)
        shapes, shades = random.sample(SHAPES, 3), colours(random, 3)
        for number, (shape, shade) in enumerate(zip(shapes, shades, strict=True)):
            row = random.randint(0, grid.shape[0] - shape.shape[0])
            stamp(grid, shape, row, 5 * number + random.randint(0, 1), shade)
        return grid, shapes[1] * shades[1]

    return in_a_direction(draw, rule)


@concept
def recolour_inside_the_frame(rule: Random) -> Draw:
    edge, base, new = colours(rule, 3)
    gone = rule.random() < 0.4

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        side, across = random.randint(6, 8), random.randint(6, 8)
        place = put(random, grid, frame(side, across), edge)
        if place is None:
            return None
        out = grid.copy()
        seen = set()
        for _ in range(7):
            spot = put(random, grid, block(1, 1), base)
            if spot is None:
                continue
            within = all(0 < spot[axis] - place[axis] < (side, across)[axis] - 1 for axis in (0, 1))
            seen.add(within)
            out[spot] = (0 if gone else new) if within else base
        return (grid, out) if len(seen) == 2 else None

    return draw


@concept
def keep_inside_the_frame(rule: Random) -> Draw:
    edge = rule.randint(1, 9)
    outside = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        side, across = random.randint(6, 8), random.randint(6, 8)
        place = put(random, grid, frame(side, across), edge)
        if place is None:
            return None
        out = grid.copy()
        seen = set()
        for _ in range(7):
            colour = colours(random, 1, (edge,))[0]
            spot = put(random, grid, block(1, random.randint(1, 2)), colour)
            if spot is None:
                continue
            within = all(0 < spot[axis] - place[axis] < (side, across)[axis] - 1 for axis in (0, 1))
            seen.add(within)
            if within != outside:
                out[spot[0], spot[1] : spot[1] + 2] = grid[spot[0], spot[1] : spot[1] + 2]
        return (grid, out) if len(seen) == 2 else None

    return draw


@concept
def count_inside_the_frame(rule: Random) -> Draw:
    edge, dot = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        side, across = random.randint(6, 8), random.randint(6, 8)
        place = put(random, grid, frame(side, across), edge)
        if place is None:
            return None
        count = 0
        for _ in range(6):
            spot = put(random, grid, block(1, 1), dot)
            if spot is not None:
                count += all(0 < spot[axis] - place[axis] < (side, across)[axis] - 1 for axis in (0, 1))
        return (grid, np.full((1, count), dot)) if count else None

    return draw


@concept
def colour_of_what_is_inside(rule: Random) -> Draw:
    """The frame takes the colour of the cell in it, or all of its inside does."""
    edge, whole = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        out = grid.copy()
        for _ in range(2):
            shape = frame(random.randint(4, 6), random.randint(4, 6))
            place = put(random, grid, shape, edge)
            if place is None:
                return None
            colour = colours(random, 1, (edge,))[0]
            at = (
                place[0] + random.randint(1, shape.shape[0] - 2),
                place[1] + random.randint(1, shape.shape[1] - 2),
            )
            grid[at] = colour
            if whole:
                stamp(out, block(*shape.shape), *place, colour)
            stamp(out, shape, *place, edge if whole else colour)
            out[at] = colour
        return grid, out

    return draw


def _overlapping(random: Random, grid: np.ndarray) -> list[tuple[tuple[int, int], np.ndarray, int]] | None:
    """Two rectangles, the second on top of the first, so that both are told apart: place, shape, colour."""
    below, above = colours(random, 2)
    low, wide = random.randint(4, 6), random.randint(4, 6)
    row, col = random.randint(0, grid.shape[0] - low), random.randint(0, grid.shape[1] - wide)
    high, across = random.randint(3, 5), random.randint(3, 5)
    at = row + random.randint(1 - high, low - 1), col + random.randint(1 - across, wide - 1)
    if min(at) < 0 or at[0] + high > grid.shape[0] or at[1] + across > grid.shape[1]:
        return None
    stamp(grid, block(low, wide), row, col, below)
    stamp(grid, block(high, across), *at, above)
    rest = grid == below
    rows, cols = np.flatnonzero(rest.any(1)), np.flatnonzero(rest.any(0))
    if not rest.any() or (rows.size, cols.size) != (low, wide) or rest.sum() == low * wide:
        return None
    return [((row, col), block(low, wide), below), (at, block(high, across), above)]


@concept
def crop_what_lies_on_top(rule: Random) -> Draw:
    which = rule.choice((0, 1))

    def draw(random: Random) -> Drawn | None:
        things = _overlapping(random, grid := canvas(random))
        return None if things is None else (grid, things[which][1] * things[which][2])

    return draw


@concept
def colour_of_what_lies_on_top(rule: Random) -> Draw:
    which = rule.choice((0, 1))

    def draw(random: Random) -> Drawn | None:
        things = _overlapping(random, grid := canvas(random))
        return None if things is None else (grid, np.array([[things[which][2]]]))

    return draw


@concept
def take_off_what_lies_on_top(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        things = _overlapping(random, grid := canvas(random))
        if things is None:
            return None
        out = np.zeros_like(grid)
        stamp(out, things[0][1], *things[0][0], things[0][2])
        return grid, out

    return draw


@concept
def bring_to_the_top(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        things = _overlapping(random, grid := canvas(random))
        if things is None:
            return None
        out = grid.copy()
        stamp(out, things[0][1], *things[0][0], things[0][2])
        return grid, out

    return draw


@concept
def recolour_what_lies_on_top(rule: Random) -> Draw:
    new, which = rule.randint(1, 9), rule.choice((0, 1))

    def draw(random: Random) -> Drawn | None:
        things = _overlapping(random, grid := canvas(random))
        if things is None or new in (things[0][2], things[1][2]):
            return None
        return grid, np.where(grid == things[which][2], new, grid)

    return draw


@concept
def move_each_colour_to_a_border(rule: Random) -> Draw:
    one, other = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = grid.copy()
        rows: set[int] = set()
        for colour in (one, other, one):
            shape = random.choice(SHAPES)
            place = put(random, grid, shape, colour, margin=1)
            if place is None or rows & set(range(place[0], place[0] + shape.shape[0])):
                return None
            rows |= set(range(place[0], place[0] + shape.shape[0]))
            stamp(out, shape, place[0], 0 if colour == one else grid.shape[1] - shape.shape[1], colour)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def recolour_a_side_of_objects(rule: Random) -> Draw:
    base, new = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        things = scatter(random, grid, 3, lambda: base)
        if things is None:
            return None
        out = grid.copy()
        for row, col, shape, _ in things:
            out[row, col : col + shape.shape[1]][shape[0] > 0] = new
        return grid, out

    return in_a_direction(draw, rule)
