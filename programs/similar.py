"""Same and similar tasks: equal up to a view, solved by one program, or by programs of the same parts."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from arc import Grid, Task, symmetries
from programs.catalogue import ReferenceProgram, programs
from programs.statistics import distinct_programs, program_words, word_counts

_ROUNDED = 1e-9


@dataclass(frozen=True)
class Similar:
    """How task `other` resembles another one.

    `kind` is "equal" (the same pairs up to symmetry, colours and order), "program" (one program solves both)
    or "parts" (programs with common words); `closeness` is 1 for the first two, otherwise the cosine of the
    programs' words, rare ones weighing more (tf-idf), 0..1. `shared` are the common words, rarest first.
    """

    other: str
    kind: str
    closeness: float
    shared: tuple[str, ...] = ()


class TaskIndex:
    """Tasks among which to look for similar ones; their fingerprints are taken once."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._prints = {task.id: task_fingerprint(task) for task in tasks}

    def similar(self, task: Task, at_least: float = 0.5) -> list[Similar]:
        """The tasks that resemble `task`, closest first; those by parts from `at_least` on."""
        known = programs()
        fingerprint = self._prints.get(task.id) or task_fingerprint(task)
        found = []
        for other, other_print in self._prints.items():
            if other == task.id:
                continue
            if other_print == fingerprint:
                found.append(Similar(other, "equal", 1.0))
            elif task.id in known and other in known:
                near = _by_programs(known[task.id], known[other], other)
                if near.closeness >= at_least:
                    found.append(near)
        order = {"equal": 0, "program": 1, "parts": 2}
        return sorted(found, key=lambda near: (order[near.kind], -near.closeness, near.other))


def task_fingerprint(task: Task) -> bytes:
    """Equal for tasks whose pairs are the same up to symmetry, colour permutation and order of pairs.

    In each of the 8 symmetries, colours are renamed in the order of their places (see `_places`), pairs are
    sorted; the smallest text is taken. Colours with equal places may hide an equality, never invent one.
    """
    pairs = [(pair.input, pair.output) for pair in task.train + task.test]
    return min(
        _view_text([(view.apply(a), None if b is None else view.apply(b)) for a, b in pairs])
        for view in symmetries()
    )


def _view_text(pairs: list[tuple[Grid, Grid | None]]) -> bytes:
    present = {colour for pair in pairs for grid in pair if grid is not None for colour in grid.flat}
    ranked = sorted(present, key=lambda colour: _places(pairs, int(colour)))
    names = {int(colour): place for place, colour in enumerate(ranked)}
    return b"|".join(sorted(_grid_text(a, names) + b">" + _grid_text(b, names) for a, b in pairs))


def _places(pairs: list[tuple[Grid, Grid | None]], colour: int) -> list[tuple[int, ...]]:
    """For each pair, the count and the summed rows and columns of a colour's cells; in no order of pairs."""
    return sorted(
        tuple(
            int(number)
            for grid in pair
            if grid is not None
            for number in (np.sum(grid == colour), *(np.sum(axis) for axis in np.nonzero(grid == colour)))
        )
        for pair in pairs
    )


def _grid_text(grid: Grid | None, names: dict[int, int]) -> bytes:
    if grid is None:
        return b"?"
    return bytes(grid.shape) + bytes(names[colour] for colour in grid.ravel().tolist())


def _by_programs(one: ReferenceProgram, other: ReferenceProgram, task_id: str) -> Similar:
    if one.function is other.function or _body(one) == _body(other):
        return Similar(task_id, "program", 1.0)
    left, right = _weights(one), _weights(other)
    norm = math.sqrt(sum(w * w for w in left.values()) * sum(w * w for w in right.values()))
    common = sorted(set(left) & set(right), key=lambda word: (-_rarity()[word], word))
    closeness = sum(left[word] * right[word] for word in common) / (norm or 1.0)
    return Similar(task_id, "parts", min(closeness, 1.0 - _ROUNDED), tuple(common))


@cache
def _body(program: ReferenceProgram) -> str:
    function = ast.parse(program.source()).body[-1]
    assert isinstance(function, ast.FunctionDef)
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:]
    return ast.unparse(function)


@cache
def _rarity() -> dict[str, float]:
    """The inverse document frequency of each used word, over all distinct programs."""
    total = len(distinct_programs())
    return {word: math.log((1 + total) / count) for word, count in word_counts().items()}


@cache
def _weights(program: ReferenceProgram) -> dict[str, float]:
    return {word: (1 + math.log(count)) * _rarity()[word] for word, count in program_words(program).items()}


class Likeness:
    """Tasks among which to find the nearest by their training grids; no programs are needed."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._ids = [task.id for task in tasks]
        features = np.array([_features(task) for task in tasks])
        self._mean, self._spread = features.mean(axis=0), features.std(axis=0) + _ROUNDED
        self._features = (features - self._mean) / self._spread

    def nearest(self, task: Task, count: int) -> list[str]:
        """The ids of the `count` most similar tasks, the nearest first; never the task itself."""
        distances = np.linalg.norm(self._features - (_features(task) - self._mean) / self._spread, axis=1)
        order = [self._ids[place] for place in np.argsort(distances, kind="stable")]
        return [task_id for task_id in order if task_id != task.id][:count]


def _features(task: Task) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Sizes, shape ratios, colours and changed cells, averaged over the training pairs."""
    result: np.ndarray[Any, np.dtype[np.float64]] = np.mean(
        [_pair_features(pair.input, pair.answer) for pair in task.train], axis=0
    )
    return result


def _pair_features(given: Grid, output: Grid) -> list[float]:
    same = given.shape == output.shape
    before, after = set(given.flat), set(output.flat)
    return [
        math.log(given.size),
        math.log(output.shape[0] / given.shape[0]),
        math.log(output.shape[1] / given.shape[1]),
        float(same),
        float(np.mean(given != output)) if same else 1.0,
        float(np.mean(given != 0)),
        float(np.mean(output != 0)),
        len(before),
        len(after),
        len(after - before),
        float(same and bool((output[given != 0] == given[given != 0]).all())),
        float(given.shape[0] == given.shape[1]),
    ]
