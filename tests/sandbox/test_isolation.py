"""Isolation: no candidate's process reaches another process, its memory or the supervisor's."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import Sandbox, Status
from tests.sandbox.conftest import GRID, run


def test_zygotes_and_children_share_no_memory_to_write_to(sandbox: Sandbox, kernel_sandbox: Sandbox) -> None:
    found = 0
    for chosen in (sandbox, kernel_sandbox):
        for zygotes in chosen._zygotes.values():
            for zygote in zygotes:
                try:
                    maps = Path(f"/proc/{zygote.process.pid}/maps").read_text().splitlines()
                except PermissionError:
                    pytest.skip("only root reads the maps of a confined process")
                found += len(maps)
                # none is shared, none is code that can be written
                assert not [line for line in maps if "w" in line.split()[1] and "-p" not in line.split()[1]]
    assert found


_MOVED = """
import ctypes, numpy
from pathlib import Path
from sandbox import kernel

def code():
    maps = [line.split() for line in Path("/proc/self/maps").read_text().splitlines()]
    return [line for line in maps if line[1] == "r-xp"]

def text(line):
    start, end = (int(edge, 16) for edge in line[0].split("-"))
    return ctypes.string_at(start, end - start)

before = [(line, text(line)) for line in code() if "python3" in line[-1] or "_multiarray" in line[-1]]
kernel.settle_code()
assert all(text(line) == there for line, there in before)
assert numpy.arange(12).reshape(3, 4).T.sum() == 66
print(len([line for line in code() if len(line) == 5]))
"""


def test_code_on_huge_pages_is_the_same_code() -> None:
    done = subprocess.run([sys.executable, "-c", _MOVED], capture_output=True, text=True, check=True)
    enabled = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    there = enabled.is_file() and "[never]" not in enabled.read_text()
    assert int(done.stdout) > 0 if there else int(done.stdout) == 0


def test_the_supervisors_memory_is_out_of_reach(kernel_sandbox: Sandbox) -> None:
    """A marker held here, as expected outputs are, is nowhere among the objects of a candidate's process."""
    marker = "expected-output-" + "marker"
    source = (
        "import gc\ndef transform(g):\n    want = '-'.join(['expected', 'output', 'marker'])\n"
        "    texts = [r for o in gc.get_objects() for r in gc.get_referents(o) if type(r) is str]\n"
        "    found = sum(r == want and r is not want for r in texts)\n"
        "    return [[min(found, 9)]]"
    )
    (execution,) = run(kernel_sandbox, source)
    assert marker and execution.outputs[0] is not None
    assert execution.outputs[0].tolist() == [[0]]


ATTACKS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def tried(*arguments):
    return libc.syscall(*arguments) != -1
def transform(grid):
    word = ctypes.create_string_buffer(64)
    me, done = os.getpid(), []
    for pid in {1, me - 1, me + 1, me + 2, me + 3, -1, *range(max(2, me - 40), me)}:
        done += [
            tried(62, pid, 0),  # kill
            tried(101, 16, pid, 0, 0),  # ptrace, attach
            tried(434, pid, 0),  # pidfd_open
            tried(302, pid, 7, 0, word),  # prlimit64
            tried(310, pid, word, 1, word, 1, 0),  # process_vm_readv
            tried(311, pid, word, 1, word, 1, 0),  # process_vm_writev
            tried(203, pid, 8, word),  # sched_setaffinity
            tried(141, 0, pid, 19),  # setpriority
        ]
    done += [tried(56, flags, 0, 0, 0, 0) for flags in (17, 0x11, 0x01200011, 0x10900)]  # clone
    done += [tried(47, 0, word, 0), tried(61, -1, 0, 1, 0), tried(436, 1, 9, 0), tried(292, 0, 1, 0)]
    done += [tried(157, 1, 0, 0, 0, 0), tried(157, 4, 1, 0, 0, 0), tried(319, b"x", 0), tried(425, 8, word)]
    done += [tried(202, word, 6, 0, 0, 0, 0), tried(202, word, 5, 1, 1, word, 0)]  # futex: lock_pi, wake_op
    return [[6, 6, 6]] if any(done) else [[0]]
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="system call numbers of x86_64")
def test_no_child_touches_another_process(kernel_sandbox: Sandbox) -> None:
    """Attackers run beside idle and busy siblings, which come out unharmed."""
    busy = "def transform(g):\n    for _ in range(10**6): pass\n    return g"
    sources = [ATTACKS, busy] * 6
    for execution in run(kernel_sandbox, *sources):
        grid = execution.outputs[0]
        assert execution.status is Status.OK and grid is not None, execution.error
        assert grid.tolist() == ([[0]] if execution.key % 2 == 0 else GRID.tolist())


MEETING = """
import ctypes
C = ctypes.PyDLL(None)
C.syscall.restype = ctypes.c_long
place = ctypes.cast(C.getpid, ctypes.c_void_p).value & ~0xFFF  # a page of a file that all have
second = (ctypes.c_long * 2)(1, 0)
def transform(grid):
    value = ctypes.c_uint.from_address(place).value
    woken = C.syscall(202, ctypes.c_void_p(place), 0, value, second, None, 0) == 0 if {waits} else any(
        C.syscall(202, ctypes.c_void_p(place), 1, 99, None, None, 0) > 0 for _ in range(10**5))
    return [[int(woken)]]
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="system call numbers of x86_64")
def test_programs_that_run_together_do_not_meet_in_a_file_that_both_map(kernel_sandbox: Sandbox) -> None:
    sources = [MEETING.format(waits=waits) for waits in (True, False)]
    for execution in run(kernel_sandbox, *sources):
        grid = execution.outputs[0]
        assert grid is not None and grid.tolist() == [[0]], execution.error


def test_a_program_leaves_nothing_in_the_memory_of_the_next(kernel_sandbox: Sandbox) -> None:
    """Its text is searched for in every page in which an object lies, before and after it ran."""
    marked = "word = 'left' + 'behind-by-another'\ndef transform(g): return g"
    search = (
        "import ctypes, gc, re\nmark = re.compile(b'behind[-]by[-]another')\ndef transform(g):\n"
        "    pages = sorted({id(o) >> 12 for o in gc.get_objects()})\n"
        "    hits = sum(len(mark.findall(ctypes.string_at(page << 12, 4096))) for page in pages)\n"
        "    return [[min(9, hits)]]"
    )
    before = run(kernel_sandbox, search)[0].outputs[0]
    run(kernel_sandbox, *[marked] * 8)
    after = run(kernel_sandbox, search)[0].outputs[0]
    assert before is not None and after is not None and before.tolist() == after.tolist() == [[0]]
