"""The sandboxes of a cluster's nodes as one executor: a candidate runs where there is room.

Jobs wait here, in order; a node has some more than it runs side by side, so that it is never idle. The jobs
of a node that is lost run again elsewhere. What comes back is read strictly (sandbox/wire.py), whoever sent
it.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from inference.cluster.actors import SandboxHost
from inference.cluster.cluster import RayCluster
from inference.cluster.hosts import HostHandle, Hosts
from sandbox import Execution, Job, SandboxConfig, Status
from sandbox.pool import check_libraries
from sandbox.protocol import ProtocolError
from sandbox.wire import pack_jobs, read_executions

_AHEAD = 48  # jobs that a host has for each of its workers
_CALLS = 2  # in flight per host, so that it stays busy while an answer travels
_CALL_SECONDS = 0.05
_TRIES = 3


@dataclass
class _Load:
    """The jobs that a host has been given, by our number for each, and those that go with the next call."""

    given: dict[int, Job] = field(default_factory=dict)
    outbox: list[Job] = field(default_factory=list)


_Host = HostHandle[_Load]


class RayExecutor:
    """An Executor on all nodes of a cluster, which `host` runs on each.

    Raises ClusterError if no node can run candidates.
    """

    def __init__(
        self, cluster: RayCluster, config: SandboxConfig, host: type[SandboxHost] = SandboxHost
    ) -> None:
        self._error_chars = config.limits.error_chars
        paths = [Path(path) for path in check_libraries(config.libraries)]
        libraries = {path.name: path.read_bytes() for path in paths}
        bare = replace(config, libraries=())
        self._hosts = Hosts(
            cluster,
            host,
            lambda size: (replace(bare, workers=size), libraries),
            _Load,
        )
        self._waiting: deque[Job] = deque()
        self._keys: dict[int, int] = {}  # our number of a job -> the caller's key
        self._tries: Counter[int] = Counter()
        self._finished: list[Execution] = []
        self._count = 0
        try:
            self._hosts.wait_for_one()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def workers(self) -> int:
        """Programs that run in parallel on all ready nodes."""
        return max(1, sum(host.size for host in self._hosts.ready))

    @property
    def pending(self) -> int:
        """Jobs submitted whose executions have not been collected."""
        return len(self._keys) + len(self._finished)

    def submit(self, job: Job, *, first: bool = False) -> None:
        """Queue a job, before all that wait here if `first`; it goes out with the next `collect`."""
        self._count += 1
        self._keys[self._count] = job.key
        # the same with our number; `replace` takes many times as long
        mine = Job(self._count, job.source, job.inputs, job.entry_point, job.grid_type)
        if first:
            self._waiting.appendleft(mine)
        else:
            self._waiting.append(mine)

    def collect(self, timeout: float | None = 0.0) -> list[Execution]:
        """The executions that are finished; see Executor."""
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            left = 1.0 if until is None else max(0.0, until - time.monotonic())
            self._exchange(0.0 if self._finished else min(left, 1.0))
            if self._finished or not self._keys or (until is not None and time.monotonic() >= until):
                finished, self._finished = self._finished, []
                return finished

    def close(self) -> None:
        """End the actors of all nodes; what is pending is dropped."""
        self._hosts.close()

    def _exchange(self, seconds: float) -> None:
        for host in self._hosts.look():
            self._lose(host)
        self._hand_out()
        for host in self._hosts.ready:
            load = host.record
            while load.outbox or (load.given and len(host.calls) < _CALLS):
                host.call(pack_jobs(load.outbox), _CALL_SECONDS)
                load.outbox = []
        if self._keys:
            self._hosts.expect_one()
            for host, answer in self._hosts.hear(seconds):
                self._take(host, answer)

    def _hand_out(self) -> None:
        """Give waiting jobs to the hosts that have the fewest for each worker."""
        while self._waiting and self._hosts.ready:
            host = min(self._hosts.ready, key=_filled)
            if _filled(host) >= _AHEAD:
                return
            job = self._waiting.popleft()
            host.record.given[job.key] = job
            host.record.outbox.append(job)

    def _take(self, host: _Host, answer: Any) -> None:
        if answer is None:
            self._lose(host)
            return
        try:
            executions = read_executions(answer, host.record.given, self._error_chars)
        except ProtocolError:
            self._hosts.lose(host)
            self._lose(host)
            return
        for execution in executions:
            del host.record.given[execution.key]
            self._finish(execution)

    def _finish(self, execution: Execution) -> None:
        self._tries.pop(execution.key, None)
        one, key = execution, self._keys.pop(execution.key)
        self._finished.append(
            Execution(key, one.status, one.outputs, one.error, one.cpu_seconds, one.wall_seconds)
        )

    def _lose(self, host: _Host) -> None:
        """Run again what a lost host had, before everything else."""
        for number, job in sorted(host.record.given.items(), reverse=True):
            self._tries[number] += 1
            if self._tries[number] < _TRIES:
                self._waiting.appendleft(job)
            else:
                nothing = (None,) * len(job.inputs)
                text = "the machines that ran it died"
                self._finish(Execution(number, Status.INFRASTRUCTURE, nothing, text))
        host.record.given.clear()


def _filled(host: _Host) -> float:
    return len(host.record.given) / host.size
