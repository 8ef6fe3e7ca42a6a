"""Reading a list of invoices of a former system, with which the first invoices here are compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from api.importing.cell_values import Fields
from api.importing.column_meanings import names_of
from api.importing.csv_files import LARGEST, Columns, decode, read_rows
from api.importing.workbooks import ENDINGS, NOT_A_WORKBOOK, sheet_as_csv
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind, Problem, Span, refuse

EARLIER_INVOICES: Final = Columns(
    needed=("customer", "net"), optional=("name", "gross", "number", "issued_on", "vat"), names=names_of("earlier invoices")
)
NO_FILE = Kind("no-file", "there is no file {file}", "give the CSV file with the invoices of the former system")


@dataclass(frozen=True, slots=True)
class EarlierInvoices:
    """What a customer was billed: the net and, where all its rows have it, the gross."""

    net: Money
    gross: Money | None
    where: Span


def read_earlier_invoices(path: Path, currency: Currency) -> tuple[dict[str, EarlierInvoices], tuple[Problem, ...], dict[str, str]]:
    """The invoices by customer, whose rows are added up; the problems of all rows; and the text for excerpts."""
    if not path.is_file():
        raise refuse(NO_FILE, file=path)
    with path.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    sheet = sheet_as_csv(path.name, content) if path.suffix.lower() in ENDINGS else content
    if sheet is None:
        return {}, (NOT_A_WORKBOOK.at(Span(path.name, 1, 1, 1, 1)),), {}
    text, advice = decode(path.name, sheet)
    problems, bills = [*advice], dict[str, EarlierInvoices]()
    if any(problem.stops for problem in problems):
        return {}, tuple(problems), {path.name: text}
    for row in read_rows(path.name, text, EARLIER_INVOICES, problems) or ():
        fields = Fields(row, problems)
        customer, net = fields.needed("customer", phrase("the id of a customer")), fields.amount("net", currency)
        gross = fields.amount("gross", currency) if fields.cell("gross") else None
        if net is None or not customer:
            continue
        known = bills.get(customer)
        if known is None:
            bills[customer] = EarlierInvoices(net, gross, row.where)
        else:
            both = known.gross + gross if known.gross is not None and gross is not None else None
            bills[customer] = replace(known, net=known.net + net, gross=both)
    return bills, tuple(problems), {path.name: text}
