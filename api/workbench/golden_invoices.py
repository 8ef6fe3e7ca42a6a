"""The golden invoices of a rulebook: a folder of CSV files billed for the month that begins at the cut-over, without any database.

`golden_invoices(read_folder_of_files(folder), rulebook)` gives them; it is what `centwright diff` compares and what mutants must change.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from api.importing.import_folder import Folder, read_files
from engine import billing
from engine.dates import month_after
from engine.documents.billed import Billed
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.problems import Problem
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the files of a folder say under a rulebook: customers, orders begun, the rows that cannot be taken, and the files' texts."""

    customers: Mapping[str, Customer]
    orders: tuple[Order, ...]
    problems: tuple[Problem, ...]
    texts: Sources


def golden_invoices(files: Folder, rulebook: Rulebook, *, months: int = 1, tracing: bool = True) -> tuple[Billed, Begun]:
    """The invoices of the first month under a rulebook, and the transactions of so many months from its first day.

    The month begins at the cut-over and is billed on its last day, as the demo does. Rows that cannot be read are problems of what was
    begun; orders that the rules refuse stand in `unbilled`. Nothing is stored; the same files and rulebook give the same, always.
    """
    month = first_month(rulebook, files)
    begun = begin(files, rulebook, today=last_day(month))
    through = month_after(month, months) - timedelta(days=1)
    billed = billing.plan_and_draft(begun.orders, begun.customers, rulebook, on=last_day(month), through=through, tracing=tracing)
    return billed, begun


def first_month(rulebook: Rulebook, files: Folder) -> date:
    """The first day of the month that is billed: that of the cut-over; without one, of the first order that the files name."""
    cut_over = rulebook.company.cut_over
    if cut_over is None:
        found, _ = read_files(files, rulebook, ())
        signed = [one.order.signed_on for one in found.orders.values() if one.order.signed_on is not None]
        cut_over = min(signed, default=rulebook.company.rules_answer_from)
    return cut_over.replace(day=1)


def begin(files: Folder, rulebook: Rulebook, *, today: date) -> Begun:
    """The customers and orders of the files, each order begun on its day; what the rulebook refuses is told at its row."""
    found, texts = read_files(files, rulebook, ())
    customers = {name: customer for name, (customer, _) in found.customers.items()}
    started = billing.start(
        [one.order for one in found.orders.values()], [one.increment for one in found.increments], customers, {}, rulebook, today=today
    )
    problems = (*(problem for problem in found.problems if problem.stops), *found.refused(started.refused))
    return Begun(customers=customers, orders=tuple(started.orders.values()), problems=problems, texts=texts)


def last_day(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
