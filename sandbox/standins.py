"""Stand-ins for modules that candidates can't have, and copies of modules without what leads out.

To import a stand-in is no error, to use it is one.
"""

from __future__ import annotations

import ast
import functools
import importlib.machinery
import sys
import types
from collections.abc import Mapping
from typing import Any, cast

from sandbox.names import EXECUTING, MODULE, PolicyImportError, forbidden, is_dunder, words

_CATCHES_IMPORT_ERRORS = words("ImportError ModuleNotFoundError Exception BaseException")

_USES = {
    "call": "{}()",
    "iter": "iterating over {}",
    "getitem": "{}[...]",
    "setitem": "{}[...] = ...",
    "setattr": "setting an attribute of {}",
    "enter": "with {}",
    "exit": "with {}",
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

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        """A class derived from it may be written; an instance of that can't be had."""
        return (type("StandIn", (), {"__new__": lambda *_, **__: _refuse(self, "an instance of {}")}),)

    def __or__(self, other: object) -> StandIn:
        return self

    __ror__ = __or__

    def __instancecheck__(self, value: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self._path}: not available to programs>"


def _refuse(stand_in: StandIn, use: str) -> Any:
    path = stand_in._path
    module, dot, part = path.partition(".")
    missing = f"{part!r} of the module {module!r}" if dot else f"module {module!r}"
    raise PolicyImportError(f"{use.format(path)} is not allowed: programs have no {missing}")


for _name, _use in _USES.items():
    setattr(StandIn, f"__{_name}__", lambda self, *_, use=_use, **__: _refuse(self, use))


class Partial(types.ModuleType):
    """A module of which programs have a part; the rest are stand-ins."""

    def __getattr__(self, name: str) -> StandIn:
        if is_dunder(name):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return StandIn(f"{self.__name__}.{name}")


def nothing(*_: Any, **__: Any) -> None:
    """Stands for a function whose effects nobody would see."""


def module(name: str, members: Mapping[str, Any], kind: type[Partial] = Partial) -> Partial:
    made = kind(name)
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
        if not (name.startswith("_") or name in EXECUTING or forbidden(name))
        and not isinstance(value, types.ModuleType)
    } | replaced
    made = module(original.__name__, {name: value for name, value in members.items() if value is not None})
    if hasattr(original, "__all__"):
        made.__dict__["__all__"] = [name for name in original.__all__ if name in vars(made)]
    return made


@functools.lru_cache(maxsize=1)
def tried_imports(source: str) -> frozenset[str]:
    """The modules that the program imports where it is ready for an ImportError."""
    found: set[str] = set()
    for tried in ast.walk(ast.parse(source)):
        if not isinstance(tried, ast.Try):
            continue
        caught = [
            part for handler in tried.handlers for part in ast.walk(handler.type or ast.Name("Exception"))
        ]
        if not any(isinstance(part, ast.Name) and part.id in _CATCHES_IMPORT_ERRORS for part in caught):
            continue
        for node in (part for statement in tried.body for part in ast.walk(statement)):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module or "")
    return frozenset(found)


class StandInFinder:
    """Finds a stand-in for what a program without the language layer imports and can't have.

    `source` is the text of the program that runs; `known` are the modules to give under their names.
    """

    def __init__(self, known: Mapping[str, Partial]) -> None:
        self.source = ""
        self._known = known

    def find_spec(self, fullname: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        frame = sys._getframe(1)
        while frame.f_back and frame.f_globals.get("__name__", "").startswith("importlib._b"):
            frame = frame.f_back
        tried = fullname in tried_imports(self.source) and fullname not in self._known
        if tried or frame.f_globals.get("__name__") != MODULE:
            return None
        return importlib.machinery.ModuleSpec(fullname, cast("Any", self), is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Partial:
        return self._known.get(spec.name) or Partial(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """A stand-in is complete."""
