"""Varied concepts: counting, extracting, filled and hollow, inside and outside, same and different, order."""

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
    a_dot,
    a_frame,
    a_shape,
    acting,
    box,
    either,
    paint,
    room,
    scene,
    size,
    upto,
    varied,
)


@varied
def count_the_colours(rule: Random) -> Draw:
    """A row as long as there are colours, in a fixed colour."""
    colour = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 3, 5), colours(random, upto(random, 1, 4)))
        if made is None:
            return None
        return made[0], np.full((1, len({thing.colour for thing in made[1]})), colour)

    return in_a_direction(draw, rule)


@varied
def count_in_bars(rule: Random) -> Draw:
    """For each of three colours a bar as long as it has objects, in a fixed order."""
    shades = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 3, 5), shades, either(a_shape, a_dot))
        if made is None:
            return None
        counts = [sum(thing.colour == shade for thing in made[1]) for shade in shades]
        if max(counts) > 4 or min(counts) < 1:
            return None
        out = np.zeros((3, 4), int)
        for row, (count, shade) in enumerate(zip(counts, shades, strict=True)):
            out[row, :count] = shade
        return made[0], out

    return in_a_direction(draw, rule)


def _dotted(random: Random, thing: Thing, grid: np.ndarray, count: int, shade: int) -> None:
    rows, cols = range(thing.row + 1, thing.bottom - 1), range(thing.col + 1, thing.right - 1)
    for row, col in random.sample([(row, col) for row in rows for col in cols], count):
        grid[row, col] = shade


@varied
def count_dots_in_frames(rule: Random) -> Draw:
    """Frames with exactly so many dots take a colour."""
    wanted, dot, colour = rule.randint(1, 3), *colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 3, 1), colours(random, 1, (dot, colour)), lambda _: frame(5, 5),
                     room(random, 13, 15))  # fmt: skip
        if made is None:
            return None
        grid, out = made[0], made[0].copy()
        for thing in made[1]:
            count, seed = random.randint(1, 4), random.random()
            for one in (grid, out):
                _dotted(Random(seed), thing, one, count, dot)
            if count == wanted:
                paint(out, thing, colour)
        return grid, out

    return draw


@acting(own=1, count=(1, 2), shape=lambda random: random.choice(SHAPES))
def count_as_a_tail(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """From the lower right cell's right side a line as long as the object has rows."""
    for thing in things:
        row, high = thing.bottom - 1, thing.shape.shape[0]
        if thing.right + high > out.shape[1] or out[row, thing.right : thing.right + high].any():
            return None
        out[row, thing.right : thing.right + high] = own[0]
    return out


@varied
def count_the_holes(rule: Random) -> Draw:
    """A row of as many cells as the block has holes, in the block's colour."""

    def draw(random: Random) -> Drawn | None:
        grid, holes = room(random), upto(random, 1, 4, 1)
        high, wide = 5, 2 * random.randint(2, 3) + 3
        shape = block(high, wide)
        places = [(row, col) for row in (1, 3) for col in range(1, wide - 1, 2)]
        for row, col in random.sample(places, holes):
            shape[row, col] = 0
        if wide > grid.shape[1]:
            return None
        shade = random.randint(1, 9)
        stamp(
            grid, shape, random.randint(0, len(grid) - high), random.randint(0, grid.shape[1] - wide), shade
        )
        return grid, np.full((1, holes), shade)

    return draw


@varied
def extract_all_of_a_colour(rule: Random) -> Draw:
    """The box around everything of one colour, without what else is in it."""
    colour = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 3, 5), [colour, *colours(random, 2, (colour,))], a_shape)
        if made is None or sum(thing.colour == colour for thing in made[1]) < 2:
            return None
        grid = made[0]
        rows, cols = np.nonzero(grid == colour)
        crop = grid[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1]
        return grid, np.where(crop == colour, crop, 0)

    return draw


@varied
def extract_from_noise(rule: Random) -> Draw:
    """The one large object among single cells of many colours."""

    def draw(random: Random) -> Drawn | None:
        made = scene(random, 1, colours(random, 1), either(a_frame, lambda random: random.choice(SHAPES[4:])))
        if made is None:
            return None
        thing, grid = made[1][0], made[0]
        more = scene(random, upto(random, 5, 7, 3), colours(random, 4), a_dot, grid)
        return None if more is None else (grid, thing.shape * thing.colour)

    return draw


@varied
def extract_the_marked(rule: Random) -> Draw:
    """The object with a cell of the mark's colour, with that cell or mended."""
    mark, mended = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 4), colours(random, 3, (mark,)))
        if made is None:
            return None
        thing = random.choice(made[1])
        grid = made[0].copy()
        row, col = random.choice(np.argwhere(thing.shape))
        grid[thing.row + row, thing.col + col] = mark
        return grid, box(made[0] if mended else grid, thing).copy()

    return draw


@varied
def extract_the_quarter(rule: Random) -> Draw:
    """Two lines cut the picture in four; one part alone has an object, or none."""
    line, empty = rule.randint(1, 9), rule.random() < 0.3

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 9, 12)
        row, col = (random.randint(4, side - 5) for side in grid.shape)
        parts = [grid[:row, :col], grid[:row, col + 1 :], grid[row + 1 :, :col], grid[row + 1 :, col + 1 :]]
        wanted = random.randrange(4)
        for number, part in enumerate(parts):
            if (number == wanted) != empty and scene(
                random, 1, colours(random, 2, (line,)), a_shape, part
            ) is None:
                return None
        grid[row], grid[:, col] = line, line
        return grid, parts[wanted].copy()

    return draw


@varied
def extract_both_in_one(rule: Random) -> Draw:
    """Two objects of the same size, one laid over the other; the colour of the first wins."""
    one, two = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid, side = room(random), upto(random, 3, 3, 1)
        shapes = [
            np.array([[random.randint(0, 1) for _ in range(side)] for _ in range(side)]) for _ in range(2)
        ]
        places = []
        for shape, shade in zip(shapes, (one, two), strict=True):
            if not (shape.any(0).all() and shape.any(1).all()):
                return None
            row, col = (random.randint(0, length - side) for length in grid.shape)
            if not fits(grid, block(side, side), row, col):
                return None
            places.append((row, col))
            stamp(grid, shape, row, col, shade)
        return grid, np.where(shapes[0], one, shapes[1] * two)

    return draw


@varied
def filled_if_closed(rule: Random) -> Draw:
    """Frames without a gap are filled."""
    colour = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 3, 1), colours(random, 2, (colour,)), a_frame)
        if made is None:
            return None
        grid, out = made[0], made[0].copy()
        for thing in made[1]:
            if random.random() < 0.5:
                row, col = (
                    random.choice((thing.row, thing.bottom - 1)),
                    random.randint(thing.col + 1, thing.right - 2),
                )
                grid[row, col] = out[row, col] = 0
            else:
                stamp(out, 1 - thing.shape, thing.row, thing.col, colour)
        return grid, out

    return draw


@varied
def filled_with_its_dot(rule: Random) -> Draw:
    """A frame with a dot is filled with the dot's colour; others stay empty."""

    def draw(random: Random) -> Drawn | None:
        wall = random.randint(1, 9)
        made = scene(random, upto(random, 2, 3), [wall], lambda random: frame(random.randint(4, 6), 5))
        if made is None:
            return None
        grid, out = made[0], made[0].copy()
        for thing in made[1]:
            if random.random() < 0.7:
                shade = colours(random, 1, (wall,))[0]
                _dotted(random, thing, grid, 1, shade)
                stamp(out, 1 - thing.shape, thing.row, thing.col, shade)
        return grid, out

    return draw


@acting(own=1, count=(2, 3), shape=lambda random: block(upto(random, 3, 5), upto(random, 3, 5)))
def filled_core_recoloured(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for thing in things:
        box(out, thing)[1:-1, 1:-1] = own[0]
    return out


@acting(own=1, count=(2, 3), shape=a_frame, margin=1)
def filled_all_around(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Everything outside the frames, which stay empty."""
    full = np.full_like(out, own[0])
    for thing in things:
        box(full, thing)[:] = box(out, thing)
    return full


@acting(own=1, count=(2, 4), shape=either(a_frame, a_block))
def filled_joined_with_hollow(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Hollow ones take the colour of the largest full one."""
    full = [thing for thing in things if thing.shape.all()]
    if len(full) == len(things) or not full or [size(one) for one in full].count(max(map(size, full))) > 1:
        return None
    for thing in things:
        if not thing.shape.all():
            paint(out, thing, max(full, key=size).colour)
    return out


def _nested(random: Random, count: int) -> tuple[np.ndarray, list[tuple[Thing, Thing]]] | None:
    """Frames, each with a small object in it."""
    made = scene(
        random, count, colours(random, 4), lambda random: frame(random.randint(5, 6), 6), room(random, 12, 15)
    )
    if made is None:
        return None
    found = []
    for thing in made[1]:
        inner = random.choice([*SHAPES[:2], block(1, 1), block(1, 2)])
        row, col = thing.row + random.randint(1, 2), thing.col + random.randint(1, 2)
        shade = colours(random, 1, (thing.colour,))[0]
        stamp(made[0], inner, row, col, shade)
        found.append((thing, Thing(row, col, inner, shade)))
    return made[0], found


def _in_frames(name: str, frame_takes: bool, inner_takes: bool, gone: bool) -> None:
    def make(rule: Random) -> Draw:
        def draw(random: Random) -> Drawn | None:
            made = _nested(random, upto(random, 1, 2))
            if made is None:
                return None
            out = made[0].copy()
            for outer, inner in made[1]:
                paint(out, outer, inner.colour if frame_takes else outer.colour)
                paint(out, inner, 0 if gone else outer.colour if inner_takes else inner.colour)
            return made[0], out

        return draw

    make.__name__ = name
    varied(make)


_in_frames("inside_colours_the_frame", True, False, False)
_in_frames("inside_changes_with_the_frame", True, True, False)
_in_frames("inside_leaves_its_colour", True, False, True)


@varied
def inside_of_nested(rule: Random) -> Draw:
    """Of frames within frames the innermost, or the outermost, takes a colour."""
    colour, inner = rule.randint(1, 9), rule.random() < 0.6

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 11, 14)
        out, shade = grid.copy(), colours(random, 1, (colour,))[0]
        layers, core = upto(random, 2, 2, 1), random.randint(1, 3)
        side = core + 4 * (layers - 1) + 2
        if side > min(grid.shape):
            return None
        row, col = (random.randint(0, length - side) for length in grid.shape)
        for step in range(layers):
            shape = frame(side - 4 * step, side - 4 * step)
            chosen = step == (layers - 1 if inner else 0)
            stamp(grid, shape, row + 2 * step, col + 2 * step, shade)
            stamp(out, shape, row + 2 * step, col + 2 * step, colour if chosen else shade)
        return grid, out

    return draw


@varied
def outside_dots_recoloured(rule: Random) -> Draw:
    """Dots outside all frames take a colour, those inside stay; or the other way round."""
    dot, colour = colours(rule, 2)
    inside = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 1, 2), colours(random, 2, (dot, colour)), lambda _: frame(5, 5))
        if made is None:
            return None
        grid = made[0]
        enclosed = np.zeros_like(grid)
        for thing in made[1]:
            box(enclosed, thing)[:] = 1
        for _ in range(upto(random, 5, 8)):
            row, col = (random.randrange(side) for side in grid.shape)
            grid[row, col] = grid[row, col] or dot
        chosen = (grid == dot) & ((enclosed > 0) == inside)
        return (
            (grid, np.where(chosen, colour, grid))
            if chosen.any() and (grid == dot).sum() > chosen.sum()
            else None
        )

    return draw
