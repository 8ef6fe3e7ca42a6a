"""Places the lines of a quote in the orders that acceptance would make, and prices each as the item that it would become."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from engine.budgets import QUOTE_DISCOUNTS, QUOTE_TRANSACTIONS
from engine.documents.billed import RunningOrders
from engine.documents.order import AdvertisingItem, AnyItem, Order, SubscriptionItem, has_payment_plan
from engine.documents.party import Customer
from engine.documents.priced_quote import PricedQuote, QuotedLine
from engine.documents.quote import LineRequest, PricedLine, QuoteRequest
from engine.documents.transaction import Portion, Transaction
from engine.money import MICRO, Money, Quantity
from engine.order_types.registry import COUNTED_IN_MRR, DEFINITIONS, JOINING
from engine.phrases import phrase
from engine.problems import Problem, Refusal, refuse
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.terms import days_of, months_billed, months_of, terms_of
from engine.stages.ordering import accepting, increments
from engine.stages.ordering.accepting import OrderedLine
from engine.stages.pricing import billing_choice, quote_pricing
from engine.stages.pricing.billing_choice import product_of
from engine.stages.pricing.item_prices import BookPrices, OrderKind, PricedAs
from engine.stages.pricing.line_price import reads_quote_total
from engine.stages.pricing.quote_checks import check_lines
from engine.stages.scheduling.charges import amounts_between
from engine.stages.scheduling.timeline import DayCount

WHOLE: Final = DayCount(1, 1)
IDS: Final = {each: each for each in DEFINITIONS}
ITEM_FIELDS: Final = {each: definition.item_fields for each, definition in DEFINITIONS.items()}
Plan = Callable[[Order], Iterable[Transaction]]


@dataclass(frozen=True, slots=True)
class Placed:
    """A quote without its schedule, and its orders: each as it would become, with the running one that it grew from."""

    quote: PricedQuote
    orders: tuple[tuple[Order, Order | None], ...]
    items: Mapping[int, str]  # what each line becomes, by its number


def place_quote(
    request: QuoteRequest,
    rulebook: Rulebook,
    running: RunningOrders | None = None,
    *,
    owned: frozenset[str] = frozenset(),
    counted: Collection[int] | None = None,
    tracing: bool = True,
) -> Placed:
    """Prices the lines of a quote (those that count, by number) as the items that they would become; Refusal with all problems.

    `owned` are the products that the customer already has; products may require or exclude them. Discounts by the total of the quote are
    found once all lines are priced without them. Too many discounts are refused before any line is priced, and too many billing periods
    with the line that brings them.
    """
    lines = {at: line for at, line in enumerate(request.lines, start=1) if counted is None or at in counted}
    QUOTE_DISCOUNTS.check(len(lines) * rulebook.rules.discount_count, pointer="/lines")
    problems = check_lines(lines, rulebook, request.on, owned=owned)
    if not reads_quote_total(rulebook):
        return _placed(request, lines, rulebook, running, problems, None, tracing=tracing)
    without = _placed(request, lines, rulebook, running, problems, None, tracing=False)
    return _placed(request, lines, rulebook, running, (), without.quote.list_total, tracing=tracing)


def _placed(
    request: QuoteRequest,
    requested: Mapping[int, LineRequest],
    rulebook: Rulebook,
    running: RunningOrders | None,
    wrong_lines: Sequence[Problem],
    list_total: Money | None,
    *,
    tracing: bool,
) -> Placed:
    problems = list(wrong_lines)
    wrong = {problem.pointer.split("/")[2] for problem in problems if problem.pointer}
    lines = [OrderedLine(number, line) for number, line in requested.items() if str(number - 1) not in wrong]
    wanted = accepting.orders_of(request.customer, lines, IDS, rulebook, on=request.on, item_fields=ITEM_FIELDS)
    quoted: list[QuotedLine] = []
    orders: list[tuple[Order, Order | None]] = []
    periods: dict[str, int] = {}
    items: dict[int, str] = {}
    for order in wanted:
        own = [line for line in lines if rulebook.products[line.request.product].order_type == order.type]
        target = None
        if running is not None and order.type in JOINING:
            target = increments.find_target(running, order, rulebook, request.customer, on=request.on)
        placing = _Placing(request.customer, rulebook, order, target, list_total, tracing)
        placed: list[_PlacedLine] = []
        after = target
        for line, item in zip(own, order.items, strict=True):
            try:
                each = _fresh(placing, line, item) if after is None else _joined(placing, after, line, item)
            except Refusal as refusal:
                problems += refusal.below(f"/lines/{line.number - 1}").problems
                continue
            placed.append(each)
            after = each.joined
            items[line.number] = each.item.id
            periods[each.item.id] = _most_transactions(placing, each)
            QUOTE_TRANSACTIONS.check(sum(periods.values()), pointer="/lines")
        quoted += [each.line for each in placed]
        orders.append(_committed(placing, placed))
    if problems:
        raise Refusal(tuple(dict.fromkeys(problems)))
    quoted.sort(key=lambda line: line.number)
    return Placed(quote_pricing.total(request, quoted, rulebook), tuple(orders), items)


def price_line(
    request: LineRequest,
    rulebook: Rulebook,
    customer: Customer,
    *,
    on: date,
    since: date | None = None,
    order_kind: OrderKind | None = None,
    whole_period: bool = True,
    tracing: bool = True,
) -> PricedLine:
    """The price of one line on a day: of a whole billing period, or (`whole_period` false) of one price period.

    The line is new on that day, or its item has run `since` an earlier one; it is the only line of its quote.
    """
    product_of(request.product, rulebook)
    signed_on = since or on
    (order,) = accepting.orders_of(customer, [OrderedLine(1, request)], IDS, rulebook, on=signed_on, item_fields=ITEM_FIELDS)
    kind = order_kind or "new"
    agreed = billing_choice.agree_item(order.items[0], order, rulebook, customer, on=signed_on, kind=kind, is_offered=True)
    joined = {"joined_on": signed_on} if order_kind == "increment" and order.type in JOINING else {}
    item = agreed.replace(activated_on=signed_on, state="active", **joined)
    priced_as = PricedAs(order_kind, one_price_period=not whole_period)
    prices = BookPrices(rulebook, customer, order, tracing=tracing, priced_as=priced_as)
    priced = prices.price_on(item, on, request.quantity, joining=since is None)
    discounts = prices.quote_discounts(item, signed_on, priced.list_net) if reads_quote_total(rulebook) else ()
    discounted = item.replace(agreed_discounts=discounts)
    return prices.price_on(discounted, on, request.quantity, joining=since is None) if discounts else priced


def added_transactions(placed: Placed, plan: Plan) -> Iterator[Transaction]:
    """The transactions that the orders of a quote bring: of a running order those that it has more than without the quote."""
    for after, before in placed.orders:
        known = {one.identity: one for one in plan(before)} if before else {}
        for one in plan(after):
            more = _difference(one, known.pop(one.identity, None))
            if more is not None:
                yield more
        yield from (replace(one, portion=_negative(one.portion)) for one in known.values() if one.portion.net)


@dataclass(frozen=True, slots=True)
class _Placing:
    """The order that lines ask for, and the running one that they join (None: they begin it)."""

    customer: Customer
    rulebook: Rulebook
    order: Order
    target: Order | None
    list_total: Money | None
    """The lines of the quote before all discounts; None while they are not priced."""
    tracing: bool

    @property
    def signed_on(self) -> date:
        """The day of the quote."""
        return self.order.signed_on or date.min

    def agreed(self, line: OrderedLine, item: AnyItem) -> AnyItem:
        """An item with its billing chosen; Refusal if it is not sold so."""
        if line.request.payment_plan is not None and not has_payment_plan(item.type):
            raise refuse(billing_choice.NO_INSTALMENTS, None, "/payment_plan", product=item.product)
        kind = "increment" if self.target else "new"
        agreed = billing_choice.agree_item(item, self.order, self.rulebook, self.customer, on=self.signed_on, kind=kind, is_offered=True)
        return billing_choice.with_term(agreed, line.request.term_months, self.rulebook)

    def join(self, order: Order, item: AnyItem) -> tuple[Order, AnyItem, AnyItem | None]:
        """The running order after an item joined it, the item that holds it then, and as it was before; None where it is new."""
        after, name = increments.join(order, item, self.order, self.rulebook, self.customer, on=self.signed_on)
        before = next((each for each in order.items if each.id == name), None)
        return after, next(each for each in after.items if each.id == name), before

    def price(self, order: Order, item: AnyItem, on: date) -> PricedLine:
        """What a whole billing period of an item costs that begins on a day."""
        prices = BookPrices(self.rulebook, self.customer, order, tracing=self.tracing)
        then = item.replace(negotiated_price=item.price_on(on)) if item.changes else item
        estimate = item.estimate if isinstance(item, SubscriptionItem) else None
        return prices.price_on(then, on, estimate or item.quantity_on(on), joining=True)

    def with_quote_discounts(self, order: Order, item: AnyItem, on: date) -> AnyItem:
        """An item that begins on a day, with the discounts that it gets by the total of the quote."""
        if self.list_total is None:
            return item
        prices = BookPrices(self.rulebook, self.customer, order, tracing=self.tracing)
        return item.replace(agreed_discounts=prices.quote_discounts(item, on, self.list_total))

    def quoted(self, line: OrderedLine, item: AnyItem, priced: PricedLine, **joining: str | None) -> QuotedLine:
        """The line of the quote for an item."""
        process = self.rulebook.billing_processes[item.billing_process or ""]
        billing_type = self.rulebook.billing_types[item.billing_type or ""]
        return QuotedLine(
            number=line.number,
            request=line.request,
            order_type=item.type,
            billing_process=process.id,
            billing_type=billing_type.id,
            payment_plan=item.plan,
            agreed_discounts=item.agreed_discounts,
            recurring=item.type in COUNTED_IN_MRR and months_billed(billing_type) is not None,
            term_months=line.request.term_months or (process.renewal.term_months if process.renewal else None),
            priced=priced,
            net=priced.net,
            **joining,
        )


@dataclass(frozen=True, slots=True)
class _PlacedLine:
    """A line with the item that it becomes, the day on which it begins, and the running order once it has joined."""

    line: QuotedLine
    item: AnyItem
    begins_on: date
    joined: Order | None = None


def _fresh(placing: _Placing, line: OrderedLine, item: AnyItem) -> _PlacedLine:
    """A line of an order of its own."""
    begins_on = item.starts_on or placing.signed_on
    agreed = placing.agreed(line, item).replace(starts_on=begins_on)
    first = DEFINITIONS[item.type].first_day(agreed, placing.signed_on)
    agreed = placing.with_quote_discounts(placing.order, agreed, first)
    priced = placing.price(placing.order, agreed, first)
    return _PlacedLine(placing.quoted(line, agreed, priced), agreed.replace(agreed=priced), begins_on)


def _joined(placing: _Placing, order: Order, line: OrderedLine, item: AnyItem) -> _PlacedLine:
    """A line whose item joins a running order; without a requested billing type it takes that of the order."""
    begins_on = max(placing.signed_on, item.starts_on or placing.signed_on)
    requested = placing.agreed(line, item).replace(billing_type=item.billing_type)
    after, grown, before = placing.join(order, requested)
    alone = grown.replace(quantity=item.quantity, joined_on=begins_on, activated_on=begins_on, changes=(), agreed_discounts=())
    discounted = placing.with_quote_discounts(after, alone, begins_on)
    if discounted.agreed_discounts:
        after, grown, before = placing.join(order, requested.replace(agreed_discounts=discounted.agreed_discounts))
    name = grown.id
    priced = placing.price(after, grown, begins_on)
    if before is None:
        return _PlacedLine(placing.quoted(line, grown, priced, joins=order.id), grown, begins_on, after)
    billing_choice.refuse_term(line.request.term_months, name)
    more = _line_between(priced, placing.price(order, before, begins_on), item.quantity, name)
    return _PlacedLine(placing.quoted(line, grown, more, joins=order.id, merges_into=name), grown, begins_on, after)


def _committed(placing: _Placing, placed: Sequence[_PlacedLine]) -> tuple[Order, Order | None]:
    """The order with the items of lines through their committed terms, and the running one as it would be without them."""
    ended = {each.item.id: accepting.committed(each.item, each.begins_on, each.line.term_months, placing.rulebook) for each in placed}
    if placing.target is None:
        return placing.order.replace(items=tuple(ended.values())), None
    after = next((each.joined for each in reversed(placed) if each.joined), placing.target)
    since = max(placing.signed_on, after.invoiced_elsewhere_until or placing.signed_on)
    ends = {name: item.ends_before for name, item in ended.items()}

    def only_these(order: Order) -> Order:
        items = tuple(item.replace(ends_before=ends[item.id]) for item in order.items if item.id in ends)
        return order.replace(items=items, invoiced_elsewhere_until=since)

    return only_these(after), only_these(placing.target)


def _most_transactions(placing: _Placing, placed: _PlacedLine) -> int:
    """About how many transactions the item of a line brings: its insertions, or its billing periods through its committed term."""
    rulebook = placing.rulebook
    item = accepting.committed(placed.item, placed.begins_on, placed.line.term_months, rulebook)
    if isinstance(item, AdvertisingItem):
        return 1 + item.insertions
    terms = terms_of(item, rulebook)
    if terms.once or item.ends_before is None or item.plan is not None:
        return 1
    starts_on = item.activated_on or item.starts_on or placing.signed_on
    return 1 + max((item.ends_before - starts_on).days, 0) // (30 * (months_of(terms) or 0) or days_of(terms))


def _line_between(after: PricedLine, before: PricedLine, quantity: Quantity, item: str) -> PricedLine:
    """What a whole period of an item costs more with a larger quantity; the unit price is the average of one unit where tiers meet."""
    net = after.net - before.net
    amounts = amounts_between(after, before, net, WHOLE)
    says = phrase("{after} − {before} that `{item}` costs without it = {net}", after=after.net, before=before.net, item=item, net=net)
    more = replace(
        after, quantity=quantity, list_net=amounts.list_net, discounts=amounts.discounts, net=net, parts=amounts.parts,
        recurring_per_month=(after.recurring_per_month or Fraction(0)) - (before.recurring_per_month or Fraction(0)),
        price_period_net=after.price_period_net - before.price_period_net if after.price_period_net and before.price_period_net else None,
        reasons=(*after.reasons, Reason("change", "increment.placement", says)) if after.reasons else (),
    )  # fmt: skip
    whole = after.unit_price.times(Fraction(quantity.micros, MICRO) * after.periods * after.billing_factor)
    if not after.graduated and after.unit_price == before.unit_price and whole == amounts.list_net:
        return more
    size = Fraction(quantity.micros, MICRO) * after.periods * after.billing_factor
    return replace(more, unit_price=amounts.list_net.times(1 / size), fine_price=None, graduated=True)


def _difference(after: Transaction, before: Transaction | None) -> Transaction | None:
    """A transaction less the same one without the quote; None where nothing is more."""
    if before is None:
        return after
    if after.portion == before.portion:
        return None
    portion, count = after.portion, DayCount(after.portion.days, after.portion.period_days)
    net = portion.net - before.portion.net
    if portion.kind == "recurring":
        amounts = amounts_between(after.line, before.line, net, count)
        portion = replace(portion, list_net=amounts.list_net, discounts=amounts.discounts, parts=amounts.parts)
    else:
        portion = replace(portion, list_net=net, discounts=(), parts=())
    more = replace(portion, net=net, quantity=portion.quantity - before.portion.quantity, whole_list_net=None)
    return replace(after, portion=more) if net else None


def _negative(portion: Portion) -> Portion:
    """A portion that is no longer billed."""
    nets = {name: -getattr(portion, name) for name in ("list_net", "net", "quantity")}
    return replace(portion, discounts=(), parts=(), whole_list_net=None, **nets | {"list_net": -portion.net})
