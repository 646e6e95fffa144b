"""The worker pool: runs the embedded proposers (search, cells) over many tasks in processes.

An embedded proposer is a function `(Task, TaskBudget) -> Iterator[Candidate | GridPrediction]`. Every task
gets an even share of the CPU time that is left until the deadline, at most the proposer's cap; what easy
tasks leave over goes to the later ones. A worker that dies or overruns costs its task a retry, never the run.
"""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import multiprocess
from multiprocess.connection import wait

from arc import Task
from inference.contracts import Proposal, RunBudget, TaskBudget, TaskFinished
from scoring.evidence import Candidate, GridPrediction


@dataclass(frozen=True)
class Embedded:
    """An embedded proposer: where its function is, and the most CPU seconds it gets for one task."""

    name: str
    function: str
    cpu_cap: float


SEARCH = Embedded("search", "inference.samplers.search:propose", 5.0)
CELLS = Embedded("cells", "inference.predictors.cells:predict", 2.5)

_MEMORY_MB = 1024
_ADDRESS_SPACE = 3 << 30
_RECYCLE_ABOVE_KB = 900 << 10
_ATTEMPTS = 2
_GRACE_SECONDS = 20.0
_OVERRUN = 6.0
_WARM_UP_SECONDS = 30.0
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class _Job:
    task: Task
    proposer: Embedded
    done: frozenset[int]
    seed: int
    attempt: int = 1


@dataclass(frozen=True)
class _Done:
    """The worker's last word on a job; `retiring` if it ends itself to give its memory back."""

    finished: TaskFinished
    retiring: bool


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes started in this block multiply matrices on one thread.

    Several threads wait busily for each other, which is CPU time that the task's budget pays for.
    """
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Worker:
    """One process and the pipe to it."""

    def __init__(self) -> None:
        context = multiprocess.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs,), daemon=True)
        with _one_thread():
            self.process.start()
        theirs.close()
        self.job: _Job | None = None
        self.kill_at = 0.0

    def give(self, job: _Job, cpu_seconds: float) -> None:
        self.job = job
        self.kill_at = time.monotonic() + _OVERRUN * cpu_seconds + _GRACE_SECONDS
        self.connection.send((job.task, job.proposer.function, job.proposer.name, cpu_seconds, job.seed))

    def end(self) -> None:
        self.process.kill()
        self.process.join()
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
                    worker.give(job, self._share(job, jobs, budget))

    def _busy(self) -> int:
        return sum(worker.job is not None for worker in self._workers)

    def _share(self, job: _Job, rest: deque[_Job], budget: RunBudget) -> float:
        """CPU seconds for `job`: its part of what is left, in proportion to the proposers' caps."""
        wanted = job.proposer.cpu_cap + sum(other.proposer.cpu_cap for other in rest)
        have = budget.seconds_left() * self._size * self._cpu_per_wall()
        return job.proposer.cpu_cap * min(1.0, have / wanted)

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
        if isinstance(message, _Done):
            worker.job = None
            self._cpu_used += message.finished.seconds
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
        if job.attempt < _ATTEMPTS:
            jobs.append(_Job(job.task, job.proposer, job.done, job.seed, job.attempt + 1))
        else:
            yield TaskFinished(job.task.id, job.proposer.name, f"{job.proposer.name}: {reason}, twice")


_Function = Callable[[Task, TaskBudget], Iterator[Candidate | GridPrediction]]


def _work(connection: Any) -> None:
    """The worker's loop: receive a task, send proposals, send TaskFinished; end when the pipe closes."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    while True:
        try:
            task, function, name, cpu_seconds, seed = connection.recv()
        except (EOFError, OSError):
            return
        try:
            finished = _propose(connection.send, task, function, name, cpu_seconds, seed)
            retiring = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > _RECYCLE_ABOVE_KB
            connection.send(_Done(finished, retiring))
        except BrokenPipeError:
            return
        if retiring:
            return


def _propose(
    send: Callable[[Any], None], task: Task, function: str, name: str, cpu_seconds: float, seed: int
) -> TaskFinished:
    budget = TaskBudget(cpu_seconds, _MEMORY_MB, seed)
    error = ""
    try:
        module, attribute = function.split(":")
        propose: _Function = getattr(import_module(module), attribute)
        budget = TaskBudget(cpu_seconds, _MEMORY_MB, seed)  # begins anew: imports are not the task's time
        proposals = propose(task, budget)
        for proposal in proposals:
            send(proposal)
    except BrokenPipeError:
        raise
    except MemoryError:
        error = "out of memory"
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
    return TaskFinished(task.id, name, error, budget.used())
