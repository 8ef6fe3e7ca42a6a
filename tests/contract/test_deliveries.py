"""Deliveries: by Peppol and by e-mail to real servers, what came of them, and what is done where one fails or is rejected."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from api.cli.main import run
from api.delivery.demonstration import deliver_here
from api.delivery.local_access_point import LocalAccessPoint, local_access_point
from api.delivery.local_mail_server import local_mail_server
from api.delivery.outbox_worker import check_place
from api.delivery.outcome import Delivered
from api.delivery.senders import up_to_date
from api.desk import contact_changes, crediting, erasing
from api.desk.desk import Desk, open_desk
from api.desk.version_in_force import ReadVersions
from api.refusals import Conflict
from api.settings import read_settings
from api.store import customers, delivery_log, rulebooks, tables
from api.store.auditor import audit
from api.store.database_copy import back_up, restore
from engine.documents.credit import CreditSelection
from engine.rulebook.reader import read_rulebook
from tests.contract.conftest import RULEBOOK
from tests.contract.deliveries import Worker, all_invoices, issue_with_pdf, store_pdfs
from tests.contract.desk_over_http import TODAY, DeskOverHttp, now
from tests.contract.test_desk_over_http import ACTIVATE, ON, problem
from tests.running_service import ROOT, running_service

HOUR = timedelta(hours=1)
PEPPOL_OF_K2 = "0208:0999910741"


@contextmanager
def servers(desk: Desk, access_point: LocalAccessPoint | None = None, **fields: Any) -> Iterator[Worker]:
    """A worker with a local access point and a local mail server."""
    with local_access_point(access_point) as reached, local_mail_server() as mails:
        yield Worker(desk, reached, mails, **fields)


def deliveries(http: DeskOverHttp, number: str) -> dict[str, Any]:
    """What became of a document."""
    tree: dict[str, Any] = http.of("sales").tree(f"/v1/invoices/{number}/deliveries")
    return tree


def events(http: DeskOverHttp, number: str) -> list[tuple[str, int, str, str | None]]:
    """The history of a document: channel, delivery, event and note."""
    return [(one["channel"], one["delivery"], one["event"], one["note"]) for one in deliveries(http, number)["history"]]


def states(http: DeskOverHttp, number: str) -> dict[str, str]:
    """The state of each message about a document."""
    return {one["channel"]: one["state"] for one in deliveries(http, number)["messages"]}


def of_k3(http: DeskOverHttp) -> str:
    """The number of an invoice that goes by e-mail: of a business without a VAT number."""
    assert http.of("sales").post(ACTIVATE, ON).status_code == 200
    (number,) = issue_with_pdf(http.desk, "K3")
    return number


def attachments(message: EmailMessage) -> list[tuple[str | None, str]]:
    """Name and type of what is attached."""
    return [(part.get_filename(), part.get_content_type()) for part in message.iter_attachments()]


def test_a_rejected_invoice_is_mended_and_sent_again(http: DeskOverHttp) -> None:
    first, *others = all_invoices(http.desk)
    with servers(http.desk) as worker:
        assert worker.access_point is not None
        http.opener.now = worker.at
        assert worker.run() == {"peppol": Delivered(delivered=1 + len(others))}
        assert worker.run() == {}, "nothing is sent twice"
        assert states(http, first) == {"peppol": "delivered"}
        worker.access_point.respond(first, "rejected", "unknown order number", "RE")
        assert worker.run(HOUR) == {"peppol": Delivered(rejected=1)}, "what comes back is counted"
        (message,) = deliveries(http, first)["messages"]
        assert (message["state"], message["last_answer"]) == ("rejected", "the customer rejects it: unknown order number")
        assert http.of("billing").call("PATCH", "/v1/customers/K2", {"vat_number": "BE0999910048"}).status_code == 200
        again = http.of("billing").post(f"/v1/invoices/{first}/deliver", {"because": "the number of the company mended"})
        assert (again.status_code, again.json()["state"], again.json()["delivery"]) == (200, "queued", 2), again.text
        assert worker.run() == {"peppol": Delivered(delivered=1)}
        worker.access_point.respond(first, "accepted", None, "AP")
        assert worker.run(HOUR) == {}, "it was delivered before its customer accepts it"
        received = [document for document in worker.access_point.documents.values() if document.number == first]
    assert [document.receiver for document in received] == [PEPPOL_OF_K2, "0208:0999910048"]
    assert received[0].xml == received[1].xml, "the document stays as it was issued"
    assert events(http, first) == [
        ("peppol", 1, "accepted", "accepted"),
        ("peppol", 1, "delivered", None),
        ("peppol", 1, "rejected", "the customer rejects it: unknown order number"),
        ("peppol", 2, "requested", "the number of the company mended"),
        ("peppol", 2, "accepted", "accepted"),
        ("peppol", 2, "delivered", None),
        ("peppol", 2, "delivered", "the customer accepts it"),
    ]
    assert states(http, first) == {"peppol": "delivered"}
    with http.desk.store.reading() as connection:
        assert audit(connection) == ()


def test_who_is_not_reachable_gets_no_mail_behind_our_backs(lone: DeskOverHttp) -> None:
    number = all_invoices(lone.desk)[0]
    store_pdfs(lone.desk, all_invoices(lone.desk))
    with servers(lone.desk, LocalAccessPoint(unreachable={PEPPOL_OF_K2})) as worker:
        assert worker.mails is not None
        assert worker.run() == {"peppol": Delivered(held=len(all_invoices(lone.desk)))}
        assert worker.run(24 * HOUR) == {}
        assert worker.mails.received == []
        (message,) = deliveries(lone, number)["messages"]
        assert message["held_because"].startswith(f"{PEPPOL_OF_K2} is not reachable over Peppol")
        bare = lone.of("billing").post(f"/v1/invoices/{number}/deliver", {"by": "email"})
        assert problem(bare) == (422, "no-delivery-reason", ["/because"])
        assert lone.of("billing").post(f"/v1/invoices/{number}/deliver", {"by": "email", "because": "asked by phone"}).status_code == 200
        assert worker.run() == {"email": Delivered(delivered=1)}
        (mail,) = worker.mails.received
    assert states(lone, number) == {"peppol": "skipped", "email": "delivered"}
    assert (mail.sender, mail.recipients) == ("bounces@verrelis.example", ("twee@optiek.example",))
    message = mail.message
    assert (message["Subject"], message["From"].addresses[0].addr_spec) == (
        f"Verrelis Software SRL: factuur {number}",
        "billing@verrelis.example",
    )
    assert attachments(message) == [(f"{number}.pdf", "application/pdf"), (f"{number}.xml", "application/xml")]
    body = message.get_body()
    assert body is not None
    assert "Geachte klant," in body.get_content()


def test_a_forgotten_document_is_given_again_with_its_key(lone: DeskOverHttp) -> None:
    number = all_invoices(lone.desk)[0]
    with servers(lone.desk, LocalAccessPoint(delivers=False)) as worker:
        assert worker.access_point is not None
        worker.run()
        keys = {document.key for document in worker.access_point.documents.values() if document.number == number}
        worker.access_point.forget(number)
        assert worker.run(HOUR)["peppol"].later == 1, "it was asked for, and is not known"
        assert worker.run(HOUR)["peppol"].accepted >= 1
        worker.access_point.respond(number, "delivered")
        worker.run(HOUR)
        assert {document.key for document in worker.access_point.documents.values() if document.number == number} == keys
    assert [event for _, _, event, _ in events(lone, number)] == ["accepted", "failed", "accepted", "delivered"]


def test_a_credit_note_waits_for_its_invoice(lone: DeskOverHttp) -> None:
    number = all_invoices(lone.desk)[0]
    note = crediting.credit(lone.desk, number, CreditSelection(whole=True), because="returned").number
    with servers(lone.desk, LocalAccessPoint(unreachable={PEPPOL_OF_K2})) as worker:
        assert worker.access_point is not None
        worker.run()
        worker.access_point.unreachable.clear()
        worker.run(HOUR)
        assert (states(lone, number), states(lone, note)) == ({"peppol": "held"}, {"peppol": "queued"})
        assert lone.of("billing").post(f"/v1/outbox/{number}|peppol/skip", {"because": "handed over"}).json()["state"] == "skipped"
        worker.run(HOUR)
        assert (states(lone, number), states(lone, note)) == ({"peppol": "skipped"}, {"peppol": "delivered"})
        refused = lone.of("billing").post(f"/v1/outbox/{note}|peppol/skip", {"because": "no"})
        assert (refused.status_code, refused.json()["state"]) == (409, "delivered")
        assert lone.of("billing").post(f"/v1/outbox/{number}|peppol/retry").json()["state"] == "queued"
        assert worker.run()["peppol"] == Delivered(delivered=1)


def test_each_recipient_by_rule_gets_a_mail_of_its_own(http: DeskOverHttp) -> None:
    number = of_k3(http)
    for name, email in (("P2", "compta@optique.example"), ("P3", "compta@optique.example")):
        contact_changes.create(http.desk, name, {"name": "Compta, Trois", "role": "accounts payable", "email": email}, {}, customer="K3")
    contact_changes.create(http.desk, "P4", {"name": "Chef", "role": "owner", "email": "chef@optique.example"}, {}, customer="K3")
    with servers(http.desk) as worker:
        assert worker.mails is not None
        refused = iter(["451 try again", "550 no such mailbox <compta@optique.example>"])
        worker.mails.reply = lambda mail: next(refused) if "compta@optique.example" in mail.recipients else "250 taken"
        assert worker.run()["email"] == Delivered(later=1)
        assert worker.run(HOUR)["email"] == Delivered(rejected=1)
        worker.mails.reply = lambda mail: "250 taken"
        assert http.of("billing").post(f"/v1/invoices/{number}/deliver", {}).status_code == 200
        assert worker.run()["email"] == Delivered(delivered=1)
        received = worker.mails.received
    assert [mail.recipients for mail in received] == [("trois@optique.example",), ("compta@optique.example",)], "each once"
    assert received[0].message["To"].addresses[0].display_name == "Optique Trois"
    history = deliveries(http, number)["history"]
    notes = [one["note"] for one in history if one["event"] == "rejected"]
    assert notes == ["550 no such mailbox <the recipient>, after DATA"]
    assert len({one["reference"] for one in history if one["recipient"] == "compta@optique.example"}) == 1, "one Message-ID"
    erasing.erase_contact(http.desk, "P2", by="DPO", because="she asked for it")
    recipients = {one["recipient"] for one in deliveries(http, number)["history"]}
    assert recipients == {None, "trois@optique.example", "(erased)"}
    with http.desk.writing() as connection:
        delivery_log.forget(connection, ["K3"])
    assert "trois@optique.example" not in str(deliveries(http, number))


def test_a_mail_to_no_one_address_is_held_until_it_is_mended(lone: DeskOverHttp) -> None:
    number = of_k3(lone)
    with lone.desk.writing() as connection:
        (buyer,) = customers.find(connection, ["K3"]).values()
        customers.replace(connection, buyer.replace(email="trois@optique.example,everyone@optique.example"))
    with servers(lone.desk) as worker:
        assert worker.mails is not None
        assert worker.run()["email"] == Delivered(held=1)
        (message,) = deliveries(lone, number)["messages"]
        assert message["held_because"].startswith("the e-mail address of Optique Trois is no address")
        assert lone.of("billing").call("PATCH", "/v1/customers/K3", {"email": "trois@optique.example"}).status_code == 200
        assert lone.of("billing").post(f"/v1/outbox/{number}|email/retry").status_code == 200
        assert worker.run()["email"] == Delivered(delivered=1)
        assert [mail.recipients for mail in worker.mails.received] == [("trois@optique.example",)]


def test_outside_production_one_address_gets_all_and_nobody_gets_too_many(lone: DeskOverHttp) -> None:
    number = of_k3(lone)
    with servers(lone.desk, redirect="tests@verrelis.example", most_an_hour=1) as worker:
        assert worker.mails is not None
        assert worker.run()["email"] == Delivered(delivered=1)
        assert lone.of("billing").post(f"/v1/invoices/{number}/deliver", {"because": "lost"}).json()["delivery"] == 2
        assert worker.run()["email"] == Delivered(later=1)
        assert worker.run(HOUR / 2) == {}
        assert worker.run(HOUR)["email"] == Delivered(delivered=1)
        bounced = lone.of("billing").post(f"/v1/outbox/{number}|email/reject", {"because": "mailbox full"})
        assert (bounced.status_code, bounced.json()["state"], bounced.json()["last_answer"]) == (200, "rejected", "mailbox full")
        assert lone.of("billing").post(f"/v1/invoices/{number}/deliver", {}).json()["delivery"] == 3, "what was taken is sent anew"
        first, second = worker.mails.received
    assert {first.recipients, second.recipients} == {("tests@verrelis.example",)}
    assert first.message["X-Redirected-From"] == "trois@optique.example"
    assert first.message["Message-ID"] != second.message["Message-ID"], "another delivery is another message"


def test_a_copy_of_the_database_sends_nothing(lone: DeskOverHttp, tmp_path: Path) -> None:
    database = str(lone.desk.store.engine.url.database)
    with servers(lone.desk) as worker:
        assert worker.access_point is not None
        check_place(lone.desk)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(tmp_path / "copied.sqlite")) as target:
            source.backup(target)
        copied = open_desk(f"sqlite:///{tmp_path / 'copied.sqlite'}", *RULEBOOK, today=TODAY, now=now)
        with pytest.raises(Conflict, match="is a copy"):
            Worker(copied, worker.access_point).run()
        copied.close()
        url = f"sqlite:///{tmp_path / 'restored.sqlite'}"
        back_up(f"sqlite:///{database}", tmp_path / "backup.sqlite")
        restore(tmp_path / "backup.sqlite", url)
        restored = open_desk(url, *RULEBOOK, today=TODAY, now=now)
        assert Worker(restored, worker.access_point).run() == {}
        assert worker.access_point.documents == {}
        restored.close()
        assert worker.run()["peppol"].delivered


def test_the_same_by_commands(lone: DeskOverHttp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = all_invoices(lone.desk)
    database = ("--database", str(lone.desk.store.engine.url.database), "--today", "2027-01-31")

    def command(*words: str) -> tuple[int, str]:
        code = run([*words, *database])
        written = capsys.readouterr()
        return code, written.out + written.err

    with lone.desk.writing() as connection:
        connection.execute(update(tables.outbox).values(due_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert f"{len(numbers)} messages by peppol wait" in command("deliver", "--once")[1]
    monkeypatch.setenv("CENTWRIGHT_SMTP_URL", "mail.example")
    assert command("deliver", "--once")[0] == 1
    monkeypatch.delenv("CENTWRIGHT_SMTP_URL")
    with local_access_point() as access_point:
        monkeypatch.setenv("CENTWRIGHT_PEPPOL_URL", access_point.url)
        assert f"peppol     {len(numbers)} delivered" in command("deliver", "--once")[1]
    assert "peppol: delivered" in command("invoice", "deliveries", numbers[0])[1]
    assert command("invoice", "deliver", numbers[0])[0] == 1, "it was delivered: why again?"
    assert command("invoice", "deliver", numbers[0], "--because", "lost")[0] == 0
    assert command("outbox", "skip", f"{numbers[0]}|peppol", "--because", "found")[0] == 0
    assert [entry["by"] for entry in deliveries(lone, numbers[0])["history"][-2:]] == [getuser(), getuser()]
    code, text = command("outbox", "list", "--state", "skipped")
    assert (code, numbers[0] in text) == (0, True)


def test_a_demonstration_sends_to_servers_of_its_own(lone: DeskOverHttp, tmp_path: Path) -> None:
    number, numbers = of_k3(lone), all_invoices(lone.desk)
    store_pdfs(lone.desk, numbers)
    reached: list[int] = []
    sent = deliver_here(lone.desk, ROOT, tmp_path, reached.append)
    assert sent == {"peppol": {"delivered": len(numbers) - 1}, "email": {"delivered": 1}}
    assert reached == list(range(1, len(numbers) + 1))
    assert [path.name for path in (tmp_path / "email").iterdir()] == [f"{number}.eml"]
    assert len(list((tmp_path / "peppol").iterdir())) == len(numbers) - 1
    assert deliver_here(lone.desk, ROOT, tmp_path, reached.append) == {}, "run again, nothing new"


def test_a_service_sends_inside(lone: DeskOverHttp) -> None:
    with lone.desk.writing() as connection:
        connection.execute(update(tables.outbox).values(due_at=datetime(2020, 1, 1, tzinfo=UTC)))
    with local_access_point() as access_point:
        environment = {"CENTWRIGHT_DELIVER": "inside", "CENTWRIGHT_PEPPOL_URL": access_point.url}
        with running_service("--database", str(lone.desk.store.engine.url.database), environment=environment) as service:
            until = time.monotonic() + 60
            while len(access_point.documents) < len(all_invoices(lone.desk)) and time.monotonic() < until:
                time.sleep(0.1)
            assert service.process.poll() is None
    assert len(access_point.documents) == len(all_invoices(lone.desk))


def test_a_worker_follows_the_version_in_force(lone: DeskOverHttp) -> None:
    settings = read_settings({"TODAY": "2027-01-31"}, {})
    versions = ReadVersions()
    assert up_to_date(lone.desk, settings, versions).rulebook.fingerprint == lone.desk.rulebook.fingerprint
    template = "templates/mail/invoice.txt.j2"
    sources = {**RULEBOOK[1], template: RULEBOOK[1][template].replace("factuur", "rekening")}
    with lone.desk.writing() as connection:
        rulebook = read_rulebook(sources)
        digest = rulebooks.store_texts(connection, rulebook.fingerprint, sources, at=now())
        number = rulebooks.append_version(
            connection, rulebook.fingerprint, digest, wanted_from=TODAY, checks=(), currency=rulebook.currency
        )
        rulebooks.append_version_step(connection, number, "published", on=TODAY, at=now(), author="test", in_force_from=TODAY)
    after = up_to_date(lone.desk, settings, versions)
    assert (after is lone.desk, "rekening" in after.sources[template]) == (False, True)
    with after.writing():
        pass  # it is in force
