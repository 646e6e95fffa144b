"""Programs analysed on the nodes of a cluster, so that the supervisor need not."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from inference.cluster.actors import AnalyserHost
from inference.cluster.cluster import RayCluster
from inference.cluster.errors import ClusterError
from inference.cluster.hosts import Hosts
from inference.run.analysis import ProgramAnalysis, SourceAndEntry, analyse


@dataclass
class _Share:
    """The places of the programs that a host was given."""

    places: list[int] = field(default_factory=list)


class RayAnalyser:
    """An analyser on all nodes of a cluster; what a lost node was to analyse is analysed here."""

    def __init__(self, cluster: RayCluster) -> None:
        self._hosts = Hosts(cluster, AnalyserHost, lambda _: (), _Share)

    def analyse(self, programs: Sequence[SourceAndEntry]) -> list[ProgramAnalysis]:
        """The analyses of the programs, in their order."""
        with contextlib.suppress(ClusterError):  # reading here costs the supervisor much more than waiting
            self._hosts.wait_for_one()
        hosts = list(self._hosts.ready)
        analyses: dict[int, ProgramAnalysis] = {}
        for number, host in enumerate(hosts):
            host.record.places = list(range(number, len(programs), len(hosts)))
            if host.record.places:
                host.call([programs[place] for place in host.record.places])
        while any(host.calls for host in self._hosts.ready):
            for host, answer in self._hosts.hear(1.0):
                if answer is not None:
                    analyses |= dict(zip(host.record.places, answer, strict=True))
        return [analyses.get(place) or analyse(program) for place, program in enumerate(programs)]

    def close(self) -> None:
        """End the actors of all nodes."""
        self._hosts.close()
