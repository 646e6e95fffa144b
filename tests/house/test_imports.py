"""Which room may import which: what crosses a border does so one way, and exceptions are listed here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]

# room -> the rooms it may import
_ALLOWED = {
    "arc": set(),
    "omniarc": set(),
    "prompts": {"arc", "omniarc"},
    "sandbox": {"arc"},
    "scoring": {"arc"},
    "programs": {"arc", "omniarc"},
    "training": {"arc", "omniarc", "programs", "prompts", "scoring", "sandbox", "inference"},
    "inference": {"arc", "omniarc", "programs", "prompts", "sandbox", "scoring"},
    "omni_arc": {"arc", "inference", "sandbox", "scoring"},
}
# (file, room): a border that is crossed on purpose
_EXCEPTIONS = {
    ("scoring/verify.py", "sandbox"),  # it turns the sandbox's executions into verdicts
}


def _imported(path: Path) -> set[str]:
    """The first names of everything that a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.add(str(node.module).partition(".")[0])
    return names


@pytest.mark.parametrize("room", sorted(_ALLOWED))
def test_a_room_imports_only_what_it_may(room: str) -> None:
    rooms = {*_ALLOWED, "commands", "benchmarks", "tests"}
    crossed = {
        (str(path.relative_to(_ROOT)), name)
        for path in sorted((_ROOT / room).rglob("*.py"))
        for name in _imported(path) & (rooms - _ALLOWED[room] - {room})
    }
    assert crossed - _EXCEPTIONS == set()


def test_every_exception_is_still_needed() -> None:
    for file, room in _EXCEPTIONS:
        assert room in _imported(_ROOT / file)
