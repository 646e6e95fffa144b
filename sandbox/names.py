"""The policy on a program's text: names that lead to the interpreter's inside are refused, with their line.

It is no border. It tells early and clearly; what is reached past it is held by the kernel.
"""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Iterator

MODULE = "candidate"  # the name of the module that a program is


class PolicyError(Exception):
    """The program uses what the policy refuses."""


class PolicyImportError(PolicyError, ModuleNotFoundError):
    """The program imports what it may not; an ImportError, so that `try: import x` finds its other branch."""


class PolicyFileError(PolicyError, FileNotFoundError):
    """The program opens a file; a FileNotFoundError, so that a program ready for that goes on."""


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set of names."""
    return frozenset(text.split())


# Names that lead to the interpreter's inside, and attributes that do, which variables may be called.
_INSIDE = words("""
    __array_interface__ __array_struct__ __builtins__ __closure__ __globals__ __loader__ __self__ __spec__
""")
_INSIDE_OF_OBJECTS = words("""
    tb_frame tb_next f_back f_builtins f_code f_generator f_globals f_locals f_trace f_lineno co_code
    co_consts gi_frame gi_code gi_yieldfrom cr_await cr_frame cr_code cr_origin ag_await ag_frame ag_code
    func_globals func_code im_func im_self
""")
# It begins with a plain sign, and so is found fast.
_ends = "|".join(rf"(?<=\b{name.replace('_', '_)', 1)}" for name in sorted(_INSIDE | _INSIDE_OF_OBJECTS))
_SUSPICIOUS = re.compile(rf"_(?:{_ends})\b")


def is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def compile_checked(source: str, filename: str) -> types.CodeType:
    """Compile `source`; raises PolicyError with the first names that are refused, SyntaxError as usual."""
    code = compile(source, filename, "exec", dont_inherit=True)
    if not source.isascii() or _SUSPICIOUS.search(source):  # the tree tells
        found = [error for node in ast.walk(ast.parse(source)) for error in _errors(node)]
        if found:
            raise PolicyError("; ".join(text for _, text in sorted(found)[:3]))
    return code


def _errors(node: ast.AST) -> Iterator[tuple[int, str]]:
    """The line of each name that a node itself holds and that is refused, and what to say of it."""
    inside = _INSIDE | _INSIDE_OF_OBJECTS if isinstance(node, (ast.Attribute, ast.MatchClass)) else _INSIDE
    for _, value in ast.iter_fields(node) if not isinstance(node, ast.Constant) else ():
        for text in value if isinstance(value, list) else (value,):
            for name in text.split(".") if isinstance(text, str) else ():
                if name in inside:
                    line = getattr(node, "lineno", 0)
                    yield line, f'Line {line}: the name "{name}" is not allowed.'
