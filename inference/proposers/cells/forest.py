"""One model variant: views and colours it trains on, its forest, its record on held-out training pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn import config_context
from sklearn.tree import ExtraTreeClassifier

from inference.proposers.cells.labels import Labels, choose_labels
from inference.proposers.cells.views import Cells
from inference.proposers.effort import charge

Votes = npt.NDArray[np.float64]

TREES_OF_A_COVER = 4
_GREEDY = 0.5  # what the greedy cover counts more than another: it comes first among equals
_MOST_ROWS = 1500
# units of effort: to fit a model, for a tree, for a feature of a row in it; to vote, for a tree and its rows
_FIT, _TREE, _TREE_CELL = 1000.0, 500.0, 0.012
_VOTE, _VOTE_CELL = 100.0, 0.3
_ROWS_CELL = 0.01  # for each feature of each row that is described


@dataclass(frozen=True)
class Variant:
    """How a model sees the task: under which symmetries, with absolute colours or relative ones.

    With `made`, it also sees what short pipelines make of the inputs, with `named` (only as they are, under
    symmetry 0) what the search's catalogue says of their cells.
    """

    symmetries: tuple[int, ...]
    absolute: bool
    made: bool
    max_features: float = 0.2
    named: bool = False


@dataclass(frozen=True, eq=False)
class _Grove:
    """Extremely randomised trees (Geurts et al. 2006) that predict the labels of one cover."""

    labels: Labels
    classes: npt.NDArray[np.int64]
    trees: Sequence[ExtraTreeClassifier]

    def votes(self, cells: Cells, rows: npt.NDArray[np.float32]) -> Votes:
        """The mean votes of its trees (cells, 10)."""
        chances = np.zeros((len(rows), len(self.labels.codes)))
        chances[:, self.classes] = 0.0 if self.trees else 1.0  # of a single class
        for tree in self.trees:
            charge(_VOTE + _VOTE_CELL * len(rows))
            chances[:, self.classes] += tree.predict_proba(rows, check_input=False) / len(self.trees)
        return self.labels.votes(cells, chances)


@dataclass(frozen=True, eq=False)
class Model:
    """Trained trees; `shares` are those of their covers among all, `columns` the features that vary."""

    groves: Sequence[_Grove]
    shares: Sequence[float]
    columns: npt.NDArray[np.bool_]
    fixed: frozenset[int]
    absolute: bool

    def votes(self, views: Sequence[Cells]) -> list[tuple[Votes, float]]:
        """Votes (height, width, 10) for one output, means over its views, in the task's own view.

        Those of all trees, with 1, then those of each cover, with its share: it draws grids of one piece.
        """
        own: list[list[Votes]] = [[] for _ in self.groves]
        for cells in views:
            rows = cells.features(self.fixed, self.absolute)[:, self.columns]
            charge(_ROWS_CELL * rows.size)
            for votes, grove in zip(own, self.groves, strict=True):
                votes.append(cells.restore(grove.votes(cells, rows)))
        means = [np.mean(votes, axis=0) for votes in own]
        return [(np.average(means, axis=0, weights=self.shares), 1.0), *zip(means, self.shares, strict=True)]


def fit_forest(
    variant: Variant, examples: Sequence[Cells], fixed: frozenset[int], trees: int, seed: int
) -> Model:
    """Fit trees on the cells of some training pairs (all views of each), a few for each of several covers."""
    everything = range(10) if variant.absolute else sorted(fixed)
    covers = trees // TREES_OF_A_COVER
    chosen = Counter(choose_labels(examples, tuple(everything), not variant.absolute, covers, seed))
    targets = [np.concatenate([labels.assign(cells) for cells in examples]) for labels in chosen]
    keeps = [_sample(target, seed) for target in targets]
    needed = np.logical_or.reduce(keeps)
    parts = np.split(needed, np.cumsum([len(cells.colours) for cells in examples])[:-1])
    rows = np.concatenate(
        [cells.features(fixed, variant.absolute, part) for cells, part in zip(examples, parts, strict=True)]
    )
    columns = (rows != rows[:1]).any(0)
    rows = rows[:, columns]
    charge(_FIT + _ROWS_CELL * rows.size)
    groves = []
    for (labels, times), target, keep in zip(chosen.items(), targets, keeps, strict=True):
        count = times * TREES_OF_A_COVER
        groves.append(_grove(labels, rows[keep[needed]], target[keep], variant.max_features, count, seed))
    weights = np.array([*chosen.values()], float)
    weights[0] += _GREEDY
    return Model(groves, (weights / weights.sum()).tolist(), columns, fixed, variant.absolute)


def _grove(
    labels: Labels,
    rows: npt.NDArray[np.float32],
    target: npt.NDArray[np.int64],
    max_features: float,
    count: int,
    seed: int,
) -> _Grove:
    classes = np.unique(target)
    if len(classes) == 1 or not rows.shape[1]:
        return _Grove(labels, classes[:1], ())
    trees = []
    with config_context(skip_parameter_validation=True):
        for state in np.random.default_rng(seed).integers(2**31, size=count).tolist():
            charge(_TREE + _TREE_CELL * rows.size)
            tree = ExtraTreeClassifier(criterion="entropy", max_features=max_features, random_state=state)
            trees.append(tree.fit(rows, target, check_input=False))
    return _Grove(labels, classes, trees)


def _sample(target: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.bool_]:
    """Which rows to train on: all explained rows; if too many, a part, with all rows of rare labels."""
    known = target >= 0
    counts = np.bincount(target[known])
    if counts.sum() <= _MOST_ROWS:
        return known
    share = np.minimum(1.0, _MOST_ROWS / len(counts[counts > 0]) / np.maximum(counts, 1))
    scale = _MOST_ROWS / float((share * counts).sum())
    chance = np.minimum(1.0, share * max(scale, 1.0))
    drawn = np.random.default_rng(seed).random(len(target))
    return known & (drawn < chance[np.maximum(target, 0)])
