"""Training on the real thing: fine-tuning, resuming after a kill, small models that then solve tasks."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arc import ArcError, Pair, Task, as_grid, same_grid
from commands.cli import run
from inference.proposers.models.chat import ChatTokenizer
from inference.proposers.models.settings import ModelSettings
from inference.run.settings import Settings
from inference.run.solve import solve
from training.compositions import WORDS, CompositionSource, random_grid
from training.errors import TrainingError
from training.examples import Asking
from training.mixes import Mix, MixPart, make_part
from training.settings import MixSettings, TrainSettings

pytestmark = [
    pytest.mark.llm,
    pytest.mark.filterwarnings("default"),
    pytest.mark.timeout(900),
]
torch = pytest.importorskip("torch")

import training.models as models  # noqa: E402
from training.learner import Learner, learning_rate, make_batch  # noqa: E402
from training.models import choose_device, load_base  # noqa: E402
from training.records import read_metrics  # noqa: E402
from training.tokens import Encoded, ExampleTokenizer, Row, pack  # noqa: E402
from training.trainer import Trained, train  # noqa: E402

PROMPT = "output-from-examples-v0"
ENCODER = "MinimalGridEncoder()"
OMNI_ARC = [sys.executable, "-c", "from commands import main; main()"]


@pytest.fixture(scope="module")
def own_tasks(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Sixty small tasks in one file: a colour becomes another."""
    tasks = {}
    for number in range(60):
        old, new = 1 + number % 3, 4 + number % 5
        grids = [[[old, (number + n) % 3], [n % 4, old]] for n in range(4)]
        pairs = [
            {"input": grid, "output": [[new if c == old else c for c in row] for row in grid]}
            for grid in grids
        ]
        tasks[f"t{number:02}"] = {"train": pairs[:3], "test": pairs[3:]}
    file = tmp_path_factory.mktemp("own") / "own.json"
    file.write_text(json.dumps(tasks))
    return str(file)


def train_command(own_tasks: str, output: Path, *more: str) -> list[str]:
    options = [
        "--data",
        f"{own_tasks}:{PROMPT}",
        "--encoder",
        ENCODER,
        "--held-out",
        "0.2",
        "--context",
        "512",
    ]
    options += ["--batch-size", "2", "--eval-examples", "8", "--tracker", "none", "-o", str(output)]
    return ["train", *options, *more]


def wait_for(condition: Callable[[], object], seconds: int = 300) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def start(command: list[str]) -> subprocess.Popen[str]:
    """The command in a session of its own; it hears SIGINT even where the tests run in the background."""
    return subprocess.Popen(
        command,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def has_done(folder: Path, steps: int) -> bool:
    return (folder / "metrics.jsonl").is_file() and len(losses(folder)) >= steps


def losses(folder: Path) -> dict[int, float]:
    return {line["step"]: line["loss"] for line in read_metrics(folder) if "loss" in line}


def test_a_training_interrupted_and_killed_ends_in_the_same_weights(own_tasks: str, tmp_path: Path) -> None:
    options = ["--from-scratch", "micro", "--steps", "40", "--checkpoint-every", "4", "--eval-every", "0"]
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert run(train_command(own_tasks, whole, *options, "--data-workers", "0")) == 0

    command = [*OMNI_ARC, *train_command(own_tasks, broken, *options, "--data-workers", "1")]
    process = start(command)
    wait_for(lambda: has_done(broken, 6))
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: the processes that draw examples hear it too
    said = process.communicate()[1].strip().splitlines()
    assert process.returncode == 130
    assert said[-1].startswith("interrupted at step ") and said[-1].endswith(f"train --resume {broken}")
    assert not any("Traceback" in line for line in said)
    reached = max(losses(broken))
    assert reached < 30

    process = start([*OMNI_ARC, "train", "--resume", str(broken)])
    wait_for(lambda: has_done(broken, reached + 6))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (broken / "model.safetensors").exists()

    assert run(["train", "--resume", str(broken)]) == 0
    assert losses(broken) == losses(whole)
    assert (broken / "model.safetensors").read_bytes() == (whole / "model.safetensors").read_bytes()


def test_an_adapter_learns_resumes_with_dropout_and_is_asked_as_it_was_trained(
    own_tasks: str, tiny_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    options = ["--model", tiny_model, "--lora-rank", "16", "--lora-dropout", "0.1", "--learning-rate", "1e-2"]
    options += ["--steps", "40", "--eval-every", "20", "--checkpoint-every", "10", "--data-workers", "0"]
    folder = tmp_path / "adapter"
    assert run(train_command(own_tasks, folder, *options)) == 0
    evals = [line["eval"] for line in read_metrics(folder) if "eval" in line]
    assert len(evals) == 3
    (first,), (last,) = (list(values.values()) for values in (evals[0], evals[-1]))
    assert last["loss"] < 0.95 * first["loss"]  # an adapter cannot move the random embedding
    config = json.loads((folder / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"], config["peft_type"]) == (16, 32, "LORA")
    assert run(["train", "--resume", str(folder)]) == 0  # ended already: nothing is trained again
    assert len(losses(folder)) == 40
    again = ["solve", own_tasks, "--model", tiny_model, "--adapter", str(folder), "--sampler", "transformers"]
    again += ["--no-search", "--no-cells", "--samples", "1", "--limit", "1", "--grid-max-tokens", "16"]
    again += ["--dtype", "float32"]
    assert run([*again, "--time-limit", "60s", "--run", str(tmp_path / "run")]) in (0, 1)
    stored = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert stored["models"]["transformers"]["grids"] == 1


def test_a_slow_number_format_is_refused_on_a_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_cpu_has_bf16", lambda: False)
    settings = TrainSettings(model="m", dtype="bfloat16", device="cpu")
    with pytest.raises(TrainingError, match="20 times slower"):
        models.choose_dtype(settings, choose_device(settings))
    insists = TrainSettings(model="m", dtype="bfloat16", device="cpu", slow_dtype=True)
    assert models.choose_dtype(insists, choose_device(insists)) is torch.bfloat16
    auto = TrainSettings(model="m", device="cpu")
    assert models.choose_dtype(auto, choose_device(auto)) is torch.float32


def learner(tiny_model: str, **changes: Any) -> Learner:
    settings = TrainSettings(model=tiny_model, device="cpu", full=True, **changes)
    device = choose_device(settings)
    return Learner(load_base(settings, tiny_model, device, torch.float32), settings, device, torch.float32)


def some_examples(count: int, longest: int) -> list[Encoded]:
    generator = torch.Generator().manual_seed(0)
    lengths = torch.randint(8, longest, (count,), generator=generator).tolist()
    return [Encoded(torch.randint(0, 200, (n,), generator=generator).int().numpy(), n // 2) for n in lengths]


def test_packed_rows_hold_every_example_once_and_fit() -> None:
    examples = some_examples(50, 100)
    rows = pack(examples, 128)
    assert sorted(id(e) for row in rows for e in row.examples) == sorted(id(e) for e in examples)
    assert max(row.length for row in rows) <= 128
    assert sum(row.length for row in rows) > 0.85 * 128 * len(rows)


def test_packing_and_accumulating_change_no_step(tiny_model: str) -> None:
    examples = some_examples(12, 60)
    packed, single = learner(tiny_model), learner(tiny_model)
    assert packed.packs
    one = packed.step([make_batch(pack(examples, 128), packed.device)])
    other = single.step([make_batch([Row((example,))], single.device) for example in examples])
    assert one == pytest.approx(other, rel=1e-4)
    for name, value in packed.trainable.items():
        assert torch.allclose(value, single.trainable[name], atol=2e-6), name


def test_the_loss_is_that_of_the_answers_alone(tiny_model: str) -> None:
    (example,) = some_examples(1, 60)
    trained = learner(tiny_model)
    ((loss, exact),) = trained.measure([example])
    ids = torch.from_numpy(example.ids).long()[None]
    logits = trained.model(input_ids=ids).logits[0].log_softmax(-1)
    places = torch.arange(example.answer, len(example.ids))
    assert loss == pytest.approx(-logits[places - 1, ids[0, places]].mean().item(), rel=1e-4)
    assert not exact


def test_an_example_is_encoded_as_solve_asks_and_as_the_template_closes(
    tiny_model: str, tiny_base_model: str
) -> None:
    asking = Asking.named("code-from-examples-v1", encoder=ENCODER)
    mix = Mix([make_part("c", CompositionSource(asking), asking)], 0)
    example = mix.example(0)
    for folder, end in ((tiny_model, "<|end|>"), (tiny_base_model, "<|end|>")):
        tokenizer = ChatTokenizer.load(folder)
        encoded = ExampleTokenizer(tokenizer).encode(example)
        assert encoded.ids[: encoded.answer].tolist() == tokenizer.encode(example.prompt)
        learned = tokenizer.raw.decode(encoded.ids[encoded.answer :].tolist())
        assert example.prompt.prefill + learned == example.answer + end


@pytest.mark.parametrize(("schedule", "last"), [("cosine", 0.1), ("linear", 0.1), ("constant", 1.0)])
def test_the_rate_rises_and_falls(schedule: str, last: float) -> None:
    settings = TrainSettings(model="m", steps=100, warmup=10, learning_rate=1.0, schedule=schedule)
    rates = [learning_rate(settings, step) for step in range(101)]
    assert rates[0] < rates[5] < rates[10] == 1.0
    assert rates[100] == pytest.approx(last)
    assert all(rates[n] >= rates[n + 1] for n in range(10, 100))


FAMILIES = ("scale_up", "tile_across", "pad", "crop_to_content", "flip_left_right")


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Trained]:
    """A model from scratch, trained for a minute on families of tasks over small grids, and its figures.

    What is held out are examples over pairs that the training does not draw.
    """
    asking = Asking.named("code-from-examples-v0", encoder=ENCODER)
    source = CompositionSource(asking, FAMILIES, longest=1, side=4, inputs=0.0)
    part = make_part("families", source, asking, held_out=0.0)
    new_pairs = MixPart("new pairs", 1.0, source, asking, (), part.training)
    settings = TrainSettings(
        from_scratch="tiny",
        steps=400,
        batch_size=1,
        context=512,
        learning_rate=2e-3,
        warmup=30,
        eval_every=0,
        data_workers=0,
        tracker="none",
    )
    folder = tmp_path_factory.mktemp("small") / "model"
    return folder, train(settings, MixSettings(), folder, mix=Mix([part, new_pairs], 0))


def new_task(item: str, seed: int) -> Task:
    """A task of a family with pairs that the training never drew, and its test output."""
    generator = random.Random(f"new {item} {seed}")
    while True:
        grids = [random_grid(generator, 4, generator.sample(range(1, 10), 2)) for _ in range(5)]
        space: dict[str, Any] = {}
        exec(
            f"from omniarc import *\ndef transform(grid):\n    return {WORDS[item].replace('<new>', '5')}",
            space,
        )
        try:
            pairs = [Pair(grid, as_grid(space["transform"](grid))) for grid in grids]
        except (ArcError, ValueError):  # an input that lacks what the word needs
            continue
        if all(len(set(pair.answer.flat)) > 1 and not same_grid(pair.input, pair.answer) for pair in pairs):
            return Task(f"{item}-{seed}", tuple(pairs[:4]), tuple(pairs[4:]))


@pytest.mark.parametrize("sampler", ["transformers", "vllm"])
def test_a_small_model_learns_in_a_minute_and_solves_tasks_of_families_it_saw(
    small_model: tuple[Path, Trained], tmp_path: Path, sampler: str
) -> None:
    folder, trained = small_model
    assert trained.after["new pairs"].loss < 0.1 * trained.before["new pairs"].loss
    tasks = [new_task(item, 0) for item in FAMILIES]
    for task in tasks:
        (tmp_path / f"{task.id}.json").write_text(json.dumps(task.to_json()))
    model = ModelSettings(
        model=str(folder),
        dtype="float32",
        max_tokens=64,
        round_size=16,
        running=16,
        eager=True,
        kv_cache_gb=0.2,
        context_length=1024,
        views=1,
    )
    settings = Settings(
        str(tmp_path),
        samplers=(sampler,),
        predictors=(),
        samples=16,
        time_limit=300.0,
        workers=1,
        agree=1,
        model=model,
    )
    solved = solve(settings, tmp_path.parent / f"{tmp_path.name}-run")
    assert solved.evaluation is not None
    assert solved.evaluation.total.solved >= 4


def half_turns(count: int, seed: int) -> dict[str, Any]:
    """Tasks in which a grid of 2x2 is turned by half."""
    generator = random.Random(seed)
    tasks = {}
    for number in range(count):
        grids = [[[generator.randrange(5) for _ in range(2)] for _ in range(2)] for _ in range(4)]
        pairs = [{"input": grid, "output": [row[::-1] for row in grid[::-1]]} for grid in grids]
        tasks[f"{seed}-{number}"] = {"train": pairs[:3], "test": pairs[3:]}
    return tasks


def test_the_commands_train_a_small_model_that_solves_new_tasks_of_the_family_it_saw(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen, new = tmp_path / "seen.json", tmp_path / "new.json"
    seen.write_text(json.dumps(half_turns(400, 1)))
    new.write_text(json.dumps(half_turns(4, 2)))
    model = str(tmp_path / "model")
    command = ["train", "--from-scratch", "micro", "--data", f"{seen}:{PROMPT}", "--encoder", ENCODER]
    command += ["--steps", "500", "--batch-size", "4", "--context", "512", "--learning-rate", "1e-3"]
    command += ["--schedule", "constant", "--eval-every", "0", "--tracker", "none", "-o", model]
    assert run(command) == 0
    assert "exact match 0.0% -> " in capsys.readouterr().out
    solving = ["solve", str(new), "--model", model, "--sampler", "transformers", "--dtype", "float32"]
    solving += ["--no-search", "--no-cells", "--samples", "8", "--grid-max-tokens", "16", "--workers", "1"]
    assert run([*solving, "--time-limit", "120s", "--run", str(tmp_path / "run")]) == 0
    assert (
        json.loads((tmp_path / "run" / "summary.json").read_text())["evaluation"]["scores"]["together"][
            "solved"
        ]
        >= 3
    )
