"""Parsing quotes.csv: the rows of one customer, day and order to be joined are the lines of one quote to be made."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from typing import Final

from api.importing.cell_values import Fields
from api.importing.column_meanings import names_of
from api.importing.csv_files import Columns, CsvRow
from api.importing.own_fields import OF_QUOTES, TWO_FIELDS, read_own_fields
from api.importing.parsed_files import ParsedFiles, ParsedQuote, content_hash
from api.importing.party_files import customer_of, terms_of
from engine.documents.quote import LineRequest
from engine.phrases import phrase
from engine.problems import Kind
from engine.rulebook.book import Rulebook

QUOTES: Final = Columns(
    needed=("customer", "on", "product", "quantity"),
    optional=("billing_type", "billing_process", "payment_plan", "order", "payment_terms"),
    names=names_of("quotes.csv"),
)

TWO_TERMS_OF_QUOTE: Final = Kind(
    "two-terms-of-quote",
    "the rows of this quote name the payment terms `{first}` and `{second}`",
    "write the same in each row, or make two quotes of different days",
)


def read_quotes(rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], parsed: ParsedFiles) -> None:
    """Adds the quotes, with their lines in the order of the rows."""
    attributes: dict[tuple[str, date, str | None], dict[str, str]] = {}
    agreed: dict[tuple[str, date, str | None], str | None] = {}
    by_quote: dict[tuple[str, date, str | None], list[tuple[CsvRow, LineRequest]]] = {}
    for row in rows:
        fields = Fields(row, parsed.problems)
        before = len(parsed.problems)
        customer, on, quantity = customer_of(fields, customers, parsed), fields.day("on"), fields.quantity("quantity")
        product = fields.name("product", rulebook.products, "product")
        billing_type = fields.name("billing_type", rulebook.billing_types, "billing type", required=False)
        process = fields.name("billing_process", rulebook.billing_processes, "billing process", required=False)
        plan = fields.name("payment_plan", rulebook.payment_plans, "payment plan", required=False)
        terms = terms_of(fields, rulebook)
        of_quote, of_line = ({}, {}) if not fields.has_own_fields else _own_fields(fields, rulebook)
        if len(parsed.problems) > before or customer is None or on is None or quantity is None or product is None:
            continue
        how = {"billing_type": billing_type, "billing_process": process, "payment_plan": plan, "attributes": of_line}
        line = LineRequest.model_validate({"product": product, "quantity": quantity, **how})
        of_it = (customer, on, fields.text("order"))
        first = agreed.setdefault(of_it, terms)
        if first != terms:
            parsed.problems.append(
                TWO_TERMS_OF_QUOTE.at(row.where, first=first or phrase("none of its own"), second=terms or phrase("none of its own"))
            )
        by_quote.setdefault(of_it, []).append((row, line))
        before_it = attributes.setdefault(of_it, of_quote)
        for name, text in of_quote.items():
            if before_it.setdefault(name, text) != text:
                parsed.problems.append(TWO_FIELDS.at(row.where, name=name, first=before_it[name], second=text))
    for (customer, on, order), lines in by_quote.items():
        rows_of_it = [row for row, _ in lines]
        parsed.quotes.append(
            ParsedQuote(
                key=f"{customer}|{on}|{order}" if order else f"{customer}|{on}",
                customer=customer,
                on=on,
                order=order,
                payment_terms=agreed[customer, on, order],
                lines=tuple(line for _, line in lines),
                attributes=attributes[customer, on, order],
                content_hash=content_hash(*rows_of_it),
                where=rows_of_it[0].where,
            )
        )


def _own_fields(fields: Fields, rulebook: Rulebook) -> tuple[dict[str, str], dict[str, str]]:
    """The fields of a company's own of the quote and of the line of a row."""
    of_quote, of_line = (read_own_fields(fields, subject, OF_QUOTES, rulebook) for subject in OF_QUOTES)
    return of_quote, of_line
