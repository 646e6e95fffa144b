"""Fit the search's grammar on the written programs: how often each word is used, and after which word.

    python -m inference.samplers.search.fit

counts words and pairs of words (a word, and the word that made what it works on) over `programs/`, turns the
counts into corrections of the hand-set costs, in bits, and writes them to `grammar.json` beside this file.
"""

from __future__ import annotations

import ast
import json
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import omniarc
from inference.samplers.search.heads import head_of, head_of_text

_SMOOTHING = 2.0  # added to each count
_WEIGHT = 0.5  # of the measured bits against the hand-set ones
_MOST = 1.0  # bits that a correction can be at most
_TARGET = Path(__file__).with_name("grammar.json")


def count(sources: Iterable[str]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """How often each head occurs, and each pair (head of the first argument, head), over programs."""
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for source in sources:
        tree = ast.parse(source)
        made_by: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                made_by[node.targets[0].id] = head_of(node.value)
        for node in ast.walk(tree):
            head = head_of(node)
            if not head or (isinstance(node, ast.Call) and not _works_on_value(node, head)):
                continue
            single[head] += 1
            pairs[_source_of(node, made_by), head] += 1
    return single, pairs


def _works_on_value(node: ast.Call, head: str) -> bool:
    """True for a word of the language whose first argument is not a literal."""
    return hasattr(omniarc, head) and bool(node.args) and not isinstance(node.args[0], ast.Constant)


def _source_of(node: ast.AST, made_by: dict[str, str]) -> str:
    """The head of what a word works on; empty for the program's input."""
    given: ast.AST | None = None
    if isinstance(node, ast.Call) and node.args:
        given = node.args[0]
    elif isinstance(node, ast.Subscript):
        given = node.value
    elif isinstance(node, ast.ListComp | ast.GeneratorExp):
        given = node.generators[0].iter
    if isinstance(given, ast.Starred):
        given = given.value
    if isinstance(given, ast.Name):
        return made_by.get(given.id, "")
    return head_of(given) if given is not None else ""


def corrections(counts: Counter[str], words: Iterable[str]) -> dict[str, float]:
    """Bits to add to each word's cost: less for words used more than the median word."""
    smoothed = {word: counts[word] + _SMOOTHING for word in words}
    ordered = sorted(smoothed.values())
    middle = ordered[len(ordered) // 2]
    return {
        word: round(max(-_MOST, min(_MOST, _WEIGHT * math.log2(middle / value))), 2)
        for word, value in sorted(smoothed.items())
    }


def fit(sources: Iterable[str], heads: Iterable[str]) -> dict[str, object]:
    """The grammar's statistics: corrections of each word, and of each word after a word seen often."""
    heads = sorted(set(heads))
    single, pairs = count(sources)
    after = {}
    for last in heads:
        follows = Counter({word: number for (before, word), number in pairs.items() if before == last})
        if sum(follows.values()) >= 8:
            after[last] = {word: bits for word, bits in corrections(follows, heads).items() if bits}
    return {
        "first": {word: bits for word, bits in corrections(single, heads).items() if bits},
        "after": after,
    }


def main() -> None:
    from inference.samplers.search.states import Kind
    from inference.samplers.search.words import PATTERNS
    from programs.registry import programs

    sources = sorted({program.source() for program in programs().values()})
    found = fit(sources, [head_of_text(pattern.text) for pattern in PATTERNS if pattern.gives is Kind.GRID])
    _TARGET.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(sources)} programs; {len(found['first'])} words corrected; wrote {_TARGET.name}")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
