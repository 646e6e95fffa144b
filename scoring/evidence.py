"""Evidence for a program beyond its training pairs: how it does on copies of the task.

A copy shows the task turned, mirrored or with its colours exchanged. A program whose rule has nothing to do
with directions and colours gives the same answers on all of them, seen from the task's own side. Recolouring
changes only colours that the program's source does not name, and never colour 0. The order of the training
pairs is no copy of its own: a program sees one grid at a time.

`inference/run/judge.py` measures it, since that needs the sandbox; here is what to run, and what follows.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from arc import Augmentation, Grid, Task, same_grid
from arc.augment import DIHEDRAL, IDENTITY
from arc.grid import COLOURS

_SHARES = ("turned", "turned_tests", "recoloured", "recoloured_tests")
_SHIFTS = (1, 4)  # places by which the colours that may change move among themselves


@dataclass(frozen=True)
class ProgramEvidence:
    """Evidence on a program beyond its verdict; None where it was not measured.

    `turned` is the share of the training pairs of the seven turned and mirrored copies that the program
    reproduces, `turned_tests` the share of their test inputs for which it gives its own test output, seen in
    the copy. `recoloured` and `recoloured_tests` are the same for recoloured copies. `nodes` counts the nodes
    of the source's syntax tree: a description length for programs of any origin.
    """

    turned: float | None = None
    turned_tests: float | None = None
    recoloured: float | None = None
    recoloured_tests: float | None = None
    nodes: int | None = None

    @property
    def text(self) -> str:
        """The evidence in words."""
        parts = [
            f"{name} {pairs:.0%} of pairs, {tests:.0%} of tests"
            for name, pairs, tests in (
                ("turned", self.turned, self.turned_tests),
                ("recoloured", self.recoloured, self.recoloured_tests),
            )
            if pairs is not None and tests is not None
        ]
        return "; ".join(parts + ([f"{self.nodes} nodes"] if self.nodes is not None else []))


def mean_evidence(found: Sequence[ProgramEvidence]) -> ProgramEvidence | None:
    """The mean evidence on several programs, with the fewest nodes; None for no programs."""
    if not found:
        return None
    shares = [_mean([getattr(one, name) for one in found]) for name in _SHARES]
    fewest = min((one.nodes for one in found if one.nodes is not None), default=None)
    return ProgramEvidence(shares[0], shares[1], shares[2], shares[3], fewest)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def copies(source: str) -> tuple[Augmentation, ...]:
    """The views in which to run a program: the seven symmetries, then recolourings that leave its colours."""
    turned = tuple(Augmentation(symmetry) for symmetry in range(1, DIHEDRAL))
    named = _whole_numbers(source)
    free = [colour for colour in range(1, COLOURS) if colour not in named]
    recoloured = []
    for shift in _SHIFTS if len(free) > max(_SHIFTS) else ():
        colours = list(IDENTITY.colours)
        for place, colour in enumerate(free):
            colours[colour] = free[(place + shift) % len(free)]
        recoloured.append(Augmentation(colours=tuple(colours)))
    return (*turned, *recoloured)


def measured(
    task: Task,
    source: str,
    own_tests: Sequence[Grid | None],
    views: Sequence[Augmentation],
    outputs: Sequence[Sequence[Grid | None]],
) -> ProgramEvidence:
    """The evidence of a program's outputs on copies of `task`.

    `outputs[n]` are those on view n of the task's inputs (training, then test), brought back to the task's
    own view; `own_tests` what the program gives for the test inputs as they are.
    """
    wanted = (*task.train_outputs, *own_tests)
    count = len(task.train)
    groups: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for view, made in zip(views, outputs, strict=True):
        hits = [same_grid(grid, right) for grid, right in zip(made, wanted, strict=True)]
        shares = sum(hits[:count]) / count, sum(hits[count:]) / len(own_tests)
        groups[view.symmetry == 0].append(shares)
    return ProgramEvidence(*_means(groups[False]), *_means(groups[True]), nodes(source))


def _means(shares: Sequence[tuple[float, float]]) -> tuple[float | None, float | None]:
    if not shares:
        return None, None
    pairs, tests = zip(*shares, strict=True)
    return sum(pairs) / len(pairs), sum(tests) / len(tests)


def nodes(source: str) -> int | None:
    """The nodes of a source's syntax tree, None for a source that can't be parsed."""
    tree = _parsed(source)
    return None if tree is None else sum(1 for _ in ast.walk(tree))


def _whole_numbers(source: str) -> set[int]:
    """The whole numbers that a source names; all colours for one that can't be parsed."""
    tree = _parsed(source)
    if tree is None:
        return set(range(COLOURS))
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is int
    }


def _parsed(source: str) -> ast.AST | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
