"""`centwright e-invoice …`: files checked against the official rules of e-invoices, and which rules are in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command, Group
from api.cli.sheet_output import write_sheet
from api.desk import official_rules
from api.desk.official_rules import RulesInForce, verdict_tree
from api.e_invoicing.verdicts import Verdict
from api.output.sheets import Sheet
from api.store.database import is_absent
from engine.phrases import phrase, say

NOT_VALID: Final = 1
_COLUMNS: Final = ("name", "version", "source", "applies_to", "added_by")


@click.group("e-invoice", cls=Group)
def e_invoice() -> None:
    """Check e-invoices against the official rules, and see and add rules."""


@e_invoice.command("check", cls=Command)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_invocation
def check_files(invocation: Invocation, files: tuple[Path, ...]) -> int:
    """Check invoices and credit notes in UBL or CII, of whatever program: the verdict on each, and every rule that it breaks.

    Ends with 1 where one of them is not valid. Warnings make none invalid.
    """
    desk = None if is_absent(invocation.settings.database_url) else invocation.desk
    verdicts = official_rules.check(desk, [file.read_bytes() for file in files])
    if invocation.as_json:
        trees = [{"file": str(file), **verdict_tree(one, invocation.language)} for file, one in zip(files, verdicts, strict=True)]
        invocation.write_json({"documents": trees})
    else:
        for file, verdict in zip(files, verdicts, strict=True):
            for line in _lines_of(file, verdict):
                invocation.write(say(line, invocation.language))
    return 0 if all(verdict.is_valid for verdict in verdicts) else NOT_VALID


def _lines_of(file: Path, verdict: Verdict) -> Iterator[str]:
    """The verdict on a file: the rule sets to which it was put, with their versions, then what each of them finds."""
    applied = ", ".join(f"{one.rule_set} {one.version}" for one in verdict.outcomes if one.applied)
    if verdict.is_valid:
        yield phrase("{file}: valid under {rule_sets}", file=file, rule_sets=applied)
    else:
        yield phrase("{file}: not valid under {rule_sets}", file=file, rule_sets=applied)
    for outcome in verdict.outcomes:
        for finding in outcome.findings:
            yield phrase(
                "  {severity} {rule}: {text} ({location})",
                severity=finding.severity,
                rule=finding.rule,
                text=finding.text,
                location=finding.location,
            )
        if outcome.unlisted:
            yield phrase("  and {count} more of {rule_set}", count=outcome.unlisted, rule_set=outcome.rule_set)


@e_invoice.group("rules", cls=Group, invoke_without_command=True)
@click.pass_context
def rules(context: click.Context) -> None:
    """Show the rule sets in force, each with its version and source; add newer ones, and remove them again."""
    if context.invoked_subcommand is None:
        invocation = context.ensure_object(Invocation)
        _write(invocation, official_rules.in_force(invocation.desk))


@rules.command("add", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", default=None, help="The name of the rules (default: that of CEN or Peppol, where they are theirs, else the title).")
@click.option("--version", "version", default=None, metavar="TEXT", help="Their version (default: the one that the file names).")
@pass_invocation
def add_rules(invocation: Invocation, file: Path, name: str | None, version: str | None) -> None:
    """Put the rules of a file in force, in place of those of the same name: Schematron as it is published, or compiled XSLT.

    They are refused where they are no rules, cannot be compiled, or read anything besides the document.
    """
    text = file.read_bytes()
    _write(invocation, (official_rules.add(invocation.desk, str(file), text, name=name, version=version, by=invocation.person),))


@rules.command("remove", cls=Command)
@click.argument("name")
@pass_invocation
def remove_rules(invocation: Invocation, name: str) -> None:
    """Take added rules out of force: those of the program are in force again, where it has some of that name."""
    _write(invocation, official_rules.remove(invocation.desk, name))


def _write(invocation: Invocation, shown: tuple[RulesInForce, ...]) -> None:
    rows = tuple((one["name"], one["version"], one["source"], one["applies_to"], one["added_by"] or "") for one in shown)
    if invocation.as_json:
        invocation.write_json({"rule_sets": list(shown)})
    else:
        write_sheet(invocation, Sheet(name="rules", columns=_COLUMNS, rows=rows), None, None)
