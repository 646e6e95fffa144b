"""Groups of commands."""

from __future__ import annotations

from difflib import get_close_matches

import click

_LONGEST = 200  # characters


class CommandGroup(click.Group):
    """A group that suggests a command for a mistyped one.

    Its help shows each command's first sentence whole, over several lines if need be. In the environment, an
    option of its commands is named by its long flag, whatever the function calls it.
    """

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            name, command, rest = super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} (Did you mean {near[0]!r}?)", ctx) from None
        if command is not None and ctx.auto_envvar_prefix:
            _name_in_environment(command, f"{ctx.auto_envvar_prefix}_{name}")
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            rows.append((name, command.get_short_help_str(_LONGEST) if command else ""))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _name_in_environment(command: click.Command, prefix: str) -> None:
    """Give each option the variable of its long flag: `OMNI_ARC_SOLVE_SAMPLER` for `--sampler`."""
    for option in command.params:
        flag = next((flag for flag in option.opts if flag.startswith("--")), None)
        if isinstance(option, click.Option) and flag is not None:
            option.envvar = f"{prefix}{flag[1:]}".replace("-", "_").upper()
            option.allow_from_autoenv = False
