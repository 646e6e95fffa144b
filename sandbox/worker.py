"""The supervisor's side of one zygote and of the child it has forked."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.contract import Company, Job, SandboxError
from sandbox.protocol import ResultReader
from sandbox.zygote import FORKED, MESSAGE_BYTES, REAPED, ZygoteConfig

START_SECONDS = 120.0
_ROOT = str(Path(__file__).resolve().parents[1])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from sandbox.zygote import main; main()"
# one thread each: threads cost address space, and children could not use them
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "LC_ALL": "C.UTF-8",
}
# what the interpreter may need to find its own libraries; gone from the process before candidates run
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME")


@dataclass(eq=False)
class Ticket:
    """A submitted job on its way: its number in order of submission, profile, and how often it was tried.

    `company` is the job's, or NONE once it has turned out that it needs that.
    """

    number: int
    job: Job
    profile: str
    company: Company
    tries: int = 0
    sent: float = 0.0


@dataclass(eq=False)
class Child:
    """A forked process that serves jobs over `channel`; `tickets` are those sent and not answered.

    `pid` is None until the zygote tells it. `cpu_base` and `wall_base` are the clocks when the first of
    `tickets` is believed to have started. A `retiring` child gets no more jobs; one that has `retired`
    said so itself and leaves the jobs it still has to others. `usual_seconds` is a moving mean of what its
    jobs took.
    """

    channel: socket.socket
    reader: ResultReader
    taken: int = 0
    pid: int | None = None
    tickets: deque[Ticket] = field(default_factory=deque)
    index: int = 0
    outgoing: bytearray = field(default_factory=bytearray)
    cpu_base: float = 0.0
    wall_base: float = 0.0
    retiring: bool = False
    retired: bool = False
    company: Company = Company.ANY
    usual_seconds: float = 0.001

    def cpu_seconds(self) -> float:
        """CPU time that the process has used, read from the kernel (0 if it is not known)."""
        if not self.pid:
            return 0.0
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0

    def runnable(self) -> bool:
        """True if the process wants the CPU (rather than sleeping), so that slowness is the machine's."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as file:
                return file.read().rpartition(b")")[2].split()[0] == b"R"
        except (OSError, IndexError):
            return False


class Zygote:
    """One zygote process; raises SandboxError if it can't be started as asked."""

    def __init__(self, config: ZygoteConfig) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-s", "-P", "-B", "-c", _START, _ROOT],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**_ENVIRONMENT, **passed},
                    cwd="/",
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise SandboxError(
                    f"can't start a sandbox process: {error}; check {sys.executable}"
                ) from None
        self.control = ours
        self.profile = config.profile
        self.ready = False
        self.forks_awaited = 0
        self.reaps_ignored = 0
        ours.send(config.to_json())

    def wait_ready(self) -> dict[str, Any]:
        """Wait until the zygote is warm; returns its report on the kernel layers."""
        ready, _, _ = select.select([self.control], [], [], START_SECONDS)
        return self.read_report() if ready else self._report(b"")

    def read_report(self) -> dict[str, Any]:
        """The zygote's first message; raises SandboxError if it could not start."""
        try:
            return self._report(self.control.recv(MESSAGE_BYTES))
        except ConnectionError:
            return self._report(b"")

    def _report(self, message: bytes) -> dict[str, Any]:
        if not message:
            self.close()
            raise SandboxError(
                f"a sandbox process did not start (profile {self.profile}); run `omni-arc doctor`"
            )
        report: dict[str, Any] = json.loads(message)
        if "error" in report:
            self.close()
            raise SandboxError(f"a sandbox process could not load its modules: {report['error']}")
        self.ready = True
        return report

    def fork(self, reader: ResultReader, company: Company) -> Child:
        """Ask for a new child (the one before ends); its pid arrives as a message."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            try:
                socket.send_fds(self.control, [b"F"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        self.forks_awaited += 1
        return Child(ours, reader, company=company)

    def ask_to_reap(self) -> None:
        self.control.send(b"R")

    def message(self) -> tuple[bytes, int, float]:
        """The next message: (b"P", pid, 0), (b"X", wait status, CPU seconds), or (b"", 0, 0) at the end."""
        try:
            data = self.control.recv(64)
        except ConnectionError:
            data = b""
        if len(data) == FORKED.size:
            kind, pid = FORKED.unpack(data)
            return kind, pid, 0.0
        if len(data) == REAPED.size:
            kind, status, seconds = REAPED.unpack(data)
            return kind, status, seconds
        return b"", 0, 0.0

    def cpu_seconds(self) -> float:
        """CPU time of the process and of the children it has reaped (in clock ticks); 0 if it is gone."""
        try:
            with open(f"/proc/{self._process.pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            return 0.0
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the process; its child dies with it."""
        self.control.close()
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)
