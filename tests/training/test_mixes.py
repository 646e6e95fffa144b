"""Mixes: the answer is what a perfect model gives, asked as `solve` asks, and the seed decides everything."""

import json
import random
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arc import Pair, as_grid, load_dataset, same_grid, task_from_json
from commands.cli import run
from programs.catalogue import programs
from prompts import (
    DEFAULT_ENCODER,
    Question,
    build_prompt,
    load_version,
    parse_encoder,
    program_answer,
    prompt_names,
    read_grid,
    read_programs,
)
from sandbox import Job, Sandbox
from training.compositions import WORDS, CompositionSource
from training.errors import NotDrawn, TrainingError
from training.examples import Asking, Example, Room
from training.exams import TRAINING_SETS, exam_of, load_training_set
from training.mixes import Mix, PartSpec, is_held_out, open_mix, parse_part

DEVELOPMENT = load_dataset("arc-agi-1/development")
ENCODERS = ["MinimalGridEncoder()", "ColorNameEncoder()", DEFAULT_ENCODER]


def examples(
    *parts: str,
    count: int = 20,
    encoder: str = DEFAULT_ENCODER,
    seed: int = 0,
    fresh: float = 0.0,
    **options: Any,
) -> list[Example]:
    mix = open_mix([parse_part(part) for part in parts], encoder=encoder, seed=seed, fresh=fresh, **options)
    return list(islice(mix.examples(), count))


def own_pairs(task_id: str) -> tuple[Pair, ...]:
    task = DEVELOPMENT[task_id]
    return task.train + task.test


def test_the_answer_to_a_code_prompt_is_the_tasks_program() -> None:
    for example in examples("omni-arc:code-from-examples-v1"):
        written = read_programs(example.answer)[0].source
        assert written.partition("def ")[2].strip() == (
            programs()[example.task_id].source().partition("def ")[2].strip()
        )


@pytest.mark.parametrize("version", [name for name in prompt_names() if not load_version(name).repairs])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_answer_goes_on_where_the_prompt_ends(version: str, encoder: str) -> None:
    for example in examples(f"omni-arc:{version}", count=5, encoder=encoder):
        assert example.answer.startswith(example.prompt.prefill)
        assert len(example.answer) > len(example.prompt.prefill)


def test_the_prompt_is_what_solve_writes() -> None:
    for example in examples(
        "arc-agi-1/development:output-from-examples-v1", count=10, encoder="MinimalGridEncoder()"
    ):
        assert example.prompt.user.count("### Pair") == len(example.prompt.pairs)
        grid = read_grid(example.answer, parse_encoder("MinimalGridEncoder()"))
        task = task_from_json(
            "t", {"train": [{"input": [[1]], "output": [[2]]}] * 2, "test": [{"input": [[3]]}]}
        )
        asked = build_prompt(
            load_version("output-from-examples-v1"), task, parse_encoder("MinimalGridEncoder()"), Question()
        )
        assert (asked.system, asked.prefill, asked.stop) == (
            example.prompt.system,
            example.prompt.prefill,
            example.prompt.stop,
        )
        assert grid.size


@pytest.mark.parametrize("encoder", ENCODERS)
def test_the_answer_to_a_grid_prompt_is_a_grid_of_the_task_in_some_view(encoder: str) -> None:
    parsed = parse_encoder(encoder)
    for example in examples("arc-agi-1/development:output-from-examples-v1", encoder=encoder):
        grid = read_grid(example.answer, parsed)
        shapes = {pair.answer.shape for pair in own_pairs(example.task_id)}
        assert grid.shape in shapes | {shape[::-1] for shape in shapes}


def test_a_programs_output_is_the_answer_to_output_from_code() -> None:
    parsed = parse_encoder(DEFAULT_ENCODER)
    for example in examples("omni-arc:output-from-code-v0"):
        grid = read_grid(example.answer, parsed)
        matching = [pair for pair in own_pairs(example.task_id) if same_grid(pair.answer, grid)]
        assert any(parsed.encode(pair.input) in example.prompt.user for pair in matching)


def test_the_pair_asked_for_is_not_among_the_pairs_shown(tmp_path: Path) -> None:
    grids = [[[n, 1, 2], [3, n, 4]] for n in range(5, 9)]
    pairs = [{"input": grid, "output": grid[::-1]} for grid in grids]
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"train": pairs[:3], "test": pairs[3:]}))
    encoder = parse_encoder("MinimalGridEncoder()")
    for example in examples(f"{file}", encoder="MinimalGridEncoder()", held_out=0.0):
        assert encoder.encode(read_grid(example.answer, encoder)) not in example.prompt.user


def test_fresh_examples_show_pairs_that_the_program_makes() -> None:
    encoder = parse_encoder("MinimalGridEncoder()")
    own = fresh = 0
    for example in examples(
        "omni-arc:output-from-code-v0", count=30, encoder="MinimalGridEncoder()", fresh=1.0
    ):
        question = example.prompt.user
        if any(encoder.encode(pair.input) in question for pair in own_pairs(example.task_id)):
            own += 1
            continue
        fresh += 1
        asked = read_grid(question.split("called with this grid:")[1].split("Write the")[0], encoder)
        output = programs()[example.task_id].function(asked.copy())
        assert same_grid(read_grid(example.answer, encoder), as_grid(output))
    assert fresh > own


def test_compositions_are_solved_by_their_programs() -> None:
    source = CompositionSource(Asking.named("code-from-examples-omniarc-v0", encoder="MinimalGridEncoder()"))
    encoder = parse_encoder("MinimalGridEncoder()")
    jobs: list[Job] = []
    outputs = []
    for item in [*WORDS, "transpose+pad", "gravity+crop_to_content"]:
        for seed in range(5):
            try:
                example = source.draw(item, random.Random(f"{seed}"), Room())
            except NotDrawn:
                continue
            grids = example.prompt.user.split("Input:\n")[1:]
            shown = [block.split("\n\n")[0] for block in grids]
            wanted = [block.split("Output:\n")[1].split("\n\n")[0] for block in grids if "Output:\n" in block]
            inputs = tuple(encoder.decode(text) for text in shown[: len(wanted)])
            jobs.append(Job(len(jobs), read_programs(example.answer)[0].source, inputs))
            outputs.append([encoder.decode(text) for text in wanted])
            break
        else:
            pytest.fail(f"{item} can't be drawn")
    with Sandbox() as sandbox:
        for execution in sandbox.run(jobs):
            assert all(map(same_grid, execution.outputs, outputs[execution.key])), jobs[execution.key].source


@pytest.mark.parametrize("part", ["omni-arc", "compositions", "arc-agi-1/training:input-from-inputs-v0"])
def test_the_seed_decides(part: str) -> None:
    first, again, other = (examples(part, count=6, fresh=0.5, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_weights_decide_how_often_a_part_is_drawn() -> None:
    drawn = examples("omni-arc:output-from-code-v0:3", "compositions:code-from-examples-v0:1", count=400)
    share = sum(example.prompt.version == "output-from-code-v0" for example in drawn) / len(drawn)
    assert 0.68 < share < 0.82


def test_held_out_families_are_never_trained_on() -> None:
    mix = open_mix(
        [parse_part("omni-arc"), parse_part("arc-agi-1/development:output-from-examples-v1")], held_out=0.3
    )
    kept = [set(part.held_out) for part in mix.parts]
    assert all(0.2 < len(part.held_out) / len(part.held_out + part.training) < 0.4 for part in mix.parts)
    assert kept[0] <= kept[1] | {task_id for task_id in kept[0] if task_id not in DEVELOPMENT.ids}
    assert not {mix.example(number).task_id for number in range(300)} & (kept[0] | kept[1])
    measured = mix.held_out(mix.parts[0], 10)
    assert {example.task_id for example in measured} <= kept[0]
    assert measured == mix.held_out(mix.parts[0], 10)


def test_long_examples_lose_pairs_or_are_drawn_anew() -> None:
    room = Room(lambda prompt, answer: len(prompt.user) + len(answer), 1500)
    mix = open_mix([PartSpec("arc-agi-1/development")], encoder="MinimalGridEncoder()", room=room)
    drawn = [mix.example(number) for number in range(60)]
    assert max(len(example.prompt.user) + len(example.answer) for example in drawn) <= 1500
    assert any(len(example.prompt.pairs) < len(DEVELOPMENT[example.task_id].train) for example in drawn)
    tight = Mix(mix.parts, 0, Room(lambda prompt, answer: 100, 10))
    with pytest.raises(TrainingError, match="draws in a row gave no example"):
        tight.example(0)


@pytest.mark.parametrize(
    "name", ["arc-agi-1/evaluation", "arc-agi-1/validation", "arc-agi-2/training", "kaggle-2025/evaluation"]
)
def test_exams_are_refused_by_name(name: str) -> None:
    with pytest.raises(TrainingError, match="for measuring, not for training"):
        open_mix([PartSpec(name)])


def test_exams_are_refused_under_any_name(tmp_path: Path) -> None:
    task = load_dataset("arc-agi-2/evaluation").tasks[0]
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(task.hidden().to_json()))
    with pytest.raises(TrainingError, match="mine is a task of "):
        load_training_set(str(file))
    assert all(exam_of(task) is None for name in TRAINING_SETS for task in load_dataset(name).tasks[::20])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("omni-arc", PartSpec("omni-arc")),
        ("omni-arc:0.5", PartSpec("omni-arc", "", 0.5)),
        ("omni-arc:code-from-examples-v1", PartSpec("omni-arc", "code-from-examples-v1")),
        ("a/b.json:output-from-examples-v1:2", PartSpec("a/b.json", "output-from-examples-v1", 2.0)),
    ],
)
def test_parts_are_read(text: str, expected: PartSpec) -> None:
    assert parse_part(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("omni-arc:nope", "no prompt 'nope'"),
        ("omni-arc:0", "a weight is above 0"),
        ("", "name a source"),
        (":1", "name a source"),
    ],
)
def test_bad_parts_are_refused(text: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        parse_part(text)


@given(st.floats(0.01, 0.9), st.text(max_size=8))
def test_what_is_held_out_stays_held_out_at_a_larger_share(share: float, family: str) -> None:
    assert not is_held_out(family, share) or is_held_out(family, min(1.0, share * 1.1))


@pytest.mark.parametrize(
    "prefill", ["", "```python\n", "```python\nimport numpy as np\n", "```python\nfrom omniarc import *\n"]
)
def test_program_answers_begin_with_the_prefill_and_still_run(prefill: str) -> None:
    source = (
        "import numpy as np\nfrom omniarc import *\n\n\ndef transform(grid):\n    return np.flip(grid, 1)\n"
    )
    answer = program_answer(source, prefill)
    assert answer.startswith(prefill)
    space: dict[str, Any] = {}
    exec(read_programs(answer)[0].source, space)
    assert space["transform"](as_grid([[1, 2]])).tolist() == [[2, 1]]


def test_what_cannot_be_made_is_said(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(
        json.dumps({"train": [{"input": [[1]], "output": [[2]]}] * 2, "test": [{"input": [[3]]}]})
    )
    with pytest.raises(TrainingError, match="none of 1 tasks that has a program"):
        open_mix([PartSpec(str(file), "code-from-examples-v1")])
    with pytest.raises(TrainingError, match="which only a run has"):
        open_mix([PartSpec("omni-arc", "repair-v1")])


def test_examples_need_no_torch() -> None:
    code = (
        "import sys; from training import open_mix, parse_part;"
        "open_mix([parse_part('compositions')]).example(0);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'peft')))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_command_writes_chats_that_data_reads_again(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    options = ["--data", "omni-arc", "--data", "compositions:output-from-examples-v1:0.5"]
    assert run(["export-training", *options, "--count", "12", "--seed", "3", "-o", str(file)]) == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    expected = examples("omni-arc", "compositions:output-from-examples-v1:0.5", count=12, seed=3, fresh=0.5)
    assert lines == [json.loads(json.dumps(example.to_json())) for example in expected]
    again = examples(str(file), count=30, held_out=0.0)
    assert {(e.prompt.user, e.answer, e.prompt.prefill) for e in again} <= {
        (e.prompt.user, e.answer, e.prompt.prefill) for e in expected
    }
    assert run(["export-training", "--data", "omni-arc:nope", "-o", str(file)]) == 2
    before = file.read_bytes()
    assert run(["export-training", "--data", str(file), "-o", str(file)]) == 2
    assert file.read_bytes() == before


def test_parquet_chats_are_read(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    chats = [example.to_json() for example in examples("compositions", count=4)]
    parquet.write_table(pyarrow.Table.from_pylist(chats), tmp_path / "c.parquet")
    again = examples(str(tmp_path / "c.parquet"), count=20, held_out=0.0)
    assert {example.answer for example in again} == {chat["messages"][-1]["content"] for chat in chats}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "no JSON object"),
        ('{"messages": []}', "'messages' is a list"),
        ('{"messages": [{"role": "user", "content": "a"}]}', "a chat ends with a user's message"),
        (
            '{"prefill": "x", "messages": [{"role": "user", "content": "a"},'
            ' {"role": "assistant", "content": "b"}]}',
            "does not start with its prefill",
        ),
        (
            '{"prefill": "b", "messages": [{"role": "user", "content": "a"},'
            ' {"role": "assistant", "content": "b"}]}',
            "the answer is empty",
        ),
        (
            '{"messages": [{"role": "user", "content": "\\ud800"}, {"role": "assistant", "content": "b"}]}',
            "not valid Unicode",
        ),
        pytest.param("[" * 100_000, "no JSON object", id="deep"),
    ],
)
def test_bad_chats_are_one_line(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(line + "\n")
    with pytest.raises(TrainingError, match=message):
        open_mix([PartSpec(str(file))])
