"""How well each vote rule chooses two attempts, on runs and on pools made of them.

    python -m benchmarks.selection RUN ...                     the runs' own evidence
    python -m benchmarks.selection RUN ... --accuracy 0.3      with the grids of a scripted model beside it

Top-2 accuracy over the test inputs for which something was proposed, with the 95% interval of its difference
to the tiers (paired, resampled by task). Figures are printed in aggregate only. The scripted model writes
`--samples` grids for each input, each right with a chance that is drawn for the input (mean `--accuracy`);
its wrong grids are a few near misses, which it repeats. It also scores every grid under eight views, with
noise of twice the difference between right and wrong, so product-of-experts measures that assumption.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from arc import Augmentation, Grid, as_grid, same_grid
from scoring.ballot import VoteOptions, VoteRule
from scoring.contract import GridPrediction, GridScore
from scoring.metrics import interval_of, resampled_means
from scoring.record.merge import TaskRecord, task_record
from scoring.record.reader import Run

RULES = tuple(VoteRule)
_WRONG = 4  # different near misses that the scripted model makes of one output
_VIEWS = 8
_CELL = 20  # cells of an output for each one that a near miss has wrong


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


def with_scripted(
    found: TaskRecord, expected: Sequence[Grid], accuracy: float, samples: int, seed: int
) -> TaskRecord:
    """The record with a scripted model's grids; its log-probabilities say a little about what is right."""
    grids: list[GridPrediction] = []
    for index, output in enumerate(expected):
        generator = random.Random(f"{seed} {found.task.id} {index}")
        chance = generator.betavariate(2 * accuracy, 2 * (1 - accuracy))
        wrong = [_near_miss(output, generator) for _ in range(_WRONG)]
        for sample in range(samples):
            right = generator.random() < chance
            grid = output if right else generator.choice(wrong)
            loss = generator.gauss(2.0 if right else 3.0, 1.0)
            grids.append(
                GridPrediction(
                    found.task.id, "scripted", sample, index, grid, log_probability=-abs(loss), tokens=10
                )
            )
    record = replace(found, predictions=(*found.predictions, *grids))
    return replace(record, scores=tuple(_scores(record, expected, seed)))


def _scores(found: TaskRecord, expected: Sequence[Grid], seed: int) -> Iterator[GridScore]:
    """The scripted scores of every grid in each view; right ones are likelier by half a deviation."""
    for index, vote in enumerate(found.vote()):
        generator = random.Random(f"views {seed} {found.task.id} {index}")
        for ballot in vote.ballots:
            mean = -2.0 if same_grid(ballot.grid, expected[index]) else -2.5
            for symmetry in range(_VIEWS):
                value = generator.gauss(mean, 1.0)
                view = Augmentation(symmetry)
                yield GridScore(found.task.id, "scripted", index, ballot.grid, view, value, 1)


def _near_miss(output: Grid, generator: random.Random) -> Grid:
    cells = output.copy()
    for _ in range(1 + output.size // _CELL):
        place = generator.randrange(output.size)
        cells.flat[place] = (int(cells.flat[place]) + generator.randrange(1, 10)) % 10
    return as_grid(cells)


def report(title: str, found: Sequence[Result]) -> None:
    """Accuracy by rule, and the difference to the tiers with its interval over tasks."""
    if not found:
        print(f"{title}: none")
        return
    tasks: dict[str, list[Result]] = defaultdict(list)
    for one in found:
        tasks[one.task_id].append(one)
    print(f"{title}: {len(found)} test inputs of {len(tasks)} tasks")
    for rule in RULES:
        share = np.mean([one.right[rule] for one in found])
        differences = [
            float(np.mean([one.right[rule] - one.right[VoteRule.TIERS] for one in group]))
            for group in tasks.values()
        ]
        low, high = interval_of(resampled_means([np.array([differences])])[0])
        print(f"  {rule:18} {share:6.1%}   {np.mean(differences):+6.1%} a task ({low:+.1%} to {high:+.1%})")
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
