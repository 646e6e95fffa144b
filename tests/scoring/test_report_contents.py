"""Views of a task and curves over a run, on evidence made by hand and on a made-up run."""

from __future__ import annotations

from pathlib import Path

import pytest

from arc import Grid, Pair, Task, as_grid
from benchmarks.synthetic import development_tasks, make_run
from scoring.ballot import VoteOptions
from scoring.contract import Candidate, GridPrediction, JudgedProgram, Verdict, VerdictKind
from scoring.evaluation import evaluate
from scoring.record.merge import TaskRecord, task_record
from scoring.record.reader import Run
from scoring.report.contents import ViewError, origin_text, record_view, task_rows, task_view
from scoring.report.curves import Curves


def grid(*cells: int) -> Grid:
    return as_grid([list(cells)])


TASK = Task(
    "t",
    (Pair(grid(1, 1, 1), grid(2, 2, 2)), Pair(grid(3, 3, 3), grid(4, 4, 4))),
    (Pair(grid(5, 5, 5), grid(6, 6, 6)),),
)


def program(
    key: str, kind: VerdictKind, train: tuple[Grid | None, ...], test: Grid | None, error: str = ""
) -> JudgedProgram:
    right = tuple(
        given is not None and given.tolist() == pair.answer.tolist()
        for given, pair in zip(train, TASK.train, strict=True)
    )
    verdict = Verdict(kind, right, train, (test,), error)
    return JudgedProgram(key, f"def transform(g): return {key!r}", verdict, (Candidate("t", "m", 0, key),))


RIGHT = (grid(2, 2, 2), grid(4, 4, 4))


def test_verified_programs_are_grouped_by_what_they_answer() -> None:
    verified = VerdictKind.VERIFIED
    programs = (
        program("longer name", verified, RIGHT, grid(6, 6, 6)),
        program("b", verified, RIGHT, grid(7, 7, 7)),
        program("c", verified, RIGHT, grid(6, 6, 6)),
        program("d", verified, RIGHT, None),
    )
    view = record_view(TaskRecord(TASK, programs, ()))
    assert [[one.key for one in group.programs] for group in view.verified] == [
        ["c", "longer name"],
        ["b"],
        ["d"],
    ]
    assert view.verified[0].samples == 2


def test_an_answer_names_those_who_proposed_it() -> None:
    found = program("p", VerdictKind.VERIFIED, RIGHT, grid(6, 6, 6))
    grids = (
        GridPrediction("t", "cells", -1, 0, grid(7, 7, 7)),  # provisional: another of its grids follows
        GridPrediction("t", "cells", 0, 0, grid(6, 6, 6)),
        GridPrediction("t", "search", 0, 0, grid(7, 7, 7)),
        GridPrediction("t", "mute", 0, 0, None),
    )
    view = record_view(TaskRecord(TASK, (found,), grids))
    said = {ballot.grid.tolist()[0][0]: view.why(0, ballot) for ballot in view.votes[0].ballots}
    assert said[6].endswith("; from cells, m") and said[7].endswith("; from search")


def test_a_program_s_origin_is_its_samplers_and_their_rules() -> None:
    rules = [("search", "tiles"), ("search", "goal"), ("search", None), ("replay", None)]
    proposals = tuple(Candidate("t", who, n, "x", rule=rule) for n, (who, rule) in enumerate(rules))
    verdict = Verdict(VerdictKind.WRONG, (False,), (None,), (None,))
    assert origin_text([JudgedProgram("k", "x", verdict, proposals)]) == "replay, search (by goal, tiles)"


def test_near_misses_come_nearest_first_with_their_wrong_cells() -> None:
    programs = (
        program("far", VerdictKind.WRONG, (grid(0, 0, 0), grid(0, 0, 0)), None),
        program("size", VerdictKind.PARTIAL, (grid(2, 2, 2), grid(4, 4)), None),
        program("one", VerdictKind.PARTIAL, (grid(2, 2, 2), grid(4, 9, 4)), None),
        program("two", VerdictKind.PARTIAL, (grid(2, 9, 9), grid(4, 4, 4)), None),
        program("verified", VerdictKind.VERIFIED, RIGHT, None),
    )
    view = record_view(TaskRecord(TASK, programs, ()))
    assert [(miss.program.key, miss.wrong_cells) for miss in view.near_misses] == [
        ("one", (0, 1)),
        ("two", (2, 0)),
        ("size", (0, None)),
        ("far", (3, 3)),
    ]


def test_errors_that_differ_in_numbers_only_are_one_kind() -> None:
    nothing = (None, None)
    errors = [
        (VerdictKind.ERROR, "IndexError: index 9 is out of bounds (line 3)"),
        (VerdictKind.ERROR, "IndexError: index 4 is out of bounds (line 12)"),
        (VerdictKind.ERROR, "NameError: name 'foo' is not defined (line 1)"),
        (VerdictKind.ERROR, "NameError: name 'bar' is not defined (line 2)"),
        (VerdictKind.ERROR, "NameError: name 'a' is not defined (line 2)"),
        (VerdictKind.TIMEOUT, "4 CPU seconds"),
    ]
    programs = [program(str(n), kind, nothing, None, error) for n, (kind, error) in enumerate(errors)]
    view = record_view(TaskRecord(TASK, tuple(programs), ()))
    assert [(group.kind, group.count, group.example) for group in view.errors] == [
        (VerdictKind.ERROR, 3, errors[2][1]),
        (VerdictKind.ERROR, 2, errors[0][1]),
        (VerdictKind.TIMEOUT, 1, errors[5][1]),
    ]
    assert view.kinds == {VerdictKind.ERROR: 5, VerdictKind.TIMEOUT: 1}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("views") / "run"
    make_run(path, development_tasks(10), 20)
    return path


def test_curves_end_at_the_run_s_score_and_never_lose_a_verified_task(directory: Path) -> None:
    total = evaluate(directory).total
    with Run.open(directory) as run:
        curves = Curves(VoteOptions(), run.running_seconds(), run.most_samples())
        for task in run.tasks():
            curves.add(task_record([run], task), run.judged_at(task.id), run.predicted_at(task.id))
    assert list(curves.score_by_samples) == [1, 2, 4, 8, 16, 20]
    assert curves.score_by_samples[20] == pytest.approx(total.vote_2 * total.tasks)
    assert curves.score_by_time[-1] == pytest.approx(total.vote_2 * total.tasks)
    for line in (list(curves.verified_by_samples.values()), curves.verified_by_time):
        assert line == sorted(line) and line[-1] == total.verified


def test_the_first_sample_alone_is_the_vote_on_first_samples(directory: Path) -> None:
    with Run.open(directory) as run:
        curves = Curves(VoteOptions(), run.running_seconds(), run.most_samples())
        first = 0
        for task in run.tasks():
            found = task_record([run], task)
            curves.add(found, run.judged_at(task.id), run.predicted_at(task.id))
            first += any(
                program.verdict.kind is VerdictKind.VERIFIED
                and any(proposal.sample == 0 for proposal in program.proposals)
                for program in found.programs
            )
    assert curves.verified_by_samples[1] == first


def test_rows_agree_with_the_views(directory: Path) -> None:
    with Run.open(directory) as run:
        for row in task_rows(run):
            view = task_view(run, row.task_id)
            assert row.verified == view.kinds.get(VerdictKind.VERIFIED, 0)
            assert row.programs == len(view.found.programs)
            assert row.samples == sum(len(one.proposals) for one in view.found.programs)
        with pytest.raises(ViewError, match="'size' is not known"):
            task_rows(run, sort="size")
        assert [row.task_id for row in task_rows(run, sort="task", reverse=True)] == sorted(
            run.task_ids, reverse=True
        )
