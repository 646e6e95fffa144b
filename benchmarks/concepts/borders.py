"""Varied concepts: extending to the border, moving to the border."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.composed import Thing
from benchmarks.concepts.drawing import Draw, Drawn, block, colours, fits, in_a_direction, stamp
from benchmarks.concepts.varied import (
    a_bar,
    a_block,
    a_dot,
    a_shape,
    acting,
    paint,
    room,
    scene,
    upto,
    varied,
)


@acting(count=(1, 3), shape=a_bar)
def extend_bars_both_ways(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """Each bar becomes a line over the whole picture, in its direction."""
    for thing in things:
        if thing.shape.shape[0] == 1:
            out[thing.row] = thing.colour
        else:
            out[:, thing.col] = thing.colour
    across = things[0].shape.shape[0] == 1
    lines = [thing.row if across else thing.col for thing in things if (thing.shape.shape[0] == 1) == across]
    return out if len(set(lines)) == len(things) else None


@varied
def extend_the_arrow(rule: Random) -> Draw:
    """A line goes on from the arrow's point, in its colour or another."""
    colour = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid, out = room(random), None
        arrow = np.array([[0, 1, 0], [1, 0, 1]])
        shade, turns = colours(random, 1, (colour or 0,))[0], random.randrange(4)
        row, col = random.randint(2, len(grid) - 3), random.randint(0, grid.shape[1] - 3)
        stamp(grid, arrow, row, col, shade)
        out = grid.copy()
        out[:row, col + 1] = colour or shade
        return np.rot90(grid, turns), np.rot90(out, turns)

    return draw


@varied
def extend_beneath(rule: Random) -> Draw:
    """Dots at the border draw a line to the other border, beneath the blocks in their way."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        made = scene(random, upto(random, 1, 3), colours(random, 2), a_block, grid[:, 2:])
        if made is None:
            return None
        rows = random.sample(range(0, len(grid), 2), upto(random, 1, 2, 1))
        out = grid.copy()
        for row in rows:
            grid[row, 0] = shade = random.randint(1, 9)
            out[row] = np.where(grid[row] > 0, grid[row], shade)
        return grid, out

    return in_a_direction(draw, rule)


@varied
def extend_every_second(rule: Random) -> Draw:
    """From each dot every second, or third, cell to the border."""
    step, colour = rule.choice((2, 2, 3)), rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        made = scene(random, upto(random, 1, 2), colours(random, 3, (colour or 0,)), a_dot, grid)
        if made is None or len({thing.row for thing in made[1]}) < len(made[1]):
            return None
        out = grid.copy()
        for thing in made[1]:
            out[thing.row, thing.col + step :: step] = colour or thing.colour
        return grid, out

    return in_a_direction(draw, rule)


@varied
def extend_with_its_head(rule: Random) -> Draw:
    """A bar with a head of another colour grows until the head is at the border."""
    head = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        made = scene(random, upto(random, 1, 2, 1), colours(random, 3, (head,)),
                     lambda random: block(1, random.randint(2, 4)), grid)  # fmt: skip
        if made is None or len({thing.row for thing in made[1]}) < len(made[1]):
            return None
        out = grid.copy()
        for thing in made[1]:
            grid[thing.row, thing.right - 1] = head
            out[thing.row, thing.col :] = thing.colour
            out[thing.row, -1] = head
        return grid, out

    return in_a_direction(draw, rule)


@varied
def extend_the_diagonal_tail(rule: Random) -> Draw:
    """From one corner of each block a diagonal to the border."""
    colour = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 1, 2), colours(random, 3, (colour or 0,)), lambda _: block(2, 2))
        if made is None:
            return None
        grid, out = made[0], made[0].copy()
        for thing in made[1]:
            row, col = thing.bottom, thing.right
            while row < len(grid) and col < grid.shape[1]:
                if grid[row, col]:
                    return None
                out[row, col] = colour or thing.colour
                row, col = row + 1, col + 1
        return grid, out

    return in_a_direction(draw, rule)


@varied
def move_to_the_nearest_border(rule: Random) -> Draw:
    """The object goes to the border that is nearest to it."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        made = scene(random, 1, colours(random, 1), a_shape, grid, 1, 1)
        if made is None:
            return None
        thing = made[1][0]
        far = [thing.row, thing.col, len(grid) - thing.bottom, grid.shape[1] - thing.right]
        if far.count(min(far)) > 1:
            return None
        out, side = np.zeros_like(grid), far.index(min(far))
        row = 0 if side == 0 else len(grid) - thing.shape.shape[0] if side == 2 else thing.row
        col = 0 if side == 1 else grid.shape[1] - thing.shape.shape[1] if side == 3 else thing.col
        stamp(out, thing.shape, row, col, thing.colour)
        return grid, out

    return draw


@varied
def move_bars_sideways(rule: Random) -> Draw:
    """Lying bars go to the right border, standing ones to the lower one."""

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        made = scene(random, upto(random, 2, 3), colours(random, 3), a_bar, grid)
        if made is None:
            return None
        out = np.zeros_like(grid)
        for thing in made[1]:
            high, wide = thing.shape.shape
            row, col = (thing.row, grid.shape[1] - wide) if high == 1 else (len(grid) - high, thing.col)
            if not fits(out, thing.shape, row, col, 0):
                return None
            stamp(out, thing.shape, row, col, thing.colour)
        return grid, out

    return in_a_direction(draw, rule)


@varied
def move_leaving_a_trail(rule: Random) -> Draw:
    """Dots go to the border; where they were and passed stays a colour."""
    trail = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = room(random)
        made = scene(random, upto(random, 1, 3), colours(random, 3, (trail,)), a_dot, grid)
        if made is None or len({thing.row for thing in made[1]}) < len(made[1]):
            return None
        out = grid.copy()
        for thing in made[1]:
            out[thing.row, thing.col :] = trail
            out[thing.row, -1] = thing.colour
        return grid, out

    return in_a_direction(draw, rule)


@acting(count=(1, 1), turns=True)
def move_into_the_corner(out: np.ndarray, things: list[Thing], own: list[int]) -> np.ndarray | None:
    """The only object, to the upper left."""
    out[:] = 0
    paint(out, Thing(0, 0, things[0].shape, 0), things[0].colour)
    return out if len(things) == 1 else None


@varied
def move_only_one_colour(rule: Random) -> Draw:
    """Objects of one colour slide to the border, the others stay where they are."""
    colour = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        made = scene(random, upto(random, 2, 4), [colour, *colours(random, 2, (colour,))], a_shape)
        if made is None or not 0 < sum(thing.colour == colour for thing in made[1]) < len(made[1]):
            return None
        grid, out = made[0], np.where(made[0] == colour, 0, made[0])
        for thing in made[1]:
            if thing.colour == colour:
                col = grid.shape[1] - thing.shape.shape[1]
                if out[thing.row : thing.bottom, thing.col :].any():
                    return None
                stamp(out, thing.shape, thing.row, col, colour)
        return grid, out

    return in_a_direction(draw, rule)
