"""Concepts that take something out: a panel, what lies inside, beyond a line, between marks, in rooms."""

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
    fits,
    frame,
    in_a_direction,
    put,
    stamp,
)


def _picture(random: Random, side: int, shades: list[int], cells: int) -> np.ndarray:
    out = np.zeros((side, side), int)
    for cell in random.sample(range(side * side), cells):
        out[cell // side, cell % side] = random.choice(shades)
    return out


def _mirrored(random: Random, side: int, shade: int) -> np.ndarray:
    out = _picture(random, side, [shade], side * side // 2)
    mirrored: np.ndarray = np.maximum(out, out[:, ::-1])
    return mirrored


_PANELS: dict[str, Callable[[Random, int, list[int]], tuple[list[np.ndarray], int] | None]] = {}


def _panels(make: Callable[[Random, int, list[int]], tuple[list[np.ndarray], int] | None]) -> None:
    _PANELS[make.__name__] = make


@_panels
def different(random: Random, side: int, shades: list[int]) -> tuple[list[np.ndarray], int] | None:
    one, other = [_picture(random, side, shades[:1], side + 1) for _ in range(2)]
    at = random.randrange(3)
    return [other if number == at else one for number in range(3)], at


@_panels
def most_cells(random: Random, side: int, shades: list[int]) -> tuple[list[np.ndarray], int] | None:
    counts = random.sample(range(1, side * side), 3)
    return [_picture(random, side, shades[:1], count) for count in counts], counts.index(max(counts))


@_panels
def most_colours(random: Random, side: int, shades: list[int]) -> tuple[list[np.ndarray], int] | None:
    counts = random.sample((1, 2, 3), 3)
    panels = [_picture(random, side, shades[:count], 5) for count in counts]
    if [len(np.unique(panel)) - 1 for panel in panels] != counts:
        return None
    return panels, counts.index(3)


@_panels
def symmetric(random: Random, side: int, shades: list[int]) -> tuple[list[np.ndarray], int] | None:
    at = random.randrange(3)
    panels = [
        _mirrored(random, side, shades[0]) if number == at else _picture(random, side, shades[:1], side + 2)
        for number in range(3)
    ]
    marks = [bool((panel == panel[:, ::-1]).all()) for panel in panels]
    return (panels, at) if sum(marks) == 1 else None


@_panels
def other_colour(random: Random, side: int, shades: list[int]) -> tuple[list[np.ndarray], int] | None:
    at = random.randrange(3)
    return [_picture(random, side, [shades[number == at]], side) for number in range(3)], at


@concept
def crop_the_panel(rule: Random) -> Draw:
    """One of three panels, between lines or side by side, picked by what it shows."""
    make = _PANELS[rule.choice(list(_PANELS))]
    line, sides = rule.randint(1, 9), rule.choice(((3,), (3, 4), (4,)))
    lined = rule.random() < 0.7

    def draw(random: Random) -> Drawn | None:
        side = random.choice(sides)
        made = make(random, side, colours(random, 3, (line,)))
        if made is None:
            return None
        parts = [made[0][0]]
        for panel in made[0][1:]:
            parts += [np.full((side, 1), line), panel] if lined else [panel]
        return np.hstack(parts), made[0][made[1]]

    return in_a_direction(draw, rule)


def _room(random: Random, edge: int, ground: int) -> tuple[np.ndarray, tuple[int, int, int, int]] | None:
    grid = canvas(random, 11, 15)
    side, across = random.randint(5, 7), random.randint(5, 7)
    place = put(random, grid, frame(side, across), edge)
    return None if place is None else (grid, (*place, side, across))


@concept
def crop_what_is_inside(rule: Random) -> Draw:
    """The object inside of the frame (others lie outside), alone or in its whole room."""
    edge, whole = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        made = _room(random, edge, 0)
        if made is None:
            return None
        grid, (row, col, side, across) = made
        room = grid[row + 1 : row + side - 1, col + 1 : col + across - 1]
        shape, shade = random.choice(SHAPES), random.choice(colours(random, 8, (edge,)))
        if shape.shape[0] > side - 2 or shape.shape[1] > across - 2:
            return None
        top, left = (
            random.randint(0, side - 2 - shape.shape[0]),
            random.randint(0, across - 2 - shape.shape[1]),
        )
        stamp(room, shape, top, left, shade)
        answer = room.copy() if whole else shape * shade
        for _ in range(random.randint(1, 3)):
            if put(random, grid, random.choice(SHAPES), random.choice(colours(random, 8, (edge,)))) is None:
                return None
        return grid, answer

    return draw


@concept
def compare_inside_and_outside(rule: Random) -> Draw:
    """Is there more inside of the frame or outside? Or the number of what is inside."""
    edge, dot, more, less = colours(rule, 4)
    counted = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        made = _room(random, edge, 0)
        if made is None:
            return None
        grid, (row, col, side, across) = made
        room = grid[row + 1 : row + side - 1, col + 1 : col + across - 1]
        for where in random.choices((room, grid), k=random.randint(2, 7)):
            put(random, where, block(1, 1), dot)
        inside = int((room == dot).sum())
        outside = int((grid == dot).sum()) - inside
        if inside == outside or (counted and not 1 <= inside <= 5):
            return None
        return grid, np.full((1, inside), dot) if counted else np.array(
            [[more if inside > outside else less]]
        )

    return draw


@concept
def crop_beyond_the_line(rule: Random) -> Draw:
    """What lies above a line across the grid: all of it, or the object there alone."""
    line, alone = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        row = random.randint(4, grid.shape[0] - 5)
        grid[row] = line
        answer = None
        for low, high in ((0, row), (row + 1, grid.shape[0])):
            part = grid[low:high]
            shape, shade = random.choice(SHAPES), random.choice(colours(random, 8, (line,)))
            if put(random, part, shape, shade) is None:
                return None
            if low == 0:
                answer = shape * shade if alone else part.copy()
        return None if answer is None else (grid, answer)

    return in_a_direction(draw, rule)


@concept
def crop_between_marks(rule: Random) -> Draw:
    """Four cells of one colour are the corners of the box to crop, with or without them; noise lies about."""
    mark, noise = colours(rule, 2)
    inner = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        shades = [noise] if rule.random() < 0.5 else colours(random, 3, (mark,))
        for _ in range(grid.size // 5):
            grid[random.randrange(grid.shape[0]), random.randrange(grid.shape[1])] = random.choice(shades)
        side, across = random.randint(4, 7), random.randint(4, 7)
        row, col = random.randint(0, grid.shape[0] - side), random.randint(0, grid.shape[1] - across)
        box = grid[row : row + side, col : col + across]
        box[:: side - 1, :: across - 1] = mark
        return grid, box[1:-1, 1:-1].copy() if inner else box.copy()

    return draw


@concept
def colours_of_stripes(rule: Random) -> Draw:
    """Broad stripes of different width; the answer is their colours in a line, with noise on them or not."""
    noise = rule.randint(1, 9) if rule.random() < 0.4 else None

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, random.randint(2, 5), (noise,) if noise else ())
        widths = [random.randint(2, 4) for _ in shades]
        grid = np.repeat([np.repeat(shades, widths)], random.randint(6, 10), 0)
        for _ in range(grid.size // 12 if noise else 0):
            grid[random.randrange(grid.shape[0]), random.randrange(grid.shape[1])] = noise
        return grid, np.array([shades])

    return in_a_direction(draw, rule)


@concept
def colours_from_the_top(rule: Random) -> Draw:
    """Rectangles on top of each other: their colours from the top, or that of the top or the lowest."""
    kind = rule.choice(("all", "top", "lowest"))

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        shades = colours(random, 3 if kind == "all" else random.randint(2, 3))
        boxes: list[tuple[int, int, int, int]] = []
        for shade in shades:
            side, across = random.randint(4, 6), random.randint(4, 6)
            row, col = random.randint(0, grid.shape[0] - side), random.randint(0, grid.shape[1] - across)
            under = grid[row : row + side, col : col + across]
            if boxes and not (under == shades[len(boxes) - 1]).any():
                return None
            under[:] = shade
            boxes.append((row, col, side, across))
        for (row, col, side, across), shade in zip(boxes, shades, strict=True):
            part = grid[row : row + side, col : col + across] == shade
            edges = (part[0].any(), part[-1].any(), part[:, 0].any(), part[:, -1].any())
            if not all(edges) or (shade != shades[-1] and part.all()):
                return None
        if kind == "all":
            return grid, np.array([shades[::-1]]).T
        return grid, np.array([[shades[-1 if kind == "top" else 0]]])

    return draw


@concept
def arrangement_of_objects(rule: Random) -> Draw:
    """Objects in rows and columns, far from each other: a grid of their colours as they stand."""
    shapes = [block(2, 2), block(3, 3), frame(3, 3), SHAPES[5]]
    shape, gapped = rule.choice(shapes), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        rows, cols = random.randint(2, 3), random.randint(2, 3)
        if rows * cols > 6 and random.random() < 0.5:
            return None
        shades = colours(random, random.randint(2, 4))
        answer = np.array([[random.choice(shades) for _ in range(cols)] for _ in range(rows)])
        high, wide = shape.shape
        gap, top, left = random.randint(1, 2), random.randint(0, 2), random.randint(0, 2)
        if gapped:
            answer[random.randrange(rows), random.randrange(cols)] = 0
        grid = np.zeros((top + rows * (high + gap) + 1, left + cols * (wide + gap) + 1), int)
        for row, col in np.ndindex(rows, cols):
            stamp(grid, shape, top + row * (high + gap), left + col * (wide + gap), int(answer[row, col]))
        return grid, answer

    return draw


@concept
def where_is_it(rule: Random) -> Draw:
    """A grid of three by three that shows in which part of the input something lies."""
    lined, colour = rule.random() < 0.5, rule.choice((None, rule.randint(1, 9)))
    line = rule.choice(colours(rule, 8, (colour,) if colour else ()))

    def draw(random: Random) -> Drawn | None:
        side = random.randint(3, 4)
        grid = np.zeros((3 * side + 2, 3 * side + 2), int) if lined else np.zeros((3 * side, 3 * side), int)
        step = side + 1 if lined else side
        if lined:
            grid[side::step] = grid[:, side::step] = line
        answer = np.zeros((3, 3), int)
        for _ in range(random.randint(1, 3)):
            shade = random.choice(colours(random, 8, (line,)))
            row, col = random.randrange(3), random.randrange(3)
            room = grid[row * step : row * step + side, col * step : col * step + side]
            shape = random.choice(SHAPES[:3])
            if room.any() or not fits(room, shape[: side - 1, : side - 1], 0, 0):
                continue
            stamp(
                room,
                shape,
                random.randint(0, side - shape.shape[0]),
                random.randint(0, side - shape.shape[1]),
                shade,
            )
            answer[row, col] = colour or shade
        return (grid, answer) if answer.any() else None

    return draw


@concept
def which_occurs_twice(rule: Random) -> Draw:
    """Of several objects two have one shape (or colour): the shape, or the colour, of these."""
    by_colour, cell = rule.random() < 0.4, rule.random() < 0.4

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 11, 14)
        shapes, shades = random.sample(SHAPES, 4), colours(random, 4)
        twice, other = [0, 0, 1, 2], [0, 1, 2, 3]
        look, shade_of = (other, twice) if by_colour else (twice, other)
        if not by_colour:
            shade_of = [0, 0, 1, 2]
        for number in range(4):
            if put(random, grid, shapes[look[number]], shades[shade_of[number]]) is None:
                return None
        if cell or by_colour:
            return grid, np.array([[shades[0]]])
        return grid, shapes[0] * shades[0]

    return draw


@concept
def half_of_the_object(rule: Random) -> Draw:
    """The upper half of the one large object."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        side, across = 2 * random.randint(1, 3), random.randint(2, 5)
        shades = colours(random, 2)
        picture = np.array([[random.choice(shades) for _ in range(across)] for _ in range(side)])
        row, col = random.randint(0, grid.shape[0] - side), random.randint(0, grid.shape[1] - across)
        grid[row : row + side, col : col + across] = picture
        return grid, picture[: side // 2]

    return in_a_direction(draw, rule)


@concept
def count_the_lines(rule: Random) -> Draw:
    """Lines across the grid, perhaps others down it: as many cells as there are of the first kind."""
    one, other = colours(rule, 2)
    both = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 10, 14)
        count = random.randint(1, 4)
        for row in random.sample(range(0, grid.shape[0], 2), count):
            grid[row] = one
        for col in random.sample(range(0, grid.shape[1], 2), random.randint(1, 4)) if both else ():
            grid[:, col] = np.where(grid[:, col] == one, one, other)
        return grid, np.full((1, count), one)

    return in_a_direction(draw, rule)


@concept
def rooms_between_lines(rule: Random) -> Draw:
    """Lines cut the grid into rooms: a grid with a cell for each room, in its colour or in one colour."""
    line, shade = colours(rule, 2)
    coloured = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        rows, cols = random.randint(1, 4), random.randint(1, 4)
        heights, widths = [[random.randint(1, 4) for _ in range(number)] for number in (rows, cols)]
        grid = np.full((sum(heights) + rows - 1, sum(widths) + cols - 1), line)
        if rows * cols < 2:
            return None
        answer = np.full((rows, cols), shade)
        top = 0
        for row, high in enumerate(heights):
            left = 0
            for col, wide in enumerate(widths):
                answer[row, col] = random.choice(colours(random, 8, (line,))) if coloured else shade
                grid[top : top + high, left : left + wide] = answer[row, col] if coloured else 0
                left += wide + 1
            top += high + 1
        return grid, answer

    return draw
