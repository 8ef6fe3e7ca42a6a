"""A whole sale, from the first talk to the credit note: the steps of the tutorial, the same as operations, and as commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from api.desk.desk import Desk
from api.store import issued_documents
from tests.running_service import ROOT

PAGE = ROOT / "docs/tutorials/a-sale-over-http.md"
TODAY = "2027-02-01"
QUOTE = "Q2027-0001"
_OFF = {"discount": "25%"}
_NUMBERS = (*(f"2027-{number:05}" for number in range(1, 8)), "C2027-00001", "C2027-00002")
_EDIT = re.compile(r"<!-- edit (\S+) -->")


class Call(NamedTuple):
    """An operation of the service, the names in its path, and its request."""

    operation: str
    names: tuple[str, ...]
    request: dict[str, Any] | None


CALLS = (
    Call("open_opportunity", (), {
        "id": "OP-1", "prospect": {"name": "Optique Neuf", "town": "Namur"}, "what": "Three workspaces", "stage": "first-talk",
        "amount": "4000.00", "expected_close": "2027-02-15", "owner": "Ann",
    }),
    Call("move_opportunity", ("OP-1",), {"stage": "proposal"}),
    Call("register_prospect", ("OP-1",), {
        "id": "NEUF", "street": "Rue 9", "postcode": "5000", "town": "Namur", "country": "BE", "language": "en",
        "files_periodic_returns": False,
    }),
    Call("make_quote", (), {"customer": "NEUF", "opportunity": "OP-1", "on": "2027-01-05", "lines": [
        {"product": "WORKSPACE", "quantity": "3"} | _OFF, {"product": "MESSAGES", "quantity": "500"} | _OFF,
        {"product": "BANNER", "quantity": "1"} | _OFF, {"product": "MOVE", "quantity": "2", "payment_plan": "on-delivery"} | _OFF,
    ]}),
    Call("approve_quote", (QUOTE,), {"note": "agreed for the first year"}),
    Call("send_quote", (QUOTE,), None),
    Call("accept_quote", (QUOTE,), {"on": "2027-01-08"}),
    Call("activate_item", (f"{QUOTE}-subscription", f"{QUOTE}-subscription-1"), {"on": "2027-01-11"}),
    Call("activate_item", (f"{QUOTE}-subscription", f"{QUOTE}-subscription-2"), {"on": "2027-01-15"}),
    Call("activate_order", (f"{QUOTE}-investment",), {"on": "2027-01-13"}),
    Call("activate_order", (f"{QUOTE}-advertising",), {"on": "2027-01-01"}),
    Call("make_quote", (), {
        "customer": "NEUF", "on": "2027-01-20", "order": f"{QUOTE}-subscription", "lines": [{"product": "WORKSPACE", "quantity": "2"}],
    }),
    Call("send_quote", ("Q2027-0002",), None),
    Call("accept_quote", ("Q2027-0002",), {"on": "2027-01-21"}),
    Call("start_billing", (), {"due_through": "2027-01-31", "issued_on": "2027-01-31"}),
    Call("report_event", (f"{QUOTE}-investment",), {"event": "delivery.accepted", "on": "2027-01-29"}),
    Call("report_usage", (), {
        "id": "M-1", "item": f"{QUOTE}-subscription-2", "from": "2027-01-15", "to": "2027-01-31", "quantity": "740",
    }),
    Call("start_billing", (), {"due_through": "2027-02-01"}),
    Call("credit_invoice", ("2027-00001",), {"amount": "10.00", "because": "began two days late"}),
)  # fmt: skip
COMMANDS = f"""\
opportunity open OP-1 --prospect "Optique Neuf" --what "Three workspaces" --stage first-talk --amount 4000.00 \
--expected-close 2027-02-15 --owner Ann
opportunity stage OP-1 proposal
opportunity register OP-1 NEUF --street "Rue 9" --postcode 5000 --town Namur --country BE --language en \
--files-periodic-returns no
quote make NEUF WORKSPACE=3 MESSAGES=500 BANNER=1 --opportunity OP-1 --on 2027-01-05 --discount 25% --draft
quote add-line {QUOTE} MOVE --quantity 2 --discount 25% --payment-plan on-delivery
quote submit {QUOTE} --on 2027-01-05
user add ann --full-name "Ann Peeters" --email ann@shop.example --role admin --approves management
quote approve {QUOTE} --by ann --note "agreed for the first year"
quote send {QUOTE}
quote accept {QUOTE} --on 2027-01-08
item activate {QUOTE}-subscription-1 --on 2027-01-11
item activate {QUOTE}-subscription-2 --on 2027-01-15
order activate {QUOTE}-investment --on 2027-01-13
order activate {QUOTE}-advertising --on 2027-01-01
quote make NEUF WORKSPACE=2 --order {QUOTE}-subscription --on 2027-01-20
quote send Q2027-0002
quote accept Q2027-0002 --on 2027-01-21
run issue --due-through 2027-01-31 --on 2027-01-31
order event {QUOTE}-investment delivery.accepted --on 2027-01-29
usage report {QUOTE}-subscription-2 --id M-1 --from 2027-01-15 --to 2027-01-31 --quantity 740
run issue --due-through 2027-02-01 --yes
invoice credit 2027-00001 --amount 10.00 --because "began two days late"
"""


class Step(NamedTuple):
    """What the page does: an edit of a file, or a command and the lines that it shows of its output."""

    file: str
    lines: list[str]
    command: str


def steps() -> Iterator[Step]:
    """The steps of the page, in order."""
    edited = ""
    for block in re.split(r"\n(?=<!-- edit )|\n\n(?! )", PAGE.read_text("utf-8")):
        edited = named[1] if (named := _EDIT.search(block)) else edited
        lines = [line[4:] for line in block.splitlines() if line.startswith("    ")]
        if edited and any(line.startswith("+ ") for line in lines):
            yield Step(edited, lines, "")
            edited, lines = "", []
        for piece in re.split(r"^\$ ", "\n".join(lines), flags=re.M)[1:]:
            first, *others = piece.splitlines()
            more = [line[2:] for line in others if line.startswith("> ")]
            yield Step("", others[len(more) :], "\n".join([first, *more]))


def edit(folder: Path, step: Step) -> None:
    """Makes an edit of the page."""
    file = folder / step.file
    text, added = file.read_text("utf-8"), [line[2:] for line in step.lines if line.startswith("+ ")]
    removed = [line[2:] for line in step.lines if line.startswith("- ")]
    if removed:
        assert removed[0] in text
        file.write_text(text.replace(removed[0], "\n".join(added)), "utf-8")
    else:
        file.write_text(text + "".join(f"{line}\n" for line in added), "utf-8")


def documents(desk: Desk) -> dict[str, tuple[str, bytes]]:
    """Every invoice and credit note as they are stored, JSON and XML, by number."""
    with desk.store.reading() as connection:
        stored = {number: issued_documents.stored_bytes(connection, number) for number in _NUMBERS}
    return {number: both for number, both in stored.items() if both is not None}
