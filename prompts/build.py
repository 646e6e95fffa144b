"""From a task to a prompt: what is shown, in what words and turns, and how the answer starts.

The prompt does not know which model reads it: it is a conversation and the start of the answer. A backend
turns it into tokens with the model's chat template, or into plain text for base models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from string import Template
from typing import Any

from arc import Grid, Pair, Task
from prompts.encoders import GridEncoder
from prompts.errors import PromptError, PromptTooLong
from prompts.primitives import primitives_text
from prompts.versions import AnswerKind, PromptVersion, Role, TurnTemplate

MIN_PAIRS = 2
FENCE = "```"


@dataclass(frozen=True)
class Turn:
    """What one side says."""

    role: Role
    text: str


@dataclass(frozen=True)
class Prompt:
    """A prompt: a conversation for the model to continue.

    `prefill` is the start of the answer, written for the model; `pairs` are the numbers of the training pairs
    shown; `stop` are strings that end the answer. `chat` False means that the turns' texts, one after
    another, are the whole text, with no chat template. `template_arguments` go to the chat template.
    """

    version: str
    kind: AnswerKind
    turns: tuple[Turn, ...]
    prefill: str = ""
    pairs: tuple[int, ...] = ()
    stop: tuple[str, ...] = ()
    chat: bool = True
    template_arguments: tuple[tuple[str, Any], ...] = ()

    @property
    def messages(self) -> list[dict[str, str]]:
        """The chat messages before the answer, in the common role/content form."""
        return [{"role": turn.role.value, "content": turn.text} for turn in self.turns]

    @property
    def text(self) -> str:
        """The prompt for a base model, which has no chat template."""
        if not self.chat:
            return "".join(turn.text for turn in self.turns) + self.prefill
        return "\n\n".join([*(turn.text for turn in self.turns), *([self.prefill] if self.prefill else [])])

    @property
    def system(self) -> str:
        """The system's text, or nothing."""
        return next((turn.text for turn in self.turns if turn.role is Role.SYSTEM), "")

    @property
    def user(self) -> str:
        """The user's last turn: the question itself."""
        return next((turn.text for turn in reversed(self.turns) if turn.role is Role.USER), "")

    def without_system(self) -> Prompt:
        """The same with the system's text before the user's first, for templates without a system role."""
        if not self.system:
            return self
        rest = [turn for turn in self.turns if turn.role is not Role.SYSTEM]
        first = Turn(rest[0].role, f"{self.system}\n\n{rest[0].text}")
        return replace(self, turns=(first, *rest[1:]))


@dataclass(frozen=True)
class Question:
    """What a prompt may need besides the training pairs; the version says which."""

    test_index: int = 0
    code: str = ""
    mistake: str = ""
    attempts: str = ""


@dataclass(frozen=True)
class Shot:
    """A solved task that is shown before the question: its program, or its test outputs, are the answer."""

    task: Task
    source: str


def build_prompt(
    version: PromptVersion,
    task: Task,
    encoder: GridEncoder,
    question: Question | None = None,
    pairs: tuple[int, ...] | None = None,
    prefill: bool = True,
    shots: Sequence[Shot] = (),
) -> Prompt:
    """Fill a version's template with `task` as it is (an augmented view is applied before).

    `pairs` are the training pairs to show (all if None). Without `prefill` the model starts its answer
    itself, as reasoning models must. `shots` come first, each with its answer.
    """
    question = question or Question()
    shown = tuple(range(len(task.train))) if pairs is None else pairs
    if not 0 <= question.test_index < len(task.test):
        raise PromptError(
            f"task {task.id} has {len(task.test)} test inputs, not number {question.test_index}"
        )
    for needed in sorted(version.needs & {"code", "mistake"}):
        if not getattr(question, needed).strip():
            raise PromptError(f"prompt {version.name} asks about a program: give it its {needed}")
    start = Template(version.prefill).substitute(grid_start=encoder.opening or f"{FENCE}\n")
    asked = _turns(version, task, encoder, question, shown)
    whole = [turn for shot in shots for turn in _shot(version, shot, encoder)] + asked
    first = next(place for place, turn in enumerate(whole) if turn.role is not Role.SYSTEM)
    turns = [turn for place, turn in enumerate(whole) if place < first or turn.role is not Role.SYSTEM]
    return Prompt(
        version=version.name,
        kind=version.kind,
        turns=tuple(turns),
        prefill=start if prefill else "",
        pairs=shown,
        stop=version.stop if prefill or not start else (),
    )


def answer_text(version: PromptVersion, encoder: GridEncoder, answer: str | Grid) -> str:
    """A complete right answer (a program's source, or a grid), with the version's start and end."""
    start = Template(version.prefill).substitute(grid_start=encoder.opening or f"{FENCE}\n")
    if isinstance(answer, str):
        return program_answer(answer, start)
    if encoder.opening:
        return encoder.encode(answer)
    end = f"\n{FENCE}" if FENCE in start else ""
    return f"{start}{encoder.encode(answer)}{end}"


def program_answer(source: str, start: str) -> str:
    """A fenced program that begins with `start`: the imports that it gives come first."""
    opening, _, given_text = start.partition("\n")
    given = [line for line in given_text.split("\n") if line]
    lines = source.strip().split("\n")
    if given and lines[: len(given)] != given:
        lines = [*given, *(line for line in lines if line not in given)]
    return f"{opening or FENCE + 'python'}\n" + "\n".join(lines).strip() + f"\n{FENCE}"


def _shot(version: PromptVersion, shot: Shot, encoder: GridEncoder) -> list[Turn]:
    """The turns that ask about a solved task, and the answer."""
    question = Question(code=shot.source, mistake="-", attempts="-")
    turns = _turns(version, shot.task, encoder, question, tuple(range(len(shot.task.train))))
    answer = shot.source if version.kind is AnswerKind.PROGRAM else shot.task.test[0].answer
    text = answer_text(version, encoder, answer) + version.shot_separator
    return [*turns, Turn(Role.ASSISTANT, text)]


def _turns(
    version: PromptVersion, task: Task, encoder: GridEncoder, question: Question, shown: tuple[int, ...]
) -> list[Turn]:
    pairs = [task.train[number] for number in shown]
    fields = {
        **_fields(question.test_index, task.test[question.test_index], encoder, frozenset()),
        "pairs": _joined(version.pair, version.pair_separator, pairs, encoder),
        "tests": _joined(version.test, version.test_separator, task.test, encoder),
        "pair_count": len(pairs),
        "test_count": len(task.test),
        "code": question.code.strip(),
        "mistake": question.mistake.strip(),
        "attempts": question.attempts,
        "primitives": primitives_text() if "primitives" in version.needs else "",
    }
    turns: list[Turn] = []
    repeated: list[TurnTemplate] = []
    for template in (*version.turns, None):
        if template is not None and template.each_pair:
            repeated.append(template)
            continue
        for number, pair in enumerate(pairs if repeated else []):
            for part in repeated:
                wanted = frozenset(Template(part.text).get_identifiers())
                text = Template(part.text).substitute(_fields(number, pair, encoder, wanted))
                preface = Template(part.preface).substitute() if not number else ""
                turns.append(Turn(part.role, preface + text))
        repeated = []
        if template is not None:
            turns.append(Turn(template.role, Template(template.text).substitute(fields)))
    return turns


def _fields(number: int, pair: Pair, encoder: GridEncoder, wanted: frozenset[str]) -> dict[str, Any]:
    """The values of one pair's fields; its output only if one of `wanted` needs it."""
    fields: dict[str, Any] = {
        "number": number + 1,
        "index": number,
        "letter": chr(ord("A") + number % 26),
        "input": encoder.encode(pair.input),
        "input_height": pair.input.shape[0],
        "input_width": pair.input.shape[1],
    }
    if any(name.startswith("output") for name in wanted):
        fields |= {
            "output": encoder.encode(pair.answer),
            "output_height": pair.answer.shape[0],
            "output_width": pair.answer.shape[1],
        }
    return fields


def _joined(template: str, separator: str, pairs: Sequence[Pair], encoder: GridEncoder) -> str:
    wanted = frozenset(Template(template).get_identifiers())
    return separator.join(
        Template(template).substitute(_fields(number, pair, encoder, wanted))
        for number, pair in enumerate(pairs)
    )


def fit_prompt(
    make: Callable[[tuple[int, ...]], Prompt],
    task: Task,
    count: Callable[[Prompt], int],
    limit: int,
) -> Prompt:
    """The prompt with as many training pairs as fit into `limit` tokens, as counted by `count`.

    While it is too long, the pair with the most cells (input and output together; of equals, the later) is
    dropped, down to two pairs (one, for a task that has one). PromptTooLong if that is still too long;
    nothing is truncated.
    """
    order = pairs_by_size(task)
    for dropped in range(max(1, len(order) - MIN_PAIRS + 1)):
        prompt = make(tuple(sorted(order[dropped:])))
        length = count(prompt)
        if length <= limit:
            return prompt
    raise PromptTooLong(
        f"task {task.id}: the prompt {prompt.version} takes {length} tokens with {len(prompt.pairs)} pairs, "
        f"{limit} fit: raise the context length or choose a shorter encoder"
    )


def pairs_by_size(task: Task) -> list[int]:
    """The numbers of the training pairs, those with the most cells first, later ones before earlier."""

    def cells(number: int) -> int:
        return int(task.train[number].input.size + task.train[number].answer.size)

    return sorted(range(len(task.train)), key=lambda number: (-cells(number), -number))
