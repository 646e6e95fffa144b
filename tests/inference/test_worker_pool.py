"""The worker pool: real processes, deaths included."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from arc import Task, load_dataset
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.crew import ProcessCrew
from inference.proposers.worker_pool import Embedded, WorkerPool
from scoring.contract import Candidate, TaskFinished

_MODULE = """
import os, signal
from inference.proposers.effort import charge
from scoring.contract import Candidate

def two(task, budget):
    for sample in range(2):
        yield Candidate(task.id, "two", sample, f"# {budget.effort:g}")

def fails(task, budget):
    yield Candidate(task.id, "fails", 0, "x")
    raise ValueError("no idea")

def dies(task, budget):
    os._exit(3)

def dies_once(task, budget):
    mark = os.environ["MARK"] + task.id
    if not os.path.exists(mark):
        open(mark, "w").close()
        os._exit(3)
    yield Candidate(task.id, "dies_once", 0, "x")

def eats(task, budget):
    hoard = [bytearray(1 << 28) for _ in range(64)]
    yield Candidate(task.id, "eats", len(hoard), "x")

def burns(task, budget):
    while not budget.spent():
        charge(100)
    yield Candidate(task.id, "burns", 0, "x")

def sleeps(task, budget):
    open(os.path.join(os.path.dirname(__file__), f"pid-{os.getpid()}"), "w").close()
    signal.pause()
    yield Candidate(task.id, "sleeps", 0, "x")

def threads(task, budget):
    yield Candidate(task.id, "threads", 0, os.environ.get("OPENBLAS_NUM_THREADS", "many"))


class Held:
    def __init__(self, task, budget, promise, turn=0):
        self.task, self.budget, self.promise, self.turn = task, budget, promise, turn

    def go(self):
        charge(self.budget.left())
        yield Candidate(self.task.id, "held", self.turn, f"# {self.budget.effort:g} {os.getpid()}")
        self.used = self.budget.used()
        return self

    def resume(self, effort):
        mark = os.environ["MARK"] + "died"
        if os.environ.get("DIE") and not os.path.exists(mark):
            open(mark, "w").close()
            os._exit(3)
        self.budget.go_on(self.used, effort)
        self.turn += 1
        return (yield from self.go())

def held(task, budget):
    return (yield from Held(task, budget, len(task.train) / 10).go())

def knows(task, budget):
    answers = [pair.output for pair in task.test if pair.output is not None]
    yield Candidate(task.id, "knows", len(answers), "x")
"""

RunPool = Callable[..., tuple[Sequence[Task], list[Proposal]]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunPool:
    """Run functions of the module above over some tasks; returns the proposals."""
    (tmp_path / "pool_functions.py").write_text(_MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("MARK", str(tmp_path / "mark-"))
    development = load_dataset("arc-agi-1/development").hidden().tasks

    def call(
        *names: str,
        count: int = 4,
        seconds: float = 120.0,
        turns: tuple[float, ...] = (100.0,),
        stop: Sequence[str] = (),
        workers: int = 2,
        **resumed: Any,
    ) -> tuple[Sequence[Task], list[Proposal]]:
        tasks = development[:count]
        embedded = [Embedded(name, f"pool_functions:{name}", turns) for name in names]
        pool = WorkerPool(embedded, ProcessCrew(workers), **resumed)
        for task_id in stop:
            pool.stop(task_id)
        return tasks, list(pool.stream(tasks, RunBudget(time.monotonic() + seconds)))

    return call


def ends(proposals: Iterable[Proposal]) -> dict[tuple[str, str], str]:
    return {(p.task_id, p.proposer): p.error for p in proposals if isinstance(p, TaskFinished)}


def test_every_proposer_gets_every_task_and_ends_it(run: RunPool) -> None:
    tasks, proposals = run("two", "burns")
    candidates = [p for p in proposals if isinstance(p, Candidate)]
    assert len(candidates) == 3 * len(tasks)
    assert ends(proposals) == {(t.id, name): "" for t in tasks for name in ("two", "burns")}


def test_an_exception_is_the_tasks_error_and_keeps_what_came_before(run: RunPool) -> None:
    tasks, proposals = run("fails")
    assert set(ends(proposals).values()) == {"ValueError: no idea"}
    assert sum(isinstance(p, Candidate) for p in proposals) == len(tasks)


def test_a_dying_worker_costs_a_retry_and_never_the_run(run: RunPool) -> None:
    tasks, proposals = run("dies", "two", count=2)
    errors = ends(proposals)
    assert all("its worker died, twice" in errors[t.id, "dies"] for t in tasks)
    assert all(errors[t.id, "two"] == "" for t in tasks)
    tasks, proposals = run("dies_once", count=2)
    assert set(ends(proposals).values()) == {""}
    assert sum(isinstance(p, Candidate) for p in proposals) == len(tasks)


def test_memory_is_bounded(run: RunPool) -> None:
    _, proposals = run("eats", count=1)
    assert set(ends(proposals).values()) == {"out of memory"}


def test_a_resumed_pool_leaves_out_what_is_done(run: RunPool) -> None:
    tasks, _ = run("two")
    done = {("two", tasks[0].id): frozenset({0})}
    finished = frozenset({("two", tasks[1].id)})
    _, proposals = run("two", done=done, finished=finished)
    samples = sorted((p.task_id, p.sample) for p in proposals if isinstance(p, Candidate))
    expected = [(tasks[0].id, 1), *[(t.id, n) for t in tasks[2:] for n in (0, 1)]]
    assert samples == sorted(expected)
    assert (tasks[1].id, "two") not in ends(proposals)


def test_workers_multiply_matrices_on_one_thread(run: RunPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    _, proposals = run("threads", count=1)
    assert [p.source for p in proposals if isinstance(p, Candidate)] == ["1"]
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7" and "OMP_NUM_THREADS" not in os.environ


def test_agreement_elsewhere_stops_nothing(run: RunPool) -> None:
    tasks, _ = run("two", count=1)
    _, proposals = run("two", count=1, stop=[tasks[0].id])
    assert len(proposals) == 3


def test_the_deadline_ends_the_stream_and_its_workers(run: RunPool, tmp_path: Path) -> None:
    _, proposals = run("sleeps", seconds=5.0)  # it ends although no task does
    assert ends(proposals) == {}
    started = [int(file.name.removeprefix("pid-")) for file in tmp_path.glob("pid-*")]
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []


def test_workers_see_no_answers(run: RunPool) -> None:
    _, proposals = run("knows")
    assert {p.sample for p in proposals if isinstance(p, Candidate)} == {0}


def _turns(proposals: Iterable[Proposal]) -> dict[str, list[float]]:
    """The effort granted after each turn, by task."""
    turns: dict[str, list[float]] = {}
    for proposal in proposals:
        if isinstance(proposal, Candidate):
            turns.setdefault(proposal.task_id, []).append(float(proposal.source.split()[1]))
    return turns


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_turns_depend_on_the_promise_and_not_on_the_workers(run: RunPool, workers: int) -> None:
    tasks, proposals = run("held", turns=(100.0, 200.0, 1000.0), workers=workers)
    assert ends(proposals) == {(t.id, "held"): "" for t in tasks}
    shares = {task.id: 0.5 + len(task.train) / 10 for task in tasks}
    expected = {t: [100.0, 100 + 200 * s, 100 + 1200 * s] for t, s in shares.items()}
    assert _turns(proposals) == {t: pytest.approx(granted, rel=1e-4) for t, granted in expected.items()}
    samples = [p.sample for p in proposals if isinstance(p, Candidate) and p.task_id == tasks[0].id]
    assert samples == [0, 1, 2]


def test_all_first_turns_come_first_and_then_the_promising(run: RunPool) -> None:
    tasks, proposals = run("held", turns=(1.0, 2.0), workers=1)
    order = [(p.sample, p.task_id) for p in proposals if isinstance(p, Candidate)]
    promising = sorted(tasks, key=lambda task: -len(task.train))
    assert order == [*((0, task.id) for task in tasks), *((1, task.id) for task in promising)]


def test_what_a_worker_held_is_taken_up_by_another_when_it_dies(
    run: RunPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIE", "1")
    tasks, proposals = run("held", turns=(100.0, 200.0), workers=1, count=3)
    assert ends(proposals) == {(t.id, "held"): "" for t in tasks}
    assert all(len(granted) == 2 for granted in _turns(proposals).values())
    pids = {p.source.split()[2] for p in proposals if isinstance(p, Candidate)}
    assert len(pids) == 2


def test_the_status_says_which_turn_the_workers_are_at_and_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow_turns.py").write_text(
        "import time\n"
        "from scoring.contract import Candidate\n"
        "def slow(task, budget):\n"
        "    time.sleep(0.5)\n"
        "    yield Candidate(task.id, 'slow', 0, 'x')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    tasks = load_dataset("arc-agi-1/development").hidden().tasks[:3]
    pool = WorkerPool([Embedded("slow", "slow_turns:slow", (100.0,))], ProcessCrew(1))
    assert pool.status() == ""
    said = [
        pool.status()
        for proposal in pool.stream(tasks, RunBudget(time.monotonic() + 120))
        if isinstance(proposal, Candidate)
    ]
    assert said == [f"turn 1 of slow, {number} of 3 tasks" for number in range(3)]
    assert pool.status() == ""


def test_tasks_that_are_settled_come_last_for_the_proposers_after_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settling.py").write_text(
        "from scoring.contract import Candidate\n"
        "def first(task, budget):\n"
        "    if task.id < '02':\n"
        "        yield Candidate(task.id, 'first', 0, 'x')\n"
        "def second(task, budget):\n"
        "    yield Candidate(task.id, 'second', 0, 'x')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    tasks = load_dataset("arc-agi-1/development").hidden().tasks[:8]
    settled = [task.id for task in tasks if task.id < "02"]
    assert 0 < len(settled) < len(tasks)
    embedded = [Embedded(name, f"settling:{name}", (100.0,)) for name in ("first", "second")]
    proposals = list(WorkerPool(embedded, ProcessCrew(1)).stream(tasks, RunBudget(time.monotonic() + 120)))
    order = [p.task_id for p in proposals if isinstance(p, Candidate) and p.sampler == "second"]
    assert order == [*(task.id for task in tasks if task.id not in settled), *settled]
