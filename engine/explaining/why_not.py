"""Why a rule or a price book did not take part in an amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.explaining.explanation import Explained, Explanation
from engine.language import Question
from engine.phrases import Phrase, phrase, together
from engine.problems import Kind, refuse
from engine.reasons import NOT_EVALUATED, TOOK_PART, Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import PriceBook
from engine.stages.pricing.price_versions import versions_of
from engine.text.nearest import suggestion

UNKNOWN_RULE: Final = Kind("unknown-rule", "there is no rule, discount, table, row or price book `{name}`", "{remedy}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedAmount:
    """One amount: the questions that the rules answered for it, its reasons, and the names of its discounts."""

    questions: tuple[Question, ...]
    reasons: tuple[Reason, ...]
    discounts: frozenset[str]


def why_not_part(rule: str, amount: TracedAmount, rulebook: Rulebook, *, number: str, title: str) -> Explained:
    """Why a rule did not take part in an amount, as a part of an explanation."""
    verdicts = why_not(rule, amount, rulebook)
    text = together((phrase("{rule}: {verdict}", rule=reason.rule, verdict=reason.says) for reason in verdicts), "; ")
    return Explained(line=number, title=title, amount="", sentence=phrase("{verdicts}.", verdicts=text), steps=verdicts)


def why_not_explanation(document: str, rule: str, rulebook: Rulebook, parts: tuple[Explained, ...]) -> Explanation:
    """Why a rule did not take part in a document."""
    title = phrase("Why not {rule} in {document}?", rule=rule, document=document)
    code = rulebook.currency.code
    return Explanation(kind="why-not", document=document, title=title, currency=code, rulebook=rulebook.fingerprint, parts=parts)


def why_not(name: str, amount: TracedAmount, rulebook: Rulebook) -> tuple[Reason, ...]:
    """Why the rules and price books of a name did not take part, each with its place; Refusal where there is none of that name."""
    sought = name.rpartition(": ")[2]
    books = (one for one in rulebook.price_books if sought in (one.id, *one.label.texts.values()))
    verdicts = (
        *rulebook.checked.why_absent(sought, amount.questions, amount.reasons, amount.discounts),
        *(_of_book(book, amount, rulebook) for book in books),
    )
    if not verdicts:
        raise refuse(UNKNOWN_RULE, name=name[:80], remedy=suggestion(sought, _names(rulebook)))
    return verdicts


def _names(rulebook: Rulebook) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*rulebook.checked.rule_names(), *(book.id for book in rulebook.price_books))))


def _of_book(book: PriceBook, amount: TracedAmount, rulebook: Rulebook) -> Reason:
    rule, question = f"catalog: price book {book.id}", next((one for one in reversed(amount.questions) if one.kind == "price"), None)
    if any(reason.rule == rule for reason in amount.reasons):
        verdict = TOOK_PART
    else:
        verdict = NOT_EVALUATED if question is None else _book_verdict(book, question, amount, rulebook)
    return Reason("why-not", rule, verdict, book.because, rulebook.places.of("price-books", book.id) or "")


def _book_verdict(book: PriceBook, question: Question, amount: TracedAmount, rulebook: Rulebook) -> Phrase:
    day, segment = question.facts.get("price.date"), question.facts.get("customer.segment")
    if book.segments is not None and segment not in book.segments:
        known = segment if segment is not None else phrase("not known")
        return phrase("it is for {segments}, and customer.segment is {met}", segments=", ".join(book.segments), met=known)
    if isinstance(day, date) and day < book.from_:
        return phrase("it counts from {start}, and the price is of {day}", start=book.from_, day=day)
    running = book.running_items_from
    if running is not None and isinstance(day, date) and day < running:
        return phrase("it reaches running items from {start}, and the price is of {day}", start=running, day=day)
    if all(version.book.id != book.id for version in versions_of(rulebook, question.name, None if segment is None else str(segment))):
        return phrase("it has no price for {product}", product=question.name)
    counts = [reason.rule for reason in amount.reasons if reason.subject in ("price", "index")]
    if counts:
        return phrase("another counts: {rule}", rule=counts[-1])
    return phrase("the price does not come from a price book")
