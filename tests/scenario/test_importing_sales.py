"""Imports of customers and opportunities that the desk knows already: what a row does not overwrite, and whom it may not name."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.desk import customer_changes, customer_merging, sales
from api.desk.customer_details import find_customer, history_of_customer
from api.desk.desk import Desk
from api.desk.folder_import import import_files
from api.refusals import Positioned
from api.store import opportunities
from engine.money import Money
from tests.scenario.conftest import CUSTOMERS, write_folder

DeskOn = Callable[..., Desk]
JANUARY = date(2027, 1, 31)


def test_a_check_of_a_vat_number_outlasts_a_later_import_with_older_evidence(desk_on: DeskOn, tmp_path: Path) -> None:
    desk = desk_on(JANUARY)
    only = {"customers.csv": CUSTOMERS}
    import_files(desk, write_folder(tmp_path / "a", only))
    assert [each["field"] for each in history_of_customer(desk, "K1")] == ["created"]
    customer_changes.vat_checked(desk, "K1", on=date(2027, 1, 20), result="invalid", consultation=None, by="Ann")
    states = []
    for checked, street in (("2027-01-02", "Rue 11"), ("2027-01-25", "Rue 12")):
        moved = CUSTOMERS.replace("Rue 1,", f"{street},").replace("independent,2027-01-02", f"independent,{checked}")
        import_files(desk, write_folder(tmp_path / checked, {"customers.csv": moved}))
        shown = find_customer(desk, "K1").customer
        states.append((shown.address.street, shown.vat_number_state, str(shown.vat_checked_on)))
    assert states == [("Rue 11", "invalid", "2027-01-20"), ("Rue 12", "valid", "2027-01-25")]


def test_rows_of_prospects_and_of_merged_customers_are_looked_at(desk_on: DeskOn, tmp_path: Path) -> None:
    desk = desk_on(JANUARY)
    import_files(desk, write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS}))
    for name in ("K8", "K9"):
        given = {"name": name, "country": "BE", "segment": "independent", "language": "fr"}
        customer_changes.create(desk, name, given, {}, is_prospect=True)
    orders_of = "customer,signed_on,product,quantity\n{},2026-12-07,SRV-TRAIN,1\n"
    customer_merging.merge(desk, "K8", "K1")
    codes = []
    for name in ("K8", "K9"):
        with pytest.raises(Positioned) as refused:
            import_files(desk, write_folder(tmp_path / name, {"investments.csv": orders_of.format(name)}))
        codes.append(refused.value.problems[0].code)
    assert codes == ["merged-row", "prospect-row"]
    row = "K9,Optique Neuf,Rue 9,5000,Namur,BE,fr,,,independent,\n"
    import_files(desk, write_folder(tmp_path / "b", {"customers.csv": CUSTOMERS + row, "investments.csv": orders_of.format("K9")}))
    assert find_customer(desk, "K9").party.state == "customer"


def test_a_row_of_an_opportunity_leaves_what_its_quote_sets(desk_on: DeskOn, tmp_path: Path) -> None:
    desk = desk_on(JANUARY)
    head = "id,customer,what,stage,amount,expected_close,owner,source,order_type\n"
    row = "O1,K1,a shop,proposal,100.00,2027-05-01,{},fair,investment\n"
    import_files(desk, write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS, "opportunities.csv": head + row.format("AM")}))
    imported = sales.find_opportunity(desk, "O1")
    assert (imported.source, imported.order_type) == ("fair", "investment")
    with desk.writing() as connection:
        one = opportunities.lock(connection, "O1")
        assert one is not None
        quoted = one.quoted("Q1", {"subscription": Money.parse("7.00", one.currency)})
        opportunities.replace(connection, quoted, desk.signed())
    import_files(desk, write_folder(tmp_path / "b", {"customers.csv": CUSTOMERS, "opportunities.csv": head + row.format("BK")}))
    assert sales.find_opportunity(desk, "O1") == quoted.replace(owner="BK")
