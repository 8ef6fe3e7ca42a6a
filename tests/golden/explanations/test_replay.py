"""Every golden document is calculated again to the cent, with the same reasons; a difference is reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.documents.invoice import Invoice, InvoiceLine
from engine.documents.order import ItemChange, Order
from engine.explaining.replay import known_on, replay_credit_note, replay_invoice
from engine.money import Quantity
from engine.rulebook.book import Rulebook
from tests.golden.invoices.case import bill, names, read_case, rulebook_for


@pytest.mark.parametrize("name", names())
def test_a_golden_document_is_calculated_again_to_the_cent_with_its_reasons(name: str) -> None:
    case = read_case(name)
    outcome, rulebook = bill(case), rulebook_for(case)
    replayed_invoices: dict[str, Invoice] = {}
    for invoice in outcome.invoices:
        stored = Invoice.model_validate_json(invoice.model_dump_json())
        replayed = replay_invoice(stored, {order: outcome.orders[order] for order in stored.orders}, rulebook, stored.issued_on, "x")
        assert replayed.problems == ()
        assert replayed.document == stored
        assert isinstance(replayed.document, Invoice)
        replayed_invoices[stored.number] = replayed.document
    for at, note in enumerate(outcome.notes):
        stored_note = type(note).model_validate_json(note.model_dump_json())
        earlier = [one for one in outcome.notes[:at] if one.corrects == note.corrects]
        again = replay_credit_note(stored_note, replayed_invoices[note.corrects], earlier, rulebook)
        assert again.problems == ()
        assert [line.reasons for line in again.document.lines] == [line.reasons for line in note.lines]


def test_another_quantity_than_was_invoiced_is_reported_and_the_stored_reasons_are_used() -> None:
    stored, orders, rulebook = annual()
    replayed = replay_invoice(stored, {name: with_quantity(order, 9) for name, order in orders.items()}, rulebook, stored.issued_on, "x")
    assert [str(problem) for problem in replayed.problems] == [
        "worked-out-otherwise: x:1 comes to 7986.38 when it is worked out again, and 3549.50 is what was stored"
    ]
    assert replayed.document == stored


def test_an_order_that_gives_nothing_any_more_is_reported() -> None:
    stored, orders, rulebook = annual()
    without = {name: order.model_copy(update={"items": ()}) for name, order in orders.items()}
    (problem,) = replay_invoice(stored, without, rulebook, stored.issued_on, "x").problems
    assert problem.code == "not-worked-out"


def test_a_change_that_became_known_later_counts_for_nothing_that_was_invoiced_before() -> None:
    stored, orders, rulebook = annual()
    (order,) = orders.values()
    ended = replace_end(order, stored.lines[0])
    assert known_on(ended, stored.issued_on) == order
    assert replay_invoice(stored, {order.id: ended}, rulebook, stored.issued_on, "x").problems == ()


def annual() -> tuple[Invoice, dict[str, Order], Rulebook]:
    """An invoice of a year in advance, its order and rulebook."""
    case = read_case("shipped-annual-line")
    outcome = bill(case)
    return outcome.invoices[0], outcome.orders, rulebook_for(case)


def with_quantity(order: Order, quantity: int) -> Order:
    """The order with another quantity of everything, from the beginning."""
    items = tuple(item.model_copy(update={"quantity": Quantity.whole(quantity)}) for item in order.items)
    return order.model_copy(update={"items": items})


def replace_end(order: Order, line: InvoiceLine) -> Order:
    """The order of which an item ended on the second day of what was invoiced, which became known after that."""
    period = line.service_period
    assert period is not None
    end = replace(period, start=period.start).last
    change = ItemChange(id="end", on=end, end=True, known_on=period.until)
    known = {"ends_before": end, "changes": (change,)}
    return order.model_copy(update={"items": tuple(item.model_copy(update=known) for item in order.items)})
