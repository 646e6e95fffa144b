"""The policy on a program's text: RestrictedPython's visitor with our rules.

Subscripts, iteration and assignment run at full speed: on plain objects they lead nowhere. Reads of guarded
names go through `Guards.getattr`; forbidden names are errors with the line they stand in. A program in which
no such name occurs would leave the visitor as it came, so it is not sent there.
"""

from __future__ import annotations

import ast
import types
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer, copy_locations

from sandbox.names import (
    FORBIDDEN,
    WRITTEN_IN_CLASSES,
    NameTable,
    PolicyError,
    forbidden,
    is_dunder,
    words,
)

GUARDED_GETATTR = "_guarded_getattr_"
GUARDED_IMPORT = "_guarded_import_"
GUARDED_PATTERN = "_guarded_pattern_"
_MAX_ERRORS = 3


def compile_restricted(source: str, filename: str, table: NameTable) -> types.CodeType:
    """Compile `source` under the policy; raises PolicyError with the first faults, SyntaxError as usual."""
    code = compile(source, filename, "exec", dont_inherit=True)
    return code if table.plain(code) else compile_visited(source, filename, table)


def compile_visited(source: str, filename: str, table: NameTable) -> types.CodeType:
    """The same by way of the visitor in any case."""
    tree = ast.parse(source, filename)
    transformer = OmniArcTransformer(table)
    tree = transformer.visit(tree)
    if transformer.errors:
        raise PolicyError("; ".join(transformer.errors[:_MAX_ERRORS]))
    return compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True)


class OmniArcTransformer(RestrictingNodeTransformer):
    """Allows what ARC programs are written in; what is not listed here is refused by the base class."""

    def __init__(self, table: NameTable) -> None:
        super().__init__()
        self._table = table
        self._checks: list[ast.stmt] = []  # of the classes in the patterns of one match statement
        self._checked = 0

    def _check(self, node: ast.AST, name: str | None) -> None:
        if name is not None and forbidden(name):
            self.error(node, f'the name "{name}" is not allowed.')

    def _check_variable(self, node: ast.AST, name: str | None) -> None:
        """A variable may have the name of an attribute that leads out."""
        if name not in FORBIDDEN:
            self._check(node, name)

    def _pass(self, node: ast.AST) -> ast.AST:
        contents: ast.AST = self.node_contents_visit(node)
        return contents

    def check_name(self, node: ast.AST, name: str | None, allow_magic_methods: bool = False) -> None:
        self._check(node, name)

    def inject_print_collector(self, node: ast.AST, position: int = 0) -> None:
        """`print` is an ordinary function here."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == "__import__" and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Name(GUARDED_IMPORT, ast.Load()), node)
        self._check_variable(node, node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self._check(node, node.attr)
        contents: ast.Attribute = self.node_contents_visit(node)
        if node.attr in WRITTEN_IN_CLASSES and not isinstance(node.ctx, ast.Load):
            self.error(node, f'"{node.attr}" is assigned in the body of a class, and nowhere else.')
        if node.attr not in self._table.guarded or not isinstance(node.ctx, ast.Load):
            return contents
        call = ast.Call(
            func=ast.Name(GUARDED_GETATTR, ast.Load()),
            args=[contents.value, ast.Constant(node.attr)],
            keywords=[],
        )
        copy_locations(call, node)
        return call

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """The guards are looked up past the names of the class, for which a metaclass may answer."""
        self._check_variable(node, node.name)
        before = self._checked
        contents: ast.ClassDef = self.node_contents_visit(node)
        checked = [_checked_class(number) for number in range(before, self._checked)]
        outside = ast.Global([GUARDED_GETATTR, GUARDED_IMPORT, GUARDED_PATTERN, *checked])
        contents.body.insert(ast.get_docstring(node) is not None, ast.copy_location(outside, node))
        return contents

    def visit_alias(self, node: ast.alias) -> ast.AST:
        for part in (*node.name.split("."), node.asname):
            self._check_variable(node, part)
        return node

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> ast.AST:
        for name in node.names:
            self._check_variable(node, name)
            if name == "__class__":
                self.error(node, "the class that super() starts from can't be replaced.")
        return node

    visit_Nonlocal = visit_Global

    def visit_Match(self, node: ast.Match) -> list[ast.AST]:
        outer, self._checks = self._checks, []
        contents = self._pass(node)
        checks, self._checks = self._checks, outer
        return [*checks, contents]

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        """`case Node(d)` and `case Node(data=d)` read without asking: off a class that was checked before."""
        contents: ast.MatchClass = self.node_contents_visit(node)
        for name in node.kwd_attrs:
            self._check(node, name)
        guarded = self._table.guarded.intersection(node.kwd_attrs)
        if any(map(is_dunder, guarded)):
            self.error(node, "a pattern reads plain names only.")
        elif guarded or node.patterns:
            kind = _checked_class(self._checked)
            self._checked += 1
            asked = [contents.cls, ast.Constant(bool(guarded))]
            call = ast.Call(ast.Name(GUARDED_PATTERN, ast.Load()), asked, [])
            self._checks.append(ast.copy_location(ast.Assign([ast.Name(kind, ast.Store())], call), node))
            contents.cls = ast.Name(kind, ast.Load())
        return contents


def _checked_class(number: int) -> str:
    return f"_guarded_class_{number}_"


# Syntax that is as safe as its parts.
_PLAIN = words("""
    Module Assign Call Subscript AugAssign AnnAssign NamedExpr Lambda arguments For While With withitem
    comprehension ListComp SetComp DictComp GeneratorExp Starred Import Try Yield YieldFrom match_case
    MatchValue MatchSingleton MatchSequence MatchOr FormattedValue JoinedStr Slice Delete Assert Raise
    Await AsyncFor AsyncWith TryStar TypeAlias TypeVar ParamSpec TypeVarTuple TemplateStr Interpolation
""")


# Syntax with a name in it, which is checked.
_NAMED = {
    "name": words("FunctionDef AsyncFunctionDef ExceptHandler MatchAs MatchStar"),
    "arg": words("arg keyword"),
    "rest": words("MatchMapping"),
    "module": words("ImportFrom"),
}


def _allow(kind: str, field: str = "") -> None:
    def visit(self: OmniArcTransformer, node: ast.AST) -> Any:
        self._check_variable(node, getattr(node, field, None))
        return self.node_contents_visit(node)

    setattr(OmniArcTransformer, f"visit_{kind}", visit)


for _kind in _PLAIN:
    _allow(_kind)
for _field, _kinds in _NAMED.items():
    for _kind in _kinds:
        _allow(_kind, _field)
