"""The judge: candidates go in, verdicts come out, with the sandbox and verification between.

Each distinct program of a task is run once, in a process of its own; a program that reproduces every training
pair is run a second time, in another one, and is verified only if both runs agree. What fails through our own
fault is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass

from arc import Task
from sandbox import Execution, Sandbox, normalise
from scoring.contract import Candidate, Verdict, VerdictKind
from scoring.verify import confirm, job_for, judge, program_key, unparsable

_RETRIES = 2


@dataclass(frozen=True, eq=False)
class Judgement:
    """The verdict on one distinct program; `candidate` is the proposal that was run, `key` its identity."""

    candidate: Candidate
    key: str
    verdict: Verdict


@dataclass
class _Case:
    candidate: Candidate
    task: Task
    key: str
    first: Verdict | None = None
    retries: int = 0


class Judge:
    """Feeds a sandbox and turns its executions into verdicts. One thread may use it.

    Duplicates are the caller's to leave out: compare the keys that `key_of` gives.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._cases: dict[int, _Case] = {}
        self._ready: list[Judgement] = []
        self._number = 0

    @staticmethod
    def key_of(candidate: Candidate) -> str:
        """The identity of the candidate's program: equal for sources that differ in layout and comments."""
        return program_key(candidate, normalise(candidate.source))

    @property
    def pending(self) -> int:
        """Programs submitted whose verdict has not been collected."""
        return len(self._cases) + len(self._ready)

    def submit(self, candidate: Candidate, task: Task, key: str) -> None:
        """Queue a program for its verdict."""
        if not candidate.source.strip():
            self._ready.append(Judgement(candidate, key, unparsable(task)))
            return
        self._run(_Case(candidate, task, key))

    def collect(self, timeout: float = 0.0) -> list[Judgement]:
        """The verdicts that are ready; waits up to `timeout` seconds for the first."""
        if not self._ready and self._cases:
            for execution in self._sandbox.collect(timeout):
                case = self._cases.pop(execution.key)
                self._settle(case, execution)
        ready, self._ready = self._ready, []
        return ready

    def _run(self, case: _Case) -> None:
        self._number += 1
        self._cases[self._number] = case
        self._sandbox.submit(job_for(case.candidate, case.task, self._number))

    def _settle(self, case: _Case, execution: Execution) -> None:
        verdict = judge(case.task, execution, case.candidate.augmentation)
        if verdict.kind is VerdictKind.INFRASTRUCTURE and case.retries < _RETRIES:
            case.retries += 1
            self._run(case)
        elif case.first is not None:
            if verdict.kind is not VerdictKind.INFRASTRUCTURE:
                verdict = confirm(case.first, verdict)
            self._ready.append(Judgement(case.candidate, case.key, verdict))
        elif verdict.kind is VerdictKind.VERIFIED:
            case.first = verdict
            self._run(case)
        else:
            self._ready.append(Judgement(case.candidate, case.key, verdict))
