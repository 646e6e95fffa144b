"""The worker process of the pool: runs embedded proposers on tasks, and holds those that are paused."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from multiprocess.connection import Connection

from arc import Task
from inference.proposers.contract import EmbeddedTurn, Resumable, TaskBudget
from inference.proposers.effort import METER, SECOND
from scoring.contract import TaskFinished

MEMORY_MB = 1024
_ADDRESS_SPACE = 3 << 30
_PR_SET_PDEATHSIG = 1
_RETIRE_ABOVE = 800 << 20  # bytes in use after an order at which the process makes way for a fresh one

Mark = tuple[str, str]  # (proposer, task id)


@dataclass(frozen=True)
class Order:
    """Run the function (`module:name`) of a proposer on a task, up to and including the last of these turns.

    `turns` are units of effort. The turns before the last were taken already: a worker that holds the paused
    proposer continues it; another repeats them silently, with the same result.
    """

    task: Task
    proposer: str
    function: str
    turns: tuple[float, ...]
    seed: int

    @property
    def mark(self) -> Mark:
        return self.proposer, self.task.id


@dataclass(frozen=True)
class Ended:
    """The worker's last message on an order.

    `promise` is None if the proposer is done with the task, else it could continue. A `retiring` worker ends
    itself to free its memory.
    """

    finished: TaskFinished
    promise: float | None
    retiring: bool


def work_on(descriptor: int) -> None:
    """The worker process: `work` on the socket with this file descriptor, and die with the parent."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    work(Connection(descriptor))


def work(connection: Any) -> None:
    """The worker's loop: receive an order, send proposals, then Ended; end when the pipe closes."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    gc.freeze()  # what paused searches hold is looked through too often otherwise
    gc.set_threshold(50_000, 20, 5)
    bench = _Bench()
    while True:
        try:
            order: Order = connection.recv()
        except (EOFError, OSError):
            return
        try:
            ended = bench.obey(order, connection.send)
            connection.send(ended)
        except BrokenPipeError:
            return
        if ended.retiring:
            return


@dataclass
class _Place:
    """One task of one proposer: the turns that it took, the units that it used, and its paused self."""

    turns: int = 0
    used: float = 0.0
    paused: Resumable | None = None


class _Bench:
    """The paused proposers that this worker holds."""

    def __init__(self) -> None:
        self._held: dict[Mark, _Place] = {}

    def obey(self, order: Order, send: Callable[[Any], None]) -> Ended:
        """Carry out one order; what is paused is held."""
        place = self._held.pop(order.mark, _Place())
        if place.turns != len(order.turns) - 1:
            place = _Place()
        error = _attempt(order, place, send)
        if error == _NO_MEMORY and self._held:  # what this one finds must not depend on what others hold
            self._held.clear()
            place = _Place()
            error = _attempt(order, place, send)
        promise = None
        if place.paused is not None:
            self._held[order.mark] = place
            promise = place.paused.promise
        finished = TaskFinished(order.task.id, order.proposer, error, place.used / SECOND)
        return Ended(finished, promise, retiring=_bytes_in_use() > _RETIRE_ABOVE)


def _attempt(order: Order, place: _Place, send: Callable[[Any], None]) -> str:
    """Take the turns of the order that `place` has not; the error that ended them, or nothing."""
    try:
        for number in range(place.turns, len(order.turns)):
            effort = order.turns[number]
            before = METER.units
            turn = _begin(order, effort) if place.paused is None else place.paused.resume(effort)
            place.paused = None
            place.paused = _send_all(turn, send if number == len(order.turns) - 1 else _nowhere)
            place.used += METER.units - before
            place.turns = number + 1
            if place.paused is None:
                break
    except BrokenPipeError:
        raise
    except MemoryError:
        return _NO_MEMORY
    except Exception as failure:
        return f"{type(failure).__name__}: {failure}"
    return ""


def _begin(order: Order, effort: float) -> EmbeddedTurn:
    module, attribute = order.function.split(":")
    propose = getattr(import_module(module), attribute)
    turn: EmbeddedTurn = propose(order.task, TaskBudget(effort, MEMORY_MB, order.seed))
    return turn


_NO_MEMORY = "out of memory"


def _nowhere(proposal: Any) -> None:
    """Drops the proposals of turns that are repeated."""


def _send_all(turn: EmbeddedTurn, send: Callable[[Any], None]) -> Resumable | None:
    """Send what the turn yields; what it returns."""
    while True:
        try:
            send(next(turn))
        except StopIteration as end:
            # a plain iterator ends without a value
            value: Resumable | None = end.value
            return value


def _bytes_in_use() -> int:
    """The resident memory of this process."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
