"""Scores of runs and submissions.

All shares are means over the data set's tasks, answered or not; a task with several test inputs counts the
fraction of them that is right (the ARC Prize rule).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from arc import Grid, Task, same_grid
from scoring.ballot import VoteOptions
from scoring.contract import VerdictKind
from scoring.record.merge import TaskRecord
from scoring.vote import InputVote

_RESAMPLES = 10_000
_INTERVAL = (2.5, 97.5)


@dataclass(frozen=True)
class TaskScore:
    """The result of one task; counts are of test inputs.

    `right` by either attempt, `right_first` by the first, `covered` by any grid proposed (by a program of any
    verdict, or directly), `unanswered` without any evidence. `verified`: a program reproduces every training
    pair. `samples` proposals of programs, of which `samples_right` get every test output right. `expected` is
    the score that the learned ranking gives the attempts, where it was asked.
    """

    task_id: str
    tests: int
    right: int
    right_first: int
    covered: int = 0
    unanswered: int = 0
    verified: bool = False
    samples: int = 0
    samples_right: int = 0
    expected: float | None = None

    @property
    def score(self) -> float:
        """Fraction of test outputs that either attempt gets right."""
        return self.right / self.tests

    @property
    def solved(self) -> bool:
        return self.right == self.tests


@dataclass(frozen=True)
class Scores:
    """The scores of a run or a submission over all tasks of a data set.

    `vote_2` (the ARC Prize score) and `vote_1` are shares for two attempts and for the first alone.
    `precision` is the share of verified tasks that are solved; `pass_at` maps k to the unbiased estimate of
    the share of tasks that one of k sampled programs solves (a task with fewer samples counts all it has).
    `expected` is the score that the attempts' learned probabilities add up to.
    Fields that a bare submission can't tell are None.
    """

    tasks: int
    test_inputs: int
    vote_2: float
    vote_1: float
    solved: int
    expected: float | None = None
    coverage: float | None = None
    verified: int | None = None
    verified_solved: int | None = None
    unanswered: int | None = None
    samples: int | None = None
    pass_at: Mapping[int, float] | None = None

    @property
    def precision(self) -> float | None:
        """Share of tasks with a verified program that are solved; None if there is no such task."""
        if not self.verified or self.verified_solved is None:
            return None
        return self.verified_solved / self.verified

    def to_json(self) -> dict[str, Any]:
        """Plain values, names as in this class."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {**values, "precision": self.precision}


def score_attempts(task: Task, attempts: Sequence[Sequence[Grid | None]] | None) -> TaskScore:
    """The score of one task's attempts (None: no answer was given); the task must have its test outputs."""
    expected = _expected(task)
    given = attempts or [()] * len(expected)
    return TaskScore(
        task.id,
        len(expected),
        sum(
            any(same_grid(grid, right) for grid in pair) for pair, right in zip(given, expected, strict=True)
        ),
        sum(bool(pair) and same_grid(pair[0], right) for pair, right in zip(given, expected, strict=True)),
    )


def expected_score(votes: Sequence[InputVote]) -> float:
    """The fraction of a task's test outputs that its weighed votes are expected to get right."""
    return sum(vote.expected or 0.0 for vote in votes) / len(votes)


def score_evidence(
    found: TaskRecord, options: VoteOptions | None = None, *, weigh: bool = False
) -> TaskScore:
    """The score of one task by a vote on its evidence; the task must have its test outputs.

    `weigh` fills in what score the learned ranking expects.
    """
    options = options or VoteOptions()
    return score_votes(found, found.vote(options, weigh=weigh), options)


def score_votes(found: TaskRecord, votes: Sequence[InputVote], options: VoteOptions) -> TaskScore:
    """The score of one task by votes taken on its evidence with these options."""
    expected = _expected(found.task)
    score = score_attempts(found.task, [vote.attempts for vote in votes])
    programs = found.programs if options.use_programs else ()
    right_keys = {program.key for program in programs if _all_right(program.verdict.test_outputs, expected)}
    return replace(
        score,
        right=sum(_answered_right(vote, right, 2) for vote, right in zip(votes, expected, strict=True)),
        right_first=sum(_answered_right(vote, right, 1) for vote, right in zip(votes, expected, strict=True)),
        covered=sum(_is_covered(found, options, index, right) for index, right in enumerate(expected)),
        unanswered=sum(not vote.answered for vote in votes),
        verified=any(program.verdict.kind is VerdictKind.VERIFIED for program in programs),
        samples=sum(len(program.proposals) for program in programs),
        samples_right=sum(len(program.proposals) for program in programs if program.key in right_keys),
        expected=_expected_mean([vote.expected for vote in votes]),
    )


def _expected(task: Task) -> tuple[Grid, ...]:
    outputs = task.solved_outputs
    if outputs is None:
        raise ValueError(f"task {task.id} has no known test outputs")
    return outputs


def _answered_right(vote: InputVote, expected: Grid, attempts: int) -> bool:
    return any(same_grid(grid, expected) for grid in vote.attempts[:attempts])


def _all_right(outputs: Sequence[Grid | None], expected: Sequence[Grid]) -> bool:
    return all(same_grid(grid, right) for grid, right in zip(outputs, expected, strict=True))


def _is_covered(found: TaskRecord, options: VoteOptions, index: int, expected: Grid) -> bool:
    if options.use_programs and any(
        same_grid(program.verdict.test_outputs[index], expected) for program in found.programs
    ):
        return True
    return options.use_grids and any(
        guess.test_index == index and same_grid(guess.grid, expected) for guess in found.predictions
    )


def summarise(scores: Sequence[TaskScore], *, evidence: bool = True) -> Scores:
    """The scores over all tasks; without `evidence` (a bare submission) only what attempts tell."""
    count = len(scores)
    base = Scores(
        tasks=count,
        test_inputs=sum(score.tests for score in scores),
        vote_2=sum(score.score for score in scores) / count,
        vote_1=sum(score.right_first / score.tests for score in scores) / count,
        solved=sum(score.solved for score in scores),
    )
    if not evidence:
        return base
    return replace(
        base,
        expected=_expected_mean([score.expected for score in scores]),
        coverage=sum(score.covered / score.tests for score in scores) / count,
        verified=sum(score.verified for score in scores),
        verified_solved=sum(score.verified and score.solved for score in scores),
        unanswered=sum(score.unanswered for score in scores),
        samples=sum(score.samples for score in scores),
        pass_at=_pass_at_all(scores),
    )


def _expected_mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if len(known) == len(values) else None


def _pass_at_all(scores: Sequence[TaskScore]) -> dict[int, float]:
    most = max((score.samples for score in scores), default=0)
    steps = [2**power for power in range(most.bit_length())]
    return {
        k: sum(pass_at(min(k, score.samples), score.samples, score.samples_right) for score in scores)
        / len(scores)
        for k in steps
    }


def pass_at(k: int, samples: int, right: int) -> float:
    """The chance that k of `samples` draws, without replacement, hold one of the `right` ones.

    The unbiased estimate of pass@k (Chen et al. 2021, arXiv:2107.03374); 0 <= k <= samples.
    """
    if k > samples - right:
        return 1.0 if right else 0.0
    return 1.0 - math.prod((samples - right - i) / (samples - i) for i in range(k))


def bootstrap(values: Iterable[float]) -> tuple[float, float]:
    """The 95% interval of the mean of `values` (one a task), by resampling tasks."""
    return interval_of(resampled_means([np.fromiter(values, dtype=np.float64)[None]])[0])


def resampled_means(matrices: Sequence[npt.NDArray[np.float64]], seed: int = 0) -> npt.NDArray[np.float64]:
    """Means of 10,000 resamples of each matrix of scores, shape (matrices, 10000).

    Each matrix is (runs, tasks), all with the same tasks. A resample draws tasks, the same for every matrix,
    and runs, for each matrix apart.
    """
    generator = np.random.default_rng(seed)
    tasks = matrices[0].shape[1]
    means = np.empty((len(matrices), _RESAMPLES))
    for start in range(0, _RESAMPLES, 1000):  # in parts, to bound memory
        part = slice(start, start + 1000)
        drawn = generator.multinomial(tasks, np.full(tasks, 1 / tasks), 1000)
        for matrix, into in zip(matrices, means, strict=True):
            runs = len(matrix)
            weights = generator.multinomial(runs, np.full(runs, 1 / runs), 1000)
            into[part] = ((weights @ matrix) * drawn).sum(axis=1) / (runs * tasks)
    return means


def interval_of(means: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The 95% interval of resampled values."""
    low, high = np.percentile(means, _INTERVAL)
    return float(low), float(high)
