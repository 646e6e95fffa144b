"""Which grid type a program takes, read from its source: the types to try, the likeliest first.

A program says what it takes by its annotation (`List[List[int]]`, `np.ndarray`, `Tuple[...]`), or by how it
treats its grid: `.shape` and `grid[r, c]` need an array, `grid[r][c]` and `len(grid[0])` are how lists are
written. Nothing is run here; what the source leaves open is found by trying (inference/run/judge.py).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from arc import GridType
from scoring.contract import Verdict, VerdictKind

_MAX_CHARS = 50_000
_ENTRY_POINTS = ("transform", "task", "solve")
_ARRAY_MODULES = frozenset({"np", "numpy", "scipy", "ndimage", "ndi", "skimage", "omniarc"})
_LANGUAGE = "omniarc"  # its words take arrays
_PLAIN_MODULES = frozenset({"typing", "math", "collections", "itertools", "functools", "copy", "dataclasses"})
_CONVERSIONS = frozenset({"array", "asarray", "asanyarray", "copy", "ascontiguousarray"})
# fmt: off
_ARRAY_ATTRIBUTES = frozenset({
    "T", "all", "any", "argmax", "argmin", "astype", "cumsum", "diagonal",
    "dtype", "fill", "flat", "flatten", "itemsize", "max", "mean", "min",
    "ndim", "nonzero", "ravel", "repeat", "reshape", "shape", "size", "sum",
    "swapaxes", "tolist", "trace", "transpose",
})
# fmt: on
# Verdicts that another grid type can't change.
_FINAL = frozenset(
    {
        VerdictKind.TIMEOUT,
        VerdictKind.MEMORY,
        VerdictKind.CRASHED,
        VerdictKind.REJECTED,
        VerdictKind.UNPARSABLE,
        VerdictKind.INFRASTRUCTURE,
    }
)
_TYPE_ERRORS = ("TypeError", "AttributeError")


def likely_grid_types(source: str, entry_point: str | None = None) -> tuple[GridType, ...]:
    """The types that the program may take, in the order in which to try them; one if no other can do.

    A program that can't be parsed is tried with arrays. `entry_point` as in Candidate.
    """
    try:
        tree = ast.parse(source[:_MAX_CHARS])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return (GridType.ARRAY,)
    function = _entry(tree, entry_point)
    parameter = _parameter(function)
    if function is not None and parameter is not None:
        if _converted_at_once(function, parameter.arg) or _needs_array(function, parameter.arg):
            return (GridType.ARRAY,)
        annotated = _annotated(parameter.annotation, tree)
        if annotated is not None:
            return _order(annotated)
    if any(isinstance(node, ast.ImportFrom) and node.module == _LANGUAGE for node in tree.body):
        return (GridType.ARRAY,)
    if _uses_arrays(tree):
        return _order(GridType.ARRAY)
    if _has_library(tree) or _makes_tuples(tree):
        return _order(GridType.TUPLE)
    return _order(GridType.LIST if _reads_like_lists(tree) else GridType.ARRAY)


def another_may_do(failed: Sequence[Verdict], following: GridType) -> bool:
    """True if a program that has `failed` with other types (the last run last) is worth one with `following`.

    Arrays and lists are tried both, as what they compute differs silently (`row + row`). Between tuples and
    these only a failure by type speaks for another run: a list can't be hashed or joined to a tuple.
    """
    if failed[-1].kind in _FINAL:
        return False
    if GridType.TUPLE not in (failed[0].grid_type, following):
        return True
    return any(verdict.error.startswith(_TYPE_ERRORS) for verdict in failed)


def _order(first: GridType) -> tuple[GridType, ...]:
    rest = (GridType.ARRAY, GridType.LIST, GridType.TUPLE)
    return (first, *(kind for kind in rest if kind is not first))


_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _entry(tree: ast.Module, entry_point: str | None) -> _Function | None:
    """The function that is called with a grid; the last function of the module if none has a known name."""
    found: dict[str, _Function] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            found.update({name.id: node.value for name in node.targets if isinstance(name, ast.Name)})
    for name in (entry_point,) if entry_point else _ENTRY_POINTS:
        if name in found:
            return found[name]
    return list(found.values())[-1] if found else None


def _parameter(function: _Function | None) -> ast.arg | None:
    if function is None:
        return None
    parameters = [*function.args.posonlyargs, *function.args.args]
    return parameters[0] if parameters else None


def _annotated(annotation: ast.expr | None, tree: ast.Module) -> GridType | None:
    """The type that an annotation gives; a module's own name (`Grid = List[List[int]]`) is followed once."""
    if isinstance(annotation, ast.Name):
        for node in tree.body:
            if isinstance(node, ast.Assign) and any(
                isinstance(name, ast.Name) and name.id == annotation.id for name in node.targets
            ):
                annotation = node.value
                break
    outer = _outer_name(annotation).lower()
    if outer in ("ndarray", "array", "arraylike"):
        return GridType.ARRAY
    if outer in ("list", "sequence", "mutablesequence", "iterable"):
        return GridType.LIST
    return GridType.TUPLE if outer == "tuple" else None


def _outer_name(annotation: ast.expr | None) -> str:
    """`List` of `typing.List[int] | None`, also where it is written as text; empty if there is none.

    Read step by step: an annotation may be too deep for recursion.
    """
    while isinstance(annotation, (ast.BinOp, ast.Subscript)):
        annotation = annotation.left if isinstance(annotation, ast.BinOp) else annotation.value
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value.split("[")[0].split(".")[-1].strip()
    if isinstance(annotation, ast.Attribute):
        return annotation.attr
    return annotation.id if isinstance(annotation, ast.Name) else ""


def _uses(function: _Function, name: str) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every place where `name` is read in the function, with the node around it."""
    for node in ast.walk(function):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name) and child.id == name and isinstance(child.ctx, ast.Load):
                yield child, node


def _converted_at_once(function: _Function, name: str) -> bool:
    """True if the program makes an array of its grid before anything else: what it gets does not matter."""
    uses = list(_uses(function, name))
    converted = [around for _, around in uses if _is_conversion(around)]
    if len(converted) == len(uses) > 0:
        return True
    return isinstance(function, ast.FunctionDef) and any(
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
        and _is_conversion(node.value)
        for node in _first_statements(function, name)
    )


def _first_statements(function: ast.FunctionDef, name: str) -> Iterator[ast.stmt]:
    """The first statement of the body that names the grid, if any."""
    for statement in function.body:
        if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(statement)):
            yield statement
            return


def _is_conversion(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _CONVERSIONS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in _ARRAY_MODULES
    )


def _needs_array(function: _Function, name: str) -> bool:
    """True if the grid itself is treated as only an array can be, before the name means something else."""
    if any(isinstance(node, ast.Name) and node.id == name and _stored(node) for node in ast.walk(function)):
        return False
    return any(_is_array_use(child, around) for child, around in _uses(function, name))


def _stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _is_array_use(child: ast.AST, around: ast.AST) -> bool:
    if isinstance(around, ast.Attribute):
        return around.attr in _ARRAY_ATTRIBUTES
    return isinstance(around, ast.Subscript) and around.value is child and isinstance(around.slice, ast.Tuple)


def _has_library(tree: ast.Module) -> bool:
    """True for `from dsl import *`: the domain-specific languages of others work on tuples."""
    return any(
        isinstance(node, ast.ImportFrom)
        and any(alias.name == "*" for alias in node.names)
        and (node.module or "").split(".")[0] not in _ARRAY_MODULES | _PLAIN_MODULES
        for node in tree.body
    )


def _uses_arrays(tree: ast.Module) -> bool:
    """True if anything in the program can only be an array. An import alone says nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _ARRAY_MODULES:
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _ARRAY_MODULES:
            return True
        if isinstance(node, ast.Attribute) and node.attr in ("shape", "T", "ndim", "dtype", "astype"):
            return True
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and not _is_annotation(node):
            return True
    return False


def _makes_tuples(tree: ast.Module) -> bool:
    """True for `tuple(...)`, and for `row[:3] == (1, 0, 1)`, which is silently false for a list."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tuple":
            return True
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            sides = (node.left, node.comparators[0])
            if sum(isinstance(side, ast.Tuple) for side in sides) == 1:
                return True
    return False


def _reads_like_lists(tree: ast.Module) -> bool:
    """True if a grid is read row by row, as lists are, or lists are made."""
    return any(
        isinstance(node, (ast.ListComp, ast.List))
        or (isinstance(node, ast.Subscript) and _is_list_subscript(node))
        or (isinstance(node, ast.Call) and _is_row_length(node))
        for node in ast.walk(tree)
    )


def _is_annotation(node: ast.Subscript) -> bool:
    """True for `Tuple[int, int]` and the like."""
    name: Any = node.value
    text = name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else ""
    return text[:1].isupper() or text in ("tuple", "dict", "list")


def _is_list_subscript(node: ast.Subscript) -> bool:
    """True for `grid[r][c]` and `row[:]`."""
    whole = isinstance(node.slice, ast.Slice) and node.slice.lower is node.slice.upper is None
    return whole or isinstance(node.value, ast.Subscript)


def _is_row_length(node: ast.Call) -> bool:
    """True for `len(grid[0])`."""
    return (
        isinstance(node.func, ast.Name)
        and node.func.id == "len"
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Subscript)
    )
