"""Trials: each model variant is judged on held-out training pairs before it predicts the test outputs.

A second round refines: it is trained on what first-round models wrongly and rightly drew for the pairs they
had not seen (auto-context, Tu & Bai 2010), so that it learns to correct their mistakes; a grid it draws can
be fed back to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from arc import Grid, Task, as_grid
from arc.augment import dihedral
from inference.proposers.cells.described_grid import DescribedGrid
from inference.proposers.cells.forest import Model, Variant, Votes, fit_forest
from inference.proposers.cells.frames import Frame
from inference.proposers.cells.made import made_of
from inference.proposers.cells.named import named_layers
from inference.proposers.cells.views import Cells, View, fixed_colours, grid_background
from inference.proposers.search.goals import Grids

TRIAL_TREES = 12
FINAL_TREES = 40

Stack = list[list[Cells]]  # for each pair, its cells under each symmetry
Drawn = list[list[tuple[Votes, float]]]  # for each test input, votes and their share, for each guessed size


@dataclass(frozen=True, eq=False)
class Trial:
    """A variant's record on the held-out training pairs.

    `drawn` holds what it drew for each of them, `exact` the share of pairs drawn right, `wrong` the mean
    share of wrong cells; `base` is the trial whose drawings it refines, if it does.
    """

    frame: Frame
    variant: Variant
    drawn: tuple[Grid, ...]
    exact: float
    wrong: float
    base: Trial | None = None

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
        return self._leave_one_out(frame, variant, [pairs], None)

    def untried(self, tried: Trial, variant: Variant) -> Trial:
        """A variant without a record, for the frame of a trial; only for drawing."""
        return Trial(tried.frame, variant, (), 0.0, 1.0)

    def refine(self, base: Trial, others: Sequence[Trial]) -> Trial:
        """A second round over `base`; drawings by `others` of its frame are added to the training data."""
        material = [t.drawn for t in others if t.frame == base.frame and t is not base]
        stacks = [self._refined(base, drawn) for drawn in (base.drawn, *material[:1])]
        return self._leave_one_out(base.frame, base.variant, stacks, base)

    def votes(self, trial: Trial) -> Drawn:
        """Final votes (height, width, 10) for each test input and guess, trained on every pair."""
        if trial not in self._votes:
            self._votes[trial] = self._final(trial)
        return self._votes[trial]

    def let_go(self) -> None:
        """Forget how the grids are described, which takes the most memory; it is made again when needed."""
        self._sources.clear()
        self._views.clear()

    def _leave_one_out(
        self, frame: Frame, variant: Variant, stacks: list[Stack], base: Trial | None
    ) -> Trial:
        """The first stack is judged; all are trained on."""
        drawn = []
        for held, cells in enumerate(stacks[0]):
            others = [c for stack in stacks for n, pair in enumerate(stack) if n != held for c in pair]
            if not others:  # a single pair predicts nothing
                drawn.append(self.task.train[held].input)
                continue
            model = fit_forest(variant, others, self.fixed, TRIAL_TREES, self.seed)
            drawn.append(as_grid(model.votes(cells).argmax(2)))
        missed = [self._missed(frame, number, grid) for number, grid in enumerate(drawn)]
        exact = float(np.mean([share == 0 for share in missed]))
        return Trial(frame, variant, tuple(drawn), exact, float(np.mean(missed)), base)

    def _missed(self, frame: Frame, number: int, drawn: Grid) -> float:
        """The share of the training output's cells that are wrong; all are if its place was not predicted."""
        answer = self.task.train[number].answer
        if drawn.shape != answer.shape or (frame.predicted and not frame.predicted[number]):
            return 1.0
        return float((drawn != answer).mean())

    def _final(self, trial: Trial) -> Drawn:
        tests = self._test(trial.frame, trial.variant)
        assert tests is not None
        if trial.base is None:
            pairs = self._train(trial.frame, trial.variant)
            assert pairs is not None
            model = self._fit(trial.variant, pairs)
        else:
            model = self._fit(trial.variant, self._refined(trial.base, trial.base.drawn))
            tests = [
                [
                    _with_drawing(views, as_grid(votes.argmax(2)))
                    for views, (votes, _) in zip(guessed, first, strict=True)
                ]
                for guessed, first in zip(tests, self.votes(trial.base), strict=True)
            ]
        shares = [[g.probability for g in guesses] for guesses in trial.frame.guesses] or [[1.0]] * len(tests)
        return [
            [(model.votes(views), share) for views, share in zip(guessed, mine, strict=True)]
            for guessed, mine in zip(tests, shares, strict=True)
        ]

    def _fit(self, variant: Variant, pairs: Stack) -> Model:
        return fit_forest(variant, [c for pair in pairs for c in pair], self.fixed, FINAL_TREES, self.seed)

    def _refined(self, base: Trial, drawn: Sequence[Grid]) -> Stack:
        pairs = self._train(base.frame, base.variant)
        assert pairs is not None
        return [_with_drawing(views, grid) for views, grid in zip(pairs, drawn, strict=True)]

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


def _with_drawing(views: Sequence[Cells], drawn: Grid) -> list[Cells]:
    """The cells of one pair with the layers of a drawn output before their own."""
    result = []
    for cells in views:
        layers = DescribedGrid(dihedral(drawn, cells.symmetry), cells.background).layers
        colours = np.concatenate([layers.colour_matrix(), cells.colours], axis=1)
        numbers = np.concatenate([layers.number_matrix(), cells.numbers], axis=1)
        result.append(replace(cells, colours=colours, numbers=numbers))
    return result
