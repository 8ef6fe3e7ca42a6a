"""A comparison as a comment on a merge request, for readers who do not know the product: amounts, reasons, and folded details."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from engine.comparing import phrasing
from engine.comparing.answer_changes import AnswersCompared
from engine.comparing.comparison import Comparison, causes
from engine.comparing.edits import Edit
from engine.comparing.money_changes import InvoiceChange, InvoicesCompared, MonthChange, OrdersCompared, RefusalChange
from engine.money import Money
from engine.phrases import Language, Phrase, phrase, say
from engine.writing.locale_format import amount_text

LARGEST: Final = 60_000
"""The most characters: a comment on GitHub takes 65,536."""
SHOWN: Final = 10
FOLDED: Final = 150
"""The most rows in a folded part."""
_SPECIAL: Final = re.compile(r"([\\`*_\[\]|#~])")


def as_markdown(comparison: Comparison, language: Language = "en") -> str:
    """The comment in a language. The last parts of one that is too long are replaced by a remark."""
    parts: list[str] = []
    size = 0
    for part in _parts(comparison, language):
        size += len(part) + 2
        if size > LARGEST:
            parts.append(say(phrase("*The rest is too long for a comment; `centwright diff --all` writes it.*"), language))
            break
        parts.append(part)
    return "\n\n".join(parts)


def _parts(comparison: Comparison, language: Language) -> Iterator[str]:
    yield f"### {_title(comparison, language)}"
    if comparison.invoices is not None:
        yield from _invoices(comparison.invoices, language)
    if comparison.orders is not None:
        yield from _orders(comparison.orders, language)
    yield from _edits(comparison.edits, language)
    if comparison.answers is not None:
        yield from _answers(comparison.answers, language)
    if comparison.invoices is not None:
        yield from _folded_invoices(comparison.invoices, comparison, language)
    if comparison.orders is not None:
        yield from _folded_months(comparison.orders.months, language)
    yield _how_to_read(comparison, language)


def _title(comparison: Comparison, language: Language) -> str:
    invoices, orders = comparison.invoices, comparison.orders
    if invoices is not None and invoices.changes:
        words: dict[str, object] = {"count": len(invoices.changes), "all": max(invoices.invoices_before, invoices.invoices_after)}
        words |= {"month": phrasing.months_text(invoices.invoice_months, language), "currency": invoices.currency.code}
        words |= {name: phrasing.signed(invoices.amounts(name)[2], language) for name, _ in phrasing.SUMS}
        title = phrase(
            "{count} of {all} invoices of {month} change: {vat} {currency} VAT, and not before VAT"
            if invoices.changes_vat_alone
            else "{count} of {all} invoices of {month} change: {net} {currency} net",
            **words,
        )
    elif orders is not None and orders.changes:
        words = {"count": len(orders.changes), "all": orders.orders, "currency": orders.currency.code}
        title = phrase(
            "{count} of {all} running orders change: {net} {currency} net", net=phrasing.signed(orders.change, language), **words
        )
    elif comparison.changes_money:
        title = phrase("No invoice changes now, and later ones do")
    elif invoices is not None or orders is not None:
        title = phrase("No amount changes")
    else:
        title = phrase("{count} things read differently", count=len(comparison.edits))
    return say(title, language)


def _invoices(compared: InvoicesCompared, language: Language) -> Iterator[str]:
    change = compared.change
    words: dict[str, object] = {"all": compared.invoices_before, "month": phrasing.months_text(compared.invoice_months, language)}
    words |= {"net": phrasing.more_or_less(change.net, language), "vat": phrasing.more_or_less(change.vat, language)}
    words |= _planned_words(compared, language)
    if compared.changes_money:
        text = phrase(
            "With this change of the rules, the {all} invoices of {month} come to **{net}** before VAT, and their VAT to {vat}."
            " What is planned from {first} to {last} comes to **{planned}** before VAT.",
            **words,
        )
    else:
        text = phrase(
            "With this change of the rules, every one of the {all} invoices of {month} stays as it is,"
            " and so does what is planned from {first} to {last}.",
            **words,
        )
    yield say(text, language) + _of_a_year(compared, language)
    yield _sums(compared, language)
    yield from _refusals(compared.refusals, language)
    if compared.changes:
        texts = (phrasing.cause_in_lines(one, language, of_vat=compared.changes_vat_alone) for one in causes(compared.changes))
        yield _bold(phrasing.WHY, language) + "\n" + _list(map(_escaped, texts), language, SHOWN)
    if compared.changes:
        yield _bold(phrase("The largest changes"), language) + "\n\n" + _changes(compared, SHOWN, language, with_why=True)


def _sums(compared: InvoicesCompared, language: Language) -> str:
    head = (compared.currency.code, phrasing.BEFORE, phrasing.AFTER, phrasing.CHANGE)
    rows = [[say(word, language), *_three(*compared.amounts(name), language)] for name, word in phrasing.SUMS]
    before, after = (Money(sum(getattr(one, name).minor for one in compared.months), compared.currency) for name in ("before", "after"))
    label = phrase("Planned {first} – {last}, net", **_planned_words(compared, language))
    rows.append([say(label, language), *_three(before, after, compared.planned, language)])
    return _table(head, rows, language, text_columns=1)


def _planned_words(compared: InvoicesCompared | OrdersCompared, language: Language) -> dict[str, object]:
    """The first and the last planned month, the change of all of them, and that of the twelve months that change most."""
    months = [one.month for one in compared.months if one.month[0].isdigit()] or [compared.year_from]
    words = {"first": months[0], "last": months[-1], "year_from": compared.year_from}
    texts: dict[str, object] = {name: phrasing.month_text(month, language) for name, month in words.items()}
    return texts | {name: phrasing.more_or_less(getattr(compared, name), language) for name in ("planned", "year")}


def _of_a_year(compared: InvoicesCompared | OrdersCompared, language: Language) -> str:
    """How much of a longer plan belongs to the twelve months that change most."""
    if compared.planned == compared.year:
        return ""
    words = _planned_words(compared, language)
    return " " + say(phrase("Of this, {year} in the twelve months from {year_from} on.", **words), language)


def _three(before: Money, after: Money, change: Money, language: Language) -> list[str]:
    difference = phrasing.signed(change, language)
    return [amount_text(before, language), amount_text(after, language), f"**{difference}**" if change.minor else difference]


def _changes(compared: InvoicesCompared, most: int, language: Language, *, with_why: bool) -> str:
    """The invoices with the largest changes of net; of VAT where only VAT changes."""
    columns = (phrasing.VAT_BEFORE, phrasing.VAT_AFTER) if compared.changes_vat_alone else (phrasing.BEFORE, phrasing.AFTER)
    head = (phrasing.CUSTOMER, phrasing.TYPE, *columns, phrasing.CHANGE, *((phrasing.WHY,) if with_why else ()))
    rows = []
    for one in compared.changes[:most]:
        kind = phrasing.order_type(one.order_type, language)
        month = f", {one.month}" if len(compared.invoice_months) > 1 else ""
        row = [_escaped(f"{one.name} ({one.customer})"), f"{kind}{month}"]
        row += _three(*one.amounts("vat" if compared.changes_vat_alone else "net"), language)
        rows.append(row + ([_reasons(one, language)] if with_why else []))
    return _table(head, rows, language, text_columns=2)


def _reasons(change: InvoiceChange, language: Language) -> str:
    phrases = [*phrasing.presence(change), *(phrasing.reason(why) for why in phrasing.distinct(change.why, 2))]
    return _escaped("; ".join(say(each, language) for each in phrases))


def _refusals(refusals: Iterable[RefusalChange], language: Language) -> Iterator[str]:
    if refusals:
        texts = (_escaped(phrasing.refusal(one, language)) for one in refusals)
        yield _bold(phrase("What only one of the two refuses"), language) + "\n" + _list(texts, language)


def _edits(edits: Sequence[Edit], language: Language) -> Iterator[str]:
    if not edits:
        yield say(phrase("Nothing reads differently but, at most, layout and comments."), language)
        return
    texts = (f"`{one.place}` {_escaped(say(phrasing.edited(one), language))}" for one in edits)
    yield _bold(phrase("What reads differently"), language) + "\n" + _list(texts, language, SHOWN * 2)


def _answers(answers: AnswersCompared, language: Language) -> Iterator[str]:
    if not answers.changes:
        return
    head = (phrasing.CASES, phrasing.QUESTION, phrasing.BEFORE, phrasing.AFTER)
    rows = []
    for region, changes in answers.by_region(FOLDED):
        for one in changes:
            before, after = (phrasing.NO_ANSWER if answer is None else answer for answer in (one.before, one.after))
            shown = region if one is changes[0] else ""
            rows.append([_escaped(say(text, language)) for text in (shown, one.name, before, after)])
    summary = phrase("Which cases get another answer ({count})", count=len(answers.changes))
    yield _folded(summary, _table(head, rows, language, text_columns=4), language)


def _folded_invoices(compared: InvoicesCompared, comparison: Comparison, language: Language) -> Iterator[str]:
    if len(compared.changes) > SHOWN:
        summary = phrase("All {count} invoices that change", count=len(compared.changes))
        table = _changes(compared, FOLDED, language, with_why=False)
        yield _folded(summary, table + _remainder(len(compared.changes), FOLDED, language), language)
    if compared.otherwise:
        summary = phrase("{count} invoices differ in other ways", count=len(compared.otherwise))
        texts = (
            _escaped(f"{one.name} ({one.customer}), {phrasing.other_changes(one, comparison, language)}") for one in compared.otherwise
        )
        yield _folded(summary, _list(texts, language), language)
    yield from _folded_months(compared.months, language)


def _folded_months(months: Sequence[MonthChange], language: Language) -> Iterator[str]:
    changed = [one for one in months if one.change.minor]
    if changed:
        head = (phrasing.MONTH, phrasing.TYPE, phrasing.BEFORE, phrasing.AFTER, phrasing.CHANGE)
        rows = [
            [one.month, phrasing.order_type(one.order_type, language), *_three(one.before, one.after, one.change, language)]
            for one in changed[:FOLDED]
        ]
        yield _folded(
            phrase("Month by month"), _table(head, rows, language, text_columns=2) + _remainder(len(changed), FOLDED, language), language
        )


def _orders(compared: OrdersCompared, language: Language) -> Iterator[str]:
    words = {"all": compared.orders, "items": compared.items, **_planned_words(compared, language)}
    text = phrase(
        "What is planned for the {all} running orders ({items} items) from {first} to {last} comes to **{planned}** before VAT.",
        **words,
    )
    yield say(text, language) + _of_a_year(compared, language)
    yield from _refusals(compared.refusals, language)
    if compared.changes:
        head = (phrasing.CUSTOMER, phrasing.ORDER, phrasing.BEFORE, phrasing.AFTER, phrasing.CHANGE, phrasing.WHY)
        rows = []
        for one in compared.changes[:SHOWN]:
            why = "; ".join(say(phrasing.reason(each), language) for each in phrasing.distinct(one.why, 2))
            sums = _three(one.before, one.after, one.change, language)
            rows.append([_escaped(f"{one.name} ({one.customer})"), _escaped(one.order), *sums, _escaped(why)])
        yield _table(head, rows, language, text_columns=2) + _remainder(compared.differing, SHOWN, language)


def _how_to_read(comparison: Comparison, language: Language) -> str:
    text = phrase(
        "Prices, billing and VAT are files; this comment was made by working out the same invoices twice, with the files as they were"
        " (`{before}`) and as they would be (`{after}`), and comparing them to the cent. *Before* and *after* are amounts before VAT."
        " Nothing was sent, and invoices that were issued never change.",
        before=comparison.before.replace("`", "'"),
        after=comparison.after.replace("`", "'"),
    )
    return _folded(phrase("How to read this"), say(text, language), language)


# --- Elements of Markdown. ---


def _bold(words: Phrase, language: Language) -> str:
    return f"**{say(words, language)}**"


def _folded(summary: Phrase, text: str, language: Language) -> str:
    return f"<details><summary>{say(summary, language)}</summary>\n\n{text}\n\n</details>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], language: Language, *, text_columns: int) -> str:
    """A table: columns of text, three columns of amounts, columns of text."""
    words = [say(word, language) for word in head]
    marks = ["---" if at < text_columns or at >= text_columns + 3 else "---:" for at in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (words, marks, *rows))


def _list(entries: Iterable[str], language: Language, most: int = FOLDED) -> str:
    items = [*entries]
    return "\n".join(f"- {item}" for item in items[:most]) + _remainder(len(items), most, language)


def _remainder(count: int, most: int, language: Language) -> str:
    return "" if count <= most else "\n\n" + say(phrase("… and {count} more", count=count - most), language)


def _escaped(text: str) -> str:
    """A text written by people, without its markup and mentions."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", "@<!-- -->")
