"""Takes a usage report of an item: whether it can be, and whether its period or its term was invoiced before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final

from engine.dates import Anchors
from engine.documents.order import InvoicedLine, Order, SubscriptionItem
from engine.documents.usage_report import ID_FORM, GivenReport, UsageReport
from engine.money import Quantity
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.terms import Terms, terms_of
from engine.stages.scheduling.timeline import Timeline, shared_timeline

BAD_ID: Final = Kind(
    "usage-id", "`{id}` is no id of a report", "write letters, digits and . _ : @ + = - (at most 100), the first a letter or a digit"
)
NOT_MEASURED_ITEM: Final = Kind(
    "item-not-measured",
    "`{item}` is not paid by what is used: `{product}` is not measured",
    "name an item whose product is `measured: yes`",
)
NO_DAYS: Final = Kind("usage-days", "the report covers no day: it ends on {last}, before {first}", "write its first and its last day")
NOT_YET: Final = Kind("usage-in-future", "{day} lies after today, {today}", "report what was used once the day has come")
TWO_PERIODS: Final = Kind(
    "usage-over-periods",
    "the report from {first} to {last} lies in two billing periods of `{item}`",
    "report what was used before {boundary}, and from {boundary} on, with an id of its own each",
)
NOT_SERVED: Final = Kind(
    "usage-not-served", "`{item}` is {state} on {day}", "write a day on which it is active, or mend the dates of the item first"
)
ELSEWHERE: Final = Kind(
    "usage-elsewhere",
    "a former system invoiced `{item}` for {day}, before the cut-over",
    "report only what is used in periods that are invoiced here",
)
NEGATIVE_USAGE: Final = Kind(
    "negative-usage",
    "the quantity of a report is {quantity}",
    "write 0 or more; to take back a part of an earlier report, name it as the one that is corrected",
)
NO_SUCH_REPORT: Final = Kind(
    "unknown-report", "there is no report `{report}` of `{item}` that could be corrected", "name an earlier report of this item"
)
OTHER_PERIOD: Final = Kind(
    "corrects-other-period", "the report `{report}` is of another billing period", "write the days of the report that is corrected"
)
TOO_MUCH_BACK: Final = Kind(
    "corrects-too-much", "of the report `{report}` {left} are left, and {quantity} would be taken back", "take back {left} at most"
)


def take_report(
    given: GivenReport,
    order: Order,
    item: SubscriptionItem,
    rulebook: Rulebook,
    *,
    invoiced: Collection[tuple[str, InvoicedLine]],
    today: date,
    author: str,
) -> UsageReport:
    """The report of an item; Refusal with all that is wrong. `invoiced` are the invoiced transactions that count together, by item."""
    product = rulebook.products.get(item.product)
    if product is None or not product.measured:
        raise Refusal((NOT_MEASURED_ITEM.at(None, "/item", item=item.id, product=item.product),))
    terms = terms_of(item, rulebook)
    known = [each for each in item.usage if each.item == item.id or terms.counted_over == "customer"]
    timeline = _timeline(item, terms)
    problems = list(_problems(given, order, item, timeline, today))
    if problems or timeline is None:
        raise Refusal(tuple(problems))
    number = timeline.anchors.number_of(given.start)
    return UsageReport(
        id=given.id,
        item=given.item,
        start=given.start,
        until=given.until,
        quantity=given.quantity,
        corrects=given.corrects,
        recorded_on=today,
        sequence=max((each.sequence for each in item.usage), default=0) + 1,
        late=_is_late(number, item, timeline, known, invoiced),
        after_term=_is_after_term(given.start, item, terms, timeline, invoiced),
        author=author,
    )


def _timeline(item: SubscriptionItem, terms: Terms) -> Timeline | None:
    starts_on = item.activated_on
    return None if starts_on is None else shared_timeline(terms, starts_on, item.ends_before, item.joined is not None)


def _is_late(
    number: int,
    item: SubscriptionItem,
    timeline: Timeline,
    known: Sequence[UsageReport],
    invoiced: Collection[tuple[str, InvoicedLine]],
) -> bool:
    """Whether something of the period was invoiced, or came late before."""
    if any(each.late and timeline.anchors.number_of(each.start) == number for each in known):
        return True
    names = {item.id, *(each.item for each in known)}
    per_period = item.commitment is None or item.commitment.per == "period"
    kinds = ("usage", "commitment") if per_period else ("usage",)
    return any(
        name in names and line.change is None and line.kind in kinds and timeline.anchors.number_of(line.service_from) == number
        for name, line in invoiced
    )


def _is_after_term(
    day: date, item: SubscriptionItem, terms: Terms, timeline: Timeline, invoiced: Collection[tuple[str, InvoicedLine]]
) -> bool:
    """Whether the minimum of the term was invoiced."""
    if item.commitment is None or item.commitment.per != "term" or terms.term_months is None:
        return False
    starts_on = timeline.starts_on
    anchors = Anchors(origin=starts_on.replace(day=1), months=terms.term_months, anchor_day=starts_on.day)
    period = timeline.period(timeline.anchors.number_of(day))
    term = anchors.number_of(period.served.start if period is not None else day)
    return any(
        name == item.id and line.kind == "commitment" and anchors.number_of(line.service_from) == term for name, line in invoiced
    ) or any(each.item == item.id and each.after_term and anchors.number_of(each.start) == term for each in item.usage)


def _problems(given: GivenReport, order: Order, item: SubscriptionItem, timeline: Timeline | None, today: date) -> Iterator[Problem]:
    if not re.fullmatch(ID_FORM, given.id):
        yield BAD_ID.at(None, "/id", id=given.id[:60])
    yield from _of_correction(given, item, timeline)
    last = date.fromordinal(given.until.toordinal() - 1)
    first_field, last_field = ("/on", "/on") if last == given.start else ("/from", "/to")
    if given.until <= given.start:
        yield NO_DAYS.at(None, "/to", first=given.start, last=last)
        return
    if last > today:
        yield NOT_YET.at(None, last_field, day=last, today=today)
    unserved = next((day for day in (given.start, last) if item.state_on(day) != "active"), None)
    if unserved is not None and (given.corrects is None or timeline is None):
        yield NOT_SERVED.at(
            None, first_field if unserved == given.start else last_field, item=item.id, state=item.state_on(unserved), day=unserved
        )
        return
    if timeline is None:
        return
    number = timeline.anchors.number_of(given.start)
    if timeline.anchors.number_of(last) != number:
        boundary = timeline.anchors.boundary(number + 1)
        yield TWO_PERIODS.at(None, "/to", item=item.id, first=given.start, last=last, boundary=boundary)
    period, elsewhere = timeline.period(number), order.invoiced_elsewhere_until
    if period is not None and elsewhere is not None and period.due < elsewhere:
        yield ELSEWHERE.at(None, first_field, item=item.id, day=given.start)


def _of_correction(given: GivenReport, item: SubscriptionItem, timeline: Timeline | None) -> Iterator[Problem]:
    if given.corrects is None:
        if given.quantity.micros < 0:
            yield NEGATIVE_USAGE.at(None, "/quantity", quantity=given.quantity)
        return
    own = [each for each in item.usage if each.item == item.id]
    corrected = next((each for each in own if each.id == given.corrects and each.corrects is None), None)
    if corrected is None:
        yield NO_SUCH_REPORT.at(None, "/corrects", report=given.corrects[:60], item=item.id)
        return
    left = corrected.quantity.micros + sum(each.quantity.micros for each in own if each.corrects == corrected.id)
    if left + given.quantity.micros < 0:
        yield TOO_MUCH_BACK.at(None, "/quantity", report=corrected.id, left=Quantity(left), quantity=-given.quantity)
    if timeline is not None and timeline.anchors.number_of(corrected.start) != timeline.anchors.number_of(given.start):
        yield OTHER_PERIOD.at(None, "/on" if given.until.toordinal() - given.start.toordinal() == 1 else "/from", report=corrected.id)
