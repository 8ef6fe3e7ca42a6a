"""What is Tryton's own, on a real server on this machine; `test_connectors.py` has what every connector does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.delivery.accounting.connector import Connector, ConnectorFault
from api.delivery.accounting.connectors import connector_of
from api.delivery.accounting.tryton_connector import TrytonConnector
from api.delivery.accounting.tryton_entries import TrytonEntries
from api.delivery.accounting.tryton_rpc import rows_in, tryton_rpc
from api.rulebook_folder import read_folder
from engine.money import Money, Percent
from engine.problems import Refusal
from engine.rulebook.reader import read_rulebook
from tests.local_accounting import EUR, booking, cause, entered, entry, line, mapping, pay, posted
from tests.running_service import ROOT


@pytest.fixture
def connector(accounting_tool: Callable[[str], Connector]) -> TrytonConnector:
    """A connector to the server of all of these tests."""
    tool = accounting_tool("tryton")
    assert isinstance(tool, TrytonConnector)
    return tool


def test_a_vat_that_is_not_mapped_is_refused(connector: TrytonConnector, day: date) -> None:
    (result,) = connector.book([booking("J-1", day, line("10.00", rate="19", treatment="oss"))])
    assert cause(result) == "the mapping of Tryton in vat/accounting-tools.yaml has no VAT for oss 19%"


def test_negative_lines_stand_in_grids_of_their_own(connector: TrytonConnector, day: date) -> None:
    """Other programs net them: the net grids are the same."""
    posted(connector.book([booking("K-1", day, line("100.00"), line("-40.11")), booking("K-C1", day, line("10.00"), credits="K-1")]))
    grids = connector.sums(day, day).grids or {}
    assert [str(grids[code]) for code in ("03", "54", "49", "64")] == ["100.00", "21.00", "50.11", "10.52"]


def test_entries_settle_invoices_and_open_them_again(connector: TrytonConnector, day: date) -> None:
    (record,) = posted(connector.book([booking("L-1", day, line("100.00"))]))

    def state() -> tuple[str, str]:
        (there,) = connector.find(["L-1"])
        return there.state, str(there.to_pay)

    part, rest, back = (
        entry("payment L1", day, ("550000", "21.00"), ("400000", "-21.00", "L-1")),
        entry("payment L2", day, ("550000", "100.00"), ("400000", "-100.00", "L-1")),
        entry("payment-change L2/2", day, ("499000", "-100.00"), ("400000", "100.00", "L-1")),
    )
    states = []
    for each in (part, rest, back):
        entered([*connector.entry([each]), *connector.entry([each])])
        states.append(state())
    assert states == [("posted", "100.00"), ("paid", "0.00"), ("posted", "100.00")]
    pay(connector, record.id, "100.00", day)
    assert [(each.record, str(each.amount), each.account) for each in connector.payments([record.id])] == [(record.id, "100.00", "5500")]
    entered(connector.entry([entry("payment L3", day, ("550000", "100.00"), ("400000", "-100.00", "L-1"))]))
    assert state() == ("paid", "0.00"), "what is paid twice is a line of the customer"


def test_drafts_of_entries_that_a_lost_answer_left_become_one(connector: TrytonConnector, day: date) -> None:
    one = entry("payment M1", day, ("550000", "1.00"), ("499000", "-1.00"))
    values = TrytonEntries(connector, [one], lambda: True)._values(one)
    ids = connector.rpc.create("account.move", [values for _ in range(3)])
    (record,) = entered(connector.entry([one]))
    assert record.id == str(ids[0])
    assert len(connector.rpc.search("account.move", [["description", "=", "Centwright payment M1"]], ["state"])) == 1


def test_parts_of_an_invoice_have_their_days(connector: TrytonConnector, day: date) -> None:
    parts = ((day + timedelta(days=15), Money(40_01, EUR)), (day + timedelta(days=45), Money(80_99, EUR)))
    records = posted(connector.book([replace(booking(f"N-{at}", day, line("100.00")), dues=parts) for at in range(2)]))
    wanted = ["lines_to_pay.maturity_date", "lines_to_pay.debit", "payment_term"]
    rows = connector.rpc.search("account.invoice", [["id", "in", [int(each.id) for each in records]]], wanted)
    for row in rows:
        lines = sorted((line["maturity_date"], str(line["debit"])) for line in rows_in(row, "lines_to_pay"))
        assert lines == [(on, str(amount)) for on, amount in parts]
    assert rows[0]["payment_term"] == rows[1]["payment_term"]


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


def test_a_session_that_ended_is_opened_again_and_a_wrong_password_is_named(connector: TrytonConnector) -> None:
    connector.rpc._session = "bm9ib2R5OjE6bm90aGluZw=="
    assert connector.find(["A-9"]) == []
    stranger = TrytonConnector(replace(connector.rpc, password="wrong"), mapping())
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
