"""A run on the machines of a Ray cluster: the same run, the same answers.

    cluster.py        the connection, the nodes, and which of them are refused
    hosts.py          the actors of one kind on the nodes, made as nodes join and again where one died
    actors.py         what those actors do
    ray_crew.py       the nodes' worker processes as a crew
    ray_executor.py   the nodes' sandboxes as an executor
    ray_engines.py    the engines of a model on the nodes' GPUs
    ray_analyser.py   the nodes' analysers of programs
    identity.py       what must be equal on all machines

The supervisor alone holds expected outputs and writes the store; an actor ends with it.
"""

from inference.cluster.cluster import RayCluster

__all__ = ["RayCluster"]
