"""`/v1/accounting`, over a folder of files as the tool: checked, listed, tried again, compared; and what is not set or not there."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from api.delivery.accounting.accounting_sender import AccountingSender, files_of
from api.delivery.accounting.entry_sender import EntrySender
from api.delivery.accounting.files_connector import FilesConnector
from api.delivery.outbox_worker import drain
from api.installation import SHIPPED
from tests.contract.desk_over_http import DeskOverHttp
from tests.local_accounting import mapping


@pytest.fixture
def folder(lone: DeskOverHttp, tmp_path: Path) -> Path:
    """The folder of the accounting tool of a company whose service has its setting."""
    lone.opener.accounting_url = f"files://{tmp_path / 'books'}"
    return tmp_path / "books"


def send(http: DeskOverHttp, folder: Path, hours: int = 0) -> None:
    """Sends what waits to the tool, some hours later."""
    desk = replace(http.desk, now=lambda: http.desk.now() + timedelta(hours=hours))
    tool = FilesConnector(folder, mapping("files"))
    drain(desk, [AccountingSender(desk, tool, files_of(desk, SHIPPED)), EntrySender(desk, tool)])


def test_accounting_over_http(lone: DeskOverHttp, folder: Path) -> None:
    accounting = lone.of("accounting")
    number = accounting.tree("/v1/invoices")["rows"][0]["number"]
    paid = {"id": "R1", "on": "2027-01-31", "amount": "10.00", "reference": number}
    assert accounting.post("/v1/payments", paid).status_code == 201
    entry = "payment P000001"

    def states(**asked: str) -> dict[str, str]:
        rows = accounting.tree("/v1/accounting/bookings?" + "&".join(f"{name}={text}" for name, text in asked.items()))["rows"]
        return {row["booking"]: row["state"] for row in rows}

    assert (states()[number], states(channel="accounting-entries")) == ("waiting", {entry: "waiting"})
    missing = f"there is no folder {folder}: create it, or mend CENTWRIGHT_ACCOUNTING_URL"
    assert accounting.tree("/v1/accounting/check") == {"tool": "files", "missing": [missing]}
    send(lone, folder)
    refused = accounting.tree("/v1/accounting/bookings?state=refused")["rows"]
    assert [(row["booking"], row["because"], row["tool"]) for row in refused] == [(number, missing, "files")]
    assert states()[entry] == "waiting", "until its invoice is there"
    folder.mkdir()
    retried = accounting.post(f"/v1/accounting/bookings/{number}/retry")
    assert (retried.status_code, retried.json()["state"], retried.json()["because"]) == (200, "waiting", None)
    send(lone, folder, hours=1)
    assert set(states().values()) == {"booked"}
    for channel in ("", "&channel=accounting", "&channel=accounting-entries"):
        listed = accounting.tree(f"/v1/accounting/bookings?total=true{channel}")
        of_rows = sum(Decimal(row["amount"]) for row in listed["rows"] if row["amount"] is not None)
        assert (listed["total"], Decimal(listed["sums"]["amount"])) == (len(listed["rows"]), of_rows)
    assert accounting.tree("/v1/accounting/check") == {"tool": "files", "missing": []}
    both = accounting.tree("/v1/accounting/reconciliation?start=2027-01-01&end=2027-12-31")
    assert (both["here"], both["differences"], both["entries"]) == (both["there"], [], {"here": 1, "there": 1})
    (folder / "2027-01" / "manifest.csv").unlink()
    named = accounting.tree("/v1/accounting/reconciliation?start=2027-01-01&end=2027-12-31")["differences"]
    assert {(each["name"], each["what"]) for each in named} >= {(number, "missing there"), (entry, "missing there"), ("400", "account")}
    assert accounting.post("/v1/accounting/payments").json() == {"payments": []}
    again = accounting.post("/v1/accounting/bookings/payment%20P000001/retry")
    assert (again.status_code, again.json()["state"]) == (409, "delivered")
    assert accounting.post("/v1/accounting/bookings/payment%20P000009/retry").status_code == 404
    export = accounting.get("/v1/accounting/bookings.csv")
    assert export.text.splitlines()[0].startswith("key,booking,state,because,tool")


def test_without_a_tool_it_is_said(lone: DeskOverHttp) -> None:
    lone.opener.accounting_url = None
    for answer in (lone.of("accounting").get("/v1/accounting/check"), lone.of("accounting").post("/v1/accounting/payments")):
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "no-accounting-url")
