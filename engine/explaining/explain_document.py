"""What explains a document whose reasons were told while it was worked out: its lines, its VAT, its totals and its due date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from engine.documents.invoice import CreditNote, DraftCreditNote, DraftInvoice, Invoice, InvoiceLine, VatSubtotal
from engine.documents.priced_quote import PricedQuote
from engine.documents.transaction import Transaction
from engine.explaining.explanation import Explained, Explanation, sentence_of
from engine.money import Money
from engine.phrases import Figure, Phrase, named, phrase, together
from engine.reasons import Reason

Billed = DraftInvoice | DraftCreditNote
_MOST_ADDED: Final = 12
"""So many amounts of a sum are written out; of more, their number is told."""


def explain_billed(document: Billed, name: str) -> Explanation:
    """What explains an invoice, a draft of one, or a credit note."""
    return Explanation(
        kind="credit-note" if isinstance(document, DraftCreditNote) else "invoice" if isinstance(document, Invoice) else "draft",
        document=name,
        title=_title(document, name),
        currency=document.currency.code,
        rulebook=document.rulebook,
        parts=(*map(_line, document.lines), *_totals(document)),
    )


def explain_quote(quote: PricedQuote, name: str) -> Explanation:
    """What explains a priced quote; its VAT is an estimate."""
    title = phrase("Quote {name} of {day} for {customer}", name=name, day=quote.on, customer=quote.customer.name)
    lines = tuple(_amount(str(line.number), line.request.product, line.net, line.priced.reasons) for line in quote.lines)
    nets = [line.net for line in quote.lines]
    return Explanation(
        kind="quote",
        document=name,
        title=title,
        currency=quote.currency.code,
        rulebook=quote.rulebook,
        parts=(*lines, _net(quote.net, nets), *map(_vat, quote.vat_breakdown), _gross(quote.net, quote.vat, quote.gross)),
    )


def explain_transactions(transactions: Sequence[Transaction], name: str, rulebook: str) -> Explanation:
    """What explains dated amounts of an order item: one line each, in the order in which they are billed."""
    currency = transactions[0].currency.code if transactions else ""
    return Explanation(
        kind="item",
        document=name,
        title=phrase("Amounts of {item}", item=name),
        currency=currency,
        rulebook=rulebook,
        parts=tuple(_amount(str(at), _billed_on(one), one.portion.net, one.reasons) for at, one in enumerate(transactions, 1)),
    )


def amount_explained(line: str, title: str, amount: str, currency: str, reasons: Iterable[Reason]) -> Explained:
    """One amount with what was said of it."""
    told = tuple(reasons)
    return Explained(line=line, title=title, amount=amount, sentence=sentence_of(Figure(amount), currency, told), steps=told)


def _amount(line: str, title: str, net: Money, reasons: Iterable[Reason]) -> Explained:
    return amount_explained(line, title, str(net), net.currency.code, reasons)


def _title(document: Billed, name: str) -> Phrase:
    words: dict[str, object] = {
        "name": name, "customer": document.customer.name, "net": Figure(document.net), "vat": Figure(document.vat),
        "gross": Figure(document.gross), "currency": document.currency.code,
    }  # fmt: skip
    match document:
        case Invoice():
            template = "Invoice {name} of {day} for {customer}: {net} net, {vat} VAT, {gross} {currency} in all"
            return phrase(template, day=document.issued_on, **words)
        case CreditNote():
            template = "Credit note {name} of {day} for {customer}: {net} net, {vat} VAT, {gross} {currency} in all"
            return phrase(template, day=document.issued_on, **words)
        case _:
            return phrase("Draft {name} for {customer}: {net} net, {vat} VAT, {gross} {currency} in all", **words)


def _line(line: InvoiceLine) -> Explained:
    told = amount_explained(str(line.number), line.description, str(line.net), line.net.currency.code, line.reasons)
    taxed = phrase(
        "{sentence} VAT: {rate}%, category {category}, {treatment}.",
        sentence=told.sentence, rate=Figure(line.rate), category=line.category, treatment=TREATMENTS.get(line.treatment, line.treatment),
    )  # fmt: skip
    return Explained(line=told.line, title=told.title, amount=told.amount, sentence=taxed, steps=(*told.steps, *line.vat_reasons))


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
        yield _vat(entry, _deciding(document.lines, entry))
    yield _gross(document.net, document.vat, document.gross)
    if isinstance(document, DraftInvoice):
        yield _due(document)
        yield _due_date(document)


def _deciding(lines: Iterable[InvoiceLine], entry: VatSubtotal) -> tuple[Reason, ...]:
    """What decided the VAT of the lines of one category and rate."""
    of_it = [line for line in lines if (line.category, line.rate) == (entry.category, entry.rate)]
    return tuple(dict.fromkeys(reason for line in of_it for reason in line.vat_reasons))


def _vat(entry: VatSubtotal, reasons: tuple[Reason, ...] = ()) -> Explained:
    says = phrase(
        "{vat} {currency}: {rate}% of {base} = {vat}, rounded half up once for all lines of category {category}.",
        vat=Figure(entry.vat), currency=entry.vat.currency, rate=Figure(entry.rate), base=Figure(entry.base), category=entry.category,
    )  # fmt: skip
    if entry.rate.of(entry.base) != entry.vat:
        says = phrase("{vat} {currency} on {base}, category {category}: what is left of the invoice's VAT.", **dict(says.words))
    if entry.mention is not None:
        text = named(entry.mention.texts)
        says = phrase("{sentence} “{mention}” ({basis})", sentence=says, mention=text, basis=entry.basis)
    title = phrase("VAT {category} {rate}%", category=entry.category, rate=Figure(entry.rate))
    return Explained(line=f"vat {entry.category} {entry.rate}", title=title, amount=str(entry.vat), sentence=says, steps=reasons)


def _net(net: Money, nets: Sequence[Money]) -> Explained:
    if len(nets) > _MOST_ADDED:
        said = phrase("{net} {currency}: the sum of {count} lines.", net=Figure(net), currency=net.currency, count=len(nets))
    else:
        terms = together((Figure(each) for each in nets), " + ")
        said = phrase("{net} {currency}: the sum of the lines, {terms}.", net=Figure(net), currency=net.currency, terms=terms)
    return Explained(line="net", title=phrase("Net"), amount=str(net), sentence=said)


def _gross(net: Money, vat: Money, gross: Money) -> Explained:
    said = phrase(
        "{gross} {currency}: {net} net + {vat} VAT.", gross=Figure(gross), currency=gross.currency, net=Figure(net), vat=Figure(vat)
    )
    return Explained(line="gross", title=phrase("Total"), amount=str(gross), sentence=said)


def _due(document: DraftInvoice) -> Explained:
    due, gross = document.due_amount, document.gross
    template = "{due} {currency}: all of it is to be paid." if due == gross else "{due} {currency} of {gross} is to be paid."
    said = phrase(template, due=Figure(due), currency=due.currency, gross=Figure(gross))
    return Explained(line="due", title=phrase("To be paid"), amount=str(due), sentence=said)


def _due_date(document: DraftInvoice) -> Explained:
    told = [reason for reason in document.reasons if reason.subject == "due-date"]
    said = phrase("{due}.", due=told[0].says) if told else phrase("{day}.", day=document.due_on)
    return Explained(line="due-date", title=phrase("Due date"), amount=str(document.due_on), sentence=said, steps=tuple(told))


def _billed_on(one: Transaction) -> Phrase:
    if one.billing_date is None:
        return phrase("{product}, once its event has a day", product=one.line.product)
    return phrase("{product}, billed on {day}", product=one.line.product, day=one.billing_date)
