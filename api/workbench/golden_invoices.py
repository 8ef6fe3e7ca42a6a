"""The golden invoices of a rulebook: a folder of CSV files billed for the month that begins at the cut-over, without a database.

`golden_invoices(read_folder_of_files(folder), rulebook)` gives them; `centwright diff` compares them, and mutants must change them.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from api.importing.import_folder import Folder, read_files
from engine import billing, bulk_drafting
from engine.dates import month_after
from engine.documents.billed import Billed
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.problems import Problem
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedOrders:
    """The files of a folder under a rulebook: customers, started orders, problems of rows, and the files' texts."""

    customers: Mapping[str, Customer]
    orders: tuple[Order, ...]
    problems: tuple[Problem, ...]
    texts: Sources


def golden_invoices(files: Folder, rulebook: Rulebook, *, months: int = 1, tracing: bool = True) -> tuple[Billed, StartedOrders]:
    """The invoices of the first month under a rulebook, and the transactions of a number of months from its first day.

    The month begins at the cut-over and is billed on its last day, as in the demo. Rows that cannot be imported are among the problems
    of `StartedOrders`; orders that the rules refuse are in `unbilled`. Nothing is stored; the result is deterministic.
    """
    month = first_month(rulebook, files)
    started = start_orders(files, rulebook, today=last_day(month))
    through = month_after(month, months) - timedelta(days=1)
    billed = bulk_drafting.plan_and_draft(started.orders, started.customers, rulebook, on=last_day(month), through=through, tracing=tracing)
    return billed, started


def first_month(rulebook: Rulebook, files: Folder) -> date:
    """The first day of the billed month: that of the cut-over; without one, that of the first order in the files."""
    cut_over = rulebook.company.cut_over
    if cut_over is None:
        parsed, _ = read_files(files, rulebook, ())
        cut_over = min((one.signed_on for one in parsed.orders.values()), default=rulebook.company.rules_answer_from)
    return cut_over.replace(day=1)


def start_orders(files: Folder, rulebook: Rulebook, *, today: date) -> StartedOrders:
    """The customers and orders of the files, each order started on its day; what the rulebook refuses is a problem of its row."""
    parsed, texts = read_files(files, rulebook, ())
    customers = {name: customer for name, (customer, _) in parsed.customers.items()}
    started = billing.start(
        [one.make() for one in parsed.orders.values()], [one.increment for one in parsed.increments], customers, {}, rulebook, today=today
    )
    problems = (*(problem for problem in parsed.problems if problem.stops), *parsed.refused(started.refused))
    return StartedOrders(customers=customers, orders=tuple(started.orders.values()), problems=problems, texts=texts)


def last_day(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
