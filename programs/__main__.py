"""`python -m programs check [TASK…]` runs the programs on their tasks; `show TASK` prints one; `list` all.

`draw TASK` prints three new pairs, input above output.
"""

from __future__ import annotations

import sys
from itertools import islice

from arc import ArcError, Grid, load_dataset
from programs.catalogue import ProgramError, check, programs
from programs.generators import PairGenerator

DATASET = "arc-agi-1/development"


def main(arguments: list[str]) -> int:
    """Exit code 0 if all went well, 1 if a program is wrong, 2 for bad usage."""
    action, *ids = arguments or ["check"]
    known = programs()
    unknown = [task_id for task_id in ids if task_id not in known]
    if unknown or action not in ("check", "show", "list", "draw"):
        raise ProgramError(f"no program for {', '.join(unknown)}" if unknown else (__doc__ or ""))
    if action == "show":
        print("\n".join(known[task_id].source() for task_id in ids))
        return 0
    if action == "list":
        for task_id, program in known.items():
            print(f"{task_id}  {program.lines():3d}  {program.name}")
        return 0
    dataset = load_dataset(DATASET)
    if action == "draw":
        for task_id in ids:
            for pair in islice(PairGenerator(dataset[task_id], known[task_id]).pairs(), 3):
                print(_drawn(pair.input), _drawn(pair.answer), sep="\n")
        return 0
    wrong = 0
    for task_id in ids or known:
        result = check(dataset[task_id], known[task_id].function)
        if not result.solved:
            wrong += 1
            marks = "".join("+" if right else "-" for right in result.right)
            print(f"{task_id} {known[task_id].name}: {marks} {result.error}")
    print(f"{len(ids or known) - wrong} of {len(ids or known)} programs solve their tasks")
    return 1 if wrong else 0


def _drawn(grid: Grid) -> str:
    return "".join("".join(".123456789"[cell] for cell in row) + "\n" for row in grid.tolist())


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ArcError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
