"""Steps of orders taken back, moved and previewed, on both databases: nothing is lost, nothing is written too much."""

import json
from collections.abc import Callable
from datetime import date
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.cli import main
from api.desk import ordering, quoting, sales
from api.desk.billing_run import invoices_of, issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.order_preview import preview
from api.desk.order_verbs import VERBS
from api.desk.quote_acceptance import Acceptance, accept, preview_acceptance
from api.refusals import Conflict
from api.store import customers, issued_documents, opportunities, quotes, tables, transactions
from api.store.transaction_rows import TransactionFilter
from engine.documents.opportunity import Opportunity
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.quote import LineRequest
from engine.money import Currency, Money, Quantity
from engine.problems import Refusal
from tests.scenario.conftest import CUSTOMERS, write_folder
from tests.scheduled import item
from tests.scheduled import order as order_with

DeskOn = Callable[[date], Desk]
JANUARY, FEBRUARY, MARCH = date(2027, 1, 31), date(2027, 2, 10), date(2027, 2, 20)
FILES = {
    "customers.csv": CUSTOMERS,
    "subscriptions.csv": "customer,order,billing_type,activated_on,anchor_day,product,quantity\n"
    "K1,S1,monthly,2027-01-01,1,SUB-CORE,10\nK1,S1,monthly,2027-01-01,1,SUB-WS,2\n",
    "investments.csv": "customer,order,signed_on,product,quantity\nK1,I1,2027-01-05,HW-AIO,2\n",
    "advertising.csv": "customer,order,product,quantity,first_month,months\nK2,A1,ADV-NEWS,1,2027-01,6\n",
}
CHANCE = Opportunity(
    currency=Currency.of("EUR"),
    id="OP1",
    customer="K1",
    what="A workstation more",
    stage="proposal",
    state="open",
    amount=Money.parse("100.00", Currency.of("EUR")),
    expected_close=date(2027, 3, 31),
    owner="Ann",
)

BOTH = pytest.mark.parametrize("on", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def on(request: pytest.FixtureRequest, tmp_path: Path) -> DeskOn:
    """Opens the desk on a day, over SQLite or the database that is named, with an order of each type; the auditor must agree at the end."""
    is_lite = getattr(request, "param", "sqlite") == "sqlite"
    url = f"sqlite:///{tmp_path / 'undo.sqlite'}" if is_lite else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    first = desk_on(date(2027, 1, 2), url)
    import_files(first, write_folder(tmp_path / "files", FILES))
    pending = item(
        id="P1-1", product="SUB-CORE", activated_on=None, state="pending", starts_on=date(2027, 2, 1), revenue_account="subscriptions"
    )
    ordering.enter(first, order_with(pending, id="P1", customer="K2"))
    return lambda day: desk_on(day, url)


def act(desk: Desk, name: str, verb: str, **fields: Any) -> Order:
    """Does a verb as a request asks it."""
    return ordering.act(desk, name, VERBS.validate_python({"currency": "EUR", "verb": verb, **fields}))


def everything(desk: Desk, *, but: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of what is sold, planned and invoiced; the state of an item follows from its dates, and is stored with its last step."""
    names = ("items", "transactions", "recurring_steps", "order_events", "issued", "outbox")
    with desk.store.reading() as connection:
        metadata = tables.orders.metadata.tables
        columns = {name: [each for each in metadata[name].columns if (name, each.name) != ("items", "state")] for name in names}
        return {name: sorted(map(tuple, connection.execute(select(*columns[name]))), key=str) for name in names if name not in but}


def net_of(rows: dict[str, list[tuple[Any, ...]]], order: str = "") -> int:
    """What the transactions of an order, or of all, come to."""
    names = list(tables.transactions.columns.keys())
    net, item_id = names.index("net"), names.index("item")
    return sum(row[net] for row in rows["transactions"] if row[item_id].startswith(order))


def customer_of(desk: Desk, name: str) -> Customer:
    """A customer of the desk."""
    with desk.store.reading() as connection:
        return customers.find(connection, [name])[name]


STEPS: list[tuple[str, str, dict[str, Any]]] = [
    ("S1", "suspend", {"on": "2027-02-15", "items": ["S1-1"]}),
    ("S1", "change", {"on": "2027-01-11", "item": "S1-1", "quantity": "12"}),
    ("S1", "change", {"on": "2027-02-01", "item": "S1-2", "price": "9.90"}),
    ("S1", "end", {"on": "2027-05-01", "waive": "moves", "by": "Ann"}),
    ("P1", "activate", {"on": "2027-02-03"}),
    ("P1", "cancel", {"on": "2027-02-03"}),
    ("I1", "event", {"event": "delivery.accepted", "on": "2027-02-05"}),
    ("A1", "cancel", {"on": "2027-02-05", "items": ["A1-1"], "from_insertion": 4}),
    ("A1", "cancel", {"on": "2027-02-05", "items": ["A1-1"], "remaining": True}),
]


@BOTH
def test_an_undone_step_leaves_everything_as_it_was_and_both_in_the_history(on: DeskOn) -> None:
    desk = on(FEBRUARY)
    issue(on(JANUARY), Selection(due_through=JANUARY), issued_on=JANUARY)
    before = everything(desk)
    for name, verb, fields in STEPS:
        history = ordering.find_order(desk, name)[0].history
        effect = preview(desk, name, VERBS.validate_python({"currency": "EUR", "verb": verb, **fields}))
        assert everything(desk) == before, "a preview writes nothing"
        act(desk, name, verb, **fields)
        assert act(desk, name, verb, **fields) == ordering.find_order(desk, name)[0], "twice the same is no change"
        assert everything(desk) != before
        with desk.store.reading() as connection:
            now = sum(one.net.minor for one in transactions.find(connection, TransactionFilter(order=name)))
        then = net_of(before, name)
        assert now - then == effect.net_difference.minor, "a preview says what comes of it"
        undone = act(desk, name, "undo", because="typed for another customer", step=len(history) + 1)
        assert everything(desk) == before, verb
        steps = undone.history[len(history) :]
        assert [step.what.endswith("undone") for step in steps] == [False] * (len(steps) // 2) + [True] * (len(steps) // 2)
        assert (steps[-1].on, steps[-1].author, steps[-1].because) == (FEBRUARY, "test", "typed for another customer")
        assert act(desk, name, "undo", step=len(history) + 1) == undone, "the same step is taken back once"


@BOTH
def test_what_was_invoiced_of_a_step_is_shown_and_credited_only_on_request(on: DeskOn) -> None:
    desk = on(JANUARY)
    act(desk, "S1", "change", on="2027-01-11", item="S1-1", quantity="12")
    [before] = [
        one for one in invoices_of(desk, issue(desk, Selection(due_through=JANUARY), issued_on=JANUARY).issued) if "S1" in one.orders
    ]
    later = on(FEBRUARY)
    stored = everything(later)
    effect = preview(later, "S1", VERBS.validate_python({"currency": "EUR", "verb": "undo"}))
    [credit] = effect.compensations
    lines = [line for line in before.lines if line.transaction.endswith("change-1")]
    assert (credit.invoice, credit.lines, credit.net) == (before.number, (lines[0].number,), lines[0].net)
    assert effect.net_difference.minor < -lines[0].net.minor
    with pytest.raises(Conflict) as refused:
        act(later, "S1", "undo")
    assert (refused.value.state, refused.value.possible) == ("invoiced", ("compensate",))
    assert f"{credit.net} net. A credit note of {credit.gross} EUR" in str(refused.value)
    assert everything(later) == stored
    order = act(later, "S1", "undo", compensate=True, because="never agreed")
    assert (order.items[0].quantity_on(FEBRUARY).micros, order.items[0].changes) == (10_000_000, ())
    with later.store.reading() as connection:
        [note] = issued_documents.find_credit_notes(connection, corrects=before.number)
    assert (note.net, note.because) == (credit.net, "never agreed")
    planned = ordering.find_order(later, "S1")[1]
    assert [one.identity for one in planned if one.identity.endswith("change-1")] == []


def test_a_moved_step_counts_from_its_new_day(on: DeskOn) -> None:
    desk = on(FEBRUARY)
    act(desk, "S1", "suspend", on="2027-03-10", items=["S1-1"])
    moved = act(desk, "S1", "move", on="2027-03-20", because="a week later")
    assert [(change.on, change.suspend) for change in moved.items[0].changes] == [(date(2027, 3, 20), True)]
    assert act(desk, "S1", "move", on="2027-03-20") == moved
    assert [step.what for step in moved.history[-3:]] == ["suspended", "suspended of 2027-03-10 undone", "suspended"]
    with pytest.raises(Conflict):
        act(desk, "A1", "move", on="2027-03-20")


def test_the_last_step_of_an_item_may_be_taken_back_while_others_went_on(on: DeskOn) -> None:
    desk = on(FEBRUARY)
    act(desk, "S1", "suspend", on="2027-03-10", items=["S1-1"])
    act(desk, "S1", "change", on="2027-03-01", item="S1-2", quantity="3")
    order = act(desk, "S1", "undo", item="S1-1")
    assert (order.items[0].changes, len(order.items[1].changes)) == ((), 1)
    act(desk, "S1", "suspend", on="2027-04-10")
    act(desk, "S1", "resume", on="2027-04-20", items=["S1-2"])
    with pytest.raises(Conflict) as refused:
        act(desk, "S1", "undo", item="S1-1")
    assert [problem.code for problem in refused.value.problems] == ["not-the-last-step"]


@BOTH
def test_an_increment_is_taken_back_with_the_acceptance_of_its_quote(on: DeskOn) -> None:
    desk = on(FEBRUARY)
    buyer = customer_of(desk, "K1")
    with desk.writing() as connection:
        lines = [LineRequest(product="SUB-WS", quantity=Quantity.whole(1)), LineRequest(product="SUB-CORE", quantity=Quantity.whole(1))]
        opportunities.append(connection, [CHANCE], desk.signed())
        number = quoting.make_quote(desk, connection, buyer, lines, on=FEBRUARY, opportunity="OP1").number
    before, quoted = everything(desk, but=("items",)), sales.find_opportunity(desk, "OP1")
    for _ in range(2):
        [effect] = preview_acceptance(desk, number, Acceptance(on=FEBRUARY))
        assert everything(desk, but=("items",)) == before
        [joined] = accept(desk, number, Acceptance(on=FEBRUARY)).joined
        assert joined.id == "S1"
        assert sales.find_opportunity(desk, "OP1").state == "won"
        now = everything(desk, but=("items",))
        added = net_of(now) - net_of(before)
        assert (effect.order, effect.state_before, effect.net_difference.minor) == ("S1", "active", added)
        assert added > 0
        assert {each.change for each in effect.transactions} == {"added"}
        order = act(desk, "S1", "undo")
        assert everything(desk, but=("items",)) == before
        assert {item.state for item in order.items[2:]} <= {"cancelled"}
        with desk.store.reading() as connection:
            assert [row["state"] for row in quotes.steps(connection, number)][-2:] == ["accepted", "approved"]
        assert sales.find_opportunity(desk, "OP1") == quoted, "it is as before the acceptance"
    assert len(accept(desk, number, Acceptance(on=FEBRUARY)).joined) == 1


def test_a_swap_is_taken_back_whole(on: DeskOn) -> None:
    desk = on(FEBRUARY)
    before = everything(desk, but=("items",))
    act(desk, "S1", "swap", on="2027-03-01", item="S1-2", product="SUB-CORE")
    order = act(desk, "S1", "undo")
    assert [(item.id, item.state) for item in order.items] == [("S1-1", "active"), ("S1-2", "active"), ("S1-2-2", "cancelled")]
    assert everything(desk, but=("items",)) == before
    act(desk, "S1", "change", on="2027-03-01", item="S1-2", quantity="3")
    again = act(desk, "S1", "swap", on="2027-04-01", item="S1-2", product="SUB-CORE")
    assert [item.id for item in again.items][-1] == "S1-2-3"


def test_what_has_no_step_or_no_such_item_is_refused(on: DeskOn) -> None:
    desk = on(FEBRUARY)
    for fields in ({}, {"item": "S1-9"}, {"step": 1}):
        with pytest.raises(Refusal):
            act(desk, "S1", "undo", **fields)


def test_a_step_is_previewed_taken_back_and_moved_at_the_command_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-02-10")

    def call(*words: str) -> tuple[int, str, str]:
        code = main.run(words)
        return (code, *capfd.readouterr())

    assert call("import", str(write_folder(tmp_path / "data", FILES)))[0] == 0
    shown = call("item", "suspend", "S1-1", "--on", "2027-03-10", "--preview")
    assert (shown[0], "nothing was written" in shown[1], "MRR on 2027-03-10" in shown[1]) == (0, True, True)
    asked = call("order", "preview", "S1", "suspend", "on=2027-03-10", "items=S1-1", "--json")
    assert json.loads(asked[1])["items"][0]["after"]["state"] == "suspended"
    assert call("order", "preview", "S1", "suspend", "on=2027-03-32")[0] == 1
    assert call("order", "undo", "S1")[0] == 4
    assert call("item", "suspend", "S1-1", "--on", "2027-03-10")[0] == 0
    assert "suspended" in call("order", "move", "S1", "--on", "2027-03-20", "--because", "a week later")[1] + "suspended"
    assert json.loads(call("order", "preview", "S1", "undo", "--json")[1])["compensations"] == []
    assert call("order", "undo", "S1", "--item", "S1-1", "--because", "no")[0] == 0
    lines = call("order", "show", "S1")[1].splitlines()
    assert [line.split("  ")[-1] for line in lines if "undone" in line] == [
        f"suspended of 2027-03-10 undone S1-1 by {getuser()}: a week later",
        f"suspended of 2027-03-20 undone S1-1 by {getuser()}: no",
    ]
