"""More varied concepts on grids of 5 x 5 and on single rows: two conditions, or things that tell nothing."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np

from benchmarks.concepts.single_rows import Bar, _set, on_bars
from benchmarks.concepts.tiny import Cells, Shades, tiny


@tiny(own=1, dots=(0, 0), shades=1)
def pocket_knight(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """From the dot all places that a knight reaches."""
    row, col = random.randrange(5), random.randrange(5)
    grid[row, col], out = used[0], grid.copy()
    for down, across in ((1, 2), (2, 1), (-1, 2), (-2, 1), (1, -2), (2, -1), (-1, -2), (-2, -1)):
        if 0 <= row + down < 5 and 0 <= col + across < 5:
            out[row + down, col + across] = own[0]
    out[row, col] = used[0]
    return out


@tiny(own=1, dots=(5, 9), shades=1)
def pocket_rows_of_two_filled(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """Rows with exactly two dots are filled with a colour where they are empty."""
    return np.where(((grid > 0).sum(1, keepdims=True) == 2) & (grid == 0), own[0], grid)


@tiny(dots=(0, 0), shades=2)
def pocket_square_to_the_other_corner(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """The square goes to the opposite corner, dots stay."""
    row, col = random.choice((0, 3)), random.choice((0, 3))
    for spot in random.sample([(0, 2), (2, 0), (2, 2), (2, 4), (4, 2), (1, 2), (2, 3)], random.randint(1, 3)):
        grid[spot] = used[1]
    out = grid.copy()
    grid[row : row + 2, col : col + 2] = used[0]
    out[3 - row : 5 - row, 3 - col : 5 - col] = used[0]
    return out


@tiny(own=2, dots=(5, 9), turns=False)
def pocket_mark_says_which_mirror(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """A corner of one colour: mirrored left and right; of another: up and down. The corner stays."""
    which = random.randrange(2)
    out = grid[:, ::-1].copy() if which else grid[::-1].copy()
    grid[0, 0] = out[0, 0] = own[which]
    return out


@tiny(own=1, dots=(9, 14), shades=3)
def pocket_all_but_the_commonest(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """What has not the commonest colour takes a fixed one."""
    counts = np.bincount(grid[grid > 0], minlength=10)
    best = counts.max()
    return (
        None if (counts == best).sum() > 1 else np.where((grid > 0) & (grid != counts.argmax()), own[0], grid)
    )


@tiny(dots=(7, 14), shades=3)
def pocket_ring_turned_by_one(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """The outer ring goes one step round, the inside stays."""
    ring = [(0, one) for one in range(4)] + [(one, 4) for one in range(4)]
    ring += [(4, 4 - one) for one in range(4)] + [(4 - one, 0) for one in range(4)]
    out = grid.copy()
    for place, cell in enumerate(ring):
        out[cell] = grid[ring[place - 1]]
    return out


@tiny(dots=(7, 12))
def pocket_columns_or_rows_exchanged(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """Is the middle full, the outer columns are exchanged; is it free, the outer rows."""
    out = grid.copy()
    if grid[2, 2]:
        out[:, [0, 4]] = grid[:, [4, 0]]
    else:
        out[[0, 4]] = grid[[4, 0]]
    return out


@tiny(own=1, dots=(3, 7), shades=1)
def pocket_runs_until_blocked(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells | None:
    """The runner goes right until something blocks it, and leaves a trail."""
    row = random.randrange(5)
    if grid[row, :2].any():
        return None
    grid[row, 0], out = own[0], grid.copy()
    for col in range(1, 5):
        if grid[row, col]:
            break
        out[row, col] = own[0]
    return out


@tiny(dots=(7, 13), shades=3)
def pocket_half_over_the_middle(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """The two columns at the left are mirrored to the right, the middle column stays."""
    out = grid.copy()
    out[:, 3:] = grid[:, 1::-1]
    return out


@tiny(own=3, dots=(1, 3), shades=1)
def pocket_coloured_by_their_number(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """All dots take a colour that their number tells."""
    return np.where(grid > 0, own[np.count_nonzero(grid) - 1], 0)


@tiny(own=2, dots=(4, 7), shades=2)
def pocket_above_and_below_the_dot(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """One dot of a fixed colour: what lies above its row takes that colour, what lies below goes."""
    row = random.randint(1, 3)
    grid[row, random.randrange(5)] = own[0]
    out = grid.copy()
    out[:row][grid[:row] > 0] = own[1]
    out[row + 1 :] = 0
    return out


@tiny(own=1, dots=(0, 0), shades=2)
def pocket_corner_of_the_rectangle(random: Random, grid: Cells, own: Shades, used: Shades) -> Cells:
    """Three corners of a rectangle; the fourth is set. Another dot tells nothing."""
    (top, low), (left, right) = sorted(random.sample(range(5), 2)), sorted(random.sample(range(5), 2))
    corners = [(top, left), (top, right), (low, left), (low, right)]
    for corner in corners:
        grid[corner] = used[0]
    missing, free = random.choice(corners), np.argwhere(grid == 0).tolist()
    grid[tuple(random.choice(free))] = used[1]
    grid[missing], out = 0, grid.copy()
    out[missing] = own[0]
    return out


@on_bars(own=1, count=(3, 4), length=(1, 3), gap=2)
def line_gap_filled_between_alike(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """The gap between two neighbouring bars of one length is filled."""
    found = False
    for (start, long, _), (other, length, _) in pairwise(bars):
        if long == length:
            row[0, start + long : other], found = own[0], True
    return row if found else None


@on_bars(own=1, count=(2, 4), length=(1, 5))
def line_middle_of_odd_bars(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """Bars of three and five cells get a middle of a fixed colour."""
    for start, long, _ in bars:
        if long in (3, 5):
            row[0, start + long // 2] = own[0]
    return row


@on_bars(own=1, count=(2, 3), length=(3, 6))
def line_long_bars_hollow(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """Of bars longer than four cells only the ends stay."""
    for start, long, _ in bars:
        if long > 4:
            row[0, start + 1 : start + long - 1] = 0
    return row


@on_bars(count=(3, 4), length=(1, 3))
def line_colour_of_the_bar_before(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """Each bar takes the colour of the one before it, the first stays."""
    for (start, long, _), (_, _, shade) in zip(bars[1:], bars, strict=False):
        row[0, start : start + long] = shade
    return row


@on_bars(count=(2, 3), length=(1, 4), gap=3)
def line_dots_to_the_next_bar(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """Single cells move right until they touch the next bar."""
    out, moved = row.copy(), False
    for (start, long, shade), (other, length, _) in pairwise(bars):
        if long == 1 and length > 1:
            out[0, start], moved = 0, True
            out[0, other - 1] = shade
    return out if moved else None


@on_bars(own=2, count=(3, 4), length=(1, 3), gap=2)
def line_moved_by_their_length(row: np.ndarray, bars: list[Bar], own: list[int]) -> np.ndarray | None:
    """Long bars go one cell to the right, single cells stay."""
    out = np.zeros_like(row)
    done = all(_set(out, start + (long > 1), long, shade) for start, long, shade in bars)
    return out if done else None
