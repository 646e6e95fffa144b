"""The programs found for one task: checked by running them, grouped by their answers, ranked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest

import numpy as np

from arc import Grid, Task, grid_key, same_grid
from inference.proposers.search.emission import Program, run_program
from inference.proposers.search.trust import BELIEVED, FAR, STRANGE, changes, confidence, unlike

# how many programs of the best answer are emitted, of the second best, ...
_SHARES = (8, 4, 2, 1, 1, 1, 1, 1)
_GUESSES = 4  # answers given as grids
_DEAREST = 18.0  # no program that cost more was right on tasks that it was not made for
_UNLIKELY = 6.0  # added to the cost of answers that are the input or one colour, or unlike the pairs


@dataclass
class _Answer:
    """One distinct tuple of test outputs and the programs that give it."""

    penalty: float
    grids: tuple[Grid, ...]
    programs: list[Program] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """Minus log2 of the summed weight 2^-cost of its programs."""
        costs = [program.cost for program in self.programs]
        low = min(costs)
        return low - math.log2(sum(2.0 ** (low - cost) for cost in costs)) + self.penalty


def _plain(grid: Grid) -> bool:
    return grid.size > 1 and bool((grid == grid[0, 0]).all())


class Answers:
    """Programs that reproduce the training pairs of `task` and give a grid for every test input."""

    def __init__(self, task: Task) -> None:
        self._inputs = task.inputs
        self._tests = task.test_inputs
        self._changes = changes(zip(task.train_inputs, task.train_outputs, strict=True))
        self._wanted = task.train_outputs
        shapes = {grid.shape for grid in task.train_outputs}
        self._one_size = shapes.pop() if len(shapes) == 1 else None
        self._plain = any(_plain(grid) for grid in task.train_outputs)
        self._colours = {colour for grid in task.train_outputs for colour in np.unique(grid).tolist()}
        self._answers: dict[tuple[bytes, ...], _Answer] = {}
        self._sources: set[tuple[str, ...]] = set()
        self._partial: list[tuple[int, float, Program]] = []

    def __len__(self) -> int:
        return sum(len(answer.programs) for answer in self._answers.values())

    @property
    def best_cost(self) -> float:
        """The cost of the likeliest answer, infinite if there is none."""
        return min((answer.cost for answer in self._answers.values()), default=math.inf)

    @property
    def best_share(self) -> float:
        """The largest share of the training pairs that a program was right on that is wrong on others."""
        return max((-found[0] for found in self._partial), default=0) / len(self._wanted)

    def offer(self, program: Program) -> bool:
        """Run the program; keep it if it is right on the training pairs and valid on the tests."""
        if program.cost > _DEAREST or program.lines in self._sources:
            return False
        self._sources.add(program.lines)
        made, count = run_program(program.lines, self._inputs), len(self._wanted)
        right = sum(map(same_grid, made, self._wanted))
        tests = [grid for grid in made[count:] if grid is not None]
        if not right or len(tests) < len(self._tests):
            return False
        if right < count:
            self._partial.append((-right, program.cost, program))
            return False
        self._take(program, tests)
        return True

    def _take(self, program: Program, tests: Sequence[Grid]) -> None:
        key = tuple([grid_key(grid) for grid in tests])
        if key not in self._answers:
            self._answers[key] = _Answer(self._penalty(tests), tuple(tests))
        self._answers[key].programs.append(program)

    def _penalty(self, outputs: Sequence[Grid]) -> float:
        """Bits against answers: unchanged, plain, of a strange size or colour, or unlike the pairs."""
        tests = changes(zip(self._tests, outputs, strict=True))
        total = _UNLIKELY if unlike(self._changes, tests) else 0.0
        for given, output in zip(self._tests, outputs, strict=True):
            if grid_key(given) == grid_key(output) or (_plain(output) and not self._plain):
                total = max(total, _UNLIKELY)
            wanted = given.shape if len(self._changes) else self._one_size or output.shape
            new = set(np.unique(output).tolist()) - set(np.unique(given).tolist()) - self._colours
            if output.shape != wanted or new:
                total = max(total, STRANGE)
        return total

    def ranked(self) -> Iterator[Program]:
        """The likeliest answers first, each with its cheapest programs: more for a likelier answer.

        An answer's number of programs is its weight where votes are counted, so it is never more than a
        likelier answer's.
        """
        chosen: list[list[Program]] = []
        most = max(_SHARES)
        for answer, share in zip(self._likeliest(), _SHARES, strict=False):
            cheapest = sorted(answer.programs, key=lambda program: program.cost)
            chosen.append(cheapest[: min(share, most)])
            most = len(chosen[-1])
        yield from filter(None, chain(*zip_longest(*chosen)))

    def _likeliest(self) -> list[_Answer]:
        return sorted(self._answers.values(), key=lambda answer: answer.cost)

    @property
    def figures(self) -> tuple[float, ...]:
        """What the confidence in the answers depends on (`trust.FIGURES`); empty if there is none."""
        if not self._answers:
            return ()
        best, *others = self._likeliest()
        program = min(best.programs, key=lambda one: one.cost)
        further = min(others[1].cost - best.cost, FAR) if len(others) > 1 else FAR
        outputs, tests = math.log2(len(set(map(grid_key, self._wanted)))), math.log2(len(self._tests))
        return best.cost, float(program.on_the_way), further, outputs, tests

    @property
    def confidence(self) -> float:
        """The probability that one of the two likeliest answers is right, 0 if there is none."""
        return confidence(self.figures) if self._answers else 0.0

    @property
    def believed(self) -> bool:
        """True if the answers are likely enough to be given as programs."""
        return self.confidence >= BELIEVED

    def grids(self) -> Iterator[tuple[float, tuple[Grid, ...]]]:
        """The test grids of the likeliest answers, each with its share of the confidence."""
        answers, sure = self._likeliest(), self.confidence
        total = sum(2.0**-answer.cost for answer in answers)
        for answer in answers[:_GUESSES]:
            yield sure * 2.0**-answer.cost / total, answer.grids

    def partial(self) -> list[Program]:
        """A few programs that are right on some training pairs, best first."""
        return [program for *_, program in sorted(self._partial, key=lambda found: found[:2])[:4]]
