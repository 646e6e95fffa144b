"""What a run writes for people: summary.json (plain numbers, the score where known) and report.html."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from arc import Dataset
from inference.proposers.contract import Proposer
from inference.run.engine import Outcome
from scoring.evaluation import Evaluation, evaluate
from scoring.files import write_whole
from scoring.metrics import expected_score
from scoring.record.merge import merged, vote_options
from scoring.record.reader import Run
from scoring.report.page import write_report


def summarise_run(
    directory: Path, dataset: Dataset, outcome: Outcome, proposers: Sequence[Proposer]
) -> Evaluation | None:
    """Write summary.json and report.html; returns the evaluation if all test outputs are known.

    The summary's keys: `progress` (tasks, candidates, duplicates, ...), `verdicts` (distinct programs by
    verdict), `interrupted`, `cut_off` (tasks that the time limit ended early), `errors` (of proposers that
    ended early), `problems` (counts by cause, by proposer), `silent` (proposers that gave nothing), `models`
    (tokens, rates, by proposer), `expected_score` (what the attempts' learned probabilities add up to,
    whether answers are known or not) and `evaluation`.
    """
    evaluation = evaluate(directory) if dataset.has_solutions else None
    with Run.open(directory) as run:
        counts = run.counts()
        if evaluation is not None:
            expected = evaluation.total.expected
        else:
            options = vote_options(run.config)
            known = [expected_score(found.vote(options, weigh=True)) for found in merged([run])]
            expected = sum(known) / len(known)
        write_report(run, directory / "report.html")
    verdicts: Counter[str] = Counter()
    for task in counts.values():
        verdicts.update(task.verdicts or {})
    record: dict[str, Any] = {
        "progress": {
            name: value
            for name, value in asdict(outcome.progress).items()
            if name not in ("status", "errors")
        },
        "duplicate_share": outcome.progress.duplicates / max(1, outcome.progress.candidates),
        "verdicts": dict(verdicts.most_common()),
        "interrupted": outcome.interrupted,
        "cut_off": outcome.cut_off,
        "errors": list(outcome.errors),
        "problems": {name: list(lines) for name, lines in outcome.problems.items()},
        "silent": list(outcome.silent),
        "models": {proposer.name: proposer.stats() for proposer in proposers if hasattr(proposer, "stats")},
        "expected_score": expected,
        "evaluation": evaluation.to_json() if evaluation else None,
    }
    write_whole(directory / "summary.json", json.dumps(record, indent=2) + "\n")
    return evaluation
