"""Does learning one more task help? The experiment of the note that this project grew from, small.

    OMP_NUM_THREADS=1 python -m benchmarks.learning --seeds 3 -o learning.json
    python -m benchmarks.learning --plot docs/learning.svg -o learning.json        (needs matplotlib)

One small decoder is trained from scratch on tasks of one word of the language over grids of 2x2, on one kind
of example, then on two, three and four, with the same number of steps for each kind:

    outputs    the output of a pair, from other pairs
    inputs     one more input, from the inputs
    programs   the program, from the pairs
    code       the output of a program, from the program and its input

As a control, the model of outputs alone is trained on and measured after as many steps in all as each of the
others. The rate is constant after the warm-up, so that one model serves as the control of all of them.

Measured are the loss in nats a token of the answer and the share of exact greedy answers, by kind: on new
tasks of the words (pairs that no training draws), and on compositions of two words, which none was trained
on. Intervals are of 95%: of the mean over seeds for losses (Student's t), of the share for exact answers
(Wilson). One more input cannot be foretold, so its exact answers say nothing. Each result is written when it
is there; the same command goes on after an interruption.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import torch

from benchmarks.test_time import wilson
from inference.proposers.models.chat import ChatTokenizer
from training.compositions import CompositionSource
from training.examples import Asking
from training.learner import Learner, make_batch
from training.mixes import Mix, MixPart
from training.models import load_base
from training.settings import TrainSettings
from training.small_models import make_small_model
from training.tokens import ExampleTokenizer, Windows
from training.trainer import draw_rows

KINDS = {
    "outputs": "output-from-examples-v0",
    "inputs": "input-from-inputs-v0",
    "programs": "code-from-examples-v0",
    "code": "output-from-code-v0",
}
WORDS = ("rotate_half", "tile_across")
COMPOSITIONS = tuple(f"{one}+{other}" for one in WORDS for other in WORDS if one != other)
MEASURED = {"new tasks": (WORDS, 100), "compositions": (COMPOSITIONS, 50)}  # items, examples of each kind
_T = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 8: 2.36, 10: 2.26}  # two-sided 95%, by number of seeds
_SIDE = 2
_CONTEXT = 512
_SEED = 1_000_000  # what is measured, and the vocabulary, are the same for all seeds

Result = dict[str, Any]


def main() -> None:
    """Train and measure all models, or plot what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=150, help="for each kind of example")
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--size", default="micro")
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    results: list[Result] = json.loads(options.output.read_text()) if options.output.is_file() else []
    if options.plot:
        plot(results, options.plot)
        return
    torch.set_num_threads(1)
    there = {(result["seed"], tuple(result["kinds"]), result["steps"]) for result in results}
    for seed in range(options.seeds):
        for count in range(len(KINDS), 0, -1):
            kinds = tuple(KINDS)[:count]
            last = len(KINDS) if count == 1 else count  # outputs alone go on, as the control
            if (seed, kinds, last * options.steps) in there:
                continue
            for result in experiment(kinds, range(count, last + 1), seed, options):
                results.append(result)
                print(json.dumps(result), flush=True)
                options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(table(results))


def experiment(
    kinds: tuple[str, ...], stops: Sequence[int], seed: int, options: argparse.Namespace
) -> Iterator[Result]:
    """One model trained on these kinds; its figures after each of `stops` times the steps of one kind."""
    parts = {kind: training_part(kind) for kind in KINDS}
    settings = TrainSettings(
        from_scratch=options.size,
        steps=options.steps * stops[-1],
        batch_size=options.batch_size,
        context=_CONTEXT,
        learning_rate=options.learning_rate,
        schedule="constant",
        warmup=20,
    )
    device = torch.device("cpu")
    torch.manual_seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        make_small_model(Path(folder), options.size, Mix(list(parts.values()), _SEED), seed)
        tokenizer = ExampleTokenizer(ChatTokenizer.load(folder))
        learner = Learner(load_base(settings, folder, device, torch.float32), settings, device, torch.float32)
    mix = Mix([parts[kind] for kind in kinds], seed, tokenizer.room(_CONTEXT))
    windows = Windows(mix, tokenizer, _CONTEXT, 32, packed=learner.packs)
    rows = draw_rows(windows, (0, 0), workers=0)
    for stop in stops:
        while learner.step_number < stop * options.steps:
            learner.step([make_batch([next(rows)[0] for _ in range(options.batch_size)], device)])
        measured = kinds if stop > stops[0] else tuple(KINDS)
        yield {
            "kinds": list(kinds),
            "seed": seed,
            "steps": learner.step_number,
            **{name: measure(learner, windows, name, measured) for name in MEASURED},
        }


def training_part(kind: str) -> MixPart:
    """Tasks of one word, to train on."""
    asking = Asking.named(KINDS[kind], encoder="MinimalGridEncoder()")
    source = CompositionSource(asking, WORDS, longest=2, side=_SIDE, inputs=0.0)
    return MixPart(kind, 1.0, source, asking, WORDS, ())


def measure(learner: Learner, windows: Windows, name: str, kinds: Sequence[str]) -> dict[str, Any]:
    """By kind the mean loss and the number of exact answers."""
    items, count = MEASURED[name]
    figures = {}
    for kind in kinds:
        part = training_part(kind)
        held_out = MixPart(f"{kind}, {name}", 1.0, part.source, part.asking, (), items)
        results = learner.measure(windows.held_out(held_out, count))
        figures[kind] = {
            "loss": mean(loss for loss, _ in results),
            "exact": sum(exact for _, exact in results),
            "examples": len(results),
        }
    return figures


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The mean, and half the width of its 95% interval (not a number for a single value)."""
    if len(values) < 2:
        return mean(values), math.nan
    return mean(values), _T[len(values)] * stdev(values) / math.sqrt(len(values))


def losses(results: Sequence[Result], name: str, kind: str) -> tuple[float, float]:
    """The mean loss of a kind over the seeds of one model, and half its interval."""
    return interval([result[name][kind]["loss"] for result in results])


def exact(results: Sequence[Result], name: str, kind: str) -> str:
    """The share of exact answers over all seeds, and its interval."""
    figures = [result[name][kind] for result in results]
    right, count = sum(one["exact"] for one in figures), sum(one["examples"] for one in figures)
    low, high = wilson(right, count)
    return f"{right / count:.0%} ({low:.0%} to {high:.0%})"


def models(results: Sequence[Result], control: bool) -> list[list[Result]]:
    """The results by model, seeds together: one to four kinds, or outputs alone for one to four times the
    steps."""
    step = min(result["steps"] for result in results)
    wanted = [(1 if control else count, count * step) for count in range(1, len(KINDS) + 1)]
    return [[r for r in results if (len(r["kinds"]), r["steps"]) == one] for one in wanted]


def table(results: Sequence[Result]) -> str:
    """All figures as Markdown tables; kinds that a model was not trained on in brackets."""
    names = tuple(KINDS)
    lines = []
    for name in MEASURED:
        lines += [
            f"\n{name}:",
            "| measured on | " + " | ".join([names[0], *(f"+ {n}" for n in names[1:])]) + " |",
        ]
        lines.append("|---" * (len(names) + 1) + "|")
        rows = [(kind, kind, models(results, control=False)) for kind in names]
        rows.append(("outputs, as many steps", "outputs", models(results, control=True)))
        for label, kind, columns in rows:
            cells = []
            for place, column in enumerate(columns):
                if not column:
                    cells.append("")
                    continue
                loss, half = losses(column, name, kind)
                text = f"{loss:.3f} ± {half:.3f}; {exact(column, name, kind)}"
                cells.append(text if place >= names.index(kind) else f"({text})")
            lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(results: Sequence[Result], path: Path) -> None:
    """Loss and exact answers on new tasks by kind, over what was trained on."""
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 4), layout="constrained")
    lines = [(kind, kind, models(results, control=False)) for kind in KINDS]
    lines.append(("outputs alone, as many steps", "outputs", models(results, control=True)))
    for label, kind, columns in lines:
        trained = range(tuple(KINDS).index(kind), len(columns))
        style = "--" if "alone" in label else "-"
        values = [losses(columns[place], "new tasks", kind) for place in trained]
        left.errorbar(
            trained, [v for v, _ in values], [h for _, h in values], label=label, fmt=f"o{style}", capsize=3
        )
        if kind != "inputs":
            shares = [[r["new tasks"][kind] for r in columns[place]] for place in trained]
            share = [sum(one["exact"] for one in s) / sum(one["examples"] for one in s) for s in shares]
            right.plot(trained, share, f"o{style}", color=left.get_lines()[-1].get_color())
    for axes, what in ((left, "held-out loss (nats a token)"), (right, "exact answers")):
        axes.set_xticks(range(len(KINDS)), [("+ " if n else "") + kind for n, kind in enumerate(KINDS)])
        axes.set_ylabel(what)
        axes.set_xlabel("trained on")
        axes.set_ylim(bottom=0)
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=len(lines))
    figure.savefig(path)


if __name__ == "__main__":
    main()
