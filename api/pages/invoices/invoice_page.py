"""The page of an invoice or a credit note: its line of life, its lines, and why each amount is what it is; the PDF beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, named_in, rows_of
from api.pages.records.tree_view import shown, shown_table, shown_tree, with_days, with_figures
from engine.phrases import Language, Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "life": phrase("What became of it"),
    "lines": phrase("Lines"),
    "why": phrase("Why?"),
    "totals": phrase("Totals"),
    "amounts": phrase("Why each amount"),
    "deliveries": phrase("Deliveries"),
    "beside": phrase("The document"),
    "credit": phrase("Credit"),
    "rule": phrase("rule"),
    "where": phrase("where"),
}
_STEPS: Final[Mapping[str, Phrase]] = {
    "issued": phrase("issued"),
    "sent": phrase("sent"),
    "delivered": phrase("delivered"),
    "booked": phrase("booked"),
    "paid": phrase("paid"),
}
_FACTS: Final = ("customer", "orders", "issued_on", "due_on", "communication", "purchase_order", "corrects", "because", "replaces")
_LINE: Final = ("number", "description", "quantity", "unit_price", "net", "rate")
_TOTALS: Final = ("net", "vat", "gross", "due_amount")
_MESSAGE: Final = ("channel", "state", "written_at", "attempts", "last_answer", "held_because")
_OUT: Final = ("accepted", "delivered")
"""The states of a message that has left."""
_ARRIVED: Final = ("delivered",)


def _values(record: ShownRecord) -> Values:
    invoice, language, number = record.answer, record.visit.language, str(record.answer["number"])
    deliveries = record.read("/invoices/{number}/deliveries", {"number": number})
    messages = [] if deliveries is None else rows_of(deliveries, "messages")
    booking = None if deliveries is None else deliveries.get("booking")
    explained = record.read("/invoices/{number}/explanation", {"number": number}) or {"amounts": []}
    amounts = [_amount(each, language) for each in rows_of(explained, "amounts")]
    lines = rows_of(invoice, "lines")
    return {
        "own": {name: say(words, language) for name, words in _WORDS.items()},
        "buyer": _buyer(invoice, language),
        "life": list(_life(invoice, messages, [booking] if isinstance(booking, Mapping) else [], language)),
        "facts": shown_tree({name: invoice.get(name) for name in _FACTS} | {"customer": record.customer()}, language),
        "lines": shown_table(lines, _LINE, language),
        "why": {each["line"]: each for each in amounts},
        "periods": [shown(line.get("service_period"), "", language).text for line in lines],
        "line_numbers": [str(line["number"]) for line in lines],
        "totals": shown_tree({name: invoice[name] for name in _TOTALS if name in invoice}, language),
        "vat": shown_table(rows_of(invoice, "vat_breakdown"), ("category", "rate", "base", "vat", "basis"), language),
        "amounts": [each for each in amounts if each["line"] is None],
        "messages": shown_table(messages, _MESSAGE, language),
        "may_credit": invoice["document"] == "invoice" and record.may("credit_invoice"),
        "state": shown(_state(invoice), "paid", language).text,
        "number": number,
    }


INVOICE_PAGE: Final = OwnPage("invoices/invoice.html.j2", _values)


def _buyer(invoice: Mapping[str, object], language: Language) -> Values:
    """Whose document it is, and over how much."""
    customer = shown(named_in(invoice, "customer"), "customer", language)
    given = invoice.get("customer")
    name = given.get("name") if isinstance(given, Mapping) else None
    gross = shown(invoice["gross"], "", language).text
    return {"link": customer.link, "name": name or customer.text, "amount": f"{gross} {invoice['currency']}"}


def _state(invoice: Mapping[str, object]) -> object:
    settlement = invoice.get("settlement")
    return settlement["state"] if isinstance(settlement, Mapping) else None


def _life(
    invoice: Mapping[str, object], sent: Sequence[Mapping[str, object]], booked: Sequence[Mapping[str, object]], language: Language
) -> Iterator[tuple[str, str, bool]]:
    """Each step of the life of a document: its name, what is known of it, and whether it is done."""
    settlement = invoice.get("settlement")
    paid = settlement if isinstance(settlement, Mapping) else {}
    issued_on = shown(invoice["issued_on"], "", language).text
    known = {
        "issued": (issued_on, True),
        "sent": _of_messages(sent, _OUT, language),
        "delivered": _of_messages([each for each in sent if each["state"] in _ARRIVED], _ARRIVED, language),
        "booked": _of_messages(booked, _OUT, language),
        "paid": (shown(paid.get("paid"), "", language).text, paid.get("state") in ("paid", "overpaid")),
    }
    for name, words in _STEPS.items():
        yield (say(words, language), *known[name])


def _of_messages(messages: Sequence[Mapping[str, object]], states_done: Sequence[str], language: Language) -> tuple[str, bool]:
    """The states of messages by channel, and whether one has come so far."""
    pairs = ((shown(each["channel"], "channel", language).text, shown(each["state"], "state", language).text) for each in messages)
    states = dict.fromkeys(say(phrase("{name}: {value}", name=channel, value=state), language) for channel, state in pairs)
    return ", ".join(states), any(each["state"] in states_done for each in messages)


def _amount(explained: Mapping[str, object], language: Language) -> Values:
    """An amount that is explained: in a sentence, then step by step with file and line."""
    steps = rows_of(explained, "steps")
    line = explained.get("line")
    return {
        "line": line if isinstance(line, str) and line.isdigit() else None,
        "title": with_days(str(explained["title"]), language),
        "amount": shown(explained.get("amount"), "", language).text,
        "sentence": with_figures(str(explained["sentence"]), language),
        "steps": shown_table(steps, ("says", "because", "rule", "where"), language),
    }
