"""How a grid lies, and the turn that undoes it."""

from __future__ import annotations

import numpy as np
import pytest

from omniarc import LanguageError, picture, rotate, stands, turns_to_corner, turns_to_top

BLOCK = picture("0110/0000/0000/0300/0000")


@pytest.mark.parametrize("turns", range(4))
def test_what_lay_at_the_top_is_brought_there(turns: int) -> None:
    grid = rotate(BLOCK, turns)
    assert np.array_equal(rotate(grid, turns_to_top(grid == 1)), BLOCK)
    assert np.array_equal(rotate(grid, turns_to_top(grid == 1, grid == 3)), BLOCK)


@pytest.mark.parametrize("turns", range(4))
def test_what_lay_in_the_corner_is_brought_there(turns: int) -> None:
    grid = rotate(picture("1100/0000/0000/0000/0003"), turns)
    assert np.array_equal(rotate(grid, turns_to_corner(grid == 1)), picture("1100/0000/0000/0000/0003"))
    assert np.array_equal(rotate(grid, turns_to_corner(grid == 3)), picture("3000/0000/0000/0000/0011"))


def test_a_side_of_another_mask_counts_in_its_heights_and_widths() -> None:
    line = picture("00500/00500/00510/00500/10500")
    assert turns_to_top(line == 1, line == 5) == 1  # two columns left of a line of width 1, at its end
    assert turns_to_top(line == 1) == 2


def test_what_lies_at_no_side() -> None:
    middle = picture("000/010/000")
    for told in (turns_to_top, turns_to_corner, stands):
        with pytest.raises(LanguageError):
            told(middle == 1)
        with pytest.raises(LanguageError):
            told(middle == 2)
    with pytest.raises(LanguageError):
        turns_to_top(middle == 1, middle == 2)


def test_lines_stand_or_lie() -> None:
    grid = picture("0100/0100/0111/0000")
    with pytest.raises(LanguageError):
        stands(grid == 1)
    assert stands(grid[:, :3] == 1) and not stands(grid[1:] == 1)
