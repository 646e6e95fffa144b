"""Prompts: grids as text and back, prompt versions, and what an answer contains.

Nothing here knows which model reads a prompt.
"""

from prompts.answers import Reading, read_grid, read_programs, read_source
from prompts.build import (
    Prompt,
    Question,
    Shot,
    Turn,
    answer_text,
    build_prompt,
    fit_prompt,
    pairs_by_size,
    program_answer,
)
from prompts.code import ENTRY_POINTS
from prompts.encoders import DEFAULT_ENCODER, GridEncoder, encoder_names, encoder_spec, parse_encoder
from prompts.errors import AnswerError, PromptError, PromptTooLong
from prompts.loose_grids import loose_grids
from prompts.markup import content_text
from prompts.mistakes import Attempt, describe_attempts, describe_mistake
from prompts.profiles import DEFAULT_PROFILE, Profile, Sampling, load_profile, profile_from, profile_names
from prompts.versions import AnswerKind, PromptVersion, Role, load_version, prompt_names

__all__ = [
    "DEFAULT_ENCODER",
    "DEFAULT_PROFILE",
    "ENTRY_POINTS",
    "AnswerError",
    "AnswerKind",
    "Attempt",
    "GridEncoder",
    "Profile",
    "Prompt",
    "PromptError",
    "PromptTooLong",
    "PromptVersion",
    "Question",
    "Reading",
    "Role",
    "Sampling",
    "Shot",
    "Turn",
    "answer_text",
    "build_prompt",
    "content_text",
    "describe_attempts",
    "describe_mistake",
    "encoder_names",
    "encoder_spec",
    "fit_prompt",
    "load_profile",
    "load_version",
    "loose_grids",
    "pairs_by_size",
    "parse_encoder",
    "profile_from",
    "profile_names",
    "program_answer",
    "prompt_names",
    "read_grid",
    "read_programs",
    "read_source",
]
