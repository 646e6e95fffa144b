"""evaluate, submit and inspect on made-up runs, through the command line as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arc import Dataset, Pair, Task, as_grid, to_rows
from benchmarks.synthetic import development_tasks, make_run
from commands.cli import run as command
from scoring.contract import Candidate, GridPrediction, Verdict, VerdictKind
from scoring.record.writer import RunStore

TASKS = tuple(development_tasks(8))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    make_run(folder / "one", TASKS, 20, seed=1)
    make_run(folder / "two", TASKS, 21, seed=2)
    make_run(folder / "again", TASKS, 20, seed=5)
    make_run(folder / "part", TASKS[:3], 20, seed=3)
    return folder


@pytest.fixture(scope="module")
def challenge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tasks as Kaggle gives them: challenges without test outputs, solutions in a file beside."""
    folder = tmp_path_factory.mktemp("kaggle")
    path = folder / "toy_challenges.json"
    path.write_text(json.dumps({task.id: task.hidden().to_json() for task in TASKS}))
    answers = {task.id: [to_rows(pair.answer) for pair in task.test] for task in TASKS}
    (folder / "toy_solutions.json").write_text(json.dumps(answers))
    (folder / "alone.json").write_text(path.read_text())
    return path


def say(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = command([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_evaluate_prints_a_table_and_the_same_numbers_as_json(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, table, _ = say(capsys, "evaluate", runs / "one")
    assert code == 0
    code, text, _ = say(capsys, "evaluate", runs / "one", "--json", "--per-task")
    (record,) = json.loads(text)["runs"]
    scores = record["scores"]["together"]
    assert code == 0 and scores["tasks"] == 8
    assert f"{scores['vote_2'] * 8:.1f}/8" in table
    assert sum(record["tasks"].values()) == pytest.approx(scores["vote_2"] * 8)
    assert list(record["tasks"]) == [task.id for task in TASKS]
    assert set(record["scores"]) == {"together", "programs alone", "grids alone"}
    assert record["interval"][0] <= scores["vote_2"] <= record["interval"][1]


def test_runs_are_compared_side_by_side(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text, _ = say(capsys, "evaluate", runs / "one", runs / "two", runs / "part", "--json", "--per-task")
    (one, two, _), (_, second, part) = json.loads(text).values()
    change = {name: two["tasks"][name] - one["tasks"][name] for name in one["tasks"]}
    assert code == 0
    assert second["against_first"]["gained"] == [name for name in change if change[name] > 0]
    assert second["against_first"]["lost"] == [name for name in change if change[name] < 0]
    assert second["against_first"]["mean"] == pytest.approx(sum(change.values()) / 8)
    assert part["against_first"] is None
    code, table, _ = say(capsys, "evaluate", runs / "one", runs / "two")
    assert code == 0 and "against" in table
    assert not any(name in table for name in change), "tasks are named only when asked for"


def test_seeds_of_one_configuration_are_averaged(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = (runs / "one", runs / "two", runs / "again")
    _, text, _ = say(capsys, "evaluate", *names, "--json", "--per-task")
    (one, two, again), (first, second) = json.loads(text).values()
    means = [sum(one["tasks"].values()) / 8, sum(again["tasks"].values()) / 8]
    assert first["seeds"] == [1, 5] and second["seeds"] == [2]
    assert first["mean"] == pytest.approx(sum(means) / 2)
    assert first["standard_deviation"] == pytest.approx(abs(means[0] - means[1]) / 2**0.5)
    assert first["spread"] == sorted(means) and second["standard_deviation"] is None
    assert second["against_first"]["mean"] == pytest.approx(sum(two["tasks"].values()) / 8 - first["mean"])
    assert first["interval"][0] <= first["mean"] <= first["interval"][1]
    code, table, _ = say(capsys, "evaluate", *names)
    plain = " ".join(table.split())
    assert code == 0 and "2 runs of one configuration (seeds 1, 5): mean" in plain and "paired" in plain


def test_official_results_score_as_the_submission(
    runs: Path, challenge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, kaggle = tmp_path / "results", tmp_path / "submission.json"
    assert say(capsys, "submit", runs / "one", "--format", "arcprize", "-o", folder)[0] == 0
    assert say(capsys, "submit", runs / "one", "-o", kaggle)[0] == 0
    assert sorted(file.stem for file in folder.iterdir()) == sorted(task.id for task in TASKS)
    (answer, *_) = json.loads((folder / f"{TASKS[0].id}.json").read_text())
    submitted = json.loads(kaggle.read_text())[TASKS[0].id][0]
    assert answer["attempt_1"]["answer"] == submitted["attempt_1"]
    assert answer["attempt_2"]["metadata"]["task_id"] == TASKS[0].id
    (folder / "results.json").write_text('{"score": 1.0, "total_tasks": 8, "task_results": {}}')
    _, text, _ = say(capsys, "evaluate", kaggle, folder, "--dataset", challenge, "--json", "--per-task")
    one, two = json.loads(text)["runs"]
    assert one["tasks"] == two["tasks"] and sum(one["tasks"].values()) > 0
    assert (two["missing"], two["unreadable"], two["foreign"]) == (0, 0, 0)
    code, _, error = say(capsys, "submit", runs / "one", "--format", "arcprize", "-o", folder)
    assert code == 2 and "not an empty folder" in error


def test_official_results_may_have_gaps_and_strangers(
    runs: Path, challenge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "results"
    say(capsys, "submit", runs / "one", "--format", "arcprize", "-o", folder)
    first, second, third = (folder / f"{task.id}.json" for task in TASKS[:3])
    first.unlink()
    answers = json.loads(second.read_text())
    answers[0] = {"attempt_1": None, "attempt_2": {"answer": "no grid", "metadata": {}}}
    second.write_text(json.dumps(answers))
    (folder / "stranger.json").write_text(third.read_text())
    code, table, _ = say(capsys, "evaluate", folder, "--dataset", challenge)
    plain = " ".join(table.split())
    assert code == 0 and "1 tasks of" in plain and "2 attempts hold no grid" in plain
    assert "1 tasks are not in" in plain
    one_task = say(capsys, "evaluate", third, "--dataset", challenge, "--json")[1]
    assert json.loads(one_task)["runs"][0]["missing"] == 7
    third.write_text(json.dumps(json.loads(third.read_text()) * 9))
    code, _, error = say(capsys, "evaluate", folder, "--dataset", challenge)
    assert code == 2 and "answers for" in error
    third.write_text("{}")
    code, _, error = say(capsys, "evaluate", folder, "--dataset", challenge)
    assert code == 2 and "no attempts at one task" in error


def test_a_submission_with_more_tasks_is_scored_on_what_is_shared(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, part = tmp_path / "submission.json", tmp_path / "part_challenges.json"
    part.write_text(json.dumps({task.id: task.to_json() for task in TASKS[:3]}))
    say(capsys, "submit", runs / "one", "-o", path)
    for name in (path, runs / "one"):
        code, table, _ = say(capsys, "evaluate", name, "--dataset", part)
        assert code == 0 and "5 tasks are not in" in " ".join(table.split()) and "/3 (" in table
    path.write_text(json.dumps({"other": []}))
    code, _, error = say(capsys, "evaluate", path, "--dataset", part)
    assert code == 2 and "holds something else, no submission" in error


def test_a_submission_scores_as_its_run_and_missing_tasks_as_zero(
    runs: Path, challenge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "submission.json"
    assert say(capsys, "submit", runs / "one", "-o", path)[0] == 0
    _, text, _ = say(capsys, "evaluate", runs / "one", path, "--dataset", challenge, "--json")
    run_record, file_record = json.loads(text)["runs"]
    assert file_record["scores"]["together"]["vote_2"] == run_record["scores"]["together"]["vote_2"]
    assert say(capsys, "submit", runs / "part", "-o", path)[0] == 0
    _, text, _ = say(capsys, "evaluate", path, "--dataset", challenge, "--json")
    (part,) = json.loads(text)["runs"]
    assert (part["missing"], part["scores"]["together"]["tasks"]) == (5, 8)
    assert part["scores"]["together"]["vote_2"] <= 3 / 8


def test_evaluate_says_what_it_needs(
    runs: Path, challenge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "submission.json"
    say(capsys, "submit", runs / "one", "-o", path)
    code, _, error = say(capsys, "evaluate", path)
    assert code == 2 and "--dataset" in error and error.count("\n") == 1
    alone = challenge.with_name("alone.json")
    code, _, error = say(capsys, "evaluate", path, "--dataset", alone)
    assert code == 2 and "--solutions" in error
    solutions = challenge.with_name("toy_solutions.json")
    assert say(capsys, "evaluate", path, "--dataset", alone, "--solutions", solutions)[0] == 0
    code, _, error = say(capsys, "evaluate", tmp_path)
    assert code == 2 and "no run here" in error
    code, _, error = say(capsys, "evaluate", runs)
    assert code == 2 and "it holds runs, such as " in error and error.count("\n") == 1
    code, _, error = say(capsys, "evaluate", runs / "one", runs / "." / "one")
    assert code == 2 and "named twice" in error
    code, _, error = say(capsys, "evaluate", runs / "one", "--dataset", "arc-agi-1/validation")
    assert code == 2 and "none of the 8 tasks of this run is in arc-agi-1/validation" in error


def test_submit_check_lists_every_fault(
    runs: Path, challenge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "submission.json"
    say(capsys, "submit", runs / "one", "-o", path)
    code, out, _ = say(capsys, "submit", "--check", path, "--dataset", challenge)
    assert code == 0 and "right for the 8 tasks" in out
    record = json.loads(path.read_text())
    del record[TASKS[0].id]
    record[TASKS[1].id][0]["attempt_2"] = [[11]]
    path.write_text(json.dumps(record))
    code, out, error = say(capsys, "submit", "--check", path, "--dataset", challenge)
    assert code == 2
    assert out.splitlines() == [
        f"task {TASKS[0].id}: missing",
        f"task {TASKS[1].id}, test input 0, attempt_2: row 0 holds 11; colours are 0 to 9",
    ]
    assert "2 faults" in error
    path.write_text("{}")
    code, out, error = say(capsys, "submit", "--check", path, "--dataset", "arc-agi-1/validation")
    assert code == 2 and "80 faults" in error
    assert len(out.splitlines()) == 21 and out.endswith("… and 60 more\n")


def test_a_submission_is_shown_with_what_is_known_of_it(
    runs: Path, challenge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "submission.json"
    say(capsys, "submit", runs / "one", "-o", path)
    _, alone, _ = say(capsys, "evaluate", path, "--dataset", challenge)
    assert "score (two attempts)" in alone and "verified tasks" not in alone and " - " not in alone
    _, beside, _ = say(capsys, "evaluate", runs / "one", path, "--dataset", challenge)
    assert "verified tasks" in beside and " - " in beside


def _write_run(directory: Path, task: Task, keys: dict[str, int], guess: int | None = None) -> None:
    with RunStore.create(directory, {"dataset": "toy"}) as store:
        store.add_tasks([task])
        for sample, (key, colour) in enumerate(keys.items()):
            grid = as_grid([[colour]])
            store.add_candidate(Candidate(task.id, "m", sample, f"def task(g): return {key}"), key)
            store.add_verdict(task.id, key, Verdict(VerdictKind.VERIFIED, (True,), (grid,), (grid,)))
        if guess is not None:
            store.add_prediction(GridPrediction(task.id, "cells", 0, 0, as_grid([[guess]])))


def test_submit_pools_the_evidence_of_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grid = as_grid([[1, 1]])
    task = Task("t", (Pair(grid, as_grid([[3]])),), (Pair(grid, None),))
    # alone, each run prefers its own answer: 5 (two programs) and 6 (two); the pool has three for 7
    _write_run(tmp_path / "a", task, {"p": 5, "q": 5, "r": 7})
    _write_run(tmp_path / "b", task, {"s": 6, "u": 6, "v": 7, "w": 7, "q": 5})
    out = tmp_path / "submission.json"

    def attempts(*names: str) -> list[int]:
        code, _, error = say(capsys, "submit", *(tmp_path / name for name in names), "-o", out)
        assert code == 0, error
        (answer,) = json.loads(out.read_text())["t"]
        return [answer["attempt_1"][0][0], answer["attempt_2"][0][0]]

    assert attempts("a") == [5, 7]
    # q counts once: 7 has r, v, w; 5 has p, q; 6 has s, u
    assert attempts("a", "b")[0] == 7
    code, _, error = say(capsys, "submit", tmp_path / "a", tmp_path / "a", "-o", out)
    assert code == 2 and "twice" in error
    other = Task("t", (Pair(as_grid([[4]]), grid),), (Pair(grid, None),))
    _write_run(tmp_path / "c", other, {"p": 5})
    code, _, error = say(capsys, "submit", tmp_path / "a", tmp_path / "c", "-o", out)
    assert code == 2 and "another task" in error


def test_a_pool_of_grids_votes_beside_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grid = as_grid([[1, 1]])
    task = Task("t", (Pair(grid, as_grid([[3]])),), (Pair(grid, None),))
    _write_run(tmp_path / "a", task, {"p": 5})
    pool, out = tmp_path / "pool.jsonl", tmp_path / "submission.json"
    rows = [("t", [[8]]), ("t", [[8]]), ("t", [[9]]), ("t", [[5]]), ("other", [[1]])]
    pool.write_text("".join(json.dumps({"task_id": task_id, "grid": rows}) + "\n" for task_id, rows in rows))
    code, said, error = say(capsys, "submit", tmp_path / "a", "--pool", pool, "-o", out)
    assert code == 0, error
    (answer,) = json.loads(out.read_text())["t"]
    # the verified program's 5 first, then the grid that the pool proposes most often
    assert answer == {"attempt_1": [[5]], "attempt_2": [[8]]}
    assert "4 grids for 1 tasks" in said and "1 of 5 lines skipped" in said

    pool.write_text(json.dumps({"task_id": "t", "source": "def transform(grid): return grid"}))
    code, _, error = say(capsys, "submit", tmp_path / "a", "--pool", pool, "-o", out)
    assert code == 2 and "line 1 holds a program; judge it first" in error
    pool.write_text(json.dumps({"task_id": "t", "grid": [[11]]}))
    code, _, error = say(capsys, "submit", tmp_path / "a", "--pool", pool, "-o", out)
    assert code == 2 and "line 1" in error


def test_the_oracle_says_what_spoke_against_the_right_grid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = as_grid([[1, 1]])
    task = Task("t", (Pair(given, as_grid([[3]])),), (Pair(given, as_grid([[7]])),))
    _write_run(tmp_path / "few", task, {"p": 5, "q": 5, "r": 6, "s": 6, "u": 7})
    code, text, error = say(capsys, "evaluate", tmp_path / "few", "--oracle", "--json")
    assert code == 0, error
    (miss,) = json.loads(text)["runs"][0]["missed"]
    assert (miss["task_id"], miss["test_index"], miss["rank"]) == ("t", 0, 3)
    assert miss["cause"] == "less probable"
    assert "1 verified program" in miss["why_right"]
    code, text, _ = say(capsys, "evaluate", tmp_path / "few", "--oracle")
    assert "1 right grids were proposed but not chosen" in text and "t, test 0 (rank 3)" in text
    _write_run(tmp_path / "none", task, {"p": 5, "q": 7})
    code, text, _ = say(capsys, "evaluate", tmp_path / "none", "--oracle", "--json")
    assert json.loads(text)["runs"][0]["missed"] == []


def test_a_rule_that_needs_a_model_s_scores_says_that_there_are_none(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "submission.json"
    code, _, error = say(capsys, "submit", runs / "one", "--vote-rule", "product-of-experts", "-o", out)
    assert code == 0 and "omni-arc rescore" in error and error.count("\n") == 1
    code, _, error = say(capsys, "submit", runs / "one", "--vote-rule", "tiers", "-o", out)
    assert (code, error) == (0, "")


def test_submit_refuses_runs_that_leave_tasks_out(
    runs: Path, challenge: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "submission.json"
    code, _, error = say(capsys, "submit", runs / "part", "--dataset", challenge, "-o", out)
    assert code == 2 and "5 tasks are in none of the runs" in error and not out.exists()
    code, _, _ = say(capsys, "submit", runs / "part", runs / "one", "--dataset", challenge, "-o", out)
    assert code == 0 and len(json.loads(out.read_text())) == 8


def test_inspect_lists_sorts_and_filters(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(capsys, "inspect", runs / "one")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[2:-1]] == [task.id for task in TASKS]
    _, out, _ = say(capsys, "inspect", runs / "one", "--sort", "verified", "--filter", "verified")
    counts = [int(line.split()[2]) for line in out.splitlines()[2:-1]]
    assert counts == sorted(counts, reverse=True) and 0 < len(counts) < 8 and min(counts) > 0
    code, _, error = say(capsys, "inspect", runs / "one", "--filter", "green")
    assert code == 2 and "'green' is not known" in error


def test_a_run_without_votes_yet_is_not_shown_as_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = RunStore.create(tmp_path / "run", {"dataset": "arc-agi-1/development"})
    with store:
        store.add_tasks(TASKS[:2])
    _, out, _ = say(capsys, "inspect", tmp_path / "run")
    assert [line.split()[1] for line in out.splitlines()[2:4]] == ["?", "?"]
    assert "2 not voted on yet" in out and "score" not in out


def test_inspect_shows_a_task(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = say(capsys, "inspect", runs / "one", "--sort", "verified")
    task_id = out.splitlines()[2].split()[0]
    code, out, _ = say(capsys, "inspect", runs / "one", task_id)
    assert code == 0
    for part in (
        task_id,
        "train 0",
        "attempt 1",
        "expected",
        "verified program",
        "nearest misses",
        "verdicts",
    ):
        assert part in out
    task = Dataset("toy", TASKS)[task_id]
    first_row = " ".join(map(str, to_rows(task.train[0].input)[0]))
    assert first_row in out
    code, _, error = say(capsys, "inspect", runs / "one", "nothing")
    assert code == 2 and "no task 'nothing'" in error


def test_inspect_writes_the_page(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.html"
    code, out, _ = say(capsys, "inspect", runs / "one", "--html", path)
    assert code == 0 and "8 tasks" in out
    assert path.read_text().startswith("<!doctype html>")


def test_a_pair_too_wide_for_the_terminal_is_shown_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = [number % 10 for number in range(30)]
    wide = Pair(as_grid([row]), as_grid([row[::-1]]))
    _write_run(tmp_path / "run", Task("wide", (wide,), (Pair(as_grid([[1]]), as_grid([[2]])),)), {"a": 1})
    _, text, _ = say(capsys, "inspect", tmp_path / "run", "wide")
    lines = [line.strip() for line in text.splitlines()]
    assert lines.index(" ".join(map(str, row))) < lines.index(" ".join(map(str, row[::-1])))
