"""What a model's answer contains: programs, likeliest first, or a grid.

Answers are untrusted text: they are read, never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arc import Grid, encodable
from prompts.code import (
    ENTRY_POINTS,
    MAX_PROGRAM_CHARS,
    CodePiece,
    Entry,
    complete_program,
    read_piece,
    without_harness,
    without_last_statement,
)
from prompts.encoders import GridEncoder
from prompts.errors import AnswerError
from prompts.fences import Block, fenced_blocks
from prompts.loose_grids import find_loose_grid
from prompts.markup import spoken, texts_in_json

MAX_READINGS = 4

_NESTED = re.compile(r"(?:markdown|md)?\Z", re.IGNORECASE)
_INLINE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_TAG = re.compile(
    r"</?(?:answer|code|python|solution|output|program|final_answer|response)>|\[/?(?:PYTHON|ANSWER|CODE)\]",
    re.IGNORECASE,
)
_START = re.compile(r"(?:import|from|def|class|@)\s*\w|\w+\s*=\s*lambda\b|lambda\b")
# a line that may start a statement, or continue one, at column 0
_GOES_ON = re.compile(
    r"\s|@|#|[)\]}\"']|(?:def|class|import|from|if|else|elif|for|while|try|except|finally|with|return|pass|"
    r"global|assert|raise|del|async|match|lambda)\b|[A-Za-z_][\w.]*\s*(?:[=(\[:]|[-+*/|&^%]=|,\s*\w+\s*=)"
)
_USUAL = re.compile(rf"^(?:(?:async )?def |class )?(?:{'|'.join(ENTRY_POINTS)})\b", re.MULTILINE)
_FUNCTION = re.compile(r"^[ \t]*def\s+(\w+)\s*\(", re.MULTILINE)
_DEPTH = 3


@dataclass(frozen=True)
class Reading:
    """One way to read an answer as a program.

    `entry_point` is the function to call; None leaves it to the sandbox's rule (`transform`, `task` or
    `solve`).
    """

    source: str
    entry_point: str | None = None


def read_programs(
    answer: str, *, complete: bool = True, entry_point: str | None = None
) -> tuple[Reading, ...]:
    """The programs that an answer may mean, the likeliest first, at most four.

    Code may be in fences, in JSON, or bare, after any reasoning. The function to call is a function, a lambda
    or a method of one argument: one with a usual name (`transform`, `solve`, `main`, `p`, ...) or
    `entry_point`, in the last block that has one; otherwise a public function. If several are equally likely,
    each is a reading. Stubs and test code are skipped; helpers and imports are taken from other blocks.
    `complete` means that the model finished on its own; otherwise the last statement of unfinished code is
    dropped. Raises AnswerError if there is no program.
    """
    text = spoken(answer)
    pieces = _pieces(text, complete)
    readings = _readings(pieces, entry_point) or _broken(text, complete, entry_point)
    if readings:
        return readings
    if not complete:
        raise AnswerError("the answer was cut off before its program ended")
    wanted = f"a function {entry_point}" if entry_point else "a function of one grid"
    raise AnswerError(f"the answer contains no program with {wanted}")


def read_source(source: str) -> tuple[Reading, ...]:
    """The readings of a program that was given as such, not in an answer.

    One, as it is, where it defines `transform`, `task` or `solve` at its top level, or nothing that could be
    called; else it is read as the code in an answer is, with a reading for each function that may be meant.
    """
    source = encodable(source).removeprefix("\ufeff")
    piece = None if _USUAL.search(source) else read_piece(source)
    meant = _meant([piece], None)[:MAX_READINGS] if piece is not None else []
    return tuple(_reading(piece, entry) for _, entry in meant if piece is not None) or (Reading(source),)


def read_grid(answer: str, encoder: GridEncoder, *, complete: bool = True) -> Grid:
    """The grid in an answer, after any reasoning: the last one written as `encoder` writes it.

    Otherwise the last grid in another common form: rows of digits or colour names with or without
    separators, brackets as Python, JSON and numpy write them, LaTeX, boxed. Raises AnswerError if there is
    no grid, or if it was cut off (`complete` is False: the model did not finish on its own).
    """
    text = spoken(answer).replace("\r\n", "\n").strip()
    blocks, prose = fenced_blocks(text)
    if not complete and not any(block.closed for block in blocks):
        raise AnswerError("the answer was cut off before its grid ended")
    texts = list(_grid_texts(text, blocks, encoder, complete))
    error = AnswerError("the answer contains no grid")
    for candidate in texts:
        try:
            return encoder.decode(candidate)
        except AnswerError as refusal:
            error = refusal
    closed = [block.text for block in reversed(blocks) if block.closed or complete]
    for candidate in [*closed, text if not blocks else prose] if complete else closed:
        grid = find_loose_grid(candidate, encoder)
        if grid is not None:
            return grid
    raise error


def _grid_texts(text: str, blocks: Sequence[Block], encoder: GridEncoder, complete: bool) -> Iterator[str]:
    """The parts that may be exactly a grid, the last first, as `encoder` would write it."""
    for block in reversed(blocks):
        if block.closed or complete:
            yield f"```{block.info}\n{block.text}\n```" if encoder.opening else block.text
    if complete and not blocks:
        yield text


def _pieces(text: str, complete: bool, depth: int = 0) -> list[CodePiece]:
    """The pieces of code in `text`, in order."""
    found: list[CodePiece] = []
    blocks, prose = fenced_blocks(text)
    for block in blocks:
        found += _in_block(block, complete, depth)
    if any(piece.entries for piece in found):
        return found
    if depth < _DEPTH:
        for inner in texts_in_json(text):
            found += _pieces(inner, True, depth + 1)
        if not found and "\n" not in text.strip() and "\\n" in text:
            return _pieces(
                text.replace("\\n", "\n").replace('\\"', '"').replace("\\t", "\t"), complete, depth + 1
            )
    return found or _bare(prose, complete)


def _in_block(block: Block, complete: bool, depth: int) -> list[CodePiece]:
    whole = block.closed or complete
    if depth < _DEPTH:
        if _NESTED.match(block.info) and re.search(r"^\s*(?:```|~~~)", block.text, re.MULTILINE):
            return _pieces(block.text, whole, depth + 1)
        if block.text.lstrip().startswith(("{", "[", '"')):
            inner = [piece for text in texts_in_json(block.text) for piece in _pieces(text, True, depth + 1)]
            if inner:
                return inner
    piece = read_piece(block.text if whole else without_last_statement(block.text))
    return [piece] if piece is not None else []


def _bare(text: str, complete: bool) -> list[CodePiece]:
    """Code without a fence: each run of lines that look like code; and spans in single backticks."""
    lines = _TAG.sub("\n", text).split("\n")
    found: list[CodePiece] = []
    place = 0
    while place < len(lines):
        if not _START.match(lines[place].lstrip()):
            place += 1
            continue
        end = place + 1
        indent = len(lines[place]) - len(lines[place].lstrip())
        while end < len(lines) and (not lines[end].strip() or _GOES_ON.match(lines[end][indent:])):
            end += 1
        segment = "\n".join(lines[place:end])
        if end == len(lines) and not complete:
            segment = without_last_statement(segment)
        piece = read_piece(segment)
        if piece is not None:
            found.append(piece)
        place = end
    spans = [read_piece(match[2]) for match in _INLINE.finditer(text)]
    return [*(piece for piece in spans if piece is not None and piece.entries), *found]


def _readings(pieces: Sequence[CodePiece], entry_point: str | None) -> tuple[Reading, ...]:
    readings: list[Reading] = []
    for number, entry in _meant(pieces, entry_point):
        others = [*reversed(pieces[:number]), *pieces[number + 1 :]]
        reading = _reading(complete_program(without_harness(pieces[number], entry.name), others), entry)
        if reading not in readings:
            readings.append(reading)
        if len(readings) == MAX_READINGS:
            break
    return tuple(readings)


def _meant(pieces: Sequence[CodePiece], entry_point: str | None) -> list[tuple[int, Entry]]:
    """The pieces and the functions in them that may be meant, the likeliest first."""
    last = {
        (n, entry.name): entry for n, piece in enumerate(pieces) for entry in piece.entries if not entry.stub
    }
    pieces_entries = [(number, entry) for (number, _), entry in last.items()]
    if entry_point:
        found = [(n, e) for n, e in pieces_entries if entry_point in (e.name, e.name.rpartition(".")[2])]
        return sorted(found, key=lambda place: -place[0])
    known = [(number, entry) for number, entry in pieces_entries if entry.known is not None]
    if known:
        best = {number: min(e.known or 0 for n, e in known if n == number) for number, _ in known}
        known = [(number, entry) for number, entry in known if entry.known == best[number]]
        return sorted(known, key=lambda place: (-place[0], -place[1].line))
    public = [(number, entry) for number, entry in pieces_entries if not entry.harness]
    called = frozenset().union(*(piece.called() for piece in pieces))
    roots = [(number, entry) for number, entry in public if entry.name.partition("(")[0] not in called]
    return sorted(roots or public, key=lambda place: (-place[0], -place[1].line))


def _reading(piece: CodePiece, entry: Entry) -> Reading:
    source = piece.source.strip("\n") + "\n"
    name = entry.name
    if "(" in name:
        free = next(n for n in (*ENTRY_POINTS, "entry_point") if n not in piece.defined)
        source += f"\n\ndef {free}(grid):\n    return {name}(grid)\n"
        name = free
        defined = piece.defined | {free}
    else:
        defined = piece.defined
    found = next((n for n in ENTRY_POINTS if n in defined), None)
    return Reading(source, None if found == name else name)


def _broken(text: str, complete: bool, entry_point: str | None) -> tuple[Reading, ...]:
    """A block that defines a function and does not parse; running it gives the error."""
    blocks, prose = fenced_blocks(text)
    texts = [block.text for block in blocks if block.closed or complete] or ([prose] if complete else [])
    for block in reversed(texts):
        names = _FUNCTION.findall(block)
        wanted = (entry_point,) if entry_point else ENTRY_POINTS
        if set(names) & set(wanted) and read_piece(block) is None and len(block) <= MAX_PROGRAM_CHARS:
            return (Reading(block.strip("\n") + "\n"),)
    return ()
