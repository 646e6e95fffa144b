"""Jobs and executions as bytes, between the machines of a cluster.

Jobs are trusted by whoever runs them (marshal, as for a child). Executions come from programs that nobody
vouches for: they are read strictly, and a grid that is none, or an answer to a job that was not given, is a
ProtocolError.

    executions   for each: u64 key, f64 CPU seconds, f64 wall seconds, u8 status, u32 length, then the payload
                 of a result as protocol.py has it
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterable, Mapping

import numpy as np

from arc.grid import Grid, GridType
from sandbox.contract import Execution, Job
from sandbox.protocol import STATUSES, ProtocolError, encode_payload, payload_limit, read_payload

_HEAD = struct.Struct("<QddBI")


def pack_jobs(jobs: Iterable[Job]) -> bytes:
    """The jobs as bytes; grids that several of them have are written once (marshal sees to that)."""
    given = list(jobs)
    sent = {id(grid): (grid.shape, grid.tobytes()) for job in given for grid in job.inputs}
    inputs = [[sent[id(grid)] for grid in job.inputs] for job in given]
    heads = [(job.key, job.source, job.entry_point, job.grid_type.value) for job in given]
    return marshal.dumps((heads, inputs))


def read_jobs(data: bytes) -> list[Job]:
    """What `pack_jobs` packed."""
    return [
        Job(key, source, tuple(map(_grid, inputs)), entry_point, GridType(grid_type))
        for (key, source, entry_point, grid_type), inputs in zip(*marshal.loads(data), strict=True)
    ]


def _grid(sent: tuple[tuple[int, int], bytes]) -> Grid:
    return np.frombuffer(sent[1], dtype=np.int8).reshape(sent[0])  # over bytes it is read-only, as grids are


def pack_executions(executions: Iterable[Execution], error_chars: int) -> bytes:
    """The executions as bytes."""
    parts = []
    for one in executions:
        cells = [None if grid is None else (*grid.shape, grid.tobytes()) for grid in one.outputs]
        payload = encode_payload(cells, one.error, error_chars=error_chars)
        code = STATUSES.index(one.status)
        parts += [_HEAD.pack(one.key, one.cpu_seconds, one.wall_seconds, code, len(payload)), payload]
    return b"".join(parts)


def read_executions(data: bytes, given: Mapping[int, Job], error_chars: int) -> list[Execution]:
    """Executions of jobs that were `given`, by key, each at most once; ProtocolError for anything else."""
    executions: list[Execution] = []
    seen: set[int] = set()
    place = 0
    while place < len(data):
        if len(data) - place < _HEAD.size:
            raise ProtocolError("an execution that ends too early")
        key, cpu_seconds, wall_seconds, code, size = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        job = given.get(key)
        if job is None or key in seen:
            raise ProtocolError("an execution of a job that was not given")
        seen.add(key)
        if code >= len(STATUSES) or not (0 <= cpu_seconds < 1e9 and 0 <= wall_seconds < 1e9):
            raise ProtocolError("an execution with a wrong head")
        inputs = len(job.inputs)
        if size > min(payload_limit(inputs, error_chars), len(data) - place):
            raise ProtocolError("an execution with a wrong length")
        outputs, error = read_payload(data[place : place + size], inputs, STATUSES[code])
        place += size
        executions.append(Execution(key, STATUSES[code], outputs, error, cpu_seconds, wall_seconds))
    return executions
