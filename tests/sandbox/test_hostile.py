"""Each hostile program is stopped by the layer that its header names, and by the kernel when alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from arc import as_grid, to_rows
from sandbox import Job, Sandbox

GRID = as_grid([[1, 2], [3, 4]])
ESCAPED = [[6, 6, 6]]


@pytest.mark.parametrize("layers", ["full", "kernel"])
def test_hostile_programs_are_stopped(
    layers: str, programs: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> None:
    chosen: Sandbox = request.getfixturevalue("sandbox" if layers == "full" else "kernel_sandbox")
    hostile = programs("hostile")
    assert len(hostile) >= 60
    faults = []
    for execution in chosen.run(Job(n, program.source, (GRID,)) for n, program in enumerate(hostile)):
        program = hostile[execution.key]
        option = next(text for text in program.options if text.startswith(f"{layers}="))
        allowed = option.partition("=")[2].split(",")
        got = execution.outputs[0]
        if execution.status not in allowed or (got is not None and to_rows(got) == ESCAPED):
            faults.append(f"{program.name}: {execution.status} {execution.error}, expected {allowed}")
    assert not faults, "\n".join(faults)
