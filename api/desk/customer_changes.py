"""Customers created and changed, put on hold and released, noted about, and the evidence of their VAT numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from api.desk.announcing import announce
from api.desk.desk import Desk, plan_in_batches
from api.desk.erased import refuse_erased
from api.desk.filtering import with_fields
from api.desk.held_transactions import hold_due, judge_held
from api.desk.signed_prices import store_signed
from api.desk.vat_evidence import number_of
from api.importing.cell_values import Fields
from api.importing.csv_files import CsvRow
from api.importing.party_files import AN_ID, read_customer
from api.refusals import Conflict, not_possible, unknown
from api.store import customer_parties, customers, orders, sales_records
from api.store.sales_records import VatCheck, VatCheckResult
from api.store.sql import Writing
from engine.documents.party import Customer
from engine.problems import Kind, Refusal, Span, refuse
from engine.text.sources import TextCell

FIELDS: Final = (
    *("name", "street", "postcode", "town", "country", "language", "vat_number", "email", "segment", "kind"),
    *("files_periodic_returns", "small_business", "purchase_order", "payment_terms", "buyer_reference", "peppol_address"),
    "e_invoice_format",
)
"""What is given of a customer, named and checked as in customers.csv."""
_ADDRESS: Final = ("street", "postcode", "town", "country")
CUSTOMER_EXISTS: Final = Kind("customer-exists", "there is a customer `{name}` already", "choose another id, or change that customer")
NO_REASON: Final = Kind("no-reason", "nothing is written here", "write a text of one character or more")
CHECKED_LATER: Final = Kind("checked-later", "{on} lies after today, {today}", "write the day of the check")


def create(desk: Desk, name: str, given: Mapping[str, str | None], own: Mapping[str, str], *, is_prospect: bool = False) -> Customer:
    """Stores a new customer, checked like a row of customers.csv, or a prospect; `own` are fields that the rulebook declares."""
    with desk.writing() as connection:
        return create_within(desk, connection, name, given, own, is_prospect=is_prospect)


def create_within(
    desk: Desk, connection: Writing, name: str, given: Mapping[str, str | None], own: Mapping[str, str], *, is_prospect: bool
) -> Customer:
    """The same within a transaction."""
    customer = _read(desk, name, given, is_prospect=is_prospect).replace(attributes=with_fields(desk, "customer", {}, own.items()))
    refuse_erased(connection, ("customer", name))
    if customers.create(connection, [customer], desk.signed(), is_prospect=is_prospect):
        raise Conflict((CUSTOMER_EXISTS.at(None, "/id", name=name),), "existing", ("show", "change"))
    announce(desk, connection, "customer.created", f"customers/{name}")
    return customer


def change(desk: Desk, name: str, given: Mapping[str, str | None], own: Mapping[str, str]) -> Customer:
    """Changes what is given of a customer and plans its orders again; another VAT number is as its checks say.

    Invoices keep their copy, and items from quotes the prices that were signed.
    """
    with desk.writing() as connection:
        before = locked(desk, connection, name)
        state = customer_parties.state_of(connection, name)
        is_prospect = state is not None and state.state == "prospect"
        after = _read(desk, name, {**_given_by(before), **given}, is_prospect=is_prospect)
        if after.vat_number == before.vat_number:
            after = after.replace(vat_number_state=before.vat_number_state, vat_checked_on=before.vat_checked_on)
        after = with_evidence(after, sales_records.newest_checks(connection, [name]))
        after = after.replace(attributes=with_fields(desk, "customer", before.attributes, own.items()))
        if customers.change(connection, before, after, desk.signed()):
            store_signed(desk, connection, before, after)
            _plan_again(desk, connection, name)
            announce(desk, connection, "customer.changed", f"customers/{name}")
    return after


def hold(desk: Desk, name: str, because: str) -> None:
    """Puts a customer on hold: what is due from it is held back, now and by each run, for this reason, until it is released."""
    text = _needed(because, "/because")
    with desk.writing() as connection:
        locked(desk, connection, name)
        if customers.hold_of(connection, name) is not None:
            raise not_possible("customer", name, "on-hold", "hold", ("release",))
        customers.set_hold(connection, name, text, desk.signed())
        hold_due(desk, connection, name, text)
        announce(desk, connection, "customer.held", f"customers/{name}")


def release(desk: Desk, name: str) -> None:
    """Releases a customer on hold: nothing of it is held back for that any more, and the next run bills what is due."""
    with desk.writing() as connection:
        locked(desk, connection, name)
        if customers.hold_of(connection, name) is None:
            raise not_possible("customer", name, "active", "release", ("hold",))
        customers.set_hold(connection, name, None, desk.signed())
        judge_held(desk, connection, name)
        announce(desk, connection, "customer.released", f"customers/{name}")


def vat_checked(desk: Desk, name: str, *, on: date, result: VatCheckResult, consultation: str | None, by: str | None) -> VatCheck:
    """Records evidence of a customer's VAT number; the newest by its day decides what the rules know of the number."""
    if on > desk.today:
        raise refuse(CHECKED_LATER, None, "/on", on=on, today=desk.today)
    with desk.writing() as connection:
        before = locked(desk, connection, name)
        check = VatCheck(
            vat_number=number_of(before), checked_on=on, result=result, consultation=consultation or None, checked_by=by or desk.author
        )
        _record_check(desk, connection, before, check)
    return check


def record_answer(desk: Desk, name: str, check: VatCheck) -> bool:
    """Records what a register answered about a VAT number; gives whether the customer still has that number."""
    with desk.writing() as connection:
        before = locked(desk, connection, name)
        if before.vat_number == check.vat_number:
            _record_check(desk, connection, before, check)
        return before.vat_number == check.vat_number


def with_evidence(customer: Customer, newest: Mapping[tuple[str, str], VatCheck]) -> Customer:
    """A customer as the newest check of its VAT number says, by customer and number; as it is where it knows of a newer one."""
    check = newest.get((customer.id, customer.vat_number or ""))
    if check is None or (customer.vat_checked_on is not None and customer.vat_checked_on > check.checked_on):
        return customer
    return customer.replace(vat_number_state=check.result, vat_checked_on=check.checked_on)  # only answers are evidence


def _read(desk: Desk, name: str, given: Mapping[str, str | None], *, is_prospect: bool) -> Customer:
    """The customer as the import of such a row reads it; refused with a pointer to each field that is wrong."""
    fields = written_fields(name, FIELDS, given)
    customer = read_customer(name, fields, desk.rulebook, is_prospect=is_prospect)
    if fields.problems or customer is None:
        raise refusal_of_fields(fields)
    return customer


def refusal_of_fields(fields: Fields) -> Refusal:
    """The refusal of given fields, with a pointer to each that is wrong."""
    return Refusal(tuple(replace(each, where=None, pointer=each.where.path if each.where else None) for each in fields.problems))


def written_fields(name: str, names: Iterable[str], given: Mapping[str, str | None]) -> Fields:
    """Given fields as a row of a CSV file has them; its id must have the form of one."""
    written = {"id": name} | {field: given.get(field) or "" for field in names}
    cells = {field: TextCell(text.strip(), Span(f"/{field}", 1, 1, 1, 1)) for field, text in written.items()}
    fields = Fields(CsvRow(cells, Span("", 1, 1, 1, 1)))
    fields.matching("id", *AN_ID, required=True)
    return fields


def _given_by(customer: Customer) -> dict[str, str | None]:
    """What a row would say of a customer."""
    return {field: _written(getattr(customer.address if field in _ADDRESS else customer, field)) for field in FIELDS}


def _written(part: object) -> str | None:
    if isinstance(part, bool):
        return "yes" if part else "no"
    return None if part is None else str(part)


def locked(desk: Desk, connection: Writing, name: str) -> Customer:
    """A customer, locked until the end of the transaction; refuses one that is unknown, erased or merged into another."""
    customer = customers.lock(connection, name)
    if customer is None:
        raise unknown("customer", name)
    refuse_erased(connection, ("customer", name))
    return customer


def _record_check(desk: Desk, connection: Writing, before: Customer, check: VatCheck) -> None:
    """Records evidence of a locked customer, which then is as the newest says; its orders are planned again where that is news."""
    sales_records.record_vat_check(connection, before.id, check, desk.signed())
    after = with_evidence(before, sales_records.newest_checks(connection, [before.id]))
    if customers.change(connection, before, after, desk.signed()):
        _plan_again(desk, connection, before.id)
        announce(desk, connection, "customer.changed", f"customers/{before.id}")


def _plan_again(desk: Desk, connection: Writing, name: str) -> None:
    names = orders.ids(connection, customers={name})
    orders.lock_all(connection, names)
    plan_in_batches(desk, connection, tuple(orders.find(connection, names).values()))
    judge_held(desk, connection, name)


def _needed(text: str, pointer: str) -> str:
    if not text.strip():
        raise refuse(NO_REASON, None, pointer)
    return text.strip()
