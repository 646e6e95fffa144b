"""How a grid lies: the turn that brings something to the top, or to the top left, and whether lines stand.

way = turns_to_top(grid == 5)
return rotate(gravity(rotate(grid, way), UP), -way)
"""

from __future__ import annotations

import numpy as np

from omniarc.values import LanguageError, Mask

__all__ = ["stands", "turns_to_corner", "turns_to_top"]


def turns_to_top(mask: Mask, of: Mask | None = None) -> int:
    """Clockwise quarter turns that bring the mask to the top of the grid, or of another mask.

    Tells by where the middle of its cells lies, in parts of the other's height and width. LanguageError if
    there are no cells, or it lies as far to one side as to another.
    """
    down, right = _off_middle(mask, of)
    if abs(down) == abs(right):
        raise LanguageError("it lies at no side more than at another")
    if abs(down) > abs(right):
        return 0 if down < 0 else 2
    return 1 if right < 0 else 3


def turns_to_corner(mask: Mask) -> int:
    """Clockwise quarter turns that bring the mask to the top left, by where the middle of its cells lies.

    LanguageError if it has no cells, or lies in the middle of the rows or of the columns.
    """
    down, right = _off_middle(mask, None)
    if not down or not right:
        raise LanguageError("it lies in no corner")
    return {(False, False): 0, (True, False): 1, (True, True): 2, (False, True): 3}[down > 0, right > 0]


def stands(mask: Mask) -> bool:
    """True if the longest straight run of the mask's cells is a column's, not a row's.

    LanguageError if both are as long.
    """
    rows, cols = _longest_run(mask), _longest_run(mask.T)
    if rows == cols:
        raise LanguageError("it neither stands nor lies")
    return cols > rows


def _off_middle(mask: Mask, of: Mask | None) -> tuple[float, float]:
    """How far the middle of the mask lies below and right of the other's, in parts of the other's sides."""
    cells, others = np.argwhere(mask), np.argwhere(np.ones_like(mask) if of is None else of)
    if not cells.size or not others.size:
        raise LanguageError("nothing to turn by: no such cell")
    down, right = (cells.mean(0) - others.mean(0)) / (np.ptp(others, axis=0) + 1)
    return float(down), float(right)


def _longest_run(mask: Mask) -> int:
    """The most cells of the mask that follow each other in a row."""
    gaps = np.flatnonzero(~np.pad(mask.astype(bool), ((0, 0), (1, 1))).ravel())
    return int(np.diff(gaps).max()) - 1
