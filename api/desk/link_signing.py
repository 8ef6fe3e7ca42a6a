"""Links that customers open without a key: what they name is signed with a secret of the installation, and read only where it is ours."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit

from api.settings import Settings
from engine.phrases import listed
from engine.problems import Kind, refuse

NO_LINKS: Final = Kind(
    "no-links",
    "customers cannot be sent links: {names} is not set",
    "set CENTWRIGHT_PUBLIC_URL to the address at which they reach `centwright serve`, and CENTWRIGHT_LINK_SECRET to {length} random "
    "signs or more, such as `python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` writes",
)
WEAK_SECRET: Final = Kind(
    "weak-secret",
    "CENTWRIGHT_LINK_SECRET has a secret of fewer than {length} signs",
    "set it to what `python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` writes; a former one may follow after a comma",
)
NO_PUBLIC_URL: Final = Kind(
    "no-public-url",
    "CENTWRIGHT_PUBLIC_URL is `{text}`, which is no address for customers",
    "write https://host, or https://host/path where a server before this one takes the path away; http is for this machine only",
)
_SHORTEST: Final = 32
_LONGEST_TOKEN: Final = 600
_HASH_BYTES: Final = 18
_SIGNATURE_BYTES: Final = 24
_PURPOSE: Final = b"centwright: link to a quote, 1"
_FORM: Final = b"centwright: form of a quote, 1"
_HERE: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLink:
    """What a link to a quote names: one version of it, the PDF that was shown, and until when it may be answered."""

    number: str
    version: int
    valid_until: date
    pdf: str
    """The hash of the PDF, shortened."""


def short_hash(pdf: bytes) -> str:
    """The hash of a PDF as links have it."""
    return _encoded(hashlib.sha256(pdf).digest()[:_HASH_BYTES])


@dataclass(frozen=True, slots=True)
class LinkSigner:
    """Signs links with the first of its secrets, and reads those that were signed with any of them."""

    address: str
    """Where customers reach the service."""
    _secrets: tuple[bytes, ...] = field(repr=False)

    def token_of(self, link: QuoteLink) -> str:
        """A link as the last part of its address."""
        content = json.dumps([link.number, link.version, link.valid_until.isoformat(), link.pdf], separators=(",", ":"), ensure_ascii=False)
        signed = _encoded(content.encode())
        return f"{signed}.{_encoded(_signature(self._secrets[0], _PURPOSE, signed))}"

    def url_of(self, link: QuoteLink) -> str:
        """The whole address of a link."""
        return f"{self.address}/q/{self.token_of(link)}"

    def read(self, token: str) -> QuoteLink | None:
        """What a link names; None for what was not signed here."""
        signed, dot, signature = token.partition(".")
        if not (dot and token.isascii() and len(token) <= _LONGEST_TOKEN) or not self._is_ours(_PURPOSE, signed, signature):
            return None
        number, version, valid_until, pdf = json.loads(_decoded(signed))
        return QuoteLink(number=number, version=version, valid_until=date.fromisoformat(valid_until), pdf=pdf)

    def form_of(self, token: str, shown_at: int) -> str:
        """What a form carries that was shown for a link at a second: only who was shown it can send it."""
        return f"{shown_at}.{_encoded(_signature(self._secrets[0], _FORM, f'{token}|{shown_at}'))}"

    def shown_at(self, token: str, form: str) -> int | None:
        """The second at which a form was shown for a link; None for what was never shown for it."""
        second, dot, signature = form.partition(".")
        is_number = second.isascii() and second.isdecimal() and len(second) <= 12
        return int(second) if dot and is_number and self._is_ours(_FORM, f"{token}|{second}", signature) else None

    def _is_ours(self, purpose: bytes, signed: str, signature: str) -> bool:
        given = _decoded(signature)
        return any(hmac.compare_digest(_signature(secret, purpose, signed), given) for secret in self._secrets)


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """The settings of links: the address of the service for customers, and the secret or secrets, parted by commas."""

    address: str | None = None
    secrets: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those of an installation."""
        return cls(settings.text("PUBLIC_URL"), settings.text("LINK_SECRET"))

    @property
    def is_set(self) -> bool:
        """Whether links can be made."""
        return self.address is not None and self.secrets is not None

    @property
    def host(self) -> str | None:
        """The name by which customers address the service."""
        return None if self.address is None else (_parts(self.address).hostname or "").lower()

    def signer(self) -> LinkSigner:
        """What signs links; refuses where a setting is missing, or wrong."""
        pairs = (("CENTWRIGHT_PUBLIC_URL", self.address), ("CENTWRIGHT_LINK_SECRET", self.secrets))
        if self.address is None or self.secrets is None:
            raise refuse(NO_LINKS, names=listed([name for name, text in pairs if text is None], "and"), length=_SHORTEST)
        _parts(self.address)
        secrets = [text.strip() for text in self.secrets.split(",") if text.strip()]
        if not secrets or any(len(each) < _SHORTEST for each in secrets):
            raise refuse(WEAK_SECRET, length=_SHORTEST)
        return LinkSigner(self.address.rstrip("/"), tuple(each.encode() for each in secrets))


NO_LINK_SETTINGS: Final = LinkSettings()
"""Those of an installation that sends no links."""


def _parts(address: str) -> SplitResult:
    """The parts of the address for customers; refuses what is none."""
    try:
        parts = urlsplit(address)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
        is_plain = not (parts.query or parts.fragment or parts.username or parts.password) and address.isascii() and address.isprintable()
        if is_safe and is_plain and parts.hostname and " " not in address and (parts.port is None or parts.port):
            return parts
    except ValueError:
        pass
    raise refuse(NO_PUBLIC_URL, text=address[:100])


def _signature(secret: bytes, purpose: bytes, signed: str) -> bytes:
    key = hmac.digest(secret, purpose, "sha256")
    return hmac.digest(key, signed.encode(), "sha256")[:_SIGNATURE_BYTES]


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    """The bytes of a text; none where it is not written as they would be: a text of other signs is not the same link."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""
    return content if _encoded(content) == text else b""
