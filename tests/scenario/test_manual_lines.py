"""Lines that a person enters by hand, on both databases: billed once with the next run, cancelled while they are not invoiced."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.desk import ordering, reports
from api.desk.billing_run import invoices_of, issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.order_preview import preview
from api.desk.order_verbs import VERBS
from engine.documents.invoice import Invoice
from engine.documents.order import Order
from engine.problems import Refusal
from engine.writing.ubl import e_invoice
from tests.scenario.conftest import SMALL, write_folder

DeskOn = Callable[[date], Desk]
JANUARY, FEBRUARY = date(2027, 1, 31), date(2027, 2, 28)
ORDERS = ("K1-subscription-2026-03-01", "K1-investment-2026-12-07", "K2-advertising-2027-01-01")
TEXT = {"text": "Travel to Liège", "price": "62.50", "vat_class": "standard", "supply_kind": "service", "account": "services"}


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, tmp_path: Path) -> DeskOn:
    """Opens the desk on a day, over a database of each kind in turn; the auditor must agree at the end."""
    url = f"sqlite:///{tmp_path / 'lines.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    import_files(desk_on(date(2027, 1, 2), url), write_folder(tmp_path / "files", SMALL))
    return lambda day: desk_on(day, url)


def act(desk: Desk, name: str, verb: str, **fields: Any) -> Order:
    """Does a verb as a request asks it."""
    return ordering.act(desk, name, VERBS.validate_python({"currency": "EUR", "verb": verb, **fields}))


def billed(desk: Desk) -> tuple[Invoice, ...]:
    """What a run issues through today."""
    return tuple(invoices_of(desk, issue(desk, Selection(due_through=desk.today), issued_on=desk.today).issued))


def test_a_text_or_a_product_on_any_order_is_billed_once_with_the_next_run(on: DeskOn) -> None:
    desk = on(JANUARY)
    names = [order.id for order in ordering.find_orders(desk).values() if order.customer == "K1" or order.type == "advertising"]
    fields: dict[str, Any] = {"on": "2027-01-20", "because": "agreed by telephone", "quantity": "2"}
    effect = preview(desk, names[0], VERBS.validate_python({"currency": "EUR", "verb": "line", **fields, **TEXT}))
    assert [(each.change, str(each.after)) for each in effect.transactions] == [("added", "125.00")]
    assert effect.mrr_before == effect.mrr_after
    for name in names:
        state = ordering.find_order(desk, name)[0].state
        order = act(desk, name, "line", item=f"{name}-extra", **fields, **TEXT)
        assert act(desk, name, "line", item=f"{name}-extra", **fields, **TEXT) == order, "twice the same is one line"
        assert order.state == state
        act(desk, name, "line", **fields, product="SRV-TRAIN", price="80.0625")
        step = ordering.find_order(desk, name)[0].history[-1]
        assert (step.what, step.author, step.because) == ("line added", "test", "agreed by telephone")
        with pytest.raises(Refusal):
            act(desk, name, "line", item=f"{name}-extra", **{**fields, "quantity": "3"}, **TEXT)
    bills = [bill for bill in billed(desk) if set(bill.orders) & set(names)]
    manual = [line for bill in bills for line in bill.lines if line.transaction.split("|")[1] == "one-time" and "extra" in line.item]
    assert [(line.description, str(line.quantity), str(line.unit_price), str(line.net)) for line in manual] == [
        ("Travel to Liège", "2", "62.50", "125.00")
    ] * len(names)
    assert [str(line.net) for bill in bills for line in bill.lines if "-line-" in line.item] == ["160.13"] * len(names)
    assert "Travel to Liège" in "".join(e_invoice.write(bill).decode() for bill in bills)
    why = {item: str(because) for _, _, item, _, because, *_ in reports.held_back(on(JANUARY)).rows}
    assert {why[f"{name}-extra"] for name in names} == {"everything planned is invoiced"}
    for name in names:
        lines = {item.id: item.state for item in ordering.find_order(desk, name)[0].items if item.one_off is not None}
        assert set(lines.values()) == {"ended"}
        assert {item.id: item.state for _, item in ordering.each_item(desk) if item.id in lines} == lines
    later = on(FEBRUARY)
    act(later, names[0], "line", item="not-invoiced", **fields, **TEXT)
    left = act(later, names[0], "cancel", on="2027-02-01")
    assert {item.id: item.state for item in left.items if item.one_off is not None} == {
        f"{names[0]}-extra": "ended", f"{names[0]}-line-1": "ended", "not-invoiced": "cancelled",
    }  # fmt: skip
    assert [line for bill in billed(later) for line in bill.lines if "-extra" in line.item or "-line-" in line.item] == []
    with pytest.raises(Refusal) as refused:
        act(later, names[0], "cancel", on="2027-02-01", items=[f"{names[0]}-extra"])
    assert (refused.value.state, refused.value.problems[0].code) == ("invoiced", "line-invoiced")


def test_a_line_is_cancelled_while_it_is_not_invoiced(on: DeskOn) -> None:
    desk = on(JANUARY)
    [name] = [order.id for order in ordering.find_orders(desk, customer="K1").values() if order.type == "subscription"]
    before = ordering.find_order(desk, name)[1]
    act(desk, name, "line", on="2027-01-20", because="a test", item="X1", **TEXT)
    assert "X1" in {one.item for one in ordering.find_order(desk, name)[1] if one.is_due(JANUARY)}
    with pytest.raises(Refusal):
        act(desk, name, "change", on="2027-01-20", item="X1", quantity="2")
    cancelled = act(desk, name, "cancel", on="2027-01-25", items=["X1"])
    assert act(desk, name, "cancel", on="2027-01-25", items=["X1"]) == cancelled
    assert ordering.find_order(desk, name)[1] == before
    act(desk, name, "line", on="2027-03-01", because="a test", **TEXT)
    act(desk, name, "undo")
    assert ordering.find_order(desk, name)[1] == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": "Travel", "product": "SUB-CORE"}, "product-or-text"),
        ({"text": "Travel"}, "not-said"),
        ({**TEXT, "account": "sevices"}, "no-such-name"),
        ({**TEXT, "price": None}, "no-manual-price"),
        ({"product": "SUB-CRE", "price": "1.00"}, "unknown-product"),
    ],
)
@pytest.mark.parametrize("on", ["sqlite"], indirect=True)
def test_what_is_missing_or_unknown_is_refused_at_its_field(on: DeskOn, fields: dict[str, Any], code: str) -> None:
    desk = on(JANUARY)
    with pytest.raises(Refusal) as refused:
        act(desk, next(iter(ordering.find_orders(desk))), "line", on="2027-01-20", because="a test", **fields)
    assert code in {problem.code for problem in refused.value.problems}
    assert all(problem.pointer for problem in refused.value.problems)
