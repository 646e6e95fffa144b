"""The wire format: what is encoded is read back, and bytes that are no frame are refused."""

from __future__ import annotations

import contextlib
import random
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from arc import Grid, GridType, as_grid, same_grid
from sandbox import Job, Status
from sandbox.outputs import Cells
from sandbox.protocol import (
    LENGTH_BYTES,
    NEEDS_MORE,
    STATUSES,
    ProtocolError,
    WireResult,
    decode_job,
    encode_job,
    encode_result,
    payload_limit,
    read_result,
)

grids = npst.arrays(
    np.int8, st.tuples(st.integers(1, 30), st.integers(1, 30)), elements=st.integers(0, 9)
).map(as_grid)
texts = st.text(st.characters(), max_size=200)


def cells_of(grid: Grid | None) -> Cells | None:
    return None if grid is None else (*grid.shape, grid.tobytes())


def read(frame: bytes, inputs: int = 1) -> WireResult | None:
    return read_result(frame, inputs, 500)


@given(
    st.lists(grids, max_size=4),
    texts,
    st.one_of(st.none(), st.text(min_size=1, max_size=20)),
    st.sampled_from(list(GridType)),
)
@settings(max_examples=60, deadline=None)
def test_jobs_survive_the_wire(inputs: list[Grid], source: str, entry: str | None, kind: GridType) -> None:
    frame = encode_job(Job(7, source, tuple(inputs), entry, kind))
    assert int(frame[:LENGTH_BYTES]) == len(frame) - LENGTH_BYTES
    got_source, got_entry, given_to_program = decode_job(frame[LENGTH_BYTES:])
    assert (got_source, got_entry) == (source, entry) and len(given_to_program) == len(inputs)
    for got, sent in zip(given_to_program, inputs, strict=True):
        assert same_grid(as_grid(got), sent)
        if kind is GridType.ARRAY:
            assert got.dtype == np.int64 and got.flags.writeable
        else:
            assert type(got) is type(got[0]) is (list if kind is GridType.LIST else tuple)
            assert type(got[0][0]) is int


@given(
    st.lists(st.one_of(st.none(), grids), min_size=1, max_size=4),
    st.text(max_size=300),
    st.integers(0, 10_000),
)
@settings(max_examples=80, deadline=None)
def test_results_survive_the_wire(outputs: list[Grid | None], error: str, cut: int) -> None:
    complete = all(grid is not None for grid in outputs)
    status = Status.OK if complete else Status.ERROR
    frame = encode_result(STATUSES.index(status), map(cells_of, outputs), error, error_chars=500)
    assert read(frame[: cut % len(frame)], len(outputs)) is None  # a part of it is waited for
    result = read(frame, len(outputs))
    assert result is not None and result.status == status
    assert "\n" not in result.error and len(result.error) <= 500
    for got, sent in zip(result.outputs, outputs, strict=True):
        assert (got is None and sent is None) or same_grid(got, sent)
        assert got is None or not got.flags.writeable


def frame_of(code: int, payload: bytes, *, magic: int = 0xA7) -> bytes:
    return struct.pack("<BBI", magic, code, len(payload)) + payload


GOOD = struct.pack("<H", 1) + b"\1\1\5" + struct.pack("<I", 0)


def test_the_handmade_frame_is_good() -> None:
    result = read(frame_of(0, GOOD))
    assert result is not None and result.outputs[0] is not None
    assert result.outputs[0].tolist() == [[5]]


@pytest.mark.parametrize(
    "frame",
    [
        frame_of(0, GOOD, magic=1),
        frame_of(len(STATUSES), GOOD),
        frame_of(254, GOOD),
        frame_of(0, GOOD + b"x"),
        frame_of(0, GOOD[:-1]),
        frame_of(0, b""),
        frame_of(0, struct.pack("<H", 2) + b"\1\1\5\1\1\5" + struct.pack("<I", 0)),
        frame_of(0, struct.pack("<H", 1) + b"\1\1\x0a" + struct.pack("<I", 0)),
        frame_of(0, struct.pack("<H", 1) + b"\1\1\xff" + struct.pack("<I", 0)),
        frame_of(0, struct.pack("<H", 1) + b"\0\1" + struct.pack("<I", 0)),
        frame_of(0, struct.pack("<H", 1) + b"\0\0" + struct.pack("<I", 0)),
        frame_of(STATUSES.index(Status.ERROR), GOOD),
        frame_of(NEEDS_MORE, GOOD),
        frame_of(0, GOOD) + b"x",
        frame_of(
            STATUSES.index(Status.INFRASTRUCTURE), struct.pack("<H", 1) + b"\0\0" + struct.pack("<I", 0)
        ),
        frame_of(0, struct.pack("<H", 1) + b"\1\1\5" + struct.pack("<I", 0xFFFFFFFF)),
        struct.pack("<BBI", 0xA7, 0, 0xFFFFFFFF),
        struct.pack("<BBI", 0xA7, 0, payload_limit(1, 500) + 1),
    ],
)
def test_bad_frames_are_refused(frame: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(frame)


@given(st.binary(max_size=400))
@settings(max_examples=400, deadline=None)
def test_random_bytes_give_a_refusal_or_wait(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert read(data) is None


def test_damaged_frames_give_a_valid_result_or_a_refusal() -> None:
    rng = random.Random(5)
    grid = as_grid(np.arange(30).reshape(5, 6) % 10)
    good = encode_result(0, [cells_of(grid)] * 2, "", error_chars=500)
    for _ in range(20_000):
        damaged = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        if rng.random() < 0.3:
            del damaged[rng.randrange(len(damaged)) :]
        try:
            result = read(bytes(damaged), 2)
        except ProtocolError:
            continue
        if result is not None:
            assert len(result.outputs) == 2
            for output in result.outputs:
                assert output is not None
                as_grid(output)
