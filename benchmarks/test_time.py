"""Do steps at test time help? The loss of a left-out pair before and after, over validation tasks.

    OMP_NUM_THREADS=1 python -m benchmarks.test_time --model FOLDER --tasks 30 --steps 20

For each task the last training pair is left out. An adapter is trained on the other pairs, each of them left
out in turn, and the loss of the last one's output (in four views, asked as `solve` asks) is taken before and
after. Tasks are drawn from `arc-agi-1/validation`; those whose pairs do not fit the context, or that have
fewer than three, are counted and left out.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
from dataclasses import replace
from statistics import mean

from arc import load_dataset
from inference.proposers.models.settings import ModelSettings
from prompts import PromptTooLong
from training.test_time import AdapterJob, AdapterTrainer

_VIEWS = 4


def main() -> None:
    """Print a line a task, then the share of tasks whose loss fell, with its 95% interval (Wilson)."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", required=True)
    parser.add_argument("--dataset", default="arc-agi-1/validation")
    parser.add_argument("--tasks", type=int, default=30)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--batch-size", type=int, default=2)
    parser.add_argument("--context", type=int, default=1024)
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    tasks = list(load_dataset(options.dataset).hidden())
    random.Random(0).shuffle(tasks)
    results: list[tuple[float, float]] = []
    skipped = 0
    with tempfile.TemporaryDirectory() as folder:
        trainer = AdapterTrainer(_job(options, folder))
        for task in tasks:
            if len(results) == options.tasks:
                break
            others = replace(task, train=task.train[:-1])
            try:
                if len(others.train) < 2:
                    raise PromptTooLong("too few pairs")
                left_out = trainer.left_out(task, _VIEWS)
                done = trainer.adapt([others], options.steps, left_out)
            except PromptTooLong:
                skipped += 1
                continue
            results.append((done.loss_before, done.loss_after))
            record = {"before": done.loss_before, "after": done.loss_after, "seconds": done.seconds}
            print(json.dumps(record), flush=True)
    fell = sum(after < before for before, after in results)
    low, high = wilson(fell, len(results))
    print(
        f"the loss fell on {fell} of {len(results)} tasks ({fell / len(results):.0%}, 95% interval "
        f"{low:.0%} to {high:.0%}); mean {mean(b for b, _ in results):.3f} -> "
        f"{mean(a for _, a in results):.3f}; "
        f"{skipped} tasks too long or with too few pairs"
    )


def _job(options: argparse.Namespace, folder: str) -> AdapterJob:
    return AdapterJob(
        folder=folder,
        tasks=(),
        model=options.model,
        adapter="",
        profile=ModelSettings(model=options.model).profile_source,
        prompt="",
        encoder="",
        context=options.context,
        steps=options.steps,
        rank=options.rank,
        learning_rate=options.learning_rate,
        batch_size=options.batch_size,
        together=False,
        device=options.device,
        dtype="auto",
        seed=0,
        until=math.inf,
    )


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson's score)."""
    z, share = 1.96, right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return middle - half, middle + half


if __name__ == "__main__":
    main()
