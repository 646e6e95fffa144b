"""What programs import, and read off modules: allowlisted ones, copies, and stand-ins for all others."""

from __future__ import annotations

import builtins
import contextlib
import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sandbox.classes import is_a
from sandbox.modules import COPIED
from sandbox.names import NameTable, PolicyImportError, forbidden
from sandbox.standins import Partial, StandIn, module, tried_imports

_C_CALLERS = ("numpy", "scipy", "skimage", "_strptime")  # whose C code imports parts of its own


class Imports:
    """The imports of candidates over one table of names and one set of importable modules.

    `copies` are what programs get for the modules that lead out; `source` is the text of the program that
    runs; `stars` are the stand-ins that it has imported with *.
    """

    def __init__(self, table: NameTable, importable: frozenset[str]) -> None:
        self._table = table
        self._importable = importable
        self._names = {
            id(module): module.__name__ for module in sys.modules.values() if is_a(module, types.ModuleType)
        }
        self.copies: dict[str, Partial] = {}
        self.source = ""
        self.stars: list[str] = []

    def import_(
        self,
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        """The import of candidates: allowlisted modules and trusted libraries, stand-ins for all others."""
        if type(fromlist) is list and name.partition(".")[0] in _C_CALLERS:
            # C code imports its own parts through the built-ins of the frame that called it
            return builtins.__import__(name, None, None, fromlist, level)
        if level:
            raise PolicyImportError("relative imports have nothing to refer to")
        if name in self.copies or name not in self._importable:
            return self._given(name, fromlist)
        found = builtins.__import__(name, None, None, tuple(fromlist or ()), 0)
        if not fromlist:
            return found
        return self.public(found) if "*" in fromlist else self._picked(found, fromlist)

    def _given(self, name: str, fromlist: Sequence[str] | None) -> Any:
        """A copy, or what stands for a module that programs can't have.

        Raises ImportError where the program expects one.
        """
        given = self.copies.get(name)
        if given is None and name in tried_imports(self.source):
            raise PolicyImportError(f"import of {name!r} is not allowed")
        top, _, rest = name.partition(".")
        if fromlist or not rest:
            self.stars += [name] * (given is None and "*" in (fromlist or ()))
            return given or StandIn(name)
        if top in self.copies or top not in self._importable:
            return self.copies.get(top) or StandIn(top)
        part = rest.partition(".")[0]
        if f"{top}.{part}" in self._importable - self.copies.keys():
            return builtins.__import__(top)
        shown = self.copies.get(f"{top}.{part}") or StandIn(f"{top}.{part}")
        return module(top, {**vars(builtins.__import__(top)), part: shown})

    def import_module(self, name: str, *_: Any, **__: Any) -> Any:
        """`importlib.import_module`."""
        return self.import_(name, None, None, ("__name__",))

    def import_top(self, name: str, *values: Any, **named: Any) -> Any:
        """`__import__` as programs call it."""
        names = named.get("fromlist") or (values[2] if len(values) > 2 else ())
        return self.import_(name, None, None, tuple(names))

    def find_spec(self, name: str, *_: Any) -> Any:
        """`importlib.util.find_spec`, which says whether programs have the module."""
        return types.SimpleNamespace(name=name) if name in {*self.copies, *self._importable} else None

    def read(self, origin: types.ModuleType, name: str, *default: Any) -> Any:
        origin = self.copies.get(self._name_of(origin), origin)
        found = getattr(origin, name, *default)
        if is_a(found, types.ModuleType):
            found = self.copies.get(self._name_of(found), found)
        if not self._may_read(origin, name, found):
            raise PolicyImportError(f"{self._name_of(origin)}.{name} is not allowed")
        return found

    def _name_of(self, module: types.ModuleType) -> str:
        """The name under which a module was loaded, whatever the program has called it since."""
        return self._names.get(id(module)) or str(module.__name__)

    def _may_read(self, origin: types.ModuleType, name: str, found: Any) -> bool:
        if is_a(origin, Partial):
            return True
        if is_a(found, types.ModuleType) and found is not self.copies.get(self._name_of(found)):
            return self._name_of(found) in self._importable - COPIED
        return not self._table.dangerous_on_module(self._name_of(origin), name)

    def _picked(self, origin: types.ModuleType, names: Iterable[str]) -> types.ModuleType:
        """What `from origin import names` reads from: `origin`, or a copy where something is refused."""
        found: dict[str, Any] = {}
        for name in names:
            try:
                found[name] = self.read(origin, name)
            except PolicyImportError:
                found[name] = StandIn(f"{origin.__name__}.{name}")
            except AttributeError:
                return origin  # Python's own error
        same = all(value is getattr(origin, name) for name, value in found.items())
        return origin if same else module(origin.__name__, found)

    def public(self, origin: types.ModuleType) -> types.ModuleType:
        """What a star import may bring: the module's public names, less modules that are not allowed."""
        listed: Iterable[str] = getattr(origin, "__all__", None) or [
            name for name in vars(origin) if not name.startswith("_")
        ]
        public = types.ModuleType(origin.__name__)
        for name in listed:
            if self._table.dangerous_on_module(origin.__name__, name) or forbidden(name):
                continue
            with contextlib.suppress(AttributeError, ImportError, OSError):  # a part loaded on first use
                setattr(public, name, self.read(origin, name))
        public.__dict__["__all__"] = [name for name in public.__dict__ if not name.startswith("__")]
        return public
