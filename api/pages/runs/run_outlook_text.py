"""What a run would do, in a sentence above its form: through which day, dated when, how many lines, for how much, and how many are held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from urllib.parse import urlencode

from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.run_days import next_due
from api.desk.run_outlook import outlook
from api.http.request_parsing import read_body
from api.http.routes.runs import RunRequest
from api.pages.frame.remedies import help_on_page
from api.pages.records.form_text import FormText
from api.pages.records.verb_fields import fields_of, request_of
from engine.phrases import Language, phrase, say
from engine.problems import Refusal
from engine.writing.locale_format import amount_text, day_text

TO_INVOICE: Final = "/reports/to-invoice"


def run_text(desk: Desk, given: Mapping[str, str], language: Language) -> FormText:
    """What the form of a run says of what it would do as it is filled in; a field that is wrong is told once it is sent."""
    try:
        body = read_body(RunRequest, request_of(fields_of(RunRequest), given, language))
        chosen = Selection(
            due_through=body.due_through,
            order_type=body.order_type,
            customer=body.customer,
            customers=body.customers,
            order=body.order,
        )
        due = outlook(desk, chosen)
    except Refusal as refusal:
        problem = refusal.problems[0]
        return FormText(
            f"{problem.message_in(language)} — {help_on_page(problem, language)}", [(say(phrase("To invoice"), language), TO_INVOICE)]
        )
    if not due.lines:
        return FormText(nothing_due_text(desk, chosen, language), [(say(phrase("To invoice"), language), TO_INVOICE)])
    names = {"through": day_text(body.due_through, language), "on": day_text(body.issued_on or desk.today, language)}
    amount = {"net": amount_text(due.net, language), "currency": desk.rulebook.currency.code}
    what = phrase(
        "Invoices what is due through {through}, dated {on}: {lines} lines for {net} {currency} without VAT.",
        **names,
        **amount,
        lines=due.lines,
    )
    if due.lines == 1:
        what = phrase("Invoices what is due through {through}, dated {on}: 1 line for {net} {currency} without VAT.", **names, **amount)
    held = phrase("Of these lines {held} are held back.", held=due.held) if due.held else phrase("Nothing of it is held back.")
    if due.held == 1:
        held = phrase("One of these lines is held back.")
    to_preview = phrase("Preview the run"), f"/runs/preview?{urlencode(_narrowed(body))}"
    to_invoice = phrase("To invoice"), f"{TO_INVOICE}?{urlencode(_period(body, desk.today))}"
    links = (to_preview, to_invoice, *(((phrase("Held back"), "/reports/held-back"),) if due.held else ()))
    return FormText(f"{say(what, language)} {say(held, language)}", [(say(text, language), link) for text, link in links])


def nothing_due_text(desk: Desk, selection: Selection, language: Language) -> str:
    """That nothing of a selection is due, and what of it is due next, as the language writes days and amounts."""
    through, following = day_text(selection.due_through, language), next_due(desk, selection)
    if following is None:
        return say(phrase("Nothing of this selection is due through {through}, and nothing later is planned.", through=through), language)
    on, net = following
    words = {"net": amount_text(net, language), "currency": net.currency.code, "on": day_text(on, language)}
    what = phrase("Nothing of this selection is due through {through}. On {on}, {net} {currency} are due.", through=through, **words)
    return say(what, language)


def _narrowed(body: RunRequest) -> list[tuple[str, str]]:
    """The parameters with which the preview shows the same run."""
    given = {"due_through": body.due_through.isoformat(), "order_type": body.order_type, "order": body.order}
    buyers = body.customers or ((body.customer,) if body.customer else ())
    return [*((name, text) for name, text in given.items() if text), *(("customer", each) for each in buyers)]


def _period(body: RunRequest, today: date) -> dict[str, str]:
    """The parameters with which the report of what is to be invoiced shows the same, as far as it can."""
    narrowed = {"type": body.order_type, "customer": body.customer}
    first = min(body.due_through, today).replace(day=1)
    return {"from": first.isoformat(), "to": body.due_through.isoformat()} | {name: text for name, text in narrowed.items() if text}
