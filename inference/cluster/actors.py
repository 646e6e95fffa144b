"""What runs on the nodes of a cluster: hosts of proposers, of the sandbox and of engines, and readers.

These are plain classes, which Ray makes actors of; a host's processes are started by exec as on one machine.
A call brings new work and returns what was found since the last; the supervisor keeps one or two calls under
way at each host that has work.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from arc import ArcError
from inference.cluster.identity import identity
from inference.errors import ModelError
from inference.proposers.crew import Lost, Message, ProcessCrew, Worker
from inference.proposers.models.engines import ProcessEngines, Reply
from inference.proposers.models.settings import ModelSettings
from inference.proposers.models.vllm import check_vllm
from inference.proposers.pool_worker import Ended, Order
from inference.run.analysis import ProgramAnalysis, SourceAndEntry, analyse
from sandbox import Sandbox, SandboxConfig
from sandbox.selftest import kernel_checks
from sandbox.wire import pack_executions, read_jobs

# A call returns when something was found and so much time has passed, so that calls are few.
_GATHER_SECONDS = 0.05
_MOST = 512
_LOG = Path("/dev/stdout")  # of the actor, which Ray keeps in its logs


class Host:
    """What all hosts share."""

    def introduce(self) -> dict[str, Any]:
        """What this node has: "versions", "pid", and "refused", a line that is empty where it can be used."""
        try:
            self._begin()
        except ArcError as error:
            refused = str(error)
        else:
            refused = ""
        return {"versions": identity(), "pid": os.getpid(), "refused": refused}

    def _begin(self) -> None:
        """Start what the host needs; raises ArcError if this node can't have it."""

    def close(self) -> None:
        """End the host's processes."""


class ProposerHost(Host):
    """The worker processes of one node."""

    def __init__(self, size: int) -> None:
        self._crew = ProcessCrew(size)
        self._workers: dict[int, Worker] = {}  # the supervisor's number -> the crew's
        self._numbers: dict[Worker, int] = {}

    def exchange(
        self, orders: Sequence[tuple[int, Order | None]], seconds: float
    ) -> list[tuple[int, Message]]:
        """Take orders (None: end that worker), each with the supervisor's number of its worker.

        Returns what workers have said, waiting up to `seconds` for the first.
        """
        for number, order in orders:
            if order is None:
                self._crew.dismiss(self._workers.pop(number))
            else:
                self._crew.begin(self._worker(number), order)
        heard: list[tuple[int, Message]] = []
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and len(heard) < _MOST:
            for worker, message in self._crew.hear(left):
                heard.append((self._numbers[worker], message))
                if isinstance(message, Ended | Lost):  # somebody has nothing to do
                    until = 0.0
                if isinstance(message, Lost):
                    del self._workers[self._numbers.pop(worker)]
            if heard:
                until = min(until, time.monotonic() + _GATHER_SECONDS)
        return heard

    def _worker(self, number: int) -> Worker:
        if number not in self._workers:
            self._workers[number] = self._crew.hire(1)[0]
            self._numbers[self._workers[number]] = number
        return self._workers[number]

    def close(self) -> None:
        """End the worker processes."""
        self._crew.close()


class AnalyserHost(Host):
    """Analyses programs."""

    def exchange(self, programs: Sequence[SourceAndEntry]) -> list[ProgramAnalysis]:
        """The analyses of the programs, in their order."""
        return [analyse(program) for program in programs]


class SandboxHost(Host):
    """The sandbox of one node."""

    def __init__(self, config: SandboxConfig, libraries: Mapping[str, bytes]) -> None:
        self._config = config
        self._libraries = libraries
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._sandbox: Sandbox | None = None

    def _begin(self) -> None:
        """Start the sandbox, once it has withstood hostile programs here."""
        for check in kernel_checks(unconfined=self._config.unconfined):
            if check.required and not check.passed and not self._config.unconfined:
                raise ArcError(f"its sandbox fails the self-test ({check.name}: {check.detail})")
        self._sandbox = Sandbox(replace(self._config, libraries=self._write_libraries()))

    def _write_libraries(self) -> tuple[str, ...]:
        if not self._libraries:
            return ()
        self._folder = tempfile.TemporaryDirectory(prefix="omni-arc-")
        for name, content in self._libraries.items():
            (Path(self._folder.name) / name).write_bytes(content)
        return tuple(str(Path(self._folder.name) / name) for name in self._libraries)

    def exchange(self, jobs: bytes, seconds: float) -> bytes:
        """Take jobs; returns executions, waiting up to `seconds` for the first (sandbox/wire.py has both)."""
        sandbox = self._sandbox
        assert sandbox is not None
        for job in read_jobs(jobs):
            sandbox.submit(job)
        finished = sandbox.collect(seconds)
        until = time.monotonic() + _GATHER_SECONDS
        while sandbox.pending and len(finished) < _MOST and (left := until - time.monotonic()) > 0:
            finished += sandbox.collect(left)
        return pack_executions(finished, self._config.limits.error_chars)

    def close(self) -> None:
        """End the sandbox's processes."""
        if self._sandbox is not None:
            self._sandbox.close()
        if self._folder is not None:
            self._folder.cleanup()


class EngineHost(Host):
    """One engine of a model, in its own process, which has the GPUs of this actor."""

    def __init__(self, settings: ModelSettings) -> None:
        self._engines = ProcessEngines(settings)

    def _begin(self) -> None:
        """Start the engine; that it has its model is its first reply."""
        self._engines.check()
        self._engines.start(_LOG)

    def exchange(self, messages: Sequence[tuple[str, Any]], seconds: float) -> list[Reply]:
        """Take messages; returns the engine's replies, waiting up to `seconds` for the first."""
        for kind, value in messages:
            self._engines.send(0, kind, value)
        return [reply for _, reply in self._engines.hear(seconds)]

    def close(self) -> None:
        """End the engine."""
        self._engines.close()


def missing_for(settings: ModelSettings) -> str:
    """What this node lacks to run an engine, in one line; empty if nothing."""
    try:
        check_vllm(settings)
    except ModelError as error:
        return str(error)
    return ""
