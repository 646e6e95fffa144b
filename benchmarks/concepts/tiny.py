"""Varied concepts on grids of 5 x 5: movement, colour, number, geometry, what things do."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.drawing import SHAPES, Draw, Drawn, colours, in_a_direction, put
from benchmarks.concepts.varied import varied

Cells = np.ndarray
Shades = list[int]
Change = Callable[[Random, Cells, Shades, Shades], Cells | None]


def tiny(
    own: int = 0, dots: tuple[int, int] = (3, 8), shades: int = 2, turns: bool = True
) -> Callable[[Change], Change]:
    """A concept: what is done to a grid with so many random cells, of `own` colours of the task or of others.

    The change gets the random numbers, the grid (to change it too), the task's colours and the grid's.
    """

    def register(change: Change) -> Change:
        def make(rule: Random) -> Draw:
            fixed = colours(rule, own)

            def draw(random: Random) -> Drawn | None:
                grid, used = np.zeros((5, 5), int), colours(random, shades, tuple(fixed)) if shades else fixed
                for cell in random.sample(range(25), random.randint(*dots)):
                    grid[divmod(cell, 5)] = random.choice(used)
                out = change(random, grid, fixed, used)
                return None if out is None else (grid, out)

            return in_a_direction(draw, rule) if turns else draw

        make.__name__, make.__module__ = change.__name__, change.__module__
        varied(make)
        return change

    return register


def _shape(random: Random, grid: np.ndarray, colour: int) -> tuple[int, int, np.ndarray] | None:
    shape = random.choice([one for one in SHAPES if max(one.shape) < 4])
    place = put(random, grid, shape, colour, 0, 0)
    return None if place is None else (*place, shape)


@tiny(own=2, dots=(6, 10), shades=0)
def tiny_one_colour_falls(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """Cells of one colour fall upon those of the other, which stay."""
    out = grid.copy()
    for _ in range(5):
        for row in range(3, -1, -1):
            for col in range(5):
                if out[row, col] == own[0] and out[row + 1, col] == 0:
                    out[row + 1, col], out[row, col] = own[0], 0
    return out


@tiny(dots=(5, 12), shades=3)
def tiny_rows_of_their_commonest(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    out = grid.copy()
    for row, line in enumerate(grid):
        counts = np.bincount(line, minlength=10)[1:]
        if counts.max() and (counts == counts.max()).sum() > 1:
            return None
        out[row] = counts.argmax() + 1 if counts.max() else 0
    return out


@tiny(dots=(5, 10))
def tiny_rows_shifted_by_their_number(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    return np.array([np.roll(line, row) for row, line in enumerate(grid)])


@tiny(dots=(5, 10))
def tiny_over_the_diagonal(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """What lies under the diagonal goes; what lies above is mirrored in it."""
    return np.where(np.tri(5, dtype=bool), grid.T, grid)


@tiny(dots=(8, 14), shades=1)
def tiny_full_and_empty_exchanged(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    return np.where(grid == 0, used[0], 0)


@tiny(own=1, dots=(0, 0), shades=1)
def tiny_outline(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    made = _shape(random, grid, used[0])
    if made is None:
        return None
    full = np.pad(grid > 0, 1)
    near = [np.roll(full, (down, across), (0, 1)) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    return np.where(np.any(near, axis=0)[1:-1, 1:-1] & (grid == 0), own[0], grid)


@tiny(own=2, dots=(8, 12), shades=0)
def tiny_full_columns_vanish(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """Lines that are full go, what is above them falls."""
    for row in random.sample(range(5), random.randint(1, 2)):
        grid[row] = [random.choice(own) for _ in range(5)]
    rest = [line for line in grid if not line.all()]
    return np.array([[0] * 5] * (5 - len(rest)) + [list(line) for line in rest])


@tiny(own=1, dots=(0, 0), shades=2)
def tiny_line_between_two(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """Two cells of one row are joined in the task's colour; others stay."""
    row = random.randrange(5)
    left, right = sorted(random.sample(range(5), 2))
    grid[row, [left, right]] = used[0]
    other = random.choice([one for one in range(5) if one != row])
    grid[other, random.randrange(5)] = used[1]
    out = grid.copy()
    out[row, left + 1 : right] = own[0]
    return out


@tiny(own=1, dots=(1, 5), shades=1)
def tiny_number_to_columns(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    out = np.zeros_like(grid)
    out[:, : np.count_nonzero(grid)] = own[0]
    return out


@tiny(dots=(6, 12), shades=3)
def tiny_columns_by_height(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """Bars of one colour each, sorted by their height."""
    grid[:] = 0
    heights, shades = random.sample(range(0, 6), 5), random.sample(range(1, 10), 5)
    out = np.zeros_like(grid)
    for place, (height, shade) in enumerate(zip(heights, shades, strict=True)):
        grid[5 - height :, place] = shade
    for place, number in enumerate(sorted(range(5), key=lambda one: heights[one])):
        out[5 - heights[number] :, place] = shades[number]
    return out


@tiny(own=1, dots=(0, 0), shades=1)
def tiny_cross_through_the_dot(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    row, col = random.randrange(5), random.randrange(5)
    grid[row, col] = used[0]
    out = grid.copy()
    out[row], out[:, col] = own[0], own[0]
    out[row, col] = used[0]
    return out


@tiny(dots=(0, 0), shades=2)
def tiny_centre_to_the_border(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """The border takes the colour of the middle, the middle that of the border."""
    grid[:] = used[0]
    grid[1:4, 1:4] = 0 if random.random() < 0.5 else random.randint(1, 9)
    grid[2, 2] = used[1]
    out = grid.copy()
    out[grid == used[0]], out[2, 2] = used[1], used[0]
    return out


@tiny(own=2, dots=(6, 12), shades=0)
def tiny_lonely_go(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """Cells with no neighbour of their colour at a side go."""
    full = np.pad(grid, 1)
    same = sum((np.roll(full, step, axis) == full)[1:-1, 1:-1] for step in (-1, 1) for axis in (0, 1))
    return np.where(same > 0, grid, 0)


@tiny(own=1, dots=(6, 11), shades=1)
def tiny_with_three_neighbours(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """Empty cells with at least two full neighbours at a side take a colour."""
    full = np.pad(grid > 0, 1).astype(int)
    near = np.sum([np.roll(full, step, axis) for step in (-1, 1) for axis in (0, 1)], axis=0)[1:-1, 1:-1]
    return np.where((grid == 0) & (near >= 2), own[0], grid)


@tiny(own=1, dots=(0, 0), shades=1)
def tiny_step_towards_the_mark(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """A dot goes one step towards the mark, in its row or column."""
    row, col = random.randrange(5), random.randrange(5)
    there = random.randrange(5)
    if abs(there - col) < 2:
        return None
    grid[row, col], grid[row, there] = used[0], own[0]
    out = grid.copy()
    out[row, col], out[row, col + (1 if there > col else -1)] = 0, used[0]
    return out


@tiny(own=1, dots=(0, 0), shades=1)
def tiny_jump_over_the_mark(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """A dot comes to lie as far beyond the mark as it was before it."""
    row, col, there = random.randrange(5), random.randrange(5), random.randrange(5)
    if there == col or not 0 <= 2 * there - col < 5:
        return None
    grid[row, col], grid[row, there] = used[0], own[0]
    out = grid.copy()
    out[row, col], out[row, 2 * there - col] = 0, used[0]
    return out


@tiny(dots=(0, 0), shades=3)
def tiny_key_exchanges(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """The two cells in the first row's corner say which colour becomes which."""
    for cell in random.sample(range(10, 25), random.randint(5, 9)):
        grid[divmod(cell, 5)] = random.choice((used[0], used[2]))
    grid[0, :2] = used[0], used[1]
    out = np.where(grid == used[0], used[1], grid)
    out[0, :2] = grid[0, :2]
    return out


@tiny(dots=(0, 0), shades=2)
def tiny_larger_stays(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    one, two = _shape(random, grid, used[0]), None
    for _ in range(5):
        before = grid.copy()
        two = _shape(random, grid, used[1])
        if two is not None:
            break
        grid[:] = before
    if one is None or two is None or one[2].sum() == two[2].sum():
        return None
    return np.where(grid == (used[0] if one[2].sum() > two[2].sum() else used[1]), grid, 0)


@tiny(dots=(0, 0), shades=1)
def tiny_turned_about_itself(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """A picture of 3 x 3 in its place turns by a quarter."""
    row, col = random.randint(0, 2), random.randint(0, 2)
    part = grid[row : row + 3, col : col + 3]
    for cell in random.sample(range(9), random.randint(3, 5)):
        part[divmod(cell, 3)] = used[0]
    if not (part[0].any() and part[-1].any() and part[:, 0].any() and part[:, -1].any()):
        return None
    out = np.zeros_like(grid)
    out[row : row + 3, col : col + 3] = np.rot90(part)
    return out


@tiny(dots=(0, 0), shades=2)
def tiny_ball_from_wall_to_wall(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """A bar at the lower border, a dot above: the dot falls onto the bar, or to the border beside it."""
    left = random.randrange(4)
    grid[4, left : left + 2] = used[0]
    col = random.randrange(5)
    grid[random.randrange(3), col] = used[1]
    out = np.zeros_like(grid)
    out[4] = grid[4]
    out[3 if grid[4, col] else 4, col] = used[1]
    return out


@tiny(dots=(7, 12), shades=4)
def tiny_unique_colour_fills(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """The colour that occurs once fills the grid."""
    counts = np.bincount(grid.ravel(), minlength=10)
    alone = [shade for shade in used if counts[shade] == 1]
    return np.full((5, 5), alone[0]) if len(alone) == 1 else None


@tiny(own=2, dots=(0, 0), shades=1)
def tiny_more_above_or_below(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """The middle line shows by its colour which side has more cells."""
    counts = random.sample(range(1, 7), 2)
    for count, top in zip(counts, (0, 3), strict=True):
        for cell in random.sample(range(10), count):
            grid[top + cell // 5, cell % 5] = used[0]
    out = grid.copy()
    out[2] = own[counts[0] > counts[1]]
    return out


@tiny(dots=(0, 0), shades=2)
def tiny_corner_grows(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """A square grows from its corner of the grid by one cell; a dot stays if it is not covered."""
    side = random.randint(1, 3)
    grid[:side, :side] = used[0]
    grid[4, random.randrange(5)] = used[1]
    out = grid.copy()
    out[: side + 1, : side + 1] = used[0]
    return out


@tiny(dots=(0, 0), shades=2)
def tiny_alternating_line(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """The line's first two colours go on in turn."""
    row = random.randrange(5)
    grid[row, :2] = used
    out = grid.copy()
    out[row] = [used[place % 2] for place in range(5)]
    return out
