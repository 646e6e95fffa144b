"""The worker process of the pool: runs embedded proposers on tasks, and holds those that are paused."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from multiprocess.connection import Connection

from arc import Task
from inference.proposers.contract import Resumable, TaskBudget, Turn
from scoring.contract import TaskFinished

MEMORY_MB = 1024
_ADDRESS_SPACE = 3 << 30
_RETIRE_ABOVE = 900 << 20  # bytes in use after a job, with nothing held
_HOLD_BELOW = 500 << 20  # bytes in use up to which paused proposers are held


@dataclass(frozen=True)
class Begin:
    """Order: run the function (`module:name`) of a proposer on a task."""

    task: Task
    proposer: str
    function: str
    cpu_seconds: float
    seed: int


@dataclass(frozen=True)
class GoOn:
    """Order: go on with what was paused."""

    task_id: str
    proposer: str
    cpu_seconds: float


@dataclass(frozen=True)
class Ended:
    """The worker's last word on an order.

    `promise` is None if the proposer is done with the task, else it is held and could go on; `seconds` were
    spent on this order; the worker is `retiring` if it ends itself to give its memory back.
    """

    finished: TaskFinished
    promise: float | None
    seconds: float
    retiring: bool


def work_on(descriptor: int) -> None:
    """The worker process: `work` on the socket with this file descriptor."""
    work(Connection(descriptor))


def work(connection: Any) -> None:
    """The worker's loop: receive an order, send proposals, then Ended; end when the pipe closes."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    held: dict[tuple[str, str], Resumable] = {}
    spent: dict[tuple[str, str], float] = {}
    while True:
        try:
            order: Begin | GoOn = connection.recv()
        except (EOFError, OSError):
            return
        try:
            ended = _obey(order, connection.send, held, spent)
            connection.send(ended)
        except BrokenPipeError:
            return
        if ended.retiring:
            return


def _obey(
    order: Begin | GoOn,
    send: Callable[[Any], None],
    held: dict[tuple[str, str], Resumable],
    spent: dict[tuple[str, str], float],
) -> Ended:
    """Carry out one order; what is paused goes to `held`, and the seconds of its turns to `spent`."""
    task_id = order.task.id if isinstance(order, Begin) else order.task_id
    mark = (order.proposer, task_id)
    budget = TaskBudget(order.cpu_seconds)
    paused: Resumable | None = None
    error = ""
    try:
        if isinstance(order, Begin):
            module, attribute = order.function.split(":")
            propose = getattr(import_module(module), attribute)
            # begins anew: imports are not the task's time
            budget = TaskBudget(order.cpu_seconds, MEMORY_MB, order.seed)
            turn: Turn = propose(order.task, budget)
        else:
            turn = held.pop(mark).resume(order.cpu_seconds)
        paused = _send_all(turn, send)
    except BrokenPipeError:
        raise
    except MemoryError:
        error = "out of memory"
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
    seconds = budget.used()
    spent[mark] = spent.get(mark, 0.0) + seconds
    in_use = _bytes_in_use()
    if paused is not None and in_use < _HOLD_BELOW:
        held[mark] = paused
    finished = TaskFinished(task_id, order.proposer, error, spent[mark])
    promise = held[mark].promise if mark in held else None
    return Ended(finished, promise, seconds, retiring=not held and in_use > _RETIRE_ABOVE)


def _send_all(turn: Turn, send: Callable[[Any], None]) -> Resumable | None:
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
