"""The program `centwright`: its commands, its exit codes, and what happens with everything that goes wrong."""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from api.cli.invocation import Invocation
from api.cli.options import Program
from api.refusals import Conflict, OutsideFailure, Positioned, Unknown
from engine.phrases import phrase
from engine.problems import Refusal

DONE: Final = 0
PROBLEMS: Final = 1
WRONG_USAGE: Final = 2
MONEY_CHANGES: Final = 3
REFUSED: Final = 4
OUTSIDE_FAILED: Final = 5
FAULT: Final = 70

_COMMANDS: Final = (
    ("demo", "demo:demo", "A month of the demo company, from import to invoices in PDF."),
    ("init", "init:init", "Begin a new company's rulebook, which passes check and teaches."),
    ("check", "check:check", "Check a rulebook and tell all problems of all its files."),
    ("fmt", "fmt:fmt", "Lay out rule files and YAML files; what they say stays."),
    ("test", "test:test", "Try the scenarios that stand beside the rules."),
    ("coverage", "coverage:coverage", "Show which rows, alternatives, boundaries and days no scenario touches, and why."),
    ("mutate", "mutate:mutate", "Write one thing at a time otherwise, and see which scenario notices."),
    ("table", "table:table", "Price books and decision tables in a spreadsheet, and back."),
    ("schema", "check:schema", "Write the JSON Schemas of the YAML files and of the documents."),
    ("diff", "diff:diff", "Compare two rulebooks: what reads differently, and the euros."),
    ("review", "review:review", "Check, test and compare a change, in one comment with the euros."),
    ("evaluate", "evaluate:evaluate", "Answer one question without state, such as a price or its VAT."),
    ("import", "importing:import_folder", "Take over customers, orders and opportunities from CSV files."),
    ("customer", "customer:customer", "List and show customers."),
    ("opportunity", "opportunity:opportunity", "Follow possible sales."),
    ("quote", "quote:quote", "Price, send and accept quotes."),
    ("order", "order:order", "Activate orders and report their events."),
    ("item", "item:item", "List, suspend, resume, end and change items of orders."),
    ("run", "run:run", "Preview a billing run, or issue its invoices."),
    ("invoice", "invoice:invoice", "List and show invoices, and credit them."),
    ("report", "report:report", "Show what is to be invoiced, the forecast, the journal and more."),
    ("explain", "explain:explain", "Explain any amount: by which rules, files and lines it came about."),
    ("verify", "verify:verify", "Verify numbers, hash chain and conservation of money."),
    ("serve", "serve:serve", "Serve the HTTP interface."),
    ("doctor", "doctor:doctor", "Show the settings and what the installation lacks."),
    ("version", "doctor:version", "Show the version."),
)

program = Program(
    "centwright",
    rooms={name: f"api.cli.{room}" for name, room, _ in _COMMANDS},
    summaries={name: summary for name, _, summary in _COMMANDS},
    help="Billing whose prices, billing types, payment plans and VAT rules are files that analysts edit.",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and ends with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code says how it went (7 surfaces): never a traceback."""
    invocation = Invocation()
    try:
        answer = program.main(args=arguments, prog_name="centwright", standalone_mode=False, obj=invocation)
        sys.stdout.flush()
        return answer if isinstance(answer, int) else DONE
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as mistake:
        mistake.show()
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        return 130
    except Refusal as refusal:
        return _tell(refusal, invocation)
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except Exception as fault:  # noqa: BLE001 - the last door: whatever is our fault becomes a report
        return _report(fault, arguments)
    finally:
        invocation.close()


def _tell(refusal: Refusal, invocation: Invocation) -> int:
    invocation.tell(refusal.problems, refusal.texts if isinstance(refusal, Positioned) else None)
    if refusal.state is not None:
        possible = ", ".join(refusal.possible) or phrase("nothing")
        invocation.tell_line(phrase("    state: {state}; possible: {possible}", state=refusal.state, possible=possible))
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
    """Keeps what is needed to mend a fault of ours in a file, and tells its name."""
    instant = datetime.now(tz=UTC)
    text = "".join(traceback.format_exception(fault))
    words = " ".join(sys.argv[1:] if arguments is None else arguments)
    try:
        with tempfile.NamedTemporaryFile("w", prefix="centwright-fault-", suffix=".txt", delete=False, encoding="utf-8") as report:
            report.write(f"{instant.isoformat()}\ncentwright {words}\nPython {sys.version}\n\n{text}")
        kept = f"the report is in {Path(report.name)}"
    except OSError:
        kept = f"and no report could be written: {type(fault).__name__}"
    click.echo(f"centwright: a fault of the program, not of yours; {kept}", err=True)
    return FAULT
