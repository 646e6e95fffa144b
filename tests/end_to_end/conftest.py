"""Runs the real command line in its own process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = str(Path(__file__).resolve().parents[2])
_RUN = "from commands import main; main()"


class CommandLine:
    """`omni-arc` in the directory `folder`, without settings from the environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self, *arguments: object, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
        """The running process."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OMNI_ARC_")}
        return subprocess.Popen(
            [sys.executable, "-c", _RUN, *map(str, arguments)],
            cwd=self.folder,
            env={**kept, "PYTHONPATH": _ROOT, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # a shell's background job ignores Ctrl-C, and so would all that these tests start
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def __call__(
        self, *arguments: object, env: dict[str, str] | None = None, timeout: int = 240
    ) -> subprocess.CompletedProcess[str]:
        """The finished process, with its output as text."""
        process = self.start(*arguments, env=env)
        try:
            out, err = process.communicate(timeout=timeout)
        finally:
            process.kill()
        return subprocess.CompletedProcess([str(one) for one in arguments], process.returncode, out, err)


@pytest.fixture
def omni_arc(tmp_path: Path) -> CommandLine:
    """The command line in an empty directory."""
    return CommandLine(tmp_path)
