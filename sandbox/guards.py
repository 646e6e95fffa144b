"""What candidates get for the dangerous built-ins: checked imports and attribute reads, harmless stubs."""

from __future__ import annotations

import builtins
import contextlib
import copy
import dataclasses
import enum
import functools
import operator
import random
import string
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sandbox.names import REFUSED_BUILTINS, NameTable, forbidden, is_dunder
from sandbox.shared import shared_dunder

_MAX_RECURSION = 1_000_000
_NORMAL_RECURSION = 1000
# Modules of which candidates get a copy without what leads out.
REPLACED = frozenset(
    {
        "sys",
        "time",
        "warnings",
        "operator",
        "string",
        "functools",
        "enum",
        "copy",
        "contextlib",
        "dataclasses",
    }
)
_C_CALLERS = ("numpy", "scipy", "skimage")


class PolicyError(Exception):
    """The program uses what the policy refuses."""


class PolicyImportError(PolicyError, ImportError):
    """The program imports what it may not; an ImportError, so that `try: import x` finds its other branch."""


class PolicyAttributeError(PolicyError, AttributeError):
    """The program reads or writes an attribute that it may not."""


class Guards:
    """The guarded functions over one table of names and one set of importable modules."""

    def __init__(self, table: NameTable, importable: frozenset[str]) -> None:
        self._table = table
        self._importable = importable
        self.wants_solo = False
        self._reader = self.getattr  # by which the current program reads attributes named by text
        self._stubs = {
            "operator": self._stub(operator, attrgetter=self.attrgetter, methodcaller=self.methodcaller),
            "string": self._stub(string, Formatter=self._formatter_class()),
            "functools": self._stub(functools, update_wrapper=_update_wrapper, wraps=_wraps),
            "typing": self._stub(typing),
            "random": self._stub(random),
            "enum": self._stub(enum),
            "copy": self._stub(copy, dispatch_table=None),
            "contextlib": self._stub(
                contextlib, redirect_stdout=_Redirect, redirect_stderr=_Redirect, chdir=None
            ),
            "dataclasses": self._stub(
                dataclasses, dataclass=self.dataclass, make_dataclass=self.make_dataclass
            ),
            "sys": _sys_stub(),
            "time": _time_stub(),
            "warnings": _warnings_stub(),
        }
        self._formatter = self._formatter_class()()
        self._builtins = self._make_builtins()
        self._shared_builtins = {
            **self._builtins, "getattr": self.shared_getattr, "hasattr": self.shared_hasattr
        }  # fmt: skip
        # made before forks: a copy touches every built-in, and so the memory page of each
        self._first = {shared: self._copy(shared) for shared in (True, False)}

    def builtins(self, *, shared: bool) -> dict[str, Any]:
        """The built-ins of the next program, a dict of its own.

        In `shared` company nothing is found by unshared names, and `wants_solo` is set where it is tried.
        """
        self._reader = self.shared_getattr if shared else self.getattr
        return self._first.pop(shared, None) or self._copy(shared)

    def _copy(self, shared: bool) -> dict[str, Any]:
        return dict(self._shared_builtins if shared else self._builtins)

    def replacements(self) -> list[types.ModuleType]:
        """What candidates get instead of the real modules and built-ins, as modules."""
        return [*self._stubs.values(), _module("builtins", self._builtins)]

    def _make_builtins(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(builtins).items() if not name.startswith("_")}
        for name in REFUSED_BUILTINS:
            if name in kept:
                kept[name] = _refused(name)
        kept |= {
            "__build_class__": builtins.__build_class__,
            "__name__": "builtins",
            "__debug__": True,
            "__import__": self.import_,
            "getattr": self.getattr,
            "hasattr": self.hasattr,
            "setattr": self.setattr,
            "delattr": self.delattr,
            "type": _GuardedType,
            "vars": _vars,
            "print": _print,
        }
        return kept

    def import_(
        self,
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """The import of candidates: allowlisted modules and trusted libraries, and nothing through them."""
        if type(fromlist) is list and name.partition(".")[0] in _C_CALLERS:
            # numpy's C code imports its own parts through the built-ins of the frame that called it
            return builtins.__import__(name, None, None, fromlist, level)
        if level:
            raise PolicyImportError("relative imports have nothing to refer to")
        if name in self._stubs:
            return self._stubs[name]
        if name not in self._importable:
            raise PolicyImportError(f"import of {name!r} is not allowed")
        module = builtins.__import__(name, None, None, tuple(fromlist or ()), 0)
        for wanted in fromlist or ():
            if wanted == "*":
                return self._public(module)
            self._check_module_read(module, wanted, getattr(module, wanted, None))
        return module

    def getattr(self, value: Any, name: str, *default: Any) -> Any:
        """`getattr` that refuses forbidden names, and guarded ones where they lead out."""
        self.check_name(name)
        if name not in self._table.guarded and not isinstance(value, types.ModuleType):
            return getattr(value, name, *default)
        if name in ("format", "format_map") and isinstance(value, str):
            return functools.partial(self.format if name == "format" else self.format_map, value)
        if name in ("format", "format_map") and isinstance(value, type) and issubclass(value, str):
            return self.format if name == "format" else self.format_map
        if isinstance(value, types.ModuleType):
            value = self._stubs.get(value.__name__, value)
            found = getattr(value, name, *default)
            if isinstance(found, types.ModuleType):
                found = self._stubs.get(found.__name__, found)
            self._check_module_read(value, name, found)
            return found
        if isinstance(value, np.ndarray) and self._table.dangerous_on_array(name):
            raise PolicyAttributeError(f"{name!r} of an array is not allowed")
        if name == "__dict__" and not _is_own(value):
            raise PolicyAttributeError("'__dict__' is allowed on the program's own objects only")
        if name in ("__getattr__", "mro", "__mro__", "__bases__") and not _is_own(value):
            raise PolicyAttributeError(f"{name!r} is not allowed here")
        return getattr(value, name, *default)

    def hasattr(self, value: Any, name: str) -> bool:
        """`hasattr`; what may not be read is not there."""
        return _finds(self.getattr, value, name)

    def shared_getattr(self, value: Any, name: str, *default: Any) -> Any:
        """`getattr` of programs in shared company."""
        if type(name) is not str or name in self._table.unshared or not _plain_or_shared(name):
            self.wants_solo = True
            raise PolicyAttributeError(f"the name {name!r} is for programs in a process of their own")
        return self.getattr(value, name, *default)

    def shared_hasattr(self, value: Any, name: str) -> bool:
        """`hasattr` of programs in shared company."""
        return _finds(self.shared_getattr, value, name)

    def setattr(self, value: Any, name: str, new: Any) -> None:
        """`setattr` with a plain name."""
        self.check_name(name)
        if name == "__match_args__":
            raise PolicyAttributeError("'__match_args__' is written in the class itself")
        setattr(value, name, new)

    def delattr(self, value: Any, name: str) -> None:
        """`delattr` with a plain name."""
        self.check_name(name)
        delattr(value, name)

    def check_name(self, name: object) -> None:
        """Raise PolicyAttributeError if `name` is no plain text or is forbidden everywhere."""
        if type(name) is not str:
            raise PolicyAttributeError("an attribute's name must be plain text")
        if forbidden(name):
            raise PolicyAttributeError(f"the name {name!r} is not allowed")

    def format(self, text: str, /, *values: Any, **named: Any) -> str:
        """`str.format` whose fields follow attributes only as `getattr` may."""
        return self._formatter.vformat(text, values, named)

    def format_map(self, text: str, named: Mapping[str, Any], /) -> str:
        """`str.format_map`, guarded in the same way."""
        return self._formatter.vformat(text, (), named)

    def dataclass(self, kind: type | None = None, /, **options: Any) -> Any:
        """`dataclasses.dataclass` on classes whose annotated names are plain: it turns them into code."""
        if kind is None:
            return functools.partial(self.dataclass, **options)
        for name in vars(kind).get("__annotations__", {}):
            self._check_identifier(name)
        return dataclasses.dataclass(kind, **options)

    def make_dataclass(self, name: str, fields: Iterable[Any], **options: Any) -> Any:
        """`dataclasses.make_dataclass` with plain names."""
        fields = [field if isinstance(field, str) else tuple(field) for field in fields]
        for field in fields:
            self._check_identifier(field if isinstance(field, str) else field[0])
        for member in options.get("namespace") or {}:
            self._check_identifier(member)
        return dataclasses.make_dataclass(name, fields, **options)

    def _check_identifier(self, name: object) -> None:
        self.check_name(name)
        if not str(name).isidentifier():
            raise PolicyAttributeError(f"{name!r} is no name")

    def attrgetter(self, *names: str) -> Callable[[Any], Any]:
        """`operator.attrgetter` over the program's `getattr`."""
        paths = [name.split(".") for name in names]

        def get(value: Any) -> Any:
            found = [functools.reduce(self._reader, path, value) for path in paths]
            return found[0] if len(found) == 1 else tuple(found)

        return get

    def methodcaller(self, name: str, /, *values: Any, **named: Any) -> Callable[[Any], Any]:
        """`operator.methodcaller` over the program's `getattr`."""
        return lambda value: self._reader(value, name)(*values, **named)

    def _check_module_read(self, module: types.ModuleType, name: str, found: Any) -> None:
        if isinstance(found, types.ModuleType) and not self._reachable(found):
            raise PolicyImportError(f"module {found.__name__!r} is not allowed")
        if self._table.dangerous_on_module(module.__name__, name):
            raise PolicyImportError(f"{module.__name__}.{name} is not allowed")

    def _reachable(self, module: types.ModuleType) -> bool:
        stub = self._stubs.get(module.__name__)
        return module is stub or (stub is None and module.__name__ in self._importable)

    def _public(self, module: types.ModuleType) -> types.ModuleType:
        """What a star import may bring: the module's public names, less modules that are not allowed."""
        listed: Iterable[str] = getattr(module, "__all__", None) or [
            name for name in vars(module) if not name.startswith("_")
        ]
        public = types.ModuleType(module.__name__)
        for name in listed:
            if self._table.dangerous_on_module(module.__name__, name) or forbidden(name):
                continue
            try:
                value = getattr(module, name)
            except (AttributeError, ImportError, OSError):
                continue  # a part that would be loaded from disk on first use
            if isinstance(value, types.ModuleType) and not self._reachable(value):
                continue
            setattr(public, name, value)
        public.__dict__["__all__"] = [name for name in public.__dict__ if not name.startswith("__")]
        return public

    def _stub(self, module: types.ModuleType, **replaced: Any) -> types.ModuleType:
        """A copy of a module without its private names, forbidden names and modules.

        Of `replaced`, None takes a name away.
        """
        copied = types.ModuleType(module.__name__)
        for name, value in vars(module).items():
            if name.startswith("_") or forbidden(name) or isinstance(value, types.ModuleType):
                continue
            setattr(copied, name, value)
        for name, value in replaced.items():
            if value is None:
                copied.__dict__.pop(name, None)
            else:
                setattr(copied, name, value)
        if hasattr(module, "__all__"):
            copied.__dict__["__all__"] = [name for name in module.__all__ if hasattr(copied, name)]
        return copied

    def _formatter_class(self) -> type[string.Formatter]:
        guarded = self

        class Formatter(string.Formatter):
            """`string.Formatter` that reads attributes as the policy allows."""

            def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
                first, rest = string._string.formatter_field_name_split(field_name)  # type: ignore[attr-defined]
                value = self.get_value(first, args, kwargs)
                for is_attribute, key in rest:
                    value = guarded.getattr(value, key) if is_attribute else value[key]
                return value, first

        return Formatter


class _TypeMeta(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, type) if cls is _GuardedType else type.__instancecheck__(cls, value)

    def __subclasscheck__(cls, value: type) -> bool:
        return issubclass(value, type) if cls is _GuardedType else type.__subclasscheck__(cls, value)

    def __eq__(cls, other: object) -> bool:
        return other is cls or (cls is _GuardedType and other is type)

    def __hash__(cls) -> int:
        return hash(type) if cls is _GuardedType else type.__hash__(cls)


class _GuardedType(type, metaclass=_TypeMeta):
    """`type` for candidates: tells an object's class, or makes a class whose members have allowed names.

    Subclasses are the metaclasses of candidates.
    """

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        if cls is _GuardedType and len(arguments) == 1 and not named:
            found = type(arguments[0])
            return _GuardedType if found in (type, _TypeMeta) else found
        if len(arguments) != 3:
            raise TypeError("type() takes 1 or 3 arguments")
        name, bases, members = arguments[0], arguments[1], dict(arguments[2])
        for member, value in members.items():
            if type(member) is not str or forbidden(member) or _odd_match_args(member, value):
                raise PolicyAttributeError(f"the name {member!r} is not allowed")
        if cls is _GuardedType:
            return type(name, bases, members, **named)
        return type.__new__(cls, name, bases, members, **named)


def _odd_match_args(member: str, value: object) -> bool:
    """True for names of attributes that a class pattern would read although no program may."""
    plain = type(value) is tuple and all(type(item) is str and not is_dunder(item) for item in value)
    return member == "__match_args__" and not plain


def _is_own(value: Any) -> bool:
    """True for instances of classes that the program itself defined, and those classes."""
    kind = value if isinstance(value, type) else type(value)
    return getattr(kind, "__module__", None) == "candidate"


def _finds(read: Callable[[Any, str], Any], value: Any, name: str) -> bool:
    try:
        read(value, name)
    except AttributeError:
        return False
    return True


def _plain_or_shared(name: str) -> bool:
    return not is_dunder(name) or shared_dunder(name)


def _vars(value: Any) -> dict[str, Any]:
    """`vars` of an object of the program's own."""
    if not _is_own(value):
        raise PolicyAttributeError("vars() is allowed on the program's own objects only")
    found: dict[str, Any] = vars(value)
    return found


def _update_wrapper(wrapper: Any, wrapped: Any, *_: Any, **__: Any) -> Any:
    """`functools.update_wrapper` for functions of the program's own, with its usual attributes."""
    if not _is_own_function(wrapper):
        raise PolicyAttributeError("update_wrapper() is allowed on the program's own functions only")
    return functools.update_wrapper(wrapper, wrapped, ("__name__", "__qualname__", "__doc__"), ())


def _wraps(wrapped: Any, *_: Any, **__: Any) -> Callable[[Any], Any]:
    """`functools.wraps` in the same way."""
    return functools.partial(_update_wrapper, wrapped=wrapped)


def _is_own_function(value: Any) -> bool:
    return type(value) is types.FunctionType and value.__module__ == "candidate"


class _Redirect:
    """`contextlib.redirect_stdout`: prints go nowhere anyway."""

    def __init__(self, target: Any) -> None:
        self._target = target

    def __enter__(self) -> Any:
        return self._target

    def __exit__(self, *_: object) -> None:
        return None


class _CatchWarnings:
    """`warnings.catch_warnings`: there are none to catch."""

    def __init__(self, *, record: bool = False, **_: Any) -> None:
        self._record = record

    def __enter__(self) -> list[Any] | None:
        return [] if self._record else None

    def __exit__(self, *_: object) -> None:
        return None


def _refused(name: str) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise PolicyError(f"{name}() is not allowed")

    refuse.__name__ = name
    return refuse


def _print(
    *values: Any, sep: str | None = " ", end: str | None = "\n", file: Any = None, flush: Any = None
) -> None:
    """`print` into nothing; values are turned into text as the real one does, since that may have effects."""
    if file is not None and hasattr(file, "write"):
        file.write((sep or " ").join(map(str, values)))
        return
    for value in values:
        str(value)


def _module(name: str, members: Mapping[str, Any]) -> types.ModuleType:
    module = types.ModuleType(name)
    for key, value in members.items():
        setattr(module, key, value)
    return module


def set_recursion_limit(limit: int) -> None:
    """`sys.setrecursionlimit` for one program; the next starts with the normal limit again."""
    sys.setrecursionlimit(min(int(limit), _MAX_RECURSION))


def reset_recursion_limit() -> None:
    if sys.getrecursionlimit() != _NORMAL_RECURSION:
        sys.setrecursionlimit(_NORMAL_RECURSION)


def _exc_info() -> tuple[Any, Any, None]:
    """`sys.exc_info` without the traceback, which leads to frames."""
    kind, error, _ = sys.exc_info()
    return kind, error, None


def _exit(status: object = None) -> None:
    raise SystemExit(status)


def _sys_stub() -> types.ModuleType:
    return _module(
        "sys",
        {
            "setrecursionlimit": set_recursion_limit,
            "getrecursionlimit": sys.getrecursionlimit,
            "getsizeof": sys.getsizeof,
            "intern": sys.intern,
            "maxsize": sys.maxsize,
            "version": sys.version,
            "version_info": sys.version_info,
            "platform": sys.platform,
            "float_info": sys.float_info,
            "argv": ("candidate",),
            "exc_info": _exc_info,
            "stdout": sys.stdout,
            "stderr": sys.stderr,
            "exit": _exit,
        },
    )


def _time_stub() -> types.ModuleType:
    """Clocks that stand still: a program whose output depends on the time is no program for us."""
    clocks = ("time", "perf_counter", "monotonic", "process_time")
    members: dict[str, Any] = {name: (lambda: 0.0) for name in clocks}
    members |= {f"{name}_ns": (lambda: 0) for name in clocks}
    return _module("time", {**members, "sleep": lambda seconds: None})


def _warnings_stub() -> types.ModuleType:
    def nothing(*_: Any, **__: Any) -> None:
        return None

    members: dict[str, Any] = dict.fromkeys(
        ("filterwarnings", "simplefilter", "warn", "resetwarnings"), nothing
    )
    return _module("warnings", {**members, "catch_warnings": _CatchWarnings})
