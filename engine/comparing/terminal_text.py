"""A comparison as plain text for a terminal: what reads differently, which cases get another answer, the money, the largest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from engine.comparing.answer_changes import AnswersCompared
from engine.comparing.comparison import Comparison, causes
from engine.comparing.edits import Edit
from engine.comparing.money_changes import InvoicesCompared, MonthChange, OrdersCompared, RefusalChange, Sums
from engine.comparing.phrasing import (
    AFTER,
    BEFORE,
    CHANGE,
    FIELDS,
    NO_ANSWER,
    SUMS,
    WHY,
    at,
    cause_in_lines,
    distinct,
    edited,
    order_type,
    presence,
    reason,
    refusal,
    signed,
)
from engine.money import Money
from engine.phrases import Language, phrase, say
from engine.writing.locale_format import amount_text

SHOWN: Final = 10
_Shown = TypeVar("_Shown")


def as_text(comparison: Comparison, language: Language = "en", *, whole: bool = False) -> str:
    """A comparison in a few dozen lines; with `whole`, every line of it."""
    most = 1_000_000 if whole else SHOWN
    found = [*_told(comparison, language, most)]
    return "\n".join(line.rstrip() for line in found)


def _told(comparison: Comparison, language: Language, most: int) -> Iterator[str]:
    yield f"{comparison.before} → {comparison.after}"
    yield from _edits(comparison.edits, language, most)
    if comparison.answers is not None:
        yield from _answers(comparison.answers, language, most)
    if comparison.invoices is not None:
        yield from _invoices(comparison.invoices, language, most)
    if comparison.orders is not None:
        yield from _orders(comparison.orders, language, most)


def _edits(edits: Sequence[Edit], language: Language, most: int) -> Iterator[str]:
    yield ""
    if not edits:
        yield say(phrase("Nothing reads differently"), language)
        return
    yield say(phrase("What reads differently"), language)
    for edit in edits[:most]:
        yield f"  {at(edit.after_at or edit.before_at)}"
        yield f"    {say(edited(edit), language)}"
    yield from _more(edits, most, language)


def _answers(answers: AnswersCompared, language: Language, most: int) -> Iterator[str]:
    if answers.changes:
        yield ""
        yield say(phrase("Which cases get another answer"), language)
    for one in answers.changes[:most]:
        before, after = (say(side if side is not None else NO_ANSWER, language) for side in (one.before, one.after))
        yield f"  {say(one.region, language)}"
        yield f"    {say(one.name, language)}: {before} → {after}"
    yield from _more(answers.changes, most, language)
    for name, why in answers.undecided:
        yield "  " + say(phrase("{name}: not compared case by case, because {why}", name=name, why=why), language)


def _invoices(compared: InvoicesCompared, language: Language, most: int) -> Iterator[str]:
    words = {"month": compared.month, "count": len(compared.changes), "all": compared.invoices_before, "currency": compared.currency}
    yield ""
    if compared.changes:
        yield say(phrase("{count} of {all} invoices of {month} come to another amount ({currency})", **words), language)
        yield from _sums(compared, language)
        yield ""
        yield from _changes(compared, language, most)
        yield ""
        yield from _causes(compared, language, most)
    else:
        yield say(phrase("All {all} invoices of {month} come to the same amount", **words), language)
    if compared.otherwise:
        yield from _otherwise(compared, language, most)
    yield from _refused(compared.refusals, language, most)
    yield from _year(compared.months, compared.year, language)


def _sums(compared: InvoicesCompared, language: Language) -> Iterator[str]:
    head = [say(word, language) for word in (BEFORE, AFTER, CHANGE)]
    yield f"  {'':12}{head[0]:>14}{head[1]:>14}{head[2]:>13}"
    for name, word in SUMS:
        before, after, change = (getattr(side, name) for side in (compared.before, compared.after, compared.change))
        yield f"  {say(word, language):12}" + _row(before, after, change, language)


def _row(before: Money, after: Money, change: Money, language: Language) -> str:
    return f"{amount_text(before, language):>14}{amount_text(after, language):>14}{signed(change, language):>13}"


def _changes(compared: InvoicesCompared, language: Language, most: int) -> Iterator[str]:
    name, title = ("vat", phrase("The largest changes, VAT")) if compared.changes_vat_alone else ("net", phrase("The largest changes, net"))
    yield say(title, language)
    nothing = Sums.none(compared.currency)
    for one in compared.changes[:most]:
        before, after, change = (getattr(sums, name) for sums in (one.before or nothing, one.after or nothing, one.change))
        yield f"  {_cut(f'{one.customer} {one.name}', 32):33}{order_type(one.order_type, language):14}" + _row(
            before, after, change, language
        )
        told = presence(one)
        if told is not None:
            yield f"      {say(told, language)}"
        for why in distinct(one.why, 2):
            yield f"      {_cut(say(reason(why), language), 110)}"
    yield from _more(compared.changes, most, language)


def _causes(compared: InvoicesCompared, language: Language, most: int) -> Iterator[str]:
    yield say(WHY, language)
    found = causes(compared.changes)
    for one in found[:most]:
        yield "  " + cause_in_lines(one, language, of_vat=compared.changes_vat_alone)
    yield from _more(found, most, language)


def _otherwise(compared: InvoicesCompared, language: Language, most: int) -> Iterator[str]:
    yield ""
    yield say(phrase("{count} invoices differ in other ways", count=len(compared.otherwise)), language)
    for one in compared.otherwise[:most]:
        told = [f"{say(FIELDS.get(name, name), language)} {before} → {after}" for name, before, after in one.otherwise]
        told += [f"{line.product} {line.vat_before} → {line.vat_after}" for line in one.lines]
        yield f"  {one.customer} {one.name}, {order_type(one.order_type, language)}: {', '.join(told)}"
    yield from _more(compared.otherwise, most, language)


def _refused(refusals: Sequence[RefusalChange], language: Language, most: int) -> Iterator[str]:
    if refusals:
        yield ""
        yield say(phrase("What only one of the two refuses"), language)
    for one in refusals[:most]:
        yield f"  {refusal(one, language)}"
    yield from _more(refusals, most, language)


def _year(months: Sequence[MonthChange], total: Money, language: Language) -> Iterator[str]:
    changed = [month for month in months if month.change.minor]
    if not months:
        return
    first, last = months[0].month, months[-1].month
    yield ""
    words = {"first": first, "last": last, "net": signed(total, language) if total.minor else amount_text(total, language)}
    yield say(phrase("Planned from {first} to {last}: {net} net", **words), language)
    for month in changed:
        yield f"  {month.month} {order_type(month.order_type, language):14}" + _row(month.before, month.after, month.change, language)


def _orders(compared: OrdersCompared, language: Language, most: int) -> Iterator[str]:
    words = {"count": len(compared.changes), "all": compared.orders, "items": compared.items, "currency": compared.currency}
    yield ""
    if compared.changes:
        yield say(phrase("{count} of {all} live orders ({items} items) come to another amount ({currency})", **words), language)
    else:
        yield say(phrase("All {all} live orders ({items} items) come to the same amount", **words), language)
    for one in compared.changes[:most]:
        yield f"  {_cut(f'{one.customer} {one.name}', 32):33}{_cut(one.order, 28):29}" + _row(one.before, one.after, one.change, language)
        for why in distinct(one.why, 2):
            yield f"      {_cut(say(reason(why), language), 110)}"
    yield from _more(compared.changes, most, language)
    yield from _refused(compared.refusals, language, most)
    yield from _year(compared.months, compared.change, language)
    if compared.months and compared.change != compared.year:
        yield "  " + say(phrase("of this in the first twelve months: {net}", net=signed(compared.year, language)), language)


def _more(everything: Sequence[_Shown], most: int, language: Language) -> Iterable[str]:
    left = len(everything) - most
    return ["  " + say(phrase("and {count} more (--all)", count=left), language)] if left > 0 else []


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
