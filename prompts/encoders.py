"""Grids as text, each form with its exact inverse.

An encoder is written as a spec, which is parsed and never evaluated:

    GridShapeEncoder(RowNumberEncoder(MinimalGridEncoder()))

| encoder | the grid [[0, 1], [2, 3]] |
|---|---|
| `MinimalGridEncoder()` | `01⏎23` |
| `GridWithSeparationEncoder("|")` | `0|1⏎2|3` |
| `GridWithSeparationEncoder(" ", ";")` | `0 1;2 3` |
| `ColorNameEncoder()` | `Black Blue⏎Red Green` |
| `NumpyGridEncoder()` | `[[0 1]⏎ [2 3]]` |
| `NumpyGridEncoder(" ")` | `[[0 1] [2 3]]` |
| `JsonGridEncoder()` | `[[0, 1], [2, 3]]` |
| `JsonGridEncoder(",", ",")` | `[[0,1],[2,3]]` |
| `JsonGridEncoder(", ", ",⏎  ", "⏎  ", "⏎")` | `[⏎  [0, 1],⏎  [2, 3]⏎]` |
| `ReplaceNumberEncoder(base, "abcdefghij")` | `ab⏎cd` with a minimal base |
| `RepeatNumberEncoder(base, 3)` | `000111⏎222333` with a minimal base |
| `RowNumberEncoder(base)` | `1 01⏎2 23` |
| `RowNumberEncoder(base, 0, ": ")` | `0: 01⏎1: 23` |
| `GridCodeBlockEncoder(base)` | the base in a fenced block named `grid` |
| `GridShapeEncoder(base)` | the same, in a block named `grid shape: 2x2` |
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Protocol

import numpy as np

from arc import MAX_SIDE, Grid, GridError, as_grid
from prompts.errors import AnswerError, PromptError

DEFAULT_ENCODER = "GridShapeEncoder(RowNumberEncoder(MinimalGridEncoder()))"

COLOUR_NAMES = ("Black", "Blue", "Red", "Green", "Yellow", "Gray", "Pink", "Orange", "Purple", "Brown")
DIGITS = tuple("0123456789")

_FENCE = "```"
_SPEC_CHARS = 1000
_TEXT_CHARS = 1_000_000
_SEPARATOR_CHARS = 16


class GridEncoder(Protocol):
    """Writes a grid as text and reads exactly what it wrote.

    `opening` is how a fenced grid starts, up to the point where it depends on the grid: a prompt ends with it
    so that the model continues with the grid. It is empty for encoders without a fence. `numbered`
    means that rows are numbered, so that some digits of the text are not cells.
    """

    @property
    def opening(self) -> str: ...

    @property
    def numbered(self) -> bool: ...

    def encode(self, grid: Grid) -> str: ...

    def decode(self, text: str) -> Grid:
        """The grid that `encode` writes as `text`; AnswerError for any other text."""
        ...


class _Bare:
    """An encoder that writes only cells."""

    opening: ClassVar[str] = ""
    numbered: ClassVar[bool] = False


@dataclass(frozen=True)
class MinimalGridEncoder(_Bare):
    """One digit per cell, one line per row."""

    def encode(self, grid: Grid) -> str:
        return "\n".join("".join(map(str, row)) for row in grid.tolist())

    def decode(self, text: str) -> Grid:
        return grid_from_rows([[_digit(char) for char in line] for line in _rows(text, "\n")])


@dataclass(frozen=True)
class GridWithSeparationEncoder(_Bare):
    """Digits with `separator` between the cells of a row, and `row_separator` between rows.

    A separator has no digits and no backticks; only the one between cells may be empty.
    """

    separator: str
    row_separator: str = "\n"

    def __post_init__(self) -> None:
        _check_separator("separator", self.separator, least=0 if self.row_separator != "\n" else 1)
        _check_separator("row_separator", self.row_separator, least=1)
        if "\n" in self.separator:
            raise PromptError("a line break goes between rows, not between cells")
        if (self.separator and self.row_separator in self.separator) or self.separator == self.row_separator:
            raise PromptError(f"cells and rows can't both be separated by {self.row_separator!r}")

    def encode(self, grid: Grid) -> str:
        return self.row_separator.join(self.separator.join(map(str, row)) for row in grid.tolist())

    def decode(self, text: str) -> Grid:
        rows = _rows(text, self.row_separator)
        cells = [row.split(self.separator) if self.separator else list(row) for row in rows]
        return _exactly(self, grid_from_rows([[_digit(cell) for cell in row] for row in cells]), text)


@dataclass(frozen=True)
class ColorNameEncoder(_Bare):
    """Colour names with a space between them, for models trained on colour words."""

    def encode(self, grid: Grid) -> str:
        return "\n".join(" ".join(COLOUR_NAMES[cell] for cell in row) for row in grid.tolist())

    def decode(self, text: str) -> Grid:
        return grid_from_rows([[_colour(word) for word in line.split(" ")] for line in _rows(text, "\n")])


@dataclass(frozen=True)
class NumpyGridEncoder(_Bare):
    """A grid as numpy prints it; `row_separator` " " puts it on one line."""

    row_separator: str = "\n "

    def __post_init__(self) -> None:
        _check_separator("row_separator", self.row_separator, least=1)

    def encode(self, grid: Grid) -> str:
        return _bracketed(grid, " ", self.row_separator, "", "")

    def decode(self, text: str) -> Grid:
        return _exactly(self, _read_brackets(text), text)


@dataclass(frozen=True)
class JsonGridEncoder(_Bare):
    """A list of rows as JSON writes it; the arguments are the white space and commas in it."""

    separator: str = ", "
    row_separator: str = ", "
    opened: str = ""
    closed: str = ""

    def __post_init__(self) -> None:
        for name in ("separator", "row_separator", "opened", "closed"):
            text = getattr(self, name)
            rest = text.strip()
            if len(text) > _SEPARATOR_CHARS or rest != ("," if name.endswith("separator") else ""):
                raise PromptError(
                    f"{name} of a JSON grid is white space, with a comma between items: not {text!r}"
                )

    def encode(self, grid: Grid) -> str:
        return _bracketed(grid, self.separator, self.row_separator, self.opened, self.closed)

    def decode(self, text: str) -> Grid:
        return _exactly(self, _read_brackets(text), text)


@dataclass(frozen=True)
class ReplaceNumberEncoder:
    """The base's text with other symbols for the digits 0 to 9: ten characters, or a list of ten strings."""

    base: GridEncoder
    symbols: tuple[str, ...]
    opening: ClassVar[str] = ""
    numbered: ClassVar[bool] = False

    def __post_init__(self) -> None:
        _refuse_wrapped(self.base, "ReplaceNumberEncoder")
        symbols = self.symbols
        if len(symbols) != 10 or len(set(symbols)) != 10:
            raise PromptError(f"the digits need ten different symbols, not {len(set(symbols))}")
        if any(
            not symbol or len(symbol) > 20 or "`" in symbol or symbol.split() != [symbol]
            for symbol in symbols
        ):
            raise PromptError("a symbol is 1 to 20 characters without spaces and backticks")
        # the digits of another cell must not be taken for this one's
        pattern = "|".join(re.escape(symbol) for symbol in sorted(symbols, key=len, reverse=True))
        object.__setattr__(self, "_pattern", re.compile(pattern))

    def encode(self, grid: Grid) -> str:
        return _DIGIT.sub(lambda match: self.symbols[int(match[0])], self.base.encode(grid))

    def decode(self, text: str) -> Grid:
        _check_length(text)
        pattern: re.Pattern[str] = self._pattern  # type: ignore[attr-defined]
        plain = pattern.sub(lambda match: str(self.symbols.index(match[0])), text)
        return _exactly(self, self.base.decode(plain), text)


@dataclass(frozen=True)
class RepeatNumberEncoder:
    """The base's text with every cell's symbol written `count` times, 2 to 9."""

    base: GridEncoder
    count: int = 3
    opening: ClassVar[str] = ""
    numbered: ClassVar[bool] = False

    def __post_init__(self) -> None:
        _refuse_wrapped(self.base, "RepeatNumberEncoder")
        if not 2 <= self.count <= 9:
            raise PromptError(f"a cell is repeated 2 to 9 times, not {self.count}")
        replaced = isinstance(self.base, ReplaceNumberEncoder)
        symbols = self.base.symbols if isinstance(self.base, ReplaceNumberEncoder) else DIGITS
        inner = self.base.base if isinstance(self.base, ReplaceNumberEncoder) else self.base
        if isinstance(inner, ColorNameEncoder) and not replaced:
            raise PromptError("RepeatNumberEncoder repeats digits or symbols, not colour names")
        repeated = ReplaceNumberEncoder(inner, tuple(symbol * self.count for symbol in symbols))
        object.__setattr__(self, "_repeated", repeated)

    def encode(self, grid: Grid) -> str:
        text: str = self._repeated.encode(grid)  # type: ignore[attr-defined]
        return text

    def decode(self, text: str) -> Grid:
        grid: Grid = self._repeated.decode(text)  # type: ignore[attr-defined]
        return grid


@dataclass(frozen=True)
class RowNumberEncoder:
    """The base's rows, each after its number (from `start`, 0 or 1) and `mark`."""

    base: GridEncoder
    start: int = 1
    mark: str = " "
    opening: ClassVar[str] = ""
    numbered: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.base.opening:
            raise PromptError("RowNumberEncoder goes inside a fence, not around one")
        if self.base.numbered:
            raise PromptError("rows are numbered once")
        if self.start not in (0, 1):
            raise PromptError(f"rows are numbered from 0 or 1, not {self.start}")
        _check_separator("mark", self.mark, least=1)
        if "\n" in self.mark:
            raise PromptError("the mark after a row's number has no line break")

    def encode(self, grid: Grid) -> str:
        rows = self.base.encode(grid).split("\n")
        return "\n".join(f"{number}{self.mark}{row}" for number, row in enumerate(rows, self.start))

    def decode(self, text: str) -> Grid:
        rows = []
        for number, line in enumerate(_rows(text, "\n", MAX_SIDE + 2), self.start):
            label = f"{number}{self.mark}"
            if not line.startswith(label):
                raise AnswerError(f"row {number} of the grid is numbered {line[:10]!r}")
            rows.append(line[len(label) :])
        return self.base.decode("\n".join(rows))


@dataclass(frozen=True)
class GridCodeBlockEncoder:
    """The base's text in a fenced block named `grid`."""

    base: GridEncoder
    opening: ClassVar[str] = f"{_FENCE}grid\n"

    @property
    def numbered(self) -> bool:
        return self.base.numbered

    def __post_init__(self) -> None:
        if self.base.opening:
            raise PromptError("one fence around a grid is enough: GridCodeBlockEncoder or GridShapeEncoder")

    def encode(self, grid: Grid) -> str:
        return f"{self.opening}{self.base.encode(grid)}\n{_FENCE}"

    def decode(self, text: str) -> Grid:
        name, inside = _fenced(text)
        if name != "grid":
            raise AnswerError(f"the fence is named {name[:20]!r}, not 'grid'")
        return self.base.decode(inside)


@dataclass(frozen=True)
class GridShapeEncoder:
    """The base's text in a fenced block whose name gives the grid's height and width."""

    base: GridEncoder
    opening: ClassVar[str] = f"{_FENCE}grid shape:"

    @property
    def numbered(self) -> bool:
        return self.base.numbered

    def __post_init__(self) -> None:
        if self.base.opening:
            raise PromptError("one fence around a grid is enough: GridCodeBlockEncoder or GridShapeEncoder")

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


def _refuse_wrapped(base: GridEncoder, name: str) -> None:
    if base.opening or base.numbered:
        raise PromptError(f"{name} goes inside fences and row numbers, not around them")


def _check_separator(name: str, text: str, least: int) -> None:
    bad = any(char.isdigit() or char == "`" or not (char.isprintable() or char in "\n\t") for char in text)
    if not least <= len(text) <= _SEPARATOR_CHARS or bad:
        raise PromptError(
            f"{name} is {least} to {_SEPARATOR_CHARS} characters without digits and backticks, not {text!r}"
        )


def _check_length(text: str) -> None:
    if len(text) > _TEXT_CHARS:
        raise AnswerError(f"a grid of {len(text)} characters is too long")


def _rows(text: str, separator: str, most: int = MAX_SIDE) -> list[str]:
    _check_length(text)
    rows = text.split(separator)
    if len(rows) > most:
        raise AnswerError(f"the grid has {len(rows)} rows, more than {MAX_SIDE}")
    return rows


def _bracketed(grid: Grid, separator: str, row_separator: str, opened: str, closed: str) -> str:
    rows = (f"[{separator.join(map(str, row))}]" for row in grid.tolist())
    return f"[{opened}{row_separator.join(rows)}{closed}]"


def _read_brackets(text: str) -> Grid:
    _check_length(text)
    rows = re.findall(r"\[([\d\s,]*)\]", text, re.ASCII)
    return grid_from_rows([[_digit(cell) for cell in row.replace(",", " ").split()] for row in rows])


def _exactly(encoder: GridEncoder, grid: Grid, text: str) -> Grid:
    """The grid, if it is written as `text` and in no other way."""
    if encoder.encode(grid) != text:
        raise AnswerError("the grid is not in the requested form")
    return grid


def _digit(cell: str) -> int:
    if len(cell) != 1 or cell not in DIGITS:
        raise AnswerError(f"{cell[:10]!r} is not a digit")
    return ord(cell) - ord("0")


def _colour(word: str) -> int:
    if word not in COLOUR_NAMES:
        raise AnswerError(f"{word[:10]!r} is not a colour name")
    return COLOUR_NAMES.index(word)


def grid_from_rows(rows: list[list[int]]) -> Grid:
    """The grid with these cells; AnswerError if they form none."""
    try:
        if any(len(row) != len(rows[0]) for row in rows):
            raise GridError("its rows differ in length")
        return as_grid(np.array(rows, dtype=np.int8))
    except GridError as error:
        raise AnswerError(f"no grid: {error}") from None


def _fenced(text: str) -> tuple[str, str]:
    """The name of the fenced block that `text` is, and its contents."""
    first, _, rest = text.partition("\n")
    if not first.startswith(_FENCE) or not rest.endswith(f"\n{_FENCE}"):
        raise AnswerError(f"the grid is not between {_FENCE} and {_FENCE}")
    return first.removeprefix(_FENCE), rest.removesuffix(f"\n{_FENCE}")


_ENCODERS: dict[str, Callable[..., GridEncoder]] = {
    encoder.__name__: encoder
    for encoder in (
        MinimalGridEncoder,
        GridWithSeparationEncoder,
        ColorNameEncoder,
        NumpyGridEncoder,
        JsonGridEncoder,
        ReplaceNumberEncoder,
        RepeatNumberEncoder,
        RowNumberEncoder,
        GridCodeBlockEncoder,
        GridShapeEncoder,
    )
}


def encoder_names() -> tuple[str, ...]:
    """The names that a spec may use."""
    return tuple(_ENCODERS)


def parse_encoder(spec: str) -> GridEncoder:
    """Build the encoder that `spec` describes; PromptError with one line for a bad spec."""
    if len(spec) > _SPEC_CHARS:
        raise PromptError(f"an encoder spec of {len(spec)} characters is too long (at most {_SPEC_CHARS})")
    try:
        tree = ast.parse(spec.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise PromptError(f"encoder {spec!r}: not of the form Name(...), such as {DEFAULT_ENCODER}") from None
    return _build(tree.body, spec)


def encoder_spec(encoder: GridEncoder) -> str:
    """The spec from which `parse_encoder` builds this encoder."""
    arguments: list[str] = []
    for field in fields(encoder):  # type: ignore[arg-type]
        value = getattr(encoder, field.name)
        if field.name == "base":
            arguments.append(encoder_spec(value))
        elif field.name == "symbols":
            joined = "".join(value)
            arguments.append(repr(joined if len(joined) == len(value) else list(value)))
        else:
            arguments.append(repr(value))
    defaults = [field.default for field in fields(encoder)]  # type: ignore[arg-type]
    while arguments and defaults[-1] is not MISSING and arguments[-1] == repr(defaults[-1]):
        arguments.pop()
        defaults.pop()
    return f"{type(encoder).__name__}({', '.join(arguments)})"


def _build(node: ast.expr, spec: str) -> GridEncoder:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise PromptError(f"encoder {spec!r}: not of the form Name(...), such as {DEFAULT_ENCODER}")
    name = node.func.id
    if name not in _ENCODERS:
        raise PromptError(f"encoder {spec!r}: no encoder {name!r} (there are {', '.join(_ENCODERS)})")
    known = list(fields(_ENCODERS[name]))  # type: ignore[arg-type]
    if len(node.args) > len(known):
        raise PromptError(
            f"encoder {spec!r}: {name} takes {len(known) or 'no'} arguments, not {len(node.args)}"
        )
    given = dict(zip((field.name for field in known), node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg in given or keyword.arg not in {field.name for field in known}:
            raise PromptError(f"encoder {spec!r}: {name} has no argument {keyword.arg!r}, or has it twice")
        given[keyword.arg] = keyword.value
    for field in known:
        if field.name not in given and field.default is MISSING:
            raise PromptError(f"encoder {spec!r}: {name} needs its {field.name}")
    return _ENCODERS[name](**{key: _argument(name, key, value, spec) for key, value in given.items()})


def _argument(name: str, key: str, node: ast.expr, spec: str) -> Any:
    if key == "base":
        return _build(node, spec)
    kind = int if key in ("count", "start") else str
    if isinstance(node, ast.Constant) and type(node.value) is kind:
        return tuple(str(node.value)) if key == "symbols" else node.value
    if key == "symbols" and isinstance(node, (ast.List, ast.Tuple)):
        texts = [part.value if isinstance(part, ast.Constant) else None for part in node.elts]
        if all(isinstance(text, str) for text in texts):
            return tuple(texts)
    raise PromptError(
        f"encoder {spec!r}: {key} of {name} is a {'whole number' if kind is int else 'quoted text'}"
    )


_DIGIT = re.compile(r"\d", re.ASCII)
