"""A pure model of the desk: what is sold, month by month and in cents, what of it is due, and what every order, quote and opportunity is.

It knows neither transactions nor documents: what is invoiced, credited and still open must come to what was served. Days are the first
of a month, so that nothing is prorated.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

Verb = Literal["activate", "suspend", "resume", "end", "change"]
STATE_AFTER: Final[dict[str, str]] = {"activate": "active", "suspend": "suspended", "resume": "active", "end": "ended"}
POSSIBLE_IN: Final[dict[str, tuple[str, ...]]] = {
    "activate": ("pending",),
    "suspend": ("active",),
    "resume": ("suspended",),
    "end": ("active", "suspended"),
    "change": ("active", "suspended"),
}
SEAT: Final = 4_000
"""The price of one user in one month."""
PROJECT: Final = 80_000
"""The price of a day of a project."""
INCLUDED, LEAST, FIRST_TIER = 100, 5_000, 1_000


def month_of(day: date) -> int:
    """The month of a day, as a number."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def price_of_usage(count: int) -> int:
    """What so many messages cost: 100 are included, 1,000 cost ten cents each and the others five; never less than the minimum."""
    charged = max(0, count - INCLUDED)
    return max(LEAST, 10 * min(charged, FIRST_TIER) + 5 * max(0, charged - FIRST_TIER))


@dataclass(frozen=True)
class Step:
    """What was done to an order, from which month on."""

    verb: Verb
    month: int
    quantity: int = 0


@dataclass
class Subscription:
    """An order with one item, by what happened to it: steps, and the months in which a run invoiced what was due."""

    customer: str
    quantity: int
    log: list[Step | int] = field(default_factory=list)
    invoiced: dict[int, int] = field(default_factory=dict)
    """What was invoiced of each month."""

    @property
    def steps(self) -> list[Step]:
        """What was done to it, the last thing last."""
        return [each for each in self.log if isinstance(each, Step)]

    def served(self, month: int, steps: list[Step] | None = None) -> tuple[str, int]:
        """The state in a month, and the quantity."""
        state, quantity = "pending", self.quantity
        for step in sorted(self.steps if steps is None else steps, key=lambda each: each.month):
            if step.month <= month:
                state = STATE_AFTER.get(step.verb, state)
                quantity = step.quantity or quantity
        return state, quantity

    def may(self, verb: Verb, month: int) -> bool:
        """Whether the state of the month lets the verb be done, and nothing was done that counts from later."""
        return self.served(month)[0] in POSSIBLE_IN[verb] and all(step.month < month for step in self.steps)

    def charge(self, month: int, steps: list[Step] | None = None) -> int:
        """What a month costs."""
        state, quantity = self.served(month, steps)
        return quantity * SEAT if state == "active" else 0

    def due(self, month: int, since: int) -> int:
        """What is due in a month: in advance, and more at once where it becomes more; what was invoiced is not given back."""
        return sum(max(self.invoiced.get(each, 0), self.charge(each)) for each in range(since, month + 1))

    def invoice(self, month: int, since: int) -> None:
        """A run invoices what is due in a month."""
        self.invoiced = {each: max(self.invoiced.get(each, 0), self.charge(each)) for each in range(since, month + 1)}
        self.log.append(month)

    def is_as_served(self, month: int, since: int) -> bool:
        """Whether nothing is due but what was served."""
        return self.due(month, since) == sum(self.charge(each) for each in range(since, month + 1))

    def without_last(self, since: int) -> Subscription:
        """As it would be if the last step had never been: what was invoiced since then is no more than it would have been."""
        last = max(at for at, each in enumerate(self.log) if isinstance(each, Step))
        log = [*self.log[:last], *self.log[last + 1 :]]
        most: dict[int, int] = {}
        for at, event in enumerate(log):
            if isinstance(event, int):
                steps = [each for each in log[:at] if isinstance(each, Step)]
                most |= {each: max(most.get(each, 0), self.charge(each, steps)) for each in range(since, event + 1)}
        return replace(self, log=log, invoiced={each: min(amount, most[each]) for each, amount in self.invoiced.items()})

    def moved(self, month: int, since: int) -> Subscription:
        """The same, with the last step done now, from another month on."""
        before = self.without_last(since)
        return replace(before, log=[*before.log, replace(self.steps[-1], month=month)])


@dataclass
class Measured:
    """An order by what is used, billed in arrears."""

    customer: str
    used: dict[int, int] = field(default_factory=dict)
    late: list[tuple[int, int]] = field(default_factory=list)
    """What was reported too late comes to, with the month in which it was reported."""
    billed_before: int = 0
    """The first month that is not invoiced."""

    def report(self, quantity: int, of: int, month: int) -> None:
        """Reports what was used in a month; where that is invoiced, the difference is billed with the present one."""
        before = self.used.get(of, 0)
        self.used[of] = before + quantity
        if of < self.billed_before:
            self.late.append((month, price_of_usage(before + quantity) - price_of_usage(before)))

    def due(self, month: int, since: int) -> int:
        """What is due in a month."""
        late = sum(amount for _, amount in self.late) - sum(amount for at, amount in self.late if at < month)
        return sum(price_of_usage(self.used.get(each, 0)) for each in range(since, month)) - late


@dataclass
class Project:
    """An accepted project: half of it when it is signed, the rest a month later."""

    customer: str
    days: int
    signed: int

    def due(self, month: int, _since: int) -> int:
        """What is due in a month."""
        return sum(self.days * PROJECT // 2 for each in (self.signed, self.signed + 1) if each <= month)


@dataclass
class Quote:
    """A quote for a project."""

    customer: str
    days: int
    state: str = "approved"
    opportunity: str | None = None


QUOTE_VERBS: Final = {"send": ("approved",), "accept": ("approved", "sent"), "refuse": ("approved", "sent")}
OPPORTUNITY_VERBS: Final = {"stage": ("open",), "win": ("open",), "lose": ("open",), "reopen": ("won", "lost")}


@dataclass
class Company:
    """Everything, and the month that it is."""

    since: int
    month: int
    customers: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    measured: dict[str, Measured] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    quotes: dict[str, Quote] = field(default_factory=dict)
    opportunities: dict[str, str] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    """What was credited and is not billed again, by customer."""

    def due(self, customer: str) -> int:
        """What is due from a customer: what was served, without what was credited."""
        sold = (*self.subscriptions.values(), *self.measured.values(), *self.projects.values())
        return sum(each.due(self.month, self.since) for each in sold if each.customer == customer) - self.given.get(customer, 0)

    def invoice(self) -> None:
        """A run invoices what is due, but not of customers on hold."""
        for subscription in self.subscriptions.values():
            if subscription.customer not in self.held:
                subscription.invoice(self.month, self.since)
        for measured in self.measured.values():
            if measured.customer not in self.held:
                measured.billed_before = self.month

    def is_as_served(self, customer: str) -> bool:
        """Whether what was invoiced of a customer who is not on hold, and has nothing measured, is what was served."""
        own = [each for each in self.subscriptions.values() if each.customer == customer]
        is_measured = any(each.customer == customer for each in self.measured.values())
        return all(each.is_as_served(self.month, self.since) for each in own) and not is_measured and customer not in self.held

    def step_opportunity(self, name: str, verb: str) -> bool:
        """What a verb makes of an opportunity; False where its state forbids it."""
        if self.opportunities[name] not in OPPORTUNITY_VERBS[verb]:
            return False
        self.opportunities[name] = {"stage": "open", "win": "won", "lose": "lost", "reopen": "open"}[verb]
        return True

    def step_quote(self, number: str, verb: str) -> bool:
        """What a verb makes of a quote; False where its state forbids it."""
        quote = self.quotes[number]
        if quote.state not in QUOTE_VERBS[verb]:
            return False
        quote.state = {"send": "sent", "accept": "accepted", "refuse": "refused"}[verb]
        if verb == "accept":
            self.projects[f"{number}-investment"] = Project(quote.customer, quote.days, self.month)
            if quote.opportunity is not None:
                self.opportunities[quote.opportunity] = "won"
        return True
