"""The zygote: a warm, confined process started by exec that forks the children in which candidates run.

It never sees a task's outputs, nor any program: a job and its result pass between the supervisor and the
child over a socket that the zygote only hands on. Its own channel carries, from the supervisor,

    'F' + pids, with descriptors   reap those children, fork one for each descriptor; answers with their pids
    'R' + pid                      reap that child; answers with its wait status and CPU time
    end of file                    exit, and the children with it
"""

from __future__ import annotations

import _socket
import array
import ast
import gc
import importlib
import os
import struct
import sys
import warnings
from dataclasses import asdict, dataclass
from typing import Any

from sandbox import kernel
from sandbox.language_layer import Language
from sandbox.preload import load_libraries, preload, seal
from sandbox.runner import Silence, receive, serve, warm_up
from sandbox.substitutes import settle_library, settle_time

REAPED = struct.Struct("<id")  # wait status, CPU seconds
MESSAGE_BYTES = 1 << 16
MOST_FORKS = 64
# as they are found in a child without a look into their modules, which would write to pages
_fork, _dup2, _close_range, _exit, _CHANNEL = kernel.fork, os.dup2, os.closerange, os._exit, kernel.CHANNEL


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


def main() -> None:
    """Entry point of the process: descriptor 0 is the channel to the supervisor."""
    channel = _socket.socket(fileno=os.dup(0))
    os.dup2(1, 0)
    config = ZygoteConfig(**ast.literal_eval(channel.recv(MESSAGE_BYTES).decode()))
    try:
        language, steps, report = _prepare(config, channel.fileno())
    except Exception as error:
        channel.send(repr({"error": f"{type(error).__name__}: {error}"}).encode()[:MESSAGE_BYTES])
        return
    os.write(channel.fileno(), repr(report).encode())
    if report["seccomp"] or config.unconfined:
        _work(channel, (sys.modules.get("sandbox.turns"), steps, language, config.error_chars))


def _prepare(config: ZygoteConfig, channel: int) -> tuple[Language, tuple[Any, ...], dict[str, Any]]:
    warnings.simplefilter("ignore")
    settle_time()
    preload(config.profile)
    kernel.settle_code()
    if config.libraries:
        del sys.modules["arc"]  # so far a bare package, of which only `arc.grid` was loaded
        importlib.import_module("arc")
    libraries = load_libraries(config.libraries)
    os.closerange(3, channel)  # what libraries have left open, which candidates could read
    os.closerange(channel + 1, 1 << 20)  # no descriptor is above
    settle_library()
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Silence()  # type: ignore[misc,assignment]
    sys.stdin = sys.__stdin__ = None  # type: ignore[misc]
    kernel.fill_gaps()
    language = Language(libraries, enforce=config.language)
    warm_up(language)
    seal(config.profile)
    os.environ.clear()
    sys.argv = ["candidate"]
    gc.collect()
    gc.freeze()
    kernel.fill_gaps()
    layers = kernel.confine_zygote(config.memory_mb << 20)
    steps = kernel.child_steps(int(2 * config.cpu_seconds) + 3, layers)
    language.watch()
    return language, steps, asdict(layers)


def _work(channel: _socket.socket, given: tuple[Any, ...]) -> None:
    """Fork and reap as told until the supervisor is gone."""
    control = channel.fileno()
    ended: list[int] = []
    while True:
        message, extra, _, _ = channel.recvmsg(MESSAGE_BYTES, _socket.CMSG_SPACE(4 * MOST_FORKS))
        if not message:
            return
        pids = array.array("i", message[1:])
        if message[:1] == b"R":
            _, status, usage = os.wait4(pids[0], 0)
            os.write(control, REAPED.pack(status, usage.ru_utime + usage.ru_stime))
            continue
        descriptors = array.array("i", extra[0][2]).tolist()
        others = (kernel.CHANNEL + 1, max(control, *descriptors) + 1)
        children = []
        for descriptor in descriptors:  # the least Python for each fork, for it costs pages here too
            children.append(_fork())
            if not children[-1]:
                _become_child(descriptor, others, given)
        os.write(control, array.array("i", children).tobytes())
        for descriptor in descriptors:
            os.close(descriptor)
        ended = [pid for pid in (*ended, *pids) if os.waitpid(pid, os.WNOHANG)[0] == 0]


def _become_child(descriptor: int, others: tuple[int, int], given: tuple[Any, ...]) -> None:
    """Serve one job and exit; nothing of the zygote's loop is ever returned to."""
    status = 81
    try:
        turns, steps, language, error_chars = given
        _dup2(descriptor, _CHANNEL)
        _close_range(*others)
        # threads are made before the filter forbids it
        job = turns.make_seats(receive(_CHANNEL)) if turns else b""
        for call, values in steps:
            if call(*values):
                raise OSError("a child could not be confined")
        serve(_CHANNEL, job or receive(_CHANNEL), language, error_chars)
        status = 0
    finally:
        _exit(status)
