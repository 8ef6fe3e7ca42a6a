"""A priced quote: prices, totals per billing type, the schedule, and VAT as of the quote's day."""

from __future__ import annotations

from collections.abc import Mapping
from operator import not_

from pydantic import Field

from engine.dates import Day
from engine.documents.document import Document, OneCurrency
from engine.documents.invoice import VatSubtotal
from engine.documents.order import OrderType
from engine.documents.party import Customer, DeliveryAddress
from engine.documents.quote import AgreedDiscount, LineRequest, PricedLine
from engine.documents.transaction_row import TransactionRow
from engine.money import Money
from engine.phrases import Sentence
from engine.reasons import Reason


class QuotedLine(Document):
    """One line of a quote as it was priced, with how it is billed; `net` is of a whole billing period, or of all where it is paid once."""

    number: int
    request: LineRequest
    order_type: OrderType
    billing_process: str
    billing_type: str
    payment_plan: str | None = None
    recurring: bool
    term_months: int | None = None
    """How long the customer is committed; None where the process names no term."""
    joins: str | None = None
    """The running order that its item joins; None where it begins an order of its own."""
    merges_into: str | None = None
    """The running item whose quantity it adds to; its price is then what that item costs more for a whole period."""
    agreed_discounts: tuple[AgreedDiscount, ...] = ()
    """The discounts by the total of the quote; the item keeps them."""
    priced: PricedLine
    net: Money
    insertions_net: Money | None = Field(default=None, exclude_if=not_)
    """What all insertions come to, where their months have different prices; written only there."""
    counted: bool = Field(default=True, exclude_if=bool)
    """Whether it is in the totals: an optional line is not, nor is an alternative other than the first; written only where it is not."""


class InstalmentTotal(Document):
    """What the quote's payment plans ask together at one step: its number, the billing date if it is known, the net."""

    number: int
    billing_date: Day | None = None
    net: Money


class QuotedTotal(Document):
    """What the lines of one billing type come to, with VAT as it would be on the quote's day; None where the VAT of a line is held."""

    billing_type: str
    net: Money
    vat_breakdown: tuple[VatSubtotal, ...] = ()
    vat: Money | None = None
    gross: Money | None = None


class QuotedVariant(Document):
    """What a quote comes to with another choice of its optional and alternative lines."""

    lines: tuple[int, ...]
    """The lines that count."""
    chosen: tuple[int, ...]
    """Those of them that count only because they are chosen."""
    totals: dict[str, Money]
    """Net per billing type, as in the quote."""
    mrr: Money
    arr: Money
    one_off: Money
    first_invoice: Money
    contract_value: Money
    list_total: Money


class PricedQuote(OneCurrency):
    """The answer to a quote request; it keeps its prices until `valid_until`. Amounts are net where nothing else is said."""

    customer: Customer
    on: Day
    valid_until: Day
    payment_terms: str | None = None
    """The payment terms that the orders of the quote will have; None: those that count without it."""
    deliver_to: DeliveryAddress | None = Field(default=None, exclude_if=not_)
    """Where its orders are delivered; None: to the customer's own address."""
    lines: tuple[QuotedLine, ...]
    totals: dict[str, Money]
    """Net per billing type: of one billing period where it recurs (`monthly`, `quarterly` …), of all where it is paid once (`flat-rate` …).

    `one-off` has what is paid once and billed by periods, such as every insertion. Recurring and one-off are never in one figure.
    """
    estimates: tuple[QuotedTotal, ...] = ()
    """The same totals with VAT."""
    instalments: tuple[InstalmentTotal, ...] = ()
    net: Money | None = None
    """All lines together, each for one billing period or all that is paid once; None where some recur and others are paid once."""
    vat_breakdown: tuple[VatSubtotal, ...] = ()
    vat: Money | None = None
    """As it would be on the quote's day; what is invoiced later is taxed at its own tax point. None where the VAT of a line is held."""
    gross: Money | None = None
    """None without `net`, and where the VAT of a line is held, as `vat`."""
    held: tuple[Sentence, ...] = ()
    """Why VAT cannot be decided yet for some lines; they stand in `net` and not in the breakdown."""
    mrr: Money
    """Monthly recurring revenue, net: rounded once."""
    arr: Money
    """Twelve times the unrounded MRR."""
    one_off: Money
    """All that is not recurring: investments, one-time prices, every insertion."""
    first_invoice: Money
    """What is due to be invoiced on the first billing date."""
    first_billing_date: Day | None = None
    contract_value: Money
    """One-off, and what recurs over the committed term (one billing period where the process names no term)."""
    schedule: tuple[TransactionRow, ...] = ()
    variants: tuple[QuotedVariant, ...] = ()
    """With each optional line, with each other alternative, and with all optional lines; all other figures are those without."""
    reasons: tuple[Reason, ...] = ()
    rulebook: str
    """The fingerprint of the rulebook that priced it."""

    @property
    def contract_by_order_type(self) -> Mapping[OrderType, Money]:
        """The contract value by order type."""
        sums: dict[OrderType, Money] = {}
        for row in self.schedule:
            sums[row.order_type] = sums.get(row.order_type, Money(0, self.currency)) + row.net
        return sums

    @property
    def counted_lines(self) -> tuple[QuotedLine, ...]:
        """The lines that are in the totals."""
        return tuple(line for line in self.lines if line.counted)

    @property
    def list_total(self) -> Money:
        """All lines that count before all discounts, each for one billing period."""
        return sum((line.priced.list_net for line in self.counted_lines), Money(0, self.currency))
