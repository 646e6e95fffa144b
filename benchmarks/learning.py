"""Does learning one more task help? The experiment of the note that this project grew from, small.

    OMP_NUM_THREADS=1 python -m benchmarks.learning --seeds 3 --steps 300 -o learning.json
    python -m benchmarks.learning --plot docs/learning.svg -o learning.json        (needs matplotlib)

One small decoder is trained from scratch on tasks composed of words of the language over grids of up to 3x3,
on one kind of example, then on two, three and four, with the same number of steps for each kind:

    outputs    the output of a pair, from other pairs
    inputs     one more input, from the inputs
    programs   the program, from the pairs
    code       the output of a program, from the program and its input

Each model is measured on compositions that none was trained on: the loss in nats a token of the answer and
the share of exact greedy answers, by kind, with 95% intervals of the mean over seeds (Student's t).
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import torch

from inference.proposers.models.chat import ChatTokenizer
from training.compositions import CompositionSource
from training.examples import Asking
from training.learner import Learner, make_batch
from training.mixes import Mix, MixPart, make_part
from training.models import load_base
from training.settings import TrainSettings
from training.small import make_small_model
from training.tokens import Encoded, ExampleTokenizer, Windows
from training.trainer import draw_rows

KINDS = {
    "outputs": "output-from-examples-v0",
    "inputs": "input-from-inputs-v0",
    "programs": "code-from-examples-v0",
    "code": "output-from-code-v0",
}
WORDS = (
    "flip_left_right",
    "flip_up_down",
    "transpose",
    "rotate_half",
    "scale_up",
    "tile_across",
    "pad",
)
_T = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 8: 2.36, 10: 2.26}  # two-sided 95%, by number of seeds
_CONTEXT = 512
_MEASURED = 48


def main() -> None:
    """Train and measure all models, or plot what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=300, help="for each kind of example")
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--size", default="micro")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--plot", type=Path)
    parser.add_argument(
        "--control", action="store_true", help="outputs alone, with the steps of all four kinds"
    )
    options = parser.parse_args()
    if options.plot:
        plot(json.loads(options.output.read_text(encoding="utf-8")), options.plot)
        return
    if options.control:
        options.steps *= len(KINDS)
        for seed in range(options.seeds):
            print(json.dumps(experiment(("outputs",), seed, options)), flush=True)
        return
    results: list[dict[str, Any]] = []
    for seed in range(options.seeds):
        for count in range(1, len(KINDS) + 1):
            results.append(experiment(tuple(KINDS)[:count], seed, options))
            print(json.dumps(results[-1]), flush=True)
            options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(table(results))


def parts() -> dict[str, MixPart]:
    """The kinds as parts of a mix over the same compositions, a fifth of them held out."""
    made = {}
    for kind, version in KINDS.items():
        asking = Asking.named(version, encoder="MinimalGridEncoder()")
        source = CompositionSource(asking, WORDS, longest=2, side=3, inputs=0.0)
        made[kind] = make_part(kind, source, asking, held_out=0.2)
    return made


def experiment(kinds: tuple[str, ...], seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """One model, trained on these kinds, and its figures on all kinds."""
    every = parts()
    settings = TrainSettings(
        from_scratch=options.size,
        steps=options.steps * len(kinds),
        batch_size=options.batch_size,
        context=_CONTEXT,
        learning_rate=2e-3,
        warmup=20,
    )
    device = torch.device("cpu")
    torch.manual_seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        make_small_model(
            Path(folder), options.size, Mix(list(every.values()), 0), seed
        )  # one vocabulary for all
        tokenizer = ExampleTokenizer(ChatTokenizer.load(folder))
        learner = Learner(load_base(settings, folder, device, torch.float32), settings, device, torch.float32)
    mix = Mix([every[kind] for kind in kinds], seed, tokenizer.room(_CONTEXT))
    rows = draw_rows(Windows(mix, tokenizer, _CONTEXT, 32, packed=learner.packs), (0, 0), workers=0)
    losses = []
    for _ in range(settings.steps):
        batch = make_batch([next(rows)[0] for _ in range(options.batch_size)], device)
        losses.append(learner.step([batch]))
    held_out = Windows(Mix(list(every.values()), 0, tokenizer.room(_CONTEXT)), tokenizer, _CONTEXT, 32, True)
    figures = {kind: measure(learner, held_out.held_out(part, _MEASURED)) for kind, part in every.items()}
    return {
        "kinds": list(kinds),
        "seed": seed,
        "steps": settings.steps,
        "train_loss": mean(losses[-20:]),
        **figures,
    }


def measure(learner: Learner, examples: list[Encoded]) -> dict[str, float]:
    """Mean loss and share of exact answers."""
    results = learner.measure(examples)
    return {"loss": mean(loss for loss, _ in results), "exact": mean(float(exact) for _, exact in results)}


def interval(values: list[float]) -> tuple[float, float]:
    """The mean, and half the width of its 95% interval."""
    if len(values) < 2:
        return mean(values), math.nan
    return mean(values), _T[len(values)] * stdev(values) / math.sqrt(len(values))


def grouped(results: list[dict[str, Any]], kind: str, figure: str) -> list[tuple[float, float]]:
    """The figure's mean and interval for one, two, three, four kinds trained on."""
    return [
        interval([result[kind][figure] for result in results if len(result["kinds"]) == count])
        for count in sorted({len(result["kinds"]) for result in results})
    ]


def table(results: list[dict[str, Any]]) -> str:
    """All figures as a Markdown table; kinds that a model was not trained on in brackets."""
    counts = sorted({len(result["kinds"]) for result in results})
    names = tuple(KINDS)
    lines = ["| measured on | figure | " + " | ".join("+ " * (n > 1) + names[n - 1] for n in counts) + " |"]
    lines.append("|---" * (len(counts) + 2) + "|")
    for place, kind in enumerate(names):
        for figure in ("loss", "exact"):
            cells = []
            for count, (value, half) in zip(counts, grouped(results, kind, figure), strict=True):
                text = f"{value:.3f} ± {half:.3f}" if figure == "loss" else f"{value:.1%} ± {half:.1%}"
                cells.append(text if place < count else f"({text})")
            lines.append(f"| {kind} | {figure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(results: list[dict[str, Any]], path: Path) -> None:
    """Held-out loss by kind, over what was trained on."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    counts = sorted({len(result["kinds"]) for result in results})
    for place, kind in enumerate(KINDS):
        trained = [count for count in counts if count > place]
        values = grouped(results, kind, "loss")[place:]
        axes.errorbar(
            trained, [v for v, _ in values], [h for _, h in values], label=kind, marker="o", capsize=3
        )
    axes.set_xticks(counts, [("+ " if n > 1 else "") + tuple(KINDS)[n - 1] for n in counts])
    axes.set_ylabel("held-out loss (nats a token)")
    axes.set_xlabel("trained on")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


if __name__ == "__main__":
    main()
