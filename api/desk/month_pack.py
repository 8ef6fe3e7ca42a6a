"""The pack of a month: all that its books rest on as files, their hashes, and what must be equal; the same bytes whenever it is made."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.desk import journal_sheet, open_items_report, oss_report, prepaid_amounts, vat_reports
from api.desk.closing import period_of
from api.desk.desk import Desk
from api.desk.month_equalities import FIRST_DAY, Equality, MonthFigures, equalities, waiting_income
from api.desk.report_parameters import MOST_ROWS, NO_MONTH, Page
from api.output.sheets import Cell, Sheet, as_csv
from api.store import ledger, month_figures, prepaid_movements
from api.store.month_figures import MonthDocument, ReceivedPayment
from engine.dates import Period
from engine.money import Currency, Money
from engine.problems import Kind, refuse

NOT_OVER: Final = Kind("month-not-over", "{month} ends on {last}, and today is {today}", "make its pack when it is over")
MANIFEST: Final = "manifest.json"
_EQUALITIES: Final = ("number", "left", "left_amount", "right", "right_amount", "holds")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_Paged = Callable[[Page], Sheet]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPack:
    """The files of a month by name, and what must be equal."""

    month: str
    is_closed: bool
    files: Mapping[str, bytes]
    equalities: tuple[Equality, ...]

    @property
    def differing(self) -> tuple[Equality, ...]:
        """Those that are not."""
        return tuple(each for each in self.equalities if not each.holds)


def month_pack(desk: Desk, month: str) -> MonthPack:
    """The pack of a month that is over. Read from one state of the database; nothing is stored."""
    name, days = period_of(month)
    if "Q" in name:
        raise refuse(NO_MONTH, None, "/month", text=month[:40])
    if days.last >= desk.today:
        raise refuse(NOT_OVER, None, "/month", month=name, last=days.last, today=desk.today)
    with desk.store.one_state() as store, store.reading() as connection:
        until = ledger.closed_until(connection, "month")
        figures = MonthFigures(replace(desk, store=store), connection, days, until is not None and until >= days.last)
        checked = tuple(equalities(figures))
        sheets = [*_books(figures), *_declared(figures, name), equality_sheet(checked)]
    files = {f"{sheet.name}.csv": as_csv(sheet).encode() for sheet in sheets}
    files[MANIFEST] = _manifest(figures, name, files, sheets)
    return MonthPack(month=name, is_closed=figures.is_closed, files=files, equalities=checked)


def equality_sheet(some: tuple[Equality, ...]) -> Sheet:
    """What must be equal, with both figures."""
    rows = tuple((each.number, each.left, each.left_amount, each.right, each.right_amount, "yes" if each.holds else "no") for each in some)
    return Sheet(name="equalities", columns=_EQUALITIES, rows=rows)


def zipped(pack: MonthPack) -> bytes:
    """A pack as one file: the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(pack.files.items()):
            packed.writestr(zipfile.ZipInfo(f"{pack.month}/{name}", _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _books(month: MonthFigures) -> list[Sheet]:
    """The journal and what stands behind it."""
    desk, connection, days, currency = month.desk, month.connection, month.days, month.rulebook.currency
    documents = [
        (one.number, one.kind, one.issued_on, one.customer, one.corrects, *_amounts(one, currency), one.hash)
        for one in month_figures.documents_of(connection, days)
    ]
    received = [
        (one.id, one.received_on, one.entry_date, Money(one.amount, Currency.of(one.currency)), *_payer(one))
        for one in month_figures.payments_of(connection, days)
    ]
    parts = [
        (one.payment, one.document, one.kind, Money(one.amount, currency), one.booked_on)
        for one in month_figures.parts_of(connection, days)
    ]
    tools = [
        (tool, number, state, Money(ours, currency), None if theirs is None else Money(theirs, currency))
        for tool, number, state, ours, theirs in month_figures.booked_in_tools(connection, days)
    ]
    return [
        _whole(lambda page: journal_sheet.journal(desk, days, page=page)),
        _trial_balance(month),
        _sheet("documents", ("number", "kind", "issued_on", "customer", "corrects", "net", "vat", "gross", "hash"), documents),
        _sheet("payments", ("payment", "booked_on", "entry_date", "amount", "name", "iban", "reference"), received),
        _sheet("allocations", ("payment", "document", "kind", "amount", "booked_on"), parts),
        _whole(lambda page: open_items_report.open_items(desk, month.end, page=page)),
        _surpluses(open_items_report.open_items(desk, month.end, page=Page(1))),
        _whole(lambda page: open_items_report.ageing(desk, month.end, page=page)),
        _sheet("deferrals", ("document", "customer", "deferred"), list(waiting_income(month))),
        _prepaid(month),
        _sheet("reconciliation", ("tool", "document", "state", "gross", "gross_there"), tools),
    ]


def _prepaid(month: MonthFigures) -> Sheet:
    """What became of prepaid amounts by the end of the month."""
    rows = [prepaid_amounts.row_of(one) for one in prepaid_movements.amounts(month.connection, until=month.end)]
    return _sheet("prepaid", prepaid_amounts.COLUMNS, rows)


def _declared(month: MonthFigures, period: str) -> list[Sheet]:
    """What is declared of VAT; that of the one-stop shop with the last month of a quarter."""
    if not month.rulebook.vat_codes:
        return []
    sheet = vat_reports.vat(month.desk, period)
    parts = {part.name: part for part in sheet.sections}
    quarter = [oss_report.oss_return(month.desk, f"{month.end.year}-Q{month.end.month // 3}")] if month.end.month % 3 == 0 else []
    return [
        sheet,
        replace(parts["codes"], name="vat-codes"),
        *(replace(part, name=f"vat-{name}") for name, part in parts.items() if name not in ("codes", "net")),
        _whole(lambda page: vat_reports.vat_documents(month.desk, period, page=page)),
        vat_reports.ic_listing(month.desk, period),
        *quarter,
    ]


def _trial_balance(month: MonthFigures) -> Sheet:
    """Each account with what stood there before the month, what moved in it, and what stands there at its end."""
    before, within = (_by_account(month, days) for days in (Period(FIRST_DAY, month.days.start), month.days))
    names = _account_names(month)
    rows = []
    for account in sorted({*before, *within}):
        opening = sum(before.get(account, (0, 0))[at] * sign for at, sign in ((0, 1), (1, -1)))
        debit, credit = within.get(account, (0, 0))
        amounts = (Money(minor, month.rulebook.currency) for minor in (opening, debit, credit, opening + debit - credit))
        rows.append((account, names.get(account), *amounts))
    return _sheet("trial-balance", ("account", "name", "opening", "debit", "credit", "closing"), rows)


def _by_account(month: MonthFigures, days: Period) -> dict[str, tuple[int, int]]:
    sums = dict(month_figures.document_postings(month.connection, days))
    for (_, _, account), (debit, credit) in month_figures.other_postings(month.connection, days).items():
        first, second = sums.get(account, (0, 0))
        sums[account] = first + debit, second + credit
    return sums


def _account_names(month: MonthFigures) -> dict[str, str]:
    accounts = month.rulebook.accounts
    every = (accounts.customers, accounts.vat_due, *accounts.revenue.values(), *accounts.roles.values(), *accounts.banks.values())
    return {each.number: each.label.in_("en") for each in every}


def _whole(page_of: _Paged) -> Sheet:
    """All pages of a report as one sheet."""
    sheet = page_of(Page(MOST_ROWS))
    rows, after = list(sheet.rows), sheet.next
    while after is not None:
        following = page_of(Page(MOST_ROWS, after))
        rows += following.rows
        after = following.next
    return replace(sheet, rows=tuple(rows), next=None, sections=())


def _surpluses(open_items: Sheet) -> Sheet:
    columns = ("customer", "payment", "received_on", "unallocated")
    return next(iter(open_items.sections), Sheet(name="surpluses", columns=columns, rows=()))


def _sheet(name: str, columns: tuple[str, ...], rows: Sequence[tuple[Cell, ...]]) -> Sheet:
    return Sheet(name=name, columns=columns, rows=tuple(rows))


def _amounts(one: MonthDocument, currency: Currency) -> tuple[Money, ...]:
    """Net, VAT and gross of a document; those of a credit note are below zero."""
    sign = -1 if one.kind == "credit-note" else 1
    return tuple(Money(sign * minor, currency) for minor in (one.net, one.vat, one.gross))


def _payer(one: ReceivedPayment) -> tuple[str | None, ...]:
    return one.payer_name or None, one.payer_iban, one.reference


def _manifest(month: MonthFigures, name: str, files: Mapping[str, bytes], sheets: list[Sheet]) -> bytes:
    rows = {f"{sheet.name}.csv": len(sheet.rows) for sheet in sheets}
    tree = {
        "month": name,
        "from": str(month.days.start),
        "to": str(month.end),
        "closed": month.is_closed,
        "currency": month.rulebook.currency.code,
        "files": [
            {"name": each, "rows": rows[each], "sha256": hashlib.sha256(content).hexdigest()} for each, content in sorted(files.items())
        ],
    }
    return json.dumps(tree, indent=2).encode() + b"\n"
