"""Statements of account and reminders as the plain values of a page, formatted in the customer's language."""

from __future__ import annotations

from datetime import date

from engine.documents.account import AccountStatement, OpenInvoice, Reminder
from engine.money import Money
from engine.writing.html import Words, letter_values
from engine.writing.locale_format import amount_text, long_day_text
from engine.writing.pages import OpenInvoiceRow, ReminderPage, StatementPage
from engine.writing.payment_code import LONGEST_TEXT, is_creditor_reference, payment_code

_WORDS = {
    "invoice": "invoice",
    "credit-note": "credit_note",
    "payment": "payment",
    "write-off": "write_off",
    "charge": "charge",
    "charge-cancelled": "charge_cancelled",
}


def statement_page(statement: AccountStatement, words: Words) -> StatementPage:
    """The values of a statement of account's template."""
    language = statement.customer.language
    number = _shown_number(statement.number, statement.on, language)
    return {
        **letter_values(statement.customer, statement.seller, number, statement.currency.code, words),
        "stated_on": long_day_text(statement.on, language),
        "since": long_day_text(statement.since, language),
        "opening_balance": amount_text(statement.opening, language),
        "entries": tuple(
            {
                "on": long_day_text(entry.on, language),
                "what": words[_WORDS[entry.what]].in_(language),
                "number": entry.number,
                "due_on": long_day_text(entry.due_on, language) if entry.due_on else "",
                "debit": amount_text(entry.amount, language) if entry.amount.minor > 0 else "",
                "credit": amount_text(-entry.amount, language) if entry.amount.minor < 0 else "",
                "balance": amount_text(balance, language),
            }
            for entry, balance in zip(statement.entries, statement.balances, strict=True)
        ),
        "balance": amount_text(statement.balance, language),
        "overdue": amount_text(statement.overdue, language) if statement.overdue.minor > 0 else "",
        "has_payments": statement.has_payments,
    }


def reminder_page(reminder: Reminder, words: Words) -> ReminderPage:
    """The values of a reminder's template."""
    language = reminder.customer.language
    number, communication = _shown_number(reminder.number, reminder.on, language), _communication(reminder)
    return {
        **letter_values(reminder.customer, reminder.seller, number, reminder.currency.code, words),
        "reminded_on": long_day_text(reminder.on, language),
        "level": str(reminder.level),
        "is_last": reminder.is_last,
        "pay_until": long_day_text(reminder.pay_until, language),
        "invoices": tuple(_open_invoice(invoice, reminder, language) for invoice in reminder.invoices),
        "open": amount_text(reminder.open, language),
        "costs": _amount(reminder.costs, language),
        "earlier": _amount(reminder.earlier, language),
        "total": amount_text(reminder.total, language),
        "communication": communication,
        "is_creditor_reference": is_creditor_reference(communication),
        "payment_code": payment_code(reminder.seller, reminder.total, communication),
        "title": reminder.title,
        "message": reminder.message,
        "clause": reminder.clause,
    }


def _shown_number(number: str, day: date, language: str) -> str:
    """A number; where it is only the day of the letter, that day in the customer's language, which no line ends within."""
    return long_day_text(day, language).replace(" ", "\u00a0") if number == day.isoformat() else number


def _communication(reminder: Reminder) -> str:
    """What the customer writes on one transfer of all, by which it is matched with each; empty where it would be too long for one."""
    text = " ".join(dict.fromkeys(invoice.communication or invoice.number for invoice in reminder.invoices))
    return text if len(text) <= LONGEST_TEXT else ""


def _open_invoice(invoice: OpenInvoice, reminder: Reminder, language: str) -> OpenInvoiceRow:
    return {
        "number": invoice.number,
        "issued_on": long_day_text(invoice.issued_on, language),
        "due_on": long_day_text(invoice.due_on, language),
        "days": str(max((reminder.on - invoice.due_on).days, 0)),
        "gross": amount_text(invoice.gross, language),
        "open": amount_text(invoice.open, language),
        "communication": invoice.communication,
        "supply": invoice.supply,
        "fee": _amount(invoice.fee, language),
        "interest": _amount(invoice.interest, language),
        "announced": _amount(invoice.announced, language),
    }


def _amount(amount: Money | None, language: str) -> str:
    """An amount, or nothing where it is none."""
    return amount_text(amount, language) if amount else ""
