"""What holds for every word: documented, listed, tested, pure, and it ends in a value or a LanguageError."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

import omniarc
from omniarc.__main__ import reference

WORDS = omniarc.vocabulary()
FUNCTIONS = {name: word for name, word in WORDS.items() if inspect.isfunction(word)}
GRIDS = hnp.arrays(np.int8, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(0, 4))

# arguments by the parameter's name, where they are neither grids, masks nor objects
BY_NAME: dict[str, Any] = {
    "cells": [(0, 0)], "line": 3, "moving": 1, "text": "12/34",
    "below": 2, "places": [(0, 0), (1, 0)], "col": 0, "colour": 2,
    "colours": [1, 2], "cols": 2, "condition": None, "direction": omniarc.DOWN,
    "directions": (omniarc.DOWN, omniarc.LEFT), "end": (0, 2), "factor": 2, "hidden": 0, "height": 2,
    "key": None, "kind": "left_right", "kinds": "left_right", "lengths": [1, 2], "new": 3, "old": 1, "row": 0,
    "rows": 2, "shape": (4, 4), "side": "left", "size": 3, "start": (0, 0), "starts": [(0, 0)],
    "blocks": {colour: np.eye(2, dtype=np.int8) for colour in range(5)},
    "table": {1: 2}, "turns": 1, "width": 2, "axis": "vertical", "metric": "king", "items": [1, 1, 2],
    "change": omniarc.flip_up_down, "colour_at": lambda row, col: 1,
    "colour_of": lambda part: 3, "neighbours": "sides", "steps": None,
}  # fmt: skip
# arguments of the words whose parameters say something else than their names do elsewhere
SPECIAL: dict[str, Callable[[np.ndarray], tuple[Any, ...]]] = {
    "arrange": lambda grid: ([grid, grid], 20, 20),
    "lay_out": lambda grid: ([grid, grid.T],),
    "merge_parts": lambda grid: ([grid, grid], {(c, c): 1 for c in range(5)}),
    "swap_colours": lambda grid: (grid, 1, 2),
    "size_rank": lambda grid: (omniarc.find_objects(grid, background=-1), one_object(grid)),
    "ways_to": lambda grid: ([(0, 0)], grid == 1),
    "draw_rows": lambda grid: (grid, [0], 2),
    "draw_cols": lambda grid: (grid, [0], 2),
    "shoot": lambda grid: (grid, [(0, 0)], omniarc.DOWN),
    "inside": lambda grid: (one_object(grid), one_object(grid)),
    "looks_at": lambda grid: (grid == 1, omniarc.UP),
    "count_ahead": lambda grid: (grid == 1, omniarc.UP),
    "colour_ahead": lambda grid: (grid, omniarc.UP),
    "crop": lambda grid: (grid, one_object(grid)),
    "draw_rectangle": lambda grid: (grid, one_object(grid), 3),
    "inner_box": lambda grid: (one_object(grid),),
    "sweep": lambda grid: (grid, [(0, -1), (-1, 0)], {"a.": "a", "#1": "2"}),
    "attract": lambda grid: (grid, 1, 2),
    "change_parts": lambda grid: (grid, omniarc.find_objects(grid), omniarc.flip_up_down),
    "change_part": lambda grid: (grid, one_object(grid), omniarc.flip_up_down),
    "repeat_content": lambda grid: (grid, omniarc.RIGHT),
    "join": lambda grid: ([[grid, grid], [grid, grid]],),
    "map_parts": lambda grid: ([[grid, grid]], lambda part: 1),
    "counterpart": lambda grid: (
        one_object(grid),
        omniarc.find_objects(grid, background=-1),
        lambda one: one.size,
    ),
    "next_in_order": lambda grid: (
        one_object(grid),
        omniarc.find_objects(grid, background=-1),
        lambda one: one.size,
    ),
    "group_by": lambda grid: ([1, 2, 3], lambda item: item % 2),
}


def one_object(grid: np.ndarray) -> omniarc.Object:
    return omniarc.find_objects(grid, background=-1)[0]


def arguments(name: str, grid: np.ndarray) -> tuple[Any, ...]:
    if name in SPECIAL:
        return SPECIAL[name](grid)
    values: list[Any] = []
    for parameter in inspect.signature(FUNCTIONS[name]).parameters.values():
        if parameter.default is not parameter.empty:
            break
        hint = str(parameter.annotation)
        if hint == "CellMap":
            values.append(omniarc.regions(grid != 0))
        elif hint == "Grid" or parameter.name in ("grid", "picture", "tile", "pattern"):
            values.append(grid)
        elif hint in ("Mask", "Mask | Box") or parameter.name in ("mask", "where"):
            values.append(grid == 1)
        elif hint in ("Object", "Object | Box", "Object | Mask", "Object | Iterable[Object]"):
            values.append(one_object(grid))
        elif parameter.name in BY_NAME:
            values.append(BY_NAME[parameter.name])
        elif "Object" in hint:
            values.append(omniarc.find_objects(grid, background=-1))
        else:
            raise KeyError(f"{name}: give a sample for {parameter.name}: {hint}")
    return tuple(values)


def snapshot(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, omniarc.Object):
        return value.box, value.mask.tobytes(), value.cells.tobytes()
    if isinstance(value, (list, tuple)):
        return [snapshot(item) for item in value]
    if isinstance(value, dict):
        return [(snapshot(key), snapshot(item)) for key, item in value.items()]
    return value


def results(value: Any) -> list[np.ndarray]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in results(item)]
    return []


@pytest.mark.parametrize("name", FUNCTIONS)
@given(grid=GRIDS)
@settings(max_examples=12, deadline=None, derandomize=True)
def test_word_is_pure_and_total(name: str, grid: np.ndarray) -> None:
    values = arguments(name, grid)
    before = snapshot(values)
    try:
        outcome = FUNCTIONS[name](*values)
        again = FUNCTIONS[name](*values)
    except ValueError:  # LanguageError is one
        assert snapshot(values) == before
        return
    assert snapshot(values) == before, "an argument was changed"
    assert snapshot(outcome) == snapshot(again), "the same call gave two results"
    given_arrays = results(list(values))
    for array in results(outcome):
        assert not any(np.shares_memory(array, given_array) for given_array in given_arrays)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_word_is_documented_and_typed(name: str) -> None:
    word = FUNCTIONS[name]
    assert (inspect.getdoc(word) or "").split("\n")[0].strip().endswith((".", ":", ",")) or "\n" in (
        word.__doc__ or ""
    )
    signature = inspect.signature(word)
    assert signature.return_annotation is not signature.empty
    assert all(parameter.annotation is not parameter.empty for parameter in signature.parameters.values())


def test_public_list_is_exactly_the_public_functions() -> None:
    found = set()
    for path in Path(omniarc.__file__).parent.glob("*.py"):
        if path.name in ("__init__.py", "__main__.py", "components.py", "masks.py"):
            continue
        module = f"omniarc.{path.stem}"
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found.add((node.name, module))
    plumbing = {
        "first_ahead",
        "nearest_cells",
        "make_object",
        "to_box",
        "to_grid",
        "to_mask",
        "overlap",
        "background_colour",
    }
    assert {name for name, _ in found} - plumbing == set(FUNCTIONS)
    assert len(found) == len({name for name, _ in found}), "one name in two files"


def test_a_star_import_brings_the_vocabulary_and_nothing_else() -> None:
    scope: dict[str, object] = {}
    exec("from omniarc import *", scope)
    del scope["__builtins__"]
    assert scope == omniarc.vocabulary()


def test_every_word_has_a_test() -> None:
    used = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        if path.name == Path(__file__).name:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name):
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
    assert set(FUNCTIONS) - used == set()


def test_reference_is_current() -> None:
    path = Path(__file__).parents[2] / "docs" / "language.md"
    assert path.read_text() == reference(), "run: python -m omniarc > docs/language.md"
