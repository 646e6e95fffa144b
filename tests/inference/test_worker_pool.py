"""The worker pool: real processes, deaths included."""

import os
import time

import pytest

from arc import load_dataset
from inference.proposers.contract import RunBudget
from inference.proposers.worker_pool import Embedded, WorkerPool
from scoring.contract import Candidate, TaskFinished

_MODULE = """
import os, time
from scoring.contract import Candidate

def two(task, budget):
    for sample in range(2):
        yield Candidate(task.id, "two", sample, f"# {budget.cpu_seconds:.3f}")

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
        pass
    yield Candidate(task.id, "burns", 0, "x")

def sleeps(task, budget):
    time.sleep(1000)
    yield Candidate(task.id, "sleeps", 0, "x")

def threads(task, budget):
    yield Candidate(task.id, "threads", 0, os.environ.get("OPENBLAS_NUM_THREADS", "many"))


class Held:
    def __init__(self, task, budget, promise, turn=0):
        self.task, self.budget, self.promise, self.turn = task, budget, promise, turn

    def go(self):
        while not self.budget.spent():
            pass
        yield Candidate(self.task.id, "held", self.turn, f"# {self.budget.cpu_seconds:.3f}")
        self.used = self.budget.used()
        return self

    def resume(self, seconds):
        if os.environ.get("DIE"):
            os._exit(3)
        self.budget.go_on(self.used, seconds)
        self.turn += 1
        return (yield from self.go())

def held(task, budget):
    return (yield from Held(task, budget, len(task.train) / 10).go())

def knows(task, budget):
    answers = [pair.output for pair in task.test if pair.output is not None]
    yield Candidate(task.id, "knows", len(answers), "x")
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run functions of the module above over some tasks; returns the proposals."""
    (tmp_path / "pool_functions.py").write_text(_MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("MARK", str(tmp_path / "mark-"))
    development = load_dataset("arc-agi-1/development").hidden().tasks

    def call(*names, count=4, seconds=120.0, cap=0.2, total=None, stop=(), workers=2, **resumed):
        tasks = development[:count]
        embedded = [Embedded(name, f"pool_functions:{name}", cap, total or 4 * cap) for name in names]
        pool = WorkerPool(embedded, workers, **resumed)
        for task_id in stop:
            pool.stop(task_id)
        return tasks, list(pool.stream(tasks, RunBudget(time.monotonic() + seconds)))

    return call


def ends(proposals):
    return {(p.task_id, p.proposer): p.error for p in proposals if isinstance(p, TaskFinished)}


def test_every_proposer_gets_every_task_and_ends_it(run):
    tasks, proposals = run("two", "burns")
    candidates = [p for p in proposals if isinstance(p, Candidate)]
    assert len(candidates) == 3 * len(tasks)
    assert ends(proposals) == {(t.id, name): "" for t in tasks for name in ("two", "burns")}


def test_an_exception_is_the_tasks_error_and_keeps_what_came_before(run):
    tasks, proposals = run("fails")
    assert set(ends(proposals).values()) == {"ValueError: no idea"}
    assert sum(isinstance(p, Candidate) for p in proposals) == len(tasks)


def test_a_dying_worker_costs_a_retry_and_never_the_run(run):
    tasks, proposals = run("dies", "two", count=2)
    errors = ends(proposals)
    assert all("its worker died, twice" in errors[t.id, "dies"] for t in tasks)
    assert all(errors[t.id, "two"] == "" for t in tasks)
    tasks, proposals = run("dies_once", count=2)
    assert set(ends(proposals).values()) == {""}
    assert sum(isinstance(p, Candidate) for p in proposals) == len(tasks)


def test_memory_is_bounded(run):
    _, proposals = run("eats", count=1)
    assert set(ends(proposals).values()) == {"out of memory"}


def test_a_resumed_pool_leaves_out_what_is_done(run):
    tasks, _ = run("two")
    done = {("two", tasks[0].id): frozenset({0})}
    finished = frozenset({("two", tasks[1].id)})
    _, proposals = run("two", done=done, finished=finished)
    samples = sorted((p.task_id, p.sample) for p in proposals if isinstance(p, Candidate))
    expected = [(tasks[0].id, 1), *[(t.id, n) for t in tasks[2:] for n in (0, 1)]]
    assert samples == sorted(expected)
    assert (tasks[1].id, "two") not in ends(proposals)


def test_workers_multiply_matrices_on_one_thread(run, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    _, proposals = run("threads", count=1)
    assert [p.source for p in proposals if isinstance(p, Candidate)] == ["1"]
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7" and "OMP_NUM_THREADS" not in os.environ


def test_stopped_tasks_get_no_time(run):
    tasks, _ = run("two")
    _, proposals = run("two", stop=[tasks[0].id])
    assert {p.task_id for p in proposals} == {t.id for t in tasks[1:]}


def test_the_deadline_ends_the_stream(run):
    began = time.monotonic()
    _, proposals = run("sleeps", seconds=5.0)
    assert ends(proposals) == {}
    assert time.monotonic() - began < 60


def test_time_is_shared_out_by_what_is_left(run):
    _, proposals = run("two", seconds=8.0, cap=1000.0, workers=1)
    shares = [float(p.source[2:]) for p in proposals if isinstance(p, Candidate) and p.sample == 0]
    assert all(share < 8.0 for share in shares)
    assert shares[-1] > shares[0]  # the first tasks ended early: the later ones get what they left


def test_workers_see_no_answers(run):
    _, proposals = run("knows")
    assert {p.sample for p in proposals if isinstance(p, Candidate)} == {0}


def _turns(proposals):
    turns = {}
    for proposal in proposals:
        if isinstance(proposal, Candidate):
            turns.setdefault(proposal.task_id, []).append(float(proposal.source[2:]))
    return turns


def test_what_is_paused_goes_on_up_to_its_cap(run):
    tasks, proposals = run("held", cap=1.0)
    assert ends(proposals) == {(t.id, "held"): "" for t in tasks}
    turns = _turns(proposals)
    assert all(turns[t.id][0] == 1.0 and turns[t.id][-1] == pytest.approx(4.0, abs=0.3) for t in tasks)
    assert [p.sample for p in proposals if isinstance(p, Candidate) and p.task_id == tasks[0].id] == [0, 1]


def test_the_promising_go_on_first_and_with_more(run):
    tasks, proposals = run("held", cap=0.1, seconds=60.0, workers=1, count=4, total=3.0)
    later = [p for p in proposals if isinstance(p, Candidate) and p.sample == 1]
    assert len(later) == 4
    promises = {task.id: len(task.train) for task in tasks}
    assert promises[later[0].task_id] == max(promises.values())


def test_paused_jobs_of_a_worker_that_dies_end_with_what_they_have(run, monkeypatch):
    monkeypatch.setenv("DIE", "1")
    tasks, proposals = run("held", cap=1.0, workers=1, count=3)
    assert {task_id for task_id, _ in ends(proposals)} == {t.id for t in tasks}
    assert set(_turns(proposals)) == {t.id for t in tasks}
