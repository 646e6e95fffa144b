"""The command line `omni-arc`: a thin shell over public functions, one file per command."""

import os
import sys


def main() -> None:
    """Entry point of the console command. An interrupt during imports ends it in one line, too."""
    try:
        _open_closed_streams()
        from commands.cli import main as whole

        whole()
    except KeyboardInterrupt:
        print("omni-arc: interrupted", file=sys.stderr)
        sys.exit(130)


def _open_closed_streams() -> None:
    """Open /dev/null for each closed standard stream (`<&-`); otherwise the next file takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is the stream's
            setattr(sys, name, os.fdopen(null, mode, encoding="utf-8"))
