"""What candidates get for modules: copies without what leads out, and stand-ins for what they can't have.

To import a stand-in is no error, to use it is one. Clocks tell a time of their own: each reading is a
millisecond after the one before, `sleep` adds its seconds, and so does every whole tenth of a second of CPU
time, so that loops with a deadline end, and at the same turn in a second run if they are short.
"""

from __future__ import annotations

import sys
import time
import types
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.names import PolicyImportError, forbidden, is_dunder, words

_MAX_RECURSION = 1_000_000
_EPOCH = 1_700_000_000.0  # seconds: what `time.time` starts from
_STEP = 0.001
_TICK = 0.1  # seconds of CPU time

_USES = {
    "call": "{}()",
    "iter": "iterating over {}",
    "getitem": "{}[...]",
    "setitem": "{}[...] = ...",
    "setattr": "setting an attribute of {}",
    "enter": "with {}",
    "exit": "with {}",
    "mro_entries": "a class derived from {}",
    "len": "len({})",
    "bool": "the truth of {}",
    "contains": "... in {}",
    **dict.fromkeys(
        words("add radd sub rsub mul rmul truediv rtruediv matmul lt gt le ge"), "{} as a number"
    ),
}


class StandIn:
    """A module that programs can't have, or a part of it: may be named, passed on and written in annotations.

    Any other use raises PolicyImportError with the module and the use.
    """

    __slots__ = ("_path",)
    _path: str
    __all__ = ()  # a star import brings nothing

    def __init__(self, path: str) -> None:
        object.__setattr__(self, "_path", path)

    def __getattr__(self, name: str) -> StandIn:
        if is_dunder(name) or forbidden(name):
            raise AttributeError(name)
        return StandIn(f"{self._path}.{name}")

    def __or__(self, other: object) -> StandIn:
        return self

    __ror__ = __or__

    def __instancecheck__(self, value: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self._path}: not available to programs>"


def _refusal(use: str) -> Callable[..., Any]:
    def refuse(self: StandIn, *_: Any, **__: Any) -> Any:
        module, dot, part = self._path.partition(".")
        missing = f"{part!r} of the module {module!r}" if dot else f"module {module!r}"
        raise PolicyImportError(f"{use.format(self._path)} is not allowed: programs have no {missing}")

    return refuse


for _name, _use in _USES.items():
    setattr(StandIn, f"__{_name}__", _refusal(_use))


class Partial(types.ModuleType):
    """A module of which programs have a part; the rest are stand-ins."""

    def __getattr__(self, name: str) -> StandIn:
        if name.startswith("_"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return StandIn(f"{self.__name__}.{name}")


def module(name: str, members: Mapping[str, Any]) -> Partial:
    made = Partial(name)
    for key, value in members.items():
        setattr(made, key, value)
    return made


def copy_of(original: types.ModuleType, **replaced: Any) -> Partial:
    """A copy of a module without its private names, forbidden names and modules.

    Of `replaced`, None takes a name away.
    """
    members = {
        name: value
        for name, value in vars(original).items()
        if not (name.startswith("_") or forbidden(name) or isinstance(value, types.ModuleType))
    } | replaced
    made = module(original.__name__, {name: value for name, value in members.items() if value is not None})
    if hasattr(original, "__all__"):
        made.__dict__["__all__"] = [name for name in original.__all__ if name in vars(made)]
    return made


class _Clock:
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


def _time_module(clock: _Clock) -> Partial:
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
        "strftime": lambda form, given=None: time.strftime(form, given or parts()),
        "ctime": lambda seconds=None: time.asctime(parts(seconds)),
    }
    return module("time", members)


def _datetime_module(clock: _Clock) -> Partial:
    import datetime

    class DateTime(datetime.datetime):
        """`datetime.datetime` by the program's clock."""

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.fromtimestamp(clock.now(), tz)

        @classmethod
        def utcnow(cls) -> Any:
            return cls.now()

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    class Date(datetime.date):
        """`datetime.date` by the program's clock."""

        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(clock.now())

    return copy_of(datetime, datetime=DateTime, date=Date)


def _sys_module() -> Partial:
    members = {
        "setrecursionlimit": lambda limit: sys.setrecursionlimit(min(int(limit), _MAX_RECURSION)),
        "argv": ["candidate"],
        "exc_info": _exc_info,
        "exit": _exit,
        "stdin": None,
    }
    kept = words("""
        getrecursionlimit getsizeof intern maxsize maxunicode version version_info hexversion platform
        float_info int_info byteorder stdout stderr set_int_max_str_digits get_int_max_str_digits
    """)
    return module("sys", {**{name: getattr(sys, name) for name in kept}, **members})


def _exc_info() -> tuple[Any, Any, None]:
    """`sys.exc_info` without the traceback, whose frames are the interpreter's."""
    kind, value, _ = sys.exc_info()
    return kind, value, None


def _exit(status: object = None) -> None:
    raise SystemExit(status)


def _nothing(*_: Any, **__: Any) -> None:
    return None


class _Quiet:
    """A logger, a redirection, a recorder of warnings: nothing is kept of what it is told."""

    def __init__(self, target: Any = None, **options: Any) -> None:
        self._given = [] if options.get("record") else target

    def __enter__(self) -> Any:
        return self._given

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _nothing


def quiet_modules() -> dict[str, Partial]:
    """Modules that say something to somebody or tell the time: here nobody listens, and time is made up."""
    clock = _Clock()
    levels = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "WARN": 30, "ERROR": 40, "CRITICAL": 50}
    say = words("debug info warning warn error exception critical log basicConfig disable")
    collector = words("collect enable disable")
    ignore = words("filterwarnings simplefilter warn resetwarnings")
    trace = words("print_exc print_exception print_stack print_tb")
    told = words("format_exc")
    return {
        "time": _time_module(clock),
        "datetime": _datetime_module(clock),
        "sys": _sys_module(),
        "warnings": module("warnings", {**dict.fromkeys(ignore, _nothing), "catch_warnings": _Quiet}),
        "logging": module("logging", {**levels, **dict.fromkeys(say, _nothing), "getLogger": _Quiet}),
        "traceback": module(
            "traceback", {**dict.fromkeys(trace, _nothing), **dict.fromkeys(told, lambda *_, **__: "")}
        ),
        "gc": module("gc", dict.fromkeys(collector, lambda *_: 0)),
        "numba": module("numba", {**dict.fromkeys(words("jit njit"), _uncompiled), "prange": range}),
    }


def _uncompiled(function: Any = None, *_: Any, **__: Any) -> Any:
    """`numba.jit` and the like, which change a function's speed only."""
    return function if callable(function) else _uncompiled


QUIET = _Quiet
