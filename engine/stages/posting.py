"""The journal entry of an invoice or credit note: customers against revenue and VAT due. It balances."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry, Posting
from engine.documents.totals import NO_VAT, parts_of_reductions, sum_by
from engine.money import Money
from engine.problems import Kind, Refusal
from engine.rulebook.book import Rulebook, vat_codes
from engine.rulebook.vat import Account

_EXEMPT: Final = ("E", NO_VAT.fraction)
"""The category and rate under which reductions of VAT bases are charged."""
NO_ACCOUNT: Final = Kind(
    "unknown-account",
    "the account `{name}`, to which {document} posts, is not in vat/accounts.yaml",
    "write it there again under this name",
)


def post(document: Invoice | CreditNote, rulebook: Rulebook) -> JournalEntry:
    """Customers are debited the gross by due date, revenue is credited the net by account and VAT code, VAT due the VAT by rate.

    What a discount for early payment takes off the VAT base has the VAT code of category E. A credit note reverses it.
    """
    accounts, codes, is_credit = rulebook.accounts, vat_codes(rulebook), isinstance(document, CreditNote)
    missing = sorted({line.revenue_account for line in document.lines} - accounts.revenue.keys())
    if missing:
        raise Refusal(tuple(NO_ACCOUNT.at(None, None, name=name, document=document.number) for name in missing))
    used = [(accounts.revenue[line.revenue_account], codes.get((line.category, line.rate.fraction))) for line in document.lines]
    by_number = {account.number: account for account, _ in used}
    exempt = parts_of_reductions(document.lines, document.base_reductions, document.currency) if document.base_reductions else ()
    nets = [((account.number, code or ""), line.net) for (account, code), line in zip(used, document.lines, strict=True)]
    nets += [(key, -part) for (key, _), part in zip(nets, exempt, strict=False)]
    nets += [((number, codes.get(_EXEMPT) or ""), part) for ((number, _), _), part in zip(nets, exempt, strict=False)]
    revenue = sum_by(nets)
    vat = sum_by(((entry.rate, codes.get((entry.category, entry.rate.fraction))), entry.vat) for entry in document.vat_breakdown)
    legs = [
        *(_leg(accounts.customers, amount, debit=not is_credit, due_on=due_on) for due_on, amount in _due(document)),
        *(_leg(by_number[number], revenue[number, code], debit=is_credit, vat_code=code or None) for number, code in sorted(revenue)),
        *(
            _leg(accounts.vat_due, vat[rate, code], debit=is_credit, suffix=f" {rate}%", vat_code=code)
            for rate, code in sorted(vat, key=lambda key: -key[0].fraction)
        ),
    ]
    return JournalEntry(
        currency=document.currency,
        document=document.number,
        posted_on=document.issued_on,
        customer=document.customer.id,
        postings=tuple(leg for leg in legs if leg.debit or leg.credit),
    )


def _due(document: Invoice | CreditNote) -> list[tuple[date | None, Money]]:
    """The gross by due date; that of a credit note has none."""
    if isinstance(document, CreditNote):
        return [(None, document.gross)]
    return [(part.due_on, part.amount) for part in document.due_amounts] or [(document.due_on, document.gross)]


def _leg(
    account: Account, amount: Money, *, debit: bool, due_on: date | None = None, suffix: str = "", vat_code: str | None = None
) -> Posting:
    """One posting; a negative amount is posted on the other side."""
    nothing = Money(0, amount.currency)
    on_debit = debit == (amount.minor >= 0)
    size = amount if amount.minor >= 0 else -amount
    return Posting(
        account=account.number,
        name=account.label.in_("en") + suffix,
        debit=size if on_debit else nothing,
        credit=nothing if on_debit else size,
        due_on=due_on,
        vat_code=vat_code,
    )
