"""POST /v1/evaluations/credit: the credit note of an evaluated invoice, or the reason for a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from pydantic import Field, field_validator

from engine.budgets import CREDIT_GROUPS, CREDIT_LINES
from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.document import Document, OneCurrency
from engine.documents.invoice import Category
from engine.documents.totals import TaxedNet, VatSum, add, net_by_rate
from engine.evaluations.evaluation import Evaluation, Example
from engine.evaluations.invoice import InvoiceRequest, invoice_totals, taxed_lines
from engine.evaluations.invoice import example as invoice_example
from engine.money import Currency, Money, Percent, Quantity, document_currency
from engine.problems import Kind, Refusal, refuse
from engine.rulebook.book import Rulebook
from engine.stages.crediting.credit_amounts import Creditable, LineCredit, credited_vat, line_credits, vat_by_rate, what_is_left

LINE_NETS: Final = Kind("line-nets", "the invoice has {lines} lines and {nets} line nets", "give `line_net` as it was answered, one a line")
NO_SUCH_LINE: Final = Kind("no-such-line", "the invoice has no line {line}", "its lines are numbered from 1 to {count}")
EARLIER: Final = Kind(
    "earlier-credit",
    "this earlier credit note does not say what it took back",
    "give its answer, or exactly one of `lines`, `amount` and `whole`",
)
Key = tuple[Category, Percent]


class InvoicedRequest(InvoiceRequest):
    """An evaluated invoice: the request, with the line nets of its answer."""

    line_net: tuple[Money, ...] | None = Field(default=None, max_length=10_000)


class CreditedLine(Document):
    """The credited net of one line, and the quantity where one was requested."""

    line: int = Field(ge=1, le=100_000)
    quantity: Quantity | None = None
    amount: Money | None = None
    net: Money | None = None
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

    currency: Currency = Currency.of("EUR")
    invoice: InvoicedRequest
    earlier_credits: tuple[EarlierCredit, ...] = Field(default=(), max_length=1000)
    ask: CreditSelection

    @field_validator("invoice", mode="after")
    @classmethod
    def _read_the_rest_in_its_currency(cls, invoice: InvoicedRequest) -> InvoicedRequest:
        document_currency.set(invoice.currency)  # for the fields below; the validator of the document resets it
        return invoice


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


@dataclass(frozen=True, slots=True)
class _Note:
    """A calculated credit note: the credited lines, the same after the document's discounts, and its VAT."""

    credited: tuple[LineCredit, ...]
    after: tuple[LineCredit, ...]
    vat: tuple[VatSum, ...]


@dataclass(frozen=True, slots=True)
class _Invoiced:
    """The invoice: its lines, the same after the document's discounts and surcharges, and its VAT."""

    lines: tuple[Creditable, ...]
    after: tuple[Creditable, ...]
    vat: Mapping[Key, Money]


def evaluate_credit(request: CreditRequest, rulebook: Rulebook) -> CreditAnswer:
    """The credit note; Refusal where more is requested than is left, or nothing is left."""
    currency = request.invoice.currency
    lines, credits = len(request.invoice.lines), len(request.earlier_credits)
    CREDIT_LINES.check(lines * credits * credits, pointer="/earlier_credits")
    CREDIT_GROUPS.check(lines * len({(line.category, line.rate) for line in request.invoice.lines}), pointer="/invoice/lines")
    invoiced = _invoiced(request.invoice, rulebook)
    notes: list[_Note] = []
    for at, one in enumerate(request.earlier_credits):
        notes.append(_earlier(one, invoiced, notes, f"/earlier_credits/{at}"))
    note = _note(line_credits(invoiced.lines, _all_credited(notes), request.ask), invoiced, notes)
    sum_lines, net = add((one.net for one in note.credited), currency), add((one.net for one in note.after), currency)
    vat = add((entry.vat for entry in note.vat), currency)
    difference = sum_lines - net
    nothing = Money(0, currency)
    return CreditAnswer(
        currency=currency,
        lines=tuple(CreditedLine.of(one, invoiced.lines[one.line - 1]) for one in note.credited),
        sum_lines=sum_lines,
        sum_discounts=difference if difference.minor > 0 else nothing,
        sum_surcharges=-difference if difference.minor < 0 else nothing,
        net=net,
        vat=vat,
        gross=net + vat,
        vat_breakdown=note.vat,
    )


def _invoiced(invoice: InvoicedRequest, rulebook: Rulebook) -> _Invoiced:
    taxed, _ = taxed_lines(invoice, rulebook)
    if invoice.line_net is not None:
        if len(invoice.line_net) != len(taxed):
            raise refuse(LINE_NETS, None, "/invoice/line_net", lines=len(taxed), nets=len(invoice.line_net))
        taxed = tuple(replace(line, net=net) for line, net in zip(taxed, invoice.line_net, strict=True))
    sums = invoice_totals(invoice, taxed)
    quantities = [line.quantity for line in invoice.lines]
    return _Invoiced(
        lines=_creditables(taxed, [line.net for line in taxed], quantities),
        after=_creditables(taxed, _after_reductions(taxed, {(one.category, one.rate): one.base for one in sums.vat_breakdown}), quantities),
        vat=vat_by_rate(sums.vat_breakdown),
    )


def _creditables(taxed: Sequence[TaxedNet], nets: Sequence[Money], quantities: Sequence[Quantity]) -> tuple[Creditable, ...]:
    return tuple(
        Creditable(line=at, quantity=quantity, net=net, category=line.category, rate=line.rate)
        for at, (line, net, quantity) in enumerate(zip(taxed, nets, quantities, strict=True), 1)
    )


def _after_reductions(taxed: Sequence[TaxedNet], bases: Mapping[Key, Money]) -> list[Money]:
    """The nets of lines after their share of the document's discounts and surcharges of their (category, rate)."""
    nets = [line.net for line in taxed]
    for key, base in bases.items():
        places = [at for at, line in enumerate(taxed) if (line.category, line.rate) == key]
        if not places:
            continue
        off = base - net_by_rate([taxed[at] for at in places], base.currency)[key]
        for at, part in zip(places, off.allocate([abs(taxed[at].net.minor) for at in places]), strict=True):
            nets[at] = nets[at] + part
    return nets


def _note(
    credited: tuple[LineCredit, ...], invoiced: _Invoiced, earlier: Sequence[_Note], given: tuple[VatSum, ...] | None = None
) -> _Note:
    before = [one for note in earlier for one in note.after]
    after = _after_discounts(credited, invoiced, _all_credited(earlier), before)
    vat_before = vat_by_rate(entry for note in earlier for entry in note.vat)
    vat = given if given is not None else credited_vat(invoiced.after, before, after, invoiced.vat, vat_before)
    return _Note(credited, after, vat)


def _after_discounts(
    credited: Sequence[LineCredit], invoiced: _Invoiced, before: Sequence[LineCredit], before_after: Sequence[LineCredit]
) -> tuple[LineCredit, ...]:
    """The same parts of the lines after the document's discounts; the last part of a line takes the remainder."""
    left = what_is_left(invoiced.lines, before)
    left_after = what_is_left(invoiced.after, before_after)
    result = []
    for one in credited:
        whole, whole_after = left[one.line].whole.net, left_after[one.line].whole.net
        if one.net == left[one.line].net:
            net = left_after[one.line].net
        else:
            net = whole_after.times(Fraction(one.net.minor, whole.minor)) if whole else one.net
        result.append(LineCredit(line=one.line, quantity=one.quantity, net=net))
    return tuple(result)


def _all_credited(notes: Sequence[_Note]) -> list[LineCredit]:
    return [one for note in notes for one in note.credited]


def _earlier(one: EarlierCredit, invoiced: _Invoiced, notes: Sequence[_Note], pointer: str) -> _Note:
    """An earlier credit note: its lines as answered, or calculated again from its request."""
    count = len(invoiced.lines)
    for at, line in enumerate(one.lines):
        if line.line > count:
            raise refuse(NO_SUCH_LINE, None, f"{pointer}/lines/{at}/line", line=line.line, count=count)
    if one.lines and all(line.net is not None for line in one.lines):
        credited = tuple(LineCredit(line=line.line, quantity=line.quantity, net=line.net) for line in one.lines if line.net is not None)
        return _note(credited, invoiced, notes, one.vat_breakdown)
    if [bool(one.lines), one.amount is not None, one.whole].count(True) != 1:
        raise refuse(EARLIER, None, pointer)
    lines = tuple(CreditLine(line=line.line, quantity=line.quantity, amount=line.amount or line.net) for line in one.lines)
    try:
        credited = line_credits(invoiced.lines, _all_credited(notes), CreditSelection(whole=one.whole, lines=lines, amount=one.amount))
    except Refusal as refusal:
        moved = tuple(problem.kind.at(None, pointer, **dict(problem.words)) for problem in refusal.problems)
        raise Refusal(moved, refusal.state, refusal.possible) from None
    return _note(credited, invoiced, notes, one.vat_breakdown)


def _example(rulebook: Rulebook) -> Example:
    invoice = invoice_example(rulebook) | {"line_net": ["53.97"]}
    return {"invoice": invoice, "earlier_credits": [], "ask": {"lines": [{"line": 1, "amount": "10.00"}]}}


EVALUATION: Final = Evaluation("credit", "What a credit note takes back", CreditRequest, CreditAnswer, evaluate_credit, _example)
