"""The judge: candidates go in, verdicts come out, with the sandbox and verification between.

Each distinct program of a task is run once, in its own process; a program that reproduces every training
pair is run a second time, in another one, and is verified only if both runs agree. That the search has run
its own programs makes no difference: the sandbox's verdict is the only one. What fails through our own fault
is tried again.

A judge that `probes` runs each verified program once more, on copies of the task (scoring/evidence.py).

What a program takes (arrays, lists, tuples) belongs to the program: the likeliest type by its source comes
first, and one that is not verified is run with the next type, as scoring/grid_types.py says.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from arc import Augmentation, GridType, Task
from inference.run.analysis import ProgramAnalysis
from sandbox import Execution, Executor, Job, Status, normalise
from scoring.contract import Candidate, Verdict, VerdictKind
from scoring.evidence import ProgramEvidence, copies, measured, nodes
from scoring.grid_types import another_may_do, likely_grid_types
from scoring.verify import confirm, job_for, judge, program_key, unparsable

_RETRIES = 2
_CUT_SHORT = (Status.TIMEOUT, Status.MEMORY, Status.CRASHED, Status.INFRASTRUCTURE)


@dataclass(frozen=True, eq=False)
class Judgement:
    """The verdict on one distinct program; `candidate` is the proposal that was run, `key` its identity."""

    candidate: Candidate
    key: str
    verdict: Verdict


@dataclass(frozen=True)
class Probed:
    """Evidence on a verified program beyond its verdict."""

    task_id: str
    key: str
    evidence: ProgramEvidence


@dataclass(frozen=True, eq=False)
class _Probe:
    candidate: Candidate
    task: Task
    key: str
    verdict: Verdict
    views: tuple[Augmentation, ...]


@dataclass
class _Case:
    candidate: Candidate
    task: Task
    key: str
    grid_types: tuple[GridType, ...]
    failed: list[Verdict] = field(default_factory=list)
    first: Verdict | None = None
    retries: int = 0


class Judge:
    """Feeds an executor and turns its executions into verdicts. One thread may use it.

    Leaving out duplicates is up to the caller: compare the keys from `key_of`.
    """

    def __init__(self, executor: Executor, *, probes: bool = False) -> None:
        self._executor = executor
        self._probes = probes
        self._cases: dict[int, _Case | _Probe] = {}
        self._ready: list[Judgement] = []
        self._probed: list[Probed] = []
        self._number = 0

    @staticmethod
    def key_of(candidate: Candidate, analysis: ProgramAnalysis | None = None) -> str:
        """The identity of the candidate's program: equal for sources that differ in layout and comments."""
        return program_key(candidate, analysis.text if analysis else normalise(candidate.source))

    @property
    def workers(self) -> int:
        """Programs that run in parallel."""
        return self._executor.workers

    @property
    def pending(self) -> int:
        """Programs submitted whose verdict or evidence has not been collected."""
        return len(self._cases) + len(self._ready) + len(self._probed)

    def submit(
        self, candidate: Candidate, task: Task, key: str, analysis: ProgramAnalysis | None = None
    ) -> None:
        """Queue a program for its verdict; without an `analysis` it is analysed here."""
        if not candidate.source.strip():
            self._ready.append(Judgement(candidate, key, unparsable(task)))
            return
        if candidate.grid_type:
            types: tuple[GridType, ...] = (candidate.grid_type,)
        elif analysis:
            types = analysis.grid_types
        else:
            types = likely_grid_types(candidate.source, candidate.entry_point)
        self._run(_Case(candidate, task, key, types))

    def collect(self, timeout: float = 0.0) -> list[Judgement]:
        """The verdicts that are ready; waits up to `timeout` seconds for the first."""
        if not self._ready and self._cases:
            for execution in self._executor.collect(timeout):
                case = self._cases.pop(execution.key)
                if isinstance(case, _Probe):
                    self._measure(case, execution)
                else:
                    self._settle(case, execution)
        ready, self._ready = self._ready, []
        return ready

    def probe(self, candidate: Candidate, task: Task, key: str, verdict: Verdict) -> None:
        """Queue a verified program to be run on copies of its task."""
        probe = _Probe(candidate, task, key, verdict, copies(candidate.source))
        inputs = [
            candidate.augmentation.apply(view.apply(grid)) for view in probe.views for grid in task.inputs
        ]
        self._number += 1
        self._cases[self._number] = probe
        grid_type = verdict.grid_type or GridType.ARRAY
        source, entry_point = candidate.source, candidate.entry_point
        self._executor.submit(Job(self._number, source, tuple(inputs), entry_point, grid_type))

    def probed(self) -> list[Probed]:
        """The evidence that `collect` received since the last call."""
        probed, self._probed = self._probed, []
        return probed

    def _measure(self, probe: _Probe, execution: Execution) -> None:
        """If the copies took too long, only the number of syntax nodes is known."""
        source, views, count = probe.candidate.source, probe.views, len(probe.task.inputs)
        if execution.status in _CUT_SHORT:
            evidence = ProgramEvidence(nodes=nodes(source))
        else:
            undo = probe.candidate.augmentation.undo
            outputs = [
                [
                    None if grid is None else view.undo(undo(grid))
                    for grid in execution.outputs[place * count : (place + 1) * count]
                ]
                for place, view in enumerate(views)
            ]
            evidence = measured(probe.task, source, probe.verdict.test_outputs, views, outputs)
        self._probed.append(Probed(probe.task.id, probe.key, evidence))

    def _run(self, case: _Case) -> None:
        """Queue the next run of a program; one that ran before goes first, as its verdict is near."""
        again = case.first is not None or bool(case.failed or case.retries)
        self._number += 1
        self._cases[self._number] = case
        grid_type = case.grid_types[len(case.failed)]
        self._executor.submit(job_for(case.candidate, case.task, self._number, grid_type), first=again)

    def _settle(self, case: _Case, execution: Execution) -> None:
        grid_type = case.grid_types[len(case.failed)]
        verdict = judge(case.task, execution, case.candidate.augmentation, grid_type)
        if verdict.kind is VerdictKind.INFRASTRUCTURE and case.retries < _RETRIES:
            case.retries += 1
            self._run(case)
        elif case.first is not None:
            if verdict.kind is not VerdictKind.INFRASTRUCTURE:
                verdict = confirm(case.first, verdict)
            self._ready.append(Judgement(case.candidate, case.key, verdict))
            if self._probes and verdict.kind is VerdictKind.VERIFIED:
                self.probe(case.candidate, case.task, case.key, verdict)
        elif verdict.kind is VerdictKind.VERIFIED:
            case.first = verdict
            self._run(case)
        else:
            self._try_next_type(case, verdict)

    def _try_next_type(self, case: _Case, verdict: Verdict) -> None:
        """A program that is not verified: run it with its next grid type, or settle on its best verdict."""
        case.failed.append(verdict)
        following = case.grid_types[len(case.failed) :]
        if following and another_may_do(case.failed, following[0]):
            case.retries = 0
            self._run(case)
        else:
            best = max(case.failed, key=_worth)  # the first of equals
            self._ready.append(Judgement(case.candidate, case.key, best))


def _worth(verdict: Verdict) -> tuple[float, bool]:
    """How much a failing verdict says: pairs that are right, then grids rather than errors."""
    return verdict.train_accuracy, verdict.kind is VerdictKind.WRONG
