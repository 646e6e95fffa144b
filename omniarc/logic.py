"""Cell-wise logic on masks and grids of one shape; a grid counts as true where it is not 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from omniarc.values import Grid, LanguageError, Mask, to_mask

__all__ = [
    "both",
    "either",
    "exactly_one",
    "first_only",
    "mask_to_grid",
    "neither",
]


def both(one: Grid, other: Grid) -> Mask:
    """True where both are."""
    return _same(one, other, np.logical_and)


def either(one: Grid, other: Grid) -> Mask:
    """True where at least one is."""
    return _same(one, other, np.logical_or)


def exactly_one(one: Grid, other: Grid) -> Mask:
    """True where one is and the other is not."""
    return _same(one, other, np.logical_xor)


def neither(one: Grid, other: Grid) -> Mask:
    """True where none is."""
    result: Mask = ~either(one, other)
    return result


def first_only(one: Grid, other: Grid) -> Mask:
    """True where the first is and the second is not."""
    return both(one, ~to_mask(other))


def mask_to_grid(mask: Mask, colour: int = 1, background: int = 0) -> Grid:
    """The colour where the mask is true, the background elsewhere."""
    return np.where(to_mask(mask), np.int8(colour), np.int8(background))


def _same(one: Any, other: Any, operation: Callable[[Mask, Mask], Mask]) -> Mask:
    one, other = to_mask(one), to_mask(other)
    if one.shape != other.shape:
        raise LanguageError(f"cannot combine masks of {one.shape} and {other.shape}")
    return operation(one, other)
