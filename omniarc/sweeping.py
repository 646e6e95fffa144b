"""Sweeping and growing: cells drawn one after the other, each by what is already drawn near it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from omniarc.values import Grid, LanguageError, to_grid

__all__ = ["sweep", "until_stable"]

_LETTERS = "abcdefghij"


def sweep(
    grid: Grid, offsets: Sequence[tuple[int, int]], table: Mapping[str, str], background: int = 0
) -> Grid:
    """Draw each background cell, in reading order, from a table of what stands at the offsets (rows, cols).

    A key has a character for each offset: `.` background, `#` off the grid, the digit of a colour that the
    table names, else `a`, `b`… for the first, second… other colour. The value is such a digit or letter.
    """
    cells = to_grid(grid).tolist()
    named = {character for text in (*table, *table.values()) for character in text if character.isdigit()}
    if any(len(key) != len(offsets) for key in table) or any(len(value) != 1 for value in table.values()):
        raise LanguageError("sweep: a key has one character for each offset, a value has one")
    for row, line in enumerate(cells):
        for col, colour in enumerate(line):
            if colour == background:
                line[col] = _drawn(cells, row, col, offsets, table, named, background)
    return to_grid(cells)


def until_stable(grid: Grid, change: Callable[[Grid], Grid]) -> Grid:
    """Apply `change` to the grid again and again until it stays the same.

    LanguageError if it still changes after as many rounds as it has cells.
    """
    grid = to_grid(grid).copy()
    for _ in range(grid.size + 1):
        changed = to_grid(change(grid))
        if np.array_equal(changed, grid):
            return grid
        grid = changed
    raise LanguageError("until_stable: the change never comes to an end")


def _drawn(
    cells: list[list[int]],
    row: int,
    col: int,
    offsets: Sequence[tuple[int, int]],
    table: Mapping[str, str],
    named: set[str],
    background: int,
) -> int:
    """The colour that the table gives a cell, the background if it says nothing."""
    key, others = "", []
    for down, right in offsets:
        there, across = row + down, col + right
        if not (0 <= there < len(cells) and 0 <= across < len(cells[0])):
            key += "#"
            continue
        colour = cells[there][across]
        if colour == background:
            key += "."
        elif str(colour) in named:
            key += str(colour)
        else:
            if colour not in others:
                others.append(colour)
            key += _LETTERS[others.index(colour)]
    value = table.get(key)
    if value is None:
        return background
    if value in _LETTERS:
        place = _LETTERS.index(value)
        return others[place] if place < len(others) else background
    return int(value) if value.isdigit() else background
