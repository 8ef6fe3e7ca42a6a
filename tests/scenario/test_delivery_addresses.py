"""Orders are delivered where their quote or a verb says: on documents, in e-invoices, for VAT, and in the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from api.desk import erasing, ordering, quoting
from api.desk.billing_run import invoices_of, issue
from api.desk.crediting import credit
from api.desk.customer_addresses import set_address
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.order_entry import OrderEntry, enter_order
from api.desk.order_verbs import VERBS
from api.desk.quote_acceptance import Acceptance, accept
from api.desk.quoting import Requested
from api.refusals import Positioned
from api.store import customer_parties, order_actions
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.documents.order import Order
from engine.documents.quote import LineRequest
from engine.money import Quantity
from engine.problems import Refusal
from engine.writing.cii import cross_industry_invoice
from engine.writing.html import credit_note_page, invoice_page
from engine.writing.ubl import e_invoice
from tests.scenario.conftest import CUSTOMERS, write_folder
from tests.unit.writing.sample_documents import shipped_words

MIDDLE = date(2027, 1, 15)
GOODS = (LineRequest(product="HW-AIO", quantity=Quantity(1_000_000), payment_plan="at-signature"),)


@pytest.fixture
def desk(desk_on: Callable[[date], Desk], tmp_path: Path) -> Desk:
    """A desk in the middle of January, with a customer that has a shop in Liège and one in Basel."""
    opened = desk_on(MIDDLE)
    import_files(opened, write_folder(tmp_path / "data", {"customers.csv": CUSTOMERS}))
    for name, recipient, town, country in (("liege", "Magasin Liège", "Liège", "BE"), ("basel", None, "Basel", "CH")):
        where = {"street": "Rue Neuve 1", "postcode": "4000", "town": town, "country": country, "recipient": recipient}
        set_address(opened, "K1", customer_parties.NamedAddress(name=name, kind="delivery", **where))
    return opened


def act(desk: Desk, name: str, address: str | None) -> Order:
    return ordering.act(desk, name, VERBS.validate_python({"currency": "EUR", "verb": "delivery", "address": address}))


def ordered(desk: Desk, name: str, deliver_to: str | None) -> Order:
    return enter_order(desk, OrderEntry(id=name, customer="K1", lines=GOODS, deliver_to=deliver_to))


def issued(desk: Desk) -> list[Invoice]:
    return list(invoices_of(desk, issue(desk, Selection(due_through=MIDDLE)).issued))


def delivered(xml: bytes, path: str) -> list[str | None]:
    return [one.text for one in etree.fromstring(xml).iterfind(f".//{path}")]


def test_the_rows_of_an_order_name_where_it_is_delivered(desk: Desk, tmp_path: Path) -> None:
    head = "customer,signed_on,product,quantity,payment_plan,order,deliver_to\n"
    row = "K1,2027-01-11,HW-AIO,1,at-signature,{order},{place}\n".format
    good = {"investments.csv": head + row(order="A", place="liege") + row(order="A", place="") + row(order="B", place="")}
    import_files(desk, write_folder(tmp_path / "good", good))
    places = [ordering.find_order(desk, name)[0].deliver_to for name in ("A", "B")]
    assert [place and (place.name, place.recipient) for place in places] == [("liege", "Magasin Liège"), None]
    wrong = {"investments.csv": head + row(order="C", place="luik") + row(order="D", place="liege") + row(order="D", place="basel")}
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(tmp_path / "wrong", wrong))
    assert [f"{each.where}: {each.code}" for each in refused.value.problems] == ["investments.csv:4:39: two-deliveries"]
    unknown = {"investments.csv": head + row(order="C", place="leige")}
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(tmp_path / "unknown", unknown))
    (problem,) = refused.value.problems
    assert (str(problem.where), problem.code, problem.help) == ("investments.csv:2:39", "no-such-address", "did you mean `liege`?")


def test_orders_delivered_elsewhere_have_their_own_invoices_and_say_where(desk: Desk) -> None:
    for name, place in (("A", None), ("B", "liege"), ("C", "basel"), ("D", "liege")):
        ordered(desk, name, place)
    bills = {bill.orders: bill for bill in issued(desk)}
    assert set(bills) == {("A",), ("B", "D"), ("C",)}
    home, liege, basel = bills["A",], bills["B", "D"], bills["C",]
    assert (home.deliver_to, str(liege.deliver_to)) == (None, "Magasin Liège, Rue Neuve 1, 4000 Liège, BE")
    assert [one.vat_breakdown[0].category for one in (home, liege)] == ["S", "S"]
    assert basel.vat_breakdown[0].category == "G", "goods that leave the Union"
    assert (basel.ship_to, liege.ship_to) == ("CH", None)
    assert "DeliveryLocation" not in e_invoice.write(home).decode()
    place = ["Liège", "4000", "Rue Neuve 1", "BE"]
    location = "{*}Delivery/{*}DeliveryLocation/{*}Address/"
    names = ("{*}CityName", "{*}PostalZone", "{*}StreetName", "{*}Country/{*}IdentificationCode")
    assert [delivered(e_invoice.write(liege), location + name)[0] for name in names] == place
    assert delivered(e_invoice.write(liege), "{*}DeliveryParty/{*}PartyName/{*}Name") == ["Magasin Liège"]
    ship_to = "{*}ShipToTradeParty/{*}PostalTradeAddress/"
    names = ("{*}CityName", "{*}PostcodeCode", "{*}LineOne", "{*}CountryID")
    assert [delivered(cross_industry_invoice.write(liege), ship_to + name)[0] for name in names] == place
    note = credit(desk, liege.number, CreditSelection(whole=True))
    assert note.deliver_to == liege.deliver_to
    for page in (invoice_page(liege, shipped_words()), credit_note_page(note, shipped_words())):
        assert page["deliver_to"] == "Magasin Liège, Rue Neuve 1, 4000 Liège, BE"


def test_the_address_of_a_quote_is_that_of_its_orders_until_another_is_chosen(desk: Desk) -> None:
    with desk.writing() as connection:
        buyer = quoting.buyer_of(connection, "K1")
        made = quoting.make_quote(desk, connection, buyer, GOODS, on=MIDDLE, deliver_to="liege")
    again = quoting.make_version(desk, made.number, Requested(on=MIDDLE))
    assert again.quote.deliver_to == made.quote.deliver_to
    basel = quoting.make_version(desk, made.number, Requested(on=MIDDLE, deliver_to="basel"))
    assert {each.vat_breakdown[0].category for each in basel.quote.estimates} == {"G"}
    (order,) = accept(desk, made.number, Acceptance(on=MIDDLE)).orders
    assert order.deliver_to == basel.quote.deliver_to
    after = act(desk, order.id, "liege")
    step = after.history[-1]
    assert (step.what, step.because) == ("delivery address set", "liege")
    assert act(desk, order.id, "liege") == after, "twice the same is no change"
    assert act(desk, order.id, None).deliver_to is None
    undone = ordering.act(desk, order.id, VERBS.validate_python({"currency": "EUR", "verb": "undo"}))
    assert undone.deliver_to is not None
    assert undone.deliver_to == ordering.find_order(desk, order.id)[0].deliver_to == after.deliver_to


@pytest.mark.parametrize("chosen", [lambda desk: ordered(desk, "A", "leige"), lambda desk: act(desk, ordered(desk, "A", None).id, "leige")])
def test_an_address_that_the_customer_does_not_have_is_refused_with_the_nearest(desk: Desk, chosen: Callable[[Desk], Any]) -> None:
    with pytest.raises(Refusal) as refused:
        chosen(desk)
    (problem,) = refused.value.problems
    assert (problem.code, problem.help) == ("no-such-address", "did you mean `liege`?")
    assert problem.pointer in ("/deliver_to", "/address")


def test_an_erased_customer_leaves_no_address_in_its_orders(desk: Desk) -> None:
    act(desk, ordered(desk, "A", "basel").id, None)
    order = act(desk, "A", "liege")
    ordering.act(desk, order.id, VERBS.validate_python({"currency": "EUR", "verb": "cancel", "on": "2027-01-15"}))
    erasing.erase_customer(desk, "K1", by="Ann", because="asked for")
    erased = ordering.find_order(desk, "A")[0]
    assert erased.deliver_to is None
    assert [(step.what, step.because) for step in erased.history if step.what == "delivery address set"] == [
        ("delivery address set", None)
    ] * 2
    with desk.store.reading() as connection:
        first, *_ = order_actions.find(connection, "A")
    assert first.before.fields == {"deliver_to": "basel"}, "what is stored of actions is never changed"
