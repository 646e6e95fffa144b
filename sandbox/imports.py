"""What programs import: modules that are loaded, parts of some, and stand-ins for all others.

To import a stand-in is no error, to use it is one, which names the module and the use.
"""

from __future__ import annotations

import ast
import builtins
import functools
import sys
import types
from collections.abc import Container, Iterable, Mapping
from typing import Any

from sandbox.names import PolicyImportError, is_dunder
from sandbox.preload import PROFILES, modules_of, words

_CATCHES_IMPORT_ERRORS = words("ImportError ModuleNotFoundError Exception BaseException")
_USES = """
    call {}(); iter iterating over {}; getitem {}[...]; setitem {}[...] = ...; len len({});
    setattr setting an attribute of {}; enter with {}; exit with {}; bool the truth of {}; contains ... in {}
"""
_ARITHMETIC = words("add radd sub rsub mul rmul truediv rtruediv matmul lt gt le ge")

STARS: list[str] = []  # what the program has imported with * of modules that it can't have


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
        if is_dunder(name):
            raise AttributeError(name)
        return StandIn(f"{self._path}.{name}")

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        """A class derived from it may be written; an instance of that can't be had."""
        return (type("StandIn", (), {"__new__": lambda *_, **__: _refuse(self._path, "an instance of {}")}),)

    def __or__(self, other: object) -> StandIn:
        return self

    __ror__ = __or__

    def __instancecheck__(self, value: object) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self._path}: not available to programs>"


def _refuse(path: str, use: str) -> Any:
    module, dot, part = path.partition(".")
    missing = f"{part!r} of the module {module!r}" if dot else f"module {module!r}"
    raise PolicyImportError(f"{use.format(path)} is not allowed: programs have no {missing}")


_uses = {
    **dict.fromkeys(_ARITHMETIC, "{} as a number"),
    **dict(use.split(None, 1) for use in _USES.split(";")),
}
for _name, _use in _uses.items():
    setattr(StandIn, f"__{_name}__", lambda self, *_, use=_use, **__: _refuse(self._path, use))


class Partial(types.ModuleType):
    """A window on `origin` (a module, or what stands for one): its `names`, by default all; the rest are
    stand-ins."""

    def __init__(self, name: str, origin: Any, names: Iterable[str] = ()) -> None:
        super().__init__(name)
        chosen = frozenset(names) or frozenset(vars(origin))
        vars(self).update(_origin=origin, _names=chosen, __all__=sorted(chosen), __path__=[])

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            return getattr(self._origin, name)
        if is_dunder(name) or (
            isinstance(self._origin, types.ModuleType) and not hasattr(self._origin, name)
        ):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return StandIn(f"{self.__name__}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._names:
            setattr(self._origin, name, value)
        else:
            super().__setattr__(name, value)


@functools.lru_cache(maxsize=1)
def _tried_imports(source: str) -> frozenset[str]:
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


class Imports:
    """The imports of programs: modules of `allowed` packages, `windows` on some, stand-ins for all others.

    `source` is the text of the program that runs.
    """

    def __init__(self, allowed: Container[str], windows: Mapping[str, types.ModuleType]) -> None:
        self._allowed = allowed
        self._windows = windows
        self._known = frozenset(modules_of(PROFILES[-1]))
        self.source = ""

    def import_(
        self, name: str, globals_: Any = None, locals_: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """`__import__` as programs have it."""
        if type(fromlist) is list:  # C code, which imports its own through the built-ins of its caller
            return builtins.__import__(name, None, None, fromlist, level)
        if level:
            raise PolicyImportError("relative imports have nothing to refer to")
        if name in self._windows:
            return self._windows[name if fromlist else name.partition(".")[0]]
        if self._have(name):
            return builtins.__import__(name, None, None, tuple(fromlist or ()))
        if name in _tried_imports(self.source):
            raise PolicyImportError(f"import of {name!r} is not allowed")
        if fromlist:
            STARS.extend([name] * ("*" in fromlist))
            return StandIn(name)
        return self._package(*name.split(".")[:2])

    def _have(self, name: str) -> bool:
        return name.partition(".")[0] in self._allowed and (name in self._known or name in sys.modules)

    def _package(self, top: str, part: str = "") -> Any:
        """The first of the names in `import top.part`, of which the part at least is not to be had."""
        if not (top in self._windows or self._have(top)):
            return StandIn(top)
        found = self.import_(top)
        if not (part in vars(found) or self._have(f"{top}.{part}")):
            setattr(found, part, StandIn(f"{top}.{part}"))
        return found

    def import_module(self, name: str, package: str | None = None) -> Any:
        """`importlib.import_module`."""
        return self.import_(name, fromlist=("__name__",))

    def find_spec(self, name: str, package: str | None = None) -> Any:
        """`importlib.util.find_spec`, which says whether programs have the module."""
        return types.SimpleNamespace(name=name) if name in self._windows or self._have(name) else None
