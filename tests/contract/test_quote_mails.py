"""Quotes and order confirmations by e-mail: queued with their step, sent with PDF and link, as text and HTML, again for a reason."""

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from api.delivery.outcome import Delivered
from api.desk import sales_deliveries
from api.desk.desk import Desk
from api.desk.link_signing import LinkSettings
from api.desk.renditions import quote_pdf
from api.store import customers
from api.store.auditor import audit
from api.store.quotes import StoredQuote
from engine import billing
from engine.documents.contact import Contact, Recipient
from engine.rulebook.reader import read_rulebook
from engine.writing.pages import ORDER_MAIL_TEMPLATE
from tests.contract.desk_over_http import PENDING, DeskOverHttp
from tests.contract.quote_links import ADDRESS, LINKS, offered
from tests.contract.test_deliveries import servers
from tests.contract.test_desk_over_http import problem
from tests.contract.test_verbs_over_http import done


def read(content: bytes) -> EmailMessage:
    """A message as a program for mails reads it."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    """What a mail says, as text or as HTML."""
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_quote_goes_by_mail_with_its_pdf_and_its_link(http: DeskOverHttp) -> None:
    page = offered(http)
    sales = http.of("sales")
    sent = done(sales, f"/v1/quotes/{page.number}/send")
    assert (sent["state"], sent["version"]) == ("sent", 1)
    with servers(replace(http.desk, links=LINKS)) as worker:
        assert worker.mails is not None
        assert worker.run()["email"] == Delivered(delivered=1)
        assert worker.run() == {}
        (envelope,) = worker.mails.received
    message = read(envelope.content)
    assert (message["To"].addresses[0].addr_spec, message["Content-Language"]) == ("trois@optique.example", "fr")
    assert message["Subject"] == f"Verrelis Software SRL : offre {page.number}"
    assert [each.get_content_type() for each in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf",
    ]  # fmt: skip
    url = f"{ADDRESS}/q/{page.token}"
    assert url in part(message, "plain").splitlines()
    assert f'<a href="{url}"' in part(message, "html")
    assert [each.get_filename() for each in message.iter_attachments()] == [f"{page.number}.pdf"]
    tree = sales.tree(f"/v1/quotes/{page.number}/deliveries")
    assert [(row["event"], row["recipient"]) for row in tree["history"]] == [("requested", None), ("delivered", "trois@optique.example")]
    assert (tree["messages"][0]["state"], tree["messages"][0]["document"]) == ("delivered", f"quotes/{page.number}/1")
    again = f"/v1/quotes/{page.number}/deliver"
    assert problem(sales.post(again, {}))[:2] == (422, "no-delivery-reason")
    assert done(sales, again, {"because": "asked by phone"})["delivery"] == 2
    with http.desk.store.reading() as connection:
        assert [str(each) for each in audit(connection)] == []


def test_without_links_the_mail_of_a_quote_has_none(lone: DeskOverHttp) -> None:
    page = offered(lone, customer="K2")
    done(lone.of("sales"), f"/v1/quotes/{page.number}/send")
    with servers(lone.desk) as worker:
        assert worker.mails is not None
        worker.run()
        (envelope,) = worker.mails.received
    message = read(envelope.content)
    assert "http" not in part(message, "plain") + part(message, "html")
    assert message["Subject"].startswith("Verrelis Software SRL: offerte")


def test_a_quote_that_changed_before_it_was_sent_stays_here(lone: DeskOverHttp) -> None:
    page = offered(lone)
    sales = lone.of("sales")
    done(sales, f"/v1/quotes/{page.number}/send")
    done(sales, f"/v1/quotes/{page.number}/versions", {}, 201)
    with servers(lone.desk) as worker:
        assert worker.run()["email"] == Delivered(held=1)
    (message,) = sales.tree(f"/v1/quotes/{page.number}/deliveries")["messages"]
    assert message["held_because"] == "there is a newer version of the quote; send that one"
    assert problem(sales.post(f"/v1/quotes/{page.number}/deliver", {}))[:2] == (409, "not-possible")
    done(sales, f"/v1/quotes/{page.number}/sent")
    assert sales.tree(f"/v1/quotes/{page.number}")["steps"][-1]["note"] == "by hand"


def test_an_order_is_confirmed_by_mail(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    assert done(sales, f"/v1/orders/{PENDING}/confirm", {})["state"] == "queued"
    with servers(lone.desk) as worker:
        assert worker.mails is not None
        assert worker.run()["email"] == Delivered(delivered=1)
        (envelope,) = worker.mails.received
    message = read(envelope.content)
    assert message["Subject"].startswith("Verrelis Software SRL : confirmation de commande")
    (attached,) = message.iter_attachments()
    assert attached.get_content().startswith(b"%PDF")
    assert [row["event"] for row in sales.tree(f"/v1/orders/{PENDING}/deliveries")["history"]] == ["requested", "delivered"]
    assert problem(sales.post("/v1/orders/nothing/confirm", {}))[:2] == (404, "unknown-document")


def test_names_bring_neither_headers_nor_html(lone: DeskOverHttp) -> None:
    done(lone.of("sales"), "/v1/opportunities", {
        "id": "OP9", "customer": "K3", "what": "x", "stage": "qualification", "amount": "1.00", "expected_close": "2027-03-01",
        "owner": "Ann <b>\u2028Bcc: thief@example.com",
    }, 201)  # fmt: skip
    page = offered(lone, opportunity="OP9")
    done(lone.of("sales"), f"/v1/quotes/{page.number}/send")
    with servers(lone.desk) as worker:
        assert worker.mails is not None
        worker.run()
        (envelope,) = worker.mails.received
    message = read(envelope.content)
    assert message["Bcc"] is None
    assert "<b>" not in part(message, "html")
    assert "Ann &lt;b&gt;" in part(message, "html")


def test_rules_say_who_receives_quotes(lone: DeskOverHttp) -> None:
    rules = (
        "module rules.mails\n\n"
        'define quote.recipients : Enum[customer, contacts, both] = both\n\ndefine quote.contact-role : Text = "buyer"\n'
    )
    rulebook = read_rulebook(dict(lone.desk.sources) | {"rules/mails.rules": rules})
    with lone.desk.store.reading() as connection:
        buyer = customers.find(connection, ["K3"])["K3"]
    people = [Contact(id="C1", customer="K3", name="Léa", role="buyer", email="lea@x.example"), Contact(id="C2", customer="K3", name="Max")]
    chosen = billing.recipients_of(buyer, people, rulebook, on=lone.desk.today, of="quote")
    assert [each.email for each in chosen] == ["trois@optique.example", "lea@x.example"]
    usual = billing.recipients_of(buyer, people, lone.desk.rulebook, on=lone.desk.today, of="quote")
    assert usual == (Recipient("Optique Trois", "trois@optique.example"),)


def test_what_messages_call_quotes_and_orders() -> None:
    assert sales_deliveries.named_quote(sales_deliveries.name_of_quote("Q/2027/1", 12)) == ("Q/2027/1", 12)
    assert sales_deliveries.named_quote("2027-00001") is None
    assert sales_deliveries.named_order("2027-00001") is None
    assert sales_deliveries.named_order(sales_deliveries.name_of_order("A-1")) == "A-1"


def test_a_mail_that_cannot_be_written_holds_back_no_other(lone: DeskOverHttp) -> None:
    page, sales = offered(lone), lone.of("sales")
    done(sales, f"/v1/quotes/{page.number}/send")
    done(sales, f"/v1/orders/{PENDING}/confirm", {})
    with servers(replace(lone.desk, links=LinkSettings(ADDRESS, "too-short"))) as worker:
        assert worker.run()["email"] == Delivered(delivered=1, held=1)
    (message,) = sales.tree(f"/v1/quotes/{page.number}/deliveries")["messages"]
    because = "its mail cannot be written: CENTWRIGHT_LINK_SECRET has a secret of fewer than 32 signs"
    assert (message["state"], message["held_because"]) == ("held", because)


def test_a_mail_without_text_is_held_back_and_names_its_template(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    done(sales, f"/v1/orders/{PENDING}/confirm", {})
    with servers(replace(lone.desk, sources={**lone.desk.sources, ORDER_MAIL_TEMPLATE: "{# to be written #}"})) as worker:
        assert worker.mails is not None
        assert worker.run()["email"] == Delivered(held=1)
        assert worker.mails.received == []
    (message,) = sales.tree(f"/v1/orders/{PENDING}/deliveries")["messages"]
    assert message["held_because"].startswith(f"the template of its mail fails: the template {ORDER_MAIL_TEMPLATE} gives a mail in ")


def test_the_link_in_a_mail_is_that_of_the_version_that_it_brings(lone: DeskOverHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    page, sales = offered(lone), lone.of("sales")
    done(sales, f"/v1/quotes/{page.number}/send")

    def drawn_while_somebody_revises(desk: Desk, quote: StoredQuote, folder: Path) -> bytes:
        done(sales, f"/v1/quotes/{page.number}/versions", {}, 201)
        return quote_pdf(desk, quote, folder)

    monkeypatch.setattr("api.delivery.mailed_documents.quote_pdf", drawn_while_somebody_revises)
    with servers(replace(lone.desk, links=LINKS)) as worker:
        assert worker.mails is not None
        assert worker.run()["email"] == Delivered(delivered=1)
        (envelope,) = worker.mails.received
    assert f"{ADDRESS}/q/{page.token}" in part(read(envelope.content), "plain").splitlines(), "its page says that there is a newer version"


def test_an_order_that_was_cancelled_meanwhile_is_not_confirmed(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    done(sales, f"/v1/orders/{PENDING}/confirm", {})
    done(sales, f"/v1/orders/{PENDING}/cancel", {"on": "2027-01-31"})
    with servers(lone.desk) as worker:
        assert worker.run()["email"] == Delivered(held=1)
    assert sales.tree(f"/v1/orders/{PENDING}/deliveries")["messages"][0]["held_because"] == "the order is cancelled"
