"""The canonical text of a program: what is left when comments, layout and docstrings are gone."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache

_MAX_CHARS = 50_000
_MAX_NODES = 10_000
_READS_ITS_TEXT = re.compile("__doc__|getdoc|getsource|lineno")
# A line that is a comment, unless it could lie within text of several lines.
_COMMENT_LINE = re.compile(r"^[ \t]*#[^\r\n]*\n", re.MULTILINE)
_LONG_TEXT = re.compile(r"""\"{3}|'{3}|\\\r?\n""")
_DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def normalise(source: str) -> str:
    """Return `source` in its canonical form; equal results mean the same program.

    Returned as it is (but perhaps for lines of comment): a source that is no Python, that is too long, too
    large or too deeply nested to be read in a moment, or that reads its own docstrings or line numbers.
    Nothing is executed.
    """
    if len(source) > _MAX_CHARS or _READS_ITS_TEXT.search(source):
        return source
    if not _LONG_TEXT.search(source):  # most copies differ by a comment, which is told without parsing
        source = _COMMENT_LINE.sub("", source)
    return _parsed(source)


@lru_cache(maxsize=1024)
def _parsed(source: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
        text = ast.unparse(tree) if _drop_docstrings(tree) else source
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    return source if _READS_ITS_TEXT.search(text) else text


def _drop_docstrings(tree: ast.AST) -> bool:
    """Take the docstrings out; False if the tree has too many nodes to be worth it."""
    for count, node in enumerate(ast.walk(tree)):
        if count > _MAX_NODES:
            return False
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return True
