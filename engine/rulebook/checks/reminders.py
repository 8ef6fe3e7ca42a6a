"""Checks plans/reminders.yaml: one procedure a document, levels in order, fees and rates that are there, and accounts for charges."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Final

from engine.problems import Kind, Problem
from engine.rulebook.checks.company import seller_country
from engine.rulebook.reminders import FeeStep, LateRate, ReminderProcedure, ReminderRules
from engine.rulebook.vat import AccountRole, Accounts
from engine.rulebook.written_twice import TWICE
from engine.rulebook.yaml_entries import Entry, Gathered
from engine.text.nearest import suggestion
from engine.text.yaml_tree import Step

PROCEDURES_MEET: Final = Kind(
    "reminders-meet",
    "`{name}` and `{other}` both count for {customers} customers and documents of one day",
    "say with `from` and `until` which of the two it is",
)
PROCEDURE_DAYS: Final = Kind("reminder-days", "{until} is before {since}", "put `until` after `from`")
LEVEL_ORDER: Final = Kind(
    "reminder-order",
    "level {level} comes {days} days after the due date, and the one before it after {before}",
    "write levels in their order, each with more `after-days` than the one before",
)
NO_FEE: Final = Kind("unknown-fee", "there is no fee `{name}`", "{remedy}")
NO_RATES: Final = Kind("unknown-rates", "there are no rates `{name}`", "{remedy}")
NO_INTEREST: Final = Kind(
    "no-interest-terms",
    "level {level} asks interest, and `{name}` does not say by which rates",
    "write `interest: {{rates: …, from: …, year-days: …}}` there, or `interest: no` here",
)
FEE_ORDER: Final = Kind(
    "fee-order",
    "no open amount reaches this step: the one before it counts for them already",
    "write steps by rising `rest-to`; only the last may be without it",
)
FEE_PARTS: Final = Kind("fee-parts", "`above` is nothing without `percent`", "add `percent: 10%`, or remove `above`")
NEGATIVE_FEE: Final = Kind("negative-fee", "a fee of {amount} cannot be", "write 0 or more")
RATES_MEET: Final = Kind(
    "late-rates-meet", "{day} has two rates: this one, and that of the row before", "end the row before on the day before this one begins"
)
LATE_RATE: Final = Kind("late-rate-size", "a rate of {rate}% cannot be", "write a rate between 0% and 100%")
NO_CHARGE_ACCOUNT: Final = Kind(
    "no-charge-account",
    "vat/accounts.yaml has no account for `{role}`, to which this is posted",
    "add it there under `roles` with its number and label",
)
FIRST_IS_FREE: Final = Kind(
    "first-reminder-free",
    "the first reminder of a private customer must be free",
    "remove `fee` and `interest` from the first level ({law})",
)


def check_reminders(gathered: Gathered) -> Iterator[Problem]:
    """All problems of the file; none where there is none."""
    entry = gathered.only("reminders", ReminderRules)
    if entry is None:
        return
    rules = entry.written
    for (earlier, first), (at, second) in combinations(enumerate(rules.procedures), 2):
        where = entry.at("procedures", at, "id")
        if first.id == second.id:
            yield TWICE.at(where, name=second.id, first=entry.at("procedures", earlier, "id"))
        elif first.meets(second):
            yield PROCEDURES_MEET.at(where, name=second.id, other=first.id, customers=second.customers)
    for at, procedure in enumerate(rules.procedures):
        yield from _procedure(gathered, entry, at, procedure)
    for name, steps in rules.fees.items():
        yield from _fee(entry, ("fees", name), steps)
    for name, rates in rules.rates.items():
        yield from _rates(entry, ("rates", name), rates)


def _procedure(gathered: Gathered, entry: Entry[ReminderRules], at: int, procedure: ReminderProcedure) -> Iterator[Problem]:
    rules, place = entry.written, ("procedures", at)
    if procedure.until is not None and procedure.until < procedure.from_:
        yield PROCEDURE_DAYS.at(entry.at(*place, "until"), until=procedure.until, since=procedure.from_)
    interest = procedure.interest
    if interest is not None and entry.has("rates") and interest.rates not in rules.rates:
        remedy = suggestion(interest.rates, rules.rates)
        yield NO_RATES.at(entry.at(*place, "interest", "rates"), name=interest.rates, remedy=remedy)
    for (_, before), (number, level) in pairwise(enumerate(procedure.levels)):
        if level.after_days <= before.after_days:
            where = entry.at(*place, "levels", number, "after-days")
            yield LEVEL_ORDER.at(where, level=number + 1, days=level.after_days, before=before.after_days)
    for number, level in enumerate(procedure.levels):
        here = (*place, "levels", number)
        if level.fee is not None and entry.has("fees") and level.fee not in rules.fees:
            yield NO_FEE.at(entry.at(*here, "fee"), name=level.fee, remedy=suggestion(level.fee, rules.fees))
        if level.interest and interest is None:
            yield NO_INTEREST.at(entry.at(*here, "interest"), level=number + 1, name=procedure.id)
        yield from _accounts(gathered, entry, here, ("fees", level.fee is not None, "fee"), ("interest", level.interest, "interest"))
    first, law = procedure.levels[0], seller_country(gathered).free_reminder_law
    if law is not None and procedure.customers == "private" and (first.fee is not None or first.interest):
        yield FIRST_IS_FREE.at(entry.at(*place, "levels", 0, "fee" if first.fee is not None else "interest"), law=law)


def _accounts(
    gathered: Gathered, entry: Entry[ReminderRules], here: tuple[Step, ...], *needed: tuple[AccountRole, bool, str]
) -> Iterator[Problem]:
    accounts = gathered.only("accounts", Accounts)
    for role, is_needed, key in needed:
        if is_needed and accounts is not None and accounts.has("roles") and role not in accounts.written.roles:
            yield NO_CHARGE_ACCOUNT.at(entry.at(*here, key), role=role)


def _fee(entry: Entry[ReminderRules], place: tuple[Step, ...], steps: tuple[FeeStep, ...]) -> Iterator[Problem]:
    reached: int | None = -1
    for at, step in enumerate(steps):
        if reached is None or (step.rest_to is not None and step.rest_to.micros <= reached):
            yield FEE_ORDER.at(entry.at(*place, at, *(("rest-to",) if step.rest_to is not None else ())))
        reached = None if step.rest_to is None else step.rest_to.micros
        if step.above is not None and step.percent is None:
            yield FEE_PARTS.at(entry.key(*place, at, "above"))
        for key, price in (("amount", step.amount), ("above", step.above), ("most", step.most)):
            if price is not None and price.micros < 0:
                yield NEGATIVE_FEE.at(entry.at(*place, at, key), amount=price)
        if step.percent is not None and step.percent.fraction < 0:
            yield NEGATIVE_FEE.at(entry.at(*place, at, "percent"), amount=f"{step.percent}%")


def _rates(entry: Entry[ReminderRules], place: tuple[Step, ...], rates: tuple[LateRate, ...]) -> Iterator[Problem]:
    for at, row in enumerate(rates):
        if row.until < row.from_:
            yield PROCEDURE_DAYS.at(entry.at(*place, at, "until"), until=row.until, since=row.from_)
        if not 0 <= row.rate.fraction <= 1:
            yield LATE_RATE.at(entry.at(*place, at, "rate"), rate=row.rate)
    for (_, before), (at, row) in pairwise(enumerate(rates)):
        if row.from_ <= before.until:
            yield RATES_MEET.at(entry.at(*place, at, "from"), day=row.from_)
