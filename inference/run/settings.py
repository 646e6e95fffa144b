"""The settings of a run, as resolved from flags, environment, TOML file and defaults."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, get_type_hints

from arc import check_values
from inference.proposers.models.settings import ModelSettings
from sandbox.contract import Limits, Policy, SandboxConfig
from scoring.ballot import VoteOptions
from scoring.record.errors import RunError


@dataclass(frozen=True)
class Settings:
    """What a run does.

    `strict` refuses a data set with faulty parts, instead of skipping them. `effort` is how much the
    proposers without a model (search, cells) try for each task, 1 being the default: with the same seed it
    gives the same submission on any machine. `time_limit` is in seconds for the whole session, votes and
    submission included (infinite: none); what it cuts off is counted. `workers` is the number of processes
    for the embedded proposers, and of candidates that run side by side, on each machine (0: one per core).
    `ray` is the address of a Ray cluster to run on, empty for this machine alone. `agree` is the number of
    distinct verified programs with equal test outputs at which a task's remaining sampling is stopped (0:
    never). `samples` is the number of samples a model gives for each task, `task_tokens` the most tokens it
    writes for one before the task is left to the others (0: no cap). `evidence` runs verified programs on
    copies of their tasks as well (`scoring/evidence.py`), for reports and votes. `model` has the settings
    of the model backends, if one is used. RunError for a value of another type or out of its range.
    """

    dataset: str
    dataset_digest: str = ""
    strict: bool = False
    tasks: tuple[str, ...] | None = None
    limit: int | None = None
    samplers: tuple[str, ...] = ("search",)
    predictors: tuple[str, ...] = ("cells",)
    samples: int = 64
    task_tokens: int = 0
    effort: float = 1.0
    time_limit: float = 60 * 60.0
    workers: int = 0
    ray: str = ""
    seed: int = 0
    agree: int = 8
    evidence: bool = False
    votes: VoteOptions = field(default_factory=VoteOptions)
    sandbox: SandboxConfig = field(default_factory=SandboxConfig)
    model: ModelSettings | None = None

    def __post_init__(self) -> None:
        kinds = {name: kind for name, kind in get_type_hints(Settings).items() if name not in _OF_THEIR_OWN}
        values = check_values(kinds, {name: getattr(self, name) for name in kinds}, error=RunError)
        for name, value in values.items():
            object.__setattr__(self, name, value)  # a list became a tuple, a whole number a float
        for sound, words in (
            (self.samples >= 1, "samples is at least 1"),
            (self.task_tokens >= 0, "task_tokens is not negative"),
            (0 < self.effort < math.inf, "effort is above 0 and finite"),
            (self.time_limit > 0, "time_limit is above 0"),
            (self.workers >= 0, "workers is not negative"),
            (self.agree >= 0, "agree is not negative"),
        ):
            if not sound:
                raise RunError(words)

    @property
    def cage(self) -> SandboxConfig:
        """The sandbox's settings, with the trusted library that the model's profile names."""
        library = self.model.asking.library if self.model else None
        if library is None or library in self.sandbox.libraries:
            return self.sandbox
        return replace(self.sandbox, libraries=(*self.sandbox.libraries, library))

    def to_json(self) -> dict[str, Any]:
        """The settings as plain JSON values."""
        return asdict(self) | ({} if self.model else {"model": {}})

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Settings:
        """The settings that `to_json` gave; raises RunError for a record that holds no settings."""
        try:
            return cls._from_json(record)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise RunError(f"this run's configuration can't be read ({error!r}); start a new run") from None

    @classmethod
    def _from_json(cls, record: Mapping[str, Any]) -> Settings:
        values = dict(record)
        tasks = values["tasks"]
        cage = dict(values["sandbox"])
        values["tasks"] = None if tasks is None else tuple(tasks)
        values["samplers"] = tuple(values["samplers"])
        values["predictors"] = tuple(values["predictors"])
        values["votes"] = VoteOptions.from_mapping(values["votes"])
        values["sandbox"] = SandboxConfig(
            **{
                **cage,
                "limits": Limits(**cage["limits"]),
                "policy": Policy(cage["policy"]),
                "libraries": tuple(cage["libraries"]),
            }
        )
        values["model"] = ModelSettings.from_mapping(values["model"]) if values["model"] else None
        return cls(**values)


_OF_THEIR_OWN = ("votes", "sandbox", "model")  # settings that check themselves

# What a resumed run may change: its time, its machines and workers, and what it measures on the side, but
# not what it computes.
MAY_DIFFER = frozenset({"time_limit", "workers", "ray", "evidence", "sandbox.workers"})

_LONGEST_SECONDS = 10 * 365 * 86400.0
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?", re.ASCII)


def parse_duration(text: str) -> float:
    """Seconds from "90", "90s", "10m", "11h30m" or "1d2h"; raises RunError for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()):
        raise RunError(f"{text!r} is not a duration; write it like 90s, 10m or 11h30m")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    total = days * 86400 + hours * 3600 + minutes * 60 + seconds
    if not 0 < total <= _LONGEST_SECONDS:
        raise RunError(f"{text[:20]!r}: a time limit is more than 0 seconds and at most ten years")
    return total
