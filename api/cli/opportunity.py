"""`centwright opportunity …`: opportunities listed, shown with their history, opened, changed, moved, won, lost and reopened."""

from __future__ import annotations

from datetime import date

import click

from api.cli.contact import show_erasure
from api.cli.field_options import SET, WHERE, cells, pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, Group, parsed, typed
from api.cli.paging import by_page, check_after, page_of
from api.cli.sheet_output import write_sheet
from api.desk import erasing, sales
from api.desk.document_trees import opportunity_tree
from api.desk.filtering import Filter, names_of_fields, with_fields
from api.desk.pipeline_report import advice
from api.output.sheets import Sheet
from api.store import opportunities
from engine.documents.opportunity import Opportunity
from engine.documents.party import Prospect
from engine.money import Money


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
    advice_by_id = advice(desk, listed)
    columns = ("id", "who", "what", "stage", "amount", "expected_close", "owner", "reason", "advice")
    rows = tuple(
        (
            *(one.id, who(one), one.what, one.stage, one.amount, one.expected_close, one.owner, one.reason, advice_by_id.get(one.id)),
            *cells(one.attributes, own),
        )
        for one in listed
    )
    write_sheet(invocation, Sheet(name="opportunities", columns=(*columns, *own), rows=rows, next=more), None, None)


@opportunity.command("show", cls=Command)
@click.argument("name")
@pass_invocation
def show_opportunity(invocation: Invocation, name: str) -> None:
    """Show an opportunity with its history."""
    shown = sales.find_opportunity(invocation.desk, name)
    history = sales.history_of(invocation.desk, name)
    if invocation.as_json:
        invocation.write_json(opportunity_tree(shown) | {"history": history})
        return
    invocation.write_fields(shown.model_dump(mode="json", exclude={"prospect"}) | {"who": who(shown)})
    columns = ("changed_on", "author", "field", "before", "after")
    rows = tuple(tuple(cell if isinstance(cell := change[column], str) else None for column in columns) for change in history)
    write_sheet(invocation, Sheet(name="history", columns=columns, rows=rows), None, None)


@opportunity.command("open", cls=Command)
@click.argument("name")
@click.option("--customer", default=None, help="The customer; or name a --prospect.")
@click.option("--prospect", default=None, help="Who might become a customer.")
@click.option("--what", required=True, help="What is to be sold.")
@click.option("--stage", required=True, help="A stage of rules/stages.yaml.")
@click.option("--amount", required=True, help="Its expected net amount.")
@click.option("--expected-close", type=DAY, required=True)
@click.option("--owner", required=True, help="Who is responsible for it.")
@pass_invocation
def open_opportunity(
    invocation: Invocation,
    name: str,
    customer: str | None,
    prospect: str | None,
    what: str,
    stage: str,
    amount: str,
    expected_close: date,
    owner: str,
) -> None:
    """Open an opportunity."""
    if (customer is None) == (prospect is None):
        raise click.UsageError("name either --customer or --prospect")
    currency = invocation.desk.rulebook.currency
    opened = Opportunity(
        currency=currency,
        id=name,
        customer=customer,
        prospect=Prospect(name=prospect) if prospect else None,
        what=what,
        stage=stage,
        state="open",
        amount=_amount(invocation, amount),
        expected_close=expected_close,
        owner=owner,
    )
    _show(invocation, sales.open_opportunity(invocation.desk, opened))


@opportunity.command("change", cls=Command)
@click.argument("name")
@click.option("--amount", default=None)
@click.option("--expected-close", type=DAY, default=None)
@click.option("--owner", default=None)
@click.option("--what", default=None)
@click.option("--source", default=None, help="Where it came from.")
@click.option("--next-step", default=None)
@click.option("--next-step-on", type=DAY, default=None)
@SET
@pass_invocation
def change_opportunity(invocation: Invocation, /, name: str, amount: str | None, given: tuple[str, ...], **changes: object) -> None:
    """Change fields of an open opportunity."""
    updates = {field: text for field, text in changes.items() if text is not None}
    if amount is not None:
        updates["amount"] = _amount(invocation, amount)
    if given:
        before = sales.find_opportunity(invocation.desk, name)
        updates["attributes"] = with_fields(invocation.desk, "opportunity", before.attributes, pairs(given))
    if not updates:
        raise click.UsageError("say what changes")
    _show(invocation, sales.change(invocation.desk, name, updates))


@opportunity.command("stage", cls=Command)
@click.argument("name")
@click.argument("stage")
@pass_invocation
def move_opportunity(invocation: Invocation, name: str, stage: str) -> None:
    """Move an open opportunity to another STAGE."""
    _show(invocation, sales.move(invocation.desk, name, stage))


@opportunity.command("win", cls=Command)
@click.argument("name")
@pass_invocation
def win_opportunity(invocation: Invocation, name: str) -> None:
    """Mark an opportunity as won."""
    _show(invocation, sales.win(invocation.desk, name))


@opportunity.command("lose", cls=Command)
@click.argument("name")
@click.option("--reason", required=True, help="A reason of rules/stages.yaml.")
@click.option("--cancelled", is_flag=True, help="It was given up rather than lost.")
@pass_invocation
def lose_opportunity(invocation: Invocation, name: str, reason: str, cancelled: bool) -> None:
    """Mark an opportunity as lost, with a reason."""
    _show(invocation, sales.lose(invocation.desk, name, reason, verb="cancel" if cancelled else "lose"))


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
