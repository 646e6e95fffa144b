"""Groups of commands."""

from __future__ import annotations

import click

_LONGEST = 200  # characters


class CommandGroup(click.Group):
    """A group whose help shows each command's first sentence whole, over several lines if need be."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            rows.append((name, command.get_short_help_str(_LONGEST) if command else ""))
        with formatter.section("Commands"):
            formatter.write_dl(rows)
