"""Endless new pairs for a task that has a program: inputs like the task's own, outputs by the program.

An input is drawn by a few mutations of one of the task's inputs, a permutation of colours and a symmetry.
What suits a task is measured on it: the colours and symmetries under which its program is equivariant on the
task's own pairs, and the mutations whose draws the program mostly accepts. An accepted draw gives an output
that differs from the input and keeps what all the task's pairs have in common (equal shapes, one shape of the
outputs, which colours may occur); its input looks like the task's own (`_features`). Programs help by raising
a LanguageError where an input lacks what they rely on.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

import numpy as np
import numpy.typing as npt

from arc import IDENTITY, Augmentation, Grid, GridError, Pair, Task, as_grid, same_grid, symmetries
from omniarc import colours_of, count_cells, find_objects
from programs.catalogue import ProgramError, ReferenceProgram
from programs.mutations import MUTATIONS, Mutation

Features = npt.NDArray[np.float64]

_TRIALS = 12  # draws that decide whether a mutation suits a task
_ACCEPTED = 0.4  # share of them that the program must accept


@dataclass(frozen=True, eq=False)
class PairGenerator:
    """Draws pairs like those of one task; `pairs(seed)` never ends and depends on the seed only."""

    task: Task
    program: ReferenceProgram

    def pairs(self, seed: int = 0) -> Iterator[Pair]:
        """New pairs, none of them one of the task's own; ProgramError if none can be drawn."""
        random = Random(f"{self.task.id} {seed}")
        if not self.mutations and not self.free_colours and len(self.symmetries) < 2:
            raise ProgramError(f"task {self.task.id}: no mutation of its inputs suits its program")
        failures = 0
        while True:
            pair = self._accept(self._draw(random))
            if pair is not None:
                failures = 0
                yield pair
                continue
            failures += 1
            if failures > 500:
                raise ProgramError(f"task {self.task.id}: 500 draws in a row did not suit its program")

    @cached_property
    def inputs(self) -> tuple[Grid, ...]:
        return tuple(pair.input for pair in self._own_pairs)

    @cached_property
    def mutations(self) -> tuple[Mutation, ...]:
        """The mutations that the program mostly accepts."""
        random = Random(self.task.id)
        return tuple(mutation for mutation in MUTATIONS if self._suits(mutation, random))

    @cached_property
    def symmetries(self) -> tuple[Augmentation, ...]:
        """The symmetries under which the program is equivariant on the task's pairs, identity included."""
        return tuple(change for change in symmetries() if self._equivariant(change.apply))

    @cached_property
    def free_colours(self) -> tuple[int, ...]:
        """Colours that the program does not name and may be exchanged, if at least two are."""
        named = _named_colours(self.program.source())
        free = tuple(colour for colour in range(1, 10) if colour not in named)
        random = Random(self.task.id)
        return free if all(self._equivariant(_permutation(free, random)) for _ in range(3)) else ()

    @property
    def _own_pairs(self) -> tuple[Pair, ...]:
        return self.task.train + self.task.test

    def _draw(self, random: Random) -> Grid:
        grid: Grid = random.choice(self.inputs)
        if self.mutations:
            for _ in range(random.randint(1, 4)):
                grid = random.choice(self.mutations)(grid, self.inputs, random)
        if self.free_colours:
            grid = _permutation(self.free_colours, random)(grid)
        return random.choice(self.symmetries or (IDENTITY,)).apply(grid)

    def _accept(self, grid: Grid) -> Pair | None:
        if any(same_grid(grid, own) for own in self.inputs) or not self._looks_alike(grid):
            return None
        output = self._run(grid)
        if output is None:
            return None
        pair = Pair(as_grid(grid), output)
        return pair if self._alike(pair) else None

    def _run(self, grid: Grid) -> Grid | None:
        try:
            return as_grid(self.program.function(np.array(grid)))
        except (GridError, ValueError, TypeError, LookupError, StopIteration, ArithmeticError):
            return None

    def _alike(self, pair: Pair) -> bool:
        """True if the pair keeps what all pairs of the task have in common."""
        output = pair.answer
        if same_grid(pair.input, output):
            return False
        if self._never_constant and int(output.min()) == int(output.max()):
            return False
        if self._shapes_equal and output.shape != pair.input.shape:
            return False
        if self._output_shape and output.shape != self._output_shape:
            return False
        return self.free_colours != () or set(np.unique(output).tolist()) <= self._output_colours

    def _looks_alike(self, grid: Grid) -> bool:
        low, high = self._bounds
        features = _features(grid)
        return bool((low <= features).all() and (features <= high).all())

    @cached_property
    def _bounds(self) -> tuple[Features, Features]:
        """What features an input may have: those of the task's own, with half their spread and 20% more."""
        own = np.array([_features(grid) for grid in self.inputs])
        low, high = own.min(0), own.max(0)
        slack = (high - low) / 2 + high / 5
        return low - slack, high + slack

    @cached_property
    def _shapes_equal(self) -> bool:
        return all(pair.input.shape == pair.answer.shape for pair in self._own_pairs)

    @cached_property
    def _output_shape(self) -> tuple[int, ...] | None:
        """The shape that all outputs have although the inputs differ in shape."""
        outputs = {pair.answer.shape for pair in self._own_pairs}
        several = len({pair.input.shape for pair in self._own_pairs}) > 1
        return outputs.pop() if several and len(outputs) == 1 else None

    @cached_property
    def _never_constant(self) -> bool:
        return all(int(pair.answer.min()) != int(pair.answer.max()) for pair in self._own_pairs)

    @cached_property
    def _output_colours(self) -> set[int]:
        return {int(colour) for pair in self._own_pairs for colour in np.unique(pair.answer)}

    def _suits(self, mutation: Mutation, random: Random) -> bool:
        accepted = tried = 0
        for _ in range(_TRIALS):
            grid = random.choice(self.inputs)
            drawn = mutation(grid, self.inputs, random)
            if drawn is grid or same_grid(drawn, grid):
                continue
            tried += 1
            accepted += self._accept(drawn) is not None
        return tried >= _TRIALS // 3 and accepted >= _ACCEPTED * tried

    def _equivariant(self, change: Callable[[Grid], Grid]) -> bool:
        for pair in self._own_pairs:
            output = self._run(change(pair.input))
            if output is None or not same_grid(output, as_grid(change(pair.answer))):
                return False
        return True


def _features(grid: Grid) -> Features:
    """Height, width, numbers of colours and objects, shares of coloured cells and of equal neighbours."""
    height, width = grid.shape
    neighbours = max(1, height * (width - 1) + (height - 1) * width)
    equal = np.count_nonzero(grid[:, 1:] == grid[:, :-1]) + np.count_nonzero(grid[1:] == grid[:-1])
    objects = len(find_objects(grid, multicolour=True, background=0))
    coloured = count_cells(grid) / grid.size
    return np.array([height, width, len(colours_of(grid)), objects, coloured, equal / neighbours])


def _permutation(colours: tuple[int, ...], random: Random) -> Callable[[Grid], Grid]:
    table = np.arange(10, dtype=np.int8)
    shuffled = list(colours)
    random.shuffle(shuffled)
    table[list(colours)] = shuffled
    return lambda grid: table[grid]


def _named_colours(source: str) -> set[int]:
    """Every number and digit that the program writes out: each may be a colour."""
    named = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, int):
                named.add(int(node.value))
            elif isinstance(node.value, str) and " " not in node.value.strip("0123456789. "):
                named.update(int(digit) for digit in node.value if digit.isdecimal())
    return named
