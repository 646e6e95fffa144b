"""What a model predicts for a cell: not just a colour, but where the colour comes from.

A label is a colour layer ("what the cell sees to the left") or a constant colour. For each training cell
several labels can be right; a short list that explains all training cells is chosen greedily, so that equal
roles get equal labels and a rule learned on one set of colours holds for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.proposers.cells.layers import OUTSIDE, Colours
from inference.proposers.cells.views import Cells
from inference.proposers.effort import charge

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_MOST_LABELS = 14
_AS_GOOD = 0.8  # of what the best label explains: as good as it
_CHOICE = 0.002  # units of effort to choose a label, for each of them and each cell that is left
_SELF_EXPLAINS = 0.3  # of the cells; if it is less, the cell itself is a label like any other


@dataclass(frozen=True)
class Labels:
    """Labels in the order they were chosen: n >= 0 is colour layer n, -1 - c is constant colour c."""

    codes: tuple[int, ...]

    def colours(self, cells: Cells) -> Colours:
        """What each label says: (cells, labels) int8."""
        count = len(cells.colours)
        columns = [
            cells.colours[:, code] if code >= 0 else np.full(count, -1 - code, np.int8) for code in self.codes
        ]
        return np.stack(columns, axis=1)

    def assign(self, cells: Cells) -> npt.NDArray[np.int64]:
        """The first label that is right for each cell, -1 where none is."""
        assert cells.target is not None
        right = self.colours(cells) == cells.target[:, None]
        return np.where(right.any(1), right.argmax(1), -1)

    def votes(self, cells: Cells, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Probabilities of labels (cells, labels) as votes for colours (cells, 10)."""
        said = self.colours(cells)
        votes = np.zeros((len(said), OUTSIDE + 1))
        rows = np.arange(len(said))
        for column in range(said.shape[1]):
            np.add.at(votes, (rows, said[:, column]), probabilities[:, column])
        return votes[:, :OUTSIDE]


def choose_labels(
    examples: Sequence[Cells], constants: Sequence[int], layers: bool, covers: int, seed: int
) -> list[Labels]:
    """So many covers of all training cells: the cell itself first, then whatever explains most pairs.

    `constants` are the colours that may be named outright; `layers` False allows only these and the cell
    itself. Leftovers are named by their colours. The first cover is greedy; in each of the others a taste,
    drawn for `seed`, decides between labels of which none explains much more: the training cells do not
    tell them apart, but test inputs may.
    """
    valid, owner = [], []
    for cells in examples:
        assert cells.target is not None
        target = cells.target[:, None]
        known = cells.colours if layers else cells.colours[:, :1]
        named = np.broadcast_to(np.array(constants, np.int8), (len(target), len(constants)))
        valid.append(np.concatenate([known == target, named == target], axis=1))
        owner.append(np.full(len(target), cells.pair))
    right, owners = np.concatenate(valid), np.concatenate(owner)
    width = right.shape[1] - len(constants)
    codes = [*range(width), *(-1 - c for c in constants)]
    worth = np.where(np.arange(len(codes)) < width, 1.0, 1.05)
    tastes = np.random.default_rng(seed).random((covers, len(codes)))
    tastes[0] = 0.0  # of equals the first
    targets = np.concatenate([cells.target for cells in examples if cells.target is not None])
    found = []
    for number, taste in enumerate(tastes):
        chosen, left = _cover(right, owners, worth, taste, _AS_GOOD if number else 1.0)
        result = [codes[place] for place in chosen]
        leftovers = [-1 - int(c) for c in np.unique(targets[left])]
        found.append(Labels((*result, *(code for code in leftovers if code not in result))))
    return found


def _cover(
    right: Mask, owner: npt.NDArray[np.int64], worth: Floats, taste: Floats, as_good: float
) -> tuple[list[int], Mask]:
    """The columns of `right` (cells, labels) chosen in turn, and the cells that none of them explains.

    Of those that explain at least `as_good` of what the best does, the one of the most `taste`.
    """

    def pick(score: Floats) -> int:
        return int(np.where(score >= as_good * score.max(), taste, -1.0).argmax())

    complete = right.all(0)
    if complete.any():
        return [pick(complete.astype(float))], np.zeros(len(right), bool)
    chosen = [0] if right[:, 0].mean() > _SELF_EXPLAINS else []
    left = ~np.asarray(right[:, chosen].any(1))
    while left.any() and len(chosen) < _MOST_LABELS:
        charge(_CHOICE * int(left.sum()) * right.shape[1])
        explained = [right[left & (owner == pair)].mean(0) for pair in np.unique(owner[left])]
        score = worth * np.sum(explained, axis=0)
        if score.max() <= 0:
            break
        chosen.append(pick(score))
        left = left & ~right[:, chosen[-1]]
    return chosen, left
