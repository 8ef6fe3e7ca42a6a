"""What every connector to an accounting tool must do, whichever tool it is; `tests/accounting_tools.py` says which there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.delivery.accounting.connector import Connector, ConnectorFault, Record
from engine.money import Money
from tests.accounting_tools import TOOLS
from tests.local_accounting import EUR, booking, cause, customer, entered, entry, line, mapping, posted


@pytest.fixture(params=sorted(TOOLS))
def tool(request: pytest.FixtureRequest, accounting_tool: Callable[[str], Connector]) -> Connector:
    """Each tool in turn."""
    return accounting_tool(request.param)


def sums(tool: Connector, day: date, *accounts: str) -> list[str]:
    """Debit less credit on a day of some of our accounts, as the tool calls them."""
    there, codes = tool.sums(day, day).accounts, mapping(tool.name).accounts
    return [str(there.get(codes[each], Money(0, EUR))) for each in accounts]


def test_nothing_is_missing(tool: Connector) -> None:
    assert tuple(tool.check(date(2027, 1, 31))) == ()
    assert tool.customer(customer("K7")) == tool.customer(customer("K7"))


def test_documents_are_booked_once_with_our_totals(tool: Connector, day: date) -> None:
    invoice = booking("A-1", day, line("100.00"), line("50.01", goods=True), line("0.12", rate="6"), line("-0.11", rate="6"))
    reverse = booking("A-2", day, line("80.00", rate="0", treatment="reverse-charge"), buyer=customer("K2", "GB980780684"))
    note = booking("A-C1", day, line("40.00", corrects=1), credits="A-1")
    first = posted(tool.book([invoice, reverse, note]))
    assert [(each.net, each.vat, each.gross, each.issued_on) for each in first] == [
        (Money(15002, EUR), Money(3150, EUR), Money(18152, EUR), day),
        (Money(8000, EUR), Money(0, EUR), Money(8000, EUR), day),
        (Money(-4000, EUR), Money(-840, EUR), Money(-4840, EUR), day),
    ]
    assert {each.state for each in first} <= {"posted", "paid"}, "some tools settle an invoice with its credit note"
    again = posted(tool.book([invoice, reverse, note]))
    assert [(each.id, each.number, each.gross) for each in again] == [(each.id, each.number, each.gross) for each in first]
    assert sorted(each.document for each in tool.find(["A-1", "A-2", "A-C1", "A-9"])) == ["A-1", "A-2", "A-C1"]
    assert sorted(each.document for each in tool.records(day, day)) == ["A-1", "A-2", "A-C1"]
    assert tool.records(day + timedelta(days=1), day + timedelta(days=9)) == []
    assert sums(tool, day, "400000", "451000", "700100") == ["213.12", "-23.10", "-190.02"]


def test_an_advance_is_booked_and_settled_with_the_delivery(tool: Connector, day: date) -> None:
    advance = booking("ADV-1", day, line("100.00", account="705000"))
    last = booking("ADV-2", day, line("300.00"), line("100.00"), line("-100.00", account="705000"))
    assert [(str(each.net), each.state) for each in posted(tool.book([advance, last]))] == [("100.00", "posted"), ("300.00", "posted")]
    assert sums(tool, day, "700100", "705000") == ["-400.00", "0.00"]


def test_an_account_that_is_not_mapped_stops_what_follows_it(tool: Connector, day: date) -> None:
    unknown = booking("B-2", day, line("10.00", account="799999"))
    results = tool.book([booking("B-1", day, line("10.00")), unknown, booking("B-3", day, line("10.00"))])
    assert len(results) == 2
    assert isinstance(results[0], Record)
    assert "no account for 799999" in cause(results[1])
    assert list(tool.find(["B-2", "B-3"])) == []


def test_what_is_there_with_other_figures_is_refused(tool: Connector, day: date) -> None:
    posted(tool.book([booking("O-1", day, line("10.00"))]))
    assert "O-1" in cause(tool.book([booking("O-1", day, line("11.00"))])[0])
    entered(tool.entry([entry("payment O1", day, ("550000", "10.00"), ("499000", "-10.00"))]))
    assert "payment O1" in cause(tool.entry([entry("payment O1", day, ("550000", "12.00"), ("499000", "-12.00"))])[0])


def test_nothing_is_made_after_the_lease(tool: Connector, day: date) -> None:
    invoice = booking("H-1", day, line("10.00"))
    payment = entry("payment H1", day, ("550000", "12.10"), ("400000", "-12.10", "H-1"))
    assert [type(each) for each in (*tool.book([invoice], lambda: False), *tool.entry([payment], lambda: False))] == [ConnectorFault] * 2
    assert (list(tool.find(["H-1"])), list(tool.entries(day, day))) == ([], [])


def test_a_document_in_parts_is_booked_whole(tool: Connector, day: date) -> None:
    invoice = booking("I-1", day, line("100.00"))
    parts = ((day + timedelta(days=15), Money(40_00, EUR)), (day + timedelta(days=45), Money(81_00, EUR)))
    (record,) = posted(tool.book([replace(invoice, dues=parts)]))
    assert (record.gross, sums(tool, day, "400000")) == (Money(121_00, EUR), ["121.00"])


def test_entries_are_posted_once_and_are_no_payments_of_the_tool(tool: Connector, day: date) -> None:
    """A payment with its difference, what is paid beyond, a write-off, and income that is deferred."""
    records = posted(tool.book([booking("P-1", day, line("100.00")), booking("P-2", day, line("10.00"))]))
    given = [
        entry("payment P1", day, ("550000", "120.97"), ("657100", "0.03"), ("400000", "-121.00", "P-1")),
        entry("payment P2", day, ("550000", "5.00"), ("400000", "-5.00")),
        entry("payment P3", day, ("642000", "10.00"), ("451000", "2.10"), ("400000", "-12.10", "P-2")),
        entry("deferral P-1", day, ("700100", "60.00"), ("493000", "-60.00")),
    ]
    first = entered(tool.entry(given))
    assert [(each.entry, str(each.amount), each.posted_on) for each in first] == [
        ("payment P1", "121.00", day),
        ("payment P2", "5.00", day),
        ("payment P3", "12.10", day),
        ("deferral P-1", "60.00", day),
    ]
    assert list(tool.entry(given)) == first
    assert sorted(each.entry for each in tool.entries(day, day)) == ["deferral P-1", "payment P1", "payment P2", "payment P3"]
    assert sums(tool, day, "400000", "451000", "700100", "550000", "657100", "642000", "493000") == [
        "-5.00", "-21.00", "-50.00", "125.97", "0.03", "10.00", "-60.00",
    ]  # fmt: skip
    assert list(tool.payments([each.id for each in records])) == []
    back = [entry("payment-change P1/2", day, ("499000", "-120.97"), ("657100", "-0.03"), ("400000", "121.00", "P-1"))]
    entered(tool.entry(back))
    assert sums(tool, day, "400000", "657100", "499000") == ["116.00", "0.00", "-120.97"]


def test_an_entry_that_is_refused_stops_no_other(tool: Connector, day: date) -> None:
    wrong = entry("payment Q1", day, ("799999", "1.00"), ("499000", "-1.00"))
    results = tool.entry([wrong, entry("payment Q2", day, ("550000", "1.00"), ("499000", "-1.00"))])
    assert "no account for 799999" in cause(results[0])
    entered(results[1:])
    assert [each.entry for each in tool.entries(day, day)] == ["payment Q2"]
