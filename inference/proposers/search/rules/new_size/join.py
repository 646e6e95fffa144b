"""Outputs put together from several pieces of the input: side by side, on top of each other, laid over each
other, or into a frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Expression, fill, section
from inference.proposers.search.language import function, values_of, values_on
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, new_size, rule, smaller
from inference.proposers.search.rules.numbers import sizes_for
from inference.proposers.search.rules.pieces import Source, object_sources, pieces_of, splits

_MOST_JOINED = 12


@rule(new_size)
def join_pieces(problem: Problem) -> Iterator[Draft]:
    """Some or all pieces, in an order by one property, beside, below or over each other."""
    sources = [*object_sources(), *_by_colour(problem), *splits(problem)]
    for source in sources:
        pieces = pieces_of(source, problem.grids)
        if pieces is None or not all(1 < len(found) <= _MOST_JOINED for found in pieces):
            continue
        orders: list[tuple[Expression, list[int]]] = []
        for picture in source.pictures:
            drawn = values_on(picture.text, problem.train, pieces)
            if drawn is None:
                continue
            for word in _words_that_fit(drawn, problem.outputs):
                orders = orders or list(_orders(source, pieces[0]))
                for order, places in orders:
                    if not _may_join(word, [drawn[0][place] for place in places], problem.outputs[0]):
                        continue
                    lines = _lines(source, picture.text, word, order.text)
                    yield Draft(lines, 3.5 + source.cost + picture.bits + order.bits)
        if problem.budget.spent():
            return


def _orders(source: Source, pieces: Sequence[Any]) -> Iterator[tuple[Expression, list[int]]]:
    """The orders of pieces that the first grid's have, with their places in it."""
    for order in section("order of objects" if source.is_objects else "order of parts"):
        charge(prices.RELATION)
        try:
            ordered = order.run("_of")(list(pieces))
        except Exception:  # a part is blank
            continue
        places = {id(one): place for place, one in enumerate(pieces)}
        yield order, [places[id(one)] for one in ordered]


def _may_join(word: str, drawn: Sequence[Grid], out: Grid) -> bool:
    """False if the first or the last piece does not stand where the word would draw it."""
    if word == "overlay":
        return True
    first, last = drawn[0], drawn[-1]
    return np.array_equal(out[: first.shape[0], : first.shape[1]], first) and np.array_equal(
        out[out.shape[0] - last.shape[0] :, out.shape[1] - last.shape[1] :], last
    )


def _by_colour(problem: Problem) -> Iterator[Source]:
    """The objects of one colour, each with what surrounds it."""
    around = tuple([picture for picture in section("picture of an object") if "one.row - 1" in picture.text])
    for colour in shared_colours(problem.grids):
        if colour:
            text = f"find_objects(keep_colour(grid, {colour}), background=0)"
            yield Source(text, 2.0, around, True)


def _words_that_fit(drawn: Sequence[Sequence[Grid]], outputs: Sequence[Grid]) -> list[str]:
    """The ways to join that give the outputs' shapes."""
    fits = dict.fromkeys(("beside", "stack", "overlay", "beside gap", "stack gap"), True)
    for found, out in zip(drawn, outputs, strict=True):
        heights, widths = [one.shape[0] for one in found], [one.shape[1] for one in found]
        fits["beside"] &= set(heights) == {out.shape[0]} and sum(widths) == out.shape[1]
        fits["stack"] &= set(widths) == {out.shape[1]} and sum(heights) == out.shape[0]
        gaps = len(found) - 1
        fits["beside gap"] &= set(heights) == {out.shape[0]} and sum(widths) + gaps == out.shape[1]
        fits["stack gap"] &= set(widths) == {out.shape[1]} and sum(heights) + gaps == out.shape[0]
        fits["overlay"] &= {one.shape for one in found} == {out.shape}
    return [word for word, fit in fits.items() if fit]


def _lines(source: Source, picture: str, word: str, order: str) -> tuple[str, ...]:
    name = "things" if source.is_objects else "parts"
    ordered = fill(order, _of=name)
    pictures = ordered if picture == "one" else f"[{picture} for one in {ordered}]"
    gap = ", gap=1" if word.endswith("gap") else ""
    return (f"{name} = {source.text}", f"return {word.removesuffix(' gap')}(*{pictures}{gap})")


@rule(new_size, smaller)
def fit_pieces(problem: Problem) -> Iterator[Draft]:
    """All objects nested about one middle, or fitted together without gaps."""
    sizes = sizes_for(problem, [out.shape for out in problem.outputs])[:2]
    for source in object_sources():
        pieces = pieces_of(source, problem.grids)
        if pieces is None or not all(1 < len(found) <= _MOST_JOINED for found in pieces):
            continue
        pairs = list(zip(pieces, problem.outputs, strict=False))
        if all(sum(one.size for one in found) == out.size for found, out in pairs):
            for size, cost in sizes:
                end = f"return fit_together({source.text}, {size})"
                yield Draft((end,), 2.5 + source.cost + cost)
        if all(
            (max(one.height for one in found), max(one.width for one in found)) == out.shape
            for found, out in pairs
        ):
            for ground, cost in (("", 0.0), (", background=most_common_colour(grid)", 0.5)):
                yield Draft((f"return concentric({source.text}{ground})",), 2.5 + source.cost + cost)


@rule(new_size)
def two_objects(problem: Problem) -> Iterator[Draft]:
    """Of two objects one gives the colours, the other the shape, at one scale or another."""
    for source in object_sources()[:4]:
        pieces = pieces_of(source, problem.grids)
        if pieces is None or not all(len(found) == 2 for found in pieces):
            continue
        for key, cost in (("one.area", 0.0), ("len(one.colours)", 0.5)):
            order = f"sorted({source.text}, key=lambda one: -{key})"
            split = f"one, other = (crop_to_content(thing.cells, background=0) for thing in {order})"
            for one in section("two objects"):
                yield Draft((split, f"return {one.text}"), 4.0 + source.cost + cost + one.bits)


@rule(new_size, smaller)
def into_frame(problem: Problem) -> Iterator[Draft]:
    """One object laid inside of a frame, or of the box that markers span, possibly scaled up to fill it."""
    rest = "crop_to_content(paint(grid, frame, 0), background=0)"
    for one in section("frame of a grid"):
        frames = values_of(one.text, problem.train)
        shapes = values_of(f"{fill(rest, frame=one.text)}.shape", problem.train)
        if frames is None or shapes is None:  # no frame, or nothing but it
            continue
        if any(frame.mask.shape != out.shape for frame, out in zip(frames, problem.outputs, strict=True)):
            continue
        lines = (f"frame = {one.text}", f"rest = {rest}")
        inner = [(frame.height - 2, frame.width - 2) for frame in frames]
        if all(_divides(shape, room) for shape, room in zip(shapes, inner, strict=True)):
            factors = "(frame.height - 2) // rest.shape[0], (frame.width - 2) // rest.shape[1]"
            fit = f"fitted = scale_up(rest, {factors})"
            end = "return place(crop(grid, frame), fitted, 1, 1, transparent=0)"
            yield Draft((*lines, fit, end), 5.0 + one.bits)
        turned = (("rest", 0.0), *((fill(turn.text, _a="rest"), 1.0) for turn in section("turn")))
        for room, spot in ((inner, "1, 1"), ([out.shape for out in problem.outputs], "0, 0")):
            if all(sorted(a) == sorted(b) for a, b in zip(shapes, room, strict=True)):
                for laid, more in turned:
                    end = f"return place(crop(grid, frame), {laid}, {spot}, transparent=0)"
                    yield Draft((*lines, end), 4.5 + one.bits + more)


def _divides(shape: tuple[int, int], room: tuple[int, int]) -> bool:
    return min(room) > 0 and room[0] % shape[0] == 0 and room[1] % shape[1] == 0


@rule(new_size, smaller)
def covered_part(problem: Problem) -> Iterator[Draft]:
    """The output is what a patch of one colour hides: the grid is symmetric or repeats itself."""
    for colour in shared_colours(problem.grids):
        for patch, cost in (
            (f"object_at(grid, grid == {colour})", 0.0),
            (f"largest_rectangle(grid, {colour})", 0.5),
        ):
            find = function(f"lambda grid: {patch}")
            if any(find(grid).mask.shape != out.shape for grid, out in problem.pairs):
                continue
            for word, more in (
                (f"complete_symmetry(grid, {colour})", 0.0),
                (f"complete_pattern(grid, {colour})", 0.5),
                (f"complete_rows(grid, {colour})", 1.0),
                (f"complete_cols(grid, {colour})", 1.0),
            ):
                yield Draft((f"patch = {patch}", f"return crop({word}, patch)"), 2.5 + cost + more)
