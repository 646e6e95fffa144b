"""The policy on a program's text: names that lead to the interpreter's inside are refused, with their line.

It is no border. It tells early and clearly; what is reached past it is held by the kernel.
"""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Iterator
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from sandbox.preload import words

MODULE = "candidate"  # the name of the module that a program is


class PolicyError(Exception):
    """The program uses what the policy refuses."""


class PolicyImportError(PolicyError, ModuleNotFoundError):
    """The program imports what it may not; an ImportError, so that `try: import x` finds its other branch."""


class PolicyFileError(PolicyError, FileNotFoundError):
    """The program opens a file; a FileNotFoundError, so that a program ready for that goes on."""


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
_ends = "|".join(rf"(?<=\b{name.replace('_', '_)', 1)}" for name in sorted((*_INSIDE, *_INSIDE_OF_OBJECTS)))
_SUSPICIOUS = re.compile(rf"_(?:{_ends})\b")


def is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


class _Check(RestrictingNodeTransformer):
    """RestrictedPython's visitor with our names; syntax that it does not know, new in Python, is refused."""

    def visit(self, node: ast.AST) -> Any:
        inside = isinstance(node, (ast.Attribute, ast.MatchClass))
        for name in () if isinstance(node, ast.Constant) else _names(node):
            if name in _INSIDE or (inside and name in _INSIDE_OF_OBJECTS):
                self.error(node, f'the name "{name}" is not allowed.')
        return super().visit(node)


# Syntax is as safe as its parts, as nothing is rewritten: what the visitor knows, patterns and types.
_NEWER = words("""
    Match match_case MatchAs MatchClass MatchMapping MatchOr MatchSequence MatchSingleton MatchStar MatchValue
    TypeAlias TypeVar ParamSpec TypeVarTuple
""")
for _kind in (*(name[6:] for name in dir(_Check) if name.startswith("visit_")), *_NEWER):
    setattr(_Check, f"visit_{_kind}", _Check.node_contents_visit)


def compile_checked(source: str, filename: str) -> types.CodeType:
    """Compile `source`; raises PolicyError with the first names that are refused, SyntaxError as usual."""
    code = compile(source, filename, "exec", dont_inherit=True)
    if not source.isascii() or _SUSPICIOUS.search(source):  # the tree tells
        check = _Check()
        check.visit(ast.parse(source))
        if check.errors:
            raise PolicyError("; ".join(check.errors[:3]))
    return code


def _names(node: ast.AST) -> Iterator[str]:
    """The names that a node itself holds: a variable, an attribute, an argument, what is imported."""
    for _, value in ast.iter_fields(node):
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str):
                yield from text.split(".")
