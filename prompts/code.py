"""Pieces of Python in an answer: what they define, what they lack, and which function is meant to be called.

Only syntax trees are read here; running is the sandbox's job.
"""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

# the sandbox tries these names itself, in this order
ENTRY_POINTS = ("transform", "task", "solve")
KNOWN_NAMES = (
    *ENTRY_POINTS,
    "solution",
    "transform_grid",
    "solve_task",
    "main",
    "apply",
    "apply_rule",
    "apply_transformation",
    "transformation",
    "generate_output",
    "predict",
    "p",
)
MAX_PROGRAM_CHARS = 100_000

_CALLABLE_CLASS_NAMES = (*KNOWN_NAMES, "__call__", "run", "forward")
_HARNESS = re.compile(
    r"(?:test|check|verify|validate|evaluate|assert|run_|print|show|plot|visuali[sz]e|debug|demo|load|read|parse|"
    r"display|compare|is_|has_)"
)
_PROMPT = re.compile(r"^(?:>>>|\.\.\.)(?: |$)", re.MULTILINE)
_FIRST_CODE_LINE = re.compile(r"(?:import|from|def|class|async|@)\s*\w|\w+\s*=\s*\S")
_TOP_LEVEL_LINE = re.compile(r"[^\s#)\]}]")
_SPACES = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\ufeff": None, "\u200b": None})
_OUTSIDE = frozenset({"print", "open", "input", "exit", "quit", "__name__", "sys", "os", "json"})
_SALVAGE_TRIES, _HARNESS_ROUNDS, _MOST_JOINED = 8, 5, 60
_BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}
# what programs use without importing it, because the prompt or an earlier turn did
_KNOWN_IMPORTS = {
    name: form.format(name)
    for form, names in (
        ("import numpy as np", "np"),
        ("import {}", "numpy math itertools collections functools copy re random"),
        ("from typing import {}", "List Tuple Dict Set Optional Union Any Callable"),
        ("from collections import {}", "Counter defaultdict deque OrderedDict"),
        ("from itertools import {}", "product permutations combinations groupby chain"),
        ("from copy import {}", "deepcopy"),
        ("from scipy import {}", "ndimage"),
        ("from scipy.ndimage import {}", "label"),
    )
    for name in names.split()
}


@dataclass(frozen=True)
class Entry:
    """A callable of one grid: `name` as it is called (`Solution().solve` for a method), and where it is.

    `known` is its place among the usual names (smaller is likelier), None for any other; `stub` means that
    it has no body yet.
    """

    name: str
    line: int
    known: int | None
    stub: bool = False
    harness: bool = False


@dataclass(frozen=True)
class CodePiece:
    """A piece of Python that parses."""

    source: str
    tree: ast.Module

    @cached_property
    def defined(self) -> frozenset[str]:
        """The names that its top level binds."""
        return frozenset(name for statement in self.tree.body for name in _bound(statement))

    @cached_property
    def lacking(self) -> frozenset[str]:
        """The names that it reads and binds nowhere."""
        return frozenset(_loaded(self.tree) - _all_bound(self.tree) - _BUILTINS)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What could be called with a grid, in source order."""
        found = [entry for statement in self.tree.body for entry in _entries(statement)]
        return tuple(found)

    def called(self) -> frozenset[str]:
        """The names that its functions and classes read."""
        parts = [s for s in self.tree.body if isinstance(s, (ast.FunctionDef, ast.ClassDef))]
        return frozenset(name for part in parts for name in _loaded(part) - {part.name})

    def text_of(self, statement: ast.stmt) -> str:
        """The lines of a top-level statement, decorators included."""
        first, last = _span(statement)
        return "\n".join(self.source.split("\n")[first - 1 : last])


def read_piece(text: str) -> CodePiece | None:
    """Parse a piece of code, ignoring what is not code around it; None if nothing parses.

    Left out are lines before the first that looks like code, interactive prompts (`>>>`), and whatever
    follows the first error.
    """
    if len(text) > MAX_PROGRAM_CHARS:
        return None
    text = textwrap.dedent(text.translate(_SPACES).expandtabs(4) if "\t" in text else text.translate(_SPACES))
    text = text.strip("\n")
    for attempt in (text, _without_prompts(text), _from_first_line(text)):
        tree = _parse(attempt)
        if tree is not None and len(tree.body) == 1 and _is_unnamed(tree.body[0]):
            attempt = f"{ENTRY_POINTS[0]} = {attempt.strip()}"
            tree = _parse(attempt)
        if tree is not None:
            return CodePiece(attempt, tree)
    return _salvaged(_from_first_line(text))


def without_last_statement(text: str) -> str:
    """A cut-off piece without its last top-level statement, which may be incomplete."""
    lines = textwrap.dedent(text).split("\n")
    for number in range(len(lines) - 1, -1, -1):
        if _TOP_LEVEL_LINE.match(lines[number]):
            while number and lines[number - 1].startswith("@"):
                number -= 1
            return "\n".join(lines[:number])
    return ""


def complete_program(piece: CodePiece, others: Sequence[CodePiece]) -> CodePiece:
    """`piece` with what it lacks: from `others` (the nearest first), else by the usual imports."""
    lacking = set(piece.lacking)
    joined: list[str] = []
    while lacking and len(joined) < _MOST_JOINED:
        found = _definition(lacking, others, joined)
        if found is None:
            break
        text, statement = found
        joined.insert(0, text)  # what it needs itself comes before it
        lacking |= _loaded(statement) - _all_bound(statement) - _BUILTINS - piece.defined
        lacking -= set(_bound(statement))
    imports = [_KNOWN_IMPORTS[name] for name in sorted(lacking) if name in _KNOWN_IMPORTS]
    return _put_before([*imports, *joined], piece) if imports or joined else piece


def without_harness(piece: CodePiece, entry: str) -> CodePiece:
    """The piece without top-level statements that only try the program, such as printing its output."""
    start = entry.partition("(")[0]
    for _ in range(_HARNESS_ROUNDS):
        shorter = _without_trials(piece, start)
        if shorter is piece:
            break
        piece = shorter
    return piece


def _without_trials(piece: CodePiece, start: str) -> CodePiece:
    needed = _needed(piece, start)
    trials = [s for s in piece.tree.body if _tries_out(s, start, needed, piece.lacking)]
    if not trials:
        return piece
    dropped = set(map(id, trials))
    kept = [statement for statement in piece.tree.body if id(statement) not in dropped]
    left = {name for statement in kept for name in _loaded(statement)}
    gone = {name for statement in trials for name in _loaded(statement)} - left
    trials += [s for s in kept if isinstance(s, (ast.Import, ast.ImportFrom)) and gone.issuperset(_bound(s))]
    return _without(piece, trials)


def _needed(piece: CodePiece, entry: str) -> set[str]:
    """The names that the top-level name `entry` reads, directly or through others."""
    reads: dict[str, set[str]] = {}
    for statement in piece.tree.body:
        for name in _bound(statement):
            reads.setdefault(name, set()).update(_loaded(statement))
    needed, new = set[str](), {entry}
    while new:
        needed |= new
        new = set[str]().union(*(reads.get(name, ()) for name in new)) - needed
    return needed


def _without(piece: CodePiece, statements: Sequence[ast.stmt]) -> CodePiece:
    """The piece without these statements, except those that share a line with others."""
    lines: list[str | None] = list(piece.source.split("\n"))
    owners = Counter(line for s in piece.tree.body for line in range(_span(s)[0], _span(s)[1] + 1))
    for statement in statements:
        first, last = _span(statement)
        if all(owners[line] == 1 for line in range(first, last + 1)):
            lines[first - 1 : last] = [None] * (last - first + 1)
    if None not in lines:
        return piece
    source = "\n".join(line for line in lines if line is not None).rstrip("\n")
    tree = _parse(source)
    return piece if tree is None else CodePiece(source, tree)


def _parse(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if tree.body else None


def _is_unnamed(statement: ast.stmt) -> bool:
    """True for a lambda alone."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Lambda)


def _without_prompts(text: str) -> str:
    return _PROMPT.sub("", text) if text.lstrip().startswith(">>>") else text


def _from_first_line(text: str) -> str:
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if _FIRST_CODE_LINE.match(line.lstrip())), 0)
    return textwrap.dedent("\n".join(lines[start:]))


def _salvaged(text: str) -> CodePiece | None:
    """The longest start of `text`, in whole top-level statements, that parses before its first error."""
    lines = text.split("\n")
    for _ in range(_SALVAGE_TRIES):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse("\n".join(lines))
            return CodePiece("\n".join(lines), tree) if tree.body else None
        except SyntaxError as error:
            end = min(error.lineno or 1, len(lines)) - 1
        except (ValueError, RecursionError, MemoryError):
            return None
        while end > 0 and not _TOP_LEVEL_LINE.match(lines[end]):
            end -= 1
        lines = lines[:end]
        if not any(line.strip() for line in lines):
            return None
    return None


def _span(statement: ast.stmt) -> tuple[int, int]:
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return first, statement.end_lineno or statement.lineno


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement binds at top level."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield (alias.asname or alias.name).partition(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef)) and node is not statement:
                yield from _bound(node)


def _all_bound(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
    return names


def _loaded(tree: ast.AST) -> set[str]:
    return {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _entries(statement: ast.stmt) -> Iterator[Entry]:
    if isinstance(statement, ast.FunctionDef):
        if _takes_one(statement.args):
            yield _entry(
                statement.name, statement.name, statement.lineno, KNOWN_NAMES, _is_stub(statement.body)
            )
    elif isinstance(statement, ast.ClassDef):
        yield from _methods(statement)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
        if isinstance(target, ast.Name) and _is_function(target.id, value):
            yield _entry(target.id, target.id, statement.lineno, KNOWN_NAMES, False)


def _is_function(name: str, value: ast.expr) -> bool:
    """True for a lambda of one argument, and for anything callable with a usual name."""
    if isinstance(value, ast.Lambda):
        return _takes_one(value.args)
    return name in KNOWN_NAMES and isinstance(value, (ast.Name, ast.Call, ast.Attribute))


def _methods(statement: ast.ClassDef) -> Iterator[Entry]:
    methods = [part for part in statement.body if isinstance(part, ast.FunctionDef)]
    maker = next((method for method in methods if method.name == "__init__"), None)
    if maker is not None and not _takes_none(maker.args):
        return
    for method in methods:
        decorators = {node.id for node in method.decorator_list if isinstance(node, ast.Name)}
        bound = 0 if "staticmethod" in decorators else 1
        if _takes_one(method.args, bound) and method.name != "__init__":
            call = "" if method.name == "__call__" else f".{method.name}"
            name = f"{statement.name}(){call}"
            stub = _is_stub(method.body)
            yield _entry(name, method.name, method.lineno, _CALLABLE_CLASS_NAMES, stub)


def _entry(name: str, plain: str, line: int, known: Sequence[str], stub: bool) -> Entry:
    place = known.index(plain) if plain in known else None
    harness = place is None and (plain.startswith("_") or bool(_HARNESS.match(plain)))
    return Entry(name, line, place, stub, harness)


def _takes_one(arguments: ast.arguments, bound: int = 0) -> bool:
    positional = len(arguments.posonlyargs) + len(arguments.args) - bound
    required = positional - len(arguments.defaults)
    if any(default is None for default in arguments.kw_defaults):
        return False
    return required == 1 or (required == 0 and (positional > 0 or arguments.vararg is not None))


def _takes_none(arguments: ast.arguments) -> bool:
    required = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return required <= 1 and all(default is not None for default in arguments.kw_defaults)


def _is_stub(body: Iterable[ast.stmt]) -> bool:
    return all(
        isinstance(statement, ast.Pass)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        or (isinstance(statement, ast.Raise) and "NotImplemented" in ast.dump(statement))
        or (isinstance(statement, ast.Return) and _is_nothing(statement.value))
        for statement in body
    )


def _is_nothing(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value in (None, ...))


def _tries_out(statement: ast.stmt, entry: str, needed: set[str], lacking: frozenset[str]) -> bool:
    """True for a statement that the program does not need, and that runs it or has an outside effect."""
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.ClassDef)):
        return False
    if needed.intersection(_bound(statement)):
        return False
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return False
    names = _loaded(statement)
    if entry in names or names & _OUTSIDE:
        return True
    return not isinstance(statement, ast.FunctionDef) and bool(names & lacking)


def _definition(
    names: set[str], others: Sequence[CodePiece], joined: Sequence[str]
) -> tuple[str, ast.stmt] | None:
    """The first top-level statement of `others` that binds one of `names`, or imports everything."""
    for other in others:
        for statement in reversed(other.tree.body):
            star = isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
            if star or names.intersection(_bound(statement)):
                text = other.text_of(statement)
                if text not in joined:
                    return text, statement
    return None


def _put_before(texts: Sequence[str], piece: CodePiece) -> CodePiece:
    future = [line for line in piece.source.split("\n") if line.startswith("from __future__")]
    rest = "\n".join(line for line in piece.source.split("\n") if line not in future)
    source = "\n".join([*future, *texts, rest])
    tree = _parse(source)
    return piece if tree is None else CodePiece(source, tree)
