"""What every connector to an accounting tool must do; Tryton, a real server on this machine, does. And what is Tryton's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from api.delivery.accounting.connector import BookingRefused, BookResult, ConnectorFault, Record
from api.delivery.accounting.connectors import connector_of
from api.delivery.accounting.local_tryton import LocalTryton
from api.delivery.accounting.tryton_connector import TrytonConnector
from api.delivery.accounting.tryton_rpc import tryton_rpc
from api.rulebook_folder import read_folder
from engine.money import Money, Percent
from engine.problems import Refusal
from engine.rulebook.reader import read_rulebook
from tests.local_accounting import EUR, booking, connector_to, customer, line, mapping, pay, tryton_in
from tests.running_service import ROOT

_months = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTryton]:
    """One server for all of these tests."""
    with tryton_in(tmp_path_factory.mktemp("tryton")) as server:
        yield server


@pytest.fixture(scope="module")
def connector(server: LocalTryton) -> TrytonConnector:
    """The connector under test; another one is put to the same tests."""
    return connector_to(server)


@pytest.fixture
def day() -> date:
    """A day of a month of its own: a later date that is booked bars earlier ones."""
    month = next(_months)
    return date(2027 + month // 12, month % 12 + 1, 10)


def posted(results: object) -> list[Record]:
    """The records, of which all must be booked."""
    assert isinstance(results, list)
    assert [type(each) for each in results] == [Record] * len(results), results
    return results


def cause(result: BookResult) -> str:
    """Why a document is refused."""
    assert isinstance(result, BookingRefused), result
    return str(result.because)


def test_nothing_is_missing(connector: TrytonConnector) -> None:
    assert connector.check(date(2027, 1, 31)) == ()


def test_documents_are_booked_once_with_our_totals(connector: TrytonConnector, day: date) -> None:
    invoice = booking("A-1", day, line("100.00"), line("50.01", goods=True), line("0.12", rate="6"), line("-0.11", rate="6"))
    reverse = booking("A-2", day, line("80.00", rate="0", treatment="reverse-charge"), buyer=customer("K2", "GB980780684"))
    note = booking("A-C1", day, line("40.00", corrects=1), credits="A-1")
    first = posted(connector.book([invoice, reverse, note]))
    assert [(each.net, each.vat, each.gross, each.state) for each in first] == [
        (Money(15002, EUR), Money(3150, EUR), Money(18152, EUR), "posted"),
        (Money(8000, EUR), Money(0, EUR), Money(8000, EUR), "posted"),
        (Money(-4000, EUR), Money(-840, EUR), Money(-4840, EUR), "posted"),
    ]
    assert connector.book([invoice, reverse, note]) == first
    assert sorted(each.document for each in connector.find(["A-1", "A-2", "A-C1", "A-9"])) == ["A-1", "A-2", "A-C1"]
    sums = connector.sums(day, day)
    assert [str(sums.accounts[code]) for code in ("400", "451", "700")] == ["213.12", "-23.10", "-190.02"]
    grids = {code: str(sums.grids[code]) for code in sums.grids}
    assert (grids["49"], grids["64"]) == ("40.11", "8.41")  # the negative line too, which other programs net


def test_an_advance_is_booked_and_settled_with_the_delivery(connector: TrytonConnector, day: date) -> None:
    advance = booking("ADV-1", day, line("100.00", account="705000"))
    last = booking("ADV-2", day, line("300.00"), line("100.00"), line("-100.00", account="705000"))
    assert [(str(each.net), each.state) for each in posted(connector.book([advance, last]))] == [("100.00", "posted"), ("300.00", "posted")]
    sums = connector.sums(day, day)
    assert (str(sums.accounts["700"]), str(sums.accounts.get("705", Money(0, EUR)))) == ("-400.00", "0.00")


def test_what_is_refused_stops_what_follows_it(connector: TrytonConnector, day: date) -> None:
    unknown = booking("B-2", day, line("10.00", rate="19", treatment="oss"))
    results = connector.book([booking("B-1", day, line("10.00")), unknown, booking("B-3", day, line("10.00"))])
    assert len(results) == 2
    assert isinstance(results[0], Record)
    assert cause(results[1]) == "the mapping of Tryton in vat/accounting-tools.yaml has no VAT for oss 19%"
    assert connector.find(["B-2", "B-3"]) == []


def test_payments_come_back_with_what_is_paid_beyond(connector: TrytonConnector, day: date) -> None:
    results = posted(connector.book([booking(f"C-{place}", day, line("100.00")) for place in range(3)]))
    ids = [each.id for each in results]
    for record, amount in zip(ids, ("50.00", "130.00", "121.00"), strict=True):
        pay(connector, record, amount, day)
    payments = connector.payments(ids)
    assert sorted((each.record, str(each.amount), each.paid_on) for each in payments) == sorted(
        [(ids[0], "50.00", day), (ids[1], "121.00", day), (ids[1], "9.00", day), (ids[2], "121.00", day)]
    )
    changed, cursor = connector.changed(None)
    states = {each.document: (each.state, str(each.to_pay)) for each in changed if each.id in ids}
    assert states == {"C-0": ("posted", "71.00"), "C-1": ("paid", "0.00"), "C-2": ("paid", "0.00")}
    assert {each.document for each in connector.changed(cursor)[0]} >= {"C-0"}


def test_drafts_that_a_lost_answer_left_become_one_invoice(connector: TrytonConnector, day: date) -> None:
    one = booking("D-1", day, line("10.00"))
    ids = connector.rpc.create("account.invoice", [connector.enter(one, day) for _ in range(3)])
    (record,) = posted(connector.book([one]))
    assert record.id == str(ids[0])
    assert [each.id for each in connector.find(["D-1"])] == [str(ids[0])]


def test_a_document_that_is_there_twice_or_otherwise_is_refused(connector: TrytonConnector, day: date) -> None:
    one = booking("E-1", day, line("10.00"))
    ids = connector.rpc.create("account.invoice", [connector.enter(one, day) for _ in range(2)])
    connector.rpc.call("account.invoice.write", [ids[1]], {"reference": "E-2"})
    posted([*connector.book([one]), *connector.book([booking("E-2", day, line("10.00"))])])
    assert "Tryton has E-1 otherwise: net is 10.00 in the tool and 11.00" in cause(connector.book([booking("E-1", day, line("11.00"))])[0])
    connector.rpc.call("account.invoice.write", [ids[1]], {"reference": "E-1"}, context={"administrator": 1})
    assert cause(connector.book([one])[0]).startswith("Tryton has E-1 twice")


def test_an_earlier_date_after_a_later_one_and_a_closed_period(connector: TrytonConnector, day: date) -> None:
    posted(connector.book([booking("F-2", day.replace(day=20), line("10.00"))]))
    assert "a later invoice in the same sequence" in cause(connector.book([booking("F-1", day, line("10.00"))])[0])
    (period,) = connector.rpc.search("account.period", [["start_date", "=", day.replace(day=1)]], ["name"])
    connector.rpc.call("account.period.close", [period["id"]])
    late = booking("F-3", day.replace(day=21), line("10.00"))
    assert "its period is closed in Tryton" in cause(connector.book([late])[0])
    moving = TrytonConnector(connector.rpc, mapping(closed_period="next-open"))
    connector.rpc.call("account.invoice.delete", [int(each.id) for each in connector.find(["F-3"])])
    (moved,) = posted(moving.book([late]))
    assert moved.issued_on is not None
    assert (moved.issued_on.day, moved.issued_on > late.issued_on) == (1, True)
    assert moving.book([late]) == [moved]


def test_a_session_that_ended_is_opened_again_and_a_wrong_password_is_named(server: LocalTryton, connector: TrytonConnector) -> None:
    connector.rpc._session = "bm9ib2R5OjE6bm90aGluZw=="
    assert connector.find(["A-9"]) == []
    stranger = TrytonConnector(tryton_rpc(server.url.replace("local-tryton@", "wrong@")), mapping())
    (missing,) = stranger.check(date(2027, 1, 31))
    assert missing.startswith("Tryton refuses the user or the password")


def test_what_is_missing_is_named(connector: TrytonConnector) -> None:
    other = mapping(accounts={"400000": "400", "700100": "7999"}, journal="NONE", payment_terms="Never")
    named = " / ".join(TrytonConnector(connector.rpc, other).check(date(2035, 1, 31)))
    assert "no account 7999" in named
    assert "no journal with the code NONE" in named
    assert "no payment term called `Never`" in named
    assert "no fiscal year with periods for 2035-01-31" in named


def test_a_server_that_is_away_is_a_fault() -> None:
    away = TrytonConnector(tryton_rpc("tryton+http://a:b@127.0.0.1:9/accounting", seconds=0.5), mapping())
    (result,) = away.book([booking("G-1", date(2027, 1, 10), line("10.00"))])
    assert isinstance(result, ConnectorFault)


def test_addresses_of_tools() -> None:
    rulebook = read_rulebook(read_folder(ROOT))
    connector, _ = connector_of("tryton+http://admin:x%40@127.0.0.1:8000/books", rulebook)
    assert isinstance(connector, TrytonConnector)
    assert (connector.rpc.user, connector.rpc.password, connector.rpc.address.path) == ("admin", "x@", "/books")
    for url in ("http://127.0.0.1/books", "tryton+http://example.com/books", "tryton+ftp://127.0.0.1/x", "nothing"):
        with pytest.raises(Refusal, match="CENTWRIGHT_ACCOUNTING_URL"):
            connector_of(url, rulebook)


def test_the_mapping_of_taxes() -> None:
    taxes = mapping()
    assert taxes.tax("domestic", Percent.parse("21.00"), goods=True) == "T.V.A. Vente de biens 21%"
    assert taxes.tax("reverse-charge", Percent.parse("0"), goods=False) == "T.V.A. Vente de services intracommunautaires 0%"
    assert taxes.tax("domestic", Percent.parse("19"), goods=False) is None
    assert replace(booking("H-1", date(2027, 1, 1), line("1.00")), is_credit=True).sign == -1
