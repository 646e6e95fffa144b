"""One model variant: views and colours it trains on, its forest, its record on held-out training pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesClassifier

from inference.proposers.cells.labels import Labels, choose_labels
from inference.proposers.cells.views import Cells
from inference.proposers.effort import charge

Votes = npt.NDArray[np.float64]

_MOST_ROWS = 1500
# units of effort: to fit a forest, for each tree, for each feature of each row in it; to vote, the same
_FIT, _TREE, _TREE_CELL = 4000.0, 300.0, 0.012
_VOTE, _VOTE_CELL = 2500.0, 0.03


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
class Model:
    """A trained forest with the labels it predicts; `columns` are the features that vary."""

    labels: Labels
    forest: ExtraTreesClassifier | None
    columns: npt.NDArray[np.bool_]
    classes: npt.NDArray[np.int64]
    fixed: frozenset[int]
    absolute: bool

    def votes(self, views: Sequence[Cells]) -> Votes:
        """Mean votes (height, width, 10) for one output over its views, in the task's own view."""
        total = None
        for cells in views:
            chances = np.zeros((len(cells.colours), len(self.labels.codes)))
            if self.forest is None:
                chances[:, self.classes[0]] = 1.0
            else:
                rows = cells.features(self.fixed, self.absolute)[:, self.columns]
                charge(_VOTE + _VOTE_CELL * rows.size)
                chances[:, self.classes] = self.forest.predict_proba(rows)
            votes = cells.restore(self.labels.votes(cells, chances))
            total = votes if total is None else total + votes
        assert total is not None
        return total / len(views)


def fit_forest(
    variant: Variant, examples: Sequence[Cells], fixed: frozenset[int], trees: int, seed: int
) -> Model:
    """Fit a forest on the cells of some training pairs (all views of each)."""
    everything = range(10) if variant.absolute else sorted(fixed)
    labels = choose_labels(examples, tuple(everything), layers=not variant.absolute)
    assigned = [labels.assign(cells) for cells in examples]
    target = np.concatenate(assigned)
    keep = _sample(target, seed)
    picked = np.split(keep, np.cumsum([len(part) for part in assigned])[:-1])
    rows = np.concatenate(
        [cells.features(fixed, variant.absolute, part) for cells, part in zip(examples, picked, strict=True)]
    )
    target = target[keep]
    columns = (rows != rows[:1]).any(0)
    classes = np.unique(target)
    if len(classes) == 1 or not columns.any():
        return Model(labels, None, columns, classes[:1], fixed, variant.absolute)
    forest = ExtraTreesClassifier(
        trees, criterion="entropy", max_features=variant.max_features, random_state=seed, n_jobs=1
    )
    charge(_FIT + trees * (_TREE + _TREE_CELL * rows.shape[0] * int(columns.sum())))
    forest.fit(rows[:, columns], target)
    return Model(labels, forest, columns, classes, fixed, variant.absolute)


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
