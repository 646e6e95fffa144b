"""Profiles learned from examples: made-up formats of every kind are written again byte for byte."""

import json
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arc import Grid, Pair, Task, as_grid, load_dataset, same_grid
from commands.cli import run
from prompts import AnswerKind, Question, build_prompt, parse_encoder, profile_from, read_grid
from prompts.build import Turn
from prompts.example_prompts import ExamplePrompt, read_examples
from prompts.profile_file import profile_toml
from prompts.profile_learning import Learned, LearningError, learn_profile, written_again
from prompts.profiles import Profile
from prompts.versions import Role
from tests.known import known

COLOURS = Task(
    "colours",
    (
        Pair(as_grid([[0, 1, 2], [3, 4, 5]]), as_grid([[5, 4], [3, 2], [1, 0]])),
        Pair(as_grid([[6, 7], [8, 9], [0, 1]]), as_grid([[1, 0, 9], [8, 7, 6]])),
        Pair(as_grid([[2, 2, 3, 0], [4, 4, 5, 0]]), as_grid([[0, 5, 4, 4], [0, 3, 2, 2]])),
    ),
    (
        Pair(as_grid([[1, 9], [9, 1]]), as_grid([[9, 1], [1, 9]])),
        Pair(as_grid([[7, 0, 7]]), as_grid([[7, 0, 7]])),
    ),
)
SECOND = Task(
    "second",
    (
        Pair(as_grid([[1, 0], [0, 3], [3, 3]]), as_grid([[3, 0], [0, 1], [1, 1]])),
        Pair(as_grid([[9, 8], [8, 7]]), as_grid([[7, 8], [8, 9]])),
    ),
    (Pair(as_grid([[5, 6, 7], [6, 5, 5]]), as_grid([[7, 6, 5], [5, 6, 6]])),),
)

Chat = tuple[Turn, ...]


def rows(grid: Grid, separator: str = "", row: str = "\n", symbols: Sequence[str] = "0123456789") -> str:
    return row.join(separator.join(symbols[cell] for cell in line) for line in grid.tolist())


def chat(*turns: tuple[str, str]) -> Chat:
    roles = {"s": Role.SYSTEM, "u": Role.USER, "a": Role.ASSISTANT}
    return tuple(Turn(roles[role], text) for role, text in turns)


def numbered_sections(task: Task, test: Pair) -> Chat:
    pairs = "\n\n".join(
        f"### Example {n}\nInput ({p.input.shape[0]}x{p.input.shape[1]}):\n{rows(p.input, ' ')}\n"
        f"Output ({p.answer.shape[0]}x{p.answer.shape[1]}):\n{rows(p.answer, ' ')}"
        for n, p in enumerate(task.train, 1)
    )
    question = f"Costs $5.\n\n{pairs}\n\n### Test\nInput:\n{rows(test.input, ' ')}"
    return chat(("s", "Solve {grids}."), ("u", question), ("a", f"```\n{rows(test.answer, ' ')}\n```"))


def width_first_numpy(task: Task, test: Pair) -> Chat:
    pairs = "".join(
        f"[{n}] {p.input.shape[1]} by {p.input.shape[0]}\n{p.input}\n=>\n{p.answer}\n---\n"
        for n, p in enumerate(task.train)
    )
    return chat(("u", f"{pairs}Now\n{test.input}\n"), ("a", f"{test.answer}"))


def json_task(task: Task, test: Pair) -> Chat:
    def pair(p: Pair) -> str:
        return f'{{"input": {json.dumps(p.input.tolist())}, "output": {json.dumps(p.answer.tolist())}}}'

    train = ", ".join(map(pair, task.train))
    text = f'{{"train": [{train}], "test": {json.dumps(test.input.tolist())}}}\nWrite a Python function.'
    return chat(("u", text), ("a", "Sure:\n```python\ndef solve(g):\n    return g\n```"))


def compact_json_lines(task: Task, test: Pair) -> Chat:
    def dump(grid: Grid) -> str:
        return "[\n  " + ",\n  ".join(json.dumps(row, separators=(",", ":")) for row in grid.tolist()) + "\n]"

    body = "\n\n".join(
        f"{chr(65 + n)}. {dump(p.input)} -> {dump(p.answer)}" for n, p in enumerate(task.train)
    )
    return chat(("u", f"{body}\n\nTest: {dump(test.input)}"), ("a", dump(test.answer)))


def digit_turns(task: Task, test: Pair) -> Chat:
    turns = [turn for p in task.train for turn in (("u", rows(p.input)), ("a", rows(p.answer)))]
    return chat(*turns, ("u", rows(test.input)), ("a", rows(test.answer)))


def prefaced_turns(task: Task, test: Pair) -> Chat:
    turns = [
        turn
        for n, p in enumerate(task.train, 1)
        for turn in (
            ("u", f"Puzzle {n}:\n{rows(p.input, ',')}"),
            ("a", f"Result {n}:\n{rows(p.answer, ',')}"),
        )
    ]
    turns[0] = ("u", "Learn the rule.\n\n" + turns[0][1])
    return chat(
        ("s", "Be exact."), *turns, ("u", f"Final:\n{rows(test.input, ',')}"), ("a", rows(test.answer, ","))
    )


def all_tests(task: Task, test: Pair) -> Chat:
    pairs = "\n".join(f"{rows(p.input, '|')}\n>\n{rows(p.answer, '|')}\n" for p in task.train)
    tests = "\n".join(
        f"T{n}: {p.input.shape[0]}*{p.input.shape[1]}\n{rows(p.input, '|')}"
        for n, p in enumerate(task.test, 1)
    )
    head = f"{len(task.train)} pairs, {len(task.test)} tests"
    return chat(("u", f"{head}\n{pairs}\n{tests}\n\nWrite `def main(grid)` in Python."))


def fenced_shapes(task: Task, test: Pair) -> Chat:
    encoder = parse_encoder("GridShapeEncoder(RowNumberEncoder(MinimalGridEncoder()))")
    body = "\n\n".join(
        f"In:\n{encoder.encode(p.input)}\nOut:\n{encoder.encode(p.answer)}" for p in task.train
    )
    return chat(
        ("u", f"{body}\n\nIn:\n{encoder.encode(test.input)}\nOut?"), ("a", encoder.encode(test.answer))
    )


def zero_rows(task: Task, test: Pair) -> Chat:
    def write(grid: Grid) -> str:
        return "\n".join(f"{n}: {' '.join(map(str, row))}" for n, row in enumerate(grid.tolist()))

    body = "\n\n".join(f"{write(p.input)}\nbecomes\n{write(p.answer)}" for p in task.train)
    return chat(("u", f"{body}\n\n{write(test.input)}\nbecomes"), ("a", write(test.answer)))


def symbols(alphabet: Sequence[str], separator: str = "") -> Callable[[Task, Pair], Chat]:
    def form(task: Task, test: Pair) -> Chat:
        def write(grid: Grid) -> str:
            return rows(grid, separator, symbols=alphabet)

        body = "\n\n".join(f"Q\n{write(p.input)}\nA\n{write(p.answer)}" for p in task.train)
        return chat(("u", f"{body}\n\nQ\n{write(test.input)}\nA\n"), ("a", write(test.answer)))

    return form


NAMES = ["Black", "Blue", "Red", "Green", "Yellow", "Grey", "Pink", "Orange", "Teal", "Maroon"]
CHATS = {
    "numbered sections, height x width": numbered_sections,
    "numpy, width by height, from zero": width_first_numpy,
    "a task in JSON, programs": json_task,
    "JSON over lines, letters": compact_json_lines,
    "digit turns": digit_turns,
    "turns with a preface and a system": prefaced_turns,
    "all test inputs, counts": all_tests,
    "fenced shapes, numbered rows": fenced_shapes,
    "rows numbered from zero": zero_rows,
    "letters": symbols("ABCDEFGHIJ"),
    "permuted digits": symbols("1234567890"),
    "repeated digits": symbols([digit * 2 for digit in "0123456789"]),
    "signs": symbols(".#@*+%&=?!"),
    "colour names": symbols([name.lower() for name in NAMES], " "),
}


def letters_and_markers(task: Task, test: Pair) -> str:
    def write(grid: Grid) -> str:
        return rows(grid, row="/", symbols="abcdefghij")

    text = "".join(f"I{write(p.input)}\nO{write(p.answer)}\n" for p in task.train)
    return f"<s>{text}I{write(test.input)}\nO{write(test.answer)}</s>"


def template_text(task: Task, test: Pair) -> str:
    body = "\n".join(f"{rows(p.input, ' ')}\n\n{rows(p.answer, ' ')}\n" for p in task.train)
    return f"<|im_start|>user\n{body}\n{rows(test.input, ' ')}<|im_end|>\n<|im_start|>assistant\n"


TEXTS = {"letters and markers": letters_and_markers, "a chat template's text": template_text}


def examples_of(
    form: Callable[[Task, Pair], Chat | str], tasks: Sequence[Task] = (COLOURS,)
) -> list[ExamplePrompt]:
    examples = []
    for task in tasks:
        made = form(task, task.test[0])
        if isinstance(made, str):
            examples.append(ExamplePrompt(chat(("u", made)), task, chat=False))
        else:
            examples.append(ExamplePrompt(made, task))
    return examples


def learned_profile(examples: Sequence[ExamplePrompt], **options: Any) -> tuple[Learned, Profile]:
    learned = learn_profile(examples, **options)
    table = tomllib.loads(profile_toml(learned.table))
    assert table == learned.table
    return learned, profile_from("learned", table, None)


@pytest.mark.parametrize("form", [*CHATS.values(), *TEXTS.values()], ids=[*CHATS, *TEXTS])
def test_a_learned_profile_writes_the_example_and_other_tasks_in_its_format(
    form: Callable[[Task, Pair], Chat | str],
) -> None:
    learned, profile = learned_profile(examples_of(form))
    assert learned.exact, learned.notes
    kind = AnswerKind.PROGRAM if profile.grid is None else AnswerKind.GRID
    for task in (COLOURS, SECOND):
        prompt = written_again(profile, kind, task, tuple(range(len(task.train))), 0)
        made = form(task, task.test[0])
        if isinstance(made, str):
            assert made.startswith(prompt.text)
            continue
        asked = made[:-1] if made[-1].role is Role.ASSISTANT else made
        if form is all_tests and task is SECOND:
            continue  # one example can't tell a count from a constant
        assert prompt.turns == asked
        if made[-1].role is Role.ASSISTANT:
            assert made[-1].text.startswith(prompt.prefill)


@pytest.mark.parametrize("form", CHATS.values(), ids=CHATS)
def test_two_examples_explain_more_than_one(form: Callable[[Task, Pair], Chat]) -> None:
    _, profile = learned_profile(examples_of(form, (COLOURS, SECOND)))
    kind = AnswerKind.PROGRAM if profile.grid is None else AnswerKind.GRID
    for task in (COLOURS, SECOND):
        made = form(task, task.test[0])
        asked = made[:-1] if made[-1].role is Role.ASSISTANT else made
        assert written_again(profile, kind, task, tuple(range(len(task.train))), 0).turns == asked


@pytest.mark.parametrize("form", [f for f in CHATS.values() if f is not json_task and f is not all_tests])
def test_answers_in_the_learned_format_are_read(form: Callable[[Task, Pair], Chat]) -> None:
    _, profile = learned_profile(examples_of(form))
    answer = form(COLOURS, COLOURS.test[0])[-1].text
    assert same_grid(read_grid(answer, profile.encoder), COLOURS.test[0].answer)


def test_what_no_example_shows_is_told() -> None:
    few = Task("few", COLOURS.train[:1], COLOURS.test[:1])
    learned, profile = learned_profile(examples_of(symbols("ABCDEFGHIJ"), (few,)))
    assert learned.exact
    assert "6, 7, 8" in learned.notes[0]
    assert getattr(profile.encoder, "symbols", None) == tuple("ABCDEFGHIJ")  # the alphabet goes on


def test_pairs_in_another_order_are_found() -> None:
    turned = Task("colours", COLOURS.train[::-1], COLOURS.test)
    (example,) = examples_of(numbered_sections, (turned,))
    learned, _ = learned_profile([ExamplePrompt(example.turns, COLOURS)])
    assert learned.exact


def test_an_irregular_example_is_told() -> None:
    (example,) = examples_of(numbered_sections)
    text = example.turns[1].text.replace("### Example 2", "### Beispiel 2")
    with pytest.raises(LearningError, match="differs"):
        learn_profile([ExamplePrompt((example.turns[0], Turn(Role.USER, text)), COLOURS)])


def test_another_task_is_told() -> None:
    with pytest.raises(LearningError, match="second"):
        learn_profile([ExamplePrompt(examples_of(digit_turns)[0].turns, SECOND)])


TASKS = [
    task
    for task in load_dataset("arc-agi-1/development").tasks
    if max(max(grid.shape) for pair in task.train for grid in (pair.input, pair.answer)) <= 12
][:60]
words = st.sampled_from(["", "Input", "Output:", "Example ", "\n", "->", "$", " {", "\n\n", "#", "Grid "])
texts = st.lists(words, max_size=3).map("".join)
layouts = st.sampled_from(
    [
        "MinimalGridEncoder()",
        "GridWithSeparationEncoder(' ')",
        "GridWithSeparationEncoder(', ')",
        "NumpyGridEncoder()",
        "NumpyGridEncoder(' ')",
        "JsonGridEncoder()",
        "JsonGridEncoder(',', ',')",
        "RowNumberEncoder(GridWithSeparationEncoder(' '), 0, ': ')",
        "GridShapeEncoder(RowNumberEncoder(MinimalGridEncoder()))",
        "GridCodeBlockEncoder(MinimalGridEncoder())",
        "ReplaceNumberEncoder(MinimalGridEncoder(), 'abcdefghij')",
        "RepeatNumberEncoder(GridWithSeparationEncoder(' '), 2)",
        "ColorNameEncoder()",
    ]
)


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    fields = st.sampled_from(
        ["", "$number", "$letter", "$index", "$input_height x $input_width", "$output_width*$output_height"]
    )
    pair = f"{draw(texts)}{draw(fields)}\n$input\n{draw(texts)}\n$output\n".replace("$ ", "$$ ").replace(
        "${", "$${"
    )
    pair = escaped(pair)
    if draw(st.booleans()):
        turns = [
            {"role": "user", "text": escaped(f"{draw(texts)}{draw(fields)}\n$input"), "each_pair": True},
            {"role": "assistant", "text": escaped(f"{draw(texts)}\n$output"), "each_pair": True},
            {"role": "user", "text": escaped(f"{draw(texts)}\n$input")},
        ]
        return {"encoder": draw(layouts), "grid": {"turns": turns}}
    turns = [
        {
            "role": "user",
            "text": escaped(f"{draw(texts)}\n$pairs\n{draw(texts)}\nTest:\n$input\n{draw(texts)}"),
        }
    ]
    separator = draw(st.sampled_from(["", "\n", "\n---\n"]))
    return {"encoder": draw(layouts), "grid": {"pair": pair, "pair_separator": separator, "turns": turns}}


def escaped(text: str) -> str:
    names = ("input", "output", "number", "letter", "index", "pairs")
    parts = text.split("$")
    known = [parts[0]] + [("$" if part.startswith(names) else "$$") + part for part in parts[1:]]
    return "".join(known)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=profiles(), task=st.sampled_from(TASKS))
def test_what_a_profile_writes_is_learned_and_written_again(table: dict[str, Any], task: Task) -> None:
    profile = profile_from("made", table, None)
    prompt = build_prompt(known(profile.grid), task.hidden(), profile.encoder, Question(0))
    try:
        learned, _ = learned_profile([ExamplePrompt(prompt.turns, task)], ask=AnswerKind.GRID)
    except LearningError:
        # told, not guessed; allowed only where a grid is too small to be told from a number
        assert min(grid.size for pair in task.train for grid in (pair.input, pair.answer)) < 4
        return
    assert learned.exact, learned.notes


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    folder = tmp_path / "tasks"
    folder.mkdir()
    for task in (COLOURS, SECOND):
        (folder / f"{task.id}.json").write_text(json.dumps(task.to_json()))
    return str(folder)


def lines(form: Callable[[Task, Pair], Chat], tasks: Sequence[Task] = (COLOURS, SECOND)) -> str:
    made = [form(task, task.test[0]) for task in tasks]
    return "\n".join(
        json.dumps({"messages": [{"role": turn.role, "content": turn.text} for turn in turns]})
        for turns in made
    )


def test_the_command_writes_a_profile_that_prompt_takes(
    tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    example, profile = tmp_path / "example.jsonl", tmp_path / "mine.toml"
    example.write_text(lines(numbered_sections))
    arguments = [
        "profile",
        "learn",
        str(example),
        "--task",
        "colours",
        "--task",
        "second",
        "--dataset",
        dataset,
    ]
    assert run([*arguments, "-o", str(profile)]) == 0
    assert "byte for byte" in capsys.readouterr().out
    assert run(["prompt", "second", "--dataset", dataset, "--profile", str(profile)]) == 0
    shown = capsys.readouterr().out
    system, user, _ = numbered_sections(SECOND, SECOND.test[0])
    assert shown == f"[system]\n{system.text}\n\n[user]\n{user.text}\n\n[assistant]\n```\n\n"


@pytest.mark.parametrize("key", ["conversations", "prompt"])
def test_other_forms_of_chats_are_read(tmp_path: Path, key: str) -> None:
    turns = digit_turns(COLOURS, COLOURS.test[0])
    names = {"user": "human", "assistant": "gpt"}
    messages = [{"from": names[turn.role], "value": turn.text} for turn in turns]
    file = tmp_path / "example.json"
    file.write_text(json.dumps([{key: messages}]))
    assert read_examples(file, [COLOURS])[0].turns == turns


def test_a_plain_text_is_a_prompt_without_a_chat(
    tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "example.txt"
    file.write_text(letters_and_markers(COLOURS, COLOURS.test[0]))
    assert run(["profile", "learn", str(file), "--task", "colours", "--dataset", dataset]) == 0
    table = tomllib.loads(capsys.readouterr().out)
    assert table["chat"] is False and table["grid"]["stop"] == ["</s>"]


def test_the_command_lists_and_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", "list"]) == 0
    assert "digit-turns" in capsys.readouterr().out
    assert run(["profile", "show", "letters"]) == 0
    assert tomllib.loads(capsys.readouterr().out)["chat"] is False


@pytest.mark.parametrize(
    ("content", "task", "line"),
    [
        (None, "colours", "No such file"),
        (b"\xff", "colours", "not a UTF-8"),
        (b"[]", "colours", "no example"),
        (b'{"nothing": 1}', "colours", "example 1 has no messages"),
        (b"Hello.", "colours", "are not found in the example"),
        (b"Hello.", "nope", "no task 'nope'"),
    ],
)
def test_mistakes_are_one_line(
    tmp_path: Path,
    dataset: str,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    task: str,
    line: str,
) -> None:
    file = tmp_path / "example"
    if content is not None:
        file.write_bytes(content)
    assert run(["profile", "learn", str(file), "--task", task, "--dataset", dataset]) == 2
    error = capsys.readouterr().err
    assert line in error and error.count("\n") == 1
