"""How well each vote rule chooses two attempts, on runs and on pools made of them.

    python -m benchmarks.selection RUN ...                     the runs' own evidence
    python -m benchmarks.selection RUN ... --accuracy 0.3      with the grids of a scripted model beside it

Top-2 accuracy over the test inputs for which something was proposed, with the 95% interval of its difference
to the tiers (paired, resampled by task). Figures are printed in aggregate only. scripted.py describes the
scripted model.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from arc import same_grid
from benchmarks.selection.fit import means_by
from benchmarks.selection.scripted import with_scripted
from scoring.ballot import VoteOptions, VoteRule
from scoring.metrics import bootstrap
from scoring.record.merge import task_record
from scoring.record.reader import Run

RULES = tuple(VoteRule)


@dataclass(frozen=True)
class Result:
    """One test input: by rule, whether either attempt is right, and what the learned rule expected."""

    task_id: str
    right: dict[VoteRule, bool]
    expected: float
    verified_outputs: int


def results(directory: Path, accuracy: float, samples: int, seed: int) -> Iterator[Result]:
    """The test inputs of a run's tasks for which something was proposed."""
    with Run.open(directory) as run:
        for task in run.tasks():
            expected = task.solved_outputs
            if expected is None:
                continue
            found = task_record([run], task)
            if accuracy:
                found = with_scripted(found, expected, accuracy, samples, seed)
            votes = {rule: found.vote(VoteOptions(rule)) for rule in RULES}
            for index, output in enumerate(expected):
                learned = votes[VoteRule.LEARNED][index]
                if not learned.answered:
                    continue
                yield Result(
                    task.id,
                    {
                        rule: any(same_grid(grid, output) for grid in vote[index].attempts)
                        for rule, vote in votes.items()
                    },
                    learned.expected or 0.0,
                    sum(ballot.programs > 0 for ballot in learned.ballots),
                )


def report(title: str, found: Sequence[Result]) -> None:
    """Accuracy by rule, and the difference to the tiers with its interval over tasks."""
    if not found:
        print(f"{title}: none")
        return
    names = [one.task_id for one in found]
    print(f"{title}: {len(found)} test inputs of {len(set(names))} tasks")
    for rule in RULES:
        share = np.mean([one.right[rule] for one in found])
        gains = np.array([float(one.right[rule] - one.right[VoteRule.TIERS]) for one in found])
        a_task = means_by(names, gains)
        low, high = bootstrap(a_task)
        print(f"  {rule:18} {share:6.1%}   {np.mean(a_task):+6.1%} a task ({low:+.1%} to {high:+.1%})")
    said = np.mean([one.expected for one in found])
    print(f"  the learned rule expected {said:.1%}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--accuracy", type=float, default=0.0, help="of the scripted model (0: none)")
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    pools = {
        str(directory): list(results(directory, given.accuracy, given.samples, given.seed))
        for directory in given.runs
    }
    if len(pools) > 1:
        pools["together"] = [one for found in pools.values() for one in found]
    for name, found in pools.items():
        report(f"{name}, all", found)
        report(f"{name}, two verified outputs or more", [one for one in found if one.verified_outputs > 1])


if __name__ == "__main__":
    main()
