"""Fit the order in which the search calls its rules, on the development tasks.

    python -m benchmarks.order [--evidence FILE]
    python -m benchmarks.order --rules NAME,NAME          new rules only, the others stay as they are

The first searches every development task with the hand-set grammar for up to three million units (14 minutes
in all; a file named as evidence keeps what was done, and is where a second fit starts from), fits each rule's
chances and efforts (in seconds' worth), and writes them to the `rules.json` of the search. It prints how well
tasks that are left out are foretold. The second only calls those rules on the inputs of every task (a minute
or two), for rules that came after the last full fit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arc import Task, load_dataset
from benchmarks.order.fit import fit_rules, held_out
from benchmarks.order.record import record, record_first_calls
from inference.proposers import search
from inference.proposers.effort import SECOND
from inference.proposers.search.grammar import learned
from inference.proposers.search.rules.driver import Rule
from inference.proposers.search.rules.registry import all_rules

_TARGET = Path(search.__file__).with_name("rules.json")
_EFFORT = 3 * SECOND
_CALL = 0.2 * SECOND  # for one call of a new rule
_FOLDS = 5


def evidence(tasks: Sequence[Task], file: Path | None, rules: Sequence[Rule]) -> list[Mapping[str, Any]]:
    """What the search did on each task, from the file as far as it goes, the rest by searching.

    With `rules`, what their first calls did.
    """
    lines = file.read_text(encoding="utf-8").splitlines() if file and file.is_file() else []
    records = {entry["task"]: entry for entry in map(json.loads, lines)}
    missing = [task for task in tasks if task.id not in records]
    for entry in record_first_calls(missing, rules, _CALL) if rules else record(missing, _EFFORT):
        records[entry["task"]] = entry
        if file:
            with file.open("a", encoding="utf-8") as opened:
                opened.write(json.dumps(entry) + "\n")
    return [records[task.id] for task in tasks]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--evidence", type=Path, help="keep what the search did here, and start from it")
    parser.add_argument("--rules", default="", help="fit only these, comma-separated, by calls on the inputs")
    parser.add_argument("--fold", type=int, help=f"leave every {_FOLDS}th task out, from this one on")
    parser.add_argument("--output", type=Path, default=_TARGET)
    arguments = parser.parse_args()
    names = arguments.rules.split(",") if arguments.rules else []
    rules = [rule for rule in all_rules() if rule.name in names]
    if len(rules) < len(names):
        parser.error(f"no rule {sorted(set(names) - {rule.name for rule in rules})[0]!r}")
    records = evidence(list(load_dataset("arc-agi-1/development")), arguments.evidence, rules)
    if arguments.fold is None:
        fitted, plain = held_out(records, _FOLDS)
        print("bits of the calls for one right answer, in tasks left out:")
        print(f"{fitted:.2f} with the features, {plain:.2f} without")
    else:
        records = [entry for place, entry in enumerate(records) if place % _FOLDS != arguments.fold]
    found = {**(learned() if rules else {}), **fit_rules(records)}
    arguments.output.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(records)} tasks, {len(found)} rules: {arguments.output}")


if __name__ == "__main__":
    main()
