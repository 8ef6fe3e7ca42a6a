"""Explains a document by the reasons recorded when it was computed: its lines, VAT, totals and due date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.documents.invoice import CashDiscount, CreditNote, DraftCreditNote, DraftInvoice, Invoice, InvoiceLine, VatSubtotal
from engine.documents.priced_quote import PricedQuote
from engine.documents.totals import VatSum
from engine.documents.transaction import Transaction
from engine.explaining.explanation import Explained, Explanation, sentence_of
from engine.money import Money
from engine.phrases import Figure, Phrase, named, phrase, together
from engine.reasons import Reason

Billed = DraftInvoice | DraftCreditNote
_MOST_ADDED: Final = 12
"""The most terms of a sum that are written out; of a longer sum the number of terms is given."""


def explain_billed(document: Billed, name: str) -> Explanation:
    """The explanation of an invoice, a draft of one, or a credit note."""
    return Explanation(
        kind="credit-note" if isinstance(document, DraftCreditNote) else "invoice" if isinstance(document, Invoice) else "draft",
        document=name,
        title=_title(document, name),
        currency=document.currency.code,
        rulebook=document.rulebook,
        parts=(*map(_line, document.lines), *_totals(document)),
    )


def explain_quote(quote: PricedQuote, name: str) -> Explanation:
    """The explanation of a priced quote; its VAT is an estimate."""
    title = phrase("Quote {name} of {day} for {customer}", name=name, day=quote.on, customer=quote.customer.name)
    lines = tuple(
        amount_explained(str(line.number), line.request.product, str(line.net), quote.currency.code, line.priced.reasons)
        for line in quote.lines
    )
    return Explanation(
        kind="quote",
        document=name,
        title=title,
        currency=quote.currency.code,
        rulebook=quote.rulebook,
        parts=(*lines, *_quoted_totals(quote)),
    )


def _quoted_totals(quote: PricedQuote) -> Iterator[Explained]:
    """The totals of a quote with VAT: all together, or by billing type where some lines recur and others are paid once."""
    if quote.net is None:
        for each in quote.estimates:
            words = {"net": Figure(each.net), "currency": quote.currency.code, "type": each.billing_type}
            of_type = phrase("{net} {currency} of the billing type {type}.", **words)
            yield Explained(line=f"net {each.billing_type}", title=phrase("Net"), amount=str(each.net), sentence=of_type)
            yield from _quoted_vat(each.net, each.vat_breakdown, each.vat, each.gross, quote.held)
        return
    yield _net(quote.net, [line.net for line in quote.counted_lines])
    yield from _quoted_vat(quote.net, quote.vat_breakdown, quote.vat, quote.gross, quote.held)


def _quoted_vat(
    net: Money, breakdown: Sequence[VatSubtotal], vat: Money | None, gross: Money | None, held: Sequence[str]
) -> Iterator[Explained]:
    """The VAT of a total and its gross amount, or why it is not known yet."""
    yield from map(vat_explained, breakdown)
    if vat is not None and gross is not None:
        yield gross_explained(net, vat, gross)
    else:
        sentence = phrase("held back: {because}.", because="; ".join(held))
        yield Explained(line="gross", title=phrase("Total"), amount="", sentence=sentence)


def explain_transactions(transactions: Sequence[Transaction], name: str, rulebook: str) -> Explanation:
    """The explanation of the transactions of an order item, in the order given."""
    currency = transactions[0].currency.code if transactions else ""
    return Explanation(
        kind="item",
        document=name,
        title=phrase("Amounts of {item}", item=name),
        currency=currency,
        rulebook=rulebook,
        parts=tuple(
            amount_explained(str(at), _billed_on(one), str(one.portion.net), currency, one.reasons)
            for at, one in enumerate(transactions, 1)
        ),
    )


def amount_explained(line: str, title: str, amount: str, currency: str, reasons: Iterable[Reason]) -> Explained:
    """One amount with its reasons."""
    steps = tuple(reasons)
    return Explained(line=line, title=title, amount=amount, sentence=sentence_of(Figure(amount), currency, steps), steps=steps)


def _title(document: Billed, name: str) -> Phrase:
    words: dict[str, object] = {
        "name": name, "customer": document.customer.name, "net": Figure(document.net), "vat": Figure(document.vat),
        "gross": Figure(document.gross), "currency": document.currency.code,
    }  # fmt: skip
    match document:
        case Invoice():
            words["day"] = document.issued_on
            return phrase("Invoice {name} of {day} for {customer}: {net} net, {vat} VAT, {gross} {currency} in all", **words)
        case CreditNote():
            words["day"] = document.issued_on
            return phrase("Credit note {name} of {day} for {customer}: {net} net, {vat} VAT, {gross} {currency} in all", **words)
        case _:
            return phrase("Draft {name} for {customer}: {net} net, {vat} VAT, {gross} {currency} in all", **words)


def _line(line: InvoiceLine) -> Explained:
    part = amount_explained(str(line.number), line.description, str(line.net), line.net.currency.code, line.reasons)
    sentence = phrase(
        "{sentence} VAT: {rate}%, category {category}, {treatment}.",
        sentence=part.sentence, rate=Figure(line.rate), category=line.category, treatment=TREATMENTS.get(line.treatment, line.treatment),
    )  # fmt: skip
    return replace(part, sentence=sentence, steps=(*part.steps, *line.vat_reasons))


TREATMENTS: Final[dict[str, Phrase]] = {
    "domestic": phrase("a supply at home"),
    "co-contractor": phrase("the contractual partner accounts for the VAT"),
    "reverse-charge": phrase("the customer accounts for the VAT in its own country"),
    "intra-community": phrase("goods leave for another member state"),
    "export": phrase("goods leave the European Union"),
    "outside-scope": phrase("outside the scope of VAT here"),
    "oss": phrase("the VAT of the consumer's country, declared in the one-stop shop"),
    "small-business": phrase("the seller is exempt as a small business"),
}


def _totals(document: Billed) -> Iterator[Explained]:
    yield _net(document.net, [line.net for line in document.lines])
    for entry in document.vat_breakdown:
        yield vat_explained(entry, _vat_reasons(document.lines, entry))
    yield gross_explained(document.net, document.vat, document.gross)
    if isinstance(document, DraftInvoice):
        yield _due(document)
        if document.cash_discount is not None:
            yield _early_payment(document, document.cash_discount)
        yield _due_date(document)


def _vat_reasons(lines: Iterable[InvoiceLine], entry: VatSubtotal) -> tuple[Reason, ...]:
    """The reasons for the VAT of the lines of one category and rate."""
    taxed = (line for line in lines if (line.category, line.rate) == (entry.category, entry.rate))
    return tuple(dict.fromkeys(reason for line in taxed for reason in line.vat_reasons))


def vat_explained(entry: VatSubtotal | VatSum, reasons: tuple[Reason, ...] = ()) -> Explained:
    """The VAT of one category and rate."""
    sentence = phrase(
        "{vat} {currency}: {rate}% of {base} = {vat}, rounded half up once for all lines of category {category}.",
        vat=Figure(entry.vat), currency=entry.vat.currency, rate=Figure(entry.rate), base=Figure(entry.base), category=entry.category,
    )  # fmt: skip
    if entry.rate.of(entry.base) != entry.vat:
        sentence = phrase(
            "{vat} {currency} on {base}, category {category}: {rate}% of all that is credited so far, less the VAT credited before.",
            **dict(sentence.words),
        )
    if isinstance(entry, VatSubtotal) and entry.mention is not None:
        text = named(entry.mention.texts)
        sentence = phrase("{sentence} “{mention}” ({basis})", sentence=sentence, mention=text, basis=entry.basis)
    title = phrase("VAT {category} {rate}%", category=entry.category, rate=Figure(entry.rate))
    return Explained(line=f"vat {entry.category} {entry.rate}", title=title, amount=str(entry.vat), sentence=sentence, steps=reasons)


def _net(net: Money, nets: Sequence[Money]) -> Explained:
    if len(nets) > _MOST_ADDED:
        sentence = phrase("{net} {currency}: the sum of {count} lines.", net=Figure(net), currency=net.currency, count=len(nets))
    else:
        terms = together((Figure(each) for each in nets), " + ")
        sentence = phrase("{net} {currency}: the sum of the lines, {terms}.", net=Figure(net), currency=net.currency, terms=terms)
    return Explained(line="net", title=phrase("Net"), amount=str(net), sentence=sentence)


def gross_explained(net: Money, vat: Money, gross: Money) -> Explained:
    """The gross amount of a document."""
    sentence = phrase(
        "{gross} {currency}: {net} net + {vat} VAT.", gross=Figure(gross), currency=gross.currency, net=Figure(net), vat=Figure(vat)
    )
    return Explained(line="gross", title=phrase("Total"), amount=str(gross), sentence=sentence)


def _due(document: DraftInvoice) -> Explained:
    due, gross = document.due_amount, document.gross
    template = "{due} {currency}: all of it is to be paid." if due == gross else "{due} {currency} of {gross} is to be paid."
    sentence = phrase(template, due=Figure(due), currency=due.currency, gross=Figure(gross))
    return Explained(line="due", title=phrase("To be paid"), amount=str(due), sentence=sentence)


def _early_payment(document: DraftInvoice, early: CashDiscount) -> Explained:
    sentence = phrase(
        "{amount} {currency} less where it is paid by {day}: {percent}%.",
        amount=Figure(early.amount), currency=document.currency, day=early.until, percent=Figure(early.percent),
    )  # fmt: skip
    if document.base_reductions:
        sentence = phrase("{sentence} VAT falls on the net less the discount, whether it is taken or not.", sentence=sentence)
    return Explained(line="cash-discount", title=phrase("Discount for early payment"), amount=str(early.amount), sentence=sentence)


def _due_date(document: DraftInvoice) -> Explained:
    steps = tuple(reason for reason in document.reasons if reason.subject == "due-date")
    says = together((step.says for step in steps), ", ")
    sentence = phrase("{due}.", due=says) if steps else phrase("{day}.", day=document.due_on)
    return Explained(line="due-date", title=phrase("Due date"), amount=str(document.due_on), sentence=sentence, steps=steps)


def _billed_on(one: Transaction) -> Phrase:
    if one.billing_date is None:
        return phrase("{product}, once its event has a day", product=one.line.product)
    return phrase("{product}, billed on {day}", product=one.line.product, day=one.billing_date)
