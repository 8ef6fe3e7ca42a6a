"""A small bank statement of each form, and the one after it, for tests."""

from dataclasses import replace
from datetime import date
from typing import Literal

from engine.documents.bank_statement import BankMovement, BankStatement, Counterparty
from engine.money import Currency, Money

EUR = Currency.of("EUR")
DAY = date(2026, 11, 27)
Form = Literal["CODA", "CAMT.053"]


def statement_pair(form: Form) -> tuple[BankStatement, BankStatement]:
    """A statement with a free text, a structured communication and a debit; and the next one, without movements."""
    is_coda = form == "CODA"
    movements = [
        movement(1, 121_00, text="invoice 2026-00012 and 2026-00013, with many thanks for all of them", name="Ann & Co"),
        movement(2, 12_50, reference="+++090/9337/55493+++", structured="101090933755493" if is_coda else "090933755493"),
        movement(3, -3_00, text="costs"),
    ]
    if not is_coda:
        movements = [replace(each, code="PMNT/RCDT/ESCT") for each in movements]
    first = BankStatement(
        format=form,
        iban="BE68539007547034",
        currency=EUR,
        holder="DEMO NV",
        name="2026-042",
        number="042",
        created_on=date(2026, 11, 28),
        old_balance=Money(1000_00, EUR),
        old_balance_on=DAY,
        new_balance=Money(1130_50, EUR),
        new_balance_on=DAY,
        movements=tuple(movements),
    )
    return first, first.replace(name="2026-043", number="043", old_balance=first.new_balance, movements=())


def movement(
    number: int, minor: int, *, text: str = "", name: str = "", iban: str | None = None, reference: str | None = None, structured: str = ""
) -> BankMovement:
    """A movement of CODA on the day of these statements."""
    return BankMovement(
        number=number,
        amount=Money(minor, EUR),
        value_date=DAY,
        entry_date=DAY,
        text=text,
        reference=reference,
        structured=structured,
        counterparty=Counterparty(name=name, iban=iban),
        code="00150000",
    )
