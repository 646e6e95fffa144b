"""The numbers of a model's stream, for each task and in all."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from inference.proposers.models.backend import Completion


@dataclass
class Counts:
    """What was generated. `unparsable` are answers with no program or no grid; `aborted` were stopped."""

    samples: int = 0
    grids: int = 0
    unparsable: int = 0
    aborted: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    tokens: int = 0

    def add(self, completion: Completion, *, grid: bool, parsed: bool) -> None:
        """Count one answer."""
        self.samples += 1
        self.grids += grid
        self.unparsable += not parsed
        self.prompt_tokens += completion.prompt_tokens
        self.tokens += completion.tokens


@dataclass
class ModelStats:
    """Counts by task and in all, and the times that a rate needs.

    `short_prompts` counts the requests whose prompt lacked training pairs, to fit; `skipped` are the tasks
    whose prompt did not fit at all. Seconds run from the first request to the last answer; the idle share is
    the part of them in which the engine generated nothing, though it had been given work.
    """

    tasks: dict[str, Counts] = field(default_factory=dict)
    total: Counts = field(default_factory=Counts)
    load_seconds: float = 0.0
    short_prompts: int = 0
    skipped: list[str] = field(default_factory=list)
    _first_tokens: list[float] = field(default_factory=list)
    _began: float | None = None
    _ended: float = 0.0
    _busy: float = 0.0

    def submitted(self, pairs_dropped: int) -> None:
        """A request was given to the engine, its prompt without some training pairs."""
        self.short_prompts += pairs_dropped > 0
        if self._began is None:
            self._began = time.monotonic()

    def answered(self, task_id: str, completion: Completion, *, grid: bool, parsed: bool) -> None:
        """An answer came."""
        for counts in (self.of(task_id), self.total):
            counts.add(completion, grid=grid, parsed=parsed)
        if completion.first_token_seconds is not None:
            self._first_tokens.append(completion.first_token_seconds)

    def tick(self, busy_seconds: float) -> None:
        """The engine has been asked for answers; `busy_seconds` is the time it has worked in all."""
        self._busy = busy_seconds
        self._ended = time.monotonic()

    def aborted(self, task_id: str, count: int) -> None:
        """Requests were stopped."""
        self.of(task_id).aborted += count
        self.total.aborted += count

    def failed(self, task_id: str) -> None:
        """A request failed."""
        self.of(task_id).failed += 1
        self.total.failed += 1

    def of(self, task_id: str) -> Counts:
        """The counts of one task."""
        return self.tasks.setdefault(task_id, Counts())

    def to_json(self) -> dict[str, Any]:
        """All numbers as plain values; rates are None where nothing was generated."""
        seconds = self._ended - self._began if self._began is not None else 0.0
        first = sorted(self._first_tokens)
        return {
            **vars(self.total),
            "load_seconds": round(self.load_seconds, 3),
            "seconds": round(seconds, 3),
            "tokens_per_second": round(self.total.tokens / seconds, 2) if seconds > 0 else None,
            "first_token_seconds": round(first[len(first) // 2], 4) if first else None,
            "idle_share": round(max(0.0, 1 - self._busy / seconds), 4) if seconds > 0 else None,
            "short_prompts": self.short_prompts,
            "skipped": list(self.skipped),
            "tasks": {task_id: dict(vars(counts)) for task_id, counts in self.tasks.items()},
        }
