"""What draws from a prepaid amount waits while that is not sold, or was taxed otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from engine import billing
from engine.documents.invoice import VatDecision
from engine.documents.order import Order
from engine.documents.prepaid import PrepaidLedger, PrepaidMovement
from engine.documents.transaction import Transaction
from engine.documents.usage_report import GivenReport
from engine.money import Percent, Quantity
from engine.stages.invoicing.grouping import Taxed
from engine.stages.invoicing.invoice_lines import pieces
from engine.stages.invoicing.prepaid_draws import without_waiting_draws
from tests.property.test_prepaid import CUSTOMER, Life, order_of, rulebook

FEBRUARY = date(2026, 2, 1)
DRAW, USAGE, SALE = "one|drawdown|2026-01-01|credit-0", "one|usage|2026-01-01|", "credit-0|one-time|2026-01-01|"


def sold(one: Transaction, rate: str) -> PrepaidLedger:
    """The ledger after a sale with a rate of VAT."""
    moved = PrepaidMovement(
        kind="sold", item="credit-0", amount=one.portion.net, on=FEBRUARY, document="1", line=1, transaction=one.identity,
        category="S", rate=Percent.parse(rate),
    )  # fmt: skip
    return PrepaidLedger(movements=(moved,))


def waiting(order: Order, planned: Sequence[Transaction], *, together: bool) -> dict[str, str]:
    """The transactions that wait, with the reasons; all on one invoice, or each on one of its own."""
    decision = VatDecision(treatment="domestic", category="S", rate=Percent.parse("21"), basis="", tax_point=FEBRUARY)
    taxed: list[Taxed] = [(piece, decision) for one in planned for piece in pieces(one, rulebook())]

    def grouped(some: Sequence[Taxed]) -> Sequence[Sequence[Taxed]]:
        return [some] if together else [[each] for each in some]

    left, held = without_waiting_draws(taxed, {order.id: order}, grouped)
    assert {piece.transaction.identity for piece, _ in left} | {one.identity for one in held} == {one.identity for one in planned}
    return {one.identity: str(one.held_because) for one in held}


@pytest.fixture
def life() -> Life:
    """An order with an amount of 10.00, and usage of 140.00."""
    life = Life(order_of("REQUESTS", [(0, 10, None, 7, 0)]))
    given = GivenReport(id="U-1", item="one", start=date(2026, 1, 5), until=date(2026, 1, 6), quantity=Quantity.whole(400))
    life.enter(given, date(2026, 1, 6))
    return life


def test_what_is_not_sold_is_drawn_only_on_the_same_invoice(life: Life) -> None:
    planned = billing.plan(life.order, CUSTOMER, rulebook(), through=FEBRUARY, today=FEBRUARY)
    assert waiting(life.order, planned, together=True) == {}
    because = "the prepaid amount of credit-0 is on no invoice yet"
    assert waiting(life.order, planned, together=False) == {USAGE: because, DRAW: because}


def test_what_was_taxed_otherwise_waits(life: Life) -> None:
    planned = billing.plan(life.order, CUSTOMER, rulebook(), through=FEBRUARY, today=FEBRUARY)
    sale = next(one for one in planned if one.identity == SALE)
    for rate, expected in (("21", {}), ("21.00", {}), ("6", {USAGE, DRAW})):
        order = life.order.replace(prepaid=replace(sold(sale, rate)))
        again = billing.plan(order, CUSTOMER, rulebook(), through=FEBRUARY, today=FEBRUARY)
        assert waiting(order, again, together=False).keys() == set(expected)
