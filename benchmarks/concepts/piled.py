"""Varied concepts of things that lie on each other, of sides that a mark tells, of what fills or holds."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, block, colours, frame, put, stamp, turned
from benchmarks.concepts.varied import dotted_frame, room, specks, upto, varied

_Pile = tuple[list[np.ndarray], list[int]]  # the mask and colour of each rectangle, the lowest first


def _shown(pile: _Pile) -> np.ndarray:
    grid = np.zeros_like(pile[0][0], int)
    for mask, colour in zip(*pile, strict=True):
        grid[mask] = colour
    return grid


def _pile(random: Random, count: int) -> _Pile | None:
    """Rectangles, each partly under the next, so that what is seen of each still tells its box."""
    grid, used, masks = room(random, 9, 12), colours(random, count), []
    for _ in range(count):
        high, wide = random.randint(3, 6), random.randint(3, 6)
        row, col = random.randint(0, grid.shape[0] - high), random.randint(0, grid.shape[1] - wide)
        masks.append(np.zeros(grid.shape, bool))
        masks[-1][row : row + high, col : col + wide] = True
    shown = _shown((masks, used))
    for mask, over, colour in zip(masks, masks[1:], used, strict=False):
        seen = shown == colour
        told = all((seen.any(axis) == mask.any(axis)).all() for axis in (0, 1))
        if not told or not (mask & over).any() or 2 * seen.sum() < mask.sum():
            return None
    return masks, used


def _of_a_pile(random: Random) -> _Pile | None:
    return next(filter(None, (_pile(random, upto(random, 2, 2, 1)) for _ in range(99))), None)


@varied
def all_under_the_top_gone(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        pile = _of_a_pile(random)
        return pile and (_shown(pile), np.where(pile[0][-1], pile[1][-1], 0))

    return draw


@varied
def bar_alone_as_long_as_a_count(rule: Random) -> Draw:
    """As many cells in the last row as the small grid had."""
    one, other = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((5, 5), int)
        count = random.randint(1, 5)
        specks(random, grid[:-1], count, [one])
        out = np.zeros_like(grid)
        out[-1, :count] = other
        return grid, out

    return draw


@varied
def filled_and_hollow_trade(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid, colour, count = room(random, 12, 15), colours(random, 1)[0], upto(random, 2, 4)
        out = grid.copy()
        for number in range(count):
            high, wide = random.randint(3, 5), random.randint(3, 5)
            shapes = [block(high, wide), frame(high, wide)]
            place = put(random, grid, shapes[number % 2], colour)
            if place is not None:
                stamp(out, shapes[1 - number % 2], *place, colour)
        return grid, out

    return draw


@varied
def highest_colour(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        pile = _of_a_pile(random)
        return pile and (_shown(pile), np.array([[pile[1][-1]]]))

    return draw


@varied
def how_many_in_the_frame(rule: Random) -> Draw:
    """A row of as many dots as lie in the frame; others lie outside."""

    def draw(random: Random) -> Drawn | None:
        grid, (edge, dot), count = room(random, 10, 13), colours(random, 2), upto(random, 1, 4, 0)
        thing = dotted_frame(random, grid, edge, dot, count)
        if thing is None:
            return None
        outside = grid.copy()
        outside[thing.row : thing.bottom, thing.col : thing.right] = edge
        specks(random, outside, random.randint(3, 7), [dot])
        return np.where(outside == dot, dot, grid), np.full((1, count), dot)

    return draw


@varied
def lowest_comes_to_the_top(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        pile = _of_a_pile(random)
        return pile and (_shown(pile), np.where(pile[0][0], pile[1][0], _shown(pile)))

    return draw


@varied
def number_lying_on_a_bar(rule: Random) -> Draw:
    """As many cells as lines cross over the thick bar."""

    def draw(random: Random) -> Drawn | None:
        grid, (low, high), count = room(random, 10, 13), colours(random, 2), random.randint(1, 4)
        row = random.randint(3, grid.shape[0] - 5)
        grid[row : row + 2] = low
        grid[:, random.sample(range(0, grid.shape[1], 2), count)] = high
        return grid, np.full((1, count), high)

    return draw


@varied
def pushed_to_the_edge(rule: Random) -> Draw:
    """One cell pushes another along their line to the edge of the small grid."""
    pusher, pushed = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        side = random.randint(5, 7)
        grid, row, col = np.zeros((side, side), int), random.randrange(side), random.randint(0, side - 4)
        out = grid.copy()
        grid[row, col], grid[row, random.randint(col + 1, side - 2)] = pusher, pushed
        out[row, -2:] = pusher, pushed
        return turned((grid, out), random.randrange(4))

    return draw


@varied
def top_taken_off(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        pile = _of_a_pile(random)
        return pile and (_shown(pile), _shown((pile[0][:-1], pile[1][:-1])))

    return draw


@varied
def topmost_recoloured(rule: Random) -> Draw:
    (new,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        grid, colour = room(random), colours(random, 1, (new,))[0]
        out, shapes = grid.copy(), [random.choice(SHAPES) for _ in range(upto(random, 3, 3, 1))]
        places = [put(random, grid, shape, colour) for shape in shapes]
        found = sorted((*place, n) for n, place in enumerate(places) if place is not None)
        if len(found) < len(shapes) or found[0][0] == found[1][0]:
            return None
        for row, col, number in found:
            stamp(out, shapes[number], row, col, new if (row, col, number) == found[0] else colour)
        return grid, out

    return draw


@varied
def towards_the_marked_side(rule: Random) -> Draw:
    """Everything in the small grid falls to the side that a full line marks."""
    (mark,) = colours(rule, 1)

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((5, 5), int)
        specks(random, grid[:-1], random.randint(3, 6), colours(random, 2, (mark,)))
        out = grid.copy()
        grid[-1] = out[-1] = mark
        for column in out.T:
            column[:-1] = sorted(column[:-1], key=bool)
        return turned((grid, out), random.randrange(4))

    return draw


@varied
def which_lines_are_more(rule: Random) -> Draw:
    """A short line as most of the lines lie, in one colour or the other."""
    lying, standing = colours(rule, 2)

    def draw(random: Random) -> Drawn | None:
        grid, (colour,), (rows, columns) = room(random), colours(random, 1), random.sample([1, 2, 3], 2)
        grid[random.sample(range(0, grid.shape[0], 2), rows)] = colour
        grid[:, random.sample(range(0, grid.shape[1], 2), columns)] = colour
        return grid, np.full((1, 3), lying) if rows > columns else np.full((3, 1), standing)

    return draw
