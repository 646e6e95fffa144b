"""Engines fed from one queue, so that a crash or a full memory takes one engine, not the run.

The requests of an engine that is gone are given to the others, or wait for one. A request that outlives two
engines is given up; one whose machines die, after four.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from inference.errors import ModelError
from inference.proposers.models.backend import Completion, Request
from inference.proposers.models.chat import ChatTokenizer
from inference.proposers.models.engines import Done, EngineNumber, Engines, EnginesOf, Gone, Ready
from inference.proposers.models.proposer import ModelProposer
from inference.proposers.models.settings import ModelSettings
from prompts import Prompt

_START_SECONDS = 1800.0
_OTHERS_SECONDS = 60.0  # more, for the other engines; later ones join in
_TICK_SECONDS = 1.0
_WAITING = 4  # requests running at an engine for each one that waits there


@dataclass
class _Load:
    """What an engine was given, and for how long it has generated."""

    live: dict[int, Request] = field(default_factory=dict)
    busy_seconds: float = 0.0


class Fleet:
    """A backend of several engines, wherever `engines` runs them."""

    def __init__(self, settings: ModelSettings, engines: Engines) -> None:
        self._settings = settings
        self._engines = engines
        self.context_length: int | None = settings.context_length
        self.about: dict[str, Any] = {}
        self.busy_seconds = 0.0  # mean over the engines of the time in which they generated something
        self._tokenizer: ChatTokenizer | None = None
        self._loads: dict[EngineNumber, _Load] = {}
        self._waiting: list[Request] = []  # for an engine
        self._losses: dict[int, int] = {}
        self._failed: list[Completion] = []
        self.deaths: list[str] = []

    @property
    def capacity(self) -> int:
        """Requests worth having in flight, all engines together, or for the first.

        A few more than they generate in parallel: when one ends, the next is already there.
        """
        running = self._settings.running
        return (running + max(1, running // _WAITING)) * max(1, len(self._loads))

    @property
    def trouble(self) -> str:
        """How many engines are gone, and why the last one."""
        count = len(self.deaths)
        return f"{count} engine{'s' * (count > 1)} died (last: {self.deaths[-1]})" if self.deaths else ""

    def check(self) -> None:
        """ModelError if a model, an adapter or vLLM is missing where engines are to run."""
        self._engines.check()

    def start(self, log: Path | None = None) -> None:
        """Start the engines and wait for them; ModelError if none can load the model.

        What vLLM prints goes to the file `log`, or nowhere.
        """
        self._tokenizer = ChatTokenizer.load(self._settings.model, self._settings.remote_code)
        self._engines.start(log)
        until = time.monotonic() + _START_SECONDS
        while not self._loads or len(self._loads) < self._engines.expected:
            had = len(self._loads)
            self._hear(_TICK_SECONDS)
            if self._loads and not had:
                until = time.monotonic() + _OTHERS_SECONDS
            if time.monotonic() > until:
                break
        if not self._loads:
            raise ModelError(f"no engine was ready after {_START_SECONDS:.0f} s")

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        """The prompt's tokens, with the model's chat template."""
        assert self._tokenizer is not None
        return self._tokenizer.encode(prompt)

    def submit(self, request: Request) -> None:
        """Give a request to the engine that has the fewest."""
        if request.tokens is not None:  # the text need not travel
            request = replace(request, prompt=replace(request.prompt, turns=()))
        if not self._loads:
            self._waiting.append(request)
            return
        engine = min(self._loads, key=lambda engine: len(self._loads[engine].live))
        self._loads[engine].live[request.key] = request
        self._engines.send(engine, "submit", request)

    def poll(self, seconds: float) -> list[Completion]:
        """What the engines finished; the requests of an engine that is gone go to the others."""
        ended = self._hear(0.0 if self._failed else seconds)
        failed, self._failed = self._failed, []
        return ended + failed

    def abort(self, keys: Collection[int]) -> None:
        """Take requests out of their engines."""
        self._waiting = [request for request in self._waiting if request.key not in keys]
        for engine, load in self._loads.items():
            theirs = [key for key in keys if load.live.pop(key, None) is not None]
            if theirs:
                self._engines.send(engine, "abort", theirs)

    takes_adapters = True

    def release(self, adapter: str) -> None:
        """Tell every engine that an adapter is no longer needed."""
        for engine in self._loads:
            self._engines.send(engine, "release", adapter)

    def close(self) -> None:
        """End all engines."""
        self._engines.close()
        self._loads = {}

    def _hear(self, seconds: float) -> list[Completion]:
        """Take in what the engines reply; ModelError if none is left."""
        ended: list[Completion] = []
        for engine, reply in self._engines.hear(max(0.0, seconds)):
            if isinstance(reply, Ready):
                self._join(engine, reply)
            elif isinstance(reply, Done):
                ended += self._take(self._loads[engine], reply)
            else:
                self._bury(engine, reply)
        if not self._loads and not self._engines.expected:
            only = len(self.deaths) == 1
            raise ModelError(self.deaths[0] if only else f"no engine is left: {self.trouble}")
        return ended

    def _join(self, engine: EngineNumber, reply: Ready) -> None:
        self.context_length, self.about = reply.context_length, reply.about
        self._loads[engine] = _Load()
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self.submit(request)

    def _take(self, load: _Load, reply: Done) -> list[Completion]:
        self.busy_seconds += (reply.busy_seconds - load.busy_seconds) / len(self._loads)
        load.busy_seconds = reply.busy_seconds
        known = [completion for completion in reply.completions if load.live.pop(completion.key, None)]
        for completion in known:
            self._losses.pop(completion.key, None)
        return known

    def _bury(self, engine: EngineNumber, reply: Gone) -> None:
        """Forget an engine that is gone and give its requests to the others."""
        self.deaths.append(f"{reply.name}: {reply.reason}")
        load = self._loads.pop(engine, _Load())
        for request in load.live.values():
            losses = self._losses[request.key] = self._losses.get(request.key, 0) + 1
            if losses < reply.attempts:
                self.submit(request)
            else:
                self._failed.append(Completion(request.key, error=f"{losses} engines died with it"))


def make(name: str, settings: ModelSettings, engines: EnginesOf) -> ModelProposer:
    """For the registry."""
    return ModelProposer(name, Fleet(settings, engines(settings)), settings)
