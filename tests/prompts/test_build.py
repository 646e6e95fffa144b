"""Prompts: what each version shows, how it is shortened, and that no answer leaks."""

from pathlib import Path

import numpy as np
import pytest

from arc import Pair, Task, as_grid
from prompts import (
    DEFAULT_ENCODER,
    AnswerKind,
    Attempt,
    Prompt,
    PromptError,
    PromptTooLong,
    Question,
    build_prompt,
    describe_attempts,
    describe_mistake,
    fit_prompt,
    load_version,
    parse_encoder,
    prompt_names,
)

ENCODER = parse_encoder(DEFAULT_ENCODER)
QUESTION = Question(code="def transform(grid):\n    return grid", mistake="It raises ValueError.")


def block(rows: list[list[int]]) -> str:
    return ENCODER.encode(as_grid(rows))


SMALL = Task(
    "small",
    (
        Pair(as_grid([[1, 1], [1, 1]]), as_grid([[2]])),
        Pair(as_grid([[1] * 9] * 9), as_grid([[3]])),
        Pair(as_grid([[4, 4]]), as_grid([[4]])),
    ),
    (Pair(as_grid([[5, 5]]), None), Pair(as_grid([[6, 6]]), None)),
)


def test_the_versions_of_the_research_are_there() -> None:
    assert set(prompt_names()) == {
        "output-from-examples-v0",
        "output-from-examples-v1",
        "code-from-examples-v0",
        "code-from-examples-v1",
        "code-from-examples-v2",
        "code-from-examples-v3",
        "code-from-examples-omniarc-v0",
        "output-from-code-v0",
        "input-from-inputs-v0",
        "output-from-outputs-v0",
        "repair-v1",
        "revise-v0",
    }


@pytest.mark.parametrize("name", prompt_names())
def test_every_version_fills_its_template_and_names_its_kind(name: str) -> None:
    version = load_version(name)
    prompt = build_prompt(version, SMALL, ENCODER, QUESTION)
    assert "$" not in prompt.user
    programs = name.startswith(("code", "repair", "revise"))
    assert prompt.kind == (AnswerKind.PROGRAM if programs else AnswerKind.GRID)
    assert version.about.endswith(".")
    assert prompt.prefill.startswith("```")
    follows = name == "revise-v0"  # it goes on with a conversation
    assert [message["role"] for message in prompt.messages] == (["user"] if follows else ["system", "user"])


@pytest.mark.parametrize("name", [n for n in prompt_names() if "code-from-examples" in n or n == "repair-v1"])
def test_code_prompts_show_every_training_pair(name: str) -> None:
    text = build_prompt(load_version(name), SMALL, ENCODER, QUESTION).user
    for pair in SMALL.train:
        assert ENCODER.encode(pair.input) in text
        assert ENCODER.encode(pair.answer) in text


def test_only_v3_shows_the_test_inputs_to_a_program() -> None:
    for name in prompt_names():
        if name.startswith("code-from-examples"):
            text = build_prompt(load_version(name), SMALL, ENCODER).user
            assert (block([[6, 6]]) in text) == (name == "code-from-examples-v3")


def test_a_direct_prompt_shows_the_test_input_that_is_asked_for() -> None:
    version = load_version("output-from-examples-v1")
    text = build_prompt(version, SMALL, ENCODER, Question(test_index=1)).user
    assert block([[6, 6]]) in text
    assert block([[5, 5]]) not in text
    with pytest.raises(PromptError, match="2 test inputs"):
        build_prompt(version, SMALL, ENCODER, Question(test_index=2))


def test_the_distribution_prompts_show_one_side_only() -> None:
    text = build_prompt(load_version("input-from-inputs-v0"), SMALL, ENCODER).user
    assert block([[1, 1], [1, 1]]) in text
    assert block([[2]]) not in text
    text = build_prompt(load_version("output-from-outputs-v0"), SMALL, ENCODER).user
    assert block([[2]]) in text
    assert block([[1, 1], [1, 1]]) not in text


def test_prompts_never_hold_a_test_output() -> None:
    grid = [[7, 8], [8, 7]]
    task = Task("t", SMALL.train, (Pair(as_grid([[5, 5]]), as_grid(grid)),))
    for name in prompt_names():
        assert block(grid) not in build_prompt(load_version(name), task, ENCODER, QUESTION).text


def test_repair_needs_the_program_and_its_mistake() -> None:
    with pytest.raises(PromptError, match="give it its code"):
        build_prompt(load_version("repair-v1"), SMALL, ENCODER, Question(mistake="x"))


def test_dollars_in_a_program_stay() -> None:
    question = Question(code="def transform(g):\n    return '$pairs'", mistake="$input")
    text = build_prompt(load_version("repair-v1"), SMALL, ENCODER, question).user
    assert "return '$pairs'" in text
    assert "$input" in text


def test_the_answer_starts_with_the_fence_of_the_encoder() -> None:
    version = load_version("output-from-examples-v0")
    assert build_prompt(version, SMALL, ENCODER).prefill == "```grid shape:"
    assert build_prompt(version, SMALL, parse_encoder("MinimalGridEncoder()")).prefill == "```\n"
    open_ended = build_prompt(version, SMALL, ENCODER, prefill=False)
    assert open_ended.prefill == ""
    assert open_ended.stop == ()


def fit(limit: int) -> Prompt:
    version = load_version("code-from-examples-v1")
    return fit_prompt(
        lambda pairs: build_prompt(version, SMALL, ENCODER, pairs=pairs),
        SMALL,
        lambda prompt: len(prompt.text),
        limit,
    )


def test_a_prompt_that_is_too_long_loses_its_largest_pair_and_never_more_than_two_stay() -> None:
    whole = fit(10**6)
    assert whole.pairs == (0, 1, 2)
    shorter = fit(len(whole.text) - 1)
    assert shorter.pairs == (0, 2)
    assert block([[1] * 9] * 9) not in shorter.user
    with pytest.raises(PromptTooLong, match=r"task small: .* with 2 pairs"):
        fit(len(shorter.text) - 1)


def test_the_mistake_shows_every_failing_pair_cell_by_cell() -> None:
    task = Task(
        "t",
        (
            Pair(as_grid([[0]]), as_grid([[1, 2], [3, 4]])),
            Pair(as_grid([[1]]), as_grid([[1, 2]])),
            Pair(as_grid([[2]]), as_grid([[5, 5]])),
            Pair(as_grid([[3]]), as_grid([[7, 7]])),
            Pair(as_grid([[4]]), as_grid([[8]])),
        ),
        (Pair(as_grid([[9]]), None),),
    )
    outputs = (as_grid([[1, 0], [3, 4]]), as_grid([[1], [2]]), as_grid([[6, 6]]), as_grid([[7, 7]]), None)
    code = "def transform(grid):\n    return table[grid[0, 0]]\n"
    text = describe_mistake(
        task, outputs, "KeyError: 4 (line 2)", parse_encoder("MinimalGridEncoder()"), code
    )
    assert text.split("\n\n") == [
        "On the input of pair 5 it fails: KeyError: 4 (line 2)",
        "Line 2 is: `return table[grid[0, 0]]`",
        "On the input of pair 1 1 of 4 cells are wrong (`.` right, `got>wanted` wrong):",
        ". 0>2\n. .",
        "On the input of pair 2 the shape is wrong, 2x1, not 1x2: it returns",
        "1\n2",
        "On the input of pair 3 2 of 2 cells are wrong: it returns",
        "66",
        "It reproduces pair 4.",
    ]
    assert describe_mistake(task, (None,) * 5, "", ENCODER) == (
        "On the input of every pair it fails: no grid was returned"
    )


def test_earlier_attempts_are_shown_with_their_scores_the_best_last() -> None:
    text = describe_attempts([Attempt("def transform(g):\n    return g\n", 2, 3), Attempt("x = 1", 0, 3)])
    assert (
        text.index("0 of 3 pairs") < text.index("x = 1") < text.index("2 of 3 pairs") < text.index("return g")
    )
    question = Question(code="pass", mistake="It is wrong.", attempts=text)
    shown = build_prompt(load_version("repair-v1"), SMALL, ENCODER, question).user
    assert f"{text}This program was meant" in shown
    assert describe_attempts([]) == ""


def test_the_primitives_are_short_and_their_examples_right() -> None:
    import omniarc
    from prompts.primitives import EXAMPLES, primitives_text

    text = primitives_text()
    assert len(text.encode()) < 6000
    for name in ("find_objects(grid, diagonal=True", "beside(*grids", "crop(grid, where)"):
        assert name in text
    grid = np.array([[3, 0, 0, 0], [0, 0, 4, 0], [0, 0, 4, 0], [0, 0, 0, 0]])
    halves = np.array([[1, 0, 5, 1, 1], [1, 1, 5, 0, 1], [0, 0, 5, 0, 0]])
    expected = [
        (grid, [[2, 0, 0, 0], [0, 0, 3, 0], [0, 0, 3, 0], [0, 0, 0, 0]]),
        (np.array([[6, 6, 0], [6, 0, 0], [0, 0, 7]]), [[6, 6], [0, 6]]),
        (halves, [[8, 0], [0, 8], [0, 0]]),
    ]
    for source, (given, output) in zip(EXAMPLES.split("\n\n"), expected, strict=True):
        space = dict(vars(omniarc))
        exec(source, space)
        assert np.array(space["transform"](given)).tolist() == output


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[turns]]\nrole = 'user'\ntext = 'hi'", "program or grid"),
        ("answer = 'poem'\n[[turns]]\nrole = 'user'\ntext = 'hi'", "program or grid"),
        ("answer = 'grid'", "last turn"),
        ("answer = 'grid'\n[[turns]]\nrole = 'assistant'\ntext = 'hi'", "last turn"),
        ("answer = 'grid'\n[[turns]]\nrole = 'boss'\ntext = 'hi'", "has a role"),
        ("answer = 'grid'\n[[turns]]\nrole = 'user'\ntext = '$nothing'", "can't hold $nothing"),
        ("answer = 'grid'\n[[turns]]\nrole = 'user'\ntext = '$output'", "can't hold $output"),
        ("answer = 'grid'\nextra = 'x'\n[[turns]]\nrole = 'user'\ntext = 'hi'", "unknown key 'extra'"),
        ("answer = 'grid'\n[[turns]]\nrole = 'user'\ntext = 'hi'\nmore = 1", "may also have"),
        ("answer = 'grid'\n[[turns]]\nrole = 'user'\ntext = '5 $ each'", "a lone $"),
        ("answer = 'grid'\nstop = 'x'\n[[turns]]\nrole = 'user'\ntext = 'hi'", "list of strings"),
        ("answer = ", "broken TOML"),
        (f"answer = {'[' * 5000}", "nested too deeply"),
    ],
)
def test_a_broken_template_is_refused(text: str, line: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(PromptError) as caught:
        load_version(file)
    assert line in str(caught.value) and "mine" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_version_names_those_there_are() -> None:
    with pytest.raises(PromptError, match="repair-v1"):
        load_version("../../etc/passwd")
