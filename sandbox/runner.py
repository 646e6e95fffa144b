"""What runs inside the child process: read a job, run the program on its inputs, write the result.

A program gets fresh copies of its inputs, a module namespace of its own and seeded random generators. It
prints into nothing.
"""

from __future__ import annotations

import os
import random
import struct
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from arc import Grid, GridError, GridType
from sandbox.contract import Status
from sandbox.language import FILENAME, Compiled, Language, PolicyError, UnparsableError, WantsSolo
from sandbox.outputs import output_grid
from sandbox.protocol import MAX_JOB_BYTES, STATUSES, WANTS_SOLO, WireJob, decode_job, encode_result

_MODULE = "candidate"
_SEED = 0
_CHUNK = 1 << 16


@dataclass(frozen=True)
class RunnerConfig:
    """What a child needs to know: the length of error lines and the CPU seconds after which it retires."""

    error_chars: int
    retire_after_seconds: float


class Silence:
    """A stream that swallows what is written to it."""

    __slots__ = ()
    encoding = "utf-8"
    closed = False

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        """Nothing is kept, so there is nothing to flush."""

    def isatty(self) -> bool:
        return False


def seed_generators() -> None:
    """Put the random generators into the state in which every program finds them."""
    random.seed(_SEED)
    np.random.seed(_SEED)


def serve(channel: int, language: Language, config: RunnerConfig) -> None:
    """Run jobs from `channel` until it ends. The random generators are to be seeded."""
    for body in _frames(channel):
        job = decode_job(body)
        # the process clock only moves with the timer tick once RLIMIT_CPU is set
        started = time.thread_time()
        code, outputs, error = _run(job, language)
        sys.modules.pop(_MODULE, None)  # what the program made goes in its own time
        if language.asked_for_solo():
            code, outputs, error = WANTS_SOLO, [None] * len(job.inputs), ""
        used = time.thread_time() - started
        retire = job.alone or time.thread_time() > config.retire_after_seconds or language.marked()
        frame = encode_result(
            job.index, code, outputs, error, used, retire=retire, error_chars=config.error_chars
        )
        _write(channel, frame)
        if retire:
            return
        seed_generators()


def _frames(channel: int) -> Iterator[bytes]:
    buffer = bytearray()
    while True:
        while len(buffer) >= 4:
            size = struct.unpack_from("<I", buffer)[0]
            if size > MAX_JOB_BYTES:
                return
            if len(buffer) < 4 + size:
                break
            body = bytes(buffer[4 : 4 + size])
            del buffer[: 4 + size]
            yield body
        data = os.read(channel, _CHUNK)
        if not data:
            return
        buffer += data


def _write(channel: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(channel, view) :]


def _run(job: WireJob, language: Language) -> tuple[int, list[Grid | None], str]:
    nothing: list[Grid | None] = [None] * len(job.inputs)
    try:
        try:
            compiled = language.compile(job.source, alone=job.alone)
        except WantsSolo:
            return WANTS_SOLO, nothing, ""
        entry = _define(compiled, job.entry_point)
    except BaseException as error:
        return STATUSES.index(_status(error)), nothing, describe(error)
    outputs: list[Grid | None] = []
    failure: tuple[Status, str] | None = None
    for grid in job.inputs:
        try:
            outputs.append(output_grid(entry(_present(grid, job.grid_type))))
        except BaseException as error:
            outputs.append(None)
            failure = failure or (_status(error), describe(error))
    status, text = failure or (Status.OK, "")
    return STATUSES.index(status), outputs, text


def _define(compiled: Compiled, entry_point: str | None) -> Callable[[Any], Any]:
    """Execute the program's module and return its entry function."""
    module = types.ModuleType(_MODULE)
    sys.modules[_MODULE] = module
    space = module.__dict__
    space.update(compiled.namespace)
    space["__name__"] = _MODULE
    exec(compiled.code, space)
    for name in (entry_point,) if entry_point else ("transform", "task", "solve"):
        entry = space.get(name)
        if callable(entry):
            found: Callable[[Any], Any] = entry
            return found
    wanted = f"{entry_point!r}" if entry_point else "transform, task or solve"
    raise UnparsableError(f"the program defines no function {wanted}")


def _present(grid: Grid, kind: GridType) -> Any:
    if kind is GridType.ARRAY:
        return grid.astype(np.int64)
    rows = grid.tolist()
    return rows if kind is GridType.LIST else tuple(tuple(row) for row in rows)


def _status(error: BaseException) -> Status:
    kind = type(error)  # an object may lie about its class, not about its type
    for family, status in _STATUS_OF.items():
        if issubclass(kind, family):
            return status
    return Status.ERROR


_STATUS_OF = {
    MemoryError: Status.MEMORY,
    GridError: Status.INVALID,
    PolicyError: Status.REJECTED,
    UnparsableError: Status.UNPARSABLE,
}


def describe(error: BaseException) -> str:
    """One line on an exception: its kind, its message, and the program's line where it arose."""
    kind = type(error)
    name = str(type.__dict__["__name__"].__get__(kind))
    try:
        message = " ".join(str(error).split())
    except BaseException:
        message = ""
    if issubclass(kind, (UnparsableError, GridError)):
        return message
    line = _line(error)
    return (f"{name}: {message}" if message else name) + (f" (line {line})" if line else "")


def _line(error: BaseException) -> int | None:
    try:
        frames = [
            number
            for frame, number in traceback.walk_tb(error.__traceback__)
            if frame.f_code.co_filename == FILENAME
        ]
    except BaseException:
        return None
    return frames[-1] if frames else None
