"""`centwright opportunity …`: opportunities listed, shown with their history, opened, changed, moved, won, lost and reopened."""

from __future__ import annotations

from datetime import date
from typing import cast

import click

from api.cli.activity_commands import activity_commands, write_activities
from api.cli.contact import show_erasure
from api.cli.customer import customer_fields
from api.cli.field_options import SET, WHERE, cells, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group, parsed, typed
from api.cli.paging import by_page, check_after, page_of
from api.cli.sheet_output import write_sheet
from api.desk import erasing, opportunity_details, prospects, sales
from api.desk.document_trees import history_tree, opportunity_tree, shown_opportunity_tree
from api.desk.filtering import Filter, names_of_fields, with_fields
from api.desk.opportunity_advice import advice
from api.desk.owed_amounts import COLUMNS, find_owed, owed_cells, owed_tree
from api.output.sheets import Sheet
from api.store import opportunities
from engine.documents.opportunity import Opportunity
from engine.documents.order import ORDER_TYPES, OrderType
from engine.documents.party import Prospect
from engine.money import Money
from engine.phrases import say


@click.group(cls=Group)
def opportunity() -> None:
    """Follow possible sales."""


@opportunity.command("list", cls=Command)
@click.option("--all", "with_closed", is_flag=True, help="Also what is won, lost or cancelled.")
@WHERE
@by_page
@pass_invocation
def list_opportunities(invocation: Invocation, with_closed: bool, condition: str | None, limit: int, after: str | None) -> None:
    """List open opportunities, with advice on those that need attention."""
    desk = invocation.desk
    filtering, own = Filter(desk, condition), names_of_fields(desk, "opportunity")
    with desk.store.reading() as connection:
        check_after(after, lambda name: name in opportunities.find(connection, [name]))
        chances = opportunities.each(connection, after=after, only_open=not with_closed)
        listed, more = page_of(filtering.looked_at(chances, filtering.of_opportunity), limit, lambda one: one.id)
    needs = advice(desk, listed)
    columns = ("id", "who", "what", "stage", "amount", "expected_close", "owner", "reason", *COLUMNS, "advice")
    owed = find_owed(desk, "opportunity", (one.id for one in listed))
    heads = ((one.id, who(one), one.what, one.stage, one.amount, one.expected_close, one.owner, one.reason) for one in listed)
    rows = tuple(
        (*head, *owed_cells(owed[one.id]), next(iter(needs.get(one.id, ())), None), *cells(one.attributes, own))
        for head, one in zip(heads, listed, strict=True)
    )
    write_sheet(invocation, Sheet(name="opportunities", columns=(*columns, *own), rows=rows, next=more), None, None)


@opportunity.command("show", cls=Command)
@click.argument("name")
@click.option("--as-of", "day", type=DAY, default=None, help="As it was at the end of a day.")
@pass_invocation
def show_opportunity(invocation: Invocation, name: str, day: date | None) -> None:
    """Show an opportunity with its history, its activities and what it needs."""
    shown = opportunity_details.show_opportunity(invocation.desk, name, as_of=day)
    if invocation.as_json:
        invocation.write_json(shown_opportunity_tree(shown, invocation.language))
        return
    of = shown.opportunity
    plain = {"who": who(of), "order_type": of.order_type, "advice": "; ".join(say(each, invocation.language) for each in shown.advice)}
    invocation.write_fields(of.model_dump(mode="json", exclude={"prospect", "amounts"}) | owed_tree(shown.owed) | plain)
    columns = ("changed_on", "author", "field", "before", "after")
    rows = tuple(tuple(cast("str | None", change[column]) for column in columns) for change in history_tree(shown.history))
    write_sheet(invocation, Sheet(name="history", columns=columns, rows=rows), None, None)
    if shown.activities:
        write_activities(invocation, shown.activities)


@opportunity.command("open", cls=Command)
@click.argument("name")
@click.option("--customer", default=None, help="The customer; or name a --prospect.")
@click.option("--prospect", default=None, help="Who might become a customer.")
@click.option("--what", required=True, help="What is to be sold.")
@click.option("--stage", required=True, help="A stage of rules/stages.yaml.")
@click.option("--amount", required=True, help="Its expected net amount.")
@click.option("--expected-close", type=DAY, required=True)
@click.option("--order-type", type=click.Choice(ORDER_TYPES), default=None, help="Of which order type the amount is.")
@click.option("--owner", required=True, help="Who is responsible for it.")
@click.option("--source", default=None, help="Where it came from.")
@click.option("--next-step", default=None)
@click.option("--next-step-on", type=DAY, default=None)
@pass_invocation
def open_opportunity(
    invocation: Invocation,
    /,
    name: str,
    customer: str | None,
    prospect: str | None,
    amount: str,
    order_type: OrderType | None,
    **fields: object,
) -> None:
    """Open an opportunity."""
    if (customer is None) == (prospect is None):
        raise click.UsageError("name either --customer or --prospect")
    currency, net = invocation.desk.rulebook.currency, _amount(invocation, amount)
    party = {"customer": customer, "prospect": Prospect(name=prospect) if prospect else None}
    amounts = {"currency": currency, "amount": net, "amounts": {order_type: net} if order_type else {}}
    opened = Opportunity.model_validate({"id": name, "state": "open", **party, **amounts, **fields})
    _show(invocation, sales.open_opportunity(invocation.desk, opened))


@opportunity.command("change", cls=Command)
@click.argument("name")
@click.option("--amount", default=None)
@click.option("--expected-close", type=DAY, default=None)
@click.option("--owner", default=None)
@click.option("--what", default=None)
@click.option("--order-type", type=click.Choice(ORDER_TYPES), default=None, help="Of which order type the amount is.")
@click.option("--source", default=None, help="Where it came from; empty: not known.")
@click.option("--next-step", default=None, help="What is done next; empty: nothing.")
@click.option("--next-step-on", type=DAY, default=None)
@SET
@pass_invocation
def change_opportunity(
    invocation: Invocation,
    /,
    name: str,
    amount: str | None,
    order_type: OrderType | None,
    given: tuple[str, ...],
    **changes: object,
) -> None:
    """Change fields of an open opportunity."""
    updates = {field: text or None for field, text in changes.items() if text is not None}
    if changes["next_step"] == "":
        updates["next_step_on"] = None
    if given:
        before = sales.find_opportunity(invocation.desk, name)
        updates["attributes"] = with_fields(invocation.desk, "opportunity", before.attributes, pairs(given))
    if not updates and amount is None and order_type is None:
        raise click.UsageError("say what changes")
    net = None if amount is None else _amount(invocation, amount)
    _show(invocation, sales.change(invocation.desk, name, updates, amount=net, order_type=order_type))


@opportunity.command("register", cls=Command)
@click.argument("registered", metavar="NAME")
@click.argument("customer_id", metavar="ID")
@customer_fields
@SET
@pass_invocation
def register_prospect(invocation: Invocation, /, registered: str, customer_id: str, given: tuple[str, ...], **fields: str | None) -> None:
    """Register the prospect of an opportunity among the customers under an ID, so that it can be quoted."""
    known = {field: text for field, text in fields.items() if text is not None}
    _show(invocation, prospects.register(invocation.desk, registered, customer_id, known, dict(pairs(given))))


@opportunity.command("primary", cls=Command)
@click.argument("name")
@click.argument("quote", required=False)
@click.option("--none", "typed_again", is_flag=True, help="No quote sets it: the amount is typed.")
@pass_invocation
def set_primary(invocation: Invocation, name: str, quote: str | None, typed_again: bool) -> None:
    """Let a QUOTE set the amount of an opportunity, also by its later versions."""
    if (quote is None) != typed_again:
        raise click.UsageError("name a quote, or write --none")
    _show(invocation, sales.set_primary(invocation.desk, name, quote))


@opportunity.command("stage", cls=Command)
@click.argument("name")
@click.argument("stage")
@pass_invocation
def move_opportunity(invocation: Invocation, name: str, stage: str) -> None:
    """Move an open opportunity to another STAGE."""
    _show(invocation, sales.move(invocation.desk, name, stage))


@opportunity.command("win", cls=Command)
@click.argument("name")
@click.option("--because", default=None, help="Why, in free words.")
@pass_invocation
def win_opportunity(invocation: Invocation, name: str, because: str | None) -> None:
    """Mark an opportunity as won."""
    _show(invocation, sales.win(invocation.desk, name, because or None))


@opportunity.command("lose", cls=Command)
@click.argument("name")
@click.option("--reason", required=True, help="A reason of rules/stages.yaml.")
@click.option("--cancelled", is_flag=True, help="It was given up rather than lost.")
@pass_invocation
def lose_opportunity(invocation: Invocation, name: str, reason: str, cancelled: bool) -> None:
    """Mark an opportunity as lost, with a reason."""
    _show(invocation, sales.lose(invocation.desk, name, reason, verb="cancel" if cancelled else "lose"))


@opportunity.command("cancel", cls=Command)
@click.argument("name")
@click.option("--reason", required=True, help="A reason of rules/stages.yaml.")
@pass_invocation
def cancel_opportunity(invocation: Invocation, name: str, reason: str) -> None:
    """Mark an opportunity as given up, with a reason."""
    _show(invocation, sales.lose(invocation.desk, name, reason, verb="cancel"))


@opportunity.command("reopen", cls=Command)
@click.argument("name")
@click.argument("stage")
@pass_invocation
def reopen_opportunity(invocation: Invocation, name: str, stage: str) -> None:
    """Open a closed opportunity again, in a STAGE."""
    _show(invocation, sales.reopen(invocation.desk, name, stage))


@opportunity.command("erase", cls=Command)
@click.argument("name")
@click.option("--by", metavar="NAME", required=True, help="Who decided it.")
@click.option("--because", metavar="REASON", required=True, help="Why, such as a request of the person.")
@pass_invocation
def erase_prospect(invocation: Invocation, name: str, by: str, because: str) -> None:
    """Erase the prospect of a closed opportunity, with its contacts and what the history says of it."""
    show_erasure(invocation, erasing.erase_prospect(invocation.desk, name, by=by, because=because))


activity_commands(opportunity, "opportunity")


def who(one: Opportunity) -> str:
    """The customer or prospect of an opportunity."""
    return one.customer or (one.prospect.name if one.prospect else "")


def _amount(invocation: Invocation, text: str) -> Money:
    currency = invocation.desk.rulebook.currency
    amount = parsed("--amount", text, typed(lambda amount: Money.parse(amount, currency), currency.code))
    if amount.minor < 0:
        raise click.BadParameter("an opportunity has an amount of 0 or more", param_hint="--amount")
    return amount


def _show(invocation: Invocation, one: Opportunity) -> None:
    if invocation.as_json:
        invocation.write_json(opportunity_tree(one))
    else:
        invocation.write(f"{one.id} {who(one)}: {one.state}, {one.stage}, {one.amount} {one.currency}, {one.expected_close}")
