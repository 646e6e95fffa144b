"""Throughput of the sandbox against plain, unprotected `exec` in two processes, on the same programs.

    python -m benchmarks.sandbox_throughput [--size 1000] [--rounds 3] [--json FILE]

Both sides are run in turn, several rounds. Reported are ratios of CPU time (what counts where both cores are
busy, and steady on a shared machine) and of wall time: plain over sandbox, above 1 means that the sandbox is
faster. The sandbox runs every accepted program a second time, as verification does; plain Python runs each
once. The start of the pool (once a run) is left out on both sides.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import signal
import statistics
import sys
import time
import types
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from arc import GridError, GridType
from benchmarks.sandbox_corpus import BLOCK, Item, corpus
from sandbox import Job, Limits, Sandbox, SandboxConfig, Status, normalise
from sandbox.outputs import output_cells

_LIMITS = Limits(cpu_seconds=1.0)


class _TimeUp(BaseException):
    pass


def _time_up(*_: object) -> None:
    raise _TimeUp


def run_plainly(job: Job) -> tuple[bool, float]:
    """Run one program as unprotected runners do; returns whether all inputs gave grids, and CPU seconds."""
    started = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, _LIMITS.cpu_seconds)
    fine = True
    try:
        module = types.ModuleType("candidate")
        sys.modules["candidate"] = module
        exec(compile(job.source, "<plain>", "exec", dont_inherit=True), module.__dict__)
        space = module.__dict__
        entry: Callable[[Any], Any] = next(space[n] for n in ("transform", "task", "solve") if n in space)
        for grid in job.inputs:
            given: Any = grid.astype(np.int64)
            if job.grid_type is GridType.LIST:
                given = grid.tolist()
            elif job.grid_type is GridType.TUPLE:
                given = tuple(map(tuple, grid.tolist()))
            try:
                output_cells(entry(given))
            except (Exception, GridError):
                fine = False
    except (Exception, _TimeUp):
        fine = False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return fine, time.process_time() - started


def _plain_worker(jobs: list[Job], place: Any, start: Any, results: Any) -> None:
    import scipy.ndimage  # noqa: F401

    import omniarc  # noqa: F401

    warnings.simplefilter("ignore")
    signal.signal(signal.SIGVTALRM, _time_up)
    start.wait()
    before = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        found = [(job.key, *run_plainly(job)) for job in _shared(jobs, place)]
    results.put((found, time.process_time() - before))


def _shared(jobs: list[Job], place: Any) -> Iterator[Job]:
    """The jobs that this process takes: the next one that no other has taken."""
    while True:
        with place.get_lock():
            number = place.value
            place.value += 1
        if number >= len(jobs):
            return
        yield jobs[number]


def plain_round(items: list[Item]) -> tuple[dict[int, tuple[bool, float]], float, float]:
    """All items in two processes; returns results by key, CPU seconds and wall seconds."""
    context = multiprocessing.get_context("spawn")
    start, results, place = context.Barrier(3), context.Queue(), context.Value("i", 0)
    jobs = [item.job for item in items]
    workers = [context.Process(target=_plain_worker, args=(jobs, place, start, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    start.wait()
    begun = time.monotonic()
    found: dict[int, tuple[bool, float]] = {}
    cpu = 0.0
    for _ in workers:
        part, seconds = results.get()
        cpu += seconds
        found |= {key: (fine, used) for key, fine, used in part}
    wall = time.monotonic() - begun
    for worker in workers:
        worker.join()
    return found, cpu, wall


def sandbox_round(items: list[Item], *, share_equal: bool = False) -> tuple[dict[int, Status], float, float]:
    """All items and the second runs in the sandbox; returns statuses, CPU seconds and wall seconds.

    With `share_equal`, programs that are equal but for comments and layout are run once.
    """
    statuses: dict[int, Status] = {}
    with Sandbox(SandboxConfig(workers=2, limits=_LIMITS)) as sandbox:
        _warm(sandbox)
        before = time.process_time() + sandbox.cpu_seconds()
        begun = time.monotonic()
        _judge_all(sandbox, items, statuses, share_equal=share_equal)
        wall = time.monotonic() - begun
        used = time.process_time() + sandbox.cpu_seconds() - before
    return statuses, used, wall


def _warm(sandbox: Sandbox) -> None:
    """Start the kinds of zygote that the corpus needs, in both workers."""
    given = corpus(1)[0].job.inputs[:1]
    for text in ("", "import omniarc\n", "import scipy.ndimage\n", "import scipy.stats\n"):
        spin = f"{text}def transform(g):\n    for _ in range(300000): pass\n    return g"
        list(sandbox.run(Job(n, spin, given) for n in range(4)))


def _judge_all(
    sandbox: Sandbox, items: list[Item], statuses: dict[int, Status], *, share_equal: bool
) -> None:
    first: dict[int, Item] = {}
    seen: dict[str, int] = {}
    waiting = iter(items)
    exhausted = False
    while not exhausted or sandbox.pending:
        while not exhausted and sandbox.pending < 256:
            item = next(waiting, None)
            if item is None:
                exhausted = True
                break
            if share_equal:
                known = seen.setdefault(normalise(item.job.source), item.job.key)
                if known != item.job.key:
                    continue
            first[item.job.key] = item
            sandbox.submit(item.job)
        for done in sandbox.collect(None):
            statuses[done.key] = done.status
            item = first.pop(done.key, None)  # a second run has no entry any more
            if item is not None and item.accepted and done.status is Status.OK:
                job = item.job
                sandbox.submit(Job(job.key, job.source, job.inputs, None, job.grid_type))


def compare(name: str, items: list[Item], rounds: int, *, share_equal: bool = False) -> dict[str, Any]:
    """Run both sides `rounds` times in turn and tell the ratios."""
    cpu_ratios, wall_ratios = [], []
    differ = 0
    for _ in range(rounds):
        plain, plain_cpu, plain_wall = plain_round(items)
        ours, our_cpu, our_wall = sandbox_round(items, share_equal=share_equal)
        cpu_ratios.append(plain_cpu / our_cpu)
        wall_ratios.append(plain_wall / our_wall)
        differ = sum(plain[key][0] != (status is Status.OK) for key, status in ours.items())
    result = {
        "corpus": name,
        "programs": len(items),
        "accepted": sum(item.accepted for item in items),
        "plain_cpu_ms_a_program": round(1000 * plain_cpu / len(items), 3),
        "cpu_ratio": round(statistics.median(cpu_ratios), 3),
        "wall_ratio": round(statistics.median(wall_ratios), 3),
        "cpu_ratios": [round(ratio, 3) for ratio in cpu_ratios],
        "wall_ratios": [round(ratio, 3) for ratio in wall_ratios],
        "results_that_differ": differ,
    }
    print(json.dumps(result), flush=True)
    return result


def duplicated(items: list[Item]) -> list[Item]:
    """As many items, of which 60% repeat one of the others with a comment of their own.

    Of five of each kind, two are kept, of which one has one copy and the other two. All accepted ones are
    kept: every second of them is not accepted here.
    """
    kept: list[Item] = []
    copies: list[Item] = []
    counts: Counter[str] = Counter()
    for item in items:
        place = counts[item.kind]
        counts[item.kind] += 1
        if place % 5 in (2, 4):
            kept.append(Item(item.job, item.kind, item.accepted and place % 40 > 20))
            copies += [_copy(item, len(copies) + number) for number in range(place % 5 // 2)]
    return kept + copies


def _copy(item: Item, number: int) -> Item:
    job = item.job
    text = f"# sample {number}\n{job.source}"
    return Item(Job(1_000_000 + number, text, job.inputs, None, job.grid_type), item.kind, accepted=False)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--size", type=int, default=2 * BLOCK, help=f"of the corpus; best a multiple of {BLOCK}"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", metavar="FILE")
    chosen = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["PYTHONHASHSEED"] = "0"
    whole = corpus(chosen.size)
    short = [item for item in whole if item.short]
    results = [
        compare("mixed", whole, chosen.rounds),
        compare("under 5 ms", short, chosen.rounds),
        compare("60% duplicates", duplicated(whole), chosen.rounds, share_equal=True),
    ]
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
