"""Many clients of a running service do random verbs on the same orders while a run goes on, and some lose the replies to what they sent."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.desk.access import create_key
from api.store import tables
from api.store.auditor import audit
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.conftest import FULL
from tests.running_service import Service, running_service
from tests.scenario.crashing import desk_at
from tests.scenario.many_customers import import_customers

SHARED = 5
"""So many orders are changed by everybody."""
EXPECTED = {200, 201, 404, 409, 412, 422}
Request = tuple[str, dict[str, object]]


@dataclass
class Client:
    """One of the clients: what it sends is random, and the same for the same number."""

    service: Service
    key: str
    number: int
    random: random.Random
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    """The status of the last answer to each line that was added by hand, by its reason."""

    def work(self, count: int) -> None:
        """Sends so many verbs, one after the other."""
        for at in range(count):
            path, body = self.random.choice((self.of_order, self.of_item, self.of_customer, self.of_invoice, self.line))(at)
            status = self.send(path, body, f"{self.number}-{at}")
            self.statuses[status] += 1
            if path.endswith("/lines"):
                self.lines[str(body["because"])] = status

    def send(self, path: str, body: Mapping[str, object], key: str) -> int:
        """The status of a POST. A reply that was lost is asked for again, with the same Idempotency-Key, until one comes."""
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key, "Content-Type": "application/json"}
        while True:
            connection = self.service.connect(120)
            try:
                connection.request("POST", path, json.dumps(body).encode(), headers)
                if self.random.random() < 0.2:
                    self.lost += 1
                    time.sleep(self.random.random() / 20)
                    continue
                response = connection.getresponse()
                response.read()
                return response.status
            finally:
                connection.close()

    def day(self) -> str:
        """A day of the last or the next weeks."""
        return (date(2027, 1, 1) + timedelta(self.random.randrange(90))).isoformat()

    def order(self, number: int | None = None) -> dict[str, Any]:
        """One of the orders of everybody, or that of another customer, as it is now."""
        at = self.random.randrange(SHARED) if number is None else number
        rows = self.read(f"/v1/orders?customer=N{at:05}")["rows"]
        return dict(self.read(f"/v1/orders/{rows[0]['order']}"))

    def read(self, path: str) -> Any:
        """The JSON of a GET."""
        status, _, body = self.service.call("GET", path, headers={"Authorization": f"Bearer {self.key}"}, seconds=120)
        self.statuses[status] += 1
        return json.loads(body)

    def of_order(self, at: int) -> Request:
        """A verb of a whole order."""
        verb, body = self.random.choice(
            [
                ("undo", {"because": f"{self.number} {at}", "compensate": self.random.random() < 0.5}),
                ("move", {"on": self.day()}),
                ("preview", {"verb": "end", "on": self.day()}),
                ("terms", {"terms": None}),
                ("activate", {"on": self.day()}),
            ]
        )
        return f"/v1/orders/{self.order()['id']}/{verb}", body

    def of_item(self, _at: int) -> Request:
        """A verb of an item."""
        order = self.order()
        item = self.random.choice(order["items"])["id"]
        verb, more = self.random.choice(
            [
                ("suspend", {}),
                ("resume", {}),
                ("end", {"waive": "agreed", "by": "test"}),
                ("change", {"quantity": str(self.random.randrange(1, 9))}),
                ("change", {"quantity": str(self.random.randrange(1, 9))}),
            ]
        )
        return f"/v1/orders/{order['id']}/items/{item}/{verb}", {"on": self.day(), **more}

    def of_customer(self, at: int) -> Request:
        """A hold, or its end."""
        name = f"/v1/customers/N{self.random.randrange(SHARED):05}"
        return self.random.choice([(f"{name}/hold", {"because": f"{self.number} {at}"}), (f"{name}/release", {})])

    def of_invoice(self, at: int) -> Request:
        """A credit note, or what was credited billed again."""
        rows = self.read(f"/v1/invoices?customer=N{self.random.randrange(SHARED):05}")["rows"]
        if not rows:
            return self.of_customer(at)
        ask = self.random.choice([("credit", {"amount": "1.00"}), ("credit", {"whole": True}), ("rebill", {"because": "again"})])
        return f"/v1/invoices/{self.random.choice(rows)['number']}/{ask[0]}", ask[1]

    def line(self, at: int) -> Request:
        """A line by hand, whose reason no other has; nobody takes back what is done to its order."""
        body: dict[str, object] = {"on": "2027-01-15", "product": "SUB-AGENDA", "price": "3.00", "because": f"line {self.number} {at}"}
        return f"/v1/orders/{self.order(SHARED)['id']}/lines", body


@pytest.mark.proof
def test_eight_clients_on_the_same_orders_while_a_run_goes_on(
    fresh_url: Callable[..., str], tmp_path: Path, rulebook: Rulebook, sources: Sources, proof_size: Callable[[int], int]
) -> None:
    url = fresh_url()
    import_customers(url, tmp_path / "files", 1_000 if FULL else 60, rulebook, sources)
    desk = desk_at(url, rulebook, sources)
    _, key = create_key(desk, "shop", "admin", created_by="test")
    desk.close()
    options = ("--database", url, "--today", "2027-01-31")
    with running_service(*options, environment={"CENTWRIGHT_RATE": "100000"}) as service:
        clients = [Client(service, key, number, random.Random(number)) for number in range(8)]
        starting = clients[0].send("/v1/runs", {"due_through": "2027-01-31", "workers": 2}, "run")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda client: client.work(proof_size(150)), clients))
        assert starting == 200
        wait_for_run(clients[0])
    statuses = sum((client.statuses for client in clients), Counter[int]())
    assert set(statuses) <= EXPECTED, statuses
    assert statuses[200] > sum(statuses.values()) / 4
    assert sum(client.lost for client in clients) > 5
    check_lines(url, clients, rulebook, sources)


def wait_for_run(client: Client) -> None:
    """Waits until the run is done."""
    until = time.monotonic() + 300
    while client.read("/v1/runs/1")["state"] != "done":
        assert time.monotonic() < until, "the run is not done"
        time.sleep(0.2)


def check_lines(url: str, clients: list[Client], rulebook: Rulebook, sources: Sources) -> None:
    """Fails unless each line whose request was answered with success was added once, no other was added, and the auditor finds nothing."""
    desk = desk_at(url, rulebook, sources)
    with desk.store.reading() as connection:
        reasons = connection.execute(select(tables.order_steps.c.because).where(tables.order_steps.c.because.startswith("line "))).scalars()
        added = Counter(str(each) for each in reasons)
        problems = [str(problem) for problem in audit(connection)]
    desk.close()
    assert problems == []
    assert added == Counter(reason for client in clients for reason, status in client.lines.items() if status == 200)
