"""Score curves: over the number of samples per task, and over the run's time.

Each point takes the votes again on the evidence there was by then, so it is what stopping there would have
scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scoring.ballot import VoteOptions
from scoring.contract import JudgedProgram, VerdictKind
from scoring.metrics import score_attempts
from scoring.record.merge import TaskRecord

_TIME_POINTS = 24
_VOTING = (VerdictKind.VERIFIED, VerdictKind.PARTIAL)


@dataclass
class Curves:
    """Sums over tasks, by samples and by seconds of running.

    `score_by_samples[k]` counts tasks solved (test inputs as fractions) with the samples numbered below k;
    the others are lists parallel to `times`. Add tasks with `add`.
    """

    options: VoteOptions
    seconds: float
    most_samples: int
    score_by_samples: dict[int, float] = field(default_factory=dict)
    verified_by_samples: dict[int, int] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    score_by_time: list[float] = field(default_factory=list)
    verified_by_time: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        steps = [2**power for power in range(max(self.most_samples, 1).bit_length())]
        steps = sorted({*steps, max(self.most_samples, 1)})
        self.score_by_samples = dict.fromkeys(steps, 0.0)
        self.verified_by_samples = dict.fromkeys(steps, 0)
        self.times = [self.seconds * n / _TIME_POINTS for n in range(1, _TIME_POINTS + 1)]
        self.score_by_time = [0.0] * _TIME_POINTS
        self.verified_by_time = [0] * _TIME_POINTS

    def add(self, found: TaskRecord, judged_at: Mapping[str, float], predicted_at: Sequence[float]) -> None:
        """Add a task: `judged_at` has the second of each program's verdict, `predicted_at` of each grid."""
        voting = [program for program in found.programs if program.verdict.kind in _VOTING]
        known: dict[tuple[int, ...], float] = {}
        for k in self.score_by_samples:
            part = _with_samples_below(found, voting, k)
            self.verified_by_samples[k] += _is_verified(part.programs)
            self.score_by_samples[k] += self._score(part, known)
        known = {}
        for place, time in enumerate(self.times):
            last = place == len(self.times) - 1
            programs = [one for one in voting if last or judged_at.get(one.key, 0.0) <= time]
            grids = [
                grid for grid, at in zip(found.predictions, predicted_at, strict=True) if last or at <= time
            ]
            part = TaskRecord(found.task, tuple(programs), tuple(grids))
            self.verified_by_time[place] += _is_verified(programs)
            self.score_by_time[place] += self._score(part, known)

    def _score(self, part: TaskRecord, known: dict[tuple[int, ...], float]) -> float:
        if part.task.solved_outputs is None:
            return 0.0
        # evidence only grows along a curve, so its counts tell whether anything changed
        size = (
            len(part.programs),
            sum(len(program.proposals) for program in part.programs),
            len(part.predictions),
        )
        if size not in known:
            votes = part.vote(self.options)
            known[size] = score_attempts(part.task, [vote.attempts for vote in votes]).score
        return known[size]


def _is_verified(programs: Iterable[JudgedProgram]) -> bool:
    return any(program.verdict.kind is VerdictKind.VERIFIED for program in programs)


def _with_samples_below(found: TaskRecord, voting: Sequence[JudgedProgram], k: int) -> TaskRecord:
    programs = []
    for program in voting:
        proposals = tuple(proposal for proposal in program.proposals if proposal.sample < k)
        if proposals:
            programs.append(replace(program, proposals=proposals))
    predictions = tuple(grid for grid in found.predictions if grid.sample < k)
    return TaskRecord(found.task, tuple(programs), predictions)
