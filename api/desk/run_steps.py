"""The steps of a run after each other: issued, printed, sent to customers, booked; how far each is, and what failed sent again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from api.desk.billing_run import progress_of, selection_of
from api.desk.deliveries import retry_message
from api.desk.desk import Desk, due_by_customer
from api.desk.renditions import print_missing
from api.store import run_deliveries
from api.store.accounting_records import ACCOUNTING
from api.store.outbox import TO_CUSTOMERS
from api.store.run_deliveries import FAILED

PRINTED_AT_ONCE: Final = 100
_DONE: Final = ("accepted", "delivered", "skipped")
_ORDER: Final = (*TO_CUSTOMERS, ACCOUNTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep:
    """A step of a run: how many invoices it concerns so far, and how many of them are done, wait, are held, or failed."""

    step: str
    invoices: int
    done: int
    waiting: int = 0
    held: int = 0
    failed: int = 0


def steps_of(desk: Desk, number: int) -> tuple[RunStep, ...]:
    """The steps of a run; refuses an unknown one. A document that is only held by the rules is on its way to nobody."""
    issued = progress_of(desk, number).issued
    with desk.store.reading() as connection:
        printed, states = run_deliveries.printed(connection, number), run_deliveries.message_states(connection, number)
    steps = [RunStep(step="issued", invoices=issued, done=issued)]
    steps.append(RunStep(step="printed", invoices=issued, done=printed, waiting=issued - printed))
    return (*steps, *_sent(states))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """How far a run is: its steps, the transactions on its invoices, and those of its selection that it has not come to yet."""

    steps: tuple[RunStep, ...]
    billed: int
    left: int


def progress_in_steps(desk: Desk, number: int) -> RunProgress:
    """How far a run is, step by step; refuses an unknown one."""
    run = progress_of(desk, number).run
    selection = replace(selection_of(run).of_customers(), states=("planned",))
    with desk.store.reading() as connection:
        billed = run_deliveries.billed(connection, number)
        is_running = run.state == "running"
        left = sum(due_by_customer(desk, connection, selection, through=run.due_through).values()) if is_running else 0
    return RunProgress(steps=steps_of(desk, number), billed=billed, left=left)


def print_run(desk: Desk, number: int, rulebook_folder: Path) -> tuple[int, int]:
    """Prints PDFs of invoices of a run that have none, some at a time; gives how many, and how many are left."""
    issued = progress_of(desk, number).issued
    with desk.store.reading() as connection:
        numbers = run_deliveries.without_pdf(connection, number, most=PRINTED_AT_ONCE)
    made = sum(1 for _ in print_missing(desk, numbers, rulebook_folder))
    with desk.store.reading() as connection:
        return made, issued - run_deliveries.printed(connection, number)


def retry_failed(desk: Desk, number: int) -> tuple[str, ...]:
    """Sends again what was given up or held of the messages about the invoices of a run; gives their keys."""
    progress_of(desk, number)
    with desk.store.reading() as connection:
        keys = tuple(str(row["key"]) for row in run_deliveries.stopped_messages(connection, number))
    for key in keys:
        retry_message(desk, key)
    return keys


def _sent(states: dict[tuple[str, str], int]) -> Iterator[RunStep]:
    for channel in _ORDER:
        of_channel = {state: many for (name, state), many in states.items() if name == channel}
        if of_channel:
            yield RunStep(
                step=channel,
                invoices=sum(of_channel.values()),
                done=sum(of_channel.get(state, 0) for state in _DONE),
                waiting=of_channel.get("queued", 0),
                held=of_channel.get("held", 0),
                failed=sum(of_channel.get(state, 0) for state in FAILED),
            )
