"""How far a program that fits all training pairs can be trusted beyond them.

It may fit by luck. What tells: what a rule finds for all pairs but one should give that one too. Of 326 calls
of rules that found something on development tasks, the first answer was right in 97% where no pair spoke
against the rule (240 of 248), in 82% where some did (54 of 66), and in 33% where all did (4 of 12).
`python -m benchmarks.drawn --left-out` measures the whole search on tasks with one training pair held back.
"""

from __future__ import annotations

DEAREST = 22.0  # bits above which a learned program is wrong more often than right
SURPRISED = 4.0  # bits for a program that leaving one pair out speaks against; twice, if leaving any out does


def believable(cost: float, doubt: float) -> bool:
    """True if a program is worth emitting: the more doubt, the simpler it must be."""
    return cost + 2.0 * doubt <= DEAREST
