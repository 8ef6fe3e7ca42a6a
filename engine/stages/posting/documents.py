"""The journal entry of an invoice or credit note: customers against revenue and VAT due. It balances."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry
from engine.documents.totals import parts_of_reductions, sum_by
from engine.documents.vat_parts import VatPart, vat_parts
from engine.money import Money
from engine.problems import Kind, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.supply_codes import vat_code_of_exempt, vat_code_of_line
from engine.rulebook.vat import Account, Accounts
from engine.stages.posting.advances import CLEARING
from engine.stages.posting.legs import leg

NO_ACCOUNT: Final = Kind(
    "unknown-account",
    "the account `{name}`, to which {document} posts, is not in vat/accounts.yaml",
    "write it there again under this name",
)


def post(document: Invoice | CreditNote, rulebook: Rulebook) -> JournalEntry:
    """Customers are debited the gross by due date, revenue is credited the net by account and VAT code, VAT due the VAT by rate and code.

    What a discount for early payment takes off the VAT base has the VAT code of category E. The net of an advance, and of what is paid in
    advance or drawn from that, is credited to clearing; the advances that an invoice settles are debited there, and are revenue. A credit
    note reverses it.
    """
    accounts, is_credit = rulebook.accounts, isinstance(document, CreditNote)
    settled = document.settles if isinstance(document, Invoice) else ()
    names = {line.revenue_account for line in document.lines} | {each.revenue_account for each in settled}
    missing = sorted(names - accounts.revenue.keys())
    if missing:
        raise Refusal(tuple(NO_ACCOUNT.at(None, None, name=name, document=document.number) for name in missing))
    codes = [vat_code_of_line(line, document.tax_point, rulebook) or "" for line in document.lines]
    is_prepaid = [document.as_advance or line.prepaid is not None for line in document.lines]
    clearing = accounts.role(CLEARING) if any(is_prepaid) or settled else None
    used = [accounts.revenue[line.revenue_account].number for line in document.lines]
    by_number = {account.number: account for account in accounts.revenue.values()}
    if clearing is not None:
        by_number[clearing.number] = clearing
        used = [clearing.number if waits else number for number, waits in zip(used, is_prepaid, strict=True)]
    exempt = parts_of_reductions(document.lines, document.base_reductions, document.currency) if document.base_reductions else ()
    nets = [((number, code), line.net) for number, code, line in zip(used, codes, document.lines, strict=True)]
    nets += [(key, -part) for (key, _), part in zip(nets, exempt, strict=False)]
    of_exempt = vat_code_of_exempt(document.tax_point, rulebook) or ""
    nets += [((number, of_exempt), part) for number, part in zip(used, exempt, strict=False)]
    if clearing is not None:
        nets += [((accounts.revenue[each.revenue_account].number, each.vat_code or ""), each.net) for each in settled]
        nets += [((clearing.number, each.vat_code or ""), -each.net) for each in settled]
    revenue = sum_by(nets)
    legs = [
        *(leg(accounts.customers, amount, debit=not is_credit, due_on=due_on) for due_on, amount in _due(document)),
        *(
            leg(by_number[number], revenue[number, code], debit=is_credit, vat_code=code or None, role=_role(number, clearing))
            for number, code in sorted(revenue)
        ),
        *(
            leg(
                _vat_account(accounts, part), part.vat, debit=is_credit, suffix=f" {part.rate}%", vat_code=part.code or None, base=part.base
            )
            for part in vat_parts(document, codes, exempt)
        ),
    ]
    return JournalEntry(
        currency=document.currency,
        document=document.number,
        posted_on=document.issued_on,
        customer=document.customer.id,
        postings=tuple(each for each in legs if each.debit or each.credit),
    )


def _role(number: str, clearing: Account | None) -> str | None:
    return CLEARING if clearing is not None and number == clearing.number else None


def _vat_account(accounts: Accounts, part: VatPart) -> Account:
    """VAT of other member states has an account of its own, where the rulebook has one."""
    return (accounts.role("oss-vat-due") if part.treatment == "oss" else None) or accounts.vat_due


def _due(document: Invoice | CreditNote) -> list[tuple[date | None, Money]]:
    """The gross by due date; that of a credit note has none."""
    if isinstance(document, CreditNote):
        return [(None, document.gross)]
    return [(part.due_on, part.amount) for part in document.due_amounts] or [(document.due_on, document.gross)]
