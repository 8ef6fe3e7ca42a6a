"""Mistakes at the command line: an unknown name, a path that cannot be written, a file that is no database."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, small: Path) -> Call:
    """Calls the program over a small company whose January was billed; gives exit code, stdout and stderr."""
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        code = main.run(words)
        out, output = capfdbinary.readouterr()
        return code, out.decode(), output.decode()

    assert run("import", str(small))[0] == 0
    assert run("run", "issue", "--due-through", "2027-01-31")[0] == 0
    return run


def order_of(call: Call, type_: str) -> str:
    return str(json.loads(call("order", "list", "--type", type_, "--json")[1])["rows"][0]["order"])


@pytest.mark.parametrize(
    "words",
    [
        ("run", "preview", "--due-through", "2027-02-28", "--customer", "K9"),
        ("run", "issue", "--due-through", "2027-02-28", "--customer", "K9"),
        ("run", "issue", "--due-through", "2027-02-28", "--order", "nothing"),
        ("report", "forecast", "--customer", "K9"),
        ("report", "to-invoice", "--customer", "K9"),
        ("order", "list", "--customer", "K9"),
        ("item", "list", "--customer", "K9"),
        ("item", "show", "nothing"),
        ("invoice", "list", "--customer", "K9"),
        ("customer", "show", "K9"),
        ("quote", "make", "K1", "SUB-EDI=1", "--opportunity", "O-9"),
    ],
)
def test_a_name_that_is_unknown_is_reported_and_is_no_empty_answer(call: Call, words: tuple[str, ...]) -> None:
    code, out, output = call(*words)
    assert (code, out) == (2, "")
    looked_up = output.split("look it up with `centwright ")[1].split("`")[0].split()
    assert call(*looked_up, "--json")[0] == 0, "the remedy must be a command"


def test_a_subscription_that_a_quote_cannot_join_is_reported(call: Call) -> None:
    number = json.loads(call("quote", "make", "K1", "SUB-EDI=1", "--json")[1])["number"]
    code, _, output = call("quote", "accept", number, "--order", "nothing")
    assert (code, "there is no order `nothing`" in output) == (2, True)
    assert json.loads(call("quote", "show", number, "--json")[1])["state"] == "approved"


def test_an_event_that_no_file_declares_is_reported(call: Call) -> None:
    order = order_of(call, "investment")
    code, out, output = call("order", "event", order, "delivery.acepted", "--on", "2027-02-01")
    assert (code, out, "unknown-event" in output, "delivery.accepted" in output) == (1, "", True, True)
    assert call("order", "event", order, "delivery.accepted", "--on", "2027-02-01")[0] == 0


def test_a_place_that_takes_no_file_is_reported_with_code_5(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.file").touch()
    for words in (
        ("report", "forecast", "--csv", "nowhere/a.csv"),
        ("report", "forecast", "--xlsx", "a.file/a.xlsx"),
        ("report", "forecast", "--csv", "."),
        ("schema", "--out", "a.file/schemas"),
        ("demo", "--out", "a.file/demo"),
    ):
        code, out, output = call(*words)
        assert (code, out, "not-written" in output) == (5, "", True), words
    assert call("report", "forecast", "--csv", "a.csv", "--xlsx", "a.xlsx")[0] == 2


def test_a_file_that_is_no_database_or_is_damaged_fails_outside_the_program(call: Call, tmp_path: Path) -> None:
    (tmp_path / "text.sqlite").write_bytes(b"this is no database, and nobody said so" * 100)
    code, out, output = call("order", "list", "--database", "text.sqlite")
    assert (code, out, "file is not a database" in output) == (5, "", True)
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    whole = (tmp_path / "desk.sqlite").read_bytes()
    (tmp_path / "hurt.sqlite").write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    code, out, output = call("report", "forecast", "--database", "hurt.sqlite")
    assert (code, out, "malformed" in output) == (5, "", True)


def test_a_day_beyond_the_supported_years_is_reported(call: Call) -> None:
    for words, expected, says in (
        (("report", "forecast", "--to", "9999-12-31"), 2, "outside the years 1900 to 2199"),
        (("report", "slots", "--today", "9999-01-01"), 1, "outside the years 1900 to 2199"),
        (("quote", "make", "K1", "SUB-WS=1", "--today", "9999-12-31"), 1, "outside the years 1900 to 2199"),
    ):
        code, out, output = call(*words)
        assert (code, out, says in output) == (expected, "", True), (words, output)


def test_a_number_that_is_none_is_reported_with_its_option(call: Call) -> None:
    item = f"{order_of(call, 'subscription')}-1"
    for words, option in (
        (("item", "change", item, "--on", "2027-02-01", "--quantity", "1,5"), "--quantity"),
        (("item", "change", item, "--on", "2027-02-01", "--price", "x"), "--price"),
        (("quote", "make", "K1", "SUB-EDI=many"), "SUB-EDI=many"),
        (("invoice", "credit", "2027-00001", "--amount", "10.001"), "--amount"),
        (("invoice", "credit", "2027-00001", "--line", "a"), "--line"),
    ):
        code, out, output = call(*words)
        assert (code, out, f"Error: {option}: " in output) == (2, "", True), (words, output)


def test_items_and_customers_are_listed_and_shown(call: Call) -> None:
    items = json.loads(call("item", "list", "--customer", "K1", "--product", "SUB-WS", "--json")[1])["rows"]
    assert [(one["quantity"], one["state"]) for one in items] == [("2", "active")]
    shown = json.loads(call("item", "show", items[0]["item"], "--json")[1])
    assert {one["item"] for one in shown["transactions"]} == {items[0]["item"]}
    assert "invoiced" in call("item", "show", items[0]["item"])[1]
    assert [one["id"] for one in json.loads(call("customer", "list", "--json")[1])["rows"]] == ["K1", "K2"]
    assert json.loads(call("customer", "show", "K2", "--json")[1])["name"] == "Optiek Twee"
    assert "9000" in call("customer", "show", "K2")[1]


def test_a_credit_note_does_not_lie_before_its_invoice(call: Call) -> None:
    code, out, output = call("invoice", "credit", "2027-00001", "--whole", "--today", "2027-01-30")
    assert (code, out, "before-the-invoice" in output) == (4, "", True)
    assert call("invoice", "credit", "2027-00001", "--whole")[0] == 0
