"""Data sets: named ones, files, folders, and one clear line for every malformed one."""

import json

import pytest

from arc import DatasetError, dataset_names, load_dataset, same_grid, task_from_json

GOOD = {"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]]}]}


def write(path, value):
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def test_named_sets_have_their_known_sizes():
    sizes = {name: len(load_dataset(name)) for name in dataset_names()}
    assert sizes["arc-agi-1/training"] == sizes["arc-agi-1/evaluation"] == 400
    assert sizes["arc-agi-2/training"] == 1000
    assert sizes["arc-agi-2/evaluation"] == 120


def test_the_validation_fifth_is_apart_from_development():
    training = set(load_dataset("arc-agi-1/training").ids)
    development = set(load_dataset("arc-agi-1/development").ids)
    validation = set(load_dataset("arc-agi-1/validation").ids)
    assert len(validation) == 80
    assert development | validation == training
    assert not development & validation
    assert validation == set(load_dataset("arc-agi-1/validation").ids)


def test_hidden_tasks_have_no_test_outputs_but_the_same_questions():
    dataset = load_dataset("arc-agi-1/development")
    hidden = dataset.hidden()
    assert dataset.has_solutions
    assert all(pair.output is None for task in hidden for pair in task.test)
    assert hidden.digest() == dataset.digest()
    assert dataset.select(limit=3).digest() != dataset.digest()


def test_kaggle_file_with_solutions_beside_it(tmp_path):
    challenges = write(tmp_path / "arc_test_challenges.json", {"b": GOOD, "a": GOOD})
    assert load_dataset(challenges).ids == ("b", "a")
    assert not load_dataset(challenges).has_solutions
    write(tmp_path / "arc_test_solutions.json", {"a": [[[4]]], "b": [[[5, 6]]]})
    dataset = load_dataset(challenges)
    assert dataset.has_solutions
    assert dataset["b"].test[0].answer.tolist() == [[5, 6]]


def test_folder_and_single_file_give_the_same_task(tmp_path):
    file = write(tmp_path / "abc.json", GOOD)
    one, folder = load_dataset(file), load_dataset(str(tmp_path))
    assert one.ids == folder.ids == ("abc",)
    assert same_grid(one["abc"].train[0].answer, folder["abc"].train[0].answer)


def test_task_json_round_trip():
    for task in load_dataset("arc-agi-1/development").tasks[:20]:
        assert task_from_json(task.id, json.loads(json.dumps(task.to_json()))) == task


BAD_GRID = {"train": [{"input": [[1]], "output": [[1] * 31]}], "test": [{"input": [[3]]}]}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", "{", ["x.json", "broken JSON", "line 1"]),
        ("x.json", [1], ["x.json", "neither a task"]),
        ("x.json", {}, ["x.json", "neither a task"]),
        ("x.json", BAD_GRID, ["x.json", "task x", "train pair 0 output", "1x31"]),
        ("c.json", {"t1": GOOD, "t2": {"train": []}}, ["c.json", "task t2", "'train' and 'test'"]),
        ("c.json", {"t1": {"train": [], "test": []}}, ["task t1", "non-empty"]),
        ("c.json", {"t1": {"train": [{"input": [[1]]}], "test": [{"input": [[1]]}]}}, ["t1", "no output"]),
        ("c.json", {"t1": {"train": [7], "test": [{"input": [[1]]}]}}, ["t1", "train pair 0"]),
        ("c.json", "[" * 100_000, ["c.json", "nested"]),
    ],
)
def test_a_malformed_file_gets_one_line(tmp_path, name, content, words):
    with pytest.raises(DatasetError) as caught:
        load_dataset(write(tmp_path / name, content))
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_missing_and_empty_places(tmp_path):
    with pytest.raises(DatasetError, match="neither a file or folder nor a known data set"):
        load_dataset("no/such/set")
    with pytest.raises(DatasetError, match="no task files"):
        load_dataset(str(tmp_path))
    (tmp_path / "bin.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="UTF-8"):
        load_dataset(str(tmp_path / "bin.json"))


def test_solutions_of_the_wrong_length_name_the_task(tmp_path):
    challenges = write(tmp_path / "x_challenges.json", {"a": GOOD})
    write(tmp_path / "x_solutions.json", {"a": [[[1]], [[2]]]})
    with pytest.raises(DatasetError, match="task a: solutions should be a list of 1"):
        load_dataset(challenges)


def test_select():
    dataset = load_dataset("arc-agi-1/development")
    ids = [dataset.ids[5], dataset.ids[2]]
    assert dataset.select(ids).ids == (dataset.ids[2], dataset.ids[5])
    assert len(dataset.select(limit=7)) == 7
    with pytest.raises(DatasetError, match="no task 'nope'"):
        dataset.select(["nope"])
    with pytest.raises(DatasetError, match="at least 1"):
        dataset.select(limit=0)
