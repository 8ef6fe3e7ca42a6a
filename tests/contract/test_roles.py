"""Every route of the desk by every role: what is declared, against a table that nobody generates."""

import re

import pytest

from api.desk.access import RESOURCES
from api.http.route_declarations import Route
from api.http.routes.registry import all_routes
from api.store.users import ROLES
from tests.contract.desk_over_http import DeskOverHttp

ALL = "sales billing accounting analyst admin"
ALLOWED = {
    "list_customers": ALL,
    "export_customers": ALL,
    "get_customer": ALL,
    "list_orders": ALL,
    "export_orders": ALL,
    "get_order": ALL,
    "activate_order": "sales billing admin",
    "list_transactions": ALL,
    "export_transactions": ALL,
    "list_usage": ALL,
    "export_usage": ALL,
    "get_usage": ALL,
    "report_usage": "sales billing admin",
    "list_invoices": ALL,
    "export_invoices": ALL,
    "get_invoice": ALL,
    "list_keys": "admin",
    "get_key": "admin",
    "create_key": "admin",
    "revoke_key": "admin",
    "list_audit": "admin",
    "export_audit": "admin",
}
"""Who may send what."""
ROUTES = {route.name: route for route in all_routes()}


def test_the_table_names_every_route() -> None:
    assert len(ROUTES) == len(all_routes()), "each operation has its own name"
    assert sorted(ALLOWED) == sorted(ROUTES)
    assert {route.resource for route in ROUTES.values()} <= set(RESOURCES), "a scope can name each resource"


@pytest.mark.parametrize("name", ALLOWED)
def test_a_route_opens_to_its_roles_and_to_no_other(lone: DeskOverHttp, name: str) -> None:
    route, opened = ROUTES[name], []
    for role in ROLES:
        status = lone.of(role).call(route.method, address_of(route)).status_code
        assert status not in (401, 500), (role, status)
        if status != 403:
            opened.append(role)
    assert opened == [role for role in ROLES if role in ALLOWED[name].split()]
    assert lone.client.request(route.method, address_of(route)).status_code == 401, "nobody gets in without a key"


def address_of(route: Route) -> str:
    """An address of a route, where there is nothing."""
    return re.sub(r"\{\w+\}", "none", route.path.replace("{format}", "csv"))
