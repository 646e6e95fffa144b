"""Similar tasks: equal up to a view, of one program, of common parts."""

import random

import pytest

from arc import Augmentation, Task, load_dataset, random_augmentation
from commands.cli import run
from programs.catalogue import programs
from programs.similar import TaskIndex, task_fingerprint
from programs.statistics import program_words

DATASET = load_dataset("arc-agi-1/development")


def renamed(task: Task, view: Augmentation) -> Task:
    seen = view.apply_task(task)
    return Task(task.id + "'", seen.train, seen.test)


def test_a_view_of_a_task_is_equal_to_it() -> None:
    for number, task in enumerate(DATASET.tasks[:25]):
        other = renamed(task, random_augmentation(task, random.Random(number)))
        assert task_fingerprint(other) == task_fingerprint(task), task.id
        nearest = TaskIndex([other]).similar(task)[0]
        assert (nearest.other, nearest.kind) == (other.id, "equal")


def test_different_tasks_have_different_fingerprints() -> None:
    prints = [task_fingerprint(task) for task in DATASET.tasks[:60]]
    assert len(set(prints)) == 60


def test_a_task_that_lacks_a_pair_is_not_equal() -> None:
    task = DATASET.tasks[0]
    assert task_fingerprint(Task("x", task.train[1:], task.test)) != task_fingerprint(task)
    assert task_fingerprint(renamed(task, Augmentation(2))) == task_fingerprint(task)


def test_tasks_by_their_programs() -> None:
    known = programs()
    index = TaskIndex(DATASET.tasks)
    shared = [program for program in known.values() if len(program.task_ids) > 1]
    for program in shared:
        first, second, *_ = program.task_ids
        kinds = {near.other: near.kind for near in index.similar(DATASET[first])}
        assert kinds[second] == "program"
    task_id = next(iter(known))
    for near in index.similar(DATASET[task_id], at_least=0.2):
        if near.kind == "parts":
            assert set(near.shared) <= set(program_words(known[task_id]))
            assert 0.2 <= near.closeness < 1


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    task_id = next(iter(programs()))
    assert run(["similar", task_id, "--at-least", "0.1"]) == 0
    assert capsys.readouterr().out
    assert run(["similar", "nope"]) == 2
