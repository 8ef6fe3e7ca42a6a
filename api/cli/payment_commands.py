"""`centwright payment …`: payments listed with what became of them, matched by hand, and released again."""

from __future__ import annotations

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.paging import by_page, page_of
from api.cli.sheet_output import write_sheet
from api.desk import paying
from api.output.sheets import Sheet
from api.store.payments import StoredPayment
from engine.documents.payment_match import Allocation


@click.group(cls=Group)
def payment() -> None:
    """List payments, see what each settles, match one by hand and take that back."""


@payment.command("list", cls=Command)
@click.option("--state", type=click.Choice(paying.STATES), default=None, help="Only payments of this state.")
@click.option("--document", default=None, help="Only payments that settle this document.")
@click.option("--csv", metavar="FILE", default=None, help="Write CSV; - is stdout.")
@click.option("--xlsx", metavar="FILE", default=None, help="Write a workbook.")
@by_page
@pass_invocation
def list_payments(
    invocation: Invocation, state: str | None, document: str | None, csv: str | None, xlsx: str | None, limit: int, after: str | None
) -> None:
    """List payments with what became of them: matched, proposed, held, unmatched or paid out."""
    stored = paying.each_payment(invocation.desk, state=state, document=document, after=after)
    listed, more = page_of(((one, True) for one in stored), limit, lambda one: one.payment.id)
    rows = tuple(
        (
            *(one.payment.id, one.payment.entry_date, one.payment.amount, one.payment.amount.currency.code, one.payment.name or None),
            *(one.payment.reference or one.payment.text or None, one.state, one.rule or one.because, ", ".join(one.documents) or None),
            one.unallocated,
        )
        for one in listed
    )
    columns = ("id", "entry_date", "amount", "currency", "name", "text", "state", "because", "documents", "unallocated")
    write_sheet(invocation, Sheet(name="payments", columns=columns, rows=rows, next=more), csv, xlsx)


@payment.command("show", cls=Command)
@click.argument("name", metavar="ID")
@pass_invocation
def show_payment(invocation: Invocation, name: str) -> None:
    """Show a payment and the documents that it settles."""
    _write(invocation, *paying.find_payment(invocation.desk, name))


@payment.command("match", cls=Command)
@click.argument("name", metavar="ID")
@click.argument("documents", metavar="NUMBER…", nargs=-1, required=True)
@pass_invocation
def match_payment(invocation: Invocation, name: str, documents: tuple[str, ...]) -> None:
    """Settle documents with what is left of a payment, the oldest due date first. A rest of at most 0.05 closes as a difference."""
    paying.match_by_hand(invocation.desk, name, documents)
    _write(invocation, *paying.find_payment(invocation.desk, name))


@payment.command("release", cls=Command)
@click.argument("name", metavar="ID")
@pass_invocation
def release_payment(invocation: Invocation, name: str) -> None:
    """Take back all that a payment settles: its documents are open again."""
    paying.release(invocation.desk, name)
    _write(invocation, *paying.find_payment(invocation.desk, name))


def _write(invocation: Invocation, stored: StoredPayment, allocations: tuple[Allocation, ...]) -> None:
    given = stored.payment
    fields: dict[str, object] = {
        "id": given.id,
        "account": stored.own_iban,
        "entry_date": given.entry_date,
        "value_date": given.value_date,
        "amount": given.amount,
        "currency": given.amount.currency,
        "name": given.name or None,
        "payer_iban": given.iban,
        "reference": given.reference,
        "text": given.text or None,
        "state": stored.state,
        "because": stored.rule or stored.because,
        "unallocated": stored.unallocated,
    }
    parts = [{"document": part.document, "amount": part.amount, "kind": part.kind} for part in allocations]
    if invocation.as_json:
        invocation.write_json({**fields, "documents": list(stored.documents), "allocations": parts})
        return
    settled = ", ".join(f"{part.document} {part.amount} ({part.kind})" for part in allocations)
    invocation.write_fields({**fields, "documents": ", ".join(stored.documents) or None, "allocations": settled or None})
