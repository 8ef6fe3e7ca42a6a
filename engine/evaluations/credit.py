"""POST /v1/evaluations/credit: the credit note of an evaluated invoice, or the reason for a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from pydantic import Field, ValidationInfo, field_validator, model_validator

from engine.budgets import CREDIT_LINES
from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.document import Document, OneCurrency
from engine.documents.invoice import Category
from engine.documents.totals import TaxedNet, Totals, VatSum, add, parts_of_reductions
from engine.evaluations.evaluation import Evaluation, Example
from engine.evaluations.invoice import InvoiceRequest, RequestedTotals, evaluate_invoice, invoice_totals, taxed_lines
from engine.evaluations.invoice import example as invoice_example
from engine.model_errors import field_error
from engine.money import Currency, Money, Percent, Quantity, document_currency
from engine.phrases import phrase
from engine.problems import Kind, Refusal, refuse
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.stages.crediting.credit_amounts import (
    DUPLICATE_LINE,
    MORE_THAN_LEFT,
    NO_SUCH_LINE,
    check_credit,
    credit_amounts,
    credit_of_net,
    cumulative_vat,
)
from engine.stages.crediting.remaining import Creditable, Credited, LineCredit, Remaining

LINE_NETS: Final = Kind("line-nets", "the invoice has {lines} lines and {nets} line nets", "give `line_net` as it was answered, one a line")
NOT_ITS_SUM: Final = Kind(
    "sum-differs",
    "{what} is given as {given}, and the lines of the invoice make {expected}",
    "give the answer of evaluations/invoice unchanged, or leave `{what}` out",
)
EARLIER: Final = Kind(
    "earlier-credit",
    "this earlier credit note does not say what it took back",
    "give its answer, or exactly one of `lines`, `amount` and `whole`",
)
_SUMS: Final = ("sum_lines", "sum_discounts", "sum_surcharges", "net", "vat", "gross", "due_amount")


class InvoicedRequest(InvoiceRequest):
    """An evaluated invoice: its answer as it is, or its request, with or without fields of the answer, which must be those of its lines."""

    line_net: tuple[Money, ...] | None = Field(default=None, max_length=10_000)
    sum_lines: Money | None = None
    sum_discounts: Money | None = None
    sum_surcharges: Money | None = None
    net: Money | None = None
    vat: Money | None = None
    gross: Money | None = None
    due_amount: Money | None = None
    early_amount: Money | None = None
    vat_breakdown: tuple[VatSum, ...] | None = None
    reasons: tuple[Reason, ...] = ()


class CreditedLine(Document):
    """The credited net of one line, the quantity where one was requested, and its base: the net after the document's discounts."""

    line: int = Field(ge=1, le=100_000)
    quantity: Quantity | None = None
    amount: Money | None = None
    net: Money | None = None
    base: Money | None = None
    category: Category | None = None
    rate: Percent | None = None


class EarlierCredit(Document):
    """An earlier credit note of the invoice: the answer of this route, or its request."""

    currency: Currency | None = None
    whole: bool = False
    amount: Money | None = None
    lines: tuple[CreditedLine, ...] = Field(default=(), max_length=10_000)
    sum_lines: Money | None = None
    sum_discounts: Money | None = None
    sum_surcharges: Money | None = None
    net: Money | None = None
    vat: Money | None = None
    gross: Money | None = None
    vat_breakdown: tuple[VatSum, ...] | None = None


class CreditRequest(OneCurrency):
    """An evaluated invoice, its earlier credit notes, and the credit to calculate."""

    currency: Currency = Field(default_factory=lambda: Currency.of("EUR"), description="By default that of the invoice.")
    invoice: InvoicedRequest
    earlier_credits: tuple[EarlierCredit, ...] = Field(default=(), max_length=1000)
    ask: CreditSelection

    @model_validator(mode="before")
    @classmethod
    def _default_currency(cls, given: object) -> object:
        """The currency of the credit is that of an invoice without one, and the other way round."""
        if not isinstance(given, dict) or not isinstance(invoice := given.get("invoice"), dict):
            return given
        if "currency" in given and "currency" not in invoice:
            return given | {"invoice": invoice | {"currency": given["currency"]}}
        if "currency" in invoice and "currency" not in given:
            return given | {"currency": invoice["currency"]}
        return given

    @field_validator("invoice", mode="after")
    @classmethod
    def _read_the_rest_in_its_currency(cls, invoice: InvoicedRequest, validation: ValidationInfo) -> InvoicedRequest:
        _check_currency(validation, invoice.currency)
        document_currency.set(invoice.currency)  # for the fields below; the validator of the document resets it
        return invoice

    @field_validator("earlier_credits", mode="after")
    @classmethod
    def _in_its_currency(cls, earlier: tuple[EarlierCredit, ...], validation: ValidationInfo) -> tuple[EarlierCredit, ...]:
        for one in earlier:
            _check_currency(validation, one.currency)
        return earlier


def _check_currency(validation: ValidationInfo, given: Currency | None) -> None:
    """The error of a field in another currency than the request."""
    currency = validation.data.get("currency", given)
    if given is not None and given != currency:
        remedy = phrase("give the credit, its invoice and earlier credits in one currency")
        raise field_error("currency", "this is in {given}, the credit in {currency}", remedy=remedy, given=given, currency=currency)


class CreditAnswer(OneCurrency):
    """The credit note, with positive amounts; discounts and surcharges of the document are credited with the lines, in proportion."""

    lines: tuple[CreditedLine, ...]
    sum_lines: Money
    sum_discounts: Money
    sum_surcharges: Money
    net: Money
    vat: Money
    gross: Money
    vat_breakdown: tuple[VatSum, ...]


def evaluate_credit(request: CreditRequest, rulebook: Rulebook) -> CreditAnswer:
    """The credit note; Refusal where more is requested than is left, or nothing is left."""
    currency = request.invoice.currency
    lines, credits = len(request.invoice.lines), len(request.earlier_credits)
    CREDIT_LINES.check(lines * credits, pointer="/earlier_credits")
    remaining = _invoiced(request.invoice, rulebook)
    for at, one in enumerate(request.earlier_credits):
        remaining = remaining.after(_earlier(one, remaining, f"/earlier_credits/{at}"))
    credited = credit_amounts(remaining, request.ask)
    net, vat = add((one.base for one in credited.vat), currency), add((one.vat for one in credited.vat), currency)
    own_lines = [one for one in credited.lines if one.line > 0]
    sum_lines = add((one.net for one in own_lines), currency)
    difference, nothing = sum_lines - net, Money(0, currency)
    off = add((one.amount for one in remaining.reductions_of(credited.lines)), currency)
    return CreditAnswer(
        currency=currency,
        lines=tuple(CreditedLine.of(one, remaining.lines[one.line].whole) for one in own_lines),
        sum_lines=sum_lines,
        sum_discounts=off + (difference if difference.minor > 0 else nothing),
        sum_surcharges=off + (-difference if difference.minor < 0 else nothing),
        net=net,
        vat=vat,
        gross=net + vat,
        vat_breakdown=credited.vat,
    )


def _invoiced(invoice: InvoicedRequest, rulebook: Rulebook) -> Remaining:
    try:
        taxed, _ = taxed_lines(invoice, rulebook)
        requested = invoice_totals(invoice, taxed, rulebook)
        _check_answer(invoice, taxed, requested)
    except Refusal as refusal:
        raise refusal.below("/invoice") from None
    sums = requested.without_discount
    bases = _bases(taxed, sums)
    lines = [
        Creditable(line=at, quantity=line.quantity, net=one.net, base=bases[at - 1], category=one.category, rate=one.rate)
        for at, (line, one) in enumerate(zip(invoice.lines, taxed, strict=True), 1)
    ]
    with_lines = {(one.category, one.rate) for one in lines}
    for entry in sums.vat_breakdown:
        if (entry.category, entry.rate) not in with_lines:
            number, nothing = len(invoice.lines) - len(lines), Money(0, invoice.currency)
            lines.append(
                Creditable(line=number, quantity=Quantity(0), net=nothing, base=entry.base, category=entry.category, rate=entry.rate)
            )
    based = [TaxedNet(category=one.category, rate=one.rate, net=one.base) for one in lines]
    off = parts_of_reductions(based, requested.reductions, invoice.currency)
    return Remaining.whole([replace(one, reduction=part) for one, part in zip(lines, off, strict=True)])


def _check_answer(invoice: InvoicedRequest, taxed: Sequence[TaxedNet], requested: RequestedTotals) -> None:
    """Refusal where what is given of the invoice's answer is not what its lines make."""
    sums, nets = requested.totals, invoice.line_net
    if nets is not None and len(nets) != len(taxed):
        raise refuse(LINE_NETS, None, "/line_net", lines=len(taxed), nets=len(nets))
    pairs = [(f"line_net/{at}", net, line.net) for at, (net, line) in enumerate(zip(nets or (), taxed, strict=False))]
    pairs += [(name, given, getattr(sums, name)) for name in _SUMS if (given := getattr(invoice, name)) is not None]
    if invoice.early_amount is not None:
        early = sums.due_amount if requested.early_amount is None else requested.early_amount
        pairs.append(("early_amount", invoice.early_amount, early))
    problems = [
        NOT_ITS_SUM.at(None, f"/{name}", what=name.partition("/")[0], given=given, expected=expected)
        for name, given, expected in pairs
        if given != expected
    ]
    if invoice.vat_breakdown is not None and sorted(invoice.vat_breakdown, key=_listed) != sorted(sums.vat_breakdown, key=_listed):
        given, expected = _vat_texts(invoice.vat_breakdown), _vat_texts(sums.vat_breakdown)
        problems.append(NOT_ITS_SUM.at(None, "/vat_breakdown", what="vat_breakdown", given=given, expected=expected))
    if problems:
        raise Refusal(tuple(problems))


def _listed(entry: VatSum) -> tuple[str, Fraction]:
    return (entry.category, entry.rate.fraction)


def _bases_by_rate(entries: Iterable[VatSum]) -> list[tuple[str, Fraction, Money]]:
    return [(*_listed(entry), entry.base) for entry in sorted(entries, key=_listed)]


def _vat_texts(entries: Iterable[VatSum]) -> str:
    return ", ".join(f"{entry.category} {entry.rate}%: {entry.base} + {entry.vat}" for entry in entries)


def _bases(taxed: Sequence[TaxedNet], sums: Totals) -> list[Money]:
    """The nets of lines after their share of the document's discounts and surcharges of their (category, rate)."""
    nets = [line.net for line in taxed]
    by_rate: dict[tuple[Category, Percent], list[int]] = {}
    for at, line in enumerate(taxed):
        by_rate.setdefault((line.category, line.rate), []).append(at)
    for entry in sums.vat_breakdown:
        places = by_rate.get((entry.category, entry.rate), [])
        off = entry.base - add((taxed[at].net for at in places), entry.base.currency)
        for at, part in zip(places, off.allocate([abs(taxed[at].net.minor) for at in places]), strict=True):
            nets[at] = nets[at] + part
    return nets


def _earlier(one: EarlierCredit, remaining: Remaining, pointer: str) -> Credited:
    """An earlier credit note: its lines as answered, or calculated again from its request."""
    count = sum(number > 0 for number in remaining.lines)
    for at, line in enumerate(one.lines):
        if line.line > count:
            raise refuse(NO_SUCH_LINE, None, f"{pointer}/lines/{at}/line", line=line.line, count=count)
    try:
        if (one.lines or one.vat_breakdown) and all(line.net is not None for line in one.lines):
            return _evaluated(one, remaining)
        if [bool(one.lines), one.amount is not None, one.whole].count(True) != 1:
            raise refuse(EARLIER)
        lines = tuple(CreditLine(line=line.line, quantity=line.quantity, amount=line.amount or line.net) for line in one.lines)
        return credit_amounts(remaining, CreditSelection(whole=one.whole, lines=lines, amount=one.amount))
    except Refusal as refusal:
        raise Refusal(tuple(replace(problem, pointer=pointer) for problem in refusal.problems), refusal.state, refusal.possible) from None


def _evaluated(one: EarlierCredit, remaining: Remaining) -> Credited:
    """An earlier credit note as it was answered; Refusal where it takes back more than there was."""
    lines = []
    for line in one.lines:
        left, net = remaining.lines[line.line], line.net
        assert net is not None
        if abs(net.minor) > abs(left.net.minor) or net.minor * left.net.minor < 0:
            raise refuse(MORE_THAN_LEFT, asked=net, what=phrase("line {line}", line=line.line), left=left.net)
        credit = credit_of_net(left, line.quantity, net)
        lines.append(credit if line.base is None else replace(credit, base=line.base))
    if len({line.line for line in lines}) < len(lines):
        raise refuse(
            DUPLICATE_LINE, line=next(line.line for at, line in enumerate(lines) if line.line in {each.line for each in lines[:at]})
        )
    given = {(entry.category, entry.rate): entry for entry in one.vat_breakdown or ()}
    for number, left in remaining.lines.items():
        entry = given.get((left.whole.category, left.whole.rate))
        if number < 1 and entry is not None:
            lines.append(LineCredit(line=number, quantity=None, net=left.net, base=entry.base))
    sums = cumulative_vat(lines, remaining)
    if one.vat_breakdown is not None and _bases_by_rate(one.vat_breakdown) != _bases_by_rate(sums):
        raise refuse(NOT_ITS_SUM, what="vat_breakdown", given=_vat_texts(one.vat_breakdown), expected=_vat_texts(sums))
    credited = Credited(tuple(lines), one.vat_breakdown or sums)
    check_credit(credited, remaining, {})
    return credited


def _example(rulebook: Rulebook) -> Example:
    answer = evaluate_invoice(InvoiceRequest.model_validate(invoice_example(rulebook)), rulebook)
    invoice = invoice_example(rulebook) | {"line_net": [str(net) for net in answer.line_net]}
    return {"invoice": invoice, "earlier_credits": [], "ask": {"lines": [{"line": 1, "quantity": "1"}]}}


EVALUATION: Final = Evaluation("credit", "What a credit note takes back", CreditRequest, CreditAnswer, evaluate_credit, _example)
