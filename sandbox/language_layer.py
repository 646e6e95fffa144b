"""The language layer: how a program's text becomes code, and what that code can name.

Programs get guarded built-ins (no files, no text execution, checked imports, clocks of their own) and are
compiled by the policy. With the layer off, they get Python as it is: then only the kernel holds them. It is
the first refusal, early and clear, and no border: the kernel is the border.
"""

from __future__ import annotations

import builtins
import os
import sys
import time
import types
from typing import Any

from sandbox.arrays import restrict_numpy
from sandbox.classes import pattern_class
from sandbox.guards import Guards
from sandbox.modules import COPIED
from sandbox.names import NameTable
from sandbox.policy import GUARDED_GETATTR, GUARDED_IMPORT, GUARDED_PATTERN, compile_restricted
from sandbox.preload import importable_modules
from sandbox.standins import StandInFinder
from sandbox.substitutes import plain_modules

FILENAME = "<candidate>"


class UnparsableError(Exception):
    """No Python program with an entry function."""


class Language:
    """Compiles programs; made in the zygote once everything importable is loaded.

    `libraries` are the names of the trusted libraries; `enforce` False switches the layer off.
    """

    def __init__(self, libraries: tuple[str, ...], *, enforce: bool) -> None:
        self._guards: Guards | None = None
        if not enforce:
            self._finder = _stand_in_for_waiting()
            return
        restrict_numpy()
        importable = frozenset(importable_modules(libraries))
        loaded = [sys.modules[name] for name in sorted(importable) if name in sys.modules]
        self._table = NameTable(loaded, importable - COPIED)
        self._guards = Guards(self._table, importable)
        self._namespace = {
            "__builtins__": self._guards.builtins,
            GUARDED_GETATTR: self._guards.attributes.getattr,
            GUARDED_IMPORT: self._guards.imports.import_top,
            GUARDED_PATTERN: pattern_class,
        }

    def compile(self, source: str) -> tuple[types.CodeType, dict[str, Any]]:
        """Compile the one program of this process; returns its code and the start of its namespace.

        Raises PolicyError if it is refused, UnparsableError if it is no Python.
        """
        try:
            if self._guards is None:
                self._finder.source = source
                code = compile(source, FILENAME, "exec", dont_inherit=True)
                return code, {"__builtins__": vars(builtins)}
            self._guards.imports.source = source
            return compile_restricted(source, FILENAME, self._table), self._namespace
        except (SyntaxError, ValueError) as error:
            raise UnparsableError(_syntax_message(error)) from None
        except (RecursionError, MemoryError, OverflowError) as error:
            raise UnparsableError(f"too long or too deeply nested to compile: {error}") from None

    def hint(self, error: BaseException) -> str:
        """What else to say about an error: names that a star import of an absent module did not bring."""
        if self._guards is None or not self._guards.imports.stars or type(error) is not NameError:
            return ""
        names = ", ".join(map(repr, dict.fromkeys(self._guards.imports.stars)))
        return f"; nothing came from {names}, imported with *: programs have no such module"


def _stand_in_for_waiting() -> StandInFinder:
    """Have programs without the layer find what they can't have, and no module that waits for others."""
    given = plain_modules()
    finder = StandInFinder({name: part for name, part in given.items() if name not in ("time", "datetime")})
    sys.meta_path.append(finder)
    sys.modules["threading"] = given["threading"]
    sys.modules["faulthandler"] = given["faulthandler"]
    vars(time)["sleep"] = given["time"].sleep
    vars(os)["getcwd"] = lambda: "/"
    return finder


def _syntax_message(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        line = f" (line {error.lineno})" if error.lineno else ""
        return f"{type(error).__name__}: {error.msg}{line}"
    return f"{type(error).__name__}: {error}"
