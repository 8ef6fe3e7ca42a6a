"""Items planned together come to what they come to one by one, whatever their life and whatever the rules look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from hypothesis import given
from hypothesis import strategies as some

from api.rulebook_folder import read_folder
from engine import billing
from engine.comparing.compared_order import UNDATED
from engine.comparing.live_order_changes import LiveOrders, compare_orders
from engine.comparing.money_changes import OrdersCompared
from engine.documents.item_billing import BillingChange
from engine.documents.order import InvoicedLine, ItemChange, Order, SubscriptionItem
from engine.documents.party import Address, Customer
from engine.money import Percent, Price, Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import Reading, read_all, rulebook_of
from engine.stages.ordering.manual_lines import ManualLine, add_line
from tests.golden.rulebooks import CHECKOUT, SMALL

SHIPPED = dict(read_folder(CHECKOUT))
LAW = {path: text for path, text in SHIPPED.items() if path.startswith("vat/") and path != "vat/accounts.yaml"}
OTHER = {**LAW, **read_folder(SMALL)}
CHANGED = {
    "catalog/price-books/book-2027.yaml": ("1.029", "1.031"),
    "catalog/price-books/2027.yaml": ("from: 2027-01-01", "from: 2027-02-01"),
    "plans/billing-processes.yaml": ("proration: actual\n", "proration: 30/360\n"),
    "rules/discounts.rules": ("17.5%", "18.5%"),
}
THROUGH = date(2028, 6, 30)


def _versions(texts: dict[str, str]) -> tuple[tuple[Reading, Rulebook], tuple[Reading, Rulebook]]:
    changed = {path: text.replace(*CHANGED.get(path, ("", "")), 1) for path, text in texts.items()}
    old, new = read_all(texts), read_all(changed)
    return (old, rulebook_of(old)), (new, rulebook_of(new))


def _with_discount(condition: str) -> tuple[tuple[Reading, Rulebook], tuple[Reading, Rulebook]]:
    """The shipped rulebook with a discount, and the same with another percentage."""
    more = 'module rules.more\n\ndiscount more "More"\n  when {}\n  give {} off line.list\n  group promotion\n'
    readings = [read_all({**SHIPPED, "rules/more.rules": more.format(condition, percent)}) for percent in ("17.5%", "18.5%")]
    return (readings[0], rulebook_of(readings[0])), (readings[1], rulebook_of(readings[1]))


BOTH: dict[str, Callable[[], tuple[tuple[Reading, Rulebook], tuple[Reading, Rulebook]]]] = {
    "shipped": cache(lambda: _versions(SHIPPED)),
    "small": cache(lambda: _versions(OTHER)),
    "by quantity": cache(lambda: _with_discount("line.quantity >= 60")),
    "by amount": cache(lambda: _with_discount("line.list > 900.00 EUR")),
}
"""Read when they are first needed, and not where tests are only collected."""
DAYS = some.dates(date(2024, 1, 1), date(2027, 12, 31))


@some.composite
def orders(draw: some.DrawFn, rulebook: Rulebook) -> Order:
    """A running order with one to four items, plain ones and others."""
    sold = [one for one in rulebook.products.values() if one.order_type == "subscription" and not one.attributes]
    start = draw(DAYS)
    items = []
    for at in range(draw(some.integers(1, 4))):
        product = draw(some.sampled_from(sold))
        ends = draw(some.none() | some.integers(1, 900))
        joined = draw(some.sampled_from([False, False, False, True]))
        changes = ()
        if draw(some.sampled_from([False, False, True])):
            on = start + timedelta(days=draw(some.integers(1, 700)))
            changes = (ItemChange(id=f"c{at}", on=on, quantity=Quantity.whole(draw(some.integers(1, 30)))),)
        types = [None, *rulebook.billing_types]
        items.append(
            SubscriptionItem(
                id=f"i{at}",
                currency=rulebook.currency,
                product=product.code,
                quantity=Quantity.whole(draw(some.integers(1, 120))),
                state="active",
                billing_process=draw(some.sampled_from(product.billing_processes)),
                billing_type=draw(some.sampled_from(types)),
                activated_on=start,
                anchor_day=draw(some.none() | some.integers(1, 31)),
                ends_before=start + timedelta(days=ends) if ends else None,
                joined_on=start if joined else None,
                manual_discount=draw(some.sampled_from([None, None, Percent(Fraction(1, 10))])),
                changes=changes,
                supply_kind=product.supply_kind,
                vat_class=product.vat_class,
                revenue_account=product.account,
            )
        )
    since = draw(some.sampled_from([None, date(2027, 1, 1)]))
    return Order(
        id=f"o{draw(some.integers(1, 10**9))}",
        currency=rulebook.currency,
        type="subscription",
        customer="K",
        items=tuple(items),
        signed_on=start,
        invoiced_elsewhere_until=since,
    )


@some.composite
def changed(draw: some.DrawFn, order: Order, rulebook: Rulebook) -> Order:
    """An order of whose items some have a negotiated price, and a life of changes of which some were recorded after invoices."""
    items = []
    for item in order.items:
        price = draw(some.none() | some.integers(1, 10**9))
        start = item.activated_on or THROUGH
        changes = list(item.changes)
        for at in range(draw(some.sampled_from([0, 0, 1, 2]))):
            on = start + timedelta(days=draw(some.integers(0, 700)))
            what = draw(some.sampled_from(["quantity", "added", "price", "suspend", "end", "put_off", "billing"]))
            billed = BillingChange(
                billing_process=item.billing_process or "",
                billing_type=draw(some.sampled_from([name for name, one in sorted(rulebook.billing_types.items()) if not one.once])),
            )
            value = {
                "quantity": Quantity.whole(7),
                "added": Quantity.whole(2),
                "price": Price(123_450_000, rulebook.currency),
                "billing": billed,
            }.get(what, True)
            invoiced = tuple(
                InvoicedLine("recurring", start + timedelta(days=each)) for each in draw(some.sampled_from([(), (0,), (0, 31)]))
            )
            changes.append(ItemChange.model_validate({"id": f"d{at}", "on": on, "known_on": on, "invoiced": invoiced, what: value}))
            if what == "suspend":
                changes.append(ItemChange(id=f"r{at}", on=on + timedelta(days=45), resume=True))
        update: dict[str, object] = {"changes": tuple(changes), "quoted_on": draw(some.none() | DAYS)}
        update["price_follows"] = draw(some.sampled_from([None, None, "indexed", "frozen"]))
        update["negotiated_price"] = None if price is None else Price(price, rulebook.currency)
        items.append(item.model_copy(update=update))
    return order.model_copy(update={"items": tuple(items)})


def _with_manual_line(order: Order, rulebook: Rulebook) -> Order:
    """An order with two lines that a person entered: a text, and a product at a price of its own."""
    sold = rulebook.products[order.items[0].product]
    for text, code in (("Travel", None), (None, sold.code)):
        line = ManualLine(
            on=date(2027, 5, 12), quantity=Quantity.whole(2), price=Price.parse("12.50", rulebook.currency), product=code, text=text,
            supply_kind=sold.supply_kind, vat_class=sold.vat_class, account=sold.account,
        )  # fmt: skip
        order = add_line(order, line, rulebook, because="a visit", vat_classes=[sold.vat_class], kinds=[sold.supply_kind])
    return order


def _customer(rulebook: Rulebook, segment: str) -> Customer:
    address = Address(street="Street 1", postcode="1000", town="Town", country=rulebook.company.seller.country)
    return Customer(id="K", name="K", address=address, segment=segment)


@given(some.data(), some.sampled_from(sorted(BOTH)))
def test_planned_together_is_planned_one_by_one(data: some.DataObject, name: str) -> None:
    versions = BOTH[name]()
    rulebook = versions[0][1]
    customer = _customer(rulebook, data.draw(some.sampled_from(sorted(rulebook.segments))))
    each = orders(rulebook).flatmap(lambda order: changed(order, rulebook))
    given_orders = {order.id: order for order in data.draw(some.lists(each, min_size=1, max_size=3))}
    if data.draw(some.booleans()):
        given_orders = {name: _with_manual_line(order, rulebook) for name, order in given_orders.items()}
    known = _known(given_orders.values(), customer, rulebook)
    invoiced = {item: frozenset(data.draw(some.lists(some.sampled_from(sorted(ids)), max_size=3))) for item, ids in known.items() if ids}
    live = LiveOrders(orders=tuple(given_orders.values()), customers={"K": customer}, invoiced=invoiced)
    compared = compare_orders([live], rulebook, versions[1][1], through=THROUGH, year_starts=["2027-01"], progress=lambda _: None)
    for side, (_, book) in enumerate(versions):
        wanted: Counter[str] = Counter()
        for order in given_orders.values():
            try:
                planned = billing.plan(order, customer, book, through=THROUGH, tracing=False)
            except Refusal:
                continue
            for one in planned:
                if one.state != "elsewhere" and one.identity not in invoiced.get(one.item, ()):
                    wanted[f"{one.billing_date:%Y-%m}" if one.billing_date else UNDATED] += one.portion.net.minor
        assert {month: net for month, net in _months(compared, side).items() if net} == {month: net for month, net in wanted.items() if net}


def _known(given_orders: Iterable[Order], customer: Customer, rulebook: Rulebook) -> dict[str, set[str]]:
    compared: dict[str, set[str]] = {}
    for order in given_orders:
        try:
            for one in billing.plan(order, customer, rulebook, through=THROUGH, tracing=False):
                compared.setdefault(one.item, set()).add(one.identity)
        except Refusal:
            continue
    return compared


def _months(compared: OrdersCompared, side: int) -> dict[str, int]:
    return {one.month: (one.after if side else one.before).minor for one in compared.months}
