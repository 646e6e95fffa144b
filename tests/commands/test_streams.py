"""Standard streams that are closed, or whose reader goes away: no failure of the command's own."""

import subprocess
import sys

import pytest

_RUN = "from commands import main; main()"


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """The line in bash, in which `omni` is the command line."""
    function = f'omni() {{ "{sys.executable}" -c "{_RUN}" "$@"; }}; '
    return subprocess.run(["bash", "-c", function + line], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("omni verify - --dataset arc-agi-1/training <&-", 0),
        ("omni datasets arc-agi-1/training >&-", 0),
        ("omni datasets nope 2>&-", 2),
        ("omni datasets nope <&- >&- 2>&-", 2),
    ],
)
def test_a_closed_stream_is_as_dev_null(line: str, code: int) -> None:
    done = shell(line)
    assert done.returncode == code, done.stderr
    assert "internal error" not in done.stdout + done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = shell("omni datasets | head -1; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("arc-agi-1/training")
