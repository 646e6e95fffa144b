"""Hindsight over a real run: what is right, what is relabelled, what is filtered, what never enters."""

import json
import random
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arc import as_grid, load_dataset, same_grid
from commands.cli import run
from inference.proposers.models.settings import ModelSettings
from inference.run.settings import Settings
from inference.run.solve import solve
from programs.catalogue import programs
from prompts import DEFAULT_ENCODER, parse_encoder, read_grid, read_programs
from sandbox import Execution, Job, Sandbox
from scoring.record.reader import Run
from tests.known import known
from training.errors import TrainingError
from training.examples import Asking, Room
from training.hindsight import MOST_RELABELLED, RunSource, read_run, relabel

FLIP = "def transform(grid):\n    return grid[:, ::-1]\n"
WRONG = (
    FLIP,
    "def transform(grid):\n    return grid[::-1]\n",
    "import numpy as np\n\ndef transform(grid):\n    return np.flip(grid, axis=1)\n",  # gives what FLIP gives
    "def transform(grid):\n    return grid\n",
    "def transform(grid):\n    return [[1, 2]]\n",
    "def transform(grid):\n    return grid * 0\n",
    "def transform(grid):\n    return grid[100]\n",
    "def transform(grid: list[list[int]]):\n    return [row + row for row in grid]\n",  # takes lists
)
TASKS = ("00d62c1b", "1caeab9d")


def solved(
    directory: Path, dataset: str, task_ids: Sequence[str], candidates: Callable[[str], Sequence[str]]
) -> Path:
    file = directory / "candidates.jsonl"
    lines = [{"task_id": task_id, "source": source} for task_id in task_ids for source in candidates(task_id)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    settings = Settings(
        dataset,
        tasks=tuple(task_ids),
        samplers=("replay",),
        predictors=(),
        samples=len(lines),
        time_limit=60.0,
        workers=1,
        agree=0,
        model=ModelSettings(str(file)),
    )
    return solve(settings, directory / "run").directory


@pytest.fixture(scope="module")
def development_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    many = tuple(f"def transform(grid):\n    return (grid + {n}) % 9\n" for n in range(1, 9))
    shifts = tuple(
        f"import numpy as np\n\ndef transform(g):\n    return np.roll(g, {n}, 1)\n" for n in range(1, 19)
    )
    return solved(
        tmp_path_factory.mktemp("development"),
        "arc-agi-1/development",
        TASKS,
        lambda task_id: (
            programs()[task_id].source(),
            *WRONG,
            *(many + shifts if task_id == TASKS[1] else ()),
        ),
    )


def asking(version: str = "code-from-examples-v1") -> Asking:
    return Asking.named(version, encoder=DEFAULT_ENCODER)


def test_right_and_wrong_programs_are_told_apart_and_trivial_ones_left_out(development_run: Path) -> None:
    found = read_run(development_run)
    first, second = (found[task_id] for task_id in TASKS)
    assert [program.source for program in first.right] == [programs()[TASKS[0]].source()]
    assert {program.source for program in first.relabelled} == {FLIP, WRONG[1]}
    assert len(second.relabelled) == MOST_RELABELLED
    outputs = {tuple(known(grid).tobytes() for grid in p.verdict.train_outputs) for p in second.relabelled}
    assert len(outputs) == MOST_RELABELLED


def test_each_example_is_answered_by_its_program(development_run: Path) -> None:
    source = RunSource(development_run, asking(), right_weight=1.0, relabelled_weight=1.0)
    encoder = parse_encoder(DEFAULT_ENCODER)
    drawn = [source.draw(task_id, random.Random(n), Room()) for n in range(25) for task_id in TASKS]
    right = 0
    for example in drawn:
        space: dict[str, Any] = {}
        exec(read_programs(example.answer)[0].source, space)
        blocks = example.prompt.user.split("### Pair")[1:]
        for block in blocks:
            before, after = block.split("Output:\n")
            given = encoder.decode(before.split("Input:\n")[1].strip())
            wanted = encoder.decode(after[: after.index("\n```") + 4])
            assert same_grid(as_grid(space["transform"](given.copy())), wanted)
        right += example.answer.endswith(
            programs()[example.task_id].source().split("\n\n")[-1].strip() + "\n```"
        )
    assert 10 < right < 40


def test_grid_prompts_ask_for_the_relabelled_output(development_run: Path) -> None:
    source = RunSource(development_run, asking("output-from-code-v0"), right_weight=0.0)
    for number in range(10):
        example = source.draw(TASKS[0], random.Random(number), Room())
        grid = read_grid(example.answer, parse_encoder(DEFAULT_ENCODER))
        assert any(
            same_grid(grid, given.input[:, ::-1]) or same_grid(grid, given.input[::-1])
            for task in (load_dataset("arc-agi-1/development")[TASKS[0]],)
            for given in task.train + task.test
        )


def test_repairs_show_the_failing_program_and_answer_with_the_right_one(development_run: Path) -> None:
    source = RunSource(development_run, asking("repair-v1"))
    shown = set()
    for number in range(20):
        example = source.draw(TASKS[0], random.Random(number), Room())
        assert read_programs(example.answer)[0].source.strip() == programs()[TASKS[0]].source().strip()
        shown |= {wrong for wrong in WRONG if wrong.strip() in example.prompt.user}
    assert FLIP in shown and len(shown) >= 5


def test_a_program_written_in_a_view_is_shown_in_it(development_run: Path) -> None:
    found = read_run(development_run)[TASKS[0]]
    pairs = relabel(found.task, found.relabelled[0].verdict)
    assert [pair.input.shape for pair in pairs] == [
        pair.input.shape for pair in found.task.train + found.task.test
    ]
    assert all(pair.output is not None for pair in pairs)


def test_test_outputs_of_an_exam_never_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = load_dataset("arc-agi-1/validation").tasks[0]
    directory = solved(tmp_path, "arc-agi-1/validation", (task.id,), lambda _: WRONG[:2])
    found = read_run(directory)[task.id]
    assert all(pair.output is None for pair in found.task.test)
    copied = tmp_path / "copied"
    shutil.copytree(directory, copied)
    with Run.open(copied) as opened:
        assert opened.task(task.id).test[0].output is not None  # the run itself knows them


def test_programs_that_give_other_outputs_in_a_second_run_are_left_out(
    development_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_jobs = Sandbox.run

    def other(self: Sandbox, jobs: Iterable[Job]) -> Iterator[Execution]:
        for execution in run_jobs(self, jobs):
            changed = tuple(as_grid((known(grid) + 1) % 10) for grid in execution.outputs)
            yield replace(execution, outputs=changed) if execution.key == 0 else execution

    before = sum(len(entry.relabelled) for entry in read_run(development_run).values())
    monkeypatch.setattr(Sandbox, "run", other)
    assert sum(len(entry.relabelled) for entry in read_run(development_run).values()) == before - 1


def test_the_command_takes_runs(
    development_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "chats.jsonl"
    parts = [
        "--data",
        f"{development_run}:code-from-examples-v1",
        "--data",
        f"{development_run}:repair-v1:0.5",
    ]
    assert run(["export-training", *parts, "--held-out", "0", "--count", "30", "-o", str(file)]) == 0
    versions = {json.loads(line)["prompt"] for line in file.read_text().splitlines()}
    assert versions == {"code-from-examples-v1", "repair-v1"}
    assert run(["export-training", "--run", str(development_run), "--held-out", "0", "-o", str(file)]) == 0
    assert {json.loads(line)["prompt"] for line in file.read_text().splitlines()} == versions
    empty = solved(tmp_path, "arc-agi-1/development", TASKS[:1], lambda _: WRONG[3:5])
    assert run(["export-training", "--data", str(empty), "-o", str(file)]) == 2
    assert "nothing to learn" in capsys.readouterr().err
    with pytest.raises(TrainingError, match="nothing to learn"):
        RunSource(empty, asking("repair-v1"))
