"""Phrases that the outputs of a comparison share: amounts with their sign, edits, rules, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from babel.dates import format_date

from engine.comparing.comparison import Cause, Comparison
from engine.comparing.edits import Edit
from engine.comparing.money_changes import InvoiceChange, RefusalChange, SumName
from engine.comparing.responsible_rules import Why
from engine.locales import locale_of
from engine.money import Money
from engine.order_types.registry import DEFINITIONS
from engine.phrases import Language, Phrase, listed, phrase, say
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
SUMS: Final[tuple[tuple[SumName, Phrase], ...]] = (("net", phrase("Net")), ("vat", phrase("VAT amount")), ("gross", phrase("Gross")))
"""The three sums of a document, and their names."""
_ORDER_TYPES: Final[dict[str, Phrase]] = {name: definition.label for name, definition in DEFINITIONS.items()}
_FIELDS: Final = {
    "due_on": phrase("due date"),
    "tax_point": phrase("tax point"),
    "payment_terms": phrase("payment terms"),
    "due_amounts": phrase("parts to pay"),
    "cash_discount": phrase("discount for early payment"),
    "channel": phrase("channel"),
    "mentions": phrase("mentions"),
}


def signed(amount: Money, language: Language) -> str:
    """A difference with its sign: `+74.61`."""
    text = amount_text(amount, language)
    return f"+{text}" if amount.minor > 0 else text


def more_or_less(amount: Money, language: Language) -> str:
    """A difference in words: `74.61 EUR more`."""
    if not amount.minor:
        return say(phrase("the same"), language)
    words = {"amount": amount_text(amount if amount.minor > 0 else -amount, language), "currency": amount.currency.code}
    return say(phrase("{amount} {currency} more" if amount.minor > 0 else "{amount} {currency} less", **words), language)


def month_text(month: str, language: Language) -> str:
    """A month such as `2027-01` in words: `January 2027`."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=locale_of(language))


def months_text(months: Sequence[str], language: Language) -> str:
    """Months in words: `January 2027 and January 2028`."""
    return say(listed([month_text(month, language) for month in months]), language)


def order_type(name: str, language: Language) -> str:
    """A type of orders as a person calls it."""
    return say(_ORDER_TYPES[name], language)


def edited(edit: Edit) -> Phrase:
    """The subject of an edit, and its text on both sides."""
    subject = " ".join(filter(None, (edit.kind, edit.name if edit.name != edit.kind else "", edit.part if edit.part != "line" else "")))
    match edit.what:
        case "added":
            return phrase("{subject}: added: {words}", subject=subject, words=edit.after or "")
        case "removed":
            return phrase("{subject}: removed: {words}", subject=subject, words=edit.before or "")
        case "changed":
            return phrase("{subject}: {before} → {after}", subject=subject, before=edit.before or "–", after=edit.after or "–")


def reason(why: Why) -> Phrase:
    """The decision of a rule before and after."""
    if why.before is None:
        return phrase("{rule}: now {after}", rule=why.rule, after=why.after or "–")
    if why.after is None:
        return phrase("{rule}: no longer: {before}", rule=why.rule, before=why.before)
    return phrase("{rule}: {before} → {after}", rule=why.rule, before=why.before, after=why.after)


def cause_in_lines(one: Cause, language: Language, *, of_vat: bool) -> str:
    """The rules of a cause with their `because`, its net, and the number of lines; without the net where only VAT changes."""
    rules = "; ".join(f"{rule} ({because})" if because else rule for rule, because in one.rules) or phrase("no single rule")
    words = {"net": signed(one.net, language), "count": one.lines, "cause": rules}
    return say(phrase("VAT of {count} lines: {cause}" if of_vat else "{net} in {count} lines: {cause}", **words), language)


def refusal(one: RefusalChange, language: Language) -> str:
    """A refusal of one side only."""
    message = one.problem.message_in(language)
    place = one.problem.where.place if one.problem.where else ""
    subject = one.order or one.customer or place
    where = f"{place}: " if place and subject != place else ""
    text = phrase(
        "{subject} can no longer be invoiced: {where}{why}"
        if one.is_refused_after
        else "{subject} can be invoiced now; before: {where}{why}",
        subject=subject,
        where=where,
        why=message,
    )
    return say(text, language)


def presence(change: InvoiceChange) -> tuple[Phrase, ...]:
    """That an invoice is on one side only; nothing where it is on both."""
    if change.before is None:
        return (phrase("a new invoice"),)
    return (phrase("no invoice any more"),) if change.after is None else ()


def other_changes(change: InvoiceChange, comparison: Comparison, language: Language) -> str:
    """The type of an invoice, and its differences besides the amounts."""
    texts = [f"{say(_FIELDS.get(name, name), language)} {before} → {after}" for name, before, after in change.otherwise]
    texts += [f"{comparison.product(line.product, language)} {line.vat_before} → {line.vat_after}" for line in change.lines]
    return f"{order_type(change.order_type, language)}: {', '.join(texts)}"


def distinct(whys: Iterable[Why], most: int) -> list[Why]:
    """The first reasons, one of each rule."""
    by_rule: dict[str, Why] = {}
    for why in whys:
        by_rule.setdefault(why.rule, why)
    return list(by_rule.values())[:most]
