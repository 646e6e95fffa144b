"""`omni-arc solve`: propose, verify, vote; leaves a run directory with its submission."""

from __future__ import annotations

import signal
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from arc import DEFAULT_DATASET
from commands.config_file import config_option
from commands.console import say
from commands.data import strict_option, tell
from commands.evaluate import show
from commands.field_options import field_options, given_fields
from commands.kinds import WORKERS, Real
from commands.progress import make_display, report_problems
from commands.ray_option import ray_option
from commands.sandbox_options import SANDBOX_PARAMETERS, sandbox_config, sandbox_options
from commands.sections import SectionedCommand
from inference.proposers.models.settings import ModelSettings
from inference.proposers.registry import STREAMS
from inference.run.settings import Settings, parse_duration
from inference.run.solve import Solved, uses_model
from inference.run.solve import solve as run_solve
from scoring.ballot import VoteOptions, VoteRule
from scoring.record.errors import RunError
from scoring.record.reader import Run

_OTHERS = " or ".join(STREAMS)


@click.command(cls=SectionedCommand)
@click.argument("dataset", default=DEFAULT_DATASET)
@config_option
@click.option(
    "--sampler",
    "samplers",
    multiple=True,
    help=f"More programs from {_OTHERS}; repeatable.",
)
@click.option(
    "--predictor",
    "predictors",
    multiple=True,
    help=f"More grids from {_OTHERS}; repeatable.",
)
@click.option("--search/--no-search", default=True, show_default=True, help="Search for programs.")
@click.option("--cells/--no-cells", default=True, show_default=True, help="Predict grids cell by cell.")
@click.option(
    "--samples",
    type=click.IntRange(1),
    default=64,
    show_default=True,
    help="Model samples per task.",
)
@click.option(
    "--task-tokens",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Token budget of the model per task (0: unlimited).",
)
@click.option(
    "--effort",
    type=Real(0, min_open=True),
    default=1.0,
    show_default=True,
    help="How much work search and cells do per task; 2 is twice the default. The same seed and effort give"
    " the same submission on any machine.",
)
@click.option(
    "--time-limit",
    default="60m",
    show_default=True,
    help="Time limit for the whole run, such as 90s, 10m or 11h30m. Work it cuts short is reported.",
)
@click.option(
    "--workers",
    type=WORKERS,
    default=0,
    show_default=True,
    help="Processes for search and cells, and candidates run in parallel (0: one per core).",
)
@ray_option
@click.option("--tasks", help="Solve only these tasks: ids, separated by commas.")
@click.option("--limit", type=click.IntRange(1), help="Solve only the first N tasks.")
@strict_option
@click.option("--seed", default=0, show_default=True, help="Random seed.")
@field_options(ModelSettings)
@click.option(
    "--agree",
    type=click.IntRange(0),
    default=8,
    show_default=True,
    help="Stop sampling a task once this many distinct verified programs agree (0: never).",
)
@click.option(
    "--evidence/--no-evidence",
    default=False,
    show_default=True,
    help="Also run verified programs on rotated and recoloured copies of their task, as evidence for votes.",
)
@click.option(
    "--vote-rule",
    type=click.Choice([rule.value for rule in VoteRule]),
    default=VoteOptions.rule.value,
    show_default=True,
    help="How the two attempts are chosen.",
)
@click.option(
    "--direct-weight",
    type=Real(0),
    default=0.0,
    show_default=True,
    help="Weight of a direct grid relative to a verified program (0: programs win), with --vote-rule tiers.",
)
@sandbox_options
@click.option(
    "--run", "directory", type=click.Path(path_type=Path), help="Run directory (default: runs/DATE-…)."
)
@click.option("--resume", type=click.Path(path_type=Path), help="Continue the run in this directory.")
@click.pass_context
def solve(context: click.Context, /, directory: Path | None, resume: Path | None, **options: Any) -> None:
    """Solve the tasks of DATASET (default: arc-agi-1/evaluation) and write two attempts for each test input.

    DATASET is a name that `omni-arc datasets` lists, a Kaggle challenges file, a folder of task files, or one
    task file.
    """
    if resume is not None:
        if directory is not None:
            raise RunError("give --run or --resume, not both: --resume names the run directory")
        settings = _resumed(context, resume, options)
    else:
        settings = _settings(options)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    show = make_display(settings)
    solved = run_solve(settings, resume or directory, resume=resume is not None, listener=show, loaded=tell)
    show.close()
    _report(solved)
    if solved.outcome.interrupted:
        say(f"interrupted; continue with: omni-arc solve --resume {solved.directory}", err=True)
        context.exit(130)
    if solved.outcome.silent:
        context.exit(1)


def _settings(options: dict[str, Any]) -> Settings:
    votes = VoteOptions(VoteRule(options["vote_rule"]), options["direct_weight"])
    if votes.direct_weight and votes.rule is not VoteRule.TIERS:
        raise click.UsageError("--direct-weight belongs to --vote-rule tiers; name both")
    samplers = _named("search", options["search"], options["samplers"])
    predictors = _named("cells", options["cells"], options["predictors"])
    model = ModelSettings(**given_fields(ModelSettings, options))
    return Settings(
        dataset=options["dataset"],
        tasks=tuple(options["tasks"].split(",")) if options["tasks"] else None,
        strict=options["strict"],
        limit=options["limit"],
        samplers=samplers,
        predictors=predictors,
        samples=options["samples"],
        effort=options["effort"],
        task_tokens=options["task_tokens"],
        time_limit=parse_duration(str(options["time_limit"])),
        seed=options["seed"],
        agree=options["agree"],
        evidence=options["evidence"],
        votes=votes,
        model=model if uses_model(samplers, predictors) else None,
        workers=options["workers"],
        ray=options["ray"],
        sandbox=sandbox_config(options),
    )


def _named(own: str, wanted: bool, more: tuple[str, ...]) -> tuple[str, ...]:
    """Our own proposer, unless it is switched off, then the named ones."""
    return tuple(dict.fromkeys([*([own] if wanted else []), *(name for name in more if name != own)]))


def _resumed(context: click.Context, directory: Path, options: dict[str, Any]) -> Settings:
    """The stored settings, overridden by the flags given now (the store refuses forbidden changes)."""
    with Run.open(directory) as run:
        stored = Settings.from_json(run.config)
    given = {
        name
        for name in options
        if context.get_parameter_source(name)
        not in (click.core.ParameterSource.DEFAULT, click.core.ParameterSource.DEFAULT_MAP, None)
    }
    return stored if not given else _overlay(stored, _settings(options), given)


# flag -> the field of Settings that it sets, where their names differ
_FIELD = (
    {"search": "samplers", "cells": "predictors"}
    | {"vote_rule": "votes", "direct_weight": "votes"}
    | {field.name: "model" for field in fields(ModelSettings)}
)


def _overlay(stored: Settings, fresh: Settings, given: set[str]) -> Settings:
    changed = {"sandbox" if name in SANDBOX_PARAMETERS else _FIELD.get(name, name) for name in given}
    return replace(stored, **{name: getattr(fresh, name) for name in changed})


def _report(solved: Solved) -> None:
    report_problems(solved.outcome)
    if solved.evaluation is not None:
        show([solved.evaluation])
    say(f"run: {solved.directory}")
    say(f"submission: {solved.directory / 'submission.json'}")
