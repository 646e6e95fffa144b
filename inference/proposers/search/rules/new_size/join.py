"""Outputs put together from several pieces of the input: side by side, on top of each other, laid over each
other, or into a frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.expressions import Expression, fill, filled, section
from inference.proposers.search.language import attempted, values_of, values_on
from inference.proposers.search.problem import Problem, shared_colours
from inference.proposers.search.rules.driver import Draft, fits_first, new_size, rule, smaller
from inference.proposers.search.rules.numbers import sizes_for
from inference.proposers.search.rules.pieces import Pieces, Source, distinct, object_sources, splits

_MOST_JOINED = 12


@rule(new_size)
def join_pieces(problem: Problem) -> Iterator[Draft]:
    """All pieces, in an order by one property, one after the other in a direction, or over each other."""
    # the objects of one colour each with what surrounds it
    around = tuple([picture for picture in section("picture of an object") if "one.row - 1" in picture.text])
    kept = [f"keep_colour(grid, {colour})" for colour in shared_colours(problem.grids) if colour]
    coloured = [Source(f"find_objects({one}, background=0)", 2.0, around, True) for one in kept]
    for source, pieces in distinct([*object_sources(), *coloured, *splits(problem)], problem.grids):
        if all(1 < len(found) <= _MOST_JOINED for found in pieces):
            yield from _joined(problem, source, pieces)
            if problem.budget.spent():
                return


def _joined(problem: Problem, source: Source, pieces: Pieces) -> Iterator[Draft]:
    """The pieces in every order, in the layouts and pictures that give the outputs' shapes."""
    shapes = [out.shape for out in problem.outputs]
    name = "things" if source.is_objects else "parts"
    orders: list[tuple[Expression, list[int]]] = []
    drawn = [(one, made) for one in source.pictures if (made := values_on(one.text, problem.train, pieces))]
    for layout, (picture, shown) in product(section("layout"), drawn):
        charge(prices.RELATION)
        laid: list[Grid] | None = attempted(list, map(layout.run("_all"), shown))
        if laid is None or [one.shape for one in laid] != shapes:
            continue
        orders = orders or list(_orders(source, pieces[0]))
        for order, places in orders:
            if np.array_equal(layout.run("_all")([shown[0][place] for place in places]), problem.outputs[0]):
                ordered = fill(order.text, _of=name)
                joined = ordered if picture.text == "one" else f"[{picture.text} for one in {ordered}]"
                lines = (f"{name} = {source.text}", f"return {fill(layout.text, _all=joined)}")
                yield Draft(lines, 3.0 + source.cost + picture.bits + order.bits + layout.bits)


def _orders(source: Source, pieces: Sequence[Any]) -> Iterator[tuple[Expression, list[int]]]:
    """The orders of the first grid's pieces, with their places in it."""
    places = {id(one): place for place, one in enumerate(pieces)}
    for order in section("order of objects" if source.is_objects else "order of parts"):
        charge(prices.RELATION)
        ordered = attempted(order.run("_of"), list(pieces))
        if ordered is not None:  # no part is blank
            yield order, [places[id(one)] for one in ordered]


@rule(new_size, smaller)
def fit_pieces(problem: Problem) -> Iterator[Draft]:
    """All objects nested about one middle, or fitted together without gaps."""
    sizes = sizes_for(problem, [out.shape for out in problem.outputs])[:2]
    sources = [(source.text, source.cost) for source in object_sources()]
    for one in filled("objects put together", {"_of": sources, "_size": sizes}):
        if fits_first(problem, (f"return {one.text}",)):
            yield Draft((f"return {one.text}",), one.bits)


@rule(new_size)
def two_pieces(problem: Problem) -> Iterator[Draft]:
    """Of two objects or parts one gives the colours, the other the shape, at one scale or another."""
    for source in (*object_sources()[:4], *splits(problem)):
        drawn = f"[crop_to_content(one.cells, background=0) for one in {source.text}]"
        text = drawn if source.is_objects else source.text
        pieces = values_of(text, problem.grids)
        if pieces is None or not all(1 < len(found) <= _MOST_JOINED for found in pieces):
            continue
        for two in section("two of several"):
            one, other = two.run("things")(pieces[0])
            shapes = one.shape, other.shape, (one.shape[0] * other.shape[0], one.shape[1] * other.shape[1])
            for way in section("one of two by the other") if problem.outputs[0].shape in shapes else ():
                lines = (f"things = {text}", f"one, other = {two.text}", f"return {way.text}")
                if fits_first(problem, lines):
                    yield Draft(lines, 3.0 + source.cost + two.bits + way.bits)


@rule(new_size, smaller)
def into_frame(problem: Problem) -> Iterator[Draft]:
    """One object laid inside of a frame, or of the box that markers span, possibly scaled up to fill it."""
    for one in section("frame of a grid"):
        frames = values_of(one.text, problem.train[:1])
        if frames and frames[0].mask.shape == problem.outputs[0].shape:
            for way in filled("rest in a frame", {"_a": [("rest", 0.0)]}):
                rest = "crop_to_content(paint(grid, frame, 0), background=0)"
                lines = (f"frame = {one.text}", f"rest = {rest}", f"return {way.text}")
                if fits_first(problem, lines):
                    yield Draft(lines, one.bits + way.bits)
