"""What can't be used is told in one line: addresses, versions, nodes."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commands.cli import run
from tests.ray.conftest import ROOT, STORE_BYTES, Nodes

pytestmark = pytest.mark.filterwarnings("default")


def test_without_ray_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    for command in (["solve"], ["verify", "-"]):
        assert run([*command, "--ray", "auto"]) == 2
        assert capsys.readouterr().err == "omni-arc: Ray is not installed: pip install 'omni-arc[ray]'\n"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("127.0.0.1:1", "nothing answers there"),
        ("nobody", "an address is HOST:PORT, auto or local"),
        ("127.0.0.1:99999", "nothing answers there"),
    ],
)
def test_an_address_that_leads_nowhere(address: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    assert run(["verify", "-", "--ray", address]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"omni-arc: --ray {address}: {says}") and error.count("\n") == 1


_OTHER_RAY = "import ray; ray.__version__ = '2.0.0'; from commands import main; main()"


def test_another_version_of_ray_is_told_in_one_line(nodes: Nodes, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OTHER_RAY, "verify", "-", "--ray", nodes.address]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"omni-arc: --ray {nodes.address}: Version mismatch")
    assert done.stderr.endswith("install the same versions on all machines\n")
    assert done.stderr.count("\n") == 1


_WITHOUT_SECCOMP = """
import ctypes, struct, sys
step = lambda code, value, yes=0, no=0: struct.pack("<HBBI", code, yes, no, value)
steps = [step(0x20, 0), step(0x15, 157, no=4), step(0x20, 16), step(0x15, 22, no=1), step(0x06, 0x50026),
         step(0x06, 0x7FFF0000), step(0x15, 317, no=1), step(0x06, 0x50026), step(0x06, 0x7FFF0000)]
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
assert libc.prctl(22, 2, ctypes.byref(Program(len(steps), b"".join(steps))), 0, 0) == 0
"""
_START = "from ray.scripts.scripts import main; main()"
# a run that ends when both nodes are refused, and says what it knows then
_LOOK = """
import sys, time
from inference.cluster import RayCluster
from sandbox import SandboxConfig
with RayCluster(sys.argv[1]) as cluster, cluster.executor(SandboxConfig()) as executor:
    end = time.monotonic() + 200
    wanted = {"older", "open"}
    while wanted and time.monotonic() < end:
        wanted -= {name for name in wanted if f"node {name} is not used" in " ".join(cluster.problems())}
        executor.collect(0.1)
        time.sleep(0.2)
    print(*cluster.problems(), sep="\\n")
"""


@contextmanager
def without_seccomp(nodes: Nodes, name: str) -> Iterator[None]:
    """A node started as people do, by `ray start`, on a kernel without seccomp."""
    arguments = ["start", f"--address={nodes.address}", "--num-cpus=1", f"--node-name={name}", "--block"]
    process = subprocess.Popen(
        [sys.executable, "-c", _WITHOUT_SECCOMP + _START, *arguments, f"--object-store-memory={STORE_BYTES}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="system call numbers of x86_64")
def test_nodes_that_cannot_be_used_are_refused_by_name(
    nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("arc", "omniarc", "prompts", "sandbox", "scoring", "inference", "commands", "programs"):
        shutil.copytree(ROOT / room, tmp_path / "older" / room)
    with (tmp_path / "older" / "arc" / "grid.py").open("a") as file:
        file.write("# an older version\n")
    (tmp_path / "empty").mkdir()
    path = os.environ["PYTHONPATH"]
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "older"))
    older = nodes.join("older", 1)
    monkeypatch.setenv("PYTHONPATH", path)
    with without_seccomp(nodes, "open"):
        done = subprocess.run(
            [sys.executable, "-c", _LOOK, nodes.address],
            cwd=tmp_path / "empty",
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
    nodes.kill(older)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert "node older is not used: it has omni-arc" in told and "install the same on all machines" in told
    refused = {line.split()[1] for line in told.splitlines() if re.match(r"node \w+ is not used", line)}
    # one that an earlier test killed may be among them: Ray takes a while to see that it is gone
    assert {"older", "open"} <= refused and not refused & {"first", "second"}
    assert "node open is not used: this kernel offers no seccomp filter" in told
