"""The worker pool: runs the embedded proposers (search, cells) over many tasks in processes.

An embedded proposer is a function `(Task, TaskBudget) -> Turn`. The time until the deadline is shared out by
progress. First every task gets a first turn: an even share of the CPU time that is left, at most the
proposer's `first` seconds. Proposers that could do more (they return a Resumable: a search that has no
program to believe in) are held, paused, in their worker. What the first turns leave is shared out among
those, in turns, the promising ones first and with more, up to the proposer's cap for one task. A worker that
dies or overruns costs its task a retry, never the run.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from multiprocess.connection import Connection, wait

from arc import Task
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.worker import Begin, Ended, GoOn
from scoring.contract import TaskFinished


@dataclass(frozen=True)
class Embedded:
    """An embedded proposer: where its function is, and the most CPU seconds it gets for one task.

    `first` is for the first turn, `cpu_cap` for all turns.
    """

    name: str
    function: str
    first: float
    cpu_cap: float


_ATTEMPTS = 2
_GRACE_SECONDS = 20.0
_OVERRUN = 6.0
_WARM_UP_SECONDS = 30.0
# Threads that wait for each other do so busily, at the expense of the task's budget.
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Not multiprocessing's spawn: that imports the caller's script a second time, which would run it again.
_WORKER = "import sys; from inference.proposers.worker import work_on; work_on(int(sys.argv[1]))"
_LEAST_TURN = 0.5  # CPU seconds; less is not worth a turn


@dataclass(frozen=True)
class _Job:
    task: Task
    proposer: Embedded
    done: frozenset[int]
    seed: int
    attempt: int = 1


@dataclass(frozen=True)
class _Paused:
    """A proposer that a worker holds: CPU seconds it had, and what it promises (0 to 1)."""

    job: _Job
    used: float
    promise: float

    @property
    def weight(self) -> float:
        """Its part in what is shared out: the most promising get three times the least."""
        return 0.5 + self.promise


class _Worker:
    """One process, the pipe to it, the job it is at, and the jobs it holds paused."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _WORKER, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ONE_THREAD, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self.connection = Connection(ours.detach())
        self.job: _Job | None = None
        self.paused: list[_Paused] = []
        self.kill_at = 0.0

    def begin(self, job: _Job, cpu_seconds: float) -> None:
        """Give a job its first turn."""
        proposer = job.proposer
        self._give(job, Begin(job.task, proposer.name, proposer.function, cpu_seconds, job.seed))

    def go_on(self, paused: _Paused, cpu_seconds: float) -> None:
        """Give a job that this worker holds another turn."""
        self.paused.remove(paused)
        self._give(paused.job, GoOn(paused.job.task.id, paused.job.proposer.name, cpu_seconds))

    def _give(self, job: _Job, order: Begin | GoOn) -> None:
        self.job = job
        self.kill_at = time.monotonic() + _OVERRUN * order.cpu_seconds + _GRACE_SECONDS
        self.connection.send(order)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.connection.close()


class WorkerPool:
    """A Proposer that runs embedded proposers over tasks in `workers` processes.

    For a resumed run, `done` has the sample numbers that each (proposer, task id) already gave, and
    `finished` the (proposer, task id) that are complete.
    """

    def __init__(
        self,
        embedded: Sequence[Embedded],
        workers: int,
        done: Mapping[tuple[str, str], frozenset[int]] | None = None,
        finished: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.name = "+".join(proposer.name for proposer in embedded)
        self._embedded = tuple(embedded)
        self._size = workers
        self._workers: list[_Worker] = []
        self._stopped: set[str] = set()
        self._closing = threading.Event()
        self._done = done or {}
        self._finished = finished
        self._began = time.monotonic()
        self._cpu_used = 0.0

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        """Proposals of all embedded proposers, task by task; see Proposer."""
        self._began = time.monotonic()
        jobs = deque(self._jobs(tasks, budget.seed))
        while not self._closing.is_set() and budget.seconds_left() > 0:
            self._assign(jobs, budget)
            if not jobs:
                yield from self._resume(budget)
            busy = [worker for worker in self._workers if worker.job is not None]
            if not busy and not jobs:
                break
            for worker in busy:
                yield from self._overrun(worker, jobs)
            pipes = {worker.connection: worker for worker in self._workers if worker.job is not None}
            for connection in wait(list(pipes), timeout=min(0.5, budget.seconds_left())):
                yield from self._receive(pipes[connection], jobs)
        self.close()

    def stop(self, task_id: str) -> None:
        """Give this task no more time: jobs that have not begun are left out."""
        self._stopped.add(task_id)

    def close(self) -> None:
        """End all workers."""
        self._closing.set()
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.end()

    def _jobs(self, tasks: Sequence[Task], seed: int) -> Iterator[_Job]:
        for task in tasks:
            for proposer in self._embedded:
                mark = (proposer.name, task.id)
                if mark not in self._finished:
                    yield _Job(task, proposer, self._done.get(mark, frozenset()), seed)

    def _assign(self, jobs: deque[_Job], budget: RunBudget) -> None:
        while len(self._workers) < min(self._size, len(jobs) + self._busy()):
            self._workers.append(_Worker())
        for worker in self._workers:
            while worker.job is None and jobs:
                job = jobs.popleft()
                if job.task.id not in self._stopped:
                    worker.begin(job, self._share(job, jobs, budget))

    def _busy(self) -> int:
        return sum(worker.job is not None for worker in self._workers)

    def _share(self, job: _Job, rest: deque[_Job], budget: RunBudget) -> float:
        """CPU seconds for a first turn: its part of what is left, in proportion to what all could have."""
        wanted = job.proposer.first + sum(other.proposer.first for other in rest)
        have = budget.seconds_left() * self._size * self._cpu_per_wall()
        return job.proposer.first * min(1.0, have / wanted)

    def _resume(self, budget: RunBudget) -> Iterator[Proposal]:
        """Give the paused jobs of idle workers another turn, the promising first; end those at their cap."""
        for worker in self._workers:
            while worker.job is None and worker.paused:
                best = max(worker.paused, key=lambda paused: paused.weight / paused.used)
                have = budget.seconds_left() * self._cpu_per_wall()
                fair = have * best.weight / sum(paused.weight for paused in worker.paused)
                more = min(fair, best.job.proposer.cpu_cap - best.used)
                if more < _LEAST_TURN or best.job.task.id in self._stopped:
                    worker.paused.remove(best)
                    yield TaskFinished(best.job.task.id, best.job.proposer.name, "", best.used)
                else:
                    worker.go_on(best, more)

    def _cpu_per_wall(self) -> float:
        """CPU seconds a worker gets done in a second; the sandbox and other users take the rest."""
        wall = time.monotonic() - self._began
        if wall < _WARM_UP_SECONDS:
            return 0.8
        return min(1.0, max(0.2, self._cpu_used / (wall * self._size)))

    def _overrun(self, worker: _Worker, jobs: deque[_Job]) -> Iterator[Proposal]:
        if time.monotonic() > worker.kill_at:
            yield from self._lost(worker, jobs, "did not end in its time")

    def _receive(self, worker: _Worker, jobs: deque[_Job]) -> Iterator[Proposal]:
        job = worker.job
        assert job is not None
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._lost(worker, jobs, "its worker died")
            return
        if isinstance(message, Ended):
            worker.job = None
            self._cpu_used += message.seconds
            if message.promise is not None:
                worker.paused.append(_Paused(job, message.finished.seconds, message.promise))
                return
            if message.retiring:
                self._workers.remove(worker)
                worker.end()
            yield message.finished
        elif message.sample not in job.done:
            yield message

    def _lost(self, worker: _Worker, jobs: deque[_Job], reason: str) -> Iterator[Proposal]:
        job = worker.job
        assert job is not None
        self._workers.remove(worker)
        worker.end()
        for paused in worker.paused:
            yield TaskFinished(paused.job.task.id, paused.job.proposer.name, "", paused.used)
        if job.attempt < _ATTEMPTS:
            jobs.append(_Job(job.task, job.proposer, job.done, job.seed, job.attempt + 1))
        else:
            yield TaskFinished(job.task.id, job.proposer.name, f"{job.proposer.name}: {reason}, twice")
