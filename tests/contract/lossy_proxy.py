"""A proxy before the service that passes every request on, and loses replies or gives others instead, as networks do."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Fault = Literal["lost", "busy", "too-many"]
"""The reply is lost; or the service is reported to be busy, or the requests too many, though it did what was asked."""
_STATUS = {"busy": 503, "too-many": 429}


@dataclass
class LossyProxy:
    """Where it answers; the faults of the next replies, in order; and the requests that it passed on."""

    address: str
    faults: list[Fault] = field(default_factory=list)
    passed: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Method, path and Idempotency-Key."""


@contextmanager
def lossy_proxy(port: int) -> Iterator[LossyProxy]:
    """A proxy before the service at a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            proxy.passed.append((self.command, self.path, self.headers.get("idempotency-key")))
            service = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            service.request(self.command, self.path, body or None, dict(self.headers.items()))
            response = service.getresponse()
            content = response.read()
            service.close()
            fault = proxy.faults.pop(0) if proxy.faults else None
            if fault == "lost":
                self.close_connection = True
                return
            self.send_response_only(response.status if fault is None else _STATUS[fault])
            for name, text in response.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, text)
            self.send_header("Content-Length", str(len(content)))
            if fault is not None:
                self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = pass_on  # noqa: N815  # the names that the base class calls

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy = LossyProxy(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield proxy
    server.shutdown()
    server.server_close()
    thread.join()
