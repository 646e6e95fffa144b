"""`omni-arc evaluate`: scores of runs and submissions, several side by side."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from arc import visible
from commands.data import load, strict_option
from scoring.comparison import Difference, Group, compare, grouped
from scoring.evaluation import Evaluation
from scoring.evaluation import evaluate as evaluate_one
from scoring.metrics import Scores
from scoring.oracle import causes
from scoring.report.terminal import plain_console

_UNKNOWN = "-"
_Cell = Callable[[Scores], str]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="RUN|SUBMISSION ...")
@click.option("--dataset", help="The data set to score on; runs know their own.")
@click.option("--solutions", type=click.Path(), help="A Kaggle *_solutions.json with the test outputs.")
@strict_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--per-task", is_flag=True, help="List the tasks that differ; in JSON, every task's score.")
@click.option(
    "--oracle",
    is_flag=True,
    help="For runs: list the right grids that were proposed but not chosen, and why.",
)
def evaluate(
    paths: tuple[str, ...],
    dataset: str | None,
    solutions: str | None,
    strict: bool,
    as_json: bool,
    per_task: bool,
    oracle: bool,
) -> None:
    """Score runs and submissions: the ARC Prize score, coverage, verified tasks, pass@k, time.

    Several are shown side by side. Runs that differ only in their seed are averaged; each configuration is
    compared with the first, task by task.
    """
    if len({os.path.realpath(path) for path in paths}) < len(paths):
        raise click.UsageError("the same run or submission is named twice; it would count as another seed")
    questions = load(dataset, strict) if dataset else None
    found = [evaluate_one(path, questions, solutions, oracle=oracle) for path in paths]
    groups = grouped(found)
    differences = [compare(groups[0], group) for group in groups[1:]]
    if as_json:
        record = _json(found, groups, differences, per_task)
        if oracle:
            for one, into in zip(found, record["runs"], strict=True):
                into["missed"] = [asdict(miss) for miss in one.missed]
        click.echo(json.dumps(record, indent=2))
        return
    console = show(found)
    for line in (remark for one in found for remark in one.remarks):
        console.print(visible(line), soft_wrap=True)
    for group in groups:
        _print_group(console, group)
    for group, difference in zip(groups[1:], differences, strict=True):
        _print_difference(console, groups[0], group, difference, per_task)
    for one in found if oracle else ():
        _print_oracle(console, one)


def _print_oracle(console: Console, one: Evaluation) -> None:
    """The gap between coverage and score: by cause, then each test input."""
    console.print(
        visible(f"{one.name}: {len(one.missed)} right grids were proposed but not chosen"), soft_wrap=True
    )
    if not one.missed:
        return
    gap = Table()
    gap.add_column("why not chosen")
    gap.add_column("test inputs", justify="right")
    for cause, count in causes(one.missed):
        gap.add_row(cause, str(count))
    console.print(gap)
    for miss in one.missed:
        rank = "no vote" if miss.rank is None else f"rank {miss.rank}"
        line = f"{miss.task_id}, test {miss.test_index} ({rank}): {miss.why_right}; chosen: {miss.why_chosen}"
        console.print(visible(line), soft_wrap=True)


def show(found: Sequence[Evaluation]) -> Console:
    """Print the table of evaluations; returns the console, for further output."""
    console = plain_console()
    console.print(_table(found))
    return console


def _json(
    found: Sequence[Evaluation],
    groups: Sequence[Group],
    differences: Sequence[Difference | None],
    per_task: bool,
) -> dict[str, Any]:
    configurations = [group.to_json() for group in groups]
    for record, difference in zip(configurations[1:], differences, strict=True):
        record["against_first"] = None if difference is None else _difference_json(difference, per_task)
    return {"runs": [one.to_json(per_task=per_task) for one in found], "configurations": configurations}


def _difference_json(difference: Difference, per_task: bool) -> dict[str, Any]:
    return {
        "mean": difference.mean,
        "interval": [difference.low, difference.high],
        "gained": list(difference.gained) if per_task else len(difference.gained),
        "lost": list(difference.lost) if per_task else len(difference.lost),
    }


def _table(found: Sequence[Evaluation]) -> Table:
    alone = len(found) == 1
    title = visible(found[0].dataset) if len({one.dataset for one in found}) == 1 else None
    table = Table(title=f"{visible(found[0].name)}: {title}" if alone else title, show_header=not alone)
    table.add_column("")
    for one in found:
        table.add_column(visible(one.name), justify="right", overflow="fold")
    table.add_row("tasks (test inputs)", *(f"{one.total.tasks} ({one.total.test_inputs})" for one in found))
    table.add_row("score (two attempts)", *(_points(one.total) for one in found), style="bold")
    table.add_row("  95% interval", *("{:.1%} to {:.1%}".format(*one.interval) for one in found))
    rows: list[tuple[str, _Cell]] = [
        ("score of first attempts", lambda s: f"{s.vote_1:.1%}"),
        ("tasks fully solved", lambda s: str(s.solved)),
        ("score expected by the learned ranking", lambda s: _share(s.expected)),
        ("coverage (a proposed grid is right)", lambda s: _share(s.coverage)),
        ("verified tasks", lambda s: _count(s.verified)),
        ("  of them solved (precision)", _precision),
        ("test inputs unanswered", lambda s: _count(s.unanswered)),
        ("sampled programs", lambda s: _count(s.samples)),
    ]
    for name, cell in rows:
        _add_known(table, name, [cell(one.total) for one in found])
    for view in ("programs alone", "grids alone"):
        cells = [_points(one.summary[view]) if view in one.summary else _UNKNOWN for one in found]
        _add_known(table, f"score, {view}", cells)
    for k in _shown_ks(found):
        _add_known(table, f"pass@{k}", [_share((one.total.pass_at or {}).get(k)) for one in found])
    _add_known(table, "time", [_minutes(one.seconds) for one in found])
    _add_known(table, "digest of the questions", [visible(one.questions) or _UNKNOWN for one in found])
    return table


def _add_known(table: Table, name: str, cells: Sequence[str]) -> None:
    """Add a row, unless it is unknown for all: a submission has a score and nothing else."""
    if any(cell != _UNKNOWN for cell in cells):
        table.add_row(name, *cells)


def _shown_ks(found: Sequence[Evaluation]) -> list[int]:
    known = sorted({k for one in found for k in one.total.pass_at or {}})
    return [k for k in known if k in (1, 2, 8, 32, 128, 512) or k == known[-1]]


def _points(scores: Scores) -> str:
    return f"{scores.vote_2 * scores.tasks:.1f}/{scores.tasks} ({scores.vote_2:.1%})"


def _precision(scores: Scores) -> str:
    if scores.verified_solved is None:
        return _UNKNOWN
    return f"{scores.verified_solved} ({_share(scores.precision)})"


def _share(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:.1%}"


def _count(value: int | None) -> str:
    return _UNKNOWN if value is None else str(value)


def _minutes(seconds: float | None) -> str:
    return _UNKNOWN if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02} min"


def _print_group(console: Console, group: Group) -> None:
    """The mean and the spread of several runs of one configuration; nothing for a single run."""
    if group.deviation is None:
        return
    seeds = ", ".join(str(run.seed) for run in group.runs)
    console.print(
        f"{visible(group.name)}: {len(group.runs)} runs of one configuration (seeds {seeds}): "
        f"mean {group.mean:.1%}, standard deviation {100 * group.deviation:.1f} points, "
        "from {:.1%} to {:.1%}; ".format(*group.spread)
        + "95% interval over tasks and seeds {:.1%} to {:.1%}".format(*group.interval)
    )


def _print_difference(
    console: Console, base: Group, other: Group, difference: Difference | None, per_task: bool
) -> None:
    names = f"{visible(other.name)} against {visible(base.name)}"
    if difference is None:
        console.print(f"{names}: not compared, they have other tasks")
        return
    console.print(
        f"{names}: {difference.mean:+.1%} "
        f"(95% interval {difference.low:+.1%} to {difference.high:+.1%}, paired); "
        f"{len(difference.gained)} tasks gained, {len(difference.lost)} lost"
    )
    if per_task:
        console.print(f"  gained: {visible(' '.join(difference.gained)) or '-'}")
        console.print(f"  lost:   {visible(' '.join(difference.lost)) or '-'}")
