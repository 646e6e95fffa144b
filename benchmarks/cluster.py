"""What a cluster costs its supervisor, and how near it comes to one machine.

    python -m benchmarks.cluster events               # the supervisor's CPU time for one verdict
    python -m benchmarks.cluster local --rounds 3     # --ray local against the processes of this machine
    python -m benchmarks.cluster nodes --rounds 3     # two nodes of one core against one node of two

`events` drives the real engine, judge, store and cluster executor with made-up engines: a proposer that gives
different programs at once, and nodes that answer without running them. What it reports is the CPU time of
the supervisor's process for each verdict. The others verify the programs of the sandbox's corpus and search,
in turn with what they are compared to, in rounds; they report ratios of the CPU time of all processes (what
counts on a busy machine), and of wall time: above 1 means that the cluster is the slower one. Starting the
machines and their processes is left out on both sides.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from arc import Dataset, Task, load_dataset
from benchmarks.sandbox_corpus import corpus
from inference.cluster import RayCluster
from inference.cluster.actors import SandboxHost
from inference.cluster.ray_analyser import RayAnalyser
from inference.cluster.ray_executor import RayExecutor
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.registry import EMBEDDED
from inference.proposers.worker_pool import WorkerPool
from inference.run.analysis import Analyser
from inference.run.engine import Engine
from inference.run.machines import Machines, ThisMachine
from inference.run.settings import Settings
from sandbox import Execution, Executor, Job, Limits, SandboxConfig, Status, normalise
from sandbox.wire import pack_executions, read_jobs
from scoring.contract import Candidate, TaskFinished
from scoring.grid_types import likely_grid_types
from scoring.record.writer import RunStore

_TASKS = 40
_CORES = 2  # that are compared
_GOAL = 5000  # verdicts a second


class MadeUpHost(SandboxHost):
    """A node whose programs give their input back, without being run."""

    def _begin(self) -> None:
        """There is nothing to start."""

    def exchange(self, jobs: bytes, seconds: float) -> bytes:
        """Answer after the time in which a busy node gathers its answers."""
        time.sleep(0.01)
        done = [Execution(job.key, Status.OK, job.inputs, "", 0.01, 0.01) for job in read_jobs(jobs)]
        return pack_executions(done, 500)


class MadeUpCluster(RayCluster):
    """A cluster of such nodes."""

    def executor(self, config: SandboxConfig) -> Executor:
        """The made-up nodes as an executor."""
        return RayExecutor(self, config, MadeUpHost)

    def analyser(self) -> Analyser | None:
        """As on several nodes."""
        return RayAnalyser(self)


class MadeUpModel:
    """A proposer that gives the programs of the corpus, each made different, in turn for all tasks."""

    name = "made up"

    def __init__(self, programs: int) -> None:
        self._programs = programs
        self._sources = [item.job.source for item in corpus(400)]
        random.Random(0).shuffle(self._sources)

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        """All programs, then the ends."""
        for number in range(self._programs):
            task = tasks[number % len(tasks)]
            source = f"{self._sources[number % len(self._sources)]}\nNUMBER = {number}\n"
            yield Candidate(
                task.id, self.name, number // len(tasks), source, log_probability=-20.0, tokens=300
            )
        for task in tasks:
            yield TaskFinished(task.id, self.name)

    def stop(self, task_id: str) -> None:
        """Go on."""

    def close(self) -> None:
        """There is nothing to end."""


def measure_events(programs: int) -> dict[str, Any]:
    """The supervisor's CPU time for each verdict, the tasks' final votes left in."""
    dataset = load_dataset("arc-agi-1/development").select(limit=_TASKS)
    settings = Settings("arc-agi-1/development", samplers=(), predictors=(), time_limit=3000.0, agree=0)
    with tempfile.TemporaryDirectory() as folder, MadeUpCluster("local", 64) as cluster:
        seconds = _timed_run(Path(folder) / "run", dataset, settings, programs, cluster)
        return {
            "verdicts": programs,
            "microseconds_a_verdict": round(1e6 * seconds / programs, 1),
            "microseconds_to_read_a_program_elsewhere": round(1e6 * _reading(1000) / 1000, 1),
            f"cores_at_{_GOAL}_verdicts_a_second": round(_GOAL * seconds / programs, 2),
        }


def _timed_run(
    folder: Path, dataset: Dataset, settings: Settings, programs: int, machines: Machines
) -> float:
    with RunStore.create(folder, settings.to_json()) as store:
        store.add_tasks(dataset.tasks)
        model = MadeUpModel(programs)
        engine = Engine(dataset, settings, store, [(model, (model.name,))], machines)
        before = time.process_time()
        outcome = engine.run()
        seconds = time.process_time() - before
    assert outcome.progress.candidates == programs and outcome.progress.pending == 0
    return seconds


def _reading(programs: int) -> float:
    """The CPU seconds in which so many programs are read: for their keys, and for their grid types."""
    made = MadeUpModel(programs).stream(load_dataset("arc-agi-1/development").tasks[:1], RunBudget(0.0))
    sources = [one.source for one in made if isinstance(one, Candidate)]
    before = time.process_time()
    for source in sources:
        normalise(source)
        likely_grid_types(source)
    return time.process_time() - before


def _used(cpu_of: set[int]) -> float:
    """CPU seconds of these processes and of their children that have ended."""
    ticks = 0
    for pid in cpu_of:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _family() -> set[int]:
    """This process and all that it has started, directly or not."""
    parents: dict[int, int] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            parents[int(name)] = int(Path(f"/proc/{name}/stat").read_bytes().rpartition(b")")[2].split()[1])
    family = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return family


Cost = tuple[float, float]  # CPU seconds, wall seconds


class _Stopwatch:
    """The CPU time of all processes, and the wall time, from its making on."""

    def __init__(self) -> None:
        self._cpu, self._wall = _used(_family()), time.monotonic()

    def read(self) -> Cost:
        return _used(_family()) - self._cpu, time.monotonic() - self._wall


def candidates_cost(machines: Machines, programs: int) -> Cost:
    """What it costs to run the corpus, once the zygotes of all nodes are warm."""
    with machines.executor(SandboxConfig(limits=Limits(cpu_seconds=1.0))) as executor:
        while executor.workers < _CORES:
            executor.collect(0.1)
        _run_all(executor, [item.job for item in corpus(64)])
        watch = _Stopwatch()
        _run_all(executor, [item.job for item in corpus(programs)])
        return watch.read()


def _run_all(executor: Executor, jobs: Sequence[Job]) -> None:
    waiting = list(jobs)
    done = 0
    while done < len(jobs):
        while waiting and executor.pending < 64 * executor.workers:
            executor.submit(waiting.pop())
        done += len(executor.collect(1.0))


def search_cost(machines: Machines, tasks: int, effort: float) -> Cost:
    """What the search on development tasks costs, from the end of the first eighth of them on.

    By then the worker processes of all nodes have started.
    """
    hidden = load_dataset("arc-agi-1/development").hidden().tasks[:tasks]
    search = replace(EMBEDDED["search"], turns=EMBEDDED["search"].turns[:1]).scaled(effort)
    pool = WorkerPool([search], machines.crew())
    watch: _Stopwatch | None = None
    cost = (0.0, 0.0)
    ended = 0
    for proposal in pool.stream(hidden, RunBudget(time.monotonic() + 3000)):
        if isinstance(proposal, TaskFinished):
            ended += 1
            if watch:
                cost = watch.read()  # before the pool ends its processes
            elif ended >= tasks // 8:
                watch = _Stopwatch()
    return cost


def compare(
    plain: Callable[[], Iterator[Machines]], other: Callable[[], Iterator[Machines]], chosen: Any
) -> dict[str, Any]:
    """Both in turn, in rounds: the ratios (other over plain), the median first; each round goes to stderr."""
    ratios: dict[str, list[float]] = {}
    for _ in range(chosen.rounds):
        costs: list[dict[str, Cost]] = []
        for side in (plain, other):
            with contextlib.contextmanager(side)() as machines:
                costs.append(
                    {
                        "candidates": candidates_cost(machines, chosen.programs),
                        "search": search_cost(machines, chosen.tasks, chosen.effort),
                    }
                )
        print(json.dumps(costs), file=sys.stderr, flush=True)
        for name in costs[0]:
            for place, kind in enumerate(("cpu", "wall")):
                ratio = costs[1][name][place] / costs[0][name][place]
                ratios.setdefault(f"{name}_{kind}_ratio", []).append(round(ratio, 3))
    return {name: [round(statistics.median(found), 3), found] for name, found in ratios.items()}


def this_machine() -> Iterator[Machines]:
    yield ThisMachine(_CORES)


def ray_local() -> Iterator[Machines]:
    with RayCluster("local", _CORES) as cluster:
        yield cluster


def _nodes(*cores: int) -> Iterator[Machines]:
    from ray.cluster_utils import Cluster

    store_bytes = 100 << 20
    head = {"object_store_memory": store_bytes, "num_cpus": cores[0], "include_dashboard": False}
    nodes = Cluster(initialize_head=True, head_node_args=head)
    try:
        for count in cores[1:]:
            nodes.add_node(num_cpus=count, object_store_memory=store_bytes)
        with RayCluster(nodes.address) as cluster:
            yield cluster
    finally:
        nodes.shutdown()  # type: ignore[no-untyped-call]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("events", "local", "nodes"))
    parser.add_argument("--verdicts", type=int, default=20_000, help="of the simulation")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--programs", type=int, default=2000, help="of the corpus, in each round")
    parser.add_argument("--tasks", type=int, default=40, help="searched in each round")
    parser.add_argument("--effort", type=float, default=0.5, help="of each search")
    chosen = parser.parse_args()
    os.environ["RAY_AUTH_MODE"] = "disabled"
    if chosen.what == "events":
        found = measure_events(chosen.verdicts)
    elif chosen.what == "local":
        found = compare(this_machine, ray_local, chosen)
    else:
        found = compare(lambda: _nodes(_CORES), lambda: _nodes(*[1] * _CORES), chosen)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
