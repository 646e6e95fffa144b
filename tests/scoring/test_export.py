"""The Parquet export holds what the run holds, under the names the field knows."""

from __future__ import annotations

import builtins
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from arc import to_rows
from benchmarks.synthetic import development_tasks, make_run
from scoring.contract import VerdictKind
from scoring.evidence import ProgramEvidence
from scoring.export import ExportError, export_parquet
from scoring.record.reader import Run
from scoring.record.writer import RunStore


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "run"
    make_run(path, development_tasks(4), 25)
    return path


def test_every_candidate_is_a_row(directory: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "out.parquet"
    with Run.open(directory) as run:
        assert export_parquet(run, path) == 100
        table = parquet.read_table(path)
        assert table.column_names[:7] == [
            "task_id",
            "code",
            "correct_train_input",
            "predicted_train_output",
            "correct_test_input",
            "predicted_test_output",
            "model",
        ]
        rows = {(row["task_id"], row["sample"]): row for row in table.to_pylist()}
        assert len(rows) == 100
        for task_id in run.task_ids:
            task = run.task(task_id)
            for program in run.programs(task_id):
                for proposal in program.proposals:
                    row = rows[task_id, proposal.sample]
                    assert row["code"] == proposal.source
                    assert row["correct_train_input"] == list(program.verdict.train_correct)
                    assert row["log_probability"] == proposal.log_probability
                    assert (row["model"], row["verdict"]) == ("made-up", program.verdict.kind.value)
                    if program.verdict.kind is VerdictKind.VERIFIED:
                        assert row["predicted_train_output"] == [to_rows(p.answer) for p in task.train]
                        right = row["predicted_test_output"][0] == to_rows(task.test[0].answer)
                        assert row["correct_test_input"][0] == right
                    if program.verdict.kind is VerdictKind.ERROR:
                        assert row["error"] and row["predicted_test_output"] == [None] * len(task.test)
    assert [file.name for file in tmp_path.iterdir()] == ["out.parquet"]


def test_what_copies_of_the_task_told_is_exported(directory: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    shutil.copytree(directory, tmp_path / "run")
    with Run.open(directory) as run:
        task_id, config = run.task_ids[0], run.config
        measured, other = run.programs(task_id)[:2]
    evidence = ProgramEvidence(turned=0.25, turned_tests=0.5, recoloured=1.0, nodes=31)
    with RunStore.resume(tmp_path / "run", config) as store:
        store.add_evidence(task_id, measured.key, evidence)
    with Run.open(tmp_path / "run") as run:
        export_parquet(run, tmp_path / "out.parquet")
    told = {
        row["program"]: {name: row[name] for name in asdict(evidence)}
        for row in parquet.read_table(tmp_path / "out.parquet").to_pylist()
        if row["task_id"] == task_id
    }
    assert told[measured.key] == asdict(evidence)
    assert set(told[other.key].values()) == {None}


def test_a_missing_pyarrow_is_one_line(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with Run.open(directory) as run, pytest.raises(ExportError, match=r"omni-arc\[export\]"):
        export_parquet(run, tmp_path / "out.parquet")
