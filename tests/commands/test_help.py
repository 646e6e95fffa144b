"""`--help` of every command: each option is explained, no sentence is cut off."""

import click
import pytest

from commands.cli import cli

CONTEXT = click.Context(cli, info_name="omni-arc", max_content_width=100)
GROUPS = ("profile", "kaggle")


def commands() -> list[tuple[str, click.Command]]:
    """Every command with its full name, those of groups too."""
    found = []
    for name in cli.list_commands(CONTEXT):
        command = cli.get_command(CONTEXT, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {part}", one) for part, one in command.commands.items()]
    return found


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_option_is_explained(name: str, command: click.Command) -> None:
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help and option.help.endswith("."), (name, option.name)
            assert not option.help.endswith((";.", ",.", " as.")), (name, option.help)
    text = command.get_help(click.Context(command, info_name=name))
    assert "None]" not in text  # a range without bounds


@pytest.mark.parametrize("name", ["", *GROUPS])
def test_lists_of_commands_have_whole_sentences(name: str) -> None:
    group = cli.get_command(CONTEXT, name) if name else cli
    assert isinstance(group, click.Group)
    text = group.get_help(CONTEXT)
    assert "..." not in text.split("Commands:")[1]


@pytest.mark.parametrize("name", ["solve", "rescore", "train", "verify"])
def test_sections_hold_every_flag_once(name: str) -> None:
    command = cli.get_command(CONTEXT, name)
    assert command is not None
    lines = command.get_help(click.Context(command, info_name=name)).splitlines()
    shown = [line.split()[0].rstrip(",") for line in lines if line.startswith("  -")]
    flags = [option.opts[0] for option in command.get_params(CONTEXT) if isinstance(option, click.Option)]
    assert sorted(shown) == sorted(flags)
    headings = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert headings[0] == "Options:" and len(headings) > 1
