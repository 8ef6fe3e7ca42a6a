"""A name that leaves the rulebook while orders use it: the item is held with the name, others are billed, and no command fails."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.cli import main
from api.rulebook_folder import read_folder
from api.store import transactions
from api.store.database import open_store
from api.store.transaction_rows import TransactionFilter
from engine.phrases import say
from tests.scenario.conftest import SMALL, now, put_in_force, write_folder

Call = Callable[..., tuple[int, str, str]]
NAMES = {
    "product": (r"(?<![\w-])SUB-WS(?![\w-])", "SUB-WX", "the product `SUB-WS` is not in the rulebook any more"),
    "billing type": (r"(?<![\w-])quarterly(?![\w-])", "each-quarter", "the billing type `quarterly` is not in the rulebook any more"),
    "payment plan": (r"(?<![\w-])plan-30-30-40(?![\w-])", "in-three", "the payment plan `plan-30-30-40` is not in the rulebook any more"),
    "segment": (r"(?<![\w-])chain(?![\w-])", "group", "the segment `chain` is not in the rulebook any more"),
    "account": (r"(?<=account: )advertising$|(?<=^  )advertising(?=: \{number)", "adverts", "the account `advertising`"),
}
EVERY_READING = (
    ("order", "list"), ("item", "list"), ("report", "to-invoice"), ("report", "forecast"), ("report", "slots"), ("explain", "to-invoice"),
    ("explain", "2027-00001"), ("verify",), ("quote", "pdf", "Q2027-0001"),
)  # fmt: skip


@pytest.fixture
def call(tmp_path: Path, root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the program over a small company with a quote, whose January is billed."""
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.chdir(tmp_path)

    def run(*words: str, rulebook: Path = root, today: str = "2027-02-28") -> tuple[int, str, str]:
        code = main.run((*words, "--rulebook", str(rulebook), "--today", today))
        out, output = capfd.readouterr()
        return code, out, output

    folder = write_folder(tmp_path / "data", SMALL)
    assert run("import", str(folder), today="2027-01-31")[0] == 0
    assert run("quote", "make", "K1", "SUB-WS=1", "HW-AIO=1", today="2027-01-31")[0] == 0
    assert run("run", "issue", "--due-through", "2027-01-31", today="2027-01-31")[0] == 0
    return run


def renamed(root: Path, folder: Path, old: str, new: str) -> Path:
    """The rulebook with a name replaced in all of its files."""
    for name, text in read_folder(root).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(re.sub(old, new, text, flags=re.MULTILINE), encoding="utf-8")
    return folder


def test_an_item_whose_product_left_is_held_and_every_command_answers(call: Call, root: Path, tmp_path: Path) -> None:
    old, new, because = NAMES["product"]
    other = renamed(root, tmp_path / "other", old, new)
    for words in EVERY_READING:
        assert call(*words, rulebook=other)[0] == 0, words
    due = call("run", "preview", "--due-through", "2027-02-28", "--json")[1]
    code, _, output = call("run", "issue", "--due-through", "2027-02-28", rulebook=other)
    assert (code, "this rulebook is not v1, the version in force" in output) == (4, True)
    put_in_force(f"sqlite:///{tmp_path / 'desk.sqlite'}", other, date(2027, 2, 28))
    code, out, _ = call("run", "issue", "--due-through", "2027-02-28", "--json", rulebook=other)
    held = json.loads(out)["held"]
    assert (code, [one["held_because"] for one in held]) == (0, [because])
    assert len(json.loads(out)["invoices"]) == len(json.loads(due)["invoices"])
    item = held[0]["item"]
    store = open_store(f"sqlite:///{tmp_path / 'desk.sqlite'}", now=now)
    with store.reading() as connection:
        stored = {say(one.held_because or "", "fr") for one in transactions.find(connection, TransactionFilter(states=("held",)))}
    store.close()
    assert stored == {"le recueil de règles ne contient plus ceci : produit `SUB-WS`"}
    assert because in call("report", "held-back", rulebook=other)[1]
    assert call("explain", item, rulebook=other)[0] == 0
    code, _, output = call("quote", "accept", "Q2027-0001", rulebook=other)
    assert (code, "name-not-in-rulebook" in output) == (1, True)
    assert call("item", "end", item, "--on", "2027-04-01", "--waive", "closed", "--by", "Ann", rulebook=other)[0] == 0
    shown = json.loads(call("item", "show", item, "--json", rulebook=other)[1])["transactions"]
    assert {one["state"] for one in shown if one["service_period"]["from"] >= "2027-02-01"} == {"held"}
    assert max(one["service_period"]["from"] for one in shown) == "2027-03-01"
    # the name comes back: what was held is due, and billed
    put_in_force(f"sqlite:///{tmp_path / 'desk.sqlite'}", root, date(2027, 2, 28))
    assert call("order", "plan")[0] == 0
    states = {one["state"] for one in json.loads(call("item", "show", item, "--json")[1])["transactions"]}
    assert "held" not in states
    code, out, _ = call("run", "issue", "--due-through", "2027-02-28", "--json")
    assert (code, json.loads(out)["held"], len(json.loads(out)["invoices"])) == (0, [], 1)


def test_opportunities_of_a_stage_that_left_weigh_nothing_and_the_report_says_so(call: Call, root: Path, tmp_path: Path) -> None:
    made = (
        "--customer",
        "K1",
        "--what",
        "tills",
        "--amount",
        "1000.00",
        "--stage",
        "proposal",
        "--expected-close",
        "2027-06-01",
        "--owner",
        "AM",
    )
    code, _, output = call("opportunity", "open", "O1", *made)
    assert code == 0, output
    other = renamed(root, tmp_path / "other", r"(?<=id: )proposal$", "offered")
    code, out, _ = call("report", "pipeline", rulebook=other)
    assert (code, "the stage `proposal` is not in the rulebook any more: its opportunities weigh 0" in out) == (0, True)
    assert "move it to another" in call("opportunity", "list", rulebook=other)[1]


def test_check_lists_the_orders_of_a_database_that_use_a_missing_name(call: Call, root: Path, tmp_path: Path) -> None:
    other = renamed(root, tmp_path / "other", *NAMES["product"][:2])
    database = str(tmp_path / "desk.sqlite")
    assert call("check", str(other))[0] == 0
    assert call("check", str(root), "--database", database)[0] == 0
    code, out, _ = call("check", str(other), "--database", database)
    assert (code, out.count("name-in-use: "), "of K1 uses the product `SUB-WS`" in out) == (1, 1, True)
    code, _, output = call("check", str(other), "--database", str(tmp_path / "nothing.sqlite"))
    assert (code, "no-database" in output, (tmp_path / "nothing.sqlite").exists()) == (5, True, False)


@pytest.mark.parametrize("what", ["billing type", "payment plan", "segment", "account"])
def test_other_names_hold_the_items_that_use_them(what: str, call: Call, root: Path, tmp_path: Path) -> None:
    old, new, because = NAMES[what]
    other = renamed(root, tmp_path / "other", old, new)
    code, out, _ = call("run", "preview", "--due-through", "2027-04-30", "--json", rulebook=other, today="2027-04-30")
    assert (code, {one["held_because"].startswith(because) for one in json.loads(out)["held"]}) == (0, {True})
    assert call("check", str(other), "--database", str(tmp_path / "desk.sqlite"))[0] == 1
