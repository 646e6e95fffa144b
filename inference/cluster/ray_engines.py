"""The engines of a cluster's nodes, each in an actor that has its GPUs.

Where a node has GPUs, engines run on those that have, one for each `tensor_parallel` of them; in a cluster
without any they are vLLM's on its CPU backend. An engine that is gone is started again, there or elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from inference.cluster.actors import EngineHost, missing_for
from inference.cluster.cluster import Node, RayCluster
from inference.cluster.hosts import HostHandle, Hosts, on_node
from inference.errors import ModelError
from inference.proposers.models.chat import check_model
from inference.proposers.models.engines import EngineNumber, Gone, Ready, Reply
from inference.proposers.models.settings import ModelSettings

_CALL_SECONDS = 0.2  # for so long a message may wait for a call under way to end
_CHECK_SECONDS = 120.0
_ATTEMPTS = 4  # at a request whose machines die


@dataclass
class _Post:
    """An engine's number, the messages to be sent to it, and whether it has its model."""

    number: EngineNumber
    outbox: list[tuple[str, Any]] = field(default_factory=list)
    ready: bool = False


_Host = HostHandle[_Post]


class RayEngines:
    """Engines on the nodes of a cluster, `settings.engines` of them (0: as many as there is room for).

    The model and its adapters lie at the same paths on all nodes.
    """

    def __init__(self, cluster: RayCluster, settings: ModelSettings) -> None:
        self._cluster = cluster
        self._settings = _absolute(settings)
        self._hosts: Hosts[_Post] | None = None
        self._posts: dict[EngineNumber, _Host] = {}
        self._proved: set[str] = set()  # nodes on which an engine has been ready

    @property
    def expected(self) -> int:
        """The engines that are ready, being started or to be started."""
        return self._hosts.expected if self._hosts else 0

    def check(self) -> None:
        """ModelError if there is no room for an engine, or a node lacks the model, an adapter or vLLM."""
        check_model(self._settings.model)
        room = self._room()
        nodes = [node for node in self._cluster.nodes().values() if room(node)]
        if not nodes:
            raise ModelError(
                f"tensor_parallel is {self._settings.tensor_parallel}, and no node has so many GPUs: lower it"
            )
        if self._settings.test_time_steps and len(nodes) > 1:
            raise ModelError("test_time_steps trains on this machine alone: leave out --ray")
        ray = self._cluster.ray
        ask = ray.remote(missing_for)
        asked = [(node, ask.options(**on_node(ray, node)).remote(self._settings)) for node in nodes]
        for node, reference in asked:
            try:
                missing = ray.get(reference, timeout=_CHECK_SECONDS)
            except ray.exceptions.RayError:  # it is lost, or has another omni-arc, which its actors tell
                continue
            if missing:
                raise ModelError(f"node {node.name}: {missing}")

    def start(self, log: Path | None) -> None:
        """Start the actors; what their engines print is in Ray's logs on their nodes."""
        numbers = itertools.count()
        alone = replace(self._settings, engines=1)
        self._hosts = Hosts(
            self._cluster,
            EngineHost,
            lambda _: (alone,),
            lambda: _Post(next(numbers)),
            resources=lambda node, _: {"num_gpus": self._settings.tensor_parallel if node.gpus else 0},
            room=self._room(),
            most=self._settings.engines or None,
            task="engine",
        )
        self._hosts.look()

    def send(self, engine: EngineNumber, kind: str, value: Any) -> None:
        """The message goes out with the next `hear`."""
        if kind == "submit" and value.adapter:
            value = replace(value, adapter=str(Path(value.adapter).resolve()))
        if engine in self._posts:  # or else its loss is about to be heard
            self._posts[engine].record.outbox.append((kind, value))

    def hear(self, seconds: float) -> list[tuple[EngineNumber, Reply]]:
        """Replies of the engines of one node, and its lost engines."""
        assert self._hosts is not None
        heard: list[tuple[EngineNumber, Reply]] = [self._lost(host) for host in self._hosts.look()]
        for host in self._hosts.ready:
            self._posts[host.record.number] = host
            if not host.calls:
                host.call(host.record.outbox, _CALL_SECONDS)
                host.record.outbox = []
        for host, answer in self._hosts.hear(0.0 if heard else seconds):
            if answer is None:
                heard.append(self._lost(host))
            else:
                heard += [(host.record.number, self._note(host, reply)) for reply in answer]
        return heard

    def close(self) -> None:
        """End the actors of all nodes."""
        if self._hosts is not None:
            self._hosts.close()

    def _room(self) -> Callable[[Node], int]:
        """How many engines a node has room for."""
        width = self._settings.tensor_parallel

        def room(node: Node) -> int:
            if any(other.gpus for other in self._cluster.nodes().values()):
                return node.gpus // width
            return self._settings.engines or 1

        return room

    def _note(self, host: _Host, reply: Reply) -> Reply:
        """A reply, by which a host may have become ready, or useless."""
        assert self._hosts is not None
        if isinstance(reply, Ready):
            self._proved.add(host.node.id)
            return replace(reply, about={**reply.about, "node": host.node.name})
        if not isinstance(reply, Gone):
            return reply
        self._posts.pop(host.record.number, None)
        if reply.explained and host.node.id not in self._proved:
            self._hosts.refuse(host, reply.reason)
        else:
            self._hosts.lose(host)
        return replace(reply, name=_name(host))

    def _lost(self, host: _Host) -> tuple[EngineNumber, Gone]:
        self._posts.pop(host.record.number, None)
        return host.record.number, Gone(_name(host), "its actor or machine died", attempts=_ATTEMPTS)


def _name(host: _Host) -> str:
    return f"engine {host.record.number} on node {host.node.name}"


def _absolute(settings: ModelSettings) -> ModelSettings:
    """The settings with whole paths: an actor works in another folder."""
    model, adapter, adapters = (
        str(Path(path).resolve()) if path and Path(path).is_dir() else path
        for path in (settings.model, settings.adapter, settings.adapters)
    )
    return replace(settings, model=model, adapter=adapter, adapters=adapters)
