"""Made-up tasks by concept: how much of what people find easy do search and trees find?

    python -m benchmarks.concepts [--tasks 4] [--pairs 3] [--effort 2] [--seed 0] [--only NAME,NAME]

Each concept draws a task's rule first (colours, directions, which object counts), then pairs at random.
Varied concepts have two to four training pairs and three tests of larger grids or more objects, all of which
must be right. The concepts are common ones (move, fill, count, sort, complete, extend, compare); none is
modelled on a task of ARC, and no rule of the search was written for one.
Reported are, for each concept, the tasks that verified programs answer rightly with two attempts, those with
a wrong program, and those that direct grids answer.
"""

from __future__ import annotations

import argparse
import time
from random import Random
from types import ModuleType

import numpy as np

from arc import GridError, Pair, Task, as_grid, grid_key, same_grid
from benchmarks.concepts import (  # noqa: F401 (they register their concepts)
    alike,
    apart,
    asking,
    assembled,
    borders,
    borrowed,
    combined,
    comparing,
    completing,
    composed,
    conditions,
    contexts,
    derived,
    extending,
    extracting,
    facing,
    fives,
    layers,
    leading,
    lying,
    mixed,
    moving,
    odd_ones,
    ordering,
    others,
    piled,
    placing,
    plain,
    pocket,
    reaching,
    reading_off,
    relating,
    resizing,
    roles,
    rows,
    scenes,
    selecting,
    shaping,
    sides,
    single_rows,
    small,
    small_acts,
    tiny,
    towards,
    two_steps,
)
from benchmarks.concepts.drawing import CONCEPTS, Draw
from benchmarks.concepts.varied import VARIED, Wider
from inference.proposers.cells import predict
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.emission import run_program
from inference.proposers.search.search import Search


def held_back() -> list[str]:
    """Every third varied concept, of later ones by themselves: nothing is fitted to it or fixed for it."""
    together = (
        (alike, apart),
        (tiny,),
        (conditions, contexts, derived, pocket),
        (mixed,),
        (plain,),
        (towards,),
        (piled,),
    )
    later = [_varied(*modules) for modules in together]
    return [name for group in (VARIED.difference(*later), *later) for name in sorted(group)[::3]]


def _varied(*modules: ModuleType) -> set[str]:
    return {name for name in VARIED if CONCEPTS[name].__module__ in {one.__name__ for one in modules}}


def make_task(name: str, seed: int, pairs: int) -> Task:
    """The task of that concept and seed: `pairs` training pairs and one test pair.

    A varied concept's task has two to four training pairs and three test pairs that vary more.
    """
    rule = Random(f"{name} {seed}")
    draw = CONCEPTS[name](rule)
    if name not in VARIED:
        return _made(name, draw, (Random(f"{name} {seed} pairs"),) * 2, pairs, 1, seed)
    sources = Random(f"{name} {seed} pairs"), Wider(f"{name} {seed} tests")
    return _made(name, draw, sources, Random(f"{name} {seed} count").randint(2, 4), 3, seed)


def _made(name: str, draw: Draw, sources: tuple[Random, Random], pairs: int, tests: int, seed: int) -> Task:
    made: list[Pair] = []
    for _ in range(4000):
        if len(made) == pairs + tests:
            return Task(f"{name}-{seed}", tuple(made[:pairs]), tuple(made[pairs:]))
        pair = _drawn(draw, sources[len(made) >= pairs])
        if pair is not None and not same_grid(pair.input, pair.answer):
            if len(made) == pairs - 1 > 0 and all(same_grid(pair.answer, one.answer) for one in made):
                continue  # nothing could be learned from it
            made.append(pair)
    raise AssertionError(name)


def _drawn(draw: Draw, random: Random) -> Pair | None:
    found = draw(random)
    try:
        return None if found is None else Pair(as_grid(found[0]), as_grid(found[1]))
    except GridError:
        return None


def measure(task: Task, effort: float) -> tuple[bool, bool, bool, float]:
    """All tests right by two answers of programs? any verified? all by direct grids? and the CPU seconds."""
    started = time.process_time()
    search = Search(task.hidden(), TaskBudget(effort * SECOND))
    search.run()
    wanted = task.solved_outputs
    assert wanted is not None
    answers: list[list[bytes]] = [[] for _ in wanted]
    for program in search.answers.ranked():
        for given, made in zip(answers, run_program(program.lines, task.test_inputs), strict=True):
            key = b"" if made is None else grid_key(made)
            if key not in given:
                given.append(key)
    direct = list(predict(task.hidden(), TaskBudget(effort * SECOND)))
    return (
        all(grid_key(grid) in given[:2] for grid, given in zip(wanted, answers, strict=True)),
        search.answers.believed,
        all(
            any(found.test_index == index and same_grid(found.grid, grid) for found in direct)
            for index, grid in enumerate(wanted)
        ),
        time.process_time() - started,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tasks", type=int, default=4, help="of each concept")
    parser.add_argument("--pairs", type=int, default=3, help="training pairs of a task")
    parser.add_argument(
        "--effort", type=float, default=2.0, help="millions of units of search, and of trees, for a task"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", help="concepts, comma-separated")
    options = parser.parse_args()
    names = options.only.split(",") if options.only else list(CONCEPTS)
    counted: dict[str, list[int]] = {}
    for name in names:
        tasks = [make_task(name, options.seed + number, options.pairs) for number in range(options.tasks)]
        found = np.array([measure(task, options.effort) for task in tasks])
        right, verified, direct = found[:, 0] > 0, found[:, 1] > 0, found[:, 2] > 0
        row = counted[name] = [right.sum(), (verified & ~right).sum(), direct.sum(), (right | direct).sum()]
        print(
            f"{name:30} programs {row[0]}  wrong {row[1]}  grids {row[2]}  either {row[3]}  of {len(tasks)}, "
            f"{found[:, 3].mean():.1f} s"
        )
    for title, group in (("", names), ("held back: ", [name for name in held_back() if name in counted])):
        if group:
            count, totals = len(group) * options.tasks, np.sum([counted[name] for name in group], axis=0)
            print(f"{title}{count} tasks: programs {totals[0]} ({totals[0] / count:.0%}), wrong {totals[1]}, "
                  f"grids {totals[2]}, either {totals[3]} ({totals[3] / count:.0%})")  # fmt: skip


if __name__ == "__main__":
    main()
