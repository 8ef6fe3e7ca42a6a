"""The notice of an end: an item in renewed terms ends with a term, if notice is given so many months before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Final, NamedTuple

from engine.dates import Anchors, Period, month_after
from engine.documents.order import Order, OrderItem, SubscriptionItem
from engine.problems import Kind, Problem, Refusal, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.plans import Renewal
from engine.stages.ordering.item_lifecycle import end, items_named

LATE: Final = Kind(
    "late-notice",
    "`{item}` cannot end on {on}: its term runs until {term_ends}, with notice by {last_day}; the next possible end is {next_end}",
    "end it on {next_end}, with notice by {next_last_day}, or waive the notice: `--waive REASON --by NAME`",
)
AGREED: Final = Kind(LATE.code, LATE.what, "it ends on {next_end} as agreed; an earlier end needs a waiver: `--waive REASON --by NAME`")


NO_NOTICE: Final = Kind("no-notice", "the terms of `{item}` know no notice", "end it on a day: `centwright item end {item} --on DAY`")


NO_TERMS: Final = Kind("no-terms", "neither a length, a notice nor a renewal is given", "give at least one of the three")
NO_LENGTH: Final = Kind("no-term-length", "`{item}` has no term so far", "give its length in months: `term_months`")


class ContractTerms(NamedTuple):
    """How long an item is committed, and when it may end next."""

    item: str
    starts_on: date
    committed_until: date
    """The first day after the running term, or after the first one before it began."""
    term_months: int
    notice_months: int
    renewal: str
    """`automatic`: a term is followed by another; `ends`: the item ends with its term."""
    next_end: date
    """The first day not served if it is ended now, or as it was agreed."""
    notice_by: date | None
    """The last day to give notice for that end; None where none is needed any more."""


class PossibleEnd(NamedTuple):
    """An end of a term, the first day not served, and the last day to give notice for it."""

    on: date
    last_day: date


def check_notice(order: Order, on: date, items: tuple[str, ...] | None, rulebook: Rulebook, *, given_on: date) -> None:
    """Refusal if items may not end on a day with notice given on another: not with a term, or too late.

    It concerns items whose process has `notice-months`; an end that was agreed earlier, as by an import, stays possible, and a named item
    may put it off to the end of a term.
    """
    problems: list[Problem] = []
    for item in order.items:
        if items is not None and item.id not in items:
            continue
        problem = _late(order, item, on, rulebook, given_on, is_named=items is not None)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise Refusal(tuple(problems), order.state, ("end",))


def next_end(first: date, renewal: Renewal, on: date, given_on: date) -> tuple[PossibleEnd, PossibleEnd]:
    """The first end of a term on or after a day, and the first of them for which notice given on another day is in time.

    `first` is the first day of the first term. What is not renewed ends with that term, without notice.
    """
    months = renewal.term_months or 0
    terms = Anchors(origin=first, months=months, anchor_day=first.day)

    def end_of(number: int) -> PossibleEnd:
        return PossibleEnd(terms.boundary(number), month_after(terms.boundary(number), -renewal.notice_months))

    if renewal.mode == "ends":
        return end_of(1), end_of(1)
    nearest = next(number for number in count(max(1, terms.number_of(on))) if terms.boundary(number) >= on)
    in_time = next(number for number in count(nearest) if end_of(number).last_day >= given_on)
    return end_of(nearest), end_of(in_time)


def _late(order: Order, item: OrderItem, on: date, rulebook: Rulebook, given_on: date, *, is_named: bool) -> Problem | None:
    renewal, agreed = _renewal(item, rulebook), item.ends_before
    first = _first_day(order, item)
    if renewal is None or not renewal.notice_months or not renewal.term_months or first is None:
        return None
    if agreed is not None and (on == agreed or (on > agreed and (not is_named or item.state_on(given_on) == "ended"))):
        return None
    nearest, possible = next_end(first, renewal, on, given_on)
    words = {"item": item.id, "on": on, "term_ends": nearest.on, "last_day": nearest.last_day}
    if agreed is not None and on < agreed < possible.on:
        return AGREED.at(None, "/on", **words, next_end=agreed)
    if on == possible.on:
        return None
    return LATE.at(None, "/on", **words, next_end=possible.on, next_last_day=possible.last_day)


def contract_of(order: Order, rulebook: Rulebook, *, on: date) -> tuple[ContractTerms, ...]:
    """The terms of the items that have begun and are committed: when they may end next, counted from a day."""
    contracts = []
    for item in order.items:
        renewal, first = _renewal(item, rulebook), _first_day(order, item)
        if renewal is None or not renewal.term_months or first is None or item.state == "cancelled":
            continue
        nearest, possible = next_end(first, renewal, on, on)
        contracts.append(
            ContractTerms(
                item=item.id,
                starts_on=first,
                committed_until=min(_term_end(first, renewal, on), item.ends_before or date.max),
                term_months=renewal.term_months,
                notice_months=renewal.notice_months,
                renewal=renewal.mode,
                next_end=item.ends_before or (possible.on if renewal.notice_months else nearest.on),
                notice_by=possible.last_day if renewal.notice_months and item.ends_before is None else None,
            )
        )
    return tuple(contracts)


class TermEnd(NamedTuple):
    """The end of a term of an item: it is followed by another, or the item ends."""

    item: OrderItem
    term_ends: date
    """The first day after the term."""
    renews: bool
    notice_by: date | None
    """The last day to give notice for that end; None where none is needed or possible any more."""
    committed_until: date
    """The first day after the last committed term: where it renews, after the next one."""


def term_ends(order: Order, rulebook: Rulebook, within: Period, *, on: date) -> Iterator[TermEnd]:
    """The items of an order whose term ends within a period: that which runs on a day, or the one that was agreed to be the last."""
    for item in order.items:
        renewal, first = _renewal(item, rulebook), _first_day(order, item)
        if first is None or item.state_on(on) in ("ended", "cancelled"):
            continue
        if item.ends_before is not None:
            if item.ends_before in within:
                yield TermEnd(item, item.ends_before, renews=False, notice_by=None, committed_until=item.ends_before)
            continue
        if renewal is None or not renewal.term_months:
            continue
        end = _term_end(first, renewal, max(on, first))
        if end in within:
            renews = renewal.mode == "automatic"
            notice_by = month_after(end, -renewal.notice_months) if renews and renewal.notice_months else None
            until = month_after(end, renewal.term_months, first.day) if renews else end
            yield TermEnd(item, end, renews=renews, notice_by=notice_by, committed_until=until)


def end_by_notice(order: Order, item: OrderItem, rulebook: Rulebook, *, given_on: date) -> date:
    """The first day not served if notice for an item is given on a day; Refusal where its terms know no notice."""
    renewal, first = _renewal(item, rulebook), _first_day(order, item)
    if renewal is None or not renewal.notice_months or not renewal.term_months or first is None:
        raise Refusal((NO_NOTICE.at(None, "/items", item=item.id),), item.state_on(given_on), ("end", "contract"))
    if item.ends_before is not None:
        return item.ends_before
    _, possible = next_end(first, renewal, given_on, given_on)
    return possible.on


def _term_end(first: date, renewal: Renewal, on: date) -> date:
    """The first day after the term that runs on a day; of what is not renewed that of the first term."""
    terms = Anchors(origin=first, months=renewal.term_months or 0, anchor_day=first.day)
    return terms.boundary(1 if renewal.mode == "ends" else max(1, terms.number_of(max(on, first)) + 1))


def _renewal(item: OrderItem, rulebook: Rulebook) -> Renewal | None:
    """The terms of an item as they were agreed; of one that was agreed before they were recorded, those of its process."""
    if item.renewal is not None:
        return Renewal(mode=item.renewal, term_months=item.term_months, notice_months=item.notice_months or 0)
    process = rulebook.billing_processes.get(item.billing_process or "")
    return process.renewal if process else None


def _first_day(order: Order, item: OrderItem) -> date | None:
    """The first day of an item's first term: that of the item that it was swapped for, if it was."""
    by_id = {each.id: each for each in order.items}
    while isinstance(item, SubscriptionItem) and item.replaces in by_id:
        item = by_id[item.replaces]
    return item.activated_on


def agree_terms(
    order: Order, items: Sequence[str] | None, wished: Mapping[str, object], rulebook: Rulebook, *, today: date, because: str | None
) -> Order:
    """The order with other terms of some or all of its items; what renews no more ends with the term that runs today."""
    if not wished:
        raise refuse(NO_TERMS, None, "/term_months")
    chosen = items_named(order, items, "change", today)
    changed = {}
    for item in chosen:
        renewal = _renewal(item, rulebook)
        own: dict[str, object] = {
            "term_months": renewal.term_months if renewal else None,
            "notice_months": renewal.notice_months if renewal else 0,
            "renewal": renewal.mode if renewal else "automatic",
            **wished,
        }
        if own["term_months"] is None:
            raise refuse(NO_LENGTH, None, "/term_months", item=item.id)
        agreed = item.replace(**own)
        if agreed != item:
            changed[item.id] = agreed
    if not changed:
        return order
    after = order.with_step(
        today, "terms agreed", *changed, because=because, items=tuple(changed.get(item.id, item) for item in order.items)
    )
    for item in changed.values():
        first = _first_day(after, item)
        if item.renewal == "ends" and item.ends_before is None and first is not None:
            renewal = Renewal(mode="automatic", term_months=item.term_months, notice_months=0)
            after = end(after, _term_end(first, renewal, max(today, first)), [item.id], today=today)
    return after
