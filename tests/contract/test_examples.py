"""Every example of the description does what it says: each is sent as it stands, to a new company where those before it were sent."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from api.desk.billing_run import issue
from api.desk.desk import open_desk
from api.desk.due_drafts import Selection
from api.http.example_names import example_names
from api.http.routes.registry import all_routes
from api.installation import SHIPPED
from api.workbench import publishing
from engine.rulebook.reader import read_rulebook
from tests.contract.desk_over_http import TODAY, Caller, DeskOverHttp, make_key, now, open_over_http
from tests.measured_company import measured_company

ELSEWHERE = {
    "report_event",
    "resume_run",
    "report_reconciliation",
    "print_quote",
    "get_link",
    "deliver_quote",
    "get_reminder",
    "print_reminder",
    "print_draft",
    "print_statement",
    "erase_reply",
    "print_order",
    "print_invoice",
    "retry_message",
    "reject_message",
    "ask_register",
    "test_webhook",
    "unbind_user",
    "check_accounting",
    "reconcile_accounting",
    "read_accounting_payments",
    "exchange_payment",
    *("get_sent_reminder", "print_letter", "deliver_reminder", "cancel_charge"),
}
"""What needs a run whose workers are gone, a snapshot of the forecast, an overdue invoice, something due, a message that was sent or has a
random key or a secret, a register of VAT numbers, a receiver, an account, an accounting tool, or takes seconds; other tests have them."""
CODES = "vat/codes.yaml"
"""The VAT codes of Belgium, without which there is no VAT return to report."""
REMINDERS = "plans/reminders.yaml"
"""The reminders of Belgium, without which nobody is reminded."""
ROUTES = {
    route.name: route for route in all_routes() if route.listing is None and not {route.name} & ELSEWHERE and "{format}" not in route.path
}
FIRST = {
    "customers": "create_customer",
    "opportunities": "open_opportunity",
    "orders": "activate_order",
    "quotes": "make_quote",
    "invoices": "the run",
    "webhooks": "create_webhook",
    "payments": "enter_payment",
    "reminders": "the run",
    "drafts": "change_draft",
}
"""By resource: what comes before its verbs, unless `AFTER` says otherwise; what only reads comes after all that it may show."""
AFTER = {
    **dict.fromkeys(("post_payments", "close_month", "close_vat"), "nothing"),
    **dict.fromkeys(("create_customer", "open_opportunity", "create_webhook", "check_e_invoice", "add_official_rules"), "nothing"),
    "change_draft": "nothing",
    "get_patch": "change_draft",
    "enter_payment": "the run",
    "write_off": "the run",
    "get_payment": "enter_payment",
    "payment_candidates": "enter_payment",
    "release_payment": "match_payment",
    "refund_payment": "release_payment",
    "remove_official_rules": "add_official_rules",
    "get_webhook": "create_webhook",
    "release_customer": "hold_customer",
    "release_invoice": "dispute_invoice",
    "finish_customer_activity": "add_customer_activity",
    "finish_opportunity_activity": "add_opportunity_activity",
    "set_primary": "a quote of the opportunity",
    "create_contact": "create_customer",
    **dict.fromkeys(("change_contact", "erase_contact", "get_contact"), "create_contact"),
    "remove_address": "set_address",
    "find_reference": "set_reference",
    "merge_customers": "another customer",
    **dict.fromkeys(("reopen_opportunity", "erase_prospect"), "lose_opportunity"),
    "make_quote": "create_customer",
    "submit_quote": "a draft",
    "approve_quote": "a large discount",
    "enter_order": "create_customer",
    "note_sent": "make_quote",
    "confirm_order": "activate_order",
    **dict.fromkeys(("refuse_quote", "accept_quote"), "send_quote"),
    **dict.fromkeys(("activate_order", "activate_item", "cancel_order", "cancel_item"), "accept_quote"),
    "resume_item": "suspend_item",
    "report_usage": "a measured item",
    "get_usage": "report_usage",
    "start_billing": "activate_order",
    "rebill_invoice": "a credited invoice",
    **dict.fromkeys(("withdraw_rulebook", "approve_rulebook", "get_rulebook", "get_files"), "a proposed version"),
    "roll_back": "approve_rulebook",
    **dict.fromkeys(("skip_message", "retry_one_booking", "retry_run", "print_run_invoices"), "the run"),
    **dict.fromkeys(("change_user", "reset_password", "end_sessions"), "add_user"),
    "revoke_key": "create_key",
}
"""By operation: what comes before it."""


@dataclass
class Company:
    """A new company over HTTP, and its database after each example that was sent."""

    http: DeskOverHttp
    file: Path
    asker: Caller
    """Somebody who may do everything, and approves quotes."""
    states: dict[str, sqlite3.Connection] = field(default_factory=dict)

    def send(self, name: str) -> httpx.Response:
        """The response to the example of an operation, after what comes before it."""
        route = ROUTES[name]
        self.be_after(AFTER.get(name, "everything" if route.method == "GET" else FIRST.get(route.resource, "nothing")))
        path = route.path.format(**example_names(route))
        return self.asker.call(route.method, path, None if route.example is None else dict(route.example))

    def post(self, path: str, body: object = None) -> httpx.Response:
        """The response to another request."""
        return self.asker.post(path, body)

    def be_after(self, name: str) -> None:
        """The database as it is after an operation, or after something prepared."""
        if name not in self.states:
            if name in PREPARED:
                before, prepare = PREPARED[name]
                self.be_after(before)
                prepare(self)
            else:
                response = self.send(name)
                assert response.is_success, (name, response.text)
            self.states[name] = sqlite3.connect(":memory:")
            with sqlite3.connect(self.file) as written:
                written.backup(self.states[name])
        with sqlite3.connect(self.file) as live:
            self.states[name].backup(live)


def invoice(company: Company) -> None:
    """Bills what is due in January."""
    issue(company.http.desk, Selection(due_through=TODAY))


def send_others(company: Company) -> None:
    """Sends what creates something besides the sale."""
    for name in ("open_opportunity", "add_user", "create_key"):
        assert company.post(ROUTES[name].path, ROUTES[name].example).status_code == 201


def create_another(company: Company) -> None:
    """Creates a second customer."""
    assert company.post("/v1/customers", {**(ROUTES["create_customer"].example or {}), "id": "K1", "vat_number": None}).status_code == 201


def discount(company: Company) -> None:
    """Makes a quote that somebody must approve."""
    company.post("/v1/quotes", {"customer": "K9", "lines": [{"product": "LAUNCH", "quantity": "1", "discount": "30%"}]})


def draft(company: Company) -> None:
    """Drafts a quote."""
    company.post("/v1/quotes", {"customer": "K9", "draft": True, "lines": [{"product": "LAUNCH", "quantity": "1"}]})


def sell_messages(company: Company) -> None:
    """Sells what is billed by usage."""
    company.post("/v1/quotes", {"customer": "K9", "lines": [{"product": "MESSAGES", "quantity": "500"}]})
    company.post("/v1/quotes/Q2027-0001/send")
    company.post("/v1/quotes/Q2027-0001/accept", {})
    company.post("/v1/orders/Q2027-0001-subscription/activate", {"on": "2027-01-04"})


def quote_opportunity(company: Company) -> None:
    """Makes a quote of the opportunity."""
    opened = {**(ROUTES["open_opportunity"].example or {}), "prospect": None, "customer": "K9"}
    assert company.post("/v1/opportunities", opened).status_code == 201
    line = {"product": "WORKSPACE", "quantity": "1"}
    assert company.post("/v1/quotes", {"customer": "K9", "opportunity": "OP-WEB-1", "lines": [line]}).status_code == 201


def credit(company: Company) -> None:
    """Credits the whole invoice."""
    company.post("/v1/invoices/2027-00001/credit", {"whole": True})


def publish(company: Company) -> None:
    """Proposes a version of the rulebook to a second person."""
    texts = {**company.http.desk.sources}
    texts["company.yaml"] += "publishing: {second-person: yes}\n"
    desk = replace(company.http.desk, rulebook=read_rulebook(texts), sources=texts)
    publishing.publish(desk, golden=None, name="next", progress=lambda *_: None)


PREPARED: dict[str, tuple[str, Callable[[Company], object]]] = {
    "the run": ("activate_order", invoice),
    "everything": ("the run", send_others),
    "another customer": ("create_customer", create_another),
    "a large discount": ("create_customer", discount),
    "a draft": ("create_customer", draft),
    "a measured item": ("create_customer", sell_messages),
    "a quote of the opportunity": ("create_customer", quote_opportunity),
    "a credited invoice": ("the run", credit),
    "a proposed version": ("nothing", publish),
}
"""What no example does, and what it comes after."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    file = tmp_path_factory.mktemp("examples") / "desk.sqlite"
    texts = {**measured_company(), **{path: (SHIPPED / path).read_text() for path in (CODES, REMINDERS)}}
    rulebook = read_rulebook(texts)
    desk = open_desk(f"sqlite:///{file}", rulebook, texts, today=TODAY, now=now)
    desk.close()
    opened = open_over_http(f"sqlite:///{file}", rulebook, texts)
    user = {"name": "boss", "full_name": "Boss", "email": "boss@example.com", "role": "admin", "approves": ["management"]}
    assert opened.of("admin").post("/v1/users", user).status_code == 201
    made = Company(opened, file, opened.with_key(make_key(opened.desk, "admin", "of-boss", user="boss")))
    made.states["nothing"] = sqlite3.connect(":memory:")
    with sqlite3.connect(file) as written:
        written.backup(made.states["nothing"])
    yield made
    opened.close()


@pytest.mark.parametrize("name", ROUTES)
def test_an_example_is_done(company: Company, name: str) -> None:
    response = company.send(name)
    assert response.status_code == ROUTES[name].status, response.text
