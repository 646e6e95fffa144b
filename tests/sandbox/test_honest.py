"""No honest program is rejected, and none gives another result than plain Python gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from arc import GridType, as_grid, same_grid
from sandbox import Execution, Job, Sandbox, Status
from tests.sandbox.plain import plain_runs

GRIDS = tuple(
    as_grid(np.random.default_rng(seed).integers(0, 4, size=shape))
    for seed, shape in enumerate([(3, 3), (6, 9)])
)


def kind_of(program: Any) -> GridType:
    kinds = [GridType(option) for option in program.options if option != "absent"]
    return kinds[0] if kinds else GridType.ARRAY


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


@pytest.mark.parametrize("corpus", ["honest", "styles", "models", "threads", "varied"])
def test_honest_programs_run_as_plainly(
    either_sandbox: Sandbox, corpus: str, programs: Callable[[str], list[Any]]
) -> None:
    """Programs marked `absent` import what is not installed here: of them, only that they run is asked."""
    honest = programs(corpus)
    assert len(honest) >= 60
    executions = run_all(either_sandbox, honest)
    known = [program for program in honest if "absent" not in program.options]
    plain = plain_runs([(program.source, kind_of(program)) for program in known], GRIDS)
    expected = {program.name: grids for program, grids in zip(known, plain, strict=True)}
    faults = []
    for program in honest:
        execution = executions[program.name]
        if execution.status is not Status.OK:
            faults.append(f"{program.name}: {execution.status} {execution.error}")
        elif program.name in expected and not all(map(same_grid, execution.outputs, expected[program.name])):
            faults.append(f"{program.name}: other outputs than plain Python's")
    assert not faults, "\n".join(faults)
