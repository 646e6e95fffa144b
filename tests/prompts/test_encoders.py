"""Encoders: exact inverses on any grid, and nothing but what they wrote is read."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arc import as_grid, same_grid
from prompts import DEFAULT_ENCODER, AnswerError, PromptError, encoder_names, parse_encoder

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
    DEFAULT_ENCODER,
]

grids = st.tuples(st.integers(1, 30), st.integers(1, 30)).flatmap(
    lambda shape: arrays(np.int8, shape, elements=st.integers(0, 9)).map(as_grid)
)


@pytest.mark.parametrize("spec", SPECS)
@settings(max_examples=40, deadline=None)
@given(grid=grids)
def test_decode_is_the_inverse_of_encode(spec, grid):
    encoder = parse_encoder(spec)
    assert same_grid(encoder.decode(encoder.encode(grid)), grid)


@pytest.mark.parametrize("spec", SPECS)
@settings(max_examples=40, deadline=None)
@given(grid=grids, data=st.data())
def test_a_text_is_read_only_if_it_is_exactly_what_its_grid_is_written_as(spec, grid, data):
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
        ("GridCodeBlockEncoder(MinimalGridEncoder())", "```grid\n01\n23\n```"),
        (DEFAULT_ENCODER, "```grid shape: 2x2\n1 01\n2 23\n```"),
    ],
)
def test_the_written_forms(spec, text):
    assert parse_encoder(spec).encode(as_grid([[0, 1], [2, 3]])) == text


@pytest.mark.parametrize("spec", SPECS)
def test_the_opening_is_how_every_text_starts(spec):
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
        "RowNumberEncoder(base=MinimalGridEncoder())",
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
def test_a_bad_spec_is_one_line(spec):
    with pytest.raises(PromptError) as caught:
        parse_encoder(spec)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_as_spec_is_an_encoder_or_a_prompt_error(spec):
    with contextlib.suppress(PromptError):
        parse_encoder(spec)


def test_a_spec_runs_nothing(tmp_path):
    target = tmp_path / "made"
    with pytest.raises(PromptError):
        parse_encoder(f"RowNumberEncoder(open({str(target)!r}, 'w'))")
    assert not target.exists()


def test_every_encoder_name_is_covered_here():
    assert all(any(name in spec for spec in SPECS) for name in encoder_names())
