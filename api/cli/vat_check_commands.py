"""`centwright customer vat-check` and `run vat-check`: the register of VAT numbers is asked, and its answers are recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Final

import click

from api.cli.invocation import Invocation, pass_invocation
from api.cli.options import Command
from api.cli.sheet_output import write_sheet
from api.delivery.vat_registers.enquiries import Enquiry, enquire
from api.delivery.vat_registers.local_vies import local_vies
from api.delivery.vat_registers.vat_register import VatRegister
from api.delivery.vat_registers.vies import vies
from api.desk import vat_evidence
from api.desk.due_drafts import Selection
from api.output.sheets import Sheet
from engine.documents.party import Customer
from engine.phrases import phrase, say

NO_ANSWER: Final = 5
"""The exit code where the register had no answer to something."""
_COLUMNS: Final = ("customer", "vat_number", "result", "consultation", "name", "address", "because")
_Choose = Callable[[VatRegister], Iterable[Customer]]


@click.command("vat-check", cls=Command)
@click.argument("names", metavar="ID…", nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="All whose last answer is older than `vat-recheck-days` of vat/settings.yaml.")
@click.option("--local", "is_local", is_flag=True, help="Try it with a register on this machine, which calls most valid; records nothing.")
@pass_invocation
def check_customers(invocation: Invocation, names: tuple[str, ...], is_all: bool, is_local: bool) -> int:
    """Ask VIES about the VAT numbers of customers, and record its answers as evidence, with their consultation numbers.

    Only a clear yes or no is an answer; without one nothing changes, and the command ends with 5.
    """
    if bool(names) == is_all:
        raise click.UsageError("name customers, or add --all")
    desk = invocation.desk

    def chosen(register: VatRegister) -> Iterable[Customer]:
        return vat_evidence.not_checked_lately(desk, register.has) if is_all else vat_evidence.named(desk, names, register.has)

    with ExitStack() as stack:
        url = stack.enter_context(local_vies()).url if is_local else invocation.settings.text("VIES_URL")
        some = _ask(invocation, vies(url, desk.rulebook.company.seller.vat_number), chosen, is_recorded=not is_local)
    _write(invocation, some)
    return NO_ANSWER if any(each.result == "unknown" for each in some) else 0


def check_before_run(invocation: Invocation, selection: Selection) -> list[Enquiry]:
    """Asks about the customers with something due, numbers of other states, and no answer of the last `vat-recheck-days`."""
    register = vies(invocation.settings.text("VIES_URL"), invocation.desk.rulebook.company.seller.vat_number)

    def chosen(_: VatRegister) -> Iterable[Customer]:
        return vat_evidence.due_and_not_checked_lately(invocation.desk, selection.of_customers(), register.has)

    some = _ask(invocation, register, chosen, is_recorded=True)
    counts = {result: sum(each.result == result for each in some) for result in ("valid", "invalid", "unknown")}
    line = phrase("VAT numbers asked for: {valid} valid, {invalid} invalid, {unknown} without an answer", **counts)
    invocation.write_message(say(line, invocation.language))
    return some


def check_due(invocation: Invocation, selection: Selection) -> int:
    """The same as a command, with its exit code."""
    invocation.desk.check_names(customer=selection.customer, order=selection.order)
    some = check_before_run(invocation, selection)
    _write(invocation, some)
    return NO_ANSWER if any(each.result == "unknown" for each in some) else 0


def write_unverified(invocation: Invocation, customers: Iterable[str]) -> None:
    """Says which of the customers of whom something is held back have a VAT number without a current answer, and the way on."""
    names = vat_evidence.without_answer(invocation.desk, sorted(set(customers)))
    if names:
        line = phrase(
            "without a current answer about their VAT numbers: {customers}; ask with `centwright customer vat-check ID`, "
            "or record one with `centwright customer vat-checked`",
            customers=", ".join(names),
        )
        invocation.write_message(say(line, invocation.language))


def _ask(invocation: Invocation, register: VatRegister, chosen: _Choose, *, is_recorded: bool) -> list[Enquiry]:
    some = list(chosen(register))
    result: list[Enquiry] = []
    for each in enquire(invocation.desk, register, some, is_recorded=is_recorded):
        result.append(each)
        line = phrase("{done} of {of} VAT numbers", done=len(result), of=len(some))
        invocation.show_progress(say(line, invocation.language) if len(result) < len(some) else "")
    return result


def _write(invocation: Invocation, some: Iterable[Enquiry]) -> None:
    rows = tuple(
        (
            each.customer.id,
            each.customer.vat_number,
            each.result,
            each.answer.consultation,
            each.answer.name,
            each.answer.address,
            each.answer.because,
        )
        for each in some
    )
    write_sheet(invocation, Sheet(name="vat-checks", columns=_COLUMNS, rows=rows), None, None)
