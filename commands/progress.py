"""Progress of a run, and its problems at the end. Everything goes to stderr."""

from __future__ import annotations

import sys
import time
from typing import Any, Protocol

from tqdm import tqdm

from arc import visible
from commands.console import say
from inference.run.engine import Outcome, Progress
from inference.run.settings import Settings

_PLAIN_EVERY = 10.0


class Display(Protocol):
    """A listener of the engine's progress, to be closed at the end."""

    def __call__(self, progress: Progress) -> None: ...

    def close(self) -> None: ...


def make_display(settings: Settings) -> Display:
    """A bar on a terminal, plain lines elsewhere; both begin with `describe`, once the run has begun."""
    heading = describe(settings)
    return _Bar(heading) if sys.stderr.isatty() else _Lines(heading)


def describe(settings: Settings) -> str:
    """The first line of a run: who proposes, on what, for how long."""
    names = dict.fromkeys((*settings.samplers, *settings.predictors))
    model = settings.model.model if settings.model else ""
    said = ", ".join(
        name if name in ("search", "cells") or not model else f"{name} ({model})" for name in names
    )
    left_out = [name for name in ("search", "cells") if name not in names]
    without = f"; without {' and '.join(left_out)}" if left_out else ""
    return f"{settings.dataset}: proposed by {said}{without}; {settings.time_limit:.0f} s at most"


def report_problems(outcome: Outcome) -> None:
    """What the time limit cut off, and what went wrong, by proposer, with counts by cause."""
    if outcome.cut_off:
        tasks = f"{outcome.cut_off} of {outcome.progress.tasks} tasks"
        say(
            f"omni-arc: the time limit cut off {tasks} before they had all their effort; another run may find"
            " something else: raise --time-limit or lower --effort",
            err=True,
        )
    for name, lines in outcome.problems.items():
        for line in lines:
            say(f"omni-arc: {name}: {line}", err=True)
    for name in outcome.silent:
        say(f"omni-arc: {name} gave no program and no grid", err=True)


class _Bar:
    """A tqdm bar over tasks, for a terminal."""

    def __init__(self, heading: str) -> None:
        self._heading = heading
        self._bar: Any = None
        self._shown = 0

    def __call__(self, progress: Progress) -> None:
        if self._bar is None:
            say(self._heading, err=True)
            self._bar = tqdm(total=progress.tasks, unit="task", smoothing=0.1)
        for line in progress.errors[self._shown :]:
            self._bar.write(visible(f"omni-arc: {line}"), file=sys.stderr)
        self._shown = len(progress.errors)
        self._bar.n = progress.finished
        self._bar.set_postfix_str("; ".join((_numbers(progress), *progress.status)))

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _Lines:
    """A plain line now and then, for a log; errors as soon as they come."""

    def __init__(self, heading: str) -> None:
        self._heading = heading
        self._last = 0.0
        self._shown = 0

    def __call__(self, progress: Progress) -> None:
        if self._heading:
            say(self._heading, err=True)
            self._heading = ""
        for line in progress.errors[self._shown :]:
            say(f"omni-arc: {line}", err=True)
        self._shown = len(progress.errors)
        now = time.monotonic()
        if now - self._last < _PLAIN_EVERY and progress.finished < progress.tasks:
            return
        self._last = now
        say(
            f"{progress.finished}/{progress.tasks} tasks done, {_numbers(progress)}, "
            f"{progress.seconds:.0f} s elapsed, at most {progress.seconds_left:.0f} s left"
            + "".join(f"; {status}" for status in progress.status),
            err=True,
        )

    def close(self) -> None:
        """Nothing to end."""


def _numbers(progress: Progress) -> str:
    return f"verified {progress.verified}, programs {progress.candidates}, grids {progress.predictions}"
