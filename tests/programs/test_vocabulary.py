"""The language holds what is used: every word by a written program or by the search."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import omniarc
from programs.statistics import word_counts

SEARCH = Path(__file__).parents[2] / "inference" / "proposers" / "search"
PROGRAMS = Path(__file__).parents[2] / "programs"


@cache
def search_texts() -> tuple[str, ...]:
    """The catalogue's expressions, and all strings in the search's source but docstrings (of f-strings the
    constant parts)."""
    rows = (SEARCH / "catalogue.txt").read_text().splitlines()
    texts = [row.split(maxsplit=2)[2] for row in rows if row[:1].isalpha()]
    for path in sorted(SEARCH.rglob("*.py")):
        tree = ast.parse(path.read_text())
        prose = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        texts += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
        ]
    return tuple(texts)


def test_every_word_is_used() -> None:
    texts = "\n".join(search_texts())
    called = set(re.findall(r"(?<![\w.])(\w+)\(", texts)) | set(search_texts())
    named = set(re.findall(r"\b[A-Z_]+\b", texts))
    imported = {
        alias.name
        for path in PROGRAMS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "omniarc"
        for alias in node.names
    }
    used = set(word_counts()) | called | named | imported
    assert set(omniarc.vocabulary()) - {"LanguageError"} - used == set()


def test_every_property_of_objects_is_used() -> None:
    sources = [path.read_text() for path in PROGRAMS.rglob("*.py")]
    texts = "\n".join((*search_texts(), *sources))
    members = {name for name, _ in inspect.getmembers(omniarc.Object) if name[0] != "_"} - {"background"}
    assert {name for name in members if not re.search(rf"\.{name}\b", texts)} == set()


def calls(text: str) -> Iterator[str]:
    yield from re.findall(r"(?<![\w.<>}])([a-z_]+)\(", text)


def test_the_search_calls_only_words() -> None:
    known = {*omniarc.vocabulary(), *dir(builtins), "change", "part", "transform"}
    called = {name for text in search_texts() for name in calls(text) if name[0] != "_"}  # "_" begins a slot
    assert called - known == set()
