"""The run store: what is written comes back, a killed writer loses little, one writer at a time."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arc import Augmentation, Grid, GridType, Pair, Task, as_grid, same_grid
from scoring.contract import Candidate, GridPrediction, GridScore, TaskFinished, Verdict, VerdictKind
from scoring.evidence import ProgramEvidence
from scoring.record.errors import RunError, StoreError
from scoring.record.reader import Run
from scoring.record.schema import augmentation_from_text, augmentation_text, pack_grids, unpack_grids
from scoring.record.writer import RunStore

CONFIG = {"dataset": "toy", "sampler": {"name": "search", "seed": 0}, "samples": 4}

grids = st.tuples(st.integers(1, 30), st.integers(1, 30)).flatmap(
    lambda shape: arrays(np.int8, shape, elements=st.integers(0, 9)).map(as_grid)
)


def toy_task(task_id: str = "toy", tests: int = 1) -> Task:
    one, two = as_grid([[1, 2], [3, 4]]), as_grid([[2, 1], [4, 3]])
    return Task(task_id, (Pair(one, two), Pair(two, one)), (Pair(one, two),) * tests)


def verdict(kind: VerdictKind = VerdictKind.VERIFIED, error: str = "") -> Verdict:
    task = toy_task()
    right = kind is VerdictKind.VERIFIED
    outputs = task.train_outputs if right else (None, as_grid([[0]]))
    return Verdict(kind, (right, right), outputs, (as_grid([[5]]) if right else None,), error, 0.25)


@given(st.lists(st.one_of(st.none(), grids), max_size=6))
def test_grids_survive_packing(values: list[Grid | None]) -> None:
    back = unpack_grids(pack_grids(values))
    assert len(back) == len(values)
    for before, after in zip(values, back, strict=True):
        assert (before is None and after is None) or same_grid(before, after)


@given(st.integers(0, 7), st.permutations(range(10)), st.permutations(range(12)), st.booleans())
def test_augmentations_survive_their_text(
    symmetry: int, colours: list[int], order: list[int], ordered: bool
) -> None:
    augmentation = Augmentation(symmetry, tuple(colours), tuple(order) if ordered else ())
    assert augmentation_from_text(augmentation_text(augmentation)) == augmentation


def test_everything_written_comes_back(tmp_path: Path) -> None:
    turned = Augmentation(5, (0, 2, 1, 3, 4, 5, 6, 7, 8, 9), (1, 0))
    first = Candidate(
        "b",
        "vllm",
        0,
        "def task(g): return g",
        turned,
        -3.5,
        7,
        100,
        None,
        0.5,
        "p-v1",
        "task",
        GridType.LIST,
    )
    again = Candidate("b", "vllm", 0, "def task(g): return g  # same", answer="text", reading=1)
    other = Candidate(
        "b", "search", 0, "def task(g): return 1", description_length=9.5, rule="flips", doubt=4.0
    )
    guess = GridPrediction("b", "cells", 0, 1, as_grid([[7, 8, 9]]), turned, 0.75, -1.0, 3, 5, 0.1, "p", "a")
    evidence = ProgramEvidence(1.0, 0.5, None, None, 31)
    nothing = GridPrediction("b", "cells", 0, 0, None)
    with RunStore.create(tmp_path / "run", CONFIG) as store:
        store.add_tasks([toy_task("b", tests=2), toy_task("a")])
        store.add_candidate(first, "k1")
        store.add_candidate(again, "k1")
        store.add_candidate(other, "k2")
        store.add_verdict("b", "k1", verdict())
        store.add_verdict("b", "k2", verdict(VerdictKind.ERROR, "ValueError: no (line 1)"))
        store.add_evidence("b", "k1", evidence)
        store.add_score(GridScore("b", "m", 1, as_grid([[7, 8]]), turned, -2.5, 4))
        store.add_prediction(guess)
        store.add_prediction(nothing)
        store.add_finished(TaskFinished("b", "cells", "gave up", 1.5))
        store.add_votes("b", [[{"grid": as_grid([[1]]), "tier": VerdictKind.VERIFIED}]], [[as_grid([[1]])]])
        store.add_event("stopped", "b", {"why": "verified"})
    with Run.open(tmp_path / "run") as run:
        assert run.config == CONFIG
        assert run.task_ids == ("b", "a")
        assert run.task("b") == toy_task("b", tests=2)
        one, two = run.programs("b")
        assert (one.key, one.source, one.proposals) == ("k1", first.source, (first, again))
        assert (two.key, two.proposals) == ("k2", (other,))
        assert one.verdict.kind is VerdictKind.VERIFIED and one.verdict.train_correct == (True, True)
        assert one.evidence == evidence and two.evidence is None
        assert same_grid(one.verdict.test_outputs[0], as_grid([[5]]))
        assert two.verdict.train_outputs[0] is None and two.verdict.error == "ValueError: no (line 1)"
        assert [program.key for program in run.programs("b", VerdictKind.ERROR)] == ["k2"]
        back, empty = run.predictions("b")
        assert back.grid is not None and same_grid(back.grid, guess.grid)
        assert (back.augmentation, back.confidence, back.tokens, back.answer) == (turned, 0.75, 3, "a")
        assert empty.grid is None
        (score,) = run.scores("b")
        assert (score.model, score.test_index, score.augmentation) == ("m", 1, turned)
        assert same_grid(score.grid, as_grid([[7, 8]])) and (score.log_probability, score.tokens) == (-2.5, 4)
        assert run.scores("a") == []
        assert run.done("vllm") == {"b": frozenset({0})}
        assert run.done("cells") == {"b": frozenset({0})}
        assert run.finished("cells") == {"b"} and run.finished("vllm") == frozenset()
        assert run.finish_errors("b") == {"cells": "gave up"}
        assert run.proposers() == ("cells", "search", "vllm")
        votes = run.votes("b")
        assert votes is not None and votes.attempts == [[[[1]]]]
        assert votes.ballots == [[{"grid": [[1]], "tier": "verified"}]]
        assert run.votes("a") is None
        assert [event.kind for event in run.events()] == ["started", "stopped", "ended"]
        counts = run.counts()
        assert (counts["b"].candidates, counts["b"].programs, counts["b"].predictions) == (3, 2, 2)
        assert counts["b"].of(VerdictKind.VERIFIED) == 1 and counts["a"].candidates == 0


def test_what_is_known_is_not_added_twice_and_our_own_failure_gives_way(tmp_path: Path) -> None:
    candidate = Candidate("a", "search", 0, "x")
    with RunStore.create(tmp_path, CONFIG) as store:
        store.add_tasks([toy_task("a")])
        store.add_candidate(candidate, "k")
        store.add_candidate(candidate, "k")
        store.add_verdict("a", "k", verdict(VerdictKind.INFRASTRUCTURE))
        store.flush()
        with Run.open(tmp_path) as run:
            assert run.pending("a") == [(candidate, "k")]
        store.add_verdict("a", "k", verdict(VerdictKind.WRONG))
        store.add_verdict("a", "k", verdict(VerdictKind.VERIFIED))
    with Run.open(tmp_path) as run:
        (program,) = run.programs("a")
        assert program.verdict.kind is VerdictKind.WRONG
        assert program.proposals == (candidate,)
        assert run.pending("a") == []


def test_a_program_of_any_text_can_be_stored(tmp_path: Path) -> None:
    with RunStore.create(tmp_path, CONFIG) as store:
        store.add_tasks([toy_task("a")])
        store.add_candidate(Candidate("a", "m", 0, "half \ud800 pair", answer="\x00 and \ud83d"), "k")
    with Run.open(tmp_path) as run:
        ((candidate, _),) = run.candidates("a")
        assert candidate.source == "half ? pair"
        assert candidate.answer == "\x00 and ?"


def test_create_refuses_a_directory_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match="--resume"):
        RunStore.create(tmp_path, CONFIG)
    RunStore.create(tmp_path / "run", CONFIG).close()
    with pytest.raises(RunError, match="--resume"):
        RunStore.create(tmp_path / "run", CONFIG)
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "run"}


def test_resume_refuses_another_configuration_and_names_what_differs(tmp_path: Path) -> None:
    RunStore.create(tmp_path, CONFIG).close()
    other = {**CONFIG, "sampler": {"name": "search", "seed": 7}, "samples": 8}
    with pytest.raises(RunError, match=r"sampler\.seed was 0, is 7; samples was 4, is 8"):
        RunStore.resume(tmp_path, other)
    RunStore.resume(tmp_path, other, may_differ=("samples", "sampler.seed")).close()
    RunStore.resume(tmp_path, CONFIG).close()
    with Run.open(tmp_path) as run:
        assert run.config == CONFIG


def test_resume_refuses_what_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="--run"):
        RunStore.resume(tmp_path, CONFIG)
    (tmp_path / "run.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(RunError, match="not a run's database"):
        RunStore.resume(tmp_path, CONFIG)
    with pytest.raises(StoreError, match="not a run's database"):
        Run.open(tmp_path)


def test_a_run_of_another_version_is_refused_with_a_way_on(tmp_path: Path) -> None:
    RunStore.create(tmp_path, CONFIG).close()
    with closing(sqlite3.connect(tmp_path / "run.sqlite")) as connection, connection as old:
        old.execute("UPDATE meta SET value = '1' WHERE name = 'version'")
    for opened in (lambda: Run.open(tmp_path), lambda: RunStore.resume(tmp_path, CONFIG)):
        with pytest.raises(StoreError, match=r"a run of version 1.*read it with the release that wrote it"):
            opened()


@pytest.mark.parametrize("start", [RunStore.create, RunStore.resume])
def test_a_run_killed_before_its_first_commit_is_started_again(
    tmp_path: Path, start: Callable[[Path, dict[str, Any]], RunStore]
) -> None:
    (tmp_path / "run.lock").touch()
    sqlite3.connect(tmp_path / "run.sqlite").close()
    with pytest.raises(StoreError, match="before it began"):
        Run.open(tmp_path)
    with start(tmp_path, CONFIG) as store:
        store.add_tasks([toy_task("a")])
    with Run.open(tmp_path) as run:
        assert run.task_ids == ("a",)


def test_the_running_clock_goes_on_over_sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("scoring.record.writer.time", SimpleNamespace(monotonic=lambda: now))
    with RunStore.create(tmp_path, CONFIG) as store:
        now += 5.0
        assert store.seconds() == 5.0
    now += 1000.0  # between the sessions nothing runs
    with RunStore.resume(tmp_path, CONFIG) as store:
        now += 2.0
        assert store.seconds() == 7.0


_WRITER = """
import os, sys, time
from pathlib import Path
from scoring.record.writer import RunStore
from scoring.contract import Candidate
sys.path.insert(0, sys.argv[2])
from test_record import CONFIG, toy_task
store = RunStore.create(Path(sys.argv[1]), CONFIG)
store.add_tasks([toy_task("a")])
for sample in range(10**9):
    store.add_candidate(Candidate("a", "m", sample, f"program {sample}"), f"k{sample}")
    print(sample, flush=True)
    time.sleep(0.002)
"""


def _start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_killed_writer_keeps_all_that_was_committed(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    with _start(_WRITER, str(directory), str(Path(__file__).parent)) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(RunError, match=f"process {writer.pid}"):
            RunStore.resume(directory, CONFIG)
        seen: frozenset[int] = frozenset()
        while len(seen) < 300:  # the writer never flushes: rows are committed while it goes on
            assert writer.poll() is None
            writer.stdout.readline()
            with Run.open(directory) as run:
                seen = run.done("m").get("a", frozenset())
        writer.send_signal(signal.SIGKILL)
        writer.stdout.read()
    with Run.open(directory) as run:
        kept = run.done("m")["a"]
    assert kept == frozenset(range(len(kept)))
    assert seen <= kept
    with RunStore.resume(directory, CONFIG) as store:
        store.add_candidate(Candidate("a", "m", len(kept), "more"), "more")
    check = sqlite3.connect(directory / "run.sqlite")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()


def test_workers_that_outlive_the_writer_do_not_hold_the_run(tmp_path: Path) -> None:
    code = """
    import os, sys, time
    from pathlib import Path
    from scoring.record.writer import RunStore
    store = RunStore.create(Path(sys.argv[1]), {})
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    print(child, flush=True)
    os.kill(os.getpid(), 9)
    """
    with _start(code, str(tmp_path / "run")) as writer:
        assert writer.stdout is not None
        child = int(writer.stdout.readline())
        try:
            writer.wait(30)
            RunStore.resume(tmp_path / "run", {}).close()
        finally:
            os.kill(child, signal.SIGKILL)


def test_one_process_opens_a_run_once(tmp_path: Path) -> None:
    with RunStore.create(tmp_path, CONFIG), pytest.raises(RunError, match="already open"):
        RunStore.resume(tmp_path, CONFIG)


_FILLER = """
import resource, signal, sys
from pathlib import Path
from scoring.record.errors import RunError
from scoring.record.writer import RunStore
from scoring.contract import Candidate
sys.path.insert(0, sys.argv[2])
from test_record import CONFIG, toy_task
store = RunStore.create(Path(sys.argv[1]), CONFIG)
store.add_tasks([toy_task("a")])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, resource.RLIM_INFINITY))
try:
    for sample in range(10000):
        store.add_candidate(Candidate("a", "m", sample, "x" * 1000), f"k{sample}")
        if sample % 50 == 0:
            store.flush()
            print(sample, flush=True)
except RunError as error:
    print("stopped:", error)
"""


def test_a_disk_that_takes_no_more_stops_the_run_and_it_goes_on_later(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    with _start(_FILLER, str(directory), str(Path(__file__).parent)) as writer:
        out, err = writer.communicate(timeout=60)
    *flushed, last = out.splitlines()
    assert last.startswith("stopped:") and "--resume" in last and not err
    with RunStore.resume(directory, CONFIG) as store:
        store.add_event("went on", None, {})
    with Run.open(directory) as run:
        assert run.done("m")["a"] >= frozenset(range(int(flushed[-1]) + 1))


def test_a_full_disk_is_named_as_such(tmp_path: Path) -> None:
    store = RunStore.create(tmp_path, CONFIG)
    store.add_tasks([toy_task("a")])
    store._connection.execute("PRAGMA max_page_count = 40")
    with pytest.raises(RunError, match="disk is full; make room"):
        for sample in range(1000):
            store.add_candidate(Candidate("a", "m", sample, f"{sample}" * 300), f"k{sample}")
            store.flush()
    with pytest.raises(RunError, match="disk is full"):
        store.close()
    with RunStore.resume(tmp_path, CONFIG) as store:
        store.add_candidate(Candidate("a", "m", 5000, "later"), "later")
    with Run.open(tmp_path) as run:
        assert 5000 in run.done("m")["a"] and 0 in run.done("m")["a"]


_READ_ONLY = """
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 99
"$2" -c 'import sys; from scoring.record.reader import Run; print(Run.open(sys.argv[1]).task_ids)' "$1"
"""


@pytest.mark.parametrize("left", [(), ("run.sqlite-wal",)], ids=["clean", "empty log left"])
def test_a_run_is_read_from_a_file_system_nobody_may_write_to(tmp_path: Path, left: tuple[str, ...]) -> None:
    with RunStore.create(tmp_path / "run", CONFIG) as store:
        store.add_tasks([toy_task("a")])
    for name in left:
        (tmp_path / "run" / name).touch()
    command = ["unshare", "--mount", "bash", "-c", _READ_ONLY, "x", str(tmp_path / "run"), sys.executable]
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare here")
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    if done.returncode == 99 or "unshare failed" in done.stderr:
        pytest.skip("this process may not mount a file system of its own")
    assert done.stdout == "('a',)\n", done.stderr


def test_a_proposer_is_productive_if_it_gave_a_program_or_a_grid(tmp_path: Path) -> None:
    """Texts that are no program, an empty one too, and answers without a grid are nothing."""
    kinds = {
        "right": VerdictKind.VERIFIED,
        "fails": VerdictKind.ERROR,
        "waits": None,
        "prose": VerdictKind.UNPARSABLE,
        "empty": None,
    }
    with RunStore.create(tmp_path, CONFIG) as store:
        store.add_tasks([toy_task("a")])
        for name, kind in kinds.items():
            store.add_candidate(Candidate("a", name, 0, "" if name == "empty" else name), name)
            if kind is not None:
                store.add_verdict("a", name, Verdict(kind, (False,), (None,), (None,)))
        store.add_candidate(Candidate("a", "agrees", 0, "right"), "right")
        store.add_prediction(GridPrediction("a", "cells", 0, 0, as_grid([[1]])))
        store.add_prediction(GridPrediction("a", "mute", 0, 0, None))
        store.flush()
        with Run.open(tmp_path) as run:
            assert run.productive() == {"right", "fails", "waits", "agrees", "cells"}


def test_open_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no run here"):
        Run.open(tmp_path)
    RunStore.create(tmp_path / "trial", CONFIG).close()
    with pytest.raises(StoreError, match=f"did you mean {tmp_path / 'trial'}"):
        Run.open(tmp_path / "trail")
    with Run.open(tmp_path / "trial" / "run.sqlite") as run, pytest.raises(StoreError, match="no task 'x'"):
        run.task("x")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.text(max_size=20)), max_size=30))
def test_proposals_of_one_program_gather_under_it(
    tmp_path_factory: pytest.TempPathFactory, named: list[tuple[int, str]]
) -> None:
    directory = tmp_path_factory.mktemp("run")
    with RunStore.create(directory, CONFIG) as store:
        store.add_tasks([toy_task("a")])
        for sample, (key, source) in enumerate(named):
            store.add_candidate(Candidate("a", "m", sample, source), f"k{key}")
            store.add_verdict("a", f"k{key}", verdict())
    with Run.open(directory) as run:
        programs = run.programs("a")
    assert [program.key for program in programs] == list(dict.fromkeys(f"k{key}" for key, _ in named))
    for program in programs:
        expected = [(n, source) for n, (key, source) in enumerate(named) if f"k{key}" == program.key]
        assert [(proposal.sample, proposal.source) for proposal in program.proposals] == expected
