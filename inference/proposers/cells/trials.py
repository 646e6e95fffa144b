"""Trials: each model variant is judged on held-out training pairs before it predicts the test outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from arc import Grid, Task, as_grid
from arc.augment import dihedral
from inference.proposers.cells.described_grid import DescribedGrid
from inference.proposers.cells.forest import Variant, Votes, fit_forest
from inference.proposers.cells.frames import Frame
from inference.proposers.cells.made import made_of
from inference.proposers.cells.named import named_layers
from inference.proposers.cells.views import Cells, View, fixed_colours, grid_background
from inference.proposers.search.goals import Grids

TRIAL_TREES = 8
FINAL_TREES = 24

Stack = list[list[Cells]]  # for each pair, its cells under each symmetry
# for each test input, votes and their share, for each guessed size and cover
Drawn = list[list[tuple[Votes, float]]]


@dataclass(frozen=True, eq=False)
class Trial:
    """A variant's record: `exact` is the share of held-out training pairs drawn right, `wrong` the mean share
    of wrong cells."""

    frame: Frame
    variant: Variant
    exact: float
    wrong: float

    @property
    def rank(self) -> tuple[float, float]:
        """Sorts the best trial first."""
        return -self.exact, self.wrong


@dataclass
class Workshop:
    """Everything computed for one task: views are described once between calls of `let_go`, and final votes
    drawn once."""

    task: Task
    seed: int
    _sources: dict[tuple[int, bool], list[DescribedGrid]] = field(default_factory=dict)
    _views: dict[tuple[Frame, int, bool, bool], View] = field(default_factory=dict)
    _votes: dict[Trial, Drawn] = field(default_factory=dict)

    @cached_property
    def backgrounds(self) -> list[int]:
        """The background of each input."""
        return [grid_background(self.task, grid) for grid in self.task.inputs]

    @cached_property
    def fixed(self) -> frozenset[int]:
        return fixed_colours(self.task)

    @cached_property
    def made(self) -> list[Grids]:
        """What short pipelines make of the inputs."""
        return made_of(self.task)

    def try_out(self, frame: Frame, variant: Variant) -> Trial | None:
        """Leave each training pair out once; None where the frame does not fit every view."""
        pairs = self._train(frame, variant)
        if pairs is None or self._test(frame, variant) is None:
            return None
        missed = []
        for held, cells in enumerate(pairs):
            others = [c for n, pair in enumerate(pairs) if n != held for c in pair]
            drawn = self.task.train[held].input  # a single pair predicts nothing
            if others:
                model = fit_forest(variant, others, self.fixed, TRIAL_TREES, self.seed)
                drawn = as_grid(model.votes(cells)[0][0].argmax(2))
            missed.append(self._missed(frame, held, drawn))
        exact = float(np.mean([share == 0 for share in missed]))
        return Trial(frame, variant, exact, float(np.mean(missed)))

    def untried(self, tried: Trial, variant: Variant) -> Trial:
        """A variant without a record, for the frame of a trial; only for drawing."""
        return Trial(tried.frame, variant, 0.0, 1.0)

    def votes(self, trial: Trial) -> Drawn:
        """Final votes (height, width, 10) for each test input, guess and cover, trained on every pair."""
        if trial not in self._votes:
            self._votes[trial] = self._final(trial)
        return self._votes[trial]

    def let_go(self) -> None:
        """Forget how the grids are described, which takes the most memory; it is made again when needed."""
        self._sources.clear()
        self._views.clear()

    def _missed(self, frame: Frame, number: int, drawn: Grid) -> float:
        """The share of the training output's cells that are wrong; all are if its place was not predicted."""
        answer = self.task.train[number].answer
        if drawn.shape != answer.shape or (frame.predicted and not frame.predicted[number]):
            return 1.0
        return float((drawn != answer).mean())

    def _final(self, trial: Trial) -> Drawn:
        pairs, tests = self._train(trial.frame, trial.variant), self._test(trial.frame, trial.variant)
        assert pairs is not None and tests is not None
        examples = [cells for pair in pairs for cells in pair]
        model = fit_forest(trial.variant, examples, self.fixed, FINAL_TREES, self.seed)
        shares = [[g.probability for g in guesses] for guesses in trial.frame.guesses] or [[1.0]] * len(tests)
        return [
            [
                (votes, share * part)
                for views, share in zip(guessed, mine, strict=True)
                for votes, part in model.votes(views)
            ]
            for guessed, mine in zip(tests, shares, strict=True)
        ]

    def view(self, frame: Frame, symmetry: int, made: bool = False, named: bool = False) -> View:
        """The task under a frame and a symmetry, with what pipelines make of it if `made`."""
        source = symmetry, named
        if source not in self._sources:
            grids = [dihedral(grid, symmetry) for grid in self.task.inputs]
            more = named_layers(self.task) if named else [None] * len(grids)
            self._sources[source] = list(map(DescribedGrid, grids, self.backgrounds, more))
        key = frame, symmetry, made, named
        if key not in self._views:
            layers = self.made if made else ()
            self._views[key] = View(self.task, frame, symmetry, self._sources[source], layers)
        return self._views[key]

    def _seen(self, frame: Frame, variant: Variant) -> list[View]:
        return [self.view(frame, symmetry, variant.made, variant.named) for symmetry in variant.symmetries]

    def _train(self, frame: Frame, variant: Variant) -> Stack | None:
        views = [view.train for view in self._seen(frame, variant)]
        if any(view is None for view in views):
            return None
        return [list(pair) for pair in zip(*[view for view in views if view], strict=True)]

    def _test(self, frame: Frame, variant: Variant) -> list[Stack] | None:
        """For each test input and guess, its cells under each symmetry."""
        views = [view.test for view in self._seen(frame, variant)]
        if any(view is None for view in views):
            return None
        return [
            [list(cells) for cells in zip(*guessed, strict=True)]
            for guessed in zip(*[view for view in views if view], strict=True)
        ]
