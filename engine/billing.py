"""The billing pipeline: quotes become orders, orders transactions, transactions drafts, and drafts invoices and journal entries.

Each function passes documents from one stage to the next; no stage calls another. What a stage needs of another (prices for scheduling,
VAT for drafting) is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final

from engine.dates import month_after
from engine.documents.billed import Concluded, Drafted, Increment, Planned, PlannedAmounts, RunningOrders, Started
from engine.documents.credit import CreditSelection
from engine.documents.invoice import CreditNote, DraftCreditNote, DraftInvoice, Invoice
from engine.documents.journal import JournalEntry
from engine.documents.order import InvoicedLine, Order, OrderItem, OrderType, SubscriptionItem
from engine.documents.party import Customer
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import QuoteRequest
from engine.documents.recurring_step import RecurringStep
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import PlannedAmount, TransactionFigures
from engine.documents.usage_report import GivenReport, UsageReport
from engine.order_types.definition import Fields, Planning
from engine.order_types.quote_placement import ITEM_FIELDS, added_transactions, place_quote
from engine.order_types.registry import COUNTED_IN_MRR, DEFINITIONS, JOINING
from engine.problems import Problem, Refusal
from engine.rulebook.book import Rulebook, items_without_names
from engine.rulebook.json_schemas import conforms
from engine.rulebook.terms import terms_of
from engine.stages import taxing
from engine.stages.crediting import credit_notes, rebilling
from engine.stages.invoicing import drafting
from engine.stages.invoicing.account_statement import Account as Account
from engine.stages.invoicing.account_statement import reminder_of as reminder_of
from engine.stages.invoicing.account_statement import statement_of as statement_of
from engine.stages.invoicing.drafting import earlier_invoices as earlier_invoices
from engine.stages.invoicing.recipients import recipients_of as recipients_of
from engine.stages.ordering import accepting, billing_change, increments, item_lifecycle, recording
from engine.stages.ordering.billing_change import BillingRequest
from engine.stages.posting import documents
from engine.stages.pricing import billing_choice, quote_choices, quote_pricing, recurring
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.pricing.recurring import Recurring
from engine.stages.pricing.recurring_steps import recurring_steps as recurring_steps_of
from engine.stages.scheduling.batch import Planner, planner_of
from engine.stages.scheduling.usage_checks import take_report
from engine.writing.e_invoices import syntaxes

Others = Callable[[OrderType], Iterable[Order]]
"""Looks up the other orders of a type, only when they are needed."""
_CENTURY: Final = 1200


def quote(
    request: QuoteRequest,
    rulebook: Rulebook,
    *,
    running: RunningOrders | None = None,
    owned: frozenset[str] = frozenset(),
    chosen: Collection[int] | None = None,
    tracing: bool = True,
) -> PricedQuote:
    """Prices a quote as acceptance on its day would bill it: the schedule of its committed term (else one billing period), estimated VAT.

    Its items join the customer's running order where the rules say so. `owned` are the products that the customer already has; products
    may require or exclude them. `chosen` are optional and alternative lines that are chosen; None: the quote shows each of them.
    """
    through = month_after(max([request.on, *(line.starts_on or request.on for line in request.lines)]), _CENTURY)
    of_order = partial(plan, customer=request.customer, rulebook=rulebook, through=through, tracing=tracing)

    def price(counted: quote_choices.Numbers) -> PricedQuote:
        placed = place_quote(request, rulebook, running, owned=owned, counted=counted, tracing=tracing)
        planned = quote_pricing.with_schedule(placed.quote, tuple(added_transactions(placed, of_order)), placed.items, rulebook)
        return quote_pricing.with_vat(planned, taxing.Taxing(rulebook, tracing), rulebook)

    if chosen is None:
        return quote_choices.with_variants(price, request.lines)
    return price(quote_choices.chosen(request.lines, chosen))


def accept(
    priced: PricedQuote, ids: Mapping[OrderType, str], rulebook: Rulebook, *, on: date, source: str | None = None
) -> tuple[Order, ...]:
    """The orders of an accepted quote, one per order type, each with the id given for it."""
    return accepting.accept(priced, ids, rulebook, on=on, item_fields=ITEM_FIELDS, source=source)


def agree(order: Order, customer: Customer, rulebook: Rulebook, *, on: date, others: Others = lambda _: ()) -> Order:
    """An order entered without a quote, with the billing of each item chosen and recorded; Refusal if a slot would be overbooked."""
    agreed = billing_choice.agree(order, rulebook, customer, on=on)
    DEFINITIONS[order.type].refuse_overbooking(agreed, others, rulebook)
    return agreed


def place(order: Order, customer: Customer, running: RunningOrders, rulebook: Rulebook, *, on: date, others: Others) -> Order:
    """The running order after the items of an accepted order joined it; else the accepted order itself."""
    DEFINITIONS[order.type].refuse_overbooking(order, others, rulebook)
    if order.type not in JOINING:
        return order
    target = increments.find_target(running, order, rulebook, customer, on=on)
    return increments.increment(target, order, rulebook, customer, on=on) if target else order


def start(
    orders: Iterable[Order],
    joining: Iterable[Increment],
    customers: Mapping[str, Customer],
    running: Mapping[str, Order],
    rulebook: Rulebook,
    *,
    today: date,
) -> Started:
    """Agrees and activates orders, each item on its day, and joins increments, one after the other.

    An order that the rules refuse is left out; the others are not affected.
    """
    known, started, refused = dict(running), dict[str, Order](), dict[str, Refusal]()

    def others(order_type: OrderType) -> Iterable[Order]:
        return [each for each in known.values() if each.type == order_type]

    def begin(order: Order) -> Order:
        agreed = agree(order, customers[order.customer], rulebook, on=order.signed_on or today, others=others)
        waits = partial(DEFINITIONS[order.type].waits, rulebook=rulebook)
        return item_lifecycle.activate_on_their_days(agreed, waits, today=today)

    def join(increment: Increment) -> Order:
        order, customer = increment.order, customers[increment.order.customer]
        on = order.signed_on or today
        target = increments.find_target(RunningOrders(known, increment.into), order, rulebook, customer, on=on)
        if target is None:
            return begin(order)
        agreed = billing_choice.agree(order, rulebook, customer, on=on, kind="increment")
        return increments.increment(target, increments.with_requested_types(agreed, order), rulebook, customer, on=on)

    steps = [(order.id, partial(begin, order)) for order in orders]
    steps += [(increment.order.id, partial(join, increment)) for increment in joining]
    for name, step in steps:
        try:
            after = step()
        except Refusal as refusal:
            refused[name] = refusal
        else:
            known[after.id] = started[after.id] = after
    return Started(orders=started, refused=refused)


def change_billing(
    order: Order,
    customer: Customer,
    rulebook: Rulebook,
    wished: BillingRequest,
    *,
    on: date,
    invoiced: Iterable[TransactionFigures],
    today: date,
) -> Order:
    """An order with another billing type, process or anchor of an item, from a day or the next boundary of its cycle."""
    item = item_lifecycle.item_to_change(order, wished.item, on)
    product = rulebook.products.get(item.product)
    billing_change.check_changeable(item, on, is_measured=product is not None and product.measured)
    billed = billing_change.billed_otherwise(item, wished, on)
    agreed = billing_choice.agree_item(billed, order, rulebook, customer, on=on, kind="new")
    wanted = billing_change.Wanted(agreed, wished.anchor_day, wished.anchor_month)
    terms_for = partial(terms_of, rulebook=rulebook)
    return billing_change.change_billing(order, on, wanted, wished.at, terms_for, invoiced=invoiced, today=today)


def record(before: Order, after: Order, invoiced: Iterable[TransactionFigures], *, today: date) -> Order:
    """An order after an action, whose new changes list what of the order had been invoiced."""
    return recording.record(before, after, invoiced, today=today)


def prices(order: Order, customer: Customer, rulebook: Rulebook, *, tracing: bool = True) -> BookPrices:
    """The prices of an order's items on any day."""
    return BookPrices(rulebook, customer, order, tracing=tracing)


def plan(
    order: Order, customer: Customer, rulebook: Rulebook, *, through: date, today: date | None = None, tracing: bool = True
) -> tuple[Transaction, ...]:
    """All transactions of an order that may be invoiced through a day, and all its instalments; planning is deterministic.

    What measured items use in periods that are not over `today` is expected (None: all of it is known).
    """
    own, missing = prices(order, customer, rulebook, tracing=tracing), items_without_names(order, customer, rulebook)
    planning = Planning(order=order, rulebook=rulebook, prices=own, through=through, missing=missing, today=today)
    return DEFINITIONS[order.type].planned(planning)


def plan_all(
    orders: Iterable[Order],
    customers: Mapping[str, Customer],
    rulebook: Rulebook,
    *,
    through: date,
    since: date | None = None,
    today: date | None = None,
    tracing: bool = True,
) -> Planned:
    """The transactions of many orders, planning like items once; the refusals; and the items whose names left the rulebook.

    `since` may leave out transactions with an earlier billing date, which are then not made.
    """
    planned, refused, missing = dict[str, tuple[Transaction, ...]](), dict[str, Refusal](), dict[str, Mapping[str, Problem]]()
    planner = Planner(rulebook, through, since, today)
    for order in orders:
        if without := items_without_names(order, customers[order.customer], rulebook):
            missing[order.id] = without
        try:
            own = prices(order, customers[order.customer], rulebook, tracing=tracing)
            planning = Planning(order=order, rulebook=rulebook, prices=own, through=through, planner=planner, missing=without)
            planned[order.id] = DEFINITIONS[order.type].planned(planning)
        except Refusal as refusal:
            refused[order.id] = refusal
    return Planned(planned, refused, missing)


def plan_amounts(
    orders: Iterable[Order], customers: Mapping[str, Customer], rulebook: Rulebook, *, through: date, today: date | None = None
) -> PlannedAmounts:
    """The figures of the transactions of some orders, as `plan_all` plans them: what the store keeps.

    Many orders are given in batches: like items of all batches share their figures, and only those of one batch are in memory.
    """
    amounts, refused, missing = dict[str, Mapping[str, Sequence[PlannedAmount]]](), dict[str, Refusal](), dict[str, Mapping[str, Problem]]()
    planner = planner_of(rulebook, through, today)
    for order in orders:
        customer = customers[order.customer]
        if without := items_without_names(order, customer, rulebook):
            missing[order.id] = without
        try:
            own = prices(order, customer, rulebook, tracing=False)
            planning = Planning(order=order, rulebook=rulebook, prices=own, through=through, missing=without)
            amounts[order.id] = DEFINITIONS[order.type].planned_amounts(planning, planner)
        except Refusal as refusal:
            refused[order.id] = refusal
    return PlannedAmounts(amounts, refused, missing)


def take_usage(
    given: GivenReport,
    order: Order,
    item: SubscriptionItem,
    rulebook: Rulebook,
    *,
    invoiced: Collection[tuple[str, InvoicedLine]],
    today: date,
    author: str,
) -> UsageReport:
    """A usage report of an item as it counts; Refusal with all that is wrong. `invoiced` are the invoiced transactions by item."""
    return take_report(given, order, item, rulebook, invoiced=invoiced, today=today, author=author)


def mrr(orders: Iterable[Order], customers: Mapping[str, Customer], rulebook: Rulebook, on: date) -> Recurring:
    """The recurring revenue on a day of the orders whose type counts."""
    return recurring.mrr([order for order in orders if order.type in COUNTED_IN_MRR], customers, rulebook, on)


def recurring_steps(
    orders: Iterable[Order], customers: Mapping[str, Customer], rulebook: Rulebook, *, through: date
) -> Iterator[tuple[Order, OrderItem, Sequence[RecurringStep]]]:
    """The steps by which the recurring revenue of each item moves through a day, of the orders whose type counts."""
    for order in orders:
        if order.type in COUNTED_IN_MRR:
            steps = recurring_steps_of(order, customers[order.customer], rulebook, through)
            yield from ((order, item, steps.get(item.id, ())) for item in order.items)


def draft(
    transactions: Iterable[Transaction],
    customers: Mapping[str, Customer],
    orders: Mapping[str, Order],
    rulebook: Rulebook,
    *,
    issued_on: date,
    earlier: Mapping[str, Sequence[str]],
    tracing: bool = True,
) -> Drafted:
    """Drafts invoices of due transactions in numbering order; some transactions are held, with reasons.

    `earlier` gives, by order, the numbers of the invoices issued for it so far.
    """
    tax = taxing.Taxing(rulebook, tracing)
    return drafting.draft(transactions, customers, orders, rulebook, issued_on=issued_on, tax=tax, earlier=earlier)


def issue(
    drafted: DraftInvoice, rulebook: Rulebook, *, number: str, series: str, on: date, concluded: Concluded | None = None
) -> tuple[Invoice, JournalEntry, bytes]:
    """The draft with its number and date, what accounting books of it, and its e-invoice.

    An invoice that violates its published schema is a fault of the program and is never issued.
    """
    invoice = drafting.issue(drafted, number=number, series=series, on=on, concluded=concluded)
    if broken := conforms(invoice):
        raise RuntimeError(f"an invoice of {drafted.customer.id} breaks its published form: {broken[0]}")
    return invoice, documents.post(invoice, rulebook), syntaxes.write(invoice)


def renumber(issued: tuple[Invoice, JournalEntry, bytes], number: str) -> tuple[Fields, Fields, bytes]:
    """What `issue` makes of the same draft under another number, without making it anew; its documents in JSON."""
    invoice, entry, xml = issued
    reference = drafting.payment_reference(invoice, number)
    tree = {**invoice.tree, "number": number, "communication": reference}
    return tree, {**entry.tree, "document": number}, syntaxes.renumbered(xml, invoice, number, reference)


def credit(
    invoice: Invoice, earlier: Sequence[CreditNote], selection: CreditSelection, rulebook: Rulebook, *, on: date, because: str = ""
) -> DraftCreditNote:
    """Drafts a credit note after the earlier ones; Refusal if it exceeds what is left of the invoice."""
    return credit_notes.credit(invoice, earlier, selection, rulebook, on=on, because=because)


def rebill(invoice: Invoice, notes: Sequence[CreditNote], lines: Collection[int] = ()) -> tuple[str, ...]:
    """The transactions of an invoice (or of some of its lines) to be billed again; Refusal unless they were credited wholly."""
    return rebilling.transactions_to_rebill(invoice, notes, lines)


def issue_credit_note(
    drafted: DraftCreditNote, rulebook: Rulebook, *, number: str, series: str, on: date
) -> tuple[CreditNote, JournalEntry, bytes]:
    """The credit note with its number and date, the reversed entry, and its e-invoice."""
    note = drafting.issue_credit_note(drafted, number=number, series=series, on=on)
    return note, documents.post(note, rulebook), syntaxes.write(note)
