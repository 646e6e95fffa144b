"""Evaluation: runs and submissions against a data set's test outputs.

evaluate("runs/first")                                   the run's own data set
evaluate("submission.json", load_dataset("my.json"))     a bare submission needs one
evaluate("results/", load_dataset("my.json"))            so do results in the ARC Prize's form
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from arc import ArcError, Dataset, Form, Task, form_of, load_dataset, load_solutions, read_json
from scoring.metrics import Scores, TaskScore, bootstrap, score_attempts, score_votes, summarise
from scoring.oracle import Missed, missed
from scoring.record.merge import task_record, vote_options
from scoring.record.reader import Run
from scoring.record.schema import DATABASE
from scoring.results import is_results, read_results
from scoring.submission import SubmissionError, read_submission

VIEWS = ("together", "programs alone", "grids alone")


class EvaluationError(ArcError):
    """Nothing to evaluate, or to evaluate against; the message says what to give."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """One evaluated run or submission.

    `scores` has the task scores of each view (`VIEWS`; a submission has "together" alone), in the data set's
    order. `missing` counts tasks of the data set without an answer and `unreadable` attempts without a grid
    (they score 0), `foreign` tasks of a submission that the data set lacks (they are left out). `seconds` is
    the run's time, None for a submission. `questions` is the variant of the data set that a run used
    (`Run.questions`). `configuration` is equal for runs that differ in `seed` alone.
    `missed` has the test inputs whose right grid a run proposed but did not choose, if they were asked for.
    """

    name: str
    dataset: str
    scores: Mapping[str, tuple[TaskScore, ...]]
    missing: int = 0
    unreadable: int = 0
    foreign: int = 0
    seconds: float | None = None
    questions: str = ""
    configuration: str = ""
    seed: int | None = None
    missed: tuple[Missed, ...] = ()

    @cached_property
    def summary(self) -> dict[str, Scores]:
        """The scores over all tasks, for each view."""
        is_run = self.seconds is not None
        return {view: summarise(scores, evidence=is_run) for view, scores in self.scores.items()}

    @property
    def total(self) -> Scores:
        return self.summary["together"]

    @property
    def remarks(self) -> tuple[str, ...]:
        """Remarks that the score does not show, a line each."""
        counted = (
            (self.missing, f"{self.missing} tasks of {self.dataset} have no answer and score 0"),
            (self.unreadable, f"{self.unreadable} attempts hold no grid and score 0"),
            (self.foreign, f"{self.foreign} tasks are not in {self.dataset}: scored on what they share"),
        )
        return tuple(f"{self.name}: {line}" for count, line in counted if count)

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
            "unreadable": self.unreadable,
            "foreign": self.foreign,
            "seconds": self.seconds,
            "questions": self.questions,
            "interval": list(self.interval),
            "scores": {view: scores.to_json() for view, scores in self.summary.items()},
        }
        if per_task:
            record["tasks"] = {score.task_id: score.score for score in self.scores["together"]}
        return record


def evaluate(
    path: str | Path,
    dataset: Dataset | None = None,
    solutions: str | Path | None = None,
    *,
    oracle: bool = False,
) -> Evaluation:
    """Score a run directory, a submission file, or results in the ARC Prize's form (a folder or a file).

    `dataset` None means the run's own (its tasks only, where the run took a part); `solutions` is a Kaggle
    solutions file; `oracle` fills `missed`. Raises EvaluationError where test outputs are missing.
    """
    path = Path(path)
    if path.is_file() and path.name != DATABASE:
        return _evaluate_file(path, dataset, solutions)
    if path.is_dir() and not (path / DATABASE).exists() and is_results(path):
        return _evaluate_results(path, *_questions(path, dataset, solutions))
    with Run.open(path) as run:
        return _evaluate_run(run, dataset, solutions, oracle)


def _evaluate_file(path: Path, dataset: Dataset | None, solutions: str | Path | None) -> Evaluation:
    tasks, name = _questions(path, dataset, solutions)
    if is_results(path):
        return _evaluate_results(path, tasks, name)
    record = read_json(path)
    form = form_of(record)
    if form not in (Form.SUBMISSION, Form.SAMPLE_SUBMISSION):
        raise SubmissionError(f"{path}: holds {form}, no submission")
    present = [task for task in tasks if task.id in record]
    foreign = len(record.keys() - {task.id for task in tasks})
    if not present:
        raise SubmissionError(f"{path}: no answers for {name}")
    shared = {task.id: record[task.id] for task in present}
    attempts = read_submission(shared, present, str(path))
    scores = tuple(score_attempts(task, attempts.get(task.id)) for task in tasks)
    return Evaluation(str(path), name, {"together": scores}, len(tasks) - len(present), foreign=foreign)


def _evaluate_results(path: Path, tasks: tuple[Task, ...], name: str) -> Evaluation:
    results = read_results(path)
    attempts = {task.id: results.attempts(task) for task in tasks if task.id in results.answers}
    if not attempts:
        raise SubmissionError(f"{path}: no answers for {name}")
    scores = tuple(score_attempts(task, attempts.get(task.id)) for task in tasks)
    return Evaluation(
        str(path),
        name,
        {"together": scores},
        missing=len(tasks) - len(attempts),
        unreadable=results.unreadable,
        foreign=len(results.answers) - len(attempts),
    )


def _questions(
    path: Path, dataset: Dataset | None, solutions: str | Path | None
) -> tuple[tuple[Task, ...], str]:
    if dataset is None:
        raise EvaluationError(f"{path}: a submission does not say its data set; give it with --dataset")
    return with_solutions(dataset.tasks, dataset.name, solutions), dataset.name


def _evaluate_run(
    run: Run, dataset: Dataset | None, solutions: str | Path | None, oracle: bool
) -> Evaluation:
    tasks, name = _tasks_of(run, dataset, solutions)
    options = vote_options(run.config)
    each = (options, replace(options, use_grids=False), replace(options, use_programs=False))
    views = dict(zip(VIEWS, each, strict=True))
    scores: dict[str, list[TaskScore]] = {view: [] for view in views}
    missing = 0
    misses: list[Missed] = []
    for task in tasks:
        missing += task.id not in run.task_ids
        found = task_record([run], task)
        for view, view_options in views.items():
            votes = found.vote(view_options, weigh=view == VIEWS[0])
            scores[view].append(score_votes(found, votes, view_options))
            if oracle and view == VIEWS[0]:
                misses += missed(found, votes, options)
    frozen = {view: tuple(values) for view, values in scores.items()}
    return Evaluation(
        str(run.directory),
        name,
        frozen,
        missing,
        foreign=len(set(run.task_ids) - {task.id for task in tasks}),
        seconds=run.running_seconds(),
        questions=run.questions,
        configuration=_configuration(run),
        seed=run.config.get("seed"),
        missed=tuple(misses),
    )


_NOT_COMPUTED = ("seed", "workers", "ray")


def _configuration(run: Run) -> str:
    """What a run computes, apart from its seed: equal text for runs that may be averaged."""
    config = {name: value for name, value in run.config.items() if name not in _NOT_COMPUTED}
    started = run.events("started")
    revision = started[0].data.get("git_revision") if started else None
    return json.dumps([config, revision], sort_keys=True)


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
    known = {task.id: task.hidden() for task in dataset}
    tasks = [task.hidden() for task in run.tasks()]
    shared = [task for task in tasks if task.id in known]
    if not shared:
        raise EvaluationError(
            f"{run.directory}: none of the {len(tasks)} tasks of this run is in {dataset.name}"
        )
    other = [task.id for task in shared if known[task.id] != task]
    if other:
        raise EvaluationError(
            f"{run.directory}: {len(other)} of {len(tasks)} tasks are other tasks in {dataset.name} "
            f"(first: {other[0]}); this run used another variant of the data set"
        )


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
