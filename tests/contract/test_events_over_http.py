"""The events of payment plans over HTTP: expected, overdue, reported, and what they make billable."""

from pathlib import Path
from typing import Any, Final

from api.desk.folder_import import import_files
from tests.contract.desk_over_http import DeskOverHttp

INVESTMENTS: Final = """\
customer,order,signed_on,product,quantity,payment_plan,expected_delivery
K1,I8,2027-01-10,HW-AIO,1,half-at-delivery,2027-01-20
K1,I9,2027-01-10,HW-AIO,1,half-at-delivery,
"""


def rows(http: DeskOverHttp, query: str = "") -> list[dict[str, Any]]:
    """The events of the two orders."""
    shown = http.of("billing").tree(f"/v1/reports/events{query}")["rows"]
    return [row for row in shown if row["order"] in ("I8", "I9")]


def test_an_event_is_awaited_until_it_is_reported(http: DeskOverHttp, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "investments.csv").write_text(INVESTMENTS, encoding="utf-8")
    import_files(http.desk, tmp_path / "files")
    awaited = rows(http)
    assert [(row["order"], row["event"], row["on"], row["state"], row["instalments"]) for row in awaited] == [
        ("I8", "delivery.accepted", "2027-01-20", "overdue", 1),
        ("I9", "delivery.accepted", None, "without a day", 1),
    ]
    assert awaited[0]["net"] == awaited[1]["net"] != "0.00"
    report = http.of("billing").post("/v1/orders/I9/events", {"event": "delivery.accepted", "on": "2027-02-10", "reported": False})
    assert report.status_code == 200, report.text
    assert [(row["on"], row["state"]) for row in rows(http)] == [("2027-01-20", "overdue"), ("2027-02-10", "expected")]
    http.of("billing").post("/v1/orders/I8/events", {"event": "delivery.accepted", "on": "2027-01-25"})
    assert [row["order"] for row in rows(http)] == ["I9"]
    reported = [row for row in rows(http, "?all=true&customer=K1") if row["order"] == "I8"]
    assert [(row["event"], row["state"]) for row in reported] == [("order.signed", "reported"), ("delivery.accepted", "reported")]
    assert reported[1]["net"] == awaited[0]["net"], "it is open until a run bills it"
