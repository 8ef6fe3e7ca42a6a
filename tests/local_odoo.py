"""An Odoo on loopback that speaks the External JSON-2 API, as its description has it; and what its users do there."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from inspect import signature
from typing import Any

from api.delivery.accounting.odoo_connector import OdooConnector
from api.delivery.accounting.odoo_rpc import odoo_rpc
from engine.rulebook.accounting_tools import ToolMapping
from tests.local_accounting import mapping
from tests.odoo_books import OdooBooks
from tests.odoo_store import OdooError

KEY, DATABASE = "6578616d706c65", "optique"
_OF_INSTANCES = {"write", "unlink", "action_post", "button_cancel", "reconcile", "remove_move_reconcile"}
_PUBLIC = {*_OF_INSTANCES, "search_read", "create", "formatted_read_group", "context_get"}


@dataclass
class LocalOdoo:
    """A server and its books."""

    books: OdooBooks
    port: int = 0
    calls: list[str] = field(default_factory=list)
    failing: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    """What the next requests are answered with, whatever they ask."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """The setting CENTWRIGHT_ACCOUNTING_URL for it."""
        return f"odoo+http://{KEY}@127.0.0.1:{self.port}/{DATABASE}"

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """The status and the tree of a request."""
        try:
            return 200, self._result(path, headers, body)
        except OdooError as error:
            tree = {"name": error.name, "message": str(error), "arguments": [str(error)], "context": {}, "debug": "Traceback …"}
            return error.status, tree

    def _result(self, path: str, headers: Any, body: bytes) -> Any:
        if headers["Authorization"] != f"bearer {KEY}":
            raise OdooError("Invalid apikey", "werkzeug.exceptions.Unauthorized", 401)
        route = re.fullmatch(r"/json/2/([a-z._]+)/([a-z_]+)", path)
        if route is None or headers["X-Odoo-Database"] not in (None, DATABASE) or route[1] not in self.books.models:
            raise OdooError(f"the model {path!r} does not exist", "werkzeug.exceptions.NotFound", 404)
        model, method = route[1], route[2]
        given = json.loads(body, parse_float=Decimal)
        given.pop("context", None)
        if method not in _PUBLIC or (given.get("ids") and method not in _OF_INSTANCES):
            raise OdooError(f"cannot call {model}.{method} with ids", "werkzeug.exceptions.UnprocessableEntity", 422)
        try:
            signature(getattr(self.books, method)).bind(model, **given)
        except TypeError as error:
            raise OdooError(str(error), "werkzeug.exceptions.UnprocessableEntity", 422) from None
        with self.lock:
            self.calls.append(f"{model}/{method}")
            return self.books.call(model, method, given)


@contextmanager
def local_odoo(tool: ToolMapping) -> Iterator[LocalOdoo]:
    """A server whose chart, taxes and journals are those of a mapping."""
    served = LocalOdoo(_books(tool))

    class Request(BaseHTTPRequestHandler):
        wbufsize = -1  # headers and content in one packet

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if served.failing:
                self.write(*served.failing.pop(0))
                return
            status, tree = served.answer(self.path, self.headers, body)
            self.write(status, json.dumps(tree, default=float).encode(), {})

        def write(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, text in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    served.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


def odoo_connector_to(served: LocalOdoo, tool: ToolMapping | None = None, seconds: float = 60.0) -> OdooConnector:
    """A connector to a local Odoo."""
    return OdooConnector(odoo_rpc(served.url, seconds=seconds), tool or mapping("odoo"))


def receive(connector: OdooConnector, amount: str, on: date, *records: str, account: str = "550000") -> int:
    """Enters money of a customer in Odoo, matches it with invoices in their order, as its users do, and gives its line."""
    rpc, setup = connector.rpc, connector.setup
    invoices = rpc.search(
        "account.move.line", [["move_id", "in", list(map(int, records))], ["display_type", "=", "payment_term"]], ["account_id"]
    )
    owed = setup.accounts["400000"]
    lines = [
        [0, 0, {"account_id": setup.accounts[account], "name": "Transfer", "debit": Decimal(amount), "credit": 0}],
        [0, 0, {"account_id": owed, "name": "Transfer", "debit": 0, "credit": Decimal(amount)}],
    ]
    (move,) = rpc.create("account.move", [{"move_type": "entry", "journal_id": setup.entries_journal, "date": on, "line_ids": lines}])
    rpc.call("account.move", "action_post", ids=[move])
    (line,) = rpc.search("account.move.line", [["move_id", "=", move], ["account_id", "=", owed]], ["account_id"])
    match(connector, int(str(line["id"])), *[int(str(each["id"])) for each in invoices])
    return int(str(line["id"]))


def match(connector: OdooConnector, *lines: int) -> None:
    """Matches lines in Odoo."""
    connector.rpc.call("account.move.line", "reconcile", ids=list(lines))


def _books(tool: ToolMapping) -> OdooBooks:
    books = OdooBooks()
    for code in sorted(set(tool.accounts.values())):
        kind = "asset_receivable" if code == "400000" else "income"
        books.add("account.account", {"name": code, "code": code, "account_type": kind, "reconcile": code == "400000"})
    ours = {"company_id": books.company}
    for name in sorted({each for taxes in tool.taxes.values() for each in (taxes.goods, taxes.services)}):
        tax = {"amount": Decimal(name.partition("%")[0]), "amount_type": "percent", "price_include": False, "type_tax_use": "sale"}
        books.add("account.tax", {"name": name, **tax, **ours})
    for code, kind in ((tool.journal, "sale"), (tool.entries_journal, "general"), ("BNK1", "bank")):
        books.add("account.journal", {"name": code, "code": code, "type": kind, **ours})
    return books
