"""What programs find in place of functions of the standard library that tell the time, draw, wait or signal.

The functions are replaced where they stand, in a process of candidates and for good, so that libraries use
the same. The clock is a program's own: each reading is a millisecond after the one before, `sleep` adds its
seconds, and so does every whole tenth of a second of CPU time, so that loops with a deadline end, and at the
same turn in a second run if they are short.
"""

from __future__ import annotations

import ctypes
import gc
import os
import random
import sys
import time
import types
from typing import Any

from sandbox.imports import Partial
from sandbox.preload import words

_EPOCH = 1_700_000_000.0  # seconds: what `time.time` starts from
_STEP = 0.001
_TICK = 0.1  # seconds of CPU time
_SEED = 0
_slept = [0.0]  # seconds by which the clock has advanced
_cpu_seconds, _gmtime, _strftime, _asctime = time.process_time, time.gmtime, time.strftime, time.asctime


def nothing(*_: Any, **__: Any) -> None:
    """Stands for a function whose effects nobody would see."""


def elapsed() -> float:
    """What the process's clock shows, without the time that it takes to read it."""
    return _slept[0] + _TICK * (_cpu_seconds() // _TICK)


def advance(seconds: float) -> None:
    """Set the clock forward, as `sleep` does."""
    _slept[0] += max(0.0, float(seconds))


def settle_time() -> None:
    """Give this process a clock of its own; before modules take functions from `time`."""

    def read() -> float:
        _slept[0] += _STEP
        return elapsed()

    def now() -> float:
        return _EPOCH + read()

    def parts(given: float | None = None) -> time.struct_time:
        return _gmtime(now() if given is None else given)

    clocks: dict[str, Any] = dict.fromkeys(words("perf_counter monotonic process_time thread_time"), read)
    clocks |= {"time": now, "clock_gettime": lambda _: now()}
    counts = {f"{name}_ns": lambda *_, clock=clock: int(clock(*_) * 1e9) for name, clock in clocks.items()}
    texts = {
        "strftime": lambda form, given=None: _strftime(form, given or parts()),
        "ctime": lambda given=None: _asctime(parts(given)),
    }
    vars(time).update(**clocks, **counts, **texts, sleep=advance, gmtime=parts, localtime=parts, timezone=0)


def settle_library() -> None:
    """Replace what can't work in a process that is alone, in all modules that are loaded."""
    _slept[0] = 0.0
    _settle_chance()
    alone = {"getcwd": lambda: "/", "getpid": lambda: 1, "cpu_count": lambda: 1, "urandom": random.randbytes}
    vars(os).update(alone)
    for module, names in {
        "signal": "signal alarm setitimer getsignal",
        "faulthandler": "enable disable",
        "resource": "setrlimit",
    }.items():
        if module in sys.modules:
            vars(sys.modules[module]).update(dict.fromkeys(words(names), nothing))
    if "datetime" in sys.modules:
        _settle_dates(sys.modules["datetime"])
    if "platform" in sys.modules:
        sys.modules["platform"].uname()  # is kept
    if "multiprocessing.pool" in sys.modules:
        from sandbox import turns

        turns.settle_threads()


def _settle_chance() -> None:
    """Seed generators, and those that a program makes without a seed: the same in every child.

    What asks the system for chance by name (SystemRandom) gets it.
    """
    source = random.Random(_SEED)
    seed = random.Random.seed

    def seeded(self: random.Random, a: Any = None, version: int = 2) -> None:
        seed(self, source.getrandbits(64) if a is None else a, version)

    random.Random.seed = seeded  # type: ignore[method-assign]
    random.seed = random._inst.seed
    random.seed(_SEED)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed(_SEED)
        vars(sys.modules["numpy.random.bit_generator"])["randbits"] = source.getrandbits


def _settle_dates(datetime: types.ModuleType) -> None:
    """`datetime` by the process's clock: in its types themselves, which are written in C."""

    def now(kind: Any, *zone: Any, **named: Any) -> Any:
        return kind.fromtimestamp(time.time(), *zone, **named)

    for kind, names in ((datetime.datetime, "now utcnow today"), (datetime.date, "today")):
        space = gc.get_referents(kind.__dict__)[0]
        space.update(dict.fromkeys(words(names), classmethod(now)))
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


class _Progress:
    """`tqdm.tqdm`: the values, and no bar."""

    def __init__(self, values: Any = (), *_: Any, **__: Any) -> None:
        self._given = values

    def __iter__(self) -> Any:
        return iter(self._given)

    def __enter__(self) -> Any:
        return self

    __exit__ = nothing

    def __getattr__(self, name: str) -> Any:
        return nothing


def _uncompiled(function: Any = None, *_: Any, **__: Any) -> Any:
    """`numba.jit` and the like, which change a function's speed only."""
    return function if callable(function) else _uncompiled


def made_modules() -> dict[str, types.ModuleType]:
    """Modules that are made for programs, whatever is installed."""
    bars = types.SimpleNamespace(tqdm=_Progress, trange=lambda *ends, **_: _Progress(range(*ends)))
    jits = types.SimpleNamespace(jit=_uncompiled, njit=_uncompiled, prange=range)
    made: dict[str, types.ModuleType] = {
        name: Partial(name, bars) for name in ("tqdm", "tqdm.auto", "tqdm.notebook")
    }
    made["numba"] = Partial("numba", jits)
    if "multiprocessing.pool" in sys.modules:
        from sandbox import turns

        made |= turns.process_modules()
    return made
