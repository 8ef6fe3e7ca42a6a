"""The types of the values that a template may show, derived from the pages of documents, and sample values of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args, get_origin, get_type_hints, is_typeddict

from engine.writing.message_page import MessagePage
from engine.writing.pages import (
    CREDIT_NOTE_MAIL_TEMPLATE,
    CREDIT_NOTE_TEMPLATE,
    INVOICE_MAIL_TEMPLATE,
    INVOICE_TEMPLATE,
    MESSAGE_TEMPLATE,
    ORDER_CONFIRMATION_TEMPLATE,
    ORDER_MAIL_TEMPLATE,
    QUOTE_MAIL_TEMPLATE,
    QUOTE_TEMPLATE,
    REMINDER_MAIL_TEMPLATE,
    REMINDER_TEMPLATE,
    STATEMENT_TEMPLATE,
    CreditNotePage,
    InvoicePage,
    OrderConfirmationPage,
    QuoteMailPage,
    QuotePage,
    ReminderPage,
    StatementPage,
)

PAGES: Final[Mapping[str, type]] = {
    INVOICE_TEMPLATE: InvoicePage,
    CREDIT_NOTE_TEMPLATE: CreditNotePage,
    QUOTE_TEMPLATE: QuotePage,
    INVOICE_MAIL_TEMPLATE: InvoicePage,
    CREDIT_NOTE_MAIL_TEMPLATE: CreditNotePage,
    QUOTE_MAIL_TEMPLATE: QuoteMailPage,
    ORDER_MAIL_TEMPLATE: OrderConfirmationPage,
    MESSAGE_TEMPLATE: MessagePage,
    ORDER_CONFIRMATION_TEMPLATE: OrderConfirmationPage,
    STATEMENT_TEMPLATE: StatementPage,
    REMINDER_TEMPLATE: ReminderPage,
    REMINDER_MAIL_TEMPLATE: ReminderPage,
}
"""The values of each document's template."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text or a flag, and its length in a sample; one of `choices` where there are any."""

    length: int = 40
    is_boolean: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A list."""

    of: Value


@dataclass(frozen=True, slots=True)
class Record:
    """Values by name."""

    fields: Mapping[str, Value]


Value = Text | Rows | Record
LOOP: Final = Record(dict.fromkeys(("index", "index0", "revindex", "revindex0", "first", "last", "length"), Text(4)))
"""What Jinja says of a loop within it."""
_LONGEST_SAMPLE: Final = "Sample, with a text of ordinary length"


def page_values(template: str, words: frozenset[str]) -> Record:
    """The values of a document's template; the words are those of the rulebook."""
    fields = _values_of(PAGES[template])
    assert isinstance(fields, Record)
    return Record({**fields.fields, "words": Record(dict.fromkeys(words, Text()))})


def sample(value: Value, *, is_full: bool) -> object:
    """A value of a type: with every text and one row in each list, or with empty texts and lists."""
    match value:
        case Record(fields=fields):
            return {name: sample(below, is_full=is_full or name == "words") for name, below in fields.items()}
        case Rows(of=row):
            return (sample(row, is_full=True),) if is_full else ()
        case Text(is_boolean=True):
            return is_full
        case Text(choices=choices):
            return choices[0] if choices else _LONGEST_SAMPLE if is_full else ""


@cache
def _values_of(hint: object) -> Value:
    if is_typeddict(hint):
        return Record({name: _values_of(below) for name, below in get_type_hints(hint).items()})
    match get_origin(hint):
        case origin if origin is tuple:
            return Rows(_values_of(get_args(hint)[0]))
        case origin if origin is Literal:
            return Text(choices=get_args(hint))
        case _:
            return Text(is_boolean=hint is bool)
