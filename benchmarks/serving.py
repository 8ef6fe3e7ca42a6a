"""The service under load: 50 requests a second of a mix while a run issues invoices, lists by page, and memory, on both databases.

The service is a process of its own, as in production, on a file or on a PostgreSQL cluster that waits for its disk; the run has workers of
its own. Requests are sent when they are due, whether or not earlier ones were answered, and each is timed from the moment at which it was
due: a service that stops for a second shows in every request of that second. The machine's load stands beside the figures.
`python -m benchmarks.serving [CUSTOMERS] [--rate N] [--seconds N] [--requests N] [--database sqlite|postgresql] …`; each customer has ten
orders, of which one is due. By default 10,000 customers, and 100,000 requests for the curve of memory (`--requests 0`: none; `--seconds 0`:
nothing else).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import tempfile
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import httpx

from api.desk.access import create_key
from api.desk.desk import open_desk
from api.desk.folder_import import import_files
from api.rulebook_folder import read_folder
from api.store.auditor import audit
from benchmarks.desk import ON_DISK
from engine.rulebook.reader import read_rulebook
from tests.postgres import own_cluster
from tests.running_service import ROOT, Service, running_service

TODAY: Final = date(2027, 1, 31)
ORDERS_A_CUSTOMER: Final = 10
_CONNECTIONS: Final = 200
_PRICE: Final = {"customer": {"segment": "independent"}, "product": "SUB-CORE", "quantity": "3", "on": "2027-01-15"}
_SUPPLY: Final = {"kind": "service", "vat_class": "standard"}
_VAT: Final = {"customer": {"country": "BE", "kind": "business"}, "supply": _SUPPLY, "tax_point": "2027-01-15"}


@dataclass(slots=True)
class Figures:
    """Milliseconds from the moment at which each request was due to its answer, by kind; and answers that were none."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, milliseconds: float, status: int) -> None:
        """Adds an answer."""
        self.milliseconds.setdefault(kind, []).append(milliseconds)
        if status >= 400:
            name = f"{kind} {status or 'no answer'}"
            self.failures[name] = self.failures.get(name, 0) + 1

    def print(self, title: str) -> None:
        """Prints a line for each kind, and one for all."""
        print(f"  {title}  (load {os.getloadavg()[0]:.1f})")
        every = {**self.milliseconds, "all": [each for kind in self.milliseconds.values() for each in kind]}
        for kind, taken in every.items():
            taken.sort()
            p50, p90, p99 = (taken[min(len(taken) - 1, len(taken) * share // 100)] for share in (50, 90, 99))
            print(f"    {kind:<28} {len(taken):>6}  p50 {p50:>7.1f}  p90 {p90:>7.1f}  p99 {p99:>7.1f}  most {taken[-1]:>7.1f} ms")
        for name, number in self.failures.items():
            print(f"    {name}: {number}")


@dataclass(slots=True)
class Load:
    """Who sends the requests."""

    client: httpx.AsyncClient
    customers: int
    random: random.Random
    figures: Figures = field(default_factory=Figures)
    cursors: list[str] = field(default_factory=list)

    async def send(self, kind: str, due: float, method: str, path: str, body: object = None) -> Any:
        """One request, timed from when it was due; its JSON."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" and "/evaluations/" not in path else {}
        try:
            response = await self.client.request(method, path, json=body, headers=headers)
            status, tree = response.status_code, response.json() if response.content else None
        except httpx.HTTPError:
            status, tree = 0, None
        self.figures.add(kind, 1000 * (perf_counter() - due), status)
        return tree

    def customer(self) -> str:
        """One of the customers."""
        return f"N{self.random.randrange(self.customers):05}"

    async def lists(self, due: float) -> None:
        """A page of a list."""
        cursor = f"&cursor={self.random.choice(self.cursors)}" if self.cursors else ""
        paths = (
            f"/v1/orders?limit=100{cursor}",
            f"/v1/transactions?customer={self.customer()}",
            f"/v1/invoices?customer={self.customer()}",
        )
        await self.send("list", due, "GET", self.random.choice(paths))

    async def reads(self, due: float) -> None:
        """One thing."""
        name = self.customer()
        await self.send("read", due, "GET", self.random.choice((f"/v1/customers/{name}", f"/v1/orders/{name}-{self.random.randrange(10)}")))

    async def verbs(self, due: float) -> None:
        """A change of an order, or a note."""
        name = self.customer()
        order, day = f"{name}-{self.random.randrange(10)}", "2027-02-01"
        change = {"on": day, "quantity": str(self.random.randrange(1, 5))}
        kind, path, body = self.random.choice(
            (
                ("verb: change of an item", f"/v1/orders/{order}/items/{order}-1/change", change),
                ("verb: note", f"/v1/customers/{name}/notes", {"text": "called"}),
            )
        )
        await self.send(kind, due, "POST", path, body)

    async def evaluations(self, due: float) -> None:
        """A calculation."""
        name, body = self.random.choice((("price", _PRICE), ("vat", _VAT)))
        await self.send("evaluation", due, "POST", f"/v1/evaluations/{name}", body)

    async def mix(self, due: float) -> None:
        """One request of the mix: lists and reads, verbs, evaluations."""
        kinds: tuple[Callable[[float], Awaitable[None]], ...] = (self.lists, self.reads, self.verbs, self.evaluations)
        await self.random.choices(kinds, (3, 3, 2, 2))[0](due)

    async def open_loop(self, rate: float, is_over: Callable[[float], Awaitable[bool]]) -> None:
        """Sends so many requests a second, each when it is due, until it is over."""
        began, tasks = perf_counter(), set[asyncio.Task[None]]()
        for number in count():
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            if number % int(rate) == 0 and await is_over(perf_counter() - began):
                break
            task = asyncio.create_task(self.mix(due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)


async def measure(service: Service, key: str, options: argparse.Namespace) -> None:
    """Measures everything on one service."""
    limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=service.address, headers=headers, limits=limits, timeout=60) as client:
        load = Load(client, options.customers, random.Random(1))
        await pages(load)
        if options.seconds:
            await under_load(load, options)
        await memory(load, service.process.pid, options.requests)


async def pages(load: Load) -> None:
    """Lists by page, one after the other."""
    for path in ("/v1/orders?limit=100", "/v1/orders?limit=100&order_by=-signed_on", "/v1/orders?limit=100&state=active&type=subscription"):
        cursor = ""
        for _ in range(30):
            page = await load.send(path.removeprefix("/v1/"), perf_counter(), "GET", path + cursor)
            if not page or page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
            if path == "/v1/orders?limit=100":
                load.cursors.append(page["next"])
    await load.send("orders?limit=1&total=true", perf_counter(), "GET", "/v1/orders?limit=1&total=true")
    load.figures.print("lists by page, one after the other")


async def under_load(load: Load, options: argparse.Namespace) -> None:
    """The mix without a run, then with one."""

    async def after(seconds: float) -> bool:
        return seconds > options.seconds

    for name in ("warming up", f"{options.rate} requests a second, no run"):
        load.figures = Figures()
        await load.open_loop(options.rate, after)
        if name != "warming up":
            load.figures.print(name)
    load.figures = Figures()
    began = perf_counter()
    started = await load.client.post(
        "/v1/runs", json={"due_through": TODAY.isoformat(), "confirm": True}, headers={"Idempotency-Key": "run"}
    )
    started.raise_for_status()
    path = f"/v1/runs/{started.json()['run']['run']}/progress"

    async def when_done(seconds: float) -> bool:
        return (await load.client.get(path)).json().get("state") == "done" or seconds > options.most  # where it is too busy, it says so

    print(f"  the run was started within {perf_counter() - began:.1f} s")
    began = perf_counter()
    await load.open_loop(options.rate, when_done)
    issued = (await load.client.get(path)).json()["issued"]
    load.figures.print(f"{options.rate} requests a second, while a run issued {issued} invoices in {perf_counter() - began:.0f} s")


async def memory(load: Load, process: int, requests: int) -> None:
    """The memory of the service over many requests, as fast as 16 clients send them."""
    if not requests:
        return
    load.figures, at = Figures(), count()
    print(f"  memory of the service: {megabytes(process)} MB", end="", flush=True)

    async def client() -> None:
        while (number := next(at)) < requests:
            await load.mix(perf_counter())
            if number and number % (requests // 10) == 0:
                print(f", {megabytes(process)}", end="", flush=True)

    await asyncio.gather(*(client() for _ in range(16)))
    print(f", {megabytes(process)} after {requests} requests")
    load.figures.print("16 clients without a pause")


def megabytes(process: int) -> int:
    """The memory of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def write_files(folder: Path, customers: int) -> Path:
    """Customers, each with ten orders of one item: one is due this month, the others by the year, in other months."""
    lines = ["id,name,street,postcode,town,country,language,kind,email,segment"]
    items = ["customer,order,billing_type,activated_on,anchor_day,product,quantity"]
    for at in range(customers):
        name = f"N{at:05}"
        lines.append(f"{name},Client {at},Rue {at},5000,Namur,BE,fr,private,n{at}@clients.example,independent")
        items.append(f"{name},{name}-0,monthly,2026-03-01,1,SUB-CORE,1")
        for number in range(1, ORDERS_A_CUSTOMER):
            items.append(f"{name},{name}-{number},annual,2026-{(at + number) % 10 + 2:02}-01,1,SUB-AGENDA,1")
    folder.mkdir()
    (folder / "customers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "subscriptions.csv").write_text("\n".join(items) + "\n", encoding="utf-8")
    return folder


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'serving.sqlite'}"
        return
    with own_cluster(ON_DISK) as cluster:
        yield cluster.postgres.create("serving")


def measure_on(kind: str, options: argparse.Namespace) -> None:
    """Fills a database and measures the service over it."""
    folder = Path(tempfile.mkdtemp(prefix="centwright-serving-"))
    sources = read_folder(ROOT)
    rulebook = read_rulebook(sources)
    try:
        with database(kind, folder) as url:
            desk = open_desk(url, rulebook, sources, today=TODAY, now=lambda: datetime.now(tz=UTC))
            began = perf_counter()
            import_files(desk, write_files(folder / "files", options.customers))
            print(f"── {kind}: {ORDERS_A_CUSTOMER * options.customers} orders imported in {perf_counter() - began:.0f} s", flush=True)
            _, key = create_key(desk, "load", "admin", created_by="benchmark")
            settings = {"CENTWRIGHT_RATE": "100000", "CENTWRIGHT_LOG": "error"}
            with running_service("--database", url, "--today", TODAY.isoformat(), environment=settings) as service:
                asyncio.run(measure(service, key, options))
            with desk.store.reading() as connection:
                print(f"  the auditor says {json.dumps([str(problem) for problem in audit(connection)])}")
            desk.close()
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Measures on each database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("customers", nargs="?", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20, help="of the mix without a run (0: memory alone)")
    parser.add_argument("--most", type=int, default=300, help="seconds of the mix with a run, where that takes longer")
    parser.add_argument("--requests", type=int, default=100_000, help="for the figure of memory")
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    for kind in options.database or ("sqlite", "postgresql"):
        measure_on(kind, options)


if __name__ == "__main__":
    main()
