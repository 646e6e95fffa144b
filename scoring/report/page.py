"""The self-contained page of a run: one HTML file, nothing fetched, data packed and drawn on demand.

The summary and each task are JSON, compressed and written as base64 in a script element each; the page
unpacks a task when it is opened. A grid is its rows of digits joined by "/". Sources are kept for the
programs worth reading (verified ones and near misses), not all.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
from collections import Counter
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from arc import Grid, same_grid
from scoring.ballot import Ballot, VoteOptions
from scoring.contract import JudgedProgram, VerdictKind
from scoring.files import write_whole
from scoring.metrics import TaskScore, bootstrap, score_votes, summarise
from scoring.record.merge import task_record, vote_options
from scoring.record.reader import Run
from scoring.report.contents import GRID_TYPE_TEXT, TaskView, known_answers, origin_text, record_view
from scoring.report.curves import Curves

_BALLOTS = 12
_GROUPS = 12
_SOURCES_PER_GROUP = 4
_ERROR_GROUPS = 20
_SOURCE_CHARS = 20_000
_PROGRAM_ROWS = 1_000


def write_report(run: Run, path: Path) -> int:
    """Write the page of `run` to `path`, whole or not at all; returns its size in bytes."""
    text = report_html(run)
    write_whole(path, text)
    return len(text.encode())


def report_html(run: Run) -> str:
    """The page of `run` as text."""
    options, tasks = vote_options(run.config), known_answers(run)
    counts = run.counts()
    curves = Curves(options, run.running_seconds(), run.most_samples())
    rows: list[dict[str, Any]] = []
    chunks: list[str] = []
    scores: list[TaskScore] = []
    kinds: Counter[str] = Counter()
    for task_id in run.task_ids:
        found = task_record([run], tasks[task_id])
        view = record_view(found, options, run.finish_errors(task_id))
        judged_at = run.judged_at(task_id)
        curves.add(found, judged_at, run.predicted_at(task_id))
        score = score_votes(found, view.votes, options) if view.expected is not None else None
        if score is not None:
            scores.append(score)
        kinds.update({kind.value: count for kind, count in view.kinds.items()})
        rows.append(_row(view, score, counts[task_id].seconds))
        chunks.append(_chunk(f"data-{len(chunks)}", _task(view)))
    summary = {
        "name": run.directory.resolve().name,
        "config": run.config,
        "events": _sessions(run),
        "seconds": run.running_seconds(),
        "numbers": _numbers(scores, options) if len(scores) == len(rows) else None,
        "rows": rows,
        "kinds": {kind.value: kinds[kind.value] for kind in VerdictKind if kinds[kind.value]},
        "curves": _curves(curves, known=len(scores) == len(rows)),
    }
    page = _asset("page.html")
    for place, text in (
        ("/*STYLE*/", _asset("page.css")),
        ("/*SCRIPT*/", _asset("page.js")),
        ("<!--TITLE-->", html.escape(f"omni-arc: {run.directory.resolve().name}")),
        ("<!--DATA-->", "\n".join([_chunk("data-summary", summary), *chunks])),
    ):
        page = page.replace(place, text, 1)
    return page


def _asset(name: str) -> str:
    return resources.files("scoring.report").joinpath(name).read_text(encoding="utf-8")


def _chunk(name: str, value: Any) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    packed = base64.b64encode(gzip.compress(text, 9, mtime=0)).decode()
    return f'<script type="text/plain" id="{name}">{packed}</script>'


def _text(grid: Grid | None) -> str | None:
    return None if grid is None else "/".join("".join(map(str, row)) for row in grid.tolist())


def _texts(grids: Sequence[Grid | None]) -> list[str | None]:
    return [_text(grid) for grid in grids]


def _numbers(scores: Sequence[TaskScore], options: VoteOptions) -> dict[str, Any]:
    numbers = summarise(scores).to_json()
    low, high = bootstrap(score.score for score in scores)
    return {**numbers, "low": low, "high": high, "rule": options.rule.value}


def _sessions(run: Run) -> list[dict[str, Any]]:
    shown = ("started", "resumed", "interrupted", "deadline", "ended", "proposer failed")
    return [
        {"kind": event.kind, "clock": event.clock, "at": event.at, "data": event.data}
        for event in run.events()
        if event.kind in shown
    ]


def _curves(curves: Curves, *, known: bool) -> dict[str, Any]:
    return {
        "samples": list(curves.score_by_samples),
        "sampleScore": list(curves.score_by_samples.values()) if known else None,
        "sampleVerified": list(curves.verified_by_samples.values()),
        "times": curves.times,
        "timeScore": curves.score_by_time if known else None,
        "timeVerified": curves.verified_by_time,
    }


def _row(view: TaskView, score: TaskScore | None, seconds: float) -> dict[str, Any]:
    first = view.task.train[0]
    programs = view.found.programs
    return {
        "id": view.task.id,
        "tests": len(view.task.test),
        "right": None if score is None else score.right,
        "verified": view.kinds.get(VerdictKind.VERIFIED, 0),
        "partial": view.kinds.get(VerdictKind.PARTIAL, 0),
        "programs": len(programs),
        "samples": sum(len(program.proposals) for program in programs),
        "grids": len(view.found.predictions),
        "seconds": round(seconds, 2),
        "cpu": round(sum(program.verdict.cpu_seconds for program in programs), 2),
        "thumb": [_text(first.input), _text(first.output)],
    }


def _task(view: TaskView) -> dict[str, Any]:
    return {
        "id": view.task.id,
        "train": [[_text(pair.input), _text(pair.output)] for pair in view.task.train],
        "tests": [_test(view, index) for index in range(len(view.task.test))],
        "groups": [_group(view, place) for place in range(min(len(view.verified), _GROUPS))],
        "moreGroups": max(0, len(view.verified) - _GROUPS),
        "misses": [
            {**_program(miss.program), "outputs": _texts(miss.program.verdict.train_outputs)}
            for miss in view.near_misses
        ],
        "errors": [
            [group.kind.value, group.count, group.example[:300]] for group in view.errors[:_ERROR_GROUPS]
        ],
        "gaveUp": list(view.gave_up.items()),
        "programs": [_program_row(program) for program in view.found.programs[:_PROGRAM_ROWS]],
    }


def _test(view: TaskView, index: int) -> dict[str, Any]:
    vote = view.votes[index]
    expected = None if view.expected is None else view.expected[index]
    return {
        "input": _text(view.task.test[index].input),
        "expected": _text(expected),
        "attempts": _texts(vote.attempts),
        "ballots": [_ballot(view, index, ballot, expected) for ballot in vote.ballots[:_BALLOTS]],
        "moreBallots": max(0, len(vote.ballots) - _BALLOTS),
    }


def _ballot(view: TaskView, index: int, ballot: Ballot, expected: Grid | None) -> dict[str, Any]:
    return {
        "grid": _text(ballot.grid),
        "tier": ballot.tier.name.lower(),
        "why": view.why(index, ballot),
        "right": None if expected is None else same_grid(ballot.grid, expected),
    }


def _group(view: TaskView, place: int) -> dict[str, Any]:
    group = view.verified[place]
    right = None
    if view.expected is not None:
        right = [same_grid(grid, want) for grid, want in zip(group.outputs, view.expected, strict=True)]
    return {
        "outputs": _texts(group.outputs),
        "right": right,
        "count": len(group.programs),
        "samples": group.samples,
        "programs": [_program(program) for program in group.programs[:_SOURCES_PER_GROUP]],
    }


def _program(program: JudgedProgram) -> dict[str, Any]:
    return {
        "key": program.key,
        "source": program.source[:_SOURCE_CHARS],
        "origin": origin_text([program]),
        "samples": len(program.proposals),
        "takes": "" if program.verdict.grid_type is None else GRID_TYPE_TEXT[program.verdict.grid_type],
        "correct": "".join("01"[right] for right in program.verdict.train_correct),
        "augmented": any(proposal.augmentation.symmetry for proposal in program.proposals),
    }


def _program_row(program: JudgedProgram) -> list[Any]:
    means = [p.mean_log_probability for p in program.proposals if p.mean_log_probability is not None]
    bits = [p.description_length for p in program.proposals if p.description_length is not None]
    return [
        program.key[:8],
        program.verdict.kind.value,
        "".join("01"[right] for right in program.verdict.train_correct),
        len(program.proposals),
        round(max(means), 2) if means else None,
        round(min(bits), 1) if bits else None,
        len(program.source),
        round(program.verdict.cpu_seconds, 2),
    ]
