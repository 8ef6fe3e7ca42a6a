"""Doubtful debts in the journal: posted when somebody doubts, and again whenever what is open of them changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.store import doubtful_documents, issued_documents, ledger, payments, settlements
from api.store.payments import Recorded
from api.store.sql import Reading, Writing
from engine.documents.doubtful_debt import Doubt, DoubtfulDebt
from engine.documents.payment_match import Settlement
from engine.money import Money, Percent
from engine.rulebook.vat import Accounts
from engine.stages.posting.doubtful_entries import doubtful_entry
from engine.stages.posting.standing import standing_posted

_KIND: Final = "doubtful"


def post_doubtful(desk: Desk, connection: Writing, recorded: Recorded, *, ended: Collection[str] = (), true_day: date | None = None) -> int:
    """Posts what changed of doubtful debts, and what `ended` is no more; gives how many entries that were."""
    doubts = doubtful_documents.find(connection)
    numbers = [*doubts, *ended]
    if not numbers:
        return 0
    day = true_day or desk.today
    first = ledger.first_open(connection, day)
    before = ledger.of_subjects(connection, numbers)
    entries = []
    for debt in debts_of(connection, desk.rulebook.accounts, doubts, numbers):
        earlier = [entry for entry in before.get(debt.document, ()) if entry.kind == _KIND]
        name = f"{debt.document}/{len(earlier) + 1}" if earlier else debt.document
        entry = doubtful_entry(debt, standing_posted(earlier), desk.rulebook.accounts, name=name, on=first, true_day=day)
        entries += [entry] if entry is not None else []
    ledger.append(connection, entries, recorded)
    return len(entries)


def debts_of(
    connection: Reading, accounts: Accounts, doubts: Mapping[str, Doubt], numbers: Collection[str] | None = None
) -> Iterator[DoubtfulDebt]:
    """What is open of some invoices that are doubtful; nothing of those that are so no more."""
    chosen = list(doubts) if numbers is None else list(numbers)
    settled, owners = settlements.of_documents(connection, chosen), payments.customers_of(connection, chosen)
    for number in chosen:
        one, doubt = settled[number], doubts.get(number)
        rest = one.rest if doubt is not None and one.rest.minor > 0 else Money(0, one.gross.currency)
        vat = share_of_vat(one, posted_vat(connection, number, accounts), rest)
        allowance = doubt.allowance if doubt is not None else Percent.parse("0")
        yield DoubtfulDebt(document=number, customer=owners[number], rest=rest, vat=vat, allowance=allowance)


def posted_vat(connection: Reading, number: str, accounts: Accounts) -> Money | None:
    """The VAT of an invoice as it was posted to VAT due; not that of other member states."""
    entry, account = issued_documents.entry_of(connection, number), accounts.vat_due.number
    amounts = [each.credit - each.debit for each in entry.postings if each.account == account] if entry else []
    return sum(amounts[1:], amounts[0]) if amounts else None


def share_of_vat(settled: Settlement, vat: Money | None, rest: Money) -> Money:
    """The VAT in what is open of an invoice: rest x VAT / gross, rounded half up."""
    return Money(0, rest.currency) if vat is None else Money.rounded(rest.minor * vat.minor, settled.gross.minor, rest.currency)
