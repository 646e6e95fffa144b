"""The engine on the real sandbox and store, with candidates replayed from a file or made on the spot."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from arc import ArcError, Dataset, Task, as_grid, read_json, same_grid, task_from_json
from inference.proposers.contract import Proposal, Proposer, RunBudget
from inference.proposers.replay import ReplaySampler
from inference.run.engine import Engine, Outcome
from inference.run.machines import ThisMachine
from inference.run.settings import MAY_DIFFER, Settings
from sandbox import SandboxConfig
from scoring.contract import Candidate, GridPrediction, TaskFinished, Verdict, VerdictKind
from scoring.record.reader import Run
from scoring.record.writer import RunStore
from scoring.submission import read_submission

FLIP = "def transform(grid):\n    return grid[:, ::-1]\n"
COPY = "def transform(grid):\n    return grid\n"
EngineRun = Callable[..., tuple[Outcome, Path]]


def flip_task(task_id: str, seed: int) -> Task:
    grids = [[[(r * 3 + c * c + k + seed) % 5 for c in range(4)] for r in range(3)] for k in range(3)]
    pairs = [{"input": grid, "output": [row[::-1] for row in grid]} for grid in grids]
    return task_from_json(task_id, {"train": pairs[:2], "test": pairs[2:]})


TASKS = Dataset("flips", tuple(flip_task(f"flip{n}", n) for n in range(3)))


class Scripted:
    """A proposer that says what it is told, and hears what it is told."""

    def __init__(
        self, name: str, proposals: Iterable[Proposal], error: Exception | None = None, pause: float = 0.0
    ) -> None:
        self.name, self.proposals, self.error, self.pause = name, proposals, error, pause
        self.stopped: list[str] = []
        self.tasks: Sequence[Task] = ()
        self.budgets: list[RunBudget] = []
        self.heard: list[tuple[str, VerdictKind]] = []
        self.closed = False

    def stream(self, tasks: Sequence[Task], budget: RunBudget) -> Iterator[Proposal]:
        self.tasks = tasks
        self.budgets.append(budget)
        for proposal in self.proposals:
            if proposal.task_id not in self.stopped:
                yield proposal
                time.sleep(self.pause)
        if self.error:
            raise self.error

    def stop(self, task_id: str) -> None:
        self.stopped.append(task_id)

    def feedback(self, candidate: Candidate, verdict: Verdict) -> None:
        self.heard.append((candidate.source, verdict.kind))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def engine_run(tmp_path: Path) -> EngineRun:
    """Run proposers over TASKS; returns (outcome, directory)."""

    def call(
        *proposers: Proposer, directory: Path | None = None, resume: bool = False, **changes: Any
    ) -> tuple[Outcome, Path]:
        settings = Settings("flips", **{"time_limit": 60.0, "sandbox": SandboxConfig(workers=2), **changes})
        folder = directory or tmp_path / "run"
        go_on = partial(RunStore.resume, may_differ=MAY_DIFFER)
        open_store = go_on if resume else RunStore.create
        with open_store(folder, settings.to_json()) as store:
            store.add_tasks(TASKS.tasks)
            proposed = [(p, (p.name,)) for p in proposers]
            engine = Engine(TASKS, settings, store, proposed, ThisMachine(2))
            return engine.run(), folder

    return call


def test_candidates_are_judged_voted_and_submitted(engine_run: EngineRun) -> None:
    proposals: list[Proposal] = [
        Candidate("flip0", "s", 0, FLIP),
        Candidate("flip0", "s", 1, COPY),
        Candidate("flip0", "s", 2, "# the same\n" + FLIP),
        Candidate("flip1", "s", 0, "def transform(grid):\n    raise KeyError('x')\n"),
        Candidate("flip1", "s", 1, ""),
        GridPrediction("flip2", "s", 0, 0, as_grid([[1, 2]]), confidence=0.5),
        *[TaskFinished(task.id, "s") for task in TASKS],
    ]
    proposer = Scripted("s", proposals)
    outcome, folder = engine_run(proposer)
    assert (outcome.progress.candidates, outcome.progress.duplicates) == (5, 1)
    assert outcome.progress.finished == 3
    assert proposer.closed
    assert all(pair.output is None for task in proposer.tasks for pair in task.test)
    with Run.open(folder) as run:
        kinds = {p.source: p.verdict.kind for t in TASKS for p in run.programs(t.id)}
        assert kinds[FLIP] is VerdictKind.VERIFIED
        assert kinds[COPY] is VerdictKind.WRONG
        assert kinds[""] is VerdictKind.UNPARSABLE
        assert VerdictKind.ERROR in kinds.values()
        assert len(run.programs("flip0", VerdictKind.VERIFIED)[0].proposals) == 2
    attempts = read_submission(read_json(folder / "submission.json"), TASKS)
    assert same_grid(attempts["flip0"][0][0], TASKS["flip0"].test[0].answer)
    assert attempts["flip2"][0][0].tolist() == [[1, 2]]
    assert (FLIP, VerdictKind.VERIFIED) in proposer.heard


def test_evidence_is_measured_where_it_is_asked_for_and_by_a_resumed_run(engine_run: EngineRun) -> None:
    proposals = [Candidate("flip0", "s", 0, FLIP), Candidate("flip0", "s", 1, COPY)]
    _, folder = engine_run(Scripted("s", proposals))
    with Run.open(folder) as run:
        assert all(program.evidence is None for program in run.programs("flip0"))
    for _ in range(2):  # the second time there is nothing left to measure
        engine_run(Scripted("s", []), directory=folder, resume=True, evidence=True)
        with Run.open(folder) as run:
            found = {program.source: program.evidence for program in run.programs("flip0")}
            evidence = found[FLIP]
            assert evidence is not None and evidence.turned == 3 / 7 and found[COPY] is None


def test_enough_agreement_stops_a_task(engine_run: EngineRun) -> None:
    sources = [f"def transform(grid):\n    x = {n}\n    return grid[:, ::-1]\n" for n in range(40)]
    proposals = [Candidate("flip0", "s", n, source) for n, source in enumerate(sources)]
    proposer = Scripted("s", proposals, pause=0.1)
    outcome, folder = engine_run(proposer, agree=3)
    assert proposer.stopped == ["flip0"]
    assert 3 <= outcome.progress.candidates < 40
    with Run.open(folder) as run:
        assert [event.task_id for event in run.events("agreed")] == ["flip0"]


def test_agreement_can_be_switched_off(engine_run: EngineRun) -> None:
    sources = [f"def transform(grid):\n    x = {n}\n    return grid[:, ::-1]\n" for n in range(6)]
    proposer = Scripted("s", [Candidate("flip0", "s", n, source) for n, source in enumerate(sources)])
    outcome, _ = engine_run(proposer, agree=0)
    assert proposer.stopped == []
    assert outcome.progress.candidates == 6


def test_a_task_has_a_cap_of_tokens_for_each_model(engine_run: EngineRun, tmp_path: Path) -> None:
    grid = GridPrediction("flip1", "m", 0, 0, as_grid([[1]]), tokens=70)
    written = [Candidate("flip0", "m", n, f"{COPY}# {n}", tokens=30) for n in range(5)]
    model = Scripted("m", [*written, grid], pause=0.3)
    other = Scripted("o", [Candidate("flip0", "o", 0, FLIP)])
    _, folder = engine_run(model, other, task_tokens=60)
    assert model.stopped == ["flip0", "flip1"] and other.stopped == []
    with Run.open(folder) as run:
        told = [(event.task_id, event.data["proposer"]) for event in run.events("capped")]
        assert told == [("flip0", "m"), ("flip1", "m")]
        assert run.tokens("m") == {"flip0": 60, "flip1": 70} and run.tokens("o") == {}
    again = Scripted("m", [])
    engine_run(again, directory=folder, resume=True, task_tokens=60)
    assert again.budgets[0].finished >= {"flip0", "flip1"}


def test_where_nothing_was_proposed_every_proposer_is_silent(engine_run: EngineRun) -> None:
    outcome, folder = engine_run(Scripted("s", []), Scripted("o", [Candidate("flip0", "o", 0, "x = 1")]))
    assert outcome.silent == ("s", "o")
    outcome, _ = engine_run(Scripted("s", [Candidate("flip1", "s", 0, COPY)]), directory=folder, resume=True)
    assert outcome.silent == ()


def test_a_proposer_that_breaks_is_noted_and_ends_no_other(engine_run: EngineRun) -> None:
    bad = Scripted("bad", [Candidate("flip0", "bad", 0, FLIP)], error=RuntimeError("lost"))
    good = Scripted("s", [Candidate("flip1", "s", 0, FLIP)])
    dead = Scripted("dead", [], error=ArcError("no model\nhere"))
    outcome, folder = engine_run(bad, good, dead)
    assert set(outcome.errors) == {"bad failed: RuntimeError: lost", "dead: no model here"}
    assert outcome.silent == ("dead",)
    assert outcome.progress.errors == outcome.errors
    attempts = read_submission(read_json(folder / "submission.json"), TASKS)
    for task_id in ("flip0", "flip1"):
        assert same_grid(attempts[task_id][0][0], TASKS[task_id].test[0].answer)


class Clock:
    """The engine's `time`, which a test sets forward."""

    ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


def test_the_deadline_ends_a_proposer_that_does_not(
    engine_run: EngineRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("inference.run.engine.time", clock)

    class Endless(Scripted):
        def feedback(self, candidate: Candidate, verdict: Verdict) -> None:
            clock.ahead = 7200.0  # the time limit passes when the first verdict is there

    candidates = (Candidate("flip0", "s", n, f"{FLIP}# {n}\nx = {n}\n") for n in range(10**9))
    proposer = Endless("s", candidates, pause=0.01)
    outcome, folder = engine_run(proposer, time_limit=3600.0, agree=0)
    assert not outcome.interrupted and proposer.closed
    assert outcome.cut_off == len(TASKS)
    with Run.open(folder) as run:
        assert [event.data["cut off"] for event in run.events("deadline")] == [len(TASKS)]
        assert run.finished("s") == frozenset()
    assert same_grid(
        read_submission(read_json(folder / "submission.json"), TASKS)["flip0"][0][0],
        TASKS["flip0"].test[0].answer,
    )


def test_a_resumed_run_judges_nothing_twice(engine_run: EngineRun, tmp_path: Path) -> None:
    file = tmp_path / "candidates.jsonl"
    lines = [{"task_id": t.id, "source": s} for s in (COPY, FLIP) for t in TASKS]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    first, folder = engine_run(ReplaySampler(file))
    assert first.progress.candidates == 6
    again, _ = engine_run(ReplaySampler(file), resume=True)
    assert again.progress.candidates == 0
    assert again.progress.verified == first.progress.verified == 3
    with Run.open(folder) as run:
        assert sum(count.programs for count in run.counts().values()) == 6
