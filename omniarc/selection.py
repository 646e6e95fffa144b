"""Words that choose: by rank, by property, the odd one out, the most common."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import numpy as np

from omniarc.values import LanguageError, Object

__all__ = [
    "bottommost",
    "by_size",
    "group_by",
    "largest",
    "least_common",
    "leftmost",
    "most_common",
    "odd_one_out",
    "only",
    "rightmost",
    "size_rank",
    "smallest",
    "topmost",
    "with_colour",
]

T = TypeVar("T")


def largest(objects: Iterable[Object]) -> Object:
    """The object with most cells (ties: the first)."""
    return max(_some(objects), key=lambda one: one.size)


def smallest(objects: Iterable[Object]) -> Object:
    """The object with fewest cells (ties: the first)."""
    return min(_some(objects), key=lambda one: one.size)


def topmost(objects: Iterable[Object]) -> Object:
    """The object whose box starts in the highest row (ties: the first)."""
    return min(_some(objects), key=lambda one: one.row)


def bottommost(objects: Iterable[Object]) -> Object:
    """The object whose box ends in the lowest row (ties: the first)."""
    return max(_some(objects), key=lambda one: one.bottom)


def leftmost(objects: Iterable[Object]) -> Object:
    """The object whose box starts in the leftmost column (ties: the first)."""
    return min(_some(objects), key=lambda one: one.col)


def rightmost(objects: Iterable[Object]) -> Object:
    """The object whose box ends in the rightmost column (ties: the first)."""
    return max(_some(objects), key=lambda one: one.right)


def by_size(objects: Iterable[Object]) -> list[Object]:
    """The objects from the largest to the smallest, in their order where equal."""
    return sorted(objects, key=lambda one: -one.size)


def size_rank(objects: Iterable[Object], one: Object) -> int:
    """How many different sizes among the objects are larger than this one's: 0 for the largest."""
    return len({other.size for other in objects if other.size > one.size})


def with_colour(objects: Iterable[Object], colour: int) -> tuple[Object, ...]:
    """The objects that have a cell of the colour."""
    return tuple(one for one in objects if colour in one.colour_counts)


def group_by(items: Iterable[T], key: Callable[[T], Any]) -> dict[Any, list[T]]:
    """The items by the value of their key, in order of first appearance; arrays may be keys' values."""
    groups: dict[Any, list[T]] = {}
    for item in items:
        groups.setdefault(_hashable(key(item)), []).append(item)
    return groups


def odd_one_out(items: Iterable[T], key: Callable[[T], Any] | None = None) -> T:
    """The one item whose key (by default itself) no other has; LanguageError unless there is exactly one."""
    alone = [group[0] for group in group_by(items, key or _itself).values() if len(group) == 1]
    if len(alone) != 1:
        raise LanguageError(f"{len(alone)} items are unlike all others, not one")
    return alone[0]


def most_common(items: Iterable[T], key: Callable[[T], Any] | None = None) -> T:
    """The first item of the largest group of equal keys (by default the items; ties: the first group)."""
    groups = group_by(items, key or _itself)
    if not groups:
        raise LanguageError("nothing to choose from")
    return max(groups.values(), key=len)[0]


def least_common(items: Iterable[T], key: Callable[[T], Any] | None = None) -> T:
    """The first item of the smallest group of equal keys (by default the items; ties: the first group)."""
    groups = group_by(items, key or _itself)
    if not groups:
        raise LanguageError("nothing to choose from")
    return min(groups.values(), key=len)[0]


def only(items: Iterable[T], condition: Callable[[T], Any] | None = None) -> T:
    """The one item there is, or that meets the condition; LanguageError unless exactly one does."""
    found = [item for item in items if condition is None or condition(item)]
    if len(found) != 1:
        raise LanguageError(f"{len(found)} items meet the condition, not one")
    return found[0]


def _itself(item: Any) -> Any:
    return item


def _hashable(value: Any) -> Hashable:
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    result: Hashable = value
    return result


def _some(objects: Iterable[Object]) -> tuple[Object, ...]:
    found = tuple(objects)
    if not found:
        raise LanguageError("no objects to choose from")
    return found
