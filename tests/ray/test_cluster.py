"""Runs on a real cluster: the same answers as on one machine, whoever dies or joins."""

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from arc import as_grid, load_dataset
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.worker_pool import Embedded, WorkerPool
from sandbox import Execution, Job, SandboxConfig, Status
from scoring.contract import Candidate, TaskFinished
from scoring.record.reader import Run
from tests.ray.conftest import Nodes, until

pytestmark = pytest.mark.filterwarnings("default")

_TASKS = ("67a3c6ac", "d10ecb37", "007bbfb7", "a85d4709")
_SOLVE = ("solve", "arc-agi-1/development", "--tasks", ",".join(_TASKS), "--effort", "0.1")
_HOSTS = ("ray::ProposerHost", "ray::SandboxHost")
_WORKERS = "inference.proposers.pool_worker"


@pytest.fixture(scope="module")
def alone(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The submission of this machine alone."""
    folder = tmp_path_factory.mktemp("alone")
    done = nodes.omni_arc(*_SOLVE, "--run", "run", folder=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "run" / "submission.json").read_bytes()


def test_two_nodes_give_the_same_submission(nodes: Nodes, alone: bytes, tmp_path: Path) -> None:
    done = nodes.omni_arc(*_SOLVE, "--run", "run", "--ray", nodes.address, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "submission.json").read_bytes() == alone
    with Run.open(tmp_path / "run") as run:
        (event,) = run.events("machines")
    assert {node["name"] for node in event.data["nodes"]} == {"first", "second"}
    assert event.data["problems"] == []


def test_a_killed_supervisor_leaves_no_actors_and_loses_nothing(
    nodes: Nodes, alone: bytes, tmp_path: Path
) -> None:
    killed = nodes.start(*_SOLVE, "--run", "run", "--ray", nodes.address, folder=tmp_path)
    try:
        until(lambda: _candidates(tmp_path / "run" / "run.sqlite"))
    finally:
        killed.kill()
        killed.communicate()
    before = _candidates(tmp_path / "run" / "run.sqlite")
    until(lambda: not any(nodes.processes(text) for text in (*_HOSTS, _WORKERS)))
    done = nodes.omni_arc("solve", "--resume", "run", "--ray", nodes.address, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "submission.json").read_bytes() == alone
    assert _candidates(tmp_path / "run" / "run.sqlite") >= before
    until(lambda: not any(nodes.processes(text) for text in (*_HOSTS, _WORKERS)))


def _candidates(database: Path) -> int:
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            count: int = connection.execute("SELECT COUNT(*) FROM candidates").fetchone()[0]
    except sqlite3.Error:
        return 0
    finally:
        if "connection" in locals():
            connection.close()
    return count


def test_verdicts_come_in_order_and_are_those_of_one_machine(nodes: Nodes, tmp_path: Path) -> None:
    programs = ["return grid", "return grid[::-1]", "return grid.T", "return [[1] * 9] * 9", "return 1 / 0"]
    lines = [
        {
            "task_id": _TASKS[n % 4],
            "id": str(n),
            "source": f"def transform(grid):\n    n = {n}\n    {program}",
        }
        for n in range(120)
        for program in (programs[n % 5],)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    verify = ("verify", "-", "--dataset", "arc-agi-1/development")
    here = nodes.omni_arc(*verify, folder=tmp_path, input=text)
    there = nodes.omni_arc(*verify, "--ray", nodes.address, folder=tmp_path, input=text)
    assert here.returncode == there.returncode == 0, here.stderr + there.stderr
    verdicts = [json.loads(line) for line in there.stdout.splitlines()]
    assert [verdict["id"] for verdict in verdicts] == [str(n) for n in range(120)]
    told = [[json.loads(line) | {"seconds": 0} for line in out.stdout.splitlines()] for out in (here, there)]
    assert told[0] == told[1]
    assert {verdict["verdict"] for verdict in verdicts} >= {"wrong", "error"}


def test_actors_and_nodes_die_and_join_and_every_task_ends(nodes: Nodes) -> None:
    from inference.cluster import RayCluster

    nodes.gate.unlink(missing_ok=True)
    tasks = load_dataset("arc-agi-1/development").hidden().tasks[:8]
    with RayCluster(nodes.address) as cluster:
        pool = WorkerPool([Embedded("gated", "cluster_functions:gated", (100.0,))], cluster.crew())
        stream = pool.stream(tasks, RunBudget(time.monotonic() + 240))
        heard: list[Proposal] = []
        first, second = _next(stream, heard), _next(stream, heard)
        assert first[1] != second[1]  # all that two nodes of one core can take
        third = nodes.join("third", 2)
        joined = _next(stream, heard)
        assert joined[1] not in (first[1], second[1])
        nodes.kill(third)
        os.kill(int(second[0]), signal.SIGKILL)  # an actor, and its worker process with it
        nodes.gate.touch()
        heard += stream
        until(lambda: cluster.nodes() and any("third was lost" in line for line in cluster.problems()))
    ends = [one for one in heard if isinstance(one, TaskFinished)]
    assert {end.task_id for end in ends} == {task.id for task in tasks}
    assert [end.error for end in ends] == [""] * len(tasks)
    proposed = [one.task_id for one in heard if isinstance(one, Candidate)]
    assert sorted(proposed) == sorted(task.id for task in tasks)


def _next(stream: Iterator[Proposal], heard: list[Proposal]) -> list[str]:
    """The actor and the node of the next candidate."""
    heard.append(next(stream))
    assert isinstance(heard[-1], Candidate)
    return heard[-1].source.split()


def test_a_task_that_kills_its_workers_is_given_up_and_no_other(nodes: Nodes) -> None:
    from inference.cluster import RayCluster

    nodes.gate.touch()
    tasks = load_dataset("arc-agi-1/development").hidden().tasks[:2]
    embedded = [Embedded(name, f"cluster_functions:{name}", (100.0,)) for name in ("dies", "gated")]
    with RayCluster(nodes.address) as cluster:
        pool = WorkerPool(embedded, cluster.crew())
        heard = list(pool.stream(tasks, RunBudget(time.monotonic() + 240)))
    errors = {(end.proposer, end.error) for end in heard if isinstance(end, TaskFinished)}
    assert errors == {("dies", "dies: its worker died, twice"), ("gated", "")}


def test_candidates_of_a_dead_sandbox_or_node_run_again(nodes: Nodes) -> None:
    from inference.cluster import RayCluster

    third = nodes.join("fourth", 1)
    busy = "def transform(grid):\n    for _ in range(2_000_000): pass\n    return grid"
    grid = as_grid([[1, 2], [3, 4]])
    with RayCluster(nodes.address) as cluster, cluster.executor(SandboxConfig()) as executor:
        for number in range(90):
            executor.submit(Job(number, f"{busy}  # {number}", (grid,)))
        done: list[Execution] = []
        end = time.monotonic() + 120
        while executor.workers < 3 and time.monotonic() < end:
            done += executor.collect(0.1)
        assert executor.workers == 3
        nodes.kill(third)
        os.kill(nodes.processes("ray::SandboxHost")[0], signal.SIGKILL)
        while executor.pending:
            done += executor.collect(60.0)
    assert {one.status for one in done} == {Status.OK}
    assert sorted(one.key for one in done) == list(range(90))


_LIBRARY = "def turned(grid):\n    return grid[::-1]\n"
_PROGRAM = "import shapes\ndef transform(grid):\n    n = {n}\n    return shapes.turned(grid)\n"


def test_auto_finds_the_cluster_and_its_nodes_get_the_libraries(
    nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shapes.py").write_text(_LIBRARY)
    lines = [{"task_id": "67a3c6ac", "source": _PROGRAM.format(n=n)} for n in range(40)]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    monkeypatch.setenv("RAY_ADDRESS", nodes.address)
    verify = ("verify", "-", "--dataset", "arc-agi-1/development", "--library", "shapes.py")
    here = nodes.omni_arc(*verify, folder=tmp_path, input=text)
    there = nodes.omni_arc(*verify, "--ray", "auto", folder=tmp_path, input=text)
    assert here.returncode == there.returncode == 0, here.stderr + there.stderr
    told = [[json.loads(line) | {"seconds": 0} for line in out.stdout.splitlines()] for out in (here, there)]
    assert told[0] == told[1] and len(told[0]) == 40
    assert {line["verdict"] for line in told[0]} <= {"wrong", "partial", "verified"}, told[0][0]


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_a_long_file_takes_no_more_memory_than_a_short_one(nodes: Nodes, tmp_path: Path) -> None:
    count = 200_000
    verify = ("verify", "-", "--dataset", "arc-agi-1/development", "--ray", nodes.address)
    process = nodes.start(*verify, folder=tmp_path)
    assert process.stdin is not None and process.stdout is not None

    def feed() -> None:
        assert process.stdin is not None
        for number in range(count):
            source = f"def transform(grid):\n    return grid[{number % 50}:]"
            process.stdin.write(
                json.dumps({"task_id": "67a3c6ac", "id": str(number), "source": source}) + "\n"
            )
        process.stdin.close()

    threading.Thread(target=feed, daemon=True).start()
    sizes = []
    try:
        for number, line in enumerate(process.stdout):
            assert json.loads(line)["id"] == str(number)
            if number % 20_000 == 19_999:
                sizes.append(_resident(process.pid))
        assert process.wait(60) == 0
    finally:
        process.kill()
    assert len(sizes) == count // 20_000
    assert sizes[-1] - sizes[0] < 20 << 20, sizes  # bytes


def _resident(pid: int) -> int:
    """Bytes of memory that a process has in use."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
