"""Programs as plain Python runs them, in another process: some start processes, or change what is global.

python -m tests.sandbox.plain < PROGRAMS        [{"source", "grid_type", "inputs"}, ...] -> [grids, ...]
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import subprocess
import sys
import types
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from arc import Grid, GridType, as_grid, to_rows
from sandbox.outputs import output_cells

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 250.0


def plain_runs(programs: Sequence[tuple[str, GridType]], inputs: Sequence[Grid]) -> list[list[Grid]]:
    """What each program gives for each input, as unprotected Python runs it; none may fail."""
    rows = [to_rows(grid) for grid in inputs]
    asked = [{"source": source, "grid_type": kind.value, "inputs": rows} for source, kind in programs]
    done = subprocess.run(
        [sys.executable, "-m", "tests.sandbox.plain"],
        cwd=_ROOT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [[as_grid(grid) for grid in outputs] for outputs in json.loads(done.stdout)]


def output_grid(value: Any) -> Grid:
    """What a program returned, as a grid; GridError if it is none."""
    height, width, cells = output_cells(value)
    return as_grid(np.frombuffer(cells, dtype=np.int8).reshape(height, width))


def _run(source: str, grid_type: GridType, inputs: Sequence[Any]) -> list[Any]:
    module = types.ModuleType("candidate")
    sys.modules["candidate"] = module
    limit = sys.getrecursionlimit()
    errors, options = np.geterr(), np.get_printoptions()
    random.seed(0)
    np.random.seed(0)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            exec(compile(source, "<plain>", "exec", dont_inherit=True), module.__dict__)
            space = module.__dict__
            entry = next(space[name] for name in ("transform", "task", "solve") if name in space)
            return [to_rows(output_grid(entry(_given(rows, grid_type)))) for rows in inputs]
    finally:
        sys.setrecursionlimit(limit)
        np.seterr(**errors)
        np.set_printoptions(**options)
        del sys.modules["candidate"]


def _given(rows: list[list[int]], grid_type: GridType) -> Any:
    if grid_type is GridType.ARRAY:
        return np.array(rows, dtype=np.int64)
    return [list(row) for row in rows] if grid_type is GridType.LIST else tuple(map(tuple, rows))


def main() -> None:
    """Run the programs on standard input."""
    sys.argv = ["candidate"]
    found = [_run(one["source"], GridType(one["grid_type"]), one["inputs"]) for one in json.load(sys.stdin)]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
