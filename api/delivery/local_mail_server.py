"""A local mail server: takes what it is given on a port of loopback and remembers it; nothing leaves this machine."""

from __future__ import annotations

from asyncio import Server
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class ReceivedMail(NamedTuple):
    """A message as it came in: the addresses of its envelope, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        message = message_from_bytes(self.content, policy=POLICY)
        assert isinstance(message, EmailMessage)
        return message


@dataclass
class LocalMailServer:
    """What the server received."""

    received: list[ReceivedMail] = field(default_factory=list)
    url: str = ""
    reply: Callable[[ReceivedMail], str] = lambda mail: "250 taken"
    """What it answers to a message."""

    async def receive(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Takes a message."""
        content = envelope.content
        mail = ReceivedMail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content if isinstance(content, bytes) else b"")
        answer = self.reply(mail)
        if answer.startswith("250"):
            self.received.append(mail)
        return answer

    handle_DATA = receive  # noqa: N815 - the name that the library calls


class _Controller(Controller):
    """Listens on a port that the system chooses."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # its type is missing


@contextmanager
def local_mail_server(server: LocalMailServer | None = None) -> Iterator[LocalMailServer]:
    """A local mail server that listens on a port of its own while the context lasts."""
    served = server or LocalMailServer()
    controller = _Controller(served, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        served.url = f"smtp://127.0.0.1:{controller.port}"
        yield served
    finally:
        controller.stop()
