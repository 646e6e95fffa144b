"""Evidence beyond the training pairs, measured by the real sandbox on copies of a task."""

import pytest

from arc import Augmentation, Pair, Task, as_grid
from inference.run.judge import Judge
from sandbox import Sandbox, SandboxConfig
from scoring.contract import Candidate, VerdictKind
from scoring.evidence import ProgramEvidence, copies

GRIDS = [[[1, 0, 0], [2, 5, 0]], [[0, 3, 4], [0, 0, 6]], [[7, 0, 1], [8, 0, 0]]]
TURN = Task(
    "turn",
    tuple(Pair(as_grid(grid), as_grid([row[::-1] for row in grid[::-1]])) for grid in GRIDS[:2]),
    (Pair(as_grid(GRIDS[2]), None),),
)
FLIP = Task(
    "flip",
    tuple(Pair(as_grid(grid), as_grid([row[::-1] for row in grid])) for grid in GRIDS[:2]),
    (Pair(as_grid(GRIDS[2]), None),),
)


def probe(task: Task, source: str, view: Augmentation | None = None) -> ProgramEvidence:
    candidate = Candidate(task.id, "s", 0, source, view or Augmentation())
    with Sandbox(SandboxConfig()) as sandbox:
        judge = Judge(sandbox, probes=True)
        judge.submit(candidate, task, "k")
        found = []
        while judge.pending:
            for judgement in judge.collect(1.0):
                assert judgement.verdict.kind is VerdictKind.VERIFIED
            found += judge.probed()
    assert [(one.task_id, one.key) for one in found] == [(task.id, "k")]
    return found[0].evidence


def test_half_a_turn_commutes_with_every_copy() -> None:
    found = probe(TURN, "def transform(grid):\n    return grid[::-1, ::-1]\n")
    assert found == ProgramEvidence(1.0, 1.0, 1.0, 1.0, found.nodes)
    assert found.nodes and found.nodes > 10


def test_a_flip_commutes_with_the_copies_that_keep_its_axis() -> None:
    # of the seven, the half turn and two mirrorings keep left and right on one axis
    found = probe(FLIP, "def transform(grid):\n    return grid[:, ::-1]\n")
    assert (found.turned, found.turned_tests) == (3 / 7, 3 / 7)
    assert (found.recoloured, found.recoloured_tests) == (1.0, 1.0)


def test_what_was_learned_by_heart_does_not_commute() -> None:
    table = {str(grid): [row[::-1] for row in grid] for grid in GRIDS[:2]}
    source = f"def transform(grid):\n    return {table}.get(str(grid.tolist()), [[0]])\n"
    found = probe(FLIP, source)
    assert found.turned == 0.0
    assert found.recoloured is None, "its source names every colour that there is"


def test_a_program_written_in_a_view_is_run_in_it() -> None:
    seen = Augmentation(1)  # a quarter turn: left and right are up and down there
    found = probe(FLIP, "def transform(grid):\n    return grid[::-1]\n", seen)
    assert (found.turned, found.recoloured) == (3 / 7, 1.0)


def test_copies_that_take_too_long_leave_the_nodes_alone() -> None:
    slow = (
        "def transform(grid):\n    while grid.shape[0] > grid.shape[1]:\n        pass\n"
        "    return grid[:, ::-1]\n"
    )
    found = probe(FLIP, slow)
    assert found == ProgramEvidence(nodes=found.nodes) and found.nodes


def test_recolouring_leaves_the_colours_that_a_source_names() -> None:
    views = copies("def transform(grid):\n    return fill(grid, 3)\n")
    recoloured = [view.colours for view in views if view.symmetry == 0]
    assert len(recoloured) == 2 and len(views) == 9
    assert all(colours[0] == 0 and colours[3] == 3 for colours in recoloured)
    assert all(colours[c] != c for colours in recoloured for c in (1, 2, 4, 5, 6, 7, 8, 9))


@pytest.mark.parametrize("source", ["def transform(grid:", "x = '\0'"])
def test_a_source_that_cannot_be_read_is_only_turned(source: str) -> None:
    assert len(copies(source)) == 7
