"""Which customers are to be reminded of what on a day: the next level of each claim that is overdue, or why it is held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from engine.documents.overdue import Claim, Debtor, HeldReminder, HeldReminderBecause, ProposedReminder, SentReminder
from engine.money import Currency, Money
from engine.phrases import Phrase, phrase
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.reminders import LateRate, ReminderProcedure
from engine.stages.reminding.fees import fee_of
from engine.stages.reminding.late_interest import InterestPart, interest_of, interest_parts

_DAY = timedelta(days=1)


def propose(debtor: Debtor, claims: Iterable[Claim], rulebook: Rulebook, *, on: date) -> Iterator[ProposedReminder | HeldReminder]:
    """The next reminder of each claim of a customer that is due on a day, one level at most, oldest due date first; or why it is held."""
    for claim in sorted(claims, key=lambda each: (each.due_on, each.document)):
        result = _of_claim(debtor, claim, rulebook, on)
        if result is not None:
            yield result


def _of_claim(debtor: Debtor, claim: Claim, rulebook: Rulebook, on: date) -> ProposedReminder | HeldReminder | None:
    days_late, rest = (on - claim.due_on).days, claim.rest_after(on)
    if days_late <= 0 or not rest:
        return None
    procedure = rulebook.reminders.procedure_for(debtor.kind, claim.issued_on)
    reached = len(claim.sent)
    if procedure is None:
        says = phrase("no reminders of plans/reminders.yaml count for it")
        return HeldReminder(claim=claim, level=0, rest=rest, days_late=days_late, because="no-procedure", says=says)
    if reached >= len(procedure.levels) or days_late < procedure.levels[reached].after_days:
        return None
    why = _why_held(debtor, claim, rulebook.currency, on, rest)
    if why is not None:
        return HeldReminder(claim=claim, level=reached + 1, rest=rest, days_late=days_late, because=why[0], says=why[1])
    if claim.sent and on <= _last_day(claim.sent[-1], procedure, rulebook):
        return None
    return _proposed(claim, procedure, rulebook, on, rest)


def _why_held(debtor: Debtor, claim: Claim, currency: Currency, on: date, rest: Money) -> tuple[HeldReminderBecause, Phrase] | None:
    """The first reason not to remind of a claim."""
    hold = claim.hold
    if hold is not None and hold.kind == "disputed":
        return "disputed", phrase("disputed since {day}: {because}", day=hold.on, because=hold.because)
    if hold is not None and hold.until is not None and on <= hold.until:
        return "promised", phrase("to be paid by {day}, as promised on {on}", day=hold.until, on=hold.on)
    if debtor.is_erased:
        return "erased", phrase("the data of the customer are erased")
    if debtor.held_because is not None:
        return "customer-held", phrase("the customer is on hold: {because}", because=debtor.held_because)
    if claim.currency != currency:
        return "other-currency", phrase("it is in {currency}", currency=claim.currency)
    if claim.possible_payment is not None:
        return "possible-payment", phrase("the payment {payment} may settle it", payment=claim.possible_payment)
    if debtor.credit is not None and debtor.credit.currency == claim.currency and rest <= debtor.credit:
        return "credit", phrase("{credit} of the customer's payments settles nothing yet", credit=debtor.credit)
    if claim.sent and claim.sent[-1].sent_on is None:
        return "not-delivered", phrase("the reminder {reminder} is not delivered yet", reminder=claim.sent[-1].reminder)
    return None


def _last_day(sent: SentReminder, procedure: ReminderProcedure, rulebook: Rulebook) -> date:
    """The last day to pay that a reminder left, counted from the day on which it left."""
    return procedure.term.last_day(sent.sent_on or sent.on, sent.channel, rulebook.closed_days)


def _proposed(claim: Claim, procedure: ReminderProcedure, rulebook: Rulebook, on: date, rest: Money) -> ProposedReminder:
    number, nothing = len(claim.sent) + 1, Money(0, claim.currency)
    level, days_late = procedure.levels[number - 1], (on - claim.due_on).days
    rule = f"plans/reminders: {procedure.id} level {number}"
    says = phrase("{days} days late; level {level} counts from {after} days on", days=days_late, level=number, after=level.after_days)
    reasons = [Reason("reminder", rule, says, procedure.source)]
    fee, announced, interest, no_rate_from = nothing, nothing, nothing, None
    if level.fee is not None:
        fee, reason = _fee(level.fee, rulebook, rest)
        reasons.append(reason)
    else:
        later = next((each.fee for each in procedure.levels[number:] if each.fee is not None), None)
        announced = _fee(later, rulebook, rest)[0] if later is not None else nothing
    if level.interest:
        interest, because, no_rate_from = _interest(claim, procedure, rulebook, on)
        reasons += because
    return ProposedReminder(
        claim=claim,
        procedure=procedure.id,
        level=number,
        channel=level.channel,
        rest=rest,
        days_late=days_late,
        fee=fee,
        interest=interest,
        announced=announced,
        pay_until=procedure.term.last_day(on, level.channel, rulebook.closed_days),
        reasons=tuple(reasons),
        no_rate_from=no_rate_from,
    )


def _fee(name: str, rulebook: Rulebook, rest: Money) -> tuple[Money, Reason]:
    made = fee_of(next(steps for known, steps in rulebook.reminders.fees.items() if known == name), rest)
    fee, says = made or (Money(0, rest.currency), phrase("no step of the fee reaches {rest}", rest=rest))
    return fee, Reason("fee", f"plans/reminders: fee {name}", says)


def _interest(claim: Claim, procedure: ReminderProcedure, rulebook: Rulebook, on: date) -> tuple[Money, list[Reason], date | None]:
    """The interest until a day less what was asked before, never below zero; how it was calculated; the first day without a rate."""
    terms = procedure.interest
    assert terms is not None  # `check` refuses a level with interest where there are none
    rule, nothing = f"plans/reminders: rates {terms.rates}", Money(0, claim.currency)
    start = _first_day(claim, procedure, rulebook)
    if start is None or start > on:
        return nothing, [Reason("interest", rule, phrase("no day with interest yet"))], None
    rates: Sequence[LateRate] = next((rows for name, rows in rulebook.reminders.rates.items() if name == terms.rates), ())
    parts = tuple(interest_parts(claim, rates, start, on))
    whole = interest_of(parts, terms.year_days, nothing)
    left = Money(max(0, whole.minor - claim.interest_charged.minor), claim.currency)
    reasons = [Reason("interest", rule, _says(part, terms.year_days), part.rate.source if part.rate else None) for part in parts]
    if claim.interest_charged:
        words = {"whole": whole, "charged": claim.interest_charged, "interest": left}
        reasons.append(Reason("interest", rule, phrase("{whole} in all, {charged} charged before: {interest}", **words)))
    return left, reasons, next((part.first for part in parts if part.rate is None), None)


def _first_day(claim: Claim, procedure: ReminderProcedure, rulebook: Rulebook) -> date | None:
    """The first day with interest; None where it follows a reminder that was not sent yet."""
    assert procedure.interest is not None
    match procedure.interest.from_:
        case "due-date":
            return claim.due_on + _DAY
        case "first-reminder":
            return (claim.sent[0].sent_on or claim.sent[0].on) + _DAY if claim.sent else None
        case "first-term":
            return _last_day(claim.sent[0], procedure, rulebook) + _DAY if claim.sent else None


def _says(part: InterestPart, year_days: int) -> Phrase:
    words: dict[str, object] = {"first": part.first, "last": part.last, "days": part.days, "rest": part.rest}
    if part.rate is None:
        return phrase("rate not on file from {first} to {last}: no interest for {days} days", **words)
    words |= {"rate": part.rate.rate, "year": year_days}
    if part.rate.checked:
        return phrase("{rest} × {rate}% × {days} ÷ {year} days, {first} to {last}", **words)
    return phrase("{rest} × {rate}% × {days} ÷ {year} days, {first} to {last}; an accountant has yet to check this rate", **words)
