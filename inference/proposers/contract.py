"""What a proposer is: something that streams candidate programs or grids for tasks.

A *sampler* proposes programs, a *predictor* proposes grids; a model can be both. The run drives each proposer
in its own thread and consumes the streams as they come.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from arc import Task
from inference.proposers.effort import METER, TICKS
from scoring.contract import Candidate, GridPrediction, TaskFinished, Verdict

Proposal = Candidate | GridPrediction | TaskFinished


@dataclass(frozen=True)
class RunBudget:
    """What a proposer may spend.

    `deadline` is a `time.monotonic()` value by which the stream must have ended; `samples` is the number of
    samples for each task (for proposers that sample); `done` gives, for a resumed run, the sample numbers
    each task already has from this proposer; `finished` the tasks that need nothing more from it. Logs may
    go to `directory`.
    """

    deadline: float
    seed: int = 0
    samples: int = 0
    done: Mapping[str, frozenset[int]] = field(default_factory=dict)
    finished: frozenset[str] = frozenset()
    directory: Path | None = None

    def seconds_left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())


class Proposer(Protocol):
    """A stream of proposals over many tasks.

    `stream` never raises for one bad task (it yields TaskFinished with an error for it); an error that ends
    all its work (the engine died) is an InferenceError, and does not end other proposers. The tasks it gets
    have no test outputs. `stop` may be called from another thread at any time, for tasks that need no more;
    `close` frees everything and is called once, after the stream has ended or been abandoned.
    """

    name: str

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]: ...

    def stop(self, task_id: str) -> None: ...

    def close(self) -> None: ...


@runtime_checkable
class Listening(Protocol):
    """A proposer that receives verdicts (for refinement).

    `feedback` is called once for each distinct program, whoever proposed it, from the engine's thread; it
    must return at once.
    """

    def feedback(self, candidate: Candidate, verdict: Verdict) -> None: ...


@runtime_checkable
class Checking(Protocol):
    """A proposer that can check before a run whether it can work.

    `check` raises InferenceError (a missing model, a server that does not answer); it loads nothing heavy. It
    is called once, before `stream`, with the run's tasks.
    """

    def check(self, tasks: Sequence[Task]) -> None: ...


@runtime_checkable
class Showing(Protocol):
    """A proposer with a status line.

    `status` is a phrase for the progress line ("412 tokens/s, 32 requests under way"), empty if there is
    nothing to say. It may be called from any thread at any time.
    """

    def status(self) -> str: ...


@runtime_checkable
class Telling(Showing, Protocol):
    """A proposer with statistics, too. All methods may be called from any thread at any time.

    `problems` are lines with counts by cause ("16 of 16 requests failed: HTTP 401 ...");
    `about` is for the record: what the proposals come from, with versions.
    """

    def problems(self) -> tuple[str, ...]: ...

    def about(self) -> dict[str, Any]: ...


@dataclass
class TaskBudget:
    """What an embedded proposer may spend on one task: `effort` in the units of `inference.proposers.effort`.

    It counts what is charged in this process, so what is found does not depend on the machine or its load.
    `short` is set by what leaves something out because too little is left.
    """

    effort: float
    memory_mb: int = 1024
    seed: int = 0
    short: bool = False
    _start: int = field(default_factory=lambda: METER.ticks)

    def used(self) -> float:
        """Units charged since this budget was made, without pauses."""
        return (METER.ticks - self._start) / TICKS

    def go_on(self, used: float, more: float) -> None:
        """Continue after a pause at which `used` units had been spent, with `more` units left."""
        self._start = METER.ticks - round(TICKS * used)
        self.effort = used + more

    def left(self) -> float:
        return self.effort - self.used()

    def spent(self) -> bool:
        return self.left() <= 0


EmbeddedTurn = Generator[Candidate | GridPrediction, None, "Resumable | None"]


class Resumable(Protocol):
    """What an embedded proposer's generator returns if more effort could find more.

    `promise`, from 0 to 1, estimates how close it is. `resume` continues for that many units of effort.
    """

    @property
    def promise(self) -> float: ...

    def resume(self, effort: float) -> EmbeddedTurn: ...
