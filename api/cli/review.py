"""`centwright review BASE`: check, formatting, scenarios, coverage and the diff of amounts, in one comment for a merge request."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.output.files import write_file
from api.workbench.rulebook_review import Gate, comment_of, outcome_of, review_of
from engine.phrases import Phrase, phrase, say


@click.command(cls=Command)
@click.argument("base")
@click.option("--comment", type=click.Path(path_type=Path, dir_okay=False), help="Write the comment into this file; else to stdout.")
@click.option("--coverage", "least", type=click.IntRange(0, 100), default=0, show_default=True, help="The percentage to be covered.")
@click.option(
    "--data",
    "orders",
    type=click.Path(path_type=Path),
    help="The CSV files of the golden invoices, such as an export of live ones (default: golden/ or demo/).",
)
@click.option("--fail-if", "condition", metavar="CONDITION", help="End with 3 where this holds: `diff.largest > 50.00 EUR`.")
@click.option("--live", is_flag=True, help="Compare every live order of the database (--database) too.")
@pass_invocation
def review(
    invocation: Invocation, base: str, comment: Path | None, least: int, orders: Path | None, condition: str | None, live: bool
) -> int:
    """Run every check on a changed rulebook, against BASE: a git revision, a folder or a published version.

    Ends with 0 where all passed, 1 where something did not pass, 3 where `--fail-if` is met. Changed amounts alone are no failure.
    """
    gates: list[Gate] = []
    settings = invocation.settings
    database = {"CENTWRIGHT_DATABASE_URL": settings.database_url} | ({"CENTWRIGHT_TODAY": f"{settings.today}"} if settings.today else {})
    reviewed = review_of(
        base, settings.rulebook, invocation.language, least=least, orders=orders, condition=condition, live=database if live else None
    )
    for gate in reviewed:
        gates.append(gate)
        invocation.write_message(say(_outcome(gate, gates[0]), invocation.language))
    text = comment_of(gates, invocation.language)
    if comment is not None:
        write_file(comment, text.encode())
    if invocation.as_json:
        fields = [{"gate": gate.name, "passed": gate.passed, "exit_code": gate.code} for gate in gates]
        invocation.write_json({"passed": all(gate.passed for gate in gates), "gates": fields})
    elif comment is None:
        invocation.write(text.rstrip("\n"))
    return outcome_of(gates)


def _outcome(gate: Gate, check: Gate) -> Phrase:
    if gate.is_uncompared:
        return gate.title
    if gate.is_prevented_by(check):
        return phrase("{gate}: waits for `check`", gate=gate.title)
    return phrase("{gate}: passed", gate=gate.title) if gate.passed else phrase("{gate}: NOT passed", gate=gate.title)
