"""LoRA adapters on the real engine, and wrong ones."""

import json
import shutil
from pathlib import Path

import pytest

from arc import Task
from inference.errors import ModelError
from inference.proposers.models import ModelSettings, Request
from inference.proposers.models.backend import Backend, Completion
from inference.proposers.models.chat import ChatTokenizer
from inference.proposers.models.vllm import VllmBackend
from prompts import Prompt, build_prompt, load_version, parse_encoder
from tests.known import known

pytestmark = [pytest.mark.llm, pytest.mark.filterwarnings("default"), pytest.mark.timeout(2400)]


def answer(backend: Backend, prompt: Prompt, adapter: str = "") -> Completion:
    """The greedy answer to a prompt."""
    tokens = tuple(known(backend.tokenize(prompt)))
    backend.submit(Request(1, prompt, tokens, 0, max_tokens=24, temperature=0.0, top_p=1.0, adapter=adapter))
    while True:
        for completion in backend.poll(0.1):
            return completion


@pytest.fixture
def wrong_adapter(tiny_adapter: str, tmp_path: Path) -> str:
    """An adapter whose matrices are for a model of another width."""
    import torch
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "wrong"
    shutil.copytree(tiny_adapter, folder)
    weights = load_file(folder / "adapter_model.safetensors")
    wide = {name: torch.zeros(2, 96) if "lora_A" in name else torch.zeros(96, 2) for name in weights}
    save_file(wide, folder / "adapter_model.safetensors")
    return str(folder)


def test_an_adapter_changes_the_answers_and_a_wrong_one_is_one_line(
    tiny_model: str, tiny_adapter: str, wrong_adapter: str, tasks: list[Task]
) -> None:
    settings = ModelSettings(
        model=tiny_model,
        adapter=tiny_adapter,
        dtype="float32",
        eager=True,
        running=4,
        kv_cache_gb=0.05,
        context_length=2048,
        max_tokens=24,
        grid_max_tokens=24,
    )
    prompt = build_prompt(load_version("code-from-examples-v0"), tasks[0], settings.asking.encoder)
    backend = VllmBackend(settings)
    backend.start()
    try:
        adapted = answer(backend, prompt, tiny_adapter)
        plain = answer(backend, prompt)
        assert adapted.text != plain.text
        assert adapted.log_probability != plain.log_probability
        wrong = answer(backend, prompt, wrong_adapter)
        assert wrong.error.startswith(wrong_adapter)
        assert "\n" not in wrong.error
        assert answer(backend, prompt, tiny_adapter).text == adapted.text  # the engine lives on
    finally:
        backend.close()


def test_the_tokenizer_of_a_base_model_writes_plain_text(
    tiny_base_model: str, tiny_model: str, tasks: list[Task]
) -> None:
    prompt = build_prompt(
        load_version("code-from-examples-v0"), tasks[0], parse_encoder("MinimalGridEncoder()")
    )
    assert ChatTokenizer.load(tiny_base_model).text(prompt) == prompt.text
    chat = ChatTokenizer.load(tiny_model)
    assert chat.text(prompt).endswith("<|end|><|assistant|>```python\n")
    assert chat.decode(chat.encode(prompt)) == prompt.system + prompt.user + prompt.prefill


def test_an_adapter_without_a_rank_is_told_before_the_model_loads(tiny_model: str, tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA"}))
    backend = VllmBackend(ModelSettings(model=tiny_model, adapter=str(tmp_path)))
    with pytest.raises(ModelError, match="names no rank"):
        backend.start()
