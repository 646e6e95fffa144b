"""Programs in answers: the right one is found in every shape, and nothing is found where there is none."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arc import GridType, as_grid, same_grid
from prompts import AnswerError, Reading, content_text, parse_encoder, read_grid, read_programs, read_source
from sandbox import Job, Sandbox

SHAPES = tomllib.loads((Path(__file__).parent / "program_answers.toml").read_text(encoding="utf-8"))["shape"]
# all but whole answers in JSON, which can stand in no prose
IN_PROSE = [
    shape
    for shape in SHAPES
    if not shape["answer"].lstrip().startswith(("[{", '"')) and "\\n" not in shape["answer"]
]
GRID, TURNED = as_grid([[1, 2], [3, 4]]), as_grid([[3, 4], [1, 2]])
PROGRAM = "def transform(grid):\n    return grid[::-1]\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def right(sandbox: Sandbox, reading: Reading) -> bool:
    sandbox.submit(Job(0, reading.source, (GRID,), reading.entry_point, GridType.ARRAY))
    (execution,) = sandbox.collect(None)
    return same_grid(execution.outputs[0], TURNED)


def test_there_are_many_shapes() -> None:
    assert len({shape["name"] for shape in SHAPES}) == len(SHAPES) >= 60


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape["name"])
def test_the_right_program_is_read(sandbox: Sandbox, shape: dict[str, Any]) -> None:
    readings = read_programs(shape["answer"], complete=shape.get("complete", True))
    assert len(readings) == shape.get("readings", 1)
    assert any(right(sandbox, reading) for reading in readings)


@pytest.mark.parametrize("shape", IN_PROSE, ids=lambda shape: shape["name"])
@pytest.mark.parametrize("around", ["<think>Hm.\n```python\nx = 1\n```\n</think>\n{}", "Sure!\n\n{}", "{}\n"])
def test_it_is_read_behind_thinking_and_prose_too(shape: dict[str, Any], around: str) -> None:
    complete = shape.get("complete", True)
    expected = read_programs(shape["answer"], complete=complete)
    assert read_programs(around.format(shape["answer"]), complete=complete)[0] == expected[0]


def test_the_later_program_is_the_likelier() -> None:
    answer = "```\ndef transform(g):\n    return g\n```\nNo:\n```\n" + PROGRAM + "```"
    assert read_programs(answer)[0].source == PROGRAM


def test_the_names_that_the_sandbox_tries_itself_are_left_to_it() -> None:
    assert read_programs(PROGRAM) == (Reading(PROGRAM, None),)
    assert read_programs("def p(g):\n    return g\n")[0].entry_point == "p"
    both = "def task(g):\n    return g\n\ndef solve(g):\n    return task(g)\n"
    assert read_programs(both)[0].entry_point is None


def test_a_named_entry_point_chooses_its_block() -> None:
    answer = f"```\ndef rule(g):\n    return g\n```\n```\n{PROGRAM}```"
    assert read_programs(answer, entry_point="rule") == (Reading("def rule(g):\n    return g\n", "rule"),)
    with pytest.raises(AnswerError, match="other"):
        read_programs(answer, entry_point="other")


def test_a_program_that_does_not_parse_is_read_as_it_is() -> None:
    answer = "```python\ndef transform(grid):\n    return grid[::-1\n```"
    assert read_programs(answer) == (Reading("def transform(grid):\n    return grid[::-1\n"),)


@pytest.mark.parametrize(
    "source",
    [
        "def main(grid):\n    return grid[::-1]",
        "def turned(g):\n    return g[::-1]\n\ndef f(g):\n    return turned(g)\n\nprint(3)",
        "class Solver:\n    def solve(self, grid):\n        return grid[::-1]",
        "    def transform(grid):\n        return grid[::-1]",
        "lambda grid: grid[::-1]",
        "\ufeffdef transform(grid):\n    return grid[::-1]",
        "# \ud83d\ndef transform(grid):\n    return grid[::-1]",
        "def main(grid):\n    return grid\n\ndef solve(grid):\n    return grid[::-1]",
    ],
)
def test_the_function_of_a_program_is_found(sandbox: Sandbox, source: str) -> None:
    (reading,) = read_source(source)
    assert right(sandbox, reading)


def test_a_program_without_a_function_is_left_as_it_is() -> None:
    for source in ("x = 1", "", "def f(a, b): return a", "async def transform(grid): return grid", "def ("):
        assert read_source(source) == (Reading(source),)


def test_half_a_surrogate_pair_loses_no_answer(sandbox: Sandbox) -> None:
    (reading,) = read_programs(f"Look: \ud83d\n```python\n{PROGRAM}# \ud83d\n```")
    assert right(sandbox, reading)


def test_the_text_of_a_list_of_parts() -> None:
    assert content_text([{"type": "text", "text": "a"}, "b", {"type": "image"}, None]) == "ab"
    assert content_text(None) == ""


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I can't.",
        "```python\nx = 1\n```",
        "<think>hmm def transform(grid): return grid",
        "transform == 1",
        "<|channel|>analysis<|message|>def transform(grid): return grid",
        "```python\ndef transform(grid):\n    # your code here\n    pass\n```",
        "```python\ndef transform(a, b):\n    return a\n```",
        "```python\ndef test_it(grid):\n    assert grid\n```",
        '{"code": ""}',
    ],
)
def test_an_answer_without_a_program_says_so(answer: str) -> None:
    with pytest.raises(AnswerError) as caught:
        read_programs(answer)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("answer", ["```python\n{}", "{}", "<think>{}", "```\ndef transform("])
def test_a_program_that_may_be_cut_off_is_none(answer: str) -> None:
    with pytest.raises(AnswerError, match="cut off"):
        read_programs(answer.format(PROGRAM), complete=False)


@given(st.text(alphabet="`~>python\ndef transform(grd): 01<think/>{}[]\"'\\", max_size=200), st.booleans())
def test_any_text_gives_programs_or_an_answer_error(text: str, complete: bool) -> None:
    try:
        readings = read_programs(text, complete=complete)
    except AnswerError:
        return
    assert 1 <= len(readings) <= 4
    assert all(reading.source.strip() for reading in readings)


NONSENSE = [
    "`",
    "` ",
    "[",
    "[\n",
    " ",
    "<think>",
    "</think>",
    "# </think>\n",
    '{"a":',
    "```\n",
    "a```\n",
    "> ",
]
NONSENSE += ["- ", "$", "def f(x): return x\n", "def f(x:\n", "import x\n", "lambda x: ", "\\boxed{", "[[1],"]


@pytest.mark.parametrize("part", NONSENSE)
def test_long_nonsense_is_read_to_its_end(part: str) -> None:
    text = part * (20_000 // len(part))
    for read in (read_programs, lambda answer: read_grid(answer, parse_encoder("MinimalGridEncoder()"))):
        try:
            assert read(text) is not None
        except AnswerError:
            continue
