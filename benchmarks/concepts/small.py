"""Concepts on grids of five by five cells, where little is to be seen but everything counts."""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.drawing import Draw, Drawn, colours, concept, in_a_direction

_SIDE = 5


def _blank() -> np.ndarray:
    return np.zeros((_SIDE, _SIDE), int)


def _dots(random: Random, count: int, shades: list[int]) -> np.ndarray:
    grid = _blank()
    for cell in random.sample(range(_SIDE * _SIDE), count):
        grid[cell // _SIDE, cell % _SIDE] = random.choice(shades)
    return grid


@concept
def small_shift(rule: Random) -> Draw:
    rows, cols, wraps = rule.randint(-1, 1), rule.choice((-1, 1)), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = _dots(random, random.randint(4, 9), colours(random, 3))
        out = np.roll(grid, (rows, cols), (0, 1))
        if not wraps:
            for axis, step in ((0, rows), (1, cols)):
                lost = np.arange(_SIDE) - step
                gone = (lost < 0) | (lost >= _SIDE)
                out = np.where(gone[:, None] if axis == 0 else gone[None], 0, out)
        return grid, out

    return draw


@concept
def small_fall(rule: Random) -> Draw:
    def draw(random: Random) -> Drawn | None:
        grid = _dots(random, random.randint(4, 9), colours(random, 3))
        out = _blank()
        for col in range(_SIDE):
            column = grid[:, col][grid[:, col] > 0]
            out[_SIDE - column.size :, col] = column
        return grid, out

    return in_a_direction(draw, rule)


@concept
def small_rows_by_colour(rule: Random) -> Draw:
    """Each cell colours its whole row; in a corner stands nothing."""

    def draw(random: Random) -> Drawn | None:
        grid, out = _blank(), _blank()
        for row in random.sample(range(_SIDE), 3):
            grid[row, random.randrange(_SIDE)] = out[row] = random.randint(1, 9)
        return grid, out

    return in_a_direction(draw, rule)


@concept
def small_count_to_bar(rule: Random) -> Draw:
    """The number of cells as a bar along the first row."""
    colour = rule.choice([None, rule.randint(1, 9)])

    def draw(random: Random) -> Drawn | None:
        shade, count = random.randint(1, 9), random.randint(1, 5)
        grid, out = _dots(random, count, [shade]), _blank()
        out[0, :count] = colour or shade
        return grid, out

    return in_a_direction(draw, rule)


@concept
def small_majority(rule: Random) -> Draw:
    """The whole grid in the colour that most, or fewest, of its cells have."""
    most = rule.random() < 0.6

    def draw(random: Random) -> Drawn | None:
        shades = colours(random, 3)
        cells = [shades[0]] * 12 + [shades[1]] * 8 + [shades[2]] * 5
        random.shuffle(cells)
        return np.array(cells).reshape(_SIDE, _SIDE), np.full((_SIDE, _SIDE), shades[0 if most else 2])

    return draw


@concept
def small_path(rule: Random) -> Draw:
    """Two cells joined by a path with one corner: first along the row, or first along the column."""
    one, other, third = colours(rule, 3)
    colour, corner = rule.choice([None, third]), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        (row, col), (low, right) = [(random.randrange(_SIDE), random.randrange(_SIDE)) for _ in range(2)]
        if row == low or col == right:
            return None
        grid, out = _blank(), _blank()
        along = row if corner else low
        out[along, min(col, right) : max(col, right) + 1] = colour or one
        across = right if corner else col
        out[min(row, low) : max(row, low) + 1, across] = colour or one
        for place, shade in (((row, col), one), ((low, right), other)):
            grid[place] = out[place] = shade
        return grid, out

    return draw


@concept
def small_sorted_rows(rule: Random) -> Draw:
    """The rows in the order of how many cells they hold."""

    def draw(random: Random) -> Drawn | None:
        lengths = random.sample(range(1, 6), 5)
        shades = [random.randint(1, 9) for _ in lengths]
        grid, out = _blank(), _blank()
        bars = list(zip(lengths, shades, strict=True))
        for row, (length, shade) in enumerate(bars):
            grid[row, :length] = shade
        for row, (length, shade) in enumerate(sorted(bars)):
            out[row, :length] = shade
        return grid, out

    return in_a_direction(draw, rule)


@concept
def small_key_in_the_corner(rule: Random) -> Draw:
    """The cell in the corner says in which colour the shape is drawn; it goes."""
    stays = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        key, shade = colours(random, 2)
        grid = _dots(random, random.randint(4, 8), [shade])
        grid[0], grid[:, 0] = 0, 0
        out = np.where(grid > 0, key, 0)
        grid[0, 0] = key
        out[0, 0] = key if stays else 0
        return (grid, out) if (grid == shade).any() else None

    return in_a_direction(draw, rule)


@concept
def small_empty_lines(rule: Random) -> Draw:
    """Rows and columns without any cell take a colour."""
    colour, both = rule.randint(1, 9), rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = _dots(random, 3, colours(random, 2, (colour,)))
        empty = (grid == 0).all(1)[:, None] | ((grid == 0).all(0)[None] & both)
        return grid, np.where(empty & (grid == 0), colour, grid)

    return in_a_direction(draw, rule)


@concept
def small_reflected_path(rule: Random) -> Draw:
    """A diagonal from the corner that is thrown back at the borders."""

    def draw(random: Random) -> Drawn | None:
        shade, start = random.randint(1, 9), random.randrange(_SIDE)
        grid, out = _blank(), _blank()
        grid[0, start] = shade
        col, step = start, 1 if start < _SIDE - 1 else -1
        for row in range(_SIDE):
            out[row, col] = shade
            if not 0 <= col + step < _SIDE:
                step = -step
            col += step
        return grid, out

    return in_a_direction(draw, rule)


@concept
def small_recolour_all_but_the_odd(rule: Random) -> Draw:
    """Of cells of two colours those of the rarer stay."""

    def draw(random: Random) -> Drawn | None:
        one, other = colours(random, 2)
        grid = _dots(random, 7, [one])
        for row, col in random.sample(np.argwhere(grid > 0).tolist(), 2):
            grid[row, col] = other
        return grid, np.where(grid == other, other, 0)

    return draw


@concept
def small_exchange_with_background(rule: Random) -> Draw:
    """Background and shape exchange their colours, whatever they are."""

    def draw(random: Random) -> Drawn | None:
        one, other = random.sample(range(10), 2)
        grid = np.array([[random.choice((one, other)) for _ in range(_SIDE)] for _ in range(_SIDE)])
        return grid, np.where(grid == one, other, one)

    return draw


@concept
def small_extend_from_the_border(rule: Random) -> Draw:
    """Cells on the left border grow to the right until they meet another cell."""

    def draw(random: Random) -> Drawn | None:
        grid = _blank()
        for row in random.sample(range(_SIDE), 3):
            grid[row, 0] = random.randint(1, 9)
            if random.random() < 0.6:
                grid[row, random.randint(2, _SIDE - 1)] = random.randint(1, 9)
        out = grid.copy()
        for row in range(_SIDE):
            for col in range(1, _SIDE):
                if out[row, col]:
                    break
                out[row, col] = grid[row, 0]
        return grid, out

    return in_a_direction(draw, rule)


@concept
def small_quadrant(rule: Random) -> Draw:
    """The shape of one corner repeated in the other three, turned or mirrored to each."""
    mirrored = rule.random() < 0.5

    def draw(random: Random) -> Drawn | None:
        grid = _blank()
        for cell in random.sample(range(9), 4):
            grid[cell // 3, cell % 3] = random.randint(1, 9)
        out = grid.copy()
        images = (
            (grid[:, ::-1], grid[::-1], grid[::-1, ::-1])
            if mirrored
            else tuple(np.rot90(grid, turns) for turns in (1, 2, 3))
        )
        for image in images:
            if ((out > 0) & (image > 0) & (out != image)).any():
                return None
            out = np.maximum(out, image)
        return grid, out

    return in_a_direction(draw, rule)
