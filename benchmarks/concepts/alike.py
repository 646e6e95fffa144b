"""Varied concepts: clean up, complete, copy, count, extract, full or not, lying or not, order, sameness."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import Draw, Drawn, block, colours, frame, in_a_direction, stamp
from benchmarks.concepts.varied import (
    a_bar,
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
def clean_two_fields(rule: Random) -> Draw:
    """Two fields side by side with single cells of the other's colour in them."""

    def draw(random: Random) -> Drawn | None:
        out = room(random, 7, 10)
        cut, (one, two) = random.randint(3, out.shape[1] - 4), colours(random, 2)
        out[:, :cut], out[:, cut:] = one, two
        grid = out.copy()
        cells = [
            (row, col) for row in range(len(out)) for col in range(out.shape[1]) if col not in (cut - 1, cut)
        ]
        for row, col in random.sample(cells, upto(random, 2, 4, 3)):
            if (grid[max(0, row - 1) : row + 2, max(0, col - 1) : col + 2] != out[row, col]).any():
                return None
            grid[row, col] = one + two - out[row, col]
        return grid, out

    return in_a_direction(draw, rule)


@acting(own=0, count=(3, 5), shape=either(a_block, a_dot))
def clean_the_dots(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Single cells among blocks, in any colour."""
    for thing in things:
        if size(thing) == 1:
            paint(out, thing, 0)
    return out if out.any() else None


@varied
def clean_blocks_of_specks(rule: Random) -> Draw:
    """Specks of one colour lie over blocks and over the background."""
    speck = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        def large(random: Random) -> np.ndarray:
            return block(upto(random, 3, 5), upto(random, 3, 5))

        made = scene(random, upto(random, 1, 2, 1), colours(random, 2, (speck,)), large)
        if made is None:
            return None
        out, things = made
        grid = out.copy()
        cells = [(row, col) for row in range(len(out)) for col in range(out.shape[1])]
        for row, col in random.sample(cells, upto(random, 5, 8, 5)):
            near = grid[max(0, row - 1) : row + 2, max(0, col - 1) : col + 2]
            if (near == speck).any():
                continue
            if any(
                (row in (thing.row, thing.bottom - 1)) and thing.col <= col < thing.right for thing in things
            ):
                continue
            grid[row, col] = speck
        return (grid, out) if ((grid == speck) & (out > 0)).any() else None

    return draw


@varied
def complete_the_bitten_squares(rule: Random) -> Draw:
    """Squares with a corner or a side's cells missing are made whole, in a colour of the task."""
    shade = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        def square(random: Random) -> np.ndarray:
            side = upto(random, 3, 4)
            return block(side, side)

        made = scene(random, upto(random, 2, 3), colours(random, 2, (shade,)), square)
        if made is None:
            return None
        grid, things = made
        out = grid.copy()
        for thing in things:
            row, col = (
                random.choice((thing.row, thing.bottom - 1)),
                random.choice((thing.col, thing.right - 1)),
            )
            grid[row, col], out[row, col] = 0, shade
            if random.random() < 0.5:
                other = (thing.row + thing.bottom) // 2
                grid[other, col], out[other, col] = 0, shade
        return grid, out

    return draw


@varied
def complete_frames_with_gaps(rule: Random) -> Draw:
    """Frames with one or two cells missing, closed in their own colour."""

    def draw(random: Random) -> Drawn | None:
        made = scene(
            random,
            upto(random, 1, 2),
            colours(random, 3),
            lambda one: frame(upto(one, 4, 6), upto(one, 4, 6)),
        )
        if made is None:
            return None
        out, things = made
        grid = out.copy()
        for thing in things:
            cells = [
                (row, col)
                for row in range(thing.row, thing.bottom)
                for col in range(thing.col, thing.right)
                if (row in (thing.row, thing.bottom - 1)) != (col in (thing.col, thing.right - 1))
            ]
            for cell in random.sample(cells, random.randint(1, 2)):
                grid[cell] = 0
        return grid, out

    return draw


@varied
def complete_half_shapes(rule: Random) -> Draw:
    """Shapes cut at their axis, which is a line of another colour: the other half is drawn."""
    axis = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 10, 12)
        out = grid.copy()
        high, wide = upto(random, 3, 5), upto(random, 2, 3)
        row, col = random.randint(0, len(grid) - high), random.randint(wide, grid.shape[1] - wide - 1)
        half = np.array([[random.random() < 0.6 for _ in range(wide)] for _ in range(high)])
        half[:, -1] = True
        shade = colours(random, 1, (axis,))[0]
        for made in (grid, out):
            made[row : row + high, col] = axis
            made[row : row + high, col - wide : col][half] = shade
        out[row : row + high, col + 1 : col + wide + 1][half[:, ::-1]] = shade
        return grid, out

    return in_a_direction(draw, rule)


@acting(count=(1, 2), gap=3)
def copy_right_beneath(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Each object once more, right beneath it."""
    for thing in things:
        part = out[thing.bottom : 2 * thing.bottom - thing.row, thing.col : thing.right]
        if part.shape != thing.shape.shape or part.any():
            return None
        stamp(out, thing.shape, thing.bottom, thing.col, thing.colour)
    return out


@varied
def copy_in_the_colours_of_dots(rule: Random) -> Draw:
    """Each dot becomes a copy of the one shape, in the dot's colour, its upper left cell at the dot."""

    def draw(random: Random) -> Drawn | None:
        shape = random.choice((block(2, 2), frame(3, 3), np.array([[1, 1], [1, 0]]), block(1, 3)))
        used = colours(random, 4)
        made = scene(random, 1, used[:1], lambda _: shape, room(random, 10, 12))
        if made is None:
            return None
        grid, _ = made
        out = grid.copy()
        for _ in range(upto(random, 1, 2)):
            row, col = random.randint(0, len(grid) - 4), random.randint(0, grid.shape[1] - 4)
            if out[max(0, row - 1) : row + 4, max(0, col - 1) : col + 4].any():
                return None
            grid[row, col] = shade = random.choice(used[1:])
            stamp(out, shape, row, col, shade)
        return grid, out

    return draw


@varied
def copy_larger_beside(rule: Random) -> Draw:
    """The output shows the object twice, the second time mirrored, turned over or the same."""
    way = rule.randrange(3)

    def draw(random: Random) -> Drawn | None:
        high, wide = upto(random, 2, 4), upto(random, 2, 4)
        shades = [0, *colours(random, 2)]
        shape = np.array([[random.choice(shades) for _ in range(wide)] for _ in range(high)])
        shape[0, :], shape[-1, :], shape[:, 0] = shades[1], shades[2], shades[1]
        grid = room(random, 9, 11)
        row, col = random.randint(0, len(grid) - high), random.randint(0, grid.shape[1] - wide)
        grid[row : row + high, col : col + wide] = shape
        return grid, np.hstack([shape, (shape, shape[:, ::-1], shape[::-1])[way]])

    return draw


@acting(own=0, count=(4, 6), shape=either(a_bar, a_dot, a_shape))
def count_three_cells(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Objects of exactly three cells stay, all others go."""
    marks = [size(thing) == 3 for thing in things]
    if len(set(marks)) == 1:
        return None
    for thing, stays in zip(things, marks, strict=True):
        if not stays:
            paint(out, thing, 0)
    return out


@varied
def count_to_a_square(rule: Random) -> Draw:
    """As many objects as there are: a square of that side, in their colour."""

    def draw(random: Random) -> Drawn | None:
        shade, count = colours(random, 1), upto(random, 1, 4)
        made = scene(random, count, shade)
        return None if made is None else (made[0], np.full((count, count), shade[0]))

    return draw


@varied
def count_which_kind_is_more(rule: Random) -> Draw:
    """Blocks and single cells: one cell in the colour of the kind that occurs more often."""

    def draw(random: Random) -> Drawn | None:
        one, two = colours(random, 2)
        counts = random.sample(range(1, upto(random, 4, 4)), 2)
        grid = room(random, 10, 12)
        if (
            scene(random, counts[0], [one], a_block, grid) is None
            or scene(random, counts[1], [two], a_dot, grid) is None
        ):
            return None
        return grid, np.array([[one if counts[0] > counts[1] else two]])

    return draw


@varied
def count_dots_into_the_first_row(rule: Random) -> Draw:
    """Objects are counted in the first row, one cell each, and stay."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 8, 11)
        count = upto(random, 1, 4)
        if scene(random, count, colours(random, 3, (mark,)), a_shape, grid[2:]) is None:
            return None
        out = grid.copy()
        out[0, :count] = mark
        return grid, out

    return in_a_direction(draw, rule)


@varied
def extract_that_of_the_key(rule: Random) -> Draw:
    """The corner cell tells the colour of the object that is cut out."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 10, 12)
        count = upto(random, 2, 3)
        shades = colours(random, count)
        things: list[Thing] = []
        for shade in shades:
            made = scene(random, 1, [shade], a_shape, grid[1:])
            if made is None:
                return None
            things += made[1]
        if grid[:3, :3].any():
            return None
        grid[0, 0] = things[0].colour
        return grid, things[0].shape * things[0].colour

    return in_a_direction(draw, rule)


@varied
def extract_that_of_two_colours(rule: Random) -> Draw:
    """The one object that has two colours is cut out."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 3)
        made = scene(random, upto(random, 2, 3), shades, either(a_block, a_frame))
        if made is None:
            return None
        grid, things = made
        thing = things[0]
        cells = np.argwhere(thing.shape)
        row, col = random.choice(cells.tolist())
        grid[thing.row + row, thing.col + col] = random.choice(
            [shade for shade in shades if shade != thing.colour]
        )
        return grid, box(grid, thing).copy()

    return draw


@varied
def extract_all_side_by_side(rule: Random) -> Draw:
    """All objects, of one size, from left to right, without gaps or with one."""
    gap = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        side = random.randint(2, 3)

        def any_shape(random: Random) -> np.ndarray:
            made = np.array([[random.random() < 0.6 for _ in range(side)] for _ in range(side)]).astype(int)
            made[0, 0] = made[-1, -1] = made[0, -1] = made[-1, 0] = 1
            made[side // 2] = 1
            return made

        made = scene(random, upto(random, 2, 3), colours(random, 3), any_shape)
        if made is None:
            return None
        grid, things = made
        if len({thing.col for thing in things}) < len(things):
            return None
        parts: list[np.ndarray] = []
        for thing in sorted(things, key=lambda one: one.col):
            parts += [thing.shape * thing.colour, np.zeros((side, 1), int)]
        return grid, np.hstack(parts[:-1] if gap else parts[::2])

    return in_a_direction(draw, rule)


@acting(own=2, count=(3, 4), shape=either(a_block, a_frame), shades=1)
def full_and_hollow_recoloured(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    full = [bool(thing.shape.all()) for thing in things]
    if len(set(full)) == 1:
        return None
    for thing, shade in zip(things, full, strict=True):
        paint(out, thing, own[shade])
    return out


@acting(count=(2, 3), shape=lambda random: block(upto(random, 3, 5), upto(random, 3, 5)))
def full_become_hollow(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for thing in things:
        box(out, thing)[1:-1, 1:-1] = 0
    return out


@varied
def hollow_counted(rule: Random) -> Draw:
    """A row of as many cells as there are frames among the blocks."""
    shade = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(
            random, upto(random, 3, 4), colours(random, 2), either(a_block, a_frame), room(random, 11, 13)
        )
        if made is None:
            return None
        count = sum(not thing.shape.all() for thing in made[1])
        return (made[0], np.full((1, count), shade)) if count else None

    return in_a_direction(draw, rule)


@acting(count=(2, 4), shape=a_bar, turns=False)
def lying_go_right_standing_go_down(
    out: np.ndarray, things: list[Thing], own: list[int]
) -> np.ndarray | None:
    made = np.zeros_like(out)
    for thing in things:
        high, wide = thing.shape.shape
        row, col = (thing.row, out.shape[1] - wide) if high == 1 else (len(out) - high, thing.col)
        if made[row : row + high, col : col + wide].any():
            return None
        stamp(made, thing.shape, row, col, thing.colour)
    return made


@acting(count=(2, 3), shape=a_bar, margin=1)
def lying_reach_the_borders(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Lying bars go on to both borders, standing ones stay."""
    lie = [thing.shape.shape[0] == 1 for thing in things]
    if len(set(lie)) == 1:
        return None
    for thing, lies in zip(things, lie, strict=True):
        if lies:
            if np.count_nonzero(out[thing.row]) != size(thing):
                return None
            out[thing.row] = thing.colour
    return out


@varied
def row_mates_joined(rule: Random) -> Draw:
    """Cells of one colour in one row are joined; those in one column are not."""
    shade = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 8, 11)
        out = grid.copy()
        dot = colours(random, 1, (shade or 0,))[0]
        rows = random.sample(range(0, len(grid), 2), upto(random, 2, 3, 1))
        left, right = sorted(random.sample(range(grid.shape[1]), 2))
        if right - left < 3:
            return None
        for number, row in enumerate(rows):
            grid[row, left] = out[row, left] = dot
            if number:
                grid[row, right] = dot
                out[row, left : right + 1] = shade or dot
                out[row, right] = dot
        return grid, out

    return in_a_direction(draw, rule)


@acting(own=1, count=(3, 4), shape=a_bar, shades=2)
def order_second_longest(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    sizes = sorted((size(thing) for thing in things), reverse=True)
    if len(set(sizes)) < len(sizes):
        return None
    paint(out, next(thing for thing in things if size(thing) == sizes[1]), own[0])
    return out


@varied
def order_colours_one_on(rule: Random) -> Draw:
    """Objects in a row: each takes the colour of its neighbour, the last that of the first."""

    def draw(random: Random) -> Drawn | None:
        count, shape = upto(random, 3, 3), random.choice((block(1, 1), block(2, 2), block(2, 1)))
        grid = np.zeros((upto(random, 4, 6), count * (shape.shape[1] + 1)), int)
        out, shades = grid.copy(), colours(random, count)
        row = random.randint(0, len(grid) - 2)
        for number in range(count):
            left = number * (shape.shape[1] + 1)
            stamp(grid, shape, row, left, shades[number])
            stamp(out, shape, row, left, shades[(number + 1) % count])
        return grid, out

    return in_a_direction(draw, rule)


@varied
def order_bars_by_height(rule: Random) -> Draw:
    """Bars that stand on the border, from the lowest to the highest, each in its colour."""

    def draw(random: Random) -> Drawn | None:
        count = upto(random, 3, 4)
        heights = random.sample(range(1, 8), count)
        grid = np.zeros((upto(random, 8, 9), 2 * count + 1), int)
        out = grid.copy()
        bars = list(zip(heights, colours(random, count), strict=True))
        for made, order in ((grid, bars), (out, sorted(bars))):
            for number, (height, shade) in enumerate(order):
                made[len(made) - height :, 2 * number + 1] = shade
        return grid, out

    return in_a_direction(draw, rule)


@acting(count=(4, 5))
def same_shape_twice_stays(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Objects whose shape occurs more than once stay, whatever their colours."""
    shapes = [thing.shape.tolist() for thing in things]
    marks = [shapes.count(shape) > 1 for shape in shapes]
    if len(set(marks)) == 1:
        return None
    for thing, stays in zip(things, marks, strict=True):
        if not stays:
            paint(out, thing, 0)
    return out


@acting(own=1, count=(3, 4), shades=2, shape=a_block)
def different_colour_framed(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """The one object of another colour than all others takes a colour."""
    shades = [thing.colour for thing in things]
    alone = [thing for thing in things if shades.count(thing.colour) == 1]
    if len(alone) != 1 or len(things) < 3:
        return None
    paint(out, alone[0], own[0])
    return out


@varied
def same_rows_as_the_first(rule: Random) -> Draw:
    """Rows that equal the first one stay, all others are emptied (or the other way)."""
    equal = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        shades, wide = colours(random, 3), upto(random, 4, 6)
        kinds = [[random.choice([0, *shades]) for _ in range(wide)] for _ in range(3)]
        grid = np.array([kinds[0], *(random.choice(kinds) for _ in range(upto(random, 4, 7)))])
        marks = (grid == grid[0]).all(1)
        out = np.where((marks == equal)[:, None], grid, 0)
        out[0] = grid[0]
        return (grid, out) if 1 < marks.sum() < len(marks) and all(map(any, kinds)) else None

    return in_a_direction(draw, rule)


@varied
def same_or_not(rule: Random) -> Draw:
    """Two objects: one cell of one colour if they have one shape, of another if not."""
    yes, no = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, 2, colours(random, 3, (yes, no)))
        if made is None:
            return None
        one, two = made[1]
        if random.random() < 0.6:
            made = scene(random, 2, colours(random, 3, (yes, no)), lambda _: one.shape)
            if made is None:
                return None
            one, two = made[1]
        return made[0], np.array([[yes if one.shape.tolist() == two.shape.tolist() else no]])

    return draw
