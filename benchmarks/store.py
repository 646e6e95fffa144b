"""What the run store costs, and how quickly a large run opens.

    python -m benchmarks.store --candidates 200000      # insertion, size, inspect, the page
    python -m benchmarks.store --share                  # the store's share of a run's CPU time

CPU seconds are reported beside wall seconds, so that other work on the machine does not change the figures.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from arc import load_dataset
from benchmarks.synthetic import development_tasks, made_up_proposals
from inference.proposers.replay import ReplaySampler
from inference.run.engine import Engine
from inference.run.machines import ThisMachine
from inference.run.settings import Settings
from scoring.contract import TaskFinished
from scoring.record.reader import Run
from scoring.record.writer import RunStore
from scoring.report.page import write_report

_TASKS = 400


class _TimedStore(RunStore):
    """Counts the CPU seconds that its writing thread spends on batches."""

    cpu_seconds = 0.0

    def _write(self, batch: list[Callable[[], Any]]) -> Any:
        began = time.thread_time()
        try:
            return super()._write(batch)
        finally:
            self.cpu_seconds += time.thread_time() - began


def large_run(directory: Path, candidates: int) -> None:
    """Insert made-up candidates and verdicts; print what the insertion cost, their making left out."""
    tasks = development_tasks(_TASKS)
    adding = 0.0
    store = _TimedStore.create(directory, {"dataset": "arc-agi-1/development"})
    store.add_tasks(tasks)
    for task in tasks:
        made = list(made_up_proposals(task, candidates // _TASKS))
        began = time.thread_time()
        for candidate, key, verdict in made:
            store.add_candidate(candidate, key)
            if verdict is not None:
                store.add_verdict(task.id, key, verdict)
        adding += time.thread_time() - began
        store.add_finished(TaskFinished(task.id, "made-up", seconds=1.0))
        grids = [pair.input for pair in task.test]
        store.add_votes(task.id, [[] for _ in grids], [(grid, grid.T) for grid in grids])
    store.close()
    cpu = adding + store.cpu_seconds
    size = (directory / "run.sqlite").stat().st_size
    each = cpu / candidates * 1e6
    print(f"insert {candidates} candidates: {cpu:.1f} CPU s ({each:.0f} µs each), {size / 1e6:.0f} MB")


def opening(directory: Path) -> None:
    """Time `inspect RUN` in a process of its own, start of Python included."""
    code = "import sys; from commands.cli import run; sys.exit(run(['inspect', sys.argv[1]]))"
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.executable, "-c", code, str(directory)], check=True, stdout=subprocess.DEVNULL)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    print(f"inspect: {_cpu(after) - _cpu(before):.2f} CPU s, {wall:.2f} s")


def page(directory: Path) -> None:
    """Time and weigh the self-contained page."""
    began = time.process_time()
    with Run.open(directory) as run:
        size = write_report(run, directory / "report.html")
    print(f"page: {time.process_time() - began:.1f} CPU s, {size / 1e6:.1f} MB")


def share(candidates: int) -> None:
    """Judge `candidates` quick programs in a real run; print the store's share of all CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        dataset = load_dataset("arc-agi-1/development").select(limit=20)
        samples = Path(folder) / "samples.jsonl"
        with samples.open("w") as file:
            for number in range(candidates):
                task_id = dataset.ids[number % len(dataset)]
                source = f"def transform(grid):\n    return (grid + {number}) % 10\n"
                file.write(json.dumps({"task_id": task_id, "source": source}) + "\n")
        settings = Settings(
            "arc-agi-1/development", limit=20, samplers=("replay",), predictors=(), time_limit=600, agree=0
        )
        before = _all_cpu()
        with _TimedStore.create(Path(folder) / "run", settings.to_json()) as store:
            store.add_tasks(dataset.tasks)
            proposers = [(ReplaySampler(samples), ("replay",))]
            Engine(dataset, settings, store, proposers, ThisMachine(1)).run()
        total = _all_cpu() - before
        part = store.cpu_seconds / total
        print(f"share: {store.cpu_seconds:.2f} of {total:.1f} CPU s for {candidates} programs: {part:.1%}")


def _all_cpu() -> float:
    """CPU seconds of this process and the children that have ended."""
    return sum(_cpu(resource.getrusage(who)) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=200_000)
    parser.add_argument("--share", action="store_true", help="only the share of a run's CPU time")
    given = parser.parse_args()
    if given.share:
        share(3_000)
        return
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder) / "run"
        large_run(directory, given.candidates)
        opening(directory)
        opening(directory)
        page(directory)


if __name__ == "__main__":
    main()
