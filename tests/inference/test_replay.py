"""The replay sampler: what a file says is what is proposed, breadth-first, resumable, stoppable."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from arc import Augmentation, GridType, Pair, Task, as_grid, same_grid
from inference.proposers.candidate_file import CandidateFileError
from inference.proposers.contract import Proposal, RunBudget
from inference.proposers.replay import ReplaySampler
from scoring.contract import Candidate, GridPrediction, TaskFinished

SOURCE = "def transform(grid):\n    return grid\n"


def make_task(task_id: str) -> Task:
    pair = Pair(as_grid([[1]]), as_grid([[2]]))
    return Task(task_id, (pair, pair), (Pair(as_grid([[3]]), None),))


TASKS = [make_task("a"), make_task("b")]


def budget(**changes: Any) -> RunBudget:
    return RunBudget(**{"deadline": time.monotonic() + 60, **changes})


def write(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def program(task_id: str, text: str = SOURCE, **more: Any) -> dict[str, Any]:
    return {"task_id": task_id, "source": text, **more}


def numbers(proposals: Iterable[Proposal]) -> list[tuple[str, int]]:
    return [(p.task_id, p.sample) for p in proposals if not isinstance(p, TaskFinished)]


@pytest.fixture
def five(tmp_path: Path) -> Path:
    """Three lines for task a, two for b, one for a task that is not asked for."""
    records = [program("a", f"# {n}\n{SOURCE}") for n in range(3)] + [program("other")]
    return write(tmp_path / "c.jsonl", [*records, program("b"), program("b", "")])


def test_lines_come_breadth_first_and_every_task_finishes(five: Path) -> None:
    proposals = list(ReplaySampler(five).stream(TASKS, budget()))
    assert numbers(proposals) == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2)]
    assert [p.source[:3] for p in proposals if isinstance(p, Candidate) and p.task_id == "a"] == [
        "# 0",
        "# 1",
        "# 2",
    ]
    assert [p.task_id for p in proposals if isinstance(p, TaskFinished)] == ["b", "a"]


def test_a_resumed_run_gets_exactly_the_missing_samples(five: Path) -> None:
    resumed = budget(done={"a": frozenset({0, 2})}, finished=frozenset({"b"}))
    assert numbers(ReplaySampler(five).stream(TASKS, resumed)) == [("a", 1)]


def test_a_stopped_task_gets_nothing_more(five: Path) -> None:
    sampler = ReplaySampler(five)
    seen = []
    for proposal in sampler.stream(TASKS, budget()):
        seen.append(proposal)
        if numbers([proposal]) == [("a", 0)]:
            sampler.stop("a")
    assert numbers(seen) == [("a", 0), ("b", 0), ("b", 1)]
    assert {p.task_id for p in seen if isinstance(p, TaskFinished)} == {"a", "b"}


def test_nothing_is_proposed_after_the_deadline(five: Path) -> None:
    assert list(ReplaySampler(five).stream(TASKS, budget(deadline=time.monotonic() - 1))) == []


def test_all_fields_come_through(tmp_path: Path) -> None:
    colours = [0, 2, 1, 3, 4, 5, 6, 7, 8, 9]
    file = write(
        tmp_path / "c.jsonl",
        [
            program(
                "a",
                augmentation={"symmetry": 5, "colours": colours, "order": [1, 0]},
                log_probability=-4.5,
                tokens=9,
                prompt_tokens=70,
                description_length=9.5,
                seconds=1.5,
                entry_point="p",
                grid_type="tuple",
                prompt="code-from-examples-v0",
                answer="```",
                id="x",
            ),
            {"task_id": "a", "grid": [[1, 2]], "test_index": 0, "confidence": 0.25, "log_probability": -1},
            {"task_id": "a", "grid": None},
        ],
    )
    candidate, guess, nothing, _ = ReplaySampler(file, "mine").stream(TASKS[:1], budget())
    assert candidate == Candidate(
        "a",
        "mine",
        0,
        SOURCE,
        Augmentation(5, tuple(colours), (1, 0)),
        log_probability=-4.5,
        tokens=9,
        prompt_tokens=70,
        description_length=9.5,
        seconds=1.5,
        prompt="code-from-examples-v0",
        entry_point="p",
        grid_type=GridType.TUPLE,
        answer="```",
    )
    assert isinstance(guess, GridPrediction)
    assert same_grid(guess.grid, as_grid([[1, 2]]))
    assert (guess.sample, guess.confidence, guess.log_probability) == (1, 0.25, -1.0)
    assert isinstance(nothing, GridPrediction) and nothing.grid is None


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        ("7", 'needs "task_id"'),
        ('{"task_id": "a"}', 'needs "source", "code" or "answer"'),
        ('{"task_id": "a", "source": 5}', 'needs "source", "code" or "answer"'),
        ('{"task_id": "a", "source": 5, "code": "x"}', '"source" is not a string'),
        ('{"task_id": "a", "code": "x", "id": [1]}', '"id"'),
        ('{"task_id": "a", "code": "x", "augmentation": "9/1/x"}', "symmetry/colours/order"),
        ('{"task_id": "a", "grid": [[10]]}', "colours"),
        ('{"task_id": "a", "grid": [[1]], "test_index": 1}', "test inputs"),
        ('{"task_id": "a", "source": "", "tokens": 1.5}', '"tokens" is not an integer'),
        ('{"task_id": "a", "source": "", "log_probability": NaN}', "not a number"),
        ('{"task_id": "a", "source": "", "seconds": 1' + "0" * 400 + "}", "not a number"),
        ('{"task_id": "a", "source": "", "augmentation": {"turn": 1}}', "augmentation"),
        ('{"task_id": "a", "source": "", "augmentation": {"colours": [1]}}', "permutation"),
        ('{"task_id": "a", "source": "", "augmentation": {"order": [0, 2, 1]}}', "training pairs"),
        ('{"task_id": "a", "source": "", "grid_type": "frame"}', "grid_type"),
        ('{"task_id": "a", "source": "", "grid_type": ["array"]}', "grid_type"),
        ('{"task_id": "a", "source": "", "grid_type": {}}', "grid_type"),
    ],
)
def test_a_broken_line_is_named_before_anything_is_proposed(tmp_path: Path, line: str, fault: str) -> None:
    file = tmp_path / "c.jsonl"
    file.write_text(json.dumps(program("a")) + "\n\n" + line + "\n")
    with pytest.raises(CandidateFileError, match=fault) as caught:
        next(ReplaySampler(file).stream(TASKS, budget()))
    assert "line 3" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_long_line_is_read_as_verify_reads_it_and_a_longer_one_is_named(tmp_path: Path) -> None:
    long = program("a", f"# {'x' * (9 << 20)}\n{SOURCE}")
    found = ReplaySampler(write(tmp_path / "c.jsonl", [long, program("b")])).stream(TASKS, budget())
    assert numbers(found) == [("a", 0), ("b", 0)]
    longer = write(tmp_path / "c.jsonl", [program("b"), program("a", "x" * (16 << 20))])
    with pytest.raises(CandidateFileError, match="line 2: longer than 16 MiB"):
        ReplaySampler(longer).check(TASKS)


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_file_without_candidates_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.jsonl").write_text(text)
    with pytest.raises(CandidateFileError, match="empty"):
        ReplaySampler(tmp_path / "c.jsonl").check(TASKS)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CandidateFileError, match="No such file"):
        next(ReplaySampler(tmp_path / "none.jsonl").stream(TASKS, budget()))


ANSWER = f"Two ways:\n\n```python\n{SOURCE}```\n\nor\n\n```python\ndef solve(g):\n    return g[::-1]\n```\n"


def test_code_and_whole_answers_are_read(tmp_path: Path) -> None:
    file = write(
        tmp_path / "c.jsonl",
        [
            {"task_id": "a", "code": SOURCE},
            {"task_id": "a", "answer": f"Here:\n```python\n{SOURCE}```"},
            {
                "task_id": "a",
                "source": "",
                "answer": f"```python\n{SOURCE}",
            },  # what a run once could not read
            {"task_id": "a", "answer": f"```python\n{SOURCE}", "complete": False},
            {"task_id": "a", "answer": "def p(x):\n    return x\n", "entry_point": "p"},
        ],
    )
    found = [p for p in ReplaySampler(file).stream(TASKS[:1], budget()) if isinstance(p, Candidate)]
    assert [(p.sample, p.source) for p in found[:3]] == [(n, SOURCE) for n in range(3)]
    assert (found[3].source, found[3].answer) == ("", f"```python\n{SOURCE}")
    assert found[4].entry_point == "p" and "def p(x)" in found[4].source


def test_an_answer_that_may_mean_several_programs_gives_a_candidate_for_each(tmp_path: Path) -> None:
    file = write(tmp_path / "c.jsonl", [{"task_id": "a", "answer": ANSWER}, program("a")])
    found = [p for p in ReplaySampler(file).stream(TASKS[:1], budget()) if isinstance(p, Candidate)]
    assert [(p.sample, p.reading) for p in found] == [(0, 0), (0, 1), (1, 0)]
    assert len({p.source for p in found[:2]}) == 2


def test_other_tasks_are_counted_and_told_and_a_file_of_nothing_else_is_refused(
    five: Path, tmp_path: Path
) -> None:
    sampler = ReplaySampler(five)
    sampler.check(TASKS)
    assert sampler.problems() == ("1 of 6 lines skipped: about 1 other task (other)",)
    sampler.close()
    lonely = write(tmp_path / "lonely.jsonl", [program("x"), program("y")])
    with pytest.raises(CandidateFileError, match=r"none of its 2 lines is about a task .*'x'"):
        ReplaySampler(lonely).check(TASKS)


def test_parquet_and_json_lines_give_the_same_proposals(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    rows: list[dict[str, Any]] = [
        {"task_id": "a", "code": SOURCE, "model": "other people's", "round_index": 3},
        {"task_id": "b", "code": "", "answer": ANSWER, "augmentation": "5/0213456789/1,0", "tokens": 7},
        {"task_id": "none", "code": SOURCE},
    ]
    pq.write_table(
        pa.Table.from_pylist([{"answer": None, **row} for row in rows[1:] + rows[:1]]), tmp_path / "p"
    )
    write(tmp_path / "j", rows[1:] + rows[:1])
    both = [list(ReplaySampler(tmp_path / name).stream(TASKS, budget())) for name in "pj"]
    assert both[0] == both[1]
    assert {p.augmentation.symmetry for p in both[0] if isinstance(p, Candidate)} == {0, 5}


def test_a_table_without_programs_is_one_line(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"task_id": ["a"], "score": [1]}), tmp_path / "t.parquet")
    with pytest.raises(CandidateFileError, match="needs the columns"):
        ReplaySampler(tmp_path / "t.parquet").check(TASKS)
    (tmp_path / "broken").write_bytes(b"PAR1 no more")
    with pytest.raises(CandidateFileError, match="not a readable Parquet file"):
        ReplaySampler(tmp_path / "broken").check(TASKS)


def test_an_export_is_replayed_with_its_answers(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from inference.run.judge import Judge
    from sandbox import Sandbox
    from scoring.export import export_parquet
    from scoring.record.reader import Run
    from scoring.record.writer import RunStore

    turned = Augmentation(5, order=(1, 0))
    given = [
        Candidate("a", "m", 0, SOURCE, turned, -1.5, 9, 70, answer=f"```python\n{SOURCE}```"),
        Candidate("a", "m", 1, "", answer=f"no fence:\n{SOURCE}"),
    ]
    with RunStore.create(tmp_path / "run", {}) as store, Sandbox() as sandbox:
        store.add_tasks(TASKS)
        judge = Judge(sandbox)
        for candidate in given:
            key = judge.key_of(candidate)
            store.add_candidate(candidate, key)
            judge.submit(candidate, TASKS[0], key)
        while judge.pending:
            for done in judge.collect(1.0):
                store.add_verdict("a", done.key, done.verdict)
    with Run.open(tmp_path / "run") as run:
        export_parquet(run, tmp_path / "x.parquet")
    first, second = (
        p
        for p in ReplaySampler(tmp_path / "x.parquet").stream(TASKS[:1], budget())
        if isinstance(p, Candidate)
    )
    assert (first.source, first.augmentation, first.tokens) == (SOURCE, turned, 9)
    assert (first.answer, first.log_probability) == (given[0].answer, -1.5)
    assert second.source == SOURCE  # what was no program then is read again
