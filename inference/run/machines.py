"""Where a run's processes are: on this machine, or on a Ray cluster. The run itself does not know."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Protocol

from inference.proposers.crew import Crew, ProcessCrew
from inference.proposers.models.engines import Engines, ProcessEngines
from inference.proposers.models.settings import ModelSettings
from inference.run.analysis import Analyser
from sandbox import Executor, Sandbox, SandboxConfig


class Machines(Protocol):
    """Gives a run its crew, its executor, its analyser, and its model's engines.

    A context manager; close all of these before it. `executor` replaces the `workers` of its config by what
    is available; `analyser` is None where the run itself analyses programs. `status` is a phrase for the
    progress line, `problems` are lines about machines that are refused or lost, `about` is for the record:
    all three may be called from any thread.
    """

    def crew(self) -> Crew: ...

    def executor(self, config: SandboxConfig) -> Executor: ...

    def analyser(self) -> Analyser | None: ...

    def engines(self, settings: ModelSettings) -> Engines: ...

    def status(self) -> str: ...

    def problems(self) -> tuple[str, ...]: ...

    def about(self) -> dict[str, Any]: ...

    def __enter__(self) -> Machines: ...

    def __exit__(self, *error: object) -> None: ...


class ThisMachine:
    """Machines: this one alone, with `workers` processes for proposers and as many for candidates."""

    def __init__(self, workers: int = 0) -> None:
        self._workers = workers or len(os.sched_getaffinity(0))

    def crew(self) -> Crew:
        """Processes of this machine."""
        return ProcessCrew(self._workers)

    def executor(self, config: SandboxConfig) -> Executor:
        """The sandbox of this machine."""
        return Sandbox(replace(config, workers=self._workers))

    def analyser(self) -> Analyser | None:
        """None: programs are analysed where they are judged."""
        return None

    def engines(self, settings: ModelSettings) -> Engines:
        """Processes of this machine."""
        return ProcessEngines(settings)

    def status(self) -> str:
        """Nothing to say."""
        return ""

    def problems(self) -> tuple[str, ...]:
        """There are none."""
        return ()

    def about(self) -> dict[str, Any]:
        """Nothing: the record describes this machine anyway."""
        return {}

    def __enter__(self) -> ThisMachine:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to end."""


def machines_of(ray: str, workers: int) -> Machines:
    """This machine, or with a `ray` address the cluster there; `workers` per machine, 0 for one per core.

    Raises ClusterError if there is no such cluster, or Ray is not installed.
    """
    if not ray:
        return ThisMachine(workers)
    from inference.cluster import RayCluster

    return RayCluster(ray, workers)
