"""What candidates get for the dangerous built-ins and modules."""

from __future__ import annotations

import abc
import builtins
import collections
import copy
import enum
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sandbox import classes
from sandbox.arrays import guarded_memoryview
from sandbox.attributes import Attributes, space_of
from sandbox.classes import GuardedType, is_own, is_own_function
from sandbox.imports import Imports
from sandbox.modules import copied_modules, guard_functools
from sandbox.names import (
    MODULE,
    REFUSED_BUILTINS,
    NameTable,
    PolicyAttributeError,
    PolicyError,
    PolicyFileError,
    forbidden,
    words,
)
from sandbox.quiet import quiet_modules
from sandbox.standins import Partial, module
from sandbox.substitutes import plain_modules

_NUMPY_CORE = words("numeric fromnumeric multiarray umath shape_base function_base arrayprint numerictypes")


class Guards:
    """The guarded functions over one table of names and one set of importable modules."""

    def __init__(self, table: NameTable, importable: frozenset[str]) -> None:
        self.imports = Imports(table, importable)
        self.attributes = Attributes(table, self.imports)
        self.builtins = self._make_builtins()
        self.imports.copies |= self._given_modules()
        classes.trust_classes()
        classes.WATCHED.update(table.guarded)
        self._guard_library()
        for meta in (abc.ABCMeta, enum.EnumType):
            classes.guard_metaclass(meta)

    def _guard_library(self) -> None:
        """Have parts of the standard library that follow names in a text read as programs may."""
        guard_functools()
        attributes = self.attributes
        text: Any = collections.UserString
        text.format = lambda subject, /, *values, **named: attributes.format(str(subject), *values, **named)
        text.format_map = lambda subject, named, /: attributes.format_map(str(subject), named)
        vars(copy)["setattr"] = attributes.setattr
        if "argparse" in sys.modules:
            vars(sys.modules["argparse"]).update(
                getattr=attributes.getattr, setattr=attributes.setattr, hasattr=attributes.hasattr
            )

    def _given_modules(self) -> dict[str, Partial]:
        """What programs get for the modules that lead out."""
        attributes = self.attributes
        given = copied_modules(
            {
                "operator": {"attrgetter": attributes.attrgetter, "methodcaller": attributes.methodcaller},
                "string": {"Formatter": attributes.formatter},
                "dataclasses": {"dataclass": classes.dataclass, "make_dataclass": classes.make_dataclass},
                "inspect": {"getmembers": attributes.getmembers},
            }
        )
        given |= {**plain_modules(), **quiet_modules()}
        given["builtins"] = module("builtins", self.builtins)
        given |= self._old_numpy()
        given["importlib"] = module("importlib", {"import_module": self.imports.import_module})
        given["importlib.util"] = module("importlib.util", {"find_spec": self.imports.find_spec})
        for name, part in given.items():
            package, _, last = name.rpartition(".")
            if package in given:
                setattr(given[package], last, part)
        return given

    def _old_numpy(self) -> dict[str, Partial]:
        """numpy's inner modules by the names of numpy 1: what numpy has in public under the same names."""
        sources = dict.fromkeys(("", *_NUMPY_CORE), np) | {"defchararray": np.char, "records": np.rec}
        public = {id(source): vars(self.imports.public(source)) for source in sources.values()}
        names = {part: f"numpy.core.{part}".rstrip(".") for part in sources}
        return {names[part]: module(names[part], public[id(source)]) for part, source in sources.items()}

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
            **{name: getattr(self.attributes, name) for name in words("getattr hasattr setattr delattr")},
            "type": GuardedType,
            "vars": _vars,
            "globals": _globals,
            "locals": _locals,
            "memoryview": guarded_memoryview,
        }


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
    found: dict[str, Any] = space_of(values[0])
    return found


def _refused(name: str) -> Callable[..., Any]:
    error = PolicyFileError if name == "open" else PolicyError

    def refuse(*_: Any, **__: Any) -> Any:
        raise error(f"{name}() is not allowed")

    refuse.__name__ = name
    return refuse
