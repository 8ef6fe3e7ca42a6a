"""A comparison as plain text for a terminal: edits, cases with another answer, and amounts, the largest change first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from engine.comparing import phrasing
from engine.comparing.answer_changes import AnswersCompared
from engine.comparing.comparison import Comparison, causes
from engine.comparing.edits import Edit
from engine.comparing.money_changes import InvoicesCompared, OrdersCompared, RefusalChange
from engine.comparing.responsible_rules import Why
from engine.money import Money
from engine.phrases import Language, listed, phrase, say
from engine.writing.locale_format import amount_text

SHOWN: Final = 10


def as_text(comparison: Comparison, language: Language = "en", *, whole: bool = False) -> str:
    """A comparison in a few dozen lines; with `whole`, every line of it."""
    return "\n".join(line.rstrip() for line in _lines(comparison, language, 1_000_000 if whole else SHOWN))


def _lines(comparison: Comparison, language: Language, most: int) -> Iterator[str]:
    yield f"{comparison.before} → {comparison.after}"
    yield from _edits(comparison.edits, language, most)
    if comparison.answers is not None:
        yield from _answers(comparison.answers, language, most)
    if comparison.invoices is not None:
        yield from _invoices(comparison.invoices, comparison, language, most)
    if comparison.orders is not None:
        yield from _orders(comparison.orders, language, most)


def _edits(edits: Sequence[Edit], language: Language, most: int) -> Iterator[str]:
    yield ""
    if not edits:
        yield say(phrase("Nothing reads differently"), language)
        return
    yield say(phrase("What reads differently"), language)
    for edit in edits[:most]:
        yield f"  {edit.place}"
        yield f"    {say(phrasing.edited(edit), language)}"
    yield from _more(len(edits), most, language)


def _answers(answers: AnswersCompared, language: Language, most: int) -> Iterator[str]:
    if answers.changes:
        yield ""
        yield say(phrase("Which cases get another answer"), language)
    for region, changes in answers.by_region(most):
        yield f"  {say(region, language)}"
        for one in changes:
            before, after = (say(phrasing.NO_ANSWER if answer is None else answer, language) for answer in (one.before, one.after))
            yield "    " + say(phrase("{subject}: {before} → {after}", subject=one.name, before=before, after=after), language)
    yield from _more(len(answers.changes), most, language)
    for name, why in answers.undecided:
        yield "  " + say(phrase("{name}: not compared case by case, because {why}", name=name, why=why), language)


def _invoices(compared: InvoicesCompared, comparison: Comparison, language: Language, most: int) -> Iterator[str]:
    words = {
        "month": listed(compared.invoice_months),
        "count": len(compared.changes),
        "all": max(compared.invoices_before, compared.invoices_after),
        "currency": compared.currency,
    }
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
        yield ""
        yield say(phrase("{count} invoices differ in other ways", count=len(compared.otherwise)), language)
    for one in compared.otherwise[:most]:
        yield f"  {one.customer} {one.name}, {phrasing.other_changes(one, comparison, language)}"
    yield from _more(len(compared.otherwise), most, language)
    yield from _refused(compared.refusals, language, most)
    yield from _plan(compared, language)


def _sums(compared: InvoicesCompared, language: Language) -> Iterator[str]:
    head = [say(word, language) for word in (phrasing.BEFORE, phrasing.AFTER, phrasing.CHANGE)]
    yield f"  {'':12}{head[0]:>14}{head[1]:>14}{head[2]:>13}"
    for name, word in phrasing.SUMS:
        yield f"  {say(word, language):12}" + _row(*compared.amounts(name), language)


def _row(before: Money, after: Money, change: Money, language: Language) -> str:
    return f"{amount_text(before, language):>14}{amount_text(after, language):>14}{phrasing.signed(change, language):>13}"


def _changes(compared: InvoicesCompared, language: Language, most: int) -> Iterator[str]:
    of_vat = compared.changes_vat_alone
    yield say(phrase("The largest changes, VAT") if of_vat else phrase("The largest changes, net"), language)
    for one in compared.changes[:most]:
        amounts = _row(*one.amounts("vat" if of_vat else "net"), language)
        month = f"  {one.month}" if len(compared.invoice_months) > 1 else ""
        yield f"  {_cut(f'{one.customer} {one.name}', 32):33}{phrasing.order_type(one.order_type, language):14}{amounts}{month}"
        yield from (f"      {say(each, language)}" for each in phrasing.presence(one))
        yield from _reasons(one.why, language)
    yield from _more(len(compared.changes), most, language)


def _causes(compared: InvoicesCompared, language: Language, most: int) -> Iterator[str]:
    yield say(phrasing.WHY, language)
    all_causes = causes(compared.changes)
    for one in all_causes[:most]:
        yield "  " + phrasing.cause_in_lines(one, language, of_vat=compared.changes_vat_alone)
    yield from _more(len(all_causes), most, language)


def _reasons(why: Iterable[Why], language: Language) -> Iterator[str]:
    yield from (f"      {_cut(say(phrasing.reason(each), language), 110)}" for each in phrasing.distinct(why, 2))


def _refused(refusals: Sequence[RefusalChange], language: Language, most: int) -> Iterator[str]:
    if refusals:
        yield ""
        yield say(phrase("What only one of the two refuses"), language)
    for one in refusals[:most]:
        yield f"  {phrasing.refusal(one, language)}"
    yield from _more(len(refusals), most, language)


def _plan(compared: InvoicesCompared | OrdersCompared, language: Language) -> Iterator[str]:
    months = compared.months
    if not months:
        return
    yield ""
    words = {"first": months[0].month, "last": months[-1].month, "net": phrasing.signed(compared.planned, language)}
    yield say(phrase("Planned from {first} to {last}: {net} net", **words), language)
    for month in months:
        if month.change.minor:
            yield f"  {month.month} {phrasing.order_type(month.order_type, language):14}" + _row(
                month.before, month.after, month.change, language
            )
    if compared.planned != compared.year:
        words = {"first": phrasing.month_text(compared.year_from, language), "net": phrasing.signed(compared.year, language)}
        yield "  " + say(phrase("of this in the twelve months from {first} on: {net}", **words), language)


def _orders(compared: OrdersCompared, language: Language, most: int) -> Iterator[str]:
    words = {"count": compared.differing, "all": compared.orders, "items": compared.items, "currency": compared.currency}
    yield ""
    if compared.differing:
        yield say(phrase("{count} of {all} live orders ({items} items) come to another amount ({currency})", **words), language)
    else:
        yield say(phrase("All {all} live orders ({items} items) come to the same amount", **words), language)
    for one in compared.changes[:most]:
        yield f"  {_cut(f'{one.customer} {one.name}', 32):33}{_cut(one.order, 28):29}" + _row(one.before, one.after, one.change, language)
        yield from _reasons(one.why, language)
    yield from _more(compared.differing, most, language)
    yield from _refused(compared.refusals, language, most)
    yield from _plan(compared, language)


def _more(rows: int, most: int, language: Language) -> Iterator[str]:
    if rows > most:
        yield "  " + say(phrase("and {count} more (--all)", count=rows - most), language)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
