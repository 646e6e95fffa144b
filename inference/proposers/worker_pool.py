"""The worker pool: runs the embedded proposers (search, cells) over many tasks with the workers of a crew.

An embedded proposer is a function `(Task, TaskBudget) -> EmbeddedTurn`. Effort, not time, limits how far it
goes on each task: every task gets a first turn; a proposer that could do more (it returns a Resumable: a
search that has no program to believe in) gets further turns, each with more effort, and the promising tasks
get the most. So what is found for a task depends on the task, the seed and the effort alone: not on the
machine, its load, the number of workers or the other tasks.

All first turns come first, then all second turns and so on, the promising tasks first, so that a deadline
cuts off what matters least. The other proposers begin a task after the first one's turn there, and come last
where it has found all that it looks for.

Paused proposers are held by their worker; one that is lost, or whose worker is busy, is taken up again by
another, which repeats its turns. A worker that dies or hangs costs its task a retry, never the run.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

from arc import Task
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.crew import Crew, Lost, Message, Worker
from inference.proposers.pool_worker import Ended, Mark, Order
from scoring.contract import GridPrediction, TaskFinished


@dataclass(frozen=True)
class Embedded:
    """An embedded proposer: where its function (`module:name`) is, and the effort of its turns, in units.

    Turns after the first are this long for a promise of one half; for others, from half to one and a half
    times as long.
    """

    name: str
    function: str
    turns: tuple[float, ...]

    def scaled(self, factor: float) -> Embedded:
        """The same with `factor` times the effort."""
        return replace(self, turns=tuple(factor * turn for turn in self.turns))


_Rank = tuple[bool, int, float, int]
_TICK_SECONDS = 0.5


@dataclass(frozen=True)
class _Job:
    """The next turn of a proposer on a task: the last of `turns`, in units, the others being taken.

    `place` is its number in the order of the run, `promise` what the turn before it said; it comes `last` if
    another proposer has found all that it looks for.
    """

    place: int
    task: Task
    proposer: Embedded
    seed: int
    turns: tuple[float, ...]
    promise: float = 0.0
    attempt: int = 1
    last: bool = False

    @property
    def order(self) -> Order:
        return Order(self.task, self.proposer.name, self.proposer.function, self.turns, self.seed)

    @property
    def mark(self) -> Mark:
        return self.proposer.name, self.task.id

    @property
    def rank(self) -> _Rank:
        """Sort key: earlier turns first, then the more promising, then the run's order."""
        return self.last, len(self.turns), -self.promise, self.place

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


class _Queue:
    """The jobs that wait, by rank, some of them with the worker that holds their paused proposer."""

    def __init__(self) -> None:
        self._free: list[tuple[_Rank, _Job]] = []
        self._held: defaultdict[Worker, list[tuple[_Rank, _Job]]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._free) + sum(map(len, self._held.values()))

    def add(self, job: _Job, holder: Worker | None = None) -> None:
        heappush(self._free if holder is None else self._held[holder], (job.rank, job))

    def take(self, worker: Worker) -> _Job:
        """The first job that no other worker holds, or else the first of all."""
        held = self._held.get(worker)
        mine = [jobs for jobs in (self._free, held) if jobs] or [jobs for jobs in self._held.values() if jobs]
        return heappop(min(mine, key=lambda jobs: jobs[0][0]))[1]

    def forget(self, worker: Worker) -> None:
        """A worker is gone; others may take over what it held."""
        for rank, job in self._held.pop(worker, []):
            heappush(self._free, (rank, job))


class WorkerPool:
    """A Proposer that runs embedded proposers over tasks with the workers of a crew, which it closes.

    For a resumed run, `done` has the sample numbers that each (proposer, task id) already gave, and
    `finished` the (proposer, task id) that are complete.
    """

    def __init__(
        self,
        embedded: Sequence[Embedded],
        crew: Crew,
        done: Mapping[Mark, frozenset[int]] | None = None,
        finished: frozenset[Mark] = frozenset(),
    ) -> None:
        self.name = "+".join(proposer.name for proposer in embedded)
        self._embedded = tuple(embedded)
        self._crew = crew
        self._idle: list[Worker] = []
        self._busy: dict[Worker, _Job] = {}
        self._closing = threading.Event()
        self._done = done or {}
        self._finished = finished
        self._waiting = _Queue()
        self._after: defaultdict[str, list[_Job]] = defaultdict(list)  # by task, for after the first's turn
        self._turns: defaultdict[tuple[str, int], _Turn] = defaultdict(_Turn)  # by proposer and number from 1
        self._given: defaultdict[Mark, set[tuple[int, int]]] = defaultdict(set)  # (sample, test input)

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        """Proposals of all embedded proposers, turn by turn; see Proposer."""
        begun = set()
        for job in self._jobs(tasks, budget.seed):
            if job.task.id in begun:
                self._after[job.task.id].append(job)
            else:
                self._waiting.add(job)
                begun.add(job.task.id)
            self._turns[job.proposer.name, 1].tasks += 1
        while not self._closing.is_set() and budget.seconds_left() > 0:
            self._assign()
            if not self._busy and not self._waiting:
                break
            for worker, message in self._crew.hear(min(_TICK_SECONDS, budget.seconds_left())):
                yield from self._receive(worker, message)
        self.close()

    def status(self) -> str:
        """The state of the work: for each proposer its turn, and how many tasks have finished it."""
        at = {(len(job.turns), job.proposer.name) for job in list(self._busy.values())}
        turns = [(number, proposer, self._turns[proposer, number]) for number, proposer in sorted(at)]
        return ", ".join(
            f"turn {number} of {proposer}, {turn.ended} of {turn.tasks} tasks"
            for number, proposer, turn in turns
        )

    def stop(self, task_id: str) -> None:
        """Do nothing: results must not depend on when others find something."""

    def close(self) -> None:
        """End all workers."""
        self._closing.set()
        self._crew.close()

    def _jobs(self, tasks: Sequence[Task], seed: int) -> list[_Job]:
        both = [(task, proposer) for proposer in self._embedded for task in tasks]
        return [
            _Job(place, task, proposer, seed, proposer.turns[:1])
            for place, (task, proposer) in enumerate(both)
            if (proposer.name, task.id) not in self._finished
        ]

    def _assign(self) -> None:
        """Give every idle worker a job, and hire more workers if jobs wait."""
        if len(self._waiting) > len(self._idle):
            self._idle += self._crew.hire(len(self._waiting) - len(self._idle))
        while self._idle and self._waiting:
            worker = self._idle.pop(0)
            self._busy[worker] = self._waiting.take(worker)
            self._crew.begin(worker, self._busy[worker].order)

    def _receive(self, worker: Worker, message: Message) -> Iterator[Proposal]:
        if isinstance(message, Lost):
            yield from self._lost(worker, message)
        elif isinstance(message, Ended):
            yield from self._ended(worker, message)
        else:
            mark = self._busy[worker].mark
            number = (message.sample, message.test_index if isinstance(message, GridPrediction) else 0)
            if message.sample not in self._done.get(mark, ()) and number not in self._given[mark]:
                self._given[mark].add(number)
                yield message

    def _ended(self, worker: Worker, ended: Ended) -> Iterator[Proposal]:
        job = self._busy.pop(worker)
        self._turns[job.proposer.name, len(job.turns)].ended += 1
        following = job.following(ended.promise) if ended.promise is not None else None
        self._let_others_begin(job, settled=ended.promise is None and bool(self._given[job.mark]))
        if following is None:
            yield ended.finished
        else:
            self._waiting.add(following, worker)
            self._turns[job.proposer.name, len(following.turns)].tasks += 1
        if ended.retiring:
            self._crew.dismiss(worker)
            self._waiting.forget(worker)
        else:
            self._idle.append(worker)

    def _let_others_begin(self, job: _Job, settled: bool) -> None:
        """Queue what waited for this job to end; at the very end if nothing is left to find."""
        for other in self._after.pop(job.task.id, []):
            self._waiting.add(replace(other, last=settled))

    def _lost(self, worker: Worker, lost: Lost) -> Iterator[Proposal]:
        self._waiting.forget(worker)
        job = self._busy.pop(worker, None)
        if job is None:
            self._idle.remove(worker)
        elif job.attempt < lost.attempts:
            self._waiting.add(replace(job, attempt=job.attempt + 1))
        else:
            self._turns[job.proposer.name, len(job.turns)].ended += 1
            self._let_others_begin(job, settled=False)
            times = "twice" if job.attempt == 2 else f"{job.attempt} times"
            error = f"{job.proposer.name}: {lost.reason}, {times}"
            yield TaskFinished(job.task.id, job.proposer.name, error)
