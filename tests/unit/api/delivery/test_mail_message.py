"""Mails: one address a recipient, headers that no text can break, and what a mail server's address means."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from api.delivery.mail_message import Mail, composed, message_id, one_address, subject_and_text
from api.delivery.mail_server import MailServer, mail_server
from engine.problems import Refusal

MAIL = Mail(
    sender_name="Verrelis, SRL",
    sender="billing@verrelis.example",
    recipient_name='Optique "Un" <all@optique.example>\r\nBcc: everyone@optique.example',
    recipient="un@optique.example",
    subject="Facture\r\nBcc: everyone@optique.example",
    text="Été\n.\nQUIT\n",
    attachments=(("2027-00001.pdf", "application/pdf", b"%PDF-1.7\r\n.\r\n"),),
    message_id="<1@verrelis.example>",
    language="fr",
    sent_at=datetime(2027, 1, 31, 9, 0, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("un@optique.example", "un@optique.example"),
        (" un+bills@optique.example ", "un+bills@optique.example"),
        ("un@bücher.example", "un@xn--bcher-kva.example"),
        ("un@optique.example,deux@optique.example", None),
        ("un@optique.example;deux@optique.example", None),
        ("Un <un@optique.example>", None),
        ("un@optique.example\r\nRCPT TO:<deux@optique.example>", None),
        ("un@deux@optique.example", None),
        ('"un,deux"@optique.example', None),
        ("un@localhost", None),
        ("é@optique.example", None),
        ("un@optique..example", None),
        ("a" * 65 + "@optique.example", None),
        ("un", None),
        ("", None),
        (None, None),
    ],
)
def test_one_address(text: str | None, address: str | None) -> None:
    assert one_address(text) == address


def test_no_text_adds_a_recipient_or_a_header() -> None:
    message = message_from_bytes(composed(MAIL), policy=policy.SMTP)
    assert message["Bcc"] is None
    assert [each.addr_spec for each in message["To"].addresses] == ["un@optique.example"]
    assert message["Subject"] == "Facture Bcc: everyone@optique.example"
    (pdf,) = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()) == ("2027-00001.pdf", b"%PDF-1.7\r\n.\r\n")
    body = message.get_body()
    assert body is not None
    assert body.get_content() == "Été\r\n.\r\nQUIT\r\n"


def test_the_message_id_is_that_of_the_delivery() -> None:
    first = message_id("i", "2027-00001", 1, "un@optique.example", "billing@verrelis.example")
    assert first == message_id("i", "2027-00001", 1, "un@optique.example", "billing@verrelis.example")
    assert first.endswith("@verrelis.example>")
    others = [
        ("j", "2027-00001", 1, "un@optique.example"),
        ("i", "2027-00001", 2, "un@optique.example"),
        ("i", "2027-00001", 1, "deux@optique.example"),
    ]
    assert first not in {message_id(*each, "billing@verrelis.example") for each in others}


def test_the_first_line_of_a_template_is_the_subject() -> None:
    assert subject_and_text("\n\nInvoice 1\n\nDear customer,\nBye\n\n") == ("Invoice 1", "Dear customer,\nBye\n")


def test_the_address_of_a_mail_server() -> None:
    assert mail_server("smtps://us%40er:p%3Ass@mail.example") == MailServer("smtps", "mail.example", 465, "us@er", "p:ss")
    assert mail_server("smtp+starttls://mail.example:2525") == MailServer("smtp+starttls", "mail.example", 2525)
    assert "p:ss" not in repr(mail_server("smtps://user:p%3Ass@mail.example"))
    for url in ("mail.example", "http://mail.example", "smtp://", "smtp://mail.example:none"):
        with pytest.raises(Refusal, match="CENTWRIGHT_SMTP_URL"):
            mail_server(url)
