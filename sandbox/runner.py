"""What runs inside the child process: read the job, run the program on its inputs, write the result.

A program gets fresh copies of its inputs, a module of its own and seeded random generators. It prints into
nothing.
"""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from arc.grid import Grid, GridError, GridType
from sandbox.contract import Status
from sandbox.guards import MODULE
from sandbox.language import FILENAME, Compiled, Language, UnparsableError
from sandbox.names import PolicyError
from sandbox.outputs import output_grid
from sandbox.preload import NotLoaded
from sandbox.protocol import (
    FRAME_LENGTH,
    MAX_JOB_BYTES,
    NEEDS_MORE,
    STATUSES,
    WireJob,
    decode_job,
    encode_result,
)

_CHUNK = 1 << 14


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


def serve(channel: int, language: Language, error_chars: int) -> None:
    """Run the one job that `channel` brings, if it brings one."""
    body = _read(channel)
    if body is None:
        return
    code, outputs, error = run_job(decode_job(body), language)
    view = memoryview(encode_result(code, outputs, error, error_chars=error_chars))
    while view:
        view = view[os.write(channel, view) :]


def _read(channel: int) -> bytes | None:
    data = os.read(channel, _CHUNK)
    while data:
        if len(data) >= FRAME_LENGTH.size:
            (size,) = FRAME_LENGTH.unpack_from(data)
            if size > MAX_JOB_BYTES:
                return None
            if len(data) >= FRAME_LENGTH.size + size:
                return data[FRAME_LENGTH.size :]
        more = os.read(channel, 1 << 20)
        if not more:
            return None
        data += more
    return None


def run_job(job: WireJob, language: Language) -> tuple[int, list[Grid | None], str]:
    """Run a program on its inputs; returns the result's code, its outputs and its error line."""
    outputs: list[Grid | None] = [None] * len(job.inputs)
    failure: tuple[Status, str] | None = None
    try:
        entry = _define(language.compile(job.source), job.entry_point)
        for number, grid in enumerate(job.inputs):
            try:
                outputs[number] = output_grid(entry(_present(grid, job.grid_type)))
            except NotLoaded:
                raise
            except BaseException as error:
                failure = failure or (_status(error), describe(error, language))
    except NotLoaded:
        return NEEDS_MORE, [None] * len(job.inputs), ""
    except BaseException as error:
        failure = _status(error), describe(error, language)
    status, text = failure or (Status.OK, "")
    return STATUSES.index(status), outputs, text


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
    for kind in GridType:
        run_job(WireJob(_WARM_UP, (grid, grid), None, kind), language)
    del sys.modules[MODULE]


def _define(compiled: Compiled, entry_point: str | None) -> Callable[[Any], Any]:
    """Execute the program's module and return its entry function."""
    module = types.ModuleType(MODULE)
    sys.modules[MODULE] = module
    space = module.__dict__
    space.update(compiled.namespace)
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


def describe(error: BaseException, language: Language) -> str:
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
    text = (f"{name}: {message}" if message else name) + (f" (line {line})" if line else "")
    return text + language.hint(error)


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
