"""A real Ray cluster of two nodes on loopback, one core each, for all tests of this folder."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORE_BYTES = 100 << 20
_MARK = "OMNI_ARC_TEST_CLUSTER"
_RUN = "from commands import main; main()"

# What proposers are given to do here: each task waits until the test opens the gate.
_FUNCTIONS = """
import os, time
from scoring.contract import Candidate

def gated(task, budget):
    yield Candidate(task.id, "gated", 0, f"{os.getppid()} {os.environ['RAY_RAYLET_PID']}")
    while not os.path.exists(os.environ["OMNI_ARC_TEST_GATE"]):
        time.sleep(0.05)

def dies(task, budget):
    os._exit(3)
    yield
"""


class Nodes:
    """The cluster: its address, nodes that join and die, and the processes that our actors are."""

    def __init__(self, cluster: Any, mark: str, gate: Path) -> None:
        self.cluster = cluster
        self.address: str = cluster.address
        self.gate = gate
        self._mark = f"{_MARK}={mark}".encode()

    def join(self, name: str, cpus: int) -> Any:
        """Another node."""
        return self.cluster.add_node(num_cpus=cpus, object_store_memory=STORE_BYTES, node_name=name)

    def kill(self, node: Any) -> None:
        """A node dies without a word."""
        self.cluster.remove_node(node, allow_graceful=False)

    def processes(self, text: str) -> list[int]:
        """Of this cluster, those with `text` in their command line."""
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if self._is(pid, text)]

    def _is(self, pid: int, text: str) -> bool:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            # what a process calls itself may lie over its environment
            return text.encode() in command and self._mark in Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return False

    def omni_arc(self, *arguments: object, folder: Path, **more: Any) -> subprocess.CompletedProcess[str]:
        """The command line, in a folder of its own."""
        process = self.start(*arguments, folder=folder)
        try:
            out, err = process.communicate(timeout=280, **more)
        finally:
            process.kill()
        return subprocess.CompletedProcess([], process.returncode, out, err)

    def start(self, *arguments: object, folder: Path) -> subprocess.Popen[str]:
        """The running command line."""
        return subprocess.Popen(
            [sys.executable, "-c", _RUN, *map(str, arguments)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )


def until(what: Callable[[], Any], seconds: float = 120.0) -> Any:
    """Wait for `what` to be true; returns it. Fails after so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s")


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two nodes, called first (the head) and second."""
    pytest.importorskip("ray", reason="Ray is not installed")
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "cluster_functions.py").write_text(_FUNCTIONS)
    mark = uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_MARK, mark)
        patch.setenv("OMNI_ARC_TEST_GATE", str(folder / "gate"))
        patch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{folder}")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "disabled")
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 1, "object_store_memory": STORE_BYTES, "node_name": "first"}
        cluster = Cluster(initialize_head=True, head_node_args={**head, "include_dashboard": False})
        try:
            cluster.add_node(num_cpus=1, object_store_memory=STORE_BYTES, node_name="second")
            yield Nodes(cluster, mark, folder / "gate")
        finally:
            cluster.shutdown()  # type: ignore[no-untyped-call]
