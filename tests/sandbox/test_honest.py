"""No honest program is rejected, and none gives another result than plain Python gives it."""

from __future__ import annotations

import contextlib
import io
import random
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from arc import Grid, GridType, as_grid, same_grid
from sandbox import Execution, Job, Sandbox, Status
from sandbox.outputs import output_grid

GRIDS = tuple(
    as_grid(np.random.default_rng(seed).integers(0, 4, size=shape))
    for seed, shape in enumerate([(3, 3), (6, 9)])
)


def kind_of(program: Any) -> GridType:
    kinds = [GridType(option) for option in program.options if option != "absent"]
    return kinds[0] if kinds else GridType.ARRAY


def plain_run(source: str, grid_type: GridType, inputs: tuple[Grid, ...]) -> list[Grid]:
    """Run a program as unprotected Python would."""
    module = types.ModuleType("candidate")
    sys.modules["candidate"] = module
    limit = sys.getrecursionlimit()
    errors, options = np.geterr(), np.get_printoptions()
    arguments, sys.argv = sys.argv, ["candidate"]
    random.seed(0)
    np.random.seed(0)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            exec(compile(source, "<plain>", "exec", dont_inherit=True), module.__dict__)
            space = module.__dict__
            entry = next(space[name] for name in ("transform", "task", "solve") if name in space)
            outputs = []
            for grid in inputs:
                given: Any = grid.astype(np.int64)
                if grid_type is GridType.LIST:
                    given = grid.tolist()
                elif grid_type is GridType.TUPLE:
                    given = tuple(map(tuple, grid.tolist()))
                outputs.append(output_grid(entry(given)))
            return outputs
    finally:
        sys.argv = arguments
        sys.setrecursionlimit(limit)
        np.seterr(**errors)
        np.set_printoptions(**options)
        del sys.modules["candidate"]


def run_all(sandbox: Sandbox, programs: list[Any]) -> dict[str, Execution]:
    jobs = [
        Job(number, program.source, GRIDS, grid_type=kind_of(program))
        for number, program in enumerate(programs)
    ]
    return {programs[execution.key].name: execution for execution in sandbox.run(jobs)}


@pytest.fixture(params=["full", "kernel"])
def either_sandbox(request: pytest.FixtureRequest) -> Sandbox:
    found: Sandbox = request.getfixturevalue("sandbox" if request.param == "full" else "kernel_sandbox")
    return found


@pytest.mark.parametrize("corpus", ["honest", "styles"])
def test_honest_programs_run_as_plainly(
    either_sandbox: Sandbox, corpus: str, programs: Callable[[str], list[Any]]
) -> None:
    """Programs marked `absent` import what is not installed here: of them, only that they run is asked."""
    honest = programs(corpus)
    assert len(honest) >= 100
    executions = run_all(either_sandbox, honest)
    faults = []
    for program in honest:
        execution = executions[program.name]
        if execution.status is not Status.OK:
            faults.append(f"{program.name}: {execution.status} {execution.error}")
        elif "absent" not in program.options:
            expected = plain_run(program.source, kind_of(program), GRIDS)
            if not all(map(same_grid, execution.outputs, expected)):
                faults.append(f"{program.name}: other outputs than plain Python's")
    assert not faults, "\n".join(faults)
