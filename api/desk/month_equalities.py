"""What must be equal at the end of a month: documents, journal, VAT, customers and payments, each figure from rows of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.store import issued_documents, month_figures, open_rests, prepaid_movements
from api.store.sql import Reading, chunks
from api.store.vat_figures import Declared
from engine.dates import Period
from engine.documents.invoice import CreditNote, Invoice
from engine.money import Money
from engine.rulebook.book import Rulebook
from engine.rulebook.vat import AccountRole
from engine.stages.posting.deferral import recognitions

_INCOME = ("deferral", "recognition", "accrual", "accrual-undone", "prepaid-lapsed")
_DIFFERING_AT_MOST = 20
FIRST_DAY: Final = date(1900, 1, 1)
Sums = Mapping[str, tuple[int, int]]
OtherSums = Mapping[tuple[str, str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equality:
    """Two figures that must be equal, and what each is."""

    number: int
    left: str
    left_amount: Money
    right: str
    right_amount: Money

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return self.left_amount == self.right_amount


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month, what its entries come to, and the desk at which it is looked at."""

    desk: Desk
    connection: Reading
    days: Period
    is_closed: bool

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook of the desk."""
        return self.desk.rulebook

    @property
    def end(self) -> date:
        """The last day."""
        return self.days.last

    def equality(self, number: int, left: tuple[str, int], right: tuple[str, int]) -> Equality:
        """One of two amounts in minor units."""
        amounts = [Money(each[1], self.rulebook.currency) for each in (left, right)]
        return Equality(number=number, left=left[0], left_amount=amounts[0], right=right[0], right_amount=amounts[1])

    def account(self, role: AccountRole) -> str | None:
        """The number of the account of a role."""
        account = self.rulebook.accounts.role(role)
        return None if account is None else account.number

    @property
    def vat_accounts(self) -> tuple[str, ...]:
        """The accounts of VAT that is owed."""
        oss = self.account("oss-vat-due")
        return (self.rulebook.accounts.vat_due.number, *((oss,) if oss else ()))

    @property
    def customer_accounts(self) -> tuple[str, ...]:
        """The accounts of what customers owe."""
        doubtful = self.account("doubtful")
        return (self.rulebook.accounts.customers.number, *((doubtful,) if doubtful else ()))

    @property
    def posts_payments(self) -> bool:
        """Whether payments are posted."""
        return self.rulebook.accounts.bank("".join(self.rulebook.company.seller.iban.split())) is not None


def equalities(month: MonthFigures) -> Iterator[Equality]:
    """All of them; of a month that is not closed those of deferred and accrued income are left out, which closing posts."""
    documents = month_figures.document_postings(month.connection, month.days)
    others = month_figures.other_postings(month.connection, month.days)
    yield from _of_documents(month, documents)
    yield from _of_vat(month, documents, others)
    if month.posts_payments:
        yield from _of_customers(month)
        yield from _of_payments(month, others)
    if month.is_closed:
        yield from _of_income(month, others)
    yield from _of_revenue(month, documents, others)
    yield from _of_tools(month)


def waiting_income(month: MonthFigures) -> Iterator[tuple[str, str, Money]]:
    """By document, what of its income is recognised after the month: number, customer, amount."""
    for some in chunks(month_figures.deferring(month.connection, month.end)):
        notes = (note for number in some for note in issued_documents.find_credit_notes(month.connection, number=number))
        documents: tuple[Invoice | CreditNote, ...] = (*issued_documents.find_invoices(month.connection, numbers=some), *notes)
        for document in documents:
            left = _left_of(document, month.end)
            if left:
                yield document.number, document.customer.id, left


def _of_documents(month: MonthFigures, posted: Sums) -> Iterator[Equality]:
    sums, known = month_figures.document_sums(month.connection, month.days), (*month.customer_accounts, *month.vat_accounts)
    customers, vat = _debits(posted, month.customer_accounts), -_debits(posted, month.vat_accounts)
    revenue = -_debits(posted, posted.keys() - set(known))
    yield month.equality(1, ("nets of lines", sums.lines), ("net of documents", sums.net))
    yield month.equality(1, ("net and VAT of documents", sums.net + sums.vat), ("gross of documents", sums.gross))
    yield month.equality(1, ("net of documents", sums.net), ("posted as revenue by documents", revenue))
    yield month.equality(1, ("VAT of documents", sums.vat), ("posted as VAT due by documents", vat))
    yield month.equality(1, ("gross of documents", sums.gross), ("posted to customers by documents", customers))


def _of_vat(month: MonthFigures, documents: Sums, others: OtherSums) -> Iterator[Equality]:
    if month.rulebook.vat_codes:
        rows = list(Declared(month.connection, month.days, month.vat_accounts).by_document())
        sums = [month_figures.sums_of(month.connection, some) for some in chunks(sorted({one.number for one in rows}))]
        base, vat = sum(one.base for one in rows), sum(one.vat for one in rows)
        yield month.equality(2, ("base of VAT codes", base), ("net of the documents that are declared", sum(each[0] for each in sums)))
        yield month.equality(2, ("VAT of VAT codes", vat), ("VAT of the documents that are declared", sum(each[1] for each in sums)))
    posted = _debits(documents, month.vat_accounts) + _of_others(others, accounts=month.vat_accounts)
    written_off = sum(part.amount for part in month_figures.parts_of(month.connection, month.days) if part.kind == "write-off-vat")
    due = month_figures.document_sums(month.connection, month.days).vat - written_off
    yield month.equality(2, ("VAT of documents less VAT written off", due), ("movement of VAT due", -posted))


def _of_customers(month: MonthFigures) -> Iterator[Equality]:
    """Of all customers together, and of each where they differ."""
    posted = month_figures.owed_as_posted(month.connection, month.end, month.customer_accounts)
    owed = month_figures.owed_besides(month.connection, month.end, month.customer_accounts)
    for rest in open_rests.rests(month.connection, month.end, issued_only=True):
        owed[rest.customer] = owed.get(rest.customer, 0) + rest.rest.minor
    for customer, settled in month_figures.settled_of_former(month.connection, month.end).items():
        owed[customer] = owed.get(customer, 0) - settled
    for customer, left in open_rests.surpluses(month.connection, month.end).items():
        owed[customer] = owed.get(customer, 0) - sum(amount.minor for _, _, amount in left)
    names = "open of documents and charges, less surpluses", "stands in the accounts of customers"
    yield month.equality(3, (names[0], sum(owed.values())), (names[1], sum(posted.values())))
    differing = [name for name in sorted({*posted, *owed}) if posted.get(name, 0) != owed.get(name, 0)]
    for name in differing[:_DIFFERING_AT_MOST]:
        yield month.equality(3, (f"{name}: {names[0]}", owed.get(name, 0)), (f"{name}: {names[1]}", posted.get(name, 0)))


def _of_payments(month: MonthFigures, others: OtherSums) -> Iterator[Equality]:
    currency, ever = month.rulebook.currency.code, Period(FIRST_DAY, month.days.until)
    brought = month_figures.received(month.connection, month.days, currency)
    yield month.equality(3, ("payments received", brought), ("movement of the bank", _of_others(others, role="bank")))
    so_far = month_figures.other_postings(month.connection, ever)
    waits = month_figures.waiting(month.connection, month.end, currency)
    yield month.equality(4, ("payments without a document", waits), ("stands in suspense", -_of_others(so_far, role="suspense")))


def _of_income(month: MonthFigures, others: OtherSums) -> Iterator[Equality]:
    so_far = month_figures.other_postings(month.connection, Period(FIRST_DAY, month.days.until))
    left = sum(amount.minor for _, _, amount in waiting_income(month))
    yield month.equality(4, ("income of later months", left), ("stands as deferred", -_of_others(so_far, role="deferred")))
    accrued = -_of_others(others, role="revenue", kinds=("accrual",))
    yield month.equality(4, ("accrued in the month", accrued), ("stands as accrued", _of_others(so_far, role="accrued")))
    amounts = [one.balance.left.minor for one in prepaid_movements.amounts(month.connection, until=month.end)]
    if amounts:
        yield month.equality(4, ("left of prepaid amounts", sum(amounts)), ("stands as prepaid", -_of_others(so_far, role="prepaid")))
    clearing = month.account("clearing")
    if clearing is not None:
        ever = month_figures.document_postings(month.connection, Period(FIRST_DAY, month.days.until))
        position = _debits(ever, (clearing,)) + _of_others(so_far, accounts=(clearing,))
        yield month.equality(4, ("nothing", 0), ("stands in clearing", position))


def _of_revenue(month: MonthFigures, documents: Sums, others: OtherSums) -> Iterator[Equality]:
    accounts = {account.number for account in month.rulebook.accounts.revenue.values()}
    elsewhere = documents.keys() - accounts - {*month.customer_accounts, *month.vat_accounts}
    moved = -_debits(documents, accounts) - _of_others(others, accounts=accounts)
    invoiced = month_figures.document_sums(month.connection, month.days).net + _debits(documents, elsewhere)
    income = -_of_others(others, role="revenue", kinds=_INCOME)
    about = "invoiced without advances, less deferred, with what is recognised, accrued and lapsed"
    yield month.equality(5, (about, invoiced + income), ("movement of revenue", moved))
    debits, credits = (sum(each[at] for each in documents.values()) + sum(each[at] for each in others.values()) for at in (0, 1))
    yield month.equality(5, ("debits of the month", debits), ("credits of the month", credits))


def _of_tools(month: MonthFigures) -> Iterator[Equality]:
    """Of each accounting tool what it has booked: the same documents here and there."""
    sums: dict[str, tuple[int, int]] = {}
    for tool, _, _, ours, theirs in month_figures.booked_in_tools(month.connection, month.days):
        if theirs is not None:
            here, there = sums.get(tool, (0, 0))
            sums[tool] = here + ours, there + theirs
    for tool, (here, there) in sorted(sums.items()):
        yield month.equality(5, (f"gross of documents that {tool} has", here), (f"gross in {tool}", there))


def _left_of(document: Invoice | CreditNote, on: date) -> Money:
    """What of a document's income is recognised after a day."""
    sign = -1 if isinstance(document, CreditNote) else 1
    left = Money(0, document.currency)
    for line in document.lines:
        if line.service_period is not None and line.prepaid is None:
            net = line.net if sign > 0 else -line.net
            later = (each.amount for each in recognitions(net, line.service_period, document.issued_on) if each.on > on)
            left = sum(later, left)
    return left


def _debits(sums: Sums, accounts: Collection[str]) -> int:
    """What stands in some accounts, above zero on the debit."""
    return sum(debit - credit for account, (debit, credit) in sums.items() if account in accounts)


def _of_others(
    sums: OtherSums, *, role: str | None = None, accounts: Collection[str] | None = None, kinds: Collection[str] | None = None
) -> int:
    """The same of entries that are not of documents: of a role, of accounts, of some kinds."""
    return sum(
        debit - credit
        for (kind, of, account), (debit, credit) in sums.items()
        if role in (None, of) and (accounts is None or account in accounts) and (kinds is None or kind in kinds)
    )
