"""The learned ranking: the probability that a ballot's grid is right, from all of its evidence.

Two logistic regressions over the figures below, for ballots without a model's grids and with some, fitted on
development runs with scikit-learn by `python -m benchmarks.selection.fit`, which writes `learned.json` beside
this file; here it is only read. The probabilities of one test input's ballots add up to 1 at most.
Log-probabilities of a model's samples are not among the figures: no real model's run was at hand, only a
scripted one's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, replace
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from scoring.ballot import Ballot, Tier, VoteOptions, VoteRule, ranking
from scoring.plausibility import Looks

Floats = npt.NDArray[np.float64]

FIGURES = (
    *("pairs", "verified", "partial", "programs", "share", "origins", "rivals", "alone"),
    *("bits", "no bits", "margin", "doubt", "no doubt", "turned", "recoloured", "no copies", "nodes"),
    *("grids", "grid share", "confidence", "both", "other grids", "accuracy", "trivial"),
    *("unlike in size", "unlike in colours", "unlike in symmetry", "unlike in objects", "unlike in change"),
    *("bits, few pairs", "turned, few pairs", "share, few pairs"),
)
REGIMES = ("no model", "a model")
_MOST = 32  # ballots of one input that are weighed: the first by tiers
_FAR = 10.0  # bits beyond which a larger margin means nothing


def weighed(looks: Looks, index: int, ballots: Sequence[Ballot]) -> list[Ballot]:
    """The ballots of test input `index` with plausibility and probability, 0 for those far down the tiers."""
    first = compared(looks, index, ballots)
    chances = probabilities(figures(looks.pairs, first), regime(first)).tolist()
    known = [replace(ballot, probability=chance) for ballot, chance in zip(first, chances, strict=True)]
    keys = {id(ballot.grid) for ballot in first}
    return known + [replace(ballot, probability=0.0) for ballot in ballots if id(ballot.grid) not in keys]


def compared(looks: Looks, index: int, ballots: Sequence[Ballot]) -> list[Ballot]:
    """The first of the ballots by tiers, as many as are weighed, with their plausibility."""
    by_tiers = sorted(ballots, key=ranking(VoteOptions(VoteRule.TIERS)))
    return [
        replace(ballot, plausibility=looks.plausibility(index, ballot.grid)) for ballot in by_tiers[:_MOST]
    ]


def regime(ballots: Sequence[Ballot]) -> str:
    """Which of REGIMES one test input's ballots belong to.

    A model's grids have no confidence; those of the cells have one.
    """
    return REGIMES[any(ballot.grids and ballot.confidence is None for ballot in ballots)]


def probabilities(rows: Floats, of: str) -> Floats:
    """The probability of each row of `figures`, shape (ballots,), for the ballots of one test input.

    `of` is their regime.
    """
    centre, scale, weights, base = _regressions()[of]
    chances = 1.0 / (1.0 + np.exp(-((rows - centre) / scale @ weights + base)))
    return np.asarray(chances / max(1.0, float(chances.sum())))


@cache
def _regressions() -> dict[str, tuple[Floats, Floats, Floats, float]]:
    record = json.loads(files("scoring").joinpath("learned.json").read_text(encoding="utf-8"))
    if tuple(record["figures"]) != FIGURES:
        raise ValueError("learned.json was fitted on other figures; run python -m benchmarks.selection.fit")
    return {
        name: (np.array(one["centre"]), np.array(one["scale"]), np.array(one["weights"]), one["base"])
        for name, one in record["regimes"].items()
    }


def figures(pairs: int, ballots: Sequence[Ballot]) -> Floats:
    """The model's features of each ballot of one test input: shape (ballots, FIGURES).

    `pairs` is the number of training pairs; the ballots have their plausibility.
    """
    rows = [_row(pairs, ballot, ballots) for ballot in ballots]
    return np.array(rows, dtype=np.float64).reshape(len(ballots), len(FIGURES))


def _row(pairs: int, ballot: Ballot, ballots: Sequence[Ballot]) -> list[float]:
    others = [other for other in ballots if other is not ballot]
    rivals = sum(other.tier is Tier.VERIFIED for other in others)
    verified = ballot.tier is Tier.VERIFIED
    share = _share(ballot.programs, [one.programs for one in ballots])
    bits = min(_or(ballot.description_length, 0.0), 25.0) / 10
    evidence = ballot.evidence
    copied = evidence is not None and evidence.turned is not None
    turned = _or(evidence.turned, 0.0) if evidence is not None else 0.0
    few = 1.0 / pairs
    return [
        math.log2(pairs),
        verified,
        ballot.tier is Tier.PARTIAL,
        math.log1p(ballot.programs),
        share,
        math.log1p(ballot.origins if verified else 0),
        math.log1p(rivals),
        verified and not rivals,
        bits,
        ballot.description_length is None,
        _margin(ballot, others),
        _or(ballot.doubt, 0.0) / 8,
        ballot.doubt is None,
        turned,
        _or(evidence.recoloured, turned) if evidence is not None else 0.0,
        not copied,
        math.log2(_or(evidence.nodes, 1)) / 10 if evidence is not None else 0.0,
        math.log1p(ballot.grids),
        _share(ballot.grids, [one.grids for one in ballots]),
        _or(ballot.confidence, 0.0),
        verified and ballot.grids > 0,
        math.log1p(max((other.grids for other in others), default=0)),
        ballot.accuracy if ballot.tier is Tier.PARTIAL else 0.0,
        bool(ballot.trivial),
        *_unlike(ballot),
        bits * few,
        turned * few,
        share * few,
    ]


def _share(own: int, of: Sequence[int]) -> float:
    return own / sum(of) if own else 0.0


def _margin(ballot: Ballot, others: Sequence[Ballot]) -> float:
    """How many bits shorter the description is than the shortest other one, from -1 (`_FAR` longer) to 1."""
    rivals = [
        other.description_length
        for other in others
        if other.tier is ballot.tier and other.description_length is not None
    ]
    if ballot.description_length is None or not rivals:
        return 0.0
    return max(-1.0, min(1.0, (min(rivals) - ballot.description_length) / _FAR))


def _unlike(ballot: Ballot) -> list[float]:
    looks = astuple(ballot.plausibility) if ballot.plausibility is not None else (None,) * 5
    return [0.0 if value is None else 1.0 - value for value in looks]


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
