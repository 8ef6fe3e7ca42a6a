"""Changes how an item is billed (type, anchor, process) from a day: its running period ends, and a new cycle begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from engine.dates import Anchors
from engine.documents.item_billing import Anchor, BillingChange
from engine.documents.order import AnyItem, Order, OrderItem, SubscriptionItem
from engine.documents.transaction_figures import TransactionFigures
from engine.phrases import as_written
from engine.problems import Kind, Refusal
from engine.rulebook.cycles import anchors_of_cycle
from engine.rulebook.terms import Terms, anchors_of, months_of
from engine.stages.ordering.item_lifecycle import change_step, item_to_change, possible_on, refused

TermsFor = Callable[[OrderItem], Terms]
"""The terms by which an item is billed."""
BillingFrom = Literal["day", "boundary"]
NOT_PERIODIC: Final = Kind(
    "not-periodic",
    "the item `{item}` is not billed period after period",
    "only what is served in periods has a billing type to change; possible are: {possible}",
)
MEASURED: Final = Kind(
    "measured-billing",
    "`{item}` is paid by what is used, and its billing stays as it was agreed",
    "end it, and order it again, billed otherwise; possible are: {possible}",
)
NEEDS_PRORATE: Final = Kind(
    "needs-prorate",
    "the billing of `{item}` cannot change in the middle of a period: its billing process `{process}` does not prorate what was changed",
    "change it at the boundary (`at: boundary`), or write `on-change: prorate` in the process",
)
CHANGES_THEN: Final = Kind(
    "billing-changes-then",
    "the billing of `{item}` changes on {then} already, to {billed}",
    "take that back or move it first, or choose a later day",
)


class BillingRequest(NamedTuple):
    """What is wished: the item, its process, type and anchor (None: as they are), and whether it counts from a day or a boundary."""

    item: str
    billing_process: str | None = None
    billing_type: str | None = None
    anchor_day: int | None = None
    anchor_month: int | None = None
    at: BillingFrom = "boundary"


class Wanted(NamedTuple):
    """How an item is to be billed: as it is, agreed under its new billing process and type, and with an anchor (None: as the day says)."""

    item: OrderItem
    anchor_day: int | None
    anchor_month: int | None


def change_billing(
    order: Order,
    on: date,
    wanted: Wanted,
    begins: BillingFrom,
    terms_for: TermsFor,
    *,
    invoiced: Iterable[TransactionFigures],
    today: date,
) -> Order:
    """The order with another billing of an item from a day, or from the next boundary of the running cycle.

    What was invoiced beyond is taken back where the process prorates; elsewhere the new cycle begins after it.
    """
    name = wanted.item.id
    item = item_to_change(order, name, on)
    if not isinstance(item, SubscriptionItem) or terms_for(item).once or terms_for(wanted.item).once:
        raise refused(item, "changed", on, possible_on(item, on), NOT_PERIODIC)
    starts_on = item.activated_on
    if starts_on is None:
        return _from_its_start(order, item, wanted, on, today)
    lines = [one for one in invoiced if one.item == name and one.service_period is not None]
    begins_on = _begin(item, max(on, starts_on), begins, terms_for, lines)
    if item.state_on(begins_on) == "ended":
        raise refused(item, as_written("changed"), begins_on, ())
    billing = _billing(item, wanted, begins, begins_on, terms_for)
    known = next((change for change in item.changes if change.billing is not None and change.on >= begins_on), None)
    if known is not None:
        if (known.on, known.billing) == (begins_on, billing):
            return order
        billed = item.billed_on(known.on).billed_by
        raise Refusal((CHANGES_THEN.at(None, "/on", item=name, then=known.on, billed=billed),), "changing", ("undo", "move"))
    if _is_billed_so(item, billing, begins_on, terms_for):
        return order
    if begins_on == starts_on and not lines:
        if begins == "day" and wanted.anchor_day is None:
            wanted = wanted._replace(anchor_day=starts_on.day, anchor_month=starts_on.month)
        return _from_its_start(order, item, wanted, on, today)
    return change_step(order, item.with_change(begins_on, billing=billing), "billing changed", begins_on, today)


def check_changeable(item: AnyItem, on: date, *, is_measured: bool) -> None:
    """Refusal, with what is possible instead, for what is paid by what is used, or entered by hand."""
    if is_measured or item.one_off is not None:
        raise refused(item, "changed", on, possible_on(item, on), MEASURED if is_measured else NOT_PERIODIC)


def billed_otherwise(item: AnyItem, wished: BillingRequest, on: date) -> AnyItem:
    """An item as it is billed on a day, but under another process or type: what is to be agreed."""
    billed = item.billed_on(on)
    process = wished.billing_process or billed.billing_process
    type_ = wished.billing_type or (billed.billing_type if process == billed.billing_process else None)
    return billed.replace(billing_process=process, billing_type=type_)


def _begin(item: SubscriptionItem, on: date, begins: BillingFrom, terms_for: TermsFor, lines: Iterable[TransactionFigures]) -> date:
    """The first day of the new cycle."""
    terms = terms_for(item.billed_on(on - timedelta(days=1) if begins == "day" else on))
    if begins == "day":
        if terms.on_change != "prorate":
            problem = NEEDS_PRORATE.at(None, "/at", item=item.id, process=terms.process or "")
            raise Refusal((problem,), item.state_on(on), ("at: boundary",))
        return on
    earliest = on
    if terms.on_change != "prorate":  # what was invoiced is left, and no day is billed twice
        earliest = max([on, *(one.service_period.until for one in lines if one.service_period is not None)])
    anchors = _anchors(item, earliest, terms)
    number = anchors.number_of(earliest)
    boundary = anchors.boundary(number)
    first = _begins_on(item, earliest)
    return earliest if earliest == first else boundary if boundary == earliest else anchors.boundary(number + 1)


def _anchors(item: SubscriptionItem, on: date, terms: Terms) -> Anchors:
    """The anchors of the cycle that runs on a day."""
    mark = item.billing_mark(on)
    if mark is None:
        return anchors_of(terms, item.activated_on or on)
    return anchors_of_cycle(terms, mark.on, item.billed_on(on).anchor)


def _begins_on(item: SubscriptionItem, on: date) -> date | None:
    """The first day of the cycle that runs on a day."""
    mark = item.billing_mark(on)
    return item.activated_on if mark is None else mark.on


def _billing(item: SubscriptionItem, wanted: Wanted, begins: BillingFrom, begins_on: date, terms_for: TermsFor) -> BillingChange:
    """How the item is billed from a day on: at a boundary it retains its anchor day, on a day that day is the anchor."""
    before = begins_on - timedelta(days=1)
    terms_before, terms_after = terms_for(item.billed_on(before)), terms_for(wanted.item)
    day = wanted.anchor_day
    if day is None and begins == "boundary" and months_of(terms_before) is not None and terms_before.align_to != "calendar":
        day = _anchors(item, before, terms_before).anchor_day
    has_anchor = months_of(terms_after) is not None and terms_after.align_to != "calendar"
    return BillingChange(
        billing_process=wanted.item.billing_process or "",
        billing_type=wanted.item.billing_type or "",
        anchor_day=(day or begins_on.day) if has_anchor else None,
        anchor_month=(wanted.anchor_month or begins_on.month) if has_anchor else None,
    )


def _is_billed_so(item: SubscriptionItem, billing: BillingChange, begins_on: date, terms_for: TermsFor) -> bool:
    """Whether an item has this billing on a day already, with the same periods from then on."""
    before = begins_on - timedelta(days=1)
    billed = item.billed_on(before)
    if (billed.billing_process, billed.billing_type) != (billing.billing_process, billing.billing_type):
        return False
    terms = terms_for(billed)
    running, wished = _anchors(item, before, terms), anchors_of_cycle(terms, begins_on, Anchor(billing.anchor_day, billing.anchor_month))
    first, other = running.number_of(begins_on), wished.number_of(begins_on)
    return all(running.boundary(first + at) == wished.boundary(other + at) for at in range(4))


def _from_its_start(order: Order, item: SubscriptionItem, wanted: Wanted, on: date, today: date) -> Order:
    """The order with an item of which nothing was served or invoiced yet, billed as wanted from its first day."""
    agreed = wanted.item
    renewal = agreed if agreed.billing_process != item.billing_process else item
    billed = item.replace(
        billing_process=agreed.billing_process,
        billing_type=agreed.billing_type,
        anchor_day=wanted.anchor_day or item.anchor_day,
        anchor_month=wanted.anchor_month or item.anchor_month,
        agreed=None,
        term_months=renewal.term_months,
        notice_months=renewal.notice_months,
        renewal=renewal.renewal,
    )
    is_same = billed.replace(agreed=item.agreed) == item
    return order if is_same else change_step(order, billed, "billing changed", on, today)
