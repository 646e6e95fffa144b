"""Texts that differ only in numbers and letters become one template: which field stands where is inferred.

A part is a run of digits, or a capital letter on its own; what lies between parts must be equal in all texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PART = re.compile(r"(\d+|(?<![A-Z])[A-Z](?![A-Za-z]))")
_BETWEEN_SIDES = re.compile(r"\s*(?:[x×X*,/:]|by|rows? (?:and|by|x)|rows,)\s*")

Fields = Mapping[str, object]


@dataclass(frozen=True)
class Instance:
    """One text, and what the fields are where it stands."""

    text: str
    fields: Fields


@dataclass(frozen=True)
class TemplatePiece:
    """A literal text, or a field by its name."""

    text: str
    field: str = ""

    def written(self) -> str:
        """As in a template."""
        return f"${{{self.field}}}" if self.field else self.text.replace("$", "$$")

    def filled(self, fields: Fields) -> str:
        """As in a text."""
        return str(fields[self.field]) if self.field else self.text


def fill_fields(pieces: Sequence[TemplatePiece], fields: Fields) -> str:
    """The text that pieces make with these fields."""
    return "".join(piece.filled(fields) for piece in pieces)


def unified(instances: Sequence[Instance]) -> list[TemplatePiece] | None:
    """The pieces that make every instance's whole text; None if there are none."""
    pieces = common_start(instances)
    whole = all(fill_fields(pieces, instance.fields) == instance.text for instance in instances)
    return pieces if whole else None


def common_start(instances: Sequence[Instance]) -> list[TemplatePiece]:
    """The pieces of the longest start that all instances share."""
    return _shared([_PART.split(instance.text) for instance in instances], instances, backwards=False)


def common_end(instances: Sequence[Instance]) -> list[TemplatePiece]:
    """The pieces of the longest end that all instances share."""
    parts = [[part[::-1] for part in reversed(_PART.split(instance.text))] for instance in instances]
    pieces = _shared(parts, instances, backwards=True)
    return [piece if piece.field else TemplatePiece(piece.text[::-1]) for piece in reversed(pieces)]


def _shared(parts: list[list[str]], instances: Sequence[Instance], backwards: bool) -> list[TemplatePiece]:
    pieces: list[TemplatePiece] = []
    for place in range(min(map(len, parts))):
        texts = [part[place] for part in parts]
        if place % 2 == 0:
            literal = _common(texts)
            if literal:
                pieces.append(TemplatePiece(literal))
            if any(text != literal for text in texts):
                break
            continue
        values = [text[::-1] if backwards else text for text in texts]
        piece = _part(values, instances, pieces, texts[0])
        if piece is None:
            break
        pieces.append(piece)
    return _with_sides(pieces, instances, backwards)


def _part(
    values: list[str], instances: Sequence[Instance], before: list[TemplatePiece], literal: str
) -> TemplatePiece | None:
    """A part: the same text everywhere, or the field that explains it everywhere."""
    if len(set(values)) == 1:
        return TemplatePiece(literal)
    names = _explaining(values, instances)
    used = before[-2].field if len(before) > 1 else ""
    fresh = [name for name in names if name != used and name.partition("_")[0] == used.partition("_")[0]]
    chosen = (fresh or names or [""])[0]
    return TemplatePiece("", chosen) if chosen else None


def _explaining(values: Sequence[str], instances: Sequence[Instance]) -> list[str]:
    names = instances[0].fields
    return [
        name
        for name in names
        if all(str(i.fields.get(name)) == value for i, value in zip(instances, values, strict=True))
    ]


def _with_sides(
    pieces: list[TemplatePiece], instances: Sequence[Instance], backwards: bool
) -> list[TemplatePiece]:
    """Two equal numbers beside each other that are a grid's sides everywhere are its sides, not constants."""
    found = list(pieces)
    for place in range(len(found) - 2):
        one, between, other = found[place : place + 3]
        joint = between.text[::-1] if backwards else between.text
        if between.field or not _BETWEEN_SIDES.fullmatch(joint):
            continue
        values = [piece.text[::-1] if backwards else piece.text for piece in (one, other)]
        for side in ("input", "output"):
            names = [f"{side}_height", f"{side}_width"]
            for order in (names, names[::-1]):
                if all(
                    piece.field == name or (not piece.field and _is(value, name, instances))
                    for piece, value, name in zip((one, other), values, order, strict=True)
                ) and not (one.field and other.field):
                    found[place], found[place + 2] = TemplatePiece("", order[0]), TemplatePiece("", order[1])
                    break
            else:
                continue
            break
    return found


def _is(value: str, name: str, instances: Sequence[Instance]) -> bool:
    return all(name in i.fields and str(i.fields[name]) == value for i in instances)


def _common(texts: list[str]) -> str:
    shortest = min(texts, key=len)
    length = next(
        (n for n, char in enumerate(shortest) if any(text[n] != char for text in texts)), len(shortest)
    )
    return shortest[:length]
