"""Programs read on the nodes of a cluster, so that the supervisor need not."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from inference.cluster.actors import ReaderHost
from inference.cluster.cluster import RayCluster
from inference.cluster.errors import ClusterError
from inference.cluster.hosts import Hosts
from inference.run.reading import Program, Reading, read


@dataclass
class _Share:
    """The places of the programs that a host was given."""

    places: list[int] = field(default_factory=list)


class RayReader:
    """A Reader on all nodes of a cluster; what a lost node was to read is read here."""

    def __init__(self, cluster: RayCluster) -> None:
        self._hosts = Hosts(cluster, ReaderHost, lambda _: (), _Share)

    def read(self, programs: Sequence[Program]) -> list[Reading]:
        """The readings of the programs, in their order."""
        with contextlib.suppress(ClusterError):  # reading here costs the supervisor much more than waiting
            self._hosts.wait_for_one()
        hosts = list(self._hosts.ready)
        readings: dict[int, Reading] = {}
        for number, host in enumerate(hosts):
            host.record.places = list(range(number, len(programs), len(hosts)))
            if host.record.places:
                host.call([programs[place] for place in host.record.places])
        while any(host.calls for host in self._hosts.ready):
            for host, answer in self._hosts.hear(1.0):
                if answer is not None:
                    readings |= dict(zip(host.record.places, answer, strict=True))
        return [readings.get(place) or read(program) for place, program in enumerate(programs)]

    def close(self) -> None:
        """End the actors of all nodes."""
        self._hosts.close()
