"""Refinement as a search: which failing programs go back to the model.

The programs of a task are the arms of a bandit (REX, arXiv:2405.17503): each is drawn from a Beta
distribution that rises with its score and falls with every repair that it has had, and the highest draw is
repaired. Near misses are tried first, and none for ever.
"""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from dataclasses import dataclass

from arc import Grid, Task
from inference.proposers.models.settings import ModelSettings
from prompts import Attempt, GridEncoder, Prompt, Question, describe_attempts, describe_mistake
from scoring.contract import Candidate, Verdict, VerdictKind

_WEIGHT = 20.0  # how much a score counts against the tries, as in the paper
_MOST = 64  # failing programs of a task that are remembered
_NOT_WORTH = frozenset({VerdictKind.VERIFIED, VerdictKind.INFRASTRUCTURE, VerdictKind.UNPARSABLE})


@dataclass
class Failing:
    """A program that fails, its score (0..1), and how often it was given back."""

    candidate: Candidate
    verdict: Verdict
    score: float
    tries: int = 0


@dataclass(frozen=True)
class Asked:
    """The prompt that a sample answered; `depth` counts the answers of its conversation, this one
    included."""

    prompt: Prompt
    depth: int


class Refinery:
    """Hears verdicts from the engine's thread, and draws programs to repair in the stream's."""

    def __init__(self, name: str, settings: ModelSettings) -> None:
        self._name = name
        self._on = settings.refine_share > 0
        self._pool = settings.refine_pool
        self._turns = settings.refine_turns
        self._lock = threading.Lock()
        self._tasks: dict[str, Task] = {}
        self._failing: dict[str, list[Failing]] = defaultdict(list)
        self._solved: set[str] = set()
        self._asked: dict[tuple[str, int], Asked] = {}

    def begin(self, tasks: dict[str, Task]) -> None:
        """The tasks whose programs will be heard of."""
        with self._lock:
            self._tasks = tasks

    def hear(self, candidate: Candidate, verdict: Verdict) -> None:
        """A verdict came (called from the engine's thread)."""
        with self._lock:
            task = self._tasks.get(candidate.task_id)
            if verdict.kind is VerdictKind.VERIFIED:
                self._solved.add(candidate.task_id)
                self._failing.pop(candidate.task_id, None)
            elif task is not None and self._worth(candidate, verdict):
                arms = self._failing[task.id]
                arms.append(Failing(candidate, verdict, score(task, verdict)))
                if len(arms) > _MOST:
                    arms.remove(min(arms, key=lambda arm: (arm.score, -arm.tries)))

    def asked(self, task_id: str, sample: int, prompt: Prompt, depth: int) -> None:
        """Remember a sample's prompt if its conversation may be continued."""
        if self._on and depth < self._turns:
            self._asked[task_id, sample] = Asked(prompt, depth)

    def conversation(self, candidate: Candidate) -> Asked | None:
        """The conversation that led to a program, if it may be continued."""
        return self._asked.get((candidate.task_id, candidate.sample))

    def solved(self, task_id: str) -> bool:
        """True once a program of the task is verified: nothing is left to repair."""
        with self._lock:
            return task_id in self._solved

    def ready(self, task_id: str) -> bool:
        """True if there is a program of the task to repair."""
        with self._lock:
            return bool(self._failing.get(task_id))

    def draw(self, task_id: str, seed: int) -> list[Failing]:
        """The program to repair, then those to show beside it, by Thompson sampling; empty if there are
        none."""
        chance = random.Random(f"repair {seed}")
        with self._lock:
            arms = self._failing.get(task_id, [])
            drawn = sorted(arms, key=lambda arm: -_draw(arm, chance))[: self._pool]
            for arm in drawn[:1]:
                arm.tries += 1
            return drawn

    def _worth(self, candidate: Candidate, verdict: Verdict) -> bool:
        return (
            self._on
            and candidate.sampler == self._name
            and bool(candidate.source)
            and candidate.task_id not in self._solved
            and verdict.kind not in _NOT_WORTH
        )


def _draw(arm: Failing, chance: random.Random) -> float:
    return chance.betavariate(1 + _WEIGHT * arm.score, 1 + _WEIGHT * (1 - arm.score) + arm.tries)


def score(task: Task, verdict: Verdict) -> float:
    """How near a program is, 0..1: the mean over the pairs, a wrong one counting half of its equal cells."""
    parts = [
        1.0 if right else 0.5 * _likeness(output, pair.answer)
        for right, output, pair in zip(verdict.train_correct, verdict.train_outputs, task.train, strict=True)
    ]
    return sum(parts) / len(parts)


def _likeness(output: Grid | None, expected: Grid) -> float:
    if output is None or output.shape != expected.shape:
        return 0.0
    return float((output == expected).mean())


def repair_question(
    task: Task,
    candidate: Candidate,
    verdict: Verdict,
    encoder: GridEncoder,
    others: list[Failing] | None = None,
) -> Question:
    """What to ask about a failing program, in the view that it was written in, with `others` beside it.

    The verdict's outputs are in the task's own view and order; the program's are in the candidate's.
    """
    view = candidate.augmentation
    order = view.order or tuple(range(len(task.train)))
    outputs = [verdict.train_outputs[place] for place in order]
    seen = [None if output is None else view.apply(output) for output in outputs]
    mistake = describe_mistake(view.apply_task(task), seen, verdict.error, encoder, candidate.source)
    attempts = [
        Attempt(other.candidate.source, sum(other.verdict.train_correct), len(other.verdict.train_correct))
        for other in others or ()
        if other.candidate.augmentation == view
    ]
    return Question(code=candidate.source, mistake=mistake, attempts=describe_attempts(attempts))
