"""The corridor from order items to drafted invoice lines: microseconds and bytes a line, and how they grow with the number of lines.

Every recurring product of the rulebook is sold to made-up customers and billed for one month. The bare arithmetic of the same lines
(unit price × quantity, and VAT on the sum of each invoice) is timed in the same run, and only ratios within one run mean something:
`python -m benchmarks.corridor [LINES …]`. Aim: 60 µs and 2,000 bytes a line or less on one core, linear to 100,000 lines. The bytes are
the most that planning and drafting held at once, transactions, drafts and caches; a run holds those of one shard of customers.

Where the time goes, at 10,000 lines without reasons (53 µs a line, where the program before composed transactions took 93 in the same
minute): planning 19, of which a third works out each price once and the rest builds what like items do not share; drafting 33, of which
5.5 are lines, 4 questions of VAT, 2.5 grouping, 1.5 totals and 4.5 the documents around them. What remains of drafting is Python's
collector, which walks all transactions, and 4 µs for the locale of numbers, loaded once. The run with reasons comes second, finds the
locale loaded, and shares the reasons of like items too: 40 µs a line, formerly 110. Of 1,600 bytes a line 210 are the transaction,
264 the line of the invoice, 77 its identity, and 450 a tenth of the invoice around it; where no two items are alike, prices take 1,200
more, and their reasons 3,300.
"""

from __future__ import annotations

import gc
import resource
import sys
import tracemalloc
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from time import process_time

from api.rulebook_folder import read_folder
from engine import billing
from engine.documents.order import Order, SubscriptionItem
from engine.documents.party import Address, Customer
from engine.money import Quantity, round_half_up
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product
from engine.rulebook.reader import read_rulebook

SIZES = (1_000, 10_000, 100_000)
ITEMS_AN_ORDER = 10
MOST_TRACED = 10_000
"""The bytes of at most so many lines are counted, which slows them down."""
MONTH = date(2027, 1, 1)
ISSUED = date(2027, 1, 31)


def main() -> None:
    """Prints the times of this run."""
    rulebook = read_rulebook(read_folder(Path(__file__).parents[1]))
    sold = [product for product in rulebook.products.values() if product.order_type == "subscription" and not product.attributes]
    for lines in [int(given) for given in sys.argv[1:]] or SIZES:
        orders, customers = made(lines, sold, rulebook)
        for tracing in (False, True):
            planned, drafted, bare = timed(orders, customers, rulebook, tracing=tracing)
            each = (planned + drafted) / lines
            size = held(orders[: MOST_TRACED // ITEMS_AN_ORDER], customers, rulebook, tracing=tracing)
            print(
                f"{lines:>7} lines, {'reasons' if tracing else 'plain':<7} plan {planned / lines:6.1f} + draft {drafted / lines:5.1f} "
                f"= {each:6.1f} µs and {size:5.0f} bytes a line, {each * lines / bare:6.0f} times the bare arithmetic; peak {peak():.0f} MB"
            )


def made(lines: int, sold: list[Product], rulebook: Rulebook) -> tuple[list[Order], dict[str, Customer]]:
    """Orders of ten items each, every one with a customer of its own."""
    orders, customers = [], {}
    home = rulebook.company.seller.country
    segments = cycle(rulebook.segments)
    products = cycle(sold)
    for number in range(lines // ITEMS_AN_ORDER):
        name = f"B{number}"
        address = Address(street="Street 1", postcode="1000", town="Town", country=home)
        customers[name] = Customer(id=name, name=name, address=address, segment=next(segments))
        items = tuple(item(f"{name}-{at}", product, at, rulebook) for at, product in enumerate(islice(products, ITEMS_AN_ORDER), 1))
        orders.append(Order(id=name, currency=rulebook.currency, type="subscription", customer=name, items=items, signed_on=MONTH))
    return orders, customers


def item(name: str, product: Product, quantity: int, rulebook: Rulebook) -> SubscriptionItem:
    """An active item that is billed monthly from the first day of the month."""
    return SubscriptionItem(
        id=name,
        currency=rulebook.currency,
        product=product.code,
        quantity=Quantity.whole(quantity),
        state="active",
        billing_process=product.billing_processes[0],
        activated_on=MONTH,
        supply_kind=product.supply_kind,
        vat_class=product.vat_class,
        revenue_account=product.account,
    )


def timed(orders: list[Order], customers: dict[str, Customer], rulebook: Rulebook, *, tracing: bool) -> tuple[float, float, float]:
    """Microseconds of planning, of drafting and of the bare arithmetic; what is drafted is compared with the bare sums."""
    start = process_time()
    plans, _, _ = billing.plan_all(orders, customers, rulebook, through=MONTH, tracing=tracing)
    planned = [one for transactions in plans.values() for one in transactions]
    middle = process_time()
    by_id = {order.id: order for order in orders}
    drafts = billing.draft(planned, customers, by_id, rulebook, issued_on=ISSUED, earlier={}, tracing=tracing).drafts
    end = process_time()
    figures = [[(line.unit_price.minor, line.quantity.micros) for line in draft.lines] for draft in drafts]
    rates = [draft.vat_breakdown[0].rate.fraction for draft in drafts]
    before = process_time()
    nets = [sum(round_half_up(price * quantity, 1_000_000) for price, quantity in invoice) for invoice in figures]
    sums = [(net, round_half_up(net * rate.numerator, rate.denominator)) for net, rate in zip(nets, rates, strict=True)]
    bare = process_time() - before
    if sums != [(draft.net.minor, draft.vat.minor) for draft in drafts] or sum(map(len, figures)) != len(planned):
        raise SystemExit("the corridor and the bare arithmetic disagree")
    return 1e6 * (middle - start), 1e6 * (end - middle), 1e6 * bare


def held(orders: list[Order], customers: dict[str, Customer], rulebook: Rulebook, *, tracing: bool) -> float:
    """The most bytes a line that planning and drafting hold at once."""
    gc.collect()
    tracemalloc.start(1)
    try:
        timed(orders, customers, rulebook, tracing=tracing)
        return tracemalloc.get_traced_memory()[1] / sum(len(order.items) for order in orders)
    finally:
        tracemalloc.stop()


def peak() -> float:
    """The most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
