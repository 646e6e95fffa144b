"""Varied concepts: the centre, cleaning up, completing shapes, copying."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import (
    SHAPES,
    Draw,
    Drawn,
    block,
    colours,
    fits,
    frame,
    in_a_direction,
    stamp,
)
from benchmarks.concepts.varied import (
    a_block,
    a_frame,
    a_shape,
    acting,
    an_odd_square,
    box,
    paint,
    room,
    scene,
    size,
    upto,
    varied,
)


@varied
def centre_of_three_removed(rule: Random) -> Draw:
    """Three objects in a line, several times: the middle one goes, or takes a colour."""
    colour = rule.choice((0, rule.randint(1, 9)))

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 10, 12)
        out, row = grid.copy(), random.randint(0, 1)
        for _ in range(upto(random, 1, 2, 1)):
            if row + 3 > len(grid):
                return None
            shape, cols = random.choice(SHAPES), sorted(random.sample(range(grid.shape[1] - 2), 3))
            for number, col in enumerate(cols):
                shade = random.choice(colours(random, 1, (colour,)))
                if not fits(grid, shape, row, col):
                    return None
                stamp(grid, shape, row, col, shade)
                stamp(out, shape, row, col, colour if number == 1 else shade)
            row += 4
        return grid, out

    return in_a_direction(draw, rule)


@varied
def centre_of_plus(rule: Random) -> Draw:
    """The middle of each plus sign, whose arms may be long or short."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        def plus(random: Random) -> np.ndarray:
            arm = upto(random, 1, 2, 1)
            shape = np.zeros((2 * arm + 1, 2 * arm + 1), int)
            shape[arm], shape[:, arm] = 1, 1
            return shape

        made = scene(random, upto(random, 1, 3), colours(random, 3, (mark,)), plus)
        if made is None:
            return None
        out = made[0].copy()
        for thing in made[1]:
            out[(thing.row + thing.bottom) // 2, (thing.col + thing.right) // 2] = mark
        return made[0], out

    return draw


@varied
def centre_of_frame_reached(rule: Random) -> Draw:
    """What is in a frame moves to its centre."""

    def draw(random: Random) -> Drawn | None:
        made = scene(
            random, upto(random, 1, 1, 1), colours(random, 3), lambda _: frame(7, 7), room(random, 10, 13)
        )
        if made is None:
            return None
        grid, out = made[0], made[0].copy()
        for thing in made[1]:
            row, col, shade = (
                random.randint(1, 5),
                random.randint(1, 5),
                colours(random, 1, (thing.colour,))[0],
            )
            grid[thing.row + row, thing.col + col] = shade
            out[thing.row + 3, thing.col + 3] = shade
        return grid, out

    return draw


@acting(own=1, count=(1, 2), shape=an_odd_square)
def centre_diagonals(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Both diagonals of each square, through its centre."""
    for thing in things:
        part = box(out, thing)
        np.fill_diagonal(part, own[0])
        np.fill_diagonal(part[::-1], own[0])
    return out


@varied
def centre_cropped(rule: Random) -> Draw:
    """The middle third of the picture, or the picture without its border."""
    thirds = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        side = upto(random, 2, 3, 1)
        high = 3 * side if thirds else upto(random, 5, 8)
        grid = np.array([[random.choice((0, 1, 2, 3)) for _ in range(high)] for _ in range(high)])
        return grid, grid[side:-side, side:-side] if thirds else grid[1:-1, 1:-1]

    return draw


@varied
def clean_the_checks(rule: Random) -> Draw:
    """A pattern of two colours over the whole picture, with spots of a third."""
    noise = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 6, 9)
        one, two = colours(random, 2, (noise,))
        rows, cols = np.indices(grid.shape)
        out = np.where((rows + cols) % 2, one, two)
        grid = out.copy()
        for _ in range(upto(random, 3, 5)):
            grid[random.randrange(len(grid)), random.randrange(grid.shape[1])] = noise
        return grid, out

    return draw


@varied
def clean_the_frames(rule: Random) -> Draw:
    """Single cells of any colour hang on frames; they go."""

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 2, 1), colours(random, 3), a_frame, None, 2)
        if made is None:
            return None
        out = made[0]
        grid, shade = out.copy(), colours(random, 1, tuple(thing.colour for thing in made[1]))[0]
        for _ in range(upto(random, 4, 6)):
            row, col = random.randrange(len(grid)), random.randrange(grid.shape[1])
            if grid[row, col] == 0:
                grid[row, col] = shade
        return grid, out

    return draw


@varied
def clean_the_small(rule: Random) -> Draw:
    """Objects of one or two cells go; others are of many colours."""

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 3), colours(random, 4), a_block)
        if made is None:
            return None
        out = made[0]
        small = [block(1, 1), block(1, 2), block(2, 1)]
        count, shades = upto(random, 3, 5), colours(random, 4)
        more = scene(random, count, shades, lambda random: random.choice(small), out.copy())
        return None if more is None else (more[0], out)

    return draw


@varied
def clean_the_tiles(rule: Random) -> Draw:
    """A tiling of two by three or three by three cells, with spots of one colour."""
    noise, high = rule.randint(1, 9), rule.choice((2, 3))

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 3, (noise,))
        tile = np.array([[random.choice(shades) for _ in range(3)] for _ in range(high)])
        wide = upto(random, 7, 10, 3)
        out = np.tile(tile, (5, 5))[:wide, : upto(random, 7, 10, 3)]
        grid = out.copy()
        for _ in range(upto(random, 4, 6)):
            grid[random.randrange(len(grid)), random.randrange(grid.shape[1])] = noise
        return grid, out

    return draw


@varied
def clean_the_bumps(rule: Random) -> Draw:
    """Cells of the block's own colour stick out of it; they go."""

    def draw(random: Random) -> Drawn | None:
        def large(random: Random) -> np.ndarray:
            return block(upto(random, 3, 5, 1), upto(random, 3, 5, 1))

        made = scene(random, upto(random, 1, 2), colours(random, 3), large, None, 3, 1)
        if made is None:
            return None
        out = made[0]
        grid = out.copy()
        for thing in made[1]:
            side, along = (
                random.choice((thing.row - 1, thing.bottom)),
                random.randrange(thing.col, thing.right),
            )
            grid[side, along] = thing.colour
            if random.random() < 0.5:
                grid[random.randrange(thing.row, thing.bottom), thing.right] = thing.colour
        return grid, out

    return draw


@varied
def complete_the_corner(rule: Random) -> Draw:
    """Blocks each without one of their corners: it is filled in, in a colour of the rule or the block's."""
    colour = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 3), colours(random, 3, (colour or 0,)), a_block)
        if made is None:
            return None
        grid, out = made[0], made[0].copy()
        for thing in made[1]:
            row, col = (
                random.choice((thing.row, thing.bottom - 1)),
                random.choice((thing.col, thing.right - 1)),
            )
            if size(thing) < 6:
                return None
            grid[row, col], out[row, col] = 0, colour or thing.colour
        return grid, out

    return draw


@varied
def complete_the_plus(rule: Random) -> Draw:
    """One arm of each plus sign is missing."""
    colour = rule.choice([None, rule.randint(1, 9)])
    arm = rule.randint(1, 2)

    def draw(random: Random) -> Drawn | None:
        plus = np.zeros((2 * arm + 1, 2 * arm + 1), int)
        plus[arm], plus[:, arm] = 1, 1
        made = scene(random, upto(random, 1, 3), colours(random, 3, (colour or 0,)), lambda _: plus)
        if made is None:
            return None
        grid, out = made[0], made[0].copy()
        for thing in made[1]:
            less = plus.copy()
            less[:arm] = 0
            gone = (plus - np.rot90(less, random.randrange(4))) > 0
            box(grid, thing)[gone] = 0
            box(out, thing)[gone] = colour or thing.colour
        return grid, out

    return draw


@varied
def complete_like_the_other(rule: Random) -> Draw:
    """The same shape several times, of which some lack cells."""
    colour = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        shape = (np.array([[random.random() < 0.6 for _ in range(3)] for _ in range(3)])).astype(int)
        shape[1, 1] = shape[0, 1] = shape[1, 0] = 1
        shade = colours(random, 1, (colour,))[0]
        made = scene(random, upto(random, 2, 3), [shade], lambda _: shape)
        if made is None or shape.sum() < 6:
            return None
        grid, out = made[0], made[0].copy()
        thing = made[1][0]
        cells = [cell for cell in np.argwhere(shape) if tuple(cell) != (1, 1)]
        for row, col in random.sample(cells, random.randint(1, 2)):
            grid[thing.row + row, thing.col + col] = 0
            out[thing.row + row, thing.col + col] = colour
        return grid, out

    return draw


@varied
def complete_the_diagonal(rule: Random) -> Draw:
    """Diagonal lines with gaps, closed."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        for _ in range(upto(random, 1, 2)):
            length, shade = upto(random, 5, 7), random.randint(1, 9)
            line = np.eye(length, dtype=int)
            line = line if random.random() < 0.5 else line[::-1]
            row, col = (random.randint(0, max(0, side - length)) for side in grid.shape)
            if not fits(grid, line, row, col, 0):
                return None
            stamp(grid, line, row, col, shade)
        out = grid.copy()
        for shade in {*out.ravel()} - {0}:
            cells = np.argwhere(out == shade)
            for row, col in random.sample(list(cells[1:-1]), 2):
                grid[row, col] = 0
        return grid, out

    return draw


@varied
def complete_from_corners(rule: Random) -> Draw:
    """Four cells are the corners of a rectangle: its sides are drawn, or its inside filled."""
    colour, inside = rule.choice([None, rule.randint(1, 9)]), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 1, 2), colours(random, 3, (colour or 0,)),
                     lambda random: block(random.randint(3, 5), random.randint(3, 5)))  # fmt: skip
        if made is None or len({thing.colour for thing in made[1]}) < len(made[1]):
            return None
        grid = np.zeros_like(made[0])
        out = grid.copy()
        for thing in made[1]:
            shape = frame(*thing.shape.shape)
            corners = np.zeros_like(shape)
            corners[:: len(shape) - 1, :: shape.shape[1] - 1] = 1
            stamp(out, 1 - shape if inside else shape, thing.row, thing.col, colour or thing.colour)
            stamp(out, corners, thing.row, thing.col, thing.colour)
            stamp(grid, corners, thing.row, thing.col, thing.colour)
        return grid, out

    return draw


@varied
def copy_into_the_box(rule: Random) -> Draw:
    """The object is shown in the empty box too, in its middle."""
    wall = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 11, 13)
        cell = random.choice([shape for shape in SHAPES if shape.shape == (3, 3)])
        made = scene(random, 1, [wall], lambda _: frame(5, 5), grid)
        more = scene(random, 1, colours(random, 2, (wall,)), lambda _: cell, grid)
        if made is None or more is None:
            return None
        out = grid.copy()
        stamp(out, cell, made[1][0].row + 1, made[1][0].col + 1, more[1][0].colour)
        return grid, out

    return draw


@varied
def copy_across_the_line(rule: Random) -> Draw:
    """What is on one side of a line in the middle appears on the other, reflected or as it is."""
    line, mirrored = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        high, wide = upto(random, 6, 9), upto(random, 4, 6)
        half = np.zeros((high, wide), int)
        if scene(random, upto(random, 1, 2), colours(random, 3, (line,)), a_shape, half) is None:
            return None
        middle = np.full((high, 1), line)
        empty = np.zeros_like(half)
        return np.hstack([half, middle, empty]), np.hstack(
            [half, middle, half[:, ::-1] if mirrored else half]
        )

    return in_a_direction(draw, rule)


@varied
def copy_down_to_the_border(rule: Random) -> Draw:
    """Each object again and again, a cell apart, as long as there is room for a whole one."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        made = scene(random, upto(random, 1, 2), colours(random, 3), a_shape, grid[:5])
        if made is None:
            return None
        out = grid.copy()
        for thing in made[1]:
            high = thing.shape.shape[0] + 1
            for row in range(thing.row + high, len(grid) - high + 2, high):
                if not fits(out, thing.shape, row, thing.col, 0):
                    return None
                stamp(out, thing.shape, row, thing.col, thing.colour)
        return grid, out

    return in_a_direction(draw, rule)


@varied
def copy_shown_twice(rule: Random) -> Draw:
    """The object twice side by side: close together, a cell apart, or the second one turned over."""
    kind = rule.choice(("close", "apart", "turned over"))

    def draw(random: Random) -> Drawn | None:
        made = scene(random, 1, colours(random, 2))
        if made is None:
            return None
        crop = made[1][0].shape * made[1][0].colour
        gap = [np.zeros((len(crop), 1), int)] if kind == "apart" else []
        return made[0], np.hstack([crop, *gap, crop[:, ::-1] if kind == "turned over" else crop])

    return in_a_direction(draw, rule)


@acting(own=1, count=(1, 3))
def copy_beside_in_a_colour(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """To the right of each object, a cell apart, the same shape in a fixed colour."""
    for thing in things:
        if not fits(out, thing.shape, thing.row, thing.right + 1, 0):
            return None
        paint(out, Thing(thing.row, thing.right + 1, thing.shape, thing.colour), own[0])
    return out
