"""What candidates get for the modules that tell the time, say something to somebody or lead out.

Clocks tell a time of their own: each reading is a millisecond after the one before, `sleep` adds its seconds,
and so does every whole tenth of a second of CPU time, so that loops with a deadline end, and at the same turn
in a second run if they are short. There are no files: none is found. Nobody listens to what is logged.
"""

from __future__ import annotations

import builtins
import copy
import functools
import inspect
import pathlib
import pickle
import platform
import posixpath
import random
import sys
import time
import types
from collections.abc import Callable
from typing import Any

from sandbox.arrays import write_type
from sandbox.classes import is_own, is_own_function
from sandbox.event_loop import asyncio_module
from sandbox.names import (
    MODULE,
    PolicyAttributeError,
    PolicyError,
    PolicyFileError,
    PolicyImportError,
    words,
)
from sandbox.serial import serial_modules
from sandbox.standins import Partial, copy_of, module

_MAX_RECURSION = 1_000_000
_EPOCH = 1_700_000_000.0  # seconds: what `time.time` starts from
_STEP = 0.001
_TICK = 0.1  # seconds of CPU time


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
        "strptime": time.strptime,
        "struct_time": time.struct_time,
        "timezone": 0,
        "strftime": lambda form, given=None: time.strftime(form, given or parts()),
        "ctime": lambda seconds=None: time.asctime(parts(seconds)),
    }
    return module("time", members)


def _datetime_module(clock: _Clock) -> Partial:
    """`datetime` by the program's clock: in its types themselves, which lead to each other on many ways."""
    import datetime

    def now(kind: Any, tz: Any = None) -> Any:
        return kind.fromtimestamp(clock.now(), tz)

    def today(kind: Any) -> Any:
        return kind.fromtimestamp(clock.now())

    write_type(datetime.datetime, now=classmethod(now), utcnow=classmethod(today), today=classmethod(today))
    write_type(datetime.date, today=classmethod(today))
    return copy_of(datetime)


class _Modules(dict[str, types.ModuleType]):
    """`sys.modules`, in which a program finds itself."""

    def __missing__(self, name: str) -> types.ModuleType:
        if name != MODULE:
            raise PolicyImportError(f"sys.modules[{name!r}] is not allowed: programs import what they use")
        return sys.modules[MODULE]


class _Sys(Partial):
    """`sys`, whose streams are the process's own."""

    stdout = property(lambda self: sys.stdout, lambda self, stream: setattr(sys, "stdout", stream))
    stderr = property(lambda self: sys.stderr, lambda self, stream: setattr(sys, "stderr", stream))


def _redirect(name: str) -> Any:
    """`contextlib.redirect_stdout` or `redirect_stderr`, for the stream of that name alone."""

    class Redirect:
        def __init__(self, target: Any) -> None:
            self._target = target
            self._before: list[Any] = []

        def __enter__(self) -> Any:
            self._before.append(getattr(sys, name))
            setattr(sys, name, self._target)
            return self._target

        def __exit__(self, *_: object) -> None:
            setattr(sys, name, self._before.pop())

    return Redirect


def _sys_module() -> Partial:
    members = {
        "setrecursionlimit": lambda limit: sys.setrecursionlimit(min(int(limit), _MAX_RECURSION)),
        "argv": ["candidate"],
        "path": [],
        "modules": _Modules(),
        "exc_info": _exc_info,
        "exit": _exit,
        "stdin": None,
        **{"__stdout__": sys.stdout, "__stderr__": sys.stderr},
        "executable": "",
        "warnoptions": [],
        **dict.fromkeys(("gettrace", "getprofile"), _nothing),
    }
    kept = words("""
        getrecursionlimit getrefcount getsizeof intern maxsize maxunicode version version_info hexversion
        platform float_info int_info byteorder flags implementation set_int_max_str_digits
        get_int_max_str_digits
    """)
    return module("sys", {**{name: getattr(sys, name) for name in kept}, **members}, _Sys)


def _exc_info() -> tuple[Any, Any, None]:
    """`sys.exc_info` without the traceback, whose frames are the interpreter's."""
    kind, value, _ = sys.exc_info()
    return kind, value, None


def _exit(status: object = None) -> None:
    raise SystemExit(status)


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _no(*_: Any, **__: Any) -> bool:
    return False


def _none_found(*_: Any, **__: Any) -> list[Any]:
    return []


class _Quiet:
    """A logger, a redirection, a recorder of warnings: nothing is kept of what it is told."""

    handlers = filters = ()

    def __init__(self, target: Any = None, *_: Any, **options: Any) -> None:
        self._given = [] if options.get("record") else target

    def __enter__(self) -> Any:
        return self._given

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _nothing


class _Logger(_Quiet):
    """`logging.Logger` and its adapters."""

    propagate, disabled, parent = True, False, None

    def __init__(self, name: Any = "root", *_: Any, **__: Any) -> None:
        self.name = name
        self.level = 0

    def setLevel(self, level: Any) -> None:
        self.level = level if isinstance(level, int) else _LEVELS[level]

    def getEffectiveLevel(self) -> int:
        return self.level or _LEVELS["WARNING"]

    def isEnabledFor(self, level: int) -> bool:
        return level >= self.getEffectiveLevel()

    def getChild(self, name: str) -> _Logger:
        return _Logger(f"{self.name}.{name}")


_LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "WARN": 30, "ERROR": 40, "CRITICAL": 50, "NOTSET": 0}


def _logging_module() -> Partial:
    say = words("debug info warning warn error exception critical log basicConfig disable captureWarnings")
    handlers = words("Handler StreamHandler NullHandler FileHandler Formatter Filter")
    names = {level: name for name, level in _LEVELS.items()} | _LEVELS
    members = {**_LEVELS, **dict.fromkeys(say, _nothing), **dict.fromkeys(handlers, _Quiet)}
    members |= {"Logger": _Logger, "LoggerAdapter": _Logger, "getLevelName": names.get, "root": _Logger()}
    return module("logging", members | {"getLogger": functools.cache(_Logger)})


class _Progress(_Quiet):
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


class _Path(pathlib.PurePosixPath):
    """`pathlib.Path` where no file is ever found, and none can be made."""

    exists = is_file = is_dir = is_symlink = _no
    glob = rglob = iterdir = _none_found

    @classmethod
    def cwd(cls) -> Any:
        return cls("/")

    home = cwd

    def resolve(self, strict: bool = False) -> Any:
        return self.cwd() / self

    absolute = resolve

    def expanduser(self) -> Any:
        return self

    def open(self, *_: Any, **__: Any) -> Any:
        raise PolicyFileError("pathlib.Path opens no files here")

    read_text = read_bytes = write_text = write_bytes = mkdir = touch = unlink = stat = open


def _no_terminal(*_: Any) -> None:
    raise OSError("there is no terminal")


def _os_modules() -> dict[str, Partial]:
    pure = words("join basename dirname split splitext normpath isabs commonprefix commonpath")
    path: dict[str, Any] = {name: getattr(posixpath, name) for name in pure}
    path |= dict.fromkeys(words("exists isfile isdir islink lexists"), _no) | {"sep": "/"}
    path |= dict.fromkeys(("abspath", "realpath"), lambda name: posixpath.normpath(f"/{name}"))
    environ: dict[str, str] = {}
    members = {"environ": environ, "getenv": environ.get, "getcwd": lambda: "/", "cpu_count": lambda: 1}
    members |= {"sep": "/", "linesep": "\n", "name": "posix", "devnull": "/dev/null", "pathsep": ":"}
    members |= {"getpid": lambda: 1, "urandom": random.randbytes, "sched_getaffinity": lambda _: {0}}
    members |= {"get_terminal_size": _no_terminal, "PathLike": pathlib.PurePath}
    return {
        "os": module("os", members),
        "os.path": module("os.path", {**path, "expanduser": str}),
        "pathlib": module("pathlib", {**dict.fromkeys(words("Path PosixPath"), _Path), **_PURE_PATHS}),
        "platform": module(
            "platform", {"system": lambda: "Linux", "python_version": platform.python_version}
        ),
        "glob": module("glob", dict.fromkeys(words("glob iglob"), _none_found)),
    }


_PURE_PATHS = {name: getattr(pathlib, name) for name in words("PurePath PurePosixPath PureWindowsPath")}


def _pickle_module() -> Partial:
    """`pickle` for copies: reads back only what it wrote itself."""
    written: dict[bytes, Any] = {}

    def dumps(value: Any, *_: Any, **__: Any) -> bytes:
        data = pickle.dumps(value)
        written[data] = copy.deepcopy(value)
        return data

    def loads(data: bytes, **_: Any) -> Any:
        if type(data) is not bytes or data not in written:
            raise PolicyError("pickle.loads() is allowed on what pickle.dumps() gave")
        return copy.deepcopy(written[data])

    return module("pickle", {"dumps": dumps, "loads": loads, "HIGHEST_PROTOCOL": 5, "DEFAULT_PROTOCOL": 4})


def _signature(function: Any) -> inspect.Signature:
    """`inspect.signature` without its option to evaluate text."""
    return inspect.signature(function)


def _signature_of_text(read: Callable[..., Any], kind: Any, subject: Any, text: str, *rest: Any) -> Any:
    """`inspect`'s reader of signatures in docstrings, which looks names up: for what is written in C only."""
    if type(subject) not in _WRITTEN_IN_C:
        raise ValueError("no signature found")
    return read(kind, subject, text, *rest)


_WRITTEN_IN_C = {types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType}


def _annotated(annotation: Any) -> Any:
    """What an annotation says; of a text only a name is looked up."""
    if not isinstance(annotation, str):
        return annotation
    known = {**vars(builtins), **vars(sys.modules[MODULE]), "None": type(None)}.get(annotation)
    if not isinstance(known, type):
        raise PolicyError(f"the annotation {annotation!r} is text, which is not evaluated")
    return known


def _type_hints(subject: Any, *_: Any, **__: Any) -> dict[str, Any]:
    """`typing.get_type_hints` of the program's own functions and classes."""
    if isinstance(subject, type):
        spaces = [vars(base).get("__annotations__", {}) for base in reversed(type.mro(subject))]
    else:
        spaces = [subject.__annotations__]
    return {name: _annotated(hint) for space in spaces for name, hint in space.items()}


def _singledispatch(function: Callable[..., Any]) -> Any:
    """`functools.singledispatch` that takes a class from an annotation, and evaluates no text."""
    dispatcher = _real_singledispatch(function)
    add = dispatcher.register

    def register(kind: Any, func: Any = None) -> Any:
        if func is not None or isinstance(kind, (type, types.UnionType)):
            return add(kind, func) if func is not None else lambda found: add(kind, found)
        return add(_annotated(next(iter(kind.__annotations__.values()))), kind)

    dispatcher.register = register  # type: ignore[method-assign,assignment]
    return dispatcher


def _gzip_compress(data: bytes, compresslevel: int = 9, **_: Any) -> bytes:
    """`gzip.compress` without the time."""
    compressed: bytes = sys.modules["gzip"].compress(data, compresslevel, mtime=0)
    return compressed


def _update_wrapper(wrapper: Any, wrapped: Any, *_: Any, **__: Any) -> Any:
    """`functools.update_wrapper`, which else would hand out what is guarded on `wrapped`."""
    kept = ("__dict__",) if is_own_function(wrapped) else ()
    return _real_update_wrapper(wrapper, wrapped, ("__name__", "__qualname__", "__doc__"), kept)


def _update_own_wrapper(wrapper: Any, wrapped: Any, *_: Any, **__: Any) -> Any:
    """The same as programs call it: on what is their own."""
    if not (is_own_function(wrapper) or is_own(wrapper)):
        raise PolicyAttributeError("update_wrapper() is allowed on the program's own functions only")
    return _update_wrapper(wrapper, wrapped)


def _wraps(wrapped: Any, *_: Any, **__: Any) -> Callable[[Any], Any]:
    """`functools.wraps` in the same way."""
    return functools.partial(_update_own_wrapper, wrapped=wrapped)


def _cached(self: Any, instance: Any, owner: Any = None) -> Any:
    """`functools.cached_property.__get__`, which reads and writes any name: on the program's own objects."""
    if not (instance is None or is_own(instance)):
        raise PolicyAttributeError("a cached property belongs to the program's own classes")
    return _real_cached(self, instance, owner)


_real_update_wrapper, _real_singledispatch = functools.update_wrapper, functools.singledispatch
_real_cached = functools.cached_property.__get__


def guard_functools() -> None:
    """Guard it where it stands: what lies in a base class, or what other modules call, can be reached."""
    vars(functools).update(update_wrapper=_update_wrapper, singledispatch=_singledispatch)
    functools.cached_property.__get__ = _cached  # type: ignore[method-assign]


def _uuid4() -> Any:
    return sys.modules["uuid"].UUID(int=random.getrandbits(128), version=4)


def plain_modules() -> dict[str, Partial]:
    """Modules that programs have under either policy, in place of those that wait, run or ask others.

    Only for a process of candidates: it changes the types of `datetime` for good.
    """
    clock = _Clock()
    dates = {"datetime": _datetime_module(clock)} if "datetime" in sys.modules else {}
    return {**_harmless_modules(clock), **dates}


def _harmless_modules(clock: _Clock) -> dict[str, Partial]:
    """Those of them that are made beside the real ones."""
    signals = {"SIGALRM": 14, "SIGINT": 2, "SIGTERM": 15, "ITIMER_REAL": 0, "SIG_DFL": 0, "SIG_IGN": 1}
    alarms = words("signal alarm setitimer getsignal")
    timers = {"default_timer": clock.read, "timeit": lambda *_, **__: clock.read()}
    bars = module("tqdm", {"tqdm": _Progress, "trange": lambda *ends, **_: _Progress(range(*ends))})
    return {
        "time": _time_module(clock),
        "signal": module("signal", {**signals, **dict.fromkeys(alarms, _nothing)}),
        "timeit": module("timeit", timers),
        "unittest": module("unittest", {"TestCase": type("TestCase", (), {}), "main": _nothing}),
        "numba": module("numba", {**dict.fromkeys(words("jit njit"), _uncompiled), "prange": range}),
        **dict.fromkeys(("tqdm", "tqdm.auto", "tqdm.notebook"), bars),
        "asyncio": asyncio_module(clock.read, clock.sleep),
        **serial_modules(),
        "atexit": module("atexit", {"register": lambda function, *_, **__: function, "unregister": _nothing}),
        "faulthandler": module("faulthandler", dict.fromkeys(words("enable disable"), _nothing)),
        "tracemalloc": module(
            "tracemalloc",
            {**dict.fromkeys(words("start stop"), _nothing), "get_traced_memory": lambda: (0, 0)},
        ),
        "resource": module(
            "resource",
            {"setrlimit": _nothing, "getrlimit": lambda _: (-1, -1), "RLIMIT_STACK": 3, "RLIM_INFINITY": -1},
        ),
    }


def quiet_modules() -> dict[str, Partial]:
    """Modules that say something to somebody, name files or tell of the process."""
    ignore = words("filterwarnings simplefilter warn resetwarnings")
    trace = words("print_exc print_exception print_stack print_tb print_last")
    told = words("format_exc format_exception format_tb")
    return {
        "sys": _sys_module(),
        "warnings": module("warnings", {**dict.fromkeys(ignore, _nothing), "catch_warnings": _Quiet}),
        "logging": _logging_module(),
        "traceback": module(
            "traceback", {**dict.fromkeys(trace, _nothing), **dict.fromkeys(told, lambda *_, **__: "")}
        ),
        "gc": module("gc", dict.fromkeys(words("collect enable disable"), lambda *_: 0)),
        "pickle": _pickle_module(),
        **_os_modules(),
    }


# Modules of which programs get the public functions and classes, less some, where they are loaded ...
_HIDDEN = {
    **dict.fromkeys(words("random enum operator string functools dataclasses pprint"), ""),
    **dict.fromkeys(words("base64 calendar csv contextvars"), "main"),
    **{"typing": "NamedTupleMeta", "copy": "dispatch_table", "contextlib": "chdir", "struct": "pack_into"},
    **{"argparse": "FileType", "weakref": "finalize"},
}
# ... and those of which they get some.
_CHOSEN = {
    **dict.fromkeys(words("bz2 gzip lzma"), "compress decompress"),
    "ast": "literal_eval",
    "shlex": "split join quote",
    "io": "StringIO BytesIO",
    "inspect": """
        isfunction isclass ismethod ismodule isbuiltin isroutine isgenerator isgeneratorfunction isabstract
        iscoroutinefunction Parameter getdoc cleandoc getfullargspec
    """,
    "uuid": "UUID uuid3 uuid5 NAMESPACE_DNS NAMESPACE_URL",
    "types": """
        SimpleNamespace MappingProxyType GenericAlias UnionType NoneType EllipsisType NotImplementedType
        MethodType FunctionType LambdaType GeneratorType BuiltinFunctionType BuiltinMethodType ModuleType
    """,
}
_REPLACED: dict[str, dict[str, Any]] = {
    "functools": {
        "update_wrapper": _update_own_wrapper,
        "wraps": _wraps,
        "singledispatch": _singledispatch,
        "singledispatchmethod": functools.singledispatchmethod,
    },
    "contextlib": {f"redirect_{name}": _redirect(name) for name in ("stdout", "stderr")},
    "inspect": {"signature": _signature},
    "typing": {"get_type_hints": _type_hints},
    "enum": {"property": types.DynamicClassAttribute},
    "uuid": {"uuid4": _uuid4},
    "gzip": {"compress": _gzip_compress},
}
COPIED = frozenset(
    {
        *_HIDDEN,
        *_CHOSEN,
        "numpy.testing",
        "builtins",
        "datetime",
        *_harmless_modules(_Clock()),
        *quiet_modules(),
    }
)


def copied_modules(replaced: dict[str, dict[str, Any]]) -> dict[str, Partial]:
    """Copies of loaded modules without what leads out; `replaced` are names of theirs that are guarded."""
    copies: dict[str, Partial] = {}
    if "argparse" in sys.modules:  # arguments named in files, of which there are none
        sys.modules["argparse"].ArgumentParser._read_args_from_files = lambda _, arguments: arguments
    vars(inspect)["_signature_fromstr"] = functools.partial(_signature_of_text, inspect._signature_fromstr)  # type: ignore[attr-defined]
    for name in (name for name in (*_HIDDEN, *_CHOSEN, "numpy.testing") if name in sys.modules):
        original = sys.modules[name]
        others = _REPLACED.get(name, {}) | replaced.get(name, {})
        if name in _HIDDEN:
            copies[name] = copy_of(original, **dict.fromkeys(_HIDDEN[name].split()), **others)
        else:
            chosen = _CHOSEN[name].split() if name in _CHOSEN else _assertions(original)
            copies[name] = module(name, {key: getattr(original, key) for key in chosen} | others)
    return copies


def _assertions(testing: types.ModuleType) -> list[str]:
    return [name for name in vars(testing) if name.startswith("assert_")]
