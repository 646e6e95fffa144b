"""No program shows in the run of the next one, nor does what gets past the language layer.

`contamination.txt` holds pairs: what marks, and what would see it. `escapes.txt` holds single programs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arc import as_grid
from sandbox import Execution, Job, Limits, Policy, Sandbox, SandboxConfig, Status
from tests.sandbox.conftest import Program, read_programs

GRID = as_grid([[1, 2], [3, 4]])
LIMITS = Limits(cpu_seconds=2.0, wall_seconds=10.0, memory_mb=256)
SHELF = """
import functools, itertools
from collections import deque
import numpy as np
class Shelf:
    ITEMS = [1, 2, 3]
    @staticmethod
    @functools.lru_cache
    def cached(n): return [n]
class Obj:
    n = 1
OBJ = Obj()
def acc(x, out=[]):
    out.append(x)
    return out
def _make():
    store = {}
    def memo(n): return store.setdefault(n, [n])
    return memo
memo = _make()
NESTED = [[1], [2]]
TUP = ([1], [2])
RNG = np.random.default_rng(0)
COUNT = itertools.count()
DQ = deque([1])
BA = bytearray(b"\\x01\\x02")
CELLS = np.ones(3, int)
OA = np.empty(1, object)
OA[0] = [1]
"""


def cases(name: str) -> list[Any]:
    return [pytest.param(program, id=program.name) for program in read_programs(name)]


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, Sandbox]]:
    """Sandboxes of one worker, so that two programs in a row share a process: without and with a library."""
    shelf = tmp_path_factory.mktemp("library") / "shelf.py"
    shelf.write_text(SHELF)
    plain = SandboxConfig(limits=LIMITS)
    with Sandbox(plain) as bare, Sandbox(SandboxConfig(limits=LIMITS, libraries=(str(shelf),))) as shelved:
        yield {False: bare, True: shelved}


def run(sandbox: Sandbox, *sources: str) -> list[Execution]:
    jobs = [Job(number, source, (GRID,)) for number, source in enumerate(sources)]
    return sorted(sandbox.run(jobs), key=lambda execution: execution.key)


def seen(execution: Execution) -> tuple[Status, str, list[list[int]] | None]:
    grid = execution.outputs[0]
    return execution.status, execution.error, None if grid is None else grid.tolist()


@pytest.mark.parametrize("pair", cases("contamination"))
def test_the_next_program_runs_as_if_alone(one_worker: dict[bool, Sandbox], pair: Program) -> None:
    sandbox = one_worker["library" in pair.options]
    marking, probing = pair.source.split("----\n")
    (clean,) = run(sandbox, probing)
    assert seen(run(sandbox, marking, probing)[1]) == seen(clean)


PROBE = """
import os, random, sys, time
import numpy as np
from collections import Counter
def transform(g):
    seen = [random.random(), time.time(), len([1]), np.pi, np.rot90(g).tolist(), dict(os.environ)]
    seen += [sys.getrecursionlimit(), Counter("aab"), sorted(vars(np.ndarray)), sorted(vars(np)), sys.argv]
    return [[int(figure) for figure in str(abs(hash(repr(seen))))]]
"""


def test_what_gets_past_the_language_layer_touches_nobody(one_worker: dict[bool, Sandbox]) -> None:
    """304 ways to the interpreter's inside, most of which lead there: no program beside them sees it."""
    sandbox = one_worker[False]
    escapes = [program.source for program in read_programs("escapes")]
    assert len(escapes) > 300
    (clean,) = run(sandbox, PROBE)
    assert clean.status is Status.OK, clean.error
    zygotes = set(sandbox._controls)
    executions = run(sandbox, *(source for escape in escapes for source in (escape, PROBE)))
    assert {str(seen(execution)) for execution in executions[1::2]} == {str(seen(clean))}
    assert zygotes <= set(sandbox._controls)


DEEDS = {
    "random._os.listdir('/')": "os.listdir()",
    "operator.attrgetter('_os.system')(random)('ls')": "os.system()",
    "np.load('x.npy')": "open()",
    "np.loadtxt('x.txt')": "import of",
    "np.arange(3).tofile('x')": "open()",
    "pathlib.Path('x').read_text()": "open()",
    "pathlib.Path('x').mkdir()": "os.mkdir()",
    "logging.FileHandler('x')": "open()",
    "getattr(random, '_o' + 's').fork()": "os.fork()",
}


@pytest.mark.parametrize("deed", DEEDS)
def test_deeds_are_refused_whoever_asks_for_them(one_worker: dict[bool, Sandbox], deed: str) -> None:
    modules = "logging, operator, pathlib, random"
    source = f"import {modules}\nimport numpy as np\ndef transform(g):\n    {deed}\n    return g"
    (execution,) = run(one_worker[False], source)
    assert execution.status is Status.REJECTED
    assert DEEDS[deed] in execution.error and "(line 4)" in execution.error


def test_a_program_may_ask_for_larger_processes_while_there_are_any() -> None:
    source = (
        "import os, struct\ndef transform(grid):\n"
        "    body = struct.pack('<H', 1) + b'\\0\\0' + struct.pack('<I', 0)\n"
        "    os.write(0, struct.pack('<BBI', 0xA7, 255, len(body)) + body)\n"
        "    while True: pass"
    )
    with Sandbox(SandboxConfig(policy=Policy.KERNEL, limits=LIMITS)) as sandbox:
        (execution,) = run(sandbox, source)
    assert execution.status is Status.CRASHED


def test_a_program_that_has_answered_is_ended() -> None:
    source = (
        "import os, struct\ndef transform(grid):\n"
        "    body = struct.pack('<H', 1) + bytes([1, 1, 5]) + struct.pack('<I', 0)\n"
        "    os.write(0, struct.pack('<BBI', 0xA7, 0, len(body)) + body)\n"
        "    while True: pass"
    )
    with Sandbox(SandboxConfig(policy=Policy.KERNEL, limits=LIMITS)) as sandbox:
        (execution,) = run(sandbox, source)
        assert seen(execution) == (Status.OK, "", [[5]])
        before = sandbox.cpu_seconds()
        time.sleep(0.3)
        run(sandbox, "def transform(g): return g")  # and has the other reaped
        assert sandbox.cpu_seconds() - before < 0.2


def test_a_finaliser_costs_the_next_program_nothing(one_worker: dict[bool, Sandbox]) -> None:
    """A generator in a reference cycle runs its `finally` whenever the collector comes by."""
    marking = (
        "def endless():\n    try:\n        yield\n    finally:\n        while True: pass\n"
        "def transform(g):\n    x = endless(); next(x)\n    ring = [x]; ring.append(ring)\n    return g"
    )
    probing = "def transform(g):\n    junk = [[] for _ in range(3000)]\n    return g"
    assert run(one_worker[False], marking, probing)[1].status is Status.OK


def test_a_library_leaves_no_file_open_to_candidates(tmp_path: Path) -> None:
    library = tmp_path / "keeper.py"
    opened = "\n".join(f"{name} = os.open(__file__, 0)" for name in "abc")
    library.write_text(f"import os\n{opened}\nos.close(a)\n")
    source = (
        "import os, keeper\ndef transform(g):\n    for number in range(1, 64):\n"
        "        try:\n            os.read(number, 1)\n            return [[6, 6, 6]]\n"
        "        except OSError:\n            pass\n    return [[0]]"
    )
    with Sandbox(SandboxConfig(policy=Policy.KERNEL, limits=LIMITS, libraries=(str(library),))) as sandbox:
        assert seen(run(sandbox, source)[0])[2] == [[0]]


@pytest.mark.parametrize(
    "trick", ["__class__ = property(lambda self: 1 / 0)", "__class__ = property(lambda self: MemoryError)"]
)
def test_an_error_that_lies_about_its_class_is_an_error(one_worker: dict[bool, Sandbox], trick: str) -> None:
    source = f"class E(Exception):\n    {trick}\ndef transform(g): raise E()"
    assert run(one_worker[False], source)[0].status is Status.ERROR


def test_error_lines_hold_no_control_characters(one_worker: dict[bool, Sandbox]) -> None:
    source = "def transform(g): raise ValueError('\\x1b[2J\\x1b]0;x\\x07\\u202e')"
    assert run(one_worker[False], source)[0].error.isprintable()


def test_the_library_is_where_the_pairs_expect_it(one_worker: dict[bool, Sandbox]) -> None:
    source = "import shelf\ndef transform(g): return [[len(shelf.Shelf.ITEMS)]]"
    assert seen(run(one_worker[True], source)[0])[2] == [[3]]
