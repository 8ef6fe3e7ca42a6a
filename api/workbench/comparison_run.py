"""Two sides compared: what reads differently, which cases get another answer, and the golden invoices under both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from api.importing.import_folder import FILES, Folder, read_folder_of_files
from api.refusals import Positioned
from api.workbench.golden_invoices import Begun, begin, first_month, last_day
from api.workbench.rulebook_lookup import Side
from engine import billing
from engine.comparing.answer_changes import compare_answers
from engine.comparing.comparison import Comparison
from engine.comparing.edits import edits
from engine.comparing.invoice_changes import compare_invoices
from engine.comparing.money_changes import InvoicesCompared, RefusalChange
from engine.dates import month_after
from engine.documents.billed import Billed
from engine.problems import Kind, Problem, refuse
from engine.rulebook.yaml_model import Label

OTHER_CURRENCY: Final = Kind(
    "other-currency-of-rulebook",
    "`{before}` sells in {first} and `{after}` in {second}: their amounts cannot be compared",
    "compare their texts with `--text`",
)
GOLDEN_FOLDERS: Final = ("golden", "demo")
MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class _Month:
    """One side's month, its orders and what the files say under it."""

    billed: Billed
    begun: Begun


def compare_texts(before: Side, after: Side) -> Comparison:
    """What reads differently and which cases get another answer; no amount is looked at."""
    return Comparison(
        before=before.name,
        after=after.name,
        edits=edits(before.reading, after.reading),
        answers=compare_answers(before.rulebook, after.rulebook),
        products=product_names(before, after),
    )


def compare_golden(before: Side, after: Side, files: Folder) -> InvoicesCompared:
    """The invoices of the first month under both sides, and twelve months of the plan; the month is that of the older side."""
    check_currencies(before, after)
    start = first_month(before.rulebook, files)
    earlier, later = (_month(side, files, before) for side in (before, after))
    is_known = {_row(problem) for problem in earlier.begun.problems} & {_row(problem) for problem in later.begun.problems}
    broken = tuple(problem for problem in earlier.begun.problems if _row(problem) in is_known)
    if broken:
        raise Positioned(broken, earlier.begun.texts)
    until = month_after(start, MONTHS)
    compared = compare_invoices(earlier.billed, later.billed, currency=before.rulebook.currency, start=start, until=until)
    rows = _rows(earlier.begun.problems, is_refused_after=False) + _rows(later.begun.problems, is_refused_after=True)
    return replace(compared, refusals=rows + compared.refusals)


def golden_files(given: Path | None, folders: Iterable[Path]) -> Folder | None:
    """The CSV files of the golden invoices: of the folder given, else of the first golden/ or demo/ in some folders; None without any."""
    if given is not None:
        return read_folder_of_files(given)
    beside = (folder / name for folder in folders for name in GOLDEN_FOLDERS)
    found = next((folder for folder in beside if any((folder / name).is_file() for name in FILES)), None)
    return None if found is None else read_folder_of_files(found)


def check_currencies(before: Side, after: Side) -> None:
    """Refusal where the two sides sell in different currencies."""
    first, second = before.rulebook.currency, after.rulebook.currency
    if first != second:
        raise refuse(OTHER_CURRENCY, before=before.name, after=after.name, first=first, second=second)


def product_names(before: Side, after: Side) -> Mapping[str, Label]:
    """The names of all products, as the newer side calls them."""
    return {code: product.name for side in (before, after) for code, product in side.rulebook.products.items()}


def _month(side: Side, files: Folder, first: Side) -> _Month:
    start = first_month(first.rulebook, files)
    begun = begin(files, side.rulebook, today=last_day(start))
    through = month_after(start, MONTHS) - timedelta(days=1)
    return _Month(billing.plan_and_draft(begun.orders, begun.customers, side.rulebook, on=last_day(start), through=through), begun)


def _row(problem: Problem) -> tuple[str, int]:
    return (problem.where.path, problem.where.line) if problem.where else ("", 0)


def _rows(problems: tuple[Problem, ...], *, is_refused_after: bool) -> tuple[RefusalChange, ...]:
    """The rows that cannot be taken, each told once."""
    first: dict[tuple[str, int], Problem] = {}
    for problem in problems:
        first.setdefault(_row(problem), problem)
    return tuple(RefusalChange(customer=None, order=None, problem=one, is_refused_after=is_refused_after) for one in first.values())
