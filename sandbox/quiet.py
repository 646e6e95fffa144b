"""What candidates get for modules that say something to somebody, name files or tell of the process.

There are no files: none is found. Nobody listens to what is logged.
"""

from __future__ import annotations

import copy
import functools
import pathlib
import pickle
import platform
import posixpath
import random
import sys
import types
from typing import Any

from sandbox.names import MODULE, PolicyError, PolicyFileError, PolicyImportError, words
from sandbox.standins import Partial, module, nothing

_MAX_RECURSION = 1_000_000


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


def redirect(name: str) -> Any:
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
        **dict.fromkeys(("gettrace", "getprofile"), nothing),
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


def _no(*_: Any, **__: Any) -> bool:
    return False


def _none_found(*_: Any, **__: Any) -> list[Any]:
    return []


class Quiet:
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
        return nothing


class _Logger(Quiet):
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
    members = {**_LEVELS, **dict.fromkeys(say, nothing), **dict.fromkeys(handlers, Quiet)}
    members |= {"Logger": _Logger, "LoggerAdapter": _Logger, "getLevelName": names.get, "root": _Logger()}
    return module("logging", members | {"getLogger": functools.cache(_Logger)})


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


def quiet_modules() -> dict[str, Partial]:
    """Modules that say something to somebody, name files or tell of the process."""
    ignore = words("filterwarnings simplefilter warn resetwarnings")
    trace = words("print_exc print_exception print_stack print_tb print_last")
    told = words("format_exc format_exception format_tb")
    return {
        "sys": _sys_module(),
        "warnings": module("warnings", {**dict.fromkeys(ignore, nothing), "catch_warnings": Quiet}),
        "logging": _logging_module(),
        "traceback": module(
            "traceback", {**dict.fromkeys(trace, nothing), **dict.fromkeys(told, lambda *_, **__: "")}
        ),
        "gc": module("gc", dict.fromkeys(words("collect enable disable"), lambda *_: 0)),
        "pickle": _pickle_module(),
        **_os_modules(),
    }
