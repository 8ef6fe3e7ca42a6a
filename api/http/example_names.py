"""The names that examples of requests use: of documents that a new company has once the examples before them were done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.http.route_declarations import Route

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "accounting": {"booking": "2027-00001"},
    "contacts": {"contact": "P9"},
    "customers": {"customer": "K9", "number": "1", "address": "workshop", "system": "crm", "reference": "0015-77"},
    "drafts": {"author": "boss"},
    "e-invoices": {"name": "House rules"},
    "invoices": {"number": "2027-00001"},
    "journal": {"month": "2026-12"},
    "keys": {"name": "web-shop"},
    "opportunities": {"opportunity": "OP-WEB-1", "number": "1"},
    "orders": {"order": "Q2027-0001-subscription", "item": "Q2027-0001-subscription-1"},
    "outbox": {"message": "2027-00001|peppol"},
    "payments": {"payment": "P000001"},
    "quotes": {"number": "Q2027-0001", "line": "1"},
    "roll_back": {"version": "v1"},
    "rulebooks": {"version": "v2"},
    "runs": {"run": "1"},
    "usage": {"report": "2027-01-meter-7"},
    "users": {"user": "ann"},
    "webhooks": {"name": "web-shop"},
}
"""By resource, or by operation where it needs another one: an example of each name in its paths."""


def example_names(route: Route) -> Mapping[str, str]:
    """An example of each name in the path of a route."""
    names = _NAMES.get(route.name, _NAMES.get(route.resource, {}))
    return {name: names.get(name, "csv" if name == "format" else name) for name in route.names}
