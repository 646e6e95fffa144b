"""The worker pool: runs the embedded proposers (search, cells) over many tasks in processes.

An embedded proposer is a function `(Task, TaskBudget) -> Turn`. Effort, not time, says how far it goes, task
by task: every task gets a first turn; a proposer that could do more (it returns a Resumable: a search that
has no program to believe in) gets further turns, each with more effort, the promising with the most. So what
is found for a task depends on the task, the seed and the effort alone: not on the machine, its load, the
number of workers or the other tasks.

First come all first turns, then all second ones and so on, the promising first, so that a deadline cuts off
what matters least. Paused proposers are held by their worker; one that is lost, or whose worker is busy, is
taken up again by another, which repeats its turns. A worker that dies or hangs costs its task a retry, never
the run.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from multiprocess.connection import Connection, wait

from arc import Task
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.effort import SECOND
from inference.proposers.worker import Ended, Mark, Order
from scoring.contract import GridPrediction, TaskFinished


@dataclass(frozen=True)
class Embedded:
    """An embedded proposer: where its function (`module:name`) is, and the effort of its turns, in units.

    Turns after the first are as long as told here for those that promise half; from half to one and a half
    times as long for others.
    """

    name: str
    function: str
    turns: tuple[float, ...]

    def scaled(self, factor: float) -> Embedded:
        """The same with `factor` times the effort."""
        return replace(self, turns=tuple(factor * turn for turn in self.turns))


_ATTEMPTS = 2
_HUNG_SHARE, _HUNG_SECONDS = (
    15.0,
    30.0,
)  # a job hangs after so many times its effort's CPU time, and so much more
# Threads that wait for each other do so busily, at the expense of other workers. The order of sets of texts
# depends on the hash seed.
_ENVIRONMENT = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PYTHONHASHSEED": "0",
}
# Not multiprocessing's spawn: that imports the caller's script a second time, which would run it again.
_WORKER = "import sys; from inference.proposers.worker import work_on; work_on(int(sys.argv[1]))"


@dataclass(frozen=True)
class _Job:
    """The next turn of a proposer on a task: the last of `turns`, in units, the others being taken.

    `place` is its number in the order of the run, `promise` what the turn before it said.
    """

    place: int
    task: Task
    proposer: Embedded
    seed: int
    turns: tuple[float, ...]
    promise: float = 0.0
    attempt: int = 1

    @property
    def order(self) -> Order:
        return Order(self.task, self.proposer.name, self.proposer.function, self.turns, self.seed)

    @property
    def mark(self) -> Mark:
        return self.proposer.name, self.task.id

    @property
    def rank(self) -> tuple[int, float, int]:
        """Sorts what comes first first: earlier turns, the promising, then as the run has them."""
        return len(self.turns), -self.promise, self.place

    def following(self, promise: float) -> _Job | None:
        """The turn after this one; None if this was the last."""
        if len(self.turns) == len(self.proposer.turns):
            return None
        more = turn_length(self.proposer.turns[len(self.turns)], promise)
        return replace(self, turns=(*self.turns, more), promise=promise, attempt=1)


def turn_length(usual: float, promise: float) -> float:
    """The units of a turn after the first, `usual` ones for a task that promises half."""
    return usual * (0.5 + promise)


@dataclass
class _Turn:
    """For how many tasks a turn of a proposer is due, and for how many it has ended."""

    tasks: int = 0
    ended: int = 0


class _Worker:
    """One process, the pipe to it, and the job it is at."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _WORKER, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self.connection = Connection(ours.detach())
        self.job: _Job | None = None
        self._hung_at = 0.0

    def begin(self, job: _Job) -> None:
        """Give it a job."""
        self.job = job
        # all turns may have to be repeated
        self._hung_at = self._cpu_seconds() + _HUNG_SHARE * sum(job.turns) / SECOND + _HUNG_SECONDS
        self.connection.send(job.order)

    @property
    def hangs(self) -> bool:
        """True if its job took far more CPU time than its effort stands for."""
        return self._cpu_seconds() > self._hung_at

    def _cpu_seconds(self) -> float:
        try:
            with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
                user, system = file.read().rpartition(")")[2].split()[11:13]
        except OSError:  # it is gone, which its pipe will tell
            return 0.0
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

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
        done: Mapping[Mark, frozenset[int]] | None = None,
        finished: frozenset[Mark] = frozenset(),
    ) -> None:
        self.name = "+".join(proposer.name for proposer in embedded)
        self._embedded = tuple(embedded)
        self._size = workers
        self._workers: list[_Worker] = []
        self._closing = threading.Event()
        self._done = done or {}
        self._finished = finished
        self._waiting: list[_Job] = []
        self._holders: dict[Mark, _Worker] = {}  # the worker that holds the paused proposer of a waiting job
        self._turns: defaultdict[tuple[str, int], _Turn] = defaultdict(_Turn)  # by proposer and number from 1
        self._given: defaultdict[Mark, set[tuple[int, int]]] = defaultdict(set)  # (sample, test input)

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        """Proposals of all embedded proposers, turn by turn; see Proposer."""
        self._waiting = self._jobs(tasks, budget.seed)
        for job in self._waiting:
            self._turns[job.proposer.name, 1].tasks += 1
        while not self._closing.is_set() and budget.seconds_left() > 0:
            self._assign()
            busy = {worker.connection: worker for worker in self._workers if worker.job is not None}
            if not busy:
                break
            for connection in wait(list(busy), timeout=min(0.5, budget.seconds_left())):
                yield from self._receive(busy[connection])
            for worker in [worker for worker in self._workers if worker.job is not None and worker.hangs]:
                yield from self._lost(worker, "did not end in its time")
        self.close()

    def status(self) -> str:
        """What the workers are at: for each proposer its turn, and for how many tasks that has ended."""
        jobs = [job for worker in list(self._workers) if (job := worker.job) is not None]
        phrases = []
        for number, proposer in sorted({(len(job.turns), job.proposer.name) for job in jobs}):
            turn = self._turns[proposer, number]
            phrases.append(f"turn {number} of {proposer}, {turn.ended} of {turn.tasks} tasks")
        return ", ".join(phrases)

    def stop(self, task_id: str) -> None:
        """Do nothing: when others found something for a task must not tell what is found here."""

    def close(self) -> None:
        """End all workers."""
        self._closing.set()
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.end()

    def _jobs(self, tasks: Sequence[Task], seed: int) -> list[_Job]:
        both = [(task, proposer) for proposer in self._embedded for task in tasks]
        return [
            _Job(place, task, proposer, seed, proposer.turns[:1])
            for place, (task, proposer) in enumerate(both)
            if (proposer.name, task.id) not in self._finished
        ]

    def _assign(self) -> None:
        """Give every idle worker a job."""
        busy = sum(worker.job is not None for worker in self._workers)
        while len(self._workers) < min(self._size, len(self._waiting) + busy):
            self._workers.append(_Worker())
        for worker in self._workers:
            if worker.job is None and self._waiting:
                worker.begin(self._next(worker))

    def _next(self, worker: _Worker) -> _Job:
        """Take the first of the jobs that no other worker holds, or else the first of all, off the list."""
        job = min(
            self._waiting, key=lambda job: (self._holders.get(job.mark, worker) is not worker, job.rank)
        )
        self._waiting.remove(job)
        self._holders.pop(job.mark, None)
        return job

    def _receive(self, worker: _Worker) -> Iterator[Proposal]:
        job = worker.job
        assert job is not None
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._lost(worker, "its worker died")
            return
        if isinstance(message, Ended):
            yield from self._ended(worker, job, message)
            return
        number = (message.sample, message.test_index if isinstance(message, GridPrediction) else 0)
        if message.sample not in self._done.get(job.mark, ()) and number not in self._given[job.mark]:
            self._given[job.mark].add(number)
            yield message

    def _ended(self, worker: _Worker, job: _Job, ended: Ended) -> Iterator[Proposal]:
        worker.job = None
        self._turns[job.proposer.name, len(job.turns)].ended += 1
        following = job.following(ended.promise) if ended.promise is not None else None
        if following is None:
            yield ended.finished
        else:
            self._waiting.append(following)
            self._turns[job.proposer.name, len(following.turns)].tasks += 1
            self._holders[job.mark] = worker
        if ended.retiring:
            self._end(worker)

    def _lost(self, worker: _Worker, reason: str) -> Iterator[Proposal]:
        job = worker.job
        assert job is not None
        self._end(worker)
        if job.attempt < _ATTEMPTS:
            self._waiting.append(replace(job, attempt=job.attempt + 1))
        else:
            self._turns[job.proposer.name, len(job.turns)].ended += 1
            yield TaskFinished(job.task.id, job.proposer.name, f"{job.proposer.name}: {reason}, twice")

    def _end(self, worker: _Worker) -> None:
        """End a worker; what it holds is for others to take up."""
        self._workers.remove(worker)
        worker.end()
        self._holders = {mark: holder for mark, holder in self._holders.items() if holder is not worker}
