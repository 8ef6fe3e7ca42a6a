"""Parsing customers.csv and opportunities.csv."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple, TypeVar

from api.importing.cell_values import Fields
from api.importing.column_meanings import names_of
from api.importing.csv_files import Columns, CsvRow
from api.importing.mandate_columns import MANDATE_COLUMNS, read_mandate
from api.importing.own_fields import read_own_fields
from api.importing.own_words import labelled, terms_named
from api.importing.parsed_files import ParsedFiles, content_hash
from engine.code_lists.code_list import COUNTRIES
from engine.countries.peppol_address import read_peppol_address
from engine.documents.opportunity import Opportunity, OpportunityState
from engine.documents.order import ORDER_TYPES
from engine.documents.party import Address, Customer, CustomerKind, EInvoiceFormat, Prospect
from engine.locales import country_named, language_by_name
from engine.phrases import Phrase, Replacement, phrase
from engine.problems import Kind, Problem
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import read_vat_number
from engine.text.country_codes import country_remedy
from engine.text.nearest import suggestion

CUSTOMERS: Final = Columns(
    needed=("id", "name", "street", "postcode", "town", "country"),
    optional=(
        "language",
        "vat_number",
        "email",
        "segment",
        "vat_checked_on",
        "kind",
        "files_periodic_returns",
        "small_business",
        "purchase_order",
        "payment_terms",
        "buyer_reference",
        "peppol_address",
        "e_invoice_format",
        *MANDATE_COLUMNS,
    ),
    others_are_attributes=True,
    names=names_of("customers.csv"),
)
ID_FORM: Final = "[A-Za-z0-9][A-Za-z0-9 ._/-]{0,59}"
AN_ID: Final = (ID_FORM, phrase("an id"), phrase("letters, digits and . _ / - (at most 60)"))
"""The form of an id, what it is, and how it is written."""

TWICE = Kind("id-twice", "{what} `{id}` occurs twice", "give each its own id, or delete one of the rows; the first is in line {line}")
UNKNOWN_CUSTOMER = Kind("unknown-customer", "there is no customer `{name}`", "add it to customers.csv, or mend the id{remedy}")
NO_ADDRESS = Kind("no-address", "`{text}` is not an e-mail address", "write one address such as accounts@example.com")
CUSTOMER_OR_PROSPECT = Kind(
    "no-customer-or-prospect", "neither a customer nor a prospect is named", "fill `customer`, or name the prospect"
)
WRONG_CURRENCY = Kind("wrong-currency", "this amount is in {found}; the rulebook counts in {expected}", "name the column `amount_{code}`")
CHECKED_WITHOUT_NUMBER = Kind(
    "checked-without-number", "a VAT number was checked on a day, and none is given", "write it in `vat_number`, or empty this cell"
)
NO_PEPPOL_ADDRESS = Kind(
    "no-peppol-address",
    "`{word}` is not an address in Peppol: {what}",
    "copy it again from the customer or from the Peppol directory; it looks like 0208:0123456749",
)
NO_ATTRIBUTE = Kind("no-number", "`{text}` is not {what}", "write {like}")

EMAIL: Final = r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,190}"
_ADDRESS_PARTS: Final = {"street": phrase("the street"), "postcode": phrase("the postcode"), "town": phrase("the town")}
_CLOSED: Final = ("won", "lost", "cancelled")
_NOT_RECORDED: Final = "not-recorded"
_KINDS: Final[tuple[CustomerKind, ...]] = ("business", "private")
_FORMATS: Final[tuple[EInvoiceFormat, ...]] = ("ubl", "factur-x")
_A_FORMAT: Final = phrase("format of e-invoices")
_Choice = TypeVar("_Choice", bound=str)


class NamedRow(NamedTuple):
    """A row of a file whose rows have ids of their own: its fields, its id, and how many problems there were before it."""

    fields: Fields
    id: str
    problems_before: int

    @property
    def is_right(self) -> bool:
        """Whether no problem was found in it."""
        return len(self.fields.problems) == self.problems_before


def named_rows(
    rows: Iterable[CsvRow], parsed: ParsedFiles, what: Phrase, column: str = "id", form: tuple[str, Phrase, Phrase] = AN_ID
) -> Iterator[NamedRow]:
    """The rows with their ids, empty where it is missing or malformed; the same id twice is a problem."""
    lines: dict[str, int] = {}
    for row in rows:
        fields, before = Fields(row, parsed.problems), len(parsed.problems)
        name = fields.matching(column, *form, required=True) or ""
        if name in lines:
            fields.report(TWICE, column, what=what, id=name, line=lines[name])
        elif name:
            lines[name] = row.where.line
        yield NamedRow(fields, name, before)


def read_customers(rows: Iterable[CsvRow], rulebook: Rulebook, parsed: ParsedFiles) -> None:
    """Adds the customers; other columns are their attributes."""
    for each in named_rows(rows, parsed, phrase("customer")):
        customer_id, row = each.id, each.fields.row
        customer = read_customer(customer_id, each.fields, rulebook)
        if not row.cells.keys().isdisjoint(MANDATE_COLUMNS):
            read_mandate(customer_id, each.fields, parsed)
        if customer is not None and each.is_right:
            parsed.customers[customer_id] = (customer, content_hash(row))
            parsed.places["customer", customer_id] = row.where
        elif customer_id:
            parsed.broken_customers.add(customer_id)


def read_customer(customer_id: str, fields: Fields, rulebook: Rulebook, *, is_prospect: bool = False) -> Customer | None:
    """The customer of a row; None where something is wrong with it. Of a prospect the country alone is needed of its address."""
    problems = len(fields.problems)
    country = fields.name("country", COUNTRIES, phrase("country"), remedy_of=country_remedy, meaning=country_named)
    languages = rulebook.company.languages
    language = fields.name("language", languages, phrase("language"), required=False, meaning=language_by_name) or (
        "en" if "en" in languages else languages[0]
    )
    kind = fields.name("kind", _KINDS, phrase("kind of customer"), required=False) or "business"
    segment = fields.name("segment", rulebook.segments, phrase("segment"), required=False, meaning=partial(labelled, rulebook.segments))
    terms, checked_on = terms_of(fields, rulebook), fields.day("vat_checked_on", required=False)
    address = {
        column: (fields.text(column) or "") if is_prospect else fields.needed(column, what) for column, what in _ADDRESS_PARTS.items()
    }
    name = fields.needed("name", phrase("the name"))
    email = fields.matching("email", EMAIL, phrase("an e-mail address"), phrase("one address such as accounts@example.com"))
    written = fields.matching("vat_number", "[A-Za-z]{2}[A-Za-z0-9 .+*/-]{2,20}", phrase("a VAT number"), _number_like(fields, rulebook))
    vat_number = read_vat_number(written, rulebook, fields.span("vat_number")) if written else None
    if isinstance(vat_number, Problem):
        fields.problems.append(vat_number)
        return None
    if checked_on is not None and fields.cell("vat_number") is None:
        fields.report(CHECKED_WITHOUT_NUMBER, "vat_checked_on")
    returns, small = fields.yes_or_no("files_periodic_returns"), fields.yes_or_no("small_business") or False
    peppol_address, e_invoice_format = _peppol_address(fields), fields.name("e_invoice_format", _FORMATS, _A_FORMAT, required=False)
    attributes = _attributes(fields, rulebook)
    if len(fields.problems) > problems or country is None:
        return None
    return Customer(
        id=customer_id,
        name=name,
        address=Address(country=country, **address),
        language=language,
        kind=_one_of(kind, _KINDS),
        vat_number=vat_number,
        vat_number_state="valid" if vat_number and checked_on else "unknown",
        vat_checked_on=checked_on,
        email=email,
        segment=segment,
        files_periodic_returns=returns,
        small_business=small,
        purchase_order=fields.text("purchase_order"),
        payment_terms=terms,
        buyer_reference=fields.text("buyer_reference"),
        peppol_address=peppol_address,
        e_invoice_format=None if e_invoice_format is None else _one_of(e_invoice_format, _FORMATS),
        attributes=attributes,
    )


def _number_like(fields: Fields, rulebook: Rulebook) -> str:
    """How a VAT number is written: of one without its country the whole, where the address has that country and it is one there."""
    number, country = fields.text("vat_number") or "", country_named(fields.text("country") or "")
    whole = read_vat_number(f"{country}{number}", rulebook, None) if country and number[:1].isdigit() else None
    if isinstance(whole, str):
        return phrase("`{name}`", name=Replacement(whole))
    return phrase("country and number, such as {example}", example=rulebook.company.seller.vat_number)


def _peppol_address(fields: Fields) -> str | None:
    """The address in Peppol, `0208:0123456749`, with the check digits of its scheme."""
    written = fields.text("peppol_address")
    read = None if written is None else read_peppol_address(written)
    if isinstance(read, Phrase):
        fields.report(NO_PEPPOL_ADDRESS, "peppol_address", word=(written or "")[:60], what=read)
        return None
    return read


def _attributes(fields: Fields, rulebook: Rulebook) -> dict[str, str]:
    """The cells of other columns by attribute name; those that the vocabulary declares must fit their type."""
    known = {*CUSTOMERS.needed, *CUSTOMERS.optional}
    attributes = read_own_fields(fields, "customer", ("customer",), rulebook) if fields.has_own_fields else {}
    for column, cell in fields.row.cells.items():
        if column in known or column.startswith("x_") or not cell.text:
            continue
        name = column.replace("_", "-")
        declared = rulebook.attributes.get(f"customer.{name}")
        if declared is not None:
            try:
                rulebook.vocabulary.value_of(f"customer.{name}", cell.text)
            except ValueError:
                fields.report(
                    NO_ATTRIBUTE,
                    column,
                    text=cell.text,
                    what=phrase("a {type}", type=declared.type),
                    like=phrase("a {type}, as rules/vocabulary.yaml says", type=declared.type),
                )
        attributes[name] = cell.text
    return attributes


def opportunity_columns(rulebook: Rulebook, header: Iterable[str]) -> Columns:
    """The columns of opportunities.csv; the amount may carry a currency in its name, such as `amount_eur`."""
    amount = next((name for name in header if re.fullmatch("amount(_[a-z]{3})?", name)), f"amount_{rulebook.currency.code.lower()}")
    return Columns(
        needed=("id", "what", "stage", amount, "expected_close", "owner"),
        optional=(*("customer_or_prospect", "town", "contact", "customer", "reason", "next_step", "next_step_on", "source", "order_type"),),
        names={amount if column == "amount" else column: names for column, names in names_of("opportunities.csv").items()},
    )


def read_opportunities(rows: Iterable[CsvRow], rulebook: Rulebook, customers: Container[str], parsed: ParsedFiles) -> None:
    """Adds the opportunities of customers and prospects, open or closed."""
    for each in named_rows(rows, parsed, phrase("opportunity")):
        opportunity = _opportunity(each.id, each.fields, rulebook, customers, parsed)
        if opportunity is not None and each.is_right:
            parsed.opportunities[each.id] = (opportunity, content_hash(each.fields.row))
            parsed.places["prospect", each.id] = each.fields.row.where


def customer_of(fields: Fields, customers: Container[str], parsed: ParsedFiles, *, required: bool = True) -> str | None:
    """The customer of a row, who must be in customers.csv or already stored."""
    cell = fields.cell("customer")
    if cell is None:
        if required:
            fields.needed("customer", phrase("the id of a customer"))
        return None
    if cell.text in parsed.customers or cell.text in parsed.broken_customers or cell.text in customers:
        return cell.text
    remedy = phrase(": {remedy}", remedy=suggestion(cell.text, parsed.customers)) if parsed.customers else ""
    fields.report(UNKNOWN_CUSTOMER, "customer", name=cell.text, remedy=remedy)
    return None


def terms_of(fields: Fields, rulebook: Rulebook) -> str | None:
    """The payment terms that a row names."""
    known = rulebook.payment_terms
    return fields.name("payment_terms", known, phrase("payment term"), required=False, meaning=partial(terms_named, known))


def _opportunity(name: str, fields: Fields, rulebook: Rulebook, customers: Container[str], parsed: ParsedFiles) -> Opportunity | None:
    problems = len(fields.problems)
    amount_column = next(column for column in fields.row.cells if column.startswith("amount"))
    _check_currency(amount_column, fields, rulebook)
    customer = customer_of(fields, customers, parsed, required=False)
    prospect = _prospect(fields) if fields.cell("customer") is None else None
    if customer is None and prospect is None and fields.cell("customer") is None:
        fields.report(CUSTOMER_OR_PROSPECT, "customer_or_prospect" if "customer_or_prospect" in fields.row.cells else "customer")
    stage = fields.name("stage", {*rulebook.stages, *_CLOSED}, phrase("stage"))
    amount = fields.amount(amount_column, rulebook.currency, least=0)
    expected_close = fields.day("expected_close")
    order_type = fields.name("order_type", ORDER_TYPES, phrase("order type"), required=False)
    reason = fields.name("reason", {*rulebook.reasons, _NOT_RECORDED}, phrase("reason"), required=False)
    next_step_on = fields.day("next_step_on", required=False)
    what, owner = fields.needed("what", phrase("what is to be sold")), fields.needed("owner", phrase("who follows it"))
    own = read_own_fields(fields, "opportunity", ("opportunity",), rulebook) if fields.has_own_fields else {}
    if len(fields.problems) > problems or stage is None or amount is None or expected_close is None:
        return None
    return Opportunity(
        currency=rulebook.currency,
        id=name,
        customer=customer,
        prospect=prospect,
        what=what,
        stage=stage,
        state=_STATES.get(stage, "open"),
        amount=amount,
        expected_close=expected_close,
        owner=owner,
        reason=reason or (_NOT_RECORDED if stage in ("lost", "cancelled") else None),
        next_step=fields.text("next_step"),
        next_step_on=next_step_on,
        source=fields.text("source"),
        amounts=dict.fromkeys([_one_of(order_type, ORDER_TYPES)] if order_type else [], amount),
        attributes=own,
    )


def _prospect(fields: Fields) -> Prospect | None:
    name = fields.text("customer_or_prospect")
    return Prospect(name=name, town=fields.text("town"), contact=fields.text("contact")) if name else None


def _check_currency(column: str, fields: Fields, rulebook: Rulebook) -> None:
    named = column.removeprefix("amount").removeprefix("_").upper()
    if named and named != rulebook.currency.code:
        fields.report(WRONG_CURRENCY, column, found=named, expected=rulebook.currency, code=rulebook.currency.code.lower())


def _one_of(text: str, choices: tuple[_Choice, ...]) -> _Choice:
    return next(choice for choice in choices if choice == text)


_STATES: Final[dict[str, OpportunityState]] = {"won": "won", "lost": "lost", "cancelled": "cancelled"}
