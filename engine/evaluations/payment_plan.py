"""POST /v1/evaluations/payment-plan: a net, or the nets of lines, cut into instalments with their billing dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from engine.budgets import check_amounts
from engine.dates import Day, GivenDay
from engine.documents.document import Document
from engine.evaluations.evaluation import Evaluation, Example
from engine.evaluations.request_fields import Amount, as_name, check_legal_tender, or_text
from engine.model_errors import field_error, not_text
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.plans import InstalmentEntry, PaymentPlans
from engine.rulebook.shares import After, Share
from engine.stages.scheduling.instalments import day_after, plan_instalments, shares_of
from engine.text.nearest import suggestion

UNKNOWN_PLAN: Final = Kind("unknown-payment-plan", "there is no payment plan `{name}`", "write one of {known}, or `{{instalments: […]}}`")

UNKNOWN_EVENT: Final = Kind("unknown-event", "there is no event `{event}`", "{remedy}")
SHARES_ABOVE_NET: Final = Kind(
    "shares-above-net", "the shares through this one make {total}, and the net is {net}", "write smaller shares, or `rest` for this one"
)


def _share(given: object) -> object:
    if isinstance(given, dict) and set(given) == {"amount", "currency"}:
        return f"{given['amount']} {given['currency']}"
    if isinstance(given, float):
        raise not_text(phrase('a number with decimals must be a string, such as "{text}"', text="4000.50"), "amount")
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


class InstalmentGiven(Document):
    """One instalment: a share (`30%`, `rest` or an amount), the event it waits for, and how long after."""

    share: Annotated[str, BeforeValidator(_share), Field(max_length=60), WithJsonSchema({"type": "string", "examples": ["30%", "rest"]})]
    event: str = Field(min_length=1, max_length=100)
    after: str | None = Field(default=None, max_length=40)
    on: GivenDay | None = None
    supplied: bool = False


class PlanGiven(Document):
    """A payment plan: its name in plans/, or its instalments."""

    model_config = or_text(description="the name of a payment plan in plans/")

    name: str | None = Field(default=None, max_length=60)
    instalments: tuple[InstalmentGiven, ...] = Field(default=(), max_length=120)

    _from_name = model_validator(mode="before")(as_name)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.name is None) == (not self.instalments):
            remedy = phrase("write the name of a plan, or `{{instalments: […]}}` with one of them")
            raise field_error("one-of", "a payment plan is the name of one, or has at least one instalment", remedy=remedy)
        return self

    def parts(self, rulebook: Rulebook) -> Sequence[InstalmentGiven | InstalmentEntry]:
        """The instalments of the plan that it states; Refusal where plans/ has none of its name."""
        if self.name is None:
            return self.instalments
        plan = rulebook.payment_plans.get(self.name)
        if plan is None:
            known = ", ".join(sorted(rulebook.payment_plans)) or "none, for plans/ has none"
            raise refuse(UNKNOWN_PLAN, None, "/plan", name=self.name, known=known)
        return plan.instalments


class LineGiven(Document):
    """The net of one line to be paid in instalments."""

    net: Amount


class PaymentPlanRequest(Document):
    """A net or the nets of lines, the payment plan, and the days of the events that happened or are expected."""

    net: Amount | None = None
    lines: tuple[LineGiven, ...] | None = Field(default=None, min_length=1, max_length=1000)
    currency: Currency | None = None
    plan: PlanGiven
    events: dict[str, GivenDay] = Field(default_factory=dict, max_length=200)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.net is None) == (self.lines is None):
            raise field_error("one-of", "write either `net`, or `lines` with the net of each", remedy=phrase("keep one of the two"))
        return self


class PlannedLine(Document):
    """What an instalment takes of one line."""

    net: str


class PlannedInstalment(Document):
    """One instalment: its net, by line where lines were given, and its billing date (null while its event has no day)."""

    net: str
    lines: tuple[PlannedLine, ...] | None = Field(default=None, exclude_if=lambda lines: lines is None)
    event: str
    billing_date: Day | None


class PaymentPlanAnswer(Document):
    """The instalments, which add up to the net exactly, line by line."""

    instalments: tuple[PlannedInstalment, ...]


def evaluate_payment_plan(request: PaymentPlanRequest, rulebook: Rulebook) -> PaymentPlanAnswer:
    """The instalments of a net; Refusal with JSON pointers for unknown events, and for shares that do not make a whole."""
    unknown = tuple(_unknown_events(request, rulebook))
    if unknown:
        raise Refusal(unknown)
    amounts = [(f"/lines/{at}/net", line.net) for at, line in enumerate(request.lines or ())]
    amounts += [("/net", request.net)] if request.net is not None else []
    currency = request.currency or next((amount.currency for _, amount in amounts if amount.currency), None) or rulebook.currency
    nets = [amount.money(currency, pointer) for pointer, amount in amounts]
    check_amounts((Money(sum(net.minor for net in nets), currency),), "/lines")
    entries = request.plan.parts(rulebook)
    read = shares_of([(each.share, each.after) for each in entries], currency)
    _check_shares([share for share, _ in read], Money(sum(net.minor for net in nets), currency))
    cut = plan_instalments(nets, [share for share, _ in read])
    instalments = []
    for entry, (_, after), parts in zip(entries, read, cut, strict=True):
        instalments.append(
            PlannedInstalment(
                net=str(Money(sum(part.minor for part in parts), currency)),
                lines=None if request.lines is None else tuple(PlannedLine(net=str(part)) for part in parts),
                event=entry.event,
                billing_date=_billing_date(entry, after, request.events),
            )
        )
    check_legal_tender(currency, max((one.billing_date for one in instalments if one.billing_date), default=None))
    return PaymentPlanAnswer(instalments=tuple(instalments))


def _unknown_events(request: PaymentPlanRequest, rulebook: Rulebook) -> Iterator[Problem]:
    """Events that are neither built in nor declared in plans/."""
    known = rulebook.payment_events | frozenset(PaymentPlans.model_fields["events"].default)
    places = [(f"/plan/instalments/{at}/event", each.event) for at, each in enumerate(request.plan.instalments)]
    places += [("/events/" + name.replace("~", "~0").replace("/", "~1"), name) for name in request.events]
    for pointer, name in places:
        if name not in known:
            yield UNKNOWN_EVENT.at(None, pointer, event=name, remedy=suggestion(name, known))


def _check_shares(shares: Sequence[Share], net: Money) -> None:
    """Refuses shares that take more than the net; of a net of 0 every share is 0."""
    total = Fraction(0)
    for at, share in enumerate(shares):
        total += share.part * abs(net.minor) if share.part is not None else share.amount.minor if share.amount is not None else 0
        if net and total > abs(net.minor):
            shown = Money.rounded(total.numerator, total.denominator, net.currency)
            raise refuse(SHARES_ABOVE_NET, None, f"/plan/instalments/{at}/share", total=shown, net=net)


def _billing_date(entry: InstalmentGiven | InstalmentEntry, after: After, events: Mapping[str, date]) -> date | None:
    event = entry.on if entry.event == "date" and entry.on is not None else events.get(entry.event)
    return None if event is None else day_after(event, after)


def _example(rulebook: Rulebook) -> Example:
    instalments = [
        {"share": "30%", "event": "order.signed"},
        {"share": "30%", "event": "order.signed", "after": "1 months"},
        {"share": "rest", "event": "delivery.accepted"},
    ]
    events = {"order.signed": "2027-01-31"}
    return {"net": "10000.01", "currency": rulebook.currency.code, "plan": {"instalments": instalments}, "events": events}


EVALUATION: Final = Evaluation(
    "payment-plan", "How an amount is cut into instalments", PaymentPlanRequest, PaymentPlanAnswer, evaluate_payment_plan, _example
)
