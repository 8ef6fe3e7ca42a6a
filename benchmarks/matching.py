"""Seconds to match 10,000 payments with 100,000 open invoices.

Half of the payments carry a structured communication; the others name numbers in free text, come from a known account, or give nothing but
a name. Customers have 25 open invoices each, so that sets of two are looked for. `python -m benchmarks.matching [PAYMENTS] [INVOICES]`.
Aim: under 10 s. A payment with its communication is the yardstick within the run.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from random import Random
from time import process_time

from engine.countries.belgium import structured_communication
from engine.countries.default_country import creditor_reference
from engine.documents.payment_match import OpenDocument, Payer, Payment
from engine.money import Currency, Money
from engine.stages.settling.matching import match_all
from engine.stages.settling.open_items import OpenItems

EUR = Currency.of("EUR")
DAY = date(2026, 11, 27)
INVOICES_EACH = 25


def main() -> None:
    """Prints the times of this run."""
    counts = [int(given) for given in sys.argv[1:]] or [10_000, 100_000]
    payments, invoices = counts[0], counts[-1]
    dice = Random(1)
    documents = [_document(dice, at) for at in range(invoices)]
    payers = [Payer(customer=f"K{at}", name=f"Customer {at}", ibans=(f"IBAN{at}",)) for at in range(invoices // INVOICES_EACH + 1)]
    start = process_time()
    items = OpenItems.of(documents, payers)
    indexed = process_time() - start
    for name, shares in (
        ("communication", "c"),
        ("number", "n"),
        ("account", "a"),
        ("account, two invoices", "2"),
        ("name", "x"),
        ("mixed", "ccccna2x"),
    ):
        given = [_payment(dice, at, documents, dice.choice(shares)) for at in range(payments)]
        fresh = OpenItems.of(documents, payers)
        start = process_time()
        states = [each.state for each in match_all(given, fresh)]
        seconds = process_time() - start
        counted = ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))
        print(f"{name:>22}: {seconds:6.2f} s ({1e6 * seconds / payments:6.0f} µs each); {counted}")
    print(f"{len(items.documents)} invoices indexed in {indexed:.2f} s")


def _document(dice: Random, at: int) -> OpenDocument:
    number = f"2026-{at:06d}"
    return OpenDocument(
        number=number,
        customer=f"K{at // INVOICES_EACH}",
        due_on=DAY - timedelta(days=dice.randrange(90)),
        rest=Money(dice.randrange(10_00, 5_000_00), EUR),
        references=(structured_communication(number), creditor_reference(number)),
    )


def _payment(dice: Random, at: int, documents: list[OpenDocument], how: str) -> Payment:
    first = dice.randrange(len(documents) - 1)
    one, other = documents[first], documents[first + 1]
    fields: dict[str, str] = {}
    amount = one.rest
    match how:
        case "c":
            fields = {"reference": one.references[0]}
        case "n":
            fields = {"text": f"payment of your invoice {one.number} with thanks"}
        case "a":
            fields = {"iban": f"IBAN{one.customer[1:]}"}
        case "2":
            fields, amount = {"iban": f"IBAN{one.customer[1:]}"}, one.rest + other.rest
        case _:
            fields = {"name": f"customer {one.customer[1:]}"}
    return Payment(id=str(at), amount=amount, entry_date=DAY, **fields)  # type: ignore[arg-type]  # only texts are given by name


if __name__ == "__main__":
    main()
