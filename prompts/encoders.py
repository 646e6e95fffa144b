"""Grids as text, each way with its exact inverse.

An encoder is written as a text spec, which is parsed and never evaluated:

    GridShapeEncoder(RowNumberEncoder(MinimalGridEncoder()))

| encoder | the grid [[0, 1], [2, 3]] |
|---|---|
| `MinimalGridEncoder()` | `01⏎23` |
| `GridWithSeparationEncoder("|")` | `0|1⏎2|3` |
| `ColorNameEncoder()` | `Black Blue⏎Red Green` |
| `RowNumberEncoder(base)` | `1 01⏎2 23` |
| `GridCodeBlockEncoder(base)` | the base between a fence named `grid` and its end |
| `GridShapeEncoder(base)` | the same, the fence named `grid shape: 2x2` |
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from arc import MAX_SIDE, Grid, GridError, as_grid
from prompts.errors import AnswerError, PromptError

DEFAULT_ENCODER = "GridShapeEncoder(RowNumberEncoder(MinimalGridEncoder()))"

COLOUR_NAMES = ("Black", "Blue", "Red", "Green", "Yellow", "Gray", "Pink", "Orange", "Purple", "Brown")

_FENCE = "```"
_SPEC_CHARS = 400
_TEXT_CHARS = 20_000


class GridEncoder(Protocol):
    """Writes a grid as text and reads exactly what it wrote.

    `opening` is how a fenced text of this encoder starts, up to where it depends on the grid: a prompt ends
    with it to make the model go on with the grid. It is empty for encoders without a fence.
    """

    @property
    def opening(self) -> str: ...

    def encode(self, grid: Grid) -> str: ...

    def decode(self, text: str) -> Grid:
        """The grid that `encode` writes as `text`; AnswerError for any other text."""
        ...


@dataclass(frozen=True)
class MinimalGridEncoder:
    """One digit a cell, one line a row."""

    opening: ClassVar[str] = ""

    def encode(self, grid: Grid) -> str:
        return "\n".join("".join(map(str, row)) for row in grid.tolist())

    def decode(self, text: str) -> Grid:
        return _grid([[_digit(char) for char in line] for line in _lines(text)])


@dataclass(frozen=True)
class GridWithSeparationEncoder:
    """Digits with `separator` between the cells of a row (no digits, no line breaks in it)."""

    separator: str = " "
    opening: ClassVar[str] = ""

    def __post_init__(self) -> None:
        text = self.separator
        if not text or len(text) > 8 or not text.isprintable() or any(c.isdigit() or c == "`" for c in text):
            raise PromptError(
                f"a separator is 1 to 8 printable characters without digits and backticks, not {text!r}"
            )

    def encode(self, grid: Grid) -> str:
        return "\n".join(self.separator.join(map(str, row)) for row in grid.tolist())

    def decode(self, text: str) -> Grid:
        return _grid([[_digit(cell) for cell in line.split(self.separator)] for line in _lines(text)])


@dataclass(frozen=True)
class ColorNameEncoder:
    """Colour names with a space between them, for models trained on colour words."""

    opening: ClassVar[str] = ""

    def encode(self, grid: Grid) -> str:
        return "\n".join(" ".join(COLOUR_NAMES[cell] for cell in row) for row in grid.tolist())

    def decode(self, text: str) -> Grid:
        return _grid([[_colour(word) for word in line.split(" ")] for line in _lines(text)])


@dataclass(frozen=True)
class RowNumberEncoder:
    """The base's rows, each behind its number (from 1) and a space."""

    base: GridEncoder
    opening: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if self.base.opening:
            raise PromptError("RowNumberEncoder goes inside a fence, not around one")

    def encode(self, grid: Grid) -> str:
        rows = self.base.encode(grid).split("\n")
        return "\n".join(f"{number} {row}" for number, row in enumerate(rows, start=1))

    def decode(self, text: str) -> Grid:
        rows = []
        for number, line in enumerate(_lines(text), start=1):
            label, space, row = line.partition(" ")
            if label != str(number) or not space:
                raise AnswerError(f"row {number} of the grid is numbered {label[:10]!r}")
            rows.append(row)
        return self.base.decode("\n".join(rows))


@dataclass(frozen=True)
class GridCodeBlockEncoder:
    """The base's text between a fence named `grid` and its end."""

    base: GridEncoder
    opening: ClassVar[str] = f"{_FENCE}grid\n"

    def __post_init__(self) -> None:
        _refuse_fence(self.base)

    def encode(self, grid: Grid) -> str:
        return f"{self.opening}{self.base.encode(grid)}\n{_FENCE}"

    def decode(self, text: str) -> Grid:
        name, inside = _fenced(text)
        if name != "grid":
            raise AnswerError(f"the fence is named {name[:20]!r}, not 'grid'")
        return self.base.decode(inside)


@dataclass(frozen=True)
class GridShapeEncoder:
    """The base's text between a fence that tells the grid's height and width, and its end."""

    base: GridEncoder
    opening: ClassVar[str] = f"{_FENCE}grid shape:"

    def __post_init__(self) -> None:
        _refuse_fence(self.base)

    def encode(self, grid: Grid) -> str:
        height, width = grid.shape
        return f"{self.opening} {height}x{width}\n{self.base.encode(grid)}\n{_FENCE}"

    def decode(self, text: str) -> Grid:
        name, inside = _fenced(text)
        grid = self.base.decode(inside)
        shape = f"grid shape: {grid.shape[0]}x{grid.shape[1]}"
        if name != shape:
            raise AnswerError(f"the fence is named {name[:30]!r}, the grid in it is of {shape!r}")
        return grid


def _refuse_fence(base: GridEncoder) -> None:
    if base.opening:
        raise PromptError("one fence around a grid is enough: GridCodeBlockEncoder or GridShapeEncoder")


def _lines(text: str) -> list[str]:
    if len(text) > _TEXT_CHARS:
        raise AnswerError(f"a grid of {len(text)} characters is too long")
    lines = text.split("\n")
    if len(lines) > MAX_SIDE:
        raise AnswerError(f"the grid has {len(lines)} rows, more than {MAX_SIDE}")
    return lines


def _digit(cell: str) -> int:
    if len(cell) != 1 or cell not in "0123456789":
        raise AnswerError(f"{cell[:10]!r} is no digit")
    return ord(cell) - ord("0")


def _colour(word: str) -> int:
    if word not in COLOUR_NAMES:
        raise AnswerError(f"{word[:10]!r} is no colour name")
    return COLOUR_NAMES.index(word)


def _grid(rows: list[list[int]]) -> Grid:
    try:
        if any(len(row) != len(rows[0]) for row in rows):
            raise GridError("its rows differ in length")
        return as_grid(np.array(rows, dtype=np.int8))
    except GridError as error:
        raise AnswerError(f"no grid: {error}") from None


def _fenced(text: str) -> tuple[str, str]:
    """The name of the fence that `text` is, and what stands inside."""
    first, _, rest = text.partition("\n")
    if not first.startswith(_FENCE) or not rest.endswith(f"\n{_FENCE}"):
        raise AnswerError(f"the grid does not stand between {_FENCE} and {_FENCE}")
    return first.removeprefix(_FENCE), rest.removesuffix(f"\n{_FENCE}")


_PLAIN: dict[str, Callable[[], GridEncoder]] = {
    "MinimalGridEncoder": MinimalGridEncoder,
    "ColorNameEncoder": ColorNameEncoder,
}
_WRAPPING: dict[str, Callable[[GridEncoder], GridEncoder]] = {
    "RowNumberEncoder": RowNumberEncoder,
    "GridCodeBlockEncoder": GridCodeBlockEncoder,
    "GridShapeEncoder": GridShapeEncoder,
}
_SEPARATION = "GridWithSeparationEncoder"


def encoder_names() -> tuple[str, ...]:
    """The names that a spec may use."""
    return (*_PLAIN, _SEPARATION, *_WRAPPING)


def parse_encoder(spec: str) -> GridEncoder:
    """Build the encoder that `spec` describes; PromptError with one line for a bad spec."""
    if len(spec) > _SPEC_CHARS:
        raise PromptError(f"an encoder spec of {len(spec)} characters is too long (at most {_SPEC_CHARS})")
    try:
        tree = ast.parse(spec.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise PromptError(f"encoder {spec!r}: not of the form Name(...), such as {DEFAULT_ENCODER}") from None
    return _build(tree.body, spec)


def _build(node: ast.expr, spec: str) -> GridEncoder:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        raise PromptError(f"encoder {spec!r}: not of the form Name(...), such as {DEFAULT_ENCODER}")
    name, arguments = node.func.id, node.args
    if name in _PLAIN and not arguments:
        return _PLAIN[name]()
    if name in _WRAPPING and len(arguments) == 1:
        return _WRAPPING[name](_build(arguments[0], spec))
    if name == _SEPARATION and len(arguments) == 1:
        separator = arguments[0]
        if isinstance(separator, ast.Constant) and isinstance(separator.value, str):
            return GridWithSeparationEncoder(separator.value)
        raise PromptError(f"encoder {spec!r}: {_SEPARATION} takes one quoted text")
    if name in encoder_names():
        what = "no argument" if name in _PLAIN else "one argument"
        raise PromptError(f"encoder {spec!r}: {name} takes {what}")
    raise PromptError(f"encoder {spec!r}: no encoder {name!r} (there are {', '.join(encoder_names())})")
