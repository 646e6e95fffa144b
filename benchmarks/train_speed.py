"""Training speed: the trainer's steps against a bare PyTorch loop over the same batches, and how fast
examples are drawn.

    OMP_NUM_THREADS=1 python -m benchmarks.train_speed [--size small] [--steps 10]

Both loops hold a copy of one new model each, see the same batches in turn (so that a busy machine slows
both), and end with the same loss. The bare loop computes the whole model's logits and its mean loss, as a
script would. The trainer's side includes the drawing of its examples, in a process of its own.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import torch
from torch.nn import functional

from arc import ArcError
from inference.proposers.models.chat import ChatTokenizer
from training.learner import Batch, Learner, learning_rate, make_batch
from training.mixes import open_mix, parse_part
from training.models import choose_device, choose_dtype, load_base
from training.settings import TrainSettings
from training.small_models import SIZES, make_small_model
from training.tokens import ExampleTokenizer, Row, Windows
from training.trainer import draw_rows

DATA = ("omni-arc:code-from-examples-v0", "compositions:output-from-examples-v0:0.5")


def main() -> None:
    """Print the median ratio of steps, and the seconds that examples take beside those of learning them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=tuple(SIZES), default="tiny")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--context", type=int, default=1024)
    options = parser.parse_args()
    mix = open_mix([parse_part(text) for text in DATA], encoder="MinimalGridEncoder()")
    settings = TrainSettings(
        from_scratch=options.size,
        steps=options.steps,
        batch_size=options.batch_size,
        context=options.context,
        learning_rate=1e-3,
    )
    device = choose_device(settings)
    dtype = choose_dtype(settings, device)
    with tempfile.TemporaryDirectory() as folder:
        make_small_model(Path(folder), options.size, mix, 0)
        tokenizer = ExampleTokenizer(ChatTokenizer.load(folder))
        mix.room = tokenizer.room(options.context)
        ours = Learner(load_base(settings, folder, device, dtype), settings, device, dtype)
        bare = load_base(settings, folder, device, dtype)
    windows = Windows(mix, tokenizer, options.context, 32, packed=ours.packs)
    _time_drawing(windows, ours, options.batch_size)
    optimizer = torch.optim.AdamW(bare.parameters(), lr=settings.rate, betas=(0.9, 0.95), weight_decay=0.0)
    rows = draw_rows(windows, (0, 0), workers=1)
    ratios = []
    for step in range(options.steps):
        began = time.perf_counter()
        batch = make_batch([row for row, _ in itertools.islice(rows, options.batch_size)], device)
        loss = ours.step([batch])
        seconds = time.perf_counter() - began
        began = time.perf_counter()
        bare_loss = _bare_step(bare, optimizer, batch, learning_rate(settings, step), settings.clip)
        ratios.append((time.perf_counter() - began) / seconds)
        if abs(loss - bare_loss) > 1e-2 * bare_loss:
            raise SystemExit(f"step {step}: the losses differ, {loss} and {bare_loss}")
    low, middle, high = quantiles(ratios[1:])
    print(
        f"steps/s of the trainer over a bare loop's: {middle:.2f} (median of {len(ratios) - 1}, half of them "
        f"from {low:.2f} to {high:.2f})"
    )


def _bare_step(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer, batch: Batch, rate: float, clip: float
) -> float:
    model.train()
    logits = model(input_ids=batch.ids, position_ids=batch.places, use_cache=False).logits
    loss = functional.cross_entropy(logits.flatten(0, 1), batch.targets.flatten())
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return float(loss.detach())


def _rows(windows: Windows, number: int) -> list[Row]:
    rows = windows[number]
    if isinstance(rows, ArcError):
        raise rows
    return rows


def _time_drawing(windows: Windows, learner: Learner, batch_size: int) -> None:
    """Seconds to draw, encode and pack two windows, beside the seconds to learn them."""
    windows[0]  # generators are made when first used
    began = time.process_time()
    rows = [row for number in (1, 2) for row in _rows(windows, number)]
    drawing = time.process_time() - began
    state = copy.deepcopy(learner.state())
    began = time.process_time()
    for start in range(0, len(rows), batch_size):
        learner.step([make_batch(rows[start : start + batch_size], learner.device)])
    learning = time.process_time() - began
    learner.load_state(state)
    learner.optimizer.state.clear()
    tokens = sum(row.length for row in rows)
    fill = tokens / (max(row.length for row in rows) * len(rows))
    times = learning / drawing
    print(f"drawing is {times:.1f} times as fast as learning ({tokens} tokens, rows {fill:.0%} full)")


if __name__ == "__main__":
    main()
