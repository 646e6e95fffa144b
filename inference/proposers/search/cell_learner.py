"""Learning a condition on cells from examples: the shortest combination of features that tells cells apart.

Given a matrix of literals (rows) over cells (columns), cells where the condition must hold and cells where it
must not, find short conjunctions, disjunctions and mixed forms that separate them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.proposers.effort import charge
from inference.proposers.search import prices

Bools = npt.NDArray[np.bool_]
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

    def text(self, names: Sequence[str]) -> str:
        """The condition as source, given each literal's text."""
        clauses = [" | ".join(names[number] for number in clause) for clause in self.clauses]
        if len(clauses) == 1:
            return clauses[0]
        return " & ".join(
            f"({text})" if len(clause) > 1 else text
            for text, clause in zip(clauses, self.clauses, strict=True)
        )


ALWAYS = Condition((), 0.0)


def conditions(
    literals: Bools, costs: npt.NDArray[Any], wanted: Bools, banned: Bools, most: int = 6
) -> list[Condition]:
    """The cheapest conditions (at most `most`) that hold on all `wanted` cells and on no `banned` cell.

    `literals` is (literals, cells) and its rows are in order of `costs`; `wanted` and `banned` are masks over
    the cells; cells in neither may go either way.
    """
    found: list[Condition] = []
    if not len(literals):
        return found
    charge(prices.LEARN[0] + prices.LEARN[1] * literals.size)
    on_wanted, on_banned = literals[:, wanted], literals[:, banned]
    # equal columns add nothing
    on_wanted, on_banned = _distinct(on_wanted), _distinct(on_banned)
    if on_wanted.shape[1] == 0 or on_banned.shape[1] == 0:
        return []
    covering = np.flatnonzero(on_wanted.all(axis=1))
    safe = np.flatnonzero(~on_banned.any(axis=1))
    found.extend(
        Condition(((int(number),),), float(costs[number])) for number in np.intersect1d(covering, safe)[:most]
    )
    some = covering[on_banned[covering].any(axis=1) & ~on_banned[covering].all(axis=1)]
    found.extend(Condition(((a,), (b,)), cost) for a, b, cost in _pairs(on_banned, some, costs, 8))
    found.extend(_disjunctions(safe, on_wanted, costs))
    if not found:
        found.extend(_mixed(covering, on_wanted, on_banned, costs))
    if not found:
        found.extend(_triples(covering, on_banned, costs))
    return sorted(found, key=lambda condition: condition.cost)[:most]


def _distinct(columns: Bools) -> Bools:
    if columns.shape[1] <= 1:
        return columns
    packed = np.packbits(columns, axis=0).T
    size, data = packed.shape[1], packed.tobytes()
    first = {data[place : place + size]: place for place in range(len(data) - size, -1, -size)}
    return columns[:, sorted(place // size for place in first.values())]


def _pairs(
    rows: Bools, order: npt.NDArray[Any], costs: npt.NDArray[Any], most: int
) -> Iterator[tuple[int, int, float]]:
    """Pairs of rows that are never both true, cheapest first."""
    numbers = order[:_PAIR_LIMIT]
    chosen = rows[numbers]
    charge(
        prices.LEARN_PAIRS[0] + prices.LEARN_PAIRS[1] * chosen.size + prices.LEARN_PAIRS[2] * len(chosen) ** 2
    )
    # columns far apart tell nearly all pairs that clash; the others are looked at closely, the cheapest first
    matrix = chosen[:, :: max(1, chosen.shape[1] // _SCREEN)].astype(np.float32)
    left, right = ((matrix @ matrix.T < 0.5) & _LATER[: len(chosen), : len(chosen)]).nonzero()
    if left.size == 0:
        return
    sums = costs[numbers[left]] + costs[numbers[right]]
    packed = np.packbits(chosen, axis=1)
    for some in _in_order(sums):
        apart = ~(packed[left[some]] & packed[right[some]]).any(axis=1)
        for place in some[apart][:most]:
            yield int(numbers[left[place]]), int(numbers[right[place]]), float(sums[place]) + 0.5
            most -= 1
        if most <= 0:
            return


def _in_order(costs: npt.NDArray[Any]) -> Iterator[npt.NDArray[np.int64]]:
    """The places of costs, cheapest first (of equals the first first), in portions."""
    rest, most = np.arange(costs.size), _CLOSELY
    while rest.size:
        left, last = costs[rest], min(most, rest.size - 1)
        near = left <= np.partition(left, last)[last]
        ordered = rest[near][np.argsort(left[near], kind="stable")]
        rest, most = rest[~near], 8 * most
        yield from (ordered[start : start + _CLOSELY] for start in range(0, ordered.size, _CLOSELY))


def _disjunctions(safe: npt.NDArray[Any], on_wanted: Bools, costs: npt.NDArray[Any]) -> Iterator[Condition]:
    some = safe[on_wanted[safe].any(axis=1) & ~on_wanted[safe].all(axis=1)]
    for one, other, cost in _pairs(~on_wanted, some, costs, 8):
        yield Condition(((one, other),), cost + 1.0)


def _mixed(
    covering: npt.NDArray[Any], on_wanted: Bools, on_banned: Bools, costs: npt.NDArray[Any]
) -> Iterator[Condition]:
    """base & (one | other), and base & one & other, for the cheapest bases."""
    useful = covering[(~on_banned[covering]).any(axis=1)]
    for base in useful[:12]:
        left = on_banned[:, on_banned[base]]
        safe = np.flatnonzero(~left.any(axis=1))
        for one in _disjunctions(safe, on_wanted, costs):
            yield Condition(((int(base),), *one.clauses), float(costs[base]) + one.cost + 0.5)


def _triples(covering: npt.NDArray[Any], on_banned: Bools, costs: npt.NDArray[Any]) -> Iterator[Condition]:
    useful = covering[(~on_banned[covering]).any(axis=1)]
    for base in useful[:8]:
        left = on_banned[:, on_banned[base]]
        for one, other, cost in _pairs(left, useful[:200], costs, 2):
            yield Condition(((int(base),), (one,), (other,)), float(costs[base]) + cost + 0.5)
