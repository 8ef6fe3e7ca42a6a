"""Invoices and credit notes of Odoo: their values as they are created, and their records as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from api.delivery.accounting.connector import Booking, BookingRefused, ConnectorFault, Record, RecordState
from api.delivery.accounting.difference import difference
from api.delivery.accounting.odoo_rpc import Row, day, money, number, text_of
from api.delivery.accounting.odoo_setup import OdooSetup
from engine.phrases import Phrase, phrase

MOVE: Final = "account.move"
MARK: Final = "Centwright "
"""How the reference of an entry of ours that is no document begins; our name of it follows."""
TYPES: Final = ("out_invoice", "out_refund")
FIELDS: Final = (
    "name", "ref", "move_type", "state", "payment_state", "date", "invoice_date", "currency_id", "amount_untaxed", "amount_tax",
    "amount_total", "amount_residual", "write_date",
)  # fmt: skip
SETTLED: Final = ("paid", "reversed")
"""The states of payment of what nothing is left of."""
_STATES: Final[Mapping[str, RecordState]] = {"draft": "draft", "posted": "posted", "cancel": "cancelled"}


def values_of(booking: Booking, setup: OdooSetup, on: date) -> Row:
    """The values of a new invoice or credit note, without its partner, which is booked on a day; refuses what is not mapped."""
    if setup.journal is None:
        code = setup.mapping.journal
        raise BookingRefused(phrase("Odoo has no journal of sales with the code {code}: create it, or mend the mapping", code=code))
    lines = [
        [0, 0, {
            "name": line.text,
            "quantity": 1,
            "price_unit": Decimal(str(line.net)),
            "account_id": setup.account(line.account),
            "tax_ids": [[6, 0, [setup.tax(line.tax)]]],
        }]
        for line in booking.lines
    ]  # fmt: skip
    return {
        "move_type": TYPES[booking.is_credit],
        "company_id": setup.company,
        "journal_id": setup.journal,
        "currency_id": setup.currency(booking.net.currency.code),
        "ref": booking.number,
        "payment_reference": booking.communication or booking.number,
        "invoice_date": booking.issued_on,
        "date": on,
        "invoice_date_due": min(due for due, _ in booking.dues),
        "invoice_payment_term_id": False,  # else the term of the partner
        "invoice_line_ids": lines,
    }


def record_of(row: Row, setup: OdooSetup) -> Record:
    """An invoice as it was read: Odoo's amounts of a credit note are above zero."""
    state, kind = _STATES.get(text_of(row.get("state"))), text_of(row.get("move_type"))
    if state is None or kind not in TYPES:
        raise ConnectorFault("an answer that is no invoice")
    currency = setup.currency_of(number(row.get("currency_id")))
    names = ("amount_untaxed", "amount_tax", "amount_total", "amount_residual")
    net, vat, gross, to_pay = (money(row.get(name), currency) for name in names)
    if kind == "out_refund":
        net, vat, gross, to_pay = -net, -vat, -gross, -to_pay
    is_paid = state == "posted" and not to_pay and text_of(row.get("payment_state")) in (*SETTLED, "in_payment")
    return Record(
        id=str(number(row["id"])),
        document=text_of(row.get("ref")),
        number=name if state != "draft" and (name := text_of(row.get("name"))) else None,
        state="paid" if is_paid else state,
        issued_on=day(row.get("invoice_date")),
        net=net,
        vat=vat,
        gross=gross,
        to_pay=to_pay,
    )


def difference_of(booking: Booking, row: Row, setup: OdooSetup) -> Phrase | None:
    """What of an invoice is not as the document has it; None where all is.

    Odoo moves the date of booking by itself where it is locked: only where the mapping does that too, it may be a later one.
    """
    differs = difference(booking, record_of(row, setup), booking.issued_on)
    on, is_moved = day(row.get("date")), setup.mapping.closed_period == "next-open"
    if differs is None and (on is None or on < booking.issued_on or (on > booking.issued_on and not is_moved)):
        wrong, right = str(on), str(booking.issued_on)
        return phrase("{name} is {theirs} in the tool and {ours} on the document", name="date", theirs=wrong, ours=right)
    return differs
