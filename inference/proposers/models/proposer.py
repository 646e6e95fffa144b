"""A language model as a proposer: its stream, and what other threads may tell it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from arc import Task
from inference.errors import ModelError
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models.backend import Backend
from inference.proposers.models.refine import Refinery
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.signals import Signals
from inference.proposers.models.stats import ModelStats
from inference.proposers.models.stream import Stream
from inference.proposers.models.test_time import TestTimeAdapters
from scoring.contract import Candidate, Verdict

_CLOSE_SECONDS = 10.0
_CONTEXT = 4096  # tokens of a test-time example, for a backend that does not tell its own limit


class ModelProposer:
    """A Proposer over a text-generating backend: programs and direct grids in one stream.

    `stats()` gives the stream's numbers, at any time. It is Checking, Listening and Telling.
    """

    def __init__(self, name: str, backend: Backend, settings: ModelSettings) -> None:
        self.name = name
        self._backend = backend
        self._settings = settings
        self._stats = ModelStats()
        self._refinery = Refinery(name, settings)
        self._signals = Signals()
        self._streaming = self._loading = self._loaded = False
        self._ended = threading.Event()

    def check(self, tasks: Sequence[Task]) -> None:
        """ModelError if the model, its adapter or its server is missing; nothing is loaded."""
        if self._settings.test_time_steps and not self._backend.takes_adapters:
            raise ModelError(f"{self.name} can't take adapters: test_time_steps needs vllm or transformers")
        self._backend.check()

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        """Load the model and propose until the samples are spent, the tasks stopped or the time is up."""
        self._streaming = True
        try:
            began = time.monotonic()
            log = None if budget.directory is None else budget.directory / f"{self.name}.log"
            self._loading = True
            self._backend.start(log)
            self._stats.load_seconds = time.monotonic() - began
            self._loaded = True
            adapters = self._adapters(tasks, budget)
            stream = Stream(self.name, self._backend, self._settings, tasks, budget, self._refinery, adapters)
            yield from stream.run(self._signals, self._stats)
        except Exception:
            self._loading = False  # the error says more
            raise
        finally:
            if self._stats.test_time is not None:
                self._stats.test_time.close()
            self._backend.close()
            self._ended.set()

    def _adapters(self, tasks: Sequence[Task], budget: RunBudget) -> TestTimeAdapters | None:
        """The training at test time, begun, if the settings ask for it."""
        if not self._settings.test_time_steps:
            return None
        adapters = self._stats.test_time = TestTimeAdapters(self._settings)
        open_tasks = [task for task in tasks if task.id not in budget.finished]
        context = self._backend.context_length or _CONTEXT
        adapters.start(open_tasks, context, budget.seed, budget.seconds_left())
        return adapters

    def stop(self, task_id: str) -> None:
        """Abort this task's requests, and give the rest of its samples to the others."""
        self._signals.stop(task_id)

    def feedback(self, candidate: Candidate, verdict: Verdict) -> None:
        """Hear a verdict, for refinement."""
        self._refinery.hear(candidate, verdict)

    def close(self) -> None:
        """End the stream, which frees the model; waits some seconds for the step that is under way."""
        self._signals.close()
        if self._streaming:
            self._ended.wait(_CLOSE_SECONDS)

    def status(self) -> str:
        """What the model is doing, in a phrase."""
        if self._loading and not self._loaded:
            return "loading the model"
        return ", ".join(filter(None, (self._stats.status(), self._backend.trouble)))

    def problems(self) -> tuple[str, ...]:
        """What went wrong, with counts by cause."""
        if self._loaded:
            return tuple(filter(None, (*self._stats.problems(), self._backend.trouble)))
        return ("the model was still loading when the time was up",) if self._loading else ()

    def about(self) -> dict[str, Any]:
        """What the answers come from."""
        return dict(self._backend.about)

    def stats(self) -> dict[str, Any]:
        """The stream's numbers, as `inference.proposers.models.stats` describes them."""
        return {"about": self.about(), **self._stats.to_json()}
