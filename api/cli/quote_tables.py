"""How quotes are shown at the command line: their lines, totals and choices, their versions, and what an acceptance brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api.cli.invocation import Invocation
from api.cli.sheet_output import write_sheet
from api.desk.document_trees import accepted_tree, quote_tree, quote_versions_tree
from api.desk.quote_acceptance import Accepted
from api.desk.quote_comparison import Compared, comparison_tree
from api.desk.quote_versions import QuoteVersion, changes_tree, steps_tree
from api.output.sheets import Sheet
from api.store.quote_replies import Reply, ReplyKind
from api.store.quotes import StoredQuote
from engine.documents.line_figures import shown_quote_price
from engine.documents.priced_quote import PricedQuote, QuotedLine
from engine.money import Money
from engine.phrases import Phrase, as_written, phrase, say
from engine.problems import message_of

_REPLIES: Final[Mapping[ReplyKind, Phrase]] = {
    "accepted": phrase("accepted"),
    "agreed": phrase("agreed"),
    "declined": phrase("declined"),
}


def show(invocation: Invocation, one: StoredQuote, tree: dict[str, object] | None = None) -> None:
    """Writes a version of a quote; as JSON its tree, or the one given."""
    if invocation.as_json:
        invocation.write_json(tree or quote_tree(one))
        return
    priced = one.quote
    template = "quote {number} version {version} for {customer}: {state}, valid until {until}"
    head = phrase(
        template,
        number=one.number,
        version=one.version,
        customer=priced.customer.name,
        state=as_written(one.state),
        until=priced.valid_until,
    )
    invocation.write(say(head, invocation.language))
    columns = ("line", "product", "quantity", "billing_type", "unit_price", "net", "choice")
    rows = tuple(
        (
            line.number,
            line.request.product,
            line.request.quantity,
            line.payment_plan or line.billing_type,
            line.priced.unit_price if shown_quote_price(line.priced) else None,
            line.net,
            _choice(line),
        )
        for line in priced.lines
    )
    write_sheet(invocation, Sheet(name="lines", columns=columns, rows=rows), None, None)
    sums = tuple((each.billing_type, each.net, each.vat, each.gross) for each in priced.estimates)
    write_sheet(invocation, Sheet(name="totals", columns=("total", "net", "vat_estimate", "gross"), rows=sums), None, None)
    for sentence in _sentences(priced):
        invocation.write(say(sentence, invocation.language))


def _sentences(priced: PricedQuote) -> Iterator[Phrase]:
    """What the lines of a quote join, what it is worth, and why its VAT is not known."""
    for line in priced.lines:
        if line.joins and line.merges_into:
            yield phrase(
                "line {number} joins {order}, where it adds to {item}", number=line.number, order=line.joins, item=line.merges_into
            )
        elif line.joins:
            yield phrase("line {number} joins {order}", number=line.number, order=line.joins)
    yield phrase(
        "MRR {mrr}, ARR {arr}, one-off {one_off}, first invoice {first_invoice}, contract value {contract_value}",
        mrr=priced.mrr,
        arr=priced.arr,
        one_off=priced.one_off,
        first_invoice=priced.first_invoice,
        contract_value=priced.contract_value,
    )
    for variant in priced.variants:
        yield phrase(
            "with line {lines}: MRR {mrr}, one-off {one_off}, first invoice {first_invoice}, contract value {contract_value}",
            lines=", ".join(map(str, variant.chosen)),
            mrr=variant.mrr,
            one_off=variant.one_off,
            first_invoice=variant.first_invoice,
            contract_value=variant.contract_value,
        )
    if priced.payment_terms is not None:
        yield phrase("payment terms {terms}", terms=priced.payment_terms)
    for because in priced.held:
        yield phrase("VAT not known yet: {because}", because=because)


def show_versions(invocation: Invocation, versions: Sequence[QuoteVersion]) -> None:
    """Writes the versions of a quote, the steps of each, and what it changed."""
    tree = quote_versions_tree(versions)
    if invocation.as_json:
        invocation.write_json(tree)
        return
    for each in versions:
        one = each.quote
        template = "version {version} of {day}: {state}, contract value {value}"
        head = phrase(template, version=one.version, day=one.quote.on, state=as_written(one.state), value=one.quote.contract_value)
        invocation.write(say(head, invocation.language))
        for step in steps_tree(each.steps):
            parts = (step["on"], step["state"], step["author"], step["note"], step["by"], step["purchase_order"])
            invocation.write("  " + "  ".join(str(part) for part in parts if part))
        show_reply(invocation, each.reply)
        changes = changes_tree(each.before.quote if each.before else None, one.quote)
        write_sheet(invocation, _changes(changes), None, None)


def show_reply(invocation: Invocation, reply: Reply | None) -> None:
    """Writes what a customer replied on the link of a version, and what is left to do."""
    if reply is None:
        return
    template = "on its link: {reply} on {day} by {name}"
    line = phrase(template, reply=_REPLIES[reply.reply], day=reply.replied_on, name=reply.name or "–")
    invocation.write(say(line, invocation.language))
    if reply.because is not None:
        invocation.write(say(phrase("to be finished with `quote accept`: {because}", because=reply.because), invocation.language))


def show_accepted(invocation: Invocation, accepted: Accepted) -> None:
    """Writes the orders that a quote became, and those that its items joined."""
    if invocation.as_json:
        invocation.write_json(accepted_tree(accepted))
        return
    for order in accepted.orders:
        template = "{type} order {order} with {items} items; activate it with `centwright order activate`"
        line = phrase(template, type=order.type, order=order.id, items=len(order.items))
        invocation.write(say(line, invocation.language))
    for order in accepted.joined:
        invocation.write(say(phrase("its items joined {order}", order=order.id), invocation.language))


def show_comparison(invocation: Invocation, compared: tuple[Compared, ...]) -> None:
    """Writes what a quote would come to otherwise."""
    tree = comparison_tree(compared, invocation.language)
    if invocation.as_json:
        invocation.write_json(tree)
        return
    columns = ("billing_type", "payment_plan", "mrr", "one_off", "first_invoice", "contract_value", "difference")
    rows = []
    for each in compared:
        quote, first = each.quote, compared[0].quote
        figures: tuple[Money | None, ...] = (None,) * 5
        if quote is not None and first is not None:
            more = quote.contract_value - first.contract_value
            figures = (quote.mrr, quote.one_off, quote.first_invoice, quote.contract_value, more)
        rows.append((each.billing_type, each.payment_plan, *figures))
    write_sheet(invocation, Sheet(name="comparison", columns=columns, rows=tuple(rows)), None, None)
    for each in compared:
        for problem in each.problems:
            invocation.write(f"{each.billing_type or each.payment_plan}: {say(message_of(problem), invocation.language)}")


def _choice(line: QuotedLine) -> str | None:
    """How a line may be chosen: `optional`, or the name of its alternatives."""
    return "optional" if line.request.optional else line.request.alternative


def _changes(changes: dict[str, object]) -> Sheet:
    """What a version changed, field by field."""
    rows: list[tuple[str | int | None, ...]] = []
    lines, figures = changes["lines"], changes["figures"]
    assert isinstance(lines, list)
    assert isinstance(figures, list)
    for line in lines:
        number = line["line"] or line["line_before"]
        for field in line["fields"] or [{"field": None, "before": None, "after": None}]:
            rows.append((line["change"], number, line["product"], field["field"], field["before"], field["after"]))
    rows += [("changed", None, None, each["field"], each["before"], each["after"]) for each in figures]
    return Sheet(name="changes", columns=("change", "line", "product", "field", "before", "after"), rows=tuple(rows))
