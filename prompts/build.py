"""From a task to a prompt: what is shown, in which words, and how the answer starts.

The prompt does not know which model reads it: it is a list of messages and the start of the answer. A
backend turns it into tokens with the model's chat template, or into plain text for base models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import Template

from arc import Pair, Task
from prompts.encoders import GridEncoder
from prompts.errors import PromptError, PromptTooLong
from prompts.primitives import primitives_text
from prompts.versions import AnswerKind, PromptVersion

MIN_PAIRS = 2


@dataclass(frozen=True)
class Prompt:
    """What a model is asked.

    `prefill` is the start of the answer, put into the model's mouth; `pairs` are the numbers of the training
    pairs shown; `stop` are texts at which the answer is over.
    """

    version: str
    kind: AnswerKind
    system: str
    user: str
    prefill: str
    pairs: tuple[int, ...]
    stop: tuple[str, ...] = ()

    @property
    def messages(self) -> list[dict[str, str]]:
        """The chat messages before the answer, in the common role/content form."""
        system = [{"role": "system", "content": self.system}] if self.system else []
        return [*system, {"role": "user", "content": self.user}]

    @property
    def text(self) -> str:
        """The prompt for a base model, which has no chat template."""
        return "\n\n".join(part for part in (self.system, self.user, self.prefill) if part)


@dataclass(frozen=True)
class Question:
    """What a prompt needs beyond the training pairs; which of it, the version says."""

    test_index: int = 0
    code: str = ""
    mistake: str = ""


def build_prompt(
    version: PromptVersion,
    task: Task,
    encoder: GridEncoder,
    question: Question | None = None,
    pairs: tuple[int, ...] | None = None,
    prefill: bool = True,
) -> Prompt:
    """Fill a version's template with `task` as it is (an augmented view is applied before).

    `pairs` are the training pairs to show (all if None). Without `prefill` the model starts its answer
    itself, as models that think aloud first need it.
    """
    question = question or Question()
    shown = tuple(range(len(task.train))) if pairs is None else pairs
    if not 0 <= question.test_index < len(task.test):
        raise PromptError(
            f"task {task.id} has {len(task.test)} test inputs, not number {question.test_index}"
        )
    fields = {
        "pairs": _blocks(version.pair, [task.train[number] for number in shown], encoder),
        "tests": _blocks(version.test, task.test, encoder),
        "input": encoder.encode(task.test[question.test_index].input),
        "code": question.code.strip(),
        "mistake": question.mistake.strip(),
        "primitives": primitives_text() if "primitives" in version.needs else "",
    }
    for needed in sorted(version.needs & {"code", "mistake"}):
        if not fields[needed]:
            raise PromptError(f"prompt {version.name} asks about a program: give it its {needed}")
    start = Template(version.answer).substitute(grid_start=encoder.opening or "```\n")
    return Prompt(
        version=version.name,
        kind=version.kind,
        system=version.system,
        user=Template(version.user).substitute(fields),
        prefill=_open_line(start) if prefill else "",
        pairs=shown,
        stop=("\n```",) if prefill and start else (),
    )


def _open_line(start: str) -> str:
    """The start of an answer: a model goes on after a line break, or inside a fence's first line."""
    return start if start.endswith((":", "\n")) or not start else start + "\n"


def _blocks(template: str, pairs: tuple[Pair, ...] | list[Pair], encoder: GridEncoder) -> str:
    wanted = set(Template(template).get_identifiers())
    return "\n\n".join(
        Template(template).substitute(
            number=number,
            input=encoder.encode(pair.input),
            output=encoder.encode(pair.answer) if "output" in wanted else "",
        )
        for number, pair in enumerate(pairs, start=1)
    )


def fit_prompt(
    make: Callable[[tuple[int, ...]], Prompt],
    task: Task,
    count: Callable[[Prompt], int],
    limit: int,
) -> Prompt:
    """The prompt with as many training pairs as fit into `limit` tokens, as `count` counts them.

    The rule: while it is too long, the pair with the most cells (input and output together, the later one
    of equals) is dropped, down to two pairs (one, for a task that has one). PromptTooLong if that is still
    too long; nothing is ever cut.
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
