"""Adapters trained at test time: a process that trains them, and which tasks have theirs.

The process (`python -m training.test_time`) trains one LoRA after the other on the tasks' own pairs, beside
the engine that samples: on the same GPU, or on another one (`test_time_device`). A task's grids are asked
with its adapter once it is there; programs are asked without one, since the adapters learn grids. When half
of the run's time is over, or the process fails, what has no adapter is asked without.
"""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from arc import Task
from inference.proposers.models.settings import ModelSettings

TOGETHER = "together"  # the adapter that all tasks share

_SHARE = 0.5  # of the time left, for training
_LATEST = 0.6  # of the time left, after which nothing waits for an adapter
_CLOSE_SECONDS = 5.0


class TestTimeAdapters:
    """Which adapter a task is asked with. It lives in the stream's thread."""

    __test__ = False  # no test, though pytest reads its name as one

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="omni-arc-adapters-"))
        self._ready: dict[str, str] = {}
        self._waiting: set[str] = set()
        self._latest = 0.0
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self.trained: list[dict[str, Any]] = []
        self.failures: list[str] = []

    def start(self, tasks: Sequence[Task], context: int, seed: int, seconds: float) -> None:
        """Begin to train for these tasks, in their order."""
        settings = self._settings
        job = {
            "folder": str(self._folder),
            "tasks": [{"id": task.id, **task.hidden().to_json()} for task in tasks],
            "model": settings.model,
            "adapter": settings.adapter,
            "profile": settings.profile_source,
            "prompt": settings.grid_prompt,
            "encoder": settings.encoder,
            "context": context,
            "steps": settings.test_time_steps,
            "rank": settings.test_time_rank,
            "learning_rate": settings.test_time_rate,
            "batch_size": settings.test_time_batch,
            "together": settings.test_time_together,
            "device": settings.test_time_device,
            "dtype": settings.dtype,
            "seed": seed,
            "until": time.monotonic() + seconds * _SHARE,
        }
        self._latest = time.monotonic() + seconds * _LATEST
        self._waiting = {task.id for task in tasks if len(task.train) > 1}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "training.test_time"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            process_group=0,  # a terminal's Ctrl-C is for the supervisor
        )
        self._send(job)
        threading.Thread(target=self._read, daemon=True, name="test-time adapters").start()

    def waits(self, task_id: str) -> bool:
        """True while a task's adapter is still to come."""
        return task_id in self._waiting

    def adapter(self, task_id: str) -> str:
        """The folder of a task's adapter; "" if it has none."""
        return self._ready.get(task_id, "")

    def take(self) -> set[str]:
        """The tasks that no longer wait, by what came in since the last call."""
        settled: set[str] = set()
        while not self._answers.empty():
            answer = self._answers.get()
            if answer is None or "failed" in answer:
                if answer is not None:
                    self.failures.append(answer["failed"])
                settled |= self._waiting
            elif "error" in answer:
                self.failures.append(answer["error"])
                settled.add(answer["task"])
            else:
                self.trained.append(answer)
                names = set(self._waiting) if answer["task"] == TOGETHER else {answer["task"]}
                self._ready |= dict.fromkeys(names & self._waiting, answer["adapter"])
                settled |= names
        if time.monotonic() > self._latest:
            settled |= self._waiting
        settled &= self._waiting
        self._waiting -= settled
        return settled

    def stop(self, task_id: str) -> str:
        """Drop a task's adapter: cancel its training or free its folder. Returns the folder."""
        self._waiting.discard(task_id)
        self._send({"stop": task_id})
        folder = self._ready.pop(task_id, "")
        if folder and Path(folder).name != TOGETHER:
            shutil.rmtree(folder, ignore_errors=True)
        return folder

    def close(self) -> None:
        """End the process and free all adapters."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_CLOSE_SECONDS)
            if self._process.stdin is not None:
                with suppress(OSError):  # what was still to be sent
                    self._process.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def to_json(self) -> dict[str, Any]:
        """Adapters trained, in how many the loss of left-out pairs fell, mean losses, seconds, failures."""
        count = len(self.trained)
        total = {
            name: sum(one[name] for one in self.trained) for name in ("loss_before", "loss_after", "seconds")
        }
        return {
            "adapters": count,
            "improved": sum(one["loss_after"] < one["loss_before"] for one in self.trained),
            "loss_before": round(total["loss_before"] / count, 4) if count else None,
            "loss_after": round(total["loss_after"] / count, 4) if count else None,
            "seconds": round(total["seconds"], 1),
            "failures": list(self.failures),
        }

    def _send(self, record: dict[str, Any]) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(json.dumps(record) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            pass  # it has ended; its reader tells

    def _read(self) -> None:
        """The reader's thread: records as they come, None at the end."""
        assert self._process is not None and self._process.stdout is not None
        for line in self._process.stdout:
            try:
                self._answers.put(json.loads(line))
            except ValueError:
                continue
        self._process.stdout.close()
        code = self._process.wait()
        if code > 0:
            self._answers.put({"failed": f"the process that trains adapters ended with status {code}"})
        self._answers.put(None)
