"""Refinement against plain sampling, for equal tokens, with a scripted model of known chances.

    python benchmarks/llm_refine.py [--tasks 100] [--tokens 40000] [--repair 0.12] [--seeds 5]

The model's programs have a level: the number of training pairs, of four, that they reproduce. A fresh
sample's level depends on the task's difficulty; the repair of a program reaches the next level with the
chance `--repair`, else it stays or falls back. Levels are judged as verdicts at once, without a sandbox:
measured is the search, that is which programs go back to the model. Every prompt and answer counts its
tokens, and each way of asking gets the same tokens for each task. Reported are the tasks with a verified
program.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from arc import Grid, Pair, Task, as_grid
from inference.proposers.contract import RunBudget
from inference.proposers.models import Completion, ModelProposer, ModelSettings, Request
from prompts import Prompt
from scoring.contract import Candidate, Verdict, VerdictKind

PAIRS = 4
_ANSWER_TOKENS = 300
_LEVEL = re.compile(r"level = (\d)")


def make_task(number: int) -> Task:
    """A task of four pairs; its first cell tells the model's script which task it is asked about."""
    pairs = tuple(Pair(_grid(number, place), _grid(place, number)) for place in range(PAIRS))
    return Task(f"{number:04d}", pairs, (Pair(_grid(9, 9), None),))


def _grid(a: int, b: int) -> Grid:
    return as_grid([[int(digit) for digit in f"{a:04d}{b:04d}"[place : place + 4]] for place in range(4)])


class Scripted:
    """A model whose programs reach levels by chance; it counts the tokens of each task."""

    capacity = 16
    context_length = None
    busy_seconds = 0.0
    takes_adapters = False
    trouble = ""

    def __init__(self, repair: float, seed: int) -> None:
        self.about: dict[str, Any] = {}
        self._repair = repair
        self._chance = random.Random(seed)
        self._live: dict[int, Request] = {}
        self._number = 0

    def check(self) -> None: ...

    def start(self, log: Path | None = None) -> None: ...

    def release(self, adapter: str) -> None: ...

    def close(self) -> None: ...

    def tokenize(self, prompt: Prompt) -> list[int] | None:
        """Four characters to a token."""
        return [0] * (len(prompt.text) // 4)

    def submit(self, request: Request) -> None:
        self._live[request.key] = request

    def abort(self, keys: Collection[int]) -> None:
        for key in keys:
            self._live.pop(key, None)

    def poll(self, seconds: float) -> list[Completion]:
        """Answer the oldest request."""
        if not self._live:
            return []
        request = self._live.pop(min(self._live))
        self._number += 1
        source = f"def transform(grid):\n    level = {self._level(request)}\n    return {self._number}\n"
        tokens = len(request.tokens or ())
        return [Completion(request.key, f"{source}```", tokens=_ANSWER_TOKENS, prompt_tokens=tokens)]

    def _level(self, request: Request) -> int:
        shown = _LEVEL.findall(request.prompt.user) or _LEVEL.findall(request.prompt.text)
        if shown:
            level = max(map(int, shown))
            drawn = self._chance.random()
            if drawn < self._repair:
                return level + 1
            return level if drawn < 0.6 else max(0, level - 1)
        return fresh_level(self._chance)


def fresh_level(chance: random.Random) -> int:
    """A fresh sample is right on k pairs with a chance that falls by a factor of five with each."""
    drawn = chance.random()
    return next(level for level in range(PAIRS + 1) if drawn < 1 - 0.2 ** (level + 1) or level == PAIRS)


def verdict_of(task: Task, candidate: Candidate) -> Verdict:
    """The verdict that the program's level means."""
    found = _LEVEL.search(candidate.source)
    level = min(PAIRS, int(found[1])) if found else 0
    right = tuple(place < level for place in range(PAIRS))
    outputs = tuple(pair.answer if ok else pair.input for ok, pair in zip(right, task.train, strict=True))
    kinds = {0: VerdictKind.WRONG, PAIRS: VerdictKind.VERIFIED}
    return Verdict(kinds.get(level, VerdictKind.PARTIAL), right, outputs, (None,))


def solved_share(settings: ModelSettings, tasks: list[Task], tokens: int, repair: float, seed: int) -> float:
    """The share of the tasks with a verified program before their tokens are spent."""
    proposer = ModelProposer("scripted", Scripted(repair, seed), settings)
    budget = RunBudget(time.monotonic() + 3600, seed=seed, samples=1000)
    spent = dict.fromkeys((task.id for task in tasks), 0)
    by_id = {task.id: task for task in tasks}
    solved: set[str] = set()
    for proposal in proposer.stream(tasks, budget):
        if not isinstance(proposal, Candidate) or spent[proposal.task_id] >= tokens:
            continue
        spent[proposal.task_id] += (proposal.tokens or 0) + (proposal.prompt_tokens or 0)
        verdict = verdict_of(by_id[proposal.task_id], proposal)
        proposer.feedback(proposal, verdict)
        if verdict.kind is VerdictKind.VERIFIED:
            solved.add(proposal.task_id)
        if proposal.task_id in solved or spent[proposal.task_id] >= tokens:
            proposer.stop(proposal.task_id)
    return len(solved) / len(tasks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=40_000, help="of prompts and answers, for each task")
    parser.add_argument("--repair", type=float, nargs="*", default=[0.0, 0.04, 0.08, 0.12, 0.2])
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    tasks = [make_task(number) for number in range(arguments.tasks)]
    plain = ModelSettings(direct_share=0.0, views=1, round_size=4, extra_share=0.0)
    ways = {
        "plain sampling": plain,
        "a quarter repairs": replace(plain, refine_share=0.25),
        "half repairs": replace(plain, refine_share=0.5),
        "three quarters repairs": replace(plain, refine_share=0.75),
        "half repairs, conversations of 3": replace(plain, refine_share=0.5, refine_turns=3),
        "half repairs, 2 programs pooled": replace(plain, refine_share=0.5, refine_pool=2),
    }
    for repair in arguments.repair:
        print(f"a repair reaches the next level with a chance of {repair}:")
        for name, settings in ways.items():
            shares = [
                solved_share(settings, tasks, arguments.tokens, repair, seed)
                for seed in range(arguments.seeds)
            ]
            print(f"  {name:34} {100 * statistics.mean(shares):5.1f}% of the tasks solved", flush=True)


if __name__ == "__main__":
    main()
