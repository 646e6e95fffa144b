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

_MOST_LABELS = 14
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


def choose_labels(examples: Sequence[Cells], constants: Sequence[int], layers: bool) -> Labels:
    """The greedy cover of all training cells: the cell itself first, then whatever explains most pairs.

    `constants` are the colours that may be named outright; `layers` False allows only these and the cell
    itself. Leftovers are named by their colours.
    """
    weights = []
    valid = []
    pairs = {cells.pair for cells in examples}
    for cells in examples:
        assert cells.target is not None
        target = cells.target[:, None]
        known = cells.colours if layers else cells.colours[:, :1]
        named = np.broadcast_to(np.array(constants, np.int8), (len(target), len(constants)))
        valid.append(np.concatenate([known == target, named == target], axis=1))
        weights.append(np.full(len(target), cells.pair))
    right, owner = np.concatenate(valid), np.concatenate(weights)
    width = right.shape[1] - len(constants)
    codes = [*range(width), *(-1 - c for c in constants)]
    complete = np.flatnonzero(right.all(0))
    if len(complete):
        return Labels((codes[complete[0]],))
    chosen = [0] if right[:, 0].mean() > _SELF_EXPLAINS else []
    left = ~right[:, chosen].any(1)
    while left.any() and len(chosen) < _MOST_LABELS:
        score = np.zeros(len(codes))
        for pair in pairs:
            mine = left & (owner == pair)
            if mine.any():
                score += right[mine].mean(0)
        score[width:] *= 1.05
        best = int(score.argmax())
        if score[best] <= 0:
            break
        chosen.append(best)
        left &= ~right[:, best]
    result = [codes[place] for place in chosen]
    targets = np.concatenate([cells.target for cells in examples if cells.target is not None])
    leftovers = [-1 - int(c) for c in np.unique(targets[left])]
    return Labels((*result, *(code for code in leftovers if code not in result)))
