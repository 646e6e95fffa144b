"""The numbers of a model's stream, for each task and in all."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from inference.proposers.models.backend import Completion
from inference.proposers.models.test_time import TestTimeAdapters

_CAUSES = 3


@dataclass
class Counts:
    """What was generated.

    `unparsable` are answers with no program or no grid, `unparsable_grids` those of them that were asked for
    a grid, `cut_off` those that ended at the token limit; `aborted` requests were stopped.
    """

    samples: int = 0
    grids: int = 0
    unparsable: int = 0
    unparsable_grids: int = 0
    cut_off: int = 0
    aborted: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    tokens: int = 0

    def add(self, completion: Completion, *, grid: bool, parsed: bool) -> None:
        """Count one answer."""
        self.samples += 1
        self.grids += grid
        self.unparsable += not parsed
        self.unparsable_grids += grid and not parsed
        self.cut_off += not parsed and not completion.complete
        self.prompt_tokens += completion.prompt_tokens
        self.tokens += completion.tokens


@dataclass
class ModelStats:
    """Counts by task and in all, and the times that a rate needs.

    `short_prompts` counts the requests whose prompt lacked training pairs, to fit; `skipped` are the tasks
    whose prompt did not fit at all, `room` the tokens that there were for it (None: only the server knows).
    `repeated` samples would have asked a greedy model what it was asked before. `failures` counts the
    requests that failed for good, by what was said. Seconds run from the first request to the last answer;
    the idle share is the part of them in which the engine generated nothing, though it had been given work.
    """

    tasks: dict[str, Counts] = field(default_factory=dict)
    total: Counts = field(default_factory=Counts)
    load_seconds: float = 0.0
    short_prompts: int = 0
    skipped: list[str] = field(default_factory=list)
    room: int | None = None
    requests: int = 0
    repeated: int = 0
    under_way: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    test_time: TestTimeAdapters | None = None
    _first_tokens: list[float] = field(default_factory=list)
    _began: float | None = None
    _ended: float = 0.0
    _busy: float = 0.0

    def submitted(self, pairs_dropped: int) -> None:
        """A request was given to the engine, its prompt without some training pairs."""
        self.short_prompts += pairs_dropped > 0
        self.requests += 1
        if self._began is None:
            self._began = time.monotonic()

    def answered(self, task_id: str, completion: Completion, *, grid: bool, parsed: bool) -> None:
        """An answer came."""
        for counts in (self.of(task_id), self.total):
            counts.add(completion, grid=grid, parsed=parsed)
        if completion.first_token_seconds is not None:
            self._first_tokens.append(completion.first_token_seconds)

    def tick(self, busy_seconds: float, under_way: int) -> None:
        """The engine has been asked for answers; `busy_seconds` is the time it has worked in all."""
        self._busy = busy_seconds
        self.under_way = under_way
        self._ended = time.monotonic()

    def aborted(self, task_id: str, count: int) -> None:
        """Requests were stopped."""
        self.of(task_id).aborted += count
        self.total.aborted += count

    def failed(self, task_id: str, error: str) -> None:
        """A request failed for good."""
        self.of(task_id).failed += 1
        self.total.failed += 1
        self.failures[error] += 1

    def of(self, task_id: str) -> Counts:
        """The counts of one task."""
        return self.tasks.setdefault(task_id, Counts())

    def status(self) -> str:
        """Tokens per second, requests under way, and what share of the answers held something."""
        if self._began is None:
            return ""
        total, seconds = self.total, max(self._ended - self._began, 1e-9)
        parts = [f"{total.tokens / seconds:.0f} tokens/s", f"{self.under_way} requests under way"]
        if total.samples:
            parts.append(f"{1 - total.unparsable / total.samples:.0%} of {total.samples} answers parsed")
        if total.failed:
            parts.append(f"{total.failed} failed")
        return ", ".join(parts)

    def problems(self) -> tuple[str, ...]:
        """What went wrong, a line a cause, with counts."""
        total = self.total
        ended = total.samples + total.failed
        lines = [
            f"{count} of {ended} requests failed: {error}"
            for error, count in self.failures.most_common(_CAUSES)
        ]
        others = total.failed - sum(count for _, count in self.failures.most_common(_CAUSES))
        if others:
            lines.append(f"{others} of {ended} requests failed in other ways")
        programs = total.unparsable - total.unparsable_grids
        for count, asked, what in (
            (programs, total.samples - total.grids, "program"),
            (total.unparsable_grids, total.grids, "grid"),
        ):
            if count:
                lines.append(f"{count} of {asked} answers held no {what}")
        if total.cut_off:
            lines.append(f"{total.cut_off} of these were cut off at the token limit: raise --max-tokens")
        if self.skipped:
            where = f"for {self.room} tokens" if self.room is not None else "for the server"
            count = len(self.skipped)
            lines.append(f"{count} task{'s' * (count > 1)} skipped: prompt too long {where}")
        if not ended and self.under_way:
            lines.append(f"no answer came in the time there was: {self.under_way} requests were under way")
        if self.test_time is not None:
            lines += [f"test-time training: {failure}" for failure in self.test_time.failures[:_CAUSES]]
        return tuple(lines)

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
            "repeated": self.repeated,
            "failures": dict(self.failures.most_common()),
            "test_time": self.test_time.to_json() if self.test_time is not None else None,
            "tasks": {task_id: dict(vars(counts)) for task_id, counts in self.tasks.items()},
        }
