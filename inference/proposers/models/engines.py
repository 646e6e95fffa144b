"""Engines: where the engines of a fleet run, on this machine or on those of a cluster.

The fleet says which engine generates what; `Engines` passes its messages on and brings the replies back.
`ProcessEngines` are processes of this machine; an actor of a cluster (inference/cluster/ray_engines.py) has
one on its node. Only plain data travels, as engine_process.py describes.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol

from inference.errors import ModelError
from inference.proposers.models.backend import Completion
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.vllm import check_vllm

_CLOSE_SECONDS = 5.0


@dataclass(frozen=True)
class Ready:
    """An engine has its model: `context_length` in tokens, and what `about` says of it."""

    context_length: int
    about: dict[str, Any]


@dataclass(frozen=True)
class Done:
    """Requests that have ended, and the seconds for which the engine has generated so far."""

    busy_seconds: float
    completions: list[Completion]


@dataclass(frozen=True)
class Gone:
    """An engine is gone, with its requests.

    `name` and `reason` make a line; `explained` means that the engine gave the reason itself. A request is
    given up after `attempts` attempts that all ended like this.
    """

    name: str
    reason: str
    explained: bool = False
    attempts: int = 2


Reply = Ready | Done | Gone
EngineNumber = int  # the number of an engine, never used again


class Engines(Protocol):
    """Engines that take messages. One thread may use them."""

    @property
    def expected(self) -> int:
        """The engines that are there or being started."""
        ...

    def check(self) -> None:
        """ModelError for what is missing, without loading anything."""

    def start(self, log: Path | None) -> None:
        """Start the engines, each of which replies Ready; what they print goes to the file `log`."""

    def send(self, engine: EngineNumber, kind: str, value: Any) -> None:
        """Give a message to an engine that is ready; returns at once."""

    def hear(self, seconds: float) -> list[tuple[EngineNumber, Reply]]:
        """What engines have replied; waits up to `seconds` for the first. After Gone one is heard no more."""
        ...

    def close(self) -> None:
        """End all engines."""


EnginesOf = Callable[[ModelSettings], Engines]


class _Process:
    """One engine process and the socket to it."""

    def __init__(self, number: int, settings: ModelSettings, log: Path | None) -> None:
        ours, theirs = socket.socketpair()
        with theirs, open(log or os.devnull, "ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "inference.proposers.models.engine_process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **_environment(number, settings)},
                process_group=0,  # a terminal's Ctrl-C is for the supervisor
            )
        self.connection = Connection(ours.detach())
        self.connection.send(settings)
        self.ready = False

    def end(self, until: float) -> None:
        """Wait for its end until then (monotonic seconds), then kill it."""
        self.connection.close()
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class ProcessEngines:
    """Engines in processes of this machine, `settings.engines` of them (0: one), each with its own GPUs."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._processes: dict[EngineNumber, _Process] = {}
        self._hint = ""

    @property
    def expected(self) -> int:
        """The processes that live."""
        return len(self._processes)

    @property
    def process_ids(self) -> list[int]:
        """Of the engines that live."""
        return [one.process.pid for one in self._processes.values()]

    def check(self) -> None:
        """ModelError if the model's or the adapter's folder is none, or vLLM is not installed."""
        check_vllm(self._settings)

    def start(self, log: Path | None) -> None:
        """Start the processes; without a `log` what they print is dropped."""
        self._hint = f" (see {log})" if log is not None else ""
        for number in range(max(1, self._settings.engines)):
            self._processes[number] = _Process(number, self._settings, log)

    def send(self, engine: EngineNumber, kind: str, value: Any) -> None:
        """Send a message to an engine."""
        with contextlib.suppress(OSError, ValueError, KeyError):  # it is gone; `hear` will report it
            self._processes[engine].connection.send((kind, value))

    def hear(self, seconds: float) -> list[tuple[EngineNumber, Reply]]:
        """All that the engines have sent, and the end of those that died."""
        numbers = {one.connection: number for number, one in self._processes.items()}
        return [
            (numbers[connection], reply)  # type: ignore[index]
            for connection in wait(list(numbers), max(0.0, seconds))
            for reply in self._received(numbers[connection])  # type: ignore[index]
        ]

    def close(self) -> None:
        """Ask the processes to end, and kill those that have not after some seconds."""
        for number in self._processes:
            self.send(number, "close", None)
        until = time.monotonic() + _CLOSE_SECONDS
        processes, self._processes = self._processes, {}
        for process in processes.values():
            process.end(until)

    def _received(self, number: EngineNumber) -> Iterator[Reply]:
        process = self._processes[number]
        name = f"engine {number}"
        try:
            while process.connection.poll():
                kind, value = process.connection.recv()
                if kind == "failed":
                    yield self._gone(number, Gone(name, value, explained=True))
                    return
                process.ready = True
                yield Ready(*value) if kind == "ready" else Done(*value)
        except (EOFError, OSError, pickle.UnpicklingError):
            reason = "it died" if process.ready else f"it died while it loaded the model{self._hint}"
            yield self._gone(number, Gone(name, reason))

    def _gone(self, number: EngineNumber, reply: Gone) -> Gone:
        self._processes.pop(number).end(time.monotonic())
        return reply


def _environment(number: int, settings: ModelSettings) -> dict[str, str]:
    """The modules that this process finds, and the next `tensor_parallel` of the GPUs that it may use."""
    path = os.pathsep.join(filter(None, sys.path))
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    width = settings.tensor_parallel
    wanted = range(number * width, (number + 1) * width)
    if not visible:
        return {"PYTHONPATH": path, "CUDA_VISIBLE_DEVICES": ",".join(map(str, wanted))}
    names = visible.split(",")
    if wanted.stop > len(names):
        raise ModelError(
            f"{settings.engines} engines of {width} GPUs need {settings.engines * width}, "
            f"CUDA_VISIBLE_DEVICES names {len(names)}"
        )
    return {"PYTHONPATH": path, "CUDA_VISIBLE_DEVICES": ",".join(names[place] for place in wanted)}
