"""Personal data: how long they are stored, and their erasure, after which documents and their hash chain are as before."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from api.cli import main
from api.desk import crediting, erasing, ordering, quote_acceptance, quoting, sales
from api.desk.billing_run import Selection, invoices_of, issue
from api.desk.desk import Desk
from api.desk.folder_import import import_files
from api.refusals import Conflict, Positioned, Unknown
from api.store import contacts, customers, erasures, histories, opportunities, quotes, records, sales_tables, tables
from api.store.auditor import audit
from engine.documents.credit import CreditSelection
from tests.scenario.conftest import CUSTOMERS, now, write_folder

JANUARY = date(2027, 1, 31)
FILES = {
    "customers.csv": CUSTOMERS,
    "investments.csv": "customer,signed_on,product,quantity,payment_plan\nK1,2027-01-07,SRV-TRAIN,1,at-signature\n",
    "opportunities.csv": "id,customer_or_prospect,town,contact,what,stage,amount,expected_close,owner\n"
    "O1,Marie Vermeulen,Gent,marie@prospect.example,a shop,proposal,100,2027-05-01,AM\n",
    "contacts.csv": "id,customer,opportunity,name,role,email,phone,stored_until\n"
    "C1,K1,,Jeanne Lambert,accounts,jeanne@optique.example,+32 2 555 12 34,\n"
    "C2,,O1,Marie Vermeulen,owner,marie@prospect.example,,2027-01-15\n",
}
WHY = {"by": "DPO", "because": "she asked for it"}


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[date], Desk]:
    """Opens the desk on a day, over a database of each kind in turn."""
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    return lambda day: desk_on(day, url)


@pytest.fixture
def desk(on: Callable[[date], Desk], tmp_path: Path) -> Desk:
    """A desk on the last day of January, with a customer, an investment invoiced at once, a prospect, and a contact of each."""
    opened = on(JANUARY)
    import_files(opened, write_folder(tmp_path / "data", FILES))
    return opened


def everything(desk: Desk) -> str:
    """Every row of every table that may be erased, as text."""
    names = ("customers", "contacts", "opportunities", "opportunity_changes", "erasures", "imported")
    with desk.store.reading() as connection:
        return repr([tuple(row) for name in names for row in connection.execute(select(tables.installation.metadata.tables[name]))])


def problem_of(refused: pytest.ExceptionInfo[Conflict]) -> tuple[str, str]:
    (problem,) = refused.value.problems
    return problem.code, problem.message


def test_data_are_stored_as_long_as_company_yaml_says_unless_the_row_does(desk: Desk) -> None:
    with desk.store.reading() as connection:
        people = contacts.find(connection)
        prospect = opportunities.find(connection)["O1"].prospect
    assert (people["C1"].stored_until, people["C2"].stored_until) == (date(2030, 1, 31), date(2027, 1, 15))
    assert prospect is not None
    assert prospect.stored_until == date(2029, 1, 31)


def test_the_day_of_a_prospect_moves_with_its_last_change_and_is_no_change_itself(on: Callable[[date], Desk], desk: Desk) -> None:
    later = on(date(2027, 3, 1))
    sales.change(later, "O1", {"owner": "BK"})
    with later.store.reading() as connection:
        prospect = opportunities.find(connection)["O1"].prospect
        fields = [change["field"] for change in histories.changes(connection, sales_tables.opportunity_changes, "O1")]
        before = {one.id: one for one in opportunities.each_as_of(connection, JANUARY)}["O1"]
    assert prospect is not None
    assert (prospect.stored_until, fields, before.owner) == (date(2029, 3, 1), ["created", "owner"], "AM")


def test_a_customer_whose_order_has_ended_is_erased_and_its_invoice_stays(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Conflict) as refused:
        erasing.erase_customer(desk, "K1", **WHY)
    assert problem_of(refused)[0] == "still-needed"
    assert "the order K1-investment-2027-01-07 is not ended" in problem_of(refused)[1]
    (invoice,) = invoices_of(desk, issue(desk, Selection(due_through=JANUARY)).issued)
    order = "K1-investment-2027-01-07"
    ordering.end(desk, order, on=JANUARY)
    erasing.erase_customer(desk, "K1", **WHY)
    assert not any(word in everything(desk) for word in ("Optique", "Rue 1", "un@optique", "Jeanne", "jeanne@", "BE0999910048"))
    with desk.store.reading() as connection:
        assert audit(connection) == ()
        erased = customers.find(connection, ["K1"])["K1"]
        recorded = erasures.find(connection)
        assert contacts.find(connection, customer="K1") == {}
    assert (erased.name, erased.email, erased.segment, erased.address.country) == ("(erased)", None, "independent", "BE")
    assert {(one.kind, one.id, one.author, one.because) for one in recorded} == {
        ("customer", "K1", "DPO", "she asked for it"),
        ("contact", "C1", "DPO", "she asked for it"),
    }
    assert crediting.find_document(desk, invoice.number).customer.name == "Optique Un"
    note = crediting.credit(desk, invoice.number, CreditSelection(whole=True))  # an invoice can be credited years later
    assert note.customer.name == "Optique Un"
    with pytest.raises(Conflict) as refused:
        crediting.rebill(desk, invoice.number)
    assert problem_of(refused)[0] == "erased-customer"
    with pytest.raises(Conflict) as refused, desk.writing() as connection:
        quoting.make_quote(desk, connection, erased, (), on=JANUARY)
    assert problem_of(refused)[0] == "erased-customer"
    with pytest.raises(Conflict) as refused:
        erasing.erase_customer(desk, "K1", **WHY)
    assert problem_of(refused) == ("erased-already", "customer `K1` was erased on 2027-01-31")


def test_quotes_that_were_never_accepted_go_with_their_customer_and_accepted_ones_stay(desk: Desk, tmp_path: Path) -> None:
    rows = "".join(f"{row},SRV-TRAIN,2,at-signature\n" for row in ("K1,2027-01-20", "K2,2027-01-20", "K2,2027-01-21"))
    import_files(desk, write_folder(tmp_path / "more", {"quotes.csv": f"customer,on,product,quantity,payment_plan\n{rows}"}))
    with desk.writing() as connection:
        records.store_rendition(connection, "Q2027-0002 version 1", "quote", b"%PDF of Optiek Twee", at=now())
        records.store_rendition(connection, "Q2027-0003 version 1", "quote", b"%PDF of Optiek Twee, too", at=now())
    quoting.make_version(desk, "Q2027-0002", quoting.Requested(on=JANUARY))
    quoting.step(desk, "Q2027-0002", "refuse", "refused")
    (order,) = quote_acceptance.accept(desk, "Q2027-0003", quote_acceptance.Acceptance(on=JANUARY)).orders
    with pytest.raises(DBAPIError, match="append-only"), desk.writing() as connection:
        erasures.delete_quotes(connection, "K2")  # no erasure is recorded
    ordering.activate(desk, order.id, on=JANUARY)
    ordering.end(desk, order.id, on=JANUARY)
    with pytest.raises(Conflict, match="amounts of the order Q2027-0003-investment are not invoiced"):
        erasing.erase_customer(desk, "K2", **WHY)
    issue(desk, Selection(due_through=JANUARY))
    erasing.erase_customer(desk, "K2", **WHY)
    with desk.store.reading() as connection:
        assert [one.number for one in quotes.find(connection)] == ["Q2027-0001", "Q2027-0003"]
        assert {row.number for row in connection.execute(select(tables.quote_steps))} == {"Q2027-0001", "Q2027-0003"}
        printed = [row.document for row in connection.execute(select(tables.renditions))]
    assert printed == ["Q2027-0003 version 1"]


def test_what_was_erased_does_not_come_back_with_an_import(desk: Desk, tmp_path: Path) -> None:
    sales.lose(desk, "O1", next(iter(desk.rulebook.reasons)))
    erasing.erase_prospect(desk, "O1", **WHY)
    erasing.erase_contact(desk, "C1", **WHY)
    assert import_files(desk, tmp_path / "data").changes_nothing
    changed = FILES | {
        name: FILES[name].replace("AM\n", "BK\n").replace("12 34", "12 35") for name in ("opportunities.csv", "contacts.csv")
    }
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(tmp_path / "again", changed))
    assert [f"{problem.where}: {problem.code}" for problem in refused.value.problems] == [
        "opportunities.csv:2:1: erased-row",
        "contacts.csv:2:1: erased-row",
    ]
    with desk.store.reading() as connection:
        assert contacts.find(connection) == {}


def test_no_row_of_an_import_names_an_erased_customer_or_prospect(desk: Desk, tmp_path: Path) -> None:
    sales.lose(desk, "O1", next(iter(desk.rulebook.reasons)))
    erasing.erase_prospect(desk, "O1", **WHY)
    erasing.erase_customer(desk, "K2", **WHY)
    assert import_files(desk, tmp_path / "data").changes_nothing
    files = {
        "customers.csv": CUSTOMERS.replace("Twee,Straat 2", "Twee,Straat 3"),
        "investments.csv": "customer,signed_on,product,quantity,payment_plan\nK2,2027-01-07,SRV-TRAIN,1,at-signature\n",
        "increments.csv": "customer,accepted_and_activated_on,product,quantity\nK2,2027-01-08,SUB-WS,1\n",
    }
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(tmp_path / "a", files))
    assert {f"{problem.where}: {problem.code}" for problem in refused.value.problems} >= {
        "customers.csv:3:1: erased-row",
        "investments.csv:2:1: erased-row",
        "increments.csv:2:1: erased-row",
    }
    later = {
        "opportunities.csv": "id,customer,what,stage,amount,expected_close,owner\nO2,K2,more,proposal,100,2027-05-01,AM\n",
        "contacts.csv": "id,customer,opportunity,name\nC3,K2,,Jan\nC4,,O1,Marie\n",
        "quotes.csv": "customer,on,product,quantity\nK2,2027-01-20,SRV-TRAIN,2\n",
        "open_invoices.csv": "number,customer,issued_on,due_on,gross,open\nF1,K2,2026-12-01,2026-12-31,10.00,10.00\n",
    }
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(tmp_path / "b", later))
    assert [f"{problem.where}: {problem.code}" for problem in refused.value.problems] == [
        "opportunities.csv:2:1: erased-row",
        "contacts.csv:2:1: erased-row",
        "contacts.csv:3:1: erased-row",
        "quotes.csv:2:1: erased-row",
        "open_invoices.csv:2:1: erased-row",
    ]
    assert str(refused.value.problems[2].message) == "the data of the prospect of `O1` were erased, and this row needs them"


def test_what_is_closed_is_neither_reopened_nor_changed_for_those_who_were_erased(desk: Desk, tmp_path: Path) -> None:
    of_customer = "id,customer,what,stage,amount,expected_close,owner\nO2,K2,more,won,100,2027-05-01,AM\n"
    order = "customer,signed_on,product,quantity,payment_plan,order\nK2,2027-01-07,SRV-TRAIN,1,at-signature,I2\n"
    import_files(desk, write_folder(tmp_path / "more", {"opportunities.csv": of_customer, "investments.csv": order}))
    issue(desk, Selection(due_through=JANUARY))
    ordering.end(desk, "I2", on=JANUARY)
    sales.lose(desk, "O1", next(iter(desk.rulebook.reasons)))
    erasing.erase_prospect(desk, "O1", **WHY)
    erasing.erase_customer(desk, "K2", **WHY)
    stage = next(iter(desk.rulebook.stages))
    new = sales.find_opportunity(desk, "O2").replace(id="O3", state="open", stage=stage)
    verbs: dict[Callable[[], object], str] = {
        lambda: sales.reopen(desk, "O1", stage): "erased-prospect",
        lambda: sales.reopen(desk, "O2", stage): "erased-customer",
        lambda: sales.open_opportunity(desk, new): "erased-customer",
        lambda: ordering.report_event(desk, "I2", "delivery.accepted", on=JANUARY): "erased-customer",
    }
    for verb, code in verbs.items():
        with pytest.raises(Conflict) as refused:
            verb()
        assert problem_of(refused)[0] == code


def test_a_prospect_is_erased_with_its_history_and_contacts_once_its_opportunity_is_closed(desk: Desk) -> None:
    for erase in (erasing.erase_prospect, lambda desk, _name, **why: erasing.erase_contact(desk, "C2", **why)):
        with pytest.raises(Conflict) as refused:
            erase(desk, "O1", **WHY)
        assert "the opportunity O1 is open" in problem_of(refused)[1]
    before = opportunity_text(desk)
    assert "Marie" in before
    with desk.writing() as connection:  # a change of the prospect, as an import of another name records it
        _change_prospect(connection)
    sales.lose(desk, "O1", next(iter(desk.rulebook.reasons)))
    erasing.erase_prospect(desk, "O1", **WHY)
    assert not any(word in everything(desk) for word in ("Marie", "Mia", "Gent'", "marie@"))
    with desk.store.reading() as connection:
        one = opportunities.find(connection)["O1"]
        fields = {change["field"] for change in histories.changes(connection, sales_tables.opportunity_changes, "O1")}
        assert {one.id: one for one in opportunities.each_as_of(connection, JANUARY)}["O1"].stage == "lost"
    assert (one.prospect.name if one.prospect else None, one.state) == ("(erased)", "lost")
    assert "prospect_name" in fields  # that it changed stays known, who it was does not


def opportunity_text(desk: Desk) -> str:
    with desk.store.reading() as connection:
        return opportunities.find(connection)["O1"].model_dump_json()


def _change_prospect(connection: Connection) -> None:
    change = {"opportunity": "O1", "sequence": 2, "field": "prospect_name", "before": "Marie Vermeulen", "after": "Mia"}
    moment = {"changed_on": JANUARY, "changed_at": now(), "author": "test"}
    connection.execute(insert(sales_tables.opportunity_changes), [change | moment])


@pytest.mark.parametrize(
    "statement",
    [
        "update opportunity_changes set before = null, after = null",
        "update opportunity_changes set before = null, after = null, author = 'x' where field = 'prospect_name'",
        "update opportunity_changes set after = 'x' where field = 'prospect_name'",
        "delete from opportunity_changes",
        "update erasures set because = 'x'",
        "delete from erasures",
    ],
)
def test_the_history_lets_nothing_else_through(desk: Desk, statement: str) -> None:
    with desk.writing() as connection:
        _change_prospect(connection)
    sales.lose(desk, "O1", next(iter(desk.rulebook.reasons)))
    erasing.erase_contact(desk, "C1", **WHY)
    with pytest.raises(DBAPIError, match="append-only"), desk.writing() as connection:
        connection.execute(text(statement))


def test_open_things_of_every_kind_are_named(desk: Desk, tmp_path: Path) -> None:
    files = {
        "customers.csv": CUSTOMERS,
        "quotes.csv": "customer,on,product,quantity\nK2,2027-01-20,SRV-TRAIN,2\n",
        "opportunities.csv": "id,customer,what,stage,amount,expected_close,owner\nO2,K2,more,proposal,100,2027-05-01,AM\n",
        "open_invoices.csv": "number,customer,issued_on,due_on,gross,open\nF1,K2,2026-12-01,2026-12-31,10.00,10.00\n",
    }
    import_files(desk, write_folder(tmp_path / "more", files))
    with pytest.raises(Conflict) as refused:
        erasing.erase_customer(desk, "K2", **WHY)
    assert problem_of(refused)[1] == (
        "the data of customer `K2` are still needed: the quote Q2027-0001 is not decided, the opportunity O2 is open "
        "and the invoice F1 of the former system is open"
    )
    with pytest.raises(Unknown):
        erasing.erase_customer(desk, "K9", **WHY)
    with pytest.raises(Unknown):
        erasing.erase_contact(desk, "C9", **WHY)
    with pytest.raises(Conflict, match="the opportunity `O2` has no prospect"):
        erasing.erase_prospect(desk, "O2", **WHY)


def test_wrong_contacts_are_refused_at_their_cells(on: Callable[[date], Desk], tmp_path: Path) -> None:
    files = {
        "customers.csv": CUSTOMERS,
        "contacts.csv": "id,customer,opportunity,name,email,phone,stored_until\nC1,K1,O1,A,a@b,call me,2027-02-30\nC1,,,B,,,\nC2,K9,,,,,\n",
    }
    desk = on(JANUARY)
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(tmp_path / "a", files))
    assert [f"{problem.where}: {problem.code}" for problem in refused.value.problems] == [
        "contacts.csv:2:4: whose-contact",
        "contacts.csv:2:7: unknown-opportunity",
        "contacts.csv:2:16: malformed",
        "contacts.csv:2:24: no-day",
        "contacts.csv:3:1: id-twice",
        "contacts.csv:3:4: whose-contact",
        "contacts.csv:4:4: unknown-customer",
        "contacts.csv:4:8: empty-cell",
    ]


def test_the_commands_list_show_and_erase(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")

    def call(*words: str) -> tuple[int, str, str]:
        code = main.run(words)
        return (code, *capfd.readouterr())

    assert call("import", str(write_folder(tmp_path / "a", FILES)))[0] == 0
    assert [row["id"] for row in json.loads(call("contact", "list", "--past", "--json")[1])["rows"]] == ["C2"]
    assert json.loads(call("contact", "show", "C1", "--json")[1])["name"] == "Jeanne Lambert"
    assert json.loads(call("customer", "show", "K1", "--json")[1])["contacts"] == ["C1"]
    code, _, output = call("opportunity", "erase", "O1", "--by", "DPO", "--because", "asked")
    assert (code, "still-needed" in output) == (4, True)
    assert call("customer", "erase", "K1", "--by", "DPO", "--because", "asked")[0] == 4
    code, out, _ = call("contact", "erase", "C1", "--by", "DPO", "--because", "asked", "--json")
    assert (code, json.loads(out)["id"]) == (0, "C1")
    assert call("contact", "show", "C1")[0] == 2
    assert call("customer", "erase", "K2", "--by", "DPO", "--because", "asked")[0] == 0
    assert call("verify")[0] == 0
