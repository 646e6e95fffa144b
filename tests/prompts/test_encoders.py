"""Encoders: exact inverses on any grid, and nothing but what they wrote is read."""

import contextlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arc import Grid, as_grid, same_grid
from prompts import DEFAULT_ENCODER, AnswerError, PromptError, encoder_names, encoder_spec, parse_encoder

SPECS = [
    "MinimalGridEncoder()",
    'GridWithSeparationEncoder(" ")',
    "GridWithSeparationEncoder('|')",
    "GridWithSeparationEncoder(', ')",
    "ColorNameEncoder()",
    "RowNumberEncoder(MinimalGridEncoder())",
    'RowNumberEncoder(GridWithSeparationEncoder(" "))',
    "RowNumberEncoder(ColorNameEncoder())",
    "GridCodeBlockEncoder(MinimalGridEncoder())",
    "GridCodeBlockEncoder(RowNumberEncoder(ColorNameEncoder()))",
    "GridShapeEncoder(MinimalGridEncoder())",
    "GridWithSeparationEncoder(' ', '; ')",
    "GridWithSeparationEncoder('', '/')",
    "NumpyGridEncoder()",
    "NumpyGridEncoder(' ')",
    "JsonGridEncoder()",
    "JsonGridEncoder(',', ',')",
    "JsonGridEncoder(row_separator=',\\n  ', opened='\\n  ', closed='\\n')",
    "ReplaceNumberEncoder(MinimalGridEncoder(), 'abcdefghij')",
    "ReplaceNumberEncoder(MinimalGridEncoder(), '1234567890')",
    "ReplaceNumberEncoder(JsonGridEncoder(), ['no', 'x', 'xx', 'y', 'yx', 'z', 'zz', 'a', 'ab', 'abc'])",
    "RepeatNumberEncoder(MinimalGridEncoder())",
    "RepeatNumberEncoder(GridWithSeparationEncoder(' '), count=2)",
    "RepeatNumberEncoder(ReplaceNumberEncoder(MinimalGridEncoder(), 'ABCDEFGHIJ'), 2)",
    "RowNumberEncoder(MinimalGridEncoder(), 0)",
    "RowNumberEncoder(NumpyGridEncoder(), 1, ': ')",
    "GridShapeEncoder(RowNumberEncoder(ReplaceNumberEncoder(MinimalGridEncoder(), 'abcdefghij'), 0))",
    DEFAULT_ENCODER,
]

grids = st.tuples(st.integers(1, 30), st.integers(1, 30)).flatmap(
    lambda shape: arrays(np.int8, shape, elements=st.integers(0, 9)).map(as_grid)
)


@pytest.mark.parametrize("spec", SPECS)
@settings(max_examples=40, deadline=None)
@given(grid=grids)
def test_decode_is_the_inverse_of_encode(spec: str, grid: Grid) -> None:
    encoder = parse_encoder(spec)
    assert same_grid(encoder.decode(encoder.encode(grid)), grid)


@pytest.mark.parametrize("spec", SPECS)
@settings(max_examples=40, deadline=None)
@given(grid=grids, data=st.data())
def test_a_text_is_read_only_if_it_is_exactly_what_its_grid_is_written_as(
    spec: str, grid: Grid, data: st.DataObject
) -> None:
    encoder = parse_encoder(spec)
    text = encoder.encode(grid)
    place = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 3))
    changed = text[:place] + data.draw(st.sampled_from(["", "0", "10", " ", "\n", "|", "a", "```", "٣"]))
    changed += text[place + length :]
    try:
        read = encoder.decode(changed)
    except AnswerError:
        return
    assert encoder.encode(read) == changed


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("MinimalGridEncoder()", "01\n23"),
        ("GridWithSeparationEncoder('|')", "0|1\n2|3"),
        ("ColorNameEncoder()", "Black Blue\nRed Green"),
        ("RowNumberEncoder(MinimalGridEncoder())", "1 01\n2 23"),
        ("GridWithSeparationEncoder(' ', ';')", "0 1;2 3"),
        ("NumpyGridEncoder()", "[[0 1]\n [2 3]]"),
        ("NumpyGridEncoder(' ')", "[[0 1] [2 3]]"),
        ("JsonGridEncoder()", "[[0, 1], [2, 3]]"),
        ("JsonGridEncoder(',', ',')", "[[0,1],[2,3]]"),
        (r"JsonGridEncoder(', ', ',\n  ', '\n  ', '\n')", "[\n  [0, 1],\n  [2, 3]\n]"),
        ("ReplaceNumberEncoder(MinimalGridEncoder(), 'abcdefghij')", "ab\ncd"),
        ("RepeatNumberEncoder(MinimalGridEncoder(), 3)", "000111\n222333"),
        ("RowNumberEncoder(MinimalGridEncoder(), 0, ': ')", "0: 01\n1: 23"),
        ("GridCodeBlockEncoder(MinimalGridEncoder())", "```grid\n01\n23\n```"),
        (DEFAULT_ENCODER, "```grid shape: 2x2\n1 01\n2 23\n```"),
    ],
)
def test_the_written_forms(spec: str, text: str) -> None:
    assert parse_encoder(spec).encode(as_grid([[0, 1], [2, 3]])) == text


@pytest.mark.parametrize("spec", SPECS)
def test_an_encoder_can_be_written_as_its_spec(spec: str) -> None:
    encoder = parse_encoder(spec)
    assert parse_encoder(encoder_spec(encoder)) == encoder


def test_numpy_and_json_are_written_as_numpy_and_json_write_them() -> None:
    grid = as_grid([[(row * column) % 10 for column in range(30)] for row in range(30)])
    assert parse_encoder("NumpyGridEncoder()").encode(grid) == str(np.array(grid))
    assert parse_encoder("JsonGridEncoder()").encode(grid) == json.dumps(grid.tolist())


@pytest.mark.parametrize("spec", SPECS)
def test_the_opening_is_how_every_text_starts(spec: str) -> None:
    encoder = parse_encoder(spec)
    for rows in ([[0]], [[1, 2, 3]] * 30):
        assert encoder.encode(as_grid(rows)).startswith(encoder.opening)


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "MinimalGridEncoder",
        "MinimalGridEncoder(1)",
        "RowNumberEncoder()",
        "RowNumberEncoder(bases=MinimalGridEncoder())",
        "RowNumberEncoder(MinimalGridEncoder(), base=MinimalGridEncoder())",
        "RowNumberEncoder(MinimalGridEncoder(), 2)",
        "RowNumberEncoder(RowNumberEncoder(MinimalGridEncoder()))",
        "RowNumberEncoder(MinimalGridEncoder(), '1')",
        "ReplaceNumberEncoder(MinimalGridEncoder(), 'abc')",
        "ReplaceNumberEncoder(MinimalGridEncoder(), 'aacdefghij')",
        "ReplaceNumberEncoder(MinimalGridEncoder(), 5)",
        "ReplaceNumberEncoder(RowNumberEncoder(MinimalGridEncoder()), 'abcdefghij')",
        "RepeatNumberEncoder(MinimalGridEncoder(), 1)",
        "RepeatNumberEncoder(ColorNameEncoder())",
        "JsonGridEncoder(';')",
        "RowNumberEncoder(GridShapeEncoder(MinimalGridEncoder()))",
        "GridShapeEncoder(GridCodeBlockEncoder(MinimalGridEncoder()))",
        "NoSuchEncoder()",
        "GridWithSeparationEncoder()",
        "GridWithSeparationEncoder(5)",
        'GridWithSeparationEncoder("1")',
        'GridWithSeparationEncoder("")',
        'GridWithSeparationEncoder("\\n")',
        "__import__('os').system('true')",
        "(lambda: MinimalGridEncoder())()",
        "RowNumberEncoder(" * 400,
        "(" * 390,
        "MinimalGridEncoder()\0",
    ],
)
def test_a_bad_spec_is_one_line(spec: str) -> None:
    with pytest.raises(PromptError) as caught:
        parse_encoder(spec)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_as_spec_is_an_encoder_or_a_prompt_error(spec: str) -> None:
    with contextlib.suppress(PromptError):
        parse_encoder(spec)


def test_a_spec_runs_nothing(tmp_path: Path) -> None:
    target = tmp_path / "made"
    with pytest.raises(PromptError):
        parse_encoder(f"RowNumberEncoder(open({str(target)!r}, 'w'))")
    assert not target.exists()


def test_every_encoder_name_is_covered_here() -> None:
    assert all(any(name in spec for spec in SPECS) for name in encoder_names())
