"""Prices the lines of a quote, and totals it: per billing type, recurring revenue, contract value, first invoice and VAT."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, NamedTuple

from engine.documents.invoice import Held, VatDecision, VatSubtotal
from engine.documents.priced_quote import InstalmentTotal, PricedQuote, QuotedLine, QuotedTotal
from engine.documents.quote import QuoteRequest
from engine.documents.supply import Supply, Tax
from engine.documents.totals import listing_order, sum_by
from engine.documents.transaction import Transaction
from engine.documents.transaction_row import row_of
from engine.money import Money
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.offered_terms import refuse_terms
from engine.stages.pricing.recurring import Recurring

VALID_BEFORE: Final = Kind("valid-before", "a quote of {on} is not valid until {until}", "write the day of the quote or a later one")


def total(request: QuoteRequest, lines: Sequence[QuotedLine], rulebook: Rulebook) -> PricedQuote:
    """The priced lines as a quote; `with_schedule` and `with_vat` add schedule, first invoice and VAT."""
    if request.payment_terms is not None:
        refuse_terms(request.payment_terms, rulebook, "/payment_terms")
    nothing = Money(0, request.currency)
    per_month = sum((line.priced.recurring_per_month or Fraction(0) for line in lines if line.recurring), Fraction(0))
    recurring = Recurring(per_month, request.currency)
    quote = PricedQuote(
        currency=request.currency,
        customer=request.customer,
        on=request.on,
        valid_until=_valid_until(request, rulebook),
        payment_terms=request.payment_terms,
        deliver_to=request.deliver_to,
        lines=tuple(lines),
        totals={},
        one_off=nothing,
        mrr=recurring.mrr,
        arr=recurring.arr,
        first_invoice=nothing,
        contract_value=nothing,
        reasons=tuple(reason for line in lines for reason in line.priced.reasons),
        rulebook=rulebook.fingerprint,
    )
    return _summed(quote, rulebook)


def _summed(quote: PricedQuote, rulebook: Rulebook) -> PricedQuote:
    """The quote with what its lines come to by billing type, once, and together."""
    lines, nothing = quote.lines, Money(0, quote.currency)
    is_mixed = len({line.recurring for line in lines}) > 1
    return quote.replace(
        totals=sum_by((_counted_as(line, rulebook), _amount(line, rulebook)) for line in lines),
        net=None if is_mixed else sum((_amount(line, rulebook) for line in lines), nothing),
        one_off=sum((_amount(line, rulebook) for line in lines if not line.recurring), nothing),
    )


def _valid_until(request: QuoteRequest, rulebook: Rulebook) -> date:
    """The last day on which a quote can be accepted."""
    until = request.valid_until or request.on + timedelta(days=rulebook.company.quote_validity_days)
    if until < request.on:
        raise refuse(VALID_BEFORE, None, "/valid_until", until=until, on=request.on)
    return until


def with_schedule(quote: PricedQuote, transactions: Sequence[Transaction], items: Mapping[int, str], rulebook: Rulebook) -> PricedQuote:
    """The quote with the transactions of its committed term: schedule, first invoice, instalments and contract value.

    What has a billing date before the quote's day is due on that day. `items` are what the lines become: the insertions of
    a line are totalled as they will be billed, where the price changes meanwhile.
    """
    billed = sum_by((each.item, each.portion.net) for each in transactions if each.portion.kind == "insertion")
    lines = tuple(_with_insertions(line, billed.get(items[line.number]), rulebook) for line in quote.lines)
    quote = _summed(quote.replace(lines=lines), rulebook)
    nothing = Money(0, quote.currency)
    dated = sorted(
        ((max(each.billing_date, quote.on), each) for each in transactions if each.billing_date is not None),
        key=lambda entry: (entry[1].billing_date, entry[1].identity),
    )
    first = min((due for due, _ in dated), default=None)
    undated = [each for each in transactions if each.billing_date is None]
    return quote.replace(
        schedule=tuple(map(row_of, (*(each for _, each in dated), *undated))),
        first_billing_date=first,
        first_invoice=sum((each.portion.net for due, each in dated if due == first), nothing),
        instalments=_instalments(transactions),
        contract_value=sum((each.portion.net for each in transactions), nothing),
    )


def with_vat(quote: PricedQuote, tax: Tax, rulebook: Rulebook) -> PricedQuote:
    """The quote with VAT as of its day, by billing type and by (category, rate); what has no VAT decision has no totals with VAT."""
    taxed = [_Taxed(_counted_as(line, rulebook), *_decided(line, quote, tax, rulebook)) for line in quote.lines]
    held = tuple(because for each in taxed for because in each.held)
    estimates = tuple(_estimate(name, net, [each for each in taxed if each.counted_as == name]) for name, net in quote.totals.items())
    if quote.net is None:
        return quote.replace(estimates=estimates, held=held)
    whole = _estimate("", quote.net, taxed)
    return quote.replace(estimates=estimates, held=held, vat_breakdown=whole.vat_breakdown, vat=whole.vat, gross=whole.gross)


ONE_OFF: Final = "one-off"
"""What is paid once though its billing type has periods, such as insertions, in the totals of a quote."""


class _Taxed(NamedTuple):
    """The VAT decisions of a line with their nets, and why others are held."""

    counted_as: str
    decided: list[tuple[VatDecision, Money]]
    held: list[str]


def _with_insertions(line: QuotedLine, billed: Money | None, rulebook: Rulebook) -> QuotedLine:
    return line if billed is None or billed == _amount(line, rulebook) else line.replace(insertions_net=billed)


def _counted_as(line: QuotedLine, rulebook: Rulebook) -> str:
    """The billing type among whose lines one is totalled."""
    return line.billing_type if line.recurring or rulebook.billing_types[line.billing_type].once else ONE_OFF


def _amount(line: QuotedLine, rulebook: Rulebook) -> Money:
    """The net of one billing period of a line, or of all where it is paid once."""
    return line.insertions_net or line.net.times(_count(line, rulebook))


def _count(line: QuotedLine, rulebook: Rulebook) -> Fraction:
    """How many times the net of a line is paid in its total: once, or once for every insertion."""
    return Fraction(line.request.insertions or 1 if _counted_as(line, rulebook) == ONE_OFF else 1)


def _decided(line: QuotedLine, quote: PricedQuote, tax: Tax, rulebook: Rulebook) -> tuple[list[tuple[VatDecision, Money]], list[str]]:
    """The VAT decision of each supply of a line, with its net."""
    decided: list[tuple[VatDecision, Money]] = []
    held: list[str] = []
    for supply, net in _supplies(line, quote, rulebook):
        decision = tax(supply, issued_on=quote.on)
        if isinstance(decision, Held):
            held.append(phrase("{product}: {because}", product=line.request.product, because=decision.held))
        else:
            decided.append((decision, net))
    return decided, held


def _estimate(name: str, net: Money, taxed: Sequence[_Taxed]) -> QuotedTotal:
    """A total with its VAT by (category, rate)."""
    decided = [each for one in taxed for each in one.decided]
    by_rate = {(decision.category, decision.rate): decision for decision, _ in reversed(decided)}
    bases = sum_by(((decision.category, decision.rate), base) for decision, base in decided)
    breakdown = tuple(
        VatSubtotal.of(by_rate[key], base=bases[key], vat=by_rate[key].rate.of(bases[key]))
        for key in sorted(bases, key=lambda key: listing_order(*key))
    )
    if any(each.held for each in taxed):
        return QuotedTotal(billing_type=name, net=net, vat_breakdown=breakdown)
    vat = sum((each.vat for each in breakdown), Money(0, net.currency))
    return QuotedTotal(billing_type=name, net=net, vat_breakdown=breakdown, vat=vat, gross=net + vat)


def _instalments(transactions: Iterable[Transaction]) -> tuple[InstalmentTotal, ...]:
    totals = sum_by(
        ((each.portion.number, each.billing_date), each.portion.net)
        for each in transactions
        if each.portion.kind == "instalment" and each.portion.number is not None
    )
    ordered = sorted(totals.items(), key=lambda entry: (entry[0][0], entry[0][1] or date.max))
    return tuple(InstalmentTotal(number=number, billing_date=on, net=net) for (number, on), net in ordered)


def _supplies(line: QuotedLine, quote: PricedQuote, rulebook: Rulebook) -> Iterable[tuple[Supply, Money]]:
    """The supplies of a line with their nets in its total: the product, or each part of a bundle."""
    parts = tuple((part.product, part.net) for part in line.priced.parts) or ((line.request.product, line.net),)
    count, place = _count(line, rulebook), quote.deliver_to.address if quote.deliver_to else None
    nets = [net.times(count) for _, net in parts]
    if line.insertions_net:
        nets = list(line.insertions_net.allocate([net.minor for net in nets]))
    for (code, _), net in zip(parts, nets, strict=True):
        product = rulebook.products[code]
        supply = Supply(customer=quote.customer, product=code, kind=product.supply_kind, vat_class=product.vat_class)
        yield supply if place is None else supply.replace(ship_to=place.country, ship_to_postcode=place.postcode), net
