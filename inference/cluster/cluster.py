"""The connection to a Ray cluster, its nodes, and which of them can't be used."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from inference.cluster.errors import ClusterError
from inference.cluster.identity import identity
from inference.proposers.crew import Crew
from inference.proposers.models.engines import Engines
from inference.proposers.models.settings import ModelSettings
from inference.run.analysis import Analyser
from sandbox import Executor, SandboxConfig

_REACH_SECONDS = 10.0
_LOOK_SECONDS = 1.0
_ANSWER_SECONDS = 3.0
_STORE_BYTES = 100 << 20  # messages are small
# Ray sends usage reports to its makers, and hides GPUs from actors that asked for none only after a warning.
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


@dataclass(frozen=True)
class Node:
    """One machine of the cluster: Ray's id and name for it, its CPUs and GPUs, and where its Ray answers."""

    id: str
    name: str
    cpus: int
    gpus: int
    address: tuple[str, int]


class RayCluster:
    """Machines: the nodes of the Ray cluster at `address`, with `workers` on each (0: one for each CPU).

    `address` is HOST:PORT of the head, `auto` for the cluster that this machine is in, or `local` for one
    that lives and dies with this object. An existing connection of the caller's is used and left open.
    Raises ClusterError if there is none.
    """

    def __init__(self, address: str, workers: int = 0) -> None:
        self.ray = _import_ray()
        self._workers = workers
        self._lock = threading.Lock()
        self._refused: dict[str, str] = {}
        self._limited: dict[tuple[str, str], str] = {}
        self._lost: dict[str, str] = {}
        self._nodes: dict[str, Node] = {}
        self._looked = 0.0
        self._ours = not self.ray.is_initialized()
        if self._ours:
            _connect(self.ray, address, workers)

    def __enter__(self) -> RayCluster:
        return self

    def __exit__(self, *error: object) -> None:
        if self._ours:
            self.ray.shutdown()

    def crew(self) -> Crew:
        """The worker processes of all nodes."""
        from inference.cluster.ray_crew import RayCrew

        return RayCrew(self)

    def executor(self, config: SandboxConfig) -> Executor:
        """The sandboxes of all nodes; raises ClusterError if no node can have one."""
        from inference.cluster.ray_executor import RayExecutor

        return RayExecutor(self, config)

    def analyser(self) -> Analyser | None:
        """An analyser on the nodes, if there are several; else None."""
        from inference.cluster.ray_analyser import RayAnalyser

        return RayAnalyser(self) if len(self.nodes()) > 1 else None

    def engines(self, settings: ModelSettings) -> Engines:
        """The engines of all nodes."""
        from inference.cluster.ray_engines import RayEngines

        return RayEngines(self, settings)

    def nodes(self) -> dict[str, Node]:
        """The nodes that are alive, have CPUs and are not refused, by Ray's id; looked up once a second."""
        with self._lock:
            if time.monotonic() - self._looked > _LOOK_SECONDS:
                self._look()
            unused = self._refused.keys() | self._lost.keys()
            return {key: node for key, node in self._nodes.items() if key not in unused}

    def _look(self) -> None:
        found = {}
        for record in self.ray.nodes():
            cpus, gpus = (int(record["Resources"].get(kind, 0)) for kind in ("CPU", "GPU"))
            if record["Alive"] and cpus:
                address = record["NodeManagerAddress"], int(record["NodeManagerPort"])
                name = record.get("NodeName") or address[0]
                found[record["NodeID"]] = Node(record["NodeID"], name, cpus, gpus, address)
        for key in self._nodes.keys() - found.keys():
            self._lost[key] = self._nodes[key].name
        self._nodes = found
        self._looked = time.monotonic()

    def size(self, node: Node) -> int:
        """The number of workers for a node."""
        return self._workers or node.cpus

    def refuse(self, node: Node, reason: str, task: str = "") -> None:
        """Stop using a node, or only for that `task` ("engine"); `reason` is shown to the user."""
        line = " ".join(reason.split())
        with self._lock:
            if task:
                self._limited.setdefault((node.id, task), f"node {node.name} runs no {task}: {line}")
            else:
                self._refused.setdefault(node.id, f"node {node.name} is not used: {line}")

    def lose(self, node: Node) -> None:
        """Note that a node is gone; Ray itself may notice later."""
        with self._lock:
            self._lost[node.id] = node.name

    def answers(self, node: Node) -> bool:
        """True if the node's Ray can be reached."""
        try:
            socket.create_connection(node.address, _ANSWER_SECONDS).close()
        except OSError:
            return False
        return True

    @property
    def refusals(self) -> tuple[str, ...]:
        """A line for each node that is refused."""
        with self._lock:
            return tuple(self._refused.values())

    def status(self) -> str:
        """How many nodes and workers there are."""
        nodes = self.nodes().values()
        workers = sum(map(self.size, nodes))
        return f"{len(nodes)} node{'s' * (len(nodes) != 1)}, {workers} workers"

    def problems(self) -> tuple[str, ...]:
        """The nodes that are refused, and those that were lost."""
        with self._lock:
            refused = [line for key, line in self._refused.items() if key not in self._lost]
            limited = [line for (key, _), line in self._limited.items() if key not in self._lost]
            lost = [f"node {name} was lost; others took its work" for name in self._lost.values()]
            return (*refused, *limited, *lost)

    def about(self) -> dict[str, Any]:
        """The nodes and the versions on all of them."""
        with self._lock:
            nodes = [
                {"name": node.name, "cpus": node.cpus, "gpus": node.gpus} for node in self._nodes.values()
            ]
        return {"versions": identity(), "nodes": nodes, "problems": list(self.problems())}


def _import_ray() -> Any:
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    logging.getLogger("ray").setLevel(logging.ERROR)
    try:
        return import_module("ray")
    except ImportError:
        raise ClusterError("Ray is not installed: pip install 'omni-arc[ray]'") from None


def _connect(ray: Any, address: str, workers: int) -> None:
    options: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    if address == "local":
        cpus = workers or len(os.sched_getaffinity(0))
        options |= {"num_cpus": cpus, "object_store_memory": _STORE_BYTES, "include_dashboard": False}
    elif address != "auto":
        _reach(address)
    _keep_off_stdout()
    with _handler_kept(signal.SIGTERM):
        try:
            ray.init(address=address, **options)
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise ClusterError(_explain(address, error)) from None


def _keep_off_stdout() -> None:
    """Have Ray log the messages of the cluster, such as a node's death, rather than print them.

    It prints them to stdout, where verdicts are written, with `log_to_driver=False` too, and has no setting
    for that. A run reports lost nodes itself.
    """
    worker: Any = import_module("ray._private.worker")
    if hasattr(worker, "print_to_stdstream"):
        worker.print_to_stdstream = _log


def _log(data: Mapping[str, Any], ignore_prefix: bool) -> None:
    logging.getLogger("ray").info("%s", data)


def _explain(address: str, error: Exception) -> str:
    text = " ".join(str(error).split())
    if "ersion mismatch" in text:
        return f"--ray {address}: {text}; install the same versions on all machines"
    if isinstance(error, ConnectionError) and address == "auto":
        return "--ray auto: this machine is in no Ray cluster; start one: ray start --head"
    if address in ("auto", "local"):
        return f"--ray {address}: {text}"
    return f"--ray {address}: {text}; this machine has to be in the cluster: ray start --address={address}"


def _reach(address: str) -> None:
    """Refuse an address at which nothing answers, which Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ClusterError(f"--ray {address}: an address is HOST:PORT, auto or local")
    try:
        socket.create_connection((host, int(port)), _REACH_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise ClusterError(
            f"--ray {address}: nothing answers there ({error}); is it what `ray start --head` printed?"
        ) from None


@contextlib.contextmanager
def _handler_kept(number: signal.Signals) -> Iterator[None]:
    """Ray replaces our signal handler."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(number)
    try:
        yield
    finally:
        signal.signal(number, before)
