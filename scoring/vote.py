"""Votes: from evidence to two attempts per test input.

Evidence stands in tiers, compared in this order, so that no number of half-right programs outvotes a right
one:

    verified   programs that reproduce every training pair
    direct     grids written with no program
    partial    programs that reproduce some training pairs, those with more of them first
    fallback   grids nobody proposed, only so that every attempt is filled

Within a tier: the number of distinct programs (or of samples, for direct grids), then the mean
log-probability per token, then the description length, then the predictor's confidence, then the shorter
program. Trivial answers (equal
to the input, or of one colour, where no training output is) come last whatever their tier.

Other known rules, as options:
    counts    every verified program's sample and direct grid is one vote (the arc24 solution's rule)
    weighted  samples weigh 1 + 1000 x training accuracy, partial ones too (SOAR, arXiv:2507.14172)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np

from arc import Grid, Task, grid_key, same_grid
from arc.drawing import below, beside, draw_grid, labelled
from scoring.contract import GridPrediction, JudgedProgram, VerdictKind

_SHOWN = 6  # ballots in a notebook


class Tier(IntEnum):
    """Where a ballot's best evidence comes from; lower is believed first."""

    VERIFIED = 0
    DIRECT = 1
    PARTIAL = 2
    FALLBACK = 3


class VoteRule(StrEnum):
    """How ballots are ranked; see the module's docstring."""

    TIERS = "tiers"
    COUNTS = "counts"
    WEIGHTED = "weighted"


@dataclass(frozen=True)
class VoteOptions:
    """How to vote.

    `direct_weight` mixes the first two tiers of the rule TIERS: 0 keeps them apart; above 0 they are one
    tier, in which a direct grid counts `direct_weight` votes and a distinct verified program counts 1.
    `use_programs` and `use_grids` leave a kind of evidence out, to score the other alone.
    """

    rule: VoteRule = VoteRule.TIERS
    direct_weight: float = 0.0
    use_programs: bool = True
    use_grids: bool = True


@dataclass(frozen=True, eq=False)
class Ballot:
    """One grid proposed for one test input, with all that speaks for it.

    `programs` counts distinct verified programs, `samples` the proposals behind them, `grids` direct samples,
    `partial` distinct half-right programs and `accuracy` the best training accuracy among those. `keys` names
    the programs, `description_length` is the shortest of the verified ones, in bits. `trivial` is "identity",
    "constant" or empty. `why` says in words what ranked it.
    """

    grid: Grid
    tier: Tier
    programs: int = 0
    samples: int = 0
    grids: int = 0
    partial: int = 0
    accuracy: float = 0.0
    weight: float = 0.0
    mean_log_probability: float | None = None
    description_length: float | None = None
    confidence: float | None = None
    length: int | None = None
    trivial: str = ""
    keys: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """What speaks for this grid, in a few words."""
        parts = []
        if self.programs:
            parts.append(f"{self.programs} verified program{'s' * (self.programs != 1)}")
        if self.grids:
            sure = "" if self.confidence is None else f", confidence {self.confidence:.2f}"
            parts.append(f"{self.grids} direct grid{'s' * (self.grids != 1)}{sure}")
        if self.partial:
            parts.append(f"{self.partial} partial, best {self.accuracy:.0%} of pairs")
        if self.mean_log_probability is not None:
            parts.append(f"log-probability {self.mean_log_probability:.2f} a token")
        if self.description_length is not None:
            parts.append(f"{self.description_length:.1f} bits")
        if self.trivial:
            parts.append(f"trivial ({self.trivial})")
        return "; ".join(parts) or "nothing was proposed"


@dataclass(frozen=True, eq=False)
class InputVote:
    """The vote for one test input: all ballots, best first, and the two attempts (always different)."""

    __test__ = False

    ballots: tuple[Ballot, ...]
    attempts: tuple[Grid, Grid]

    @property
    def answered(self) -> bool:
        """True if any evidence was found for this test input."""
        return bool(self.ballots)

    def _repr_svg_(self) -> str:
        """How Jupyter shows the vote: the two attempts, then the best ballots with what speaks for them."""
        attempts = [labelled(draw_grid(grid), f"attempt {n}") for n, grid in enumerate(self.attempts, 1)]
        ballots = [labelled(draw_grid(ballot.grid), ballot.why) for ballot in self.ballots[:_SHOWN]]
        return below([beside(attempts), beside(ballots)]).svg()


@dataclass
class _Tally:
    grid: Grid
    programs: list[JudgedProgram] = field(default_factory=list)
    partial: list[JudgedProgram] = field(default_factory=list)
    grids: list[GridPrediction] = field(default_factory=list)


def vote(
    task: Task,
    programs: Sequence[JudgedProgram],
    predictions: Sequence[GridPrediction],
    options: VoteOptions | None = None,
) -> tuple[InputVote, ...]:
    """Take the vote for each test input of `task`, in order; one InputVote each."""
    options = options or VoteOptions()
    return tuple(_vote_one(task, index, programs, predictions, options) for index in range(len(task.test)))


def _vote_one(
    task: Task,
    index: int,
    programs: Sequence[JudgedProgram],
    predictions: Sequence[GridPrediction],
    options: VoteOptions,
) -> InputVote:
    tallies: dict[bytes, _Tally] = {}
    limit = task.side_limit
    for program in programs if options.use_programs else ():
        grid = program.verdict.test_outputs[index]
        if grid is None or max(grid.shape) > limit:
            continue
        if program.verdict.kind is VerdictKind.VERIFIED:
            tallies.setdefault(grid_key(grid), _Tally(grid)).programs.append(program)
        elif program.verdict.kind is VerdictKind.PARTIAL:
            tallies.setdefault(grid_key(grid), _Tally(grid)).partial.append(program)
    for prediction in predictions if options.use_grids else ():
        if prediction.test_index != index or prediction.grid is None:
            continue
        if max(prediction.grid.shape) <= limit:
            tallies.setdefault(grid_key(prediction.grid), _Tally(prediction.grid)).grids.append(prediction)
    ballots = [_ballot(task, index, tally) for tally in tallies.values()]
    ballots.sort(key=_ranking(options))
    return InputVote(tuple(ballots), _attempts(ballots, task.test[index].input))


def _ballot(task: Task, index: int, tally: _Tally) -> Ballot:
    verified, grids, partial = tally.programs, tally.grids, tally.partial
    tier = Tier.VERIFIED if verified else Tier.DIRECT if grids else Tier.PARTIAL
    speaking = verified or partial
    proposals = [proposal for program in verified for proposal in program.proposals]
    means = [p.mean_log_probability for p in (proposals if verified else grids)]
    known = [mean for mean in means if mean is not None]
    bits = [p.description_length for p in proposals if p.description_length is not None]
    sure = [grid.confidence for grid in grids if grid.confidence is not None]
    return Ballot(
        grid=tally.grid,
        tier=tier,
        programs=len(verified),
        samples=max(len(proposals), len(verified)),
        grids=len(grids),
        partial=len(partial),
        accuracy=max((program.verdict.train_accuracy for program in partial), default=0.0),
        weight=sum(
            (1 + 1000 * program.verdict.train_accuracy) * max(len(program.proposals), 1)
            for program in verified + partial
        ),
        mean_log_probability=sum(known) / len(known) if known else None,
        description_length=min(bits, default=None),
        confidence=max(sure, default=None),
        length=min((len(program.source) for program in speaking), default=None),
        trivial=_trivial(tally.grid, task, index),
        keys=tuple(program.key for program in verified + partial),
    )


def _trivial(grid: Grid, task: Task, index: int) -> str:
    """Why this answer looks like none, unless some training pair's answer looks the same way."""
    if same_grid(grid, task.test[index].input) and not any(
        same_grid(pair.input, pair.output) for pair in task.train
    ):
        return "identity"
    if _constant(grid) and not any(_constant(output) for output in task.train_outputs):
        return "constant"
    return ""


def _constant(grid: Grid) -> bool:
    return bool((grid == grid.flat[0]).all())


_Key = tuple[float, ...]


def _ranking(options: VoteOptions) -> Callable[[Ballot], _Key]:
    if options.rule is VoteRule.COUNTS:
        return lambda b: (bool(b.trivial), b.tier is Tier.PARTIAL, -(b.samples + b.grids), *_tie(b))
    if options.rule is VoteRule.WEIGHTED:
        return lambda b: (bool(b.trivial), -b.weight, b.tier, -b.grids, *_tie(b))
    if options.direct_weight > 0:
        return lambda b: (
            bool(b.trivial),
            b.tier is Tier.PARTIAL,
            -b.accuracy if b.tier is Tier.PARTIAL else 0.0,
            -(b.programs + options.direct_weight * b.grids) if b.tier is not Tier.PARTIAL else -b.partial,
            *_tie(b),
        )
    return _tiers


def _tiers(ballot: Ballot) -> _Key:
    support = {Tier.VERIFIED: ballot.programs, Tier.DIRECT: ballot.grids}.get(ballot.tier, ballot.partial)
    accuracy = ballot.accuracy if ballot.tier is Tier.PARTIAL else 0.0
    return (bool(ballot.trivial), ballot.tier, -accuracy, -support, *_tie(ballot))


def _tie(ballot: Ballot) -> _Key:
    """Log-probability, description length, direct support, confidence, shorter program; unknown is last."""
    likely, bits = ballot.mean_log_probability, ballot.description_length
    return (
        -likely if likely is not None else float("inf"),
        bits if bits is not None else float("inf"),
        -float(ballot.grids),
        -(ballot.confidence or 0.0),
        float(ballot.length) if ballot.length is not None else float("inf"),
    )


def _attempts(ballots: Sequence[Ballot], given: Grid) -> tuple[Grid, Grid]:
    grids = [ballot.grid for ballot in ballots[:2]]
    for grid in (given, *_constants(given)):
        if len(grids) == 2:
            break
        if not any(same_grid(grid, taken) for taken in grids):
            grids.append(grid)
    return grids[0], grids[1]


def _constants(given: Grid) -> tuple[Grid, Grid]:
    return np.zeros_like(given), np.ones_like(given)
