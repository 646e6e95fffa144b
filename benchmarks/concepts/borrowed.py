"""What is there in part is completed after something whole in other colours, and shapes go to their holes.

Written after the words that find them; nothing was fixed for them.
"""

from __future__ import annotations

from random import Random

import numpy as np

from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, block, canvas, colours, concept, put, stamp

_FIGURES = [shape for shape in SHAPES if 4 <= shape.sum() <= 7 and min(shape.shape) > 1]


def _completed(scales: tuple[int, ...], shared: int | None) -> Draw:
    """Figures with a head, whole once; of others head and one cell beside it, at some scale."""

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 14, 18)
        out = grid.copy()
        figure = random.choice(_FIGURES)
        cells = [tuple(cell) for cell in np.argwhere(figure).tolist()]
        head = random.choice(cells)
        beside = [one for one in cells if abs(one[0] - head[0]) + abs(one[1] - head[1]) == 1]
        if not beside:
            return None
        shown = random.choice(beside)
        for number in range(random.randint(2, 3)):
            first, *rest = colours(random, 2, (shared or 0,))
            mark = shared or rest[0]
            scale = random.choice(scales) if number else 1
            picture = np.where(figure > 0, first, 0)
            picture[head] = mark
            large = np.kron(picture, block(scale, scale))
            place = put(random, out, large > 0, 1)
            if place is None:
                return None
            box = np.s_[place[0] : place[0] + large.shape[0], place[1] : place[1] + large.shape[1]]
            out[box] = large
            kept = np.zeros_like(picture)
            for cell in cells if number == 0 else (head, shown):
                kept[cell] = picture[cell]
            grid[box] = np.kron(kept, block(scale, scale))
        return grid, out

    return draw


@concept
def completed_in_own_colours(rule: Random) -> Draw:
    """Of some figures only a head and one cell is there, and each has its own body's colour."""
    return _completed((1,), rule.randint(1, 9))


@concept
def completed_at_scale(rule: Random) -> Draw:
    """The same, each at a scale of its own."""
    return _completed((1, 2, 3), rule.randint(1, 9))


@concept
def rows_after_a_row(rule: Random) -> Draw:
    """Rows that are only begun go on as the whole one does, in their own two colours."""

    def draw(random: Random) -> Drawn | None:
        grid = np.zeros((random.randint(6, 12), random.randint(7, 11)), int)
        pattern = np.array([random.randint(0, 1) for _ in range(grid.shape[1])])
        out = grid.copy()
        begun = random.randint(2, 4)
        if len(set(pattern[:begun].tolist())) < 2:
            return None
        rows = random.sample(range(0, grid.shape[0], 2), min(3, random.randint(2, 3)))
        for number, row in enumerate(rows):
            out[row] = np.array(colours(random, 2))[pattern]
            grid[row, : None if number == 0 else begun] = out[row, : None if number == 0 else begun]
        return grid, out

    return draw


@concept
def shapes_to_their_holes(rule: Random) -> Draw:
    """Every shape goes into the hole of its form."""
    wall = rule.randint(1, 9)

    def draw(random: Random) -> Drawn | None:
        grid = canvas(random, 13, 17)
        out = grid.copy()
        for shape in random.sample(_FIGURES, 2):
            colour = colours(random, 1, (wall,))[0]
            around = block(shape.shape[0] + 2, shape.shape[1] + 2)
            around[1:-1, 1:-1] = 1 - shape
            place = put(random, grid, around, wall)
            if place is None:
                return None
            stamp(out, around, *place, wall)
            stamp(out, shape, place[0] + 1, place[1] + 1, colour)
            spare = np.where(out > 0, out, grid)
            start = put(random, spare, shape, colour)
            if start is None:
                return None
            stamp(grid, shape, *start, colour)
        return None if ((grid > 0) & (out > 0) & (grid != out)).any() else (grid, out)

    return draw
