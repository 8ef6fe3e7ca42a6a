"""A quote as it would be otherwise: the same lines under every billing type and every payment plan of the rulebook that priced it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from api.desk.desk import Desk
from api.desk.explaining import rulebook_by_fingerprint
from api.desk.quote_states import last_version
from api.desk.quoting import Requested, joined_by, price
from engine.documents.order import has_payment_plan, may_be_measured
from engine.documents.priced_quote import PricedQuote, QuotedLine
from engine.documents.quote import LineRequest
from engine.phrases import Language, say
from engine.problems import Problem, Refusal, message_of
from engine.rulebook.book import Rulebook

Tree = dict[str, object]
RequestOf = Callable[[QuotedLine], LineRequest]
_FIGURES = ("mrr", "arr", "one_off", "first_invoice", "contract_value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A quote as it is, or with another billing type or payment plan; without a quote, why it cannot be sold so."""

    billing_type: str | None = None
    payment_plan: str | None = None
    quote: PricedQuote | None = None
    problems: tuple[Problem, ...] = ()


def compare(desk: Desk, number: str) -> tuple[Compared, ...]:
    """The last version of a quote as it is, then under every billing type and every payment plan; nothing is stored."""
    with desk.store.reading() as connection:
        quote = last_version(connection, number).quote
        rulebook, _ = rulebook_by_fingerprint(desk, connection, quote.rulebook)
        requested = Requested(on=quote.on, subscription=joined_by(quote), payment_terms=quote.payment_terms, valid_until=quote.valid_until)
        rows = [Compared(quote=quote)]
        for billing_type, plan, request_of in _ways(quote, rulebook):
            lines = [request_of(line) for line in quote.lines]
            try:
                priced = price(desk, connection, quote.customer, lines, requested, chosen=(), rulebook=rulebook)
            except Refusal as refusal:
                rows.append(Compared(billing_type=billing_type, payment_plan=plan, problems=refusal.problems))
            else:
                rows.append(Compared(billing_type=billing_type, payment_plan=plan, quote=priced))
    return tuple(rows)


def comparison_tree(compared: tuple[Compared, ...], language: Language) -> Tree:
    """What each way comes to, and by how much its contract value differs from that of the quote."""
    assert compared[0].quote is not None, "the first is the quote as it is"
    return {"rows": [_row(each, compared[0].quote, language) for each in compared]}


def _row(one: Compared, as_it_is: PricedQuote, language: Language) -> Tree:
    quote = one.quote
    figures: Tree = {name: None if quote is None else str(getattr(quote, name)) for name in _FIGURES}
    more = None if quote is None else str(quote.contract_value - as_it_is.contract_value)
    return {
        "billing_type": one.billing_type,
        "payment_plan": one.payment_plan,
        "is_quoted": quote is as_it_is,
        "totals": {} if quote is None else {name: str(net) for name, net in quote.totals.items()},
        **figures,
        "difference": more,
        "instalments": [] if quote is None else [each.model_dump(mode="json") for each in quote.instalments],
        "refused": [say(message_of(problem), language) for problem in one.problems],
    }


def _ways(quote: PricedQuote, rulebook: Rulebook) -> Iterator[tuple[str | None, str | None, RequestOf]]:
    """Each billing type and each payment plan, with what it makes of a line."""
    if any(may_be_measured(line.order_type) for line in quote.lines):
        yield from ((name, None, partial(_billed_by, rulebook, name)) for name, each in rulebook.billing_types.items() if not each.once)
    if any(has_payment_plan(line.order_type) for line in quote.lines):
        yield from ((None, name, partial(_paid_by, name)) for name in rulebook.payment_plans)


def _billed_by(rulebook: Rulebook, name: str, line: QuotedLine) -> LineRequest:
    """What a recurring line asks under a billing type: in its billing process, else in one of its product that has the type."""
    if not may_be_measured(line.order_type) or rulebook.billing_types[line.billing_type].once:
        return line.request
    product = rulebook.products[line.request.product]
    fits = (each for each in (line.billing_process, *product.billing_processes) if _allows(rulebook, each, name))
    return line.request.replace(billing_type=name, billing_process=next(fits, line.billing_process))


def _allows(rulebook: Rulebook, process: str, billing_type: str) -> bool:
    """Whether a billing process allows a billing type; one without a list allows any."""
    written = rulebook.billing_processes[process]
    return not written.billing_types or billing_type in (written.billing_type, *written.billing_types)


def _paid_by(name: str, line: QuotedLine) -> LineRequest:
    """What a line paid by a plan asks under another one."""
    return line.request.replace(payment_plan=name) if has_payment_plan(line.order_type) else line.request
