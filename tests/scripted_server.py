"""A server of the OpenAI protocol on the loopback, which answers as it is told."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# The JSON object that a client sends; the status, the JSON (or raw bytes) and the headers of a reply.
Body = dict[str, Any]
Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]]

PROGRAM = "def transform(grid):\n    return grid\n"


def answer(
    text: str = f"{PROGRAM}```",
    finish: str = "stop",
    logprobs: tuple[float, ...] | None = (-0.5, -1.5),
    content: Any = None,
) -> Reply:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    if logprobs is not None:
        choice["logprobs"] = {"content": [{"token": "x", "logprob": value} for value in logprobs]}
    return 200, {"choices": [choice], "usage": {"prompt_tokens": 40, "completion_tokens": 2}}


def failure(status: int, message: str) -> Reply:
    return status, {"error": {"message": message}}


class _QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that went away."""

    daemon_threads = True

    def handle_error(self, request: object, address: object) -> None:
        pass


class Server:
    """Answers POST /v1/chat/completions with `respond(body)`; keeps the bodies it got."""

    def __init__(self, port: int = 0) -> None:
        self.respond: Callable[[Body], Reply] = lambda body: answer()
        self.models = ["tiny"]
        self.list_models: Callable[[], Reply] = lambda: (
            200,
            {"data": [{"id": name} for name in self.models]},
        )
        self.bodies: list[Body] = []
        self.keys: list[str | None] = []
        self.closed = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                listed = self.path == "/v1/models"
                self.reply(*(outer.list_models() if listed else failure(404, "not found")))

            def do_POST(self) -> None:
                if outer.closed:
                    self.close_connection = True
                    return
                if self.path not in ("/v1/chat/completions", "/v1/completions"):
                    self.reply(*failure(404, "not found"))
                    return
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.bodies.append(body)
                outer.keys.append(self.headers.get("Authorization"))
                status, record, *headers = outer.respond(body)
                self.reply(status, record, **(headers[0] if headers else {}))

            def reply(self, status: int, record: Any, **headers: str) -> None:
                data = record if isinstance(record, bytes) else json.dumps(record).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = _QuietServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self) -> None:
        """Take no more requests, not even on open connections."""
        if not self.closed:
            self.closed = True
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()
