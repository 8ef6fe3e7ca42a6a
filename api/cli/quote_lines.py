"""`centwright quote add-line | change-line | remove-line`: a draft changed line by line; of any other quote a new version is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal

import click

from api.cli.field_options import pairs
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import DAY, Command, parsed, typed
from api.cli.quote_tables import show
from api.desk import quoting
from api.desk.desk import Desk
from api.http.request_parsing import read_request
from engine.documents.quote import LineRequest
from engine.documents.signed_percent import percent_of
from engine.documents.usage_report import Commitment
from engine.money import Currency, Money, Quantity

_Function = Callable[..., None]


def line_options(command: _Function) -> _Function:
    """The options of a line, which the command takes as `fields`; see `line_fields`."""
    for option in reversed(
        (
            click.option("--billing-type", default=None, help="A billing type of plans/."),
            click.option("--billing-process", default=None, help="A billing process of plans/ that the product allows."),
            click.option("--payment-plan", default=None, help="A payment plan of plans/."),
            click.option("--starts-on", type=DAY, default=None, help="The wished first day."),
            click.option("--insertions", type=click.IntRange(1, 1200), default=None, help="Of advertising: in how many months."),
            click.option("--term", "term_months", type=click.IntRange(1, 120), default=None, help="The committed term in months."),
            click.option("--discount", default=None, help="A manual discount, such as 5%."),
            click.option("--text", default=None, help="What the quote says of it, in free words."),
            click.option("--optional/--fixed", default=None, help="Whether it counts only if it is chosen at acceptance."),
            click.option("--alternative", default=None, metavar="NAME", help="Of which alternatives it is one: the first counts."),
            click.option("--attribute", "own", multiple=True, metavar="NAME=VALUE", help="An attribute of the line."),
            click.option("--minimum", default=None, help="A minimum net where the product is measured, such as 500.00."),
            click.option("--minimum-per", type=click.Choice(["period", "term"]), default="period", show_default=True, help="Over what."),
        )
    ):
        command = option(command)
    return command


def line_fields(currency: Currency, fields: dict[str, object]) -> dict[str, object]:
    """The fields of a line that options give, read; those that were not given are left out."""
    given = {name: value for name, value in fields.items() if value not in (None, ())}
    per = given.pop("minimum_per", "period")
    if "discount" in given:
        given["discount"] = parsed("--discount", str(given["discount"]), percent_of)
    if "quantity" in given:
        given["quantity"] = parsed("--quantity", str(given["quantity"]), typed(Quantity.parse))
    if "minimum" in given:
        net = parsed("--minimum", str(given.pop("minimum")), typed(lambda text: Money.parse(text, currency), currency.code))
        given["commitment"] = Commitment(net=net, per=_per(str(per)))
    if "own" in given:
        names = given.pop("own")
        assert isinstance(names, tuple)
        given["attributes"] = dict(pairs(names))
    return given


def lines_of(desk: Desk, lines: Iterable[str], fields: Mapping[str, object]) -> list[LineRequest]:
    """The lines that are typed as PRODUCT=QUANTITY, each with the same fields; a minimum is that of measured products."""
    own = line_fields(desk.rulebook.currency, dict(fields))
    unmeasured = {name: value for name, value in own.items() if name != "commitment"}
    requests = []
    for line in lines:
        product, equals, text = line.partition("=")
        quantity = parsed(line, text, typed(Quantity.parse)) if equals else Quantity.whole(1)
        sold = desk.rulebook.products.get(product)
        given = own if sold is not None and sold.measured else unmeasured
        requests.append(read_request(LineRequest, {"product": product, "quantity": quantity, **given}))
    return requests


@click.command("add-line", cls=Command)
@click.argument("number")
@click.argument("product", metavar="PRODUCT[=QUANTITY]")
@click.option("--quantity", default=None, help="How many.  [default: 1]")
@line_options
@pass_invocation
def add_line(invocation: Invocation, /, number: str, product: str, **fields: str | int | bool | date | tuple[str, ...] | None) -> None:
    """Add a line with a PRODUCT to a draft; of any other quote a new version is made."""
    code, _, quantity = product.partition("=")
    given = line_fields(invocation.desk.rulebook.currency, {**fields, "quantity": fields["quantity"] or quantity or "1"})
    show(invocation, quoting.add_line(invocation.desk, number, read_request(LineRequest, {"product": code, **given})))


@click.command("change-line", cls=Command)
@click.argument("number")
@click.argument("line", type=click.IntRange(1, 1000))
@click.option("--product", default=None, help="Another product.")
@click.option("--quantity", default=None, help="How many.")
@line_options
@click.option("--without", multiple=True, metavar="FIELD", help="What is taken away, such as `discount` or `starts-on`.")
@pass_invocation
def change_line(
    invocation: Invocation, /, number: str, line: int, without: tuple[str, ...], **fields: str | int | bool | date | tuple[str, ...] | None
) -> None:
    """Change what is given of a LINE of a draft; of any other quote a new version is made."""
    given = line_fields(invocation.desk.rulebook.currency, dict(fields))
    removed = {_OPTIONS.get(name, name.replace("-", "_")) for name in without}
    unknown = removed - set(_REMOVABLE)
    if unknown:
        raise click.UsageError(f"--without {min(unknown)}: write one of {', '.join(sorted(_REMOVABLE))}")
    if not given and not removed:
        raise click.UsageError("say what changes")
    show(invocation, quoting.change_line(invocation.desk, number, line, {**{name: _REMOVABLE[name] for name in removed}, **given}))


@click.command("remove-line", cls=Command)
@click.argument("number")
@click.argument("line", type=click.IntRange(1, 1000))
@pass_invocation
def remove_line(invocation: Invocation, number: str, line: int) -> None:
    """Remove a LINE of a draft; of any other quote a new version is made."""
    show(invocation, quoting.remove_line(invocation.desk, number, line))


_OPTIONS = {"minimum": "commitment", "term": "term_months", "attribute": "attributes"}
_REMOVABLE: dict[str, object] = {
    name: field.get_default(call_default_factory=True)
    for name, field in LineRequest.model_fields.items()
    if name not in ("product", "quantity", "discount_author")
}
"""The fields of a line that may be taken away, with what they are then."""


def _per(text: str) -> Literal["period", "term"]:
    return "term" if text == "term" else "period"
