"""One action on every object of a kind: fill its box, frame it, fill its holes, turn it in its place.

    things = find_objects(grid)
    out = grid
    for one in things:
        if one.is_square:
            out = draw_border(out, 3, where=one)
    return out

An action fits an object if all that it changes is so in the output. The objects to act on are told from those
that it does not fit by a condition over the literals of `object_table`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from arc import Grid
from inference.proposers.search.cell_table import background_of
from inference.proposers.search.language import function
from inference.proposers.search.object_table import ObjectTable, object_table, objects_of, sources
from inference.proposers.search.problem import Problem
from inference.proposers.search.rules.driver import Draft, rule, same_size
from inference.proposers.search.rules.learning import conditions_on
from inference.proposers.search.rules.same_size.objects import acting
from omniarc import Object

# (expression of `out`, `one` and `grid`; {c} is a colour, {n} a length, {b} the background;
# cost)
ACTIONS: tuple[tuple[str, float], ...] = (
    ("draw_rectangle(out, one, {c})", 1.2),
    ("draw_border(out, {c}, where=one)", 1.5),
    ("draw_rectangle(out, inner_box(one), {c})", 1.5),
    ("draw_border(out, {c}, where=(one.row - 1, one.col - 1, one.height + 2, one.width + 2))", 2.0),
    ("change_part(out, one, lambda part: fill_enclosed(part, {c}, background={b}))", 2.0),
    ("change_part(out, one, lambda part: replace_colour(part, {b}, {c}))", 2.0),
    ("change_part(out, one, flip_left_right)", 1.5),
    ("change_part(out, one, flip_up_down)", 1.5),
    ("change_part(out, one, lambda part: rotate(part, 2))", 1.8),
    ("change_part(out, one, transpose)", 1.8),
    ("change_part(out, one, lambda part: overlay(part, flip_left_right(part)))", 2.0),
    ("change_part(out, one, lambda part: overlay(part, flip_up_down(part)))", 2.0),
    ("change_part(out, one, lambda part: gravity(part, DOWN))", 2.0),
    ("change_part(out, one, lambda part: gravity(part, UP))", 2.2),
    ("paint(out, off_corners(paint(grid * 0, one, 1) == 1), {c})", 2.0),
    ("draw_rows(out, range(one.row, one.bottom + 1), {c})", 2.0),
    ("draw_cols(out, range(one.col, one.right + 1), {c})", 2.0),
    ("draw_rectangle(out, (one.row, one.col, 1, one.width), {c})", 2.0),
    ("draw_rectangle(out, (one.bottom, one.col, 1, one.width), {c})", 2.0),
    ("draw_rectangle(out, (one.row, one.col, one.height, 1), {c})", 2.0),
    ("draw_rectangle(out, (one.row, one.right, one.height, 1), {c})", 2.0),
    ("draw_rectangle(out, (one.bottom + 1, one.col, grid.shape[0] - one.bottom - 1, one.width), {c})", 2.2),
    ("draw_rectangle(out, (0, one.col, one.row, one.width), {c})", 2.2),
    ("draw_rectangle(out, (one.row, one.right + 1, one.height, grid.shape[1] - one.right - 1), {c})", 2.2),
    ("draw_rectangle(out, (one.row, 0, one.height, one.col), {c})", 2.2),
    ("draw_rectangle(out, (one.bottom + 1, one.col, {n}, one.width), {c})", 2.0),
    ("draw_rectangle(out, (one.row - {n}, one.col, {n}, one.width), {c})", 2.0),
    ("draw_rectangle(out, (one.row, one.right + 1, one.height, {n}), {c})", 2.0),
    ("draw_rectangle(out, (one.row, one.col - {n}, one.height, {n}), {c})", 2.0),
    ("draw(out, move(transform_object(one, flip_up_down), one.height, 0))", 2.0),
    ("draw(out, move(transform_object(one, flip_up_down), -one.height, 0))", 2.0),
    ("draw(out, move(transform_object(one, flip_left_right), 0, one.width))", 2.0),
    ("draw(out, move(transform_object(one, flip_left_right), 0, -one.width))", 2.0),
)
# expressions of a length that an object tells
_LENGTHS: tuple[tuple[str, float], ...] = (
    ("one.height", 0.5),
    ("one.width", 0.5),
    ("one.size", 0.8),
    ("len(one.colours)", 1.0),
    ("one.holes", 1.0),
    ("1", 0.5),
    ("2", 0.8),
)
_MOST_COLOURS = 3


@rule(same_size, enough=4)
def object_actions(problem: Problem) -> Iterator[Draft]:
    """One action on all objects that a learned condition picks."""
    background = background_of(problem)
    new = sorted({int(c) for grid, out in problem.pairs for c in np.unique(out[grid != out])})
    paints = [("one.colour", 0.5), ("one.colours[-1]", 1.2), ("one.colours[0]", 1.2)]
    paints += [(str(colour), 0.8) for colour in new] if len(new) <= _MOST_COLOURS else []
    seen = set()
    for text, cost in sources(background)[:-1]:
        objects = objects_of(text, problem.grids)
        key = None if objects is None else tuple(tuple(one.key for one in found) for found in objects)
        if objects is None or key in seen or problem.budget.spent():
            continue
        seen.add(key)
        table: ObjectTable | None = None
        for action, price in _actions(paints, background):
            fits = _fits(problem, objects, action)
            if fits is None:
                continue
            table = table or object_table(text, cost, objects, problem.grids, len(problem.outputs))
            yield from _drafts(table, action, price, fits)


def _actions(paints: Sequence[tuple[str, float]], background: int) -> Iterator[tuple[str, float]]:
    """Every action with its slots filled in every way, and its cost."""
    for action, cost in ACTIONS:
        for length, more in _LENGTHS if "{n}" in action else (("", 0.0),):
            text = action.replace("{b}", str(background)).replace("{n}", length)
            for paint, price in paints if "{c}" in action else (("", 0.0),):
                yield text.replace("{c}", paint), cost + more + price


def _fits(problem: Problem, objects: Sequence[Sequence[Object]], action: str) -> list[int] | None:
    """For each training object 1 if the action fits it, 0 if not, -1 if it changes nothing.

    None if the objects that it fits do not explain all changes.
    """
    run = function(f"lambda grid, out, one: {action}")
    fits: list[int] = []
    for (grid, out), found in zip(problem.pairs, objects, strict=False):
        explained = grid == out
        for one in found:
            made = _acted(run, grid, one)
            changed = made != grid
            fit = bool((made == out)[changed].all())
            fits.append(-1 if not changed.any() else int(fit))
            if fit:
                explained = explained | changed
        if not explained.all():
            return None
    return fits if 1 in fits else None


def _acted(run: Callable[..., Grid], grid: Grid, one: Object) -> Grid:
    try:
        made = run(grid, grid, one)
    except Exception:  # an object that the action cannot be done to
        return grid
    return made if made.shape == grid.shape else grid


def _drafts(table: ObjectTable, action: str, price: float, found: list[int]) -> Iterator[Draft]:
    fits = np.array([*found, *[-1] * (table.pair.size - len(found))])
    things = table.source.replace("{a}", "grid")
    for condition, more in conditions_on(table, fits == 1, fits == 0, 4):
        lines = [f"things = {things}", "out = grid", "for one in things:"]
        lines += acting(condition, table, action)
        yield Draft((*lines, "return out"), 1.5 + table.cost + price + more)
