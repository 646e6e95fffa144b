"""Fit the learned ranking on development runs, and say how well it does on tasks it was not fitted on.

    python -m benchmarks.selection.fit RUN ... [--write]

Runs over development tasks only, with `--evidence`; best with fewer pairs too (pools.py), since programs
that fit fewer pairs are more often wrong. Each row is one distinct grid for one test input. Every input
counts in several pools: with the evidence on its programs, without, so that the probabilities also hold
for runs that measured none, and with programs as a model's would be, of no known length or doubt; and with
the grids of a scripted model beside (scripted.py), since no run of a model is at hand. The figures
reported are for rows of tasks left out (ten parts, a task's rows all in one). `--write` fits all rows and
writes scoring/learned.json.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

import scoring.learned
from arc import Grid, load_dataset, same_grid
from benchmarks.selection.pools import OPEN_SET
from benchmarks.selection.scripted import with_scripted
from scoring.ballot import Ballot
from scoring.contract import JudgedProgram
from scoring.learned import FIGURES, Floats, compared, figures, regime
from scoring.metrics import bootstrap
from scoring.plausibility import Looks
from scoring.record.merge import TaskRecord, task_record
from scoring.record.reader import Run

_PARTS = 10
_MEASURED = "as it is"
_BARE = "without evidence"
_UNPRICED = "programs of no known length or doubt"
_ACCURACIES = (0.1, 0.4)  # of the scripted models
_SAMPLES = 8
_STRENGTH = 0.3  # inverse of the regularisation
_STILL = 1e-4  # a figure that deviates less never changes: the rest is rounding


@dataclass(frozen=True, eq=False)
class Question:
    """One test input: its ballots, by tiers, their figures, and which are right.

    `pool` says what of the run and beside it the ballots are of.
    """

    pool: str
    regime: str
    task_id: str
    ballots: tuple[Ballot, ...]
    rows: Floats
    right: npt.NDArray[np.bool_]
    verified_outputs: int


def questions(directory: Path) -> Iterator[Question]:
    """The test inputs of a run for which something was proposed, in each of the pools made of it."""
    with Run.open(directory) as run:
        for task in run.tasks():
            expected = task.solved_outputs
            if expected is None:
                continue
            found, looks = task_record([run], task), Looks(task)
            yield from _questions(_MEASURED, found, looks, expected)
            bare = tuple(replace(program, evidence=None) for program in found.programs)
            yield from _questions(_BARE, replace(found, programs=bare), looks, expected)
            unpriced = replace(found, programs=_unpriced(bare))
            yield from _questions(_UNPRICED, unpriced, looks, expected)
            for accuracy, (own, kind) in product(_ACCURACIES, ((found, ""), (unpriced, f", {_UNPRICED}"))):
                beside = with_scripted(own, expected, accuracy, _SAMPLES, seed=0)
                yield from _questions(f"with a model {accuracy:.0%} right{kind}", beside, looks, expected)


def _unpriced(programs: Sequence[JudgedProgram]) -> tuple[JudgedProgram, ...]:
    """The programs as if a model had written them."""
    return tuple(
        replace(
            program,
            proposals=tuple(
                replace(one, description_length=None, doubt=None, rule=None) for one in program.proposals
            ),
        )
        for program in programs
    )


def _questions(pool: str, found: TaskRecord, looks: Looks, expected: Sequence[Grid]) -> Iterator[Question]:
    for index, vote in enumerate(found.vote()):
        if not vote.ballots:
            continue
        ballots = compared(looks, index, vote.ballots)
        right = np.array([same_grid(ballot.grid, expected[index]) for ballot in ballots])
        verified = sum(ballot.programs > 0 for ballot in ballots)
        rows = figures(looks.pairs, ballots)
        yield Question(pool, regime(ballots), found.task.id, tuple(ballots), rows, right, verified)


def fitted(asked: Sequence[Question]) -> LogisticRegression:
    """The model of these questions' rows, on figures that are centred and scaled."""
    rows, right = np.vstack([one.rows for one in asked]), np.concatenate([one.right for one in asked])
    centre, scale = centre_and_scale(asked)
    return LogisticRegression(C=_STRENGTH, max_iter=2000).fit((rows - centre) / scale, right)


def centre_and_scale(asked: Sequence[Question]) -> tuple[Floats, Floats]:
    """The mean and the standard deviation of each figure; 1 for one that never changes."""
    rows = np.vstack([one.rows for one in asked])
    deviation = rows.std(axis=0)
    return rows.mean(axis=0), np.where(deviation > _STILL, deviation, 1.0)


def chances_left_out(asked: Sequence[Question]) -> list[Floats]:
    """Each question's probabilities by a model that was fitted without its task."""
    found: dict[int, Floats] = {}
    for places in by_regime(asked).values():
        groups = [asked[place].task_id for place in places]
        for train, test in GroupKFold(_PARTS).split(groups, groups=groups):
            known = [asked[places[place]] for place in train]
            model, (centre, scale) = fitted(known), centre_and_scale(known)
            for place in (places[one] for one in test):
                chances = model.predict_proba((asked[place].rows - centre) / scale)[:, 1]
                found[place] = chances / max(1.0, float(chances.sum()))
    return [found[place] for place in range(len(asked))]


def by_regime(asked: Sequence[Question]) -> dict[str, list[int]]:
    """The places of the questions of each regime; a model is fitted to each."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(asked):
        found[one.regime].append(place)
    return found


def first_two(right: npt.NDArray[np.bool_], order: Sequence[int]) -> bool:
    return bool(right[list(order[:2])].any())


def means_by(groups: Sequence[str], values: Floats) -> list[float]:
    """The mean value of each group."""
    found: dict[str, list[float]] = defaultdict(list)
    for group, value in zip(groups, values.tolist(), strict=True):
        found[group].append(value)
    return [float(np.mean(of)) for of in found.values()]


def report(asked: Sequence[Question], chances: Sequence[Floats]) -> None:
    """Two attempts by tiers and by probability, and how far the probabilities can be trusted."""
    for pool, verified in product(dict.fromkeys(one.pool for one in asked), (0, 2)):
        chosen = [n for n, one in enumerate(asked) if one.pool == pool and one.verified_outputs >= verified]
        if not chosen:
            continue
        title = f"{pool}, {'two verified outputs or more' if verified else 'all test inputs'}"
        tiers = np.array([first_two(asked[n].right, range(len(asked[n].right))) for n in chosen])
        learned = np.array(
            [first_two(asked[n].right, np.argsort(-chances[n], kind="stable").tolist()) for n in chosen]
        )
        top = np.array([float(np.sort(chances[n])[-2:].sum()) for n in chosen])
        held = np.mean([asked[n].right.any() for n in chosen])
        a_task = means_by([asked[n].task_id for n in chosen], learned.astype(float) - tiers)
        low, high = bootstrap(a_task)
        print(
            f"{title}: {len(chosen)}, proposed right {held:.1%}, tiers {tiers.mean():.1%}, "
            f"learned {learned.mean():.1%} (expected {top.mean():.1%}); "
            f"{int((learned & ~tiers).sum())} gained, {int((tiers & ~learned).sum())} lost; "
            f"{np.mean(a_task):+.1%} a task ({low:+.1%} to {high:+.1%}, {len(a_task)} tasks)"
        )
    known = [place for place, one in enumerate(asked) if one.pool == _MEASURED]
    every = np.concatenate([chances[place] for place in known])
    right = np.concatenate([asked[place].right for place in known])
    constant = right.mean() * (1 - right.mean())
    print(f"Brier score {np.mean((every - right) ** 2):.4f}, of a constant {constant:.4f}")
    for low in np.arange(0.0, 1.0, 0.2):
        inside = (every >= low) & (every < low + 0.2 + 1e-9)
        if inside.any():
            print(
                f"  said {low:.0%} to {low + 0.2:.0%}: {int(inside.sum())} grids, "
                f"said {every[inside].mean():.0%}, right {right[inside].mean():.0%}"
            )


def record_of(asked: Sequence[Question]) -> dict[str, Any]:
    """What learned.json holds."""
    known = [one for one in asked if one.pool == _MEASURED]
    return {
        "about": f"{sum(len(one.right) for one in known)} grids for {len(known)} test inputs of "
        f"{len({one.task_id for one in asked})} development tasks; scikit-learn {version('scikit-learn')}",
        "figures": list(FIGURES),
        "regimes": {
            name: _regression([asked[place] for place in places]) for name, places in by_regime(asked).items()
        },
    }


def _regression(asked: Sequence[Question]) -> dict[str, Any]:
    model, (centre, scale) = fitted(asked), centre_and_scale(asked)
    return {
        "centre": [round(float(value), 5) for value in centre],
        "scale": [round(float(value), 5) for value in scale],
        "weights": [round(float(value), 5) for value in model.coef_[0]],
        "base": round(float(model.intercept_[0]), 5),
    }


def main() -> None:
    """Report, and write the model if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="write scoring/learned.json")
    given = parser.parse_args()
    asked = [one for directory in given.runs for one in questions(directory)]
    foreign = {one.task_id for one in asked} - set(load_dataset(OPEN_SET).ids)
    if foreign:
        raise SystemExit(f"{len(foreign)} tasks are not of {OPEN_SET}: nothing is fitted on them")
    report(asked, chances_left_out(asked))
    record = record_of(asked)
    for regime_name, of in record["regimes"].items():
        print(f"weights, {regime_name}:")
        for name, weight in sorted(zip(FIGURES, of["weights"], strict=True), key=lambda one: -abs(one[1])):
            print(f"  {weight:+.2f}  {name}")
    if given.write:
        path = Path(scoring.learned.__file__).with_suffix(".json")
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        print(f"{path}: written")


if __name__ == "__main__":
    main()
