"""A ballot: one grid proposed for one test input, and what is compared when ballots are ranked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from arc import Grid
from scoring.evidence import ProgramEvidence
from scoring.plausibility import Plausibility


class Tier(IntEnum):
    """Where a ballot's best evidence comes from; lower is believed first."""

    VERIFIED = 0
    DIRECT = 1
    PARTIAL = 2


class VoteRule(StrEnum):
    """How ballots are ranked; `scoring/vote.py` describes the rules."""

    TIERS = "tiers"
    COUNTS = "counts"
    WEIGHTED = "weighted"
    BEST_THREE = "best-three"
    PRODUCT = "product-of-experts"
    LEARNED = "learned"


@dataclass(frozen=True)
class VoteOptions:
    """How to vote.

    `direct_weight`, for the rule TIERS only, mixes its first two tiers: 0 keeps them apart; above 0 they are
    one tier, in which a direct grid counts `direct_weight` votes and a distinct verified program counts 1.
    `use_programs` and `use_grids` leave a kind of evidence out, to score the other alone.
    """

    rule: VoteRule = VoteRule.LEARNED
    direct_weight: float = 0.0
    use_programs: bool = True
    use_grids: bool = True

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> VoteOptions:
        """The options in a stored configuration; defaults for what it lacks; TypeError, ValueError."""
        return cls(**{**values, "rule": VoteRule(values.get("rule", VoteRule.TIERS))})


@dataclass(frozen=True, eq=False)
class Ballot:
    """One grid proposed for one test input, with its evidence.

    `programs` counts distinct verified programs, `samples` the proposals behind them, `grids` direct samples,
    `partial` distinct half-right programs and `accuracy` the best training accuracy among those. `best_three`
    sums the probabilities (not logarithms) of the three likeliest samples. `keys` names the programs,
    `description_length` is the shortest of the verified ones, in bits. `trivial` is "identity", "constant" or
    empty. `origins` counts the samplers and rules behind the verified programs, `doubt` is the smallest
    leave-one-out penalty of one, in bits; `evidence` averages over them. Where a vote weighs its
    ballots, `plausibility` compares the grid with the training outputs and `probability` is the learned
    chance that it is right. `views_log_probability` sums what a model makes of the grid in several views.
    `why` says in words what speaks for it.
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
    best_three: float = 0.0
    description_length: float | None = None
    confidence: float | None = None
    length: int | None = None
    trivial: str = ""
    keys: tuple[str, ...] = ()
    origins: int = 0
    doubt: float | None = None
    evidence: ProgramEvidence | None = None
    plausibility: Plausibility | None = None
    probability: float | None = None
    views_log_probability: float | None = None

    @property
    def why(self) -> str:
        """The evidence for this grid, in a few words."""
        parts = [] if self.probability is None else [f"right with probability {self.probability:.0%}"]
        if self.programs:
            origins = f" of {self.origins} origins" if self.origins > 1 else ""
            parts.append(f"{self.programs} verified program{'s' * (self.programs != 1)}{origins}")
        if self.grids:
            sure = "" if self.confidence is None else f", confidence {self.confidence:.2f}"
            parts.append(f"{self.grids} direct grid{'s' * (self.grids != 1)}{sure}")
        if self.partial:
            parts.append(f"{self.partial} partial, best {self.accuracy:.0%} of pairs")
        if self.mean_log_probability is not None:
            parts.append(f"log-probability {self.mean_log_probability:.2f} a token")
        if self.views_log_probability is not None:
            parts.append(f"log-probability {self.views_log_probability:.2f} over views")
        if self.description_length is not None:
            parts.append(f"{self.description_length:.1f} bits")
        if self.doubt:
            parts.append(f"{self.doubt:.0f} bits of doubt")
        if self.evidence is not None and self.evidence.text:
            parts.append(self.evidence.text)
        if self.plausibility is not None and self.plausibility.text:
            parts.append(self.plausibility.text)
        if self.trivial:
            parts.append(f"trivial ({self.trivial})")
        return "; ".join(parts) or "nothing was proposed"


@dataclass(frozen=True)
class Criterion:
    """One criterion by which ballots are compared: its name, and its value; lower is better."""

    name: str
    value: float


def criteria(ballot: Ballot, options: VoteOptions) -> tuple[Criterion, ...]:
    """The criteria that rank the ballot, the most important first."""
    return (
        *_trivial(ballot, options),
        *_by_rule(ballot, options),
        *_ties(ballot),
    )


def ranking(options: VoteOptions) -> Callable[[Ballot], tuple[float, ...]]:
    """The key by which ballots are sorted, best first."""
    return lambda ballot: tuple(criterion.value for criterion in criteria(ballot, options))


def deciding(better: Ballot, worse: Ballot, options: VoteOptions) -> str:
    """The name of the criterion that put `better` before `worse`; "none" where all are equal."""
    pairs = zip(criteria(better, options), criteria(worse, options), strict=True)
    return next((one.name for one, other in pairs if one.value != other.value), "none")


def _trivial(ballot: Ballot, options: VoteOptions) -> tuple[Criterion, ...]:
    if options.rule is VoteRule.LEARNED:  # its probability includes that already
        return ()
    return (Criterion("trivial answers last", bool(ballot.trivial)),)


def _by_rule(ballot: Ballot, options: VoteOptions) -> tuple[Criterion, ...]:
    half_right = ballot.tier is Tier.PARTIAL
    if options.rule is VoteRule.COUNTS:
        votes = ballot.samples + ballot.grids
        return Criterion("partial programs last", half_right), Criterion("fewer samples", -votes)
    if options.rule is VoteRule.WEIGHTED:
        return (
            Criterion("less weight", -ballot.weight),
            Criterion("a lower tier", ballot.tier),
            Criterion("fewer grids", -ballot.grids),
        )
    if options.rule is VoteRule.LEARNED:
        return (
            Criterion("less probable", -_known(ballot.probability, 0.0)),
            Criterion("a lower tier", ballot.tier),
        )
    if options.rule is VoteRule.PRODUCT:
        return (
            Criterion("less likely under views", -_known(ballot.views_log_probability, -float("inf"))),
            *_by_tier(ballot),
        )
    if options.rule is VoteRule.BEST_THREE:
        return (
            Criterion("partial programs last", half_right),
            Criterion("less probable samples", -ballot.best_three),
            Criterion("a lower tier", ballot.tier),
            Criterion("fewer samples", -(ballot.samples + ballot.grids)),
        )
    if options.direct_weight > 0:
        weighted = ballot.programs + options.direct_weight * ballot.grids
        return (
            Criterion("partial programs last", half_right),
            _accuracy(ballot),
            Criterion("fewer votes", -(ballot.partial if half_right else weighted)),
        )
    return _by_tier(ballot)


def _by_tier(ballot: Ballot) -> tuple[Criterion, ...]:
    support = {Tier.VERIFIED: ballot.programs, Tier.DIRECT: ballot.grids}.get(ballot.tier, ballot.partial)
    return (
        Criterion("a lower tier", ballot.tier),
        _accuracy(ballot),
        Criterion("fewer programs or grids", -support),
    )


def _accuracy(ballot: Ballot) -> Criterion:
    return Criterion("fewer pairs right", -ballot.accuracy if ballot.tier is Tier.PARTIAL else 0.0)


def _ties(ballot: Ballot) -> tuple[Criterion, ...]:
    """What decides between ballots with equal support; unknown values come last."""
    return (
        Criterion("lower log-probability", -_known(ballot.mean_log_probability, -float("inf"))),
        Criterion("longer description", _known(ballot.description_length, float("inf"))),
        Criterion("fewer direct grids", -float(ballot.grids)),
        Criterion("less confidence", -_known(ballot.confidence, 0.0)),
        Criterion("longer source", _known(ballot.length, float("inf"))),
    )


def _known(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
