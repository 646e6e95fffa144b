"""Text made visible: nothing that a terminal would obey is left, and what prints is left alone. Names."""

from hypothesis import given
from hypothesis import strategies as st

from arc import did_you_mean, visible


def test_what_prints_stays_and_what_does_not_is_escaped() -> None:
    assert visible("00d62c1b [/x] ✓ é") == "00d62c1b [/x] ✓ é"
    assert visible("\x1b[31mred\x07\r\n") == r"\x1b[31mred\x07\r\n"
    assert visible("a\nb\x1b", keep="\n") == "a\nb" + r"\x1b"
    assert visible("\ud800 \u202egnp.exe") == r"\ud800 \u202egnp.exe"


@given(st.text(alphabet=st.characters()))
def test_the_result_always_prints_and_encodes(text: str) -> None:
    assert visible(text).isprintable()
    visible(text).encode()


def test_a_mistyped_name_is_told_the_nearest_one() -> None:
    names = ["007bbfb7", "00d62c1b", "arc-agi-1/training"]
    assert did_you_mean("007bbfb8", names) == "; did you mean 007bbfb7?"
    assert did_you_mean("arc-agi-1/trainin", names) == "; did you mean arc-agi-1/training?"
    assert did_you_mean("nothing", names) == did_you_mean("", names) == did_you_mean("007bbfb7", []) == ""
