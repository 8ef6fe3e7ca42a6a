"""Why a rule or a price book did not take part in an amount, each with where it says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.language import Question
from engine.phrases import Phrase, phrase
from engine.problems import Kind, refuse
from engine.reasons import NOT_ASKED, TOOK_PART, Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import PriceBook
from engine.stages.pricing.price_versions import versions_of
from engine.text.nearest import suggestion

UNKNOWN_RULE: Final = Kind("unknown-rule", "there is no rule, discount, table, row or price book `{name}`", "{remedy}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One amount whose rules are asked about: what was heard while it was worked out, its reasons, and the discounts that it has."""

    heard: tuple[Question, ...]
    reasons: tuple[Reason, ...]
    discounts: frozenset[str]


def why_not(name: str, line: Line, rulebook: Rulebook) -> tuple[Reason, ...]:
    """Why the rules of a name did not take part, each with where it says so; Refusal where there is no such rule."""
    sought = name.rpartition(": ")[2]
    books = (one for one in rulebook.price_books if sought in (one.id, *one.label.texts.values()))
    verdicts = (
        *rulebook.checked.why_absent(sought, line.heard, line.reasons, line.discounts),
        *(_of_book(book, line, rulebook) for book in books),
    )
    if not verdicts:
        raise refuse(UNKNOWN_RULE, name=name[:80], remedy=suggestion(sought, names(rulebook)))
    return verdicts


def names(rulebook: Rulebook) -> tuple[str, ...]:
    """All names that can be asked about, but for rows."""
    return tuple(dict.fromkeys((*rulebook.checked.rule_names(), *(book.id for book in rulebook.price_books))))


def _verdict(name: str, says: Phrase, where: str, because: str | None) -> Reason:
    return Reason("why-not", name, says, because, where)


def _of_book(book: PriceBook, line: Line, rulebook: Rulebook) -> Reason:
    where = rulebook.places.of("price-books", book.id) or ""
    rule, question = f"catalog: price book {book.id}", next((one for one in reversed(line.heard) if one.sort == "price"), None)
    if any(reason.rule == rule for reason in line.reasons):
        return _verdict(rule, TOOK_PART, where, book.because)
    if question is None:
        return _verdict(rule, NOT_ASKED, where, book.because)
    return _verdict(rule, _book_says(book, question, line, rulebook), where, book.because)


def _book_says(book: PriceBook, question: Question, line: Line, rulebook: Rulebook) -> Phrase:
    day, segment = question.facts.get("price.date"), question.facts.get("customer.segment")
    if book.segments is not None and segment not in book.segments:
        met = segment if segment is not None else phrase("not known")
        return phrase("it is for {segments}, and customer.segment is {met}", segments=", ".join(book.segments), met=met)
    if isinstance(day, date) and day < book.from_:
        return phrase("it counts from {start}, and the price is of {day}", start=book.from_, day=day)
    running = book.running_items_from
    if running is not None and isinstance(day, date) and day < running:
        return phrase("it reaches running items from {start}, and the price is of {day}", start=running, day=day)
    if all(version.book.id != book.id for version in versions_of(rulebook, question.name, None if segment is None else str(segment))):
        return phrase("it has no price for {product}", product=question.name)
    counts = [reason.rule for reason in line.reasons if reason.subject in ("price", "index")]
    if counts:
        return phrase("another counts: {rule}", rule=counts[-1])
    return phrase("the price does not come from a price book")
