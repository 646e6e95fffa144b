"""Real servers on the loopback, waited for as long as they work at coming up."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.known import known


class RealServer:
    """A server process that `command(port)` starts; it can be killed and started again on its port."""

    def __init__(
        self,
        command: Callable[[int], list[str]],
        log: Path,
        health: str,
        environment: dict[str, str] | None = None,
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._command, self._log, self._health = command(self.port), log, health
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is healthy."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_while_it_works(self._process, self._log, self._healthy)

    def kill(self) -> None:
        """Kill it with its engine's process, whatever it is answering."""
        process = known(self._process)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        """End it."""
        process = known(self._process)
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        self.kill()

    def _healthy(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{self._health}", timeout=2) as response:
                return int(response.status) == 200
        except (URLError, OSError):
            return False


def wait_while_it_works(
    process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool], patience: float = 300.0
) -> None:
    """Wait until `ready`; give up when the process wrote and computed nothing for `patience` seconds."""
    seen, since = None, time.monotonic()
    while not ready():
        assert process.poll() is None, log.read_text()[-2000:]
        now = (log.stat().st_size, int(cpu_seconds(process.pid)))
        if now != seen:
            seen, since = now, time.monotonic()
        assert time.monotonic() - since < patience, "the server does nothing any more"
        time.sleep(0.5)


def cpu_seconds(pid: int) -> float:
    """CPU seconds that a process has used, as the kernel counts them."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
