"""A self-test on this machine: honest and hostile programs run for real, the kernel's layers, the speed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from arc import as_grid, to_rows
from sandbox.contract import Execution, Job, Limits, Policy, SandboxConfig, Status
from sandbox.pool import Sandbox

_GRID = as_grid([[0, 1, 2], [3, 4, 5]])
_LIMITS = Limits(cpu_seconds=1.0, wall_seconds=10.0, memory_mb=512)
_ESCAPED = [[6, 6, 6]]

_HONEST = {
    "numpy": "import numpy as np\ndef transform(g):\n    return np.rot90(g)",
    "lists and classes": (
        "class A:\n    def __init__(self, g): self.g = g\n"
        "def transform(g):\n    return [row[::-1] for row in A(g).g.tolist()]"
    ),
    "scipy": "from scipy.ndimage import label\ndef transform(g):\n    return label(g > 0)[0]",
    "omniarc": "from omniarc import *\ndef transform(g):\n    return g",
    "a guarded name": "def transform(g):\n    return g + 0 * len('{0.shape}'.format(g))",
}
# name -> (program, the statuses that mean it was stopped by the kernel alone)
_HOSTILE = {
    "reads a file": "def transform(g):\n    open('/etc/passwd').read()\n    return [[6, 6, 6]]",
    "lists a folder": "import os\ndef transform(g):\n    os.listdir('/')\n    return [[6, 6, 6]]",
    "opens a socket": "import socket\ndef transform(g):\n    socket.socket()\n    return [[6, 6, 6]]",
    "starts a process": "import os\ndef transform(g):\n    os.fork()\n    return [[6, 6, 6]]",
    "reads the environment": (
        "import os\ndef transform(g):\n    return [[6, 6, 6]] if os.environ else [[0]]"
    ),
    "signals others": "import os\ndef transform(g):\n    os.kill(os.getppid(), 0)\n    return [[6, 6, 6]]",
}
_LIMITED = {
    "endless loop": "def transform(g):\n    while True: pass",
    "endless memory": "def transform(g):\n    return [bytearray(1 << 36)]",
    "dead process": "import os\ndef transform(g):\n    os._exit(0)",
}
_ENDS = dict(zip(_LIMITED, (Status.TIMEOUT, Status.MEMORY, Status.CRASHED), strict=True))


@dataclass(frozen=True)
class Check:
    """One finding: what was looked at, whether it is as it should be, a line about it, and whether the
    sandbox can be trusted only if it is.
    """

    name: str
    passed: bool
    detail: str
    required: bool = True


def layer_checks(layers: dict[str, object]) -> Iterator[Check]:
    """What the kernel offers, as a sandbox reported it, and what a missing layer means."""
    version, uid = layers.get("landlock"), layers.get("dropped_uid")
    there = "system calls beyond computing are refused"
    missing = "missing: candidates could read files and use the network; runs need --unconfined"
    seccomp = bool(layers.get("seccomp"))
    yield Check("seccomp filter", seccomp, there if seccomp else missing)
    there = f"files and network are refused a second time (version {version})"
    missing = "missing: seccomp alone keeps candidates from files; that suffices as long as it holds"
    yield Check("landlock", bool(version), there if version else missing, required=False)
    missing = "not root: candidates run under your uid, without its files"
    yield Check("own uid", True, f"root given up for uid {uid}" if uid else missing)


def behaviour_checks(*, unconfined: bool = False) -> Iterator[Check]:
    """Run hostile programs under the kernel alone and honest ones under both layers."""
    yield from kernel_checks(unconfined=unconfined, limited=True)
    with Sandbox(SandboxConfig(limits=_LIMITS, unconfined=unconfined)) as sandbox:
        for name, done in _runs(sandbox, _HONEST):
            yield Check(f"honest: {name}", done.status is Status.OK, done.error or "runs")


def kernel_checks(*, unconfined: bool = False, limited: bool = False) -> Iterator[Check]:
    """The short self-test of a node: the kernel's layers, and hostile programs under them alone.

    With `limited` also programs that only a limit ends.
    """
    with Sandbox(SandboxConfig(limits=_LIMITS, policy=Policy.KERNEL, unconfined=unconfined)) as sandbox:
        yield from layer_checks(sandbox.layers)
        for name, done in _runs(sandbox, _HOSTILE):
            escaped = [grid is not None and to_rows(grid) for grid in done.outputs] == [_ESCAPED]
            yield Check(f"hostile: {name}", not escaped, "NOT STOPPED" if escaped else "stopped")
        for name, done in _runs(sandbox, _LIMITED if limited else {}):
            yield Check(f"hostile: {name}", done.status is _ENDS[name], f"ended as {done.status}")


def _runs(sandbox: Sandbox, programs: dict[str, str]) -> Iterator[tuple[str, Execution]]:
    names = list(programs)
    for done in sandbox.run(Job(n, programs[name], (_GRID,)) for n, name in enumerate(names)):
        yield names[done.key], done


def programs_per_second(*, seconds: float = 2.0, unconfined: bool = False) -> float:
    """Short programs a second with one worker."""
    with Sandbox(SandboxConfig(limits=_LIMITS, unconfined=unconfined)) as sandbox:
        started, count = time.monotonic(), 0
        while time.monotonic() < started + seconds:
            count += sum(1 for _ in sandbox.run(Job(n, _HONEST["numpy"], (_GRID,) * 4) for n in range(100)))
        return count / (time.monotonic() - started)
