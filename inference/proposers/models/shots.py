"""Solved training tasks that a prompt shows before its question (few-shot)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

from arc import Task, load_dataset
from inference.errors import ModelError
from prompts import Shot

_FROM = "arc-agi-1/development"


class Shots:
    """Picks solved tasks for each task asked: the most alike by their grids, or at random.

    They come from the development tasks that have a program; none is a task of the asked set, or equal to one
    up to symmetry, colours and order. ModelError if fewer than `count` are left.
    """

    def __init__(self, asked: Sequence[Task], count: int, choice: str, seed: int) -> None:
        self._count, self._seed = count, seed
        if not count:
            return
        from programs.similar import Likeness, task_fingerprint  # it imports the whole language

        ids, prints = {task.id for task in asked}, {task_fingerprint(task.hidden()) for task in asked}
        tasks = [task for task, seen in _solved() if task.id not in ids and seen not in prints]
        if len(tasks) < count:
            raise ModelError(
                f"{count} shots: {len(tasks)} solved tasks are left that are not asked themselves"
            )
        self._tasks = {task.id: task for task in tasks}
        self._likeness = Likeness(tasks) if choice == "similar" else None

    def of(self, task: Task) -> tuple[Shot, ...]:
        """The solved tasks to show before `task`, the most alike last; the same ones at every call."""
        if not self._count:
            return ()
        if self._likeness is not None:
            chosen = self._likeness.nearest(task, self._count)[::-1]
        else:
            generator = random.Random(f"shots {self._seed} {task.id}")
            chosen = generator.sample(sorted(self._tasks), self._count)
        from programs.catalogue import programs

        return tuple(Shot(self._tasks[name], programs()[name].source()) for name in chosen)


@cache
def _solved() -> tuple[tuple[Task, bytes], ...]:
    """The solved tasks, each with its fingerprint without the answers, as asked tasks are seen."""
    from programs.catalogue import programs
    from programs.similar import task_fingerprint

    known = programs()
    tasks = [task for task in load_dataset(_FROM).tasks if task.id in known]
    return tuple((task, task_fingerprint(task.hidden())) for task in tasks)
