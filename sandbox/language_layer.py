"""The language layer: how a program's text becomes code, and what that code is given.

Programs get built-ins without those that open files or run text, imports of what they may have, and clocks of
their own. Deeds that the interpreter tells of (opening a file, a socket, a process) are refused whoever asks
for them. With the layer off, they get Python as it is, with stand-ins for what is missing. It is the first
refusal, early and clear, and no border: the kernel is the border.
"""

from __future__ import annotations

import builtins
import os
import sys
import types
from typing import Any

from sandbox.imports import Imports, Partial
from sandbox.names import PolicyError, PolicyFileError, PolicyImportError, compile_checked
from sandbox.preload import PROFILES, modules_of, words
from sandbox.substitutes import made_modules

FILENAME = "<candidate>"
# Built-in functions that programs don't get.
_REFUSED = words("open eval exec compile input breakpoint help exit quit copyright credits license")
# Modules of which programs get some names.
_PARTS = {
    "os": """
        PathLike altsep cpu_count curdir devnull environ extsep fspath get_terminal_size getcwd getenv getpid
        linesep name path pathsep sched_getaffinity sep urandom
    """,
    "sys": """
        __stderr__ __stdout__ argv byteorder exc_info executable exit flags float_info
        get_int_max_str_digits getdefaultencoding getprofile getrecursionlimit getrefcount getsizeof
        gettrace hexversion implementation int_info intern maxsize maxunicode modules path platform
        set_int_max_str_digits setrecursionlimit stderr stdin stdout version version_info warnoptions
    """,
    "gc": "collect disable enable freeze get_count get_threshold isenabled set_threshold",
}
# What the interpreter tells of (audit events) and programs may not do, by their first words.
_DEEDS = words("open os socket subprocess shutil tempfile ctypes pty fcntl mmap syslog webbrowser signal")
_HARMLESS = words("os.putenv os.unsetenv os.walk os.fwalk")
_OF_FILES = words(
    "open os.listdir os.scandir os.mkdir os.remove os.rename os.rmdir os.link os.symlink shutil"
)


class UnparsableError(Exception):
    """No Python program with an entry function."""


class Language:
    """Compiles programs; made in the zygote once everything importable is loaded.

    `libraries` are the names of the trusted libraries; `enforce` False switches the layer off.
    """

    def __init__(self, libraries: tuple[str, ...], *, enforce: bool) -> None:
        self._enforce = enforce
        windows = made_modules()
        packages = {name.partition(".")[0] for name in (*modules_of(PROFILES[-1]), *libraries)}
        if enforce:
            windows |= {
                name: Partial(name, sys.modules[name], words(names)) for name, names in _PARTS.items()
            }
            windows["os.path"] = os.path
        else:
            packages |= sys.stdlib_module_names | {"sandbox"}
        self._imports = Imports(packages, windows)
        self._builtins = {**vars(builtins), "__import__": self._imports.import_}
        if enforce:
            self._builtins |= {name: _refused(name) for name in _REFUSED}
            windows["builtins"] = Partial("builtins", types.SimpleNamespace(**self._builtins))
            util = Partial("importlib.util", types.SimpleNamespace(find_spec=self._imports.find_spec))
            given = types.SimpleNamespace(import_module=self._imports.import_module, util=util)
            windows |= {"importlib": Partial("importlib", given), "importlib.util": util}

    def watch(self) -> None:
        """From now on, refuse what the interpreter tells of; for good."""
        if self._enforce:
            sys.addaudithook(_refuse_deeds)
            sys.meta_path.append(_Missing())

    def compile(self, source: str) -> tuple[types.CodeType, dict[str, Any]]:
        """Compile the one program of this process; returns its code and its built-ins.

        Raises PolicyError if it is refused, UnparsableError if it is no Python.
        """
        self._imports.source = source
        try:
            if self._enforce:
                code = compile_checked(source, FILENAME)
            else:
                code = compile(source, FILENAME, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            raise UnparsableError(_syntax_message(error)) from None
        except (RecursionError, MemoryError, OverflowError) as error:
            raise UnparsableError(f"too long or too deeply nested to compile: {error}") from None
        return code, self._builtins


class _Missing:
    """Says clearly what a library's function asks for that is not there, as for files and archives."""

    def find_spec(self, fullname: str, *_: Any) -> None:
        if fullname.partition(".")[0] in sys.stdlib_module_names:
            raise PolicyImportError(f"import of {fullname!r} is not allowed")


def _refuse_deeds(event: str, _: object) -> None:
    first = event.partition(".")[0]
    if first in _DEEDS and event not in _HARMLESS:
        of_files = first in _OF_FILES or event in _OF_FILES
        raise (PolicyFileError if of_files else PolicyError)(f"{event}() is not allowed")


def _refused(name: str) -> Any:
    def refused(*_: Any, **__: Any) -> Any:
        raise (PolicyFileError if name == "open" else PolicyError)(f"{name}() is not allowed")

    refused.__name__ = name
    return refused


def _syntax_message(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    return f"{type(error).__name__}: {getattr(error, 'msg', error)}" + (f" (line {line})" if line else "")
