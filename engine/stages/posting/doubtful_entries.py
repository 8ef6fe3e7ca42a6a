"""The journal entries of doubtful debts: what is open moves to an account of its own, and a part of it without VAT is written down."""

from __future__ import annotations

from datetime import date

from engine.documents.doubtful_debt import DoubtfulDebt
from engine.documents.journal import JournalEntry
from engine.problems import Refusal
from engine.rulebook.vat import Account, AccountRole, Accounts
from engine.stages.posting.standing import CUSTOMERS, NO_ROLE, EntryHead, Place, Standing, entry_between, without_nothing


def doubtful_standing(debt: DoubtfulDebt, accounts: Accounts) -> Standing:
    """What a doubtful debt makes of the accounts. It names no document: the invoice stays open on its own."""

    def place(role: AccountRole, customer: str = "") -> Place:
        account = accounts.role(role)
        if account is None:
            raise Refusal((NO_ROLE.at(None, None, role=role, document=debt.document),))
        return Place(role, account.number, customer)

    return without_nothing(
        [
            (place("doubtful", debt.customer), debt.rest),
            (Place(CUSTOMERS, accounts.customers.number, debt.customer), -debt.rest),
            (place("allowance-charge"), debt.written_down),
            (place("allowance"), -debt.written_down),
        ]
    )


def doubtful_entry(debt: DoubtfulDebt, before: Standing, accounts: Accounts, *, name: str, on: date, true_day: date) -> JournalEntry | None:
    """The entry that makes the accounts what a doubtful debt is now; None where they are."""
    labels = {each.number: each for each in (accounts.customers, *accounts.roles.values())}

    def account_at(place: Place) -> Account:
        return labels.get(place.account) or Account(number=place.account, label=accounts.customers.label)

    head = EntryHead(kind="doubtful", name=name, subject=debt.document, currency=debt.rest.currency, on=on, true_day=true_day)
    return entry_between(before, doubtful_standing(debt, accounts), head, account_at)
