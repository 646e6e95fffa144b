"""Effort: the work of an embedded proposer, counted in units that do not depend on the machine.

SAT solvers count ticks instead of seconds so that a formula takes the same path on any machine; so do we.
Work is charged where it is done, by a formula of its size (calls, cells, literals), never by a clock: a
proposer that stops at some effort stops at the same place, on a busy machine or an idle one.
`SECOND` units are about one CPU second on a machine of 2026, to give a feel for them;
`python -m benchmarks.effort` shows how well that holds.

The count is the process's: one embedded proposer runs at a time in a process.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from math import inf
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

SECOND = 1_000_000
TICKS = 1000  # in a unit


class OutOfEffort(BaseException):
    """The allowed effort is spent. Not an Exception, so that no code in between catches it."""


class Meter:
    """What has been charged in this process, and the count at which `charge` raises OutOfEffort.

    Both are counted in thousandths of a unit, in whole numbers: sums of floats would depend on what was
    counted before.
    """

    __slots__ = ("limit", "ticks")

    def __init__(self) -> None:
        self.ticks = 0
        self.limit: float = inf

    @property
    def units(self) -> float:
        """Units charged so far in this process."""
        return self.ticks / TICKS


METER = Meter()


def charge(units: float) -> None:
    """Count work that is done here. Raises OutOfEffort beyond the limit of an `effort_limit` around it."""
    METER.ticks += round(TICKS * units)
    if METER.ticks > METER.limit:
        raise OutOfEffort


@contextmanager
def effort_limit(units: float) -> Iterator[None]:
    """Raise OutOfEffort inside the block once it has charged `units`; an outer limit still applies."""
    before = METER.limit
    METER.limit = min(before, METER.ticks + int(TICKS * units))
    try:
        yield
    finally:
        METER.limit = before


def priced(function: Callable[_P, _T]) -> Callable[_P, tuple[float, _T]]:
    """The same function without charges inside; it also returns the units that they would have been.

    For cached results, which must cost the same whether they were in the cache or not.
    """

    @wraps(function)
    def call(*args: _P.args, **named: _P.kwargs) -> tuple[float, _T]:
        ticks, limit = METER.ticks, METER.limit
        METER.limit = inf
        try:
            result = function(*args, **named)
            return (METER.ticks - ticks) / TICKS, result
        finally:
            METER.ticks, METER.limit = ticks, limit

    return call


def uncounted(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """The same function without charges inside: for cached results, if one price suits all calls."""
    silent = priced(function)

    @wraps(function)
    def call(*args: _P.args, **named: _P.kwargs) -> _T:
        return silent(*args, **named)[1]

    return call


def remembered(most: int, key: Callable[_P, Hashable]) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Keep the last results of a pure function by the `key` of its arguments, charged each time as at first.

    A call that would run out of effort is made again, so that it stops where it would have stopped. Arguments
    are kept too: a key may hold the ids of those that nobody changes.
    """

    def made(function: Callable[_P, _T]) -> Callable[_P, _T]:
        known: dict[Hashable, tuple[int, _T, object]] = {}

        @wraps(function)
        def call(*args: _P.args, **named: _P.kwargs) -> _T:
            name = key(*args, **named)
            found = known.get(name)
            if found is not None and METER.ticks + found[0] <= METER.limit:
                METER.ticks += found[0]
                return found[1]
            before = METER.ticks
            result = function(*args, **named)
            if len(known) >= most:
                known.clear()
            known[name] = METER.ticks - before, result, args
            return result

        return call

    return made


def counted(words: Mapping[str, Any], prices: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    """The same words, their functions charging for each call: a base, and a part for each cell they get.

    `prices` has (base, per cell) by name; other functions cost the default.
    """
    usual = prices["usual"]
    return {
        name: _counted(word, *prices.get(name, usual)) if isinstance(word, FunctionType) else word
        for name, word in words.items()
    }


def _counted(function: Callable[..., Any], base: float, per_cell: float) -> Callable[..., Any]:
    meter, base_ticks, cell_ticks = METER, int(TICKS * base), int(TICKS * per_cell)

    def call(*args: Any, **named: Any) -> Any:
        # grids, masks and objects know their size; numbers and lists count as a few cells
        size = getattr(args[0], "size", 8) if args else 8
        meter.ticks += base_ticks + cell_ticks * size
        if meter.ticks > meter.limit:
            raise OutOfEffort
        return function(*args, **named)

    return call
