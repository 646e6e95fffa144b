"""One name, one meaning: no public class stands in two modules, and few file names in two rooms."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "arc",
    "commands",
    "inference",
    "omni_arc",
    "omniarc",
    "programs",
    "prompts",
    "sandbox",
    "scoring",
    "training",
)

# file names that mean the same in each room
SHARED = {
    "__init__.py",
    "__main__.py",
    "contract.py",  # what crosses the room's border
    "errors.py",  # the room's errors
    "settings.py",  # what a user may set
    "test_time.py",  # fine-tuning on a task before it is asked
}
# files named after what they hold programs, rules or arguments for
NAMED_AFTER_OTHERS = ("commands", "inference/proposers/search", "programs/solutions")


def test_every_room_says_that_it_is_typed() -> None:
    assert [room for room in ROOMS if not (ROOT / room / "py.typed").is_file()] == []


def test_public_classes_have_names_of_their_own() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(str(file.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_a_file_name_in_several_folders_means_the_same_in_each() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            path = str(file.relative_to(ROOT))
            if not path.startswith(NAMED_AFTER_OTHERS):
                places[file.name].append(path)
    assert {name for name, where in places.items() if len(where) > 1} == SHARED
