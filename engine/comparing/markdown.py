"""A comparison as the comment on a merge request, for readers who never saw the product: the euros first, then why, details folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from engine.comparing.answer_changes import AnswersCompared
from engine.comparing.comparison import Comparison, causes
from engine.comparing.edits import Edit
from engine.comparing.money_changes import InvoiceChange, InvoicesCompared, MonthChange, OrdersCompared, RefusalChange, Sums
from engine.comparing.phrasing import (
    AFTER,
    BEFORE,
    CASES,
    CHANGE,
    CUSTOMER,
    FIELDS,
    MONTH,
    NO_ANSWER,
    ORDER,
    QUESTION,
    SUMS,
    TYPE,
    VAT_AFTER,
    VAT_BEFORE,
    WHY,
    at,
    cause_in_lines,
    distinct,
    edited,
    month_text,
    more_or_less,
    order_type,
    presence,
    reason,
    refusal,
    signed,
)
from engine.money import Money
from engine.phrases import Language, Phrase, phrase, say
from engine.writing.locale_format import amount_text

LARGEST: Final = 60_000
"""So many characters at most: a comment on GitHub takes 65,536."""
SHOWN: Final = 10
FOLDED: Final = 150
"""So many rows at most in what is folded."""
_SPECIAL: Final = re.compile(r"([\\`*_\[\]|#~])")


def as_markdown(comparison: Comparison, language: Language = "en") -> str:
    """The comment in a language. Where it grows too long, what is folded is left out from the end, which is told."""
    parts = [*_parts(comparison, language)]
    found: list[str] = []
    size = 0
    for part in parts:
        if size + len(part) + 2 > LARGEST:
            found.append(say(phrase("*The rest is too long for a comment; `centwright diff --all` writes it.*"), language))
            break
        found.append(part)
        size += len(part) + 2
    return "\n\n".join(found)


def _parts(comparison: Comparison, language: Language) -> Iterator[str]:
    yield f"### {_title(comparison, language)}"
    if comparison.invoices is not None:
        yield from _invoices(comparison.invoices, comparison, language)
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
        words = {"count": len(invoices.changes), "all": max(invoices.invoices_before, invoices.invoices_after)}
        change = invoices.change.net
        more = {"month": month_text(invoices.month, language), "net": signed(change, language), "currency": change.currency.code}
        if invoices.changes_vat_alone:
            more["vat"] = signed(invoices.change.vat, language)
            return say(
                phrase("{count} of {all} invoices of {month} change: {vat} {currency} VAT, and not before VAT", **words, **more), language
            )
        return say(phrase("{count} of {all} invoices of {month} change: {net} {currency} net", **words, **more), language)
    if orders is not None and orders.changes:
        words = {"count": len(orders.changes), "all": orders.orders}
        more = {"net": signed(orders.change, language), "currency": orders.currency.code}
        return say(phrase("{count} of {all} running orders change: {net} {currency} net", **words, **more), language)
    if comparison.changes_money:
        return say(phrase("No invoice changes now, and later ones do"), language)
    if invoices is not None or orders is not None:
        return say(phrase("No amount changes"), language)
    return say(phrase("{count} things read differently", count=len(comparison.edits)), language)


def _invoices(compared: InvoicesCompared, comparison: Comparison, language: Language) -> Iterator[str]:
    change = compared.change
    words: dict[str, object] = {"all": compared.invoices_before, "month": month_text(compared.month, language)}
    words |= {"net": more_or_less(change.net, language), "vat": more_or_less(change.vat, language)}
    words |= {"year": more_or_less(compared.year, language)}
    if compared.changes_money:
        yield say(
            phrase(
                "With this change of the rules, the {all} invoices of {month} come to **{net}** before VAT, and their VAT to {vat}."
                " Over the twelve months that begin then, what is planned comes to **{year}** before VAT.",
                **words,
            ),
            language,
        )
    else:
        yield say(phrase("With this change of the rules, every one of the {all} invoices of {month} stays as it is.", **words), language)
    yield _sums(compared, language)
    if compared.refusals:
        yield _bold(phrase("What only one of the two refuses"), language) + "\n" + _list(_refusals(compared.refusals, language), language)
    found = causes(compared.changes)
    if found:
        told = (cause_in_lines(one, language, of_vat=compared.changes_vat_alone) for one in found)
        yield _bold(WHY, language) + "\n" + _list((_safe(line) for line in told), language, SHOWN)
    if compared.changes:
        yield _bold(phrase("The largest changes"), language) + "\n\n" + _changes(compared, SHOWN, language, with_why=True)


def _sums(compared: InvoicesCompared, language: Language) -> str:
    head = [compared.currency.code, *(say(word, language) for word in (BEFORE, AFTER, CHANGE))]
    rows = []
    for name, word in SUMS:
        before, after, change = (getattr(side, name) for side in (compared.before, compared.after, compared.change))
        rows.append([say(word, language), *_three(before, after, change, language)])
    before, after = (Money(sum(getattr(one, side).minor for one in compared.months), compared.currency) for side in ("before", "after"))
    rows.append([say(phrase("Twelve months, net"), language), *_three(before, after, compared.year, language)])
    return _table(head, rows, text_columns=1)


def _three(before: Money, after: Money, change: Money, language: Language) -> list[str]:
    told = signed(change, language)
    return [amount_text(before, language), amount_text(after, language), f"**{told}**" if change.minor else told]


def _changes(compared: InvoicesCompared, most: int, language: Language, *, with_why: bool) -> str:
    """The invoices of the largest changes before VAT; where VAT alone changes, their VAT."""
    name, sides_named = ("vat", (VAT_BEFORE, VAT_AFTER)) if compared.changes_vat_alone else ("net", (BEFORE, AFTER))
    head = [say(word, language) for word in (CUSTOMER, TYPE, *sides_named, CHANGE, *((WHY,) if with_why else ()))]
    rows = []
    nothing = Sums.none(compared.currency)
    for one in compared.changes[:most]:
        before, after, change = (getattr(sums, name) for sums in (one.before or nothing, one.after or nothing, one.change))
        row = [_safe(f"{one.name} ({one.customer})"), order_type(one.order_type, language)]
        row += _three(before, after, change, language)
        rows.append(row + ([_reasons(one, language)] if with_why else []))
    return _table(head, rows, text_columns=2)


def _reasons(change: InvoiceChange, language: Language) -> str:
    told = presence(change)
    found = [say(told, language)] if told is not None else []
    found += [say(reason(why), language) for why in distinct(change.why, 2)]
    return _safe("; ".join(found))


def _refusals(refusals: Iterable[RefusalChange], language: Language) -> Iterator[str]:
    yield from (_safe(refusal(one, language)) for one in refusals)


def _edits(edits: Sequence[Edit], language: Language) -> Iterator[str]:
    if not edits:
        yield say(phrase("Nothing reads differently but, at most, layout and comments."), language)
        return
    told = (f"`{at(one.after_at or one.before_at)}` {_safe(say(edited(one), language))}" for one in edits)
    yield _bold(phrase("What reads differently"), language) + "\n" + _list(told, language, SHOWN * 2)


def _answers(answers: AnswersCompared, language: Language) -> Iterator[str]:
    if not answers.changes:
        return
    head = [say(word, language) for word in (CASES, QUESTION, BEFORE, AFTER)]
    rows = []
    for one in answers.changes[:FOLDED]:
        sides = [say(side if side is not None else NO_ANSWER, language) for side in (one.before, one.after)]
        rows.append([_safe(text) for text in (say(one.region, language), say(one.name, language), *sides)])
    count = len(answers.changes)
    table = _table(head, rows, text_columns=4)
    yield _folded(phrase("Which cases get another answer ({count})", count=count), table, language)


def _folded_invoices(compared: InvoicesCompared, comparison: Comparison, language: Language) -> Iterator[str]:
    if len(compared.changes) > SHOWN:
        summary = phrase("All {count} invoices that change", count=len(compared.changes))
        table = _changes(compared, FOLDED, language, with_why=False)
        yield _folded(summary, table + _left(len(compared.changes), FOLDED, language), language)
    if compared.otherwise:
        told = []
        for one in compared.otherwise[:FOLDED]:
            fields = [f"{say(FIELDS.get(name, name), language)} {before} → {after}" for name, before, after in one.otherwise]
            fields += [f"{comparison.product(line.product, language)} {line.vat_before} → {line.vat_after}" for line in one.lines]
            told.append(_safe(f"{one.name} ({one.customer}), {order_type(one.order_type, language)}: {', '.join(fields)}"))
        yield _folded(phrase("{count} invoices differ in other ways", count=len(compared.otherwise)), _list(told, language), language)
    yield from _folded_months(compared.months, language)


def _folded_months(months: Sequence[MonthChange], language: Language) -> Iterator[str]:
    changed = [one for one in months if one.change.minor]
    if changed:
        head = [say(word, language) for word in (MONTH, TYPE, BEFORE, AFTER, CHANGE)]
        rows = [
            [one.month, order_type(one.order_type, language), *_three(one.before, one.after, one.change, language)]
            for one in changed[:FOLDED]
        ]
        yield _folded(phrase("Month by month"), _table(head, rows, text_columns=2) + _left(len(changed), FOLDED, language), language)


def _orders(compared: OrdersCompared, language: Language) -> Iterator[str]:
    words = {"all": compared.orders, "items": compared.items, "net": more_or_less(compared.change, language)}
    yield say(
        phrase("What is planned for the {all} running orders ({items} items) comes to **{net}** before VAT over the whole plan.", **words),
        language,
    )
    if compared.refusals:
        yield _bold(phrase("What only one of the two refuses"), language) + "\n" + _list(_refusals(compared.refusals, language), language)
    if compared.changes:
        head = [say(word, language) for word in (CUSTOMER, ORDER, BEFORE, AFTER, CHANGE, WHY)]
        rows = []
        for one in compared.changes[:SHOWN]:
            why = "; ".join(say(reason(each), language) for each in distinct(one.why, 2))
            sums = _three(one.before, one.after, one.change, language)
            rows.append([_safe(f"{one.name} ({one.customer})"), _safe(one.order), *sums, _safe(why)])
        yield _table(head, rows, text_columns=2) + _left(len(compared.changes), SHOWN, language)


def _how_to_read(comparison: Comparison, language: Language) -> str:
    told = phrase(
        "Prices, billing and VAT are files; this comment was made by working out the same invoices twice, with the files as they were"
        " (`{before}`) and as they would be (`{after}`), and comparing them to the cent. *Before* and *after* are amounts before VAT."
        " Nothing was sent, and invoices that were issued never change.",
        before=comparison.before.replace("`", "'"),
        after=comparison.after.replace("`", "'"),
    )
    return _folded(phrase("How to read this"), say(told, language), language)


# --- The pieces of Markdown. ---


def _bold(words: Phrase, language: Language) -> str:
    return f"**{say(words, language)}**"


def _folded(summary: Phrase, text: str, language: Language) -> str:
    return f"<details><summary>{say(summary, language)}</summary>\n\n{text}\n\n</details>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, text_columns: int) -> str:
    """A table whose first columns are texts and whose others are amounts, but for a last one of words."""
    marks = ["---" if at < text_columns or at >= text_columns + 3 else "---:" for at in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))


def _list(entries: Iterable[str], language: Language, most: int = FOLDED) -> str:
    found = [*entries]
    return "\n".join(f"- {entry}" for entry in found[:most]) + _left(len(found), most, language)


def _left(count: int, most: int, language: Language) -> str:
    return "" if count <= most else "\n\n" + say(phrase("… and {count} more", count=count - most), language)


def _safe(text: str) -> str:
    """A text that people wrote, so that it neither marks anything up nor calls anybody."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", "@<!-- -->")
