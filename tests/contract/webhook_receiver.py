"""A server that receives webhooks in tests, and answers as it is told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """A server that answers as it is told, and what it received."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    pause: float = 0
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hooks"

    def kinds(self) -> list[str]:
        """The kinds of events that it received, in order."""
        return [json.loads(body)["type"] for _, _, body in self.received]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver of webhooks on a port of its own."""
    listening = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            listening.received.append((self.path, {name.lower(): text for name, text in self.headers.items()}, body))
            time.sleep(listening.pause)
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(listening.statuses.pop(0) if listening.statuses else 204)
                for name, text in listening.headers.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(listening.content)))
                self.end_headers()
                self.wfile.write(listening.content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield listening
    server.shutdown()
    server.server_close()
