"""What is asked next: the scheduler's samples, as questions for programs, grids and repairs.

A share of the samples are repairs, from the start of a run: a sample meant for one waits until its task
has a failing program, and the others go first. If the task is solved, or none of its answers had a program
that fails, it becomes a fresh sample.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from arc import Task
from inference.proposers.contract import RunBudget
from inference.proposers.models.plan import Plan, plan_sample
from inference.proposers.models.refine import Asked, Refinery, repair_question
from inference.proposers.models.scheduler import Scheduler
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.test_time import TestTimeAdapters
from prompts import AnswerKind, PromptVersion, Question

_QUIET_SECONDS = 3.0


@dataclass(frozen=True)
class PlannedSample:
    """One sample to ask for. `follows` is the conversation it continues, if any."""

    task: Task
    sample: int
    plan: Plan
    version: PromptVersion
    question: Question
    follows: Asked | None = None

    @property
    def depth(self) -> int:
        """The number of its answer in its conversation, from 1."""
        return 1 + (self.follows.depth if self.follows else 0)


class SamplePlanner:
    """Decides what is asked next. It lives in the stream's thread."""

    def __init__(
        self,
        tasks: dict[str, Task],
        budget: RunBudget,
        settings: ModelSettings,
        refinery: Refinery,
        adapters: TestTimeAdapters | None = None,
    ) -> None:
        """`adapters` are being trained for the tasks: a grid waits for its task's."""
        self._tasks = tasks
        self._budget = budget
        self._settings = settings
        self._profile = settings.asking
        self._refinery = refinery
        self._scheduler = Scheduler(tasks, budget, settings)
        self._again: deque[PlannedSample] = deque()
        self._waiting: dict[str, deque[PlannedSample]] = {}
        self._adapters = adapters
        self._grids: dict[str, list[PlannedSample]] = {}  # those that wait for their task's adapter
        self._asked: set[tuple[str, Plan]] = set()
        self._last_answer = time.monotonic()
        self.repeated = 0

    def next(self) -> PlannedSample | None:
        """The next sample to ask, or None if there is none now."""
        for task_id in self._adapters.take() if self._adapters is not None else ():
            self._again.extend(self._grids.pop(task_id, ()))
        while self._again:
            planned = self._again.popleft()
            if not self._scheduler.stopped(planned.task.id):
                return planned
        for task_id in list(self._waiting):
            ready = self._take_waiting(task_id)
            if ready is not None:
                return ready
        while (following := self._scheduler.next()) is not None:
            planned = self._plan(self._tasks[following[0]], following[1])
            if planned.plan.repair and not self._refinery.solved(planned.task.id):
                self._waiting.setdefault(planned.task.id, deque()).append(planned)
                ready = self._take_waiting(planned.task.id)
                if ready is not None:
                    return ready
            elif self._waits_for_adapter(planned):
                self._grids.setdefault(planned.task.id, []).append(planned)
            elif self._is_new(planned):
                return planned
        return None

    def _waits_for_adapter(self, planned: PlannedSample) -> bool:
        grid = planned.plan.kind is AnswerKind.GRID
        return grid and self._adapters is not None and self._adapters.waits(planned.task.id)

    def again(self, planned: PlannedSample) -> None:
        """Ask a sample once more."""
        self._again.append(planned)

    def answered(self) -> None:
        """An answer came: its verdict is awaited."""
        self._last_answer = time.monotonic()

    @property
    def waits(self) -> bool:
        """True while something waits that can't be asked yet; called when nothing is under way.

        Repairs for which no failing program comes become fresh samples after a quiet while.
        """
        if self._again:
            return True
        if not any(self._waiting.values()):
            return bool(self._grids)
        if time.monotonic() - self._last_answer > _QUIET_SECONDS:
            for queued in self._waiting.values():
                self._again.extend(planned for planned in queued if self._is_new(planned))
            self._waiting.clear()
        return True

    def done(self, planned: PlannedSample) -> None:
        """A sample has been answered, or given up."""
        self._scheduler.done(planned.task.id, planned.sample)

    def stop(self, task_id: str) -> None:
        """End a task."""
        self._scheduler.stop(task_id)
        self._waiting.pop(task_id, None)
        self._grids.pop(task_id, None)

    def all_answered(self, task_id: str) -> bool:
        """True if a task's own samples are all asked and answered."""
        return self._scheduler.answered(task_id)

    def _take_waiting(self, task_id: str) -> PlannedSample | None:
        """A sample that waited to be a repair, if it can be one now, or never will."""
        queued = self._waiting.get(task_id)
        while queued:
            if self._refinery.ready(task_id):
                planned = self._repair(queued.popleft())
                if planned is not None:
                    return planned
            elif self._refinery.solved(task_id):
                planned = queued.popleft()
                if self._is_new(planned):
                    return planned
            else:
                return None
        self._waiting.pop(task_id, None)
        return None

    def _plan(self, task: Task, sample: int) -> PlannedSample:
        plan = plan_sample(task, sample, self._settings, self._budget.seed)
        grid = plan.kind is AnswerKind.GRID
        version = self._profile.grid if grid else self._profile.program
        assert version is not None  # the settings' grid_share sees to it
        return PlannedSample(task, sample, plan, version, Question(test_index=plan.test_index))

    def _repair(self, planned: PlannedSample) -> PlannedSample | None:
        """The sample as a repair of a program drawn for it."""
        drawn = self._refinery.draw(planned.task.id, planned.plan.seed)
        if not drawn:
            return planned
        first, others = drawn[0], drawn[1:]
        encoder = self._profile.encoder
        question = repair_question(planned.task, first.candidate, first.verdict, encoder, others)
        if others and "attempts" not in self._profile.repair.needs:  # a version that has no place for them
            question = replace(question, mistake=f"{question.mistake}\n\n{question.attempts}".strip())
        plan = replace(planned.plan, view=first.candidate.augmentation)
        follows = self._refinery.conversation(first.candidate)
        return replace(planned, plan=plan, version=self._profile.repair, question=question, follows=follows)

    def _is_new(self, planned: PlannedSample) -> bool:
        """False, and the sample is done, if a greedy model has been asked the same: it would say the same."""
        if self._profile.sampling.temperature > 0:
            return True
        if not self._asked:  # an earlier session of this run may have asked
            self._asked.update(self._asked_before(self._tasks.values()))
        asked = _question_of(planned.task.id, planned.plan)
        if asked in self._asked:
            self.repeated += 1
            self.done(planned)
            return False
        self._asked.add(asked)
        return True

    def _asked_before(self, tasks: Iterable[Task]) -> Iterable[tuple[str, Plan]]:
        for task in tasks:
            for number in self._budget.done.get(task.id, ()):
                plan = plan_sample(task, number, self._settings, self._budget.seed)
                yield _question_of(task.id, plan)


def _question_of(task_id: str, plan: Plan) -> tuple[str, Plan]:
    """What a plan asks, whatever its seed."""
    return task_id, replace(plan, seed=0, repair=False)
