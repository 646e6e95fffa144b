"""Words about how objects stand to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from omniarc.components import flood_from_edges
from omniarc.masks import every, some
from omniarc.objects import overlap
from omniarc.values import DIAGONAL, STRAIGHT, Box, Direction, Grid, LanguageError, Object, to_box, to_grid

__all__ = [
    "counterpart",
    "direction_to",
    "free_distance",
    "gap",
    "inside",
    "nearest",
    "next_in_order",
    "shut_in",
    "steps_to_border",
    "touches",
]


def shut_in(grid: Grid, one: Object, *, background: int = 0) -> bool:
    """True if no path of background cells, over sides, joins the object to the edge of the grid."""
    grid = to_grid(grid)
    own = np.zeros(grid.shape, bool)
    own[one.row : one.bottom + 1, one.col : one.right + 1][one.mask] = True
    return not some(flood_from_edges((grid != background) & ~own) & own)


def touches(one: Object, other: Object, *, diagonal: bool = True) -> bool:
    """True if a cell of one is a neighbour of a cell of the other (8 neighbours, or 4)."""
    if (
        one.row > other.bottom + 1
        or other.row > one.bottom + 1
        or one.col > other.right + 1
        or other.col > one.right + 1
    ):
        return False
    height, width = one.mask.shape
    # what there is of the other on the box and a cell around
    theirs = np.zeros((height + 2, width + 2), bool)
    place, part = overlap((other.row - one.row + 1, other.col - one.col + 1, *other.mask.shape), theirs.shape)
    theirs[place] = other.mask[part]
    return any(
        some(theirs[1 + down : 1 + down + height, 1 + across : 1 + across + width] & one.mask)
        for down, across in (STRAIGHT + DIAGONAL if diagonal else STRAIGHT)
    )


def inside(one: Object, where: Object | Box) -> bool:
    """True if the object's box lies in the other's box, and is not that box."""
    row, col, height, width = to_box(where)
    within = row <= one.row and col <= one.col and one.bottom < row + height and one.right < col + width
    return within and one.box != (row, col, height, width)


def _share_rows(one: Object, other: Object) -> bool:
    """True if some row meets both boxes."""
    return one.row <= other.bottom and other.row <= one.bottom


def _share_cols(one: Object, other: Object) -> bool:
    """True if some column meets both boxes."""
    return one.col <= other.right and other.col <= one.right


def direction_to(one: Object, other: Object) -> Direction:
    """The direction from one box to another: each step -1, 0 (they share rows, or columns) or 1."""
    down = 0 if _share_rows(one, other) else 1 if other.row > one.bottom else -1
    across = 0 if _share_cols(one, other) else 1 if other.col > one.right else -1
    return down, across


def gap(one: Object, other: Object) -> int:
    """The number of free rows or columns between two boxes (the larger of both): 0 if they meet."""
    down = max(other.row - one.bottom, one.row - other.bottom) - 1
    across = max(other.col - one.right, one.col - other.right) - 1
    return max(down, across, 0)


def free_distance(grid: Grid, moving: Object, direction: Direction, *, background: int = 0) -> int:
    """How many steps an object can move before the edge or a cell that is neither background nor its own."""
    grid = to_grid(grid)
    free = grid == background
    free[moving.row : moving.bottom + 1, moving.col : moving.right + 1][moving.mask] = True
    down, across = direction
    if not down and not across:
        raise LanguageError("a direction is not (0, 0)")
    row, col, steps = moving.row + down, moving.col + across, 0
    height, width = grid.shape
    while 0 <= row <= height - moving.height and 0 <= col <= width - moving.width:
        if not every(free[row : row + moving.height, col : col + moving.width][moving.mask]):
            break
        row, col, steps = row + down, col + across, steps + 1
    return steps


def nearest(one: Object, others: Iterable[Object]) -> Object:
    """The other object whose cells come nearest (steps in rows plus columns; ties: the first), not itself."""
    candidates = [other for other in others if other != one]
    if not candidates:
        raise LanguageError("no other object")
    mine = np.array(one.positions)

    def distance(other: Object) -> int:
        theirs = np.array(other.positions)
        return int(np.abs(mine[:, None] - theirs[None]).sum(2).min())

    return min(candidates, key=distance)


def counterpart(one: Object, objects: Iterable[Object], key: Callable[[Object], Any]) -> Object:
    """The object at the same place from the other end, in order of the key: the last for the first."""
    ordered = sorted(objects, key=key)
    return ordered[-1 - ordered.index(one)]


def next_in_order(one: Object, objects: Iterable[Object], key: Callable[[Object], Any]) -> Object:
    """The object that follows in order of the key; the first follows the last."""
    ordered = sorted(objects, key=key)
    return ordered[(ordered.index(one) + 1) % len(ordered)]


def steps_to_border(one: Object) -> tuple[int, int]:
    """The rows and columns that bring the object to the nearest edge (ties: upper, lower, left, right)."""
    height, width = one.grid_shape
    ways = ((-one.row, 0), (height - 1 - one.bottom, 0), (0, -one.col), (0, width - 1 - one.right))
    return min(ways, key=lambda way: abs(sum(way)))
