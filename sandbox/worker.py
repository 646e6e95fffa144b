"""The supervisor's side of one zygote and of the children that it has forked."""

from __future__ import annotations

import _socket
import array
import ast
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sandbox.contract import Job, SandboxError
from sandbox.zygote import MESSAGE_BYTES, MOST_FORKS, REAPED, ZygoteConfig

START_SECONDS = 120.0
_ROOT = str(Path(__file__).resolve().parents[1])
# the packages' own __init__ modules would load the supervisor's side
_START = """
import sys, types
sys.path.insert(0, sys.argv[1])
for name in ("arc", "sandbox"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [f"{sys.argv[1]}/{name}"]
from sandbox.zygote import main
main()
"""
# one thread each: threads cost address space, and children could not use them
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "LC_ALL": "C.UTF-8",
}
# what the interpreter may need to find its own libraries; gone from the process before candidates run
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME")


@dataclass(eq=False)
class Ticket:
    """A submitted job: its number (the lowest comes first), its profile, and how often it was tried."""

    number: int
    job: Job
    profile: str
    tries: int = 0


class Child:
    """A forked process: idle until it gets its ticket, and ended when that is answered.

    `began` is the wall clock at the job's start, `cpu_began` the CPU seconds that the process had used then;
    `look_at` is the wall clock before which it can't have reached a limit.
    """

    def __init__(self, zygote: Zygote, channel: _socket.socket) -> None:
        self.zygote = zygote
        self.channel = channel
        self.pid = 0
        self.ticket: Ticket | None = None
        self.data = bytearray()
        self.began = self.cpu_began = self.look_at = 0.0

    def cpu_seconds(self) -> float:
        """CPU time that the process has used, read from the kernel (0 if it is gone)."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0

    def queued_seconds(self) -> float:
        """Time that its threads have waited for a CPU, which is the machine's fault (0 if nobody knows)."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        try:
            return sum(int(thread.read_bytes().split()[1]) for thread in threads) / 1e9
        except (OSError, IndexError):
            return 0.0

    def end(self) -> None:
        """Kill the process, whatever it does; its number is its own until the zygote is told to reap it."""
        self.channel.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class Zygote:
    """One zygote process; raises SandboxError if it can't be started as asked.

    `idle` are the children that wait for a job, `coming` those asked for, `dying` those that ended unasked.
    """

    def __init__(self, config: ZygoteConfig) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        with theirs:
            try:
                self.process = subprocess.Popen(
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
                raise SandboxError(f"can't start a process: {error}; check {sys.executable}") from None
        self.control = ours
        self.profile = config.profile
        self.started = time.monotonic()
        self.ready = False
        self.idle: deque[Child] = deque()
        self.coming: deque[Child] = deque()
        self.dying: deque[Child] = deque()
        self._ended = array.array("i")
        self._answers: deque[int] = deque()  # for each message sent: children asked for, 0 for an end
        ours.send(repr(asdict(config)).encode())

    def read_report(self, wait_seconds: float = 0.0) -> dict[str, Any]:
        """The zygote's first message, on the kernel layers; raises SandboxError if it could not start."""
        message = b""
        with contextlib.suppress(ConnectionError):
            if select.select([self.control], [], [], wait_seconds)[0]:
                message = self.control.recv(MESSAGE_BYTES)
        report: dict[str, Any] = ast.literal_eval(message.decode() or "{}")
        self.ready = "seccomp" in report
        if not self.ready:
            self.close()
            fault = report.get("error", "it did not answer; run `omni-arc doctor`")
            raise SandboxError(f"a sandbox process (profile {self.profile}) could not start: {fault}")
        return report

    def ask(self, count: int) -> None:
        """Ask for children, and have those reaped that were ended; raises OSError if the zygote is gone."""
        count = min(count, MOST_FORKS)
        pairs = [_socket.socketpair() for _ in range(count)]
        message = b"F" + self._ended.tobytes()
        try:
            socket.send_fds(self.control, [message], [theirs.fileno() for _, theirs in pairs])
        except OSError:
            for ours, _ in pairs:
                ours.close()
            raise
        finally:
            for _, theirs in pairs:
                theirs.close()
        self.coming += [Child(self, ours) for ours, _ in pairs]
        self._answers.append(count)
        self._ended = array.array("i")

    def forget(self, child: Child) -> None:
        """Note that a child was ended, to be reaped with the others."""
        self._ended.append(child.pid)

    def ask_how_it_ended(self, child: Child) -> None:
        """Have a child reaped that ended by itself; raises OSError if the zygote is gone."""
        self.control.send(b"R" + array.array("i", [child.pid]).tobytes())
        self._answers.append(0)
        self.dying.append(child)

    def hear(self) -> tuple[Child, int, float] | None:
        """Read one message: children that have come, or how a child ended (its wait status, CPU seconds).

        Raises OSError if the zygote is gone.
        """
        message = self.control.recv(MESSAGE_BYTES)
        if not message:
            raise ConnectionError("the zygote is gone")
        if self._answers.popleft() == 0:
            return self.dying.popleft(), *REAPED.unpack(message)
        for pid in array.array("i", message):
            if pid <= 0:
                raise ConnectionError("the zygote can't fork")
            child = self.coming.popleft()
            child.pid = pid
            self.idle.append(child)
        return None

    def cpu_seconds(self) -> float:
        """CPU time of the process and of the children it has reaped (in clock ticks); 0 if it is gone."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return 0.0
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the process; its children die with it."""
        self.control.close()
        for child in (*self.idle, *self.coming):
            child.channel.close()
        self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=10)
