"""An example for every evaluation, made of whatever the rulebook at hand sells, so that it can be tried as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product

Example = dict[str, object]


def examples(rulebook: Rulebook) -> Mapping[str, Example]:
    """A request for each evaluation by its name; every one is answered by this rulebook."""
    on = max(book.from_ for book in rulebook.price_books) if rulebook.price_books else rulebook.company.rules_answer_from
    country = rulebook.company.seller.country
    supply: Example = {"kind": "service", "vat_class": "standard"}
    line: Example = {"quantity": "3", "unit_price": "19.99", "discounts": [{"percent": "10"}], "category": "S", "rate": "21"}
    invoice: Example = {"currency": rulebook.currency.code, "lines": [line]}
    return {
        "price": _price(rulebook, on),
        "schedule": {
            "price": "30.00",
            "currency": rulebook.currency.code,
            "starts_on": "2027-01-31",
            "due_through": "2027-04-30",
            "process": {"every": 1, "unit": "month", "timing": "advance", "align_to": "anchor", "anchor_day": 31},
        },
        "payment-plan": {
            "net": "10000.01",
            "currency": rulebook.currency.code,
            "plan": {
                "instalments": [
                    {"share": "30%", "event": "order.signed"},
                    {"share": "30%", "event": "order.signed", "after": "1 months"},
                    {"share": "rest", "event": "delivery.accepted"},
                ]
            },
            "events": {"order.signed": "2027-01-31"},
        },
        "vat": {
            "customer": {"country": country, "kind": "business"},
            "supply": supply,
            "tax_point": on.isoformat(),
        },
        "invoice": invoice,
        "credit": {"invoice": invoice | {"line_net": ["53.97"]}, "earlier_credits": [], "ask": {"lines": [{"line": 1, "amount": "10.00"}]}},
        "quote": _quote(rulebook, on),
    }


def _price(rulebook: Rulebook, on: date) -> Example:
    tiers = {"mode": "graduated", "rows": [{"up_to": "10", "unit_price": "5.00", "flat": "2.00"}, {"unit_price": "4.00"}]}
    return {"customer": {"segment": _segment(rulebook)}, "tiers": tiers, "quantity": "12", "on": on.isoformat()}


def _quote(rulebook: Rulebook, on: date) -> Example:
    customer = {"id": "example", "name": "Example", "language": "en", "segment": _segment(rulebook)}
    address = {"street": "Street 1", "postcode": "1000", "town": "Town", "country": rulebook.company.seller.country}
    lines = [{"product": product.code, "quantity": "1"} for product in _sold_alone(rulebook)[:2]]
    return {"currency": rulebook.currency.code, "customer": customer | {"address": address}, "lines": lines, "on": on.isoformat()}


def _segment(rulebook: Rulebook) -> str:
    return next(iter(rulebook.segments), "")


def _sold_alone(rulebook: Rulebook) -> list[Product]:
    """Products that ask for no other product and no attribute."""
    priced = set().union(*(book.prices for book in rulebook.price_books)) if rulebook.price_books else set()
    return [product for product in rulebook.products.values() if product.code in priced and not product.requires and not product.attributes]
