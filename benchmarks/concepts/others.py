"""Concepts in which one object tells another's fate: whose colour it takes, where it goes, if it stays.

A third was held back while the rules for them were made (docs/log.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    fits,
    frame,
    in_a_direction,
    put,
    stamp,
)

Made = tuple[int, int, np.ndarray, int]  # row, column, shape, colour

DOT = block(1, 1)


def placed(random: Random, grid: np.ndarray, shape: np.ndarray, colour: int, margin: int = 0) -> Made | None:
    place = put(random, grid, shape, colour, margin)
    return None if place is None else (*place, shape, colour)


def all_placed(
    random: Random, grid: np.ndarray, things: Sequence[tuple[np.ndarray, int]]
) -> list[Made] | None:
    found = [placed(random, grid, shape, colour) for shape, colour in things]
    return None if None in found else [one for one in found if one is not None]


def a_block(random: Random) -> np.ndarray:
    return block(random.randint(2, 3), random.randint(2, 3))


def in_twos(act: Callable[[Random, np.ndarray, np.ndarray, list[Made]], bool], rule: Random) -> Draw:
    """Two or three blocks of one colour; `act` draws what tells of each, and what becomes of it."""
    plain = colours(rule, 1)[0]

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        number = random.randint(2, 3)
        blocks = [placed(random, grid, a_block(random), plain, 1) for _ in range(number)]
        made = [one for one in blocks if one is not None]
        out = grid.copy()
        return (grid, out) if len(made) == number and act(random, grid, out, made) else None

    return in_a_direction(draw, rule)


def other_colour(random: Random, grid: np.ndarray) -> int:
    return random.choice(colours(random, 1, tuple(np.unique(grid).tolist())))


@concept
def take_the_colour_of_the_mark_and_lose_it(rule: Random) -> Draw:
    """A shape takes the colour of the only single cell, which goes."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        plain, mark = colours(random, 2)
        one = placed(random, grid, random.choice(SHAPES), plain)
        out = grid.copy()
        if one is None or placed(random, grid, DOT, mark) is None:
            return None
        out[out == plain] = mark
        return grid, out

    return draw


@concept
def take_the_colour_of_the_dot_that_touches(rule: Random) -> Draw:
    """Each block takes the colour of the cell that touches it."""

    def act(random: Random, grid: np.ndarray, out: np.ndarray, made: list[Made]) -> bool:
        for row, col, shape, _ in made:
            shade = other_colour(random, grid)
            where = (row - 1, col + random.randrange(shape.shape[1]))
            if where[0] < 0 or grid[where]:
                return False
            grid[where] = out[where] = shade
            stamp(out, shape, row, col, shade)
        return True

    return in_twos(act, rule)


@concept
def take_the_colour_of_the_mark_in_the_row(rule: Random) -> Draw:
    """Each block takes the colour of the mark on the left edge in its rows; the marks go."""

    def act(random: Random, grid: np.ndarray, out: np.ndarray, made: list[Made]) -> bool:
        rows = [set(range(row, row + shape.shape[0])) for row, _, shape, _ in made]
        if sum(map(len, rows)) != len(set.union(*rows)):
            return False
        for row, col, shape, _ in made:
            shade = other_colour(random, grid)
            grid[row + random.randrange(shape.shape[0]), 0] = shade
            stamp(out, shape, row, col, shade)
        return True

    return in_twos(act, rule)


@concept
def take_the_colour_of_the_dot_within(rule: Random) -> Draw:
    """Each frame takes the colour of the cell inside it, which goes."""
    plain = colours(rule, 1)[0]

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = grid.copy()
        for _ in range(random.randint(2, 3)):
            ring = frame(random.randint(3, 5), random.randint(3, 5))
            one = placed(random, grid, ring, plain)
            if one is None:
                return None
            shade = random.choice(colours(random, 1, (plain,)))
            inner = ring.shape[0] - 2, ring.shape[1] - 2
            grid[one[0] + 1 + random.randrange(inner[0]), one[1] + 1 + random.randrange(inner[1])] = shade
            stamp(out, ring, one[0], one[1], shade)
        return grid, out

    return draw


def _like_another(rule: Random, alike: Callable[[Random], list[np.ndarray]]) -> Draw:
    """Plain shapes take the colour of the coloured one that is like them; a plain one without stays."""
    plain = colours(rule, 1)[0]

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        shapes = alike(random)
        shades = colours(random, len(shapes), (plain,))
        out = grid.copy()
        for number, shape in enumerate(shapes):
            own = [plain] if number == 0 else [plain, shades[number]]
            for shade in own:
                one = placed(random, grid, shape, shade)
                if one is None:
                    return None
                stamp(out, shape, one[0], one[1], plain if number == 0 else shades[number])
        return grid, out

    return draw


@concept
def take_the_colour_of_the_same_shape(rule: Random) -> Draw:
    return _like_another(rule, lambda random: random.sample(SHAPES, 3))


@concept
def take_the_colour_of_the_same_height(rule: Random) -> Draw:
    """Bars of one colour take the colour of the bar that is as long."""
    return _like_another(rule, lambda random: [block(1, long) for long in random.sample(range(1, 6), 3)])


@concept
def take_the_colour_of_the_nearest_dot(rule: Random) -> Draw:
    """Each block takes the colour of the nearest cell, two steps off."""

    def act(random: Random, grid: np.ndarray, out: np.ndarray, made: list[Made]) -> bool:
        for row, col, shape, _ in made:
            shade = other_colour(random, grid)
            where = (row - 2, col + random.randrange(shape.shape[1]))
            if where[0] < 0 or not fits(grid, DOT, *where):
                return False
            grid[where] = out[where] = shade
            stamp(out, shape, row, col, shade)
        return True

    return in_twos(act, rule)


@concept
def small_ones_take_the_colour_of_the_largest(rule: Random) -> Draw:
    """Single cells take the colour of the largest object; others stay."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        first, second, third, fourth = colours(random, 4)
        things = [(block(4, 3), first), (a_block(random), second), (DOT, third), (DOT, fourth), (DOT, third)]
        made = all_placed(random, grid, things)
        if made is None:
            return None
        out = grid.copy()
        for row, col, shape, _ in made:
            if shape.size == 1:
                out[row, col] = first
        return grid, out

    return draw


@concept
def go_to_the_mark_of_the_same_colour(rule: Random) -> Draw:
    """Each block slides in its row up to the mark of its colour on the right edge."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 14)
        out = grid.copy()
        row = 0
        for shade in colours(random, random.randint(2, 3)):
            shape = a_block(random)
            row += random.randint(1, 2)
            if row + shape.shape[0] > grid.shape[0]:
                return None
            stamp(grid, shape, row, random.randint(0, 3), shade)
            stamp(out, shape, row, grid.shape[1] - 1 - shape.shape[1], shade)
            grid[row, -1] = out[row, -1] = shade
            row += shape.shape[0]
        return grid, out

    return in_a_direction(draw, rule)


@concept
def go_into_the_hole_of_the_same_shape(rule: Random) -> Draw:
    """Each shape goes into the hole of its shape in a block."""
    wall = colours(rule, 1)[0]

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        out = grid.copy()
        for shape in random.sample([one for one in SHAPES if max(one.shape) < 4], 2):
            shade = other_colour(random, np.append(grid, wall))
            around = np.pad(1 - shape, 1, constant_values=1)
            home = placed(random, grid, np.pad(block(*shape.shape), 1, constant_values=1), wall)
            if home is None:
                return None
            row, col = home[:2]
            grid[row : row + around.shape[0], col : col + around.shape[1]][around == 0] = 0
            stamp(out, around, row, col, wall)
            stamp(out, shape, row + 1, col + 1, shade)
            if placed(random, grid, shape, shade) is None:
                return None
        return grid, out

    return draw


@concept
def go_to_the_block_in_the_same_row(rule: Random) -> Draw:
    """Each cell goes along its row until it touches the block that lies there."""
    dot, wall = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        out = grid.copy()
        row = 0
        for _ in range(random.randint(2, 3)):
            shape, row = a_block(random), row + random.randint(0, 2)
            at, col = row + random.randrange(shape.shape[0]), random.randint(3, grid.shape[1] - 6)
            if row + shape.shape[0] >= grid.shape[0]:
                return None
            left = random.random() < 0.5
            stamp(grid, shape, row, col, wall)
            stamp(out, shape, row, col, wall)
            grid[at, random.randint(0, col - 2) if left else -1] = dot
            out[at, col - 1 if left else col + shape.shape[1]] = dot
            row += shape.shape[0] + 1
        return grid, out

    return in_a_direction(draw, rule)


@concept
def go_onto_the_nearest_mark(rule: Random) -> Draw:
    """Each cross goes so that its middle lies on the mark beside it."""
    cross, mark = colours(rule, 2)
    shape = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        out = grid.copy()
        both = np.zeros((3, 7), int)
        both[:, :3], both[1, 5] = shape, 2
        for _ in range(random.randint(1, 3)):
            one = np.rot90(both, random.randrange(4))
            place = put(random, grid, one, cross, 1)
            if place is None:
                return None
            row, col = (int(at[0]) + off for at, off in zip(np.nonzero(one == 2), place, strict=True))
            grid[row, col] = mark
            stamp(out, shape, row - 1, col - 1, cross)
        return grid, out

    return draw


def _told(rule: Random, tell: Callable[[Random, np.ndarray, Made, bool], bool], gone: bool) -> Draw:
    """Blocks go, or take a new colour, if `tell` has drawn something of them."""
    plain, new, *_ = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        things = [(a_block(random), plain) for _ in range(4)]
        made = all_placed(random, grid, things)
        if made is None:
            return None
        chosen = made[: random.randint(1, 3)]
        if not all(tell(random, grid, one, one in chosen) for one in made):
            return None
        out = grid.copy()
        for row, col, shape, _ in chosen:
            stamp(out, shape, row, col, 0 if gone else new)
        return grid, out

    return draw


@concept
def remove_what_another_touches(rule: Random) -> Draw:
    """Blocks go that a cell of any other colour touches."""
    used = colours(Random(rule.random()), 9)

    def tell(random: Random, grid: np.ndarray, one: Made, chosen: bool) -> bool:
        row, col, _, own = one
        if row == 0 or not fits(grid, DOT, row - 1, col, 0):
            return False
        if chosen:
            grid[row - 1, col] = random.choice([colour for colour in used if colour != own])
        return True

    return _told(rule, tell, True)


@concept
def recolour_what_another_touches(rule: Random) -> Draw:
    """Blocks that a cell of another colour touches take a new colour; other cells lie two steps off."""
    mark = colours(rule, 1)[0]

    def tell(random: Random, grid: np.ndarray, one: Made, chosen: bool) -> bool:
        row, col = one[0] - (1 if chosen else 2), one[1]
        if row < 0 or not fits(grid, DOT, row, col, 0) or one[3] == mark:
            return False
        grid[row, col] = mark
        return True

    return _told(rule, tell, False)


@concept
def recolour_those_with_a_twin(rule: Random) -> Draw:
    """Objects that have the shape of another take a new colour."""
    plain, new = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        first, second, third, fourth = random.sample(SHAPES, 4)
        twins = [first] * random.randint(2, 3) + [fourth] * random.choice((0, 2))
        made = all_placed(random, grid, [(shape, plain) for shape in (*twins, second, third)])
        if made is None:
            return None
        out = grid.copy()
        for row, col, shape, _ in made[: len(twins)]:
            stamp(out, shape, row, col, new)
        return grid, out

    return draw


@concept
def remove_those_in_frames(rule: Random) -> Draw:
    """Cells within frames go, others stay; all have any colour."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        out = grid.copy()
        for _ in range(2):
            ring, shade = frame(random.randint(4, 5), random.randint(4, 5)), other_colour(random, grid)
            one = placed(random, grid, ring, shade)
            if one is None:
                return None
            stamp(out, ring, one[0], one[1], shade)
            grid[one[0] + random.randint(1, 2), one[1] + random.randint(1, 2)] = other_colour(random, grid)
        for _ in range(3):
            one = placed(random, grid, DOT, other_colour(random, grid))
            if one is None:
                return None
            out[one[:2]] = grid[one[:2]]
        return grid, out

    return draw


@concept
def recolour_holders_and_remove_what_they_hold(rule: Random) -> Draw:
    """Frames with a cell inside take a new colour and lose it; empty ones stay."""
    plain, mark, new = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 12, 15)
        out = grid.copy()
        for number in range(random.randint(2, 4)):
            ring = frame(random.randint(3, 5), random.randint(3, 5))
            one = placed(random, grid, ring, plain)
            if one is None:
                return None
            holds = number == 0 or random.random() < 0.5
            if holds:
                grid[one[0] + 1, one[1] + 1] = mark
            stamp(out, ring, one[0], one[1], new if holds else plain)
        return grid, out

    return draw


def _a_shape(random: Random) -> np.ndarray:
    return random.choice([shape for shape in SHAPES if min(shape.shape) > 1])


@concept
def shapes_to_the_wall_of_their_colour(rule: Random) -> Draw:
    """Each shape goes to the wall, left or right, that has its colour."""
    walls = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        wide = grid.shape[1]
        grid[:, 0], grid[:, -1] = walls
        out = grid.copy()
        row = 0
        for _ in range(random.randint(2, 3)):
            shape, side = _a_shape(random), random.randrange(2)
            if row + shape.shape[0] > grid.shape[0]:
                return None
            stamp(grid, shape, row, random.randint(2, wide - 2 - shape.shape[1]), walls[side])
            stamp(out, shape, row, wide - 1 - shape.shape[1] if side else 1, walls[side])
            row += shape.shape[0] + random.randint(1, 2)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def shapes_to_the_height_of_their_mark(rule: Random) -> Draw:
    """Each shape goes up or down until its top is at the height of the mark of its colour."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        out = grid.copy()
        col = 2
        for shade in colours(random, random.randint(2, 3)):
            shape = _a_shape(random)
            high, wide = shape.shape
            before, after = (random.randint(0, grid.shape[0] - high) for _ in range(2))
            if col + wide > grid.shape[1] or grid[after, 0]:
                return None
            stamp(grid, shape, before, col, shade)
            stamp(out, shape, after, col, shade)
            grid[after, 0] = out[after, 0] = shade
            col += wide + 1
        return grid, out

    return in_a_direction(draw, rule)


@concept
def two_shapes_exchange_their_places(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        out = grid.copy()
        shades = colours(random, 2)
        first, second = (placed(random, grid, _a_shape(random), shade) for shade in shades)
        if first is None or second is None:
            return None
        for (_, _, shape, shade), (row, col, _, _) in ((first, second), (second, first)):
            if not fits(out, shape, row, col):
                return None
            stamp(out, shape, row, col, shade)
        return grid, out

    return draw


@concept
def shapes_to_the_block_beside_them(rule: Random) -> Draw:
    """Each shape, of any colour, goes along its rows until it touches the block there."""
    wall = colours(rule, 1)[0]

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 15)
        out = grid.copy()
        row = 0
        for _ in range(random.randint(2, 3)):
            shape, shade = _a_shape(random), random.choice(colours(random, 1, (wall,)))
            high, wide = shape.shape
            if row + high > grid.shape[0]:
                return None
            near, far = random.randint(wide, 5), random.randint(8, grid.shape[1] - wide)
            left = random.random() < 0.5
            stamp(grid, block(high, 2), row, (far - 3) if left else near, wall)
            stamp(out, block(high, 2), row, (far - 3) if left else near, wall)
            stamp(grid, shape, row, random.randint(0, far - 4 - wide) if left else far, shade)
            stamp(out, shape, row, far - 3 - wide if left else near + 2, shade)
            row += high + 1
        return grid, out

    return in_a_direction(draw, rule)
