"""What each sample of a task asks: a program or a grid, in which view, with which seed.

A plan depends only on the run's seed, the task and the sample's number, so that a resumed run asks exactly
what an uninterrupted one would have asked.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from arc import IDENTITY, Augmentation, Task, random_augmentation
from inference.proposers.models.settings import ModelSettings
from prompts import AnswerKind
from scoring.contract import digest

_ROUNDING = 1e-9  # a share such as 0.1 must not lose a sample to rounding


@dataclass(frozen=True)
class Plan:
    """One sample's question.

    `test_index` is the test input that a grid is asked for; a `repair` asks about a failing program, once
    there is one.
    """

    kind: AnswerKind
    view: Augmentation
    test_index: int
    seed: int
    repair: bool = False


def plan_sample(task: Task, sample: int, settings: ModelSettings, seed: int) -> Plan:
    """The plan of sample number `sample` (from 0) of `task`.

    Direct grids are spread evenly over the samples and go round the test inputs. The samples of a round
    share a view; the first round sees the task as it is.
    """
    before, after = (int(count * settings.grid_share + _ROUNDING) for count in (sample, sample + 1))
    kind = AnswerKind.GRID if after > before else AnswerKind.PROGRAM
    number = sample // settings.round_size % settings.views
    programs = sample - before  # asked for before this one
    repair = kind is AnswerKind.PROGRAM and _is_in_share(programs, settings.refine_share)
    view = view_of(task, number, seed)
    return Plan(kind, view, before % len(task.test), sample_seed(task, sample, seed), repair)


def _is_in_share(number: int, share: float) -> bool:
    """True for the numbers, from 0, that make up a share of all, evenly spread and as late as possible."""
    return int((number + 1) * share + _ROUNDING) > int(number * share + _ROUNDING)


def view_of(task: Task, number: int, seed: int) -> Augmentation:
    """View number `number` of a task: 0 is the task as it is, the others are drawn."""
    if number == 0:
        return IDENTITY
    return random_augmentation(task, random.Random(f"view {seed} {task.id} {number}"))


def sample_seed(task: Task, sample: int, seed: int) -> int:
    """The sampling seed of one sample, 31 bits."""
    return int(digest(str(seed), task.id, str(sample)), 16) & 0x7FFFFFFF
