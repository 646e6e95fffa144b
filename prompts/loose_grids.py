"""Reads grids in forms that people and models use unasked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from arc import MAX_SIDE, Grid
from prompts.encoders import COLOUR_NAMES, GridEncoder, grid_from_rows
from prompts.errors import AnswerError

_COLOURS = {
    **{name.lower(): number for number, name in enumerate(COLOUR_NAMES)},
    **{"grey": 5, "magenta": 6, "fuchsia": 6, "teal": 8, "azure": 8, "cyan": 8, "maroon": 9},
}
_BOX = re.compile(r"\\(?:f?boxed|text|mathrm)\s*\{")
_LATEX = re.compile(r"\\(?:begin|end)\{\w+\*?\}(?:\{[^}]*\})?|\\left|\\right|\\text(?:tt)?|\\hline|\$\$?")
_NESTED = re.compile(r"[\[(]\s*[\[(][^\[\]()]*[\])](?:[\s,;]*[\[(][^\[\]()]*[\])])*[\s,]*[\])]")
_ROW = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_CELLS = re.compile(r"[A-Za-z]+|\d+|[^\sA-Za-z\d]")
_BETWEEN = frozenset(",;|&:.'\"[](){}`/")
_TEXTS = re.compile(r"\[\s*[\"'][^\"']+[\"'](?:\s*,\s*[\"'][^\"']+[\"'])*\s*,?\s*\]")
_BLANK = re.compile(r"\n[ \t]*\n")
_QUOTED = re.compile(r"[\"']([^\"']+)[\"']")
_ALL_CELLS = re.compile(r"(?=.*\d)[\s\d,;|&\[\]]+")  # rows, or broken ones
_MOST_BOXES, _LINE_CHARS = 20, 5000
_LABEL = re.compile(r"(?:row\s*)?\d{1,2}\s*[:.)|]\s*(?=\S)|row\s+\d{1,2}\s+", re.IGNORECASE)


def find_loose_grid(text: str, encoder: GridEncoder) -> Grid | None:
    """The last grid in `text` in any common form, or None.

    A box comes first, then brackets, then rows of cells, one per line. Numbers that `encoder`
    puts before rows are dropped.
    """
    for candidate in [*_boxed(text), text]:
        plain = _LATEX.sub(" ", candidate).replace("\\\\", "\n")
        for read in (_bracketed, _lines):
            for rows in read(plain, encoder):
                try:
                    return grid_from_rows(rows)
                except AnswerError:
                    continue
    return None


def loose_grids(text: str) -> Iterator[Grid]:
    """All grids in `text` in any common form: those in brackets first, then rows of cells, one per
    line, ended by a blank line. Row numbers from 0 or 1 are dropped."""
    plain = _LATEX.sub(" ", text).replace("\\\\", "\n")
    found = [
        _all_rows(_row(row, joined=False) for row in _ROW.findall(match[0][1:-1]))
        for match in _NESTED.finditer(plain)
    ]
    found += [
        chain(_all_rows(_unnumbered(run)), _all_rows(map(_line_row, run)))
        for paragraph in _BLANK.split(_NESTED.sub("\n\n", plain))
        for run in _runs(paragraph)
    ]
    for readings in found:
        for rows in readings:
            try:
                yield grid_from_rows(rows)
                break
            except AnswerError:
                continue


def _boxed(text: str) -> Iterator[str]:
    """The contents of the boxes in `text`, the last first."""
    for match in reversed(list(_BOX.finditer(text))[-_MOST_BOXES:]):
        depth, place = 1, match.end()
        while place < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[place], 0)
            place += 1
        if not depth:
            yield text[match.end() : place - 1]


def _bracketed(text: str, encoder: GridEncoder) -> Iterator[list[list[int]]]:
    for match in reversed(list(_NESTED.finditer(text))):
        yield from _all_rows(_row(row, joined=False) for row in _ROW.findall(match[0][1:-1]))
    for match in reversed(list(_TEXTS.finditer(text))):
        yield from _all_rows(_row(row, joined=True) for row in _QUOTED.findall(match[0]))


def _lines(text: str, encoder: GridEncoder) -> Iterator[list[list[int]]]:
    """The runs of lines that are rows: the last run of several rows first, then single rows."""
    if _NESTED.search(text):
        return
    runs = _runs(text)
    several = [run for run in runs if len(run) > 1]
    for run in reversed(several or runs):
        if encoder.numbered:
            yield from _all_rows(_unnumbered(run))
        yield from _all_rows(map(_line_row, run))


def _runs(text: str) -> list[list[str]]:
    """The runs of lines with nothing but cells; a gap ends a run if the next row differs in length."""
    runs: list[list[str]] = [[]]
    apart, width = False, 0
    for line in text.split("\n"):
        if not _ALL_CELLS.fullmatch(line) and _line_row(line) is None:
            if line.strip() and not _is_rule(line):
                runs.append([])
            apart = True
            continue
        length = len(_line_row(line) or ())
        if apart and runs[-1] and length != width:
            runs.append([])
        runs[-1].append(line)
        apart, width = False, length
    return [run for run in runs if run]


def _all_rows(rows: Iterable[list[int] | None]) -> Iterator[list[list[int]]]:
    """The rows, if every line is one."""
    found = list(rows)
    whole = [row for row in found if row is not None]
    if whole and len(whole) == len(found):
        yield whole


def _line_row(line: str) -> list[int] | None:
    stripped = line.strip()
    if len(stripped) > _LINE_CHARS:
        return None
    label = _LABEL.match(stripped)
    return _row(stripped, joined=True) or (_row(stripped[label.end() :], joined=True) if label else None)


def _unnumbered(lines: list[str]) -> Iterator[list[int] | None]:
    """The rows without their numbers, which count from 0 or 1."""
    parts = [line.split(maxsplit=1) for line in lines]
    labels = [part[0].rstrip(":.|") for part in parts]
    counted = any(labels == [str(n) for n in range(start, start + len(labels))] for start in (0, 1))
    for part in parts:
        yield _row(part[1], joined=True) if counted and len(part) == 2 else None


def _is_rule(line: str) -> bool:
    """True for a line of dashes, as in tables."""
    return not set(line.strip()) - set("-+|=:` ")


def _row(text: str, joined: bool) -> list[int] | None:
    """The cells of one row; `joined` means that each digit is a cell."""
    tokens = _CELLS.findall(text)
    cells = [token for token in tokens if token.isalnum()]
    if not cells or any(not token.isalnum() and token not in _BETWEEN for token in tokens):
        return None
    if joined and len(cells) == 1 and cells[0].isdigit():
        cells = list(cells[0])
    row = [_cell(cell) for cell in cells]
    return [cell for cell in row if cell is not None] if None not in row and len(row) <= MAX_SIDE else None


def _cell(token: str) -> int | None:
    if len(token) == 1 and token in "0123456789":
        return int(token)
    return _COLOURS.get(token.lower())
