"""What candidates get for the dangerous built-ins, above all the reading of attributes."""

from __future__ import annotations

import abc
import builtins
import collections
import enum
import functools
import string
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sandbox import classes
from sandbox.arrays import guarded_memoryview, is_array, refuse_objects, resize
from sandbox.classes import FORWARDING, GuardedType, is_a, is_own, is_own_function, is_own_member, seen_as
from sandbox.imports import Imports
from sandbox.modules import copied_modules, plain_modules, quiet_modules
from sandbox.names import (
    EXECUTING,
    MODULE,
    REFUSED_BUILTINS,
    NameTable,
    PolicyAttributeError,
    PolicyError,
    PolicyFileError,
    PolicyImportError,
    check_name,
    check_written,
    forbidden,
    words,
)
from sandbox.standins import Partial, StandIn, module

_OF_METHODS = words("__class__ __code__ __defaults__ __func__ __kwdefaults__ __wrapped__")
_GUARDED_TYPES = (str, type, np.ndarray, np.generic)


class Guards:
    """The guarded functions over one table of names and one set of importable modules."""

    def __init__(self, table: NameTable, importable: frozenset[str]) -> None:
        self._table = table
        self.imports = Imports(table, importable)
        self.builtins = self._make_builtins()
        self.imports.copies |= self._given_modules()
        classes.trust_classes()
        classes.WATCHED.update(table.guarded)
        self._guard_library()
        for meta in (abc.ABCMeta, enum.EnumType):
            classes.guard_metaclass(meta)

    def _guard_library(self) -> None:
        """Have parts of the standard library that follow names in a text read as programs may."""
        text: Any = collections.UserString
        text.format = lambda subject, /, *values, **named: self.format(str(subject), *values, **named)
        text.format_map = lambda subject, named, /: self.format_map(str(subject), named)
        if "argparse" in sys.modules:
            vars(sys.modules["argparse"]).update(
                getattr=self.getattr, setattr=self.setattr, hasattr=self.hasattr
            )

    def _given_modules(self) -> dict[str, Partial]:
        """What programs get for the modules that lead out."""
        formatter = self._formatter_class()
        self._formatter = formatter()
        given = copied_modules(
            {
                "operator": {"attrgetter": self.attrgetter, "methodcaller": self.methodcaller},
                "string": {"Formatter": formatter},
                "dataclasses": {"dataclass": classes.dataclass, "make_dataclass": classes.make_dataclass},
                "inspect": {"getmembers": self.getmembers},
            }
        )
        given |= {**plain_modules(), **quiet_modules()}
        given["builtins"] = module("builtins", self.builtins)
        given["importlib"] = module("importlib", {"import_module": self.imports.import_module})
        given["importlib.util"] = module("importlib.util", {"find_spec": self.imports.find_spec})
        for name, part in given.items():
            package, _, last = name.rpartition(".")
            if package in given:
                setattr(given[package], last, part)
        return given

    def _make_builtins(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(builtins).items() if not name.startswith("_")}
        for name in REFUSED_BUILTINS:
            if name in kept:
                kept[name] = _refused(name)
        return kept | {
            "__build_class__": builtins.__build_class__,
            "__name__": "builtins",
            "__debug__": True,
            "__import__": self.imports.import_,
            "getattr": self.getattr,
            "hasattr": self.hasattr,
            "setattr": self.setattr,
            "delattr": self.delattr,
            "type": GuardedType,
            "vars": _vars,
            "globals": _globals,
            "locals": _locals,
            "memoryview": guarded_memoryview,
            "print": _print,
        }

    def getmembers(self, value: Any, predicate: Any = None) -> list[tuple[str, Any]]:
        """`inspect.getmembers`, of what may be read."""
        names = [name for name in sorted(dir(value)) if self.hasattr(value, name)]
        found = [(name, self.getattr(value, name)) for name in names]
        return [pair for pair in found if predicate is None or predicate(pair[1])]

    def getattr(self, value: Any, name: str, *default: Any) -> Any:
        """`getattr` that refuses forbidden names, and guarded ones where they lead out."""
        check_name(name)
        if is_a(value, types.ModuleType):
            return self.imports.read(value, name, *default)
        if name not in self._table.guarded:
            return getattr(value, name, *default)
        if is_a(value, FORWARDING) and name not in _OF_METHODS:
            raise PolicyAttributeError(f"{name!r} is not allowed by way of another object")
        subject = object.__getattribute__(value, "__self__") if type(value) is super else value
        if name in ("format", "format_map"):
            if is_a(subject, str):
                return functools.partial(self.format if name == "format" else self.format_map, subject)
            if is_a(subject, type) and issubclass(subject, str):
                return self.format if name == "format" else self.format_map
        if name == "__class__":
            return seen_as(getattr(value, name, *default))
        if name == "__new__" and type(value) is super:
            classes.check_constructor(object.__getattribute__(value, "__thisclass__"))
        if is_array(subject):
            if self._table.dangerous_on_array(name):
                raise PolicyAttributeError(f"{name!r} of an array is not allowed")
            if name == "resize":
                return resize if is_a(subject, type) else functools.partial(resize, subject)
            if name == "data":
                refuse_objects(subject)
        if name == "__dict__" and not (is_own(subject) or is_own_function(subject)):
            raise PolicyAttributeError("'__dict__' is allowed on the program's own objects only")
        if name == "__dict__":
            return _space_of(value)
        if name in ("__setattr__", "__delattr__"):
            return self._checked_setter(getattr(value, name, *default), -2 if name == "__setattr__" else -1)
        if name == "__getattribute__":
            return self._checked_getter(getattr(value, name, *default), subject)
        if name == "__code__":
            return _code(value)
        if name in ("__wrapped__", "__func__", "__defaults__", "__kwdefaults__"):
            found = getattr(value, name, *default)
            if not is_own_function(value if name.endswith("defaults__") else found):
                raise PolicyAttributeError(f"{name!r} is allowed on the program's own functions only")
            return found
        own = type(value) is not super and is_own_member(subject, name)
        if (name in EXECUTING or name in ("__getstate__", "__setstate__")) and not own:
            raise PolicyAttributeError(f"{name!r} is not allowed here")
        if name in ("mro", "__subclasses__") and is_a(subject, type) and issubclass(subject, type):
            raise PolicyAttributeError(f"{name!r} of a metaclass is not allowed")
        if name in ("__getattr__", "mro", "__mro__", "__bases__", "__subclasses__") and not is_own(subject):
            raise PolicyAttributeError(f"{name!r} is not allowed here")
        return getattr(value, name, *default)

    def _checked_setter(self, write: Callable[..., None], place: int) -> Callable[..., None]:
        def checked(*values: Any) -> None:
            check_written(values[place])
            write(*values)

        return checked

    def _checked_getter(self, read: Callable[..., Any], subject: Any) -> Callable[..., Any]:
        def checked(*values: Any) -> Any:
            *first, name = values
            owner = first[0] if first else subject
            check_name(name)
            if name in self._table.guarded and (not is_own(owner) or is_a(owner, _GUARDED_TYPES)):
                raise PolicyAttributeError(f"{name!r} is not allowed here")
            return read(*values)

        return checked

    def hasattr(self, value: Any, name: str) -> bool:
        """`hasattr`; what may not be read is not there."""
        try:
            return not isinstance(self.getattr(value, name), StandIn)
        except (AttributeError, PolicyImportError):
            return False

    def setattr(self, value: Any, name: str, new: Any) -> None:
        """`setattr` with a plain name."""
        check_written(name)
        setattr(value, name, new)

    def delattr(self, value: Any, name: str) -> None:
        """`delattr` with a plain name."""
        check_name(name)
        delattr(value, name)

    def format(self, text: str, /, *values: Any, **named: Any) -> str:
        """`str.format` whose fields follow attributes only as `getattr` may."""
        return self._formatter.vformat(text, values, named)

    def format_map(self, text: str, named: Mapping[str, Any], /) -> str:
        """`str.format_map`, guarded in the same way."""
        return self._formatter.vformat(text, (), named)

    def attrgetter(self, *names: str) -> Callable[[Any], Any]:
        """`operator.attrgetter` over the guarded `getattr`."""
        paths = [name.split(".") for name in names]

        def get(value: Any) -> Any:
            found = [functools.reduce(self.getattr, path, value) for path in paths]
            return found[0] if len(found) == 1 else tuple(found)

        return get

    def methodcaller(self, name: str, /, *values: Any, **named: Any) -> Callable[[Any], Any]:
        """`operator.methodcaller` over the guarded `getattr`."""
        return lambda value: self.getattr(value, name)(*values, **named)

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


def _code(function: Any) -> Any:
    """What programs may know of a function of theirs by its code."""
    if not is_own_function(function):
        raise PolicyAttributeError("'__code__' is allowed on the program's own functions only")
    known = words("co_argcount co_kwonlyargcount co_posonlyargcount co_varnames co_name co_nlocals co_flags")
    return types.SimpleNamespace(**{name: getattr(function.__code__, name) for name in known})


class _Readable(dict[str, Any]):
    """What `globals()` and `locals()` give: a copy, for reading."""

    def __setitem__(self, key: str, value: Any) -> None:
        raise PolicyError("globals() and locals() are for reading")

    def update(self, *_: Any, **__: Any) -> None:
        raise PolicyError("globals() and locals() are for reading")


def _readable(space: Mapping[str, Any]) -> dict[str, Any]:
    return _Readable({name: value for name, value in space.items() if not forbidden(name)})


def _globals() -> dict[str, Any]:
    return _readable(_caller().f_globals)


def _locals() -> dict[str, Any]:
    return _readable(_caller().f_locals)


def _caller() -> types.FrameType:
    """The frame that called our caller: the program's, not a library's that was given `globals` to call."""
    frame = sys._getframe(2)
    if frame.f_globals is not vars(sys.modules[MODULE]):
        raise PolicyError("globals() and locals() are allowed in the program itself only")
    return frame


def _vars(*values: Any) -> dict[str, Any]:
    """`vars` of an object of the program's own, or of the caller's names."""
    if not values:
        return _readable(_caller().f_locals)
    if not (is_own(values[0]) or is_own_function(values[0])):
        raise PolicyAttributeError("vars() is allowed on the program's own objects only")
    found: dict[str, Any] = _space_of(values[0])
    return found


def _space_of(value: Any) -> Any:
    """An object's `__dict__`; a class's in copy, since a mapping proxy hands out what it stands for."""
    space = value.__dict__
    return types.MappingProxyType(dict(space)) if type(space) is types.MappingProxyType else space


def _refused(name: str) -> Callable[..., Any]:
    error = PolicyFileError if name == "open" else PolicyError

    def refuse(*_: Any, **__: Any) -> Any:
        raise error(f"{name}() is not allowed")

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
