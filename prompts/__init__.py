"""Prompts: grids as text and back, prompt versions, and what an answer holds.

Nothing here knows which model reads a prompt.
"""

from prompts.answers import ENTRY_POINTS, find_grid, find_program, strip_thinking
from prompts.build import Prompt, Question, build_prompt, fit_prompt, pairs_by_size
from prompts.encoders import DEFAULT_ENCODER, GridEncoder, encoder_names, parse_encoder
from prompts.errors import AnswerError, PromptError, PromptTooLong
from prompts.mistakes import describe_mistake
from prompts.versions import AnswerKind, PromptVersion, load_version, prompt_names

__all__ = [
    "DEFAULT_ENCODER",
    "ENTRY_POINTS",
    "AnswerError",
    "AnswerKind",
    "GridEncoder",
    "Prompt",
    "PromptError",
    "PromptTooLong",
    "PromptVersion",
    "Question",
    "build_prompt",
    "describe_mistake",
    "encoder_names",
    "find_grid",
    "find_program",
    "fit_prompt",
    "load_version",
    "pairs_by_size",
    "parse_encoder",
    "prompt_names",
    "strip_thinking",
]
