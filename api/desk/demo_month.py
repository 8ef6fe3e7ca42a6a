"""The demo: a month of a company, from its CSV files to invoices and reports; it can be interrupted anywhere and run again."""

from __future__ import annotations

import calendar
import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.desk import reports, to_invoice_report
from api.desk.billing_run import issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.import_result import ImportResult
from api.desk.quoting import make_quote
from api.desk.renditions import print_missing, quote_pdf
from api.desk.report_parameters import span
from api.output.files import make_folder, write_file
from api.output.sheets import as_csv
from api.printing.pdf import can_print
from api.store import customers, issued_documents, orders, quotes, records, transactions
from api.store.quotes import StoredQuote
from api.store.transaction_rows import TransactionFilter
from engine import billing
from engine.dates import Period, month_after
from engine.documents.invoice import Invoice
from engine.documents.order import ORDER_TYPES, Order, has_payment_plan
from engine.documents.quote import LineRequest
from engine.money import Money
from engine.order_types.registry import DEFINITIONS, JOINING
from engine.phrases import phrase

Write = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """The result of a demo: its folder, summary and import result, its quote, and whether PDFs were printed."""

    folder: Path
    summary: dict[str, object]
    imported: ImportResult
    quote: StoredQuote | None
    printed: bool


def day_of_billing(cut_over: date | None, today: date) -> date:
    """The last day of the month that begins at the cut-over; without one, of the current month."""
    first = cut_over or today
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def demonstrate(
    desk: Desk, csv_folder: Path, folder: Path, rulebook_folder: Path, *, write: Write, progress: Callable[[str], None]
) -> Demonstration:
    """Imports the files, bills the month, prints and reports. Run again on the same folder, it issues nothing new and writes the same."""
    month = _month_of(desk)
    imported = prepare(desk, csv_folder, folder, write=write)
    quote = _quote(desk)
    report = issue(desk, Selection(due_through=desk.today), confirm=True, progress=lambda done, of: progress(f"shard {done} of {of}"))
    write(phrase("{issued} invoices issued, {held} transactions held back", issued=len(report.issued), held=len(report.held)))
    invoices = _invoices(desk)
    for invoice in invoices:
        _write_document(desk, invoice, folder)
    summary = _write_reports(desk, invoices, folder, month)
    printed = _print(desk, invoices, quote, folder, rulebook_folder, write, progress)
    return Demonstration(folder=folder, summary=summary, imported=imported, quote=quote, printed=printed)


def prepare(desk: Desk, csv_folder: Path, folder: Path, *, write: Write) -> ImportResult:
    """Imports the files, and reports what is to be invoiced in the month."""
    make_folder(folder / "invoices")
    imported = import_files(desk, csv_folder)
    write(phrase("imported") if not imported.changes_nothing else phrase("nothing new to import"))
    if not (folder / "to-invoice.csv").exists() or not _has_issued(desk):
        write_file(folder / "to-invoice.csv", as_csv(to_invoice_report.to_invoice(desk, _month_of(desk))).encode())
    return imported


def _month_of(desk: Desk) -> Period:
    return Period(desk.today.replace(day=1), month_after(desk.today.replace(day=1), 1))


def _has_issued(desk: Desk) -> bool:
    with desk.store.reading() as connection:
        return bool(issued_documents.ends_of_series(connection))


def _invoices(desk: Desk) -> tuple[Invoice, ...]:
    """Every invoice issued on the billing day."""
    with desk.store.reading() as connection:
        invoices = issued_documents.find_invoices(connection)
    return tuple(invoice for invoice in invoices if invoice.issued_on == desk.today)


def _write_document(desk: Desk, invoice: Invoice, folder: Path) -> None:
    with desk.store.reading() as connection:
        stored = issued_documents.stored_bytes(connection, invoice.number)
    assert stored is not None
    name = file_name(invoice.number)
    readable = json.dumps(json.loads(stored[0]), ensure_ascii=False, indent=2)
    write_file(folder / "invoices" / f"{name}.json", f"{readable}\n".encode())
    write_file(folder / "invoices" / f"{name}.xml", stored[1])


def file_name(number: str) -> str:
    """A document's number as a file name: other characters become hyphens."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in number)


def _write_reports(desk: Desk, invoices: Sequence[Invoice], folder: Path, month: Period) -> dict[str, object]:
    year = span(month.start, None, months=12)
    rows: list[dict[str, object]] = [
        {"month": row.month, "order_type": row.order_type, "net": row.net}
        for row in reports.forecast_figures(desk, ("month", "order-type"), year).rows
    ]
    write_file(folder / "forecast.csv", _csv(("month", "order_type", "net"), rows))
    write_file(folder / "invoices.csv", _csv(_INVOICE_COLUMNS, map(_invoice_row, invoices)))
    write_file(folder / "transactions.csv", _csv(_TRANSACTION_COLUMNS, _transaction_rows(desk)))
    summary = _summary(desk, invoices, month)
    write_file(folder / "summary.json", (json.dumps(summary, ensure_ascii=False, indent=2) + "\n").encode())
    return summary


_INVOICE_COLUMNS = ("customer", "order_type", "lines", "net_by_category_and_rate", "net", "vat", "gross", "number", "month")
_TRANSACTION_COLUMNS = (
    "item",
    "customer",
    "order_type",
    "product",
    "kind",
    "service_from",
    "service_until",
    "billing_date",
    "quantity",
    "net",
    "state",
)


def _invoice_row(invoice: Invoice) -> dict[str, object]:
    groups = [f"{one.category}{one.rate}:{one.base}" for one in invoice.vat_breakdown]
    return {
        "customer": invoice.customer.id,
        "order_type": invoice.order_type,
        "lines": len(invoice.lines),
        "net_by_category_and_rate": " ".join(groups),
        "net": invoice.net,
        "vat": invoice.vat,
        "gross": invoice.gross,
        "number": invoice.number,
        "month": invoice.month,
    }


def _transaction_rows(desk: Desk) -> Iterable[dict[str, object]]:
    with desk.store.reading() as connection:
        rows = transactions.find(connection, TransactionFilter())
    for one in rows:
        period = one.service_period
        yield {
            "item": one.item,
            "customer": one.customer,
            "order_type": one.order_type,
            "product": one.product,
            "kind": one.kind,
            "service_from": period.start if period else "",
            "service_until": period.until if period else "",
            "billing_date": one.billing_date or "",
            "quantity": one.quantity,
            "net": one.net,
            "state": reports.due_now(desk, one),
        }


def _summary(desk: Desk, invoices: Sequence[Invoice], month: Period) -> dict[str, object]:
    currency = desk.rulebook.currency

    def total(chosen: Iterable[Invoice], name: str) -> str:
        return str(Money(sum(getattr(invoice, name).minor for invoice in chosen), currency))

    by_order_type = {}
    for order_type in ORDER_TYPES:
        chosen = [invoice for invoice in invoices if invoice.order_type == order_type]
        lines = sum(len(invoice.lines) for invoice in chosen)
        sums = {name: total(chosen, name) for name in ("net", "vat", "gross")}
        by_order_type[order_type] = {"invoices": len(chosen), "lines": lines, **sums}
    by_vat: dict[tuple[str, str], tuple[int, int]] = {}
    for invoice in invoices:
        for one in invoice.vat_breakdown:
            net, vat = by_vat.get((one.category, str(one.rate)), (0, 0))
            by_vat[one.category, str(one.rate)] = (net + one.base.minor, vat + one.vat.minor)
    with desk.store.reading() as connection:
        agreed, buyers = orders.find(connection).values(), customers.find(connection)
    return {
        "currency": currency.code,
        "month": f"{month.start:%Y-%m}",
        "invoices": len(invoices),
        "lines": sum(len(invoice.lines) for invoice in invoices),
        **{name: total(invoices, name) for name in ("net", "vat", "gross")},
        "mrr": str(billing.mrr(agreed, buyers, desk.rulebook, month.start).mrr),
        "mrr_end": str(billing.mrr(agreed, buyers, desk.rulebook, month.last).mrr),
        "by_order_type": by_order_type,
        "by_vat": [
            {"category": category, "rate": rate, "net": str(Money(net, currency)), "vat": str(Money(vat, currency))}
            for (category, rate), (net, vat) in sorted(
                by_vat.items(), key=lambda entry: (entry[0][0] != "S", entry[0][0], -float(entry[0][1]))
            )
        ],
    }


def _quote(desk: Desk) -> StoredQuote | None:
    """The first imported quote; where there is none, a new one for the items of the first order."""
    with desk.writing() as connection:
        records.lock_importing(connection)
        existing = quotes.find(connection)
        agreed = list(orders.find(connection).values())
        if existing or not agreed:
            return existing[0] if existing else None
        first = min(agreed, key=_preferred)
        buyer = customers.find(connection, [first.customer])[first.customer]
        joins = first.id if first.type in JOINING and any(item.state_on(desk.today) == "active" for item in first.items) else None
        return make_quote(desk, connection, buyer, _lines_again(first), on=desk.today, subscription=joins)


def _preferred(order: Order) -> tuple[bool, int, str]:
    """Sorts orders with a payment plan first, since their quotes show most."""
    return (not has_payment_plan(order.type), ORDER_TYPES.index(order.type), order.id)


def _lines_again(order: Order) -> list[LineRequest]:
    asks_again = DEFINITIONS[order.type].asks_again
    return [
        LineRequest.model_validate(
            {"product": item.product, "quantity": item.quantity, "billing_process": item.billing_process, **asks_again(item)}
        )
        for item in order.items
    ]


def _print(
    desk: Desk,
    invoices: Sequence[Invoice],
    quote: StoredQuote | None,
    folder: Path,
    rulebook_folder: Path,
    write: Write,
    progress: Callable[[str], None],
) -> bool:
    """Prints the PDFs; stored ones are not printed again. Gives whether Pango is available."""
    if not can_print():
        write(phrase("no PDFs: this machine lacks Pango (see `centwright doctor`)"))
        return False
    numbers = [invoice.number for invoice in invoices]
    for at, (number, content) in enumerate(print_missing(desk, numbers, rulebook_folder), start=1):
        write_file(folder / "invoices" / f"{file_name(number)}.pdf", content)
        progress(f"PDF {at} of {len(numbers)}")
    if quote is not None:
        write_file(folder / f"quote-{file_name(quote.number)}.pdf", quote_pdf(desk, quote, rulebook_folder))
    return True


def _csv(columns: Sequence[str], rows: Iterable[dict[str, object]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()
