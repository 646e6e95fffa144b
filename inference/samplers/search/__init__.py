"""The embedded sampler `search`: proposes programs in the Omni-ARC language with no model.

It grows *states* (what short pipelines of words make of all inputs, equal states merged) in the order of
their cost under a grammar, meets them with goals worked out backwards from the outputs, and asks
goal-directed rules to finish the program from the cheapest states. Every program it emits was run on the
training pairs here; the sandbox still judges it like any other.
"""

from __future__ import annotations

from collections.abc import Iterator

from arc import Task
from inference.contracts import TaskBudget
from inference.samplers.search.engine import Search
from scoring.evidence import Candidate

NAME = "search"


def propose(task: Task, budget: TaskBudget) -> Iterator[Candidate]:
    """Programs for one task, likeliest first; uses at most the budget's CPU seconds of this process.

    Deterministic for a task up to where the time runs out. A candidate's log-probability is minus its
    description length in nats, as one token. Programs right on only some training pairs come last.
    """
    search = Search(task.hidden(), budget)
    search.run()
    programs = [*search.pool.ranked(), *search.pool.partial()]
    for sample, program in enumerate(programs):
        yield Candidate(
            task_id=task.id,
            sampler=NAME,
            sample=sample,
            source=program.source,
            log_probability=-program.cost * 0.6931,
            tokens=1,
            seconds=budget.used(),
        )


__all__ = ["NAME", "Search", "propose"]
