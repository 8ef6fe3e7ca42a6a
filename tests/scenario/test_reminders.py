"""Months of life of customers that pay late: reminded by rule, once a level, charged, disputed, paid last, and closed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from api.delivery.local_mail_server import local_mail_server
from api.delivery.mail_sender import MailSender
from api.delivery.mail_server import mail_server
from api.delivery.outbox_worker import drain
from api.desk import reminding
from api.desk.account_statements import find_statement
from api.desk.charging import cancel_charge
from api.desk.closing import close_month
from api.desk.desk import Desk
from api.desk.month_pack import month_pack
from api.desk.open_items_report import ageing, open_items
from api.desk.paying import enter, find_settlement, release
from api.desk.payment_lists import EnteredPayment
from api.desk.reminder_holds import dispute, promise
from api.desk.reminder_holds import release as release_document
from api.desk.reminder_letters import find_reminder, stored_letter, stored_pdf
from api.desk.reminder_lists import CHARGES, ChargeConditions, reminder_tree
from api.refusals import Conflict, Unknown
from api.store import ledger, reminders
from api.store.auditor import audit
from api.store.walks import Start
from engine.documents.invoice import Invoice
from engine.money import Money
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reminders import LateRate
from engine.writing.account_html import reminder_page
from tests.scenario.test_pages_for_analysts import follow
from tests.scenario.test_payments_from_banks import EUR, desk, invoices, january
from tests.unit.writing.sample_documents import shipped_words

__all__ = ("desk", "invoices", "january")
LATE = date(2027, 4, 11)  # forty days after the due date of 2 March
CUSTOMER = "K2"


def with_rates(rulebook: Rulebook) -> Rulebook:
    """The shipped rules, with a rate that an analyst adds for 2027."""
    rules = rulebook.reminders
    row = LateRate.model_validate({"from": "2027-01-01", "until": "2027-06-30", "rate": "10%", "source": "for this test"})
    rates = {"late-payments": (*rules.rates["late-payments"], row)}
    return replace(rulebook, reminders=rules.model_validate({**dict(rules.by_key()), "rates": rates}))


def on(desk: Desk, day: date) -> Desk:
    """The desk on a day, also by its clock."""
    return replace(desk, today=day, now=lambda: datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def charges(desk: Desk) -> list[tuple[str, str, str, str]]:
    """Charges with their kinds, amounts, and what is open of them."""
    with desk.store.reading() as connection:
        return [(each.number, each.kind, str(each.amount), str(rest)) for each, rest in reminders.charges_of(connection)]


def pay(desk: Desk, invoice: Invoice, amount: Money) -> str:
    """A payment with the communication of an invoice."""
    return enter(desk, EnteredPayment(id=f"{invoice.number} {amount}", on=desk.today, amount=amount, reference=invoice.communication))


def entries(desk: Desk, number: str) -> list[tuple[str, str, str, str, str]]:
    """The postings of a charge: kind, day, role, debit and credit."""
    with desk.store.reading() as connection:
        found = ledger.of_subjects(connection, [number]).get(number, [])
    return [(one.kind, str(one.posted_on), leg.role or "", str(leg.debit), str(leg.credit)) for one in found for leg in one.postings]


@pytest.fixture
def late(desk: Desk) -> Desk:
    """The desk forty days after what January invoiced was due."""
    return on(desk, LATE)


def test_forty_days_late_reminded_in_dutch_charged_paid_and_closed(
    late: Desk, invoices: tuple[Invoice, ...], tmp_path: Path, root: Path
) -> None:
    third = invoices[2]
    assert third.customer.id == CUSTOMER
    before = reminding.preview(late, customer=CUSTOMER)
    [letter] = before.letters
    assert [(one.claim.document, one.days_late, str(one.fee), str(one.interest)) for one in letter.proposed] == [
        (third.number, 40, "40.00", "0.00")
    ]
    assert any("rate not on file from 2027-03-03" in reason.says for reason in letter.first.reasons)
    [made] = reminding.run(late, customer=CUSTOMER)
    assert (made.id, made.level, made.language) == ("R000001", 1, "nl")
    assert reminding.run(late, customer=CUSTOMER) == ()
    with local_mail_server() as server:
        sender = MailSender(late, mail_server(server.url), root)
        for _ in range(2):
            drain(late, [sender])
        [mail] = [each.message for each in server.received if "R000001" in str(each.message["Subject"])]
    assert str(mail["Subject"]).endswith("Betalingsherinnering R000001")
    assert reminder_tree(late, find_reminder(late, "R000001"))["delivery"] == "delivered"
    total = third.gross + Money(40_00, EUR)
    assert charges(late) == [("R000001-1", "fee", "40.00", "40.00")]
    assert entries(late, "R000001-1") == [
        ("charge", str(LATE), "customers", "40.00", "0.00"),
        ("charge", str(LATE), "fees", "0.00", "40.00"),
    ]
    statement = find_statement(late, CUSTOMER)
    assert [entry.what for entry in statement.entries if entry.number in (third.number, "R000001-1")] == ["invoice", "charge"]
    assert (statement.balance, open_items(late, customer=CUSTOMER).totals["open"]) == (total, total)
    assert ageing(late, customer=CUSTOMER).totals["not_due"] == Money(40_00, EUR)
    paying = on(late, date(2027, 4, 15))
    pay(paying, third, total)
    settled = find_settlement(paying, third.number)
    assert settled is not None
    assert settled.state == "paid"
    assert charges(paying) == [("R000001-1", "fee", "40.00", "0.00")]
    assert find_statement(paying, CUSTOMER).balance == Money(0, EUR)
    assert reminding.preview(on(late, date(2027, 6, 30)), customer=CUSTOMER).letters == ()
    with late.store.reading() as connection:
        assert [*audit(connection)] == []


def test_the_next_level_waits_for_the_mail_then_asks_the_interest_since(late: Desk, invoices: tuple[Invoice, ...]) -> None:
    rated = replace(late, rulebook=with_rates(late.rulebook), _known_in_force=[with_rates(late.rulebook).fingerprint])
    first, third = invoices[0], invoices[2]
    reminding.run(rated)
    asked = [(kind, amount) for _, kind, amount, _ in charges(rated)]
    assert asked.count(("fee", "40.00")) == len(asked) // 2
    assert ("interest", str(Money.rounded(third.gross.minor * 40, 3650, EUR))) in asked
    later = on(rated, date(2027, 4, 30))
    held = reminding.preview(later, customer=CUSTOMER).held
    assert [(one.level, one.because) for one in held] == [(2, "not-delivered")]
    part = pay(later, first, first.gross)
    assert all(rest != "0.00" for _, _, _, rest in charges(later))  # the invoice first, charges last
    release(later, part)


def test_what_is_disputed_or_promised_is_held_until_it_is_released(late: Desk, invoices: tuple[Invoice, ...]) -> None:
    number = invoices[2].number

    def held() -> list[str]:
        return [one.because for one in reminding.preview(late, customer=CUSTOMER).held]

    dispute(late, number, because="the goods were broken")
    assert held() == ["disputed"]
    assert reminding.run(late, customer=CUSTOMER) == ()
    release_document(late, number)
    assert held() == []
    promise(late, number, until=date(2027, 4, 20), because="by phone")
    assert held() == ["promised"]
    assert len(reminding.preview(on(late, date(2027, 4, 21)), customer=CUSTOMER).letters) == 1
    with pytest.raises(Refusal, match="is over"):
        promise(late, number, until=date(2027, 4, 1))
    with pytest.raises(Refusal, match="no reason"):
        dispute(late, number, because=" ")
    with pytest.raises(Unknown):
        dispute(late, "2027-99999", because="who knows")
    release_document(late, number)
    with pytest.raises(Conflict):
        release_document(late, number)


def test_a_charge_is_cancelled_with_a_reason_and_is_not_asked_again(late: Desk, invoices: tuple[Invoice, ...]) -> None:
    third = invoices[2]
    reminding.run(late, customer=CUSTOMER)
    payment = pay(late, third, third.gross + Money(15_00, EUR))
    with pytest.raises(Conflict, match="paid"):
        cancel_charge(late, "R000001-1", because="a good customer")
    release(late, payment)
    with pytest.raises(Refusal, match="no reason"):
        cancel_charge(late, "R000001-1", because="")
    may = on(late, date(2027, 5, 2))
    close_month(may, "2027-04")
    cancel_charge(may, "R000001-1", because="a good customer")
    assert entries(may, "R000001-1")[2:] == [
        ("charge-cancelled", "2027-05-02", "fees", "40.00", "0.00"),
        ("charge-cancelled", "2027-05-02", "customers", "0.00", "40.00"),
    ]
    assert charges(may) == [("R000001-1", "fee", "40.00", "0.00")]
    assert find_statement(may, CUSTOMER).balance == third.gross
    with pytest.raises(Conflict, match="cancelled"):
        cancel_charge(may, "R000001-1", because="again")
    with pytest.raises(Unknown):
        cancel_charge(may, "R000009-1", because="which one")


def test_the_pack_of_a_month_counts_charges_once(late: Desk, invoices: tuple[Invoice, ...]) -> None:
    reminding.run(late)
    assert len(charges(late)) > 2
    cancel_charge(late, "R000001-1", because="a good customer")
    third = next(each for each in invoices if each.customer.id == CUSTOMER)
    pay(late, third, third.gross + Money(15_00, EUR))  # of its charge too, in part
    assert month_pack(on(late, date(2027, 5, 3)), "2027-04").differing == ()


def test_what_is_charged_for_a_closed_month_counts_in_the_first_open_one(desk: Desk, invoices: tuple[Invoice, ...]) -> None:
    april = on(desk, date(2027, 4, 3))
    for month in ("2027-01", "2027-02", "2027-03"):
        close_month(april, month)
    before = month_pack(april, "2027-03").files["open-items.csv"]
    assert len(invoices) > 3
    reminding.run(april, date(2027, 3, 25))
    with april.store.reading() as connection:
        assert {each.charged_on for each, _ in reminders.charges_of(connection)} == {date(2027, 4, 1)}
    pack = month_pack(april, "2027-03")
    assert (pack.differing, pack.files["open-items.csv"]) == ((), before)


def test_charges_are_listed_by_page_and_by_what_is_open_of_them(late: Desk) -> None:
    def listed(after: str | None = None, **asked: object) -> list[tuple[object, ...]]:
        start = Start(after=None if after is None else (after,))
        return [row for _, row in CHARGES.read(late, ChargeConditions.model_validate(asked), start)]

    reminding.run(late)
    every = listed()
    assert [row[0] for row in every] == [number for number, *_ in charges(late)]
    assert listed(after=str(every[0][0])) == every[1:]
    cancel_charge(late, str(every[0][0]), because="a good customer")
    assert listed(open=True) == every[1:]
    assert [row[0] for row in listed(open=False)] == [every[0][0]]
    assert listed(document=every[1][2], kind="fee") == [every[1]]
    assert listed(charged_to=date(2027, 4, 10)) == listed(kind="interest") == listed(reminder="R999999") == []


def test_days_to_come_are_previewed_and_not_run(late: Desk, desk_on: Callable[..., Desk]) -> None:
    tomorrow = date(2027, 4, 12)
    assert reminding.preview(late, tomorrow).letters
    with pytest.raises(Conflict, match="still to come"):
        reminding.run(late, tomorrow)
    with pytest.raises(Unknown):
        reminding.run(late, customer="nobody")


def test_the_pdf_of_a_reminder_is_drawn_from_what_was_stored(late: Desk, invoices: tuple[Invoice, ...], root: Path) -> None:
    [made] = reminding.run(late, customer=CUSTOMER)
    assert stored_pdf(late, made, root).startswith(b"%PDF")


def test_one_transfer_with_the_reference_of_a_reminder_pays_all_its_invoices_and_charges(late: Desk, invoices: tuple[Invoice, ...]) -> None:
    made = next(each for each in reminding.run(late) if each.customer == invoices[0].customer.id)
    with late.store.reading() as connection:
        letter = stored_letter(late, connection, made)
    assert len(letter.invoices) > 1
    reference = reminder_page(letter, shipped_words())["communication"]
    enter(late, EnteredPayment(id="transfer", on=late.today, amount=letter.total, reference=reference))
    states = [settlement.state if settlement else None for settlement in (find_settlement(late, one.number) for one in letter.invoices)]
    assert states == ["paid"] * len(states)
    assert {rest for number, _, _, rest in charges(late) if number.startswith(made.id)} == {"0.00"}


@pytest.mark.usefixtures("invoices")
def test_the_how_to_is_followed(
    desk: Desk, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", desk.store.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("CENTWRIGHT_TODAY", str(LATE))
    monkeypatch.setenv("CENTWRIGHT_LANGUAGE", "en")
    assert follow(root / "docs/how-to/remind-customers.md", capfd) == 10
    assert (tmp_path / "reminder.pdf").read_bytes().startswith(b"%PDF-")


def test_what_is_left_of_payments_is_read_once_for_many_customers(late: Desk, invoices: tuple[Invoice, ...]) -> None:
    assert len({each.customer.id for each in invoices}) > 1
    read: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        read.extend(["surpluses"] if "AS surplus" in statement else [])

    event.listen(late.store.engine, "before_cursor_execute", note)
    try:
        assert len(reminding.run(late)) > 1
    finally:
        event.remove(late.store.engine, "before_cursor_execute", note)
    assert read == ["surpluses"] * 2, "for the preview, and for the transaction that makes the reminders"
