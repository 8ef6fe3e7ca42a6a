"""Composes the mail of one recipient: one validated address, a Message-ID that a resend repeats, and the document attached."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LONGEST: Final = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What one recipient gets."""

    sender_name: str
    sender: str
    recipient_name: str
    recipient: str
    subject: str
    text: str
    attachments: tuple[tuple[str, str, bytes], ...] = ()
    """Name, type and bytes of each."""
    message_id: str
    language: str
    sent_at: datetime
    redirected_from: str | None = None


def one_address(text: str | None) -> str | None:
    """The one address that a text is, its domain in ASCII; None where it is none, or several, or a name with an address."""
    local, at, domain = (text or "").strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = ascii_domain.split(".")
    if not at or len(labels) < 2 or not _LOCAL.fullmatch(local) or not all(_LABEL.fullmatch(each) for each in labels):
        return None
    address = f"{local}@{ascii_domain}"
    return address if len(local) <= 64 and len(address) <= _LONGEST else None


def message_id(installation: str, document: str, delivery: int, recipient: str, sender: str) -> str:
    """The Message-ID of a delivery to a recipient: the same whenever it is sent again."""
    digest = hashlib.sha256("|".join((installation, document, str(delivery), recipient)).encode()).hexdigest()
    return f"<{digest[:32]}@{sender.rpartition('@')[2]}>"


def subject_and_text(written: str) -> tuple[str, str]:
    """A filled template as the subject, which is its first line, and the text."""
    subject, _, text = written.strip().partition("\n")
    return _on_one_line(subject), text.strip() + "\n"


def composed(mail: Mail) -> bytes:
    """The message as SMTP sends it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_on_one_line(mail.sender_name), addr_spec=mail.sender)
    message["To"] = Address(_on_one_line(mail.recipient_name), addr_spec=mail.recipient)
    message["Subject"] = _on_one_line(mail.subject)[:250]
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = mail.message_id
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"
    if mail.redirected_from:
        message["X-Redirected-From"] = mail.redirected_from
    message.set_content(mail.text)
    for name, kind, content in mail.attachments:
        main, _, below = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=below, filename=name)
    return message.as_bytes()


def _on_one_line(text: str) -> str:
    """A text without line ends and other control characters, which would begin another header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
