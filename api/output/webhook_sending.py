"""Requests to webhooks: signed after the Standard Webhooks, to vetted addresses only, within limits of time and size.

An address is resolved once, every result is vetted, and the connection goes to one that was: a name that is resolved otherwise a moment
later changes nothing. No redirect is followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from engine.phrases import Phrase, phrase

PREFIX: Final = "whsec_"
SECONDS: Final = 15.0
"""How long a receiver may take."""
_MOST_READ: Final = 64 * 1024
_MOST_STORED: Final = 1024
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver answered: its status (0: it gave no answer), in words, and the seconds after which it wants to be asked again."""

    status: int
    text: str
    retry_after: int | None = None
    content: bytes = b""
    """How its content begins."""


class Forbidden(Exception):
    """An address to which nothing is sent, and why."""

    def __init__(self, because: Phrase) -> None:
        super().__init__(because)
        self.because = because


def new_secret_bytes(random: bytes) -> str:
    """A secret as the Standard Webhooks write it."""
    return PREFIX + base64.b64encode(random).decode()


def signature(secret: str, message: str, at: int, body: bytes) -> str:
    """The signature of a message by one secret."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def vetted(url: str, *, is_any_allowed: bool) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of a URL; Forbidden where it may not be one of a webhook, before any name is resolved."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Forbidden(phrase("it is no address")) from None
    if parts.scheme not in ("https", "http") or not parts.hostname or not url.isascii() or any(each <= " " for each in url):
        raise Forbidden(phrase("it is no address of the web"))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Forbidden(phrase("it has a user, a password or a fragment"))
    if parts.scheme == "http" and not is_any_allowed:
        raise Forbidden(phrase("it is not https"))
    if not is_any_allowed:
        _check_literal(parts.hostname)
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme], (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def send(url: str, message: str, body: bytes, secrets: Sequence[str], *, is_any_allowed: bool, seconds: float = SECONDS) -> Answer:
    """Sends one message, and gives the answer; never raises for what the other side does."""
    until = time.monotonic() + seconds
    try:
        scheme, host, port, path = vetted(url, is_any_allowed=is_any_allowed)
        address = _resolved(host, port, is_any_allowed=is_any_allowed)
        at = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "centwright",
            "webhook-id": message,
            "webhook-timestamp": str(at),
            "webhook-signature": " ".join(signature(secret, message, at, body) for secret in secrets),
        }
        connection = _Connection(scheme, host, port, address, seconds)
        try:
            connection.request("POST", path, body, headers)
            return _answer(connection, until)
        finally:
            connection.close()
    except Forbidden as refusal:
        return Answer(0, f"not sent: {refusal}")
    except TimeoutError:
        return Answer(0, f"no answer within {seconds:g} s")
    except (OSError, http.client.HTTPException, UnicodeError) as fault:
        return Answer(0, f"no answer: {type(fault).__name__}: {fault}")


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was vetted, under the name of its host."""

    def __init__(self, scheme: str, host: str, port: int, address: str, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._is_secure = address, scheme == "https"
        self.default_port = _PORTS[scheme]

    def connect(self) -> None:
        """Connects; with https the certificate must be that of the host."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _answer(connection: _Connection, until: float) -> Answer:
    """The answer; whoever sends it byte by byte is not waited for beyond the limit."""
    _limit(connection, until)
    response = connection.getresponse()
    read, content = 0, b""
    while read < _MOST_READ:
        _limit(connection, until)
        part = response.read1(4096)
        if not part:
            break
        read += len(part)
        content += part[: _MOST_STORED - len(content)]
    if 300 <= response.status < 400:
        return Answer(response.status, f"{response.status}: redirects are not followed", content=content)
    retry_after = seconds_until(response.getheader("Retry-After", ""))
    return Answer(response.status, f"{response.status} {response.reason}"[:200], retry_after, content)


def seconds_until(text: str) -> int | None:
    """The seconds of a Retry-After, which may also be a date; None where it is neither."""
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        return max(0, int((parsedate_to_datetime(text) - datetime.now(tz=UTC)).total_seconds()))
    except (ValueError, TypeError, OverflowError):
        return None


def _limit(connection: _Connection, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    if connection.sock is not None:  # gone where the answer was the last of its connection
        connection.sock.settimeout(left)


def _resolved(host: str, port: int, *, is_any_allowed: bool) -> str:
    """An address of a host, every one of which is allowed."""
    try:
        addresses = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        raise Forbidden(phrase("the name {host} has no address", host=host)) from None
    for address in addresses:
        if not is_any_allowed and not _is_public(address):
            raise Forbidden(phrase("{host} is {address}, which is no public address", host=host, address=address))
    return addresses[0]


def _check_literal(host: str) -> None:
    """Forbids a host that is written as an address which is not public."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if host.lower().rstrip(".") == "localhost" or host.lower().endswith((".localhost", ".local", ".internal")):
            raise Forbidden(phrase("{host} is a name of this network", host=host)) from None
        return
    if not _is_public(host):
        raise Forbidden(phrase("{host} is no public address", host=host))


def _is_public(address: str) -> bool:
    """Whether an address is one of the whole internet; an IPv4 address inside of one of IPv6 counts as itself."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        parsed = inner or parsed
    return parsed.is_global and not parsed.is_multicast
