"""`solve`: one call from a data set to a run directory with its submission."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from arc import Dataset, load_dataset, variants
from inference.errors import InferenceError
from inference.proposers.contract import Checking, Proposer
from inference.proposers.models.settings import ModelSettings
from inference.proposers.registry import EMBEDDED, make_stream, proposer_names
from inference.proposers.worker_pool import Embedded, WorkerPool
from inference.run.engine import Engine, Outcome, Progress
from inference.run.machines import Machines, machines_of
from inference.run.settings import MAY_DIFFER, Settings
from inference.run.summary import summarise_run
from sandbox.pool import check_libraries
from scoring.evaluation import Evaluation
from scoring.record.reader import Run
from scoring.record.writer import RunStore


@dataclass(frozen=True, eq=False)
class Solved:
    """The result of `solve`: its directory, how it ended, and the score if all answers are known."""

    directory: Path
    outcome: Outcome
    evaluation: Evaluation | None


def solve(
    settings: Settings,
    directory: str | Path | None = None,
    *,
    resume: bool = False,
    listener: Callable[[Progress], None] | None = None,
    loaded: Callable[[Dataset], None] | None = None,
) -> Solved:
    """Run `settings`: propose, judge, vote, write the submission and the summary.

    A new run needs an empty or missing `directory` (default: a dated one under runs/); with `resume` it
    continues an existing one. `loaded` is called with the whole data set before anything else; its report
    says what was skipped. Raises ArcError for bad input, before anything is computed where that is possible.
    """
    whole = load_dataset(settings.dataset, strict=settings.strict)
    if loaded is not None:
        loaded(whole)
    dataset = whole.select(settings.tasks, settings.limit)
    settings = replace(settings, dataset_digest=dataset.digest())
    _check_names(settings)
    check_libraries(settings.cage.libraries)
    with machines_of(settings.ray, settings.workers) as machines:
        return _solve(settings, whole, dataset, directory, resume, listener, machines)


def _solve(
    settings: Settings,
    whole: Dataset,
    dataset: Dataset,
    directory: str | Path | None,
    resume: bool,
    listener: Callable[[Progress], None] | None,
    machines: Machines,
) -> Solved:
    streams = _streams(settings, machines)
    try:
        for stream in streams:
            if isinstance(stream, Checking):
                stream.check(dataset.hidden().tasks)
        directory = Path(directory) if directory else default_directory(settings)
        with _store(directory, settings, resume) as store:
            store.add_tasks(dataset.tasks)
            store.add_event("data set", None, _description(whole))
            with Run.open(directory) as run:
                pools = _pools(settings, run, machines)
                proposers = [*pools, *((stream, (stream.name,)) for stream in streams)]
                outcome = Engine(dataset, settings, store, proposers, machines).run(listener)
    finally:
        for stream in streams:
            stream.close()
    evaluation = summarise_run(directory, dataset, outcome, [proposer for proposer, _ in proposers])
    return Solved(directory, outcome, evaluation)


def _store(directory: Path, settings: Settings, resume: bool) -> RunStore:
    if resume:
        return RunStore.resume(directory, settings.to_json(), may_differ=MAY_DIFFER)
    return RunStore.create(directory, settings.to_json())


def _description(dataset: Dataset) -> dict[str, Any]:
    """What the record says of a data set: which variant it is (by its digest), and what was skipped."""
    digest = dataset.digest()
    return {
        "name": dataset.name,
        "tasks": len(dataset),
        "digest": digest,
        "equals": variants(digest),
        "skipped": [str(one) for one in dataset.report.skipped],
    }


def default_directory(settings: Settings) -> Path:
    """A new directory under runs/, named by the time and the data set."""
    name = Path(settings.dataset).stem if Path(settings.dataset).exists() else settings.dataset
    return Path("runs") / f"{datetime.now():%Y%m%d-%H%M%S}-{name.replace('/', '-')}"


def uses_model(samplers: tuple[str, ...], predictors: tuple[str, ...]) -> bool:
    """True if any of the named proposers uses model settings."""
    return any(name not in EMBEDDED for name in (*samplers, *predictors))


def _check_names(settings: Settings) -> None:
    """Refuse unknown names before anything is made."""
    known = proposer_names()
    for name in (*settings.samplers, *settings.predictors):
        if name not in known:
            raise InferenceError(f"no sampler or predictor {name!r} (there are {', '.join(known)})")
    if not settings.samplers and not settings.predictors:
        raise InferenceError("nothing to run: name a --sampler or a --predictor")


def _names(settings: Settings) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*settings.samplers, *settings.predictors)))


def _streams(settings: Settings, machines: Machines) -> list[Proposer]:
    """The proposers with a stream of their own that the settings name."""
    model = settings.model or ModelSettings()
    return [make_stream(name, model, machines.engines) for name in _names(settings) if name not in EMBEDDED]


def _pools(settings: Settings, run: Run, machines: Machines) -> list[tuple[Proposer, tuple[str, ...]]]:
    """The worker pool of the embedded proposers, with the names under which it finishes tasks, if any."""
    embedded = [EMBEDDED[name].scaled(settings.effort) for name in _names(settings) if name in EMBEDDED]
    if not embedded:
        return []
    pool = WorkerPool(embedded, machines.crew(), *_progress(embedded, run))
    return [(pool, tuple(proposer.name for proposer in embedded))]


def _progress(
    embedded: Sequence[Embedded], run: Run
) -> tuple[dict[tuple[str, str], frozenset[int]], frozenset[tuple[str, str]]]:
    """What an earlier session's workers have done and finished, by (proposer, task id)."""
    done = {
        (proposer.name, task_id): samples
        for proposer in embedded
        for task_id, samples in run.done(proposer.name).items()
    }
    finished = frozenset(
        (proposer.name, task_id) for proposer in embedded for task_id in run.finished(proposer.name)
    )
    return done, finished
