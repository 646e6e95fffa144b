"""Evidence of one or several runs, task by task: the input of votes, scores and reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from arc import Task
from scoring.ballot import VoteOptions
from scoring.contract import GridPrediction, GridScore, JudgedProgram, VerdictKind
from scoring.record.errors import StoreError
from scoring.record.reader import Run
from scoring.vote import InputVote, vote


@dataclass(frozen=True, eq=False)
class TaskRecord:
    """The evidence on one task."""

    task: Task
    programs: tuple[JudgedProgram, ...]
    predictions: tuple[GridPrediction, ...]
    scores: tuple[GridScore, ...] = ()

    def vote(self, options: VoteOptions | None = None, *, weigh: bool = False) -> tuple[InputVote, ...]:
        """Take the vote for each test input; `weigh` as in `scoring.vote.vote`."""
        return vote(self.task, self.programs, self.predictions, options, weigh=weigh, scores=self.scores)


def merged_tasks(runs: Sequence[Run]) -> tuple[Task, ...]:
    """The tasks of all runs: the first run's in its order, then what the others add.

    Raises StoreError if two runs have different tasks under one id.
    """
    tasks: dict[str, Task] = {}
    for run in runs:
        for task in run.tasks():
            known = tasks.setdefault(task.id, task)
            if known.hidden() != task.hidden():
                raise StoreError(
                    f"{run.directory}: task {task.id} is another task than in {runs[0].directory}"
                )
            if known.solved_outputs is None:
                tasks[task.id] = task
    return tuple(tasks.values())


def task_record(runs: Sequence[Run], task: Task) -> TaskRecord:
    """What all runs found about `task`, as if one run had: equal programs become one, with all proposals."""
    programs: dict[str, JudgedProgram] = {}
    predictions: list[GridPrediction] = []
    scores: list[GridScore] = []
    for run in runs:
        if task.id not in run.task_ids:
            continue
        for program in run.programs(task.id):
            known = programs.get(program.key)
            programs[program.key] = _joined(known, program) if known else program
        predictions.extend(run.predictions(task.id))
        scores.extend(run.scores(task.id))
    return TaskRecord(task, tuple(programs.values()), tuple(predictions), tuple(scores))


def _joined(known: JudgedProgram, other: JudgedProgram) -> JudgedProgram:
    verdict = other.verdict if known.verdict.kind is VerdictKind.INFRASTRUCTURE else known.verdict
    proposals = known.proposals + other.proposals
    return replace(known, verdict=verdict, proposals=proposals, evidence=known.evidence or other.evidence)


def merged(runs: Sequence[Run], tasks: Sequence[Task] | None = None) -> Iterator[TaskRecord]:
    """The evidence on each of `tasks` (by default all), one task in memory at a time."""
    return (task_record(runs, task) for task in (merged_tasks(runs) if tasks is None else tasks))


def vote_options(config: Mapping[str, Any]) -> VoteOptions:
    """The vote options of a run's configuration."""
    votes = config.get("votes")
    if not isinstance(votes, Mapping):
        return VoteOptions()
    try:
        return VoteOptions.from_mapping(votes)
    except (TypeError, ValueError) as error:
        raise StoreError(f"the run's configuration holds no votes ({error})") from None
