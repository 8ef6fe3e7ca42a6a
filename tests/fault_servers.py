"""Servers on loopback that fail as real ones do: they take a message and drop the connection, refuse, are slow, or answer rubbish."""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.smtp import SMTP, Envelope, Session

from api.delivery.local_access_point import LocalAccessPoint
from api.delivery.local_mail_server import LocalMailServer

RUBBISH = b"\x00\xff\xfe not what was agreed \r\n\r\n"


@dataclass
class Faults:
    """Which fault comes next: a part of all is taken and dropped, a part refused, and a part slow or rubbish."""

    seed: int
    dropped: float = 0.15
    refused: float = 0.10
    odd: float = 0.17
    seconds: float = 0.8
    """How slow a slow answer is."""
    made: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begins its dice."""
        self._dice = random.Random(self.seed)

    def next(self) -> str | None:
        """The next fault, or none."""
        with self._lock:
            number = self._dice.random()
            fault = None
            if number < self.dropped:
                fault = "dropped"
            elif number < self.dropped + self.refused:
                fault = self._dice.choice(("500", "503", "429"))
            elif number < self.dropped + self.refused + self.odd:
                fault = self._dice.choice(("rubbish", "rubbish", "slow", "no tree", "forgotten"))
            self.made[fault or "none"] += 1
            return fault


@contextmanager
def faulty_access_point(served: LocalAccessPoint, faults: Faults) -> Iterator[LocalAccessPoint]:
    """An access point that fails in some of its answers, whatever is asked."""

    class Request(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer("GET", b"")

        def do_POST(self) -> None:
            self.answer("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def answer(self, method: str, body: bytes) -> None:
            fault = faults.next()
            if fault in ("500", "503", "429"):
                self.write(int(fault), b'{"reason": "busy"}', **({"Retry-After": "90"} if fault != "500" else {}))
                return
            if fault == "forgotten" and method == "POST":
                self.write(201, json.dumps({"id": f"lost-{self.headers['Idempotency-Key']}"}).encode())
                return
            status, tree = served.reply(method, self.path, body, self.headers.get("Idempotency-Key"))
            if fault == "dropped":
                self.close_connection = True
                return
            if fault == "slow":
                time.sleep(faults.seconds)
            if fault == "rubbish":
                with suppress(OSError):
                    self.wfile.write(RUBBISH)
                return
            self.write(status, b"[1, 2" if fault == "no tree" else json.dumps(tree).encode())

        def write(self, status: int, content: bytes, **headers: str) -> None:
            with suppress(OSError):
                self.send_response(status)
                for name, text in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name.replace("_", "-"), text)
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


@dataclass
class FaultyMailServer(LocalMailServer):
    """A mail server that fails in some of its answers to DATA."""

    faults: Faults = field(default_factory=lambda: Faults(1))

    async def handle_DATA(  # noqa: N802 - the name that the library calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Takes a message, or fails."""
        fault = self.faults.next()
        if fault in ("500", "503", "429"):
            return {"500": "451 local error", "503": "421 too busy", "429": "452 too many"}[fault]
        if fault == "slow":
            await asyncio.sleep(self.faults.seconds)
        answer = await self.receive(server, session, envelope)
        assert server.transport is not None
        if fault == "rubbish":
            server.transport.write(RUBBISH)
        if fault in ("dropped", "rubbish"):
            server.transport.abort()
        return "999 what?" if fault == "no tree" else answer


@contextmanager
def faulty_proxy(port: int, faults: Faults) -> Iterator[int]:
    """A port that passes POST requests on to another one of this machine, and fails in some of the answers."""

    class Request(BaseHTTPRequestHandler):
        wbufsize = -1  # headers and content in one packet

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = faults.next()
            if fault in ("500", "503", "429"):
                self.write(int(fault), b"busy")
                return
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            try:
                passed = {name: self.headers[name] for name in ("Content-Type", "Authorization", "X-Odoo-Database") if self.headers[name]}
                connection.request("POST", self.path, body, passed)
                response = connection.getresponse()
                status, content = response.status, response.read()
            except OSError:
                self.close_connection = True
                return
            finally:
                connection.close()
            if fault == "slow":
                time.sleep(faults.seconds)
            if fault in ("dropped", "forgotten"):
                self.close_connection = True
            elif fault == "rubbish":
                with suppress(OSError):
                    self.wfile.write(RUBBISH)
            else:
                self.write(status, b'["result", 1' if fault == "no tree" else content)

        def write(self, status: int, content: bytes) -> None:
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
