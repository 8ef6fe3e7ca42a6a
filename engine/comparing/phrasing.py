"""The pieces of which a comparison is told, in the reader's language: amounts with their sign, edits, rules, refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from babel.dates import format_date

from engine.comparing.comparison import Cause
from engine.comparing.edits import Edit
from engine.comparing.money_changes import InvoiceChange, RefusalChange
from engine.comparing.responsible_rules import Why
from engine.locales import locale_of
from engine.money import Money
from engine.order_types.registry import DEFINITIONS
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Span
from engine.writing.locale_format import amount_text

BEFORE: Final = phrase("Before")
AFTER: Final = phrase("After")
CHANGE: Final = phrase("Change")
VAT_BEFORE: Final = phrase("VAT before")
VAT_AFTER: Final = phrase("VAT after")
CUSTOMER: Final = phrase("Customer")
TYPE: Final = phrase("Type")
ORDER: Final = phrase("Order")
MONTH: Final = phrase("Month")
CASES: Final = phrase("Cases")
QUESTION: Final = phrase("Question")
WHY: Final = phrase("Why")
NO_ANSWER: Final = phrase("no answer")
SUMS: Final = (("net", phrase("Net")), ("vat", phrase("VAT amount")), ("gross", phrase("Gross")))
"""The three sums of a document, and their names."""
_ORDER_TYPES: Final[dict[str, Phrase]] = {name: definition.label for name, definition in DEFINITIONS.items()}
FIELDS: Final = {
    "due_on": phrase("due date"),
    "tax_point": phrase("tax point"),
    "payment_terms": phrase("payment terms"),
    "channel": phrase("channel"),
    "mentions": phrase("mentions"),
}


def signed(amount: Money, language: Language) -> str:
    """A difference with its sign: `+74.61`."""
    text = amount_text(amount, language)
    return f"+{text}" if amount.minor > 0 else text


def more_or_less(amount: Money, language: Language) -> str:
    """A difference as a person says it: `74.61 EUR more`."""
    size = amount_text(Money(abs(amount.minor), amount.currency), language)
    words = {"amount": size, "currency": amount.currency.code}
    if not amount.minor:
        return say(phrase("the same"), language)
    told = phrase("{amount} {currency} more", **words) if amount.minor > 0 else phrase("{amount} {currency} less", **words)
    return say(told, language)


def month_text(month: str, language: Language) -> str:
    """A month such as `2027-01` in words: `January 2027`."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=locale_of(language))


def order_type(name: str, language: Language) -> str:
    """A type of orders as a person calls it."""
    return say(_ORDER_TYPES[name], language)


def at(span: Span | None) -> str:
    """A place as file and line."""
    return "" if span is None else f"{span.path}:{span.line}"


def edited(edit: Edit) -> Phrase:
    """What an edit is about, and both sides of it."""
    named = (edit.kind, edit.name if edit.name != edit.kind else "", edit.part if edit.part != "line" else "")
    subject = " ".join(word for word in named if word)
    match edit.what:
        case "added":
            return phrase("{subject}: added: {words}", subject=subject, words=edit.after or "")
        case "removed":
            return phrase("{subject}: removed: {words}", subject=subject, words=edit.before or "")
        case "changed":
            return phrase("{subject}: {before} → {after}", subject=subject, before=edit.before or "–", after=edit.after or "–")


def reason(why: Why) -> Phrase:
    """What a rule said before and says now."""
    if why.before is None:
        return phrase("{rule}: now {after}", rule=why.rule, after=why.after or "–")
    if why.after is None:
        return phrase("{rule}: no longer {before}", rule=why.rule, before=why.before)
    return phrase("{rule}: {before} → {after}", rule=why.rule, before=why.before, after=why.after)


def cause_in_lines(one: Cause, language: Language, *, of_vat: bool) -> str:
    """What a cause comes to, in how many lines; where only VAT changes, the amounts before it say nothing."""
    words = {"count": one.lines, "cause": cause(one)}
    told = phrase("VAT of {count} lines: {cause}", **words)
    return say(told if of_vat else phrase("{net} in {count} lines: {cause}", net=signed(one.net, language), **words), language)


def cause(one: Cause) -> str:
    """The rules of a cause with why they were written."""
    if not one.rules:
        return phrase("no single rule")
    return "; ".join(f"{rule} ({because})" if because else rule for rule, because in one.rules)


def refusal(one: RefusalChange, language: Language) -> str:
    """What only one side refuses."""
    message = one.problem.message_in(language)
    place = at(one.problem.where)
    subject = one.order or one.customer or place
    where = f"{place}: " if place and subject != place else ""
    if one.is_refused_after:
        told = phrase("{subject} can no longer be invoiced: {where}{why}", subject=subject, where=where, why=message)
    else:
        told = phrase("{subject} can be invoiced now; before: {where}{why}", subject=subject, where=where, why=message)
    return say(told, language)


def presence(change: InvoiceChange) -> Phrase | None:
    """Whether an invoice stands on one side only."""
    if change.before is None:
        return phrase("a new invoice")
    return phrase("no invoice any more") if change.after is None else None


def distinct(whys: Iterable[Why], most: int) -> list[Why]:
    """The first of some reasons, one of each rule."""
    found: dict[str, Why] = {}
    for why in whys:
        found.setdefault(why.rule, why)
    return list(found.values())[:most]
