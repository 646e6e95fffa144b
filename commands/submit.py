"""`omni-arc submit`: a submission from one or several runs, or the check of one that exists."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

import click

from arc import Grid, Task, read_json
from commands.console import say
from commands.data import load, strict_option
from inference.proposers.grid_pool import read_grid_pool
from scoring.ballot import VoteOptions, VoteRule
from scoring.record.merge import TaskRecord, merged, merged_tasks, vote_options
from scoring.record.reader import Run
from scoring.results import write_results
from scoring.submission import SubmissionError, check_submission, write_submission

_SHOWN_FAULTS = 20


@click.command()
@click.argument("runs", nargs=-1, metavar="RUN ...")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="Where to write; by default submission.json, or the folder submission/ for arcprize.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["kaggle", "arcprize"]),
    default="kaggle",
    show_default=True,
    help="Kaggle's single file, or the ARC Prize's folder with one file per task.",
)
@click.option(
    "--pool",
    "pools",
    type=click.Path(),
    multiple=True,
    metavar="FILE",
    help="Grids from another pipeline (JSON lines or Parquet) to include in the vote; repeatable.",
)
@click.option(
    "--vote-rule",
    type=click.Choice([rule.value for rule in VoteRule]),
    help="How the two attempts are chosen; by default as in the run.",
)
@click.option(
    "--check", type=click.Path(), metavar="FILE", help="Check this submission instead of writing one."
)
@click.option(
    "--dataset", help="The data set to check against (with --check), or whose tasks the runs must all have."
)
@strict_option
def submit(
    runs: tuple[str, ...],
    output: str | None,
    form: str,
    pools: tuple[str, ...],
    vote_rule: str | None,
    check: str | None,
    dataset: str | None,
    strict: bool,
) -> None:
    """Write the submission of a run, or of several runs with their evidence merged and the vote retaken."""
    if check is not None:
        _check(check, dataset, strict, runs)
        return
    if not runs:
        raise click.UsageError("name a run directory, or a file with --check")
    if len({os.path.realpath(run) for run in runs}) < len(runs):
        raise click.UsageError("the same run is named twice; its evidence would count twice")
    with ExitStack() as stack:
        opened = [stack.enter_context(Run.open(run)) for run in runs]
        tasks = merged_tasks(opened)
        if dataset is not None:
            absent = [task.id for task in load(dataset, strict) if task.id not in {t.id for t in tasks}]
            if absent:
                raise SubmissionError(
                    f"{dataset}: {len(absent)} tasks are in none of the runs (first: {absent[0]}); "
                    "name runs that cover them all"
                )
        output = output or ("submission.json" if form == "kaggle" else "submission")
        found = _with_pools(merged(opened, tasks), pools, tasks)
        options = vote_options(opened[0].config)
        if vote_rule is not None:
            options = replace(options, rule=VoteRule(vote_rule))
        counts = _write(form, output, found, options)
    if options.rule is VoteRule.PRODUCT and not counts["scored"]:
        say(
            "omni-arc: no model has scored a grid, so the tiers decided; run `omni-arc rescore RUN` first",
            err=True,
        )
    say(f"{output}: {counts['tasks']} tasks, {counts['answered']} with evidence")


def _with_pools(
    found: Iterator[TaskRecord], pools: tuple[str, ...], tasks: Sequence[Task]
) -> Iterator[TaskRecord]:
    """The records with the grids of the pools added; what the pools hold is read first."""
    read = [(path, *read_grid_pool(path, tasks)) for path in pools]
    for path, grids, skipped in read:
        say(f"{path}: {sum(map(len, grids.values()))} grids for {len(grids)} tasks")
        if skipped.lines:
            say(f"{path}: {skipped}")
    for record in found:
        added = [grid for _, grids, _ in read for grid in grids.get(record.task.id, ())]
        yield replace(record, predictions=(*record.predictions, *added))


def _write(form: str, output: str, found: Iterator[TaskRecord], options: VoteOptions) -> Counter[str]:
    """Write the attempts at each task; returns how many `tasks` there are, how many are `answered`, and
    how many have grids `scored` by a model."""
    counts: Counter[str] = Counter()

    def answers() -> Iterator[tuple[TaskRecord, list[tuple[Grid, Grid]]]]:
        for record in found:
            votes = record.vote(options)
            counts["tasks"] += 1
            counts["answered"] += any(vote.answered for vote in votes)
            counts["scored"] += bool(record.scores)
            yield record, [vote.attempts for vote in votes]

    if form == "kaggle":
        write_submission(output, {record.task.id: attempts for record, attempts in answers()})
    else:
        write_results(output, answers())
    return counts


def _check(path: str, dataset: str | None, strict: bool, runs: tuple[str, ...]) -> None:
    if runs:
        raise click.UsageError("--check takes no runs")
    if dataset is None:
        raise click.UsageError("--check needs the challenge: --dataset NAME|FILE")
    challenge = load(dataset, strict)
    faults = list(check_submission(read_json(path), challenge))
    for fault in faults[:_SHOWN_FAULTS]:
        say(fault)
    if len(faults) > _SHOWN_FAULTS:
        say(f"… and {len(faults) - _SHOWN_FAULTS} more")
    if faults:
        raise SubmissionError(f"{path}: {len(faults)} fault{'s' * (len(faults) != 1)}, listed above")
    say(f"{path}: right for the {len(challenge)} tasks of {challenge.name}")
