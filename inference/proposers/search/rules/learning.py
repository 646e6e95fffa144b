"""Learning what becomes of units: cells, cells seen once for each part, or objects.

A table has the truth of every literal for each unit, and the unit's pair. Changes are expressed as
statements: where a condition over the literals holds, a unit takes the value that a source gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from inference.proposers.search.cell_learner import ALWAYS, Bools, Condition, conditions
from inference.proposers.search.cell_table import Table
from omniarc.masks import some

_SOURCE = 1.0  # bits of a statement, beside its condition and its source
_CONSTANT = 0.5  # bits of a source that is a constant
_MOST_CONSTANTS = 4  # new values that are distinguished, each by a statement of its own

Numbers = npt.NDArray[np.int64]
Item = TypeVar("Item")


@dataclass(frozen=True, eq=False)
class Statement:
    """Units for which `condition` holds take the value that `source` gives."""

    condition: Condition
    source: str
    cost: float


def conditions_on(table: Table, wanted: Bools, banned: Bools, most: int) -> list[Condition]:
    """Conditions that hold for all wanted and no banned unit."""
    if not some(wanted) or not some(banned):
        return [ALWAYS] if some(wanted) else []
    return conditions(table.literals, table.costs, wanted, banned, most)


def statements(
    table: Table, source: str, cost: float, wanted: Bools, banned: Bools, most: int
) -> list[Statement]:
    """Statements with one source for all wanted and no banned units, by the cheapest conditions."""
    found = conditions_on(table, wanted, banned, most)
    return [Statement(condition, source, cost + condition.cost + _SOURCE) for condition in found]


def constants(table: Table, after: Numbers, changed: Bools, learn: Bools, most: int) -> list[list[Statement]]:
    """For each value that changed units take in `after`, the statements with it; nothing if there are many.

    They hold for no unit of `learn` that takes another value.
    """
    values = np.unique(after[changed]).tolist()
    return [
        statements(table, str(value), _CONSTANT, changed & (after == value), learn & (after != value), most)
        for value in (values if len(values) <= _MOST_CONSTANTS else [])
    ]


def best_then_variants(options: Iterable[Sequence[Item]]) -> Iterator[tuple[Item, ...]]:
    """One of each of the options: the first of each, then that with one of them exchanged for another.

    Options without any choice are left out; nothing if all are.
    """
    choices = [choice for choice in options if choice]
    best = tuple(choice[0] for choice in choices)
    if best:
        yield best
    for place, choice in enumerate(choices):
        for item in choice[1:]:
            yield (*best[:place], item, *best[place + 1 :])


def cost_of(statements: Sequence[Statement]) -> float:
    return sum(statement.cost for statement in statements)


def lookup(keys: Iterable[Iterable[Any]], values: Iterable[Iterable[Item]]) -> dict[Any, Item] | None:
    """What each key stands for, read off pairs of sequences; None if one stands for two values."""
    table: dict[Any, Item] = {}
    for row, found in zip(keys, values, strict=False):
        for key, value in zip(row, found, strict=True):
            if table.setdefault(key, value) != value:
                return None
    return table
