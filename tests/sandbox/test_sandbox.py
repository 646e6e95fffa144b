"""The sandbox as its users see it: statuses, limits, libraries, order, recovery."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from arc import GridType, as_grid
from sandbox import (
    Job,
    Limits,
    Policy,
    Sandbox,
    SandboxConfig,
    SandboxError,
    Status,
    normalise,
)
from sandbox.preload import PROFILES, profile_for
from tests.sandbox.conftest import GRID, run


@pytest.mark.parametrize(
    ("source", "status", "error"),
    [
        ("def transform(g): return g", Status.OK, ""),
        ("def transform(g): return g / 0 * 0", Status.INVALID, "fractions"),
        ("def transform(g):\n    x = 1\n    raise KeyError('k')", Status.ERROR, "KeyError: 'k' (line 3)"),
        ("def transform(g): return None", Status.INVALID, "NoneType"),
        ("def other(g): return g", Status.UNPARSABLE, "transform, task or solve"),
        ("transform = 5", Status.UNPARSABLE, "transform, task or solve"),
        ("def transform(g: return g", Status.UNPARSABLE, "SyntaxError"),
        ("x\0y", Status.UNPARSABLE, "null bytes"),
        ("\ud800", Status.UNPARSABLE, "surrogates"),
        ("", Status.UNPARSABLE, "transform, task or solve"),
        ("import os\ndef transform(g): return g", Status.OK, ""),
        (
            "import os\ndef transform(g): return os.listdir('/')",
            Status.REJECTED,
            "os.listdir() is not allowed: programs have no 'listdir' of the module 'os' (line 2)",
        ),
        ("def transform(g): return g.__globals__", Status.REJECTED, "Line 1"),
        ("def transform(g): raise SystemExit(1)", Status.ERROR, "SystemExit"),
        ("def transform(g): raise KeyboardInterrupt", Status.ERROR, "KeyboardInterrupt"),
        ("def transform(g): raise MemoryError", Status.MEMORY, "MemoryError"),
        ("def transform(g): return transform(g)", Status.ERROR, "RecursionError"),
        ("raise ValueError('at import')", Status.ERROR, "at import (line 1)"),
    ],
)
def test_statuses(sandbox: Sandbox, source: str, status: Status, error: str) -> None:
    (execution,) = run(sandbox, source)
    assert execution.status is status
    assert error in execution.error and "\n" not in execution.error


def test_outputs_where_there_are_some(sandbox: Sandbox) -> None:
    source = "calls = []\ndef transform(g):\n    calls.append(1)\n    return g if len(calls) != 2 else 1 / 0"
    (execution,) = run(sandbox, source, inputs=3)
    assert execution.status is Status.ERROR and "ZeroDivisionError" in execution.error
    assert [grid is not None for grid in execution.outputs] == [True, False, True]


def test_entry_points(sandbox: Sandbox) -> None:
    names = ("solve", 3), ("task", 2), ("transform", 1), ("mine", 4)
    source = "\n".join(f"def {name}(g): return [[{number}]]" for name, number in names)
    (first,) = run(sandbox, source)
    (named,) = run(sandbox, source, entry_point="mine")
    (absent,) = run(sandbox, source, entry_point="absent")
    assert first.outputs[0] is not None and first.outputs[0].tolist() == [[1]]
    assert named.outputs[0] is not None and named.outputs[0].tolist() == [[4]]
    assert absent.status is Status.UNPARSABLE and "absent" in absent.error


def test_grid_types(sandbox: Sandbox) -> None:
    tell = "def transform(g): return [[{'ndarray': 1, 'list': 2, 'tuple': 3}[type(g).__name__]]]"
    for number, kind in enumerate((GridType.ARRAY, GridType.LIST, GridType.TUPLE), 1):
        (execution,) = run(sandbox, tell, grid_type=kind)
        assert execution.outputs[0] is not None and execution.outputs[0].tolist() == [[number]]
    (whole,) = run(sandbox, "def transform(g): return [[int(g.dtype == 'int64')]]")
    assert whole.outputs[0] is not None and whole.outputs[0].tolist() == [[1]]


# Each leaves a mark that the second would see.
MARKS = {
    "numpy attribute": ("import numpy as np\nnp.pi = 7", "import numpy as np\ndef f(): return int(np.pi)", 3),
    "numpy function": (
        "import numpy as np\ndef g():\n    m = np\n    m.rot90 = lambda *a: 5\ng()",
        "import numpy as np\ndef f(): return 0 if np.shape(np.rot90(np.eye(2))) == (2, 2) else 5",
        0,
    ),
    "numpy errors": (
        "import numpy as np\nnp.seterr(all='raise')",
        "import numpy as np\ndef f():\n    np.array([1.0]) / np.array([0.0])\n    return 3",
        3,
    ),
    "numpy printing": (
        "import numpy as np\nnp.set_printoptions(precision=1, threshold=3)",
        "import numpy as np\ndef f(): return len(str(np.arange(9))) % 10",
        9,
    ),
    "random": ("import random\nrandom.seed(99)", "import random\ndef f(): return random.randint(0, 9)", 6),
    "numpy random": (
        "import numpy as np\nnp.random.seed(99)",
        "import numpy as np\ndef f(): return np.random.randint(10)",
        5,
    ),
    "recursion limit": (
        "import sys\nsys.setrecursionlimit(50)",
        "def d(n): return n if n < 1 else d(n - 1)\ndef f(): return d(300)",
        0,
    ),
    "class attribute": (
        "from collections import Counter\nCounter.most_common = lambda self, n=None: 1 / 0",
        "from collections import Counter\ndef f(): return Counter('aab').most_common(1)[0][1]",
        2,
    ),
    "global name": ("leak = 8", "def f(): return 8 if 'leak' in dir() else 1", 1),
    "built-in": ("len = lambda x: 9", "def f(): return len([1])", 1),
    "attribute by setattr": (
        "import numpy as np\nsetattr(np, 'e', 8)",
        "import numpy as np\ndef f(): return int(np.e)",
        2,
    ),
    "library list": (
        "import shelf\nshelf.ITEMS.append(4)",
        "import shelf\ndef f(): return len(shelf.ITEMS)",
        3,
    ),
    "library array": (
        "import shelf\nshelf.CELLS[0] = 9",
        "import shelf\ndef f(): return int(shelf.CELLS[0])",
        1,
    ),
    "library cache": (
        "import shelf\nshelf.cached(1).append(5)",
        "import shelf\ndef f(): return len(shelf.cached(1))",
        1,
    ),
}


@pytest.fixture(scope="module")
def with_library(tmp_path_factory: pytest.TempPathFactory) -> SandboxConfig:
    path = tmp_path_factory.mktemp("library") / "shelf.py"
    path.write_text(
        "import os\nimport functools\nimport numpy as np\nITEMS = [1, 2, 3]\nCELLS = np.ones(3, int)\n"
        "@functools.lru_cache\ndef cached(n): return [n]\ndef flip(g): return g[::-1]\n_private = 1\n"
    )
    return SandboxConfig(libraries=(str(path),), limits=Limits(cpu_seconds=2.0))


@pytest.mark.parametrize("name", MARKS)
def test_no_program_sees_another(
    with_library: SandboxConfig, name: str, request: pytest.FixtureRequest
) -> None:
    before, probe, expected = MARKS[name]
    marking = f"{before}\ndef transform(g): return g"
    probing = f"{probe}\ndef transform(g): return [[f()]]"
    shared = request.getfixturevalue("library_sandbox")
    executions = run(shared, *[marking, probing] * 3)
    got = [execution.outputs[0] for execution in executions[1::2]]
    assert [execution.status for execution in executions[1::2]] == [Status.OK] * 3, executions[1].error
    assert all(grid is not None and grid.tolist() == [[expected]] for grid in got), got


@pytest.fixture(scope="module")
def library_sandbox(with_library: SandboxConfig) -> Iterator[Sandbox]:
    with Sandbox(with_library) as shared:
        yield shared


def test_libraries(library_sandbox: Sandbox) -> None:
    star, named, escape, hidden = run(
        library_sandbox,
        "from shelf import *\ndef transform(g): return flip(g)",
        "import shelf as s\ndef transform(g): return s.flip(g) * s.ITEMS[0]",
        "import shelf\ndef transform(g): return shelf.os.listdir('/')",
        "from shelf import *\ndef transform(g): return os.listdir('/')",
    )
    assert star.status is Status.OK and named.status is Status.OK
    assert star.outputs[0] is not None and star.outputs[0].tolist() == [[4, 5, 6], [1, 2, 3]]
    assert escape.status is Status.REJECTED
    assert hidden.status is Status.REJECTED and "os.listdir()" in hidden.error


@pytest.mark.parametrize("order", [("dsl", "arc_types", "shapes"), ("shapes", "arc_types", "dsl")])
def test_libraries_in_any_order(tmp_path: Path, order: tuple[str, ...]) -> None:
    (tmp_path / "arc_types.py").write_text("from typing import Tuple\nGrid = Tuple[Tuple[int]]\nSIZE = 2\n")
    (tmp_path / "shapes.py").write_text("from scipy.ndimage import label\nfrom arc_types import *\n")
    (tmp_path / "dsl.py").write_text(
        "from arc_types import *\nimport shapes\ndef parts(g: Grid): return shapes.label(g)[0] * SIZE\n"
    )
    libraries = tuple(str(tmp_path / f"{name}.py") for name in order)
    with Sandbox(SandboxConfig(libraries=libraries)) as sandbox:
        (execution,) = run(sandbox, "from dsl import *\ndef transform(g): return parts(g)")
    assert execution.status is Status.OK, execution.error
    assert execution.outputs[0] is not None and execution.outputs[0].tolist() == [[2, 2, 2], [2, 2, 2]]


def test_libraries_that_wait_for_each_other_or_for_one_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("from two import b\na = 1\n")
    (tmp_path / "two.py").write_text("from one import a\nb = 1\n")
    (tmp_path / "three.py").write_text("from arc_types import Grid\n")
    with pytest.raises(SandboxError, match="libraries import each other: one, two"):
        Sandbox(SandboxConfig(libraries=(str(tmp_path / "one.py"), str(tmp_path / "two.py"))))
    with pytest.raises(SandboxError, match=r"three\.py needs the module 'arc_types', which is not here"):
        Sandbox(SandboxConfig(libraries=(str(tmp_path / "three.py"),)))


def test_a_library_may_import_scipy_when_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "late.py"
    path.write_text("def parts(grid):\n    from scipy.ndimage import label\n    return label(grid)[0]\n")
    with Sandbox(SandboxConfig(libraries=(str(path),))) as sandbox:
        (execution,) = run(sandbox, "from late import *\ndef transform(g): return parts(g)")
    assert execution.status is Status.OK, execution.error


@pytest.mark.parametrize("name", ["numpy", "random", "omniarc", "two words"])
def test_library_names_that_clash(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.py"
    path.write_text("x = 1")
    with pytest.raises(SandboxError, match=r"rename|a library is"):
        Sandbox(SandboxConfig(libraries=(str(path),)))


def test_libraries_that_fail(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="no such library"):
        Sandbox(SandboxConfig(libraries=(str(tmp_path / "absent.py"),)))
    broken = tmp_path / "broken.py"
    broken.write_text("raise ValueError('half written')")
    with pytest.raises(SandboxError, match=r"broken\.py raises ValueError: half written"):
        Sandbox(SandboxConfig(libraries=(str(broken),)))


def test_a_death_costs_the_others_nothing(sandbox: Sandbox) -> None:
    good = "def transform(g): return g"
    loop = "def transform(g):\n    while True: pass"
    overflow = (
        "import functools\ndef transform(g):\n    f = lambda x: x\n"
        "    for _ in range(10**6): f = functools.partial(f)\n    x = []\n"
        "    for _ in range(10**6): x = [x]\n    return x == x.copy()"
    )
    sources = [good, loop, good, overflow, good] * 4
    executions = run(sandbox, *sources)
    for execution in executions:
        source = sources[execution.key]
        if source is good:
            assert execution.status is Status.OK
        elif source is loop:
            assert execution.status is Status.TIMEOUT and "CPU time" in execution.error
        else:
            assert execution.status is not Status.OK


def test_wall_time_is_for_programs_that_wait(kernel_sandbox: Sandbox) -> None:
    (blocked,) = run(kernel_sandbox, "import os\ndef transform(g): os.read(0, 1)")
    assert blocked.status is Status.TIMEOUT and "wall time" in blocked.error


def test_waiting_is_not_hidden_by_a_little_work(kernel_sandbox: Sandbox) -> None:
    """It works for a moment around each end of the wall time, and sleeps in between."""
    source = """
import ctypes
C = ctypes.PyDLL(None)
moment, none = (ctypes.c_long * 2)(0, 10_000_000), ctypes.c_int(0)
def now():
    C.clock_gettime(1, ctypes.byref(read := (ctypes.c_long * 2)()))
    return read[0] + read[1] / 1e9
def transform(grid):
    began = now()
    while True:
        if 0.06 < (now() - began) % 3.0 < 2.94:
            C.syscall(202, ctypes.byref(none), 0x80, 0, moment)
"""
    (execution,) = run(kernel_sandbox, source)
    assert execution.status is Status.TIMEOUT and "wall time" in execution.error
    assert execution.wall_seconds < 6


def test_to_be_queued_for_a_cpu_is_no_waiting() -> None:
    busy = "def transform(g):\n    for _ in range(3 * 10**7): pass\n    return g"
    config = SandboxConfig(workers=8, limits=Limits(cpu_seconds=30.0, wall_seconds=0.75))
    cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cpus)})
    try:
        with Sandbox(config) as crowded:
            executions = run(crowded, *[busy] * 8)
    finally:
        os.sched_setaffinity(0, cpus)
    assert {execution.status for execution in executions} == {Status.OK}
    assert max(execution.wall_seconds - execution.cpu_seconds for execution in executions) > 0.75


def test_memory_limit_is_per_program() -> None:
    config = SandboxConfig(limits=Limits(memory_mb=200))
    hoard = "x = bytearray(120 << 20)\ndef transform(g): return g"
    greedy = "x = bytearray(300 << 20)\ndef transform(g): return g"
    with Sandbox(config) as small:
        executions = run(small, *[hoard, greedy] * 4)
    assert [execution.status for execution in executions] == [Status.OK, Status.MEMORY] * 4


def test_the_memory_of_all_programs_together_is_bounded() -> None:
    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2 >> 20
    with Sandbox(SandboxConfig(workers=8, limits=Limits(memory_mb=half))) as sandbox:
        assert sandbox.layers["programs_at_once"] == 2
        assert {e.status for e in run(sandbox, *["def transform(g): return g"] * 20)} == {Status.OK}


def test_determinism_of_sets_and_random(sandbox: Sandbox) -> None:
    source = (
        "import random\nimport numpy as np\ndef transform(g):\n"
        "    words = list({'a', 'bb', 'ccc', 'dddd', 'eeeee'})\n"
        "    drawn = [random.randint(0, 9) for _ in words]\n"
        "    return [[len(w) for w in words], drawn, np.random.randint(0, 9, 5)]"
    )
    with Sandbox() as another:
        executions = [*run(sandbox, source, source), *run(another, source)]
    grids = [execution.outputs[0] for execution in executions]
    assert all(grid is not None for grid in grids)
    assert len({grid.tobytes() for grid in grids if grid is not None}) == 1


@pytest.mark.parametrize(
    "drawn",
    [
        "random.seed(); drawn = random.getrandbits(64)",
        "random.Random().getrandbits(64)",
        "np.random.default_rng().integers(1 << 60)",
        "np.random.RandomState().randint(1 << 30)",
        "np.random.SeedSequence().entropy",
        "np.random.PCG64().random_raw()",
        "np.random.seed(); drawn = np.random.randint(1 << 30)",
        "uuid.uuid4().int",
        "int.from_bytes(gzip.compress(b'x'), 'big')",
    ],
)
def test_what_a_program_leaves_to_chance_is_the_same_in_each_run(
    sandbox: Sandbox, kernel_sandbox: Sandbox, drawn: str
) -> None:
    source = (
        "import gzip, random, uuid\nimport numpy as np\ndef transform(g):\n"
        f"    drawn = {drawn}\n    return [[int(sign) for sign in str(drawn)]]"
    )
    for chosen in (sandbox, kernel_sandbox):
        if chosen is kernel_sandbox and ("gzip." in drawn or "uuid." in drawn):
            continue  # Python as it is
        first, second = (execution.outputs[0] for execution in run(chosen, source, source))
        assert first is not None and second is not None and first.tolist() == second.tolist()


def test_replaced_functions_of_numpy_read_no_output(sandbox: Sandbox, kernel_sandbox: Sandbox) -> None:
    source = (
        "import numpy as np\ndef transform(g):\n"
        "    np.array = np.asarray = np.frombuffer = lambda *a, **k: g\n    return (g, g)"
    )
    for chosen in (sandbox, kernel_sandbox):
        (execution,) = run(chosen, source)
        assert execution.status is Status.INVALID


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("def transform(g): return [[getattr(g, 'ndim')]]", 2),
        ("from operator import attrgetter\ndef transform(g): return [[attrgetter('T.ndim')(g)]]", 2),
        (
            "from operator import methodcaller\nnames = ['co' + 'nj', 'm' + 'ean']\n"
            "def transform(g): return [[int(methodcaller(names[1])(g))]]",
            3,
        ),
        ("class A: pass\ndef transform(g): return [[len(getattr(A(), '__di' + 'ct__'))]]", 0),
        ("def transform(g): return [[len('{0.real}{name}'.format(1, name='a'))]]", 2),
    ],
)
def test_names_as_text_are_read_as_plainly(sandbox: Sandbox, source: str, value: int) -> None:
    (execution,) = run(sandbox, source)
    assert execution.status is Status.OK, execution.error
    assert execution.outputs[0] is not None and execution.outputs[0].tolist() == [[value]]


def test_a_killed_zygote_is_replaced() -> None:
    with Sandbox(SandboxConfig(workers=1)) as sandbox:
        assert run(sandbox, "def transform(g): return g")[0].status is Status.OK
        (zygote,) = sandbox._controls.values()
        os.kill(zygote.process.pid, signal.SIGKILL)
        executions = run(sandbox, *["def transform(g): return g"] * 50)
        assert {execution.status for execution in executions} == {Status.OK}


def test_nothing_is_left_behind() -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))

    before = descriptors()
    with Sandbox(SandboxConfig(workers=2)) as sandbox:
        pids = [zygote.process.pid for zygote in sandbox._controls.values()]
        sandbox.submit(Job(0, "def transform(g):\n    while True: pass", (GRID,)))
        sandbox.collect(0.05)
    assert descriptors() == before
    while any(os.path.exists(f"/proc/{pid}") for pid in pids):
        time.sleep(0.01)
    with pytest.raises(SandboxError):
        sandbox.submit(Job(0, "", (GRID,)))


def test_submit_and_collect(sandbox: Sandbox) -> None:
    assert sandbox.collect(0.0) == [] and sandbox.pending == 0
    for number in range(20):
        sandbox.submit(Job(number, f"def transform(g): return [[{number % 10}]]", (GRID,)))
    assert sandbox.pending == 20
    seen = []
    while sandbox.pending:
        seen += sandbox.collect(None)
    assert sorted(execution.key for execution in seen) == list(range(20))
    for execution in seen:
        assert execution.outputs[0] is not None and execution.outputs[0].tolist() == [[execution.key % 10]]


def test_too_many_inputs_or_too_long_a_program_is_no_crash(sandbox: Sandbox) -> None:
    (execution,) = run(sandbox, "#" * (20 << 20))
    assert execution.status is Status.REJECTED and "20971520 characters" in execution.error
    assert run(sandbox, "def transform(g): return g")[0].status is Status.OK


def test_kernel_policy_runs_what_the_language_refuses(kernel_sandbox: Sandbox) -> None:
    source = "import os, sys\ndef transform(g): return [[len(os.environ)]]"
    (execution,) = run(kernel_sandbox, source)
    assert execution.status is Status.OK
    assert kernel_sandbox.layers["seccomp"] is True
    assert Policy.KERNEL.value == "kernel"


def test_a_program_that_the_kernel_ends_while_nobody_looks_ran_out_of_time() -> None:
    with Sandbox(SandboxConfig(limits=Limits(cpu_seconds=0.1))) as sandbox:
        sandbox.submit(Job(0, "def transform(g):\n    while True: pass", (GRID,)))
        while not sandbox._running:
            sandbox.collect(0.01)
        (child,) = sandbox._running.values()
        assert child.channel.recv(1, socket.MSG_PEEK) == b""  # it is gone
        (execution,) = sandbox.collect(None)
    assert execution.status is Status.TIMEOUT and "CPU time" in execution.error


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("def f(x):\n    return x+1", "def f( x ) :\n  # note\n  return x + 1\n", True),
        ("def f(x):\n    'doc'\n    return x", "def f(x):\n    return x", True),
        ("x = 'a # b'", "x = 'a'", False),
        ("# one\nx = 1", "  # two\nx = 1", True),
        ("x = '''\n# one\n'''", "x = '''\n# two\n'''", False),
        ("x = 'a\\\n# one\\\n'", "x = 'a\\\n# two\\\n'", False),
        ("def f(x): return x", "def f(y): return y", False),
        ("def f():\n    'only doc'", "def f():\n    pass", True),
        # what one of them is says nothing about the other
        ("def f(x):\n    return x", "  def f(x):\n    return x", False),
        ("def f(x):\n    '1'\n    return f.__doc__", "def f(x):\n    '2'\n    return f.__doc__", False),
        ("'1'\ndef f(x): return __doc__", "'2'\ndef f(x): return __doc__", False),
        ("def f(e): return e.tb_lineno", "\n\ndef f(e): return e.tb_lineno", False),
    ],
)
def test_normalise(left: str, right: str, same: bool) -> None:
    assert (normalise(left) == normalise(right)) is same
    assert normalise(normalise(left)) == normalise(left)


@pytest.mark.parametrize(
    "source", ["(" * 5000 + "1" + ")" * 5000, "-" * 100_000 + "1", "x" * 300_000, "\0", "\ud800"]
)
def test_normalise_survives_anything(source: str) -> None:
    assert isinstance(normalise(source), str)


@pytest.mark.parametrize("text", ["\n", " \n", "import a\n", "from ", "np ", "np.", "scipy.", "scipy "])
def test_the_choice_of_a_process_is_quick_for_any_text(text: str) -> None:
    """A search that goes over the rest of the text from each of its lines would take hours here."""
    assert profile_for(text * (200_000 // len(text)), {}) in PROFILES


def test_inputs_are_copies(sandbox: Sandbox) -> None:
    grid = as_grid(np.zeros((2, 2), int))
    jobs = [Job(n, "def transform(g):\n    g += 1\n    return g", (grid, grid)) for n in range(2)]
    for execution in sandbox.run(jobs):
        assert [output.tolist() for output in execution.outputs if output is not None] == [
            [[1, 1], [1, 1]]
        ] * 2
    assert grid.tolist() == [[0, 0], [0, 0]]


def test_the_supervisor_keeps_its_clock() -> None:
    """Programs have a clock of their own; to import the sandbox does not change the importer's."""
    assert datetime.now(UTC).timestamp() == pytest.approx(time.time(), abs=60)
