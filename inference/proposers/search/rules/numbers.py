"""Whole numbers of a grid, as expressions of `grid`: what sizes, factors and counts are inferred from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import permutations
from typing import Any

import numpy as np

from arc import grid_key
from inference.proposers.effort import charge, uncounted
from inference.proposers.search import prices
from inference.proposers.search.language import function
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.colours import shared_colours

_NUMBERS: tuple[tuple[str, float], ...] = (
    ("grid.shape[0]", 0.5),
    ("grid.shape[1]", 0.5),
    ("len(colours_of(grid, background=0))", 0.8),
    ("len(colours_of(grid))", 1.0),
    ("int((grid != 0).sum())", 1.0),
    ("count_colour(grid, 0)", 1.0),
    ("len(find_objects(grid))", 1.0),
    ("len(find_objects(grid, diagonal=False))", 1.3),
    ("len(find_objects(grid, multicolour=True))", 1.3),
    ("len(find_objects(grid, background=most_common_colour(grid)))", 1.8),
    ("max(colour_counts(grid).values())", 1.5),
    ("max(colour_counts(grid, background=0).values())", 1.5),
    ("min(colour_counts(grid).values())", 1.5),
    ("max(one.size for one in find_objects(grid))", 1.5),
    ("max(one.height for one in find_objects(grid))", 1.5),
    ("max(one.width for one in find_objects(grid))", 1.5),
    ("len(enclosed_regions(grid))", 1.8),
    ("max(grid.shape)", 1.0),
    ("min(grid.shape)", 1.0),
    ("int(grid.max())", 2.0),
    ("len({one.shape_key for one in find_objects(grid)})", 1.8),
    ("len({one.colour for one in find_objects(grid)})", 1.8),
    ("sum(one.is_square for one in find_objects(grid))", 1.8),
    ("sum(one.holes for one in find_objects(grid))", 1.8),
    ("sum(one.holes > 0 for one in find_objects(grid))", 1.8),
    ("len(find_frames(grid))", 1.8),
    ("len(parts_by_lines(grid))", 1.8),
    ("len(split_by_lines(grid))", 1.8),
    ("len(split_by_lines(grid)[0])", 1.8),
)


@lru_cache(maxsize=50_000)
@uncounted
def _number(text: str, data: bytes) -> Any:
    grid = np.frombuffer(data[2:], np.int8).reshape(data[0], data[1])
    try:
        return int(function(f"lambda grid: {text}")(grid))
    except Exception:
        return None


def numbers(problem: Problem) -> Iterator[tuple[str, float, list[int]]]:
    """(expression, cost, its value on every grid) for the expressions that have a value everywhere."""
    texts = list(_NUMBERS)
    for colour in shared_colours(problem.train):
        texts.append((f"count_colour(grid, {colour})", 1.5))
        texts.append((f"object_at(grid, grid == {colour}).height", 1.7))
        texts.append((f"object_at(grid, grid == {colour}).width", 1.7))
        texts.append((f"len(find_objects(keep_colour(grid, {colour}), background=0))", 2.0))
        own = f"for one in find_objects(grid) if one.colour == {colour}"
        texts += [(f"sum(one.size > {size} {own})", 2.5) for size in (1, 2, 3)]
        texts.append((f"len(find_objects(keep_colour(grid, {colour}), diagonal=False, background=0))", 2.3))
    keys = [grid_key(grid) for grid in problem.grids]
    for text, cost in texts:
        charge(prices.NUMBER * len(keys))
        values = [_number(text, key) for key in keys]
        if None not in values:
            yield text, cost, values


def expressions_for(
    problem: Problem, wanted: Sequence[int], *, low: int = 1, high: int = 30
) -> list[tuple[str, float]]:
    """(expression, cost) for the ways to compute the `wanted` number of each training grid.

    On the test grids the value lies between `low` and `high`. A constant, where it fits, is first; other
    ways are given only if the wanted numbers differ, or cost more.
    """
    train = len(wanted)
    found: list[tuple[str, float]] = []
    same = len(set(wanted)) == 1
    if same:
        found.append((str(wanted[0]), 0.5))
    for text, cost, values in numbers(problem):
        if same and len(set(values[:train])) == 1 and len(set(values)) == 1:
            continue
        for form, more, change in _FORMS:
            made = [change(value) for value in values]
            if all(a == b for a, b in zip(made, wanted, strict=False)):
                if all(low <= value <= high for value in made[train:]):
                    found.append((form.replace("<n>", text), cost + more + (2.0 if same else 0.0)))
                break
    if not found and len(wanted) > 3 and len(set(wanted)) > 2:
        found = _differences(problem, wanted, low, high)
    return sorted(found, key=lambda one: one[1])[:8]


def _differences(problem: Problem, wanted: Sequence[int], low: int, high: int) -> list[tuple[str, float]]:
    """The wanted numbers as differences of two others, perhaps less one."""
    known: dict[tuple[int, ...], tuple[str, float]] = {}
    for text, cost, values in numbers(problem):
        known.setdefault(tuple(values), (text, cost))
    found = []
    for (one, (text, cost)), (other, (less, more)) in permutations(known.items(), 2):
        for rest in (0, 1):
            made = [a - b - rest for a, b in zip(one, other, strict=True)]
            if made[: len(wanted)] == list(wanted) and all(low <= value <= high for value in made):
                end = " - 1" if rest else ""
                found.append((f"{text} - {less}{end}", 1.5 + cost + more + rest))
    return found


_FORMS = (
    ("<n>", 0.0, lambda n: n),
    ("2 * <n>", 0.7, lambda n: 2 * n),
    ("3 * <n>", 1.0, lambda n: 3 * n),
    ("<n> - 1", 0.7, lambda n: n - 1),
    ("<n> + 1", 0.7, lambda n: n + 1),
    ("<n> - 2", 1.0, lambda n: n - 2),
    ("<n> + 2", 1.0, lambda n: n + 2),
    ("<n> // 2", 0.8, lambda n: n // 2),
    ("(<n> + 1) // 2", 1.2, lambda n: (n + 1) // 2),
    ("<n> // 3", 1.2, lambda n: n // 3),
    ("2 * <n> - 1", 1.2, lambda n: 2 * n - 1),
    ("2 * <n> + 1", 1.2, lambda n: 2 * n + 1),
    ("4 * <n>", 1.2, lambda n: 4 * n),
    ("5 * <n>", 1.2, lambda n: 5 * n),
    ("<n> ** 2", 1.5, lambda n: n * n),
)


def sizes_for(problem: Problem, shapes: Sequence[tuple[int, int]]) -> list[tuple[str, float]]:
    """("height, width" as two expressions, cost) for the ways to compute the outputs' shapes."""
    heights = expressions_for(problem, [shape[0] for shape in shapes])
    widths = expressions_for(problem, [shape[1] for shape in shapes])
    pairs = [(f"{h}, {w}", a + b - (0.5 if h == w else 0.0)) for h, a in heights for w, b in widths]
    return sorted(pairs, key=lambda one: one[1])[:6]
