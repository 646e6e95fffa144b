"""Grids in answers: the encoder's exact form first, then every form in common use."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arc import Grid, as_grid, same_grid
from prompts import DEFAULT_ENCODER, AnswerError, parse_encoder, read_grid

GRID = as_grid([[0, 1, 2], [3, 4, 5]])
MINIMAL, SHAPED = parse_encoder("MinimalGridEncoder()"), parse_encoder(DEFAULT_ENCODER)

FORMS = {
    "digits": "012\n345",
    "spaces": "0 1 2\n3 4 5",
    "trailing spaces": "012  \n345 \n",
    "carriage returns": "012\r\n345\r\n",
    "indented": "   0 1 2\n   3 4 5",
    "commas": "0,1,2\n3,4,5",
    "commas at the ends": "0, 1, 2,\n3, 4, 5,",
    "pipes": "|0|1|2|\n|3|4|5|",
    "a table with a rule": "| 0 | 1 | 2 |\n|---|---|---|\n| 3 | 4 | 5 |",
    "semicolons between rows in brackets": "[0 1 2]\n[3 4 5]",
    "JSON": "[[0, 1, 2], [3, 4, 5]]",
    "compact JSON": "[[0,1,2],[3,4,5]]",
    "JSON over lines": "[\n  [0, 1, 2],\n  [3, 4, 5]\n]",
    "JSON object": '{"output": [[0, 1, 2], [3, 4, 5]]}',
    "numpy printed": "[[0 1 2]\n [3 4 5]]",
    "numpy on one line": "[[0 1 2] [3 4 5]]",
    "numpy constructor": "np.array([[0, 1, 2],\n          [3, 4, 5]])",
    "tuples": "((0, 1, 2), (3, 4, 5))",
    "text rows": '["012", "345"]',
    "colour names": "Black Blue Red\nGreen Yellow Gray",
    "colour names in small letters": "black blue red\ngreen yellow grey",
    "colour names in capitals, commas": "BLACK, BLUE, RED\nGREEN, YELLOW, GREY",
    "colour names in JSON": '[["black", "blue", "red"], ["green", "yellow", "gray"]]',
    "boxed": r"\boxed{[[0, 1, 2], [3, 4, 5]]}",
    "boxed digits": "\\[\\boxed{012\n345}\\]",
    "boxed matrix": r"$$\boxed{\begin{bmatrix} 0 & 1 & 2 \\ 3 & 4 & 5 \end{bmatrix}}$$",
    "array in LaTeX": r"\begin{array}{ccc} 0 & 1 & 2 \\ 3 & 4 & 5 \end{array}",
    "lines apart": "0 1 2\n\n3 4 5",
    "labelled rows": "Row 1: 0 1 2\nRow 2: 3 4 5",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "The output grid has 2 rows:\n\n{}\n\nIt follows the rule of 3 colours.",
        "```\n{}\n```",
        "```grid shape: 2x3\n{}\n```",
        "<think>9 9\n9 9</think>\n{}<|im_end|>",
        "Input:\n```\n9 9\n9 9\n```\nOutput:\n```json\n{}\n```\n",
    ],
)
def test_a_grid_is_read_in_every_form(form: str, around: str) -> None:
    for encoder in (MINIMAL, SHAPED):
        assert same_grid(read_grid(around.replace("{}", form), encoder), GRID)


SPECS = [
    DEFAULT_ENCODER,
    "MinimalGridEncoder()",
    "ColorNameEncoder()",
    "NumpyGridEncoder()",
    "JsonGridEncoder()",
    "RowNumberEncoder(GridWithSeparationEncoder(' '), 0)",
    "RepeatNumberEncoder(MinimalGridEncoder(), 2)",
    "ReplaceNumberEncoder(MinimalGridEncoder(), 'abcdefghij')",
    "GridShapeEncoder(ReplaceNumberEncoder(GridWithSeparationEncoder(','), 'ABCDEFGHIJ'))",
]
grids = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda shape: arrays("int8", shape, elements=st.integers(0, 9)).map(as_grid)
)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize(
    "form", ["{}", "<think>7</think>\n{}\n", "The grid:\n{fenced}\nDone.", "{fenced}<|im_end|>"]
)
@settings(max_examples=20, deadline=None)
@given(grid=grids)
def test_the_encoders_own_form_is_read_from_prose_and_thinking(spec: str, form: str, grid: Grid) -> None:
    encoder = parse_encoder(spec)
    text = encoder.encode(grid)
    fenced = text if encoder.opening else f"```\n{text}\n```"
    assert same_grid(read_grid(form.format(text, fenced=fenced), encoder), grid)


def test_the_last_grid_wins() -> None:
    answer = SHAPED.encode(as_grid([[9]])) + "\nno:\n" + SHAPED.encode(GRID)
    assert same_grid(read_grid(answer, SHAPED), GRID)
    assert same_grid(read_grid("9 9\n9 9\nNo, it is\n0 1 2\n3 4 5", MINIMAL), GRID)


def test_numbered_rows_lose_their_numbers_where_the_encoder_numbers_rows() -> None:
    assert same_grid(read_grid("1 012\n2 345", SHAPED), GRID)
    assert same_grid(read_grid("1 0 1 2\n2 3 4 5", SHAPED), GRID)
    assert read_grid("1 0 1 2\n2 3 4 5", MINIMAL).shape == (2, 4)


def test_a_fence_without_its_end_counts_only_if_the_model_ended_by_itself() -> None:
    answer = SHAPED.encode(GRID).removesuffix("\n```")
    assert same_grid(read_grid(answer, SHAPED), GRID)
    with pytest.raises(AnswerError, match="cut off"):
        read_grid(answer, SHAPED, complete=False)
    assert same_grid(read_grid(SHAPED.encode(GRID) + "\nThis is", SHAPED, complete=False), GRID)


@pytest.mark.parametrize(
    "answer",
    ["```grid shape: 2x3\n1 012\n2 34\n```", "01\n234", "[[0, 1], [2]]", "0 1 17\n2 3 4", "none", ""],
)
def test_what_is_no_grid_is_none(answer: str) -> None:
    for encoder in (MINIMAL, SHAPED):
        with pytest.raises(AnswerError):
            read_grid(answer, encoder)


@given(st.text(alphabet="0123 \n,[]()`|ab{}\\", max_size=80), st.booleans())
def test_any_text_is_a_grid_or_an_answer_error(text: str, complete: bool) -> None:
    for encoder in (MINIMAL, SHAPED):
        try:
            assert read_grid(text, encoder, complete=complete).size
        except AnswerError:
            continue
