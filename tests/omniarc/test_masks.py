"""What is read off the bytes of masks is what numpy says of them, in any memory layout."""

import numpy as np

from omniarc.masks import box_of, every, plain, some


def test_masks_say_what_numpy_says() -> None:
    random = np.random.default_rng(0)
    for share in (0.0, 0.05, 0.5, 1.0):
        for _ in range(50):
            whole = random.random(random.integers(1, 9, 2)) < share
            for mask in (whole, whole.T, whole[::-1], whole[:, ::2], whole.astype(np.int64) * 7):
                rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
                box = (slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1)) if rows.size else None
                assert box_of(mask) == box
                assert some(mask != 0) == mask.any() and every(mask != 0) == mask.all()


def test_a_plain_array_has_one_value() -> None:
    made = plain((2, 3), -1)
    assert made.dtype == np.int8 and (made == np.full((2, 3), -1)).all()
