"""The embedded sampler `search`: proposes programs in the Omni-ARC language with no model.

It grows *states* (what short pipelines of words make of all inputs, equal states merged) in the order of
their cost under a grammar, meets them with goals worked out backwards from the outputs, and asks
goal-directed rules to finish the program from the cheapest states. Every program it emits was run on the
training pairs here; the sandbox still judges it like any other.
"""

from __future__ import annotations

from arc import Task, grid_key
from inference.proposers.contract import EmbeddedTurn, TaskBudget
from inference.proposers.effort import SECOND
from inference.proposers.search.search import Search
from scoring.contract import Candidate, GridPrediction

NAME = "search"


def propose(task: Task, budget: TaskBudget) -> EmbeddedTurn:
    """Programs for one task, likeliest first, within the budget's effort; what is less likely, as grids.

    The same task, seed and effort give the same programs in the same order. Programs right on only some
    training pairs come last. Returns the paused search if it ended only because its effort was spent.
    """
    return (yield from _SearchInTurns(task.hidden(), budget).turn())


class _SearchInTurns(Search):
    """A search of which each turn gives what earlier ones did not."""

    def __init__(self, task: Task, budget: TaskBudget) -> None:
        super().__init__(task, budget)
        self._given: set[tuple[str | bytes, ...]] = set()

    def resume(self, effort: float) -> EmbeddedTurn:
        self.go_on(effort)
        return (yield from self.turn())

    def turn(self) -> EmbeddedTurn:
        """Search until the budget is spent or the search ends, then give what is new."""
        self.run()
        answers, task_id, seconds = self.answers, self.task.id, self.budget.used() / SECOND
        for sure, grids in () if answers.believed else answers.grids():
            if self._is_new(tuple(map(grid_key, grids))):
                sample = len(self._given) - 1
                for index, grid in enumerate(grids):
                    yield GridPrediction(task_id, NAME, sample, index, grid, confidence=sure, seconds=seconds)
        for program in [*(answers.ranked() if answers.believed else ()), *answers.partial()]:
            if self._is_new(program.lines):
                yield Candidate(
                    task_id=task_id,
                    sampler=NAME,
                    sample=len(self._given) - 1,
                    source=program.source,
                    description_length=program.cost,
                    seconds=seconds,
                    rule=program.rule,
                    doubt=program.doubt,
                )
        self.pause()
        return self if self.unfinished else None

    def _is_new(self, key: tuple[str | bytes, ...]) -> bool:
        new = key not in self._given
        self._given.add(key)
        return new


__all__ = ["NAME", "Search", "propose"]
