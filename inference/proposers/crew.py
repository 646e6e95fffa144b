"""Crews: the workers that run embedded proposers, here or on the machines of a cluster.

The worker pool decides who does what; a crew passes orders to its workers, and their messages back.
`ProcessCrew` is this machine's; a cluster's (inference/cluster/ray_crew.py) keeps a ProcessCrew on each
node.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from multiprocess.connection import Connection, wait

from inference.proposers.effort import SECOND
from inference.proposers.pool_worker import Ended, Order
from scoring.contract import Candidate, GridPrediction

_HUNG_SHARE, _HUNG_SECONDS = (
    15.0,
    30.0,
)  # a job counts as hung after this multiple of its effort's CPU time, plus this constant
# Threads that wait for each other spin, at the expense of other workers. The order of sets of strings
# depends on the hash seed.
_ENVIRONMENT = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PYTHONHASHSEED": "0",
}
# Not multiprocessing's spawn: that imports the caller's script a second time, which would run it again.
_WORKER = "import sys; from inference.proposers.pool_worker import work_on; work_on(int(sys.argv[1]))"


@dataclass(frozen=True)
class Lost:
    """A worker is gone, with its order and its paused proposers.

    `reason` is a phrase; an order is given up after `attempts` attempts that all ended like this.
    """

    reason: str
    attempts: int = 2


Message = Candidate | GridPrediction | Ended | Lost
Worker = int  # a crew's number for one of its workers, never used again


class Crew(Protocol):
    """Workers that take one order at a time. One thread may use it; any may close it."""

    def hire(self, most: int) -> list[Worker]:
        """Up to `most` new workers, as many as there is room for now."""

    def begin(self, worker: Worker, order: Order) -> None:
        """Give an order to an idle worker; returns at once."""

    def hear(self, seconds: float) -> list[tuple[Worker, Message]]:
        """Messages of the workers, in order for each; waits up to `seconds` for the first.

        After Lost a worker is heard no more, and is not to be dismissed.
        """

    def dismiss(self, worker: Worker) -> None:
        """End an idle worker."""

    def close(self) -> None:
        """End all workers; no more are hired."""


class _Process:
    """One worker process, the pipe to it, and the order it works on, if any."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _WORKER, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                process_group=0,  # a terminal's Ctrl-C is for the supervisor, which ends its workers
            )
        self.connection = Connection(ours.detach())
        self.busy = False
        self._hung_at = 0.0

    def begin(self, order: Order) -> None:
        self.busy = True
        # all turns may have to be repeated
        self._hung_at = self._cpu_seconds() + _HUNG_SHARE * sum(order.turns) / SECOND + _HUNG_SECONDS
        self.connection.send(order)

    @property
    def hangs(self) -> bool:
        """True if its order took far more CPU time than its effort should."""
        return self.busy and self._cpu_seconds() > self._hung_at

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


class ProcessCrew:
    """A crew of up to `size` processes of this machine."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._processes: dict[Worker, _Process] = {}
        self._count = 0

    def hire(self, most: int) -> list[Worker]:
        """Start processes; see Crew."""
        hired = []
        for _ in range(min(most, self._size - len(self._processes))):
            self._count += 1
            self._processes[self._count] = _Process()
            hired.append(self._count)
        return hired

    def begin(self, worker: Worker, order: Order) -> None:
        """Give a process an order."""
        with contextlib.suppress(OSError):  # it is gone, which its pipe will tell
            self._processes[worker].begin(order)

    def hear(self, seconds: float) -> list[tuple[Worker, Message]]:
        """One message of every process that has any, and a Lost for each that died or hangs."""
        busy = {one.connection: worker for worker, one in self._processes.items() if one.busy}
        ready = wait(list(busy), timeout=seconds)
        heard = [(busy[connection], self._receive(busy[connection])) for connection in ready]
        return [*heard, *self._hanging()]

    def dismiss(self, worker: Worker) -> None:
        """End a process."""
        self._processes.pop(worker).end()

    def close(self) -> None:
        """End all processes."""
        self._size = 0
        processes, self._processes = self._processes, {}
        for process in processes.values():
            process.end()

    def _receive(self, worker: Worker) -> Message:
        process = self._processes[worker]
        try:
            message: Message = process.connection.recv()
        except (EOFError, OSError):
            self.dismiss(worker)
            return Lost("its worker died")
        if isinstance(message, Ended):
            process.busy = False
        return message

    def _hanging(self) -> Iterator[tuple[Worker, Message]]:
        for worker in [worker for worker, process in self._processes.items() if process.hangs]:
            self.dismiss(worker)
            yield worker, Lost("did not end in its time")
