"""Sending where something unforeseen happens: a fault of one message, a decision while it is sent, a seller without an address."""

from __future__ import annotations

from dataclasses import replace

from api.delivery.local_access_point import LocalAccessPoint
from api.delivery.mail_sender import MailSender
from api.delivery.mail_server import MailAnswer, MailServer
from api.delivery.outbox_worker import drain
from api.delivery.outcome import Delivered
from engine.rulebook.reader import read_rulebook
from engine.writing.document_templates import check_document_templates
from tests.contract.deliveries import Worker, all_invoices, issue_with_pdf
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_deliveries import HOUR, deliveries, of_k3, servers
from tests.contract.test_desk_over_http import ACTIVATE, ON, problem
from tests.running_service import ROOT


class Unforeseen(MailServer):
    """A mail server whose first message fails as nothing should."""

    def send(self, sender: str, recipient: str, message: bytes) -> MailAnswer:
        raise ZeroDivisionError(recipient)


def test_an_unforeseen_fault_is_that_of_one_message(lone: DeskOverHttp) -> None:
    number = of_k3(lone)
    broken = MailSender(lone.desk, Unforeseen("smtp", "localhost", 1), ROOT)
    assert drain(lone.desk, [broken])["email"] == Delivered(later=1)
    (message,) = deliveries(lone, number)["messages"]
    assert (message["state"], message["last_answer"]) == ("queued", "a fault of this program: ZeroDivisionError")


def test_what_is_being_sent_is_neither_skipped_nor_sent_twice(lone: DeskOverHttp) -> None:
    number = of_k3(lone)
    refused: list[tuple[int, str]] = []

    def meanwhile(_: object) -> str:
        for path, body in ((f"outbox/{number}|email/skip", {"because": "no"}), (f"outbox/{number}|email/retry", {})):
            refused.append(problem(lone.of("billing").post(f"/v1/{path}", body))[:2])
        refused.append(problem(lone.of("billing").post(f"/v1/invoices/{number}/deliver", {"by": "email"}))[:2])
        return "250 taken"

    with servers(lone.desk) as worker:
        assert worker.mails is not None
        worker.mails.reply = meanwhile
        assert worker.run()["email"] == Delivered(delivered=1), refused
        assert (refused, len(worker.mails.received)) == ([(409, "being-sent")] * 3, 1)


def test_what_became_of_accepted_documents_is_counted_once(lone: DeskOverHttp) -> None:
    first, *others = all_invoices(lone.desk)
    with servers(lone.desk, LocalAccessPoint(delivers=False)) as worker:
        assert worker.access_point is not None
        assert worker.run() == {"peppol": Delivered(accepted=1 + len(others))}
        assert worker.run(24 * HOUR) == {}, "they are accepted still"
        worker.access_point.respond(first, "delivered")
        assert worker.run(HOUR) == {"peppol": Delivered(delivered=1)}
        worker.access_point.respond(first, "rejected", "no such order", "RE")
        assert worker.run(24 * HOUR) == {"peppol": Delivered(rejected=1)}
        assert worker.run(24 * HOUR) == {}


def test_a_mail_without_a_text_is_held_and_sent_once_its_template_is_mended(lone: DeskOverHttp) -> None:
    number = of_k3(lone)
    template = "templates/mail/invoice.txt.j2"
    written = lone.desk.sources[template]
    texts = dict(lone.desk.sources) | {template: f'{{% if number != "{number}" %}}{written}{{% endif %}}'}
    assert check_document_templates(texts) == (), "only a mail that is written shows it"
    with servers(lone.desk) as worker:
        assert worker.mails is not None
        assert Worker(replace(lone.desk, sources=texts), None, worker.mails).run()["email"] == Delivered(held=1)
        (message,) = deliveries(lone, number)["messages"]
        assert "gives a mail in fr without a subject and a text" in message["held_because"]
        assert worker.mails.received == []
        assert lone.of("billing").post(f"/v1/outbox/{number}|email/retry").status_code == 200
        assert worker.run(HOUR)["email"] == Delivered(delivered=1)


def test_a_seller_without_an_address_holds_its_mails_until_it_is_mended(lone: DeskOverHttp) -> None:
    assert lone.of("sales").post(ACTIVATE, ON).status_code == 200
    email = lone.desk.rulebook.company.seller.email
    texts = dict(lone.desk.sources) | {"company.yaml": str(lone.desk.sources["company.yaml"]).replace(email, "vérité@verrelis.example")}
    nameless = replace(lone.desk, rulebook=read_rulebook(texts), sources=texts)
    (number,) = issue_with_pdf(nameless, "K3")
    with servers(lone.desk) as worker:
        assert worker.mails is not None
        assert Worker(nameless, None, worker.mails).run()["email"] == Delivered(held=1)
        (message,) = deliveries(lone, number)["messages"]
        assert message["held_because"].startswith("the e-mail address of the seller is no address")
        assert lone.of("billing").post(f"/v1/outbox/{number}|email/retry").status_code == 200
        assert worker.run(HOUR)["email"] == Delivered(delivered=1)
        (mail,) = worker.mails.received
    assert (mail.message["From"].addresses[0].addr_spec, mail.message["Content-Language"]) == (email, "fr")
