"""What can be said of an object among the objects of its grid: the literals that object rules learn from.

Every literal is an expression of `one`, `things` and `grid`; inside a comprehension `one` stands for each of
the others in turn, so `one.size == max(one.size for one in things)` says that it is the largest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from arc import Grid
from inference.proposers.effort import charge
from inference.proposers.search import prices
from inference.proposers.search.cell_table import NAMES_GRIDS, Literals
from inference.proposers.search.expressions import Expression, Kind, fill, filled, free, section
from inference.proposers.search.language import function, values_on
from inference.proposers.search.learning import Bools, Table
from inference.proposers.search.problem import Problem, shared_colours
from omniarc import Object, most_common

Objects = tuple[tuple[Object, ...], ...]  # of each grid
Literal = tuple[str, float, float, Bools]  # said of a property `_p`, bits, more if negated, where it holds

_MOST_OBJECTS = 40  # in one grid
_FEW_OBJECTS = 12  # of which each may be compared with each
_MOST_NUMBERS = 6  # compared with, of one property
_NAMING = ("one.colour", "one.colours")  # what a model by its colour would only say again
_ROLE = 0.2  # bits by which properties cost more here than where an object is picked by one


@dataclass(frozen=True, eq=False)
class ObjectTable(Table):
    """The objects of all grids of a problem, end to end, and what each literal says of each of them.

    `source` is the expression of `grid` that gives them, at so many bits; `objects` has for each grid its
    objects, `pair` the number of each object's grid.
    """

    source: str
    cost: float
    objects: Objects
    pair: npt.NDArray[np.int64]

    @property
    def all_objects(self) -> list[Object]:
        return [one for found in self.objects for one in found]

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """(literals, grids): of how many objects of each grid each literal holds."""
        starts = np.searchsorted(self.pair, np.arange(len(self.objects)))
        return np.add.reduceat(self.literals.astype(np.int64), starts, axis=1)


def sources(background: int) -> list[tuple[str, float]]:
    """The expressions of `grid` that give objects on this background, with their costs."""
    found = [one.filled(_a="grid", _b=background) for one in section("objects on a background")]
    return [(one.text.replace(", background=0", ""), one.bits) for one in found]


def found_by(sources: Iterable[tuple[str, float]], problem: Problem) -> Iterator[ObjectTable]:
    """For each way to find objects in every grid these without literals, if no way before gave the same.

    A way that finds none or too many in some grid is left out. Ends when the problem's budget is spent.
    """
    seen = set()
    for text, cost in sources:
        find = function(f"lambda grid: {text}")
        objects = tuple(tuple(find(grid)) for grid in problem.grids)
        counts = [len(found) for found in objects]
        if problem.budget.spent():
            return
        if 0 < min(counts) <= max(counts) <= _MOST_OBJECTS and objects not in seen:
            seen.add(objects)
            pair = np.repeat(np.arange(len(objects)), counts)
            yield ObjectTable(np.empty((0, pair.size), bool), (), np.empty(0), text, cost, objects, pair)


def object_table(bare: ObjectTable, problem: Problem) -> ObjectTable:
    """All literals of all objects; those that hold for all or for none of the training objects left out."""
    learn = bare.pair < len(problem.outputs)
    told, said, rows = Literals(learn), [], []
    ends = list(accumulate(map(len, bare.objects), initial=0))
    for text, (form, bits, more, holds) in _all_literals(bare.objects, problem.grids, learn):
        data = holds.tobytes()
        if len(set(data[: ends[len(problem.outputs)]])) < 2:
            continue
        bits += NAMES_GRIDS * all(len(set(data[start:end])) == 1 for start, end in pairwise(ends))
        both = (form, bits), (_negated(form), bits + more)
        said += [(f"({fill(one, _p=text)})", price) for one, price in both]
        rows += [holds, ~holds]
    told.add(0.0, said, np.array(rows, bool).reshape(-1, learn.size))
    return ObjectTable(*told.in_order(), bare.source, bare.cost, bare.objects, bare.pair)


def _all_literals(objects: Objects, grids: Sequence[Grid], learn: Bools) -> Iterator[tuple[str, Literal]]:
    colours = free(shared_colours(grids))
    models = []  # the one object of each grid that others may be like
    for one in filled("model of objects", {"_c": colours}):
        held = values_on(one.text, grids, objects)
        if held is not None and all(sum(row) == 1 for row in held):
            models.append((one, [row.index(True) for row in held]))
    few = section("of an object among few") if max(map(len, objects)) <= _FEW_OBJECTS else ()
    for one in (*section("of an object"), *few, *filled("of an object and a colour", {"_c": colours})):
        charge(prices.PROPERTY[0] + prices.PROPERTY[1] * learn.size)
        values = values_on(one.text, grids, objects)
        if values is None:  # not all objects have this property
            continue
        for form, bits, more, holds in _literals(one, values, learn):
            yield one.text, (form, one.bits + _ROLE + bits, more, holds)
        for model, places in models if one.kind is not Kind.TRUTH and one.text not in _NAMING else ():
            like = np.array([v == row[at] for row, at in zip(values, places, strict=True) for v in row])
            form = f"_p == next(_p for one in things if {model.text})"
            yield one.text, (form, one.bits + _ROLE + model.bits, 0.3, like)


def _literals(one: Expression, values: list[list[Any]], learn: Bools) -> Iterator[Literal]:
    flat = [value for row in values for value in row]
    if one.kind is Kind.TRUTH:
        yield "_p", 0.0, 0.4, np.array(flat, bool)
    if one.kind is Kind.NUMBER:
        numbers = np.array(flat)
        for word, choose in (("max", max), ("min", min)):
            tops = np.concatenate([np.full(len(row), choose(row)) for row in values])
            yield f"_p == {word}(_p for one in things)", 0.7, 0.3, numbers == tops
        for number in np.unique(numbers[learn])[:_MOST_NUMBERS].tolist():
            bits = 0.4 * math.log2(1 + abs(number))
            yield f"_p == {number}", 0.8 + bits, 0.3, numbers == number
            yield f"_p > {number}", 1.0 + bits, 0.0, numbers > number
        yield "_p % 2 == 0", 1.5, 0.0, numbers % 2 == 0
    if one.kind is Kind.KEY or one.text in ("one.size", "one.holes"):
        number = np.array([row.count(value) for row in values for value in row])
        usual = np.array([value == most_common(row) for row in values for value in row])
        yield "[_p for one in things].count(_p) == 1", 0.8, 0.1, number == 1
        yield "_p == most_common([_p for one in things])", 1.0, 0.2, usual
    if one.text == "one.colour":
        shown = np.array(flat)
        for colour in sorted(set(shown[learn].tolist())):
            yield f"_p == {colour}", 0.5, 0.3, shown == colour


def _negated(form: str) -> str:
    if " == " in form:
        return form.replace(" == ", " != ", 1)
    return form.replace(" > ", " <= ") if " > " in form else f"not {form}"
