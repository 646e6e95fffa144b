"""Which window of an input the output shows: learned from the training pairs, as ranked guesses.

A criterion picks one window of a grid by one measure: the largest, the smallest, the only one that differs.
Criteria vote with a weight that falls steeply with each training pair for which they pick a wrong window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.cells.windows import KINDS, Box, Window, measures, windows_of
from inference.proposers.effort import charge

_STEEP = 8.0  # the power of the share of pairs for which a criterion is right
_GUESSES = 3
_KIND = 1500.0  # units of effort to measure the windows of one kind in a grid


@dataclass(frozen=True)
class Guess:
    """A place or a size for one output, and how likely it is."""

    box: Box
    probability: float


@dataclass(frozen=True)
class Choice:
    """A kind of window for every grid of a task.

    `boxes` are those that the training outputs show, `predicted` says for which of the pairs the others
    would have predicted the box, `guesses` are ranked for each test input. `likeness` is the mean share of
    cells that the outputs have in common with their windows.
    """

    kind: str
    boxes: tuple[Box, ...]
    predicted: tuple[bool, ...]
    guesses: tuple[tuple[Guess, ...], ...]
    likeness: float

    @property
    def rank(self) -> tuple[float, float, int]:
        """Sorts the best choice first."""
        return -float(np.mean(self.predicted)), -self.likeness, KINDS.index(self.kind)


def choices(
    inputs: Sequence[Grid], outputs: Sequence[Grid], tests: Sequence[Grid], backgrounds: Sequence[int]
) -> list[Choice]:
    """The kinds of window that fit every training pair, the best first; `backgrounds` are of all inputs."""
    found = []
    for kind in KINDS:
        choice = _choose(kind, inputs, outputs, tests, backgrounds)
        if choice is not None:
            found.append(choice)
    return sorted(found, key=lambda choice: choice.rank)


def _choose(
    kind: str,
    inputs: Sequence[Grid],
    outputs: Sequence[Grid],
    tests: Sequence[Grid],
    backgrounds: Sequence[int],
) -> Choice | None:
    listed: list[list[Window]] = []
    likeness = []
    for grid, answer, background in zip(inputs, outputs, backgrounds, strict=False):
        windows = windows_of(kind, grid, background)
        alike = np.array([_likeness(w.box.of(grid), answer) for w in windows])
        if not len(alike) or alike.max() < 0:
            return None
        listed.append(windows)
        likeness.append(alike)
    for grid, background in zip(tests, backgrounds[len(inputs) :], strict=True):
        listed.append(windows_of(kind, grid, background))
        if not listed[-1]:
            return None
    grids = [*inputs, *tests]
    charge(_KIND * len(grids))
    picks = np.stack(
        [_picks(measures(w, g, b)) for w, g, b in zip(listed, grids, backgrounds, strict=True)], axis=1
    )
    right = [alike >= alike.max() for alike in likeness]
    hits = np.stack(
        [(picks[:, n] >= 0) & good[np.maximum(picks[:, n], 0)] for n, good in enumerate(right)], axis=1
    )
    predicted = []
    for held, good in enumerate(right):
        chances = _chances(picks[:, held], np.delete(hits, held, 1), len(listed[held]))
        predicted.append(bool(good[chances.argmax()]))
    guesses = [
        _guesses(listed[n], _chances(picks[:, n], hits, len(listed[n])))
        for n in range(len(inputs), len(grids))
    ]
    boxes = tuple(w[int(a.argmax())].box for w, a in zip(listed, likeness, strict=False))
    mean = float(np.mean([a.max() for a in likeness]))
    return Choice(kind, boxes, tuple(predicted), tuple(guesses), mean)


def _likeness(picture: Grid, answer: Grid) -> float:
    """The share of equal cells, as they are or mirrored; -1 for another shape."""
    if picture.shape != answer.shape:
        return -1.0
    turned = (picture[:, ::-1], picture[::-1], picture[::-1, ::-1])
    return max(float((picture == answer).mean()), *(float((t == answer).mean()) - 0.01 for t in turned))


def _picks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The window each criterion picks, -1 for none: the one largest, smallest or different by a measure."""
    result = []
    for column in values.T:
        for best in (column.max(), column.min()):
            places = np.flatnonzero(column == best)
            result.append(int(places[0]) if len(places) == 1 else -1)
        single, first, count = np.unique(column, return_index=True, return_counts=True)
        lone = first[count == 1]
        result.append(int(lone[0]) if len(lone) == 1 and (len(single) == 2 or len(column) == 1) else -1)
    return np.array(result)


def _chances(
    picked: npt.NDArray[np.int64], hits: npt.NDArray[np.bool_], windows: int
) -> npt.NDArray[np.float64]:
    """How likely each window is, by the votes of criteria with these hits on training pairs."""
    share = hits.mean(1) if hits.shape[1] else np.full(len(hits), 0.5)
    votes = np.full(windows, 1e-3)
    some = picked >= 0
    np.add.at(votes, picked[some], share[some] ** _STEEP)
    result: npt.NDArray[np.float64] = votes / votes.sum()
    return result


def _guesses(windows: Sequence[Window], chances: npt.NDArray[np.float64]) -> tuple[Guess, ...]:
    total: dict[Box, float] = {}
    for window, chance in zip(windows, chances, strict=True):
        total[window.box] = total.get(window.box, 0.0) + float(chance)
    ranked = sorted(total.items(), key=lambda item: -item[1])[:_GUESSES]
    return tuple(Guess(box, chance) for box, chance in ranked)
