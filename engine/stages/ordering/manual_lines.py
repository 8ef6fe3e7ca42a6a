"""Manual lines of an order: what a person enters by hand, billed once with the next run from its day on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from engine.documents.item_billing import OneOff
from engine.documents.order import ITEMS, AnyItem, Order
from engine.documents.quote import FREE_TEXT
from engine.money import Price, Quantity
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import unknown_product
from engine.text.nearest import suggestion

PRODUCT_OR_TEXT: Final = Kind(
    "product-or-text", "a manual line is either a product or a text", "give one of the two: `product`, or `text` with its VAT class"
)
NOT_GIVEN: Final = Kind("not-said", "a manual line with a text of its own needs `{what}`", "write one of {possible}")
NO_SUCH_NAME: Final = Kind("no-such-name", "there is no `{name}` for `{what}`", "write one of {possible}{remedy}")
NO_PRICE: Final = Kind("no-manual-price", "a manual line needs a price of one unit", "write it, such as 125.00; below 0 for a discount")
ITEM_EXISTS: Final = Kind(
    "item-exists", "the order `{order}` has an item `{item}` already, with other content", "leave the name out, or choose another"
)


class ManualLine(NamedTuple):
    """What is asked of a manual line; None where the product decides."""

    on: date
    quantity: Quantity
    price: Price | None
    product: str | None = None
    text: str | None = None
    unit: str | None = None
    supply_kind: str | None = None
    vat_class: str | None = None
    account: str | None = None
    item: str | None = None


def add_line(
    order: Order, line: ManualLine, rulebook: Rulebook, *, because: str, vat_classes: Collection[str], kinds: Collection[str]
) -> Order:
    """The order with one more item, billed once on its day; the same order where that item is there already."""
    name = line.item or _free_name(order)
    item = _item(order, name, line, rulebook, vat_classes, kinds)
    known = next((each for each in order.items if each.id == name), None)
    if known is not None:
        if known.replace(state="pending") == item and known.state == "pending":
            return order
        raise Refusal((ITEM_EXISTS.at(None, "/item", order=order.id, item=name),), known.state, ())
    return order.with_step(line.on, "line added", name, because=because, items=(*order.items, item))


def _item(order: Order, name: str, line: ManualLine, rulebook: Rulebook, vat_classes: Collection[str], kinds: Collection[str]) -> AnyItem:
    if (line.product is None) == (line.text is None):
        raise Refusal((PRODUCT_OR_TEXT.at(None, "/product"),))
    product = rulebook.products.get(line.product or "")
    if line.product is not None and product is None:
        raise Refusal((unknown_product(line.product, rulebook.products, "/product"),))
    units = list(rulebook.units)
    chosen = {
        "supply_kind": line.supply_kind or (product.supply_kind if product else None),
        "vat_class": line.vat_class or (product.vat_class if product else None),
        "account": line.account or (product.account if product else None),
        "unit": line.unit or (product.unit if product else next((each for each in units if rulebook.units[each].code == "C62"), units[0])),
    }
    possible = {"supply_kind": kinds, "vat_class": vat_classes, "account": rulebook.accounts.revenue, "unit": units}
    problems = [problem for field, value in chosen.items() if (problem := _problem(field, value, list(possible[field]))) is not None]
    if line.price is None:
        problems.append(NO_PRICE.at(None, "/price"))
    if problems:
        raise Refusal(tuple(problems))
    own = {"first_month": line.on, "insertions": 1} if "first_month" in ITEMS[order.type].model_fields else {}
    fields = {
        "id": name,
        "currency": order.currency,
        "product": line.product or FREE_TEXT,
        "quantity": line.quantity,
        "negotiated_price": line.price,
        "starts_on": line.on,
        "supply_kind": chosen["supply_kind"],
        "vat_class": chosen["vat_class"],
        "revenue_account": chosen["account"],
        "one_off": OneOff(text=line.text, unit=str(chosen["unit"])),
        "source": "by hand",
    }
    return ITEMS[order.type].model_validate(fields | own)


def _problem(field: str, value: str | None, possible: list[str]) -> Problem | None:
    if value is None:
        return NOT_GIVEN.at(None, f"/{field}", what=field, possible=", ".join(possible))
    if value not in possible:
        words = {"what": field, "name": value[:60], "possible": ", ".join(possible)}
        return NO_SUCH_NAME.at(None, f"/{field}", **words, remedy=f"; {suggestion(value, possible)}")
    return None


def _free_name(order: Order) -> str:
    used, number = {item.id for item in order.items}, 1
    while f"{order.id}-line-{number}" in used:
        number += 1
    return f"{order.id}-line-{number}"


def with_ended_lines(order: Order, invoiced: Collection[str]) -> Order:
    """The order whose lines entered by hand are ended where they were invoiced; `invoiced` has the ids of items."""
    ended = {item.id for item in order.items if item.one_off is not None and item.state == "pending" and item.id in invoiced}
    return order.replace(items=tuple(item.replace(state="ended") if item.id in ended else item for item in order.items)) if ended else order
