"""The worker processes of a cluster's nodes as one crew."""

from __future__ import annotations

from dataclasses import dataclass, field

from inference.cluster.actors import ProposerHost
from inference.cluster.cluster import Node, RayCluster
from inference.cluster.hosts import HostHandle, Hosts
from inference.proposers.crew import Lost, Message, Worker
from inference.proposers.pool_worker import Ended, Order

_CALL_SECONDS = 0.2  # for so long an order may wait for a call under way to end
_ATTEMPTS = 4  # at an order whose machines die


@dataclass
class _Staff:
    """The workers of a host, those that are at an order, and the orders to be sent."""

    workers: set[Worker] = field(default_factory=set)
    busy: set[Worker] = field(default_factory=set)
    outbox: list[tuple[Worker, Order | None]] = field(default_factory=list)


_Host = HostHandle[_Staff]


class RayCrew:
    """A Crew on all nodes of a cluster, including nodes that join later."""

    def __init__(self, cluster: RayCluster) -> None:
        self._hosts = Hosts(cluster, ProposerHost, lambda size: (size,), _Staff, resources=_cpus)
        self._places: dict[Worker, _Host] = {}
        self._lost: list[tuple[Worker, Message]] = []
        self._count = 0
        self._hosts.look()

    def hire(self, most: int) -> list[Worker]:
        """Workers at the nodes that have the most room."""
        self._look()
        hired: list[Worker] = []
        while len(hired) < most and self._hosts.ready:
            host = max(self._hosts.ready, key=_room)
            if _room(host) <= 0:
                break
            self._count += 1
            host.record.workers.add(self._count)
            self._places[self._count] = host
            hired.append(self._count)
        return hired

    def begin(self, worker: Worker, order: Order) -> None:
        """The order goes out with the next `hear`."""
        if worker in self._places:  # or else its loss is about to be heard
            staff = self._places[worker].record
            staff.busy.add(worker)
            staff.outbox.append((worker, order))

    def hear(self, seconds: float) -> list[tuple[Worker, Message]]:
        """Messages of the workers of one node, and its lost workers."""
        self._look()
        for host in self._hosts.ready:
            staff = host.record
            if not host.calls and (staff.outbox or staff.busy):
                host.call(staff.outbox, _CALL_SECONDS)
                staff.outbox = []
        heard: list[tuple[Worker, Message]] = []
        for host, answer in self._hosts.hear(0.0 if self._lost else seconds):
            if answer is None:
                self._lose(host)
            else:
                heard += self._take(host, answer)
        lost, self._lost = self._lost, []
        return heard + lost

    def dismiss(self, worker: Worker) -> None:
        """End a worker, with the next `hear`."""
        host = self._places.pop(worker, None)
        if host is not None:
            host.record.workers.discard(worker)
            host.record.outbox.append((worker, None))

    def close(self) -> None:
        """End the actors of all nodes."""
        self._hosts.close()

    def _look(self) -> None:
        for host in self._hosts.look():
            self._lose(host)

    def _take(self, host: _Host, answer: list[tuple[Worker, Message]]) -> list[tuple[Worker, Message]]:
        for worker, message in answer:
            if isinstance(message, Ended | Lost):
                host.record.busy.discard(worker)
            if isinstance(message, Lost):
                host.record.workers.discard(worker)
                self._places.pop(worker, None)
        return answer

    def _lose(self, host: _Host) -> None:
        for worker in sorted(host.record.workers):
            self._places.pop(worker, None)
            self._lost.append((worker, Lost("its machine died", _ATTEMPTS)))


def _cpus(node: Node, size: int) -> dict[str, float]:
    """A host takes the CPUs of its workers in Ray's accounts."""
    return {"num_cpus": min(size, node.cpus)}


def _room(host: _Host) -> int:
    return host.size - len(host.record.workers)
