"""Expressions and programs of the language as functions. They run here, unconfined, so they must be our own.

Each call of a word charges its effort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar, cast

import omniarc
from inference.proposers.effort import charge, counted, remembered
from inference.proposers.search import prices

Item = TypeVar("Item")


@cache
def language() -> dict[str, Any]:
    """All words of the language by name, counted: the globals of all that is compiled here."""
    return counted(omniarc.vocabulary(), prices.WORDS)


@lru_cache(maxsize=20_000)
def compile_program(lines: tuple[str, ...]) -> Callable[[Any], Any]:
    """The function `transform` of the program whose body these statements are."""
    namespace: dict[str, Callable[[Any], Any]] = {}
    body = "\n    ".join(["def transform(grid):", *lines])
    exec(compile(body, "<search>", "exec"), language(), namespace)
    return namespace["transform"]


@lru_cache(maxsize=20_000)
def function(text: str) -> Callable[..., Any]:
    """The function that the text of a lambda stands for, with the whole language in scope."""
    return cast(Callable[..., Any], eval(text, language()))


def attempted(run: Callable[..., Item], *args: Any) -> Item | None:
    """What a function gives; None if it fails, as words do on grids that they were not made for."""
    try:
        return run(*args)
    except Exception:
        return None


def values_of(expression: str, grids: Iterable[Any]) -> list[Any] | None:
    """The value of an expression of `grid` on each of `grids`, or None if it fails on one."""
    charge(prices.EXPRESSION)
    run = function(f"lambda grid: {expression}")
    return attempted(lambda: [run(grid) for grid in grids])


def values_on(text: str, grids: Iterable[Any], things: Iterable[Sequence[Any]]) -> list[list[Any]] | None:
    """The value of an expression of `grid`, its `things` and each `one` of them; None if it fails on one."""
    return attempted(lambda: [_values(text, *pair) for pair in zip(grids, things, strict=False)])


@remembered(5_000, lambda text, grid, things: (text, id(grid), *map(id, things)))
def _values(text: str, grid: Any, things: Sequence[Any]) -> list[Any]:
    run = function(f"lambda grid, things, one: {text}")
    return [run(grid, things, one) for one in things]
