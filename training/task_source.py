"""Examples from tasks: their own pairs, and newly generated pairs for tasks that have a generator."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from itertools import islice

from arc import Pair, Task
from programs.catalogue import ProgramError, programs
from programs.generators import PairGenerator
from training.errors import TrainingError
from training.examples import Asking, Example, Room, ask_about_pairs


class TaskSource:
    """Tasks drawn evenly. `fresh` (0..1) is the share of examples with new pairs, where they can be drawn."""

    def __init__(self, name: str, tasks: Sequence[Task], asking: Asking, fresh: float = 0.0) -> None:
        self._asking = asking
        self._fresh = fresh
        if asking.repairs:
            raise TrainingError(f"{asking.version.name} shows failed programs, which only a run has")
        self._tasks = {
            task.id: task
            for task in tasks
            if len(_known_pairs(task)) >= 2 and (task.id in programs() or not asking.about_programs)
        }
        if not self._tasks:
            reason = "has a program" if asking.about_programs else "has two pairs"
            raise TrainingError(
                f"{name}: {asking.version.name} finds none of {len(tasks)} tasks that {reason}"
            )
        self._generators: dict[str, PairGenerator] = {}

    @property
    def families(self) -> dict[str, str]:
        """Each task's family: tasks with the same program are held out together."""
        return {task_id: family_of(task_id) for task_id in self._tasks}

    def draw(self, task_id: str, generator: random.Random, room: Room) -> Example:
        """One example of a task; it depends only on the generator's state."""
        task = self._tasks[task_id]
        pairs = _known_pairs(task)
        if generator.random() < self._fresh:
            pairs = self._new_pairs(task, len(pairs), generator.getrandbits(48)) or pairs
        source = _source(task_id) if self._asking.about_programs else ""
        return ask_about_pairs(self._asking, task_id, pairs, source, generator, room)

    def _new_pairs(self, task: Task, count: int, seed: int) -> list[Pair]:
        """So many new pairs, or none where the task's program can't draw them."""
        if task.id not in programs():
            return []
        if task.id not in self._generators:
            self._generators[task.id] = PairGenerator(task, programs()[task.id])
        try:
            return list(islice(self._generators[task.id].pairs(seed), count))
        except ProgramError:
            return []


def family_of(task_id: str) -> str:
    """What is held out together: the name of the task's program, or the task itself."""
    program = programs().get(task_id)
    return program.name if program else task_id


def _known_pairs(task: Task) -> list[Pair]:
    return [pair for pair in task.train + task.test if pair.output is not None]


@cache
def _source(task_id: str) -> str:
    return programs()[task_id].source()
