"""The loop of a model's stream: plans samples, keeps the backend full, reads the answers.

It runs in one thread; what others have to say comes as signals, once a turn.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from arc import Grid, Task
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models.adapters import task_adapter
from inference.proposers.models.backend import Backend, Completion, Request
from inference.proposers.models.plan import Plan, plan_sample, sample_seed
from inference.proposers.models.refine import Refinery, repair_question
from inference.proposers.models.scheduler import Scheduler
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.signals import Signals
from inference.proposers.models.stats import ModelStats
from inference.proposers.models.writer import PromptWriter, Written
from prompts import (
    AnswerError,
    AnswerKind,
    PromptTooLong,
    PromptVersion,
    Question,
    Reading,
    read_grid,
    read_programs,
)
from scoring.contract import Candidate, GridPrediction, TaskFinished, Verdict

_POLL_SECONDS = 0.25
_IDLE_SECONDS = 0.05
_PROBE_EVERY = 16


@dataclass(frozen=True)
class _Ticket:
    """One sample to ask."""

    task: Task
    sample: int
    plan: Plan
    version: PromptVersion
    question: Question


@dataclass(frozen=True)
class _Live:
    """One sample under way."""

    ticket: _Ticket
    written: Written


class Stream:
    """One stream over `tasks`, from a backend that has been started."""

    def __init__(
        self, name: str, backend: Backend, settings: ModelSettings, tasks: Sequence[Task], budget: RunBudget
    ) -> None:
        self._name = name
        self._backend = backend
        self._settings = settings
        self._budget = budget
        self._tasks = {task.id: task for task in tasks}
        self._profile = settings.asking
        self._writer = PromptWriter(backend, settings)
        self._scheduler = Scheduler(self._tasks, budget, settings)
        self._stats = ModelStats()
        self._live: dict[int, _Live] = {}
        self._again: deque[_Ticket] = deque()
        self._repairs: deque[tuple[Candidate, Verdict]] = deque()
        self._errors: dict[str, str] = {}
        self._asked: set[tuple[str, Plan]] = set()
        self._adapters: dict[str, str] = {}
        self._finished: set[str] = set(budget.finished)
        self._keys = 0
        self._began = time.monotonic()

    def run(self, signals: Signals, stats: ModelStats, refinery: Refinery) -> Iterator[Proposal]:
        """Propose until nothing is left to ask, the deadline, or the end that `signals` tell."""
        self._stats = stats
        while not signals.closing and self._budget.seconds_left() > 0:
            for task_id in signals.take_stops() & self._tasks.keys():
                yield from self._end_task(task_id)
            yield from self._fill()
            if self._live:
                completions = self._backend.poll(min(_POLL_SECONDS, self._budget.seconds_left()))
                stats.tick(self._backend.busy_seconds, len(self._live) - len(completions))
                for completion in completions:
                    refinery.sampled()
                    yield from self._take(completion)
            elif not self._refine(refinery):
                yield from (end for task_id in self._tasks for end in self._finish(task_id))
                return
        self._abort(list(self._live))

    def _fill(self) -> Iterator[Proposal]:
        """Give the backend as many requests as it wants."""
        while len(self._live) < self._backend.capacity:
            ticket = self._next_ticket()
            if ticket is None:
                return
            try:
                self._submit(ticket)
            except PromptTooLong as error:
                yield from self._skip(ticket, str(error))

    def _next_ticket(self) -> _Ticket | None:
        while self._again:
            ticket = self._again.popleft()
            if not self._scheduler.stopped(ticket.task.id):
                return ticket
        while (following := self._scheduler.next()) is not None:
            ticket = self._ticket(self._tasks[following[0]], following[1])
            if self._is_new(ticket.task, ticket.plan):
                return ticket
            self._scheduler.done(*following)
            self._stats.repeated += 1
        while self._repairs:
            candidate, verdict = self._repairs.popleft()
            if not self._scheduler.stopped(candidate.task_id):
                return self._repair_ticket(candidate, verdict)
        return None

    def _is_new(self, task: Task, plan: Plan) -> bool:
        """False if a greedy model has been asked the same: it would say the same."""
        if self._profile.sampling.temperature > 0:
            return True
        if not self._asked:  # an earlier session of this run has asked, too
            for task_id in self._tasks:
                for number in self._budget.done.get(task_id, ()):
                    done = plan_sample(self._tasks[task_id], number, self._settings, self._budget.seed)
                    self._asked.add((task_id, replace(done, seed=0)))
        asked = (task.id, replace(plan, seed=0))
        if asked in self._asked:
            return False
        self._asked.add(asked)
        return True

    def _adapter(self, task_id: str) -> str:
        """The folder of the adapter that answers for a task."""
        if task_id not in self._adapters:
            self._adapters[task_id] = task_adapter(self._settings, task_id)
        return self._adapters[task_id]

    def _ticket(self, task: Task, sample: int) -> _Ticket:
        plan = plan_sample(task, sample, self._settings, self._budget.seed)
        grid = plan.kind is AnswerKind.GRID
        version = self._profile.grid if grid else self._profile.program
        assert version is not None  # the settings' grid_share sees to it
        return _Ticket(task, sample, plan, version, Question(test_index=plan.test_index))

    def _repair_ticket(self, candidate: Candidate, verdict: Verdict) -> _Ticket:
        task = self._tasks[candidate.task_id]
        sample = self._scheduler.reserve(task.id)
        seed = sample_seed(task, sample, self._budget.seed)
        plan = Plan(AnswerKind.PROGRAM, candidate.augmentation, 0, seed)
        question = repair_question(task, candidate, verdict, self._profile.encoder)
        return _Ticket(task, sample, plan, self._profile.repair, question)

    def _submit(self, ticket: _Ticket) -> None:
        written = self._writer.write(ticket.task, ticket.version, ticket.plan.view, ticket.question)
        self._keys += 1
        self._live[self._keys] = _Live(ticket, written)
        self._stats.submitted(written.pairs_dropped)
        self._backend.submit(
            Request(
                key=self._keys,
                prompt=written.prompt,
                tokens=None if written.tokens is None else tuple(written.tokens),
                seed=ticket.plan.seed,
                max_tokens=self._profile.max_tokens(ticket.plan.kind),
                temperature=self._profile.sampling.temperature,
                top_p=self._profile.sampling.top_p,
                more=self._settings.more_sampling,
                adapter=self._adapter(ticket.task.id),
                probe=self._keys % _PROBE_EVERY == 1,
            )
        )

    def _take(self, completion: Completion) -> Iterator[Proposal]:
        """Handle the end of a request."""
        live = self._live.pop(completion.key, None)
        if live is None:
            return
        ticket = live.ticket
        if completion.too_long:
            try:
                self._writer.shorten(ticket.task, ticket.version, len(live.written.prompt.pairs))
                self._again.append(ticket)
            except PromptTooLong as error:
                yield from self._skip(ticket, str(error))
        elif completion.error:
            self._fail(ticket, completion.error)
        else:
            self._scheduler.done(ticket.task.id, ticket.sample)
            start = live.written.prompt.prefill if completion.prefilled else ""
            yield from self._proposals(ticket, start + completion.text, completion)

    def _skip(self, ticket: _Ticket, error: str) -> Iterator[Proposal]:
        """A prompt does not fit: the task is given up, unless it was only a repair."""
        if ticket.question.code:
            self._scheduler.done(ticket.task.id, ticket.sample)
            return
        self._errors[ticket.task.id] = error
        self._stats.skipped.append(ticket.task.id)
        self._stats.room = self._writer.room(ticket.plan.kind)
        yield from self._end_task(ticket.task.id)

    def _fail(self, ticket: _Ticket, error: str) -> None:
        """A request failed for good: what may pass, the backend has tried again."""
        self._stats.failed(ticket.task.id, error)
        self._scheduler.done(ticket.task.id, ticket.sample)
        self._errors[ticket.task.id] = f"task {ticket.task.id}: {error}"

    def _proposals(self, ticket: _Ticket, answer: str, completion: Completion) -> Iterator[Proposal]:
        """What an answer proposes: a grid, or a candidate for each reading of its program."""
        task_id, sample = ticket.task.id, ticket.sample
        common: dict[str, Any] = {
            "augmentation": ticket.plan.view,
            "log_probability": completion.log_probability,
            "tokens": completion.tokens,
            "prompt_tokens": completion.prompt_tokens,
            "seconds": completion.seconds,
            "prompt": ticket.version.name,
            "answer": answer,
        }
        if ticket.plan.kind is AnswerKind.GRID:
            grid = self._grid(ticket, answer, completion.complete)
            self._stats.answered(task_id, completion, grid=True, parsed=grid is not None)
            index = ticket.plan.test_index
            yield GridPrediction(task_id, self._name, sample, index, grid, **common)
            return
        readings = self._readings(answer, completion.complete)
        self._stats.answered(task_id, completion, grid=False, parsed=bool(readings))
        common["grid_type"] = self._profile.grid_type
        if not readings:
            yield Candidate(task_id, self._name, sample, "", **common)
        for number, reading in enumerate(readings):
            text = {"answer": None} if number else {}
            place = {"entry_point": reading.entry_point, "reading": number}
            yield Candidate(task_id, self._name, sample, reading.source, **common | place | text)

    def _grid(self, ticket: _Ticket, answer: str, complete: bool) -> Grid | None:
        try:
            return ticket.plan.view.undo(read_grid(answer, self._profile.encoder, complete=complete))
        except AnswerError:
            return None

    def _readings(self, answer: str, complete: bool) -> tuple[Reading, ...]:
        """What the answer may mean; a function of the profile's name first, if it has one."""
        for name in {self._profile.entry_point: 0, None: 1}:
            try:
                return read_programs(answer, complete=complete, entry_point=name)
            except AnswerError:
                continue
        return ()

    def _refine(self, refinery: Refinery) -> bool:
        """True if more is to be asked, now or soon; called when nothing is under way."""
        if self._again or self._repairs:
            return True
        if not refinery.more or not self._scheduler.open_tasks:
            return False
        programs = refinery.next_round(self._scheduler.open_tasks)
        if programs is None:
            time.sleep(_IDLE_SECONDS)
            return True
        self._repairs.extend(programs)
        return bool(programs)

    def _end_task(self, task_id: str) -> Iterator[Proposal]:
        self._scheduler.stop(task_id)
        live = [key for key, entry in self._live.items() if entry.ticket.task.id == task_id]
        self._stats.aborted(task_id, len(live))
        self._abort(live)
        yield from self._finish(task_id)

    def _abort(self, keys: Iterable[int]) -> None:
        aborted = [key for key in keys if self._live.pop(key, None) is not None]
        if aborted:
            self._backend.abort(aborted)

    def _finish(self, task_id: str) -> Iterator[Proposal]:
        if task_id not in self._finished:
            self._finished.add(task_id)
            error = self._errors.get(task_id, "")
            yield TaskFinished(task_id, self._name, error, time.monotonic() - self._began)
