"""The prices of an order's items on any day: the price version that applies, and the price of a whole billing period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal

from engine.dates import Period, month_after
from engine.documents.amount_phrases import figure
from engine.documents.former_customer import FormerCustomer
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.documents.quote import AgreedDiscount, PricedLine
from engine.language import Offer, Plain
from engine.money import Money, Quantity
from engine.phrases import Figure, phrase
from engine.reasons import Reason
from engine.rulebook.book import Key, Rulebook
from engine.rulebook.catalog import Product
from engine.rulebook.facts import attribute_facts, order_facts, product_facts, vat_number_state
from engine.rulebook.plans import BillingProcess, BillingType
from engine.rulebook.terms import agreed_day, first_served_on, is_signed_price, price_date, priced_first, what_it_follows
from engine.stages.pricing.billing_choice import process_of, product_of
from engine.stages.pricing.discounts import agreed_discount, agreed_offer, manual_offer
from engine.stages.pricing.indexing import days_within, index_factor
from engine.stages.pricing.line_price import Indexed, PriceInputs, compute_price, quote_offers
from engine.stages.pricing.price_cache import price_cache
from engine.stages.pricing.price_rates import Rate, rate_of
from engine.stages.pricing.price_versions import Version, new_version, running_version, versions_of


@dataclass(frozen=True, slots=True)
class _Billed:
    """How an item is billed."""

    product: Product
    process: BillingProcess
    billing_type: BillingType


OrderKind = Literal["new", "increment", "renewal"]


@dataclass(frozen=True, slots=True)
class PricedAs:
    """How prices are asked for what is not billed: as of an order of some kind (None: the item's own), for one price period alone."""

    order_kind: OrderKind | None = None
    one_price_period: bool = False


BILLED: Final = PricedAs()
"""As it is billed."""


class BookPrices:
    """The prices of an order's items for a customer under a rulebook.

    An item is priced as given: callers that apply changes pass the item with its quantity and negotiated price of the day.
    """

    def __init__(self, rulebook: Rulebook, customer: Customer, order: Order, *, tracing: bool = True, priced_as: PricedAs = BILLED) -> None:
        self.rulebook, self.customer, self.order, self.tracing, self.priced_as = rulebook, customer, order, tracing, priced_as
        self._cache = price_cache(rulebook)
        self._former: dict[FormerCustomer, BookPrices] = {}
        names = self._cache.names_of_order
        known = self._order_facts if names or order.attributes or customer.attributes else {}  # attributes that do not fit are refused
        self._known_of_order: Key = (tracing, customer.segment, *map(known.get, names))

    @cached_property
    def _order_facts(self) -> Mapping[str, Plain]:
        """The facts of the order and its customer, the same for all items and days."""
        return order_facts(self.rulebook, self.customer, self.order)

    def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> PricedLine:
        """What a whole billing period of an item costs by the list of a day; `joining`: by the list for what begins on that day."""
        process = self.rulebook.billing_processes.get(item.billing_process or "") or self._how(item, on).process
        former = self._former_customer(item, process, on, joining=joining) if item.former_customers else None
        if former is not None:
            return self._as_of(former).price_on(item.replace(former_customers=()), on, quantity, joining=joining)
        if process.price_date == "signature" and item.agreed is not None and item.agreed.quantity == quantity:
            return item.agreed
        priced_on, begins = price_date(item, process, self.order.signed_on, on, joining=joining)
        is_alone = not item.billing_process or item.negotiated_price is not None or process.follows == "indexed"
        if is_alone or self.priced_as != BILLED or not self._cache.is_used:
            return self._price(item, on, priced_on, quantity, begins=begins)
        key = self._key(item, process, priced_on, quantity, begins=begins)
        lines = self._cache.lines[self.tracing]
        return lines.get(key) or lines.store(key, self._price(item, on, priced_on, quantity, begins=begins))

    @property
    def rates_differ(self) -> bool:
        """Whether each quantity has rates of its own, because rules look at it."""
        return self._cache.reads_quantity

    def rate_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> Rate | None:
        """What rules and price books say of the price of an item by the list of a day; None where only whole prices can be looked up.

        Only rules that look at quantities make it that of a quantity.
        """
        process = self.rulebook.billing_processes.get(item.billing_process or "")
        if process is None or item.former_customers or self.key_of_rates(item, quantity) is None:
            return None
        priced_on, begins = price_date(item, process, self.order.signed_on, on, joining=joining)
        return rate_of(self._inputs(item, on, priced_on, quantity, begins=begins), self.rulebook)

    def key_of_rates(self, item: OrderItem, quantity: Quantity) -> Key | None:
        """All on which the rates of an item that stays equal can depend, except the day; None where it has none."""
        cache, first = self._cache, first_served_on(item)
        has_discounts = item.manual_discount is not None or item.agreed_discounts
        if first is None or has_discounts or item.former_customers or not cache.has_rates or self.priced_as != BILLED:
            return None
        agreed = None if item.negotiated_price is None else (item.price_follows, cache.stretch_of(agreed_day(item, first)))
        known_quantity = quantity.micros if cache.reads_quantity else None
        names, process = cache.names_of_item, item.billing_process
        facts = map(self._item_facts(item, self.rulebook.billing_processes[process], first).get, names) if names and process else ()
        return (item.product, process, item.billing_type, agreed, known_quantity, cache.stretch_of(first), *self._known_of_order, *facts)

    def _key(self, item: OrderItem, process: BillingProcess, priced_on: date, quantity: Quantity, *, begins: bool) -> Key:
        """The cache key: all on which the catalogue price of an item can depend."""
        stretch_of, names = self._cache.stretch_of, self._cache.names_of_item
        first = None if begins else priced_first(item)
        return (
            item.product,
            process.id,
            item.billing_type,
            quantity.micros,
            item.manual_discount,
            item.manual_discount_author,
            item.agreed_discounts,
            priced_on if self.tracing and self._cache.names_the_day else stretch_of(priced_on),
            begins,
            None if first is None else stretch_of(first),
            *self._known_of_order,
            *(map(self._item_facts(item, process, priced_on).get, names) if names else ()),
        )

    def key_of(self, item: OrderItem, quantity: Quantity) -> Key | None:
        """All on which the prices of so many of an item can depend, except the day; None if that is unknown.

        It is known of items that follow the catalogue from period to period, unless rules look at what may become otherwise meanwhile.
        """
        process = self.rulebook.billing_processes.get(item.billing_process or "")
        first = first_served_on(item)
        if process is None or first is None or item.negotiated_price is not None or process.follows != "catalogue":
            return None
        if item.former_customers:
            return None
        return self._key(item, process, first, quantity, begins=False) if self.stays_equal(item) else None

    @property
    def key_of_order(self) -> Key | None:
        """All of the order and its customer on which prices of its items can depend on any day; None if that is unknown."""
        if not self._cache.is_used or self.priced_as != BILLED:
            return None
        if self._cache.is_lasting and not self._cache.names_of_item:
            return self._known_of_order
        vat_number = (bool(self.customer.vat_number), self.customer.vat_number_state, self.customer.vat_checked_on)
        return (*self._known_of_order, self.order.signed_on, vat_number)

    def stays_equal(self, item: OrderItem) -> bool:
        """Whether an item has one price on all days between which no list and no rule changes."""
        if item.billing_process not in self._cache.steady_processes or item.price_follows == "indexed":
            return False
        if item.former_customers:
            return False
        first, quoted = first_served_on(item), None if item.quoted_on is None else priced_first(item)
        return first is None or quoted is None or self._cache.stretch_of(first) == self._cache.stretch_of(quoted)

    def versions_within(self, item: OrderItem, period: Period) -> tuple[date, ...]:
        """The days inside a period, after its first, on which a newer price version reaches a running item."""
        billed = self._how(item, period.start)
        former = self._former_customer(item, billed.process, period.start, joining=False) if item.former_customers else None
        if former is not None:
            return self._as_of(former).versions_within(item.replace(former_customers=()), period)
        inside = Period(period.start + timedelta(days=1), period.until) if period.days > 1 else Period(period.start, period.start)
        indexation = (
            self.rulebook.indices.get(billed.process.indexation or "") if what_it_follows(item, billed.process) == "indexed" else None
        )
        if indexation is not None:
            return tuple(sorted(days_within(indexation, agreed_day(item, period.start), inside)))
        first = self._first_version(item)
        books = {version.running_from for version in versions_of(self.rulebook, item.product, self.customer.segment)}
        days = {day for day in books if day in inside and self._running(item, day, first) != self._running(item, _before(day), first)}
        return tuple(sorted(days | self._blocks_within(item, billed, inside)))

    def quote_discounts(self, item: OrderItem, on: date, list_total: Money) -> tuple[AgreedDiscount, ...]:
        """The discounts that an item beginning on a day gets by the total of its quote before all discounts."""
        priced_on, _ = price_date(item, self._how(item, on).process, self.order.signed_on, on, joining=True)
        inputs = self._inputs(item, on, priced_on, item.quantity, begins=True)
        return tuple(agreed_discount(offer, self.rulebook.currency) for offer in quote_offers(inputs, self.rulebook, list_total))

    def _former_customer(self, item: OrderItem, process: BillingProcess, on: date, *, joining: bool) -> FormerCustomer | None:
        """For whom a price was signed, or counted on a day; None: for the present customer."""
        since = on
        if is_signed_price(item, process, self.order.signed_on, on, joining=joining):
            since = date.min if item.negotiated_price is None else min(on, agreed_day(item, on))
        return next((former for former in item.former_customers if since < former.until), None)

    def _as_of(self, former: FormerCustomer) -> BookPrices:
        """The prices for a former customer of an item."""
        if former not in self._former:
            customer = former.as_it_was(self.customer)
            self._former[former] = BookPrices(self.rulebook, customer, self.order, tracing=self.tracing, priced_as=self.priced_as)
        return self._former[former]

    def _price(self, item: OrderItem, on: date, priced_on: date, quantity: Quantity, *, begins: bool) -> PricedLine:
        return compute_price(self._inputs(item, on, priced_on, quantity, begins=begins), self.rulebook, tracing=self.tracing)

    def _inputs(self, item: OrderItem, on: date, priced_on: date, quantity: Quantity, *, begins: bool) -> PriceInputs:
        billed = self._how(item, on)
        if begins:
            version = new_version(self.rulebook, item.product, self.customer.segment, priced_on)
        else:
            version = self._running(item, priced_on, self._first_version(item))
        return PriceInputs(
            product=billed.product,
            quantity=quantity,
            on=priced_on,
            version=version,
            segment=self.customer.segment,
            billing_type=None if self.priced_as.one_price_period else billed.billing_type,
            facts=self._facts_on(item, billed, priced_on),
            indexed=self._indexed(item, billed.process, version, on),
            manual=_manual_offer(item),
            agreed=tuple(map(agreed_offer, item.agreed_discounts)),
        )

    def _how(self, item: OrderItem, on: date) -> _Billed:
        """How an item is billed; what was agreed stays, also where its process allows it to new items no more."""
        product = product_of(item.product, self.rulebook)
        process = self.rulebook.billing_processes.get(item.billing_process or "")
        if process is None:
            facts = {**self._order_facts, **product_facts(product), **self._lasting_facts(item, on), "price.date": on}
            facts["order.kind"] = "new" if item.joined is None else "increment"
            process = process_of(product, item.billing_process, self.rulebook, facts)
        return _Billed(product, process, self.rulebook.billing_types[item.billing_type or process.billing_type])

    def _first_version(self, item: OrderItem) -> Version | None:
        first = priced_first(item)
        return new_version(self.rulebook, item.product, self.customer.segment, first) if first else None

    def _running(self, item: OrderItem, on: date, first: Version | None) -> Version | None:
        return running_version(self.rulebook, item.product, self.customer.segment, on, first)

    def _facts_on(self, item: OrderItem, billed: _Billed, on: date) -> Mapping[str, Plain]:
        """What rules may know of an item on a day."""
        facts = {**self._order_facts, **product_facts(billed.product), **self._item_facts(item, billed.process, on)}
        return {**facts, "item.billing-type": billed.billing_type.id}

    def _item_facts(self, item: OrderItem, process: BillingProcess, on: date) -> dict[str, Plain]:
        """The facts that vary by item and day."""
        vat_number = vat_number_state(self.customer, self.rulebook, on)
        return {**self._lasting_facts(item, on), "order.kind": self._kind(item, process, on), "customer.vat-number": vat_number}

    def _lasting_facts(self, item: OrderItem, on: date) -> dict[str, Plain]:
        """The facts of an item that stay; it was signed on the day of its quote, else on that of joining, of its order, or its first."""
        first = first_served_on(item)
        facts: dict[str, Plain] = {
            "order.signed-on": (item.joined and priced_first(item)) or item.quoted_on or self.order.signed_on or first or on,
            "line.quantity": item.quantity.micros,
            "line.manual-discount": item.manual_discount.micros if item.manual_discount else 0,
        }
        if item.joined is not None:
            facts["item.joined-on"] = item.joined
        return facts | attribute_facts("line", item.attributes, self.rulebook)

    def _kind(self, item: OrderItem, process: BillingProcess, on: date) -> OrderKind:
        """Whether the item is new, joined a running subscription, or runs in a renewed term."""
        if self.priced_as.order_kind is not None:
            return self.priced_as.order_kind
        first = first_served_on(item)
        term = process.renewal.term_months if process.renewal else None
        if first is not None and term is not None and on >= month_after(first, term):
            return "renewal"
        return "increment" if item.joined is not None else "new"

    def _indexed(self, item: OrderItem, process: BillingProcess, version: Version | None, on: date) -> Indexed:
        """The negotiated price by its process: unchanged, indexed, or moved with the catalogue; else the index on the list price."""
        price, first = item.negotiated_price, first_served_on(item)
        if price is None:
            if process.follows != "indexed" or process.indexation is None or first is None:
                return Indexed(None)
            return Indexed(None, *self._index_factor(process.indexation, first, on))
        agreed_on, follows = agreed_day(item, on), what_it_follows(item, process)
        agreed = phrase("{price} {currency} was agreed", price=Figure(price), currency=price.currency)
        place = None if item.price_follows else self.rulebook.places.of("billing-processes", process.id, "follows")
        says = Reason("price", "negotiated price", agreed, where=place)
        if follows == "indexed" and process.indexation:
            factor, reason = self._index_factor(process.indexation, agreed_on, on)
            return Indexed(price, factor, reason or says)
        if follows == "catalogue" and version is not None:
            then = self._running(item, agreed_on, self._first_version(item))
            if then is not None and then.written.micros * then.index:
                factor = Fraction(version.written.micros) * version.index / (then.written.micros * then.index)
                text = phrase("{agreed}, × {factor} with the catalogue", agreed=agreed, factor=figure(factor))
                moved = Reason("index", f"catalog: price book {version.book.id}", text, where=version.where)
                return Indexed(price, factor, says if factor == 1 else moved)
        return Indexed(price, Fraction(1), says)

    def _index_factor(self, name: str, first: date, on: date) -> tuple[Fraction, Reason | None]:
        return index_factor(self.rulebook.indices[name], first, on, self.rulebook.places.of("indices", name))

    def _blocks_within(self, item: OrderItem, billed: _Billed, inside: Period) -> set[date]:
        """The days on which another version of a `price` block begins, searched backwards from the end."""
        days: set[date] = set()
        day = inside.until - timedelta(days=1)
        while day in inside:
            facts = {**self._facts_on(item, billed, day), "price.date": day}
            block = self.rulebook.rules.price(item.product, facts)
            if block is None or block.version_from is None or block.version_from not in inside:
                break
            days.add(block.version_from)
            day = _before(block.version_from)
        return days


def _manual_offer(item: OrderItem) -> Offer | None:
    """The discount that a person gave, if it is not 0."""
    given = item.manual_discount
    return manual_offer(given, item.manual_discount_author) if given is not None and given.fraction else None


def _before(day: date) -> date:
    return day - timedelta(days=1)
