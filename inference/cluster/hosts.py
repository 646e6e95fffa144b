"""One actor of a kind on every node: made as nodes join, again where one died, forgotten with its node."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from inference.cluster.cluster import Node, RayCluster
from inference.cluster.errors import ClusterError
from inference.cluster.identity import difference, identity

_DEATHS = 3  # of a node's actors, at which the node is given up
_START_SECONDS = 300.0
_ALONE_SECONDS = 60.0  # without any node, after which none is waited for
_CLOSE_SECONDS = 5.0

Record = TypeVar("Record")


@dataclass(eq=False)
class HostHandle(Generic[Record]):
    """An actor on a node. `record` is what its user keeps about it."""

    node: Node
    size: int
    actor: Any
    introduction: Any  # Ray's reference to what it says of itself
    record: Record
    calls: list[Any] = field(default_factory=list)  # Ray's references to what it was asked

    def call(self, *arguments: Any) -> None:
        """Ask it for an exchange."""
        self.calls.append(self.actor.exchange.remote(*arguments))


class Hosts(Generic[Record]):
    """The hosts of one kind on the nodes of a cluster. One thread may use it.

    `arguments` gives those of an actor of the class `kind` with so many workers, `record` a new record;
    `holding` says that an actor takes the CPUs of its workers in Ray's accounts.
    """

    def __init__(
        self,
        cluster: RayCluster,
        kind: type,
        arguments: Callable[[int], tuple[Any, ...]],
        record: Callable[[], Record],
        *,
        holding: bool,
    ) -> None:
        self._cluster = cluster
        self._ray = cluster.ray
        self._class = self._ray.remote(kind)
        self._arguments = arguments
        self._record = record
        self._holding = holding
        self._starting: list[HostHandle[Record]] = []
        self._deaths: Counter[str] = Counter()
        self._closed = False
        self._alone_since: float | None = None
        self.ready: list[HostHandle[Record]] = []

    def look(self) -> list[HostHandle[Record]]:
        """Follow the nodes that come and go; returns the hosts that were lost with theirs."""
        if self._closed:
            return []
        nodes = self._cluster.nodes()
        gone = [host for host in self.ready if host.node.id not in nodes]
        for host in gone:
            self._drop(host)
        self._starting = [host for host in self._starting if host.node.id in nodes]
        there = {host.node.id for host in (*self._starting, *self.ready)}
        self._starting += [self._start(node) for key, node in nodes.items() if key not in there]
        if self._starting:
            self._greet(0.0)
        return gone

    def wait_for_one(self) -> None:
        """Wait until a host is ready; raises ClusterError if no node can have one."""
        until = time.monotonic() + _START_SECONDS
        while not self.ready:
            self.look()
            if not self._starting and not self.ready:
                raise self._unusable()
            if time.monotonic() > until:
                raise ClusterError(f"no node of the Ray cluster was ready after {_START_SECONDS:.0f} s")
            self._greet(1.0)

    def expect_one(self) -> None:
        """Raise ClusterError if there has been no node for a minute."""
        if self.ready or self._starting:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = time.monotonic()
        elif time.monotonic() - self._alone_since > _ALONE_SECONDS:
            raise self._unusable()

    def _unusable(self) -> ClusterError:
        refusals = "; ".join(self._cluster.refusals) or "it has no node with CPUs"
        return ClusterError(f"the Ray cluster can't be used: {refusals}")

    def hear(self, seconds: float) -> list[tuple[HostHandle[Record], Any]]:
        """What a host has answered, if one has within so many seconds; None in its place if it is lost."""
        asked = {reference: host for host in self.ready for reference in host.calls}
        if not asked:
            time.sleep(seconds)
            return []
        done, _ = self._ray.wait(list(asked), num_returns=1, timeout=seconds)
        return [(asked[reference], self._answer(asked[reference], reference)) for reference in done]

    def _answer(self, host: HostHandle[Record], reference: Any) -> Any:
        host.calls.remove(reference)
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayError:
            self.lose(host)
            return None

    def lose(self, host: HostHandle[Record]) -> None:
        """A host that failed; another is made in its place, unless its node has lost too many."""
        self._drop(host)
        self._count_death(host, "its processes died again and again")

    def close(self) -> None:
        """End all hosts; no more are made."""
        self._closed = True
        hosts, self.ready, self._starting = [*self.ready, *self._starting], [], []
        ended = []
        for host in hosts:
            with contextlib.suppress(self._ray.exceptions.RayError):
                ended.append(host.actor.close.remote())
        with contextlib.suppress(self._ray.exceptions.RayError):
            self._ray.wait(ended, num_returns=len(ended), timeout=_CLOSE_SECONDS) if ended else None
        for host in hosts:
            self._kill(host)

    def _start(self, node: Node) -> HostHandle[Record]:
        strategy = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node.id, soft=False)
        size = self._cluster.size(node)
        options = {
            "num_cpus": min(size, node.cpus) if self._holding else 0,
            "scheduling_strategy": strategy,
            "max_restarts": 0,
        }
        actor = self._class.options(**options).remote(*self._arguments(size))
        return HostHandle(node, size, actor, actor.introduce.remote(), self._record())

    def _greet(self, seconds: float) -> None:
        """Take in the hosts that have started, as far as they have within so many seconds."""
        starting = {host.introduction: host for host in self._starting}
        if not starting:
            return
        done, _ = self._ray.wait(list(starting), num_returns=1, timeout=seconds)
        for reference in done:
            host = starting[reference]
            self._starting.remove(host)
            try:
                introduction = self._ray.get(reference)
            except self._ray.exceptions.RayError as error:
                self._failed(host, str(error))
                continue
            differs = difference(identity(), introduction["versions"])
            if differs:
                self._refuse(host, f"it has {differs}; install the same on all machines")
            elif introduction["refused"]:
                self._refuse(host, introduction["refused"])
            else:
                self.ready.append(host)

    def _failed(self, host: HostHandle[Record], error: str) -> None:
        self._kill(host)
        if "ModuleNotFoundError" in error:
            line = next(line for line in reversed(error.splitlines()) if "ModuleNotFoundError" in line)
            self._cluster.refuse(host.node, f"{line.strip()}; install omni-arc there, as on this machine")
        else:
            self._count_death(host, f"it starts no process: {error.strip().splitlines()[-1]}")

    def _count_death(self, host: HostHandle[Record], reason: str) -> None:
        self._deaths[host.node.id] += 1
        if self._deaths[host.node.id] >= _DEATHS:
            self._cluster.refuse(host.node, reason)

    def _refuse(self, host: HostHandle[Record], reason: str) -> None:
        self._kill(host)
        self._cluster.refuse(host.node, reason)

    def _drop(self, host: HostHandle[Record]) -> None:
        if host in self.ready:
            self.ready.remove(host)
        host.calls.clear()
        self._kill(host)

    def _kill(self, host: HostHandle[Record]) -> None:
        with contextlib.suppress(self._ray.exceptions.RayError):
            self._ray.kill(host.actor, no_restart=True)
