"""Data sets: named ones, files, folders, and one clear line for every malformed one."""

import json
from pathlib import Path
from typing import Any

import pytest

from arc import DatasetError, dataset_names, load_dataset, task_from_json, variants


def write(path: Path, value: Any) -> str:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def test_named_sets_have_their_known_sizes() -> None:
    sets = {name: load_dataset(name) for name in dataset_names()}
    assert all(name in variants(dataset.digest()) for name, dataset in sets.items())
    sizes = {name: len(dataset) for name, dataset in sets.items()}
    assert sizes["arc-agi-1/training"] == sizes["arc-agi-1/evaluation"] == 400
    assert sizes["arc-agi-2/training"] == 1000
    assert sizes["arc-agi-2/evaluation"] == 120


def test_the_variants_of_a_set_are_told_apart_by_its_questions(tmp_path: Path) -> None:
    public, kaggle = load_dataset("arc-agi-2/evaluation"), load_dataset("kaggle-2025/evaluation")
    changed = [task.id for task in kaggle if task.hidden() != public[task.id].hidden()]
    assert len(changed) == 6
    assert variants(kaggle.digest()) == ("kaggle-2025/evaluation",)
    tasks = {task.id: task.hidden().to_json() for task in reversed(kaggle.tasks)}
    path = write(tmp_path / "arc-agi_test_challenges.json", tasks)
    assert variants(load_dataset(path).digest()) == ("kaggle-2025/evaluation",)
    assert variants(load_dataset(path).select(limit=3).digest()) == ()


def test_the_validation_fifth_is_apart_from_development() -> None:
    training = set(load_dataset("arc-agi-1/training").ids)
    development = set(load_dataset("arc-agi-1/development").ids)
    validation = set(load_dataset("arc-agi-1/validation").ids)
    assert len(validation) == 80
    assert development | validation == training
    assert not development & validation
    assert validation == set(load_dataset("arc-agi-1/validation").ids)


def test_hidden_tasks_have_no_test_outputs_but_the_same_questions() -> None:
    dataset = load_dataset("arc-agi-1/development")
    hidden = dataset.hidden()
    assert dataset.has_solutions
    assert all(pair.output is None for task in hidden for pair in task.test)
    assert hidden.digest() == dataset.digest()
    assert dataset.select(limit=3).digest() != dataset.digest()


def test_task_json_round_trip() -> None:
    for task in load_dataset("arc-agi-1/development").tasks[:20]:
        assert task_from_json(task.id, json.loads(json.dumps(task.to_json()))) == task


def test_select() -> None:
    dataset = load_dataset("arc-agi-1/development")
    ids = [dataset.ids[5], dataset.ids[2]]
    assert dataset.select(ids).ids == (dataset.ids[2], dataset.ids[5])
    assert len(dataset.select(limit=7)) == 7
    with pytest.raises(DatasetError, match="no task 'nope'"):
        dataset.select(["nope"])
    with pytest.raises(DatasetError, match="at least 1"):
        dataset.select(limit=0)
