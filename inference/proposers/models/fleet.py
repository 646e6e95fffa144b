"""Engine processes fed from one queue, each on GPUs of its own.

Each engine is a fresh process (`engine_process.py`), so that a crash or a full memory takes one engine, not
the run: its requests are given to the others. A request that outlives two engines is given up.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from inference.errors import ModelError
from inference.proposers.models.backend import Completion, Request
from inference.proposers.models.chat import ChatTokenizer
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.vllm import check_vllm
from prompts import Prompt

_ENGINES_A_REQUEST = 2
_START_SECONDS = 1800.0
_CLOSE_SECONDS = 5.0
_WAITING = 4  # one request waits at an engine for so many that run


@dataclass
class _Engine:
    """One engine process and what it was given."""

    number: int
    process: subprocess.Popen[bytes]
    connection: Connection
    live: dict[int, Request] = field(default_factory=dict)
    busy_seconds: float = 0.0


class Fleet:
    """A backend of `settings.engines` processes."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.context_length: int | None = settings.context_length
        self.about: dict[str, Any] = {}
        self._tokenizer: ChatTokenizer | None = None
        self._engines: list[_Engine] = []
        self._lost: dict[int, int] = {}
        self._failed: list[Completion] = []
        self._dead_busy_seconds = 0.0
        self.deaths: list[str] = []

    @property
    def capacity(self) -> int:
        """Requests worth having in flight, all engines together.

        Some more than they generate side by side: one that ends is followed at once by one that waits there.
        """
        running = self._settings.running
        return (running + max(1, running // _WAITING)) * len(self._engines)

    @property
    def busy_seconds(self) -> float:
        """Mean over the engines of the time in which they generated something."""
        total = self._dead_busy_seconds + sum(engine.busy_seconds for engine in self._engines)
        return total / self._settings.engines

    @property
    def process_ids(self) -> list[int]:
        """Of the engines that live."""
        return [engine.process.pid for engine in self._engines]

    @property
    def trouble(self) -> str:
        """How many engines are gone."""
        return f"{len(self.deaths)} of {self._settings.engines} engines died" if self.deaths else ""

    def check(self) -> None:
        """ModelError if the model's or the adapter's folder is none, or vLLM is not installed."""
        check_vllm(self._settings)

    def start(self, log: Path | None = None) -> None:
        """Start the engines and wait until each has its model; ModelError if one can't.

        What vLLM prints goes to the file `log`, or nowhere.
        """
        self._tokenizer = ChatTokenizer.load(self._settings.model, self._settings.remote_code)
        self._engines = [_launch(number, self._settings, log) for number in range(self._settings.engines)]
        told = f" (see {log})" if log is not None else ""
        until = time.monotonic() + _START_SECONDS
        for engine in self._engines:
            if not engine.connection.poll(max(0.0, until - time.monotonic())):
                raise ModelError(f"engine {engine.number} was not ready after {_START_SECONDS:.0f} s")
            try:
                kind, value = engine.connection.recv()
            except (EOFError, OSError):
                raise ModelError(f"engine {engine.number} died while it loaded the model{told}") from None
            if kind != "ready":
                raise ModelError(f"engine {engine.number}: {value}")
            self.context_length, self.about = value

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        """The prompt's tokens, with the model's chat template."""
        assert self._tokenizer is not None
        return self._tokenizer.encode(prompt)

    def submit(self, request: Request) -> None:
        """Give a request to the engine that has the fewest."""
        engine = min(self._engines, key=lambda engine: len(engine.live))
        if request.tokens is not None:  # the texts need not travel
            request = replace(request, prompt=replace(request.prompt, turns=()))
        engine.live[request.key] = request
        self._send(engine, "submit", request)

    def poll(self, seconds: float) -> list[Completion]:
        """What the engines finished; the requests of a dead engine go to the others."""
        ended, self._failed = self._failed, []
        engines = {engine.connection: engine for engine in self._engines}
        for connection in wait(list(engines), 0.0 if ended else max(0.0, seconds)):
            engine = engines[connection]  # type: ignore[index]
            try:
                while engine.connection.poll():
                    ended.extend(self._receive(engine))
            except (EOFError, OSError, pickle.UnpicklingError):
                self._bury(engine, "it died")
        return ended

    def abort(self, keys: Collection[int]) -> None:
        """Take requests out of their engines."""
        for engine in list(self._engines):
            theirs = [key for key in keys if engine.live.pop(key, None) is not None]
            if theirs:
                self._send(engine, "abort", theirs)

    takes_adapters = True

    def release(self, adapter: str) -> None:
        """Tell every engine that an adapter is not needed any more."""
        for engine in list(self._engines):
            self._send(engine, "release", adapter)

    def close(self) -> None:
        """End all engines."""
        for engine in list(self._engines):
            self._send(engine, "close", None, bury=False)
        until = time.monotonic() + _CLOSE_SECONDS
        for engine in self._engines:
            _end(engine, until)
        self._engines = []

    def _receive(self, engine: _Engine) -> list[Completion]:
        kind, value = engine.connection.recv()
        if kind == "failed":
            self._bury(engine, value)
            return []
        engine.busy_seconds, completions = value
        known = [completion for completion in completions if engine.live.pop(completion.key, None)]
        for completion in known:
            self._lost.pop(completion.key, None)
        return known

    def _send(self, engine: _Engine, kind: str, value: Any, bury: bool = True) -> None:
        try:
            engine.connection.send((kind, value))
        except (OSError, ValueError):
            if bury:
                self._bury(engine, "it died")

    def _bury(self, engine: _Engine, reason: str) -> None:
        """Forget a dead engine and give its requests to the others."""
        if engine not in self._engines:
            return
        self._engines.remove(engine)
        self._dead_busy_seconds += engine.busy_seconds
        self.deaths.append(f"engine {engine.number}: {reason}")
        _end(engine, time.monotonic())
        if not self._engines:
            raise ModelError(f"no engine is left; {self.deaths[-1]}")
        for request in engine.live.values():
            self._lost[request.key] = self._lost.get(request.key, 0) + 1
            if self._lost[request.key] < _ENGINES_A_REQUEST:
                self.submit(request)
            else:
                self._failed.append(Completion(request.key, error="two engines died with it"))


def _launch(number: int, settings: ModelSettings, log: Path | None) -> _Engine:
    ours, theirs = socket.socketpair()
    with theirs, open(log or os.devnull, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "inference.proposers.models.engine_process", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **_devices(number, settings)},
            process_group=0,  # a terminal's Ctrl-C is for the supervisor
        )
    connection = Connection(ours.detach())
    # the adapter, model and context are checked by the engine; it runs alone, whatever `engines` says
    connection.send(replace(settings, engines=1))
    return _Engine(number, process, connection)


def _devices(number: int, settings: ModelSettings) -> dict[str, str]:
    """The GPUs of engine `number`: the next `tensor_parallel` of those that this process may use."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    width = settings.tensor_parallel
    wanted = range(number * width, (number + 1) * width)
    if not visible:
        return {"CUDA_VISIBLE_DEVICES": ",".join(map(str, wanted))}
    names = visible.split(",")
    if wanted.stop > len(names):
        raise ModelError(
            f"{settings.engines} engines of {width} GPUs need {settings.engines * width}, "
            f"CUDA_VISIBLE_DEVICES names {len(names)}"
        )
    return {"CUDA_VISIBLE_DEVICES": ",".join(names[place] for place in wanted)}


def _end(engine: _Engine, until: float) -> None:
    """Wait for an engine's end until then (monotonic seconds), and kill it after."""
    engine.connection.close()
    try:
        engine.process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        engine.process.kill()
        engine.process.wait()
