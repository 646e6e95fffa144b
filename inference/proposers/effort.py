"""Effort: the work of an embedded proposer, counted in units that do not depend on the machine.

SAT solvers count ticks instead of seconds so that a formula takes the same path on any machine; this is the
same. What costs time is charged for where it is done, by a formula of what it is done to (calls, cells,
literals), never by a clock: a proposer that stops at an effort stops at the same place, loaded or not.
`SECOND` units are about one CPU second on a machine of 2026, so that people can think in them;
`python -m benchmarks.effort` shows how well that holds.

The count is the process's: one embedded proposer runs at a time in a process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from math import inf
from types import FunctionType
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")

SECOND = 1_000_000


class OutOfEffort(BaseException):
    """The effort allowed is spent. Not an Exception, so that code in between does not take it for its own."""


class Meter:
    """Units charged so far in this process, and the count at which `charge` raises OutOfEffort."""

    __slots__ = ("limit", "units")

    def __init__(self) -> None:
        self.units = 0.0
        self.limit = inf


METER = Meter()


def charge(units: float) -> None:
    """Count work that is done here. Raises OutOfEffort beyond the limit of an `effort_limit` around it."""
    METER.units += units
    if METER.units > METER.limit:
        raise OutOfEffort


@contextmanager
def effort_limit(units: float) -> Iterator[None]:
    """Raise OutOfEffort inside the block once it has charged `units`; an outer limit keeps its say."""
    before = METER.limit
    METER.limit = min(before, METER.units + units)
    try:
        yield
    finally:
        METER.limit = before


def uncounted(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """The same function, nothing charged inside: what a cache keeps must cost the same every time."""

    @wraps(function)
    def call(*args: _P.args, **named: _P.kwargs) -> _T:
        units, limit = METER.units, METER.limit
        METER.limit = inf
        try:
            return function(*args, **named)
        finally:
            METER.units, METER.limit = units, limit

    return call


def counted(words: Mapping[str, Any], prices: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    """The same words, their functions charging for each call: a base, and a part for each cell they get.

    `prices` has (base, per cell) by name; other functions cost what is usual.
    """
    usual = prices["usual"]
    return {
        name: _counted(word, *prices.get(name, usual)) if isinstance(word, FunctionType) else word
        for name, word in words.items()
    }


def _counted(function: Callable[..., Any], base: float, per_cell: float) -> Callable[..., Any]:
    meter = METER

    def call(*args: Any, **named: Any) -> Any:
        # grids, masks and objects know their size; numbers and lists count as a few cells
        size = getattr(args[0], "size", 8) if args else 8
        meter.units += base + per_cell * size
        if meter.units > meter.limit:
            raise OutOfEffort
        return function(*args, **named)

    return call
