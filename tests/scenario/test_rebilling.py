"""Billing again what was credited, on both databases: once, as things are now, with a reference, and never what is not credited."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.desk import ordering
from api.desk.billing_run import invoices_of, issue, preview
from api.desk.crediting import credit, rebill
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.refusals import Conflict, Unknown
from api.store import transactions
from api.store.auditor import audit
from api.store.rebilling_tables import rebilled
from api.store.transaction_rows import Key, TransactionFilter
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Quantity
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources
from engine.writing.ubl import e_invoice
from tests.scenario.conftest import CUSTOMERS, SMALL, now, write_folder

DeskOn = Callable[[date], Desk]
JANUARY, FEBRUARY, MARCH = date(2027, 1, 31), date(2027, 2, 10), date(2027, 2, 20)
TEN = {
    "customers.csv": CUSTOMERS,
    "subscriptions.csv": "customer,billing_type,activated_on,anchor_day,product,quantity\n"
    "K1,monthly,2027-01-01,1,SUB-CORE,10\nK1,monthly,2027-01-01,1,SUB-WS,2\n",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, tmp_path: Path) -> DeskOn:
    """Opens the desk on a day, over a database of each kind in turn; the auditor must agree at the end."""
    url = f"sqlite:///{tmp_path / 'again.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    return lambda day: desk_on(day, url)


def billed(desk: Desk) -> tuple[Invoice, ...]:
    """What a run issues of January."""
    return tuple(invoices_of(desk, issue(desk, Selection(due_through=JANUARY), issued_on=desk.today).issued))


def refusals(desk: Desk, number: str, *lines: int) -> list[str]:
    """Why an invoice may not be billed again."""
    with pytest.raises(Conflict) as refused:
        rebill(desk, number, lines)
    return [problem.code for problem in refused.value.problems]


def test_what_was_credited_is_billed_once_more_as_it_should_have_been(on: DeskOn, tmp_path: Path) -> None:
    import_files(on(date(2027, 1, 2)), write_folder(tmp_path / "ten", TEN))
    desk = on(JANUARY)
    [first] = billed(desk)
    later = on(FEBRUARY)
    assert refusals(later, first.number) == ["not-credited", "not-credited"]
    credit(later, first.number, CreditSelection(whole=True))
    released = rebill(later, first.number, because="ten were billed, four were agreed")
    assert sorted(one.identity for one in released) == sorted(line.transaction for line in first.lines)
    assert refusals(later, first.number) == ["already-billed-again"]
    order = first.orders[0]
    ordering.change(later, order, on=date(2027, 1, 1), item=f"{order}-1", quantity=Quantity.whole(4))
    [shown] = [draft for each in preview(later, Selection(due_through=JANUARY)) for draft in each.drafts]
    [second] = billed(later)
    assert (shown.replaces, second.replaces, second.refers_to) == ((first.number,), (first.number,), ())
    assert [str(line.quantity) for line in second.lines] == ["4", "2"]
    assert {line.transaction for line in second.lines} == {line.transaction for line in first.lines}
    assert f"<cbc:ID>{first.number}</cbc:ID>" in e_invoice.write(second).decode()
    assert billed(later) == ()
    assert refusals(later, first.number) == ["already-billed-again"]


def test_each_invoice_that_was_billed_again_may_be_credited_and_billed_again(on: DeskOn, tmp_path: Path) -> None:
    import_files(on(date(2027, 1, 2)), write_folder(tmp_path / "ten", TEN))
    [first] = billed(on(JANUARY))
    later = on(FEBRUARY)
    credit(later, first.number, CreditSelection(whole=True))
    rebill(later, first.number)
    moved = {**TEN, "customers.csv": CUSTOMERS.replace("Rue 1,5000,Namur", "Rue 9,4000,Liège")}
    import_files(later, write_folder(tmp_path / "moved", moved))
    [second] = billed(later)
    assert (first.customer.address.town, second.customer.address.town, second.gross) == ("Namur", "Liège", first.gross)
    again = on(MARCH)
    credit(again, second.number, CreditSelection(whole=True))
    rebill(again, second.number)
    [third] = billed(again)
    assert third.replaces == (second.number,)
    with again.store.reading() as connection:
        history = transactions.released(connection, third.orders)
        stored = transactions.find(connection, TransactionFilter(order=third.orders[0], states=("invoiced",)))
    assert history == {line.transaction: (first.number, second.number) for line in third.lines}
    assert {one.invoice for one in stored} == {third.number}


def test_one_line_is_billed_again_and_the_others_stay(on: DeskOn, tmp_path: Path) -> None:
    import_files(on(date(2027, 1, 2)), write_folder(tmp_path / "ten", TEN))
    [first] = billed(on(JANUARY))
    later = on(FEBRUARY)
    credit(later, first.number, CreditSelection.model_validate({"lines": [{"line": 1, "quantity": "9"}, {"line": 2}]}))
    assert refusals(later, first.number, 1) == ["not-credited"]
    with pytest.raises(Unknown, match="the invoice has no line 3") as refused:
        rebill(later, first.number, [3])
    assert (refused.value.state, refused.value.possible) == (None, ())  # the state of the invoice has nothing to do with it
    [one] = rebill(later, first.number, [2])
    assert one.identity == first.lines[1].transaction
    [second] = billed(later)
    assert [line.transaction for line in second.lines] == [one.identity]
    credit(later, first.number, CreditSelection(whole=True))
    assert refusals(later, first.number) == ["already-billed-again"]
    [other] = rebill(later, first.number, [1])
    [third] = billed(later)
    assert [line.transaction for line in third.lines] == [other.identity]


def test_an_instalment_is_billed_again_with_its_share(on: DeskOn, tmp_path: Path) -> None:
    import_files(on(date(2027, 1, 2)), write_folder(tmp_path / "small", SMALL))
    desk = on(JANUARY)
    first = next(one for one in billed(desk) if one.order_type == "investment")
    credit(desk, first.number, CreditSelection(whole=True))
    rebill(desk, first.number)
    [second] = billed(desk)
    assert (second.net, second.type_code, second.replaces) == (first.net, first.type_code, (first.number,))


def test_the_auditor_finds_what_was_released_and_not_credited(sources: Sources, tmp_path: Path) -> None:
    desk = open_desk(f"sqlite:///{tmp_path / 'bad.sqlite'}", read_rulebook(sources), sources, today=JANUARY, now=now)
    import_files(desk, write_folder(tmp_path / "ten", TEN))
    [first] = billed(desk)
    key = Key.parsed(first.lines[0].transaction)
    row = {**key._asdict(), "invoice": first.number, "released_at": now(), "author": "nobody", "because": ""}
    with desk.store.writing() as connection:
        connection.execute(rebilled.insert(), row)
    with desk.store.reading() as connection:
        assert [problem.code for problem in audit(connection)] == ["billed-twice"]
    desk.close()


def test_invoices_in_parts_and_with_a_discount_are_issued_and_credited_as_the_auditor_wants(sources: Sources, tmp_path: Path) -> None:
    terms = """\
  - id: thirds
    label: {fr: En trois fois, nl: In drie keer, en: In thirds}
    parts: [{share: 33.33%, days: 0}, {share: 33.33%, months: 1}, {share: 33.34%, days: 60}]
  - id: early
    label: {fr: Escompte, nl: Korting, en: Discount}
    days: 30
    cash-discount: {percent: 2%, within-days: 8}
"""
    texts = {**sources, "plans/payment-terms.yaml": sources["plans/payment-terms.yaml"].rstrip() + "\n" + terms}
    agreed = CUSTOMERS.replace("vat_checked_on", "vat_checked_on,payment_terms").replace("2027-01-02\n", "2027-01-02,thirds\n", 1)
    files = {**SMALL, "customers.csv": agreed.replace("chain,2027-01-02", "chain,2027-01-02,early")}
    desk = open_desk(f"sqlite:///{tmp_path / 'terms.sqlite'}", read_rulebook(texts), texts, today=JANUARY, now=now)
    import_files(desk, write_folder(tmp_path / "small", files))
    invoices = billed(desk)
    assert {(one.customer.id, one.payment_terms, len(one.due_amounts), bool(one.base_reductions)) for one in invoices} == {
        ("K1", "thirds", 3, False),
        ("K2", "early", 0, True),
    }
    for one in invoices:
        credit(desk, one.number, CreditSelection.model_validate({"amount": {"amount": "1.23", "currency": "EUR"}}))
        credit(desk, one.number, CreditSelection(whole=True))
        rebill(desk, one.number)
    assert [one.gross for one in billed(desk)] == [one.gross for one in invoices]
    with desk.store.reading() as connection:
        assert audit(connection) == ()
    desk.close()
