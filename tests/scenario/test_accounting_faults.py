"""The way to accounting through faults: a real Tryton behind a proxy that fails, killed and started again; each document is booked once.

And what comes of documents that it refuses, loses, or that somebody changes there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest

from api.delivery.accounting.accounting_sender import AccountingSender
from api.delivery.accounting.entry_sender import EntrySender
from api.delivery.accounting.local_tryton import LocalTryton
from api.delivery.accounting.payments_back import read_payments
from api.delivery.accounting.tool_reconciliation import reconcile
from api.delivery.accounting.tryton_connector import TrytonConnector
from api.delivery.outbox_worker import drain
from api.delivery.outcome import Delivered
from api.desk import deliveries, paying
from api.desk.billing_run import issue
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.paying import find_payment
from api.desk.payment_lists import EnteredPayment
from api.rulebook_folder import read_folder
from api.store import accounting_entries, accounting_records, issued_lists, outbox
from api.store.accounting_entries import ENTRIES
from api.store.auditor import audit
from engine.money import Money
from engine.rulebook.reader import read_rulebook
from tests.conftest import FULL
from tests.fault_servers import Faults, faulty_proxy
from tests.local_accounting import booking, connector_to, entered, entry, line, mapping, pay, tryton_in
from tests.postgres import Postgres
from tests.scenario.conftest import now, write_folder

HEAD = "id,name,street,postcode,town,country,language,vat_number,email,segment,vat_checked_on\n"
YEAR = date(2027, 1, 1), date(2027, 12, 31)


def filled(url: str, root: Path, folder: Path, many: int) -> Desk:
    """A desk with invoices of private persons, one each."""
    buyers = [f"K{at},Optique {at},Rue {at},5000,Namur,BE,fr,,,independent," for at in range(many)]
    rows = [f"K{at},monthly,2026-03-01,1,SUB-CORE,{1 + at % 3}" for at in range(many)]
    files = {
        "customers.csv": HEAD + "\n".join(buyers) + "\n",
        "subscriptions.csv": "customer,billing_type,activated_on,anchor_day,product,quantity\n" + "\n".join(rows) + "\n",
    }
    sources = read_folder(root)
    desk = open_desk(url, read_rulebook(sources), sources, today=date(2027, 1, 31), now=now)
    import_files(desk, write_folder(folder, files))
    issue(desk, Selection(due_through=desk.today), confirm=True)
    return desk


def worker(desk: Desk, connector: TrytonConnector, after: timedelta = timedelta(0)) -> dict[str, Delivered]:
    """Books what is due some time later."""
    later = replace(desk, now=lambda: desk.now() + after)
    sender = AccountingSender(later, connector, lambda documents: {each.document.number: (("x.xml", each.xml),) for each in documents})
    return drain(later, [EntrySender(later, connector), sender], jitter=lambda: 1.0)


def states(desk: Desk, channel: str = "accounting") -> dict[str, int]:
    """How many messages of a channel are in each state."""
    with desk.store.reading() as connection:
        return outbox.states_of(connection, channel)


def receive(desk: Desk, many: int) -> int:
    """Every fifth invoice is paid: exactly, with a difference, in part, too much, by mistake; gives how many entries that makes."""
    with desk.store.reading() as connection:
        numbers = [each.number for each in islice(issued_lists.each(connection), 0, many, 5)]
    for at, number in enumerate(numbers):
        settled = paying.find_settlement(desk, number)
        assert settled is not None
        less = (0, 3, 500, -700, 0)[at % 5]
        amount = settled.rest - Money(less, settled.rest.currency)
        name = paying.enter(desk, EnteredPayment(id=f"R{at}", on=desk.today, amount=amount, reference=number))
        if at % 5 == 4:
            paying.release(desk, name)
    return sum(2 if at % 5 == 4 else 1 for at in range(len(numbers)))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTryton]:
    """A Tryton for these tests."""
    with tryton_in(tmp_path_factory.mktemp("tryton")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database; of PostgreSQL too where proofs run in full."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'accounting.sqlite'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    name = f"centwright_accounting_{os.getpid()}"
    yield server.create(name)
    server.drop(name)


@pytest.mark.proof
def test_every_document_is_booked_once(url: str, root: Path, tmp_path: Path) -> None:
    many = 300 if FULL else 16 if url.startswith("sqlite") else 2
    desk = filled(url, root, tmp_path / "files", many)
    entries = receive(desk, many)
    faults = Faults(many, seconds=0.1)
    with tryton_in(tmp_path / "tryton") as server, faulty_proxy(server.port, faults) as port:
        connector = connector_to(server)
        connector.rpc.address = replace(connector.rpc.address, port=port)
        after, kills = timedelta(0), [0.3, 0.6]
        for _ in range(100 + 3 * many):
            worker(desk, connector, after)
            after += timedelta(hours=30)
            booked = states(desk).get("delivered", 0)
            if (booked, states(desk, ENTRIES).get("delivered", 0)) == (many, entries):
                break
            if kills and booked >= kills[0] * many:
                kills.pop(0)
                server.kill()
                worker(desk, connector, after)
                server.start()
            with desk.store.reading() as connection:
                dead = [row["key"] for row in outbox.each_message(connection, state="dead")]
            for key in dead:
                deliveries.retry_message(desk, key)
        assert (states(desk), states(desk, ENTRIES)) == ({"delivered": many}, {"delivered": entries}), faults.made
        direct = connector_to(server)
        found = reconcile(desk, direct, mapping(), *YEAR)
        assert found.differences == ()
        assert (found.here, found.here.documents) == (found.there, many)
        assert len(direct.rpc.search("account.invoice", [], ["reference"])) == many, "no draft is left"
        assert len(direct.rpc.search("ir.attachment", [], ["name"])) == many
        assert direct.rpc.search("account.move", [["state", "=", "draft"]], ["number"]) == []
        assert len(direct.entries(*YEAR)) == entries
    with desk.store.reading() as connection:
        assert {row.state for row in accounting_records.each(connection, "tryton")} == {"booked"}
        assert accounting_entries.counts(connection, "tryton") == {"booked": entries}
        assert audit(connection) == ()
    desk.close()


def test_payments_of_the_tool_settle_invoices(root: Path, tmp_path: Path, server: LocalTryton) -> None:
    desk = filled(f"sqlite:///{tmp_path / 'accounting.sqlite'}", root, tmp_path / "files", 2)
    connector = connector_to(server)
    worker(desk, connector)
    with desk.store.reading() as connection:
        one, two = accounting_records.each(connection, "tryton")
    pay(connector, str(one.id), "10.00", desk.today)
    pay(connector, str(two.id), str(Money(two.gross + 500, desk.rulebook.currency)), desk.today)
    assert len(read_payments(desk, connector)) == 3
    assert read_payments(desk, connector) == []
    settled = [paying.find_settlement(desk, each.document) for each in (one, two)]
    assert [each.state for each in settled if each is not None] == ["part-paid", "overpaid"]
    by_hand = EnteredPayment(id="R1", on=desk.today, amount=Money(1_00, desk.rulebook.currency), reference=one.document)
    assert find_payment(desk, paying.enter(desk, by_hand))[0].state == "matched"
    assert worker(desk, connector)[ENTRIES].delivered == 4, "three payments were entered there, and the tool has them"
    assert read_payments(desk, connector) == [], "what we entered there is no payment of the tool"
    (there,) = connector.find([one.document])
    assert there.to_pay == Money(one.gross - 11_00, desk.rulebook.currency)
    found = reconcile(desk, connector, mapping(), *YEAR)
    assert (found.differences, found.entries) == ((), (1, 1))
    by_mistake = replace(entry("x", desk.today, ("550000", "5.00"), ("499000", "-5.00")), name="payment of nobody")
    entered(connector.entry([by_mistake]))
    connector.rpc.call("account.invoice.write", [int(str(one.id))], {"reference": "changed"}, context={"administrator": 1})
    stranger = booking("X-1", desk.today, line("7.00"))
    connector.book([stranger])
    named = {(each.name, each.what) for each in reconcile(desk, connector, mapping(), *YEAR).differences}
    assert named >= {(one.document, "reference"), ("700", "account"), ("5500", "account"), ("54 − 64", "grids")}
    assert named >= {("payment of nobody", "missing here")}
    assert "missing here" in {what for _, what in named}
    desk.close()
