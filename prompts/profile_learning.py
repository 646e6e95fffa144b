"""A profile learned from examples: prompts as a model's own training set has them, and the tasks in them.

The grids of a task are found in the text, whatever encoder wrote them; the text between becomes templates.
What is learned is rendered again and compared with the examples byte for byte; the differences are reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from arc import Pair, Task, as_grid
from prompts.build import Prompt, Question, Turn, build_prompt
from prompts.encoders import (
    GridCodeBlockEncoder,
    GridEncoder,
    GridShapeEncoder,
    RowNumberEncoder,
    encoder_spec,
)
from prompts.errors import PromptError
from prompts.example_prompts import TURN_END as _END
from prompts.example_prompts import ExamplePrompt
from prompts.find_encoder import FoundEncoder, likely_encoders
from prompts.profiles import Profile, profile_from
from prompts.templating import Instance, TemplatePiece, common_end, common_start, fill_fields, unified
from prompts.versions import AnswerKind, Role

_INPUT, _OUTPUT, _TEST = "\ue000", "\ue001", "\ue002"
_NAMES = {_INPUT: "input", _OUTPUT: "output", _TEST: "input"}
_PLACEMENTS = 300
_CODE = re.compile(r"\b(?:python|def|function|program|code)\b", re.IGNORECASE)
_OPENING = re.compile(r"(?:(?!```).)*```\w*\n", re.DOTALL)


class LearningError(PromptError):
    """No profile can be learned from the examples; the message says what is missing."""


@dataclass(frozen=True)
class Learned:
    """A profile as the table of its file, and what was assumed or not explained, one line each.

    `exact` means that it reproduces every example byte for byte.
    """

    table: dict[str, Any]
    notes: tuple[str, ...]
    exact: bool


@dataclass(frozen=True)
class _Placed:
    """Where the grids of a task are in an example; spans are (start, end) in its joined text.

    `order` are the numbers of the training pairs as shown; `tests` those of the test inputs.
    """

    example: ExamplePrompt
    order: tuple[int, ...]
    pairs: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    tests: tuple[tuple[int, tuple[int, int]], ...]
    answer: tuple[int, int] | None

    def pair(self, place: int) -> Pair:
        return self.example.task.train[self.order[place]]


def learn_profile(examples: Sequence[ExamplePrompt], ask: AnswerKind | None = None) -> Learned:
    """The profile that writes these examples.

    `ask` is what they ask for; without it, this is inferred from the answers or the wording. Raises
    LearningError if the grids of a task are not found in its example, or their order is one that no profile
    can express.
    """
    errors: list[str] = []
    for found in _encoders(examples):
        best: Learned | None = None
        for placed in _placements(examples, found.encoder):
            try:
                learned = _learn(placed, found, ask)
            except LearningError as error:
                errors.append(str(error))
                continue
            if learned.exact:
                return learned
            best = best or learned
        if best is not None:
            return best
    if errors:
        raise LearningError(errors[0])
    names = ", ".join(example.task.id for example in examples)
    raise LearningError(
        f"the grids of {names} are not found in the example: is it this task, unchanged (same colours)?"
    )


def _encoders(examples: Sequence[ExamplePrompt]) -> list[FoundEncoder]:
    """The encoders that wrote every example, those that explain most of the text first."""
    first = examples[0]
    grids = [grid for pair in first.task.train for grid in (pair.input, pair.answer)]
    grids += [pair.input for pair in first.task.test]
    scored: list[tuple[int, FoundEncoder]] = []
    for found in likely_encoders(first.text, grids):
        if all(next(_placements_of(example, found.encoder), None) for example in examples):
            length = sum(len(found.encoder.encode(grid)) for grid in grids)
            scored.append((length, found))
    return [found for _, found in sorted(scored, key=lambda entry: -entry[0])]


def _placements(examples: Sequence[ExamplePrompt], encoder: GridEncoder) -> Iterator[list[_Placed]]:
    """Ways to place the grids of all examples: the first example's vary, the others take their first."""
    rest = [next(_placements_of(example, encoder), None) for example in examples[1:]]
    others = [placed for placed in rest if placed is not None]
    if len(others) == len(rest):
        for placed in islice(_placements_of(examples[0], encoder), _PLACEMENTS):
            yield [placed, *others]


def _placements_of(example: ExamplePrompt, encoder: GridEncoder) -> Iterator[_Placed]:
    """Ways to find all pairs of an example in the order of the text, then test inputs."""
    task, text, cells = example.task, example.text, _cells(encoder)
    written = [(encoder.encode(pair.input), encoder.encode(pair.answer)) for pair in task.train]

    def pairs(
        place: int, left: frozenset[int]
    ) -> Iterator[list[tuple[int, tuple[int, int], tuple[int, int]]]]:
        starts = sorted(
            (span[0], number)
            for number in left
            for span in islice(_spans(text, written[number][0], place, cells), 1)
        )
        if not starts:
            yield []
            return
        number = starts[0][1]
        for given in islice(_spans(text, written[number][0], place, cells), 3):
            for output in islice(_spans(text, written[number][1], given[1], cells), 4):
                for rest in pairs(output[1], left - {number}):
                    yield [(number, given, output), *rest]

    for found in pairs(0, frozenset(range(len(task.train)))):
        if len(found) < len(task.train):
            continue
        end = found[-1][2][1]
        tests: list[tuple[int, tuple[int, int]]] = []
        for number, pair in enumerate(task.test):
            span = next(
                _spans(text, encoder.encode(pair.input), tests[-1][1][1] if tests else end, cells), None
            )
            if span is not None:
                tests.append((number, span))
        if not tests:
            continue
        wanted = task.test[tests[-1][0]].output
        answer = (
            None
            if wanted is None
            else next(_spans(text, encoder.encode(wanted), tests[-1][1][1], cells), None)
        )
        spans = tuple((given, output) for _, given, output in found)
        yield _Placed(example, tuple(number for number, _, _ in found), spans, tuple(tests), answer)


def _spans(text: str, part: str, start: int, cells: str) -> Iterator[tuple[int, int]]:
    """Where `part` occurs in `text` from `start` on, with none of the symbols `cells` next to it."""
    place = text.find(part, start)
    while place >= 0:
        end = place + len(part)
        before = text[place - 1 : place] if part[0] in cells else ""
        behind = text[end : end + 1] if part[-1] in cells else ""
        if not (before and before in cells) and not (behind and behind in cells):
            yield place, end
        place = text.find(part, place + 1)


def _cells(encoder: GridEncoder) -> str:
    """The characters that cells are written with."""
    plain = (
        encoder.base
        if isinstance(encoder, (GridShapeEncoder, GridCodeBlockEncoder, RowNumberEncoder))
        else encoder
    )
    if plain is not encoder:
        return _cells(plain)
    return "".join(char for char in encoder.encode(as_grid([list(range(10))])) if char not in " \t\n,;|/[]")


def _learn(placed: list[_Placed], found: FoundEncoder, ask: AnswerKind | None) -> Learned:
    asked = [_asked(one) for one in placed]
    kind = ask or _kind(placed[0])
    notes = _encoder_notes(found)
    if ask is None:
        notes.append(f"taken as asking for a {kind} (--ask says otherwise)")
    ending = _ending(asked, kind, found.encoder)
    marked = [_marked(one) for one in placed]
    version: dict[str, Any] = (
        _turned(placed, marked) if _alternating(placed[0]) else _listed(placed, marked, notes)
    )
    version |= ending
    table: dict[str, Any] = {"about": "Learned from an example.", "encoder": encoder_spec(found.encoder)}
    if not placed[0].example.chat:
        table["chat"] = False
    table[kind.value] = version
    profile = profile_from("learned", table, None)
    differences = [line for one in placed for line in _difference(profile, kind, one)]
    return Learned(table, (*notes, *differences), not differences)


def _encoder_notes(found: FoundEncoder) -> list[str]:
    if not found.guessed:
        return []
    colours = ", ".join(map(str, found.guessed))
    return [f"no grid shows the colours {colours}: how they are written is a guess (see encoder)"]


def _kind(placed: _Placed) -> AnswerKind:
    if placed.answer is not None:
        return AnswerKind.GRID
    words = "".join(turn.text for turn in placed.example.turns)
    return AnswerKind.PROGRAM if _CODE.search(words) else AnswerKind.GRID


@dataclass(frozen=True)
class _Asked:
    """The prompt in an example, up to where the answer starts, and the answer."""

    turns: tuple[Turn, ...]
    before: str
    behind: str
    answer: str


def _asked(placed: _Placed) -> _Asked:
    """An example without its answer; `before` and `behind` are around the grid that is the answer."""
    example = placed.example
    turns = example.turns
    if turns[-1].role is not Role.ASSISTANT:
        if example.chat or placed.answer is None:
            return _Asked(turns, "", "", "")
        start, end = placed.answer
        return _Asked(
            (Turn(Role.USER, example.text[:start]),), "", example.text[end:], example.text[start:end]
        )
    text = turns[-1].text
    if placed.answer is None:
        return _Asked(turns[:-1], "", "", text)
    offset = len(example.text) - len(text)
    start, end = placed.answer[0] - offset, placed.answer[1] - offset
    return _Asked(turns[:-1], text[: max(start, 0)], text[max(end, 0) :], text)


def _ending(asked: list[_Asked], kind: AnswerKind, encoder: GridEncoder) -> dict[str, Any]:
    """How answers start and end."""
    answers = [one for one in asked if one.answer]
    if not answers:
        return {}
    if kind is AnswerKind.GRID:
        starts, ends = {one.before for one in answers}, {one.behind for one in answers}
        start = starts.pop() if len(starts) == 1 else ""
        if encoder.opening and not start:
            return {"prefill": "$grid_start", "stop": ["\n```"]}
        end = ends.pop() if len(ends) == 1 else ""
        prefill = {"prefill": start.replace("$", "$$")} if start else {}
        return prefill | ({"stop": [end]} if end.strip() or "\n" in end else {})
    opened = [_OPENING.match(one.answer) for one in answers]
    starts = {match[0] for match in opened if match}
    if len(starts) != 1 or None in opened:
        return {}
    return {"prefill": starts.pop().replace("$", "$$"), "stop": ["\n```"]}


def _marked(placed: _Placed) -> str:
    """The joined text of the prompt with a mark for each grid."""
    text, example = placed.example.text, placed.example
    end = len(text)
    if example.turns[-1].role is Role.ASSISTANT:
        end = len(text) - len(example.turns[-1].text) - len(_END)
    elif placed.answer is not None and not example.chat:
        end = placed.answer[0]
    spans = [
        (span, mark) for pair in placed.pairs for span, mark in zip(pair, (_INPUT, _OUTPUT), strict=True)
    ]
    spans += [(span, _TEST) for _, span in placed.tests]
    parts, place = [], 0
    for (start, stop), mark in sorted(spans):
        if start < place or stop > end:
            raise LearningError("grids overlap in the example, or come after the question")
        parts += [text[place:start], mark]
        place = stop
    return "".join([*parts, text[place:end]])


def _alternating(placed: _Placed) -> bool:
    """True if the input and the output of a pair have turns of their own."""
    given, output = placed.pairs[0]
    return _END in placed.example.text[given[1] : output[0]]


def _pair_fields(placed: _Placed, place: int) -> dict[str, Any]:
    pair = placed.pair(place)
    return {
        "number": place + 1,
        "index": place,
        "letter": chr(ord("A") + place % 26),
        "input_height": pair.input.shape[0],
        "input_width": pair.input.shape[1],
        "output_height": pair.answer.shape[0],
        "output_width": pair.answer.shape[1],
    }


def _test_fields(placed: _Placed, place: int) -> dict[str, Any]:
    number = placed.tests[place][0]
    shape = placed.example.task.test[number].input.shape
    fields = {"number": number + 1, "index": number, "letter": chr(ord("A") + number % 26)}
    return {**fields, "input_height": shape[0], "input_width": shape[1]}


def _turn_fields(placed: _Placed) -> dict[str, Any]:
    return {**_test_fields(placed, len(placed.tests) - 1), **_counts(placed)}


def _counts(placed: _Placed) -> dict[str, Any]:
    return {"pair_count": len(placed.order), "test_count": len(placed.example.task.test)}


def _listed(placed: list[_Placed], marked: list[str], notes: list[str]) -> dict[str, Any]:
    """Pairs one after another in one turn."""
    pairs, heads, tails = _series(
        marked, _INPUT, _OUTPUT, [_all(_pair_fields, p, len(p.pairs)) for p in placed]
    )
    version: dict[str, Any] = {"pair": _text(pairs.item), "pair_separator": pairs.separator}
    several = [len(one.tests) > 1 for one in placed]
    body = "\ue004"  # where the pairs stand
    if any(several):
        fields = [_all(_test_fields, p, len(p.tests)) for p in placed]
        tests, before, after = _series(tails, _TEST, _TEST, fields)
        version |= {"test": _text(tests.item), "test_separator": tests.separator}
        wholes = [f"{h}{body}{b}\ue005{a}" for h, b, a in zip(heads, before, after, strict=True)]
    else:
        wholes = [f"{head}{body}{tail}" for head, tail in zip(heads, tails, strict=True)]
        if all(len(one.example.task.test) == 1 for one in placed):
            notes.append("the tasks have one test input each: taken as asking about one at a time")
    known = _counts if any(several) else _turn_fields
    instances = [Instance(whole, known(one)) for whole, one in zip(wholes, placed, strict=True)]
    pieces = unified(instances)
    if pieces is None:
        shared = _text(common_start(instances)).rpartition("\n")[2]
        raise LearningError(f"the examples differ after {shared[-60:]!r} in a way that no field explains")
    roles = [turn.role for turn in placed[0].example.turns]
    texts = _text(pieces).split(_END)
    version["turns"] = [{"role": role.value, "text": text} for role, text in zip(roles, texts, strict=False)]
    return version


@dataclass(frozen=True)
class _Series:
    item: list[TemplatePiece]
    separator: str


def _all(fields: Any, placed: _Placed, count: int) -> list[dict[str, Any]]:
    return [fields(placed, place) for place in range(count)]


def _series(
    texts: list[str], first: str, last: str, fields: list[list[dict[str, Any]]]
) -> tuple[_Series, list[str], list[str]]:
    """The template of consecutive items in each text, what separates them, the heads and the tails.

    An item runs from `first` to `last` and takes with it, before and after, what all of them share.
    """
    rows = [_Row(*_split(text, first, last), entry) for text, entry in zip(texts, fields, strict=True)]
    core = unified([Instance(core, f) for row in rows for core, f in zip(row.cores, row.fields, strict=True)])
    if core is None:
        raise LearningError(
            "the pairs are not all written the same way: no template explains what is in them"
        )
    alone = all(
        not row.gaps for row in rows
    )  # one item shows what it takes with it no more than its own line
    starts = [Instance(row.head.rpartition("\n\n")[2] if alone else row.head, row.fields[0]) for row in rows]
    starts += [Instance(gap, f) for row in rows for gap, f in zip(row.gaps, row.fields[1:], strict=True)]
    front = common_end(starts)
    for row in rows:
        row.cut_front(front)
    ends = [Instance("" if alone else row.tail, row.fields[-1]) for row in rows]
    ends += [Instance(gap, f) for row in rows for gap, f in zip(row.gaps, row.fields[:-1], strict=True)]
    back = common_start(ends)
    for row in rows:
        row.cut_back(back)
    between = {gap for row in rows for gap in row.gaps}
    if len(between) > 1:
        raise LearningError(f"what separates the pairs differs: {' | '.join(map(repr, sorted(between)))}")
    series = _Series([*front, *core, *back], between.pop() if between else "\n\n")
    return series, [row.head for row in rows], [row.tail for row in rows]


@dataclass
class _Row:
    """Consecutive items: their texts, what is between them, before the first and after the last."""

    cores: list[str]
    gaps: list[str]
    head: str
    tail: str
    fields: list[dict[str, Any]]

    def cut_front(self, pieces: list[TemplatePiece]) -> None:
        """Remove what belongs to the items' starts."""
        self.head = self.head.removesuffix(fill_fields(pieces, self.fields[0]))
        self.gaps = [
            gap.removesuffix(fill_fields(pieces, f))
            for gap, f in zip(self.gaps, self.fields[1:], strict=True)
        ]

    def cut_back(self, pieces: list[TemplatePiece]) -> None:
        """Remove what belongs to the items' ends."""
        self.tail = self.tail.removeprefix(fill_fields(pieces, self.fields[-1]))
        self.gaps = [
            gap.removeprefix(fill_fields(pieces, f))
            for gap, f in zip(self.gaps, self.fields[:-1], strict=True)
        ]


def _split(text: str, first: str, last: str) -> tuple[list[str], list[str], str, str]:
    """The items in a text, what is between them, before the first and after the last."""
    cores: list[str] = []
    gaps: list[str] = []
    head = text[: text.index(first)]
    place = len(head)
    while True:
        end = text.index(last, place) + 1
        cores.append(text[place:end])
        following = text.find(first, end)
        if following < 0:
            return cores, gaps, head, text[end:]
        gaps.append(text[end:following])
        place = following


def _turned(placed: list[_Placed], marked: list[str]) -> dict[str, Any]:
    """An example is a group of turns, the same for each pair."""
    first = placed[0]
    roles = [turn.role for turn in first.example.turns]
    turns = [text.split(_END) for text in marked]
    starts = [next(n for n, text in enumerate(ts) if _INPUT in text) for ts in turns]
    size = next(n for n, text in enumerate(turns[0]) if _OUTPUT in text) - starts[0] + 1
    for one, ts, start in zip(placed, turns, starts, strict=True):
        marks = "".join(
            char for text in ts[start : start + size * len(one.pairs)] for char in text if char in _NAMES
        )
        if marks != (_INPUT + _OUTPUT) * len(one.pairs) or len(ts) <= start + size * len(one.pairs):
            raise LearningError("the turns are not the same group for each pair, then the question")
    before = [_turn(roles[place], [ts[place] for ts in turns], placed) for place in range(starts[0])]
    each = [_each(roles[starts[0] + place], place, size, placed, turns, starts) for place in range(size)]
    ends = [start + size * len(one.pairs) for one, start in zip(placed, starts, strict=True)]
    behind = [
        _turn(roles[ends[0] + place], [ts[end + place] for ts, end in zip(turns, ends, strict=True)], placed)
        for place in range(len(turns[0]) - ends[0])
    ]
    return {"turns": [*before, *each, *behind]}


def _turn(role: Role, texts: list[str], placed: list[_Placed]) -> dict[str, Any]:
    pieces = unified([Instance(text, _turn_fields(one)) for text, one in zip(texts, placed, strict=True)])
    if pieces is None:
        raise LearningError(f"the {role} turns of the examples differ in a way that no field explains")
    return {"role": role.value, "text": _text(pieces)}


def _each(
    role: Role, place: int, size: int, placed: list[_Placed], turns: list[list[str]], starts: list[int]
) -> dict[str, Any]:
    """The template of the turns at one place of all groups; a longer start of the first is its preface."""
    instances = [
        [
            Instance(ts[s + size * number + place], _pair_fields(one, number))
            for number in range(len(one.pairs))
        ]
        for one, ts, s in zip(placed, turns, starts, strict=True)
    ]
    pieces = unified([instance for group in instances for instance in group])
    if pieces is not None:
        return {"role": role.value, "text": _text(pieces), "each_pair": True}
    later = [instance for group in instances for instance in group[1:]]
    pieces = unified(later) if later else None
    ends = [fill_fields(pieces, group[0].fields) if pieces else "\0" for group in instances]
    prefaces = {
        g[0].text.removesuffix(end) for g, end in zip(instances, ends, strict=True) if g[0].text.endswith(end)
    }
    if pieces is None or len(prefaces) != 1:
        raise LearningError(f"the {role} turns are not written the same way for each pair")
    preface = _text([TemplatePiece(prefaces.pop())])
    return {"role": role.value, "text": _text(pieces), "each_pair": True, "preface": preface}


def _text(pieces: Sequence[TemplatePiece]) -> str:
    """Pieces as the text of a template, grids and series by their names."""
    text = "".join(piece.written() for piece in pieces)
    names = {**_NAMES, "\ue004": "pairs", "\ue005": "tests"}
    for mark, name in names.items():
        text = text.replace(mark, f"${{{name}}}")
    return re.sub(r"\$\{(\w+)\}(?![A-Za-z0-9_])", r"$\1", text)


def _difference(profile: Profile, kind: AnswerKind, placed: _Placed) -> list[str]:
    """Where the profile's text differs from the example, in one line; empty if nowhere."""
    prompt = written_again(profile, kind, placed.example.task, placed.order, placed.tests[-1][0])
    expected = _asked(placed)
    whole = _END.join(turn.text for turn in expected.turns)
    mine = _END.join(turn.text for turn in prompt.turns)
    roles = [turn.role for turn in expected.turns] == [turn.role for turn in prompt.turns]
    if mine == whole and (roles or not prompt.chat):
        return []
    same = next(
        (n for n, (a, b) in enumerate(zip(mine, whole, strict=False)) if a != b), min(len(mine), len(whole))
    )
    shown = [text[max(0, same - 20) : same + 30].replace(_END, " <next turn> ") for text in (whole, mine)]
    return [f"task {placed.example.task.id}: from character {same} on not {shown[1]!r} but {shown[0]!r}"]


def written_again(
    profile: Profile, kind: AnswerKind, task: Task, order: tuple[int, ...], test_index: int
) -> Prompt:
    """The prompt that a learned profile writes for a task whose pairs are shown in `order`."""
    version = profile.version(kind.value)
    assert version is not None
    shown = replace(task, train=tuple(task.train[number] for number in order)).hidden()
    return profile.tell(build_prompt(version, shown, profile.encoder, Question(test_index)))
