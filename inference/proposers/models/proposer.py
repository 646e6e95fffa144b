"""A language model as a proposer: its stream, and what other threads may tell it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from arc import Task
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.models.backend import Backend
from inference.proposers.models.refine import Refinery
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.signals import Signals
from inference.proposers.models.stats import ModelStats
from inference.proposers.models.stream import Stream
from scoring.contract import Candidate, Verdict

_CLOSE_SECONDS = 10.0


class ModelProposer:
    """A Proposer over a text-generating backend: programs and direct grids in one stream.

    `stats()` gives the stream's numbers, at any time.
    """

    def __init__(self, name: str, backend: Backend, settings: ModelSettings) -> None:
        self.name = name
        self._backend = backend
        self._settings = settings
        self._stats = ModelStats()
        self._refinery = Refinery(name, settings)
        self._signals = Signals()
        self._streaming = False
        self._ended = threading.Event()

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        """Load the model and propose until the samples are spent, the tasks stopped or the time is over."""
        self._streaming = True
        try:
            began = time.monotonic()
            self._backend.start()
            self._stats.load_seconds = time.monotonic() - began
            stream = Stream(self.name, self._backend, self._settings, tasks, budget)
            yield from stream.run(self._signals, self._stats, self._refinery)
        finally:
            self._backend.close()
            self._ended.set()

    def stop(self, task_id: str) -> None:
        """Abort what is asked for this task, and give the rest of its samples to the others."""
        self._signals.stop(task_id)

    def feedback(self, candidate: Candidate, verdict: Verdict) -> None:
        """Hear a verdict, for refinement."""
        self._refinery.hear(candidate, verdict)

    def close(self) -> None:
        """End the stream, which frees the model; waits some seconds for the step that is under way."""
        self._signals.close()
        if self._streaming:
            self._ended.wait(_CLOSE_SECONDS)

    def stats(self) -> dict[str, Any]:
        """The stream's numbers, as `inference.proposers.models.stats` describes them."""
        return self._stats.to_json()
