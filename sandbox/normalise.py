"""The canonical text of a program: what is left when comments, layout and docstrings are gone."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache

_MAX_CHARS = 200_000
_DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@lru_cache(maxsize=4096)
def normalise(source: str) -> str:
    """Return `source` in its canonical form; equal results mean the same program.

    A source that is no Python, or is too long or too deeply nested to parse, is returned stripped of
    surrounding space. Nothing is executed.
    """
    if len(source) > _MAX_CHARS:
        return source.strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
        _drop_docstrings(tree)
        return ast.unparse(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source.strip()


def _drop_docstrings(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
