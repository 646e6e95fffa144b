# Two targets do everything on a fresh machine (Linux, Python 3.11 or newer, make):
#   make solve   installs omni-arc into .venv and solves ARC-AGI-1 evaluation, leaving a scored submission
#   make test    installs omni-arc and its development tools into .venv and runs lint, types and tests
# And for the language-model backends:
#   make test-llm   installs vLLM's CPU build into .venv-llm and runs the tests that drive the real engine
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LLM_VENV := .venv-llm
DATASET ?= arc-agi-1/evaluation
ARGS ?=

.PHONY: help install solve test lint types unit coverage test-slow test-llm clean

help:
	@sed -n 's/^#   //p' Makefile

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/core.stamp: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[openai,export,image]" --group dev
	@touch $@ $(VENV)/core.stamp

install: $(VENV)/core.stamp

solve: install
	$(BIN)/omni-arc solve $(DATASET) $(ARGS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy
	$(BIN)/mypy tests benchmarks

unit: $(VENV)/dev.stamp
	$(BIN)/pytest -m "not llm and not slow" $(ARGS)

test: lint types unit

# the unit tests again, with the share of the code that they run
coverage: $(VENV)/dev.stamp
	$(BIN)/pytest -m "not llm and not slow" --cov --cov-report=term:skip-covered $(ARGS)

# 50 kills of one run, the Kaggle notebook in a fresh environment without network: some minutes more
test-slow: $(VENV)/dev.stamp
	$(BIN)/pytest -m "slow and not llm" $(ARGS)

$(LLM_VENV)/llm.stamp: pyproject.toml tests/llm/install.sh tests/llm/overrides.txt
	PYTHON=$(PYTHON) bash tests/llm/install.sh $(LLM_VENV)
	@touch $@

test-llm: $(LLM_VENV)/llm.stamp
	$(LLM_VENV)/bin/python -m pytest tests/llm -m llm $(ARGS)

clean:
	rm -rf $(VENV) $(LLM_VENV) build *.egg-info
