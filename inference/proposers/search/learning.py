"""Learning what becomes of units: cells, cells seen once for each part, or objects.

A table has the truth of every literal for each unit. Given the units where a condition must hold and those
where it must not, the shortest conjunctions, disjunctions and mixed forms are found that separate them.
Changes are expressed as statements: where a condition holds, a unit takes the value that a source gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from inference.proposers.effort import charge
from inference.proposers.search import prices
from omniarc.masks import some

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Array = npt.NDArray[Any]
Item = TypeVar("Item")

_SOURCE = 1.0  # bits of a statement, beside its condition and its source
CONSTANT = 0.5  # bits of a source that is a constant
MOST_CONSTANTS = 4  # new values that are distinguished, each by a statement of its own
_PAIR_LIMIT = 500
_LATER = np.triu(np.ones((_PAIR_LIMIT, _PAIR_LIMIT), bool), 1)
_SCREEN = 160  # columns
_CLOSELY = 512  # pairs at a time


@dataclass(frozen=True)
class Condition:
    """A condition over literals: the conjunction of clauses, each a disjunction of literal numbers.

    Without clauses it always holds.
    """

    clauses: tuple[tuple[int, ...], ...]
    cost: float

    def holds(self, literals: Bools) -> Bools:
        """Where the condition holds; `literals` has a row for each literal."""
        out = np.ones(literals.shape[1], dtype=bool)
        for clause in self.clauses:
            out &= literals[list(clause)].any(axis=0)
        return out

    def after(self, base: int, costs: Array) -> Condition:
        """The same where the literal `base` holds too."""
        return Condition(((base,), *self.clauses), float(costs[base]) + self.cost + 0.5)

    def text(self, names: Sequence[str]) -> str:
        """The condition as source, given each literal's text."""
        clauses = [" | ".join(names[number] for number in clause) for clause in self.clauses]
        several = [len(clauses) > 1 and len(clause) > 1 for clause in self.clauses]
        return " & ".join(f"({text})" if more else text for text, more in zip(clauses, several, strict=True))


ALWAYS = Condition((), 0.0)


@dataclass(frozen=True, eq=False)
class Table:
    """What can be said of units: (literals, units) truths in order of `costs`, and the literals' texts."""

    literals: Bools
    names: tuple[str, ...]
    costs: npt.NDArray[np.float64]

    @cached_property
    def kinds(self) -> Array:
        """A number for each unit, the same for units of which all literals say the same."""
        packed = np.ascontiguousarray(np.packbits(self.literals, axis=0).T)
        return np.unique(packed.view(f"V{packed.shape[1]}").ravel(), return_inverse=True)[1]


def conditions(table: Table, wanted: Bools, banned: Bools, most: int) -> list[Condition]:
    """The cheapest conditions (at most `most`) that hold for all `wanted` units and for no `banned` one.

    Both are masks over the units; units in neither may go either way.
    """
    literals, costs = table.literals, table.costs
    if not some(wanted) or not some(banned) or not len(literals):
        return [ALWAYS] if some(wanted) and not some(banned) else []
    charge(prices.LEARN[0] + prices.LEARN[1] * literals.size)
    # equal units add nothing, but where one is wanted and one banned there is no condition
    if not set(table.kinds[wanted].tolist()).isdisjoint(table.kinds[banned].tolist()):
        return []
    places = [np.flatnonzero(units) for units in (wanted, banned)]
    first = [one[np.sort(np.unique(table.kinds[one], return_index=True)[1])] for one in places]
    on_wanted, on_banned = literals[:, first[0]], literals[:, first[1]]
    covering = np.flatnonzero(on_wanted.all(axis=1))
    safe = np.flatnonzero(~on_banned.any(axis=1))
    both = np.intersect1d(covering, safe)[:most].tolist()
    found = [Condition(((number,),), float(costs[number])) for number in both]
    useful = covering[~on_banned[covering].all(axis=1)]
    found += _conjunctions(on_banned, np.setdiff1d(useful, safe), costs, 8)
    found += _disjunctions(on_wanted, safe, costs)
    # base & (one | other), then base & one & other, for the cheapest bases
    left = [(base, on_banned[:, on_banned[base]]) for base in useful[:12].tolist()] if not found else []
    for base, rest in left:
        either = _disjunctions(on_wanted, np.flatnonzero(~rest.any(axis=1)), costs)
        found += [one.after(base, costs) for one in either]
    for base, rest in left[:8] if not found else ():
        found += [one.after(base, costs) for one in _conjunctions(rest, useful[:200], costs, 2)]
    return sorted(found, key=lambda condition: condition.cost)[:most]


def _pairs(rows: Bools, order: Array, costs: Array) -> Iterator[tuple[int, int, float]]:
    """Pairs of rows that are never both true, cheapest first."""
    numbers = order[:_PAIR_LIMIT]
    chosen = rows[numbers]
    charge(prices.LEARN_PAIRS[0] + prices.LEARN_PAIRS[1] * chosen.size)
    # two rows apart are true in no more columns than there are, and no column is true in all rows
    counts = chosen.sum(axis=1)
    few = counts + counts.min(initial=chosen.shape[1]) <= chosen.shape[1]
    numbers, chosen = numbers[few], chosen[few]
    if len(chosen) < 2 or chosen.all(axis=0).any():
        return
    charge(prices.LEARN_PAIRS[2] * len(chosen) ** 2)
    # columns far apart tell nearly all pairs that clash; the others are looked at closely, the cheapest first
    matrix = chosen[:, :: max(1, chosen.shape[1] // _SCREEN)].astype(np.float32)
    left, right = ((matrix @ matrix.T < 0.5) & _LATER[: len(chosen), : len(chosen)]).nonzero()
    sums = costs[numbers[left]] + costs[numbers[right]]
    packed = np.packbits(chosen, axis=1)
    order = np.argsort(sums, kind="stable")
    for near in (order[start : start + _CLOSELY] for start in range(0, order.size, _CLOSELY)):
        apart = ~(packed[left[near]] & packed[right[near]]).any(axis=1)
        for place in near[apart]:
            yield int(numbers[left[place]]), int(numbers[right[place]]), float(sums[place]) + 0.5


def _conjunctions(on_banned: Bools, useful: Array, costs: Array, most: int) -> list[Condition]:
    """Two literals that never hold together on banned units."""
    return [Condition(((a,), (b,)), cost) for a, b, cost in islice(_pairs(on_banned, useful, costs), most)]


def _disjunctions(on_wanted: Bools, safe: Array, costs: Array) -> list[Condition]:
    """Two literals of which one holds on each wanted unit."""
    useful = safe[on_wanted[safe].any(axis=1) & ~on_wanted[safe].all(axis=1)]
    return [Condition(((a, b),), cost + 1.0) for a, b, cost in islice(_pairs(~on_wanted, useful, costs), 8)]


@dataclass(frozen=True, eq=False)
class Statement:
    """Units for which `condition` holds take the value that `source` gives."""

    condition: Condition
    source: str
    cost: float


def statements(
    table: Table, source: str, cost: float, wanted: Bools, banned: Bools, most: int
) -> list[Statement]:
    """Statements with one source for all wanted and no banned units, by the cheapest conditions."""
    found = conditions(table, wanted, banned, most)
    return [Statement(condition, source, cost + condition.cost + _SOURCE) for condition in found]


def constants(table: Table, after: Numbers, changed: Bools, learn: Bools, most: int) -> list[list[Statement]]:
    """For each value that changed units take in `after`, the statements with it; nothing if there are many.

    They hold for no unit of `learn` that takes another value.
    """
    values = np.unique(after[changed]).tolist()
    return [
        statements(table, str(value), CONSTANT, changed & (after == value), learn & (after != value), most)
        for value in (values if len(values) <= MOST_CONSTANTS else [])
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
