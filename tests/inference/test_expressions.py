"""The catalogue of expressions holds what the language knows; slots are filled with brackets where needed."""

from __future__ import annotations

import ast
import builtins

import pytest
from hypothesis import given
from hypothesis import strategies as st

import omniarc
from inference.proposers.search.cell_features import lets_for
from inference.proposers.search.expressions import (
    Expression,
    Kind,
    catalogue,
    fill,
    filled,
    fillings,
    slots_of,
)

# what rules bind before they use an expression
_LETS = set(lets_for(0))
_BOUND = {
    "grid", "one", "other", "things", "part", "model", "models", "out", "bars", "row", "col", "cell", "way",
    "order", "start", "end", "keys", "table", "rest", "colours", "frame",
}  # fmt: skip


@pytest.mark.parametrize("name", catalogue())
def test_every_expression_uses_the_language_and_stands_once(name: str) -> None:
    rows = catalogue()[name]
    assert len({row.text for row in rows}) == len(rows)
    for row in rows:
        tree = ast.parse(row.text, mode="eval")
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        used = {node.id for node in names if not node.id.startswith("_")}
        assert used <= {*omniarc.vocabulary(), *dir(builtins), *_BOUND, *_LETS, *stored, *arguments}, row.text
        assert row.bits >= 0


@pytest.mark.parametrize(
    ("text", "slots", "expected"),
    [
        ("tile(_a, *_cut)", {"_a": "grid", "_cut": "2, 1"}, "tile(grid, 2, 1)"),
        ("tile(_a, *_cut)", {"_a": "grid", "_cut": "(2, 1)"}, "tile(grid, 2, 1)"),
        ("overlay(*_a)", {"_a": "parts[::-1]"}, "overlay(*parts[::-1])"),
        ("_p == max(_p for one in of)", {"_p": "one.size"}, "one.size == max(one.size for one in of)"),
        ("max(_of, key=lambda a: -_p)", {"_of": "them", "_p": "a - 1"}, "max(them, key=lambda a: -(a - 1))"),
        ("not _p", {"_p": "a > b"}, "not (a > b)"),
        ("_a[_n]", {"_a": "x + y", "_n": "i + 1"}, "(x + y)[i + 1]"),
        ("_a.shape", {"_a": -1}, "(-1).shape"),
        ("f(_a, '_a')", {"_a": "b, c"}, "f((b, c), '_a')"),
    ],
)  # fmt: skip
def test_slots_are_filled(text: str, slots: dict[str, object], expected: str) -> None:
    assert fill(text, **slots) == expected


_TEXTS = st.sampled_from(
    ["_a + _b", "_a * _b", "-_a", "_a if _b else 3", "(_a, _b)[1]", "max(_a, _b)", "_a < _b"]
)


@given(_TEXTS, _TEXTS, _TEXTS, st.integers(-9, 9), st.integers(-9, 9))
def test_a_filled_expression_has_the_value_of_its_parts(
    outer: str, one: str, other: str, a: int, b: int
) -> None:
    inner = [fill(text, _a=a, _b=b) for text in (one, other)]
    values = {"_a": eval(one, {"_a": a, "_b": b}), "_b": eval(other, {"_a": a, "_b": b})}
    assert eval(fill(outer, _a=inner[0], _b=inner[1])) == eval(outer, values)


def test_slots_with_choices_are_filled_in_every_way() -> None:
    pattern = Expression("place(_a, _row, _row, _col)", 1.0, Kind.GRID)
    found = list(fillings(pattern, {"_row": [(1, 0.5), (2, 0.0)], "_col": [(7, 0.25)], "_other": [(0, 0.0)]}))
    assert [(one.text, one.bits) for one in found] == [
        ("place(_a, 1, 1, 7)", 1.75),
        ("place(_a, 2, 2, 7)", 1.25),
    ]
    of_colours = list(filled("number of a grid and a colour", {"_c": [(3, 0.0), (4, 0.0)]}))
    assert len(of_colours) == 2 * len(catalogue()["number of a grid and a colour"])
    assert not any(slots_of(one.text) for one in of_colours)
