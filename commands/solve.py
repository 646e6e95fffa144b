"""`omni-arc solve`: propose, verify, vote; leaves a run directory with its submission."""

from __future__ import annotations

import signal
import sys
import time
import tomllib
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from arc import DEFAULT_DATASET
from commands.console import say
from commands.data import strict_option, tell
from commands.evaluate import show
from commands.model_options import model_options, model_settings
from inference.proposers.models.settings import ModelSettings
from inference.run.engine import Progress
from inference.run.settings import Settings, parse_duration
from inference.run.solve import Solved, uses_model
from inference.run.solve import solve as run_solve
from sandbox.contract import Limits, Policy, SandboxConfig
from scoring.record.errors import RunError
from scoring.record.reader import Run
from scoring.vote import VoteOptions, VoteRule

_PLAIN_EVERY = 10.0


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
@click.option("--sampler", "samplers", multiple=True, help="What proposes programs (default: search).")
@click.option(
    "--predictor", "predictors", multiple=True, help="What proposes grids (default: cells; 'none')."
)
@click.option("--samples", default=64, show_default=True, help="Samples a model gives for each task.")
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
    "--workers", type=click.IntRange(1), help="Processes for search and cells (default: the cores)."
)
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
    show = _Bar() if sys.stderr.isatty() else _Lines()
    solved = run_solve(settings, resume or directory, resume=resume is not None, listener=show, loaded=tell)
    show.close()
    _report(solved)
    if solved.outcome.interrupted:
        say(f"interrupted; go on with: omni-arc solve --resume {solved.directory}", err=True)
        context.exit(130)


def _settings(options: dict[str, Any]) -> Settings:
    samplers = tuple(name for name in options["samplers"] or ("search",) if name != "none")
    predictors = tuple(name for name in options["predictors"] or ("cells",) if name != "none")
    workers = {"workers": options["workers"]} if options["workers"] else {}
    base = Settings(
        dataset=options["dataset"],
        tasks=tuple(options["tasks"].split(",")) if options["tasks"] else None,
        strict=options["strict"],
        limit=options["limit"],
        samplers=samplers,
        predictors=predictors,
        samples=options["samples"],
        effort=options["effort"],
        time_limit=parse_duration(str(options["time_limit"])),
        seed=options["seed"],
        agree=options["agree"],
        votes=VoteOptions(VoteRule(options["vote_rule"]), options["direct_weight"]),
        model=asdict(model_settings(options)) if uses_model(samplers, predictors) else {},
        **workers,
    )
    return _with_sandbox(base, options)


def _with_sandbox(settings: Settings, options: dict[str, Any]) -> Settings:
    cage = SandboxConfig(
        workers=max(1, settings.workers),
        limits=Limits(cpu_seconds=options["timeout"], memory_mb=options["memory"]),
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
_FIELD = {"vote_rule": "votes", "direct_weight": "votes"} | {
    field.name: "model" for field in fields(ModelSettings)
}
_SANDBOX_FLAGS = {"timeout", "memory", "policy", "libraries", "unconfined"}


def _overlay(stored: Settings, fresh: Settings, given: set[str]) -> Settings:
    changed = {"sandbox" if name in _SANDBOX_FLAGS else _FIELD.get(name, name) for name in given}
    return replace(stored, **{name: getattr(fresh, name) for name in changed})


class _Bar:
    """A tqdm bar over tasks, for a terminal."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, progress: Progress) -> None:
        if self._bar is None:
            self._bar = tqdm(total=progress.tasks, unit="task", smoothing=0.1)
        self._bar.n = progress.finished
        self._bar.set_postfix_str(_numbers(progress))

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _Lines:
    """A plain line now and then, for a log."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last < _PLAIN_EVERY and progress.finished < progress.tasks:
            return
        self._last = now
        rate = progress.finished / max(progress.seconds, 1e-9)
        click.echo(
            f"{progress.finished}/{progress.tasks} tasks, {_numbers(progress)}, {60 * rate:.1f} tasks/min, "
            f"{progress.seconds:.0f} s gone, at most {progress.seconds_left:.0f} s left",
            err=True,
        )

    def close(self) -> None:
        """Nothing to end."""


def _numbers(progress: Progress) -> str:
    return f"verified {progress.verified}, programs {progress.candidates}, grids {progress.predictions}"


def _report(solved: Solved) -> None:
    if solved.outcome.cut_off:
        tasks = f"{solved.outcome.cut_off} of {solved.outcome.progress.tasks} tasks"
        click.echo(
            f"omni-arc: the time limit cut off {tasks} before they had all their effort: another run may find"
            " something else; give more --time-limit or less --effort",
            err=True,
        )
    for line in solved.outcome.errors:
        say(f"omni-arc: {line}", err=True)
    if solved.evaluation is not None:
        show([solved.evaluation])
    say(f"run: {solved.directory}")
    say(f"submission: {solved.directory / 'submission.json'}")
