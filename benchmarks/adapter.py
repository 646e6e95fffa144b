"""Does an adapter raise the exact match on its own kind of tasks? Held-out tasks before and after.

    OMP_NUM_THREADS=1 python -m benchmarks.adapter --seeds 3 -o FOLDER

A small decoder is trained from scratch to write the programs of tasks over grids of up to 3x3: mostly of six
words of the language, and seldom (an eleventh of the examples) of six others. A LoRA adapter on it is then
trained on the others alone. The share of exact greedy answers is taken on new tasks (pairs that no training
draws) of both kinds, before and after the adapter, with 95% intervals (Wilson). Trainings are kept in FOLDER:
the same command goes on after an interruption.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch

from benchmarks.test_time import wilson
from training.compositions import CompositionSource
from training.examples import Asking
from training.mixes import Mix, MixPart
from training.settings import MixSettings, TrainSettings
from training.trainer import Measured, Trained, is_training, resume, train

BASE_WORDS = (
    "flip_left_right",
    "scale_up",
    "tile_across",
    "draw_border",
    "crop_to_content",
    "stack_mirrored",
)
ADAPTER_WORDS = ("flip_up_down", "scale_up_three", "tile", "pad", "rotate_half", "beside_mirrored")
SELDOM = 0.1  # weight of the adapter's words while the base is trained
PROMPT = "code-from-examples-v0"


def main() -> None:
    """Train a base and an adapter for each seed, and print the figures of both and of all seeds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--size", default="tiny")
    parser.add_argument("--base-steps", type=int, default=300)
    parser.add_argument("--steps", type=int, default=300, help="of the adapter")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="of the adapter")
    parser.add_argument("--tasks", type=int, default=100, help="held-out tasks of each kind")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    results = [adapted(seed, options) for seed in range(options.seeds)]
    for seed, trained in enumerate(results):
        print(json.dumps({"seed": seed, **figures([trained])}))
    print(json.dumps({"seeds": options.seeds, **figures(results)}))


def adapted(seed: int, options: argparse.Namespace) -> Trained:
    """The adapter of a seed, trained on the base of that seed."""
    folder = options.output / f"base-{seed}"
    base = TrainSettings(
        from_scratch=options.size, steps=options.base_steps, learning_rate=2e-3, **_common(options)
    )
    stage(folder, base, mix({BASE_WORDS: 1.0, ADAPTER_WORDS: SELDOM}, seed), seed)
    adapter = TrainSettings(
        model=str(folder),
        steps=options.steps,
        learning_rate=options.learning_rate,
        lora_rank=options.rank,
        **_common(options),
    )
    return stage(options.output / f"adapter-{seed}", adapter, mix({ADAPTER_WORDS: 1.0}, seed + 1000), seed)


def _common(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "batch_size": 1,
        "context": 512,
        "warmup": 30,
        "eval_every": 0,
        "eval_examples": options.tasks,
        "data_workers": 0,
    }


def stage(folder: Path, settings: TrainSettings, data: Mix, seed: int) -> Trained:
    """A training, gone on with where it began already."""
    if is_training(folder):
        return resume(folder, mix=data)
    return train(settings, MixSettings(seed=seed), folder, mix=data)


def mix(weights: dict[tuple[str, ...], float], seed: int) -> Mix:
    """Tasks of some words, by weight, to train on; new tasks of all words to measure on."""
    asking = Asking.named(PROMPT, encoder="MinimalGridEncoder()")
    source = CompositionSource(asking, BASE_WORDS + ADAPTER_WORDS, longest=1, side=3, inputs=0.0)
    training = [MixPart("training", weight, source, asking, words, ()) for words, weight in weights.items()]
    measured = {"the adapter's words": ADAPTER_WORDS, "the base's words": BASE_WORDS}
    return Mix(
        [*training, *(MixPart(label, 1.0, source, asking, (), words) for label, words in measured.items())],
        seed,
    )


def figures(results: list[Trained]) -> dict[str, dict[str, str]]:
    """By kind of task the loss and the share of exact answers, before and after, over all of `results`."""
    return {
        label: {
            "before": _told([trained.before[label] for trained in results]),
            "after": _told([trained.after[label] for trained in results]),
        }
        for label in results[0].after
    }


def _told(measured: list[Measured]) -> str:
    count = sum(one.examples for one in measured)
    exact = round(sum(one.examples * one.exact_match for one in measured))
    low, high = wilson(exact, count)
    loss = sum(one.examples * one.loss for one in measured) / count
    return f"exact {exact} of {count} ({exact / count:.0%}, {low:.0%} to {high:.0%}), loss {loss:.3f}"


if __name__ == "__main__":
    main()
