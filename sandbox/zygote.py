"""The zygote: a warm, confined process started by exec that forks the children in which candidates run.

It never sees a task's outputs, nor any program: jobs and results pass between the supervisor and the child
over a socket that the zygote only hands on. Its own channel carries three messages:

    'F' + a descriptor   fork a child that serves that descriptor (what ran before is killed and reaped)
    'R'                  kill and reap the child; answers with its wait status and CPU time
    end of file          kill the child and exit
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import signal
import socket
import struct
import sys
import warnings
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sandbox import kernel
from sandbox.language import Language
from sandbox.preload import PROFILES, preload
from sandbox.runner import RunnerConfig, Silence, seed_generators, serve

FORKED = struct.Struct("<ci")  # b"P", pid (0 if the fork failed)
REAPED = struct.Struct("<cid")  # b"X", wait status, CPU seconds
MESSAGE_BYTES = 1 << 16
_RETIRE_SECONDS = 10.0  # of CPU time, after which a child starts no other program


@dataclass(frozen=True)
class ZygoteConfig:
    """How one zygote is to be: what it preloads and the limits of its children."""

    profile: str
    libraries: tuple[str, ...]
    language: bool
    unconfined: bool
    cpu_seconds: float
    memory_mb: int
    error_chars: int

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, text: bytes) -> ZygoteConfig:
        record = json.loads(text)
        return cls(**{**record, "libraries": tuple(record["libraries"])})


def main() -> None:
    """Entry point of the process: descriptor 0 is the channel to the supervisor."""
    channel = socket.socket(fileno=os.dup(0))
    os.dup2(1, 0)
    config = ZygoteConfig.from_json(channel.recv(MESSAGE_BYTES))
    try:
        language, limits, report = _prepare(config, channel.fileno())
    except Exception as error:
        channel.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode()[:MESSAGE_BYTES])
        return
    channel.send(json.dumps(report).encode())
    if report["seccomp"] or config.unconfined:
        _Parent(channel, language, config, limits).work()


def _prepare(config: ZygoteConfig, channel: int) -> tuple[Language, kernel.ChildLimits, dict[str, Any]]:
    warnings.simplefilter("ignore")
    assert config.profile in PROFILES
    preload(config.profile)
    libraries = tuple(load_library(path) for path in config.libraries)
    _close_all_but(channel)
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Silence()  # type: ignore[misc,assignment]
    sys.stdin = sys.__stdin__ = None  # type: ignore[misc]
    language = Language(libraries, enforce=config.language)
    seed_generators()
    os.environ.clear()
    limits = kernel.child_limits(int(_RETIRE_SECONDS + 2 * config.cpu_seconds) + 3, config.memory_mb << 20)
    layers = kernel.confine_zygote()
    if not layers.seccomp:
        limits = replace(limits, filter=None)
    gc.collect()
    gc.freeze()
    return language, limits, dict(layers.as_dict())


def _close_all_but(channel: int) -> None:
    """Close what libraries have left open, which candidates could read."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) != channel:
            with contextlib.suppress(OSError):
                os.close(int(name))


def load_library(path: str) -> str:
    """Import a trusted Python file under its stem; returns that name."""
    name = Path(path).stem
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return name


class _Parent:
    """The zygote's loop: at most one child at a time."""

    def __init__(
        self, channel: socket.socket, language: Language, config: ZygoteConfig, limits: kernel.ChildLimits
    ) -> None:
        self._channel = channel
        self._language = language
        self._config = config
        self._limits = limits
        self._child = 0

    def work(self) -> None:
        while True:
            message, descriptors, _, _ = socket.recv_fds(self._channel, 16, 1)
            if not message:
                self._reap()
                return
            if message == b"F" and descriptors:
                self._reap()
                self._fork(descriptors[0])
            elif message == b"R":
                status, seconds = self._reap()
                self._channel.send(REAPED.pack(b"X", status, seconds))

    def _reap(self) -> tuple[int, float]:
        if not self._child:
            return 0, 0.0
        os.kill(self._child, signal.SIGKILL)
        _, status, usage = os.wait4(self._child, 0)
        self._child = 0
        return status, usage.ru_utime + usage.ru_stime

    def _fork(self, descriptor: int) -> None:
        pid = kernel.fork()
        if pid == 0:
            self._become_child(descriptor)
        os.close(descriptor)
        self._child = max(pid, 0)
        self._channel.send(FORKED.pack(b"P", self._child))

    def _become_child(self, descriptor: int) -> None:
        """Serve jobs and exit; nothing of the zygote's loop is ever returned to."""
        status = 81
        try:
            config = self._config
            os.dup2(descriptor, 0)
            os.closerange(1, max(descriptor, self._channel.fileno()) + 1)
            self._limits.apply()
            self._language.start(config.memory_mb << 20)
            serve(0, self._language, RunnerConfig(config.error_chars, _RETIRE_SECONDS))
            status = 0
        finally:
            os._exit(status)


if __name__ == "__main__":
    main()
