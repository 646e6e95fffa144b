"""Writing files atomically: readers, and crashes, see the old file or the complete new one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """The path to write to: a file beside `path` that is synced to disk and renamed over it at the end.

    A device or a pipe is written as it stands, and a link stays a link. OSErrors name `path`.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder; name a file to write", str(path))
    if path.exists() and not path.is_file():
        yield path
        return
    target = Path(os.path.realpath(path))
    new = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        yield new
        _sync(new)
        os.replace(new, target)
        _sync(target.parent)
    except OSError as error:
        if error.filename not in (None, str(new)):
            raise
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise OSError(error.errno, reason, str(path)) from None
    finally:
        with suppress(OSError):
            new.unlink()


def write_whole(path: Path, text: str) -> None:
    """Replace a file's text at once; raises OSError, which names `path`."""
    with replacing(path) as new, open(new, "w", encoding="utf-8") as file:
        file.write(text)


def _sync(path: Path) -> None:
    """Wait until the file or folder is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
