"""The wire format between the supervisor and the process that runs a candidate: framed, bounded, no pickle.

    supervisor --job--> child      u32 length, then the job (trusted)
    supervisor <--result-- child   magic, code, length, then outputs (untrusted: read strictly)

All integers are little-endian. A grid is u8 height, u8 width, then height * width cells; 0, 0 means none.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from arc.grid import COLOURS, MAX_SIDE, Grid, GridType
from sandbox.contract import Job, Status

RESULT_MAGIC = 0xA7
MAX_JOB_BYTES = 32 * 1024 * 1024
MAX_INPUTS = 1000

# The order is the wire's: append only.
STATUSES = tuple(Status)
GRID_TYPES = tuple(GridType)
# A result code beyond the statuses: the program imports what this kind of process has not loaded.
NEEDS_MORE = 255

FRAME_LENGTH = struct.Struct("<I")
_RESULT_HEAD = struct.Struct("<BBI")  # magic, code, payload length
_JOB_HEAD = struct.Struct("<BHHI")  # grid type, entry bytes, inputs, source bytes
_SHORT = struct.Struct("<H")
_COLOUR_BYTES = bytes(range(COLOURS))


class ProtocolError(Exception):
    """Bytes that are no frame: the sender is not the runner we started, or was taken over."""


@dataclass(frozen=True, eq=False)
class WireJob:
    """A job as the child sees it; `inputs` are int8 arrays."""

    source: str
    inputs: tuple[Grid, ...]
    entry_point: str | None
    grid_type: GridType


@dataclass(frozen=True, eq=False)
class WireResult:
    """A result as read from the child. `status` None means that it needs a process with more loaded."""

    status: Status | None
    outputs: tuple[Grid | None, ...]
    error: str


def encode_job(job: Job) -> bytes:
    """One frame for `job`. Raises ProtocolError if it is beyond the format's bounds."""
    source = job.source.encode("utf-8", "surrogatepass")
    entry = (job.entry_point or "").encode("utf-8", "surrogatepass")
    if len(job.inputs) > MAX_INPUTS:
        raise ProtocolError(f"a job has at most {MAX_INPUTS} inputs, this has {len(job.inputs)}")
    if len(entry) > 0xFFFF:
        raise ProtocolError(f"the name of an entry point has at most 65535 bytes, this has {len(entry)}")
    head = _JOB_HEAD.pack(GRID_TYPES.index(job.grid_type), len(entry), len(job.inputs), len(source))
    body = b"".join([head, entry, source, *map(_encode_grid, job.inputs)])
    return FRAME_LENGTH.pack(len(body)) + body


def decode_job(body: bytes) -> WireJob:
    """The inverse of `encode_job`, without the length. The supervisor is trusted; bounds are kept anyway."""
    kind, entry_size, count, source_size = _JOB_HEAD.unpack_from(body)
    place = _JOB_HEAD.size
    entry = body[place : place + entry_size].decode("utf-8", "surrogatepass")
    place += entry_size
    source = body[place : place + source_size].decode("utf-8", "surrogatepass")
    reader = _Cursor(body, place + source_size)
    inputs = tuple(reader.grid() for _ in range(count))
    if any(grid is None for grid in inputs):
        raise ProtocolError("a job's input is empty")
    return WireJob(source, inputs, entry or None, GRID_TYPES[kind])  # type: ignore[arg-type]


def _encode_grid(grid: Grid | None) -> bytes:
    return b"\0\0" if grid is None else bytes(grid.shape) + grid.tobytes()


def encode_result(code: int, outputs: list[Grid | None], error: str, *, error_chars: int) -> bytes:
    """One result frame; `code` is an index into STATUSES or NEEDS_MORE. Outputs are int8 arrays or None."""
    text = error[:error_chars].encode("utf-8", "replace")
    payload = b"".join(
        [_SHORT.pack(len(outputs)), *map(_encode_grid, outputs), FRAME_LENGTH.pack(len(text)), text]
    )
    return _RESULT_HEAD.pack(RESULT_MAGIC, code, len(payload)) + payload


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
    outputs, error = _read_payload(bytes(data[_RESULT_HEAD.size :]), inputs)
    status = None if code == NEEDS_MORE else STATUSES[code]
    if (status is Status.OK) != all(grid is not None for grid in outputs):
        raise ProtocolError("status and outputs contradict each other")
    if status is Status.INFRASTRUCTURE:
        raise ProtocolError("a child does not know of infrastructure failures")
    return WireResult(status, outputs, error)


def _read_payload(payload: bytes, inputs: int) -> tuple[tuple[Grid | None, ...], str]:
    cursor = _Cursor(payload, 0)
    count = cursor.number(_SHORT)
    if count != inputs:
        raise ProtocolError(f"{count} outputs for {inputs} inputs")
    outputs = tuple(cursor.grid() for _ in range(count))
    text = cursor.take(cursor.number(FRAME_LENGTH))
    if cursor.left:
        raise ProtocolError("bytes after the end of a payload")
    line = "".join(sign if sign.isprintable() else " " for sign in text.decode("utf-8", "replace"))
    return outputs, " ".join(line.split())


class _Cursor:
    """A place in bytes that refuses to run over the end."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data = data
        self._place = place

    @property
    def left(self) -> int:
        return len(self._data) - self._place

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise ProtocolError("a frame that ends too early")
        self._place += size
        return self._data[self._place - size : self._place]

    def number(self, form: struct.Struct) -> int:
        value: int = form.unpack(self.take(form.size))[0]
        return value

    def grid(self) -> Grid | None:
        height, width = self.take(2)
        if height == width == 0:
            return None
        if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
            raise ProtocolError(f"a grid of {height}x{width}")
        cells = self.take(height * width)
        if cells.translate(None, _COLOUR_BYTES):
            raise ProtocolError("a cell beyond the ten colours")
        # frombuffer over bytes is read-only, as grids are
        return np.frombuffer(cells, dtype=np.int8).reshape(height, width)
