"""Checks payment terms: that they say when an invoice is due, no later than law allows, in parts that make a whole."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from engine.countries.country import Limit
from engine.money import Percent
from engine.phrases import phrase
from engine.problems import Kind, Problem
from engine.rulebook.checks.company import seller_country
from engine.rulebook.payment_terms import DueDate, PaymentTerms
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.text.yaml_tree import Step

NO_DUE_DATE: Final = Kind(
    "no-due-date", "`{name}` does not say when an invoice is due", "write `days: 30`, or one of `months`, `on-day` and `parts`"
)
WORDS_APART: Final = Kind("words-apart", "`{first}` and `{second}` do not go together", "{remedy}")
LONG_TERMS: Final = Kind(
    "long-payment-terms",
    "{days} are more than the {most} that may be agreed between businesses",
    "write terms of {most} days or less ({law}); a longer term does not bind the customer",
    "advice",
)
PART_SHARE: Final = Kind("part-share", "a part of {share} asks for nothing", "write a share above 0%, or leave the part out")
PARTS_NOT_WHOLE: Final = Kind(
    "parts-not-whole", "the parts of `{name}` make {total}, not 100%", "make them 100%; the last part takes what rounding leaves"
)
DISCOUNT_SIZE: Final = Kind(
    "cash-discount-size", "{percent} is no discount for early payment", "write a percentage above 0% and below 100%, such as `2%`"
)
LATE_DISCOUNT: Final = Kind(
    "late-cash-discount",
    "the discount may be taken {within} days after the issue, and an invoice may be due after {shortest}",
    "write `within-days: {shortest}` or less, or a later due date",
)
_OTHER_WORDS: Final = ("days", "months", "end-of-month", "then", "on-day", "on-closed-day", "cash-discount")


def check_payment_terms(gathered: Gathered) -> Iterator[Problem]:
    """Checks all payment terms."""
    longest = seller_country(gathered).longest_payment_days
    for entry in gathered.of("payment-terms", PaymentTerms).values():
        terms = entry.written
        if terms.parts:
            yield from _parts(entry, longest)
        elif entry.has("parts"):
            yield from _due_date(entry, terms, (), longest)
        yield from _cash_discount(entry)


def _due_date(entry: Entry[PaymentTerms], due: DueDate, path: tuple[Step, ...], longest: Limit | None) -> Iterator[Problem]:
    """The problems of one due date, at a path in its entry."""
    if not path and not entry.has("days", "months", "end-of-month", "then", "on-day"):
        return
    if due.says_nothing:
        yield NO_DUE_DATE.at(entry.at(*path) if path else entry.named_at, name=entry.name)
        return
    apart = list(_apart(due))
    for first, second, remedy in apart:
        yield WORDS_APART.at(entry.key(*path, second), first=first, second=second, remedy=remedy)
    if not apart and longest is not None:
        days, issued_on = due.longest
        if days > longest.most:
            word = next(each for each in ("on-day", "months", "days") if each in due.by_key() and due.by_key()[each] is not None)
            always = days == due.shortest[0]
            words = (
                phrase("{days} days", days=days) if always else phrase("{days} days, for an invoice of {day},", days=days, day=issued_on)
            )
            yield LONG_TERMS.at(entry.at(*path, word), days=words, most=longest.most, law=longest.law)


def _apart(due: DueDate) -> Iterator[tuple[str, str, str]]:
    """The words that do not go together, the one to remove second, and what to write."""
    if due.days is not None and due.months is not None:
        yield "days", "months", phrase("keep one of the two")
    if due.then is not None and due.end_of_month:
        yield (
            "end-of-month",
            "then",
            phrase("keep `then` if the days count from the issue, `end-of-month` if they count from the end of its month"),
        )
    elif due.then is not None and due.months is not None:
        yield "months", "then", phrase("write `end-of-month: yes` for the last day of that month")
    if due.on_day is not None and due.end_of_month:
        yield "on-day", "end-of-month", phrase("remove it: the day is counted from the issue")
    if due.on_day is not None and due.then is not None:
        yield "on-day", "then", phrase("write `on-day: 31` for the last day of a month, or remove it")


def _parts(entry: Entry[PaymentTerms], longest: Limit | None) -> Iterator[Problem]:
    terms = entry.written
    for word in _OTHER_WORDS:
        if word in entry.node:
            remedy = phrase("write it in each part, or remove it")
            if word == "cash-discount":
                remedy = phrase("a discount for early payment needs one due date: write terms of their own for it")
            yield WORDS_APART.at(entry.key(word), first="parts", second=word, remedy=remedy)
    for at, part in enumerate(terms.parts):
        yield from _due_date(entry, part, ("parts", at), longest)
        if part.share.fraction <= 0:
            yield PART_SHARE.at(entry.at("parts", at, "share"), share=f"{part.share}%")
    if not entry.has("parts"):
        return
    total = sum((part.share.fraction for part in terms.parts), Fraction(0))
    if total != 1:
        yield PARTS_NOT_WHOLE.at(entry.key("parts"), name=entry.name, total=f"{Percent(total)}%")


def _cash_discount(entry: Entry[PaymentTerms]) -> Iterator[Problem]:
    terms, discount = entry.written, entry.written.cash_discount
    if discount is None or terms.parts:
        return
    if not 0 < discount.percent.fraction < 1:
        yield DISCOUNT_SIZE.at(entry.at("cash-discount", "percent"), percent=f"{discount.percent}%")
    if not terms.says_nothing and discount.within_days > (shortest := terms.shortest[0]):
        yield LATE_DISCOUNT.at(entry.at("cash-discount", "within-days"), within=discount.within_days, shortest=shortest)
