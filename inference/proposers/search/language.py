"""Expressions and programs of the language as functions. They run here, unconfined: only for our own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any


@cache
def _language() -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec("from omniarc import *", namespace)
    return namespace


@lru_cache(maxsize=20_000)
def compile_program(lines: tuple[str, ...]) -> Callable[[Any], Any]:
    """The function `transform` of the program whose body these statements are."""
    namespace = dict(_language())
    body = "\n".join("    " + line for line in lines)
    exec(compile(f"def transform(grid):\n{body}\n", "<search>", "exec"), namespace)
    function: Callable[[Any], Any] = namespace["transform"]
    return function


@lru_cache(maxsize=20_000)
def function(text: str) -> Callable[..., Any]:
    """The function that the text of a lambda stands for, with the whole language in scope."""
    made: Callable[..., Any] = eval(text, _language())
    return made


def values_of(expression: str, grids: Iterable[Any]) -> list[Any] | None:
    """The value of an expression of `grid` on each of `grids`, or None if it fails on one."""
    run = function(f"lambda grid: {expression}")
    try:
        return [run(grid) for grid in grids]
    except Exception:
        return None
