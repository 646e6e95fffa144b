"""Pickled pools become JSON lines in a confined process; what is none ends in one line, with nothing run."""

import json
import os
import pickle
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from arc import task_from_json
from inference.proposers.grid_pool import read_grid_pool
from inference.proposers.pickle_pool import main
from inference.proposers.pickle_reader import Refused, read_pickle

GRID = np.array([[1, 2], [3, 4]], dtype=np.int8)


def converted(tmp_path: Path, pool: Any, *more: str, protocol: int | None = None) -> list[dict[str, Any]]:
    (tmp_path / "pool.pkl").write_bytes(pickle.dumps(pool, protocol))
    out = tmp_path / "pool.jsonl"
    assert main([str(tmp_path / "pool.pkl"), "-o", str(out), *more]) == 0
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_the_forms_that_pools_come_in(tmp_path: Path) -> None:
    pool = defaultdict(
        list,
        {
            "aa": [GRID, (GRID.astype(np.int64), np.float32(-2.5)), [[0, 1]]],
            "bb_1": [{"output": GRID, "beam_score": 1.5, "other": "x"}],
            "cc": {0: [GRID], "1": {"k": {"grid": [[7]], "score": -1.0}}},
        },
    )
    found = converted(tmp_path, pool)
    assert [(one["task_id"], one["test_index"]) for one in found] == [
        *[("aa", 0)] * 3,
        *[("bb", 1), ("cc", 0), ("cc", 1)],
    ]
    assert [one.get("log_probability") for one in found] == [None, -2.5, None, 1.5, None, -1.0]
    assert found[0]["grid"] == GRID.tolist() and found[5]["grid"] == [[7]]


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_every_protocol_is_read_and_losses_change_their_sign(tmp_path: Path, protocol: int) -> None:
    (one,) = converted(tmp_path, {"aa": [(GRID, 2.5)]}, "--losses", protocol=protocol)
    assert one == {"task_id": "aa", "test_index": 0, "grid": GRID.tolist(), "log_probability": -2.5}


def test_what_is_written_is_a_pool_that_submit_takes(tmp_path: Path) -> None:
    converted(tmp_path, {"aa_0": [(GRID, -2.5)]})
    pair = {"input": [[1]], "output": [[1]]}
    task = task_from_json("aa", {"train": [pair], "test": [{"input": [[1]]}]})
    grids, _ = read_grid_pool(tmp_path / "pool.jsonl", [task])
    assert grids["aa"][0].log_probability == -2.5


class Evil:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.path}",)


def test_a_pickle_that_calls_something_is_refused_and_calls_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    mark, out = tmp_path / "mark", tmp_path / "out.jsonl"
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps({"aa": [Evil(str(mark))]}))
    assert main([str(tmp_path / "evil.pkl"), "-o", str(out)]) == 2
    said = capfd.readouterr().err.strip()
    assert "system" in said and len(said.splitlines()) == 1
    assert not mark.exists() and not out.exists()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "can't be read"),
        (b"no pickle", "can't be read"),
        (pickle.dumps([GRID]), "no mapping"),
        (pickle.dumps({"aa": ["text"]}), "without a grid"),
        (pickle.dumps({"aa": [np.full((2, 2), 77)]}), "aa"),
        (pickle.dumps({"aa": []}), "no grid"),
        (pickle.dumps({"aa": {"first": [GRID]}}), "no number of a test input"),
        (pickle.dumps({"aa": [np.zeros((400, 400), int)]}), "aa"),
        (pickle.dumps(GRID)[:-20], "can't be read"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], data: bytes, why: str
) -> None:
    (tmp_path / "pool.pkl").write_bytes(data)
    assert main([str(tmp_path / "pool.pkl"), "-o", str(tmp_path / "out")]) == 2
    said = capfd.readouterr().err.strip()
    assert why in said and len(said.splitlines()) == 1, said
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.pkl"), "-o", str(tmp_path / "out")]) == 2
    assert "No such file" in capfd.readouterr().err


@pytest.mark.parametrize("name", ["builtins eval", "numpy load", "os getcwd", "functools partial"])
def test_the_unpickler_knows_grids_only(name: str) -> None:
    module, attribute = name.split()
    with pytest.raises(Refused, match=attribute):
        read_pickle(f"c{module}\n{attribute}\n.".encode())
