"""How well effort stands for CPU time: measures what each word costs, and prints prices for it.

    python -m benchmarks.effort --sample 60 --write inference/proposers/search/prices.json

searches development tasks with every call of a word timed, fits (for a call, for each cell) to each word's
calls, prints these prices, the words that took most of the time first, and writes them. The effort and the
CPU seconds of the search's parts are what `benchmarks/search.py` prints.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
from scipy.optimize import nnls

import omniarc
from arc import load_dataset
from inference.proposers.contract import TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search import language, prices
from inference.proposers.search.search import Search

_LEAST_CALLS = 30
_CLIP = 0.99  # the share of calls that are not cut down for the fit (the prices still pay for all)


class Stopwatch:
    """The sizes and microseconds of every call of the words that it wraps."""

    def __init__(self) -> None:
        self.calls: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The counted word `function`, timed."""
        calls = self.calls[name]

        def call(*args: Any, **named: Any) -> Any:
            size = getattr(args[0], "size", 8) if args else 8
            start = time.thread_time()
            try:
                return function(*args, **named)
            finally:
                calls.append((size, 1e6 * (time.thread_time() - start)))

        return call

    def prices(self, name: str) -> tuple[float, float]:
        """(for a call, for each cell) fitted to the calls of a word."""
        sizes, times = np.array(self.calls[name]).T
        matrix = np.stack([np.ones_like(sizes), sizes], 1)
        found, _ = nnls(matrix, np.minimum(times, np.quantile(times, _CLIP)))
        base, cell = found * (times.sum() / (matrix @ found).sum())
        return float(base), float(cell)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=40, help="tasks to search")
    parser.add_argument("--effort", type=float, default=2.0, help="millions of units a task")
    parser.add_argument("--write", type=Path, help="write these and the other known prices here")
    arguments = parser.parse_args()
    watch = Stopwatch()
    words = language.language()
    for name in omniarc.vocabulary():
        if isinstance(words[name], FunctionType):
            words[name] = watch.wrapped(name, words[name])
    tasks = list(load_dataset("arc-agi-1/development"))
    for task in random.Random(0).sample(tasks, arguments.sample):
        Search(task.hidden(), TaskBudget(arguments.effort * SECOND)).run()
    totals = {name: sum(took for _, took in calls) for name, calls in watch.calls.items()}
    every = [call for calls in watch.calls.values() for call in calls]
    watch.calls["usual"] = every
    ranked = sorted(totals, key=lambda name: -totals[name])
    found = dict(prices.WORDS)
    for name in ["usual", *[name for name in ranked if len(watch.calls[name]) >= _LEAST_CALLS]]:
        base, cell = watch.prices(name)
        found[name] = round(base, 1), round(cell, 3)
        took = totals.get(name, sum(totals.values())) / 1e6
        print(f"{name}: {base:.1f}, {cell:.3f} for each cell; {took:.2f} s, {len(watch.calls[name])} calls")
    if arguments.write:
        rows = ",\n".join(f' "{name}": {list(price)}' for name, price in sorted(found.items()))
        arguments.write.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
