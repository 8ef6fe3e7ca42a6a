"""The desk at size: import and plan, forecast, two months issued, preview and verification, on SQLite and PostgreSQL in one run.

Every recurring product of the rulebook is sold to made-up customers at home, eight items each, from files as `centwright import` reads
them. Each database has a process of its own, so that the peak of its memory is its own, and PostgreSQL a cluster of its own that waits for
its disk. The first month is issued as at the command line: nothing of it was validated before, and the processes that validate start with
it. The second is issued after its preview, which has validated it. Seconds are of the clock, and in brackets of this process's CPU; the
table at the end sets them beside the aims, which grow with the number of items.
`python -m benchmarks.desk [CUSTOMERS] [--issue] [--workers N] [--database URL …]`.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import resource
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path
from time import perf_counter, process_time
from typing import Final, TypeVar

from sqlalchemy import text

from api.desk import reports
from api.desk.billing_run import start_run, work
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection, drafts_of
from api.desk.folder_import import import_files
from api.desk.report_parameters import span
from api.desk.run_workers import more_workers
from api.rulebook_folder import read_folder
from api.store.auditor import audit
from api.store.database import Store
from engine.rulebook.reader import read_rulebook
from tests.postgres import DURABLE, own_cluster

ITEMS_A_CUSTOMER: Final = 8
MONTH_END: Final = date(2027, 1, 31)
NEXT_MONTH_END: Final = date(2027, 2, 28)
VALIDATED_FIRST: Final = "validated first"
PREVIEWED: Final = "after a preview"
ON_DISK: Final = DURABLE | {"fsync": "on", "full_page_writes": "on", "shared_buffers": "256MB"}
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Aims:
    """What is aimed at for a number of items, as the table shows it."""

    items: int

    def of(self, work: str) -> str:
        """The aim of a work; empty where it has none."""
        seconds = {
            "import and plan": 8 * self.items / 16_000,
            "forecast by month and order type": 2 * self.items / 100_000,
            "forecast by customer": 2 * self.items / 100_000,
            "held back": 2.0,
            "import and issue": 300 * self.items / 100_000,
            "verify": 60 * self.items / ITEMS_A_CUSTOMER / 100_000,
        }
        others = {_rate(VALIDATED_FIRST): "120", _rate(PREVIEWED): "300", "bytes a transaction": "200", "peak memory, MB": "500"}
        return f"{seconds[work]:.2f} s" if work in seconds else others.get(work, "")


class Figures:
    """What was measured on one database, by work, in order."""

    def __init__(self) -> None:
        self.seconds: dict[str, tuple[float, float]] = {}
        self.shown: dict[str, str] = {}

    def timed(self, name: str, done: Callable[[], _Result]) -> _Result:
        """Does a work and prints how long it took, by the clock and in CPU."""
        began, busy = perf_counter(), process_time()
        result = done()
        self.seconds[name] = (perf_counter() - began, process_time() - busy)
        self.add(name, "{:.2f} s ({:.2f})".format(*self.seconds[name]))
        return result

    def add(self, name: str, figure: str) -> None:
        """Prints a figure and remembers it for the table."""
        self.shown[name] = figure
        print(f"  {name:<36} {figure:>20}", flush=True)


def main() -> None:
    """Prints the figures of each database as they come, then all of them beside the aims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("customers", type=int, nargs="?", default=1_000)
    parser.add_argument("--database", action="append", help="the address of an empty database, instead of the two usual ones")
    parser.add_argument("--issue", action="store_true", help="also issue two months, one before and one after its preview, and verify")
    parser.add_argument("--workers", type=int, default=1, help="processes that share the run")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases(folder, asked.database) as urls:
        made = write_folder(Path(folder), asked.customers)
        tables = [on_its_own(url, made, is_issuing=asked.issue, workers=asked.workers) for url in urls]
    names = [url.partition(":")[0].partition("+")[0] for url in urls]
    aims = Aims(asked.customers * ITEMS_A_CUSTOMER)
    print(f"\n{f'{aims.items} items':<36}" + "".join(f"{name:>24}" for name in [*names, "aim"]))
    for work_ in tables[0]:
        print(f"{work_:<36}" + "".join(f"{figure:>24}" for figure in [*(table[work_] for table in tables), aims.of(work_)]).rstrip())


@contextmanager
def databases(folder: str, given: list[str] | None) -> Iterator[list[str]]:
    """The addresses of the databases: those given, else an SQLite file and one in a PostgreSQL cluster made for it."""
    if given:
        yield given
        return
    with own_cluster(ON_DISK) as cluster:
        yield [f"sqlite:///{folder}/desk.sqlite", cluster.postgres.create("desk")]


def on_its_own(url: str, folder: Path, *, is_issuing: bool, workers: int) -> dict[str, str]:
    """Measures in a new process."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, url, folder, is_issuing=is_issuing, workers=workers).result()


def measure(url: str, folder: Path, *, is_issuing: bool, workers: int) -> dict[str, str]:
    """Each work of the desk once."""
    sources = read_folder(Path(__file__).parents[1])
    desk = open_desk(url, read_rulebook(sources), sources, today=MONTH_END, now=lambda: datetime.now(tz=UTC))
    print(f"on {desk.store.dialect}")
    figures = Figures()
    try:
        _measure_reports(desk, folder, figures)
        if is_issuing:
            _measure_issuing(desk, figures, workers)
        else:
            _preview(desk, figures, MONTH_END)
    finally:
        desk.close()
    figures.add("peak memory, MB", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")
    return figures.shown


def _measure_reports(desk: Desk, folder: Path, figures: Figures) -> None:
    imported = figures.timed("import and plan", lambda: import_files(desk, folder))
    figures.add("bytes a transaction", f"{size_of(desk.store) / imported.transactions:.0f}")
    year = span(date(2027, 1, 1), None, months=12)
    figures.timed("forecast by month and order type", lambda: reports.forecast_figures(desk, ("month", "order-type"), year))
    figures.timed("forecast by customer", lambda: reports.forecast_figures(desk, ("customer",), year))
    figures.timed("held back", lambda: reports.held_back(desk))


def _preview(desk: Desk, figures: Figures, through: date) -> None:
    figures.timed("preview", lambda: sum(len(each.drafts) for each in drafts_of(desk, Selection(due_through=through), MONTH_END)))


def _measure_issuing(desk: Desk, figures: Figures, workers: int) -> None:
    _issue(desk, figures, workers, MONTH_END, VALIDATED_FIRST)
    whole = figures.seconds["import and plan"][0] + figures.seconds[_month(VALIDATED_FIRST)][0]
    figures.add("import and issue", f"{whole:.2f} s")
    figures.timed("verify", lambda: verified(desk.store))
    _preview(desk, figures, NEXT_MONTH_END)
    _issue(desk, figures, workers, NEXT_MONTH_END, PREVIEWED)


def _issue(desk: Desk, figures: Figures, workers: int, through: date, how: str) -> None:
    """Issues what is due through a day, and adds how many invoices that are in a second."""

    def run() -> int:
        started = start_run(desk, Selection(due_through=through), ahead=True, confirm=True, workers=workers)
        with more_workers(desk, started.number, workers - 1):
            return len(work(desk, started).issued)

    issued = figures.timed(_month(how), run)
    figures.add(_rate(how), "{:.0f} (CPU {:.0f})".format(*(issued / each for each in figures.seconds[_month(how)])))


def _month(how: str) -> str:
    return f"issue a month, {how}"


def _rate(how: str) -> str:
    return f"issued in a second, {how}"


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
    products, anchors = cycle(sorted(one.code for one in sold)), cycle(range(1, 29))
    with (folder / "customers.csv").open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(("id", "name", "street", "postcode", "town", "country", "language", "email", "segment", "kind"))
        for at in range(customers):
            name, segment = f"K{at:06}", segments[at % len(segments)]
            address = ("Street 1", "1000", "Town", home, "en", f"{name}@customers.example")
            write.writerow((name, f"Customer {at}", *address, segment, "private"))
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
