"""Where the kernel lacks a layer, the sandbox says so, refuses or goes on as asked.

The kernel is made to lack it for a process of its own: a seccomp filter refuses the calls that set the layer
up, as an old kernel or a container would.
"""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="system call numbers of x86_64")

_REFUSE_AND_RUN = """
import ctypes, runpy, struct, sys
REFUSED = {"seccomp": (157, 22, 317), "landlock": (None, None, 444)}[sys.argv[1]]
prctl, option, other = REFUSED
step = lambda code, value, yes=0, no=0: struct.pack("<HBBI", code, yes, no, value)
steps = [step(0x20, 0)]
if prctl is not None:
    steps += [step(0x15, prctl, no=4), step(0x20, 16), step(0x15, option, no=1), step(0x06, 0x50026),
              step(0x06, 0x7FFF0000)]
steps += [step(0x15, other, no=1), step(0x06, 0x50026), step(0x06, 0x7FFF0000)]
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
assert libc.prctl(22, 2, ctypes.byref(Program(len(steps), b"".join(steps))), 0, 0) == 0
sys.argv = ["omni-arc", *sys.argv[2:]]
from commands import main
main()
"""


def omni_arc(missing: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run `omni-arc ARGUMENTS` on a kernel that lacks `missing`."""
    return subprocess.run(
        [sys.executable, "-c", _REFUSE_AND_RUN, missing, *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
    )


CANDIDATE = '{"task_id": "007bbfb7", "source": "def transform(grid):\\n    return grid.T"}\n'
VERIFY = ("verify", "-", "--dataset", "arc-agi-1/training")


def test_without_seccomp_nothing_runs_unless_asked_for() -> None:
    refused = omni_arc("seccomp", *VERIFY, given=CANDIDATE)
    assert refused.returncode == 2 and refused.stdout == ""
    assert "no seccomp filter" in refused.stderr and "--unconfined" in refused.stderr
    assert "Traceback" not in refused.stderr
    accepted = omni_arc("seccomp", *VERIFY, "--unconfined", given=CANDIDATE)
    assert accepted.returncode == 0 and '"verdict":"wrong"' in accepted.stdout


def test_without_seccomp_the_language_layer_still_holds() -> None:
    hostile = '{"task_id": "007bbfb7", "source": "def transform(g):\\n    return open(\'/etc/passwd\')"}\n'
    done = omni_arc("seccomp", *VERIFY, "--unconfined", given=hostile)
    assert done.returncode == 0 and '"verdict":"rejected"' in done.stdout


def test_the_doctor_names_a_missing_landlock_and_goes_on() -> None:
    done = omni_arc("landlock", "doctor", "--quick")
    assert "[warn] landlock: missing" in done.stdout
    assert done.returncode == 0 and "FAIL" not in done.stdout
    assert "[ok] seccomp filter" in done.stdout and "[ok] hostile: reads a file: stopped" in done.stdout


def test_the_doctor_fails_without_seccomp() -> None:
    done = omni_arc("seccomp", "doctor", "--quick", "--unconfined")
    assert done.returncode == 1
    assert "[FAIL] seccomp filter: missing" in done.stdout and "NOT STOPPED" in done.stdout
