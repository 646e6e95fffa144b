"""How far a program learned from cells can be trusted beyond the pairs that it was learned from.

Whatever fits all training pairs may do so by luck. Two things tell, measured on tasks of which one training
pair was held back (`python -m benchmarks.drawn --left-out`): what is learned from all pairs but one should
give that one too, and a statement that changes cells of one pair only was never put to a test.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from inference.proposers.search.cell_learner import Bools

DEAREST = 22.0  # bits above which a learned program is wrong more often than right
_SURPRISED = 4.0  # bits for a program that leaving one pair out speaks against
_ONCE = 4.0  # bits for a program with a statement that a single pair alone calls for


def doubts(changes: Iterable[Bools], pairs: npt.NDArray[np.int64], foreseen: bool) -> float:
    """Bits to add to a learned program's cost.

    `changes` has for each statement the training cells that it changes, `pairs` the number of each cell's
    pair; `foreseen` says whether each pair was given by what the others teach.
    """
    once = any(np.unique(pairs[changed]).size < 2 for changed in changes)
    return (0.0 if foreseen else _SURPRISED) + (_ONCE if once else 0.0)


def believable(cost: float, doubt: float) -> bool:
    """True if a learned program is worth emitting: the more doubts, the simpler it must be."""
    return cost + 2.0 * doubt <= DEAREST
