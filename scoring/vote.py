"""Votes: from evidence to two attempts per test input.

Evidence is in tiers, compared in this order, so that no number of half-right programs outvotes a right
one:

    verified   programs that reproduce every training pair
    direct     grids written with no program
    partial    programs that reproduce some training pairs, those with more of them first

Within a tier: the number of distinct programs (or of samples, for direct grids), then the mean
log-probability per token, then the description length, then the predictor's confidence, then the shorter
program. Trivial answers (equal to the input, or of one colour, where no training output is) come last
whatever their tier. A predictor's provisional grids count only where it gave no others. Attempts for which
nothing was proposed are filled, from the training outputs first, so that there are always two.

Other known rules, as options:
    counts    every verified program's sample and direct grid is one vote (the arc24 solution's rule)
    weighted  samples weigh 1 + 1000 x training accuracy, partial ones too (SOAR, arXiv:2507.14172)
    best-three  the summed probabilities of a grid's three likeliest samples, of verified programs and direct
              grids alike; the tiers decide where no sample has a log-probability
    product-of-experts  the sum of a grid's log-probabilities under several views of its task, by a model that
              scored every ballot (`omni-arc rescore`); also called minimum loss. Grids that were not scored
              come after those that were, by tiers
    learned   the probability that a grid is right, by a small model fitted on development runs
              (scoring/learned.py)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from arc import Augmentation, Grid, Task, grid_key, same_grid
from arc.pictures import below, beside, draw_grid, labelled
from scoring.ballot import Ballot, Tier, VoteOptions, VoteRule, ranking
from scoring.contract import Candidate, GridPrediction, GridScore, JudgedProgram, VerdictKind
from scoring.evidence import mean_evidence
from scoring.learned import weighed
from scoring.plausibility import Looks

Likely = dict[tuple[int, bytes], float]  # by test input and grid

_SHOWN = 6  # ballots in a notebook


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

    @property
    def expected(self) -> float | None:
        """The probability that either attempt is right; None where the ballots were not weighed."""
        known = [ballot.probability for ballot in self.ballots[:2]]
        return min(1.0, sum(value or 0.0 for value in known)) if None not in known else None

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
    *,
    weigh: bool = False,
    scores: Sequence[GridScore] = (),
) -> tuple[InputVote, ...]:
    """Take the vote for each test input of `task`, in order; one InputVote each.

    `weigh` gives each ballot its plausibility and its probability whatever the rule; it takes about a
    millisecond for each.
    """
    options = options or VoteOptions()
    predictions = standing(predictions)
    likely = _summed(scores)
    looks = Looks(task) if weigh or options.rule is VoteRule.LEARNED else None
    return tuple(
        _vote_one(task, index, programs, predictions, options, looks, likely)
        for index in range(len(task.test))
    )


def standing(predictions: Sequence[GridPrediction]) -> list[GridPrediction]:
    """Without the provisional grids of predictors that gave others for the test input."""
    settled = {(one.predictor, one.test_index) for one in predictions if not one.provisional}
    return [
        one for one in predictions if not one.provisional or (one.predictor, one.test_index) not in settled
    ]


def _vote_one(
    task: Task,
    index: int,
    programs: Sequence[JudgedProgram],
    predictions: Sequence[GridPrediction],
    options: VoteOptions,
    looks: Looks | None,
    likely: Likely,
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
    ballots = [
        replace(_ballot(task, index, tally), views_log_probability=likely.get((index, key)))
        for key, tally in tallies.items()
    ]
    if looks is not None:
        ballots = weighed(looks, index, ballots)
    ballots.sort(key=ranking(options))
    return InputVote(tuple(ballots), _attempts(ballots, task, index))


def _summed(scores: Sequence[GridScore]) -> Likely:
    """Each grid's summed log-probability, over those views of its test input that scored the most grids."""
    views: dict[tuple[int, str, Augmentation], list[GridScore]] = {}
    for score in scores:
        views.setdefault((score.test_index, score.model, score.augmentation), []).append(score)
    most: dict[int, int] = {}
    for (index, _, _), found in views.items():
        most[index] = max(most.get(index, 0), len(found))
    total: Likely = {}
    for (index, _, _), found in views.items():
        for score in found if len(found) == most[index] else ():
            place = index, grid_key(score.grid)
            total[place] = total.get(place, 0.0) + score.log_probability
    return total


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
        best_three=_best_three(proposals, grids),
        description_length=min(bits, default=None),
        confidence=max(sure, default=None),
        length=min((len(program.source) for program in speaking), default=None),
        trivial=_trivial(tally.grid, task, index),
        keys=tuple(program.key for program in verified + partial),
        origins=len({(p.sampler, p.rule) for p in proposals}),
        doubt=min((p.doubt for p in proposals if p.doubt is not None), default=None),
        evidence=mean_evidence([p.evidence for p in verified if p.evidence is not None]),
    )


def _best_three(proposals: Sequence[Candidate], grids: Sequence[GridPrediction]) -> float:
    logs = [proposal.log_probability for proposal in proposals] + [grid.log_probability for grid in grids]
    return sum(math.exp(value) for value in sorted(value for value in logs if value is not None)[-3:])


def _trivial(grid: Grid, task: Task, index: int) -> str:
    """Why this looks like no answer, unless some training pair's answer looks the same way."""
    if same_grid(grid, task.test[index].input) and not any(
        same_grid(pair.input, pair.output) for pair in task.train
    ):
        return "identity"
    if _constant(grid) and not any(_constant(output) for output in task.train_outputs):
        return "constant"
    return ""


def _constant(grid: Grid) -> bool:
    return bool((grid == grid.flat[0]).all())


def _attempts(ballots: Sequence[Ballot], task: Task, index: int) -> tuple[Grid, Grid]:
    """The two best ballots; what is missing is filled from the training outputs, the commonest first.

    Where training outputs repeat and the best ballot is one, so is the other attempt: of 14 outputs of
    such development tasks 11 are training outputs.
    """
    given = task.test[index].input
    outputs = {grid_key(grid): grid for grid in task.train_outputs}
    counts = Counter(map(grid_key, task.train_outputs))
    grids = [ballot.grid for ballot in ballots]
    if len(counts) < len(task.train) and grids and grid_key(grids[0]) in counts:
        grids = [grid for grid in grids if grid_key(grid) in counts]
    fill = (*(outputs[key] for key, _ in counts.most_common()), given, *_constants(given))
    first, second, *_ = {grid_key(grid): grid for grid in (*grids, *fill)}.values()
    return first, second


def _constants(given: Grid) -> tuple[Grid, Grid]:
    return np.zeros_like(given), np.ones_like(given)
