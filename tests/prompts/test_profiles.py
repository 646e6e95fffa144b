"""Profiles: what the shipped ones write, to the byte, and what a file may say."""

from pathlib import Path

import pytest

from arc import Pair, Task, as_grid, same_grid
from prompts import (
    Prompt,
    PromptError,
    Question,
    Role,
    Shot,
    answer_text,
    build_prompt,
    load_profile,
    profile_names,
    read_grid,
    read_programs,
)
from prompts.profiles import Profile
from tests.known import known

TASK = Task(
    "t",
    (Pair(as_grid([[1, 2]]), as_grid([[2, 1]])), Pair(as_grid([[3], [4]]), as_grid([[4], [3]]))),
    (Pair(as_grid([[5, 6]]), None), Pair(as_grid([[7, 8]]), None)),
)


def asked(profile: Profile, ask: str | None = None, test_index: int = 0) -> Prompt:
    version = known(profile.version(ask))
    question = Question(test_index, code="def transform(g):\n    return g", mistake="It is wrong.")
    return profile.tell(build_prompt(version, TASK, profile.encoder, question, prefill=profile.prefilled))


def turns(prompt: Prompt) -> list[tuple[str, str]]:
    return [(turn.role.value, turn.text) for turn in prompt.turns]


@pytest.mark.parametrize("name", profile_names())
def test_every_shipped_profile_asks(name: str) -> None:
    profile = load_profile(name)
    assert profile.about.endswith(".")
    for ask in ("program", "grid", "repair"):
        if profile.version(ask) is not None:
            prompt = asked(profile, ask)
            assert profile.encoder.encode(TASK.train[0].input) in prompt.text
            assert "$" not in prompt.text


def test_bare_digits_are_alternating_turns() -> None:
    prompt = asked(load_profile("digit-turns"), test_index=1)
    assert turns(prompt) == [
        ("user", "12"),
        ("assistant", "21"),
        ("user", "3\n4"),
        ("assistant", "4\n3"),
        ("user", "78"),
    ]
    assert (prompt.prefill, prompt.stop, prompt.chat) == ("", (), True)
    assert {char for _, text in turns(prompt) for char in text} <= set("0123456789\n")


def test_letters_and_markers_are_the_whole_text() -> None:
    profile = load_profile("letters")
    prompt = asked(profile)
    assert prompt.text == "I\nbc\nO\ncb\nI\nd\ne\nO\ne\nd\nI\nfg\nO\n"
    assert prompt.stop == ("\nI",)
    assert same_grid(read_grid("gf", profile.encoder), as_grid([[6, 5]]))


def test_a_thinking_model_starts_its_answer_itself() -> None:
    prompt = asked(load_profile("thinking"))
    assert (prompt.prefill, prompt.stop) == ("", ())
    assert prompt.template_arguments == (("enable_thinking", True),)


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    return file


def test_a_file_may_say_everything(tmp_path: Path) -> None:
    (tmp_path / "ask.toml").write_text(
        'answer = "program"\n[[turns]]\nrole = "user"\ntext = "$pair_count: $pairs"\n'
    )
    profile = load_profile(
        write(
            tmp_path,
            """
            about = "All keys."
            encoder = "NumpyGridEncoder()"
            prefill = false
            thinking = false
            entry_point = "main"
            grid_type = "list"
            library = "common.py"
            [chat_template_kwargs]
            effort = "low"
            [sampling]
            temperature = 0.5
            top_k = 20
            max_tokens = 100
            [program]
            template = "ask.toml"
            [grid]
            pair = "($number$letter$index) $input_width x $input_height -> $output_height x $output_width"
            pair_separator = " | "
            test = "$number: $input"
            test_separator = "/"
            [[grid.turns]]
            role = "system"
            text = "$$5"
            [[grid.turns]]
            role = "user"
            text = "$pairs; $tests; $number of $test_count is $input"
            """,
        )
    )
    assert asked(profile).text == "2: \n\n"
    prompt = asked(profile, "grid", 1)
    assert turns(prompt) == [
        ("system", "$5"),
        ("user", "(1A0) 2 x 1 -> 1 x 2 | (2B1) 1 x 2 -> 2 x 1; 1: [[5 6]]/2: [[7 8]]; 2 of 2 is [[7 8]]"),
    ]
    assert prompt.template_arguments == (("enable_thinking", False), ("effort", "low"))
    assert profile.library == str(tmp_path / "common.py")
    assert (profile.entry_point, known(profile.grid_type).value) == ("main", "list")
    sampling = profile.sampling
    assert (sampling.temperature, sampling.top_k, sampling.max_tokens) == (0.5, 20, 100)


def test_a_preface_stands_before_the_first_of_repeated_turns(tmp_path: Path) -> None:
    text = '[[grid.turns]]\nrole="user"\ntext="$input"\neach_pair=true\npreface="Look:\\n"\n'
    text += '[[grid.turns]]\nrole="assistant"\ntext="$output"\neach_pair=true\n'
    text += '[[grid.turns]]\nrole="user"\ntext="$input"\n'
    profile = load_profile(write(tmp_path, 'encoder="MinimalGridEncoder()"\n' + text))
    assert [text for _, text in turns(asked(profile))] == ["Look:\n12", "21", "3\n4", "4\n3", "56"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("nonsense = 1", "no setting nonsense"),
        ("chat = 1", "chat is true or false, not 1"),
        ("grid_type = 'set'", "grid_type is one of"),
        ("encoder = 'Nope()'", "no encoder 'Nope'"),
        ("[sampling]\ntop_q = 1", "no setting sampling.top_q"),
        ("[sampling]\ntop_p = 2", "top_p is above 0"),
        ("[sampling]\nmin_p = '0'", "sampling.min_p is a number"),
        ("[program]\ntemplate = 'nope'", "no prompt 'nope'"),
        ("[program]\ntemplate = 'nope.toml'", "No such file"),
        ("[program]\ntemplate = 'output-from-examples-v0'", "does not ask for a program"),
        ("[program]\ntemplate = 'repair-v1'", "is not for"),
        ("[grid]\npair = '$input'", "last turn"),
        ("x = ", "broken TOML"),
        (f"x = {'[' * 5000}", "nested too deeply"),
    ],
)
def test_a_broken_profile_is_one_line(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(PromptError) as caught:
        load_profile(write(tmp_path, text))
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_profile_names_those_there_are() -> None:
    with pytest.raises(PromptError, match="digit-turns"):
        load_profile("../../etc/passwd")


SOLVED = Task(
    "s", (Pair(as_grid([[0, 9]]), as_grid([[9, 0]])),), (Pair(as_grid([[8, 0]]), as_grid([[0, 8]])),)
)
SOURCE = "def transform(grid):\n    return grid[:, ::-1]\n"


def test_shots_without_a_chat_template_go_on_as_the_text_does() -> None:
    profile = load_profile("letters")
    prompt = build_prompt(known(profile.grid), TASK, profile.encoder, shots=(Shot(SOLVED, ""),))
    assert profile.tell(prompt).text.startswith("I\naj\nO\nja\nI\nia\nO\nai\nI\nbc\nO\ncb\n")


@pytest.mark.parametrize("name", profile_names())
def test_a_solved_task_is_asked_and_answered_before(name: str) -> None:
    profile = load_profile(name)
    for ask in ("program", "grid"):
        version = profile.version(ask)
        if version is None:
            continue
        plain = build_prompt(version, TASK, profile.encoder)
        shot = build_prompt(version, TASK, profile.encoder, shots=(Shot(SOLVED, SOURCE),))
        roles, expected = ([turn.role for turn in prompt.turns] for prompt in (shot, plain))
        assert roles.count(Role.SYSTEM) == expected.count(Role.SYSTEM)
        assert shot.user == plain.user
        right = answer_text(version, profile.encoder, SOURCE if ask == "program" else SOLVED.test[0].answer)
        assert right + version.shot_separator in [turn.text for turn in shot.turns]
        if ask == "program":
            assert read_programs(right)[0].source.endswith("return grid[:, ::-1]\n")
        else:
            assert same_grid(read_grid(right, profile.encoder), SOLVED.test[0].answer)
