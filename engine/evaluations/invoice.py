"""POST /v1/evaluations/invoice: the totals of an invoice by EN 16931, with VAT given or decided by rules."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from pydantic import Field

from engine.budgets import INVOICE_GROUPS, INVOICE_REDUCTIONS, check_amounts
from engine.dates import Day
from engine.documents.document import Document, OneCurrency
from engine.documents.invoice import BaseReduction, Category, Held
from engine.documents.signed_percent import SignedPercent
from engine.documents.supply import Supply
from engine.documents.totals import DocumentReduction, Reduction, TaxedNet, Totals, VatSum, line_net, net_by_rate, totals
from engine.evaluations.customer_request import CustomerRequest, customer_of
from engine.evaluations.evaluation import Evaluation, Example
from engine.evaluations.request_fields import check_horizon, check_legal_tender
from engine.money import Currency, Money, Percent, Price, Quantity
from engine.problems import Kind, Problem, Refusal, refuse
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import unknown_product
from engine.rulebook.checks.payment_terms import DISCOUNT_SIZE
from engine.stages.invoicing.payment import early_payment
from engine.stages.taxing import decide_at

NO_RATE: Final = Kind("no-rate", "a line of category {category} needs a rate", 'add `rate`, for example "21"')
RATE_MUST_BE_ZERO: Final = Kind(
    "rate-must-be-zero", "category {category} bears no VAT, but a rate of {rate}% is given", "leave `rate` out, or use category S"
)
NO_CATEGORY: Final = Kind("no-category", "a rate without a category", 'add `category`, for example "S"')
NOTHING_DECIDES: Final = Kind(
    "nothing-decides-vat",
    "neither category and rate are given, nor what the rules need to decide",
    "give `category` and `rate`, or `product` with `customer` and `tax_point`",
)
HELD: Final = Kind("held", "the line cannot be invoiced yet: {because}", "mend what holds it, or give `category` and `rate`")
BASE_QUANTITY: Final = Kind("base-quantity", "a base quantity must be more than 0", "leave it out where the price is that of one unit")
NOTHING_TO_DISCOUNT: Final = Kind(
    "nothing-to-discount",
    "a discount of {amount} is spread over the lines, and none of their rates has a net from which it could be taken",
    "give the discount its `category` and `rate`, or leave it out",
)
ONE_OF: Final = Kind("one-of", "a discount or surcharge is an amount or a percentage", "give exactly one of `amount` and `percent`")
RATE_SIZE: Final = Kind("rate-size", "a rate of {rate}% cannot be", 'write a rate from 0 to 100, such as "21"')
NO_ZERO_RATE: Final = Kind("rate-size", "category S has no rate of 0%", "use category Z, or E for what is exempt")
ONLY_O: Final = Kind(
    "only-category-o", "category O stands beside {others}; what is outside the scope of VAT has an invoice of its own", "make two invoices"
)
BEARING: Final[frozenset[Category]] = frozenset({"S", "L", "M", "B"})


class InvoiceLineRequest(Document):
    """One line: quantity × unit price ÷ base quantity, discounts and surcharges, and its VAT or a product for which rules decide it."""

    quantity: Quantity
    unit_price: Price
    base_quantity: Quantity = Field(default_factory=lambda: Quantity.whole(1), description="By default 1.")
    discounts: tuple[Reduction, ...] = Field(default=(), max_length=100)
    surcharges: tuple[Reduction, ...] = Field(default=(), max_length=100)
    category: Category | None = None
    rate: SignedPercent | None = None
    product: str | None = Field(default=None, max_length=60)


class InvoiceRequest(OneCurrency):
    """The lines, discounts and surcharges of an invoice; amounts are decimal strings in one currency."""

    currency: Currency = Field(default_factory=lambda: Currency.of("EUR"), description="By default EUR.")
    lines: tuple[InvoiceLineRequest, ...] = Field(min_length=1, max_length=10_000)
    discounts: tuple[DocumentReduction, ...] = Field(default=(), max_length=100)
    surcharges: tuple[DocumentReduction, ...] = Field(default=(), max_length=100)
    prepaid: Money | None = None
    rounding: Money | None = None
    cash_discount: SignedPercent | None = None
    """The discount for early payment that is offered, such as `2`."""
    customer: CustomerRequest | None = None
    tax_point: Day | None = None


class InvoiceAnswer(OneCurrency):
    """The totals, and what was requested, each line with its category and rate; `line_net` is in the order of the lines.

    It is a whole invoice, from which a credit note may be calculated.
    """

    lines: tuple[InvoiceLineRequest, ...]
    discounts: tuple[DocumentReduction, ...] = ()
    surcharges: tuple[DocumentReduction, ...] = ()
    prepaid: Money | None = None
    rounding: Money | None = None
    cash_discount: SignedPercent | None = None
    early_amount: Money | None = None
    """What is due where the discount for early payment is taken."""
    line_net: tuple[Money, ...]
    sum_lines: Money
    sum_discounts: Money
    sum_surcharges: Money
    net: Money
    vat: Money
    gross: Money
    due_amount: Money
    vat_breakdown: tuple[VatSum, ...]
    reasons: tuple[Reason, ...] = ()


def evaluate_invoice(request: InvoiceRequest, rulebook: Rulebook) -> InvoiceAnswer:
    """Line nets, sums, VAT per (category, rate) and the due amount; Refusal with every problem of the request."""
    taxed, reasons = taxed_lines(request, rulebook)
    requested = invoice_totals(request, taxed, rulebook)
    lines = tuple(line.replace(category=one.category, rate=one.rate) for line, one in zip(request.lines, taxed, strict=True))
    return InvoiceAnswer.of(
        requested.totals,
        request,
        lines=lines,
        line_net=tuple(one.net for one in taxed),
        early_amount=requested.early_amount,
        reasons=reasons,
    )


class RequestedTotals(NamedTuple):
    """The totals of a request, and what the discount for early payment makes of them."""

    totals: Totals
    without_discount: Totals
    """The totals as they would be if there were no discount for early payment."""
    reductions: tuple[BaseReduction, ...]
    early_amount: Money | None


def invoice_totals(request: InvoiceRequest, lines: tuple[TaxedNet, ...], rulebook: Rulebook) -> RequestedTotals:
    """The totals of a request whose lines have their nets and rates; Refusal beyond the bounds of its discounts and surcharges."""
    nets = net_by_rate(lines, request.currency).values()
    INVOICE_GROUPS.check((len(request.discounts) + len(request.surcharges)) * len(nets), pointer="/discounts")
    for at, one in enumerate(request.discounts):
        amount = one.amount
        if one.category is None and amount and not any(net.minor * amount.minor > 0 for net in nets):
            raise refuse(NOTHING_TO_DISCOUNT, None, f"/discounts/{at}", amount=amount)
    check_amounts((line.net for line in lines), "/lines")
    summed = partial(
        totals,
        lines,
        request.currency,
        discounts=[_with_rate(one) for one in request.discounts],
        surcharges=[_with_rate(one) for one in request.surcharges],
        already_paid=request.prepaid,
        rounding=request.rounding,
    )
    plain = summed()
    check_amounts((plain.sum_lines, plain.net, plain.vat, plain.gross, plain.due_amount), "/lines")
    percent = request.cash_discount
    if percent is None:
        return RequestedTotals(plain, plain, (), None)
    if not 0 < percent.fraction < 1:
        raise refuse(DISCOUNT_SIZE, None, "/cash_discount", percent=f"{percent}%")
    less, reductions = early_payment(plain, percent, rulebook)
    whole = summed(reductions=reductions)
    return RequestedTotals(whole, plain, reductions, whole.due_amount - less)


def taxed_lines(request: InvoiceRequest, rulebook: Rulebook) -> tuple[tuple[TaxedNet, ...], tuple[Reason, ...]]:
    """Each line with its net, category and rate, and the reasons; Refusal with every problem."""
    INVOICE_REDUCTIONS.check(sum(len(line.discounts) + len(line.surcharges) for line in request.lines), pointer="/lines")
    check_legal_tender(request.currency, request.tax_point)
    problems: list[Problem] = _reductions(request)
    lines: list[TaxedNet] = []
    reasons: list[Reason] = []
    for at, line in enumerate(request.lines):
        pointer = f"/lines/{at}"
        if line.base_quantity.micros <= 0:
            problems.append(BASE_QUANTITY.at(None, f"{pointer}/base_quantity"))
            continue
        answer = _category_and_rate(line, request, rulebook, pointer, len(problems))
        if isinstance(answer, Problem):
            problems.append(answer)
            continue
        category, rate, why = answer
        net = line_net(line.quantity, line.unit_price, line.base_quantity, discounts=line.discounts, surcharges=line.surcharges)
        lines.append(TaxedNet(category=category, rate=rate, net=net))
        reasons += why
    named = {one.category for one in lines} | {one.category for one in (*request.discounts, *request.surcharges) if one.category}
    if "O" in named and len(named) > 1:
        problems.append(ONLY_O.at(None, "/lines", others=", ".join(sorted(named - {"O"}))))
    if problems:
        raise Refusal(tuple(problems))
    return tuple(lines), tuple(reasons)


def _category_and_rate(
    line: InvoiceLineRequest, request: InvoiceRequest, rulebook: Rulebook, pointer: str, problems: int
) -> tuple[Category, Percent, tuple[Reason, ...]] | Problem:
    if line.category is not None:
        rate = _rate(line.category, line.rate, pointer)
        return rate if isinstance(rate, Problem) else (line.category, rate, ())
    if line.rate is not None:
        return NO_CATEGORY.at(None, f"{pointer}/category")
    if line.product is None or request.customer is None or request.tax_point is None:
        return NOTHING_DECIDES.at(None, pointer)
    product = rulebook.products.get(line.product)
    if product is None:
        return unknown_product(line.product, rulebook.products, f"{pointer}/product", before=problems)
    check_horizon(request.tax_point, rulebook, "/tax_point")
    customer = customer_of(request.customer, rulebook)
    supply = Supply(customer=customer, product=product.code, kind=product.supply_kind, vat_class=product.vat_class)
    decision = decide_at(supply, rulebook, request.tax_point)
    if isinstance(decision, Held):
        return HELD.at(None, pointer, because=decision.held)
    return decision.category, decision.rate, decision.reasons


def _rate(category: Category, rate: Percent | None, pointer: str) -> Percent | Problem:
    """The rate of a category: those that bear VAT have their own, the others have 0."""
    if rate is not None and not 0 <= rate.fraction <= 1:
        return RATE_SIZE.at(None, f"{pointer}/rate", rate=rate)
    if category == "S" and rate is not None and not rate.fraction:
        return NO_ZERO_RATE.at(None, f"{pointer}/rate")
    if category in BEARING:
        return rate if rate is not None else NO_RATE.at(None, f"{pointer}/rate", category=category)
    if rate is not None and rate.fraction:
        return RATE_MUST_BE_ZERO.at(None, f"{pointer}/rate", category=category, rate=rate)
    return Percent.parse("0")


def _reductions(request: InvoiceRequest) -> list[Problem]:
    """The problems of discounts and surcharges: not exactly one of amount and percentage, or a rate without a category."""
    problems: list[Problem] = []
    for name in ("discounts", "surcharges"):
        for at, line in enumerate(request.lines):
            reductions: tuple[Reduction, ...] = getattr(line, name)
            problems += [ONE_OF.at(None, f"/lines/{at}/{name}/{one}") for one, each in enumerate(reductions) if _is_both_or_none(each)]
        whole: tuple[DocumentReduction, ...] = getattr(request, name)
        for at, each in enumerate(whole):
            pointer = f"/{name}/{at}"
            if _is_both_or_none(each):
                problems.append(ONE_OF.at(None, pointer))
            if each.category is None and each.rate is not None:
                problems.append(NO_CATEGORY.at(None, f"{pointer}/category"))
            elif each.category is not None:
                rate = _rate(each.category, each.rate, pointer)
                problems += [rate] if isinstance(rate, Problem) else []
    return problems


def _is_both_or_none(one: Reduction | DocumentReduction) -> bool:
    return (one.amount is None) == (one.percent is None)


def _with_rate(one: DocumentReduction) -> DocumentReduction:
    return one.replace(rate=Percent.parse("0")) if one.category is not None and one.rate is None else one


def example(rulebook: Rulebook) -> Example:
    """An invoice of one line."""
    line = {"quantity": "3", "unit_price": "19.99", "discounts": [{"percent": "10"}], "category": "S", "rate": "21"}
    return {"currency": rulebook.currency.code, "lines": [line]}


EVALUATION: Final = Evaluation("invoice", "What an invoice comes to", InvoiceRequest, InvoiceAnswer, evaluate_invoice, example)
