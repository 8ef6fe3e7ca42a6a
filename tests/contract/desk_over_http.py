"""A desk over HTTP for tests: the application in this process, over a database with a few documents, and a key of each role."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import fastapi.dependencies.models
import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from api.desk import ordering, quoting
from api.desk.access import create_key
from api.desk.billing_run import issue
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.quote_acceptance import Acceptance, accept
from api.desk.version_in_force import ReadVersions
from api.http.app import HttpApplication, create_app
from api.http.desk_opener import DeskOpener
from api.settings import ServiceLimits, read_settings
from api.store import customers
from api.store.users import ROLES, Role
from engine.documents.quote import LineRequest
from engine.money import Quantity
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.contract.in_process import client_in_process
from tests.running_service import ROOT

_VERSIONS = ReadVersions()
TODAY = date(2027, 1, 31)
PENDING = "Q2027-0001-subscription"
"""An order whose items are pending."""
FILES = {
    "customers.csv": """\
id,name,street,postcode,town,country,language,vat_number,email,segment,vat_checked_on
K1,Optique Un,Rue 1,5000,Namur,BE,fr,BE0999910048,un@optique.example,independent,2027-01-02
K2,Optiek Twee,Straat 2,9000,Gent,BE,nl,BE0999910741,twee@optiek.example,chain,2027-01-02
K3,Optique Trois,Rue 3,4000,Liège,BE,fr,,trois@optique.example,independent,
""",
    "subscriptions.csv": """\
customer,billing_type,activated_on,anchor_day,product,quantity
K1,monthly,2026-03-01,1,SUB-CORE,1
K1,monthly,2026-03-01,1,SUB-WS,2
K2,quarterly,2026-10-15,15,SUB-CORE,3
""",
    "investments.csv": "customer,signed_on,product,quantity\nK1,2026-12-07,HW-AIO,2\nK1,2026-12-07,SRV-TRAIN,1\n",
    "advertising.csv": "customer,product,quantity,first_month,months\nK2,ADV-NEWS,1,2027-01,3\n",
    "contacts.csv": "id,customer,name\nP1,K1,Jeanne Lambert\n",
    "opportunities.csv": "id,customer,what,stage,amount_eur,expected_close,owner\nOP1,K1,Till,qualification,900.00,2027-03-01,Ann\n",
}


def now() -> datetime:
    """A moment that does not matter."""
    return datetime(2027, 1, 31, 9, 0, tzinfo=UTC)


@dataclass
class Caller:
    """Requests with one key."""

    client: httpx.Client
    key: str

    def call(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """The response to a request."""
        own = {"Authorization": f"Bearer {self.key}"} | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.client.request(method, path, json=body, headers=own)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The response to a GET."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        """The response to a POST."""
        return self.call("POST", path, body, **headers)

    def tree(self, path: str) -> Any:
        """The JSON of what is there."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.json()


@dataclass
class DeskOverHttp:
    """The application over a database, and its keys by role."""

    application: HttpApplication
    client: httpx.Client
    desk: Desk
    keys: Mapping[str, str]
    opener: DeskOpener = field(repr=False)
    loop: BlockingPortal = field(repr=False)
    """The one event loop of its requests: to start one for each takes a quarter of their time."""
    opened: ExitStack = field(repr=False)

    def close(self) -> None:
        """Closes what it opened. FastAPI remembers functions of thousands of routes, and with them all that their applications hold."""
        self.client.close()
        self.opened.close()
        self.opener.close()
        self.desk.close()
        for remembered in vars(fastapi.dependencies.models).values():
            if hasattr(remembered, "cache_clear"):
                remembered.cache_clear()

    def another_client(self, **options: Any) -> httpx.Client:
        """A client with no cookie yet."""
        return client_in_process(self.application, self.loop, **options)

    def of(self, role: str) -> Caller:
        """Who has a role."""
        return Caller(self.client, self.keys[role])

    def with_key(self, key: str) -> Caller:
        """Who has a key."""
        return Caller(self.client, key)


def fill(url: str, rulebook: Rulebook, sources: Sources, folder: Path) -> None:
    """Writes customers, orders of each type, some of them pending, invoices of January, and a key of each role."""
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    desk = open_desk(url, rulebook, sources, today=TODAY, now=now)
    import_files(desk, folder)
    issue(desk, Selection(due_through=TODAY, customer="K2"))
    with desk.writing() as connection:
        buyer = customers.find(connection, ["K3"])["K3"]
        lines = [LineRequest(product="SUB-CORE", quantity=Quantity.whole(1)), LineRequest(product="SUB-WS", quantity=Quantity.whole(2))]
        quote = quoting.make_quote(desk, connection, buyer, lines, on=TODAY)
    (order,) = accept(desk, quote.number, Acceptance(on=TODAY)).orders
    assert (order.id, ordering.find_order(desk, order.id)[0].state) == (PENDING, "pending")
    desk.close()


def open_over_http(url: str, rulebook: Rulebook, sources: Sources, limits: ServiceLimits | None = None) -> DeskOverHttp:
    """The application over a filled database, with a new key of each role."""
    desk = open_desk(url, rulebook, sources, today=TODAY, now=now)
    keys = {role: make_key(desk, role) for role in ROLES}
    settings = read_settings({"DATABASE_URL": url}, {})
    opener = DeskOpener(
        url=url, rulebook=rulebook, sources=sources, rulebook_folder=ROOT, today=TODAY, now=now, versions=_VERSIONS, settings=settings
    )
    application = create_app(sources, limits=limits, rulebook=rulebook, database_url=url, desk=opener)
    opened = ExitStack()
    loop = opened.enter_context(start_blocking_portal())
    client = client_in_process(application, loop)
    return DeskOverHttp(application=application, client=client, desk=desk, keys=keys, opener=opener, loop=loop, opened=opened)


def make_key(desk: Desk, role: Role, name: str | None = None, **fields: Any) -> str:
    """The text of a new key."""
    return create_key(desk, name or role, role, created_by="test", **fields)[1]
