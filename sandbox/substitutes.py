"""Modules that programs have under either policy, in place of those that tell the time, wait or ask others.

Clocks tell a time of their own: each reading is a millisecond after the one before, `sleep` adds its seconds,
and so does every whole tenth of a second of CPU time, so that loops with a deadline end, and at the same turn
in a second run if they are short.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from sandbox.arrays import write_type
from sandbox.names import words
from sandbox.quiet import Quiet
from sandbox.serial import asyncio_module, serial_modules
from sandbox.standins import Partial, copy_of, module, nothing

_EPOCH = 1_700_000_000.0  # seconds: what `time.time` starts from
_STEP = 0.001
_TICK = 0.1  # seconds of CPU time


class Clock:
    """What tells a program the time."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def read(self) -> float:
        """Seconds since the program's start, as it is told them."""
        self._seconds += _STEP
        return self._seconds + _TICK * (time.thread_time() // _TICK)

    def sleep(self, seconds: float) -> None:
        self._seconds += max(0.0, float(seconds))

    def now(self) -> float:
        return _EPOCH + self.read()


def _time_module(clock: Clock) -> Partial:
    members: dict[str, Any] = {"time": clock.now, "sleep": clock.sleep}
    members |= dict.fromkeys(("perf_counter", "monotonic", "process_time", "thread_time"), clock.read)
    for name, read in list(members.items()):
        if name != "sleep":
            members[f"{name}_ns"] = lambda read=read: int(read() * 1e9)

    def parts(seconds: float | None = None) -> time.struct_time:
        return time.gmtime(clock.now() if seconds is None else seconds)

    members |= {
        "gmtime": parts,
        "localtime": parts,
        "strptime": time.strptime,
        "struct_time": time.struct_time,
        "timezone": 0,
        "strftime": lambda form, given=None: time.strftime(form, given or parts()),
        "ctime": lambda seconds=None: time.asctime(parts(seconds)),
    }
    return module("time", members)


def _datetime_module(clock: Clock) -> Partial:
    """`datetime` by the program's clock: in its types themselves, which lead to each other on many ways."""
    import datetime

    def now(kind: Any, tz: Any = None) -> Any:
        return kind.fromtimestamp(clock.now(), tz)

    def today(kind: Any) -> Any:
        return kind.fromtimestamp(clock.now())

    write_type(datetime.datetime, now=classmethod(now), utcnow=classmethod(today), today=classmethod(today))
    write_type(datetime.date, today=classmethod(today))
    return copy_of(datetime)


class _Progress(Quiet):
    """`tqdm.tqdm`: the values, and no bar."""

    def __init__(self, values: Any = (), *_: Any, **__: Any) -> None:
        self._given = values

    def __enter__(self) -> Any:
        return self

    def __iter__(self) -> Any:
        return iter(self._given)


def _uncompiled(function: Any = None, *_: Any, **__: Any) -> Any:
    """`numba.jit` and the like, which change a function's speed only."""
    return function if callable(function) else _uncompiled


def plain_modules() -> dict[str, Partial]:
    """Modules that programs have under either policy, in place of those that wait, run or ask others.

    Only for a process of candidates: it changes the types of `datetime` for good.
    """
    clock = Clock()
    dates = {"datetime": _datetime_module(clock)} if "datetime" in sys.modules else {}
    return {**harmless_modules(clock), **dates}


def harmless_modules(clock: Clock) -> dict[str, Partial]:
    """Those of them that are made beside the real ones."""
    signals = {"SIGALRM": 14, "SIGINT": 2, "SIGTERM": 15, "ITIMER_REAL": 0, "SIG_DFL": 0, "SIG_IGN": 1}
    alarms = words("signal alarm setitimer getsignal")
    timers = {"default_timer": clock.read, "timeit": lambda *_, **__: clock.read()}
    bars = module("tqdm", {"tqdm": _Progress, "trange": lambda *ends, **_: _Progress(range(*ends))})
    return {
        "time": _time_module(clock),
        "signal": module("signal", {**signals, **dict.fromkeys(alarms, nothing)}),
        "timeit": module("timeit", timers),
        "unittest": module("unittest", {"TestCase": type("TestCase", (), {}), "main": nothing}),
        "numba": module("numba", {**dict.fromkeys(words("jit njit"), _uncompiled), "prange": range}),
        **dict.fromkeys(("tqdm", "tqdm.auto", "tqdm.notebook"), bars),
        "asyncio": asyncio_module(clock.sleep),
        **serial_modules(),
        "atexit": module("atexit", {"register": lambda function, *_, **__: function, "unregister": nothing}),
        "faulthandler": module("faulthandler", dict.fromkeys(words("enable disable"), nothing)),
        "tracemalloc": module(
            "tracemalloc",
            {**dict.fromkeys(words("start stop"), nothing), "get_traced_memory": lambda: (0, 0)},
        ),
        "resource": module(
            "resource",
            {"setrlimit": nothing, "getrlimit": lambda _: (-1, -1), "RLIMIT_STACK": 3, "RLIM_INFINITY": -1},
        ),
    }
