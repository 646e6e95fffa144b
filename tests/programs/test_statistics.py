"""Counts over the programs: checked on programs whose words are known."""

from __future__ import annotations

import omniarc
from programs.statistics import distinct_programs, word_counts, word_pairs


def test_words_are_counted_once_a_program() -> None:
    counts = word_counts()
    assert set(counts) <= set(omniarc.vocabulary())
    assert counts["find_objects"] > 60
    assert counts["paint"] >= counts["swap_colours"] >= 1
    assert max(counts.values()) <= len(distinct_programs())


def test_pairs_follow_variables_and_nesting() -> None:
    pairs = word_pairs()
    # `left, right = halves(grid)`-like uses do not count, `neither(*halves(grid))` does
    assert pairs["neither", "halves"] >= 2
    # scale_up(crop…)-like nesting and `shape = crop_to_content(grid); beside(shape, shape)`
    assert pairs["beside", "crop_to_content"] >= 2
    assert pairs["halves", "grid"] >= 5
    assert pairs["return", "paint"] > 10
