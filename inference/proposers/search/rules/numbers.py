"""Whole numbers of a grid, as expressions of `grid`: what sizes, factors and counts are inferred from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from arc import grid_key
from inference.proposers.effort import charge, uncounted
from inference.proposers.search import prices
from inference.proposers.search.expressions import fill, filled, free, section
from inference.proposers.search.language import attempted, function
from inference.proposers.search.object_table import found_by, object_table
from inference.proposers.search.problem import Problem, shared_colours

Ways = list[tuple[str, float]]  # to say something of every grid: expressions of `grid`, with their costs
_RANGE = range(101)  # of what numbers may be
_PLAIN = 2.5  # bits up to which an expression leaves nothing to be counted


@lru_cache(maxsize=50_000)
@uncounted
def _number(text: str, data: bytes) -> Any:
    grid = np.frombuffer(data[2:], np.int8).reshape(data[0], data[1])
    return attempted(function(f"lambda grid: int({text})"), grid)


def numbers(problem: Problem) -> Iterator[tuple[str, float, list[int]]]:
    """(expression, cost, its value on every grid) for the expressions that have a value everywhere."""
    of_colours = filled("number of a grid and a colour", {"_c": free(shared_colours(problem.train))})
    keys = [grid_key(grid) for grid in problem.grids]
    for one in (*section("number of a grid"), *of_colours):
        charge(prices.NUMBER * len(keys))
        values = [_number(one.text, key) for key in keys]
        if None not in values:
            yield one.text, one.bits, values


def expressions_for(problem: Problem, wanted: Sequence[int], counted: bool = False) -> Ways:
    """(expression, cost) for the ways to compute the `wanted` number of each training grid.

    On the test grids the value lies in `_RANGE`. A constant, where it fits, is first; other ways are given
    only if the wanted numbers differ, or cost more. Objects with a property are `counted` too if that is
    wanted and nothing plainer fits.
    """
    train = len(wanted)
    same = len(set(wanted)) == 1
    found = [(str(wanted[0]), 0.5)] if same else []
    for text, cost, values in numbers(problem):
        for form in section("form of a number") if not same or len(set(values)) > 1 else ():
            made = [form.run("_n")(value) for value in values]
            if made[:train] == list(wanted):
                if all(value in _RANGE for value in made[train:]):
                    found.append((fill(form.text, _n=text), form.bits + (cost + 2.0 * same)))
                break
    if counted and not same and min((cost for _, cost in found), default=_PLAIN + 1) > _PLAIN:
        found += _counts_for(problem, wanted)
    return sorted(found, key=lambda one: one[1])[:8]


def _counts_for(problem: Problem, wanted: Sequence[int]) -> Iterator[tuple[str, float]]:
    """(expression, cost) for the ways to count objects that have a property."""
    for bare in found_by([(fill(one.text, _a="grid"), one.bits) for one in section("objects")], problem):
        if any(len(some) < count for some, count in zip(bare.objects, wanted, strict=False)):
            continue
        table = object_table(bare, problem)
        for place in np.flatnonzero((table.counts[:, : len(wanted)] == wanted).all(1)).tolist():
            text = fill(f"sum({table.names[place]} for one in things)", things=table.source)
            yield text, 1.0 + table.cost + float(table.costs[place])


def sizes_for(problem: Problem, shapes: Sequence[tuple[int, int]], *, counted: bool = False) -> Ways:
    """("height, width" as two expressions, cost) for the ways to compute shapes; `counted` as above."""
    sides = [[shape[axis] for shape in shapes] for axis in (0, 1)]
    heights = expressions_for(problem, sides[0], counted)
    widths = heights if sides[0] == sides[1] else expressions_for(problem, sides[1], counted)
    pairs = [(f"{h}, {w}", a + b - (0.5 if h == w else 0.0)) for h, a in heights for w, b in widths]
    return sorted(pairs, key=lambda one: one[1])[:6]


def once(text: str) -> str:
    """One number instead of two equal ones."""
    half = len(text) // 2 - 1
    return text[:half] if text[:half] == text[half + 2 :] else text
