"""Mails: whatever a name or a subject spells, each has one recipient, and no header that was not meant."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import compat32, default
from email.utils import getaddresses
from itertools import product

import pytest

from api.delivery.mail_message import Mail, composed, one_address

HOSTILE = (
    "Dupont, Ets",
    "x\r\nBcc: everyone@other.example",
    "x\x85Bcc: everyone@other.example",
    "=?utf-8?q?x=0D=0ABcc:_everyone=40other.example?=",
    "=?utf-8?b?DQpCY2M6IGFAb3RoZXIuZXhhbXBsZQ==?=",
    '"x" <everyone@other.example>, ' + "Dupont, " * 20,
    "é, " * 60 + "everyone@other.example",
    "\\",
)
RECIPIENTS = ("to@optique.example", "a" * 60 + "@" + "b" * 60 + ".example")
MEANT = (
    "from to subject date message-id content-language auto-submitted x-redirected-from content-type content-transfer-encoding mime-version"
)


@pytest.mark.parametrize(("text", "recipient"), list(product(HOSTILE, RECIPIENTS)))
def test_no_text_adds_a_header_or_a_recipient(text: str, recipient: str) -> None:
    mail = Mail(
        sender_name=text,
        sender="billing@verrelis.example",
        recipient_name=text,
        recipient=recipient,
        subject=text,
        text=text,
        message_id="<1@verrelis.example>",
        language="fr",
        sent_at=datetime(2027, 1, 31, tzinfo=UTC),
        redirected_from=recipient,
    )
    content = composed(mail)
    message = message_from_bytes(content, policy=compat32)
    assert sorted(name.lower() for name, _ in message.items()) == sorted(MEANT.split())
    for policy in (default, compat32):
        read = message_from_bytes(content, policy=policy)
        assert [address for _, address in getaddresses([str(read["To"])])] == [recipient]
        assert [address for _, address in getaddresses([str(read["From"])])] == ["billing@verrelis.example"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@optique.example", "a@optique.example"),
        (" a@optique.example\n", "a@optique.example"),
        ("a@cliniqué.example", "a@xn--cliniqu-hya.example"),
        ("a@fußball.example", None),
        ("a,b@optique.example", None),
        ("a@optique.example,b@optique.example", None),
        ("A <a@optique.example>", None),
        ("=?utf-8?q?x=0D=0ABcc=3A_a=40other.example?=@optique.example", None),
        ("a@localhost", None),
        ("", None),
    ],
)
def test_an_address_is_one_address(text: str, address: str | None) -> None:
    assert one_address(text) == address
