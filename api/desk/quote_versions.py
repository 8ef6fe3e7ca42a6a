"""The versions of a quote: the steps of each, and what it changed of the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.desk.quote_states import as_of
from api.refusals import unknown
from api.store import quote_replies, quotes
from api.store.quote_replies import Reply
from api.store.quotes import QuoteStep, StoredQuote
from engine.documents.priced_quote import PricedQuote, QuotedLine

Tree = dict[str, object]
_TOTALS: Final = ("mrr", "arr", "one_off", "first_invoice", "contract_value", "on", "valid_until", "payment_terms", "rulebook")
_OWN: Final = ("order_type", "billing_process", "billing_type", "payment_plan", "term_months", "joins", "merges_into", "net")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVersion:
    """A version of a quote with its steps, and the version before."""

    quote: StoredQuote
    steps: tuple[QuoteStep, ...]
    before: StoredQuote | None
    reply: Reply | None = None
    """What its customer replied on its link."""


def versions_of(desk: Desk, number: str) -> tuple[QuoteVersion, ...]:
    """The versions of a quote, the first one first, with their states today; refuses an unknown quote."""
    with desk.store.reading() as connection:
        versions, steps = quotes.find(connection, number), quotes.steps(connection, number)
        replies = quote_replies.of_quote(connection, number)
    if not versions:
        raise unknown("quote", number)
    *former, last = versions
    states = [*former, as_of(last, desk.today)]
    return tuple(
        QuoteVersion(
            quote=one,
            steps=tuple(step for step in steps if step["version"] == one.version),
            before=states[at - 1] if at else None,
            reply=replies.get(one.version),
        )
        for at, one in enumerate(states)
    )


def steps_tree(steps: Sequence[QuoteStep]) -> list[Tree]:
    """The steps of a version: its states, when and by whom, and what belongs to each."""
    fields: dict[str, object] = {"approver": None, "reasons": [], "by": None, "role": None, "purchase_order": None, "chosen": []}
    return [
        {
            "state": step["state"],
            "on": step["stepped_on"].isoformat(),
            "at": step["stepped_at"].isoformat(),
            "author": step["author"],
            "note": step["note"],
            **fields,
            **(json.loads(step["details"]) if step["details"] else {}),
        }
        for step in steps
    ]


def reply_tree(reply: Reply | None) -> Tree | None:
    """What a customer replied on the link of a version, with the evidence, and until when what is personal is stored."""
    if reply is None:
        return None
    written = {name: part.isoformat() if isinstance(part, date) else part for name, part in asdict(reply).items()}
    return {name: part for name, part in written.items() if name not in ("number", "version")} | {"chosen": list(reply.chosen)}


def changes_tree(before: PricedQuote | None, after: PricedQuote) -> Tree:
    """What a version changed of the one before: its lines, and its figures."""
    if before is None:
        return {"lines": [], "figures": []}
    figures = _differing({name: _text(getattr(before, name)) for name in _TOTALS}, {name: _text(getattr(after, name)) for name in _TOTALS})
    return {"lines": list(_line_changes(before.lines, after.lines)), "figures": figures}


def _line_changes(before: Sequence[QuotedLine], after: Sequence[QuotedLine]) -> Iterator[Tree]:
    """What became of each line: of several with one product first those that are the same."""
    left = list(before)
    former: dict[int, QuotedLine] = {}
    for is_same in (True, False):
        for line in after:
            fits = (each for each in left if each.request.product == line.request.product and (not is_same or each.request == line.request))
            earlier_line = None if line.number in former else next(fits, None)
            if earlier_line is not None:
                former[line.number] = earlier_line
                left.remove(earlier_line)
    for line in left:
        yield {"change": "removed", "line": None, "line_before": line.number, "product": line.request.product, "fields": []}
    for line in after:
        earlier = former.get(line.number)
        if earlier is None:
            yield {"change": "added", "line": line.number, "line_before": None, "product": line.request.product, "fields": []}
        elif fields := _differing(_fields(earlier), _fields(line)):
            place = {"line": line.number, "line_before": earlier.number, "product": line.request.product}
            yield {"change": "changed", **place, "fields": fields}


def _fields(line: QuotedLine) -> dict[str, str | None]:
    """What is said of a line: what was requested, and how it was priced."""
    requested = {name: value for name, value in line.request if name not in _OWN}
    own = {name: getattr(line, name) for name in _OWN}
    return {name: _text(value) for name, value in {**requested, **own, "unit_price": line.priced.unit_price}.items()}


def _differing(before: dict[str, str | None], after: dict[str, str | None]) -> list[Tree]:
    names = [name for name in after if before.get(name) != after[name]]
    return [{"field": name, "before": before.get(name), "after": after[name]} for name in names]


def _text(value: object) -> str | None:
    """A value as text; what is not there, not so or empty is null."""
    if value is None or value is False or value == {}:
        return None
    if isinstance(value, dict):
        return ", ".join(f"{name}={text}" for name, text in sorted(value.items()))
    return "yes" if value is True else str(value)
