"""A running service: the program itself in a process of its own, reached over a real socket."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
ONE_OF_EACH = {"CENTWRIGHT_WORKERS": "1", "CENTWRIGHT_HEAVY_WORKERS": "1"}


@dataclass
class Service:
    """A running service: its process and its port."""

    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self, seconds: float = 60) -> http.client.HTTPConnection:
        """A new connection."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None, seconds: float = 600
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body of one request on its own connection; a body that is not bytes is sent as JSON."""
        connection = self.connect(seconds)
        try:
            payload = body if isinstance(body, bytes | None) else json.dumps(body).encode()
            own = {"Content-Type": "application/json"} if payload is not None else {}
            connection.request(method, path, payload, own | dict(headers or {}))
            response = connection.getresponse()
            return response.status, {name.lower(): text for name, text in response.getheaders()}, response.read()
        finally:
            connection.close()

    def evaluate(self, name: str, request: object, **headers: str) -> tuple[int, Any]:
        """Status and JSON of an evaluation."""
        status, _, body = self.call("POST", f"/v1/evaluations/{name}", request, headers)
        return status, json.loads(body)


@contextmanager
def running_service(
    *options: str, environment: Mapping[str, str] | None = None, folder: Path | None = None, log: IO[str] | None = None
) -> Iterator[Service]:
    """The service with these options, ready, with one process of each kind for evaluations; it is stopped at the end.

    Its log goes into `log`.
    """
    own = {name: text for name, text in os.environ.items() if not name.startswith("CENTWRIGHT_")}
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        cwd=folder or ROOT,
        env=own | {"PYTHONPATH": str(ROOT), "CENTWRIGHT_LOG": "warning"} | ONE_OF_EACH | dict(environment or {}),
    )
    assert process.stdout is not None
    try:
        ready = process.stdout.readline().removeprefix("ready on ").strip()
        assert ready, f"the service ended with exit code {process.wait(10)}"
        yield Service(process, urlsplit(ready).port or 0)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            process.stdout.close()
