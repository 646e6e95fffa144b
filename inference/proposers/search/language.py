"""Expressions and programs of the language as functions. They run here, unconfined: only for our own.

The words that they use are counted: each call charges its effort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import omniarc
from inference.proposers.effort import counted
from inference.proposers.search.prices import WORDS


@cache
def language() -> dict[str, Any]:
    """All words of the language by name, counted: the globals of all that is compiled here."""
    return counted(omniarc.vocabulary(), WORDS)


@cache
def compile_expression(text: str) -> Callable[[Any], Any]:
    """A function that computes the expression `text` of its argument, which stands as `{a}` in it."""
    function: Callable[[Any], Any] = eval(f"lambda a: {text.replace('{a}', 'a')}", language())
    return function


def compile_program(lines: Iterable[str]) -> Callable[[Any], Any]:
    """The function `transform` of the program whose body these statements are."""
    namespace: dict[str, Any] = {}
    body = "\n".join("    " + line for line in lines)
    exec(compile(f"def transform(grid):\n{body}\n", "<search>", "exec"), language(), namespace)
    function: Callable[[Any], Any] = namespace["transform"]
    return function
