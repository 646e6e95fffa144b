"""The language layer: how a program's text becomes code, and what that code can name.

Every program gets guarded built-ins (no files, no text execution, checked imports). A program whose code
objects hold shared names only (`sandbox/shared.py`) runs as plain Python compiles it, beside others in one
process; any other goes through the full policy in a process of its own. With the layer off, programs get
Python as it is, each in a process of its own: then only the kernel holds them.
"""

from __future__ import annotations

import builtins
import gc
import sys
import types
from dataclasses import dataclass
from typing import Any

from sandbox import guards, marks, screen
from sandbox.guards import PolicyError
from sandbox.names import SETTERS, NameTable
from sandbox.policy import GUARDED_GETATTR, compile_restricted
from sandbox.preload import importable_modules
from sandbox.shared import reachable_names, safe_names

FILENAME = "<candidate>"

__all__ = ["FILENAME", "Compiled", "Language", "PolicyError", "UnparsableError", "WantsSolo"]


class UnparsableError(Exception):
    """No Python program with an entry function."""


class WantsSolo(Exception):
    """The program must run in a process of its own."""


@dataclass(frozen=True, eq=False)
class Compiled:
    """A program ready to be executed: its code and the start of its namespace."""

    code: types.CodeType
    namespace: dict[str, Any]


class Language:
    """Compiles programs; made in the zygote once everything importable is loaded.

    `libraries` are the names of the trusted libraries; `enforce` False switches the layer off.
    """

    def __init__(self, libraries: tuple[str, ...], *, enforce: bool) -> None:
        self._enforce = enforce
        self._libraries = libraries
        importable = frozenset(importable_modules(libraries))
        loaded = [sys.modules[name] for name in sorted(importable) if name in sys.modules]
        unshared = reachable_names(loaded, libraries) - safe_names(libraries)
        self._table = NameTable(loaded, importable - guards.REPLACED, unshared)
        self._guards = guards.Guards(self._table, importable)
        owned = [
            module
            for name, module in sys.modules.items()
            if name in libraries or name.partition(".")[0] == "omniarc"
        ]
        self._marks = marks.Marks([*loaded, *owned, *self._guards.replacements()], owned)
        self._thorough = self._sets = self._generates = False
        self._lonely = frozenset(name for name in libraries if marks.has_hidden_state(sys.modules[name]))

    def start(self, memory_bytes: int) -> None:
        """Called in each child before its first program."""
        self._marks.start(memory_bytes // 4)

    def compile(self, source: str, *, alone: bool) -> Compiled:
        """Compile one program.

        Raises WantsSolo if it must run alone and does not, PolicyError if it is refused, UnparsableError
        if it is no Python.
        """
        guards.reset_recursion_limit()
        try:
            code = compile(source, FILENAME, "exec", dont_inherit=True)
            if not self._enforce:
                return Compiled(code, {"__builtins__": vars(builtins)})
            parts = screen.code_objects(code)
            if screen.shareable(parts, source, self._table, self._lonely):
                self._thorough = screen.stores_attributes(parts)
                self._sets = screen.mentions(parts, SETTERS)
                self._generates = screen.has_finalisers(parts)
                return Compiled(code, {"__builtins__": self._guards.builtins(shared=not alone)})
            if not alone:
                raise WantsSolo
            code = compile_restricted(source, FILENAME, self._table)
        except (SyntaxError, ValueError) as error:
            raise UnparsableError(_syntax_message(error)) from None
        except (RecursionError, MemoryError, OverflowError) as error:
            raise UnparsableError(f"too long or too deeply nested to compile: {error}") from None
        space = {"__builtins__": self._guards.builtins(shared=False), GUARDED_GETATTR: self._guards.getattr}
        return Compiled(code, space)

    def asked_for_solo(self) -> bool:
        """True if the last program, in shared company, looked for something by a name that is unshared."""
        asked, self._guards.wants_solo = self._guards.wants_solo, False
        return asked

    def marked(self) -> bool:
        """True if the last program left something behind that another could see; numpy's settings are put
        right."""
        if self._generates:
            gc.collect()  # what its generators still have to do is done in its own time
        if self._sets:
            self._marks.restore_settings()
        return self._marks.found(thorough=self._thorough)


def _syntax_message(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        line = f" (line {error.lineno})" if error.lineno else ""
        return f"{type(error).__name__}: {error.msg}{line}"
    return f"{type(error).__name__}: {error}"
