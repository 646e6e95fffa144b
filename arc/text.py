"""Text from files and models, made safe to print."""

from __future__ import annotations


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
