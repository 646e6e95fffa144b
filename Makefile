# Two targets do everything on a fresh machine (Linux, Python 3.11 or newer, make):
#   make solve   installs omni-arc into .venv and solves ARC-AGI-1 evaluation, leaving a scored submission
#   make test    installs omni-arc and its development tools into .venv and runs lint, types and tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LLM_VENV := .venv-llm
DATASET ?= arc-agi-1/evaluation
ARGS ?=

.PHONY: help install solve test lint types unit test-llm clean

help:
	@sed -n 's/^#   //p' Makefile

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/core.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[openai,export]" --group dev
	@touch $@ $(VENV)/core.stamp

install: $(VENV)/core.stamp

solve: install
	$(BIN)/omni-arc solve $(DATASET) $(ARGS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

unit: $(VENV)/dev.stamp
	$(BIN)/pytest -m "not llm" $(ARGS)

test: lint types unit

clean:
	rm -rf $(VENV) $(LLM_VENV) build *.egg-info
