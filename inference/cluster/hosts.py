"""The actors of one kind on the nodes: made as nodes join, again where one died, gone with their node."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from inference.cluster.cluster import Node, RayCluster
from inference.cluster.errors import ClusterError
from inference.cluster.identity import difference, identity

_DEATHS = 3  # of a node's actors, at which the node is given up
_START_SECONDS = 300.0
_ALONE_SECONDS = 60.0  # without any node, after which the run gives up
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

    `arguments` gives those of an actor of the class `kind` with so many workers, `record` a new record,
    `resources` what it takes in Ray's accounts (by default nothing). There are as many actors on a node as it
    has `room` for, `most` in all. A node that can't have one is no longer used; if `task` names the host's
    task, only for that.
    """

    def __init__(
        self,
        cluster: RayCluster,
        kind: type,
        arguments: Callable[[int], tuple[Any, ...]],
        record: Callable[[], Record],
        *,
        resources: Callable[[Node, int], Mapping[str, float]] = lambda *_: {},
        room: Callable[[Node], int] = lambda _: 1,
        most: int | None = None,
        task: str = "",
    ) -> None:
        self._cluster = cluster
        self._ray = cluster.ray
        self._class = self._ray.remote(kind)
        self._arguments = arguments
        self._record = record
        self._resources = resources
        self._room = room
        self._most = most
        self._task = task
        self._refused: set[str] = set()
        self._starting: list[HostHandle[Record]] = []
        self._deaths: Counter[str] = Counter()
        self._closed = False
        self._alone_since: float | None = None
        self.ready: list[HostHandle[Record]] = []

    def look(self) -> list[HostHandle[Record]]:
        """Follow nodes that join and leave; returns the hosts lost with their nodes."""
        if self._closed:
            return []
        nodes = self._cluster.nodes()
        gone = [host for host in self.ready if host.node.id not in nodes]
        for host in gone:
            self._drop(host)
        self._starting = [host for host in self._starting if host.node.id in nodes]
        self._starting += [self._start(node) for node in self._vacancies(nodes)]
        if self._starting:
            self._greet(0.0)
        return gone

    @property
    def expected(self) -> int:
        """The hosts that are ready, being started or to be started."""
        vacancies = sum(1 for _ in self._vacancies(self._cluster.nodes()))
        return len(self.ready) + len(self._starting) + vacancies

    def _vacancies(self, nodes: Mapping[str, Node]) -> Iterator[Node]:
        """A node for each host to start, those with the most room first."""
        there = Counter(host.node.id for host in (*self._starting, *self.ready))
        room = {key: self._room(node) - there[key] for key, node in nodes.items() if key not in self._refused}
        while room and (self._most is None or there.total() < self._most):
            key = max(room, key=lambda key: room[key])
            if room[key] <= 0:
                return
            room[key] -= 1
            there[key] += 1
            yield nodes[key]

    def wait_for_one(self) -> None:
        """Wait until a host is ready; raises ClusterError if no node can have one."""
        self.look()
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
        """The answer of a host, if one answers within `seconds`; None in its place if the host is lost."""
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
        """Replace a host that failed, unless its node has lost too many."""
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
        size = self._cluster.size(node)
        options = {**on_node(self._ray, node), **self._resources(node, size), "max_restarts": 0}
        actor = self._class.options(**options).remote(*self._arguments(size))
        return HostHandle(node, size, actor, actor.introduce.remote(), self._record())

    def _greet(self, seconds: float) -> None:
        """Take in the hosts that have started, waiting at most `seconds`."""
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
                self.refuse(host, f"it has {differs}; install the same on all machines")
            elif introduction["refused"]:
                self.refuse(host, introduction["refused"])
            else:
                self.ready.append(host)

    def _failed(self, host: HostHandle[Record], error: str) -> None:
        if "ModuleNotFoundError" in error:
            line = next(line for line in reversed(error.splitlines()) if "ModuleNotFoundError" in line)
            self.refuse(host, f"{line.strip()}; install omni-arc there, as on this machine")
        else:
            self._kill(host)
            self._count_death(host, f"it starts no process: {error.strip().splitlines()[-1]}")

    def _count_death(self, host: HostHandle[Record], reason: str) -> None:
        self._deaths[host.node.id] += 1
        if self._deaths[host.node.id] >= _DEATHS * max(1, self._room(host.node)):
            if self._cluster.answers(host.node):
                self.refuse(host, reason)
            else:
                self._cluster.lose(host.node)

    def refuse(self, host: HostHandle[Record], reason: str) -> None:
        """End a host, and make none on its node again."""
        self._drop(host)
        self._refused.add(host.node.id)
        self._cluster.refuse(host.node, reason, self._task)

    def _drop(self, host: HostHandle[Record]) -> None:
        if host in self.ready:
            self.ready.remove(host)
        host.calls.clear()
        self._kill(host)

    def _kill(self, host: HostHandle[Record]) -> None:
        with contextlib.suppress(self._ray.exceptions.RayError):
            self._ray.kill(host.actor, no_restart=True)


def on_node(ray: Any, node: Node) -> dict[str, Any]:
    """Ray options to run something on that node only, without reserving resources."""
    strategy = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node.id, soft=False)
    return {"num_cpus": 0, "scheduling_strategy": strategy}
