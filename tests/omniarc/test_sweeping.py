"""Sweeping and growing: what is drawn first tells what comes next."""

from __future__ import annotations

import pytest

from omniarc import LanguageError, invert, paint, picture, shift, sweep, until_stable


@pytest.mark.parametrize(
    ("drawn", "offsets", "table", "wanted"),
    [
        ("0300", [(0, -1)], {"a": "a"}, "0333"),
        ("0300", [(0, -1), (0, -2)], {"a.": "5", "5a": "a"}, "0353"),
        ("000/020/000", [(-1, -1)], {"a": "7"}, "000/020/007"),
        ("00", [(0, -1)], {"#": "1", "1": "2"}, "12"),
        ("012", [(0, 1), (0, 2)], {"ab": "b"}, "212"),
        ("012", [(0, 1), (0, 2)], {"aa": "3"}, "012"),
    ],
    ids=["ray", "alternating", "diagonal", "from-the-edge", "ahead", "roles-differ"],
)
def test_sweep_draws_by_what_stands_there(
    drawn: str, offsets: list[tuple[int, int]], table: dict[str, str], wanted: str
) -> None:
    assert sweep(picture(drawn), offsets, table).tolist() == picture(wanted).tolist()


def test_sweep_keeps_what_is_not_background() -> None:
    assert sweep(picture("12/21"), [(0, -1)], {"a": "5"}, 1).tolist() == picture("12/25").tolist()


@pytest.mark.parametrize("table", [{"ab": "a"}, {"a": "ab"}, {"a": ""}])
def test_sweep_refuses_tables_that_do_not_fit(table: dict[str, str]) -> None:
    with pytest.raises(LanguageError, match="one character"):
        sweep(picture("12"), [(0, -1)], table)


def test_a_change_is_repeated_until_nothing_changes() -> None:
    drop = picture("030/000/050")
    grown = until_stable(drop, lambda out: paint(out, (shift(out == 3, 1, 0) == 1) & (out == 0), 3))
    assert grown.tolist() == picture("030/030/050").tolist()
    assert drop.tolist() == picture("030/000/050").tolist()
    assert until_stable(drop, lambda out: out).tolist() == drop.tolist()
    with pytest.raises(LanguageError, match="never comes to an end"):
        until_stable(picture("12"), invert)
