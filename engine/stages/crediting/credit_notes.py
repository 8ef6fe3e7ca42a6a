"""Drafts a credit note of an issued invoice at the invoiced prices and VAT rates, less earlier credit notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Final

from engine.documents.credit import CreditSelection
from engine.documents.invoice import AccountingVat, CreditNote, DraftCreditNote, Invoice, InvoiceLine, Mention
from engine.documents.line_figures import why_not
from engine.documents.line_text import detail
from engine.documents.totals import VatSum, add, parts_of_reductions, price_of, unique_mentions
from engine.money import MICRO, Money, Quantity
from engine.phrases import Figure, Language, phrase
from engine.problems import Kind, Refusal
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.stages.crediting.credit_amounts import credit_amounts
from engine.stages.crediting.remaining import Creditable, Credited, LineCredit, Remaining

BEFORE_THE_INVOICE: Final = Kind(
    "before-the-invoice",
    "a credit note of {on} would lie before its invoice {number} of {issued_on}",
    "credit it on {issued_on} or later (--today)",
)


def credit(
    invoice: Invoice,
    earlier: Sequence[DraftCreditNote | CreditNote],
    selection: CreditSelection,
    rulebook: Rulebook,
    *,
    on: date,
    because: str = "",
) -> DraftCreditNote:
    """Drafts the credit note of a selection; the last note of an invoice takes the residue, so that all add up to it, VAT included."""
    if on < invoice.issued_on:
        problem = BEFORE_THE_INVOICE.at(None, on=on, number=invoice.number, issued_on=invoice.issued_on)
        raise Refusal((problem,), "issued", ("a later date",))
    remaining = left_of(invoice, earlier)
    credited = credit_amounts(remaining, selection)
    invoiced = {(entry.category, entry.rate): entry for entry in invoice.vat_breakdown}
    breakdown = tuple(invoiced[(entry.category, entry.rate)].replace(base=entry.base, vat=entry.vat) for entry in credited.vat)
    net, vat = add((one.net for one in credited.lines), invoice.currency), add((entry.vat for entry in breakdown), invoice.currency)
    by_number = {line.number: line for line in invoice.lines}
    return DraftCreditNote.of(
        invoice,
        corrects=invoice.number,
        corrects_issued_on=invoice.issued_on,
        because=because,
        tax_point=on,
        lines=tuple(_line(by_number[one.line], one, at, invoice, rulebook) for at, one in enumerate(credited.lines, 1)),
        base_reductions=remaining.reductions_of(credited.lines),
        vat_breakdown=breakdown,
        net=net,
        vat=vat,
        gross=net + vat,
        accounting_vat=_accounting_vat(invoice, earlier, vat),
        mentions=unique_mentions([*(entry.mention for entry in breakdown), *_standing_mentions(rulebook, is_charged=vat.minor != 0)]),
        rulebook=rulebook.fingerprint,
    )


def left_of(invoice: Invoice, earlier: Sequence[DraftCreditNote | CreditNote]) -> Remaining:
    """What is left to credit of an invoice after its credit notes."""
    off = parts_of_reductions(invoice.lines, invoice.base_reductions, invoice.currency)
    remaining = Remaining.whole([_creditable(line, reduction) for line, reduction in zip(invoice.lines, off, strict=True)])
    for note in earlier:
        remaining = remaining.after(Credited(tuple(map(_line_credit, note.lines)), tuple(map(VatSum.of, note.vat_breakdown))))
    return remaining


def _accounting_vat(invoice: Invoice, earlier: Sequence[DraftCreditNote | CreditNote], vat: Money) -> AccountingVat | None:
    """The invoice's VAT in the currency in which it is declared, in proportion to all VAT credited so far, less what earlier notes took."""
    whole = invoice.accounting_vat
    if whole is None:
        return None
    credited = sum((note.vat.minor for note in earlier), vat.minor)
    due = whole.vat.times(Fraction(credited, invoice.vat.minor)) if invoice.vat.minor else whole.vat
    earlier_vat = (note.accounting_vat.vat for note in earlier if note.accounting_vat is not None)
    return whole.replace(vat=due - sum(earlier_vat, Money(0, whole.currency)))


def _creditable(line: InvoiceLine, reduction: Money) -> Creditable:
    return Creditable(
        line=line.number, quantity=line.quantity, net=line.net, base=line.net, category=line.category, rate=line.rate, reduction=reduction
    )


def _line_credit(line: InvoiceLine) -> LineCredit:
    if line.corrects_line is None:
        raise ValueError(f"line {line.number} of a credit note names no line of its invoice")
    return LineCredit(line=line.corrects_line, quantity=None if line.by_amount else line.quantity, net=line.net, base=line.net)


def _line(line: InvoiceLine, credited: LineCredit, number: int, invoice: Invoice, rulebook: Rulebook) -> InvoiceLine:
    """The line of the credit note: a part of the quantity with its discounts, or an amount with quantity 1."""
    if credited.quantity is None or line.quantity.micros == 0:
        one = Quantity(MICRO if credited.net.minor >= 0 else -MICRO)
        shown = replace(
            line, quantity=one, base_quantity=Quantity(MICRO), price=price_of(credited.net), list_net=credited.net, discounts=(),
            unit="", unit_code="C62", unit_word="", derivation=None, detail="", by_amount=True,
        )  # fmt: skip
    else:
        shown = _part_of(line, credited.quantity, credited.net, invoice.customer.language, rulebook)
    reasons = (_reason(line, credited, invoice.number), *line.reasons)
    return replace(shown, net=credited.net, number=number, corrects_line=line.number, reasons=reasons)


def _part_of(line: InvoiceLine, quantity: Quantity, net: Money, language: Language, rulebook: Rulebook) -> InvoiceLine:
    """A part of a line's quantity, with its part of the discounts and of the whole from which the line was derived."""
    part = Fraction(quantity.micros, line.quantity.micros)
    discounts = tuple(replace(discount, amount=discount.amount.times(part)) for discount in line.discounts)
    list_net = net + add((discount.amount for discount in discounts), net.currency)
    unit, derivation = rulebook.units.get(line.unit), line.derivation
    if derivation is not None and derivation.whole_list_net is not None:
        derivation = replace(derivation, whole_list_net=derivation.whole_list_net.times(part))
    return replace(
        line,
        quantity=quantity,
        unit_word=unit.word(quantity, language) if unit else line.unit_word,
        base_quantity=Quantity(abs(quantity.micros)),
        price=price_of(list_net),
        list_net=list_net,
        discounts=discounts,
        derivation=derivation,
        detail=detail(derivation, language, why_not(derivation, quantity, line.unit_price, list_net)) if derivation else line.detail,
    )


def _reason(line: InvoiceLine, credited: LineCredit, invoice: str) -> Reason:
    """The reason of a credited line: how much of which invoice line."""
    if credited.net == line.net:
        template = "line {line} of {invoice} is taken back whole: {taken}"
    elif credited.quantity is None:
        template = "of line {line} of {invoice}, {taken} of {net} is taken back"
    else:
        template = "of line {line} of {invoice}, {quantity} of {whole} is taken back: {taken} of {net}"
    says = phrase(
        template,
        line=line.number, invoice=invoice, taken=Figure(credited.net), net=Figure(line.net),
        quantity=Figure(credited.quantity or ""), whole=Figure(line.quantity),
    )  # fmt: skip
    return Reason("credit", "credit note", says)


def _standing_mentions(rulebook: Rulebook, *, is_charged: bool) -> list[Mention]:
    """The mentions of every document, and those of credit notes where VAT is taken back: without VAT there is none to pay back."""
    entries = rulebook.mentions.items()
    return [entry.on_documents(name) for name, entry in entries if entry.every_document or (entry.credit_notes and is_charged)]
