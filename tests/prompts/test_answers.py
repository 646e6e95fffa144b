"""What is taken from an answer: the last complete program, the strictly written grid."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arc import as_grid, same_grid
from prompts import DEFAULT_ENCODER, AnswerError, find_grid, find_program, parse_encoder

PROGRAM = "def transform(grid):\n    return grid[::-1]\n"
OTHER = "def transform(grid):\n    return grid\n"


@pytest.mark.parametrize(
    "answer",
    [
        f"```python\n{PROGRAM}```",
        f"Sure!\n```py\n{PROGRAM}\n```\nThis mirrors.",
        f"```\n{OTHER}```\nNo, better:\n```python\n{PROGRAM}```",
        f"<think>```python\n{OTHER}```</think>\n```python\n{PROGRAM}```",
        f"no opening tag ```\n{OTHER}``` </think>```\nx\n```\n```python\n{PROGRAM}```",
        f"```python\n{PROGRAM}```\nCall it:\n```python\ntransform(grid)\n```",
        f"```python\n{PROGRAM}```\nOutput:\n```\n0 1\n```",
        PROGRAM,
        f"Here is the program:\n\n{PROGRAM}\nThis function mirrors the grid.",
        f"```python\n{PROGRAM}",
        f"```python\r\n{PROGRAM}```".replace("\r", ""),
    ],
)
def test_the_last_complete_program_is_taken(answer):
    assert find_program(answer) == PROGRAM


def test_bare_code_keeps_imports_helpers_and_assignments():
    source = (
        "import numpy as np\n\nK = 3\ntable = {\n    1: 2,\n}\n\n@np.vectorize\ndef f(x):\n    return x\n\n"
        "def solve(grid):\n    return f(grid)\n"
    )
    assert find_program(f"The rule is simple.\n{source}\nDone. It works.") == source


def test_a_lambda_is_an_entry_function():
    assert find_program("```\ntransform = lambda g: g.T\n```") == "transform = lambda g: g.T\n"


def test_a_named_entry_point_chooses_its_block():
    answer = f"```\ndef p(g):\n    return g\n```\n```\n{PROGRAM}```"
    assert find_program(answer, entry_point="p").startswith("def p")


@pytest.mark.parametrize(
    "answer", ["", "I can't.", "```python\nx = 1\n```", "<think>hmm def transform(grid)", "transform == 1"]
)
def test_an_answer_without_program_says_so(answer):
    with pytest.raises(AnswerError):
        find_program(answer)


@pytest.mark.parametrize("answer", [f"```python\n{PROGRAM}", PROGRAM, f"<think>{PROGRAM}"])
def test_a_cut_off_answer_has_no_program(answer):
    with pytest.raises(AnswerError, match="cut off"):
        find_program(answer, complete=False)


def test_a_complete_block_counts_even_if_the_answer_is_cut_off_later():
    assert find_program(f"```python\n{PROGRAM}```\nand more", complete=False) == PROGRAM


@given(st.text(alphabet="`python\ndef transform(grd): 01<think/>", max_size=200), st.booleans())
def test_any_text_gives_a_program_or_an_answer_error(text, complete):
    with contextlib.suppress(AnswerError):
        assert "def " in find_program(text, complete=complete) or "transform" in text


GRID = as_grid([[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize("spec", [DEFAULT_ENCODER, "MinimalGridEncoder()", "ColorNameEncoder()"])
@pytest.mark.parametrize("form", ["{}", "<think>7</think>\n{}\n", "The grid:\n{fenced}\nDone."])
def test_a_grid_is_read_from_prose_and_thinking(spec, form):
    encoder = parse_encoder(spec)
    text = encoder.encode(GRID)
    fenced = text if encoder.opening else f"```\n{text}\n```"
    assert same_grid(find_grid(form.format(text, fenced=fenced), encoder), GRID)


def test_the_last_grid_wins():
    encoder = parse_encoder(DEFAULT_ENCODER)
    answer = encoder.encode(as_grid([[9]])) + "\nno:\n" + encoder.encode(GRID)
    assert same_grid(find_grid(answer, encoder), GRID)


def test_a_fence_without_its_end_counts_only_if_the_model_ended_by_itself():
    encoder = parse_encoder(DEFAULT_ENCODER)
    answer = encoder.encode(GRID).removesuffix("\n```")
    assert same_grid(find_grid(answer, encoder), GRID)
    with pytest.raises(AnswerError, match="cut off"):
        find_grid(answer, encoder, complete=False)


@pytest.mark.parametrize(
    "answer",
    [
        "```grid shape: 2x3\n1 012\n2 34\n```",
        "```grid shape: 3x2\n1 012\n2 345\n```",
        "```grid shape: 2x3\n1 012\n3 345\n```",
        "```grid\n1 012\n2 345\n```",
        "012\n345",
        "",
    ],
)
def test_a_grid_that_is_not_written_exactly_is_none(answer):
    with pytest.raises(AnswerError):
        find_grid(answer, parse_encoder(DEFAULT_ENCODER))
