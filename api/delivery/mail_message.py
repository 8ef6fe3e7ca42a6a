"""Composes the mail of one recipient: one validated address, a Message-ID that a resend repeats, and the document attached."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from engine.writing.message_page import MailLineRow, ParagraphRow

_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LINK: Final = re.compile(r"https?://[\x21-\x7e]+")
_LONGEST: Final = 254
_ENCODED: Final = "=?"
"""How an encoded word of a header begins: the library would decode it, line ends and all."""
_LONGEST_NAME: Final = 60
"""A quoted name that is put on several lines would lose its quotes, and its commas would then part recipients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What one recipient gets."""

    sender_name: str
    sender: str
    recipient_name: str
    recipient: str
    subject: str
    text: str
    html: str | None = None
    """What the text says, for programs that show HTML."""
    attachments: tuple[tuple[str, str, bytes], ...] = ()
    """Name, type and bytes of each."""
    message_id: str
    language: str
    sent_at: datetime
    redirected_from: str | None = None


def one_address(text: str | None) -> str | None:
    """The one address that a text is, its domain in ASCII; None where it is none, or several, or a name with an address."""
    local, at, domain = (text or "").strip().rpartition("@")
    named = unicodedata.normalize("NFC", domain.lower())
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
        if not domain.isascii() and named.encode("idna").decode("idna") != named:
            return None  # `ß` would become `ss`: the domain of somebody else
    except UnicodeError:
        return None
    labels = ascii_domain.split(".")
    if not at or len(labels) < 2 or _ENCODED in local or not _LOCAL.fullmatch(local) or not all(_LABEL.fullmatch(each) for each in labels):
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


def paragraphs_of(text: str) -> tuple[ParagraphRow, ...]:
    """The paragraphs and lines of a text; a line that is an address of the web becomes a link."""
    blocks = (block.splitlines() for block in re.split(r"\n\s*\n", text.strip()))
    return tuple({"lines": tuple(_line_row(line.strip()) for line in lines if line.strip())} for lines in blocks)


def _line_row(line: str) -> MailLineRow:
    return {"text": line, "link": line if _LINK.fullmatch(line) else ""}


def composed(mail: Mail) -> bytes:
    """The message as SMTP sends it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_name(mail.sender_name), addr_spec=mail.sender)
    message["To"] = Address(_name(mail.recipient_name), addr_spec=mail.recipient)
    message["Subject"] = _on_one_line(mail.subject)[:250]
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.redirected_from:
        message["X-Redirected-From"] = mail.redirected_from
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    for name, kind, content in mail.attachments:
        main, _, below = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=below, filename=name)
    message["Content-Language"] = mail.language  # last: to set the content takes away what was said of it before
    return message.as_bytes()


def _name(text: str) -> str:
    """The name that stands before an address."""
    return " ".join(_on_one_line(re.sub(r'["\\<>]', " ", text)).split())[:_LONGEST_NAME].strip()


def _on_one_line(text: str) -> str:
    """A text without line ends and other control characters, which would begin another header, and without encoded words."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split()).replace(_ENCODED, "= ?")
