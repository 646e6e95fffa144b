"""Refinement: failing programs go back to the model with what they got wrong.

After the samples of all tasks are spent, and their verdicts have come, each unsolved task's best failing
programs are asked to be repaired, in rounds.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from arc import Task
from inference.proposers.models.settings import ModelSettings
from prompts import Attempt, GridEncoder, Question, describe_attempts, describe_mistake
from scoring.contract import Candidate, Verdict, VerdictKind

_QUIET_SECONDS = 3.0
_NOT_WORTH = frozenset({VerdictKind.VERIFIED, VerdictKind.INFRASTRUCTURE, VerdictKind.UNPARSABLE})


class Refinery:
    """Collects verdicts from the engine's thread and says which programs to repair.

    A round begins when no verdict has come for three seconds: the engine tells one verdict for each distinct
    program, so their number is not known here.
    """

    def __init__(self, name: str, settings: ModelSettings) -> None:
        self._name = name
        self._rounds_left = settings.refine_rounds
        self._width = settings.refine_programs
        self._lock = threading.Lock()
        self._failing: dict[str, list[tuple[Candidate, Verdict]]] = defaultdict(list)
        self._solved: set[str] = set()
        self._last = time.monotonic()

    def hear(self, candidate: Candidate, verdict: Verdict) -> None:
        """A verdict came (called from the engine's thread)."""
        with self._lock:
            self._last = time.monotonic()
            if verdict.kind is VerdictKind.VERIFIED:
                self._solved.add(candidate.task_id)
                self._failing.pop(candidate.task_id, None)
            elif self._worth(candidate, verdict):
                programs = self._failing[candidate.task_id]
                programs.append((candidate, verdict))
                programs.sort(key=lambda entry: (-entry[1].train_accuracy, len(entry[0].source)))
                del programs[self._width :]

    def sampled(self) -> None:
        """A sample was proposed: its verdict is to be waited for."""
        with self._lock:
            self._last = time.monotonic()

    @property
    def more(self) -> bool:
        """True while rounds are left."""
        return self._rounds_left > 0

    def next_round(self, open_tasks: Iterable[str]) -> list[tuple[Candidate, Verdict]] | None:
        """The programs to repair now, breadth-first over tasks; None while verdicts still come."""
        with self._lock:
            if time.monotonic() - self._last < _QUIET_SECONDS:
                return None
            self._rounds_left -= 1
            chosen = [self._failing.pop(task_id, []) for task_id in open_tasks if task_id not in self._solved]
        depth = max(map(len, chosen), default=0)
        return [programs[place] for place in range(depth) for programs in chosen if place < len(programs)]

    def _worth(self, candidate: Candidate, verdict: Verdict) -> bool:
        return (
            self._rounds_left > 0
            and candidate.sampler == self._name
            and bool(candidate.source)
            and candidate.task_id not in self._solved
            and verdict.kind not in _NOT_WORTH
        )


def repair_question(
    task: Task,
    candidate: Candidate,
    verdict: Verdict,
    encoder: GridEncoder,
    earlier: Sequence[tuple[Candidate, Verdict]] = (),
) -> Question:
    """What to ask about a failing program, in the view that it was written in.

    The verdict's outputs are in the task's own view and order; the program's are in the candidate's.
    `earlier` programs are shown with their scores; those written in another view are left out.
    """
    view = candidate.augmentation
    order = view.order or tuple(range(len(task.train)))
    outputs = [verdict.train_outputs[place] for place in order]
    seen = [None if output is None else view.apply(output) for output in outputs]
    mistake = describe_mistake(view.apply_task(task), seen, verdict.error, encoder, candidate.source)
    attempts = [
        Attempt(other.source, sum(judged.train_correct), len(judged.train_correct))
        for other, judged in earlier
        if other.augmentation == view and other.source != candidate.source
    ]
    return Question(code=candidate.source, mistake=mistake, attempts=describe_attempts(attempts))
