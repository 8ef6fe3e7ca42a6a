"""The page of a billing run: how far each of its steps is, read again while it works, and what is held back with the way out."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from api.desk.billing_run import is_worked_on
from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown_table, shown_tree
from engine.phrases import Phrase, as_written, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "progress": phrase("Progress"),
    "held": phrase("Held back now"),
    "all_held": phrase("Why, and the way out"),
    "none": phrase("Nothing is held back."),
    "invoices": phrase("Its invoices"),
    "again": phrase("Show it again"),
    "resume": phrase("Go on with it"),
    "retry": phrase("Send again what failed"),
    "print": phrase("Print the PDFs that are missing"),
    "step": phrase("step"),
    "done": phrase("done"),
    "waiting": phrase("waiting"),
    "on_hold": phrase("held"),
    "failed": phrase("failed"),
    "sealed": phrase("Sealed with the rulebook"),
    "begun": phrase("The run has begun."),
    "aside": phrase("It goes on when this page is closed."),
}
_STEPS: Final[Mapping[str, Phrase]] = {
    "issued": phrase("Issued"),
    "printed": phrase("PDF"),
    "peppol": phrase("Sent by Peppol"),
    "email": phrase("Sent by e-mail"),
    "held": phrase("Held by the rule of channels"),
    "accounting": phrase("Booked in accounting"),
}
_FACTS: Final = ("issued_on", "due_through", "order_type", "customer", "customers", "order", "held", "started_at", "ended_at", "workers")
_HELD: Final = ("customer", "order", "product", "billing_date", "net", "held_because")
_HELD_FIRST: Final = "20"


def _values(record: ShownRecord) -> Values:
    run, language = record.answer, record.visit.language
    held = record.read("/transactions", {}, state="held", limit=_HELD_FIRST, total="true") or {"rows": [], "total": 0}
    progress = record.read("/runs/{run}/progress", {"run": str(run["run"])}) or {}
    done = phrase("{done} of {shards} parts are done", done=str(run["done"]), shards=str(run["shards"]))
    billed, left = str(progress["billed"]), str(progress["left"])
    lines = phrase("{billed} lines are invoiced, {left} are left", billed=billed, left=left)
    if billed == "1":
        lines = phrase("1 line is invoiced, {left} are left", left=left)
    steps, is_running = rows_of(progress, "steps"), run["state"] == "running"
    is_any_waiting = any(step["waiting"] for step in steps if step["step"] != "printed")
    return {
        "own": {name: say(words, language) for name, words in _WORDS.items()} | {"of": say(done, language), "lines": say(lines, language)},
        "number": run["run"],
        "heading": say(phrase("Billing run {number}", number=str(run["run"])), language),
        "billed": progress["billed"],
        "left": progress["left"],
        "facts": shown_tree({name: run.get(name) for name in _FACTS}, language),
        "rulebook": run["rulebook"],
        "is_running": is_running,
        "seconds": 2 if is_running else 5 if is_any_waiting else 0,
        "may_resume": is_running and record.may("resume_run") and not is_worked_on(record.desk, int(str(run["run"]))),
        "has_begun": is_running and {"done", "start_billing"} <= {each for pair in record.visit.parameters for each in pair},
        **({"is_done": False} if is_running else {}),
        "may_print": any(step["waiting"] for step in steps if step["step"] == "printed") and record.may("print_run_invoices"),
        "may_retry": any(step["failed"] or (step["held"] and step["step"] != "held") for step in steps) and record.may("retry_run"),
        "once": lambda: str(uuid.uuid4()),
        "steps": list(_steps(record, steps)),
        "held": shown_table(record.named.rows(rows_of(held, "rows")), _HELD, language),
        "count": held["total"],
        "issued_on": run["issued_on"],
    }


def _steps(record: ShownRecord, steps: list[Mapping[str, object]]) -> Iterator[Values]:
    """Each step, with the way to the messages behind its figures."""
    run = quote(str(record.answer["run"]))
    for step in steps:
        name = str(step["step"])
        is_sent = name not in ("issued", "printed") and record.may("retry_message")
        link = f"/outbox?run={run}&channel={name}" if is_sent else f"/invoices?run={run}"
        counts = [(kind, step[kind], f"{link}&state={state}") for kind, state in _STATES.items()] if is_sent else []
        yield {
            "name": say(_STEPS.get(name) or as_written(name), record.visit.language),
            "link": link,
            "invoices": step["invoices"],
            "done": step["done"],
            "waiting": step["waiting"],
            "counts": counts,
        }


_STATES: Final[Mapping[str, str]] = {"waiting": "queued", "held": "held", "failed": "dead"}
RUN_PAGE: Final = OwnPage("runs/run.html.j2", _values)
