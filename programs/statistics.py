"""How the programs use the language: how often each word occurs, and which word feeds which."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache

import omniarc
from programs.catalogue import ReferenceProgram, programs

_WORDS = frozenset(omniarc.vocabulary())


def distinct_programs() -> list[ReferenceProgram]:
    """Every program once, though it may solve several tasks, by its first task's id."""
    return list({id(program): program for program in programs().values()}.values())


@cache
def program_words(program: ReferenceProgram) -> Counter[str]:
    """How often a program uses each word of the language."""
    tree = ast.parse(program.source())
    return Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in _WORDS)


def word_counts() -> Counter[str]:
    """In how many programs each word of the language occurs; words that no program uses are missing."""
    return Counter(word for program in distinct_programs() for word in program_words(program))


def word_pairs() -> Counter[tuple[str, str]]:
    """How often the result of one word is an argument of another: (outer, inner), directly or by a variable.

    A variable stands for the word whose call it was last assigned from in the order of the source. The outer
    word of what a program returns is "return"; the inner word is "grid" for the program's own input.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for program in distinct_programs():
        function = ast.parse(program.source()).body[-1]
        assert isinstance(function, ast.FunctionDef)
        origin: dict[str, str] = {"grid": "grid"}
        for node in _in_order(function):
            if (
                isinstance(node, ast.Assign)
                and len(node.targets) == 1
                and isinstance(node.targets[0], ast.Name)
            ):
                source = _source_word(node.value, origin)
                if source:
                    origin[node.targets[0].id] = source
            elif isinstance(node, ast.Return) and node.value is not None:
                source = _source_word(node.value, origin)
                if source:
                    pairs["return", source] += 1
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _WORDS:
                for argument in node.args:
                    source = _source_word(argument, origin)
                    if source:
                        pairs[node.func.id, source] += 1
    return pairs


def _source_word(node: ast.AST, origin: dict[str, str]) -> str | None:
    """The word that made a value: the called word, or that of the variable or of the part's whole."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id if node.func.id in _WORDS else None
    if isinstance(node, ast.Name):
        return origin.get(node.id)
    if isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        return _source_word(node.value, origin)
    return None


def _in_order(function: ast.FunctionDef) -> list[ast.AST]:
    """All nodes by line and column; an assignment comes after what it assigns."""

    def place(node: ast.AST) -> tuple[int, int]:
        late = isinstance(node, ast.Assign)
        line = getattr(node, "end_lineno" if late else "lineno", 0) or 0
        column = getattr(node, "end_col_offset" if late else "col_offset", 0) or 0
        return line, column

    return sorted((node for node in ast.walk(function) if hasattr(node, "lineno")), key=place)
