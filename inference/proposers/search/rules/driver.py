"""What all rules share: a rule says where it applies and which programs may fit; they are tried here.

    @rule(same_size)
    def border(problem: Problem) -> Iterator[Draft]:
        "A frame of one colour around the grid."
        for colour in shared_colours(problem.outputs):
            yield Draft((f"return draw_border(grid, {colour})",), 2.5)

A draft is run on the smallest training pair, then on the others, then on the test inputs. Drafts that agree
on the test inputs are one answer, and share their weight: its cost is -log2 of the sum of 2 ** -cost over
them, so that several short ways to one answer make it likelier.

A draft that puts some wrong cells of every pair right and spoils none is a step: where no draft fits, the
search goes on from what the best steps make of the grids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
from math import log2

from arc import Grid, as_grid, grid_key, same_grid
from inference.proposers.effort import OutOfEffort, charge
from inference.proposers.search import prices
from inference.proposers.search.emission import Program
from inference.proposers.search.language import attempted, compile_program
from inference.proposers.search.problem import Problem
from inference.proposers.search.trust import STRANGE, SURPRISED, believable, strange
from omniarc.masks import some

Guard = Callable[[Problem], bool]


@dataclass(frozen=True)
class Draft:
    """The end of a program that may fit: statements that use the variable `grid` and end in a return.

    `cost` is a description length in bits: about 1 for each word of the language and 0.5 for each literal or
    inferred entry of a table.
    """

    lines: tuple[str, ...]
    cost: float


Tests = tuple[Grid, ...]  # what a draft makes of the test grids
Fitting = dict[tuple[bytes, ...], tuple[Tests, list[Draft]]]  # the drafts that give them, by the grids' keys

_ANSWERS, _STEPS = 3, 2  # given of one call
_DEAREST_STEP = 15.0  # bits, so that another rule's statements can follow


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule of the search: `drafts` gives what may fit a problem that all `guards` let pass.

    Drafts are tried until `enough` of them fit; of their answers the likeliest few are given.
    """

    name: str
    guards: tuple[Guard, ...]
    drafts: Callable[[Problem], Iterator[Draft]]
    enough: int | None

    def __call__(self, problem: Problem) -> Iterator[Program]:
        """The programs that reproduce every training output, one for each answer, likeliest first.

        One that a left-out pair or a test grid contradicts costs more, or is not given (see `trust`).
        """
        fitting: Fitting = {}
        steps: dict[float, Program] = {}
        doubt = SURPRISED
        cut_off: OutOfEffort | None = None
        try:
            self._fit(problem, fitting, steps)
            doubt = self._doubt(problem) if fitting else 0.0
        except OutOfEffort as error:
            cut_off = error  # what was found until then is still given
        for cost, lines, made in _answers(fitting)[:_ANSWERS]:
            tests = tuple(zip(problem.test, made, strict=True))
            doubts = doubt + (STRANGE if strange(problem.pairs, tests) else 0.0)
            if not doubts or believable(cost, doubts):
                yield Program(lines, cost + doubts, self.name, doubts)
        if not fitting:
            yield from sorted(steps.values(), key=lambda step: (-step.share, step.cost))[:_STEPS]
        if cut_off is not None:
            raise cut_off

    def _fit(self, problem: Problem, fitting: Fitting, steps: dict[float, Program] | None = None) -> None:
        """Add the drafts that fit to `fitting`, and the cheapest step for each share to `steps`."""
        if not all(guard(problem) for guard in self.guards):
            return
        number, kept = 0, any(starmap(same_grid, problem.pairs))
        for draft in self.drafts(problem):
            share, tests = tried(problem, draft.lines, steps is not None)
            # where every training grid is changed, so is every test grid
            tells = share > 0.0 and (kept or not any(map(same_grid, tests, problem.test)))
            if tells and share == 1.0:
                fitting.setdefault(tuple(map(grid_key, tests)), (tests, []))[1].append(draft)
                number += 1
            elif tells and steps is not None and draft.cost < _DEAREST_STEP:
                step = Program(draft.lines, draft.cost, self.name, share=share)
                steps[share] = min(steps.get(share, step), step, key=lambda one: one.cost)
            if problem.budget.spent() or number == self.enough:
                return

    def _doubt(self, problem: Problem) -> float:
        """Bits against the rule, by its likeliest answers for each pair learned from the other pairs."""
        predicted = surprised = len(problem.outputs) < 2
        for number, output in enumerate(problem.outputs) if not surprised else ():
            fitting: Fitting = {}
            self._fit(problem.without(number), fitting)
            if fitting:
                right = same_grid(_answers(fitting)[0][2][0], output)
                predicted, surprised = predicted or right, surprised or not right
            if predicted and surprised:
                break
        return (SURPRISED if predicted else 2 * SURPRISED) if surprised else 0.0


def rule(*guards: Guard, enough: int | None = None) -> Callable[[Callable[[Problem], Iterator[Draft]]], Rule]:
    """Make a rule of a function that gives drafts; it is known by the function's name."""
    return lambda drafts: Rule(drafts.__name__, guards, drafts, enough)


def same_size(problem: Problem) -> bool:
    """True if every output has the size of its grid and not all equal it."""
    return not new_size(problem) and not all(starmap(same_grid, problem.pairs))


def new_size(problem: Problem) -> bool:
    """True if some training output has another shape than its current grid."""
    return any(grid.shape != output.shape for grid, output in problem.pairs)


def only_adds(problem: Problem) -> bool:
    """True if nothing but background cells changes, where outputs have the size of their grids."""
    return not any(some((grid != out) & (grid != problem.background)) for grid, out in problem.pairs)


def keeps_colours(problem: Problem) -> bool:
    """True if no output holds a colour that its grid does not."""
    return all({*out.ravel().tolist()} <= {*grid.ravel().tolist()} for grid, out in problem.pairs)


def smaller(problem: Problem) -> bool:
    """True if every output has fewer cells than its grid."""
    return all(output.size < grid.size for grid, output in problem.pairs)


def fits_inside(problem: Problem) -> bool:
    """True if every output is neither higher nor wider than its grid."""
    return all(o.shape[0] <= g.shape[0] and o.shape[1] <= g.shape[1] for g, o in problem.pairs)


def one_shape(problem: Problem) -> bool:
    """True if all outputs have one shape."""
    return len({output.shape for output in problem.outputs}) == 1


def tried(problem: Problem, lines: Sequence[str], partly: bool = False) -> tuple[float, Tests]:
    """The share of wrong cells that `lines` put right, and what they make of the test inputs.

    The share is 0, and there are no grids, if they fail anywhere or miss a training output; with `partly`
    only if they spoil a cell or leave a pair as it is.
    """
    charge(prices.PROGRAM)
    try:
        run = compile_program(tuple(lines))
        wrong = right = 0
        for grid, output in sorted(problem.pairs, key=lambda pair: pair[0].size):
            made = as_grid(run(grid))
            if not partly or not grid.shape == made.shape == output.shape:
                if not same_grid(made, output):
                    return 0.0, ()
                continue
            changed, missed = made != grid, made != output
            if some(missed) and (not some(changed) or some(missed & changed)):
                return 0.0, ()
            wrong += int(missed.sum())
            right += int(changed.sum())
        return (right / (right + wrong) if wrong else 1.0), tuple(as_grid(run(grid)) for grid in problem.test)
    except Exception:  # a draft may fail on any grid it was not made for; then it is no answer
        return 0.0, ()


def fits_first(problem: Problem, lines: Sequence[str]) -> bool:
    """True if `lines` make the first output: for drafts of which most fail there, before each is charged."""
    grid, output = problem.pairs[0]
    return bool(attempted(lambda: same_grid(as_grid(compile_program(tuple(lines))(grid)), output)))


def _answers(fitting: Fitting) -> list[tuple[float, tuple[str, ...], Tests]]:
    """The pooled cost, the cheapest draft's statements and the test grids of each answer, likeliest first."""
    answers = []
    for tests, drafts in fitting.values():
        costs = {draft.lines: draft.cost for draft in drafts}
        pooled = max(0.2, -log2(sum(2.0**-cost for cost in costs.values())))
        answers.append((pooled, min(drafts, key=lambda draft: draft.cost).lines, tests))
    return sorted(answers, key=lambda answer: answer[0])
