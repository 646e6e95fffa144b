"""Sorting: lines in order, equal ones in the order they had."""

from __future__ import annotations

import pytest

from omniarc import LanguageError, picture, sort_lines


@pytest.mark.parametrize(
    ("by", "axis", "descending", "wanted"),
    [
        ("count", "rows", False, "000/030/004/002/210"),
        ("count", "rows", True, "210/030/004/002/000"),
        ("colour", "rows", False, "210/002/030/004/000"),
        ("place", "rows", False, "210/030/004/002/000"),
        ("place", "rows", True, "000/004/002/030/210"),
        ("count", "columns", True, "300/102/040/000/020"),
        ("colour", "columns", False, "300/120/004/000/002"),
    ],
)
def test_lines_are_sorted(by: str, axis: str, descending: bool, wanted: str) -> None:
    grid = picture("030/210/004/000/002")
    assert sort_lines(grid, by, axis, descending=descending).tolist() == picture(wanted).tolist()


def test_the_background_is_not_counted() -> None:
    assert sort_lines(picture("12/11"), background=1).tolist() == picture("11/12").tolist()


def test_gaps_stay_where_they_are() -> None:
    grid = picture("30/22/00/10/00/44")
    assert sort_lines(grid, gaps=True).tolist() == picture("30/10/00/22/00/44").tolist()
    assert sort_lines(grid.T, axis="columns", gaps=True).tolist() == picture("310204/000204").tolist()


@pytest.mark.parametrize("arguments", [("size",), ("count", "lines")])
def test_unknown_orders_are_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(LanguageError, match="sort_lines sorts"):
        sort_lines(picture("12"), *arguments)
