"""Who is asked next: rounds over all tasks, until the samples are spent or the tasks are stopped.

Every task gets a round's samples before any task gets the next round's, so that a deadline hits all equally.
What a stopped task did not use goes to the others, in the same order, up to a limit for each.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from inference.proposers.contract import RunBudget
from inference.proposers.models.settings import ModelSettings


@dataclass
class _Line:
    """One task's place: sample numbers still to ask, those being asked, and how many it may ask beyond."""

    order: int
    waiting: deque[int]
    given: int
    next_number: int
    extra_left: int
    live: set[int] = field(default_factory=set)
    stopped: bool = False


class Scheduler:
    """Hands out (task id, sample number) pairs. Not thread-safe: it lives in the stream's thread."""

    def __init__(self, task_ids: Iterable[str], budget: RunBudget, settings: ModelSettings) -> None:
        self._round_size = settings.round_size
        self._pool = 0
        self._lines: dict[str, _Line] = {}
        self._heap: list[tuple[int, int, str]] = []
        for order, task_id in enumerate(task_ids):
            done = budget.done.get(task_id, frozenset())
            extra = sum(number >= budget.samples for number in done)
            most = int(budget.samples * settings.extra_share)
            line = _Line(
                order=order,
                waiting=deque(number for number in range(budget.samples) if number not in done),
                given=len(done),
                next_number=max(budget.samples, max(done, default=-1) + 1),
                extra_left=max(0, most - extra),
            )
            self._lines[task_id] = line
            self._pool -= extra
            self._push(task_id)
        for task_id in budget.finished & self._lines.keys():
            self.stop(task_id)

    def next(self) -> tuple[str, int] | None:
        """The next sample to ask for, or None if there is none now."""
        while self._heap:
            round_number, _, task_id = heapq.heappop(self._heap)
            line = self._lines[task_id]
            if line.stopped or not line.waiting:
                continue
            if round_number != line.given // self._round_size:
                self._push(task_id)
                continue
            number = line.waiting.popleft()
            line.given += 1
            line.live.add(number)
            self._push(task_id)
            return task_id, number
        return self._next_extra()

    def done(self, task_id: str, number: int) -> None:
        """A sample has been answered, or given up."""
        self._lines[task_id].live.discard(number)

    def stop(self, task_id: str) -> None:
        """End a task: what it has not used, or is being asked, goes to the pool."""
        line = self._lines[task_id]
        if not line.stopped:
            line.stopped = True
            self._pool += len(line.waiting) + len(line.live)
            line.live.clear()
            line.waiting.clear()

    def _reserve(self, task_id: str) -> int:
        """An extra sample number of a task, beyond its own."""
        line = self._lines[task_id]
        number = line.next_number
        line.next_number += 1
        line.live.add(number)
        return number

    def answered(self, task_id: str) -> bool:
        """True if a task's own samples are all asked and answered."""
        line = self._lines[task_id]
        return not line.waiting and not line.live

    def stopped(self, task_id: str) -> bool:
        return self._lines[task_id].stopped

    @property
    def open_tasks(self) -> list[str]:
        """The tasks that are not stopped."""
        return [task_id for task_id, line in self._lines.items() if not line.stopped]

    def _push(self, task_id: str) -> None:
        line = self._lines[task_id]
        if line.waiting and not line.stopped:
            heapq.heappush(self._heap, (line.given // self._round_size, line.order, task_id))

    def _next_extra(self) -> tuple[str, int] | None:
        if self._pool <= 0:
            return None
        hungry = [
            (line.given // self._round_size, line.order, task_id)
            for task_id, line in self._lines.items()
            if not line.stopped and line.extra_left > 0
        ]
        if not hungry:
            return None
        task_id = min(hungry)[2]
        line = self._lines[task_id]
        self._pool -= 1
        line.extra_left -= 1
        line.given += 1
        return task_id, self._reserve(task_id)
