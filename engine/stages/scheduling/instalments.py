"""Payment plans: allocates the nets of an order's lines to instalments, to the cent, and computes their billing dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import Final

from engine.dates import month_after
from engine.documents.order import Order, OrderItem
from engine.documents.quote import LineDiscount, PricedLine
from engine.documents.totals import add
from engine.documents.transaction import Portion, Transaction, TransactionState
from engine.money import Currency, Money, round_half_up, shares
from engine.phrases import Figure, phrase
from engine.problems import Problem, Refusal
from engine.reasons import Reason
from engine.rulebook.plans import PaymentPlan
from engine.rulebook.shares import BAD_AFTER, After, Share, no_share, read_after, read_share, shares_problems
from engine.stages.scheduling.build_transactions import transaction_of

_NOT_YET: Final = phrase("once that is reported")


@dataclass(frozen=True, slots=True)
class EventDay:
    """The day of an event, reported or only expected."""

    on: date
    reported: bool = True


def plan_instalments(nets: Sequence[Money], plan_shares: Sequence[Share]) -> tuple[tuple[Money, ...], ...]:
    """The amount of each instalment for each line: they add up to the line exactly, and none has the opposite sign.

    A percentage applies to each line and is rounded half up, a fixed amount is spread over what the lines have left; both are limited
    to what remains. The rest, or else the last instalment, is what remains.
    """
    left = [net.minor for net in nets]
    last = next((at for at, share in enumerate(plan_shares) if share.is_rest), len(plan_shares) - 1)
    allocated: list[list[int]] = [[] for _ in plan_shares]
    for at, share in enumerate(plan_shares):
        if at == last:
            continue
        if share.part is not None:
            wanted = [round_half_up(net.minor * share.part.numerator, share.part.denominator) for net in nets]
        else:
            wanted = _spread(share.amount.minor if share.amount is not None else 0, left)
        allocated[at] = [_at_most(part, remains) for part, remains in zip(wanted, left, strict=True)]
        left = [remains - part for remains, part in zip(left, allocated[at], strict=True)]
    allocated[last] = left
    return tuple(tuple(Money(part, net.currency) for part, net in zip(parts, nets, strict=True)) for parts in allocated)


def _at_most(part: int, remains: int) -> int:
    """A part limited to what remains, with the sign of what remains."""
    return max(min(part, remains), 0) if remains >= 0 else min(max(part, remains), 0)


def _spread(amount: int, left: Sequence[int]) -> list[int]:
    """Spreads a fixed amount, limited to the total left and with its sign, in proportion to what each line has left."""
    total = sum(left)
    if total == 0:
        return [0] * len(left)
    part = min(amount, abs(total)) * (1 if total > 0 else -1)
    same = [abs(remains) if (remains > 0) == (total > 0) else 0 for remains in left]
    opposite = [abs(remains) - size for remains, size in zip(left, same, strict=True)]
    of_same = round_half_up(part * sum(same), abs(total))
    along = shares(of_same, same)
    against = shares(part - of_same, opposite) if any(opposite) else (0,) * len(left)
    return [one + other for one, other in zip(along, against, strict=True)]


def day_after(event: date, after: After) -> date:
    """The day some days or months after an event; months clamp to the end of the month."""
    if after.months:
        return month_after(event, after.months)
    return event + timedelta(days=after.days)


def shares_of(written: Sequence[tuple[str, str | None]], currency: Currency, pointer: str = "/plan") -> tuple[tuple[Share, After], ...]:
    """Reads the shares of a plan and their delays after the event; Refusal with every problem of the plan."""
    problems: list[Problem] = []
    read: list[tuple[Share, After]] = []
    pointers = [f"{pointer}/instalments/{at}" for at in range(len(written))]
    for (share_text, after_text), at in zip(written, pointers, strict=True):
        share, after = Share(), After()
        try:
            share = read_share(share_text, currency)
        except ValueError:
            problems.append(no_share(share_text, currency, None, f"{at}/share"))
        try:
            after = read_after(after_text)
        except ValueError:
            problems.append(BAD_AFTER.at(None, f"{at}/after", text=after_text))
        read.append((share, after))
    if not problems:
        problems += shares_problems([share for share, _ in read], [f"{at}/share" for at in pointers], f"{pointer}/instalments")
    if problems:
        raise Refusal(tuple(problems))
    return tuple(read)


def instalments(
    order: Order, plan: PaymentPlan, lines: Sequence[tuple[OrderItem, PricedLine]], places: Sequence[str | None] = ()
) -> tuple[Transaction, ...]:
    """The transactions of a payment plan: one per line and instalment, exact to the cent. Parts of a bundle are cut each by itself.

    Instalments before the supplied one (by default the last) are billed in advance, document type 386, unless their day is not
    earlier. Without a day of its event an instalment has no billing date. `places` are the places of the instalments in plans/.
    """
    read = shares_of([(each.share, each.after) for each in plan.instalments], order.currency, f"/payment_plans/{plan.id}")
    only = [share for share, _ in read]
    columns = iter(zip(*plan_instalments([net for _, line in lines for net in _own_nets(line)], only), strict=True))
    supplied_at = next((at for at, entry in enumerate(plan.instalments) if entry.supplied), len(plan.instalments) - 1)
    transactions: list[Transaction] = []
    for item, line in lines:
        days = [_billing_day(order, item, plan, at, after) for at, (_, after) in enumerate(read)]
        supplied = days[supplied_at]
        by_part = [next(columns) for _ in _own_nets(line)]
        net_parts = [add(nets, order.currency) for nets in zip(*by_part, strict=True)]
        discounts = _discounts(line, net_parts)
        bundles = [tuple(replace(part, net=nets[at]) for part, nets in zip(line.parts, by_part, strict=False)) for at in range(len(only))]
        for at, share in enumerate(only):
            day = days[at]
            advance = at < supplied_at and (day is None or supplied is None or day.on < supplied.on)
            portion = Portion(
                kind="instalment",
                number=at + 1,
                share=str(share),
                quantity=line.quantity,
                whole_list_net=line.list_net if len(only) > 1 else None,
                list_net=net_parts[at] + add((each.amount for each in discounts[at]), order.currency),
                discounts=discounts[at],
                net=net_parts[at],
                parts=bundles[at],
                reasons=(_reason(plan, at, share, line.net, net_parts[at], day, places[at] if places else None),),
            )
            transactions.append(
                transaction_of(
                    order,
                    item,
                    line,
                    portion,
                    billing_date=day.on if day else None,
                    expected=day is not None and not day.reported,
                    advance=advance,
                    supplied_on=None if advance or supplied is None else supplied.on,
                    state=_state(order, day),
                )
            )
    return tuple(transactions)


def _billing_day(order: Order, item: OrderItem, plan: PaymentPlan, at: int, after: After) -> EventDay | None:
    """The day of an instalment by the events of its order and item; None without such an event."""
    entry = plan.instalments[at]
    event = EventDay(entry.on) if entry.event == "date" and entry.on else event_days(order, item).get(entry.event)
    return None if event is None else EventDay(day_after(event.on, after), event.reported)


def event_days(order: Order, item: OrderItem) -> Mapping[str, EventDay]:
    """The days of an item's events; a reported day comes before an expected one, and a later entry before an earlier one."""
    days: dict[str, EventDay] = {}
    if item.starts_on is not None:
        days["item.activated"] = EventDay(item.starts_on, reported=False)
    for event in order.events:
        known = days.get(event.event)
        if known is None or event.reported or not known.reported:
            days[event.event] = EventDay(event.on, event.reported)
    if item.activated_on is not None:
        days["item.activated"] = EventDay(item.activated_on)
    if order.signed_on is not None:
        days["order.signed"] = EventDay(order.signed_on)
    return days


def _own_nets(line: PricedLine) -> Sequence[Money]:
    """The nets that are cut into instalments each by itself: those of a bundle's parts, else that of the line."""
    return [part.net for part in line.parts] or [line.net]


def _discounts(line: PricedLine, nets: Sequence[Money]) -> list[tuple[LineDiscount, ...]]:
    """The discounts of a line by instalment, in proportion to the net: the total so far minus the total before."""
    totals = []
    for at, so_far in enumerate(accumulate(net.minor for net in nets), 1):
        whole = at == len(nets) or not line.net.minor
        totals.append(
            [each.amount.minor if whole else round_half_up(each.amount.minor * so_far, line.net.minor) for each in line.discounts]
        )
    return [
        tuple(replace(each, amount=Money(minor, line.net.currency)) for each, minor in zip(line.discounts, step, strict=True))
        for step in _steps(totals)
    ]


def _steps(totals: Sequence[Sequence[int]]) -> list[list[int]]:
    """What each instalment adds, given the totals of all instalments so far."""
    return [[now - before for before, now in zip(*pair, strict=True)] for pair in pairwise([[0] * len(totals[0]), *totals])]


def _state(order: Order, day: EventDay | None) -> TransactionState:
    before = order.invoiced_elsewhere_until
    return "elsewhere" if day is not None and before is not None and day.on < before else "planned"


def _reason(plan: PaymentPlan, at: int, share: Share, whole: Money, net: Money, day: EventDay | None, where: str | None) -> Reason:
    entry = plan.instalments[at]
    after = f" + {entry.after}" if entry.after else ""
    when = _NOT_YET if day is None else phrase("on {day}" if day.reported else "expected on {day}", day=day.on)
    part = phrase("the rest of {whole}" if share.is_rest else "{share} of {whole}", share=share, whole=Figure(whole))
    says = phrase(
        "instalment {number} of {count}, {part} = {net}: {event}, {when}",
        number=at + 1,
        count=len(plan.instalments),
        part=part,
        net=Figure(net),
        event=f"{entry.event}{after}",
        when=when,
    )
    return Reason("instalment", f"plans: {plan.id}", says, where=where)
