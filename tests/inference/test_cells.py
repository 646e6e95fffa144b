"""The predictor `cells`: what it learns from pairs, what it leaves alone, and the parts it is made of."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from arc import Grid, Pair, Task, as_grid, grid_key, load_dataset, same_grid
from arc.augment import dihedral
from inference.proposers.cells import predict
from inference.proposers.cells.choice import choices
from inference.proposers.cells.forest import Variant
from inference.proposers.cells.frames import Frame, frames_of
from inference.proposers.cells.labels import choose_labels
from inference.proposers.cells.layers import OUTSIDE
from inference.proposers.cells.local import line_of_sight
from inference.proposers.cells.named import named_layers
from inference.proposers.cells.regularity import separators
from inference.proposers.cells.sizes import numbers_of, sizes
from inference.proposers.cells.trials import Workshop
from inference.proposers.cells.views import View, turned
from inference.proposers.cells.windows import Box
from inference.proposers.contract import EmbeddedTurn, Resumable, TaskBudget
from inference.proposers.effort import SECOND
from omniarc import in_largest_box
from scoring.contract import GridPrediction
from tests.known import known

BUDGET = 20.0  # ample, so that a slow machine cuts nothing off

Change = Callable[[np.ndarray], np.ndarray]


def make_task(rule: Change, inputs: Sequence[np.ndarray]) -> Task:
    pairs = [Pair(as_grid(np.asarray(g)), as_grid(rule(np.asarray(g)))) for g in inputs]
    return Task("made", tuple(pairs[:-1]), (pairs[-1],))


def random_grids(
    count: int, shape: tuple[int, int], colours: list[int], seed: int, density: float = 0.3
) -> list[np.ndarray]:
    draw = np.random.default_rng(seed)
    return [draw.choice(colours, shape) * (draw.random(shape) < density) for _ in range(count)]


def view(task: Task, symmetry: int) -> View:
    return Workshop(task, 0).view(Frame("same"), symmetry)


def first_attempt(task: Task) -> Grid | None:
    made = [p for p in predict(task.hidden(), TaskBudget(BUDGET * SECOND)) if p.sample == 0]
    return made[0].grid if made else None


def line_to_the_right(grid: np.ndarray) -> np.ndarray:
    result = grid.copy()
    for row in result:
        for column in range(1, len(row)):
            if row[column] == 0:
                row[column] = row[column - 1]
    return result


def checker(grid: np.ndarray) -> np.ndarray:
    row, column = np.indices(grid.shape)
    return np.where((grid == 0) & ((row + column) % 2 == 0), 4, grid)


@pytest.mark.parametrize(
    "rule",
    [
        line_to_the_right,
        checker,
        lambda g: g[:, ::-1],
        lambda g: np.where(g > 0, 8, g),
        lambda g: np.kron(g, np.ones((2, 2), int)),
        lambda g: np.concatenate([g, g[::-1]]),
        lambda g: ((g[:, :4] > 0) & (g[:, 4:] > 0)) * 5,
    ],
    ids=["ray", "checker", "mirror", "recolour", "enlarge", "reflect-below", "and-of-halves"],
)
def test_learns_simple_rules(rule: Change) -> None:
    task = make_task(rule, random_grids(5, (6, 8), [1, 2, 3], seed=5, density=0.5))
    assert same_grid(first_attempt(task), task.test[0].output)


def test_colour_roles_carry_over_to_unseen_colours() -> None:
    def halve(grid: np.ndarray) -> np.ndarray:  # the left half takes the right half's mirror image
        return np.concatenate([grid[:, :3:-1], grid[:, 4:]], axis=1)

    inputs = [g for c in (1, 2, 3, 7) for g in random_grids(1, (6, 8), [c], seed=c)]
    task = make_task(halve, inputs)
    assert same_grid(first_attempt(task), task.test[0].output)


def test_two_attempts_differ_and_confidence_is_a_probability() -> None:
    task = load_dataset("arc-agi-1/development").tasks[3].hidden()
    made = list(predict(task, TaskBudget(BUDGET * SECOND)))
    assert made
    for index in range(len(task.test)):
        mine = [p for p in made if p.test_index == index]
        assert [p.sample for p in mine] == list(range(len(mine))) and len(mine) <= 2
        assert len({known(p.grid).tobytes() for p in mine}) == len(mine)
    assert all(p.confidence is not None and 0 <= p.confidence <= 1 for p in made)


def test_a_short_first_turn_gives_provisional_grids_and_the_next_those_of_one_long_turn() -> None:
    task = load_dataset("arc-agi-1/development").tasks[3].hidden()
    whole, rest = turn(predict(task, TaskBudget(BUDGET * SECOND)))
    assert rest is None and not any(p.provisional for p in whole)
    first, paused = turn(predict(task, TaskBudget(1.0)))
    assert [(p.test_index, p.sample, p.provisional) for p in first] == [(0, -2, True), (0, -1, True)]
    assert paused is not None and 0.5 <= paused.promise < 1
    final, rest = turn(paused.resume(BUDGET * SECOND))
    assert rest is None and told(final) == told(whole)


def test_a_short_first_turn_that_leaves_nothing_to_learn_is_the_last() -> None:
    task = make_task(lambda g: g[:, ::-1], random_grids(5, (6, 8), [1, 2, 3], seed=5)).hidden()
    short, rest = turn(predict(task, TaskBudget(1.0)))
    assert rest is None and told(short) == told(turn(predict(task, TaskBudget(BUDGET * SECOND)))[0])


def told(found: Sequence[GridPrediction]) -> list[tuple[int, int, bytes, float | None]]:
    return [(p.test_index, p.sample, known(p.grid).tobytes(), p.confidence) for p in found]


def turn(made: EmbeddedTurn) -> tuple[list[GridPrediction], Resumable | None]:
    """What a turn yields, and what it returns."""
    found: list[GridPrediction] = []
    while True:
        try:
            one = next(made)
        except StopIteration as end:
            return found, end.value
        assert isinstance(one, GridPrediction)
        found.append(one)


def test_same_seed_same_grids() -> None:
    task = make_task(checker, random_grids(4, (7, 7), [1, 2, 3], seed=1))
    runs = [
        [
            (p.sample, known(p.grid).tobytes(), p.confidence)
            for p in predict(task, TaskBudget(BUDGET * SECOND))
        ]
        for _ in "ab"
    ]
    assert runs[0] == runs[1]


def crop_largest(grid: np.ndarray) -> np.ndarray:
    """The box of the largest object: which is where in the grid must be learned."""
    parts, count = ndimage.label(grid)
    sizes = np.bincount(parts.ravel(), minlength=count + 1)[1:]
    box: tuple[slice, slice] = ndimage.find_objects(parts)[int(sizes.argmax())]
    return grid[box]


def boxes_grid(seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    grid = np.zeros((12, 12), int)
    for number, (row, column) in enumerate(((0, 0), (0, 6), (6, 1), (6, 7))):
        tall, wide = (5, 4 + seed % 2) if number == seed % 4 else (2, 1 + number % 3)
        grid[row : row + tall, column : column + wide] = draw.integers(1, 8)
        grid[row, column] = draw.integers(1, 8)
    return grid


def bars(grid: np.ndarray) -> np.ndarray:
    """One row for each colour, the commonest first, as long as its count."""
    counts = np.bincount(grid.ravel(), minlength=10)
    counts[0] = 0
    order = [c for c in np.argsort(-counts, kind="stable") if counts[c]]
    result = np.zeros((len(order), counts.max()), int)
    for row, colour in enumerate(order):
        result[row, : counts[colour]] = colour
    return result


def counted_grid(seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    colours = draw.permutation(np.arange(1, 6))[: 2 + seed % 3]
    cells = np.concatenate([np.full(2 * n + 1 + seed % 2, c) for n, c in enumerate(colours)])
    grid = np.zeros(49, int)
    grid[draw.permutation(49)[: len(cells)]] = cells
    return grid.reshape(7, 7)


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        (crop_largest, [boxes_grid(seed) for seed in range(5)]),
        (lambda g: crop_largest(g)[:, ::-1], [boxes_grid(seed) for seed in range(5)]),
        (bars, [counted_grid(seed) for seed in range(7)]),
        (
            lambda g: np.kron(g, np.ones((np.count_nonzero(g),) * 2, int)),
            [np.array([[c, c * (n % 2)], [0, c * (n > 2)]]) for n, c in enumerate((3, 4, 5, 3, 4, 5))],
        ),
        (
            lambda g: np.pad(g, 1, constant_values=8),
            random_grids(2, (3, 4), [1, 2], 3) + random_grids(3, (5, 3), [1, 2], 4),
        ),
    ],
    ids=["largest", "largest-mirrored", "bars", "enlarged-by-count", "framed"],
)
def test_learns_outputs_of_another_size(rule: Change, inputs: list[np.ndarray]) -> None:
    task = make_task(rule, inputs)
    assert same_grid(first_attempt(task), task.test[0].output)


@pytest.mark.parametrize("seed", range(6))
def test_every_test_input_gets_two_different_grids(seed: int) -> None:
    """Whatever the sizes: here nothing tells them."""
    draw = np.random.default_rng(seed)
    grids = [draw.integers(0, 4, draw.integers(1, 9, 2)) for _ in range(8)]
    pairs = [Pair(as_grid(one), as_grid(other)) for one, other in zip(grids[:4], grids[4:], strict=True)]
    task = Task("made", tuple(pairs[: 1 + seed % 2]), tuple(pairs[2:]))
    made = list(predict(task.hidden(), TaskBudget(BUDGET * SECOND)))
    assert sorted((p.test_index, p.sample) for p in made) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert len({(p.test_index, grid_key(known(p.grid))) for p in made}) == 4
    assert all(known(p.grid).dtype == np.int8 and 0 <= known(p.confidence) <= 1 for p in made)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 7), st.tuples(st.integers(1, 9), st.integers(1, 9)), st.randoms(use_true_random=False))
def test_boxes_turn_with_their_grid(symmetry: int, shape: tuple[int, int], draw: random.Random) -> None:
    top, left = draw.randrange(shape[0]), draw.randrange(shape[1])
    box = Box(top, left, draw.randint(1, shape[0] - top), draw.randint(1, shape[1] - left))
    grid = np.arange(shape[0] * shape[1]).reshape(shape).astype(np.int8)
    there = turned(box, shape, symmetry).of(dihedral(grid, symmetry))
    assert (there == dihedral(box.of(grid), symmetry)).all()


@pytest.mark.parametrize(
    ("shape_of", "expected"),
    [
        (lambda g: (2, 3), (2, 3)),
        (lambda g: (g.shape[0] + 2, 1), (9, 1)),
        (lambda g: (1, np.count_nonzero(g == 2)), (1, 7)),
        (lambda g: (g.shape[0] * len(set(g.ravel()) - {0}), g.shape[1]), (14, 5)),
    ],
    ids=["constant", "side-and-more", "count-of-a-colour", "side-times-kinds"],
)
def test_sizes_follow_numbers_of_the_input(
    shape_of: Callable[[np.ndarray], tuple[int, int]], expected: tuple[int, ...]
) -> None:
    draw = np.random.default_rng(1)
    grids = []
    for number, (height, width) in enumerate(((4, 6), (5, 4), (6, 8), (7, 5))):
        cells = [2] * (2 * number + 1) + [1] * 3 * (number % 2) + [0] * height * width
        grids.append(draw.permutation(cells[: height * width]).reshape(height, width).astype(np.int8))
    numbers = [numbers_of(grid, 0) for grid in grids]
    predicted, (guesses,) = sizes(numbers, [shape_of(grid) for grid in grids[:3]])
    assert guesses[0].box.shape == expected
    assert sum(predicted) >= 2


def test_a_size_may_be_that_of_a_colours_box() -> None:
    draw = np.random.default_rng(2)
    boxes = [(3, 5), (4, 2), (6, 3), (2, 7), (5, 4)]
    grids = []
    for high, wide in boxes:
        grid = draw.integers(1, 4, (12, 14)).astype(np.int8)
        grid[2 : 2 + high, 4 : 4 + wide] = 0
        grids.append(grid)
    _, (guesses,) = sizes([numbers_of(grid, 1) for grid in grids], boxes[:4])
    assert guesses[0].box.shape == boxes[4]


@pytest.mark.parametrize(
    ("trained", "asked", "longest"),
    [
        pytest.param((4, 5, 4), 12, 30, id="a rule that would pass ARC's longest side is not followed"),
        pytest.param(
            (11, 12, 11), 12, 36, id="longer outputs than ARC's are drawn where the pairs have them"
        ),
    ],
)
def test_outputs_beyond_the_longest_side(trained: tuple[int, ...], asked: int, longest: int) -> None:
    inputs = [random_grids(1, (side, side), [1, 2], side + n)[0] for n, side in enumerate((*trained, asked))]
    task = make_task(lambda grid: np.tile(grid, (3, 3)), inputs)
    drawn = list(predict(task.hidden(), TaskBudget(SECOND)))
    assert len(drawn) >= 2
    assert all(max(known(made.grid).shape) <= longest for made in drawn)
    assert longest == 30 or known(drawn[0].grid).shape == (longest, longest)


def test_a_choice_says_which_pairs_it_could_foresee() -> None:
    grids = [boxes_grid(seed) for seed in range(4)]
    best = choices(grids[:3], [crop_largest(g) for g in grids[:3]], grids[3:], [0] * 4)[0]
    assert best.likeness == 1 and all(best.predicted)
    assert same_grid(best.guesses[0][0].box.of(grids[3]), crop_largest(grids[3]))
    assert sum(guess.probability for guess in best.guesses[0]) <= 1.0001


def test_one_pair_is_not_an_error() -> None:
    task = make_task(checker, random_grids(2, (7, 7), [1, 2, 3], seed=1))
    assert all(p.grid is not None for p in predict(task.hidden(), TaskBudget(BUDGET * SECOND)))


def test_frames_by_size() -> None:
    assert _frames(lambda g: g) == [Frame("same")]
    assert _frames(lambda g: np.tile(g, (3, 2)))[0] == Frame("scale", 3, 2)
    assert Frame("panels", 1, 2) in _frames(lambda g: g[:, :4])
    assert "free" in {frame.kind for frame in _frames(lambda g: g[:5, :1])}


def _frames(rule: Change) -> list[Frame]:
    task = make_task(rule, random_grids(4, (6, 8), [1, 2], seed=3, density=0.6))
    return frames_of(task, [0] * 4)


def test_separators_cut_panels() -> None:
    grid = np.zeros((7, 5), np.int8)
    grid[3], grid[:, 2], grid[0, 0] = 5, 5, 1
    assert separators(grid) == (5, [(0, 3), (4, 7)], [(0, 2), (3, 5)])
    assert separators(np.arange(6, dtype=np.int8).reshape(2, 3))[0] == -1


def test_line_of_sight_skips_the_background() -> None:
    grid = np.array([[0, 0, 3, 0, 7]], np.int8)
    seen, steps = line_of_sight(grid, 0, 0, 1)
    assert seen.tolist() == [[3, 3, 7, 7, OUTSIDE]]
    assert steps.tolist() == [[2, 1, 2, 1, 1]]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 7), st.integers(0, 10**6), st.integers(3, 7), st.integers(3, 7))
def test_votes_of_a_view_come_back_in_the_tasks_own_view(
    symmetry: int, seed: int, height: int, width: int
) -> None:
    grids = random_grids(3, (height, width), [1, 2, 3], seed)
    task = make_task(lambda g: g, grids)
    cells = known(view(task, symmetry).train)[0]
    votes = np.eye(10)[cells.target]
    assert same_grid(as_grid(cells.restore(votes).argmax(2)), task.train[0].output)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 7), st.integers(0, 10**6))
def test_recolouring_leaves_numbers_alone(symmetry: int, seed: int) -> None:
    grids = random_grids(2, (6, 6), [1, 2], seed)
    swapped = [np.array([0, 5, 8])[g] for g in grids]
    one, other = (known(view(make_task(lambda g: g, gs), symmetry).train)[0] for gs in (grids, swapped))
    assert (one.numbers == other.numbers).all()


def test_labels_name_the_source_of_a_colour() -> None:
    inputs = [np.pad(np.full((3, 3), c), 2) for c in (2, 3, 4)]
    task = make_task(lambda g: np.where(g == 0, g.max(), 0), inputs)
    cells = known(view(task, 0).train)
    labels = choose_labels(cells, (0,), layers=True, covers=1, seed=0)[0]
    assert all((labels.assign(c) >= 0).all() for c in cells)
    assert all(code >= 0 or code == -1 for code in labels.codes), "no constant but black is needed"


def test_covers_differ_in_what_the_training_cells_do_not_tell_apart() -> None:
    task = make_task(lambda g: g[:, ::-1], random_grids(5, (6, 8), [1, 2, 3], seed=5, density=0.5))
    cells = known(view(task, 0).train)
    covers = choose_labels(cells, (0,), layers=True, covers=8, seed=0)
    assert covers[:1] == choose_labels(cells, (0,), layers=True, covers=1, seed=1), "the greedy one is first"
    assert len(set(covers)) > 1
    assert all((labels.assign(c) >= 0).all() for labels in covers for c in cells)


def test_views_describe_turned_grids() -> None:
    task = make_task(lambda g: g[::-1], random_grids(3, (4, 6), [1, 2], seed=9))
    for symmetry in range(8):
        cells = known(view(task, symmetry).train)[0]
        turned = dihedral(task.train[0].input, symmetry)
        assert cells.shape == turned.shape
        assert (cells.colours[:, 0] == turned.ravel()).all()


def test_learns_from_what_pipelines_make_of_the_input() -> None:
    def fallen_and_striped(grid: np.ndarray) -> np.ndarray:  # cells fall down, then every other row is marked
        fallen = np.stack([np.concatenate([c[c == 0], c[c > 0]]) for c in grid.T], axis=1)
        row = np.indices(grid.shape)[0]
        return np.where((fallen > 0) & (row % 2 == 0), 5, fallen)

    task = make_task(fallen_and_striped, random_grids(5, (8, 8), [1, 2, 3], seed=4, density=0.3))
    fallen = [np.sort(grid > 0, axis=0) for grid in task.inputs]
    workshop = Workshop(task.hidden(), 0)
    assert any(
        all(((made > 0) == shown).all() for made, shown in zip(grids, fallen, strict=True))
        for grids in workshop.made
    )
    plain, stacked = [
        known(workshop.try_out(Frame("same"), Variant((0,), False, made))) for made in (False, True)
    ]
    assert stacked.wrong < plain.wrong / 2


def test_asks_what_the_catalogue_says_of_cells() -> None:
    def largest_room_filled(grid: np.ndarray) -> np.ndarray:
        return np.where(in_largest_box(grid == 0), 4, grid)

    task = make_task(largest_room_filled, random_grids(5, (9, 9), [1, 2, 3], seed=6, density=0.2))
    layers = named_layers(task)
    for grid, mine in zip(task.inputs, layers, strict=True):
        assert (mine.numbers["in_largest_box(empty)"] == in_largest_box(grid == 0)).all()
        assert [*mine.numbers, *mine.colours] == [*layers[0].numbers, *layers[0].colours]
    workshop = Workshop(task.hidden(), 0)
    variants = [Variant((0,), False, False, max_features=1.0, named=named) for named in (False, True)]
    plain, told = [known(workshop.try_out(Frame("same"), variant)) for variant in variants]
    assert plain.exact == 0
    assert told.exact == 1


def test_the_layers_told_are_distinct_and_say_something() -> None:
    task = make_task(lambda g: g[::-1], random_grids(3, (5, 7), [1, 2], seed=3))
    for group in ("numbers", "colours"):
        told = [
            np.concatenate([getattr(layers, group)[name].ravel() for layers in named_layers(task)])
            for name in getattr(named_layers(task)[0], group)
        ]
        assert all((values != values[0]).any() for values in told)
        assert len({values.tobytes() for values in told}) == len(told)


def test_pipelines_that_give_no_grid_of_the_outputs_size_add_nothing() -> None:
    inputs = random_grids(4, (7, 5), [1, 2], seed=1)
    task = make_task(lambda grid: np.full((11 + int(grid.sum()) % 13, 17), grid[0, 0]), inputs)
    assert Workshop(task.hidden(), 0).made == []
