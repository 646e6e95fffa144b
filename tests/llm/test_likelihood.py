"""Grids scored under views, by transformers and by vLLM, with the tiny random model in float32."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from arc import Task, as_grid, read_json
from commands.cli import cli
from inference.proposers.models import ModelSettings
from inference.proposers.models.likelihood import GridScorer, ScoringPlan, TransformersScorer, VllmScorer
from scoring.contract import GridPrediction
from scoring.record.reader import Run
from scoring.record.writer import RunStore

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(2400)]

GRIDS = [as_grid([[1, 2], [3, 4]]), as_grid([[0, 1, 0]]), as_grid([[5, 6]])]


@pytest.fixture
def settings(tiny_model: str) -> ModelSettings:
    return ModelSettings(
        model=tiny_model,
        dtype="float32",
        eager=True,
        running=8,
        kv_cache_gb=0.05,
        context_length=2048,
        max_tokens=16,
        grid_max_tokens=16,
        encoder="MinimalGridEncoder()",
        grid_prompt="output-from-examples-v0",
    )


def naive(scorer: TransformersScorer, prompt: list[int], answer: list[int]) -> float:
    """One pass over everything, with nothing kept."""
    with torch.inference_mode():
        logits = scorer._model(torch.tensor([[*prompt, *answer]])).logits[0].log_softmax(-1)
    return sum(float(logits[len(prompt) + n - 1, token]) for n, token in enumerate(answer))


def test_a_prompt_read_once_serves_answers_of_any_length(settings: ModelSettings) -> None:
    scorer = TransformersScorer(settings)
    prompt = scorer.tokenizer.raw.encode("a prompt of some length")
    answers = [scorer.tokenizer.raw.encode(text) for text in ("x", "12\n34", "x", "0" * 40)]
    found = scorer.log_probabilities(prompt, answers)
    assert found == pytest.approx([naive(scorer, prompt, answer) for answer in answers], rel=1e-4)
    assert found[0] == pytest.approx(found[2], rel=1e-5)


def test_vllm_and_transformers_agree(settings: ModelSettings) -> None:
    ours, theirs = TransformersScorer(settings), VllmScorer(settings)
    try:
        prompt = ours.tokenizer.raw.encode("a prompt of some length")
        answers = [ours.tokenizer.raw.encode(text) for text in ("1", "12\n34")]
        expected = ours.log_probabilities(prompt, answers)
        assert theirs.log_probabilities(prompt, answers) == pytest.approx(expected, rel=1e-3)
        assert theirs.log_probabilities(prompt, answers) == pytest.approx(expected, rel=1e-3)
    finally:
        theirs.close()


@pytest.fixture
def task(tasks: list[Task]) -> Iterator[Task]:
    yield tasks[0].hidden()


def test_every_grid_is_scored_in_every_view_within_the_budget(settings: ModelSettings, task: Task) -> None:
    whole = GridScorer("transformers", settings, ScoringPlan(views=3))
    found = list(whole.scores(task, 0, GRIDS))
    assert len(found) == 9 and len({score.augmentation for score in found}) == 3
    assert all(score.log_probability < 0 and score.tokens > 1 for score in found)
    assert found[0].augmentation.symmetry == 0 and found[0].grid is GRIDS[0]
    two_views = sum(score.tokens for score in found[:6]) + (whole.tokens - sum(s.tokens for s in found))
    capped = GridScorer("transformers", settings, ScoringPlan(views=3, tokens=two_views))
    assert len(list(capped.scores(task, 0, GRIDS))) in (3, 6)
    assert capped.tokens <= two_views


def test_rescore_keeps_scores_and_submit_chooses_by_them(
    settings: ModelSettings, task: Task, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    with RunStore.create(folder, {"dataset": "toy"}) as store:
        store.add_tasks([task])
        for sample, number in enumerate((0, 0, 1, 2)):
            store.add_prediction(GridPrediction(task.id, "p", sample, 0, GRIDS[number]))
    options = ["--model", settings.model, "--dtype", "float32", "--views", "2", "--max-tokens", "16"]
    options += [
        "--grid-max-tokens",
        "16",
        "--encoder",
        settings.encoder,
        "--grid-prompt",
        settings.grid_prompt,
    ]
    done = CliRunner().invoke(cli, ["rescore", str(folder), "--backend", "transformers", *options])
    assert done.exit_code == 0, done.output
    with Run.open(folder) as run:
        scores = run.scores(task.id)
    assert len(scores) == 6
    sums = [sum(s.log_probability for s in scores if s.grid.tolist() == grid.tolist()) for grid in GRIDS]
    best = GRIDS[max(range(3), key=sums.__getitem__)]
    out = tmp_path / "submission.json"
    chosen = ["submit", str(folder), "--vote-rule", "product-of-experts", "-o", str(out)]
    assert CliRunner().invoke(cli, chosen).exit_code == 0
    assert read_json(out)[task.id][0]["attempt_1"] == best.tolist()
    assert json.loads((folder / "config.json").read_text())["config"] == {"dataset": "toy"}
