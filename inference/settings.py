"""The settings of a run, as resolved from flags, environment, TOML file and defaults."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.contract import SandboxConfig
from scoring.vote import VoteOptions


@dataclass(frozen=True)
class RunSettings:
    """What a run does.

    `time_limit` is in seconds for the whole run, votes and submission included. `workers` is the number of
    processes for the embedded proposers. `agree` is the number of distinct verified programs with equal test
    outputs at which a task's remaining sampling is stopped (0: never). `samples` is the number of samples a
    model gives for each task.
    """

    dataset: str
    tasks: tuple[str, ...] | None = None
    limit: int | None = None
    samplers: tuple[str, ...] = ("search",)
    predictors: tuple[str, ...] = ("cells",)
    samples: int = 64
    time_limit: float = 18 * 60.0
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    seed: int = 0
    agree: int = 8
    votes: VoteOptions = field(default_factory=VoteOptions)
    sandbox: SandboxConfig = field(default_factory=SandboxConfig)
    model: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The settings as plain JSON values."""
        return asdict(self)
