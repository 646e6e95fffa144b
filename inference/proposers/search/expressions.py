"""Expressions of the language with slots: read from one catalogue, filled on the syntax tree, compiled once.

A slot is a name that begins with an underscore, as `_a` in `rotate(_a, 2)`. What it is filled with is an
expression too; a tuple after a star (`tile(_a, *_cut)`) is written out as arguments.

`catalogue.txt` holds the search's expressions: in each section a row has a kind, a length in bits, and an
expression. Each length is given once; a role in which such expressions cost more adds its own bits.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Any

from inference.proposers.search.language import function

Choices = Mapping[str, Sequence[tuple[object, float]]]  # fillings by slot, each with the bits it takes
Offered = tuple[tuple[str, tuple[tuple[object, float], ...]], ...]  # the same, to be a key
_OPERATORS = (ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Attribute, ast.Subscript, ast.IfExp)
_ATOMS = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.ListComp)


class Kind(StrEnum):
    """What the value of an expression is."""

    GRID = "grid"
    GRIDS = "grids"  # a list of grids: pieces of a split, crops of objects
    OBJECTS = "objects"  # a list of objects that know their place
    OBJECT = "object"
    NUMBER = "number"  # a whole number or a ratio, for all of a grid or cell by cell
    COLOUR = "colour"  # likewise
    MASK = "mask"  # truths cell by cell
    TRUTH = "truth"
    KEY = "key"  # anything that can be compared and counted
    CODE = "code"  # a part of a pattern that has no value of its own


@dataclass(frozen=True)
class Expression:
    """An expression, its length in bits, and the kind of its value."""

    text: str
    bits: float
    kind: Kind

    def filled(self, bits: float = 0.0, **slots: object) -> Expression:
        """The expression with slots filled, longer by `bits`."""
        return Expression(fill(self.text, **slots), self.bits + bits, self.kind)

    def run(self, *names: str) -> Callable[..., Any]:
        """The expression as a function of these names."""
        return function(f"lambda {', '.join(names)}: {self.text}")


def free(values: Iterable[object]) -> list[tuple[object, float]]:
    """Fillings that take no bits."""
    return [(value, 0.0) for value in values]


@cache
def catalogue() -> dict[str, tuple[Expression, ...]]:
    """The expressions of each section, in the order of the file."""
    sections: dict[str, list[Expression]] = {}
    for line in files(__package__).joinpath("catalogue.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            rows = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            kind, bits, text = line.split(maxsplit=2)
            rows.append(Expression(text, float(bits), Kind(kind)))
    return {name: tuple(rows) for name, rows in sections.items()}


def section(name: str) -> tuple[Expression, ...]:
    """The expressions of a section of the catalogue."""
    return catalogue()[name]


@cache
def named() -> Choices:
    """The fillings of the slots that have a section of their name."""
    slots = {name: rows for name, rows in catalogue().items() if name.startswith("_")}
    return {name: [(one.text, one.bits) for one in rows] for name, rows in slots.items()}


def filled(name: str, choices: Choices) -> tuple[Expression, ...]:
    """The expressions of a section with their slots filled in every way: (filling, bits) by slot.

    Other slots are filled from the section of their name, if there is one.
    """
    offered = [(slot, tuple([(str(text), bits) for text, bits in rows])) for slot, rows in choices.items()]
    return _all_filled(name, tuple(offered))


@lru_cache(maxsize=1_000)
def _all_filled(name: str, offered: Offered) -> tuple[Expression, ...]:
    choices = {**named(), **dict(offered)}
    return tuple([made for one in section(name) for made in fillings(one, choices)])


def fillings(one: Expression, choices: Choices) -> Iterator[Expression]:
    """An expression with those of its slots that have choices filled in every way.

    A slot whose fillings have slots of their own is filled before the others, so that equal slots of the
    expression and of the filling get one filling.
    """
    inside = slots_of(one.text)
    slots = [slot for slot in choices if slot in inside]
    nested = [slot for slot in slots if any(set(slots_of(str(f))) & choices.keys() for f, _ in choices[slot])]
    now = nested[:1] or slots
    for chosen in product(*[choices[slot] for slot in now]):
        slots_filled = tuple([(slot, str(filling)) for slot, (filling, _) in zip(now, chosen, strict=True)])
        bits = one.bits + sum([price for _, price in chosen])
        made = Expression(_filled(one.text, slots_filled), bits, one.kind)
        yield from fillings(made, choices) if nested else (made,)


@lru_cache(maxsize=10_000)
def slots_of(text: str) -> tuple[str, ...]:
    """The names of an expression's slots, in the order in which they first occur."""
    return tuple(dict.fromkeys(name for _, _, name, _ in _places(text) if name.startswith("_")))


def bracketed(text: str) -> str:
    """The expression in brackets, if it needs some as an operand."""
    return text if _written(text)[1] else f"({text})"


@cache
def items(text: str) -> tuple[str, ...]:
    """The items of an expression that is a tuple, each as it is written."""
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Tuple)
    return tuple([ast.get_source_segment(text, one) or "" for one in node.elts])


def fill(text: str, **slots: object) -> str:
    """The expression with each named slot replaced by the expression (or constant) that it is given."""
    return _filled(text, tuple([(name, str(value)) for name, value in slots.items()]))


@lru_cache(maxsize=100_000)
def _filled(text: str, slots: tuple[tuple[str, str], ...]) -> str:
    fillings = dict(slots)
    for start, end, name, place in reversed(_places(text)):
        if name in fillings:
            filling, plain, inside = _written(fillings[name])
            if place == "star" and inside:
                start, filling = start - 1, inside
            elif place == "operand" and not plain:
                filling = f"({filling})"
            text = text[:start] + filling + text[end:]
    return text


@lru_cache(maxsize=10_000)
def _places(text: str) -> tuple[tuple[int, int, str, str], ...]:
    """Where names occur in an expression: start, end, name, and how: alone, as operand, after a star."""
    found = []
    for parent in ast.walk(ast.parse(text, mode="eval")):
        for child in ast.iter_child_nodes(parent):
            if isinstance(child, ast.Name):
                bound = isinstance(parent, _OPERATORS) and child is not getattr(parent, "slice", None)
                place = "star" if isinstance(parent, ast.Starred) else "operand" if bound else "alone"
                found.append((child.col_offset, child.end_col_offset or 0, child.id, place))
    return tuple(sorted(found))


@lru_cache(maxsize=20_000)
def _written(filling: str) -> tuple[str, bool, str]:
    """A filling as it is written alone, whether it needs no brackets, and a tuple's items without them."""
    node = ast.parse(filling, mode="eval").body
    if isinstance(node, ast.Tuple):
        bracketed = filling.startswith("(") and node.elts[0].col_offset > 0
        return (filling, True, filling[1:-1]) if bracketed else (f"({filling})", True, filling)
    return filling, isinstance(node, _ATOMS) or node.col_offset > 0, ""
