"""Made-up runs over real tasks, of any size, to measure and test the store, the views and the report on.

    python -m benchmarks.synthetic runs/made-up --tasks 400 --candidates 500

Programs and outputs are drawn at random around the true answers; nothing here is a result.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from arc import Augmentation, Grid, Pair, Task, as_grid, load_dataset, random_augmentation
from scoring.contract import Candidate, GridPrediction, TaskFinished, Verdict, VerdictKind, digest
from scoring.record.merge import TaskRecord
from scoring.record.writer import RunStore

_ERRORS = (
    "ValueError: cannot reshape array of size 12 into shape (5,) (line 7)",
    "IndexError: index 9 is out of bounds for axis 0 with size 9 (line 4)",
    "TypeError: unsupported operand type(s) for +: 'NoneType' and 'int' (line 11)",
)
_STEPS = (
    "grid = np.rot90(grid)",
    "grid = grid[::-1]",
    "objects = connected_components(grid, background=0)",
    "largest = max(objects, key=lambda item: item.size)",
    "grid = np.where(grid == {a}, {b}, grid)",
    "mask = (grid == {a}) & (np.roll(grid, 1, axis=0) != {b})",
    "grid[mask] = {b}",
    "rows, columns = np.nonzero(grid)",
    "for row, column in zip(rows, columns):  # every coloured cell\n"
    "        grid[row, (column + {a}) % grid.shape[1]] = {b}",
    "if grid.shape[0] > {a}:\n        grid = grid[:{a} + 1]",
)
_WEIGHTS = {
    VerdictKind.WRONG: 40,
    VerdictKind.PARTIAL: 15,
    VerdictKind.ERROR: 20,
    VerdictKind.TIMEOUT: 4,
    VerdictKind.INVALID: 5,
    VerdictKind.REJECTED: 2,
    VerdictKind.UNPARSABLE: 4,
    VerdictKind.MEMORY: 1,
    VerdictKind.CRASHED: 1,
}


def made_up_proposals(
    task: Task, candidates: int, seed: int = 0
) -> Iterator[tuple[Candidate, str, Verdict | None]]:
    """Candidates of a task with the keys of their programs; with a verdict where the program is new."""
    generator = random.Random(f"{seed} {task.id}")
    solvable = generator.random() < 0.5
    sources: list[str] = []
    for sample in range(candidates):
        fresh = not sources or generator.random() < 0.8
        if fresh:
            sources.append(_program(generator))
        source = sources[-1] if fresh else generator.choice(sources)
        tokens = generator.randrange(80, 600)
        view = random_augmentation(task, generator) if generator.random() < 0.3 else Augmentation()
        candidate = Candidate(
            task.id,
            "made-up",
            sample,
            source,
            view,
            log_probability=-tokens * generator.uniform(0.05, 0.6),
            tokens=tokens,
            prompt_tokens=1200,
            seconds=generator.uniform(0.5, 3),
            prompt="code-from-examples-v1",
        )
        yield candidate, digest(source), _verdict(task, generator, solvable) if fresh else None


def _program(generator: random.Random) -> str:
    steps = generator.choices(_STEPS, k=generator.randrange(2, 14))
    lines = [step.format(a=generator.randrange(10), b=generator.randrange(10)) for step in steps]
    body = "\n".join(f"    {line}" for line in lines)
    return f"import numpy as np\nfrom omniarc import *\n\ndef transform(grid):\n{body}\n    return grid\n"


def _verdict(task: Task, generator: random.Random, solvable: bool) -> Verdict:
    kinds = dict(_WEIGHTS)
    if solvable:
        kinds[VerdictKind.VERIFIED] = 8
    kind = generator.choices(list(kinds), list(kinds.values()))[0]
    count = len(task.train)
    if kind is VerdictKind.VERIFIED:
        tests = tuple(_near(generator, _answer(pair), 0.25) for pair in task.test)
        return Verdict(kind, (True,) * count, task.train_outputs, tests, cpu_seconds=generator.random())
    if kind in (VerdictKind.WRONG, VerdictKind.PARTIAL):
        right = [kind is VerdictKind.PARTIAL and generator.random() < 0.4 for _ in range(count)]
        if kind is VerdictKind.PARTIAL:
            right[generator.randrange(count)] = True
            right[generator.randrange(count)] = False
        if not any(right):
            kind = VerdictKind.WRONG
        outputs = tuple(
            pair.answer if hit else _spoiled(generator, pair.answer)
            for hit, pair in zip(right, task.train, strict=True)
        )
        tests = tuple(_near(generator, _answer(pair), 0.9) for pair in task.test)
        return Verdict(kind, tuple(right), outputs, tests, cpu_seconds=generator.random())
    error = generator.choice(_ERRORS) if kind is VerdictKind.ERROR else f"{kind} (made up)"
    nothing: tuple[None, ...] = (None,)
    return Verdict(
        kind, (False,) * count, nothing * count, nothing * len(task.test), error, generator.random()
    )


def _answer(pair: Pair) -> Grid:
    return pair.input if pair.output is None else pair.output


def _near(generator: random.Random, grid: Grid, chance: float) -> Grid:
    return _spoiled(generator, grid) if generator.random() < chance else grid


def _spoiled(generator: random.Random, grid: Grid) -> Grid:
    cells: Any = np.array(grid)
    for _ in range(generator.randrange(1, 4)):
        row, column = generator.randrange(cells.shape[0]), generator.randrange(cells.shape[1])
        cells[row, column] = (cells[row, column] + generator.randrange(1, 10)) % 10
    return as_grid(cells)


def made_up_predictions(task: Task, seed: int = 0) -> list[GridPrediction]:
    """A few direct grids for every test input."""
    generator = random.Random(f"grids {seed} {task.id}")
    return [
        GridPrediction(
            task.id,
            "made-up grids",
            sample,
            index,
            _near(generator, _answer(pair), 0.8),
            confidence=generator.random(),
        )
        for sample in range(3)
        for index, pair in enumerate(task.test)
    ]


def make_run(directory: Path, tasks: Sequence[Task], candidates: int, seed: int = 0) -> None:
    """Write a whole made-up run, votes included."""
    config = {"dataset": "arc-agi-1/development", "seed": seed, "samples": candidates}
    with RunStore.create(directory, config) as store:
        store.add_tasks(tasks)
        for task in tasks:
            for candidate, key, verdict in made_up_proposals(task, candidates, seed):
                store.add_candidate(candidate, key)
                if verdict is not None:
                    store.add_verdict(task.id, key, verdict)
            predictions = made_up_predictions(task, seed)
            for prediction in predictions:
                store.add_prediction(prediction)
            store.add_finished(TaskFinished(task.id, "made-up", seconds=1.0))
            votes = TaskRecord(task, (), tuple(predictions)).vote()
            store.add_votes(task.id, [vote.ballots for vote in votes], [vote.attempts for vote in votes])


def main() -> None:
    """Write a made-up run over the development tasks (repeated tasks under other ids beyond their number)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--candidates", type=int, default=50)
    given = parser.parse_args()
    make_run(given.directory, development_tasks(given.tasks), given.candidates)


def development_tasks(count: int) -> list[Task]:
    """`count` tasks of the development set; where it has too few, some again under ids of their own."""
    known = load_dataset("arc-agi-1/development").tasks
    return [
        known[n]
        if n < len(known)
        else Task(f"{known[n % len(known)].id}-{n}", *_pairs(known[n % len(known)]))
        for n in range(count)
    ]


def _pairs(task: Task) -> tuple[Any, Any]:
    return task.train, task.test


if __name__ == "__main__":
    main()
