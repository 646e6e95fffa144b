"""Learning what becomes of units: cells, cells seen once for each part, or objects.

A table has the truth of every literal for each unit, and the unit's pair. Changes are expressed as
statements: where a condition over the literals holds, a unit takes the value that a source gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from inference.proposers.search.cell_learner import ALWAYS, Bools, Condition, conditions
from omniarc.masks import some

_CONSTANT = 1.5  # bits of a statement with a constant, beside its condition
_SOURCE = 1.0  # and of one with another source, beside that
_MOST_CONSTANTS = 4  # new values that are distinguished, each by a statement of its own

Numbers = npt.NDArray[np.int64]
Item = TypeVar("Item")


class Table(Protocol):
    """Literals over units: (literals, units) truths in order of `costs`, and their texts."""

    @property
    def literals(self) -> Bools: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def costs(self) -> npt.NDArray[np.float64]: ...


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


def from_source(
    table: Table, source: str, cost: float, wanted: Bools, banned: Bools, most: int
) -> list[Statement]:
    """Statements with one source for all wanted units, by the cheapest conditions."""
    found = conditions_on(table, wanted, banned, most)
    return [Statement(condition, source, cost + condition.cost + _SOURCE) for condition in found]


def constants(table: Table, after: Numbers, changed: Bools, learn: Bools, most: int) -> list[list[Statement]]:
    """For each value that changed units take in `after`, the statements with it, by the cheapest conditions.

    They hold for no unit of `learn` that takes another value. Values with no such condition are left out.
    """
    found: list[list[Statement]] = []
    values = np.unique(after[changed]).tolist()
    for value in values if len(values) <= _MOST_CONSTANTS else []:
        wanted, banned = changed & (after == value), learn & (after != value)
        told = conditions_on(table, wanted, banned, most)
        found.append([Statement(one, str(value), one.cost + _CONSTANT) for one in told])
    return [statements for statements in found if statements]


def plans(
    table: Table,
    after: Numbers,
    changed: Bools,
    learn: Bools,
    sources: Iterable[tuple[str, float, Bools]],
    most: int,
) -> Iterator[tuple[Statement, ...]]:
    """Ways to say all changes by one source, or as many as can be by a constant for each new value.

    Each of `sources` is a text, its cost, and for which units it gives the value that is wanted.
    """
    for text, cost, agrees in sources:
        if not some(changed & ~agrees):
            for one in from_source(table, text, cost, changed, learn & ~agrees, most):
                yield (one,)
    if options := constants(table, after, changed, learn, most):
        yield from best_then_variants(options)


def complete(table: Table, plan: Sequence[Statement], changed: Bools) -> bool:
    """True if a plan says something of all changed units."""
    return not (changed & ~np.any([one.condition.holds(table.literals) for one in plan], axis=0)).any()


def best_then_variants(options: Sequence[Sequence[Item]]) -> Iterator[tuple[Item, ...]]:
    """One of each of the options: the first of each, then that with one of them exchanged for another."""
    best = tuple(choice[0] for choice in options)
    yield best
    for place, choice in enumerate(options):
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
