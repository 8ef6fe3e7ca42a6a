"""The desk on made-up customers: import and plan, forecast, preview, a month issued, and verification, on SQLite or PostgreSQL.

Every recurring product of the rulebook is sold to made-up businesses at home, eight items each, from files as `centwright import` reads
them. Only ratios within one run mean something: `python -m benchmarks.desk [CUSTOMERS] [--database URL] [--issue]`.
"""

from __future__ import annotations

import argparse
import csv
import resource
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar

from sqlalchemy import text

from api.desk import reports
from api.desk.billing_run import issue
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection, drafts_of
from api.desk.folder_import import import_files
from api.desk.report_parameters import span
from api.rulebook_folder import read_folder
from api.store.auditor import audit
from api.store.database import Store
from engine.rulebook.reader import read_rulebook

ITEMS_A_CUSTOMER: Final = 8
MONTH_END: Final = date(2027, 1, 31)
_Result = TypeVar("_Result")


def main() -> None:
    """Prints the times of this run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("customers", type=int, nargs="?", default=2_000)
    parser.add_argument("--database")
    parser.add_argument("--issue", action="store_true", help="also issue the month and verify it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = write_folder(Path(folder), asked.customers)
        url = asked.database or f"sqlite:///{folder}/desk.sqlite"
        sources = read_folder(Path(__file__).parents[1])
        desk = open_desk(url, read_rulebook(sources), sources, today=MONTH_END, now=lambda: datetime.now(tz=UTC))
        try:
            measure(desk, made, asked.customers * ITEMS_A_CUSTOMER, is_issuing=asked.issue)
        finally:
            desk.close()


def measure(desk: Desk, folder: Path, items: int, *, is_issuing: bool) -> None:
    """Each work of the desk once."""
    print(f"{items} items on {desk.store.dialect}")
    imported = timed("import and plan", lambda: import_files(desk, folder))
    print(f"  {imported.transactions} planned transactions, {size_of(desk.store) / imported.transactions:.0f} bytes each")
    year = span(date(2027, 1, 1), None, months=12)
    timed("forecast by month and order type", lambda: reports.forecast_figures(desk, ("month", "order-type"), year))
    timed("forecast by customer", lambda: reports.forecast_figures(desk, ("customer",), year))
    timed("held back", lambda: reports.held_back(desk))
    selection = Selection(due_through=MONTH_END)
    timed("preview", lambda: sum(len(each.drafts) for each in drafts_of(desk, selection, MONTH_END)))
    if is_issuing:
        began = perf_counter()
        report = issue(desk, selection, confirm=True)
        print(f"  issued {len(report.issued)} invoices, {len(report.issued) / (perf_counter() - began):.0f} a second")
        timed("verify", lambda: verified(desk.store))
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def timed(name: str, work: Callable[[], _Result]) -> _Result:
    """Does a work and prints how many seconds it took."""
    began = perf_counter()
    result = work()
    print(f"  {name:<34} {perf_counter() - began:8.2f} s", flush=True)
    return result


def verified(store: Store) -> None:
    """Verifies every document; a problem ends the benchmark."""
    with store.reading() as connection:
        problems = audit(connection)
    if problems:
        raise SystemExit(f"verification found {problems[0]}")


def size_of(store: Store) -> int:
    """The bytes of the transactions with their indices."""
    with store.reading() as connection:
        if store.dialect == "postgresql":
            return int(connection.execute(text("select pg_total_relation_size('transactions')")).scalar_one())
        query = "select sum(pgsize) from dbstat where name like '%transactions%'"
        return int(connection.execute(text(query)).scalar_one())


def write_folder(folder: Path, customers: int) -> Path:
    """The files of made-up customers, each with one subscription of eight items."""
    rulebook = read_rulebook(read_folder(Path(__file__).parents[1]))
    home, segments = rulebook.company.seller.country, sorted(rulebook.segments)
    sold = [one for one in rulebook.products.values() if one.order_type == "subscription" and not one.attributes and not one.requires]
    products = cycle(sorted(one.code for one in sold))
    anchors = cycle(range(1, 29))
    with (folder / "customers.csv").open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(("id", "name", "street", "postcode", "town", "country", "language", "email", "segment", "kind"))
        for at in range(customers):
            name = f"K{at:06}"
            row = (
                name,
                f"Customer {at}",
                "Street 1",
                "1000",
                "Town",
                home,
                "en",
                f"{name}@customers.example",
                segments[at % len(segments)],
            )
            write.writerow((*row, "private"))
    with (folder / "subscriptions.csv").open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(("customer", "billing_type", "activated_on", "anchor_day", "product", "quantity"))
        for at in range(customers):
            anchor, chosen = next(anchors), [next(products) for _ in range(ITEMS_A_CUSTOMER)]
            for place, product in enumerate(dict.fromkeys(chosen)):
                write.writerow((f"K{at:06}", "monthly", f"2026-{at % 12 + 1:02}-{anchor:02}", anchor, product, at % 9 + place + 1))
    return folder


if __name__ == "__main__":
    main()
