"""What the evidence of VAT numbers means for bills: whose number must be checked again, and what waits for one that became invalid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from api.desk.desk import Desk, due_by_customer
from api.refusals import Conflict, unknown
from api.store import customers, sales_records
from api.store.sales_records import VatCheck
from api.store.sql import Reading
from api.store.transaction_rows import TransactionFilter
from engine.documents.billed import DraftedFigures
from engine.documents.invoice import InvoiceLine
from engine.documents.party import Customer
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import vat_number_state

NOT_IN_REGISTER: Final = Kind(
    "not-in-register",
    "the register has no numbers such as {number}",
    "check it another way, and record that with `centwright customer vat-checked`",
)
NO_VAT_NUMBER: Final = Kind("no-vat-number", "the customer `{name}` has no VAT number", "enter the number that was checked first")
CALLED_INVALID: Final = (
    "{register} calls the VAT number {number} invalid since {on}: enter the right one, or confirm it with "
    "`centwright customer vat-checked {customer} --on {on} --result invalid`"
)
_Has = Callable[[str], bool]
_Redraft = Callable[[Mapping[str, Customer]], DraftedFigures]


def number_of(customer: Customer) -> str:
    """The VAT number of a customer; refuses where there is none."""
    if customer.vat_number is None:
        raise Conflict((NO_VAT_NUMBER.at(None, name=customer.id),), "without-vat-number", ("change",))
    return customer.vat_number


def named(desk: Desk, names: Iterable[str], has: _Has) -> list[Customer]:
    """Some customers whose numbers a register has; refuses an unknown one, one without a number, and one that the register has not."""
    wanted = tuple(dict.fromkeys(names))
    with desk.store.reading() as connection:
        known = customers.find(connection, wanted)
    for name in wanted:
        if name not in known:
            raise unknown("customer", name)
        number = number_of(known[name])
        if not has(number):
            raise refuse(NOT_IN_REGISTER, number=number)
    return [known[name] for name in wanted]


def not_checked_lately(desk: Desk, has: _Has) -> Iterator[Customer]:
    """All customers whose numbers a register has and whose last answer is older than `vat-recheck-days`, or missing."""
    with desk.store.reading() as connection:
        every = [one.id for one in customers.each(connection) if _is_to_check(desk, one, has)]
        yield from customers.find(connection, every).values()


def due_and_not_checked_lately(desk: Desk, selection: TransactionFilter, has: _Has) -> list[Customer]:
    """The same of the customers of whom something is to be invoiced, with numbers of other states: there no VAT may be charged."""
    assert selection.invoiceable_through is not None
    own = _own_letters(desk.rulebook)
    with desk.store.reading() as connection:
        names = due_by_customer(desk, connection, selection, through=selection.invoiceable_through)
        buyers = customers.find(connection, names).values()
    return [one for one in buyers if _is_to_check(desk, one, has) and not (one.vat_number or "").upper().startswith(own)]


def without_answer(desk: Desk, names: Collection[str]) -> list[str]:
    """Those of some customers whose VAT number has no current answer, and is one of another state."""
    own = _own_letters(desk.rulebook)
    with desk.store.reading() as connection:
        buyers = customers.find(connection, names).values()
    return [
        one.id
        for one in buyers
        if vat_number_state(one, desk.rulebook, desk.today) == "unknown" and not (one.vat_number or "").upper().startswith(own)
    ]


def holding_invalid(connection: Reading, drafted: DraftedFigures, buyers: Mapping[str, Customer], draft_with: _Redraft) -> DraftedFigures:
    """Holds back the documents that would be otherwise if the number were valid which a register now calls invalid.

    Whoever records by hand that it is invalid has decided it: then they are issued as for a private customer.
    """
    suspects = {name: one for name, one in buyers.items() if one.vat_number and one.vat_number_state == "invalid"}
    answers = sales_records.newest_checks(connection, suspects) if suspects else {}
    doubted = {
        name: check
        for name, one in suspects.items()
        if (check := answers.get((name, one.vat_number or ""))) is not None and check.source is not None
    }
    if not any(draft.customer.id in doubted for draft in drafted.drafts):
        return drafted
    valid = {name: buyers[name].replace(vat_number_state="valid", vat_checked_on=None) for name in doubted}
    otherwise = {line.transaction: _vat_of(line) for draft in draft_with(valid).drafts for line in draft.lines}
    waiting = {
        at: doubted[draft.customer.id]
        for at, draft in enumerate(drafted.drafts)
        if draft.customer.id in doubted and any(otherwise.get(line.transaction) != _vat_of(line) for line in draft.lines)
    }
    held = [
        drafted.due[identity].held(_because(check, drafted.drafts[at].customer.id))
        for at, check in waiting.items()
        for identity in sorted({line.transaction for line in drafted.drafts[at].lines})
    ]
    left = tuple(draft for at, draft in enumerate(drafted.drafts) if at not in waiting)
    return replace(drafted, drafts=left, held=(*drafted.held, *held))


def _because(check: VatCheck, customer: str) -> str:
    return phrase(
        CALLED_INVALID,
        register=check.source or "",
        number=check.vat_number,
        on=check.checked_on,
        customer=customer,
    )


def _vat_of(line: InvoiceLine) -> tuple[object, ...]:
    return (line.treatment, line.category, line.rate)


def _is_to_check(desk: Desk, one: Customer, has: _Has) -> bool:
    if one.vat_number is None or one.kind != "business" or not has(one.vat_number):
        return False
    checked = one.vat_checked_on
    return one.vat_number_state == "unknown" or checked is None or (desk.today - checked).days > desk.rulebook.vat.vat_recheck_days


def _own_letters(rulebook: Rulebook) -> str:
    """The letters of VAT numbers of the seller's country."""
    country = rulebook.company.seller.country
    return rulebook.countries.vat_prefixes.get(country, country)
