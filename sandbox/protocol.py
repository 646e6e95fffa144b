"""The wire format between the supervisor and the process that runs a candidate: framed and bounded.

    supervisor --job--> child      length in digits, then the job (trusted: marshal)
    supervisor <--result-- child   magic, code, length, then outputs (untrusted: read strictly)

All integers are little-endian. A grid of a result is u8 height, u8 width, then height * width cells; 0, 0
means none. The child's side is a few calls: each line of Python costs a fresh process pages of memory.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from arc.grid import COLOURS, MAX_SIDE, Grid, GridType
from sandbox.contract import Job, Status
from sandbox.outputs import Cells

RESULT_MAGIC = 0xA7
MAX_INPUTS = 1000

# The order is the wire's: append only.
STATUSES = tuple(Status)
# A result code beyond the statuses: the program imports what this kind of process has not loaded.
NEEDS_MORE = 255

LENGTH_BYTES = 10  # of the digits before a job
FRAME_LENGTH = struct.Struct("<I")
_RESULT_HEAD = struct.Struct("<BBI")  # magic, code, payload length
_SHORT = struct.Struct("<H")
_COLOUR_BYTES = bytes(range(COLOURS))
_SENT, _GIVEN = np.dtype(np.int8), np.dtype(np.int64)
_loads, _array = marshal.loads, np.ndarray  # a child pays for each look into a module


class ProtocolError(Exception):
    """Bytes that are no frame: the sender is not the runner we started, or was taken over."""


@dataclass(frozen=True, eq=False)
class WireResult:
    """A result as read from the child. `status` None means that it needs a process with more loaded."""

    status: Status | None
    outputs: tuple[Grid | None, ...]
    error: str


def encode_job(job: Job) -> bytes:
    """One frame for `job`. Raises ProtocolError if it is beyond the format's bounds."""
    if len(job.inputs) > MAX_INPUTS:
        raise ProtocolError(f"a job has at most {MAX_INPUTS} inputs, this has {len(job.inputs)}")
    inputs = [_as_sent(grid, job.grid_type) for grid in job.inputs]
    try:
        body = marshal.dumps((job.source, job.entry_point, inputs))
    except ValueError as error:
        raise ProtocolError(f"the job can't be sent: {error}") from None
    return b"%*d" % (LENGTH_BYTES, len(body)) + body


def _as_sent(grid: Grid, kind: GridType) -> Any:
    """A grid as plain values: rows as the program takes them, or for an array height, width and cells."""
    if kind is GridType.ARRAY:
        return {"shape": grid.shape, "cells": grid.tobytes()}
    rows = grid.tolist()
    return rows if kind is GridType.LIST else tuple(map(tuple, rows))


def decode_job(body: bytes) -> tuple[str, str | None, list[Any]]:
    """Source, entry point and inputs (what the program takes) of a job, without the frame's length."""
    source, entry_point, inputs = _loads(body)
    return source, entry_point, list(map(_given, inputs))


def _given(sent: Any) -> Any:
    if type(sent) is not dict:
        return sent
    return _array(sent["shape"], _SENT, sent["cells"]).astype(_GIVEN)


def encode_result(code: int, outputs: Iterable[Cells | None], error: str, *, error_chars: int) -> bytes:
    """One result frame; `code` is an index into STATUSES or NEEDS_MORE."""
    payload = encode_payload(outputs, error, error_chars=error_chars)
    return _RESULT_HEAD.pack(RESULT_MAGIC, code, len(payload)) + payload


def encode_payload(outputs: Iterable[Cells | None], error: str, *, error_chars: int) -> bytes:
    """What follows the head of a result: the outputs, then the error."""
    text = error[:error_chars].encode("utf-8", "replace")
    parts = [b"\0\0" if found is None else bytes(found[:2]) + found[2] for found in outputs]
    return b"".join([_SHORT.pack(len(parts)), *parts, FRAME_LENGTH.pack(len(text)), text])


def payload_limit(inputs: int, error_chars: int) -> int:
    """The most bytes that the payload of a result on `inputs` inputs may have."""
    return _SHORT.size + inputs * (2 + MAX_SIDE * MAX_SIDE) + FRAME_LENGTH.size + 4 * error_chars


def read_result(data: bytes | bytearray, inputs: int, error_chars: int) -> WireResult | None:
    """The result on `inputs` inputs that the untrusted `data` begins with; None if it is incomplete.

    Believes no length before checking it. Raises ProtocolError for what is no result, or is more than one.
    """
    if len(data) < _RESULT_HEAD.size:
        return None
    magic, code, size = _RESULT_HEAD.unpack_from(data)
    if magic != RESULT_MAGIC or size > payload_limit(inputs, error_chars):
        raise ProtocolError("a result frame with a wrong head")
    if code >= len(STATUSES) and code != NEEDS_MORE:
        raise ProtocolError(f"an unknown result code {code}")
    if len(data) < _RESULT_HEAD.size + size:
        return None
    if len(data) > _RESULT_HEAD.size + size:
        raise ProtocolError("bytes after the end of a result")
    status = None if code == NEEDS_MORE else STATUSES[code]
    outputs, error = read_payload(bytes(data[_RESULT_HEAD.size :]), inputs, status)
    if status is Status.INFRASTRUCTURE:
        raise ProtocolError("a child does not know of infrastructure failures")
    return WireResult(status, outputs, error)


def read_payload(payload: bytes, inputs: int, status: Status | None) -> tuple[tuple[Grid | None, ...], str]:
    """The outputs on `inputs` inputs and the error; ProtocolError for what is no payload of `status`."""
    try:
        (count,) = _SHORT.unpack_from(payload)
        if count != inputs:
            raise ProtocolError(f"{count} outputs for {inputs} inputs")
        place = _SHORT.size
        outputs: list[Grid | None] = []
        for _ in range(count):
            grid, place = _read_grid(payload, place)
            outputs.append(grid)
        (size,) = FRAME_LENGTH.unpack_from(payload, place)
    except (struct.error, IndexError):
        raise ProtocolError("a frame that ends too early") from None
    place += FRAME_LENGTH.size
    if place + size != len(payload):
        raise ProtocolError("a payload with a wrong length")
    if (status is Status.OK) != all(grid is not None for grid in outputs):
        raise ProtocolError("status and outputs contradict each other")
    return tuple(outputs), _line(payload[place:]) if size else ""


def _read_grid(payload: bytes, place: int) -> tuple[Grid | None, int]:
    """The grid at a place of the payload, and the place behind it."""
    height, width = payload[place], payload[place + 1]
    place += 2
    if height == width == 0:
        return None, place
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise ProtocolError(f"a grid of {height}x{width}")
    end = place + height * width
    cells = payload[place:end]
    if len(cells) != height * width:
        raise ProtocolError("a frame that ends too early")
    if cells.translate(None, _COLOUR_BYTES):
        raise ProtocolError("a cell beyond the ten colours")
    return np.ndarray((height, width), np.int8, cells), end  # over bytes it is read-only, as grids are


def _line(text: bytes) -> str:
    """Untrusted text as one line."""
    line = "".join(sign if sign.isprintable() else " " for sign in text.decode("utf-8", "replace"))
    return " ".join(line.split())
