"""The head of an expression: the word that its value comes from, which the grammar's statistics are about."""

from __future__ import annotations

import ast
from functools import cache


def head_of(node: ast.AST) -> str:
    """The word that an expression's value comes from: the outermost call, subscript or comprehension."""
    if isinstance(node, ast.Call):
        return node.func.id if isinstance(node.func, ast.Name) else "method"
    if isinstance(node, ast.Subscript):
        return "subscript"
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return "list"
    return ""


@cache
def head_of_text(text: str) -> str:
    """The same for a pattern of the grammar, slots and all."""
    plain = text.replace("<turn>", "flip_left_right()").replace("<objects>", "find_objects()")
    for mark in "<>{}:":
        plain = plain.replace(mark, "_")
    try:
        return head_of(ast.parse(plain, mode="eval").body)
    except SyntaxError:
        return ""
