"""Small decoders from scratch, each with a vocabulary made for its mix.

The vocabulary: one token per byte (so one per cell), one for each word of the language, of Python and of
the programs seen in the mix, and one for each line that most of its prompts repeat, so that instructions
cost next to nothing. Decoding is exact for any text. The folder is a plain Hugging Face Llama that
transformers and vLLM load.
"""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.proposers.models.chat import silence_transformers
from omniarc import vocabulary
from training.errors import TrainingError
from training.mixes import Mix

END = "<|end|>"
ROLES = ("system", "user", "assistant")
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message.role + '|>' + message.content + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
CONTEXT = 8192  # tokens that the positions of a small model reach

_EXAMPLES = 200  # examples that the vocabulary is taken from
_REPEATED = 0.02  # share of them in which a line must occur
_WORD_OCCURS = 3  # how often a name must occur to become a word
_MOST_WORDS = 1024
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]+")
_INDENTS = ("    ", "        ", "\n    ", "\n\n", ", ", " = ", "```python", "\n```")


@dataclass(frozen=True)
class Size:
    """The shape of a decoder; heads are 32 or 64 wide, as vLLM's kernels want them."""

    hidden: int
    layers: int
    heads: int


# parameters with a vocabulary of a thousand
SIZES = {
    "micro": Size(64, 3, 2),  # 0.2 M
    "tiny": Size(128, 4, 4),  # 0.9 M
    "small": Size(256, 6, 8),  # 5 M
    "medium": Size(384, 8, 6),  # 15 M
    "large": Size(512, 9, 8),  # 29 M
}


def make_small_model(folder: Path, size: str, mix: Mix, seed: int) -> None:
    """Write a model of random weights and its tokenizer, made for the mix, into `folder`."""
    if size not in SIZES:
        raise TrainingError(f"no size {size!r} (there are {', '.join(SIZES)})")
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    silence_transformers()
    shape = SIZES[size]
    tokenizer = make_tokenizer(mix)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=-(-len(tokenizer) // 64) * 64,
        hidden_size=shape.hidden,
        intermediate_size=-(-shape.hidden * 8 // 3 // 64) * 64,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def make_tokenizer(mix: Mix) -> Any:
    """A byte-level tokenizer without merges, with the mix's words and lines as extra tokens."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={char: n for n, char in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = [END, *(f"<|{role}|>" for role in ROLES)]
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in special])
    texts = [
        (*(message["content"] for message in example.prompt.messages), example.answer)
        for example in map(mix.example, range(_EXAMPLES))
    ]
    lines = [AddedToken(text, normalized=False) for text in (*_INDENTS, *_repeated_lines(texts))]
    words = [AddedToken(text, normalized=False, single_word=True) for text in _words(texts)]
    tokenizer.add_tokens([*lines, *words])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=END, pad_token=END, clean_up_tokenization_spaces=False
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def _repeated_lines(texts: Iterable[tuple[str, ...]]) -> list[str]:
    """Lines of prose or code that occur in many examples, the longest first."""
    counts: Counter[str] = Counter()
    total = 0
    for parts in texts:
        total += 1
        lines = {line.strip() for part in parts for line in part.split("\n")}
        counts.update(line for line in lines if len(line) > 3 and line.isascii() and _is_prose(line))
    return sorted(
        (line for line, n in counts.items() if n >= _REPEATED * total), key=lambda line: (-len(line), line)
    )


def _is_prose(line: str) -> bool:
    """True for a line of words, false for rows of a grid and lines that hold a number of the example."""
    return bool(_WORD.search(line)) and not re.search(r"\d+x\d+", line)


def _words(texts: Iterable[tuple[str, ...]]) -> list[str]:
    """The language's words, Python's, and the names that programs of the mix use."""
    seen = Counter(word for parts in texts for part in parts for word in _WORD.findall(part))
    common = [
        word for word, count in seen.most_common(_MOST_WORDS) if count >= _WORD_OCCURS and word.isascii()
    ]
    known = [word for word in (*vocabulary(), *keyword.kwlist) if len(word) > 1]
    return sorted({*known, *common})
