"""`omni-arc verify` and `omni-arc doctor` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from commands.cli import run

FLIP = "def transform(g):\n    return g[::-1]"
TASKS = {
    "flip": {
        "train": [{"input": [[1], [2]], "output": [[2], [1]]}, {"input": [[3], [4]], "output": [[4], [3]]}],
        "test": [{"input": [[5], [6]]}],
    },
    "same": {
        "train": [{"input": [[1, 2]], "output": [[1, 2]]}],
        "test": [{"input": [[7]]}, {"input": [[8]]}],
    },
}


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    path = tmp_path / "x_challenges.json"
    path.write_text(json.dumps(TASKS))
    return str(path)


def write_candidates(folder: Path, *records: Any) -> str:
    path = folder / "candidates.jsonl"
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records))
    return str(path)


def test_verdicts_in_the_order_of_the_input(
    tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = [
        (
            "flip",
            "import time\ndef transform(g):\n    for _ in range(10**6): pass\n    return g[::-1]",
            "verified",
        ),
        ("flip", FLIP, "verified"),
        ("flip", "def transform(g):\n    # the same\n    return g[::-1]", "verified"),
        ("flip", "def transform(g): return g", "wrong"),
        ("flip", "def transform(g): return g[::-1] if g[0, 0] == 1 else g", "partial"),
        ("flip", "def transform(g): return g + 'x'", "error"),
        ("flip", "def transform(g): return 3", "invalid"),
        ("flip", "import os\ndef transform(g): return os.listdir()", "rejected"),
        ("flip", "", "unparsable"),
        ("flip", "def transform(g):\n    while True: pass", "timeout"),
        ("flip", "def transform(g): return [bytearray(1 << 36)]", "memory"),
        ("same", FLIP, "verified"),
    ]
    records = [
        {"task_id": task, "source": source, "id": f"n{n}"} for n, (task, source, _) in enumerate(sources)
    ]
    path, output = write_candidates(tmp_path, *records, ""), tmp_path / "verdicts.jsonl"
    code = run(["verify", path, "--dataset", dataset, "-o", str(output), "--timeout", "1", "--workers", "2"])
    assert code == 0
    lines = [json.loads(line) for line in output.read_text().splitlines()]
    assert [(line["id"], line["task_id"], line["verdict"]) for line in lines] == [
        (f"n{n}", task, verdict) for n, (task, _, verdict) in enumerate(sources)
    ]
    assert list(lines[1]) == [
        "id",
        "task_id",
        "verdict",
        "train_correct",
        "train_total",
        "grid_type",
        "test_outputs",
        "error",
        "seconds",
    ]
    assert lines[1]["test_outputs"] == [[[6], [5]]] and lines[1]["train_correct"] == 2
    assert lines[11]["test_outputs"] == [[[7]], [[8]]] and lines[9]["test_outputs"] == [None]
    assert (lines[4]["train_correct"] == 1 and "TypeError" in lines[5]["error"]) or lines[5]["error"]
    told = capsys.readouterr().err
    assert "12 candidates" in told and "verified" in told and "timeout" in told


def test_options(tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "shelf.py"
    library.write_text("def flip(rows): return tuple(rows[::-1])")
    source = "from shelf import *\ndef go(g):\n    assert type(g) is tuple\n    return flip(g)"
    path = write_candidates(tmp_path, {"task_id": "flip", "source": source})
    options = ["--library", str(library), "--entry-point", "go", "--grid-type", "tuple", "--policy", "kernel"]
    assert run(["verify", path, "--dataset", dataset, *options]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["verdict"] == "verified" and line["id"] == 1


def test_a_program_that_differs_between_runs_is_not_verified(
    tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    system = "import random\ndef transform(g):\n    n = random.SystemRandom().randrange(10**9)\n    return "
    system += "[[int(d) for d in str(n + 10**9)]] if g[0, 0] == 5 else g[::-1]"
    path = write_candidates(tmp_path, {"task_id": "flip", "source": system})
    assert run(["verify", path, "--dataset", dataset]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["verdict"] == "error" and "not deterministic" in first["error"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: not a JSON object"),
        ('{"task_id": "flip", "source": "' + "x" * (16 << 20) + '"}', "line 1: longer than 16 MiB"),
        ("[]", "line 1: needs"),
        ('{"task_id": "flip"}', 'needs "source"'),
        ('{"task_id": "none", "source": ""}', "none of its 1 lines is about a task"),
        ('{"task_id": "flip", "source": "", "id": [1]}', '"id"'),
        ('{"task_id": "flip", "source": "", "grid_type": ["array"]}', '"grid_type"'),
        ("[" * 100_000, "line 1: not a JSON object"),
    ],
)
def test_bad_lines(
    tmp_path: Path, dataset: str, line: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", write_candidates(tmp_path, line), "--dataset", dataset]) == 2
    told = capsys.readouterr().err
    assert words in told and len(told.strip().splitlines()) == 1


def test_a_bad_line_loses_no_verdict_before_it(
    tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    good = [{"task_id": "flip", "source": f"{FLIP}\nx = {n}"} for n in range(5)]
    assert run(["verify", write_candidates(tmp_path, *good, "{"), "--dataset", dataset]) == 2
    told = capsys.readouterr()
    assert [json.loads(line)["verdict"] for line in told.out.splitlines()] == ["verified"] * 5
    assert "line 6: not a JSON object" in told.err


DEEP = "+".join(["1"] * 800)
HUGE = "0x" + "F" * 6000
FLIP_BY_DOC = "def transform(g):\n    '{}'\n    return g[:: int(transform.__doc__)]"


@pytest.mark.parametrize(
    ("first", "verdict", "second"),
    [
        (f"  {FLIP}", "verified", FLIP),
        (FLIP_BY_DOC.format(1), "wrong", FLIP_BY_DOC.format(-1)),
        (f"def transform(g: {DEEP}): return g", "wrong", FLIP),
        (f"def transform(g: {HUGE}): return g", "wrong", FLIP),
        (f"def transform(g: '{HUGE}' | {DEEP}): return g", "error", FLIP),
        ("\n" * 150_000 + "def transform(g): return g", "wrong", FLIP),
        ("x = '\ud800'\ndef transform(g): return g", "wrong", FLIP),
        ("1;" * 90_000, "unparsable", FLIP),
    ],
    ids=["indented", "docstring", "deep", "huge", "both", "empty-lines", "surrogate", "statements"],
)
def test_no_text_costs_another_program_its_verdict(
    tmp_path: Path, dataset: str, first: str, verdict: str, second: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The supervisor reads each text (for duplicates, its grid type, its process): none stops or fools it."""
    path = write_candidates(tmp_path, *({"task_id": "flip", "source": text} for text in (first, second)))
    assert run(["verify", path, "--dataset", dataset, "--timeout", "2"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["verdict"] for line in lines] == [verdict, "verified"]


def test_what_is_not_there(tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(tmp_path / "absent.jsonl"), "--dataset", dataset]) == 2
    assert "absent.jsonl" in capsys.readouterr().err
    path = write_candidates(tmp_path)
    assert run(["verify", path, "--dataset", dataset, "--library", str(tmp_path / "absent.py")]) == 2
    assert "no such library" in capsys.readouterr().err
    assert run(["verify", path, "--dataset", dataset]) == 0
    assert "0 candidates" in capsys.readouterr().err


def test_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--quick"]) == 0
    told = capsys.readouterr().out
    assert "[ok] seccomp filter" in told and "[ok] hostile: reads a file: stopped" in told
    assert "FAIL" not in told and "numpy" in told and "vllm" in told


def test_answers_code_and_lines_of_other_tasks(
    tmp_path: Path, dataset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    two = f"First:\n```python\ndef transform(g):\n    return g\n```\nor\n```python\n{FLIP}\n```\n"
    records = [
        {"task_id": "flip", "code": FLIP},
        {"task_id": "elsewhere", "code": FLIP},
        {"task_id": "flip", "answer": two, "id": "best"},
        {"task_id": "flip", "grid": [[1]]},
        {"task_id": "flip", "answer": "no idea"},
        {"task_id": "flip", "code": "def p(g):\n    return [r for r in g[::-1]]", "entry_point": "p"},
    ]
    assert run(["verify", write_candidates(tmp_path, *records), "--dataset", dataset]) == 0
    told = capsys.readouterr()
    lines = [json.loads(line) for line in told.out.splitlines()]
    assert [(line["id"], line["verdict"]) for line in lines] == [
        (1, "verified"),
        ("best", "verified"),
        (5, "unparsable"),
        (6, "verified"),
    ]
    assert "1 of 6 lines skipped: about 1 other task (elsewhere)" in told.err
    assert "1 of 6 lines skipped: direct grids, nothing to verify" in told.err
