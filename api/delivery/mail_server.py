"""A mail server reached by SMTP: TLS, authentication, limits of time, and what its answers mean for a message."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from api.delivery.outcome import printable
from engine.phrases import Phrase, phrase
from engine.problems import Kind, refuse

BAD_SMTP_URL: Final = Kind(
    "bad-smtp-url",
    "CENTWRIGHT_SMTP_URL is no address of a mail server: {because}",
    "write smtp://host:25, smtp+starttls://name:password@host:587 or smtps://name:password@host:465",
)
SECONDS: Final = 30.0
_QUIT_SECONDS: Final = 2.0
"""How long a server may take to say goodbye: what became of the message is known by then."""
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_OURS: Final = (530, 534, 535, 538)
"""Answers that ask for a password or for encryption: our settings are wrong, not the recipient."""
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class MailAnswer(NamedTuple):
    """What became of a message: taken, to be sent later, or refused for ever; and the answer of the server."""

    state: Literal["delivered", "queued", "rejected"]
    text: str


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server; its password is not shown."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = SECONDS
    """How long one message may take."""

    def send(self, sender: str, recipient: str, message: bytes) -> MailAnswer:
        """Sends a message to one recipient; never raises for what the server does."""
        reached = _Stage()
        connection = self._connection()
        watch = threading.Timer(self.seconds, _cut, (connection,))
        watch.start()
        try:
            return self._sent(connection, reached, sender, recipient, message)
        except smtplib.SMTPResponseException as fault:
            if not isinstance(fault.smtp_error, bytes):  # the library's own words for an answer that is too long to be read
                return MailAnswer("queued", f"an answer longer than a line may be, {reached.name}")
            return _judged(reached.name, fault.smtp_code, fault.smtp_error)
        except TimeoutError:
            return MailAnswer("queued", f"no answer within {self.seconds:g} s, {reached.name}")
        except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as fault:
            return MailAnswer("queued", printable(f"no answer, {reached.name}: {type(fault).__name__}: {fault}"))
        finally:
            watch.cancel()
            with suppress(OSError, smtplib.SMTPException):
                connection.close()

    def _connection(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        name = socket.gethostname()
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(timeout=self.seconds, context=context, local_hostname=name)
        return smtplib.SMTP(timeout=self.seconds, local_hostname=name)

    def _sent(self, connection: smtplib.SMTP, reached: _Stage, sender: str, recipient: str, message: bytes) -> MailAnswer:
        connection._host = self.host  # type: ignore[attr-defined]  # by this name TLS knows the server; the constructor would connect
        code, text = connection.connect(self.host, self.port)
        if code != 220:
            return _judged("on connecting", code, text)
        connection.ehlo_or_helo_if_needed()
        self._secure(connection, reached)
        reached.name = "after MAIL FROM"
        code, text = connection.mail(sender, ["BODY=8BITMIME"] if connection.has_extn("8bitmime") else [])
        if code != 250:
            return _judged(reached.name, code, text)
        reached.name = "after RCPT TO"
        code, text = connection.rcpt(recipient)
        if code not in (250, 251):
            return _judged(reached.name, code, text)
        reached.name = "after DATA"
        code, text = connection.data(message)
        with suppress(OSError, smtplib.SMTPException):
            if connection.sock is not None:
                connection.sock.settimeout(_QUIT_SECONDS)
            connection.docmd("QUIT")
        return _judged(reached.name, code, text)

    def _secure(self, connection: smtplib.SMTP, reached: _Stage) -> None:
        """Encrypts where the address says so or the server offers it; a password goes to no other machine in clear."""
        is_near = self.host in _LOOPBACK
        if self.scheme == "smtp+starttls" or (self.scheme == "smtp" and connection.has_extn("starttls") and not is_near):
            reached.name = "on STARTTLS"
            code, text = connection.starttls(context=ssl.create_default_context())
            if code != 220:
                raise smtplib.SMTPResponseException(454, text)
            connection.ehlo()
        elif self.scheme == "smtp" and self.user and not is_near:
            raise smtplib.SMTPException("the server offers no encryption, and a password is not sent in clear")
        if self.user:
            reached.name = "on authentication"
            connection.login(self.user, self.password)


@dataclass(slots=True)
class _Stage:
    name: str = "on connecting"


def mail_server(url: str) -> MailServer:
    """The mail server of a setting; refuses what is no address of one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad(phrase("it cannot be read")) from None
    if parts.scheme not in _PORTS:
        raise _bad(phrase("it begins with `{scheme}`", scheme=parts.scheme[:20]))
    if not parts.hostname:
        raise _bad(phrase("it names no host"))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)


def _bad(because: Phrase) -> Exception:
    return refuse(BAD_SMTP_URL, because=because)


def _judged(stage: str, code: int, answer: bytes) -> MailAnswer:
    """What an answer means: only what concerns this recipient or this message is final."""
    text = printable(f"{code} {answer.decode('utf-8', 'replace')[:300]}, {stage}" if code > 0 else f"no answer that can be read, {stage}")
    if stage == "after DATA" and code == 250:
        return MailAnswer("delivered", text)
    is_final = 500 <= code <= 599 and code not in _OURS and stage in ("after RCPT TO", "after DATA")
    return MailAnswer("rejected" if is_final else "queued", text)


def _cut(connection: smtplib.SMTP) -> None:
    """Ends a connection whose time is over, whatever it waits for."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
