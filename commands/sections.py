"""Help with the flags under headings."""

from __future__ import annotations

from typing import Any

import click


class SectionOption(click.Option):
    """A flag that the help of a SectionedCommand lists under the heading `section`."""

    def __init__(self, *args: Any, section: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.section = section


class SectionedCommand(click.Command):
    """A command whose help lists plain flags first, then each section's under its heading."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {"Options": []}
        for parameter in self.get_params(ctx):
            name = parameter.section if isinstance(parameter, SectionOption) else "Options"
            record = parameter.get_help_record(ctx)
            if record is not None:
                sections.setdefault(name, []).append(record)
        for name, records in sections.items():
            with formatter.section(name):
                formatter.write_dl(records)
