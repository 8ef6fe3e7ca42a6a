"""Merging two customers: what of the one moves to the other, what is referred to, and what stays as it was issued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.desk.customer_changes import locked, with_evidence
from api.desk.desk import Desk, plan_in_batches, planned_figures
from api.desk.erased import refuse_erased
from api.desk.held_transactions import hold_due, judge_held
from api.desk.signed_prices import handed_over
from api.refusals import Conflict, unknown
from api.store import (
    customer_parties,
    customers,
    histories,
    opportunities,
    orders,
    party_moves,
    sales_records,
    sales_tables,
    transactions,
    usage_reports,
)
from api.store.party_moves import Moved
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.documents.party import Customer
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Money
from engine.phrases import Phrase, listed, phrase
from engine.problems import Kind, refuse

SAME_CUSTOMER: Final = Kind("same-customer", "`{name}` would be merged into itself", "name two customers")
NOT_MERGEABLE: Final = Kind(
    "not-mergeable",
    "the customers `{name}` and `{into}` are not one: {reasons}",
    "correct what is wrong in one of them with `centwright customer change`, or let them be two",
)
COUNTED_TOGETHER: Final = Kind(
    "usage-counted-together",
    "`{name}` and `{into}` both have items of {products}, of which the usage is counted over a customer: "
    "what was planned and invoiced for each would be counted over both",
    "let them be two: cancel these items of `{name}` at the end of a period, and order them for `{into}`",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge moves, and what is billed otherwise since the orders have another customer."""

    name: str
    into: str
    moved: Moved
    filled: tuple[str, ...]
    """The fields that the other one had not, and has now."""
    net_before: Money
    """What is planned for the orders that move."""
    net_after: Money
    differing: int
    """How many planned transactions of these orders have other figures: none that was signed."""
    signed: int
    """How many items of these orders keep the prices that were signed, where those of the other customer differ."""


def preview_merge(desk: Desk, name: str, into: str) -> Merged:
    """What a merge would do; refused where the merge would be, and nothing is written."""
    with desk.store.reading() as connection:
        return _effect(desk, connection, name, into, *_both(desk, connection, name, into))


def merge(desk: Desk, name: str, into: str) -> Merged:
    """Merges a customer into another: its orders, opportunities, contacts and the rest move, and are planned for the other.

    What was signed keeps its prices. Quotes and issued documents keep their copy, and are listed with the other one.
    The id of the merged one stays known.
    """
    with desk.writing() as connection:
        for each in sorted({name, into}):
            locked(desk, connection, each)
        moving = orders.ids(connection, customers={name})
        orders.lock_all(connection, moving)
        merged, surviving = _both(desk, connection, name, into)
        effect = _effect(desk, connection, name, into, merged, surviving)
        after, signed = _filled(merged, surviving), desk.signed()
        for check in sales_records.vat_checks(connection, name) if after.vat_number != surviving.vat_number else ():
            sales_records.record_vat_check(connection, into, check, signed)
        customers.change(connection, surviving, with_evidence(after, sales_records.newest_checks(connection, [into])), signed)
        hold = customers.hold_of(connection, name) if customers.hold_of(connection, into) is None else None
        if hold is not None:
            customers.set_hold(connection, into, hold.because, signed)
        for chance in opportunities.of_customer(connection, name):
            opportunities.replace(connection, chance.replace(customer=into), signed)
        for order in orders.find(connection, moving).values():
            because = f"{name} → {into}"
            order = handed_over(order, merged, surviving, desk.today)
            orders.replace(connection, order.with_step(desk.today, "customer merged", author=desk.author, because=because, customer=into))
        party_moves.move(connection, name, into)
        customer_parties.mark_merged(connection, name, into, desk.today)
        histories.record(connection, sales_tables.customer_changes, name, {"merged_into": (None, into)}, signed)
        histories.record(connection, sales_tables.customer_changes, into, {"merged": (None, name)}, signed)
        plan_in_batches(desk, connection, tuple(orders.find(connection, customer=into).values()))
        judge_held(desk, connection, into)
        if hold is not None:
            hold_due(desk, connection, into, hold.because)
    return effect


def _both(desk: Desk, connection: Reading, name: str, into: str) -> tuple[Customer, Customer]:
    """The two customers; refuses what cannot be merged."""
    if name == into:
        raise refuse(SAME_CUSTOMER, None, "/into", name=name)
    by_id = customers.find(connection, [name, into])
    for each in (name, into):
        if each not in by_id:
            raise unknown("customer", each)
        refuse_erased(connection, ("customer", each))
    merged, surviving = by_id[name], by_id[into]
    reasons = tuple(_differences(connection, merged, surviving))
    if reasons:
        raise Conflict((NOT_MERGEABLE.at(None, "/into", name=name, into=into, reasons=listed(reasons, "and")),), "different", ())
    _refuse_counted_together(desk, connection, name, into)
    return merged, surviving


def _refuse_counted_together(desk: Desk, connection: Reading, name: str, into: str) -> None:
    """Refuses where usage of both would be counted together, also that of periods that began, or were invoiced, before."""
    of_both = usage_reports.products(connection, name) & usage_reports.products(connection, into)
    measured = (desk.rulebook.products.get(each) for each in sorted(of_both))
    codes = [f"`{each.code}`" for each in measured if each is not None and each.measured and each.counted_over == "customer"]
    if codes:
        problem = COUNTED_TOGETHER.at(None, "/into", name=name, into=into, products=listed(codes, "and"))
        raise Conflict((problem,), "counted together", ("cancel items", "order"))


def _differences(connection: Reading, merged: Customer, surviving: Customer) -> Iterator[Phrase]:
    """Why two customers are not one."""
    one, other = merged.vat_number, surviving.vat_number
    if one is not None and other is not None and one != other:
        yield phrase("their VAT numbers differ, {one} and {other}", one=one, other=other)
    if merged.kind != surviving.kind:
        yield phrase("one is a business and the other is private")
    if merged.address.country != surviving.address.country:
        yield phrase("they are in two countries, {one} and {other}", one=merged.address.country, other=surviving.address.country)
    of_both = customer_parties.states(connection, [merged.id, surviving.id])
    if of_both[surviving.id].state == "prospect" and of_both[merged.id].state == "customer":
        yield phrase("`{name}` is a prospect: merge it into the customer", name=surviving.id)


def _effect(desk: Desk, connection: Reading, name: str, into: str, merged: Customer, surviving: Customer) -> Merged:
    nothing = Money(0, desk.rulebook.currency)
    before, after, differing, signed = nothing, nothing, 0, 0
    for order in orders.find(connection, customer=name).values():
        stored = transactions.find(connection, TransactionFilter(order=order.id))
        now = _open(planned_figures(desk, connection, order, stored, through=desk.horizon))
        handed = handed_over(order, merged, surviving, desk.today).replace(customer=into)
        then = _open(planned_figures(desk, connection, handed, stored, through=desk.horizon))
        anew = _open(planned_figures(desk, connection, order.replace(customer=into), stored, through=desk.horizon))
        signed += len({each.item for each in then.values() if _figures(each) != _figures(anew.get(each.identity))})
        before, after = (total + sum((one.net for one in some.values()), nothing) for total, some in ((before, now), (after, then)))
        differing += sum(_figures(now.get(identity)) != _figures(then.get(identity)) for identity in now.keys() | then.keys())
    filled = _filled(merged, surviving)
    names = tuple(each for each in Customer.model_fields if getattr(filled, each) != getattr(surviving, each))
    moved = party_moves.counts(connection, name)
    return Merged(name=name, into=into, moved=moved, filled=names, net_before=before, net_after=after, differing=differing, signed=signed)


def _open(figures: tuple[TransactionFigures, ...]) -> dict[str, TransactionFigures]:
    return {one.identity: one for one in figures if one.state in OPEN}


def _figures(one: TransactionFigures | None) -> object:
    return None if one is None else one.amount


def _filled(merged: Customer, surviving: Customer) -> Customer:
    """The customer that stays, with what only the other one had."""
    fields: dict[str, object] = {}
    if surviving.vat_number is None and merged.vat_number is not None:
        fields |= {each: getattr(merged, each) for each in ("vat_number", "vat_number_state", "vat_checked_on")}
    fields |= {
        each: getattr(merged, each)
        for each in ("email", "purchase_order", "buyer_reference", "peppol_address", "e_invoice_format")
        if getattr(surviving, each) is None
    }
    return surviving.replace(**fields)
