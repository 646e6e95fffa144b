"""Text from users, files and models: made safe to print, or found among the names that exist."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

_LONGEST_NAME = 200  # characters


def visible(text: str, *, keep: str = "") -> str:
    r"""`text` with every unprintable character written as an escape, such as \x1b.

    Those are control codes (which move a terminal's cursor or colour it), marks that reverse the direction of
    writing, and lone surrogates (which can't be written at all). The characters in `keep`, such as newlines,
    stay.
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in keep else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )


def encodable(text: str) -> str:
    """`text` with lone surrogates, which a model can write and UTF-8 can't hold, as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The end of an error about an unknown name: "; did you mean X?", or "" if no known name is like it."""
    near = get_close_matches(name[:_LONGEST_NAME], known, 1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else ""
