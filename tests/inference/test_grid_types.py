"""The grid type belongs to the program: found by reading and by trying, on the real sandbox."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from arc import GridType, Pair, Task, as_grid, load_dataset, same_grid
from inference.run.judge import Judge
from sandbox import Limits, Sandbox, SandboxConfig
from scoring.contract import Candidate, Verdict, VerdictKind
from scoring.grid_types import likely_grid_types

ARRAY, LIST, TUPLE = GridType
TEXT = Path(__file__).with_name("data").joinpath("grid_types.txt").read_text()
PROGRAMS = re.findall(r"^=== (\w+) (\w+)\n(.*?)(?=^===|\Z)", TEXT, re.MULTILINE | re.DOTALL)


def judge_all(candidates: Sequence[Candidate], tasks: Mapping[str, Task]) -> list[Verdict]:
    """The verdicts of candidates, in their order."""
    found: dict[int, Verdict] = {}
    with Sandbox() as sandbox:
        judge = Judge(sandbox)
        for number, candidate in enumerate(candidates):
            judge.submit(candidate, tasks[candidate.task_id], str(number))
        while judge.pending:
            found |= {int(done.key): done.verdict for done in judge.collect(1.0)}
    return [found[number] for number in range(len(candidates))]


def test_a_verdict_does_not_wait_for_the_programs_submitted_later() -> None:
    """A right program's second run, and a wrong one's other grid types, come before what waits.

    Another may have begun before each of these runs was asked for, so up to three come in between.
    """
    grid = as_grid([[1, 2], [3, 4]])
    task = Task("made", (Pair(grid, as_grid(grid[::-1])),), (Pair(grid, None),))
    slow = "def transform(grid):\n    while True:\n        pass  # {0}\n    return [{0}]\n"
    sources = ["def transform(grid):\n    return grid[::-1]\n", "def transform(grid):\n    return grid\n"]
    sources += [slow.format(number) for number in range(8)]
    settled = []
    with Sandbox(SandboxConfig(limits=Limits(cpu_seconds=0.3))) as sandbox:
        judge = Judge(sandbox)
        for number, source in enumerate(sources):
            judge.submit(Candidate("made", "m", number, source), task, str(number))
        while judge.pending:
            settled += [(done.key, done.verdict.kind) for done in judge.collect(1.0)]
    kinds = dict(settled)
    assert (kinds.pop("0"), kinds.pop("1")) == (VerdictKind.VERIFIED, VerdictKind.WRONG)
    assert set(kinds.values()) == {VerdictKind.TIMEOUT} and len(kinds) == 8
    assert {"0", "1"} <= {key for key, _ in settled[:5]}


def test_no_right_program_is_lost_whatever_it_takes() -> None:
    tasks = {task.id: task for task in load_dataset("arc-agi-1/development")}
    assert len(PROGRAMS) >= 60 and {style for _, style, _ in PROGRAMS} == {"list", "tuple", "array"}
    candidates = [Candidate(task_id, "m", n, source) for n, (task_id, _, source) in enumerate(PROGRAMS)]
    verdicts = judge_all(candidates, tasks)
    lost = [
        (PROGRAMS[n][:2], verdict.kind, verdict.error)
        for n, verdict in enumerate(verdicts)
        if verdict.kind is not VerdictKind.VERIFIED
    ]
    assert lost == []
    for (task_id, _, _), verdict in zip(PROGRAMS, verdicts, strict=True):
        outputs = [pair.answer for pair in tasks[task_id].test]
        assert all(map(same_grid, verdict.test_outputs, outputs)), task_id
    arrays = [v.grid_type for (_, style, _), v in zip(PROGRAMS, verdicts, strict=True) if style == "array"]
    assert set(arrays) == {ARRAY}


GRID = as_grid([[1, 2], [3, 4]])
DOUBLE = Task("t", (Pair(GRID, as_grid([[1, 2, 1, 2], [3, 4, 3, 4]])),) * 2, (Pair(GRID, None),))


@pytest.mark.parametrize(
    ("source", "forced", "kind", "held"),
    [
        ("def transform(grid): return [row + row for row in grid]", None, "verified", LIST),
        ("def transform(grid): return [row + row for row in grid]", ARRAY, "wrong", ARRAY),
        ("def transform(grid): return tuple({r: r + r for r in grid}.values())", None, "verified", TUPLE),
        # neither of them right: the more telling verdict stands, and the type that it was found with
        ("def transform(grid): return [row + row[:1] for row in grid]", None, "wrong", LIST),
        ("def transform(grid): return grid.shape", None, "invalid", ARRAY),
        ("def transform(grid): return nothing", None, "error", ARRAY),
    ],
)
def test_the_verdict_says_which_type_held(
    source: str, forced: GridType | None, kind: str, held: GridType | None
) -> None:
    (verdict,) = judge_all([Candidate("t", "m", 0, source, grid_type=forced)], {"t": DOUBLE})
    assert (verdict.kind, verdict.grid_type) == (kind, held)


@pytest.mark.parametrize(
    ("source", "types"),
    [
        ("def transform(grid: List[List[int]]): return f(grid)", (LIST, ARRAY, TUPLE)),
        ("def transform(grid: list[list[int]]): return f(grid)", (LIST, ARRAY, TUPLE)),
        (
            "Grid = typing.List[typing.List[int]]\ndef transform(grid: Grid): return f(grid)",
            (LIST, ARRAY, TUPLE),
        ),
        ("def transform(grid: 'np.ndarray'): return f(grid)", (ARRAY, LIST, TUPLE)),
        ("def transform(grid: np.ndarray): return f(grid)", (ARRAY, LIST, TUPLE)),
        ("def transform(grid: Tuple[Tuple[int, ...], ...]): return f(grid)", (TUPLE, ARRAY, LIST)),
        ("def transform(grid): return f(grid)", (ARRAY, LIST, TUPLE)),
        ("def transform(grid): return [[grid[r][0]] for r in range(len(grid[0]))]", (LIST, ARRAY, TUPLE)),
        ("import numpy as np\ndef transform(grid): return np.zeros(len(grid[0]))", (ARRAY, LIST, TUPLE)),
        ("import numpy as np\ndef transform(grid): return [[grid[0][0]]]", (LIST, ARRAY, TUPLE)),
        ("from dsl import *\ndef solve(I): return hmirror(I)", (TUPLE, ARRAY, LIST)),
        ("def transform(g): return [r for r in g if r == (1, 1)]", (TUPLE, ARRAY, LIST)),
        ("def transform(g): return [r for r in g if (r, 1) == (1, 1)]", (LIST, ARRAY, TUPLE)),
        ("def transform(g): return tuple(r for r in g)", (TUPLE, ARRAY, LIST)),
        ("from common import *\ndef transform(g): return blank(np.array([0]), g)", (ARRAY, LIST, TUPLE)),
        # what can only be an array, or becomes one at once, is not run again
        ("def transform(grid): return grid.shape", (ARRAY,)),
        ("def transform(grid): return grid[:, ::-1]", (ARRAY,)),
        ("def transform(grid):\n    grid = np.array(grid)\n    return grid[0]", (ARRAY,)),
        ("def transform(grid):\n    a = np.asarray(grid)\n    return a + a", (ARRAY,)),
        ("from omniarc import *\ndef transform(grid): return crop(grid)", (ARRAY,)),
        ("transform = lambda g: g.T", (ARRAY,)),
        (
            "def other(g: list): pass\ndef helper(a): pass\ndef transform(x: tuple): pass",
            (TUPLE, ARRAY, LIST),
        ),
        ("def transform(", (ARRAY,)),
        ("(" * 5000, (ARRAY,)),
        ("\0", (ARRAY,)),
        # annotations that are too deep for recursion, or too large to be written out
        ("def transform(grid: " + "1 + " * 800 + "int): return grid", (ARRAY, LIST, TUPLE)),
        ("def transform(grid: a" + ".b" * 900 + ".list): return grid", (LIST, ARRAY, TUPLE)),
        ("def transform(grid: list" + "[0]" * 900 + "): return grid", (LIST, ARRAY, TUPLE)),
        ("def transform(grid: 0x" + "F" * 6000 + "): return grid", (ARRAY, LIST, TUPLE)),
        ("A = [0x" + "F" * 6000 + "]\ndef transform(grid: A): return grid", (LIST, ARRAY, TUPLE)),
        ("def transform(grid: 'typing.Tuple[int]' | None): return grid", (TUPLE, ARRAY, LIST)),
        ("", (ARRAY, LIST, TUPLE)),
    ],
)
def test_the_likeliest_type_comes_first(source: str, types: tuple[GridType, ...]) -> None:
    assert likely_grid_types(source) == types


def test_the_named_entry_point_is_read() -> None:
    source = "def p(g: list): return g\ndef transform(g): return g.shape"
    assert likely_grid_types(source, "p")[0] is LIST
