"""What runs inside the child process: read the job, run the program on its inputs, write the result.

A program gets fresh copies of its inputs, a module of its own and seeded random generators. It prints into
nothing.
"""

from __future__ import annotations

import io
import os
import sys
import types
from _socket import socketpair
from collections.abc import Callable
from typing import Any

import numpy as np

from arc.grid import GridError, GridType
from sandbox.contract import Job, Status
from sandbox.imports import STARS
from sandbox.language_layer import FILENAME, Language, UnparsableError
from sandbox.names import MODULE, PolicyError
from sandbox.outputs import Cells, output_cells
from sandbox.preload import MISSED
from sandbox.protocol import LENGTH_BYTES, NEEDS_MORE, STATUSES, decode_job, encode_job, encode_result

_read, _write = os.read, os.write


class Silence(io.TextIOBase):
    """A stream that swallows what is written to it."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)


def receive(channel: int) -> bytes:
    """The one job that `channel` brings; empty if it brings none."""
    size = int(_read(channel, LENGTH_BYTES) or b"0")
    job = _read(channel, size)
    while len(job) < size and (more := _read(channel, size - len(job))):
        job += more
    return job


def serve(channel: int, job: bytes, language: Language, error_chars: int) -> None:
    """Run a job and send its result."""
    result = run_job(job, language, error_chars) if job else b""
    while result:
        result = result[_write(channel, result) :]


def run_job(job: bytes, language: Language, error_chars: int) -> bytes:
    """Run the program of a job on its inputs; returns the result's frame."""
    source, entry_point, inputs = decode_job(job)
    outputs: list[Cells | None] = [None] * len(inputs)
    failure: tuple[Status, str] | None = None
    try:
        entry = _define(language, source, entry_point)
        for number, given in enumerate(inputs):
            try:
                outputs[number] = output_cells(entry(given))
            except BaseException as error:
                failure = failure or (_status(error), describe(error))
            if MISSED:
                break
    except BaseException as error:
        failure = _status(error), describe(error)
    if MISSED:
        return encode_result(NEEDS_MORE, [None] * len(inputs), "", error_chars=error_chars)
    status, text = failure or (Status.OK, "")
    return encode_result(STATUSES.index(status), outputs, text, error_chars=error_chars)


_WARM_UP = """
import numpy as np
from collections import Counter
def transform(grid):
    rows = [[int(v) for v in row] for row in (grid.tolist() if hasattr(grid, "tolist") else grid)]
    cells = np.array(rows)
    out = np.zeros_like(cells)
    for r, row in enumerate(cells):
        for c, value in enumerate(row):
            if value and (r + c) % 2 == 0:
                out[r, c] = value
    out[cells == Counter(cells.flatten().tolist()).most_common(1)[0][0]] = 1
    return np.flipud(out) if out.any() else sorted(rows)
"""


def warm_up(language: Language) -> None:
    """Run a program in the zygote as children will: what is done once is done, and not once in each child."""
    grid = np.arange(12, dtype=np.int8).reshape(3, 4) % 10
    ours, theirs = socketpair()
    for kind in list(GridType) * 4:  # so often that the interpreter settles on ways to run our code
        ours.send(encode_job(Job(0, _WARM_UP, (grid, grid), None, kind)))
        serve(theirs.fileno(), receive(theirs.fileno()), language, 500)
    del sys.modules[MODULE]


def _define(language: Language, source: str, entry_point: str | None) -> Callable[[Any], Any]:
    """Execute the program's module and return its entry function."""
    code, built_ins = language.compile(source)
    module = types.ModuleType(MODULE)
    sys.modules[MODULE] = module
    space = module.__dict__
    space["__builtins__"] = built_ins
    exec(code, space)
    for name in (entry_point,) if entry_point else ("transform", "task", "solve"):
        entry = space.get(name)
        if callable(entry):
            found: Callable[[Any], Any] = entry
            return found
    wanted = f"{entry_point!r}" if entry_point else "transform, task or solve"
    raise UnparsableError(f"the program defines no function {wanted}")


def _status(error: BaseException) -> Status:
    kind = type(error)  # an object may lie about its class, not about its type
    return next((status for family, status in _STATUS_OF.items() if issubclass(kind, family)), Status.ERROR)


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
    said = (f"{name}: {message}" if message else name) + (f" (line {line})" if line else "")
    hint = f"; nothing came from {', '.join(map(repr, STARS))}, imported with *: programs have no such module"
    return said + hint * bool(STARS and kind is NameError)


def _line(error: BaseException) -> int | None:
    found = None
    try:
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == FILENAME:
                found = trace.tb_lineno
            trace = trace.tb_next
    except BaseException:
        return None
    return found
