"""A model being trained: its loss over rows, its optimiser's steps, and its part of a checkpoint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from training.errors import TrainingError
from training.settings import TrainSettings
from training.tokens import Encoded, Row

_IGNORED = -100
_FLOOR = 0.1  # of the peak rate, where the schedule ends


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows as tensors of shape (rows, tokens), int64: ids, the place within each example, and the next token
    where it is learned (else -100)."""

    ids: torch.Tensor
    places: torch.Tensor
    targets: torch.Tensor

    @property
    def learned(self) -> int:
        """The number of tokens that are learned."""
        return int((self.targets != _IGNORED).sum())


def make_batch(rows: Sequence[Row], device: torch.device) -> Batch:
    """Rows padded to the longest; the padding counts as a separate example without loss."""
    width = max(row.length for row in rows)
    shape = (len(rows), width)
    ids = np.zeros(shape, dtype=np.int64)
    places = np.zeros(shape, dtype=np.int64)
    targets = np.full(shape, _IGNORED, dtype=np.int64)
    for line, row in enumerate(rows):
        start = 0
        for example in row.examples:
            end = start + len(example.ids)
            ids[line, start:end] = example.ids
            places[line, start:end] = np.arange(end - start)
            targets[line, start + example.answer - 1 : end - 1] = example.ids[example.answer :]
            start = end
        places[line, start:] = np.arange(width - start)
    tensors = (torch.from_numpy(array).to(device, non_blocking=True) for array in (ids, places, targets))
    return Batch(*tensors)


class Learner:
    """Trains `model` (in place, on `device`) with AdamW.

    The output layer is computed only for learned tokens where that gives the model's own logits, which saves
    most of the memory of models with a large vocabulary.
    """

    def __init__(self, model: Any, settings: TrainSettings, device: torch.device, dtype: torch.dtype) -> None:
        self.model = model
        self.device = device
        self._settings = settings
        self._dtype = dtype
        self.trainable = {name: value for name, value in model.named_parameters() if value.requires_grad}
        self.optimizer = torch.optim.AdamW(
            self.trainable.values(), lr=settings.rate, betas=(0.9, 0.95), weight_decay=settings.weight_decay
        )
        self.step_number = 0
        base = model.get_base_model() if hasattr(model, "get_base_model") else model
        self._decoder, self._head = base.get_decoder(), base.get_output_embeddings()
        model.eval()
        self._partial = self._head_alone_is_exact()
        self.packs = self._rows_are_exact()

    def step(self, batches: Sequence[Batch]) -> float:
        """One optimiser step over all learned tokens of the batches; their mean loss, in nats."""
        self.model.train()
        total = sum(batch.learned for batch in batches)
        rate = learning_rate(self._settings, self.step_number)
        loss_sum = torch.zeros((), device=self.device)
        for batch in batches:
            logits, targets = self._logits(batch)
            loss = functional.cross_entropy(logits, targets, reduction="sum") / total
            loss.backward()
            loss_sum += loss.detach()
        norm = torch.nn.utils.clip_grad_norm_(self.trainable.values(), self._settings.clip)
        if not math.isfinite(float(norm)):
            raise TrainingError(
                f"step {self.step_number}: the gradient is not finite; lower the learning rate ({rate:g})"
            )
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step_number += 1
        return float(loss_sum)

    @torch.no_grad()
    def measure(self, examples: Sequence[Encoded]) -> list[tuple[float, bool]]:
        """For each example the mean loss of its answer's tokens, in nats, and whether the greedy answer is
        exact.

        The greedy answer is right if each token is the likeliest after the right ones before it.
        """
        self.model.eval()
        results: list[tuple[float, bool]] = []
        for example in examples:
            batch = make_batch([Row((example,))], self.device)
            logits, targets = self._logits(batch)
            loss = functional.cross_entropy(logits, targets)
            results.append((float(loss), bool((logits.argmax(-1) == targets).all())))
        return results

    def state(self) -> dict[str, Any]:
        """What a checkpoint holds: trained weights, the optimiser, the step, the random generators."""
        return {
            "weights": {name: value.detach().cpu() for name, value in self.trainable.items()},
            "optimizer": self.optimizer.state_dict(),
            "step": self.step_number,
            "random": torch.get_rng_state(),
            "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Continue from what `state` gave."""
        with torch.no_grad():
            for name, value in self.trainable.items():
                value.copy_(state["weights"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step_number = int(state["step"])
        torch.set_rng_state(state["random"])
        if state["random_cuda"] and torch.cuda.is_available():
            torch.cuda.set_rng_state_all(state["random_cuda"])

    def _logits(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of learned tokens (tokens, vocabulary) in float32, and their targets."""
        learned = batch.targets != _IGNORED
        automatic = torch.autocast(self.device.type, self._dtype, enabled=self._dtype != torch.float32)
        with automatic:
            if self._partial:
                hidden = self._decoder(
                    input_ids=batch.ids, position_ids=batch.places, use_cache=False
                ).last_hidden_state
                logits = self._head(hidden[learned])
            else:
                logits = self.model(input_ids=batch.ids, position_ids=batch.places, use_cache=False).logits
                logits = logits[learned]
        return logits.float(), batch.targets[learned]

    @torch.no_grad()
    def _head_alone_is_exact(self) -> bool:
        """False for models that do more between hidden states and logits than one layer (caps, scales)."""
        batch = make_batch([Row((self._probe(0, 8),))], self.device)
        self._partial = True
        try:
            alone, _ = self._logits(batch)
        except (AttributeError, TypeError):
            return False
        self._partial = False
        return bool(torch.allclose(alone, self._logits(batch)[0], atol=1e-2, rtol=1e-2))

    @torch.no_grad()
    def _rows_are_exact(self) -> bool:
        """True if examples in one row do not see each other, as the model computes attention."""
        first, second = self._probe(0, 12), self._probe(1, 9)
        together = self._logits(make_batch([Row((first, second))], self.device))[0]
        apart = [self._logits(make_batch([Row((one,))], self.device))[0] for one in (first, second)]
        tolerance = 1e-3 if self._dtype == torch.float32 else 5e-2
        return bool(torch.allclose(together, torch.cat(apart), atol=tolerance, rtol=tolerance))

    def _probe(self, seed: int, length: int) -> Encoded:
        """An arbitrary example."""
        size = int(self._head.weight.shape[0])
        return Encoded(np.random.default_rng(seed).integers(0, size, length, dtype=np.int32), 1)


def learning_rate(settings: TrainSettings, step: int) -> float:
    """The rate of a step (from 0): a linear warm-up, then the schedule down to a tenth of the peak."""
    if step < settings.warmup:
        return settings.rate * (step + 1) / (settings.warmup + 1)
    done = (step - settings.warmup) / max(1, settings.steps - settings.warmup)
    if settings.schedule == "constant":
        return settings.rate
    left = 0.5 * (1 + math.cos(math.pi * done)) if settings.schedule == "cosine" else 1 - done
    return settings.rate * (_FLOOR + (1 - _FLOOR) * left)
