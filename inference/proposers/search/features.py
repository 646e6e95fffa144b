"""Features of a problem that are cheap to compute; the order of the rules depends on them.

A problem is the grids so far and the outputs they should become. All features are cheap (well under a
millisecond together), 0 or 1 each but for the last.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from arc import Grid

NAMES = (
    "same shape", "smaller", "larger", "outputs of one shape", "a multiple", "a fraction", "one cell",
    "one line", "square", "wide", "four pairs", "new colours", "lost colours", "same colours",
    "same counts of colours", "two colours", "many colours", "output of two colours", "output of one colour",
    "no black", "few changes", "some changes", "many changes", "only black changes", "only to black",
    "same black", "line of one colour", "symmetric output", "half symmetric output", "symmetric grid",
    "part of the grid", "cells",
)  # fmt: skip


def features(grids: Sequence[Grid], outputs: Sequence[Grid]) -> npt.NDArray[np.float64]:
    """The features of the problem to make `outputs` of `grids`, in the order of `NAMES`."""
    pairs = tuple(zip(grids, outputs, strict=True))
    same = all(one.shape == other.shape for one, other in pairs)
    changes = _of_changes(pairs) if same else [False] * 6
    part = not same and all(_holds(one, other) for one, other in pairs)
    found = (*_of_shapes(pairs, same), *_of_colours(grids, outputs), *changes, *_of_structure(grids, outputs))
    cells = sum(grid.size for grid in (*grids, *outputs))
    return np.array([*found, part, np.log2(cells) / 4 - 2], np.float64)


def _of_shapes(pairs: Sequence[tuple[Grid, Grid]], same: bool) -> list[bool]:
    shapes = [(*one.shape, *other.shape) for one, other in pairs]
    return [
        same,
        all(h * w > a * b for h, w, a, b in shapes),
        all(h * w < a * b for h, w, a, b in shapes),
        all(shape[2:] == shapes[0][2:] for shape in shapes),
        not same and all(a % h == 0 and b % w == 0 for h, w, a, b in shapes),
        not same and all(h % a == 0 and w % b == 0 for h, w, a, b in shapes),
        all(a * b == 1 for _, _, a, b in shapes),
        all(a * b > 1 and min(a, b) == 1 for _, _, a, b in shapes),
        all(h == w for h, w, _, _ in shapes),
        all(h > 1.5 * w or w > 1.5 * h for h, w, _, _ in shapes),
        len(shapes) > 3,
    ]


def _of_colours(grids: Sequence[Grid], outputs: Sequence[Grid]) -> list[bool]:
    before = np.array([np.bincount(grid.ravel(), minlength=10) for grid in grids])
    after = np.array([np.bincount(grid.ravel(), minlength=10) for grid in outputs])
    has, gets = before > 0, after > 0
    number, made = has.sum(1), gets.sum(1)
    return [
        bool((gets & ~has).any(1).all()),
        bool((has & ~gets).any(1).all()),
        bool((has == gets).all()),
        bool((before == after).all()),
        bool((number <= 2).all()),
        bool((number >= 5).all()),
        bool((made <= 2).all()),
        bool((made == 1).all()),
        bool((before[:, 0] == 0).all()),
    ]


def _of_changes(pairs: Sequence[tuple[Grid, Grid]]) -> list[bool]:
    before = np.concatenate([one.ravel() for one, _ in pairs])
    after = np.concatenate([other.ravel() for _, other in pairs])
    changed = before != after
    share = float(changed.mean())
    return [
        share < 0.05,
        0.05 <= share < 0.2,
        share >= 0.5,
        not before[changed].any(),
        not after[changed].any(),
        bool(((before == 0) == (after == 0)).all()),
    ]


def _of_structure(grids: Sequence[Grid], outputs: Sequence[Grid]) -> list[bool]:
    mirrored = [[bool((grid == np.flip(grid, axis)).all()) for grid in outputs] for axis in (0, 1)]
    return [
        all(_has_line(grid) for grid in grids),
        all(map(all, mirrored)),
        any(map(all, mirrored)),
        all(bool((grid == grid[:, ::-1]).all() or (grid == grid[::-1]).all()) for grid in grids),
    ]


def _has_line(grid: Grid) -> bool:
    """True if a whole row or column shows one colour that is not black."""
    return any(bool(((one == one[:, :1]).all(1) & (one[:, 0] != 0)).any()) for one in (grid, grid.T))


def _holds(grid: Grid, part: Grid) -> bool:
    """True if `part` is cut out of `grid` as it is."""
    if part.shape[0] > grid.shape[0] or part.shape[1] > grid.shape[1] or part.size < 4:
        return False
    windows = np.lib.stride_tricks.sliding_window_view(grid, part.shape)
    corners = (windows[:, :, 0, 0] == part[0, 0]) & (windows[:, :, -1, -1] == part[-1, -1])
    return any(bool((windows[row, col] == part).all()) for row, col in np.argwhere(corners))
