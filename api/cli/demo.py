"""`centwright demo`: a month of the demo company, or of a company with its own CSV files."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from api.cli.accounting import reconciliation_text
from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.delivery.accounting.tool_reconciliation import Reconciliation, reconciliation_tree
from api.desk.demo_month import Demonstration, day_of_billing, demonstrate, prepare
from api.desk.demo_people import people_of_roles
from api.installation import COMMAND, SHIPPED
from api.output.files import make_folder
from api.output.sheets import head
from api.store import outbox
from api.store.accounting_records import ACCOUNTING
from engine.documents.line_text import number
from engine.phrases import Language, as_written, phrase, say


@click.command(cls=Command)
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True, help="The folder to write.")
@click.option("--data", "csv_folder", type=click.Path(path_type=Path), default=SHIPPED / "demo", help="The folder of the CSV files.")
@click.option("--deliver", is_flag=True, help="Send all to a mail server, an access point and a Tryton that it starts on this machine.")
@click.option("--serve", is_flag=True, help="Then serve the pages on this machine, with a person for each role.")
@click.option("--unbilled", is_flag=True, help="Leave the month to be billed, on the pages for example; nothing is issued.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="The port of the pages (default: CENTWRIGHT_PORT, or 8000).")
@pass_invocation
def demo(invocation: Invocation, out: Path, csv_folder: Path, deliver: bool, serve: bool, unbilled: bool, port: int | None) -> None:
    """Import the CSV files, bill the month that begins at the cut-over, and write all results into a folder."""
    invocation.is_batch = True
    make_folder(out)
    invocation.options.setdefault("database", str(out.resolve() / "centwright.sqlite"))
    if invocation.settings.today is None:
        billed_on = day_of_billing(invocation.rulebook.company.cut_over, invocation.today)
        invocation.set_today(billed_on)
    with _ended_by_signals():
        if unbilled:
            invocation.write_error_problems(prepare(invocation.desk, csv_folder, out, write=_writer(invocation)).advice, {})
        else:
            _invoice_month(invocation, out, csv_folder, deliver=deliver)
        if serve:
            people = people_of_roles(invocation.desk)
            invocation.write(_sign_ins(people, invocation.language))
            _serve(invocation, out, port, deliver=deliver)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Lets a signal that ends this process end the servers first that it has started, such as a Tryton."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _invoice_month(invocation: Invocation, out: Path, csv_folder: Path, *, deliver: bool) -> None:
    """Bills the month and writes what came of it."""
    demonstration = demonstrate(
        invocation.desk, csv_folder, out, invocation.settings.rulebook, write=_writer(invocation), progress=invocation.show_progress
    )
    invocation.show_progress("")
    invocation.write_error_problems(demonstration.imported.advice, {})
    sent = _deliver(invocation, out) if deliver and demonstration.printed else None
    if deliver and sent is None:
        invocation.write_message("nothing is delivered for want of Pango")
    booked = _book(invocation, out) if sent is not None else None
    if invocation.as_json:
        figures = {"taken_over": demonstration.imported.tree(), "summary": demonstration.summary}
        delivered = {} if sent is None else {"delivered": sent}
        accounting = {} if booked is None else {"accounting": reconciliation_tree(booked)}
        invocation.write_json({"folder": str(out), **figures, **delivered, **accounting})
    else:
        invocation.write(_table(demonstration, invocation.language))
        if sent is not None:
            invocation.write(_sent(sent, out))
        if booked is not None:
            invocation.write("\n" + reconciliation_text(booked, "tryton", invocation.language))
        invocation.write(_next_steps(invocation, demonstration))


def _serve(invocation: Invocation, out: Path, port: int | None, *, deliver: bool) -> None:
    """Serves the pages; what is issued there is sent to servers on this machine, where that is wanted."""
    from api.cli.serve import LOCAL_HOST, serve_here

    if not deliver:
        serve_here(invocation, LOCAL_HOST, port)
        return
    from api.delivery.demonstration import receivers_here

    with receivers_here(out / "delivered") as addresses:
        invocation.settings = invocation.settings.with_texts(addresses)
        serve_here(invocation, LOCAL_HOST, port)


def _writer(invocation: Invocation) -> Callable[[str], None]:
    """Writes messages in the language of the person."""
    return lambda text: invocation.write_message(say(text, invocation.language))


def _sign_ins(people: Mapping[str, str], language: Language) -> str:
    """The names and passwords of the people of a demonstration."""
    width = max(map(len, people))
    heading = say(phrase("Sign in as one of these (name, password):"), language)
    return "\n".join(["", heading, *(f"  {name:<{width}}  {password}" for name, password in people.items())])


def _deliver(invocation: Invocation, out: Path) -> dict[str, dict[str, int]]:
    """Sends what waits in the outbox to servers on this machine; what they receive is written beside the invoices."""
    from api.delivery.demonstration import deliver_here

    folder = invocation.settings.rulebook
    sent = deliver_here(invocation.desk, folder, out / "delivered", lambda count: invocation.show_progress(f"{count} sent"))
    invocation.show_progress("")
    return sent


def _book(invocation: Invocation, out: Path) -> Reconciliation | None:
    """Books what waits in a Tryton on this machine, and compares both."""
    from api.delivery.accounting.local_tryton import is_set_up
    from api.delivery.demonstration import book_here

    if not is_set_up():
        invocation.write_message("nothing is booked: `./run tryton` sets up the accounting tool of the demonstration")
        return None
    folder = invocation.settings.rulebook
    booked = book_here(invocation.desk, folder, out / "delivered" / "tryton", lambda count: invocation.show_progress(f"{count} booked"))
    invocation.show_progress("")
    with invocation.desk.store.reading() as connection:
        waiting = outbox.states_of(connection, ACCOUNTING).get("queued", 0)
    if waiting:
        invocation.write_message(f"{waiting} documents are not booked yet: the accounting tool was too slow; run it again")
    return booked


def _sent(sent: Mapping[str, Mapping[str, int]], out: Path) -> str:
    """What was sent, by channel."""
    if not sent:
        return "\nnothing new to deliver"
    lines = [f"by {channel:<11}" + ", ".join(f"{count} {state}" for state, count in states.items()) for channel, states in sent.items()]
    if any("queued" in states for states in sent.values()):
        lines.append(
            "What is queued is sent when it is due; what a worker had claimed that was killed, ten minutes later. Run it again then."
        )
    return "\n".join(["", *lines, f"What the servers received is in {out}/delivered."])


def _table(demonstration: Demonstration, language: Language) -> str:
    summary = demonstration.summary
    by_type = summary["by_order_type"]
    assert isinstance(by_type, dict)
    rows = [(str(summary["month"]), *(head(name, language) for name in ("invoices", "lines", "net", "VAT", "gross")))]
    for name, sums in [*by_type.items(), ("together", summary)]:
        amounts = (number(str(sums[part]), language) for part in ("net", "vat", "gross"))
        rows.append((say(as_written(name), language), str(sums["invoices"]), str(sums["lines"]), *amounts))
    widths = [max(least, *(len(row[at]) + 2 for row in rows)) for at, least in enumerate((14, 9, 7, 14, 13, 14))]
    lines = [
        "".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]) for row in rows
    ]
    rule = "─" * sum(widths)
    recurring = phrase(
        "MRR {first} on the first day, {last} on the last; amounts in {currency}",
        first=number(str(summary["mrr"]), language), last=number(str(summary["mrr_end"]), language), currency=summary["currency"],
    )  # fmt: skip
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1], "", say(recurring, language)])


def _next_steps(invocation: Invocation, demonstration: Demonstration) -> str:
    today, database = invocation.today, invocation.settings.database_url.removeprefix("sqlite:///")
    options = f"--database {database} --today {today}"
    if invocation.settings.by_name["RULEBOOK"].origin != "default":
        options += f" --rulebook {invocation.settings.rulebook}"
    place = f"{demonstration.folder}/invoices" if demonstration.printed else f"{demonstration.folder}/invoices (no PDFs for want of Pango)"
    folder = demonstration.folder
    result = phrase("The invoices are in {place}, all figures in {folder}/summary.json and *.csv.", place=place, folder=folder)
    steps = [
        say(result, invocation.language),
        say(phrase("Next, for example:"), invocation.language),
        f"  {COMMAND} report forecast {options}",
        f"  {COMMAND} report pipeline {options}",
        f"  {COMMAND} verify {options}",
    ]
    return "\n".join(["", *steps])
