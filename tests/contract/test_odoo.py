"""What is Odoo's own, on a server that speaks its published API; `test_connectors.py` has what every connector does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from api.delivery.accounting.connector import BookingRefused, ConnectorFault, EntryRecord, Record
from api.delivery.accounting.connectors import connector_of
from api.delivery.accounting.odoo_connector import OdooConnector
from api.delivery.accounting.odoo_moves import values_of
from api.delivery.accounting.odoo_rpc import _text, money, number
from api.rulebook_folder import read_folder
from engine.money import Money
from engine.problems import Refusal
from engine.rulebook.reader import read_rulebook
from tests.fault_servers import Faults, faulty_proxy
from tests.local_accounting import EUR, booking, cause, customer, entered, entry, line, mapping, posted
from tests.local_odoo import LocalOdoo, local_odoo, match, odoo_connector_to, receive
from tests.running_service import ROOT

DAY = date(2027, 1, 10)


@pytest.fixture
def server() -> Iterator[LocalOdoo]:
    """A server of its own for each test."""
    with local_odoo(mapping("odoo")) as served:
        yield served


@pytest.fixture
def tool(server: LocalOdoo) -> OdooConnector:
    """A connector to it."""
    return odoo_connector_to(server)


def drafts(tool: OdooConnector, number_of: str, many: int) -> list[int]:
    """Drafts of a document that answers which were lost have left."""
    one = booking(number_of, DAY, line("10.00"))
    partner = tool.partners.partner(one.customer, tool.setup.company)
    return tool.rpc.create("account.move", [{**values_of(one, tool.setup, DAY), "partner_id": partner} for _ in range(many)])


def lock(server: LocalOdoo, **days: str) -> None:
    """Locks the books."""
    server.books.change("res.company", server.books.company, **days)


def test_drafts_that_a_lost_answer_left_become_one_invoice(tool: OdooConnector) -> None:
    ids = drafts(tool, "D-1", 3)
    (record,) = posted(tool.book([booking("D-1", DAY, line("10.00"))]))
    assert [each.id for each in tool.find(["D-1"])] == [record.id] == [str(ids[0])]
    later = drafts(tool, "D-1", 1)
    assert posted(tool.book([booking("D-1", DAY, line("10.00"))])) == [record]
    assert [each.id for each in tool.find(["D-1"])] == [record.id], later


def test_what_is_posted_twice_is_refused(tool: OdooConnector) -> None:
    one, two = drafts(tool, "E-1", 2)
    tool.rpc.call("account.move", "action_post", ids=[one, two])
    assert cause(tool.book([booking("E-1", DAY, line("10.00"))])[0]).startswith("Odoo has E-1 twice")


def test_totals_that_differ_are_not_posted(server: LocalOdoo, tool: OdooConnector) -> None:
    """Odoo rounds by line here; where that is mended, the draft is made anew."""
    lock(server, tax_calculation_rounding_method="round_per_line")
    invoice = booking("F-1", DAY, line("0.02"), line("0.02"), line("0.02"))
    assert cause(tool.book([invoice])[0]) == (
        "Odoo makes F-1 otherwise: VAT is 0.00 in the tool and 0.01 on the document; mend its VAT there or the mapping, then `outbox retry`"
    )
    assert [each.state for each in tool.find(["F-1"])] == ["draft"]
    (missing,) = tool.check(DAY)
    assert missing.startswith("Odoo rounds VAT by line")
    lock(server, tax_calculation_rounding_method="round_globally")
    assert [str(each.vat) for each in posted(tool.book([invoice]))] == ["0.01"]


def test_days_that_are_locked(server: LocalOdoo, tool: OdooConnector) -> None:
    lock(server, sale_lock_date="2027-01-31", fiscalyear_lock_date="2026-12-31")
    invoice, payment = booking("G-1", DAY, line("10.00")), entry("payment G1", date(2026, 12, 31), ("550000", "1.00"), ("499000", "-1.00"))
    held = "unlock it or map `closed-period: next-open`, then `outbox retry`"
    assert cause(tool.book([invoice])[0]) == f"Odoo is locked up to 2027-01-31: {held}"
    assert cause(tool.entry([payment])[0]) == f"Odoo is locked up to 2026-12-31: {held}"
    assert list(tool.find(["G-1"])) == []
    moving = odoo_connector_to(server, mapping("odoo", closed_period="next-open"))
    (record,) = posted(moving.book([invoice]))
    (other,) = entered(moving.entry([payment]))
    dates = {str(row["date"]) for row in moving.rpc.search("account.move", [["id", "=", int(record.id)]], ["date"])}
    assert (record.issued_on, dates, other.posted_on) == (DAY, {"2027-02-01"}, date(2027, 1, 1))
    assert posted(moving.book([invoice])) == [record]
    assert "date is 2027-02-01" in cause(tool.book([invoice])[0]), "Odoo moves a date by itself: that is seen"


def test_payments_come_back_with_what_is_paid_beyond(tool: OdooConnector) -> None:
    records = posted(tool.book([booking(f"H-{at}", DAY, line("100.00")) for at in range(4)]))
    ids = [each.id for each in records]
    _, cursor = tool.changed(None)
    part = receive(tool, "50.00", DAY, ids[0])
    beyond = receive(tool, "130.00", DAY, ids[1])
    both = receive(tool, "192.00", DAY, ids[0], ids[2])
    paid = {(each.id, each.record, str(each.amount), each.account) for each in tool.payments(ids)}
    assert paid == {
        (f"{part}/{ids[0]}", ids[0], "50.00", "550000"),
        (f"{beyond}/{ids[1]}", ids[1], "121.00", "550000"),
        (str(beyond), ids[1], "9.00", "550000"),
        (f"{both}/{ids[0]}", ids[0], "71.00", "550000"),
        (f"{both}/{ids[2]}", ids[2], "121.00", "550000"),
    }
    changed = {each.id: (each.state, str(each.to_pay)) for each in tool.changed(cursor)[0]}
    settled = ("paid", "0.00")
    assert changed == {ids[0]: settled, ids[1]: settled, ids[2]: settled, ids[3]: ("posted", "121.00")}
    (owed,) = tool.rpc.search("account.move.line", [["move_id", "=", int(ids[3])], ["display_type", "=", "payment_term"]], ["name"])
    match(tool, beyond, number(owed["id"]))
    again = {each.id: each.loose_as for each in tool.payments(ids) if each.loose_as == str(beyond)}
    assert again == {f"{beyond}/{ids[1]}": str(beyond), f"{beyond}/{ids[3]}": str(beyond)}, "the surplus has its invoice now"


def test_credit_notes_of_ours_are_no_payments(tool: OdooConnector) -> None:
    (invoice,) = posted(tool.book([booking("I-1", DAY, line("100.00"))]))
    (note,) = posted(tool.book([booking("I-C1", DAY, line("40.00", corrects=1), credits="I-1")]))
    there = {each.document: (str(each.gross), str(each.to_pay)) for each in tool.find(["I-1", "I-C1"])}
    assert there == {"I-1": ("121.00", "72.60"), "I-C1": ("-48.40", "0.00")}
    assert list(tool.payments([invoice.id, note.id])) == []


def test_entries_settle_invoices_and_open_them_again(tool: OdooConnector) -> None:
    (record,) = posted(tool.book([booking("L-1", DAY, line("100.00"))]))
    states = []
    for name, amount, other in (
        ("payment L1", "21.00", "550000"),
        ("payment L2", "100.00", "550000"),
        ("change L2/2", "-100.00", "499000"),
    ):
        one = entry(name, DAY, (other, amount), ("400000", str(-Decimal(amount)), "L-1"))
        entered([*tool.entry([one]), *tool.entry([one])])
        (there,) = tool.find(["L-1"])
        states.append((there.state, str(there.to_pay)))
    assert states == [("posted", "100.00"), ("paid", "0.00"), ("posted", "100.00")]
    assert list(tool.payments([record.id])) == []
    receive(tool, "100.00", DAY, record.id)
    entered(tool.entry([entry("payment L3", DAY, ("550000", "100.00"), ("400000", "-100.00", "L-1"))]))
    assert [each.state for each in tool.find(["L-1"])] == ["paid"], "what is paid twice is a line of the customer"


def test_customers_have_the_account_of_the_mapping(server: LocalOdoo, tool: OdooConnector) -> None:
    other = server.books.add("account.account", {"code": "400100", "account_type": "asset_receivable", "reconcile": True})
    partner = server.books.add("res.partner", {"name": "Known", "ref": "K1", "property_account_receivable_id": other})
    posted(tool.book([booking("M-1", DAY, line("10.00"))]))
    assert server.books.one("res.partner", partner)["property_account_receivable_id"] == tool.setup.account("400000")
    assert str(tool.sums(DAY, DAY).accounts["400000"]) == "12.10"
    wrong = booking("M-2", DAY, line("10.00"), buyer=customer("K9", "?"))
    refused = "Odoo refuses it: The VAT number [?] for partner [Optique K9] does not seem to be valid.; mend it there, then `outbox retry`"
    assert cause(tool.book([wrong])[0]) == refused
    assert list(tool.find(["M-2"])) == []


NAMED = b'{"name": "%s", "message": "busy", "arguments": [], "context": {}, "debug": ""}'


@pytest.mark.parametrize(
    ("status", "content", "headers", "retry_after"),
    [
        (404, NAMED % b"odoo.exceptions.MissingError", {}, None),
        (409, NAMED % b"odoo.exceptions.LockError", {}, None),
        (500, NAMED % b"psycopg2.errors.SerializationFailure", {}, None),
        (429, b"slow down", {"Retry-After": "7"}, 7.0),
        (503, b"<html>maintenance</html>", {}, None),
        (200, b"<html>login</html>", {}, None),
        (200, b"[NaN]", {}, None),
        (200, b"{}", {}, None),
        (200, b"[[1, 2]]", {}, None),
        (200, b'[{"id": true}]', {}, None),
    ],
)
def test_answers_that_are_tried_again(
    server: LocalOdoo, tool: OdooConnector, status: int, content: bytes, headers: dict[str, str], retry_after: float | None
) -> None:
    assert tool.setup.company
    server.failing = [(status, content, headers)] * 3
    (result,) = tool.book([booking("N-1", DAY, line("10.00"))])
    assert isinstance(result, ConnectorFault)
    assert result.retry_after == retry_after
    server.failing.clear()
    posted(tool.book([booking("N-1", DAY, line("10.00"))]))


@pytest.mark.parametrize("name", [b"werkzeug.exceptions.Unauthorized", b"odoo.exceptions.AccessDenied", b"odoo.exceptions.AccessError"])
def test_a_key_that_is_refused(server: LocalOdoo, tool: OdooConnector, name: bytes) -> None:
    server.failing = [(403, NAMED % name, {})] * 2
    assert tool.check(DAY)[0].startswith("Odoo refuses the key")
    assert cause(tool.book([booking("O-1", DAY, line("10.00"))])[0]).startswith("Odoo refuses the key")
    with pytest.raises(BookingRefused):
        replace(tool.rpc, key="wrong").search("res.users", [], [])


def test_what_is_missing_is_named(server: LocalOdoo, tool: OdooConnector) -> None:
    wrong = {**mapping("odoo").taxes, "domestic 21%": mapping("odoo").taxes["domestic 6%"], "export": mapping("tryton").taxes["export"]}
    accounts = {"400000": "400000", "700100": "7999"}
    other = odoo_connector_to(server, mapping("odoo", accounts=accounts, taxes=wrong, journal="NONE", entries_journal="NONE"))
    (included,) = server.books.matching("account.tax", [["name", "=", "12% S"]])
    server.books.change("account.tax", included["id"], price_include=True)
    named = " / ".join(other.check(DAY))
    for part in (
        "Odoo has no account 7999",
        "no VAT on sales called `T.V.A. Vente de biens hors communauté 0%`",
        "the VAT `6%` of Odoo has 6%, and domestic 21% is mapped to it",
        "the VAT `12% S` of Odoo is no percentage on top of the net amount",
        "no journal of sales with the code NONE",
        "no general journal with the code NONE",
    ):
        assert part in named
    assert "no journal of sales with the code NONE" in cause(
        other.book([booking("P-1", DAY, line("10.00", account="400000", rate="6"))])[0]
    )


def test_addresses() -> None:
    rulebook = read_rulebook(read_folder(ROOT))
    tool, _ = connector_of("odoo+https://k%2Fy@example.com/books", rulebook)
    assert isinstance(tool, OdooConnector)
    assert (tool.rpc.key, tool.rpc.database, tool.rpc.address.path) == ("k/y", "books", "")
    bare, _ = connector_of("odoo+https://key@example.com", rulebook)
    assert isinstance(bare, OdooConnector)
    assert bare.rpc.database == ""
    for url in ("odoo+https://example.com/books", "odoo+http://key@example.com/books", "odoo+https://key@example.com/b%C3%A9"):
        with pytest.raises(Refusal, match="CENTWRIGHT_ACCOUNTING_URL"):
            connector_of(url, rulebook)


def test_amounts_are_numbers_with_their_digits() -> None:
    assert _text({"price_unit": Decimal("1234567890123456.10"), "ids": (1,), "date": DAY, "datas": b"x"}) == (
        '{"price_unit": 1234567890123456.10, "ids": [1], "date": "2027-01-10", "datas": "eA=="}'
    )
    assert (money(Decimal("0.30000000000000004"), EUR), money(12, EUR)) == (Money(30, EUR), Money(1200, EUR))
    for odd in (Decimal("0.005"), Decimal("1E+400000"), True, None):
        with pytest.raises(ConnectorFault):
            money(odd, EUR)


@pytest.mark.proof
def test_every_document_is_booked_once_through_faults(server: LocalOdoo, proof_size: Callable[[int], int]) -> None:
    many = proof_size(40)
    bookings = [booking(f"Q-{at:02}", DAY + timedelta(days=at % 3), line("10.00", rate="21")) for at in range(many)]
    entries = [entry(f"payment Q{at}", DAY, ("550000", "12.10"), ("400000", "-12.10", f"Q-{at:02}")) for at in range(many)]
    faults, done, open_entries = Faults(many, seconds=0.02), set[str](), entries
    with faulty_proxy(server.port, faults) as port:
        tool = odoo_connector_to(server)
        tool.rpc.address = replace(tool.rpc.address, port=port)
        for _ in range(60 * many):
            left = [each for each in bookings if each.number not in done]
            done |= {each.document for each in tool.book(left) if isinstance(each, Record)}
            if len(done) == many:
                open_entries = [each for each in open_entries if not isinstance(tool.entry([each])[0], EntryRecord)]
            if not open_entries:
                break
    direct = odoo_connector_to(server)
    assert {each.state for each in direct.find([each.number for each in bookings])} == {"paid"}, faults.made
    moves = direct.rpc.search("account.move", [], ["ref", "state"])
    assert sorted(str(row["ref"]) for row in moves) == sorted(
        [*(each.number for each in bookings), *(f"Centwright {each.name}" for each in entries)]
    )
    assert {row["state"] for row in moves} == {"posted"}
    files = direct.rpc.search("ir.attachment", [], ["name"])
    assert sorted(str(row["name"]) for row in files) == [f"{each.number}.xml" for each in bookings]
    assert len(direct.rpc.search("res.partner", [], ["ref"])) == 1
