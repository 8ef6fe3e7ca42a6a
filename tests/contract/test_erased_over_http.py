"""Every verb that names a customer, on one whose data were erased: it is refused, and so a verb that forgot to ask is seen."""

from typing import Any, Final

from api.desk import erasing, sales
from api.desk.order_verbs import VERBS
from api.desk.ordering import act
from api.http.route_declarations import Route
from api.http.routes.registry import all_routes
from engine.documents.opportunity import Opportunity
from engine.money import Money
from tests.contract.desk_over_http import PENDING, TODAY, DeskOverHttp

RESOURCES: Final = ("customers", "opportunities", "quotes", "orders")
NAMES: Final = {
    "{line}": "1",
    "{customer}": "K3",
    "{opportunity}": "OP3",
    "{number}": "Q2027-0001",
    "{order}": PENDING,
    "{item}": f"{PENDING}-1",
    "{address}": "shop",
    "{system}": "crm",
}
BODIES: Final[dict[str, Any]] = {
    "make_quote": {"customer": "K3", "lines": [{"product": "SUB-CORE", "quantity": "1"}]},
    "enter_order": {"id": "O9", "customer": "K3", "lines": [{"product": "SUB-CORE", "quantity": "1"}]},
    "open_opportunity": {
        "id": "OP9",
        "customer": "K3",
        "what": "Till",
        "stage": "qualification",
        "amount": "1.00",
        "expected_close": "2027-03-31",
        "owner": "Ann",
    },
    "report_event": {"event": "delivery.accepted", "on": "2027-01-31"},
    "add_line": {"on": "2027-01-31", "product": "SRV-TRAIN", "price": "1.00", "because": "agreed"},
    "set_terms": {"terms": "30-days"},
    "reopen_opportunity": {"stage": "qualification"},
    "set_primary": {"quote": None},
    "register_prospect": {"id": "K8", "country": "BE"},
    "merge_customers": {"into": "K1"},
    "swap_item": {"on": "2027-02-01", "product": "SUB-WS"},
}
"""What is asked where the example of a route names something that is not there."""
NAMES_NOBODY: Final = frozenset(
    {"create_customer", "preview_verb", "erase_prospect", "erase_reply", "cancel_order", "cancel_item", "set_fields", "set_delivery"}
)
"""Those that name nobody whose data are gone, and those that change nothing here."""


def test_no_verb_deals_with_an_erased_customer(lone: DeskOverHttp) -> None:
    desk = lone.desk
    euros = {"currency": desk.rulebook.currency, "amount": Money.parse("1.00", desk.rulebook.currency)}
    chance = {"id": "OP3", "customer": "K3", "what": "Till", "stage": "proposal", "state": "open", "owner": "Ann", "expected_close": TODAY}
    sales.open_opportunity(desk, Opportunity.model_validate(chance | euros))
    sales.lose(desk, "OP3", "price")
    act(desk, PENDING, VERBS.validate_python({"verb": "cancel", "on": TODAY, "currency": desk.rulebook.currency}))
    erasing.erase_customer(desk, "K3", by="Ann", because="asked for")
    verbs = [route for route in all_routes() if route.resource in RESOURCES and route.method != "GET" and route.name not in NAMES_NOBODY]
    assert len(verbs) > 25
    allowed = {route.name: response.text for route in verbs if (response := _sent(lone, route)).status_code != 409}
    assert allowed == {}


def _sent(http: DeskOverHttp, route: Route) -> Any:
    path = route.path
    for place, name in NAMES.items():
        path = path.replace(place, name)
    return http.of("admin").call(route.method, path, BODIES.get(route.name, route.example))
