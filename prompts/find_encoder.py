"""Find the encoder that wrote a task's grids in a text; separators and unknown symbols are inferred."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from arc import Grid
from prompts.encoders import (
    COLOUR_NAMES,
    DIGITS,
    GridCodeBlockEncoder,
    GridEncoder,
    GridShapeEncoder,
    GridWithSeparationEncoder,
    JsonGridEncoder,
    MinimalGridEncoder,
    NumpyGridEncoder,
    RepeatNumberEncoder,
    ReplaceNumberEncoder,
    RowNumberEncoder,
)
from prompts.errors import PromptError

_SEPARATOR = r"[ \t,;|/:.\-]{0,3}?"
_ROW_BREAK = r"[\s\[\],;|/:\-]{1,16}?"
_SYMBOL = r"[^\s\[\](),;|]{1,12}?"
_SYMBOL_CHAR = r"[^\s\[\](),;|]"
_MARK = r"[^\w\n]{1,3}?"
_OPENED, _CLOSED = re.compile(r"\[(\s*)\[\Z"), re.compile(r"\](\s*)\]")
_LEFT, _RIGHT = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_MOST_GRIDS, _MOST_MATCHES = 6, 50
# symbols that are tried before unknown ones
_FAMILIES: tuple[dict[int, str], ...] = (
    *({colour: digit * count for colour, digit in enumerate(DIGITS)} for count in (1, 2, 3)),
    {},
)


@dataclass(frozen=True)
class FoundEncoder:
    """An encoder, and the colours whose symbols are guesses because no grid shows them."""

    encoder: GridEncoder
    guessed: tuple[int, ...] = ()


def likely_encoders(text: str, grids: Sequence[Grid]) -> Iterator[FoundEncoder]:
    """The encoders that may have written `grids` in `text`, the most specific forms last.

    Each layout found comes bare, then within the fences that an encoder may put around it.
    """
    ordered = sorted(grids, key=lambda grid: -len(set(grid.flat)) * min(grid.shape))
    known: list[FoundEncoder] = []
    for grid in ordered[:_MOST_GRIDS]:
        for known_symbols in _FAMILIES:
            for start in (None, 0, 1):
                for layout in _layouts(text, grid, known_symbols, start):
                    found = _completed(text, layout, grids)
                    if found is not None and found not in known:
                        known.append(found)
                        yield from _wrapped(found)


def _wrapped(found: FoundEncoder) -> Iterator[FoundEncoder]:
    yield found
    for wrap in (GridCodeBlockEncoder, GridShapeEncoder):
        yield FoundEncoder(wrap(found.encoder), found.guessed)


@dataclass(frozen=True)
class _Layout:
    separator: str
    row_break: str
    opened: str
    closed: str
    symbols: dict[int, str]
    start: int | None
    mark: str


def _layouts(text: str, grid: Grid, known: dict[int, str], start: int | None) -> Iterator[_Layout]:
    """How one grid of two or more rows and columns may be written in the text."""
    if min(grid.shape) < 2:
        return
    pattern = _pattern(grid, known, start)
    for match in islice(re.finditer(rf"{_LEFT}(?=(?P<whole>{pattern}){_RIGHT})", text), _MOST_MATCHES):
        yield from _read_layout(text, match, grid, known, start)
    # directly after a letter: only single characters can be told from it
    single = pattern.replace(_SYMBOL, _SYMBOL_CHAR)
    for match in islice(re.finditer(f"(?=(?P<whole>{single}))", text), _MOST_MATCHES):
        yield from _read_layout(text, match, grid, known, start)


def _read_layout(
    text: str, match: re.Match[str], grid: Grid, known: dict[int, str], start: int | None
) -> Iterator[_Layout]:
    symbols = {c: known.get(c) or match[f"c{c}"] for c in sorted(set(map(int, grid.flat)))}
    if len(set(symbols.values())) != len(symbols):
        return
    opened = _OPENED.search(text[: match.start("whole")])
    closed = _CLOSED.match(text[match.end("whole") :])
    mark = match["mark"] if start is not None else ""
    yield _Layout(
        match["sep"],
        match["row"],
        opened[1] if opened else "",
        closed[1] if closed else "",
        symbols,
        start,
        mark,
    )


def _pattern(grid: Grid, known: dict[int, str], start: int | None) -> str:
    """A regular expression for the grid: a group where a symbol or separator comes first, then references."""
    seen: set[str] = set()

    def part(name: str, form: str) -> str:
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{form})"

    def cell(colour: int) -> str:
        return re.escape(known[colour]) if colour in known else part(f"c{colour}", _SYMBOL)

    rows = []
    for number, row in enumerate(grid.tolist()):
        cells = [cell(row[0])]
        for colour in row[1:]:
            cells += [part("sep", _SEPARATOR), cell(colour)]
        label = "" if start is None else f"{number + start}{part('mark', _MARK)}"
        rows.append(label + "".join(cells))
        if number + 1 < grid.shape[0]:
            rows.append(part("row", _ROW_BREAK if start is None else r"\n"))
    return "".join(rows)


def _completed(text: str, layout: _Layout, grids: Sequence[Grid]) -> FoundEncoder | None:
    """The encoder of a layout; symbols for colours that its grid lacks are looked for in other grids."""
    symbols = dict(layout.symbols)
    for family in _FAMILIES[:-1]:
        if all(symbols[c] == family[c] for c in symbols):
            symbols = dict(family)
    for grid in grids:
        missing = set(map(int, grid.flat)) - set(symbols)
        if missing and grid.size > len(missing):
            encoder = _Partial(layout, symbols)
            pattern = encoder.pattern(grid)
            bounded = re.finditer(rf"{_LEFT}(?={pattern}{_RIGHT})", text)
            for match in chain(bounded, re.finditer(f"(?={pattern})", text)):
                new = {c: match[f"c{c}"] for c in missing}
                if len({*symbols.values(), *new.values()}) == len(symbols) + len(new):
                    symbols |= new
                    break
    guessed = tuple(c for c in range(10) if c not in symbols)
    _guess(symbols)
    if len(set(symbols.values())) != 10:
        return None
    try:
        return FoundEncoder(_encoder(layout, tuple(symbols[c] for c in range(10))), guessed)
    except PromptError:
        return None


@dataclass(frozen=True)
class _Partial:
    """A layout with some of its symbols known."""

    layout: _Layout
    symbols: dict[int, str]

    def pattern(self, grid: Grid) -> str:
        layout, seen = self.layout, set[int]()

        def cell(colour: int) -> str:
            if colour in self.symbols:
                return re.escape(self.symbols[colour])
            if colour in seen:
                return f"(?P=c{colour})"
            seen.add(colour)
            return f"(?P<c{colour}>{_SYMBOL})"

        rows = [re.escape(layout.separator).join(map(cell, row)) for row in grid.tolist()]
        if layout.start is not None:
            rows = [f"{n}{re.escape(layout.mark)}{row}" for n, row in enumerate(rows, layout.start)]
        return re.escape(layout.row_break).join(rows)


def _guess(symbols: dict[int, str]) -> None:
    """Fill in what no grid shows: continue the alphabet or the colour names, or else use marks of our own."""
    known = dict(symbols)
    for colour in range(10):
        if colour in known:
            continue
        for form in (_next_letter, _repeated, _colour_name):
            if all(form(known, c) == symbol for c, symbol in known.items()):
                symbols[colour] = form(known, colour)
                break
        else:
            symbols[colour] = f"<{colour}>"


def _next_letter(known: dict[int, str], colour: int) -> str:
    first, symbol = next(iter(known.items()))
    return chr(ord(symbol) - first + colour) if len(symbol) == 1 and ord(symbol) > first else ""


def _repeated(known: dict[int, str], colour: int) -> str:
    return DIGITS[colour] * len(next(iter(known.values())))


def _colour_name(known: dict[int, str], colour: int) -> str:
    sample, name = next(iter(known.values())), COLOUR_NAMES[colour]
    return name.upper() if sample.isupper() else name.lower() if sample.islower() else name


def _encoder(layout: _Layout, symbols: tuple[str, ...]) -> GridEncoder:
    base: GridEncoder
    between = re.fullmatch(r"\](.*)\[", layout.row_break, re.DOTALL)
    if between:
        if "," in layout.separator:
            base = JsonGridEncoder(layout.separator, between[1], layout.opened, layout.closed)
        elif layout.separator == " ":
            base = NumpyGridEncoder(between[1])
        else:
            raise PromptError("brackets with other separators")
    elif (layout.separator, layout.row_break) == ("", "\n"):
        base = MinimalGridEncoder()
    else:
        base = GridWithSeparationEncoder(layout.separator, layout.row_break)
    if symbols != DIGITS:
        count = len(symbols[0])
        repeated = count > 1 and symbols == tuple(digit * count for digit in DIGITS)
        base = RepeatNumberEncoder(base, count) if repeated else ReplaceNumberEncoder(base, symbols)
    return base if layout.start is None else RowNumberEncoder(base, layout.start, layout.mark)
