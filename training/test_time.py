"""A few steps at test time: a LoRA for each task, trained on the task's own pairs, each left out in turn.

    python -m training.test_time        a separate process; JSON lines in, JSON lines out

The first line in is the job (`AdapterJob`), then `{"stop": TASK}` for tasks that no longer need an adapter;
the end of the input ends the process. Each adapter gives a line: its task, its folder, the loss before and
after, in nats per token. Each step shows views of the task (symmetry, colours, order of the pairs) with
another pair left out, and asks for that pair's output as `solve` asks. Source of the method: Akyürek et al.
2024, "The surprising effectiveness of test-time training for few-shot learning".
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from arc import ArcError, Task, random_augmentation, task_from_json
from inference.proposers.models.chat import ChatTokenizer
from prompts import PromptTooLong, Question
from training.examples import Asking, Example, Room
from training.learner import Learner, make_batch
from training.models import choose_device, choose_dtype, load_base
from training.settings import TrainSettings
from training.tokens import Encoded, ExampleTokenizer, Row

TOGETHER = "together"  # the folder of the adapter that all tasks share

_MEASURED = 8  # examples by which an adapter's loss is measured before and after
_TRIES = 8


@dataclass(frozen=True)
class AdapterJob:
    """What to train: `steps` for each task, of `batch_size` examples, before `until` (`time.monotonic`).

    `together` trains one adapter on all tasks, with as many steps in all.
    """

    folder: str
    tasks: tuple[dict[str, Any], ...]
    model: str
    adapter: str
    profile: str
    prompt: str
    encoder: str
    context: int
    steps: int
    rank: int
    learning_rate: float
    batch_size: int
    together: bool
    device: str
    dtype: str
    seed: int
    until: float


@dataclass(frozen=True)
class Adapted:
    """One adapter: its folder, for one task or (together) for all, and the loss of left-out pairs."""

    task: str
    adapter: str
    loss_before: float
    loss_after: float
    steps: int
    seconds: float


class AdapterTrainer:
    """Trains one adapter after another on a base model that stays loaded."""

    def __init__(self, job: AdapterJob) -> None:
        self._job = job
        self._settings = TrainSettings(
            model=job.model,
            adapter=job.adapter,
            lora_rank=job.rank,
            steps=job.steps,
            batch_size=job.batch_size,
            context=job.context,
            learning_rate=job.learning_rate,
            warmup=min(5, job.steps // 4),
            device=job.device,
            dtype="float32" if job.dtype in ("float16", "float32") else job.dtype,
        )
        device = choose_device(self._settings)
        self._dtype = choose_dtype(self._settings, device)
        torch.manual_seed(job.seed)
        self._model = load_base(self._settings, job.model, device, self._dtype)
        self._device = device
        self._start = {
            name: value.detach().clone()
            for name, value in self._model.named_parameters()
            if value.requires_grad
        }
        self._tokenizer = ExampleTokenizer(ChatTokenizer.load(job.model))
        self._asking = Asking.named(job.prompt or "grid", job.profile, job.encoder)

    def adapt(self, tasks: Sequence[Task], steps: int, measured: Sequence[Encoded] | None = None) -> Adapted:
        """One adapter for the tasks, written to its folder. The deadline may end it after fewer steps.

        The losses are those of `measured`, or of views of the tasks' own pairs.
        """
        began = time.monotonic()
        name = TOGETHER if self._job.together else tasks[0].id
        with torch.no_grad():
            for parameter, value in self._model.named_parameters():
                if value.requires_grad:
                    value.copy_(self._start[parameter])
        learner = Learner(self._model, self._settings, self._device, self._dtype)
        drawn = self._drawn(tasks, random.Random(f"{self._job.seed} measured {name}"))
        measured = measured or [next(drawn) for _ in range(_MEASURED)]
        before = _mean_loss(learner, measured)
        examples = self._drawn(tasks, random.Random(f"{self._job.seed} {name}"))
        done = 0
        while done < steps and time.monotonic() < self._job.until:
            rows = [Row((next(examples),)) for _ in range(self._job.batch_size)]
            learner.step([make_batch(rows, self._device)])
            done += 1
        after = _mean_loss(learner, measured)
        folder = Path(self._job.folder) / name
        self._model.save_pretrained(folder, save_embedding_layers=False)
        return Adapted(name, str(folder), before, after, done, time.monotonic() - began)

    def left_out(self, task: Task, views: int) -> list[Encoded]:
        """Prompts for the task's last pair, with the others shown, in several views."""
        generator = random.Random(f"{self._job.seed} left out {task.id}")
        room = self._tokenizer.room(self._job.context)
        last = len(task.train) - 1
        return [
            self._tokenizer.encode(left_out_example(self._asking, task, last, generator, room))
            for _ in range(views)
        ]

    def _drawn(self, tasks: Sequence[Task], generator: random.Random) -> Iterator[Encoded]:
        """Endless examples, the pairs of each task left out in turn."""
        room = self._tokenizer.room(self._job.context)
        turn = 0
        while True:
            task = tasks[turn % len(tasks)]
            yield self._tokenizer.encode(
                left_out_example(self._asking, task, turn // len(tasks), generator, room)
            )
            turn += 1


def left_out_example(asking: Asking, task: Task, turn: int, generator: random.Random, room: Room) -> Example:
    """A view of the task with pair number `turn` (modulo their number) asked for and the others shown."""
    place = turn % len(task.train)
    others = task.train[:place] + task.train[place + 1 :]
    left = Task(task.id, others, (task.train[place],))
    for _ in range(_TRIES):
        seen = random_augmentation(left, generator).apply_task(left)
        try:
            return asking.example(seen, Question(), seen.test[0].answer, room)
        except PromptTooLong as error:  # a long output beside long pairs: another one may be shorter
            problem = error
            place = (place + 1) % len(task.train)
            others = task.train[:place] + task.train[place + 1 :]
            left = Task(task.id, others, (task.train[place],))
    raise problem


def _mean_loss(learner: Learner, examples: Sequence[Encoded]) -> float:
    result: float = sum(loss for loss, _ in learner.measure(examples)) / len(examples)
    return result


def serve(job: AdapterJob, stopped: set[str]) -> Iterator[dict[str, Any]]:
    """Train what the job asks for; a record for each adapter, and for each task that could not have one."""
    trainer = AdapterTrainer(job)
    tasks = [task_from_json(record["id"], record) for record in job.tasks]
    tasks = [task for task in tasks if len(task.train) >= 2]
    groups = [tasks] if job.together else [[task] for task in tasks]
    for group in groups:
        if time.monotonic() >= job.until:
            return
        if not group or (not job.together and group[0].id in stopped):
            continue
        try:
            yield asdict(trainer.adapt(group, job.steps * len(group)))
        except PromptTooLong as error:
            yield {"task": group[0].id, "error": str(error)}


def main() -> None:
    """Read a job from stdin, write records to stdout; ends with stdin."""
    sent = sys.stdout
    sys.stdout = sys.stderr  # libraries print; only answers may go to the real stdout
    record = json.loads(sys.stdin.readline())
    job = AdapterJob(**{**record, "tasks": tuple(record["tasks"])})
    stopped: set[str] = set()
    threading.Thread(target=_listen, args=(stopped,), daemon=True).start()
    try:
        for answer in serve(job, stopped):
            print(json.dumps(answer), file=sent, flush=True)
    except ArcError as error:
        print(json.dumps({"failed": str(error)}), file=sent, flush=True)


def _listen(stopped: set[str]) -> None:
    import os

    for line in sys.stdin:
        stopped.add(json.loads(line)["stop"])
    os._exit(0)  # the asking process is gone


if __name__ == "__main__":
    main()
