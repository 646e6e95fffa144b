"""The commands of `omni-arc`, and how every failure of one becomes a line and an exit code.

Exit codes: 0 done; 2 bad input or usage (one line on stderr); 1 internal error; 130 interrupted.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from importlib import import_module

import click

from arc import ArcError, visible
from commands.group import CommandGroup

# command name -> module in this package; the module holds a click command of the same name
_COMMANDS = (
    "solve",
    "verify",
    "evaluate",
    "submit",
    "rescore",
    "inspect",
    "prompt",
    "profile",
    "export",
    "kaggle",
    "similar",
    "train",
    "learn",
    "export-training",
    "datasets",
    "doctor",
)

# errors of a full or read-only disk, which name no file
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
_LONGEST_NAME = 200


class _Lazy(CommandGroup):
    """Imports a command's module only when it is needed, so that commands start quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"commands.{name}"), name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="omni-arc")
def cli() -> None:
    """Program synthesis for ARC: propose programs, run them in a sandbox, verify, vote, submit."""


def main() -> None:
    """Run the command line of this process and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # don't fail on a terminal that can't show ✓
    code = run(sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # only the interpreter's shutdown is left
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line with `arguments`; returns the exit code."""
    try:
        code = cli.main(arguments, prog_name="omni-arc", standalone_mode=False, auto_envvar_prefix="OMNI_ARC")
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        return _complain(error.format_message(), 2)
    except ArcError as error:
        return _complain(str(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return _complain("interrupted", 130)
    except (BrokenPipeError, SystemExit):  # click exits when a pipe's reader is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.filename is not None or error.errno in _NO_ROOM:
            return _complain(f"{_name(error.filename)}: {error.strerror}", 2)
        return _failed(error)
    except Exception as error:
        return _failed(error)
    return code if isinstance(code, int) else 0  # what a command gave to `Context.exit`


def _name(filename: object) -> str:
    """A file's name, shortened if it is very long."""
    name = os.fsdecode(filename) if isinstance(filename, (str, bytes)) else str(filename or "the output")
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"


def _complain(message: str, code: int) -> int:
    print("omni-arc: " + visible(" ".join(message.split())), file=sys.stderr)
    return code


def _failed(error: Exception) -> int:
    if os.environ.get("OMNI_ARC_TRACEBACK"):
        raise error
    return _complain(
        f"internal error: {type(error).__name__}: {error} "
        "(please report it, with the traceback that OMNI_ARC_TRACEBACK=1 shows)",
        1,
    )
