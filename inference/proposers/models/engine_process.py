"""An engine's process: it generates what its parent sends.

Started by `engines.py` as `python -m inference.proposers.models.engine_process FD`, with a socket as FD. Both
ends are ours, so plain pickles travel. First the settings come, then ("submit", Request), ("abort", keys),
("release", adapter) and ("close", None); back go ("ready", (context length, about)), then
("done", (busy seconds, completions)), or ("failed", one line) as the last word.
"""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

from inference.errors import ModelError
from inference.proposers.models.backend import Backend
from inference.proposers.models.vllm import VllmBackend

_POLL_SECONDS = 0.25


def serve(connection: Connection, backend: Backend) -> None:
    """Generate until the parent closes, goes away, or the engine fails."""
    live: set[int] = set()
    while True:
        while connection.poll(None if not live else 0.0):
            kind, value = connection.recv()
            if kind == "close":
                return
            if kind == "submit":
                live.add(value.key)
                backend.submit(value)
            elif kind == "release":
                backend.release(value)
            else:
                live.difference_update(value)
                backend.abort(value)
        completions = backend.poll(_POLL_SECONDS)
        if completions:
            live.difference_update(completion.key for completion in completions)
            connection.send(("done", (backend.busy_seconds, completions)))


def main() -> None:
    """Load the model of the settings that come first, then serve."""
    connection = Connection(int(sys.argv[1]))
    backend = VllmBackend(connection.recv())
    try:
        backend.start()
        connection.send(("ready", (backend.context_length, backend.about)))
        serve(connection, backend)
    except ModelError as error:
        connection.send(("failed", str(error)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the parent is gone
    finally:
        backend.close()


if __name__ == "__main__":
    main()
