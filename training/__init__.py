"""Learning: mixes of examples, fine-tuning, hindsight over runs, a few steps at test time, small models.

Making examples needs nothing beyond omni-arc itself; training needs the extra `train` (torch, transformers,
peft).
"""

from training.errors import TrainingError
from training.examples import Example
from training.mixes import Mix, MixPart, open_mix, parse_part

__all__ = ["Example", "Mix", "MixPart", "TrainingError", "open_mix", "parse_part"]
