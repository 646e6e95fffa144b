"""Varied concepts on grids of five by five cells; tests hold more cells, and other colours."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.drawing import Draw, Drawn, block, colours, in_a_direction, stamp
from benchmarks.concepts.varied import scene, upto, varied

_SIDE = 5
_Five = Callable[[np.ndarray, list[int], Random], np.ndarray | None]


def _five(
    own: int = 0, shades: int = 2, cells: tuple[int, int] = (3, 5), turns: bool = True
) -> Callable[[_Five], _Five]:
    """What is done to a copy of some cells; the first colours are the rule's."""

    def register(act: _Five) -> _Five:
        def make(rule: Random) -> Draw:
            fixed = colours(rule, own)

            def draw(random: Random) -> Drawn | None:
                used = colours(random, shades, tuple(fixed)) if shades else fixed
                grid = np.zeros((_SIDE, _SIDE), int)
                for cell in random.sample(range(_SIDE * _SIDE), upto(random, *cells)):
                    grid[cell // _SIDE, cell % _SIDE] = random.choice(used)
                out = act(grid.copy(), fixed, random)
                return None if out is None else (grid, out)

            return in_a_direction(draw, rule) if turns else draw

        make.__name__ = act.__name__
        varied(make)
        return act

    return register


@_five(cells=(1, 2))
def five_diagonals(out: np.ndarray, own: list[int], random: Random) -> np.ndarray | None:
    """Each cell goes on diagonally down and right; those further down lie on top."""
    for row, col in np.argwhere(out.copy()):
        for step in range(_SIDE - max(row, col)):
            out[row + step, col + step] = out[row, col]
    return out


@_five(own=2, shades=0, cells=(3, 4))
def five_apart(out: np.ndarray, own: list[int], random: Random) -> np.ndarray | None:
    """One colour goes to the left border, the other to the right one."""
    made = np.zeros_like(out)
    for row, cells in enumerate(out):
        for shade, columns in zip(own, (range(_SIDE), range(_SIDE - 1, -1, -1)), strict=True):
            for _, col in zip(range((cells == shade).sum()), columns, strict=False):
                made[row, col] = shade
    return made


@_five(own=2, shades=1, cells=(1, 5))
def five_even_or_odd(out: np.ndarray, own: list[int], random: Random) -> np.ndarray | None:
    """The whole grid in a colour that says whether the number of cells is even."""
    return np.full_like(out, own[(out > 0).sum() % 2])


@_five(shades=3, cells=(6, 8))
def five_rows_joined(out: np.ndarray, own: list[int], random: Random) -> np.ndarray | None:
    """Two cells of a colour in a row are joined where nothing lies between them."""
    for row in out:
        places = np.flatnonzero(row)
        for one, two in itertools.pairwise(places):
            if row[one] == row[two]:
                row[one : two + 1] = row[one]
    return out


@varied
def five_border_in_its_colour(rule: Random) -> Draw:
    """The colour of the cell in the middle becomes the border's; the middle is emptied in some tasks."""
    kept = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((_SIDE, _SIDE), int)
        grid[2, 2] = shade = random.randint(1, 9)
        for cell in random.sample([(1, 1), (1, 2), (2, 1), (3, 3), (3, 1)], upto(random, 0, 2)):
            grid[cell] = random.randint(1, 9)
        out = grid.copy()
        out[[0, -1]], out[:, [0, -1]] = shade, shade
        out[2, 2] = shade if kept else 0
        return grid, out

    return draw


@varied
def five_key_fills_its_row(rule: Random) -> Draw:
    """A cell of the key's colour fills what is free in its row."""
    key = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((_SIDE, _SIDE), int)
        shades = [key, key, *colours(random, 2, (key,))]
        for cell in random.sample(range(25), upto(random, 3, 6)):
            grid[cell // _SIDE, cell % _SIDE] = random.choice(shades)
        keyed = (grid == key).any(1, keepdims=True)
        return grid, np.where(keyed & (grid == 0), key, grid)

    return in_a_direction(draw, rule)


@varied
def five_in_all_corners(rule: Random) -> Draw:
    """A picture of two by two cells, shown in all four corners."""

    def draw(random: Random) -> Drawn | None:
        tile = np.array([[random.randint(0, 9) for _ in range(2)] for _ in range(2)])
        grid, out = np.zeros((_SIDE, _SIDE), int), np.zeros((_SIDE, _SIDE), int)
        row, col = random.randint(0, 3), random.randint(0, 3)
        grid[row : row + 2, col : col + 2] = tile
        for top in (0, 3):
            for left in (0, 3):
                out[top : top + 2, left : left + 2] = tile
        return (grid, out) if (tile > 0).sum() > 2 else None

    return draw


@varied
def five_colours_in_a_circle(rule: Random) -> Draw:
    """One colour becomes the next, which becomes the third, which becomes the first."""
    ring = colours(rule, 4)[: rule.randint(3, 4)]

    def draw(random: Random) -> Drawn | None:
        grid = np.array([[random.choice((0, *ring)) for _ in range(_SIDE)] for _ in range(_SIDE)])
        out = grid.copy()
        for number, shade in enumerate(ring):
            out[grid == shade] = ring[(number + 1) % len(ring)]
        return grid, out

    return draw


@_five(own=1, shades=2, cells=(1, 2), turns=False)
def five_plus_around(out: np.ndarray, own: list[int], random: Random) -> np.ndarray | None:
    """Each cell gets four arms of a fixed colour."""
    cells = np.argwhere(out)
    if len(cells) == 2 and abs(cells[0] - cells[1]).sum() < 3:
        return None
    for row, col in cells:
        for below, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            if 0 <= row + below < _SIDE and 0 <= col + right < _SIDE and not out[row + below, col + right]:
                out[row + below, col + right] = own[0]
    return out


@_five(shades=3, cells=(5, 9), turns=False)
def five_border_emptied(out: np.ndarray, own: list[int], random: Random) -> np.ndarray | None:
    """Only what does not touch the border stays."""
    out[[0, -1]], out[:, [0, -1]] = 0, 0
    return out if out.any() else None


@varied
def five_moved_by_the_count(rule: Random) -> Draw:
    """The block goes to the right by as many cells as there are dots in the last row, which stay."""
    dot = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid, out = np.zeros((_SIDE, _SIDE), int), np.zeros((_SIDE, _SIDE), int)
        count = upto(random, 1, 2, 1)
        shape, row = random.choice((block(2, 1), block(2, 2), block(1, 2))), random.randint(0, 1)
        if shape.shape[1] + count > _SIDE:
            return None
        shade, col = colours(random, 1, (dot,))[0], random.randint(0, _SIDE - shape.shape[1] - count)
        stamp(grid, shape, row, col, shade)
        stamp(out, shape, row, col + count, shade)
        grid[-1, :count] = out[-1, :count] = dot
        return grid, out

    return in_a_direction(draw, rule)


@varied
def five_largest_kept(rule: Random) -> Draw:
    """Of several objects only the largest stays."""

    def draw(random: Random) -> Drawn | None:
        def shape(random: Random) -> np.ndarray:
            return random.choice(
                (block(1, 1), block(1, 2), block(2, 1), block(2, 2), block(1, 3), block(2, 3))
            )

        made = scene(random, upto(random, 2, 3, 1), colours(random, 3), shape, np.zeros((_SIDE, _SIDE), int))
        if made is None:
            return None
        sizes = [int(thing.shape.sum()) for thing in made[1]]
        if sizes.count(max(sizes)) > 1:
            return None
        thing, out = made[1][sizes.index(max(sizes))], np.zeros((_SIDE, _SIDE), int)
        stamp(out, thing.shape, thing.row, thing.col, thing.colour)
        return made[0], out

    return draw


@_five(shades=3, cells=(6, 10))
def five_last_column_first(out: np.ndarray, own: list[int], random: Random) -> np.ndarray | None:
    """The columns in the order 5, 4, 3, 2, 1 in their upper half only: the first two rows turned round."""
    out[:2] = out[:2, ::-1]
    return out


@_five(own=1, shades=2, cells=(4, 7))
def five_columns_with_two(out: np.ndarray, own: list[int], random: Random) -> np.ndarray | None:
    """Columns with two cells or more are filled, the others emptied."""
    out[:] = np.where((out > 0).sum(0) > 1, own[0], 0)
    return out


@_five(shades=4, cells=(5, 8))
def five_first_of_each_row(out: np.ndarray, own: list[int], random: Random) -> np.ndarray | None:
    """Of each row only the first cell stays."""
    for row in out:
        row[np.flatnonzero(row)[1:]] = 0
    return out
