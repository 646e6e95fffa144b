"""Varied concepts: above and below, top and bottom, on top of each other, horizontal and vertical."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import Draw, Drawn, block, colours, fits, frame, in_a_direction, stamp
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


def _profile(random: Random, high: int, wide: int) -> list[int]:
    rows = [random.randint(2, high - 3)]
    while len(rows) < wide:
        rows.append(min(high - 2, max(1, rows[-1] + random.choice((-1, 0, 0, 1)))))
    return rows


@varied
def above_the_profile(rule: Random) -> Draw:
    """What lies above an uneven line takes one colour; what lies below another, in some tasks."""
    line, sky, ground = colours(rule, 3)
    both = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 7, 10)
        out = grid.copy()
        for col, row in enumerate(_profile(random, *grid.shape)):
            grid[row, col] = out[row, col] = line
            out[:row, col] = sky
            out[row + 1 :, col] = ground if both else 0
        return grid, out

    return in_a_direction(draw, rule)


def _parted(
    random: Random, line: int, shades: list[int], above: int, below: int
) -> tuple[np.ndarray, int, list[Thing], list[Thing]] | None:
    """A line over the whole width, objects on both hands, in columns of their own."""
    grid = room(random, 11, 14)
    row = random.randint(4, len(grid) - 5)
    upper, lower = grid[: row - 1], grid[row + 2 :]
    one = scene(random, above, shades, a_shape, upper)
    two = scene(random, below, shades, a_shape, lower)
    if one is None or two is None:
        return None
    moved = [Thing(thing.row + row + 2, thing.col, thing.shape, thing.colour) for thing in two[1]]
    columns = [set(range(thing.col, thing.right)) for thing in (*one[1], *moved)]
    if sum(map(len, columns)) > len(set().union(*columns)):
        return None
    grid[row] = line
    return grid, row, one[1], moved


@varied
def above_falls_below_rises(rule: Random) -> Draw:
    """Objects on both hands of the line come up to it."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = _parted(random, line, colours(random, 3, (line,)), upto(random, 1, 2, 1), upto(random, 0, 1))
        if made is None:
            return None
        grid, row, above, below = made
        out = np.zeros_like(grid)
        out[row] = line
        for thing in above:
            stamp(out, thing.shape, row - thing.shape.shape[0], thing.col, thing.colour)
        for thing in below:
            stamp(out, thing.shape, row + 1, thing.col, thing.colour)
        return grid, out

    return in_a_direction(draw, rule)


@varied
def above_mirrored_below(rule: Random) -> Draw:
    """What lies above the line is reflected in it, as in water, in its own or in one colour."""
    line, shade = colours(rule, 2)
    water = rule.choice([None, shade])

    def draw(random: Random) -> Drawn | None:
        made = _parted(random, line, colours(random, 3, (line, shade)), upto(random, 1, 2, 1), 0)
        if made is None or 2 * made[1] + 1 > len(made[0]):
            return None
        grid, row, above, _ = made
        out = grid.copy()
        for thing in above:
            top = 2 * row - thing.bottom + 1
            stamp(out, thing.shape[::-1], top, thing.col, water or thing.colour)
        return grid, out

    return in_a_direction(draw, rule)


@varied
def above_or_below_with_more(rule: Random) -> Draw:
    """Of the two sides of the line the one with more objects."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        counts = random.sample((0, 1, 2, 3), 2)
        made = _parted(random, line, colours(random, 3, (line,)), *counts)
        if made is None:
            return None
        grid, row = made[:2]
        return grid, grid[:row] if counts[0] > counts[1] else grid[row + 1 :]

    return in_a_direction(draw, rule)


@acting(own=1, count=(2, 3), shades=2)
def above_all_is_marked(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Free cells above an object, up to the border."""
    for thing in things:
        for col in range(thing.col, thing.right):
            if out[: thing.row, col].any():
                return None
            out[: thing.row, col] = own[0]
    return out


@acting(count=(2, 4))
def top_row_cut_off(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for thing in things:
        box(out, thing)[0] = 0
    return out


@acting(count=(2, 4))
def top_and_bottom_exchange(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """The colours of the highest and of the lowest object."""
    top, bottom = min(things, key=lambda one: one.row), max(things, key=lambda one: one.bottom)
    if top is bottom or top.colour == bottom.colour:
        return None
    if any(other.row <= top.bottom for other in things if other is not top):
        return None
    if any(other.bottom >= bottom.row for other in things if other is not bottom):
        return None
    paint(out, top, bottom.colour)
    paint(out, bottom, top.colour)
    return out


@acting(own=1, count=(3, 4), shape=a_shape)
def top_cell_of_each_column(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for column in out.T:
        if column.any():
            column[np.flatnonzero(column)[0]] = own[0]
    return out


@acting(own=1, count=(2, 3), shape=a_block, gap=2, margin=1)
def top_gets_a_roof(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """A line above each block, one cell wider on both hands."""
    for thing in things:
        out[thing.row - 1, thing.col - 1 : thing.right + 1] = own[0]
    return out


@acting(own=2, count=(2, 3), shape=a_block)
def bottom_and_top_coloured(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for thing in things:
        box(out, thing)[0], box(out, thing)[-1] = own
    return out


@varied
def top_half_kept(rule: Random) -> Draw:
    """The upper half of the picture, or the picture with its lower half empty."""
    cut = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((2 * upto(random, 3, 5), upto(random, 6, 9)), int)
        made = scene(random, upto(random, 4, 6), colours(random, 3), a_shape, grid, 0)
        if made is None:
            return None
        out = grid.copy()
        out[len(grid) // 2 :] = 0
        return grid, out[: len(grid) // 2] if cut else out

    return in_a_direction(draw, rule)


@varied
def over_line_taken_off(rule: Random) -> Draw:
    """A line runs over blocks; it goes, and the blocks are whole."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 3), colours(random, 3, (line,)), a_block)
        if made is None:
            return None
        out, things = made
        grid, thing = out.copy(), random.choice(things)
        if thing.shape.shape[0] < 3:
            return None
        row = random.randint(thing.row + 1, thing.bottom - 2)
        if any(other.row in (row, row + 1) or other.bottom in (row, row + 1) for other in things):
            return None
        grid[row] = line
        return grid, out

    return in_a_direction(draw, rule)


@varied
def over_line_put_under(rule: Random) -> Draw:
    """A line runs over blocks, or beneath them: it changes to the other."""
    line, under = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 4), colours(random, 3, (line,)), a_block)
        if made is None:
            return None
        plain, things = made
        thing = random.choice(things)
        row = random.randint(thing.row, thing.bottom - 1)
        if thing.shape.shape[0] < 3 or not thing.row < row < thing.bottom - 1:
            return None
        over, below = plain.copy(), plain.copy()
        over[row] = line
        below[row] = np.where(plain[row] > 0, plain[row], line)
        return (over, below) if under else (below, over)

    return in_a_direction(draw, rule)


@varied
def over_each_other_marked(rule: Random) -> Draw:
    """Where two frames cross."""
    one, two, mark = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        first, second = (frame(upto(random, 4, 6), upto(random, 4, 6)) for _ in range(2))
        masks = []
        for shape in (first, second):
            mask = np.zeros_like(grid)
            row, col = (random.randint(0, grid.shape[axis] - shape.shape[axis]) for axis in (0, 1))
            stamp(mask, shape, row, col, 1)
            masks.append(mask > 0)
        grid[masks[0]], grid[masks[1]] = one, two
        both = masks[0] & masks[1]
        return (grid, np.where(both, mark, grid)) if 0 < both.sum() <= 2 else None

    return draw


@varied
def over_order_reversed(rule: Random) -> Draw:
    """Squares within squares, their colours from within to without."""

    def draw(random: Random) -> Drawn | None:
        layers = upto(random, 2, 3, 1)
        shades, core = colours(random, layers), random.randint(1, 3)
        grid, out = room(random, 10, 13), room(random, 1, 1, 0)
        out = grid.copy()
        sizes = [(core + 2 * step, core + 2 * step + 1) for step in range(layers)][::-1]
        row, col = (random.randint(0, grid.shape[axis] - sizes[0][axis]) for axis in (0, 1))
        for step, (high, wide) in enumerate(sizes):
            stamp(grid, block(high, wide), row + step, col + step, shades[step])
            stamp(out, block(high, wide), row + step, col + step, shades[layers - 1 - step])
        return grid, out

    return draw


@varied
def over_bottom_cropped(rule: Random) -> Draw:
    """Of two rectangles the one that lies beneath the other, whole."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        under, over = colours(random, 2)
        high, wide = upto(random, 4, 6), upto(random, 4, 6)
        row, col = random.randint(0, len(grid) - high), random.randint(0, grid.shape[1] - wide)
        stamp(grid, block(high, wide), row, col, under)
        top, left = row + random.randint(1, high - 2), col + random.randint(1, wide - 2)
        lower, right = random.randint(2, 5), random.randint(2, 5)
        if top + lower > len(grid) or left + right > grid.shape[1]:
            return None
        stamp(grid, block(lower, right), top, left, over)
        return grid, np.full((high, wide), under)

    return in_a_direction(draw, rule)


@varied
def lines_cross_at(rule: Random) -> Draw:
    """Whole horizontal and vertical lines, their crossings in a colour of their own."""
    across, down, mark = colours(rule, 3)
    others = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 8, 11)
        shades = colours(random, 2, (mark,)) if others else [across, down]
        rows = random.sample(range(0, len(grid), 2), upto(random, 1, 2, 1))
        cols = random.sample(range(0, grid.shape[1], 2), upto(random, 1, 2, 1))
        grid[rows] = shades[0]
        grid[:, cols] = shades[1]
        out = grid.copy()
        out[np.ix_(rows, cols)] = mark
        return grid, out

    return draw


@varied
def lines_brought_to_the_front(rule: Random) -> Draw:
    """The horizontal lines lie over the vertical ones, where they lay beneath."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 8, 11)
        out = grid.copy()
        rows = random.sample(range(0, len(grid), 2), upto(random, 1, 2, 1))
        cols = random.sample(range(0, grid.shape[1], 2), upto(random, 1, 2, 1))
        shades = colours(random, len(rows) + len(cols))
        for row, shade in zip(rows, shades, strict=False):
            grid[row] = shade
        for col, shade in zip(cols, shades[len(rows) :], strict=True):
            grid[:, col] = out[:, col] = shade
        for row, shade in zip(rows, shades, strict=False):
            out[row] = shade
        return grid, out

    return in_a_direction(draw, rule)


@varied
def lines_through_dots(rule: Random) -> Draw:
    """Dots of one colour draw their row, of another their column; rows lie on top."""
    across, down = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        made = scene(random, upto(random, 2, 4), [across, down], a_dot, grid)
        if made is None or len({thing.colour for thing in made[1]}) == 1:
            return None
        out = grid.copy()
        for thing in sorted(made[1], key=lambda one: one.colour == across):
            if thing.colour == across:
                out[thing.row] = across
            else:
                out[:, thing.col] = down
        return grid, out

    return draw


@varied
def bars_turned(rule: Random) -> Draw:
    """Each bar turns about its middle: lying ones stand, standing ones lie."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        out = grid.copy()
        for _ in range(upto(random, 1, 2)):
            half, shade, lies = random.randint(1, 2), random.randint(1, 9), random.random() < 0.5
            row, col = (random.randint(half, side - half - 1) for side in grid.shape)
            side = 2 * half + 1
            if not fits(np.maximum(grid, out), block(side, side), row - half, col - half):
                return None
            lying = (slice(row, row + 1), slice(col - half, col + half + 1))
            standing = (slice(row - half, row + half + 1), slice(col, col + 1))
            grid[lying if lies else standing] = shade
            out[standing if lies else lying] = shade
        return grid, out

    return draw


@acting(own=2, count=(3, 4), shape=a_bar)
def bars_by_direction_and_length(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """The longest lying bar and the longest standing bar take a colour each."""
    for axis in (0, 1):
        bars = [thing for thing in things if thing.shape.shape[axis] == 1]
        if len(bars) < 2 or [size(one) for one in bars].count(max(map(size, bars))) > 1:
            return None
        paint(out, max(bars, key=size), own[axis])
    return out


@acting(own=1, count=(3, 4), shape=either(a_bar, a_frame), shades=2)
def all_but_bars_recoloured(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for thing in things:
        if min(thing.shape.shape) > 1:
            paint(out, thing, own[0])
    return out
