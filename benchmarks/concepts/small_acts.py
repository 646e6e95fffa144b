"""One act on grids of five by five cells: what is done is short, what it is done to is anything."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from benchmarks.concepts.drawing import CONCEPTS, Draw, Drawn, colours

_SIDE = 5

Act = Callable[[np.ndarray, list[int]], np.ndarray | None]  # the grid and colours of the rule's own


def _dots(random: Random, count: int, shades: list[int]) -> np.ndarray:
    grid = np.zeros((_SIDE, _SIDE), int)
    for cell in random.sample(range(_SIDE * _SIDE), count):
        grid[cell // _SIDE, cell % _SIDE] = random.choice(shades)
    return grid


def _small(name: str, act: Act, least: int, most: int, shades: int = 3, own: int = 0) -> None:
    """A concept: the act on so many cells of some colours, the first `own` of them fixed by the rule."""

    def make(rule: Random) -> Draw:
        fixed, turns = colours(rule, max(own, 2)), rule.randrange(4)

        def draw(random: Random) -> Drawn | None:
            free = colours(random, shades, tuple(fixed)) if shades else []
            grid = _dots(random, random.randint(least, most), [*fixed[:own], *free])
            out = act(grid, fixed)
            return None if out is None else (np.rot90(grid, turns), np.rot90(out, turns))

        return draw

    CONCEPTS[name] = make


def _near(mask: np.ndarray, corners: bool) -> np.ndarray:
    wide = np.pad(mask, 1)
    steps = [(r, c) for r in range(3) for c in range(3) if corners or 1 in (r, c)]
    found: np.ndarray = np.any([wide[r : r + _SIDE, c : c + _SIDE] for r, c in steps], axis=0)
    return found


def _to_block(grid: np.ndarray, _: list[int]) -> np.ndarray | None:
    """Each cell grows to a block of 3 x 3."""
    out = grid.copy()
    for row, col in np.argwhere(grid).tolist():
        near = np.s_[max(0, row - 1) : row + 2, max(0, col - 1) : col + 2]
        if (out[near] > 0).sum() != 1:
            return None
        out[near] = grid[row, col]
    return out


def _ringed(grid: np.ndarray, fixed: list[int]) -> np.ndarray:
    return np.where(_near(grid > 0, True) & (grid == 0), fixed[1], grid)


def _sheared(grid: np.ndarray, _: list[int]) -> np.ndarray:
    """Each row moved one step further than the row above it; what leaves comes back."""
    return np.array([np.roll(line, row) for row, line in enumerate(grid)])


def _spread_right(grid: np.ndarray, _: list[int]) -> np.ndarray:
    """Each cell fills the row to its right, up to the next one."""
    out = grid.copy()
    for col in range(1, _SIDE):
        out[:, col] = np.where(out[:, col] == 0, out[:, col - 1], out[:, col])
    return out


def _fullest_row(grid: np.ndarray, fixed: list[int]) -> np.ndarray | None:
    """The row with most cells is filled."""
    counts = (grid > 0).sum(1)
    if (counts == counts.max()).sum() > 1:
        return None
    out = grid.copy()
    out[counts.argmax()] = fixed[1]
    return out


def _lonely(grid: np.ndarray, fixed: list[int]) -> np.ndarray:
    """Cells without a neighbour change colour."""
    lonely = np.zeros_like(grid, bool)
    for row, col in np.argwhere(grid).tolist():
        near = grid[max(0, row - 1) : row + 2, max(0, col - 1) : col + 2]
        lonely[row, col] = (near > 0).sum() == 1
    return np.where(lonely, fixed[1], grid)


def _unique(grid: np.ndarray, _: list[int]) -> np.ndarray | None:
    """Of all colours only the one that occurs once stays."""
    shades, counts = np.unique(grid[grid > 0], return_counts=True)
    return np.where(grid == shades[counts.argmin()], grid, 0) if (counts == 1).sum() == 1 else None


def _crossed(grid: np.ndarray, fixed: list[int]) -> np.ndarray | None:
    """Where the row of one cell meets the column of another."""
    (row, col), (low, right) = np.argwhere(grid).tolist()
    if row == low or col == right:
        return None
    out = grid.copy()
    out[row, right] = out[low, col] = fixed[1]
    return out


def _copied_down(grid: np.ndarray, _: list[int]) -> np.ndarray:
    """The first row takes the place of all others."""
    return np.tile(grid[:1], (_SIDE, 1))


def _counted(grid: np.ndarray, fixed: list[int]) -> np.ndarray:
    """As many rows as there are colours."""
    out = np.zeros_like(grid)
    out[: np.unique(grid[grid > 0]).size] = fixed[1]
    return out


def _mirrored(grid: np.ndarray, _: list[int]) -> np.ndarray:
    """The left side shown on the right too."""
    out = grid.copy()
    out[:, 3:] = grid[:, 1::-1]
    return out


def _turned_border(grid: np.ndarray, _: list[int]) -> np.ndarray:
    """The cells of the border go one step round."""
    ring = [(0, n) for n in range(4)] + [(n, 4) for n in range(4)]
    ring += [(4, 4 - n) for n in range(4)] + [(4 - n, 0) for n in range(4)]
    out = grid.copy()
    for place, cell in enumerate(ring):
        out[ring[(place + 1) % 16]] = grid[cell]
    return out


def _swapped_ends(grid: np.ndarray, _: list[int]) -> np.ndarray:
    """The first and the last row change places."""
    return grid[[4, 1, 2, 3, 0]]


def _common_fill(grid: np.ndarray, _: list[int]) -> np.ndarray | None:
    """Everything empty takes the commonest colour."""
    shades, counts = np.unique(grid[grid > 0], return_counts=True)
    best = shades[counts.argmax()]
    return np.where(grid == 0, best, grid) if (counts == counts.max()).sum() == 1 else None


def _walled(grid: np.ndarray, fixed: list[int]) -> np.ndarray:
    """Empty cells with coloured ones on both hands, in their row or column."""
    shown = grid > 0
    left = np.maximum.accumulate(shown, 1) & np.maximum.accumulate(shown[:, ::-1], 1)[:, ::-1]
    return np.where(left & ~shown, fixed[1], grid)


_small("small_dots_to_blocks", _to_block, 1, 3)
_small("small_rings", _ringed, 1, 4)
_small("small_shear", _sheared, 5, 9)
_small("small_spread_right", _spread_right, 4, 7)
_small("small_fullest_row", _fullest_row, 5, 9)
_small("small_lonely_cells", _lonely, 6, 9)
_small("small_keep_the_unique", _unique, 6, 9)
_small("small_cross_two", _crossed, 2, 2)
_small("small_copy_down", _copied_down, 8, 12)
_small("small_rows_by_colours", _counted, 3, 7, 4)
_small("small_mirror_over", _mirrored, 8, 12)
_small("small_turn_the_border", _turned_border, 8, 12)
_small("small_swap_ends", _swapped_ends, 8, 12)
_small("small_fill_with_the_commonest", _common_fill, 8, 14)
_small("small_fill_between", _walled, 6, 9)
