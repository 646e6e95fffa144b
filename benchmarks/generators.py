"""How fast new pairs are drawn for the written programs, and for how many tasks.

    python benchmarks/generators.py [--pairs 40] [--every 1]

Of each generator the first pairs are left out: they pay for finding the mutations that suit its program. A
generator's speed is pairs per CPU second, most of which the task's program itself takes.
"""

from __future__ import annotations

import argparse
import statistics
import time
from itertools import islice

from arc import load_dataset
from programs.catalogue import ProgramError, programs
from programs.generators import PairGenerator


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=40, help="pairs of each generator that are timed")
    parser.add_argument("--every", type=int, default=1, help="take every n-th program only")
    options = parser.parse_args()
    dataset = load_dataset("arc-agi-1/development")
    speeds: dict[str, float] = {}
    failed = []
    for task_id, program in list(programs().items())[:: options.every]:
        try:
            speeds[task_id] = speed(PairGenerator(dataset[task_id], program), options.pairs)
        except ProgramError:
            failed.append(task_id)
    ranked = sorted(speeds, key=lambda task_id: speeds[task_id])
    seconds = sum(1 / speeds[task_id] for task_id in ranked)
    print(f"{len(speeds)} generators; none for {' '.join(failed) or 'no task'}")
    print(f"pairs a CPU second, all tasks in turn: {len(speeds) / seconds:.0f}")
    print(f"median generator: {statistics.median(speeds.values()):.0f}")
    print(f"generators with at least 200 a second: {sum(found >= 200 for found in speeds.values())}")
    print("slowest: " + ", ".join(f"{task_id} {speeds[task_id]:.0f}" for task_id in ranked[:10]))


def speed(generator: PairGenerator, count: int) -> float:
    """Pairs a CPU second of this process."""
    pairs = generator.pairs()
    list(islice(pairs, 3))
    started = time.process_time()
    drawn = sum(1 for _ in islice(pairs, count))
    return drawn / (time.process_time() - started)


if __name__ == "__main__":
    main()
