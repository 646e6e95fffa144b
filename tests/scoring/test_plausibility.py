"""Plausibility: what the training outputs have in common is asked of an output, and nothing else."""

from collections.abc import Sequence

from arc import Grid, Pair, Task, as_grid
from scoring.plausibility import Looks, Plausibility


def g(*rows: Sequence[int]) -> Grid:
    return as_grid([list(row) for row in rows])


TURNED = Task(
    "t",
    (Pair(g((1, 0, 0), (0, 0, 0)), g((0, 0, 1), (0, 0, 0))), Pair(g((2, 0)), g((0, 2)))),
    (Pair(g((3, 0, 0), (0, 0, 0), (0, 0, 0)), None),),
)


def test_a_likely_output_has_nothing_against_it() -> None:
    found = Looks(TURNED).plausibility(0, g((0, 0, 3), (0, 0, 0), (0, 0, 0)))
    assert found == Plausibility(size=1.0, colours=1.0, symmetry=None, objects=1.0, change=1.0)
    assert found.text == ""


def test_another_size_a_new_colour_and_more_objects_are_told() -> None:
    looks = Looks(TURNED)
    assert looks.plausibility(0, g((0, 3))).size == 0.0
    assert looks.plausibility(0, g((0, 0, 7), (0, 0, 0), (0, 0, 0))).colours == 0.5
    two = looks.plausibility(0, g((3, 0, 3), (0, 0, 0), (0, 0, 0)))
    assert two.objects == 0.0 and "objects" in two.text


def test_an_output_that_leaves_everything_as_it_was_changes_too_little() -> None:
    assert Looks(TURNED).plausibility(0, TURNED.test[0].input).change == 0.0


def test_symmetry_counts_only_where_all_training_outputs_have_it() -> None:
    mirrored = Task(
        "m",
        (Pair(g((1, 2)), g((1, 2, 1))), Pair(g((3, 4)), g((3, 4, 3)))),
        (Pair(g((5, 6)), None),),
    )
    looks = Looks(mirrored)
    assert looks.plausibility(0, g((5, 6, 5))).symmetry == 1.0
    # a row is its own image upside down, but no longer from left to right nor half turned
    assert looks.plausibility(0, g((5, 6, 6))).symmetry == 1 / 3


def test_sizes_in_proportion_are_expected_in_proportion() -> None:
    doubled = Task(
        "d",
        (Pair(g((1, 2)), g((1, 1, 2, 2))), Pair(g((3,)), g((3, 3)))),
        (Pair(g((5, 6, 7)), None),),
    )
    looks = Looks(doubled)
    assert looks.plausibility(0, g((5, 5, 6, 6, 7, 7))).size == 1.0
    assert looks.plausibility(0, g((5, 6, 7))).size == 0.0
