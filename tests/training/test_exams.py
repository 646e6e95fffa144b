"""Exam tasks are refused by name in whatever they come: files, folders, chats; in any view and order."""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from arc import Task, dataset_names, load_dataset, random_augmentation
from commands.cli import run
from prompts import PromptTooLong, Question, loose_grids, parse_encoder
from training.compositions import CompositionSource
from training.errors import TrainingError
from training.examples import Asking, Example, Room
from training.exams import TRAINING_SETS, VALIDATION, exam_of, exam_of_chat, without_exam_answers
from training.mixes import PartSpec, open_mix

EXAMS = [name for name in dataset_names() if name not in (*TRAINING_SETS, VALIDATION)]
EVALUATION = load_dataset("arc-agi-1/evaluation").tasks
ENCODERS = (
    "MinimalGridEncoder()",
    "GridShapeEncoder(RowNumberEncoder(MinimalGridEncoder()))",
    "GridWithSeparationEncoder('|')",
    "RowNumberEncoder(GridWithSeparationEncoder(' '))",
    "NumpyGridEncoder()",
    "JsonGridEncoder()",
    "ColorNameEncoder()",
)


def viewed(task: Task, seed: int, task_id: str = "mine") -> dict[str, Any]:
    """The task turned, with all ten colours renamed, its pairs in another order and split another way."""
    generator = random.Random(seed)
    seen = random_augmentation(task, generator, keep_black=False).apply_task(task)
    pairs = [*seen.train, *seen.test]
    generator.shuffle(pairs)
    return Task(task_id, tuple(pairs[:-1]), tuple(pairs[-1:])).to_json()


@pytest.mark.parametrize("exam", EXAMS)
def test_no_view_hides_an_exam(exam: str) -> None:
    known = load_dataset("arc-agi-1/training").ids
    tasks = [task for task in load_dataset(exam) if task.id not in known][::8]
    found = [exam_of(_task(viewed(task, number))) for number, task in enumerate(tasks)]
    assert found.count(None) <= 0.02 * len(found)  # three are views of tasks that are for training


def _task(record: dict[str, Any]) -> Task:
    from arc import task_from_json

    return task_from_json("mine", record)


def test_what_is_for_training_is_no_exam() -> None:
    for task in load_dataset("arc-agi-1/training"):
        assert exam_of(task) is None, task.id
        assert exam_of(_task(viewed(task, 0))) is None, task.id


def test_small_tasks_of_ones_own_are_no_exam() -> None:
    asking = Asking.named("code-from-examples-v0", encoder="MinimalGridEncoder()")
    source = CompositionSource(asking, side=3, longest=1, inputs=0.0)
    generator = random.Random(0)
    for _ in range(300):
        try:
            example = source.draw(generator.choice(list(source.families)), generator, Room())
        except TrainingError:
            continue
        assert exam_of_chat("", [example.prompt.user, example.answer]) is None


def _one_file(folder: Path, records: Sequence[dict[str, Any]]) -> None:
    (folder / "mine.json").write_text(json.dumps(records[0]))


def _object(folder: Path, records: Sequence[dict[str, Any]]) -> None:
    (folder / "tasks.json").write_text(json.dumps({f"t{n}": record for n, record in enumerate(records)}))


def _lines(folder: Path, records: Sequence[dict[str, Any]]) -> None:
    (folder / "tasks.jsonl").write_text(
        "".join(json.dumps({"id": f"t{n}", **record}) + "\n" for n, record in enumerate(records))
    )


def _nested(folder: Path, records: Sequence[dict[str, Any]]) -> None:
    below = folder / "a" / "b" / "c"
    below.mkdir(parents=True)
    _object(below, records)


def _kaggle(folder: Path, records: Sequence[dict[str, Any]]) -> None:
    challenges = {
        f"t{n}": {**record, "test": [{"input": pair["input"]} for pair in record["test"]]}
        for n, record in enumerate(records)
    }
    solutions = {f"t{n}": [pair["output"] for pair in record["test"]] for n, record in enumerate(records)}
    (folder / "arc-agi_test_challenges.json").write_text(json.dumps(challenges))
    (folder / "arc-agi_test_solutions.json").write_text(json.dumps(solutions))
    (folder / "sample_submission.json").write_text("{}")


def _linked(folder: Path, records: Sequence[dict[str, Any]]) -> None:
    hidden = folder.with_name(f"{folder.name}-elsewhere")
    hidden.mkdir()
    _one_file(hidden, records)
    (folder / "mine.json").symlink_to(hidden / "mine.json")


@pytest.mark.parametrize("write", [_one_file, _object, _nested, _kaggle, _linked])
def test_files_and_folders_with_an_exam_task_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], write: Callable[[Path, Any], None]
) -> None:
    own = [task.to_json() for task in load_dataset("arc-agi-1/development").tasks[:3]]
    records = (
        [viewed(EVALUATION[8], 1)] if write in (_one_file, _linked) else [*own, viewed(EVALUATION[8], 1)]
    )
    write(tmp_path, records)
    out = tmp_path / "out.jsonl"
    assert run(["export-training", "--data", f"{tmp_path}:grid", "-o", str(out)]) == 2
    said = capsys.readouterr().err.strip()
    assert "is a task of arc-agi-1/evaluation, which is for measuring" in said and "\n" not in said
    assert not out.exists()


def test_an_exam_tasks_id_is_refused(tmp_path: Path) -> None:
    record = load_dataset("arc-agi-1/development").tasks[0].to_json()
    (tmp_path / f"{EVALUATION[0].id}.json").write_text(json.dumps(record))
    with pytest.raises(TrainingError, match=f"task {EVALUATION[0].id} is a task of arc-agi-1/evaluation"):
        open_mix([PartSpec(str(tmp_path))])


def chats(prompt: str, encoder: str, dataset: str, count: int = 25) -> list[Example]:
    """Examples of the data set's tasks in views, without their ids."""
    asking = Asking.named(prompt, encoder=encoder)
    made = []
    for number, task in enumerate(load_dataset(dataset).tasks[:: 400 // count]):
        seen = _task(viewed(task, number))
        answer = seen.test[0].input if asking.asks_for_input else seen.test[0].answer
        try:
            made.append(asking.example(seen, Question(code="pass"), answer, Room()))
        except PromptTooLong:
            continue
    return made


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(
    "prompt", ["output-from-examples-v0", "output-from-examples-v1", "input-from-inputs-v0"]
)
def test_chats_that_show_an_exam_task_are_recognised(prompt: str, encoder: str) -> None:
    examples = chats(prompt, encoder, "arc-agi-1/evaluation")
    texts = [[*(turn.text for turn in example.prompt.turns), example.answer] for example in examples]
    found = [exam_of_chat("", text) is not None for text in texts]
    assert sum(found) >= (0.6 if prompt.startswith("input") else 0.99) * len(
        found
    )  # small inputs are not told apart


@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_grid_of_a_chat_is_read(encoder: str) -> None:
    for task in load_dataset("arc-agi-1/development").tasks[:40]:
        asking = Asking.named("output-from-examples-v0", encoder=encoder)
        example = asking.example(task, Question(), task.test[0].answer, Room())
        grids = [grid for pair in task.train for grid in (pair.input, pair.answer)]
        read = [grid.tolist() for grid in loose_grids(example.prompt.user)]
        assert [grid.tolist() for grid in grids] == read[: len(grids)], task.id
        assert [task.test[0].answer.tolist()] == [grid.tolist() for grid in loose_grids(example.answer)]


def test_a_chat_file_with_an_exam_task_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = [e.to_json() for e in chats("output-from-examples-v1", ENCODERS[0], "arc-agi-1/training", 4)]
    bad = chats("output-from-examples-v1", ENCODERS[0], "arc-agi-1/evaluation", 4)[0].to_json()
    for name, last in (("view", bad), ("id", {**good[0], "task_id": EVALUATION[3].id})):
        file = tmp_path / f"{name}.jsonl"
        file.write_text("".join(json.dumps({**line, "task_id": ""} | line) + "\n" for line in [*good, last]))
        assert run(["export-training", "--data", str(file), "-o", str(tmp_path / "out")]) == 2
        said = capsys.readouterr().err.strip()
        assert f"{file}:5: shows task" in said and "which is for measuring" in said and "\n" not in said


def test_a_run_on_an_exam_shows_no_test_outputs() -> None:
    renamed = [_task(viewed(task, 3)) for task in EVALUATION[:5]]
    own = list(load_dataset("arc-agi-1/development").tasks[:5])
    for task in without_exam_answers("some/file.json", [*renamed, *own])[:5]:
        assert all(pair.output is None for pair in task.test)
    assert without_exam_answers("some/file.json", [*renamed, *own])[5:] == own
    for name in (*EXAMS, VALIDATION):
        assert all(pair.output is None for task in without_exam_answers(name, own) for pair in task.test)


def test_encoders_of_these_tests_are_known() -> None:
    for encoder in ENCODERS:
        parse_encoder(encoder)
