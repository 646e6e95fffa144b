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


# Protocol methods and harmless data; all other names of the form __x__ are refused.
_SAFE_DUNDERS = words("""
    abs abstractmethods add aenter aexit aiter all and anext annotations args array array_finalize
    array_function array_priority array_ufunc array_wrap author await bases bool bytes call cause ceil class
    class_getitem classcell classdict classdictcell code complex conditional_annotations contains context copy
    copyright credits date debug deepcopy defaults delattr delete delitem dict dir divmod doc email enter eq
    exit file firstlineno float floor floordiv format func future ge get getattr getattribute getitem getstate
    gt hash iadd iand ifloordiv ilshift imatmul imod import imul index init init_subclass instancecheck int
    invert ior ipow irshift isub iter itruediv ixor kwdefaults le len length_hint license lshift lt main
    maintainer match_args matmul members missing mod module mro mul name ne neg new next notes or orig_bases
    origin package parameters pos post_init pow prepare qualname radd rand rdivmod reduce repr reversed
    rfloordiv rlshift rmatmul rmod rmul ror round rpow rrshift rshift rsub rtruediv rxor set set_name setattr
    setitem setstate sizeof slots static_attributes status stderr stdout str sub subclasscheck subclasses
    subclasshook suppress_context traceback truediv trunc type_params version wrapped xor
""")
# Attributes that lead to frames, code objects and tracebacks; variables may be called so.
_INSIDE = words("""
    tb_frame tb_next f_back f_builtins f_code f_generator f_globals f_locals f_trace f_lineno co_code
    co_consts gi_frame gi_code gi_yieldfrom cr_await cr_frame cr_code cr_origin ag_await ag_frame ag_code
    func_globals func_code im_func im_self
""")


# All begin with a plain sign, and so are found fast.
_SUSPICIOUS = re.compile(
    rf"_(?:(?<=\b_)_(?!(?:{'|'.join(sorted(_SAFE_DUNDERS))})__\b)\w+__|"
    + "|".join(rf"(?<=\b{name.replace('_', '_)', 1)}" for name in sorted(_INSIDE))
    + r")\b"
)


def is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


class _Check(RestrictingNodeTransformer):
    """RestrictedPython's visitor with our names; syntax that it does not know, new in Python, is refused."""

    def visit(self, node: ast.AST) -> Any:
        inside = _INSIDE if isinstance(node, (ast.Attribute, ast.MatchClass)) else ()
        for name in _names(node):
            if name in inside or (is_dunder(name) and name[2:-2] not in _SAFE_DUNDERS):
                self.error(node, f'the name "{name}" is not allowed.')
        return super().visit(node)


# Syntax is as safe as its parts, as nothing is rewritten: what the visitor knows, patterns and types.
_NEWER = words("""
    Match match_case MatchAs MatchClass MatchMapping MatchOr MatchSequence MatchSingleton MatchStar MatchValue
    TypeAlias TypeVar ParamSpec TypeVarTuple
""")
for _kind in {name.removeprefix("visit_") for name in dir(_Check) if name.startswith("visit_")} | _NEWER:
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
    if isinstance(node, ast.Constant):
        return
    for _, value in ast.iter_fields(node):
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str):
                yield from text.split(".")
