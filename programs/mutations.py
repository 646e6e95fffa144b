"""Ways to draw a new input from the inputs that a task has: each gives a changed copy of one of them.

A mutation knows nothing of the task; whether its draws make sense is found out by running the task's program
(programs/generators.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import numpy as np

from arc import ARC_SIDE, Grid
from omniarc import (
    Object,
    colours_of,
    draw,
    find_objects,
    flip_left_right,
    flip_up_down,
    move_to,
    paint,
    recolour,
    rotate,
    transpose,
)

Mutation = Callable[[Grid, Sequence[Grid], Random], Grid]


def move_object(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """One object somewhere else, where it touches no other."""
    one = _an_object(grid, random)
    return _place(paint(grid, one, 0), one, random) if one else grid


def remove_object(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """One object less, if there are several."""
    objects = find_objects(grid, multicolour=True, background=0)
    return paint(grid, random.choice(objects), 0) if len(objects) > 1 else grid


def repeat_object(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """One object once more, where it touches no other."""
    one = _an_object(grid, random)
    return _place(grid, one, random) if one else grid


def borrow_object(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """An object of any of the inputs, where it touches no other."""
    one = _an_object(random.choice(inputs), random)
    return _place(grid, one, random) if one else grid


def turn_object(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """One object flipped or turned in its place, if it still touches no other."""
    one = _an_object(grid, random)
    if one is None:
        return grid
    change = random.choice((flip_left_right, flip_up_down, rotate, transpose))
    picture = change(np.where(one.mask, one.cells, 0).astype(np.int8))
    turned = find_objects(picture, multicolour=True, background=0)
    rest = paint(grid, one, 0)
    spot = move_to(turned[0], one.row, one.col) if len(turned) == 1 else one
    return draw(rest, spot) if _is_free(rest, spot) else grid


def recolour_object(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """One one-coloured object in another colour of the inputs."""
    one = _an_object(grid, random)
    if one is None or len(one.colours) != 1:
        return grid
    palette = sorted({colour for other in inputs for colour in colours_of(other, background=0)})
    return draw(grid, recolour(one, random.choice(palette)))


def change_cells(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """A few cells take colours of the grid."""
    grid = grid.copy()
    palette = colours_of(grid)
    for _ in range(random.randint(1, max(1, grid.size // 6))):
        grid[random.randrange(grid.shape[0]), random.randrange(grid.shape[1])] = random.choice(palette)
    return grid


def shuffle_cells(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """All cells in another order."""
    cells = grid.ravel().tolist()
    random.shuffle(cells)
    return np.array(cells, np.int8).reshape(grid.shape)


def repeat_line(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """One row or column once more beside itself."""
    axis = random.randrange(2)
    if grid.shape[axis] >= ARC_SIDE:
        return grid
    place = random.randrange(grid.shape[axis])
    return np.insert(grid, place, grid.take(place, axis), axis)


def drop_line(grid: Grid, inputs: Sequence[Grid], random: Random) -> Grid:
    """One row or column less."""
    axis = random.randrange(2)
    if grid.shape[axis] < 3:
        return grid
    return np.delete(grid, random.randrange(grid.shape[axis]), axis)


MUTATIONS: tuple[Mutation, ...] = (
    move_object,
    remove_object,
    repeat_object,
    borrow_object,
    turn_object,
    recolour_object,
    change_cells,
    shuffle_cells,
    repeat_line,
    drop_line,
)


def _an_object(grid: Grid, random: Random) -> Object | None:
    objects = find_objects(grid, multicolour=True, background=0)
    return random.choice(objects) if objects else None


def _place(grid: Grid, one: Object, random: Random) -> Grid:
    height, width = grid.shape
    if one.height > height or one.width > width:
        return grid
    for _ in range(12):
        spot = move_to(one, random.randint(0, height - one.height), random.randint(0, width - one.width))
        if _is_free(grid, spot):
            return draw(grid, spot)
    return draw(grid, one) if _is_free(grid, one) else grid


def _is_free(grid: Grid, one: Object) -> bool:
    if one.bottom >= grid.shape[0] or one.right >= grid.shape[1]:
        return False
    around = grid[max(one.row - 1, 0) : one.bottom + 2, max(one.col - 1, 0) : one.right + 2]
    return not around.any()
