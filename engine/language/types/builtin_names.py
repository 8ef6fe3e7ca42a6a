"""The built-in names of every rulebook: inputs that rules read and targets that they answer, with type and meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

# A name and its type; below it its meaning, which `translations/*/vocabulary.po` has in other languages. `Enum[countries]` is a list
# of the rulebook, one of several words is closed here; the order types and languages are arguments.
INPUTS: Final = """
today : Date
    the business date
customer.id : Text
    the customer's number
customer.country : Enum[countries]
    the customer's country
customer.kind : Enum[business, private]
    a business or a private person
customer.segment : Enum[segments]
    the customer's segment
customer.language : Enum[{languages}]
    the customer's language
customer.vat-number : Enum[valid, invalid, unknown, none]
    what is known of the VAT number
customer.vat-country : Enum[countries]
    the country that gave the VAT number
customer.vat-territory : Enum[vat-territories]
    the country to which the customer's address belongs for VAT, or `third`
customer.files-periodic-returns : Bool
    files periodic VAT returns
customer.small-business : Bool
    is under the small-business scheme
seller.country : Enum[countries]
    our country
seller.oss : Bool
    we use the one-stop shop
seller.small-business : Bool
    we are under the small-business scheme
product.code : Enum[products]
    the product
product.family : Enum[families]
    the product's family
product.kind : Enum[service, electronic-service, local-service, goods, immovable-work]
    what is supplied
product.vat-class : Enum[standard, intermediate, reduced, zero, exempt]
    the product's VAT class
product.order-type : Enum[{order types}]
    the type of order it belongs to
product.unit : Enum[units]
    the unit in which it is counted
line.quantity : Quantity
    how many units
line.list : Money
    the amount before discounts
line.unit-price : Money
    the rounded price of one unit
line.manual-discount : Percent
    the discount that a person gave
price.date : Date
    the day whose prices count
order.type : Enum[{order types}]
    the type of the order
order.kind : Enum[new, increment, renewal]
    new, joining or renewed
order.signed-on : Date
    the day of signature
order.purchase-order : Text
    the customer's purchase order number
item.billing-type : Enum[billing-types]
    how often the item is billed
item.joined-on : Date
    the day on which the item joins
subscription.billing-type : Enum[billing-types]
    how often the subscription is billed
supply.kind : Enum[service, electronic-service, local-service, goods, immovable-work]
    what is supplied
supply.ship-to : Enum[countries]
    the country to which it is shipped
supply.vat-territory : Enum[vat-territories]
    the country to which the place of delivery belongs for VAT, or `third`
supply.distance-sale : Bool
    goods are sold at a distance
supply.vat-class : Enum[standard, intermediate, reduced, zero, exempt]
    the VAT class of what is supplied
invoice.issued-on : Date
    the day of issue
invoice.tax-point : Date
    the day on which VAT becomes chargeable
invoice.net : Money
    the net of the invoice
group.category : Enum[S, Z, E, AE, K, G, O]
    the VAT category of a group of lines
group.rate : Percent
    the VAT rate of a group of lines
group.net : Money
    the net of a group of lines
quote.discount : Percent
    the highest discount of the quote
quote.total : Money
    the net of the quote
quote.list-total : Money
    the lines of the quote before all discounts
quote.on : Date
    the day of the quote
user.role : Enum[roles]
    what a person may do
billing-date : Date
    the day on which it falls due to be invoiced
"""


def inputs(order_types: Iterable[str], languages: Iterable[str]) -> str:
    """The table of inputs, with the given order types and languages."""
    return INPUTS.replace("{order types}", ", ".join(order_types)).replace("{languages}", ", ".join(languages))


def rows(table: str) -> Iterator[tuple[str, str, str]]:
    """Each name of a table, with its type and its meaning in English."""
    lines = [line.strip() for line in table.strip().splitlines()]
    for declared, meaning in zip(lines[::2], lines[1::2], strict=True):
        name, _, type_text = declared.partition(" : ")
        yield name, type_text, meaning


TARGETS: Final = """
line.price-factor : Number
    the factor on a unit price, unrounded
item.billing-process : Enum[billing-processes]
    the billing process of an item
item.payment-plan : Enum[payment-plans]
    the payment plan of an item
increment.placement : Enum[merge, append]
    added to the item in place, or beside it
increment.alignment : Enum[anchor, own]
    the subscription's anchor, or its own
increment.other-billing-type : Enum[convert, own-cycle, refuse]
    where the billing types differ
increment.several : Enum[newest, oldest, ask]
    where there are several subscriptions
vat.treatment : Enum[domestic, co-contractor, reverse-charge, intra-community, export, outside-scope, oss, small-business]
    how a supply is treated for VAT
vat.category : Enum[S, Z, E, AE, K, G, O]
    the VAT category of EN 16931
vat.rate : Percent
    the VAT rate
vat.vatex : Text
    the VATEX code, or an empty text
vat.mention : Enum[mentions]
    the mention on the document, or `none`
vat.basis : Text
    the article of law
vat.held : Text
    why the line is held back, or `no`
vat.tax-point : Enum[issue, payment, month-15, service-end]
    when VAT becomes chargeable
group.vat : Money
    the VAT of a group of lines
invoice.by-order : Bool
    whether each order has invoices of its own
invoice.by-item : Bool
    whether each item has invoices of its own
invoice.by-purchase-order : Bool
    whether each purchase order number has invoices of its own
invoice.by-billing-date : Bool
    whether each billing date has invoices of its own
invoice.by-month : Bool
    whether each month of billing dates has invoices of its own
invoice.channel : Enum[peppol, email, held]
    how an invoice is sent
invoice.recipients : Enum[customer, contacts, both]
    who receives an invoice by e-mail
invoice.contact-role : Text
    the role of the contacts that receive it
quote.recipients : Enum[customer, contacts, both]
    who receives a quote or an order confirmation by e-mail
quote.contact-role : Text
    the role of the contacts that receive it
quote.approver : Enum[roles]
    who must approve a quote
"""

DOMAINS: Final = (
    "countries",
    "vat-territories",
    "segments",
    "products",
    "families",
    "units",
    "billing-types",
    "billing-processes",
    "payment-plans",
    "mentions",
    "roles",
)
"""The lists of words that a rulebook adds to the vocabulary."""

GROUPING_KEYS: Final = (
    "customer",
    "order",
    "order.type",
    "item",
    "currency",
    "purchase-order",
    "billing-date",
    "month of billing-date",
    "category-o-apart",
)
"""The keys that a `grouping` block may name."""

LISTS: Final = ("lines",)
"""Lists of facts for `sum / count / min / max of … for …`."""

DATED_BY: Final = {
    "price": "price.date",
    "discount": "price.date",
    "stacking": "price.date",
    "bundle": "price.date",
    "increment": "item.joined-on",
}
"""The default date of the validity of each kind of block. A discount with days must name its own: it may mean running items or not."""
