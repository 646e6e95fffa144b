"""`omni-arc solve`: propose, verify, vote; leaves a run directory with its submission."""

from __future__ import annotations

import signal
import tomllib
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import click

from arc import DEFAULT_DATASET
from commands.console import say
from commands.data import strict_option, tell
from commands.evaluate import show
from commands.model_options import model_options, model_settings
from commands.progress import make_display, report_problems
from commands.ray_option import ray_option
from inference.proposers.models.settings import ModelSettings
from inference.run.settings import Settings, parse_duration
from inference.run.solve import Solved, uses_model
from inference.run.solve import solve as run_solve
from sandbox.contract import Limits, Policy, SandboxConfig
from scoring.ballot import VoteOptions, VoteRule
from scoring.record.errors import RunError
from scoring.record.reader import Run


def _read_config(context: click.Context, _: click.Parameter, path: str | None) -> str | None:
    """Make a TOML file's values the defaults: flags and environment go over them."""
    if path is None:
        return None
    try:
        values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RunError(f"{path}: broken TOML: {error}") from None
    known = {parameter.name for parameter in context.command.params}
    values = {name.replace("-", "_"): value for name, value in values.items()}
    unknown = sorted(set(values) - known)
    if unknown:
        raise RunError(
            f"{path}: no setting {unknown[0]!r}; the settings are the long flags of `omni-arc solve`"
        )
    context.default_map = {**(context.default_map or {}), **values}
    return path


@click.command()
@click.argument("dataset", default=DEFAULT_DATASET)
@click.option(
    "--config",
    metavar="FILE.toml",
    callback=_read_config,
    is_eager=True,
    expose_value=False,
    help="Settings from a TOML file (keys are the long flags); flags and OMNI_ARC_SOLVE_… go over it.",
)
@click.option(
    "--sampler", "samplers", multiple=True, help="What proposes programs, beside search; may be repeated."
)
@click.option(
    "--predictor", "predictors", multiple=True, help="What proposes grids, beside cells; may be repeated."
)
@click.option("--search/--no-search", default=True, show_default=True, help="Search for programs.")
@click.option("--cells/--no-cells", default=True, show_default=True, help="Predict grids cell by cell.")
@click.option("--samples", default=64, show_default=True, help="Samples a model gives for each task.")
@click.option(
    "--task-tokens",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Most tokens a model writes for one task; then it goes on with the others (0: no cap).",
)
@click.option(
    "--effort",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    show_default=True,
    help="How much search and cells try for each task: 2 is twice the default. The same seed and effort give"
    " the same submission on any machine.",
)
@click.option(
    "--time-limit",
    default="60m",
    show_default=True,
    help="For the whole run: 90s, 10m, 11h30m. What it cuts off is counted.",
)
@click.option(
    "--workers",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Processes for search and cells, and candidates that run side by side (0: as many as cores).",
)
@ray_option
@click.option("--tasks", help="Only these task ids, separated by commas.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many tasks.")
@strict_option
@click.option("--seed", default=0, show_default=True)
@model_options
@click.option(
    "--agree",
    type=click.IntRange(0),
    default=8,
    show_default=True,
    help="Stop sampling a task when so many distinct verified programs agree (0: never).",
)
@click.option(
    "--evidence/--no-evidence",
    default=False,
    show_default=True,
    help="Run verified programs on turned and recoloured copies of their task too, for inspect and votes.",
)
@click.option(
    "--vote-rule", type=click.Choice([rule.value for rule in VoteRule]), default="tiers", show_default=True
)
@click.option(
    "--direct-weight",
    type=click.FloatRange(0),
    default=0.0,
    show_default=True,
    help="Votes a direct grid has against one verified program (0: programs always first).",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.01),
    default=Limits.cpu_seconds,
    show_default=True,
    help="CPU seconds for one candidate on all inputs.",
)
@click.option(
    "--wall-time",
    default=Limits.wall_seconds,
    show_default=True,
    type=click.FloatRange(0.01),
    help="Seconds for a program that waits rather than computes.",
)
@click.option(
    "--memory",
    type=click.IntRange(64),
    default=Limits.memory_mb,
    show_default=True,
    help="MiB for one candidate.",
)
@click.option(
    "--policy",
    type=click.Choice([policy.value for policy in Policy]),
    default="full",
    show_default=True,
    help="Guard candidates by language and kernel, or by the kernel alone.",
)
@click.option(
    "--library",
    "libraries",
    multiple=True,
    type=click.Path(),
    help="A trusted Python file that candidates may import.",
)
@click.option(
    "--unconfined", is_flag=True, help="Run candidates even without kernel confinement (dangerous)."
)
@click.option(
    "--run", "directory", type=click.Path(path_type=Path), help="The run directory (default: runs/DATE-…)."
)
@click.option("--resume", type=click.Path(path_type=Path), help="Go on with the run in this directory.")
@click.pass_context
def solve(context: click.Context, /, directory: Path | None, resume: Path | None, **options: Any) -> None:
    """Solve the tasks of DATASET (default: arc-agi-1/evaluation) and write two attempts for each test input.

    DATASET is a name that `omni-arc datasets` lists, a Kaggle challenges file, a folder of task files, or one
    task file.
    """
    if resume is not None:
        if directory is not None:
            raise RunError("--run and --resume exclude each other: --resume names the run directory")
        settings = _resumed(context, resume, options)
    else:
        settings = _settings(options)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    show = make_display(settings)
    solved = run_solve(settings, resume or directory, resume=resume is not None, listener=show, loaded=tell)
    show.close()
    _report(solved)
    if solved.outcome.interrupted:
        say(f"interrupted; go on with: omni-arc solve --resume {solved.directory}", err=True)
        context.exit(130)
    if solved.outcome.silent:
        context.exit(1)


def _settings(options: dict[str, Any]) -> Settings:
    samplers = _named("search", options["search"], options["samplers"])
    predictors = _named("cells", options["cells"], options["predictors"])
    base = Settings(
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
        evidence=options["evidence"] or options["vote_rule"] == VoteRule.LEARNED,
        votes=VoteOptions(VoteRule(options["vote_rule"]), options["direct_weight"]),
        model=asdict(model_settings(options)) if uses_model(samplers, predictors) else {},
        workers=options["workers"],
        ray=options["ray"],
    )
    return _with_sandbox(base, options)


def _named(own: str, wanted: bool, more: tuple[str, ...]) -> tuple[str, ...]:
    """The one rule: what needs no model runs unless it is switched off, and what is named is added."""
    return tuple(dict.fromkeys([*([own] if wanted else []), *(name for name in more if name != own)]))


def _with_sandbox(settings: Settings, options: dict[str, Any]) -> Settings:
    cage = SandboxConfig(
        limits=Limits(
            cpu_seconds=options["timeout"],
            wall_seconds=options["wall_time"],
            memory_mb=options["memory"],
        ),
        policy=Policy(options["policy"]),
        libraries=tuple(options["libraries"]),
        unconfined=options["unconfined"],
    )
    return replace(settings, sandbox=cage)


def _resumed(context: click.Context, directory: Path, options: dict[str, Any]) -> Settings:
    """The stored settings under what was given anew (the store refuses what may not differ)."""
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
_SANDBOX_FLAGS = {"timeout", "wall_time", "memory", "policy", "libraries", "unconfined"}


def _overlay(stored: Settings, fresh: Settings, given: set[str]) -> Settings:
    changed = {"sandbox" if name in _SANDBOX_FLAGS else _FIELD.get(name, name) for name in given}
    return replace(stored, **{name: getattr(fresh, name) for name in changed})


def _report(solved: Solved) -> None:
    report_problems(solved.outcome)
    if solved.evaluation is not None:
        show([solved.evaluation])
    say(f"run: {solved.directory}")
    say(f"submission: {solved.directory / 'submission.json'}")
