"""The command line `omni-arc`: a thin shell over public functions, one file a command."""

import sys


def main() -> None:
    """Entry point of the console command; an interrupt while it still loads ends it in one line, too."""
    try:
        from commands.cli import main as whole

        whole()
    except KeyboardInterrupt:
        print("omni-arc: interrupted", file=sys.stderr)
        sys.exit(130)
