"""`omni-arc evaluate`: scores of runs and submissions, several side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import click
from rich.console import Console
from rich.table import Table

from arc import visible
from commands.data import load, strict_option
from scoring.evaluation import Evaluation
from scoring.evaluation import evaluate as evaluate_one
from scoring.metrics import Difference, Scores, compare
from scoring.report.terminal import plain_console

_Cell = Callable[[Scores], str]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="RUN|SUBMISSION.json ...")
@click.option("--dataset", help="The data set to score on; a run knows its own.")
@click.option("--solutions", type=click.Path(), help="A Kaggle *_solutions.json with the test outputs.")
@strict_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--per-task", is_flag=True, help="Name the tasks that differ, and in JSON every task's score.")
def evaluate(
    paths: tuple[str, ...],
    dataset: str | None,
    solutions: str | None,
    strict: bool,
    as_json: bool,
    per_task: bool,
) -> None:
    """Score runs and submissions: the ARC Prize score, coverage, verified tasks, pass@k, time.

    Several are shown side by side, each compared with the first one task by task.
    """
    questions = load(dataset, strict) if dataset else None
    found = [evaluate_one(path, questions, solutions) for path in paths]
    differences = _differences(found)
    if as_json:
        click.echo(json.dumps(_json(found, differences, per_task), indent=2))
        return
    console = show(found)
    for one in found:
        if one.missing:
            line = f"{one.name}: {one.missing} tasks of {one.dataset} have no answer and score 0"
            console.print(visible(line))
    for one, difference in zip(found[1:], differences, strict=True):
        _print_difference(console, found[0], one, difference, per_task)


def show(found: Sequence[Evaluation]) -> Console:
    """Print the table of evaluations; returns the console for what is to follow."""
    console = plain_console()
    console.print(_table(found))
    return console


def _differences(found: Sequence[Evaluation]) -> list[Difference | None]:
    base = found[0].scores["together"]
    ids = [score.task_id for score in base]
    return [
        compare(base, one.scores["together"])
        if [score.task_id for score in one.scores["together"]] == ids
        else None
        for one in found[1:]
    ]


def _json(
    found: Sequence[Evaluation], differences: Sequence[Difference | None], per_task: bool
) -> list[dict[str, object]]:
    records = [one.to_json(per_task=per_task) for one in found]
    for record, difference in zip(records[1:], differences, strict=True):
        if difference is None:
            record["against_first"] = None
            continue
        record["against_first"] = {
            "mean": difference.mean,
            "interval": [difference.low, difference.high],
            "gained": list(difference.gained) if per_task else len(difference.gained),
            "lost": list(difference.lost) if per_task else len(difference.lost),
        }
    return records


def _table(found: Sequence[Evaluation]) -> Table:
    table = Table(title=visible(found[0].dataset) if len({one.dataset for one in found}) == 1 else None)
    table.add_column("")
    for one in found:
        table.add_column(visible(one.name), justify="right", overflow="fold")
    table.add_row("tasks (test inputs)", *(f"{one.total.tasks} ({one.total.test_inputs})" for one in found))
    table.add_row("score (two attempts)", *(_points(one.total) for one in found), style="bold")
    table.add_row("  95% interval", *("{:.1%} to {:.1%}".format(*one.interval) for one in found))
    rows: list[tuple[str, _Cell]] = [
        ("score of first attempts", lambda s: f"{s.vote_1:.1%}"),
        ("tasks fully solved", lambda s: str(s.solved)),
        ("coverage (a proposed grid is right)", lambda s: _share(s.coverage)),
        ("verified tasks", lambda s: _count(s.verified)),
        ("  of them solved (precision)", lambda s: f"{_count(s.verified_solved)} ({_share(s.precision)})"),
        ("test inputs unanswered", lambda s: _count(s.unanswered)),
        ("sampled programs", lambda s: _count(s.samples)),
    ]
    for name, cell in rows:
        table.add_row(name, *(cell(one.total) for one in found))
    for view in ("programs alone", "grids alone"):
        cells = [_points(one.summary[view]) if view in one.summary else "-" for one in found]
        table.add_row(f"score, {view}", *cells)
    for k in _shown_ks(found):
        table.add_row(f"pass@{k}", *(_share((one.total.pass_at or {}).get(k)) for one in found))
    table.add_row("time", *(_minutes(one.seconds) for one in found))
    return table


def _shown_ks(found: Sequence[Evaluation]) -> list[int]:
    known = sorted({k for one in found for k in one.total.pass_at or {}})
    return [k for k in known if k in (1, 2, 8, 32, 128, 512) or k == known[-1]]


def _points(scores: Scores) -> str:
    return f"{scores.vote_2 * scores.tasks:.1f}/{scores.tasks} ({scores.vote_2:.1%})"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _count(value: int | None) -> str:
    return "-" if value is None else str(value)


def _minutes(seconds: float | None) -> str:
    return "-" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02} min"


def _print_difference(
    console: Console, base: Evaluation, one: Evaluation, difference: Difference | None, per_task: bool
) -> None:
    if difference is None:
        console.print(visible(f"{one.name} has other tasks than {base.name}: not compared"))
        return
    console.print(
        f"{visible(one.name)} against {visible(base.name)}: {difference.mean:+.1%} "
        f"(95% interval {difference.low:+.1%} to {difference.high:+.1%}); "
        f"{len(difference.gained)} tasks gained, {len(difference.lost)} lost"
    )
    if per_task:
        console.print(f"  gained: {visible(' '.join(difference.gained)) or '-'}")
        console.print(f"  lost:   {visible(' '.join(difference.lost)) or '-'}")
