"""`solve`: one call from a data set to a run directory with its submission."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from arc import Dataset, load_dataset
from inference.contracts import Proposer
from inference.engine import Engine, Outcome, Progress
from inference.errors import InferenceError
from inference.pool import CELLS, SEARCH, WorkerPool
from inference.settings import MAY_DIFFER, RunSettings
from inference.store import RunStore
from scoring.store import Run

_EMBEDDED = {embedded.name: embedded for embedded in (SEARCH, CELLS)}


def solve(
    settings: RunSettings,
    directory: Path | None = None,
    *,
    resume: bool = False,
    listener: Callable[[Progress], None] | None = None,
) -> tuple[Path, Outcome]:
    """Run `settings` and return the run directory and how it ended.

    A new run needs an empty or missing `directory` (default: a dated one under runs/); with `resume` it goes
    on in an existing one. Raises ArcError for bad input, before anything is computed where that is possible.
    """
    dataset = load_dataset(settings.dataset).select(settings.tasks, settings.limit)
    settings = replace(settings, dataset_digest=dataset.digest())
    directory = directory or default_directory(settings)
    if resume:
        store = RunStore.resume(directory, settings.to_json(), may_differ=MAY_DIFFER)
    else:
        _check_proposers(settings)
        store = RunStore.create(directory, settings.to_json())
    with store:
        store.add_tasks(dataset.tasks)
        with Run.open(directory) as run:
            proposers = _proposers(settings, dataset, run)
        return directory, Engine(dataset, settings, store, proposers).run(listener)


def default_directory(settings: RunSettings) -> Path:
    """A new directory under runs/, named by the time and the data set."""
    name = Path(settings.dataset).stem if Path(settings.dataset).exists() else settings.dataset
    return Path("runs") / f"{datetime.now():%Y%m%d-%H%M%S}-{name.replace('/', '-')}"


def _check_proposers(settings: RunSettings) -> None:
    if not settings.samplers and not settings.predictors:
        raise InferenceError("nothing to run: name a --sampler or a --predictor")


def _proposers(settings: RunSettings, dataset: Dataset, run: Run) -> list[tuple[Proposer, tuple[str, ...]]]:
    """The proposers that the settings name, each with the names under which it finishes tasks."""
    names = (*settings.samplers, *settings.predictors)
    embedded = [_EMBEDDED[name] for name in names if name in _EMBEDDED]
    proposers: list[tuple[Proposer, tuple[str, ...]]] = []
    if embedded:
        done = {
            (proposer.name, task_id): samples
            for proposer in embedded
            for task_id, samples in run.done(proposer.name).items()
        }
        finished = frozenset(
            (proposer.name, task_id) for proposer in embedded for task_id in run.finished(proposer.name)
        )
        pool = WorkerPool(embedded, settings.workers, done, finished)
        proposers.append((pool, tuple(proposer.name for proposer in embedded)))
    others = [name for name in names if name not in _EMBEDDED]
    if others:
        raise InferenceError(f"no sampler or predictor {others[0]!r}")
    return proposers
