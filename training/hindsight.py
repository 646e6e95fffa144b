"""Hindsight: examples from what a run found, right or wrong.

A program that reproduces a task's pairs answers that task; any other program that gives grids answers the
task that it does solve, the run's inputs with its own outputs (hindsight relabelling: Andrychowicz et al.
2017, for ARC CodeIt, Butt et al. 2024). A failing program and a right one of the same task make an example
for a repair prompt.

Relabelled programs are filtered: outputs for every input, not all equal, not the inputs themselves, distinct
within the task, the same in a second run, at most 16 per task. Tasks are drawn evenly.
The test outputs of exams are not used (training/exams.py).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from arc import Augmentation, Grid, GridType, Pair, Task, grid_key, same_grid
from inference.proposers.models.refine import repair_question
from sandbox import Sandbox, SandboxConfig
from scoring.contract import Candidate, JudgedProgram, Verdict, VerdictKind
from scoring.record.reader import Run
from scoring.verify import job_for
from training.errors import TrainingError
from training.examples import Asking, Example, Room, ask_about_pairs
from training.exams import without_exam_answers
from training.task_source import family_of

MOST_RIGHT = 32  # of a task
MOST_RELABELLED = 16
_SANDBOX_WORKERS = 2
_REPAIRS_WEIGHT = 0.5  # of a run's repairs, beside its programs


@dataclass(frozen=True, eq=False)
class Found:
    """What a run holds for one task, `task` without test outputs unless they may be learned from."""

    task: Task
    right: tuple[JudgedProgram, ...] = ()
    relabelled: tuple[JudgedProgram, ...] = ()
    repairs: tuple[tuple[JudgedProgram, JudgedProgram], ...] = ()  # failing, right, of one view


class RunSource:
    """The tasks of a run for which it found something. Right programs are drawn `right_weight` to
    `relabelled_weight` as often as relabelled ones."""

    def __init__(
        self,
        directory: Path,
        asking: Asking,
        right_weight: float = 1.0,
        relabelled_weight: float = 0.5,
    ) -> None:
        self._asking = asking
        self._weights = (right_weight, relabelled_weight)
        found = read_run(directory, repairs=asking.repairs)
        self._found = {task_id: entry for task_id, entry in found.items() if self._serves(entry)}
        if not self._found:
            raise TrainingError(f"{directory}: nothing to learn with {asking.version.name} from this run")

    @property
    def families(self) -> dict[str, str]:
        """The families of the tasks themselves."""
        return {task_id: family_of(task_id) for task_id in self._found}

    def _serves(self, found: Found) -> bool:
        if self._asking.repairs:
            return bool(found.repairs)
        right, relabelled = self._weights
        return bool((right and found.right) or (relabelled and found.relabelled))

    def draw(self, item: str, generator: random.Random, room: Room) -> Example:
        """One example of a task."""
        found = self._found[item]
        if self._asking.repairs:
            return self._repair(found, generator, room)
        kinds = (found.right, found.relabelled)
        programs = generator.choices(
            kinds, [w if k else 0.0 for k, w in zip(kinds, self._weights, strict=True)]
        )[0]
        program = generator.choice(programs)
        pairs = _own_pairs(found.task) if programs is found.right else relabel(found.task, program.verdict)
        view = replace(program.proposals[0].augmentation, order=())
        seen = [Pair(view.apply(pair.input), view.apply(pair.answer)) for pair in pairs]
        return ask_about_pairs(self._asking, item, seen, program.source, generator, room)

    def _repair(self, found: Found, generator: random.Random, room: Room) -> Example:
        failing, right = generator.choice(found.repairs)
        candidate = failing.proposals[0]
        question = repair_question(found.task, candidate, failing.verdict, self._asking.profile.encoder)
        seen = candidate.augmentation.apply_task(found.task)
        return self._asking.example(seen, question, right.source, room)


def read_run(directory: Path, *, repairs: bool = False) -> dict[str, Found]:
    """What there is to learn from a run, by task id: programs, or pairs of a failing and a right one."""
    with Run.open(directory) as run:
        tasks = without_exam_answers(str(run.config.get("dataset", "")), run.tasks())
        found = {task.id: _sort_out(task, run.programs(task.id), repairs) for task in tasks}
    return found if repairs else _only_repeatable(found)


def run_parts(directory: Path) -> list[str]:
    """A run as parts of a mix: its programs, and its repairs, half as often; empty if there is nothing."""
    parts = []
    if any(entry.right or entry.relabelled for entry in read_run(directory).values()):
        parts.append(f"{directory}:program")
    if any(entry.repairs for entry in read_run(directory, repairs=True).values()):
        parts.append(f"{directory}:repair:{_REPAIRS_WEIGHT}")
    return parts


def _sort_out(task: Task, programs: Sequence[JudgedProgram], repairs: bool) -> Found:
    programs = [program for program in programs if program.proposals and program.source]
    right = [program for program in programs if _is_right(task, program.verdict)][:MOST_RIGHT]
    if repairs:
        return Found(task, repairs=tuple(_repairs(programs, right)))
    return Found(task, tuple(right), tuple(_relabelled(task, programs)))


def _is_right(task: Task, verdict: Verdict) -> bool:
    """Verified with arrays, which the prompts promise, and on test inputs whose outputs may be known."""
    verified = verdict.kind is VerdictKind.VERIFIED and verdict.grid_type in (None, GridType.ARRAY)
    return verified and all(
        pair.output is None or same_grid(pair.output, output)
        for pair, output in zip(task.test, verdict.test_outputs, strict=True)
    )


def _relabelled(task: Task, programs: Sequence[JudgedProgram]) -> list[JudgedProgram]:
    """Wrong programs that solve some other task, one for each set of outputs, the shortest of equals."""
    chosen: dict[tuple[bytes, ...], JudgedProgram] = {}
    for program in sorted(programs, key=lambda program: (len(program.source), program.key)):
        outputs = _outputs(program.verdict)
        if outputs is None or _is_right(task, program.verdict) or _is_trivial(task, outputs):
            continue
        chosen.setdefault(tuple(grid_key(grid) for grid in outputs), program)
    return list(chosen.values())[:MOST_RELABELLED]


def _outputs(verdict: Verdict) -> list[Grid] | None:
    """The grids for all inputs, training inputs first, or None if one is missing."""
    outputs = [grid for grid in verdict.train_outputs + verdict.test_outputs if grid is not None]
    return outputs if len(outputs) == len(verdict.train_outputs) + len(verdict.test_outputs) else None


def _is_trivial(task: Task, outputs: Sequence[Grid]) -> bool:
    """The inputs themselves, always one grid, or single colours only."""
    identity = all(same_grid(given, output) for given, output in zip(task.inputs, outputs, strict=True))
    constant = len({grid_key(output) for output in outputs}) == 1
    plain = all(output.min() == output.max() for output in outputs)
    return identity or constant or plain


def _repairs(
    programs: Sequence[JudgedProgram], right: Sequence[JudgedProgram]
) -> list[tuple[JudgedProgram, JudgedProgram]]:
    """Failing programs, the nearest to right first, each with a right one written in the same view."""
    failing = [
        program
        for program in programs
        if program.verdict.kind in (VerdictKind.PARTIAL, VerdictKind.WRONG, VerdictKind.ERROR)
    ]
    failing.sort(key=lambda program: (-program.verdict.train_accuracy, len(program.source), program.key))
    by_view = {_view(program.proposals[0]): program for program in reversed(right)}
    pairs = [(program, by_view.get(_view(program.proposals[0]))) for program in failing]
    return [(program, repaired) for program, repaired in pairs if repaired is not None][:MOST_RELABELLED]


def _view(candidate: Candidate) -> Augmentation:
    return replace(candidate.augmentation, order=())


def _only_repeatable(found: dict[str, Found]) -> dict[str, Found]:
    """The same without relabelled programs that give other outputs again, or need lists or tuples."""
    keys = [(task_id, place) for task_id, entry in found.items() for place in range(len(entry.relabelled))]
    if not keys:
        return found
    jobs = [
        job_for(found[task_id].relabelled[place].proposals[0], found[task_id].task, number, GridType.ARRAY)
        for number, (task_id, place) in enumerate(keys)
    ]
    kept: dict[str, set[int]] = {task_id: set() for task_id in found}
    with Sandbox(SandboxConfig(workers=_SANDBOX_WORKERS)) as sandbox:
        for execution in sandbox.run(jobs):
            task_id, place = keys[execution.key]
            program = found[task_id].relabelled[place]
            view = program.proposals[0].augmentation
            again = [None if grid is None else view.undo(grid) for grid in execution.outputs]
            before = program.verdict.train_outputs + program.verdict.test_outputs
            if all(same_grid(one, other) for one, other in zip(before, again, strict=True)):
                kept[task_id].add(place)
    return {
        task_id: replace(
            entry, relabelled=tuple(p for n, p in enumerate(entry.relabelled) if n in kept[task_id])
        )
        for task_id, entry in found.items()
    }


def _own_pairs(task: Task) -> list[Pair]:
    return [pair for pair in task.train + task.test if pair.output is not None]


def relabel(task: Task, verdict: Verdict) -> list[Pair]:
    """The task that a program solves: the inputs with its own outputs."""
    outputs = verdict.train_outputs + verdict.test_outputs
    return [Pair(given, output) for given, output in zip(task.inputs, outputs, strict=True)]
