"""The program `centwright`: its commands, its exit codes, and the handling of every error."""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from api.cli.help_pages import show_mistake
from api.cli.invocation import Invocation
from api.cli.options import Program
from api.refusals import Conflict, OutsideFailure, Positioned, Unknown
from engine.phrases import as_written, phrase, together
from engine.problems import Refusal

SUCCESS: Final = 0
PROBLEMS: Final = 1
WRONG_USAGE: Final = 2
MONEY_CHANGES: Final = 3
REFUSED: Final = 4
OUTSIDE_FAILED: Final = 5
FAULT: Final = 70

_COMMANDS: Final = (
    ("demo", "demo:demo", "A month of the demo company, from import to invoices in PDF."),
    ("init", "init:init", "Create a new company's rulebook that passes check."),
    ("check", "check:check", "Check a rulebook and report every problem of its files."),
    ("fmt", "fmt:fmt", "Format rule files and YAML files; their contents stay."),
    ("test", "test:test", "Run the scenarios beside the rules."),
    ("coverage", "coverage:coverage", "Show which rows, alternatives, boundaries and days no scenario touches, and why."),
    ("mutate", "mutate:mutate", "Change one thing at a time, and show which changes no scenario notices."),
    ("table", "table:table", "Export price books and decision tables to a spreadsheet, and import them."),
    ("lsp", "lsp:lsp", "Serve editors: problems, corrections, completion and more as one types."),
    ("schema", "check:schema", "Write the JSON Schemas of the YAML files and of the documents."),
    ("diff", "diff:diff", "Compare two rulebooks: their texts, and the amounts."),
    ("review", "review:review", "Check, test and compare a change, in one comment with the amounts."),
    ("publish", "publish:publish", "Check a rulebook, show what it changes in euros, and put it in force."),
    ("rulebook", "rulebook:rulebook", "List the versions of the rulebook, approve or withdraw one, roll back to one."),
    ("evaluate", "evaluate:evaluate", "Evaluate one request without state, such as a price or its VAT."),
    ("import", "importing:import_folder", "Import customers, orders, opportunities and quotes from CSV files."),
    ("customer", "customer:customer", "List, show and erase customers."),
    ("contact", "contact:contact", "List, show and erase contacts of customers and opportunities."),
    ("opportunity", "opportunity:opportunity", "Follow possible sales."),
    ("quote", "quote:quote", "Price, send and accept quotes."),
    ("order", "order:order", "Activate orders and report their events."),
    ("item", "item:item", "List, suspend, resume, end and change items of orders."),
    ("usage", "usage:usage", "Report what measured items used, and list the reports."),
    ("run", "run:run", "Preview a billing run, or issue its invoices."),
    ("invoice", "invoice:invoice", "List and show invoices, and credit them."),
    ("bank", "bank:bank", "Read the files of banks, CODA and CAMT.053: show what they hold, and import them."),
    ("reminder", "reminder:reminder", "Remind customers of what is overdue."),
    ("payment", "payment_commands:payment", "List payments, and match them with invoices by hand."),
    ("journal", "journal_commands:journal", "Post what is not posted yet, and close months."),
    ("vat", "journal_commands:vat", "Close the periods of VAT returns."),
    ("e-invoice", "e_invoice_commands:e_invoice", "Check e-invoices against the official rules, and see and add rules."),
    ("forecast", "forecasts:forecast", "Store the forecast of now under a name, and list what was stored."),
    ("report", "report:report", "Show what is to be invoiced, the forecast, the journal and more."),
    ("explain", "explain:explain", "Explain any amount: the rules, files and lines that decided it."),
    ("verify", "verify:verify", "Verify numbers, hash chain and conservation of money."),
    ("user", "user:user", "List, add, change and unbind the people who work with the program."),
    ("key", "key:key", "Create, list and revoke keys of the HTTP service."),
    ("webhook", "webhook:webhook", "Create, list, test, rotate and delete webhooks: who is told of what happens."),
    ("outbox", "outbox:outbox", "Show what waits to be sent, and send something again."),
    ("accounting", "accounting:accounting", "Check the accounting tool, and compare what it has booked with what is issued."),
    ("deliver", "outbox:deliver", "Send what waits in the outbox."),
    ("audit", "audit:audit", "Show who did what."),
    ("backup", "backup:backup", "Write the whole database into a file, also during a run."),
    ("restore", "backup:restore", "Write a backup into a database, as an installation of its own."),
    ("serve", "serve:serve", "Serve the HTTP interface."),
    ("doctor", "doctor:doctor", "Show the settings and what the installation lacks."),
    ("version", "doctor:version", "Show the version."),
)

program = Program(
    "centwright",
    modules={name: f"api.cli.{module}" for name, module, _ in _COMMANDS},
    summaries={name: summary for name, _, summary in _COMMANDS},
    help="Billing whose prices, billing types, payment plans and VAT rules are files that analysts edit.",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and exits with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; never a traceback."""
    invocation = Invocation()
    try:
        _check_text(sys.argv[1:] if arguments is None else arguments)
        given = sys.argv[1:] if arguments is None else arguments
        result = program.main(
            args=["version"] if [*given] == ["--version"] else arguments, prog_name="centwright", standalone_mode=False, obj=invocation
        )
        sys.stdout.flush()
        return result if isinstance(result, int) else SUCCESS
    except click.exceptions.Exit as exit_request:
        return exit_request.exit_code
    except click.ClickException as mistake:
        show_mistake(mistake, invocation)
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        return 130
    except Unknown as refusal:
        return _write_refusal(_with_suggestion(refusal, invocation), invocation)
    except Refusal as refusal:
        return _write_refusal(refusal, invocation)
    except BrokenPipeError:
        sys.stderr.close()
        return SUCCESS
    except Exception as fault:  # noqa: BLE001 - the last resort: a fault of ours becomes a report
        return _report(fault, arguments)
    finally:
        invocation.close()


def _check_text(arguments: Sequence[str]) -> None:
    """A usage error for an argument that is not text in UTF-8."""
    for at, argument in enumerate(arguments, start=1):
        try:
            argument.encode()
        except UnicodeEncodeError:
            shown = argument.encode(errors="surrogateescape").decode(errors="backslashreplace")
            raise click.UsageError(f"argument {at}, {shown}, is not text in UTF-8: write it in UTF-8") from None


def _with_suggestion(refusal: Unknown, invocation: Invocation) -> Unknown:
    """The refusal of an unknown name with the one that was probably meant, where a database is open."""
    if refusal.sought is None or "desk" not in vars(invocation):
        return refusal
    from api.desk.mistyped_names import with_suggestion

    return with_suggestion(refusal, invocation.desk.store)


def _write_refusal(refusal: Refusal, invocation: Invocation) -> int:
    invocation.write_error_problems(refusal.problems, refusal.texts if isinstance(refusal, Positioned) else None)
    if refusal.state is not None:
        possible = together(map(as_written, refusal.possible), ", ") if refusal.possible else phrase("nothing")
        invocation.write_error_line(phrase("    state: {state}; possible: {possible}", state=as_written(refusal.state), possible=possible))
    match refusal:
        case Unknown():
            return WRONG_USAGE
        case OutsideFailure():
            return OUTSIDE_FAILED
        case Conflict():
            return REFUSED
        case _:
            return REFUSED if refusal.state is not None else PROBLEMS


def _report(fault: Exception, arguments: Sequence[str] | None) -> int:
    """Writes the traceback of a fault of ours into a file, and its name to stderr."""
    instant = datetime.now(tz=UTC)
    text = "".join(traceback.format_exception(fault))
    command_line = " ".join(sys.argv[1:] if arguments is None else arguments)
    try:
        with tempfile.NamedTemporaryFile("w", prefix="centwright-fault-", suffix=".txt", delete=False, encoding="utf-8") as report:
            report.write(f"{instant.isoformat()}\ncentwright {command_line}\nPython {sys.version}\n\n{text}")
        outcome = f"the report is in {Path(report.name)}"
    except OSError:
        outcome = f"and no report could be written: {type(fault).__name__}"
    click.echo(f"centwright: a fault of the program, not of yours; {outcome}", err=True)
    return FAULT
