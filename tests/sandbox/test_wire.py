"""Jobs and executions between machines: whole where they are honest, refused where they are not."""

import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arc import GridType, as_grid, same_grid
from sandbox import Execution, Job, Status
from sandbox.protocol import ProtocolError
from sandbox.wire import pack_executions, pack_jobs, read_executions, read_jobs

_SMALL, _LARGE = as_grid([[1, 2, 3]]), as_grid(np.ones((255, 255), dtype=np.int8))
_JOB = Job(7, "def transform(g): return g", (_SMALL, _LARGE))
_DONE = Execution(7, Status.OK, (_SMALL, _LARGE), "", 0.5, 1.5)


@given(st.text(st.characters()), st.sampled_from(GridType), st.none() | st.text())
def test_a_job_arrives_as_it_was_sent(source: str, grid_type: GridType, entry_point: str | None) -> None:
    jobs = [Job(1, source, (_SMALL, _LARGE), entry_point, grid_type), replace(_JOB, inputs=(_SMALL,))]
    read = read_jobs(pack_jobs(jobs))
    for sent, come in zip(jobs, read, strict=True):
        assert (sent.key, sent.source, sent.entry_point) == (come.key, come.source, come.entry_point)
        assert come.grid_type is sent.grid_type
        assert all(same_grid(a, b) for a, b in zip(sent.inputs, come.inputs, strict=True))
        assert not any(grid.flags.writeable for grid in come.inputs)


@given(st.text(st.characters()), st.sampled_from([s for s in Status if s is not Status.OK]))
def test_an_execution_arrives_as_it_was_sent(error: str, status: Status) -> None:
    failed = Execution(8, status, (None,), error, 0.25, 0.5)
    jobs = {7: _JOB, 8: Job(8, "", (_SMALL,))}
    done, read = read_executions(pack_executions([_DONE, failed], 500), jobs, 500)
    assert (done.key, done.status, done.cpu_seconds, done.wall_seconds) == (7, Status.OK, 0.5, 1.5)
    assert all(same_grid(a, b) for a, b in zip(done.outputs, _DONE.outputs, strict=True))
    assert (read.key, read.status, read.outputs) == (8, status, (None,))
    assert read.error.isprintable()


def _forged(**changes: Any) -> bytes:
    return pack_executions([replace(_DONE, **changes)], 500)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (_forged(key=9), "not given"),
        (_forged() + _forged(), "not given"),
        (_forged()[:-1], "wrong length"),
        (_forged() + b"\0", "too early"),
        (_forged(outputs=(_SMALL,)), "outputs"),
        (_forged(outputs=(_SMALL, None)), "contradict"),
        (_forged(status=Status.ERROR), "contradict"),
        (_forged(cpu_seconds=float("nan")), "wrong head"),
        (_forged(wall_seconds=-1.0), "wrong head"),
        (_forged(outputs=(_SMALL, np.full((1, 1), 77, dtype=np.int8))), "colours"),
        (struct.pack("<QddBI", 7, 0.0, 0.0, 250, 0), "wrong head"),
        (struct.pack("<QddBI", 7, 0.0, 0.0, 1, 1 << 31), "wrong length"),
        (b"\x80\x05cos\nsystem\n" + bytes(40), "not given"),
    ],
)
def test_what_is_no_execution_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        read_executions(data, {7: _JOB}, 500)


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(data: bytes) -> None:
    try:
        executions = read_executions(data, {7: _JOB}, 500)
    except ProtocolError:
        return
    assert len(executions) <= 1
