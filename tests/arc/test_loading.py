"""Files and folders as people have them: what is found, what is skipped, and one line for the rest."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arc import DatasetError, Form, as_grid, form_of, load_dataset, load_solutions, same_grid

GOOD = {"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]]}]}
LARGE = {"train": [{"input": [[1]], "output": [[1] * 31]}], "test": [{"input": [[3]]}]}
TOO_LARGE = {"train": [{"input": [[1]], "output": [[1] * 256]}], "test": [{"input": [[3]]}]}
PAIRS = [{"input": [[1]], "output": [[2]]}, {"input": [[3]], "output": [[4]]}]
SOLUTIONS = {"a": [[[4]]], "b": [[[5, 6]]]}
ATTEMPT = {"attempt_1": [[1]], "attempt_2": [[2]]}
FILLER = {"attempt_1": [[0, 0], [0, 0]], "attempt_2": [[0, 0], [0, 0]]}
OFFICIAL = [{"attempt_1": {"answer": [[1]], "metadata": {}}, "attempt_2": {"answer": [[1]]}}]


def write(path: Path, value: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


@pytest.mark.parametrize(
    ("name", "content", "ids"),
    [
        ("abc.json", GOOD, ("abc",)),
        ("c.json", {"b": GOOD, "a": GOOD}, ("b", "a")),
        ("c.json", [{"id": "b", **GOOD}, {"task_id": "a", **GOOD}, {"name": "n", **GOOD}], ("b", "a", "n")),
        ("c.json", [{"id": 7, **GOOD}, GOOD], ("7", "c-1")),
        ("c.jsonl", lines({"id": "b", **GOOD}, {"id": "a", **GOOD}), ("b", "a")),
        ("c.jsonl", lines({"id": "b", **GOOD}), ("b",)),
        ("c.json", lines({"id": "b", **GOOD}, {"id": "a", **GOOD}), ("b", "a")),
        ("c.JSON", "\ufeff" + json.dumps({"b": GOOD}), ("b",)),
    ],
)
def test_every_form_of_file(tmp_path: Path, name: str, content: Any, ids: tuple[str, ...]) -> None:
    dataset = load_dataset(write(tmp_path / name, content), strict=True)
    assert dataset.ids == ids
    assert dataset.tasks[0].train[0].answer.tolist() == [[2]]
    assert dataset.report.skipped == ()
    assert load_dataset(str(tmp_path), strict=True).ids == tuple(sorted(ids))


@pytest.mark.parametrize("output", [[], None])
def test_an_empty_output_is_unknown(tmp_path: Path, output: Any) -> None:
    record = {"train": GOOD["train"], "test": [{"input": [[3]], "output": output}]}
    (task,) = load_dataset(write(tmp_path / "t.json", record))
    assert task.test[0].output is None and task.solved_outputs is None
    write(tmp_path / "x_challenges.json", {"t": record})
    write(tmp_path / "x_solutions.json", {"t": [[[9]]]})
    (task,) = load_dataset(str(tmp_path / "x_challenges.json"))
    assert task.test[0].answer.tolist() == [[9]]


def test_nested_folders_with_hidden_files_and_strays(tmp_path: Path) -> None:
    write(tmp_path / "training" / "b.json", GOOD)
    write(tmp_path / "evaluation" / "deep" / "a.json", GOOD)
    write(tmp_path / "evaluation" / "b.json", GOOD)
    write(tmp_path / "more.jsonl", lines({"id": "c", **GOOD}) + "{broken\n")
    write(tmp_path / "training" / "._b.json", "\0\1\2")
    write(tmp_path / "package.json", {"name": "viewer", "version": "1.0"})
    write(tmp_path / "pairs.json", PAIRS)
    write(tmp_path / ".git" / "x.json", GOOD)
    write(tmp_path / "__MACOSX" / "y.json", GOOD)
    write(tmp_path / "README.md", "tasks")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere.json")
    (tmp_path / "loop").symlink_to(tmp_path)
    dataset = load_dataset(str(tmp_path))
    assert dataset.ids == ("a", "b", "c")
    reasons = {
        str(one).removeprefix(f"{tmp_path}/").split(": ")[0]: one.reason for one in dataset.report.skipped
    }
    assert set(reasons) == {
        "gone.json",
        "more.jsonl, line 2",
        "package.json",
        "pairs.json",
        "training/._b.json",
        "training/b.json, task b",
    }
    assert reasons["training/b.json, task b"] == "another task has this id already"
    assert "a link to" in reasons["gone.json"] and "broken JSON" in reasons["more.jsonl, line 2"]
    assert '"train"' in reasons["pairs.json"]
    told = dataset.report.lines()
    assert told[0].startswith("skipped 6") and told[-1] == "  and 3 more" and len(told) == 5
    with pytest.raises(DatasetError, match=r"and 5 more\); without --strict the 3 others are used"):
        load_dataset(str(tmp_path), strict=True)


def test_one_bad_task_never_refuses_the_others(tmp_path: Path) -> None:
    digits = "1" * 5000
    text = json.dumps({"good": GOOD, "bad": {"train": []}, "\ud800": GOOD, "huge": GOOD, "large": TOO_LARGE})
    text = text.replace('"huge": {"train": [{"input": [[1]]', f'"huge": {{"train": [{{"input": [[{digits}]]')
    assert digits in text
    dataset = load_dataset(write(tmp_path / "c.json", text))
    assert dataset.ids == ("good",)
    told = dataset.report.lines(most=9)
    for words in ("'train' and 'test'", r"task \ud800: its id is not valid Unicode", "task huge", "1x256"):
        assert any(words in line for line in told), words
    assert dataset.digest()


def test_grids_beyond_30_are_taken_with_a_warning(tmp_path: Path) -> None:
    dataset = load_dataset(write(tmp_path / "t.json", LARGE), strict=True)
    assert dataset.tasks[0].largest_side == 31
    (line,) = dataset.report.lines()
    assert "1 task with grids of more than 30" in line and "up to 31" in line


def _competition(folder: Path) -> Path:
    for part, ids in (("training", "abc"), ("evaluation", "de"), ("test", "fg")):
        write(folder / f"arc-agi_{part}_challenges.json", dict.fromkeys(ids, GOOD))
        if part != "test":
            write(folder / f"arc-agi_{part}_solutions.json", {name: [[[4]]] for name in ids})
    write(folder / "sample_submission.json", {"f": [FILLER], "g": [FILLER]})
    return folder


def test_a_kaggle_folder_means_its_test_file(tmp_path: Path) -> None:
    folder = _competition(tmp_path / "arc-prize-2026")
    dataset = load_dataset(str(tmp_path), strict=True)
    assert dataset.ids == ("f", "g") and not dataset.has_solutions
    assert len(dataset.report.beside) == 5
    assert "arc-agi_test_challenges.json; left 5 other files" in dataset.report.lines()[0]
    (folder / "arc-agi_test_challenges.json").unlink()
    with pytest.raises(DatasetError, match=r"several challenges .*evaluation.*training.*; name one"):
        load_dataset(str(folder))
    (folder / "arc-agi_training_challenges.json").unlink()
    assert load_dataset(str(folder)).has_solutions


def test_kaggle_file_with_solutions_beside_it(tmp_path: Path) -> None:
    challenges = write(tmp_path / "arc_test_challenges.json", {"b": GOOD, "a": GOOD})
    assert load_dataset(challenges).ids == ("b", "a")
    assert not load_dataset(challenges).has_solutions
    write(tmp_path / "arc_test_solutions.json", SOLUTIONS)
    dataset = load_dataset(challenges)
    assert dataset.has_solutions
    assert dataset["b"].test[0].answer.tolist() == [[5, 6]]


@pytest.mark.parametrize(
    ("neighbour", "words"),
    [
        ({"a": [[[1]], [[2]]], "b": [[[7]]]}, "task a: solutions should be a list of 1 grid;"),
        ({"a": [[[10]]], "b": [[[7]]]}, "task a: solution 0: row 0 holds 10"),
        ({"a": [ATTEMPT], "b": [ATTEMPT]}, "holds a submission"),
        ("{", "broken JSON"),
    ],
)
def test_a_bad_neighbour_costs_only_the_answers_it_has(tmp_path: Path, neighbour: Any, words: str) -> None:
    challenges = write(tmp_path / "x_challenges.json", {"a": GOOD, "b": GOOD})
    write(tmp_path / "x_solutions.json", neighbour)
    dataset = load_dataset(challenges)
    assert dataset.ids == ("a", "b") and dataset["a"].test[0].output is None
    assert any(words in line for line in dataset.report.lines())
    with pytest.raises(DatasetError, match="without --strict"):
        load_dataset(challenges, strict=True)


def test_folder_and_single_file_give_the_same_task(tmp_path: Path) -> None:
    file = write(tmp_path / "abc.json", GOOD)
    one, folder = load_dataset(file), load_dataset(str(tmp_path))
    assert one.ids == folder.ids == ("abc",)
    assert same_grid(one["abc"].train[0].answer, folder["abc"].train[0].answer)


@pytest.mark.parametrize(
    ("record", "form", "hint"),
    [
        (PAIRS, Form.PAIRS, "a task is an object"),
        (SOLUTIONS, Form.SOLUTIONS, "challenges.json beside it"),
        ({"a": [ATTEMPT]}, Form.SUBMISSION, "omni-arc evaluate FILE"),
        ({"a": [FILLER], "b": [FILLER, FILLER]}, Form.SAMPLE_SUBMISSION, "challenges.json beside it"),
        (OFFICIAL, Form.RESULTS, "omni-arc evaluate FILE"),
        ({"score": 0.5, "total_tasks": 2, "task_results": {}}, Form.RESULTS, "omni-arc evaluate FILE"),
        ([{"name": "run", "dataset": "d", "scores": {}}], Form.RESULTS, "omni-arc evaluate FILE"),
        ([1], Form.OTHER, "a data set is a task"),
        ({}, Form.OTHER, "a data set is a task"),
        (7, Form.OTHER, "a data set is a task"),
    ],
)
def test_what_holds_no_tasks_is_named(tmp_path: Path, record: Any, form: Form, hint: str) -> None:
    assert form_of(record) is form
    file = write(tmp_path / "x.json", record)
    for name in (file, str(tmp_path)):
        with pytest.raises(DatasetError, match=hint) as caught:
            load_dataset(name)
        assert ("no tasks" if form is Form.OTHER else form.value) in str(caught.value)
    if form is not Form.SOLUTIONS:
        with pytest.raises(DatasetError, match="no solutions"):
            load_solutions(file)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", "{", ["x.json", "broken JSON", "line 1"]),
        ("x.json", TOO_LARGE, ["x.json", "task x", "train pair 0 output", "1x256"]),
        ("c.json", {"t1": {"train": []}, "t2": 3}, ["c.json", "task t1", "'train' and 'test'", "1 more"]),
        ("c.json", {"t1": {"train": [], "test": []}}, ["task t1", "non-empty"]),
        ("c.json", {"t1": {"train": [{"input": [[1]]}], "test": [{"input": [[1]]}]}}, ["t1", "no output"]),
        ("c.json", {"t1": {"train": [7], "test": [{"input": [[1]]}]}}, ["t1", "train pair 0"]),
        ("c.json", "[" * 100_000, ["c.json", "nested"]),
        ("c.json", "", ["c.json", "broken JSON"]),
    ],
)
def test_a_file_without_a_usable_task_gets_one_line(
    tmp_path: Path, name: str, content: Any, words: list[str]
) -> None:
    with pytest.raises(DatasetError) as caught:
        load_dataset(write(tmp_path / name, content))
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_an_id_that_comes_twice_is_skipped_and_said(tmp_path: Path) -> None:
    other = {"train": GOOD["train"], "test": [{"input": [[4]]}]}
    twice = [f'{{"b": {json.dumps(GOOD)}, "a": {json.dumps(GOOD)}, "b": {json.dumps(other)}}}']
    twice += [json.dumps([{"id": name, **task} for name, task in (("b", GOOD), ("a", GOOD), ("b", other))])]
    for text in twice:
        dataset = load_dataset(write(tmp_path / "c.json", text))
        assert dataset.ids == ("b", "a")
        assert same_grid(dataset["b"].test_inputs[0], as_grid([[3]]))
        assert [one.reason for one in dataset.report.skipped] == ["another task has this id already"]
        with pytest.raises(DatasetError, match="another task has this id"):
            load_dataset(str(tmp_path / "c.json"), strict=True)


def test_a_pipe_in_a_folder_is_not_read(tmp_path: Path) -> None:
    write(tmp_path / "a.json", GOOD)
    os.mkfifo(tmp_path / "b.json")
    dataset = load_dataset(str(tmp_path))
    assert dataset.ids == ("a",)
    assert [one.reason for one in dataset.report.skipped] == ["no regular file"]


def test_missing_and_empty_places(tmp_path: Path) -> None:
    for name in ("no/such/set", "x" * 300, str(tmp_path / ("y" * 300)), "a\0b"):
        with pytest.raises(DatasetError, match="neither a file or folder nor a known data set"):
            load_dataset(name)
    with pytest.raises(DatasetError, match="no task files"):
        load_dataset(str(tmp_path))
    (tmp_path / "bin.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="UTF-8"):
        load_dataset(str(tmp_path / "bin.json"))
    (tmp_path / "link.json").symlink_to("nowhere.json")
    with pytest.raises(DatasetError, match=r"link.json: a link to nowhere.json, which is not there"):
        load_dataset(str(tmp_path / "link.json"))
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(DatasetError, match="round"):
        load_dataset(str(tmp_path / "round"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=3)
            | st.sampled_from(["train", "test", "input", "output", "id", "attempt_1", "answer", "score"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(record=JSON, name=st.sampled_from(["x.json", "x.jsonl", "x_challenges.json", "x_solutions.json"]))
def test_any_json_is_read_or_explained_in_one_line(tmp_path: Path, record: Any, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    write(folder / name, record)
    for place in (folder, folder / name):
        try:
            dataset = load_dataset(str(place))
        except DatasetError as error:
            assert str(place) in str(error)
        else:
            assert (
                len(dataset) and dataset.digest() and not any("\n" in line for line in dataset.report.lines())
            )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_explained(tmp_path: Path, data: st.DataObject) -> None:
    text = json.dumps({"a": GOOD, "b": LARGE, "c": {**GOOD, "train": GOOD["train"] * 3}}).encode()
    cut = text[: data.draw(st.integers(0, len(text)))]
    place = data.draw(st.integers(0, len(text)))
    noise = data.draw(st.binary(max_size=4))
    file = tmp_path / "c.json"
    for damaged in (
        cut,
        text[:place] + noise + text[place:],
        text[:place] + noise + text[place + len(noise) :],
    ):
        file.write_bytes(damaged)
        try:
            assert 1 <= len(load_dataset(str(file))) <= 3
        except DatasetError as error:
            assert str(error).startswith(str(file))


def test_a_device_is_refused_at_once() -> None:
    with pytest.raises(DatasetError, match="/dev/zero: a device"):
        load_dataset("/dev/zero")
