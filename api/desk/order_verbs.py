"""The verbs of orders: what each asks, as it is stored and sent, and what it makes of an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, TypeAdapter

from api.desk.delivery_addresses import delivery_address
from api.desk.filtering import with_fields
from api.desk.item_changes import Change, Swap
from api.desk.verb import Acting, Names, Verb
from api.refusals import Conflict
from engine.dates import GivenDay
from engine.documents.order import Order, RenewalMode
from engine.documents.party import DELIVERY_SET
from engine.money import Price, Quantity
from engine.problems import Kind, refuse
from engine.rulebook.catalog import SupplyKind, VatClass
from engine.rulebook.offered_terms import refuse_terms
from engine.stages.ordering import item_lifecycle, manual_lines, notice

NOTICE_LATER: Final = Kind("notice-later", "the notice of {notice} lies after today, {today}", "write the day on which notice was given")
NO_EVENT: Final = Kind("unknown-event", "there is no event `{event}`", "write one of {possible}, or declare it under `events` in plans/")
NOT_AWAITED: Final = Kind(
    "event-not-awaited",
    "no item of the order `{order}` waits for `{event}`: none is paid by a payment plan",
    "name the order whose instalments wait for it: `centwright report events`",
)
LINE_INVOICED: Final = Kind(
    "line-invoiced", "the line `{item}` is on invoice {invoice}", "credit that line: `centwright invoice credit {invoice} --line N`"
)


class Activate(Verb):
    """Activates an order, or some items of it, on a day, past or future."""

    verb: Literal["activate"] = "activate"
    on: GivenDay
    items: Names | None = None

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the items active from the day on."""
        return item_lifecycle.activate(order, self.on, self.items, today=acting.today)


class Suspend(Verb):
    """Suspends items from a day on: they are not charged until they are resumed."""

    verb: Literal["suspend"] = "suspend"
    on: GivenDay
    items: Names | None = None

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the items suspended."""
        return item_lifecycle.suspend(order, self.on, self.items, today=acting.today)


class Resume(Verb):
    """Resumes suspended items from a day on."""

    verb: Literal["resume"] = "resume"
    on: GivenDay
    items: Names | None = None

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the items served again."""
        return item_lifecycle.resume(order, self.on, self.items, today=acting.today)


class End(Verb):
    """Ends items; the day is the first that is not served.

    Refused where notice, given today or on an earlier day, comes too late for that end, unless somebody waives it.
    """

    verb: Literal["end"] = "end"
    on: GivenDay
    items: Names | None = None
    notice_on: GivenDay | None = None
    waive: str | None = Field(default=None, min_length=1, max_length=1000)
    """Why the notice is waived."""
    by: str | None = Field(default=None, min_length=1, max_length=200)
    """Who waives it."""

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the items ended."""
        today = acting.today
        if self.notice_on is not None and self.notice_on > today:
            raise refuse(NOTICE_LATER, None, "/notice_on", notice=self.notice_on, today=today)
        if self.waive is None:
            notice.check_notice(order, self.on, self.items, acting.rulebook, given_on=self.notice_on or today)
        after = item_lifecycle.end(order, self.on, self.items, today=today)
        if self.waive is None or after == order:
            return after
        return after.with_step(today, "notice waived", *after.history[-1].items, author=self.by, because=self.waive)


class Cancel(Verb):
    """Cancels items that have not begun, or the insertions of an advertising item from a number or from the day on."""

    verb: Literal["cancel"] = "cancel"
    on: GivenDay
    items: Names | None = None
    from_insertion: int | None = Field(default=None, ge=1, le=1200)
    remaining: bool = False
    """Of advertising items: whether the insertions from the day on are cancelled."""

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the items cancelled."""
        if self.remaining:
            for item in self.items or [each.id for each in order.items]:
                order = item_lifecycle.cancel_remaining(order, self.on, item)
            return order
        if self.from_insertion is None:
            self._check_not_invoiced(order, acting)
            invoiced = {one.item for one in acting.invoiced} if any(item.one_off is not None for item in order.items) else set()
            return item_lifecycle.cancel(order, self.on, self.items, invoiced)
        for item in self.items or [each.id for each in order.items]:
            order = item_lifecycle.cancel_insertions(order, self.on, item, self.from_insertion)
        return order

    def _check_not_invoiced(self, order: Order, acting: Acting) -> None:
        """Refuses to cancel a line entered by hand that was invoiced."""
        manual = {item.id for item in order.items if item.one_off is not None and item.id in (self.items or ())}
        invoiced = next((one for one in acting.invoiced if one.item in manual), None) if manual else None
        if invoiced is not None:
            problem = LINE_INVOICED.at(None, "/items", item=invoiced.item, invoice=invoiced.invoice or "")
            raise Conflict((problem,), "invoiced", ("credit its line of the invoice",))


class SetFields(Verb):
    """Sets fields of an order that the vocabulary declares; rules that read them count from now on for what is not invoiced."""

    verb: Literal["set"] = "set"
    fields: Mapping[str, str]

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with these fields; an empty text removes one."""
        attributes = with_fields(acting.desk, "order", order.attributes, self.fields.items(), "/fields")
        if attributes == order.attributes:
            return order
        return order.with_step(acting.today, "fields set", because=", ".join(self.fields), attributes=attributes)


class SetTerms(Verb):
    """Agrees payment terms for an order, or takes them away: then those of its customer count. What is invoiced stays as it is."""

    verb: Literal["terms"] = "terms"
    terms: str | None = Field(default=None, max_length=200)

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with these terms; refuses undeclared and retired ones."""
        if order.payment_terms == self.terms:
            return order
        if self.terms is not None:
            refuse_terms(self.terms, acting.rulebook, "/terms")
        because = self.terms or "those of the customer"
        return order.with_step(acting.today, "payment terms set", because=because, payment_terms=self.terms)


class SetDelivery(Verb):
    """Chooses where an order is delivered, or takes it away: then it is the customer's own address. What is invoiced stays as it is."""

    verb: Literal["delivery"] = "delivery"
    address: str | None = Field(default=None, max_length=200)

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with this address of its customer, as it is now; refuses one that the customer does not have."""
        chosen = None if self.address is None else delivery_address(acting.connection, order.customer, self.address, "/address")
        if order.deliver_to == chosen:
            return order
        because = chosen.name if chosen else "the customer's own address"
        return order.with_step(acting.today, DELIVERY_SET, because=because, deliver_to=chosen)


class ReportEvent(Verb):
    """Reports that an event of payment plans happened, or is expected, on a day."""

    verb: Literal["event"] = "event"
    event: str
    on: GivenDay
    reported: bool = True

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the event; refuses an undeclared one."""
        possible = acting.rulebook.payment_events
        if self.event not in possible:
            raise refuse(NO_EVENT, None, "/event", event=self.event[:60], possible=", ".join(sorted(possible)))
        if all(item.plan is None for item in order.items):
            raise Conflict((NOT_AWAITED.at(None, "/event", order=order.id, event=self.event),), order.state, ())
        return item_lifecycle.report(order, self.event, self.on, reported=self.reported)


class Notice(Verb):
    """Records that notice was given on a day: each item ends with the first term for which it is in time."""

    verb: Literal["notice"] = "notice"
    on: GivenDay
    items: Names | None = None
    because: str = Field(default="", max_length=1000)

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the items ended on their possible days."""
        if self.on > acting.today:
            raise refuse(NOTICE_LATER, None, "/on", notice=self.on, today=acting.today)
        after = order
        for item in item_lifecycle.items_named(order, self.items, "end", self.on):
            ends = notice.end_by_notice(order, item, acting.rulebook, given_on=self.on)
            after = item_lifecycle.end(after, ends, [item.id], today=acting.today)
        if after == order:
            return order
        touched = {name for step in after.history[len(order.history) :] for name in step.items}
        return after.with_step(self.on, "notice received", *sorted(touched), because=self.because or None)


class Contract(Verb):
    """Agrees other terms for items: how long they are, how long before their end notice is given, and whether they renew."""

    verb: Literal["contract"] = "contract"
    items: Names | None = None
    term_months: int | None = Field(default=None, ge=1, le=120)
    notice_months: int | None = Field(default=None, ge=0, le=24)
    renewal: RenewalMode | None = None
    because: str = Field(default="", max_length=1000)

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the terms; one that does not renew ends with its running term."""
        wished = {name: getattr(self, name) for name in ("term_months", "notice_months", "renewal") if getattr(self, name) is not None}
        return notice.agree_terms(order, self.items, wished, acting.rulebook, today=acting.today, because=self.because or None)


class AddLine(Verb):
    """Adds a line by hand: a product or a text, with its price; the first run from its day on bills it once."""

    verb: Literal["line"] = "line"
    on: GivenDay
    quantity: Quantity = Quantity.whole(1)
    price: Price | None = None
    product: str | None = Field(default=None, max_length=200)
    text: str | None = Field(default=None, min_length=1, max_length=1000)
    unit: str | None = Field(default=None, max_length=200)
    supply_kind: str | None = Field(default=None, max_length=200)
    vat_class: str | None = Field(default=None, max_length=200)
    account: str | None = Field(default=None, max_length=200)
    item: str | None = Field(default=None, min_length=1, max_length=200, pattern=r"^[^|\s]+$")
    """The id of the line, so that adding it twice adds one; None: a free one."""
    because: str = Field(min_length=1, max_length=1000)

    def applied(self, order: Order, acting: Acting) -> Order:
        """The order with the line."""
        names = ("on", "quantity", "price", "product", "text", "unit", "supply_kind", "vat_class", "account", "item")
        line = manual_lines.ManualLine(**{name: getattr(self, name) for name in names})
        classes, kinds = get_args(VatClass), get_args(SupplyKind)
        return manual_lines.add_line(order, line, acting.rulebook, because=self.because, vat_classes=classes, kinds=kinds)


class Reversal(Verb):
    """What `undo` and `move` ask: the last action on the order, or on one of its items."""

    item: str | None = None
    """The item whose last action is meant; None: that of the order."""
    step: int | None = Field(default=None, ge=1)
    """The place in the history of the action that is expected to be the last one, so that asking twice takes back one."""
    because: str = Field(default="", max_length=1000)
    compensate: bool = False
    """Whether what was invoiced of it is credited, and billed again as if the action had never been."""


class Undo(Reversal):
    """Takes back the last action on an order or an item: the plan is as if it never was, and the history has both."""

    verb: Literal["undo"] = "undo"


class Move(Reversal):
    """Moves the last action on an order or an item to another day: takes it back, and does it again on that day."""

    verb: Literal["move"] = "move"
    on: GivenDay


OrderVerb = (
    Activate
    | Suspend
    | Resume
    | End
    | Cancel
    | Change
    | Swap
    | SetFields
    | SetTerms
    | SetDelivery
    | ReportEvent
    | Notice
    | Contract
    | AddLine
)
"""The verbs that make another order of an order."""
AnyVerb = OrderVerb | Undo | Move
VERBS: Final[TypeAdapter[AnyVerb]] = TypeAdapter(Annotated[AnyVerb, Field(discriminator="verb")])
"""How a verb is read from JSON and written to it."""
BY_NAME: Final[Mapping[str, type[AnyVerb]]] = {each.model_fields["verb"].default: each for each in get_args(AnyVerb)}
"""What each verb asks."""
