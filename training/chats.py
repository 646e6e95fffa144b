"""Examples that are chats already: JSONL or Parquet rows with a `messages` list, the last the assistant's.

`task_id` (what is held out together) and `prefill` (the start of the answer that is given, not learned) are
optional; `omni-arc export-training` writes both.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prompts import AnswerKind, Prompt, PromptTooLong, Role, Turn
from training.errors import TrainingError
from training.examples import Example, Room
from training.exams import exam_of_chat


class ChatSource:
    """The chats of a file; JSONL is read line by line when asked for, Parquet once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_file():
            raise TrainingError(f"{path}: {'a folder, not a file' if path.is_dir() else 'no such file'}")
        self._rows = _ParquetRows(path) if path.suffix == ".parquet" else _LineRows(path)
        if not len(self._rows):
            raise TrainingError(f"{path}: no chats in this file")
        self.families = {str(number): self._family(number) for number in range(len(self._rows))}

    def draw(self, item: str, generator: random.Random, room: Room) -> Example:
        """The chat of that number."""
        example = self._example(int(item))
        length = room.count(example.prompt, example.answer)
        if length > room.tokens:
            raise PromptTooLong(f"{self._path}:{int(item) + 1}: {length} tokens, {room.tokens} fit")
        return example

    def _family(self, number: int) -> str:
        example = self._example(number)  # every line is checked before anything is trained
        exam = exam_of_chat(example.task_id, [turn.text for turn in example.prompt.turns] + [example.answer])
        if exam:
            raise TrainingError(
                f"{self._path}:{number + 1}: shows task {example.task_id or '(unnamed)'}, a task of {exam}, "
                "which is for measuring"
            )
        return example.task_id or f"{self._path.name} {number}"

    def _example(self, number: int) -> Example:
        place = f"{self._path}:{number + 1}"
        row = self._rows.row(number)
        messages = row.get("messages") if isinstance(row, Mapping) else None
        if not isinstance(messages, Sequence) or not messages or not all(map(_is_message, messages)):
            raise TrainingError(f"{place}: 'messages' is a list of objects with 'role' and 'content'")
        *asked, last = ((str(message["role"]), str(message["content"])) for message in messages)
        roles = [role for role, _ in asked]
        if last[0] != "assistant" or roles[-1:] != ["user"] or not set(roles) <= set(Role):
            raise TrainingError(f"{place}: a chat ends with a user's message and the answer")
        prefill = str(row.get("prefill") or "")
        if not last[1].startswith(prefill):
            raise TrainingError(f"{place}: the answer does not start with its prefill")
        if last[1] == prefill:
            raise TrainingError(f"{place}: the answer is empty")
        if not all(_is_unicode(message["content"]) for message in messages):
            raise TrainingError(f"{place}: half of a surrogate pair, which is not valid Unicode")
        turns = tuple(Turn(Role(role), text) for role, text in asked)
        prompt = Prompt(str(row.get("prompt") or "chat"), AnswerKind.PROGRAM, turns, prefill)
        return Example(str(row.get("task_id") or ""), prompt, last[1])


def _is_message(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("role"), str)
        and isinstance(value.get("content"), str)
    )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class _LineRows:
    """The lines of a JSONL file, by their places."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offsets: list[int] = []
        with path.open("rb") as file:
            offset = 0
            for line in file:
                if line.strip():
                    self._offsets.append(offset)
                offset += len(line)

    def __len__(self) -> int:
        return len(self._offsets)

    def row(self, number: int) -> Any:
        with self._path.open("rb") as file:
            file.seek(self._offsets[number])
            try:
                return json.loads(file.readline())
            except (ValueError, RecursionError):
                raise TrainingError(f"{self._path}:{number + 1}: no JSON object") from None


class _ParquetRows:
    """The rows of a Parquet file (needs pyarrow)."""

    def __init__(self, path: Path) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise TrainingError("reading Parquet needs pyarrow: pip install 'omni-arc[export]'") from None
        try:
            table = parquet.read_table(path)
        except (pyarrow.ArrowException, OSError) as error:
            raise TrainingError(f"{path}: no Parquet file ({str(error).splitlines()[0]})") from None
        if "messages" not in table.column_names:
            raise TrainingError(f"{path}: no column 'messages' (it has {', '.join(table.column_names)})")
        names = [name for name in ("messages", "prompt", "prefill", "task_id") if name in table.column_names]
        self._table = table.select(names)

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def row(self, number: int) -> Any:
        return self._table.slice(number, 1).to_pylist()[0]
