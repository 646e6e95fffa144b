"""How far a program that fits all training pairs can be trusted beyond them.

It may fit by luck. What tells, measured on tasks of which one training pair was held back (`python -m
benchmarks.drawn --left-out`): what a rule finds for all pairs but one should give that one too.
"""

from __future__ import annotations

DEAREST = 22.0  # bits above which a learned program is wrong more often than right
SURPRISED = 4.0  # bits for a program that leaving one pair out speaks against


def believable(cost: float, doubt: float) -> bool:
    """True if a program is worth emitting: the more doubt, the simpler it must be."""
    return cost + 2.0 * doubt <= DEAREST
