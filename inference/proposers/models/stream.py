"""The loop of a model's stream: plans samples, keeps the backend full, reads the answers.

It runs in one thread; what others have to say comes as signals, once a turn.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from arc import Grid, Task
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models.adapters import task_adapter
from inference.proposers.models.backend import Backend, Completion, Request
from inference.proposers.models.planner import PlannedSample, SamplePlanner
from inference.proposers.models.prompt_writer import PromptWriter, Written
from inference.proposers.models.refine import Refinery
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.shots import Shots
from inference.proposers.models.signals import Signals
from inference.proposers.models.stats import ModelStats
from inference.proposers.models.test_time import TestTimeAdapters
from prompts import (
    AnswerError,
    AnswerKind,
    PromptTooLong,
    Reading,
    read_grid,
    read_programs,
)
from scoring.contract import Candidate, GridPrediction, TaskFinished

_POLL_SECONDS = 0.25
_IDLE_SECONDS = 0.05
_PROBE_EVERY = 16


@dataclass(frozen=True)
class _Live:
    """One sample under way; `goes_on` if it was asked within the conversation that it follows."""

    planned: PlannedSample
    written: Written
    goes_on: bool


class Stream:
    """One stream over `tasks`, from a backend that has been started."""

    def __init__(
        self,
        name: str,
        backend: Backend,
        settings: ModelSettings,
        tasks: Sequence[Task],
        budget: RunBudget,
        refinery: Refinery,
        adapters: TestTimeAdapters | None = None,
    ) -> None:
        self._name = name
        self._backend = backend
        self._settings = settings
        self._budget = budget
        self._tasks = {task.id: task for task in tasks}
        self._profile = settings.asking
        shots = Shots(tasks, settings.shots, settings.shot_choice, budget.seed)
        self._writer = PromptWriter(backend, settings, shots)
        self._refinery = refinery
        self._planner = SamplePlanner(self._tasks, budget, settings, refinery, adapters)
        self._stats = ModelStats()
        self._live: dict[int, _Live] = {}
        self._errors: dict[str, str] = {}
        self._adapters: dict[str, str] = {}
        self._trained = adapters
        self._finished: set[str] = set(budget.finished)
        self._keys = 0
        self._began = time.monotonic()

    def run(self, signals: Signals, stats: ModelStats) -> Iterator[Proposal]:
        """Propose until nothing is left to ask, the deadline, or the end that `signals` tell."""
        self._stats = stats
        self._refinery.begin(self._tasks)
        while not signals.closing and self._budget.seconds_left() > 0:
            for task_id in signals.take_stops() & self._tasks.keys():
                yield from self._end_task(task_id)
            yield from self._fill()
            if self._live:
                completions = self._backend.poll(min(_POLL_SECONDS, self._budget.seconds_left()))
                stats.tick(self._backend.busy_seconds, len(self._live) - len(completions))
                for completion in completions:
                    self._planner.answered()
                    yield from self._take(completion)
            elif self._planner.waits:
                time.sleep(_IDLE_SECONDS)
            else:
                yield from (end for task_id in self._tasks for end in self._finish(task_id))
                return
        self._abort(list(self._live))

    def _fill(self) -> Iterator[Proposal]:
        """Give the backend as many requests as it wants."""
        while len(self._live) < self._backend.capacity:
            planned = self._planner.next()
            self._stats.repeated = self._planner.repeated
            if planned is None:
                return
            try:
                self._submit(planned)
            except PromptTooLong as error:
                yield from self._skip(planned, str(error))

    def _adapter(self, planned: PlannedSample) -> str:
        """The folder of the adapter that answers: a grid is asked with the one trained for its task."""
        task_id = planned.task.id
        if self._trained is not None and planned.plan.kind is AnswerKind.GRID:
            trained = self._trained.adapter(task_id)
            if trained:
                return trained
        if task_id not in self._adapters:
            self._adapters[task_id] = task_adapter(self._settings, task_id)
        return self._adapters[task_id]

    def _write(self, planned: PlannedSample) -> _Live:
        """A sample with its prompt: its conversation is continued if it fits, else it is asked afresh."""
        task, view = planned.task, planned.plan.view
        if planned.follows is not None:
            longer = self._writer.go_on(task, view, planned.question, planned.follows.prompt)
            if longer is not None:
                return _Live(planned, longer, goes_on=True)
        written = self._writer.write(task, planned.version, view, planned.question)
        return _Live(planned, written, goes_on=False)

    def _submit(self, planned: PlannedSample) -> None:
        live = self._write(planned)
        written = live.written
        depth = planned.depth if live.goes_on else 1
        self._refinery.asked(planned.task.id, planned.sample, written.prompt, depth)
        self._keys += 1
        self._live[self._keys] = live
        self._stats.submitted(written.pairs_dropped)
        self._backend.submit(
            Request(
                key=self._keys,
                prompt=written.prompt,
                tokens=None if written.tokens is None else tuple(written.tokens),
                seed=planned.plan.seed,
                max_tokens=self._profile.max_tokens(planned.plan.kind),
                temperature=self._profile.sampling.temperature,
                top_p=self._profile.sampling.top_p,
                more=self._settings.more_sampling,
                adapter=self._adapter(planned),
                probe=self._keys % _PROBE_EVERY == 1,
            )
        )

    def _take(self, completion: Completion) -> Iterator[Proposal]:
        """Handle the end of a request."""
        live = self._live.pop(completion.key, None)
        if live is None:
            return
        planned = live.planned
        if completion.too_long and live.goes_on:
            self._planner.again(replace(planned, follows=None))
        elif completion.too_long:
            try:
                self._writer.shorten(planned.task, planned.version, len(live.written.prompt.pairs))
                self._planner.again(planned)
            except PromptTooLong as error:
                yield from self._skip(planned, str(error))
        elif completion.error:
            self._fail(planned, completion.error)
        else:
            self._planner.done(planned)
            start = live.written.prompt.prefill if completion.prefilled else ""
            yield from self._proposals(
                planned, live.written.prompt.version, start + completion.text, completion
            )
            if self._planner.all_answered(planned.task.id):
                self._free_adapter(planned.task.id)

    def _skip(self, planned: PlannedSample, error: str) -> Iterator[Proposal]:
        """A prompt does not fit: the task is given up, unless it was only a repair."""
        if planned.question.code:
            self._planner.done(planned)
            return
        self._errors[planned.task.id] = error
        self._stats.skipped.append(planned.task.id)
        self._stats.room = self._writer.room(planned.plan.kind)
        yield from self._end_task(planned.task.id)

    def _fail(self, planned: PlannedSample, error: str) -> None:
        """A request failed for good: what may pass, the backend has tried again."""
        self._stats.failed(planned.task.id, error)
        self._planner.done(planned)
        self._errors[planned.task.id] = f"task {planned.task.id}: {error}"

    def _proposals(
        self, planned: PlannedSample, version: str, answer: str, completion: Completion
    ) -> Iterator[Proposal]:
        """What an answer proposes: a grid, or a candidate for each reading of its program."""
        task_id, sample = planned.task.id, planned.sample
        common: dict[str, Any] = {
            "augmentation": planned.plan.view,
            "log_probability": completion.log_probability,
            "tokens": completion.tokens,
            "prompt_tokens": completion.prompt_tokens,
            "seconds": completion.seconds,
            "prompt": version,
            "answer": answer,
        }
        if planned.plan.kind is AnswerKind.GRID:
            grid = self._grid(planned, answer, completion.complete)
            self._stats.answered(task_id, completion, grid=True, parsed=grid is not None)
            index = planned.plan.test_index
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

    def _grid(self, planned: PlannedSample, answer: str, complete: bool) -> Grid | None:
        try:
            return planned.plan.view.undo(read_grid(answer, self._profile.encoder, complete=complete))
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

    def _end_task(self, task_id: str) -> Iterator[Proposal]:
        self._planner.stop(task_id)
        live = [key for key, entry in self._live.items() if entry.planned.task.id == task_id]
        self._stats.aborted(task_id, len(live))
        self._abort(live)
        self._stats.under_way = len(self._live)
        self._free_adapter(task_id)
        yield from self._finish(task_id)

    def _free_adapter(self, task_id: str) -> None:
        """A task needs its trained adapter no longer: its samples are answered, or it is stopped."""
        folder = self._trained.stop(task_id) if self._trained is not None else ""
        if folder:
            self._backend.release(folder)

    def _abort(self, keys: Iterable[int]) -> None:
        aborted = [key for key in keys if self._live.pop(key, None) is not None]
        if aborted:
            self._backend.abort(aborted)

    def _finish(self, task_id: str) -> Iterator[Proposal]:
        if task_id not in self._finished:
            self._finished.add(task_id)
            error = self._errors.get(task_id, "")
            yield TaskFinished(task_id, self._name, error, time.monotonic() - self._began)
