"""The wire format between the supervisor and the process that runs candidates: framed, bounded, no pickle.

    supervisor --jobs--> child     u32 length, then the job (trusted)
    supervisor <--results-- child  magic, index, status, length, then outputs (untrusted: read strictly)

All integers are little-endian. A grid is u8 height, u8 width, then height * width cells; 0, 0 means none.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from arc import COLOURS, MAX_SIDE, Grid, GridType
from sandbox.contract import Job, Status

RESULT_MAGIC = 0xA7
MAX_JOB_BYTES = 32 * 1024 * 1024
MAX_INPUTS = 1000

# The order is the wire's: append only.
STATUSES = tuple(Status)
GRID_TYPES = tuple(GridType)
# Result codes beyond the statuses: the program was not run, because it wants a process of its own.
WANTS_SOLO = 255

_RESULT_HEAD = struct.Struct("<BIBBdI")  # magic, index, code, retire, CPU seconds, payload length
_JOB_HEAD = struct.Struct("<IBBHHI")  # index, grid type, alone, entry bytes, inputs, source bytes
_LENGTH = struct.Struct("<I")
_SHORT = struct.Struct("<H")
_COLOUR_BYTES = bytes(range(COLOURS))


class ProtocolError(Exception):
    """Bytes that are no frame: the sender is not the runner we started, or was taken over."""


@dataclass(frozen=True, eq=False)
class WireJob:
    """A job as the child sees it; `inputs` are int8 arrays."""

    index: int
    source: str
    inputs: tuple[Grid, ...]
    entry_point: str | None
    grid_type: GridType
    alone: bool


@dataclass(frozen=True, eq=False)
class WireResult:
    """A result as read from the child. `status` None means that it asks for a process of its own.

    `retire` says that the process should run nothing more. `cpu_seconds` is the child's own claim.
    """

    index: int
    status: Status | None
    outputs: tuple[Grid | None, ...]
    error: str
    cpu_seconds: float
    retire: bool


def encode_job(index: int, job: Job, *, alone: bool) -> bytes:
    """One frame for `job`, to be run `alone` in its process or not.

    Raises ProtocolError if it is beyond the format's bounds.
    """
    source = job.source.encode("utf-8", "surrogatepass")
    entry = (job.entry_point or "").encode("utf-8", "surrogatepass")
    if len(job.inputs) > MAX_INPUTS:
        raise ProtocolError(f"a job has at most {MAX_INPUTS} inputs, this has {len(job.inputs)}")
    if len(source) + len(entry) > MAX_JOB_BYTES // 2 or len(entry) > 0xFFFF:
        raise ProtocolError(f"a program has at most {MAX_JOB_BYTES // 2} bytes, this has {len(source)}")
    parts = [
        _JOB_HEAD.pack(
            index, GRID_TYPES.index(job.grid_type), alone, len(entry), len(job.inputs), len(source)
        ),
        entry,
        source,
    ]
    parts += [_encode_grid(grid) for grid in job.inputs]
    body = b"".join(parts)
    return _LENGTH.pack(len(body)) + body


def decode_job(body: bytes) -> WireJob:
    """The inverse of `encode_job`, without the length. The supervisor is trusted; bounds are kept anyway."""
    index, kind, alone, entry_size, count, source_size = _JOB_HEAD.unpack_from(body)
    place = _JOB_HEAD.size
    entry = body[place : place + entry_size].decode("utf-8", "surrogatepass")
    place += entry_size
    source = body[place : place + source_size].decode("utf-8", "surrogatepass")
    reader = _Cursor(body, place + source_size)
    inputs = tuple(reader.grid() for _ in range(count))
    if any(grid is None for grid in inputs):
        raise ProtocolError("a job's input is empty")
    return WireJob(index, source, inputs, entry or None, GRID_TYPES[kind], bool(alone))  # type: ignore[arg-type]


def _encode_grid(grid: Grid | None) -> bytes:
    return b"\0\0" if grid is None else bytes(grid.shape) + grid.tobytes()


def encode_result(
    index: int,
    code: int,
    outputs: list[Grid | None],
    error: str,
    cpu_seconds: float,
    *,
    retire: bool,
    error_chars: int,
) -> bytes:
    """One result frame; `code` is an index into STATUSES or WANTS_SOLO. Outputs are int8 arrays or None."""
    text = error[:error_chars].encode("utf-8", "replace")
    parts = [
        _SHORT.pack(len(outputs)),
        *(_encode_grid(grid) for grid in outputs),
        _LENGTH.pack(len(text)),
        text,
    ]
    payload = b"".join(parts)
    return _RESULT_HEAD.pack(RESULT_MAGIC, index, code, retire, cpu_seconds, len(payload)) + payload


def payload_limit(inputs: int, error_chars: int) -> int:
    """The most bytes that the payload of a result on `inputs` inputs may have."""
    return _SHORT.size + inputs * (2 + MAX_SIDE * MAX_SIDE) + _LENGTH.size + 4 * error_chars


class ResultReader:
    """Reads results from an untrusted stream: feed it bytes, take whole results, or get a ProtocolError.

    It never holds more than one frame beyond what was fed, and believes no length before checking it.
    """

    def __init__(self, error_chars: int) -> None:
        self._buffer = bytearray()
        self._error_chars = error_chars

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def take(self, index: int, inputs: int) -> WireResult | None:
        """The next result, which must be the one numbered `index` on `inputs` inputs; None if incomplete."""
        if len(self._buffer) < _RESULT_HEAD.size:
            return None
        magic, got, code, retire, cpu_seconds, size = _RESULT_HEAD.unpack_from(self._buffer)
        if magic != RESULT_MAGIC or got != index or retire > 1:
            raise ProtocolError("a result frame with a wrong head")
        if code >= len(STATUSES) and code != WANTS_SOLO:
            raise ProtocolError(f"an unknown result code {code}")
        if not 0.0 <= cpu_seconds < 1e6:
            raise ProtocolError("a CPU time out of range")
        if size > payload_limit(inputs, self._error_chars):
            raise ProtocolError(f"a result of {size} bytes")
        end = _RESULT_HEAD.size + size
        if len(self._buffer) < end:
            return None
        payload = bytes(self._buffer[_RESULT_HEAD.size : end])
        del self._buffer[:end]
        outputs, error = _read_payload(payload, inputs)
        status = None if code == WANTS_SOLO else STATUSES[code]
        _check_consistency(status, outputs)
        return WireResult(index, status, outputs, error, cpu_seconds, bool(retire))

    @property
    def leftover(self) -> int:
        """Bytes that belong to no result taken so far."""
        return len(self._buffer)


def _check_consistency(status: Status | None, outputs: tuple[Grid | None, ...]) -> None:
    complete = all(grid is not None for grid in outputs)
    if (status is Status.OK) != complete:
        raise ProtocolError("status and outputs contradict each other")
    if status is Status.INFRASTRUCTURE:
        raise ProtocolError("a child does not know of infrastructure failures")


def _read_payload(payload: bytes, inputs: int) -> tuple[tuple[Grid | None, ...], str]:
    cursor = _Cursor(payload, 0)
    count = cursor.number(_SHORT)
    if count != inputs:
        raise ProtocolError(f"{count} outputs for {inputs} inputs")
    outputs = tuple(cursor.grid() for _ in range(count))
    text = cursor.take(cursor.number(_LENGTH))
    if cursor.left:
        raise ProtocolError("bytes after the end of a result")
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
