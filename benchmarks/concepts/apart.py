"""Varied concepts: above and below, the centre, inside and outside, up to the border, over each other."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import Draw, Drawn, block, colours, fits, frame, in_a_direction, stamp
from benchmarks.concepts.varied import (
    a_bar,
    a_block,
    a_frame,
    a_shape,
    acting,
    an_odd_square,
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
def upper_takes_the_colour_below(rule: Random) -> Draw:
    """Objects in pairs, one above the other: the upper one takes the lower one's colour."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 4)
        grid = np.zeros((upto(random, 8, 10), 5 * upto(random, 2, 3)), int)
        out = grid.copy()
        for col in range(0, grid.shape[1], 5):
            upper, lower = a_shape(random), a_shape(random)
            one, two = random.sample(shades, 2)
            top = random.randint(0, 1)
            low = random.randint(top + upper.shape[0] + 1, len(grid) - lower.shape[0])
            side = col + random.randint(0, 1)
            for made, shade in ((grid, one), (out, two)):
                stamp(made, upper, top, side, shade)
                stamp(made, lower, low, side, two)
        return grid, out

    return in_a_direction(draw, rule)


@varied
def all_below_the_line_goes(rule: Random) -> Draw:
    """What lies below a whole line goes; so does the line, in some tasks."""
    line, with_it = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 10, 13)
        row = random.randint(4, len(grid) - 5)
        for part in (grid[:row], grid[row + 1 :]):
            if scene(random, upto(random, 1, 3), colours(random, 3, (line,)), a_shape, part) is None:
                return None
        grid[row] = line
        out = grid.copy()
        out[row + (0 if with_it else 1) :] = 0
        return grid, out

    return in_a_direction(draw, rule)


@varied
def dots_above_rise_dots_below_fall(rule: Random) -> Draw:
    """Dots on both hands of the line go to the border on their hand."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 9, 12)
        row = random.randint(3, len(grid) - 4)
        out = np.zeros_like(grid)
        grid[row] = out[row] = line
        for part, made, end in ((grid[:row], out[:row], 0), (grid[row + 1 :], out[row + 1 :], -1)):
            columns = random.sample(range(grid.shape[1]), upto(random, 1, 2))
            for col in columns:
                shade = colours(random, 1, (line,))[0]
                part[random.randrange(len(part)), col] = shade
                made[end, col] = shade
        return grid, out

    return in_a_direction(draw, rule)


@acting(own=1, count=(2, 3), shape=an_odd_square)
def centre_of_squares_coloured(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for thing in things:
        side = thing.shape.shape[0] // 2
        out[thing.row + side, thing.col + side] = own[0]
    return out


@varied
def centre_of_bars_coloured(rule: Random) -> Draw:
    """The middle cell of lying and standing bars, all of one colour or not."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        shades = colours(random, 3, (mark,))

        def bar(random: Random) -> np.ndarray:
            made = block(1, 2 * upto(random, 1, 2) + 1)
            return made if random.random() < 0.5 else made.T

        made = scene(random, upto(random, 2, 3), shades, bar, grid)
        if made is None:
            return None
        out = grid.copy()
        for thing in made[1]:
            out[(thing.row + thing.bottom) // 2, (thing.col + thing.right) // 2] = mark
        return grid, out

    return draw


@varied
def centre_of_the_grid_framed(rule: Random) -> Draw:
    """A dot in the middle of an odd grid gets rings out to the border, every second one."""
    shade = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        half = upto(random, 2, 5)
        side = 2 * half + 1
        grid = np.zeros((side, side), int)
        grid[half, half] = own = colours(random, 1, (shade,))[0]
        rows, cols = np.indices(grid.shape)
        ring = np.maximum(abs(rows - half), abs(cols - half))
        return grid, np.where(ring == 0, own, np.where(ring % 2 == 0, shade, 0))

    return draw


@varied
def centre_of_a_row_of_objects(rule: Random) -> Draw:
    """The middle one of three, five or seven objects in a row takes a colour, or goes, or alone stays."""
    shade, act = rule.randint(1, 9), rule.randrange(3)

    def draw(random: Random) -> Drawn | None:
        count = 2 * upto(random, 1, 2, 1) + 1
        own, shape = colours(random, 1, (shade,))[0], random.choice((block(1, 1), block(2, 2), block(3, 2)))
        grid = np.zeros((upto(random, 5, 7), count * (shape.shape[1] + 1) + 1), int)
        row, col = random.randint(0, len(grid) - 3), random.randint(0, 2)
        out = grid.copy()
        for number in range(count):
            middle = number == count // 2
            left = col + number * (shape.shape[1] + 1)
            if left + shape.shape[1] > grid.shape[1]:
                return None
            stamp(grid, shape, row, left, own)
            if middle or act < 2:
                stamp(out, shape, row, left, (shade, 0, own)[act] if middle else own)
        return grid, out

    return in_a_direction(draw, rule)


@varied
def inside_dots_only_stay(rule: Random) -> Draw:
    """Dots inside and outside a frame: those outside go; or those inside do."""
    border, dot = colours(rule, 2)
    outside = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 9, 12)
        shape = frame(upto(random, 5, 6), upto(random, 5, 6))
        row, col = (random.randint(0, grid.shape[axis] - shape.shape[axis]) for axis in (0, 1))
        stamp(grid, shape, row, col, border)
        inner = np.zeros(grid.shape, bool)
        inner[row + 1 : row + shape.shape[0] - 1, col + 1 : col + shape.shape[1] - 1] = True
        empty = np.argwhere(grid == 0)
        for cell in random.sample(empty.tolist(), upto(random, 6, 9, 4)):
            grid[tuple(cell)] = dot
        gone = (grid == dot) & (inner if outside else ~inner)
        if not ((grid == dot) & inner).any() or not ((grid == dot) & ~inner).any():
            return None
        return grid, np.where(gone, 0, grid)

    return draw


@varied
def outside_of_frames_filled(rule: Random) -> Draw:
    """The background outside of closed frames; what they enclose stays empty."""
    shade = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 1, 2), colours(random, 2, (shade,)), a_frame)
        if made is None:
            return None
        grid, things = made
        out = np.where(grid == 0, shade, grid)
        for thing in things:
            out[thing.row + 1 : thing.bottom - 1, thing.col + 1 : thing.right - 1] = 0
        return grid, out

    return draw


@varied
def holders_stay_empty_ones_go(rule: Random) -> Draw:
    """Frames that hold a dot stay with it; empty frames go (or the other way)."""
    turned_about = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        shade, dot = colours(random, 2)
        made = scene(random, upto(random, 3, 4), [shade], lambda one: frame(upto(one, 3, 4), upto(one, 3, 4)))
        if made is None:
            return None
        grid, things = made
        holding = [random.random() < 0.5 for _ in things]
        if len(set(holding)) == 1:
            return None
        for thing, full in zip(things, holding, strict=True):
            if full:
                grid[
                    random.randint(thing.row + 1, thing.bottom - 2),
                    random.randint(thing.col + 1, thing.right - 2),
                ] = dot
        out = grid.copy()
        for thing, full in zip(things, holding, strict=True):
            if full == turned_about:
                box(out, thing)[:] = 0
        return grid, out

    return draw


@acting(own=0, count=(2, 3), shape=a_block, turns=True)
def blocks_widen_to_both_borders(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Each block stretches over the whole width of the grid."""
    rows: set[int] = set()
    for thing in things:
        if rows & set(range(thing.row, thing.bottom)):
            return None
        rows |= set(range(thing.row, thing.bottom))
        out[thing.row : thing.bottom] = thing.colour
    return out


@varied
def arms_of_plusses_to_the_border(rule: Random) -> Draw:
    """The four arms of a plus go on to the border; its core has a colour of its own, in some tasks."""
    core = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        out = grid.copy()
        row, col = (random.randint(1, side - 2) for side in grid.shape)
        shade = colours(random, 1, (core or 0,))[0]
        grid[row - 1 : row + 2, col] = grid[row, col - 1 : col + 2] = shade
        out[row], out[:, col] = shade, shade
        grid[row, col] = out[row, col] = core or shade
        return grid, out

    return draw


@varied
def ray_from_the_marked_side(rule: Random) -> Draw:
    """A block with one cell of another colour at one side: the cell goes on as a ray away from the block."""

    def draw(random: Random) -> Drawn | None:
        shade, mark = colours(random, 2)
        grid = room(random, 10, 13)
        out = grid.copy()
        for _ in range(upto(random, 1, 2, 1)):
            side = random.choice((3, 3, 5))
            row, col = (random.randint(1, length - side - 1) for length in grid.shape)
            if not fits(np.maximum(grid, out), block(side, side), row, col):
                return None
            for made in (grid, out):
                stamp(made, block(side, side), row, col, shade)
            half, way = side // 2, random.randrange(4)
            spot = np.zeros_like(grid)
            ends = ((0, half), (half, side - 1), (side - 1, half), (half, 0))
            spot[row + ends[way][0], col + ends[way][1]] = 1
            grid[spot > 0] = out[spot > 0] = mark
            top, left = np.argwhere(np.rot90(spot, way))[0]
            beam = np.rot90(out, way)[:top, left]  # a view
            if beam.any():
                return None
            beam[:] = mark
        return grid, out

    return draw


@acting(count=(2, 3), shape=either(a_block, a_frame))
def full_ones_go_to_the_border(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Full blocks move to the border, hollow ones stay."""
    full = [thing.shape.all() for thing in things]
    if len(set(full)) == 1:
        return None
    for thing, moves in zip(things, full, strict=True):
        if moves:
            paint(out, thing, 0)
    for thing, moves in zip(things, full, strict=True):
        if moves:
            if out[: thing.bottom, thing.col : thing.right].any():
                return None
            stamp(out, thing.shape, 0, thing.col, thing.colour)
    return out


@acting(count=(2, 3), shape=either(a_bar, a_shape), shades=3)
def large_ones_up_small_ones_down(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """The largest object goes to the upper border, all others to the lower."""
    sizes = [size(thing) for thing in things]
    if sizes.count(max(sizes)) > 1:
        return None
    made = np.zeros_like(out)
    for thing in things:
        top = 0 if size(thing) == max(sizes) else len(out) - thing.shape.shape[0]
        if made[top : top + thing.shape.shape[0], thing.col : thing.right].any():
            return None
        stamp(made, thing.shape, top, thing.col, thing.colour)
    return made


@acting(own=1, count=(2, 4), gap=1)
def top_row_of_each_coloured(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for thing in things:
        part = box(out, thing)[0]
        part[part > 0] = own[0]
    return out


@acting(count=(2, 4))
def each_upside_down(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    for thing in things:
        part = box(out, thing)
        part[:] = part[::-1].copy()
    return out


@varied
def lower_ones_of_each_column_go(rule: Random) -> Draw:
    """Two or three objects one above another: only the topmost of each column of objects stays."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 4)
        grid = np.zeros((4 * upto(random, 2, 2, 1) + 1, 4 * upto(random, 2, 3)), int)
        out = grid.copy()
        for col in range(0, grid.shape[1], 4):
            first = True
            for row in range(0, len(grid) - 3, 4):
                if random.random() < 0.7:
                    made = random.choice((block(2, 2), block(3, 1), block(1, 3), block(3, 3)))
                    shade = random.choice(shades)
                    stamp(grid, made, row, col, shade)
                    if first:
                        stamp(out, made, row, col, shade)
                    first = False
        return None if (grid == out).all() else (grid, out)

    return in_a_direction(draw, rule)


def _two_over(random: Random, shades: list[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """A grid with one block over a part of another; the masks of the lower and of the upper block."""
    grid = room(random)
    masks = []
    for number in range(2):
        mask = np.zeros(grid.shape, bool)
        high, wide = upto(random, 3, 6), upto(random, 3, 6)
        row, col = random.randint(0, len(grid) - high), random.randint(0, grid.shape[1] - wide)
        mask[row : row + high, col : col + wide] = True
        masks.append(mask)
        grid[mask] = shades[number]
    lower, upper = masks
    shared = lower & upper
    # the lower block's box must still be told by what is seen of it
    seen = np.argwhere(lower & ~upper)
    if not shared.any() or not len(seen):
        return None
    whole = np.argwhere(lower)
    if (seen.min(0) != whole.min(0)).any() or (seen.max(0) != whole.max(0)).any():
        return None
    return grid, lower, upper


@varied
def lower_block_brought_over(rule: Random) -> Draw:
    """Of two blocks the lower one comes to lie over the upper."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2)
        made = _two_over(random, shades)
        return None if made is None else (made[0], np.where(made[1], shades[0], made[0]))

    return draw


@varied
def upper_block_taken_away(rule: Random) -> Draw:
    """The upper of two blocks goes, the lower one is whole. Which is which is told by what is seen."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2)
        made = _two_over(random, shades)
        return None if made is None else (made[0], np.where(made[1], shades[0], 0))

    return draw


@varied
def shared_part_of_blocks_coloured(rule: Random) -> Draw:
    """Where the upper block hides a part of the lower, in a colour of its own."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = _two_over(random, colours(random, 2, (mark,)))
        return None if made is None else (made[0], np.where(made[1] & made[2], mark, made[0]))

    return draw


@varied
def whole_lines_recoloured(rule: Random) -> Draw:
    """Of crossing lines those that lie on top of all others take a colour."""
    mark = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 8, 11)
        rows = random.sample(range(0, len(grid), 2), upto(random, 1, 2, 1))
        cols = random.sample(range(0, grid.shape[1], 2), upto(random, 1, 2, 1))
        shades = colours(random, 4, (mark,))
        for col in cols:
            grid[:, col] = random.choice(shades[:2])
        for row in rows:
            grid[row] = random.choice(shades[2:])
        out = grid.copy()
        out[rows] = mark
        return grid, out

    return in_a_direction(draw, rule)
