"""The values that templates of documents may show, by kind of document: formatted texts, flags, and lists of rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypedDict

INVOICE_TEMPLATE: Final = "templates/invoice.html.j2"
CREDIT_NOTE_TEMPLATE: Final = "templates/credit-note.html.j2"
QUOTE_TEMPLATE: Final = "templates/quote.html.j2"
INVOICE_MAIL_TEMPLATE: Final = "templates/mail/invoice.txt.j2"
CREDIT_NOTE_MAIL_TEMPLATE: Final = "templates/mail/credit-note.txt.j2"
QUOTE_MAIL_TEMPLATE: Final = "templates/mail/quote.txt.j2"
REMINDER_MAIL_TEMPLATE: Final = "templates/mail/reminder.txt.j2"
ORDER_MAIL_TEMPLATE: Final = "templates/mail/order-confirmation.txt.j2"
MESSAGE_TEMPLATE: Final = "templates/mail/message.html.j2"
"""The look of every mail: what its text says, for programs that show HTML."""
MAILS: Final = "templates/mail/"
"""Where the templates of mails are, which are filled and not drawn."""
TEXT_ENDING: Final = ".txt.j2"
"""How the templates of plain texts end: in those no sign stands for another."""
ORDER_CONFIRMATION_TEMPLATE: Final = "templates/order-confirmation.html.j2"
STATEMENT_TEMPLATE: Final = "templates/statement.html.j2"
REMINDER_TEMPLATE: Final = "templates/reminder.html.j2"


class SellerRow(TypedDict):
    """The letterhead: what the law requires of a company on its documents."""

    name: str
    street: str
    town: str
    country: str
    vat_number: str
    register_entry: str
    iban: str
    bic: str
    email: str
    phone: str
    website: str


class FieldRow(TypedDict):
    """One field of a company's own, as rules/vocabulary.yaml declares it: `shops` and `3`."""

    name: str
    text: str


class CustomerRow(TypedDict):
    """The customer and his address."""

    id: str
    name: str
    street: str
    town: str
    country: str
    vat_number: str
    fields: tuple[FieldRow, ...]


class DiscountRow(TypedDict):
    """One discount of a line, as a negative amount."""

    label: str
    percent: str
    amount: str


class LineRow(TypedDict):
    """One line of a document."""

    number: str
    description: str
    detail: str
    period: str
    quantity: str
    unit_price: str
    price_per: str
    list_net: str
    discounts: tuple[DiscountRow, ...]
    rate: str
    net: str
    carried: str


class VatRow(TypedDict):
    """One (category, rate) of the VAT; the rate is a percentage, or the word for why none is charged."""

    category: str
    rate: str
    base: str
    vat: str
    mention: str


class TotalRow(TypedDict):
    """What the lines of one billing type of a quote come to."""

    label: str
    net: str
    vat: str
    gross: str


FigureName = Literal["monthly_recurring", "annual_recurring", "one_off", "first_invoice", "contract_value"]
"""The names of the words of a quote's figures."""


class FigureRow(TypedDict):
    """One figure of a quote, by the name of its word."""

    word: FigureName
    amount: str


class VariantRow(TypedDict):
    """What a quote comes to with another choice of its optional and alternative lines."""

    label: str
    monthly_recurring: str
    one_off: str
    contract_value: str


class ConditionRow(TypedDict):
    """How long one kind of item of a quote runs, how it goes on, and when notice must be given."""

    label: str
    term: str
    renewal: str
    notice: str


class InstalmentRow(TypedDict):
    """One instalment of a quote."""

    number: str
    on: str
    net: str


class LetterPage(TypedDict):
    """What every document shows; `opening` and `closing` are the paragraphs of templates/documents.yaml."""

    language: str
    words: Mapping[str, str]
    currency: str
    seller: SellerRow
    customer: CustomerRow
    number: str
    opening: tuple[str, ...]
    closing: tuple[str, ...]


class LinesPage(TypedDict):
    """The lines of a document, and which of their columns say anything."""

    lines: tuple[LineRow, ...]
    has_quantities: bool
    has_prices: bool
    has_amounts: bool


class DocumentPage(LetterPage, LinesPage):
    """What every document with amounts shows."""

    vat: tuple[VatRow, ...]
    net: str
    vat_total: str
    gross: str
    is_copy: bool
    mentions: tuple[str, ...]


class IssuedPage(DocumentPage):
    """What an issued document shows."""

    issued_on: str
    order_type: str
    orders: tuple[str, ...]
    deliver_to: str
    purchase_order: str
    accounting_vat: str


class PartRow(TypedDict):
    """One of the parts in which an invoice is to be paid."""

    due_on: str
    amount: str


class InvoicePage(IssuedPage):
    """The values of an invoice's template."""

    is_advance: bool
    due_on: str
    parts: tuple[PartRow, ...]
    cash_discount: str
    tax_point: str
    delivered_on: str
    refers_to: tuple[str, ...]
    due_amount: str
    communication: str
    is_creditor_reference: bool
    payment_code: str


class CreditNotePage(IssuedPage):
    """The values of a credit note's template."""

    corrects: str
    corrects_issued_on: str
    because: str


class QuotePage(DocumentPage):
    """The values of a quote's template: lines, totals by billing type, instalments, and VAT as an estimate."""

    quoted_on: str
    valid_until: str
    deliver_to: str
    payment_terms: str
    contact: str
    conditions: tuple[ConditionRow, ...]
    is_rounded: bool
    joins: bool
    totals: tuple[TotalRow, ...]
    figures: tuple[FigureRow, ...]
    variants: tuple[VariantRow, ...]
    fields: tuple[FieldRow, ...]
    instalments: tuple[InstalmentRow, ...]


class QuoteMailPage(QuotePage):
    """The values of the mail of a quote: those of its page, and the link on which it is accepted; empty where links are not set up."""

    link: str


class OrderConfirmationPage(LetterPage, LinesPage):
    """The values of an order confirmation's template."""

    signed_on: str
    order_type: str
    purchase_order: str
    deliver_to: str
    payment_terms: str
    conditions: tuple[ConditionRow, ...]
    fields: tuple[FieldRow, ...]


class StatementRow(TypedDict):
    """One entry of a statement of account: a document or a payment, and the balance after it."""

    on: str
    what: str
    number: str
    due_on: str
    debit: str
    credit: str
    balance: str


class StatementPage(LetterPage):
    """The values of a statement of account's template."""

    stated_on: str
    since: str
    opening_balance: str
    entries: tuple[StatementRow, ...]
    balance: str
    overdue: str
    has_payments: bool


class OpenInvoiceRow(TypedDict):
    """One invoice that is not paid, and for how many days it has been overdue."""

    number: str
    issued_on: str
    due_on: str
    days: str
    gross: str
    open: str
    communication: str
    supply: str
    fee: str
    interest: str
    announced: str


class ReminderPage(LetterPage):
    """The values of a reminder's template."""

    reminded_on: str
    level: str
    is_last: bool
    pay_until: str
    invoices: tuple[OpenInvoiceRow, ...]
    open: str
    costs: str
    earlier: str
    total: str
    communication: str
    is_creditor_reference: bool
    payment_code: str
    title: str
    message: str
    clause: str


def template_of(document: str) -> str:
    """The usual template of a document by its name: `order-confirmation`."""
    return f"templates/{document}.html.j2"


def field_rows(attributes: Mapping[str, str]) -> tuple[FieldRow, ...]:
    """The fields of a company's own, by their names."""
    return tuple({"name": name, "text": text} for name, text in sorted(attributes.items()))
