"""The comparison of two rulebooks: changed texts, cases with another result, and the golden invoices under both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from api.importing.import_folder import FILES, Folder, read_folder_of_files
from api.refusals import Positioned
from api.workbench.golden_invoices import StartedOrders, first_month, last_day, start_orders
from api.workbench.rulebook_lookup import LoadedRulebook
from engine import bulk_drafting
from engine.comparing.answer_changes import compare_answers
from engine.comparing.changed_dates import ChangedDates, changed_dates
from engine.comparing.comparison import Comparison
from engine.comparing.edits import edits
from engine.comparing.invoice_changes import MONTHS, compare_invoices, differing_months
from engine.comparing.money_changes import InvoicesCompared, RefusalChange
from engine.dates import month_after
from engine.documents.billed import Billed, Drafted
from engine.problems import Kind, Problem, refuse
from engine.rulebook.yaml_model import Label

OTHER_CURRENCY: Final = Kind(
    "other-currency-of-rulebook",
    "`{before}` sells in {first} and `{after}` in {second}: their amounts cannot be compared",
    "compare their texts with `--text`",
)
GOLDEN_FOLDERS: Final = ("golden", "demo")
MOST_DATES: Final = 24
"""The most dates that differ around which invoices are drafted."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The golden files under one rulebook: the orders started for the first month, its drafts, and the plan."""

    loaded: LoadedRulebook
    billed: Billed
    started: StartedOrders

    def drafted_in(self, month: date) -> Drafted:
        """The drafts of what becomes due in a later month, by a run on its last day."""
        on, before = last_day(month), month - timedelta(days=1)
        due = [one for one in self.billed.transactions if one.is_due(on) and not one.is_due(before)]
        orders = {order.id: order for order in self.started.orders}
        return bulk_drafting.draft_due(due, self.started.customers, orders, self.loaded.rulebook, issued_on=on, earlier={})


GoldenPlans = dict[tuple[date, date], _Plan]
"""Plans of golden files under one rulebook, by first and last day."""


def compare_texts(before: LoadedRulebook, after: LoadedRulebook) -> Comparison:
    """The changed texts and the cases with another result; no invoices are compared."""
    return Comparison(
        before=before.name,
        after=after.name,
        edits=edits(before.reading, after.reading),
        answers=compare_answers(before.rulebook, after.rulebook),
        products=product_names(before, after),
    )


def compare_golden(before: LoadedRulebook, after: LoadedRulebook, files: Folder, plans: GoldenPlans | None = None) -> InvoicesCompared:
    """The invoices under both of the first month, which is that of `before`, and of later ones that differ, with what is planned.

    `plans` are those of the same files under `before` that were made already; a new one is added.
    """
    check_currencies(before, after)
    start = first_month(before.rulebook, files)
    last = min(each.rulebook.company.rules_answer_until for each in (before, after))
    dates = changed_dates(before.reading, after.reading, start, last)
    through = month_after(max((start, *dates.all)).replace(day=1), MONTHS) - timedelta(days=1)
    plans = {} if plans is None else plans
    if (start, through) not in plans:
        plans[start, through] = _plan(before, files, start, through)
    earlier, later = plans[start, through], _plan(after, files, start, through)
    in_both = {_row(problem) for problem in earlier.started.problems} & {_row(problem) for problem in later.started.problems}
    broken = tuple(problem for problem in earlier.started.problems if _row(problem) in in_both)
    if broken:
        raise Positioned(broken, earlier.started.texts)
    months = _later_months(differing_months(earlier.billed.transactions, later.billed.transactions), dates, start, through)
    compared = compare_invoices(
        earlier.billed,
        later.billed,
        months,
        lambda month: (earlier.drafted_in(month), later.drafted_in(month)),
        currency=before.rulebook.currency,
        start=start,
    )
    rows = _rows(earlier.started.problems, is_refused_after=False) + _rows(later.started.problems, is_refused_after=True)
    return replace(compared, refusals=rows + compared.refusals)


def golden_files(data: Path | None, folders: Iterable[Path]) -> Folder | None:
    """The CSV files of the golden invoices: of `data`, else of the first golden/ or demo/ in the folders; None without any."""
    if data is not None:
        return read_folder_of_files(data)
    candidates = (folder / name for folder in folders for name in GOLDEN_FOLDERS)
    existing = next((folder for folder in candidates if any((folder / name).is_file() for name in FILES)), None)
    return None if existing is None else read_folder_of_files(existing)


def check_currencies(before: LoadedRulebook, after: LoadedRulebook) -> None:
    """Refuses two rulebooks with different currencies."""
    first, second = before.rulebook.currency, after.rulebook.currency
    if first != second:
        raise refuse(OTHER_CURRENCY, before=before.name, after=after.name, first=first, second=second)


def product_names(before: LoadedRulebook, after: LoadedRulebook) -> Mapping[str, Label]:
    """The names of all products; those of `after` where both have one."""
    return {code: product.name for each in (before, after) for code, product in each.rulebook.products.items()}


def _plan(loaded: LoadedRulebook, files: Folder, start: date, through: date) -> _Plan:
    on = last_day(start)
    started = start_orders(files, loaded.rulebook, today=on)
    return _Plan(loaded, bulk_drafting.plan_and_draft(started.orders, started.customers, loaded.rulebook, on=on, through=through), started)


def _later_months(differing: Sequence[date], dates: ChangedDates, start: date, through: date) -> list[list[date]]:
    """Groups of months of which the first that differs is compared: the first with another planned amount, and those around each date."""
    groups = [[*differing[:1]]]
    for day in dates.changed[:MOST_DATES]:
        month = day.replace(day=1)
        groups.append([month_after(month, -1)])
        groups.append([month, month_after(month, 1), *[each for each in differing if each > month][:1]])
    return [[month for month in group if start < month <= through] for group in groups]


def _row(problem: Problem) -> tuple[str, int]:
    return (problem.where.path, problem.where.line) if problem.where else ("", 0)


def _rows(problems: tuple[Problem, ...], *, is_refused_after: bool) -> tuple[RefusalChange, ...]:
    """The rows that cannot be imported, each reported once."""
    first: dict[tuple[str, int], Problem] = {}
    for problem in problems:
        first.setdefault(_row(problem), problem)
    return tuple(RefusalChange(customer=None, order=None, problem=one, is_refused_after=is_refused_after) for one in first.values())
