"""Requests to a server at a fixed address: within limits of time and size, and cut where their time is over."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from api.delivery.outcome import printable
from api.output.webhook_sending import seconds_until
from engine.phrases import phrase
from engine.problems import Kind, refuse

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_MOST_READ: Final = 4 << 20


class NoAnswer(Exception):
    """There was no answer; perhaps the server took what it was given."""

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))


class Answer(NamedTuple):
    """A status, the seconds after which the server wants to be asked again, and the content."""

    status: int
    retry_after: float | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Address:
    """A server and a path on it."""

    scheme: str
    host: str
    port: int
    path: str

    def request(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], seconds: float) -> Answer:
        """The answer to a request, whatever its status; NoAnswer where none came within some seconds."""
        connection = self._connection(seconds)
        until = time.monotonic() + seconds
        watch = threading.Timer(seconds, _cut, (connection,))
        watch.start()
        try:
            connection.request(method, self.path + path, body, {"User-Agent": "centwright", **headers})
            response = connection.getresponse()
            content = response.read(_MOST_READ)
            return Answer(response.status, seconds_until(response.getheader("Retry-After", "")), content)
        except (OSError, http.client.HTTPException, UnicodeError) as fault:
            if isinstance(fault, TimeoutError) or time.monotonic() >= until:
                raise NoAnswer(f"no answer within {seconds:g} s") from None
            raise NoAnswer(f"no answer: {type(fault).__name__}: {fault}") from None
        finally:
            watch.cancel()
            connection.close()

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        if self.scheme == "https":
            return http.client.HTTPSConnection(self.host, self.port, timeout=seconds, context=ssl.create_default_context())
        return http.client.HTTPConnection(self.host, self.port, timeout=seconds)


def address_in(url: str, kind: Kind) -> tuple[Address, SplitResult]:
    """The address of a setting, and its parts; refuses what is none, with a kind of problem."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refuse(kind, because=phrase("it cannot be read")) from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise refuse(kind, because=phrase("it is no address of the web"))
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise refuse(kind, because=phrase("it is not https"))
    if not all(text.isascii() and (text.isprintable() or not text) for text in map(unquote, (parts.username or "", parts.password or ""))):
        raise refuse(kind, because=phrase("its key has signs that a header cannot carry"))
    return Address(parts.scheme, parts.hostname, port or {"https": 443, "http": 80}[parts.scheme], parts.path.rstrip("/")), parts


def _cut(connection: http.client.HTTPConnection) -> None:
    """Ends a connection whose time is over, whatever it waits for."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(2)
