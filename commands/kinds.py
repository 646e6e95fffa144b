"""Kinds of values on the command line."""

from __future__ import annotations

from typing import Any

import click

WORKERS = click.IntRange(0, 1024)  # more is a typo, and would bring the machine down


class Real(click.FloatRange):
    """A number in a range; never infinite, never "not a number" (which is in every range)."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if not -float("inf") < number < float("inf"):
            self.fail(f"{value} is not a finite number", param, ctx)
        return number

    def _describe_range(self) -> str:
        """Nothing for a range without bounds, which click would write as x<=None."""
        return "" if self.min is None and self.max is None else super()._describe_range()
