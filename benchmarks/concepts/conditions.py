"""Varied concepts whose rules ask two things of an object, or whose grids hold what tells nothing."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, block, colours, frame, in_a_direction, put, stamp
from benchmarks.concepts.varied import (
    a_bar,
    a_block,
    a_dot,
    a_frame,
    acting,
    an_odd_square,
    box,
    dotted_frame,
    either,
    paint,
    room,
    scene,
    size,
    specks,
    upto,
    varied,
)


def _is_hollow(thing: Thing) -> bool:
    return min(thing.shape.shape) > 2 and not thing.shape[1:-1, 1:-1].any()


@varied
def hollow_above_the_line_go(rule: Random) -> Draw:
    """Of what lies above a line, the hollow goes; below it, and all that is full, stays."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 11, 14), colours(random, 3, (line,))
        row = random.randint(5, len(grid) - 6)
        grid[row] = line
        made = scene(random, upto(random, 4, 5), shades, either(a_block, a_frame), grid)
        if made is None:
            return None
        out = grid.copy()
        gone = [one for one in made[1] if _is_hollow(one) and one.row < row]
        for one in gone:
            paint(out, one, 0)
        return (grid, out) if gone else None

    return in_a_direction(draw, rule)


@acting(own=2, count=(3, 5), shape=either(a_block, an_odd_square, a_bar))
def centre_of_odd_squares_only(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray:
    """The middle of what is square and odd takes one colour; other things stay."""
    for one in things:
        if one.shape.shape[0] == one.shape.shape[1] and len(one.shape) % 2:
            grid[(one.row + one.bottom) // 2, (one.col + one.right) // 2] = own[0]
    return grid


@acting(own=1, count=(2, 3), shape=an_odd_square, margin=1)
def centre_lines_to_the_border(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray:
    """From the middle of the upper side of each odd square a line to the border, under what it meets."""
    for one in things:
        line = grid[: one.row, (one.col + one.right) // 2]
        line[line == 0] = own[0]
    return grid


@varied
def clean_outside_of_frames(rule: Random) -> Draw:
    """Specks go, but not those in frames."""

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 2)
        made = scene(random, upto(random, 2, 2), shades[:1], a_frame, room(random, 11, 14))
        if made is None:
            return None
        out = made[0].copy()
        grid = made[0].copy()
        specks(random, grid, upto(random, 8, 14, 6), shades[1:])
        for one in made[1]:
            box(out, one)[:] = box(grid, one)
        return grid, out

    return draw


@varied
def clean_the_lattice_lines(rule: Random) -> Draw:
    """Lattice lines with cells of other colours in them are whole again; specks in rooms stay."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        step, grid = random.randint(3, 5), room(random, 11, 14)
        grid[random.randint(1, step - 1) :: step] = line
        grid[:, random.randint(1, step - 1) :: step] = line
        out, shades = grid.copy(), colours(random, 2, (line,))
        for cell in random.sample(range(grid.size), upto(random, 9, 16, 6)):
            grid.flat[cell] = random.choice(shades)
            if not out.flat[cell]:
                out.flat[cell] = grid.flat[cell]
        return grid, out

    return draw


@varied
def complete_bitten_rings(rule: Random) -> Draw:
    """Frames with some cells missing are completed in a second colour; full blocks with a dent stay."""
    new = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 3), colours(random, 2, (new,)), a_frame)
        if made is None:
            return None
        grid = made[0].copy()
        out = made[0].copy()
        for one in made[1]:
            edge = [cell for cell in np.argwhere(one.shape).tolist() if random.random() < 0.2][:2]
            for row, col in edge:
                grid[one.row + row, one.col + col], out[one.row + row, one.col + col] = 0, new
        return grid, out

    return draw


@varied
def complete_like_the_whole_one(rule: Random) -> Draw:
    """One shape is whole; each other copy, in a colour of its own, lacks one cell and gets it."""

    def draw(random: Random) -> Drawn | None:
        shape = random.choice([one for one in SHAPES if one.sum() > 4])
        made = scene(random, upto(random, 3, 3), colours(random, 3), lambda _: shape)
        if made is None:
            return None
        grid = made[0].copy()
        for one in made[1][1:]:
            row, col = random.choice(np.argwhere(shape).tolist())
            grid[one.row + row, one.col + col] = 0
        return grid, made[0]

    return draw


@varied
def copy_into_empty_frames(rule: Random) -> Draw:
    """What one frame holds is copied into the empty ones, in each frame's own colour."""

    def draw(random: Random) -> Drawn | None:
        shades, side = colours(random, 4), random.randint(3, 4)
        dots = block(side, side) * 0
        specks(random, dots, random.randint(3, 5), [1])
        made = scene(random, upto(random, 3, 3, 1), shades[:3], lambda _: frame(side + 2, side + 2),
                     room(random, 13, 15))  # fmt: skip
        if made is None:
            return None
        grid, out = made[0].copy(), made[0].copy()
        for number, one in enumerate(made[1]):
            stamp(out, dots, one.row + 1, one.col + 1, one.colour)
            if number == 0:
                stamp(grid, dots, one.row + 1, one.col + 1, one.colour)
        return grid, out

    return draw


@varied
def copy_over_its_own_line(rule: Random) -> Draw:
    """Things that stand on a line are mirrored below it; those with no line are not."""
    line = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, shades = room(random, 12, 14), colours(random, 3, (line,))
        out = grid.copy()
        for number in range(upto(random, 2, 3)):
            shape = random.choice(SHAPES)
            high, wide = shape.shape
            whole = np.vstack([shape, block(1, wide) * 2, shape[::-1]]) if number else shape
            place = put(random, out, whole, 1)
            if place is None:
                return None
            shade = random.choice(shades)
            for one in (grid, out):
                stamp(one, shape, *place, shade)
            if number:
                for one in (grid, out):
                    one[place[0] + high, place[1] : place[1] + wide] = line
                out[place[0] + high + 1 :, :][:high, place[1] : place[1] + wide] = shape[::-1] * shade
        return grid, out

    return in_a_direction(draw, rule)


@varied
def count_shown_beside_the_frame(rule: Random) -> Draw:
    """The upper side of each frame goes on to the right, by as many cells as it holds dots."""
    dot, new = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid, edge = room(random, 11, 13), colours(random, 1, (dot, new))[0]
        out = np.zeros_like(grid)
        for _ in range(upto(random, 1, 2, 1)):
            count, shape = random.randint(1, 4), frame(random.randint(4, 5), random.randint(4, 5))
            wide = shape.shape[1]
            place = put(random, out, np.pad(shape, ((0, 0), (0, count))) + 1, 1)
            if place is None:
                return None
            thing = Thing(*place, shape, edge)
            box(out, thing)[:] = 0
            out[place[0] : thing.bottom, thing.right : thing.right + count] = 0
            paint(grid, thing, edge)
            specks(random, box(grid, thing)[1:-1, 1:-1], count, [dot])
            box(out, thing)[:] = box(grid, thing)
            out[place[0], place[1] + wide : place[1] + wide + count] = new
        return grid, out

    return in_a_direction(draw, rule)


@varied
def recoloured_if_they_hold_as_many(rule: Random) -> Draw:
    """Frames that hold as many dots as the key's frame take the key's colour."""
    key, dot = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid, edge = room(random, 14, 16), colours(random, 1, (key, dot))[0]
        counts = [random.randint(1, 3) for _ in range(upto(random, 3, 3, 1))]
        if counts.count(counts[0]) in (1, len(counts)):
            return None
        made = [dotted_frame(random, grid, key if not number else edge, dot, count)
                for number, count in enumerate(counts)]  # fmt: skip
        out = grid.copy()
        for one, count in zip(made, counts, strict=True):
            if one is None:
                return None
            if count == counts[0]:
                paint(out, one, key)
        return grid, out

    return draw


@varied
def extend_to_the_wall_or_not_at_all(rule: Random) -> Draw:
    """From dots at the border a line goes to the wall; where there is no wall the dot stays alone."""
    wall, hit = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = room(random, 10, 12)
        top, col = random.randint(1, 4), random.randint(5, grid.shape[1] - 2)
        low = random.randint(top + 2, len(grid) - 3)
        grid[top : low + 1, col] = wall
        rows = random.sample(range(0, len(grid), 2), upto(random, 2, 3))
        for row in rows:
            grid[row, 0] = random.choice(colours(random, 2, (wall, hit)))
        out = grid.copy()
        for row in rows:
            if grid[row, col]:
                out[row, :col], out[row, col] = grid[row, 0], hit
        return grid, out

    return in_a_direction(draw, rule)


@acting(own=0, count=(3, 4), shape=either(a_bar, a_bar, a_dot))
def extend_bars_but_not_dots(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Bars grow both ways to the border, those that stand over those that lie; dots stay."""
    bars = [one for one in things if size(one) > 1]
    for lie in (True, False):
        for one in bars:
            if (one.shape.shape[0] == 1) == lie:
                grid[one.row if lie else slice(None), slice(None) if lie else one.col] = one.colour
    for one in things:
        paint(grid, one, one.colour) if size(one) == 1 else None
    return grid if bars else None


@acting(own=2, count=(2, 4), shape=a_frame)
def filled_by_their_inner_size(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray:
    """Frames around one cell are filled in one colour, those around more in another."""
    for one in things:
        inner = box(grid, one)[1:-1, 1:-1]
        inner[:] = own[int(inner.size > 1)]
    return grid


@acting(own=2, count=(4, 5), shape=a_bar, shades=1)
def longest_lying_and_standing(grid: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """The longest bar that lies takes one colour, the longest that stands another."""
    for way in range(2):
        bars = sorted((one for one in things if one.shape.shape[way] == 1), key=size)
        if len(bars) < 2 or size(bars[-1]) == size(bars[-2]):
            return None
        paint(grid, bars[-1], own[way])
    return grid
