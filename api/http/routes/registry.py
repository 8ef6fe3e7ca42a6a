"""The resources of the desk over HTTP: each has a module, and one line here."""

from __future__ import annotations

from typing import Final

from api.http.route_declarations import Resource, Route
from api.http.routes.audit import audit
from api.http.routes.customers import customers
from api.http.routes.invoices import invoices
from api.http.routes.keys import keys
from api.http.routes.orders import orders
from api.http.routes.transactions import transactions
from api.http.routes.usage_reporting import usage

RESOURCES: Final[tuple[Resource, ...]] = (
    customers,
    orders,
    transactions,
    usage,
    invoices,
    keys,
    audit,
)
"""In the order of the reference page."""


def all_routes() -> tuple[Route, ...]:
    """Every route of the desk."""
    return tuple(route for resource in RESOURCES for route in resource.routes)
