"""Concepts whose pairs lie in different ways: each is turned, and what is on it tells how."""

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
    scatter,
    stamp,
    turned,
)


def _any_way(draw: Draw) -> Draw:
    """The same concept with every pair turned on its own."""

    def drawn(random: Random) -> Drawn | None:
        return turned(draw(random), random.randrange(4))

    return drawn


@concept
def fall_to_the_wall(rule: Random) -> Draw:
    """Cells fall to the side where the wall is."""
    wall, colour = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        grid[0] = wall
        out = grid.copy()
        for _ in range(random.randint(4, 9)):
            grid[random.randrange(2, grid.shape[0]), random.randrange(grid.shape[1])] = colour
        for col, count in enumerate((grid == colour).sum(0)):
            out[1 : 1 + count, col] = colour
        return grid, out

    return _any_way(draw)


@concept
def objects_to_the_wall(rule: Random) -> Draw:
    """The one object moves to the wall, whole."""
    wall, colour = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        grid[0] = wall
        out, shape = grid.copy(), random.choice(SHAPES)
        row = random.randint(3, grid.shape[0] - shape.shape[0])
        col = random.randint(0, grid.shape[1] - shape.shape[1])
        stamp(grid, shape, row, col, colour)
        stamp(out, shape, 1, col, colour)
        return grid, out

    return _any_way(draw)


@concept
def steps_away_from_the_wall(rule: Random) -> Draw:
    """Each object moves a fixed number of cells away from the wall."""
    wall, steps = colours(rule, 1)[0], rule.randint(1, 3)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 14)
        grid[0] = wall
        out, free = grid.copy(), np.zeros_like(grid[1 : -steps - 1])
        found = scatter(
            random, free, random.randint(1, 3), lambda: random.choice(colours(random, 1, (wall,)))
        )
        for row, col, shape, colour in found or ():
            stamp(grid, shape, row + 1, col, colour)
            stamp(out, shape, row + 1 + steps, col, colour)
        return (grid, out) if found else None

    return _any_way(draw)


@concept
def beams_away_from_the_wall(rule: Random) -> Draw:
    """A beam from each cell, on the side away from the wall, in a new colour."""
    wall, colour, new = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random)
        grid[0] = wall
        out = grid.copy()
        for col in random.sample(range(grid.shape[1]), random.randint(2, 4)):
            row = random.randrange(2, grid.shape[0] - 1)
            grid[row, col] = out[row, col] = colour
            out[row + 1 :, col] = new
        return grid, out

    return _any_way(draw)


@concept
def flow_out_of_the_gap(rule: Random) -> Draw:
    """What fills a box with a gap flows out of it, straight to the border."""
    wall, new = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 13)
        height, width = random.randint(4, 6), random.randint(4, 6)
        row, col = random.randint(2, grid.shape[0] - height), random.randint(0, grid.shape[1] - width)
        stamp(grid, block(height, width), row, col, wall)
        grid[row + 1 : row + height - 1, col + 1 : col + width - 1] = 0
        gap = random.randint(col + 1, col + width - 2)
        grid[row, gap] = 0
        out = grid.copy()
        out[row + 1 : row + height - 1, col + 1 : col + width - 1] = new
        out[: row + 1, gap] = new
        return grid, out

    return _any_way(draw)


@concept
def stripes_along_the_grid(rule: Random) -> Draw:
    """Each mark becomes a stripe across the shorter way of the grid, whichever way that is."""
    shades = colours(rule, 3)

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((random.randint(5, 8), random.randint(10, 15)), int)
        out = grid.copy()
        for col in random.sample(range(0, grid.shape[1], 2), random.randint(2, 3)):
            shade = random.choice(shades)
            grid[random.randrange(grid.shape[0]), col] = shade
            out[:, col] = shade
        return grid, out

    return _any_way(draw)


@concept
def mirror_beyond_the_line(rule: Random) -> Draw:
    """What lies on one side of a line through the grid is mirrored beyond it."""
    line = colours(rule, 1)[0]

    def draw(random: Random) -> Drawn | None:
        half = random.randint(4, 6)
        grid = np.zeros((2 * half + 1, random.randint(6, 11)), int)
        grid[half] = line
        part = grid[:half]
        if (
            scatter(random, part, random.randint(1, 3), lambda: random.choice(colours(random, 1, (line,))))
            is None
        ):
            return None
        out = grid.copy()
        out[half + 1 :] = part[::-1]
        return grid, out

    return _any_way(draw)


@concept
def grow_towards_the_block(rule: Random) -> Draw:
    """A bar beside the edge grows until it meets the block on the other side."""
    block_colour, bar = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 9, 14)
        grid[: random.randint(2, 3)] = block_colour
        for col in random.sample(range(0, grid.shape[1], 2), random.randint(2, 4)):
            grid[-random.randint(1, 3) :, col] = bar
        out = grid.copy()
        for col in np.flatnonzero(grid[-1] == bar).tolist():
            out[:, col] = np.where(grid[:, col] == 0, bar, grid[:, col])
        return grid, out

    return _any_way(draw)
