"""Prices the lines of a quote, and totals it: per billing type, recurring revenue, contract value, first invoice and VAT."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from engine.documents.invoice import Held, VatDecision, VatSubtotal
from engine.documents.party import Customer
from engine.documents.priced_quote import InstalmentTotal, PricedQuote, QuotedLine
from engine.documents.quote import QuoteRequest
from engine.documents.supply import Supply, Tax
from engine.documents.totals import listing_order, sum_by
from engine.documents.transaction import Transaction
from engine.documents.transaction_row import row_of
from engine.money import Money
from engine.rulebook.book import Rulebook
from engine.stages.pricing.recurring import Recurring


def total(request: QuoteRequest, lines: Sequence[QuotedLine], rulebook: Rulebook) -> PricedQuote:
    """The priced lines as a quote; `with_schedule` and `with_vat` add schedule, first invoice and VAT."""
    nothing = Money(0, request.currency)
    recurring = Recurring(
        sum((line.priced.recurring_per_month or Fraction(0) for line in lines if line.recurring), Fraction(0)), request.currency
    )
    one_off = sum((line.net.times(Fraction(line.request.insertions or 1)) for line in lines if not line.recurring), nothing)
    net = sum((line.net for line in lines), nothing)
    return PricedQuote(
        currency=request.currency,
        customer=request.customer,
        on=request.on,
        valid_until=request.on + timedelta(days=rulebook.company.quote_validity_days),
        lines=tuple(lines),
        totals=sum_by((line.billing_type, line.net) for line in lines),
        net=net,
        mrr=recurring.mrr,
        arr=recurring.arr,
        one_off=one_off,
        first_invoice=nothing,
        contract_value=one_off,
        reasons=tuple(reason for line in lines for reason in line.priced.reasons),
        rulebook=rulebook.fingerprint,
    )


def with_schedule(quote: PricedQuote, transactions: Sequence[Transaction]) -> PricedQuote:
    """The quote with the transactions of its committed term: schedule, first invoice, instalments and contract value."""
    nothing = Money(0, quote.currency)
    dated = sorted((each for each in transactions if each.billing_date is not None), key=lambda each: (each.billing_date, each.identity))
    first = dated[0].billing_date if dated else None
    undated = [each for each in transactions if each.billing_date is None]
    due_first = [each.portion.net for each in dated if each.billing_date == first]
    return quote.replace(
        schedule=tuple(map(row_of, (*dated, *undated))),
        first_billing_date=first,
        first_invoice=sum(due_first, nothing),
        instalments=_instalments(transactions),
        contract_value=sum((each.portion.net for each in transactions), nothing),
    )


def with_vat(quote: PricedQuote, tax: Tax, rulebook: Rulebook) -> PricedQuote:
    """The quote with VAT as of its day, by (category, rate); if one has no VAT decision, the totals with VAT are not known."""
    decided: list[tuple[VatDecision, Money]] = []
    held: list[str] = []
    for line in quote.lines:
        for supply, net in _supplies(line, quote.customer, rulebook):
            decision = tax(supply, issued_on=quote.on)
            if isinstance(decision, Held):
                held.append(f"{line.request.product}: {decision.held}")
            else:
                decided.append((decision, net))
    by_rate = {(decision.category, decision.rate): decision for decision, _ in reversed(decided)}
    bases = sum_by(((decision.category, decision.rate), net) for decision, net in decided)
    breakdown = tuple(
        VatSubtotal.of(by_rate[key], base=bases[key], vat=by_rate[key].rate.of(bases[key]))
        for key in sorted(bases, key=lambda key: listing_order(*key))
    )
    if held:
        return quote.replace(vat_breakdown=breakdown, held=tuple(held))
    vat = sum((each.vat for each in breakdown), Money(0, quote.currency))
    return quote.replace(vat_breakdown=breakdown, vat=vat, gross=quote.net + vat)


def _instalments(transactions: Iterable[Transaction]) -> tuple[InstalmentTotal, ...]:
    totals = sum_by(
        ((each.portion.number, each.billing_date), each.portion.net)
        for each in transactions
        if each.portion.kind == "instalment" and each.portion.number is not None
    )
    ordered = sorted(totals.items(), key=lambda entry: (entry[0][0], entry[0][1] or date.max))
    return tuple(InstalmentTotal(number=number, billing_date=on, net=net) for (number, on), net in ordered)


def _supplies(line: QuotedLine, customer: Customer, rulebook: Rulebook) -> Iterable[tuple[Supply, Money]]:
    """The supplies of a line with their nets: the product, or each part of a bundle."""
    parts = tuple((part.product, part.net) for part in line.priced.parts) or ((line.request.product, line.net),)
    for code, net in parts:
        product = rulebook.products[code]
        yield Supply(customer=customer, product=code, kind=product.supply_kind, vat_class=product.vat_class), net
