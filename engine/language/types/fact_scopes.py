"""The facts that are known at each question to the rules: the one table that checking, scenarios, stages and the reference page read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.phrases import Phrase, phrase

_CUSTOMER: Final = (
    "customer.id",
    "customer.country",
    "customer.vat-territory",
    "customer.kind",
    "customer.language",
    "customer.vat-number",
    "customer.vat-country",
    "customer.small-business",
    "seller.country",
    "seller.oss",
    "seller.small-business",
)
_PRODUCT: Final = ("product.code", "product.family", "product.kind", "product.vat-class", "product.order-type", "product.unit")
_LINE: Final = (*_CUSTOMER, *_PRODUCT, "order.type", "order.kind", "order.signed-on", "price.date", "line.quantity")
_PRICE: Final = (*_LINE, "line.manual-discount", "item.billing-type")
_DISCOUNT: Final = (*_PRICE, "line.unit-price", "line.list")
OF_QUOTE: Final = "quote.list-total"
"""Known while a quote is priced. A discount that depends on it is agreed with the item then, and stays as it was agreed."""
_OF_SOME_CUSTOMERS: Final = ("customer.segment", "customer.files-periodic-returns")
_OF_AN_ORDER: Final = (*_OF_SOME_CUSTOMERS, "order.purchase-order")
_OF_AN_ITEM: Final = (*_OF_AN_ORDER, "item.joined-on")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactScope:
    """One question to the rules, and the facts that they may use to answer it."""

    name: str
    when: Phrase
    """The moment of the question, for people."""
    answers: tuple[str, ...]
    """The results that it asks for (`vat.*`: all with this beginning), and the kinds of blocks."""
    always: tuple[str, ...]
    """The facts that are known in every case."""
    sometimes: tuple[str, ...] = ()
    """The facts that may be missing: rules ask `is known` first."""
    attributes: tuple[str, ...] = ("customer", "line", "order")
    """The subjects whose attributes, declared by the rulebook, may be known."""

    def asks_for(self, name: str) -> bool:
        """Whether the question asks for a result or a kind of block."""
        return any(name == each or (each.endswith("*") and name.startswith(each[:-1])) for each in self.answers)

    def may_know(self, name: str) -> bool:
        """Whether a name is known in some cases only: a fact that may be missing, or an attribute of a known subject."""
        return name in self.sometimes or (name not in SCOPED and name.partition(".")[0] in self.attributes)


FACT_SCOPES: Final = (
    FactScope(
        name="price",
        when=phrase("a price is computed"),
        answers=("price", "bundle", "line.price-factor"),
        always=_PRICE,
        sometimes=_OF_AN_ITEM,
    ),
    FactScope(
        name="discount",
        when=phrase("a discount is computed"),
        answers=("discount",),
        always=(*_DISCOUNT, OF_QUOTE),
        sometimes=_OF_AN_ITEM,
    ),
    FactScope(
        name="stacking",
        when=phrase("discounts are combined"),
        answers=("stacking",),
        always=_DISCOUNT,
        sometimes=_OF_AN_ITEM,
    ),
    FactScope(
        name="billing process",
        when=phrase("a billing process is chosen"),
        answers=("item.billing-process", "available.*", "applies.*"),
        always=_LINE,
        sometimes=_OF_AN_ORDER,
    ),
    FactScope(
        name="payment plan",
        when=phrase("a payment plan is chosen"),
        answers=("item.payment-plan",),
        always=(*_LINE, "item.billing-type"),
        sometimes=_OF_AN_ORDER,
    ),
    FactScope(
        name="choice of a subscription",
        when=phrase("one of several subscriptions is chosen"),
        answers=("increment.several",),
        always=(*_LINE, "item.billing-type", "item.joined-on"),
        sometimes=_OF_AN_ORDER,
    ),
    FactScope(
        name="increment",
        when=phrase("an item joins a subscription"),
        answers=("increment.placement", "increment.alignment", "increment.other-billing-type"),
        always=(*_LINE, "item.billing-type", "item.joined-on", "subscription.billing-type"),
        sometimes=_OF_AN_ORDER,
    ),
    FactScope(
        name="VAT",
        when=phrase("the VAT of a supply is decided"),
        answers=("vat.*",),
        always=(
            *_CUSTOMER,
            "supply.kind",
            "supply.ship-to",
            "supply.vat-territory",
            "supply.distance-sale",
            "supply.vat-class",
            "invoice.issued-on",
            "invoice.tax-point",
        ),
        sometimes=(*_OF_SOME_CUSTOMERS, *_PRODUCT),
        attributes=("customer",),
    ),
    FactScope(
        name="grouping",
        when=phrase("transactions are grouped into invoices"),
        answers=("invoice.by-*",),
        always=(*_CUSTOMER, "order.type", "invoice.issued-on"),
        sometimes=_OF_SOME_CUSTOMERS,
        attributes=("customer",),
    ),
    FactScope(
        name="channel",
        when=phrase("the channel of an invoice is chosen"),
        answers=("invoice.channel",),
        always=(*_CUSTOMER, "invoice.issued-on", "invoice.tax-point"),
        sometimes=_OF_SOME_CUSTOMERS,
        attributes=("customer",),
    ),
    FactScope(
        name="recipients",
        when=phrase("the recipients of an invoice by e-mail are chosen"),
        answers=("invoice.recipients", "invoice.contact-role"),
        always=(*_CUSTOMER, "invoice.issued-on"),
        sometimes=_OF_SOME_CUSTOMERS,
        attributes=("customer",),
    ),
    FactScope(
        name="recipients of quotes",
        when=phrase("the recipients of a quote or an order confirmation by e-mail are chosen"),
        answers=("quote.recipients", "quote.contact-role"),
        always=(*_CUSTOMER, "quote.on"),
        sometimes=_OF_SOME_CUSTOMERS,
        attributes=("customer",),
    ),
    FactScope(
        name="approval",
        when=phrase("the approver of a quote is chosen"),
        answers=("quote.approver",),
        always=(*_CUSTOMER, "quote.discount", OF_QUOTE, "quote.total", "quote.on"),
        sometimes=_OF_SOME_CUSTOMERS,
        attributes=("customer", "quote"),
    ),
)
"""Every question that the engine asks; a result outside of them is used by other rules only."""

SCOPED: Final = frozenset(name for scope in FACT_SCOPES for name in (*scope.always, *scope.sometimes))
"""The built-in facts that are known at some question."""
