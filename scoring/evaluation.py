"""Evaluation: runs and submissions against a data set's test outputs.

evaluate("runs/first")                                   the run's own data set
evaluate("submission.json", load_dataset("my.json"))     a bare submission needs one
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from arc import ArcError, Dataset, Task, load_dataset, load_solutions, read_json
from scoring.metrics import Scores, TaskScore, bootstrap, score_attempts, score_evidence, summarise
from scoring.record.merge import task_record, vote_options
from scoring.record.reader import Run
from scoring.submission import SubmissionError, check_submission, read_submission

VIEWS = ("together", "programs alone", "grids alone")


class EvaluationError(ArcError):
    """Nothing to evaluate with, or against; the message says what to give."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """One evaluated run or submission.

    `scores` has the task scores of each view (`VIEWS`; a submission has "together" alone), in the data set's
    order. `missing` counts tasks of the data set without an answer (they score 0). `seconds` is the run's
    time, None for a submission.
    """

    name: str
    dataset: str
    scores: Mapping[str, tuple[TaskScore, ...]]
    missing: int = 0
    seconds: float | None = None

    @cached_property
    def summary(self) -> dict[str, Scores]:
        """The scores over all tasks, for each view."""
        is_run = self.seconds is not None
        return {view: summarise(scores, evidence=is_run) for view, scores in self.scores.items()}

    @property
    def total(self) -> Scores:
        return self.summary["together"]

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95% interval of the score, over tasks."""
        return bootstrap(score.score for score in self.scores["together"])

    def to_json(self, *, per_task: bool = False) -> dict[str, Any]:
        """Plain values for `--json`."""
        record: dict[str, Any] = {
            "name": self.name,
            "dataset": self.dataset,
            "missing": self.missing,
            "seconds": self.seconds,
            "interval": list(self.interval),
            "scores": {view: scores.to_json() for view, scores in self.summary.items()},
        }
        if per_task:
            record["tasks"] = {score.task_id: score.score for score in self.scores["together"]}
        return record


def evaluate(
    path: str | Path, dataset: Dataset | None = None, solutions: str | Path | None = None
) -> Evaluation:
    """Score a run directory or a submission file.

    `dataset` None means the run's own (its tasks only, where the run took a part); `solutions` is a Kaggle
    solutions file. Raises EvaluationError where test outputs are missing.
    """
    path = Path(path)
    if path.is_file() and path.suffix == ".json":
        return _evaluate_submission(path, dataset, solutions)
    with Run.open(path) as run:
        return _evaluate_run(run, dataset, solutions)


def _evaluate_submission(path: Path, dataset: Dataset | None, solutions: str | Path | None) -> Evaluation:
    if dataset is None:
        raise EvaluationError(f"{path}: a submission does not say its data set; give it with --dataset")
    tasks = with_solutions(dataset.tasks, dataset.name, solutions)
    record = read_json(path)
    present = [task for task in tasks if isinstance(record, Mapping) and task.id in record]
    if not present:
        first = next(check_submission(record, tasks))
        raise SubmissionError(f"{path}: no answers for {dataset.name} ({first})")
    attempts = read_submission(path, present)
    scores = tuple(score_attempts(task, attempts.get(task.id)) for task in tasks)
    return Evaluation(str(path), dataset.name, {"together": scores}, len(tasks) - len(present))


def _evaluate_run(run: Run, dataset: Dataset | None, solutions: str | Path | None) -> Evaluation:
    tasks, name = _tasks_of(run, dataset, solutions)
    options = vote_options(run.config)
    each = (options, replace(options, use_grids=False), replace(options, use_programs=False))
    views = dict(zip(VIEWS, each, strict=True))
    scores: dict[str, list[TaskScore]] = {view: [] for view in views}
    missing = 0
    for task in tasks:
        missing += task.id not in run.task_ids
        found = task_record([run], task)
        for view, view_options in views.items():
            scores[view].append(score_evidence(found, view_options))
    frozen = {view: tuple(values) for view, values in scores.items()}
    return Evaluation(str(run.directory), name, frozen, missing, run.running_seconds())


def _tasks_of(
    run: Run, dataset: Dataset | None, solutions: str | Path | None
) -> tuple[tuple[Task, ...], str]:
    name = str(run.config.get("dataset", run.directory))
    if dataset is not None:
        _refuse_other_tasks(run, dataset)
        return with_solutions(dataset.tasks, dataset.name, solutions), dataset.name
    tasks = run.tasks()
    if solutions is None and any(task.solved_outputs is None for task in tasks):
        try:
            known = {task.id: task for task in load_dataset(name)}
        except ArcError as error:
            raise EvaluationError(
                f"{run.directory}: its data set can't be read ({error}); give --dataset"
            ) from None
        tasks = tuple(known.get(task.id, task) for task in tasks)
    return with_solutions(tasks, name, solutions), name


def _refuse_other_tasks(run: Run, dataset: Dataset) -> None:
    known = {task.id: task for task in dataset}
    for task in run.tasks():
        if task.id not in known:
            raise EvaluationError(f"{run.directory}: task {task.id} of this run is not in {dataset.name}")
        if known[task.id].hidden() != task.hidden():
            raise EvaluationError(f"{run.directory}: task {task.id} is another task in {dataset.name}")


def with_solutions(tasks: Iterable[Task], name: str, solutions: str | Path | None) -> tuple[Task, ...]:
    """The tasks with test outputs, from the Kaggle file `solutions` if given; EvaluationError if unknown."""
    tasks = tuple(tasks)
    if solutions is not None:
        answers = load_solutions(solutions)
        tasks = tuple(task.with_outputs(answers[task.id]) if task.id in answers else task for task in tasks)
    unknown = [task.id for task in tasks if task.solved_outputs is None]
    if unknown:
        raise EvaluationError(
            f"{name}: the test outputs of {len(unknown)} of {len(tasks)} tasks are unknown; give --solutions"
        )
    return tasks
