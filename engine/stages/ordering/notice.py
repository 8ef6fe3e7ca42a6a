"""The notice of an end: an item in renewed terms ends with a term, if notice is given so many months before."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Final, NamedTuple

from engine.dates import Anchors, month_after
from engine.documents.order import Order, OrderItem, SubscriptionItem
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.plans import Renewal

LATE: Final = Kind(
    "late-notice",
    "`{item}` cannot end on {on}: its term runs until {term_ends}, with notice by {last_day}; the next possible end is {next_end}",
    "end it on {next_end}, with notice by {next_last_day}, or waive the notice: `--waive REASON --by NAME`",
)
AGREED: Final = Kind(LATE.code, LATE.what, "it ends on {next_end} as agreed; an earlier end needs a waiver: `--waive REASON --by NAME`")


class ContractTerms(NamedTuple):
    """How long an item is committed, and when it may end next."""

    item: str
    starts_on: date
    committed_until: date
    """The first day after the first term."""
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
                committed_until=month_after(first, renewal.term_months),
                term_months=renewal.term_months,
                notice_months=renewal.notice_months,
                renewal=renewal.mode,
                next_end=item.ends_before or (possible.on if renewal.notice_months else nearest.on),
                notice_by=possible.last_day if renewal.notice_months and item.ends_before is None else None,
            )
        )
    return tuple(contracts)


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
