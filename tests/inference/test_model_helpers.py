"""What model backends check before anything slow: paths, adapters, devices, messages; the chat template."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from arc import Pair, Task, as_grid
from inference.errors import ModelError
from inference.proposers.models import ModelSettings
from inference.proposers.models.adapters import highest_rank, read_adapter, task_adapter
from inference.proposers.models.chat import ChatTokenizer, check_model
from inference.proposers.models.engines import _environment
from inference.proposers.models.vllm import engine_arguments
from inference.proposers.models.vllm_errors import explain
from prompts import AnswerKind, Prompt, Role, Turn, build_prompt, load_version, parse_encoder

TURNS = (Turn(Role.SYSTEM, "Be brief."), Turn(Role.USER, "What?"))
PROMPT = Prompt("v", AnswerKind.PROGRAM, TURNS, "```python\n", (0,))


class Tokenizer:
    """A tokenizer of one token a character, with a chat template that may refuse system messages."""

    def __init__(self, chat: bool = True, system: bool = True) -> None:
        self.chat_template = "{...}" if chat else None
        self.system = system

    def apply_chat_template(
        self,
        messages: list[dict[str, str]],
        tokenize: bool,
        add_generation_prompt: bool,
        enable_thinking: bool | None = None,
    ) -> str:
        assert not tokenize and add_generation_prompt
        if not self.system and messages[0]["role"] == "system":
            raise ValueError("System role not supported")
        return "".join(f"<{m['role']}>{m['content']}" for m in messages) + "<assistant>"

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        return ([1] if add_special_tokens else []) + [ord(char) for char in text]


def test_the_answers_start_stands_behind_the_opened_turn() -> None:
    chat = ChatTokenizer(Tokenizer())
    assert chat.text(PROMPT) == "<system>Be brief.<user>What?<assistant>```python\n"
    assert chat.encode(PROMPT)[0] == ord("<")  # the template writes its own special tokens


def test_a_template_without_system_messages_gets_it_in_the_users() -> None:
    assert ChatTokenizer(Tokenizer(system=False)).text(PROMPT) == (
        "<user>Be brief.\n\nWhat?<assistant>```python\n"
    )


def test_the_profile_speaks_to_the_template_or_leaves_it_out() -> None:
    chat = ChatTokenizer(Tokenizer())
    assert chat.text(replace(PROMPT, template_arguments=(("enable_thinking", True),))) == chat.text(PROMPT)
    bare = replace(PROMPT, chat=False)
    assert chat.text(bare) == "Be brief.What?```python\n"
    assert chat.encode(bare)[0] == 1


def test_a_base_model_gets_plain_text_and_its_special_tokens() -> None:
    chat = ChatTokenizer(Tokenizer(chat=False))
    assert chat.text(PROMPT) == "Be brief.\n\nWhat?\n\n```python\n"
    assert chat.encode(PROMPT)[0] == 1


def test_a_base_model_gets_the_whole_question() -> None:
    grid = as_grid([[1, 2]])
    task = Task("t", (Pair(grid, grid),), (Pair(grid, None),))
    prompt = build_prompt(load_version("code-from-examples-v0"), task, parse_encoder("MinimalGridEncoder()"))
    text = ChatTokenizer(Tokenizer(chat=False)).text(prompt)
    assert "12" in text and text.endswith("```python\n")


@pytest.mark.parametrize("model", ["", "/no/such", "./no/such", "~/nothing", "a/b/c"])
def test_a_missing_model_is_told_before_anything_is_loaded(model: str) -> None:
    with pytest.raises(ModelError) as caught:
        check_model(model)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no config\.json"):
        check_model(str(tmp_path))


def test_hub_names_pass() -> None:
    check_model("someone/some-model")
    check_model("gpt2")


@pytest.mark.parametrize(
    ("content", "line"),
    [(None, "no LoRA adapter"), ("{", "broken JSON"), ("{}", "names no rank"), ("7", "rank")],
)
def test_a_folder_that_is_no_adapter_is_told(tmp_path: Path, content: str | None, line: str) -> None:
    if content is not None:
        (tmp_path / "adapter_config.json").write_text(content)
    with pytest.raises(ModelError, match=line):
        read_adapter(str(tmp_path))


def test_an_adapter_reserves_the_next_rank_that_the_engine_knows(tmp_path: Path) -> None:
    (tmp_path / "adapter_config.json").write_text(json.dumps({"r": 24}))
    settings = ModelSettings(model="m", context_length=4000, adapter=str(tmp_path))
    arguments = engine_arguments(settings, on_cpu=True)
    assert (arguments["enable_lora"], arguments["max_lora_rank"], arguments["max_loras"]) == (True, 32, 1)
    assert "enable_lora" not in engine_arguments(ModelSettings(model="m"), on_cpu=False)


def test_each_task_may_have_an_adapter_of_its_own(tmp_path: Path) -> None:
    for name, rank in (("a", 8), ("b", 64)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "adapter_config.json").write_text(json.dumps({"r": rank}))
    settings = ModelSettings(model="m", adapters=str(tmp_path), adapter=str(tmp_path / "a"), max_loras=4)
    assert [task_adapter(settings, name) for name in "bc"] == [str(tmp_path / "b"), str(tmp_path / "a")]
    assert task_adapter(ModelSettings(adapters=str(tmp_path)), "c") == ""
    assert highest_rank(settings) == 64
    assert engine_arguments(settings, on_cpu=False)["max_loras"] == 4
    with pytest.raises(ModelError, match="named by task ids"):
        highest_rank(ModelSettings(adapters=str(tmp_path / "a")))


def test_settings_reach_the_engine() -> None:
    settings = ModelSettings(
        model="m",
        dtype="bfloat16",
        quantization="awq",
        tensor_parallel=2,
        memory_share=0.7,
        context_length=9000,
    )
    gpu = engine_arguments(settings, on_cpu=False)
    assert gpu["gpu_memory_utilization"] == 0.7
    assert (gpu["dtype"], gpu["quantization"], gpu["tensor_parallel_size"]) == ("bfloat16", "awq", 2)
    assert gpu["max_model_len"] == 9000
    assert "enable_chunked_prefill" not in gpu
    cpu = engine_arguments(settings, on_cpu=True)
    assert cpu["enable_chunked_prefill"] is False
    assert cpu["max_num_batched_tokens"] >= 9000
    assert cpu["kv_cache_memory_bytes"] == 2 << 30


TOO_LONG = (
    "To serve at least one request with the model's max seq len (32768), (4.5 GiB KV cache is needed, which "
    "is larger than the available KV cache memory (3.0 GiB). Based on the available memory, the estimated "
    "maximum model length is 21840. Try increasing `gpu_memory_utilization` or decreasing `max_model_len`."
)
NO_ROOM = (
    "No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing."
)
IN_USE = (
    "Free memory on device cuda:0 (52.31/79.11 GiB) on startup is less than desired GPU memory utilization "
    "(0.9, 71.2 GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes."
)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            RuntimeError("CUDA out of memory. Tried to allocate 2 GiB\nmore"),
            "the card is full: lower memory_share",
        ),
        (ValueError(NO_ROOM), "the cache has no room at all: raise memory_share (now 0.9)"),
        (ValueError(TOO_LONG), "set context_length to 21840, the longest that fits, or raise memory_share"),
        (ValueError(IN_USE), "52.31 of 79.11 GiB are free: lower memory_share to 0.66 (now 0.9)"),
        (RuntimeError("Found no NVIDIA driver on your system."), "no usable GPU"),
        (
            RuntimeError("VLLM batch_invariant mode is not supported for mamba."),
            "set batch_invariant to false",
        ),
        (OSError("x is not a local folder and is not a valid model identifier"), "neither a model's folder"),
        (RuntimeError("shape mismatch\n at line 3"), "vLLM fails with m: RuntimeError: shape mismatch"),
    ],
)
def test_what_the_engine_raises_becomes_one_line(error: Exception, line: str) -> None:
    text = explain(error, ModelSettings(model="m"))
    assert text.startswith(line) or line in text
    assert "\n" not in text


def test_each_engine_gets_its_own_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ModelSettings(engines=2, tensor_parallel=2)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert [_environment(n, settings)["CUDA_VISIBLE_DEVICES"] for n in (0, 1)] == ["0,1", "2,3"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5,6,7")
    assert [_environment(n, settings)["CUDA_VISIBLE_DEVICES"] for n in (0, 1)] == ["4,5", "6,7"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5,6")
    with pytest.raises(ModelError, match="need 4, CUDA_VISIBLE_DEVICES names 3"):
        _environment(1, settings)
