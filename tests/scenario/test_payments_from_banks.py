"""Payments from bank files: matched with invoices, known again, reported twice, matched by hand and released."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.desk.billing_run import invoices_of, issue
from api.desk.closing import close_month, close_vat
from api.desk.crediting import credit
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.entry_trees import payment_entries, settling_entries
from api.desk.folder_import import import_files as import_folder
from api.desk.journal_sheet import journal
from api.desk.paying import each_payment, enter, find_payment, import_files, match_by_hand, release
from api.desk.payment_lists import EnteredPayment
from api.desk.payment_posting import post_missing
from api.desk.stored_payments import BY_TOOL
from api.refusals import Conflict, Positioned, Unknown
from api.store.auditor import audit
from api.store.database_copy import back_up, restore
from engine.dates import Period
from engine.documents.bank_statement import BankMovement, BankStatement, Counterparty, PaymentReturn
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Currency, Money
from engine.problems import Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.vat import BankAccount
from engine.text.sources import Sources
from tests.bank_statements import statement_pair
from tests.bank_writers import camt_text, coda_text
from tests.scenario.conftest import SMALL, now, write_folder

EUR = Currency.of("EUR")
DAY = date(2027, 2, 3)
PAYER = "NL91ABNA0417164300"


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory, rulebook: Rulebook, sources: Sources) -> Path:
    """A backup of a small company after the run of January: four invoices, the last of them credited."""
    folder = tmp_path_factory.mktemp("january")
    url = f"sqlite:///{folder / 'desk.sqlite'}"
    desk = open_desk(url, rulebook, sources, today=date(2027, 1, 31), now=now, author="test")
    import_folder(desk, write_folder(folder / "small", SMALL))
    issued = issue(desk, Selection(due_through=desk.today)).issued
    credit(desk, issued[3], CreditSelection(whole=True))
    desk.close()
    back_up(url, folder / "backup")
    return folder / "backup"


@pytest.fixture
def desk(january: Path, fresh_url: Callable[[], str], desk_on: Callable[..., Desk]) -> Desk:
    """That company, in a database of each kind in turn."""
    url = fresh_url()
    restore(january, url)
    return desk_on(date(2027, 1, 31), url)


@pytest.fixture
def invoices(desk: Desk) -> tuple[Invoice, ...]:
    """Those invoices."""
    numbers = [f"2027-0000{at}" for at in range(1, 5)]
    return tuple(each for each in invoices_of(desk, numbers) if isinstance(each, Invoice))


def paid(number: int, amount: Money, **fields: object) -> BankMovement:
    """A movement in the form of CODA."""
    party = Counterparty(name=str(fields.pop("name", "")), iban=PAYER)
    given = {"entry_date": DAY, "value_date": DAY, "code": "00150000", "counterparty": party, **fields}
    return BankMovement(number=number, amount=amount, **given)  # type: ignore[arg-type]  # the fields are those of a movement, by name


def statement(desk: Desk, *movements: BankMovement, name: str = "2027-001", old: int = 1000_00) -> BankStatement:
    """A statement of the seller's account."""
    first, _ = statement_pair("CODA")
    total = sum(each.amount.minor for each in movements)
    return first.replace(
        iban=desk.rulebook.company.seller.iban.replace(" ", ""),
        name=name,
        number=name[-3:],
        movements=movements,
        old_balance=Money(old, EUR),
        new_balance=Money(old + total, EUR),
        new_balance_on=DAY,
        created_on=DAY,
    )


def take(desk: Desk, folder: Path, text: str) -> dict[str, int]:
    """The states of the payments of a file that is imported."""
    file = folder / "bank"
    file.write_text(text, "utf-8")
    return import_files(desk, [file], encoding="utf-8").states


def listed(desk: Desk) -> list[tuple[str, str, str | None, str]]:
    """The payments with their states, rules and what is left."""
    return [(one.payment.id[-1], one.state, one.rule or one.because, str(one.unallocated)) for one in each_payment(desk)]


def test_payments_are_matched_and_the_same_file_changes_nothing(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second, third, credited = invoices
    digits = "".join(sign for sign in first.communication if sign.isdigit())
    text = coda_text(
        statement(
            desk,
            paid(1, first.gross, structured=f"101{digits}"),
            paid(2, second.gross - Money(10_00, EUR), text=f"factuur {second.number}"),
            paid(3, credited.gross, text=f"invoice {credited.number}"),
            paid(4, third.gross, name=third.customer.name),
            paid(5, Money(1, EUR), text="thanks"),
            paid(6, Money(-5_00, EUR), text="costs"),
            paid(7, -first.gross, text="back", returned=PaymentReturn(kind="return", reason="AC04")),
        )
    )
    states = take(desk, tmp_path, text)
    assert states == {"matched": 3, "proposed": 1, "held": 1, "unmatched": 1, "paid-out": 1}
    assert listed(desk)[:3] == [
        ("1", "matched", "communication", "0.00"),
        ("2", "matched", "number", "0.00"),
        ("3", "held", "cancelled", str(credited.gross)),
    ]
    assert listed(desk)[4:] == [
        ("5", "unmatched", None, "0.01"),
        ("6", "paid-out", None, "-5.00"),
        ("7", "matched", "reversal", "0.00"),
    ]
    before = listed(desk)
    again = import_files(desk, [tmp_path / "bank", tmp_path / "bank"], encoding="utf-8")
    assert (again.statements, again.known_statements, again.payments, listed(desk)) == (0, 2, 0, before)


def test_a_payment_in_two_files_is_one_with_two_sources(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first = invoices[0]
    twice = [paid(1, first.gross, text=f"invoice {first.number}"), paid(2, first.gross, text=f"invoice {first.number}")]
    take(desk, tmp_path, coda_text(statement(desk, *twice)))
    both = [("1", "matched", "number", "0.00"), ("2", "matched", "number", str(first.gross))]
    assert listed(desk) == both
    other = paid(3, Money(7_00, EUR), text="only there")
    camt = statement(desk, *twice, other).replace(format="CAMT.053", name="A")
    movements = tuple(replace(each, code="PMNT/RCDT/ESCT") for each in camt.movements)
    assert take(desk, tmp_path, camt_text(camt.replace(movements=movements))) == {"known": 2, "held": 1}
    assert listed(desk) == [*both, ("3", "held", "possible-duplicate", "7.00")]


def by_tool(desk: Desk, name: str, invoice: Invoice, amount: Money, day: date = DAY) -> str:
    """The state of a payment that somebody entered in the accounting tool."""
    given = EnteredPayment(id=name, on=day, amount=amount, reference=invoice.communication, name=invoice.customer.name)
    return find_payment(desk, enter(desk, given, BY_TOOL))[0].state


def test_a_payment_of_the_tool_and_later_of_a_file_counts_once(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second, third, _ = invoices
    later = replace(desk, today=date(2027, 2, 20))
    assert [by_tool(later, f"t{at}", one, one.gross) for at, one in enumerate((first, second))] == ["matched", "matched"]
    digits = "".join(sign for sign in first.communication if sign.isdigit())
    there = paid(1, first.gross, structured=f"101{digits}", entry_date=date(2027, 2, 1), value_date=date(2027, 2, 1))
    named = paid(2, second.gross, text=f"factuur {second.number}")
    other = paid(3, third.gross, text=third.number)
    twice = paid(4, first.gross, structured=f"101{digits}")
    assert take(later, tmp_path, coda_text(statement(later, there, named, other, twice))) == {"held": 2, "matched": 2}
    assert [(state, why) for _, state, why, _ in listed(later)[2:4]] == [("held", "possible-duplicate")] * 2
    assert by_tool(later, "t3", third, third.gross) == "held", "files count from here on"
    assert verified(later) == ()


def test_each_account_has_an_owner(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second, *_ = invoices
    accounts = desk.rulebook.accounts
    bank = BankAccount.model_validate({**dict(accounts.roles["bank"]), "owner": "tool"})
    iban = desk.rulebook.company.seller.iban
    of_tool = replace(desk.rulebook, accounts=accounts.model_copy(update={"banks": {iban: bank}}))
    later = replace(desk, rulebook=of_tool, today=date(2027, 2, 20))
    assert take(later, tmp_path, coda_text(statement(later, paid(1, first.gross, text=first.number)))) == {"held": 1}
    assert by_tool(later, "t1", second, second.gross) == "matched"
    of_file = bank.model_copy(update={"owner": "file"})
    later = replace(later, rulebook=replace(of_tool, accounts=accounts.model_copy(update={"banks": {iban: of_file}})))
    assert by_tool(later, "t2", first, first.gross) == "held"


def test_statements_follow_each_other_and_are_ours(desk: Desk, tmp_path: Path) -> None:
    take(desk, tmp_path, coda_text(statement(desk, paid(1, Money(1, EUR)))))
    for text, code in (
        (coda_text(statement(desk, name="2027-003", old=1)), "statement-missing"),
        (coda_text(statement(desk, paid(1, Money(2, EUR)))), "statement-known-otherwise"),
        (coda_text(statement(desk).replace(iban=PAYER)), "bank-account-not-ours"),
        (coda_text(statement(desk))[:-20], "coda-cut-short"),
    ):
        with pytest.raises(Positioned) as refused:
            take(desk, tmp_path, text)
        assert [each.code for each in refused.value.problems] == [code]
    assert len(listed(desk)) == 1
    assert take(desk, tmp_path, coda_text(statement(desk, paid(1, Money(3, EUR)), name="2027-002", old=1000_01))) == {"unmatched": 1}


def test_a_payment_is_matched_by_hand_and_released(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second, _, credited = invoices
    amount = first.gross + second.gross - Money(3, EUR)
    take(desk, tmp_path, coda_text(statement(desk, paid(1, amount, text="all of it"))))
    numbers = [first.number, second.number]
    for document, kind in ((credited.number, Conflict), ("2027-99999", Unknown)):
        with pytest.raises(kind):
            match_by_hand(desk, "P000001", [document])
    stored = match_by_hand(desk, "P000001", numbers)
    _, parts = find_payment(desk, "P000001")
    assert (stored.state, str(stored.unallocated), sorted({part.document for part in parts})) == ("matched", "0.00", numbers)
    assert [(str(part.amount), part.kind) for part in parts if part.kind != "payment"] == [("0.03", "difference")]
    with pytest.raises(Conflict):
        match_by_hand(desk, "P000001", [first.number])
    assert (release(desk, "P000001").state, find_payment(desk, "P000001")[1]) == ("unmatched", ())
    with pytest.raises(Conflict):
        release(desk, "P000001")
    assert match_by_hand(desk, "P000001", [second.number]).unallocated == amount - second.gross
    with pytest.raises(Unknown):
        release(desk, "P000009")


def test_an_account_that_paid_before_is_known(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first = invoices[0]
    other = next(each for each in invoices[1:3] if each.customer.id == first.customer.id)
    take(desk, tmp_path, coda_text(statement(desk, paid(1, first.gross, text=first.number))))
    end = 1000_00 + first.gross.minor
    assert take(desk, tmp_path, coda_text(statement(desk, paid(1, other.gross), name="2027-002", old=end))) == {"matched": 1}
    assert listed(desk)[1] == ("2", "matched", "account", "0.00")


def verified(desk: Desk) -> tuple[Problem, ...]:
    with desk.store.reading() as connection:
        return audit(connection)


def sheet_rows(desk: Desk) -> list[tuple[object, ...]]:
    """The journal of February: document, account, debit, credit, customer, what it settles."""
    sheet = journal(desk, Period(date(2027, 2, 1), date(2027, 3, 1)))
    rows = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    names = ("document", "account", "debit", "credit", "customer", "settles")
    return [tuple("-" if row[name] in (None, "") else str(row[name]) for name in names) for row in rows]


def test_payments_are_posted_once_and_each_change_of_them_too(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second, *_ = invoices
    digits = "".join(sign for sign in first.communication if sign.isdigit())
    text = coda_text(
        statement(
            desk,
            paid(1, first.gross - Money(3, EUR), structured=f"101{digits}"),
            paid(2, second.gross, text="thanks", name="Nobody"),
            paid(3, Money(-5_00, EUR), text="costs"),
        )
    )
    take(desk, tmp_path, text)
    take(desk, tmp_path, text)
    less, whole, owner = str(first.gross - Money(3, EUR)), str(second.gross), first.customer.id
    posted = [
        ("P000001", "550000", less, "0.00", "-", "-"),
        ("P000001", "657100", "0.03", "0.00", "-", "-"),
        ("P000001", "400000", "0.00", str(first.gross), owner, first.number),
        ("P000002", "550000", whole, "0.00", "-", "-"),
        ("P000002", "499000", "0.00", whole, "-", "-"),
        ("P000003", "499000", "5.00", "0.00", "-", "-"),
        ("P000003", "550000", "0.00", "5.00", "-", "-"),
    ]
    named = {"P000001": owner}
    assert sheet_rows(desk) == [(*row[:4], named.get(row[0], "-"), row[5]) for row in posted]
    assert verified(desk) == ()
    later = replace(desk, today=date(2027, 3, 2))
    close_month(later, "2027-02")
    match_by_hand(replace(desk, today=date(2027, 2, 20)), "P000002", [second.number])
    *_, moved = settling_entries(desk, second.number)
    assert (moved.document, moved.posted_on, moved.text) == ("P000002/2", date(2027, 3, 1), "of 2027-02-20, in a closed month")
    assert [(leg.account, str(leg.debit), str(leg.credit)) for leg in moved.postings] == [
        ("499000", whole, "0.00"),
        ("400000", "0.00", whole),
    ]
    release(later, "P000002")
    assert [entry.document for entry in payment_entries(desk, "P000002")] == ["P000002", "P000002/2", "P000002/3"]
    assert verified(desk) == ()
    assert post_missing(desk) == 0


def test_months_are_closed_in_their_order_once_they_are_over(desk: Desk) -> None:
    later = replace(desk, today=date(2027, 4, 5))
    with pytest.raises(Refusal, match="2027-01 ends on 2027-01-31, and today is 2027-01-31"):
        close_month(desk, "2027-01")
    assert not close_month(later, "2027-01").was_closed
    assert close_month(later, "2027-01").was_closed
    with pytest.raises(Refusal, match="the last period that is closed ends on 2027-01-31"):
        close_month(later, "2027-03")
    for wrong in ("2027-13", "January", "2027-Q1"):
        with pytest.raises(Refusal, match="is no month"):
            close_month(later, wrong)
    assert close_vat(later, "2027-Q1").days.last == date(2027, 3, 31)
