"""The import of a folder of CSV files: all or nothing, idempotent, and every mistake is reported with its position."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.desk.desk import Desk
from api.desk.folder_import import import_files
from api.refusals import Positioned
from api.store import customers, opportunities, orders, quotes, transactions
from api.store.transaction_rows import TransactionFilter
from engine.money import Quantity
from engine.problems import Refusal
from tests.scenario.conftest import CUSTOMERS, SMALL, write_folder

DeskOn = Callable[..., Desk]
JANUARY = date(2027, 1, 31)


def mistakes(desk: Desk, folder: Path) -> list[str]:
    """The mistakes of a folder, as `file:line:column: code`."""
    with pytest.raises(Positioned) as refused:
        import_files(desk, folder)
    with desk.store.reading() as connection:
        assert customers.find(connection) == {}  # nothing was written
        assert orders.find(connection) == {}
    return [f"{problem.where}: {problem.code}" for problem in refused.value.problems if problem.stops]


def test_orders_are_brought_together_activated_and_planned(desk_on: DeskOn, small: Path) -> None:
    desk = desk_on(JANUARY)
    imported = import_files(desk, small)
    assert {each.kind: each.fresh for each in imported.kinds} == {"customer": 2, "order": 4}
    with desk.store.reading() as connection:
        result = orders.find(connection)
        planned = transactions.find(connection, TransactionFilter())
    assert {(order.type, order.state, len(order.items)) for order in result.values()} == {
        ("subscription", "active", 2),
        ("subscription", "active", 1),
        ("investment", "active", 2),
        ("advertising", "active", 1),
    }
    assert all(order.invoiced_elsewhere_until == date(2027, 1, 1) for order in result.values())
    assert all(item.billing_process for order in result.values() for item in order.items)
    assert {one.billing_date for one in planned if one.state == "elsewhere"} == {date(2026, 12, 7)}
    assert min(one.billing_date for one in planned if one.state == "planned" and one.billing_date) == date(2027, 1, 1)
    assert max(one.billing_date for one in planned if one.billing_date) >= date(2029, 1, 1)


def test_the_same_folder_twice_changes_nothing(desk_on: DeskOn, small: Path) -> None:
    desk = desk_on(JANUARY)
    assert not import_files(desk, small).changes_nothing
    again = import_files(desk, small)
    assert again.changes_nothing
    assert again.transactions == 0


def test_a_customer_may_change_and_an_order_may_not(desk_on: DeskOn, tmp_path: Path) -> None:
    desk = desk_on(JANUARY)
    import_files(desk, write_folder(tmp_path / "a", SMALL))
    moved = SMALL | {"customers.csv": CUSTOMERS.replace("Rue 1", "Rue 11")}
    import_files(desk, write_folder(tmp_path / "b", moved))
    with desk.store.reading() as connection:
        assert customers.find(connection, ["K1"])["K1"].address.street == "Rue 11"
    other = SMALL | {"subscriptions.csv": SMALL["subscriptions.csv"].replace("SUB-WS,2", "SUB-WS,3")}
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(tmp_path / "c", other))
    assert [problem.code for problem in refused.value.problems] == ["order-differs"]


def test_an_increment_joins_the_running_subscription(desk_on: DeskOn, tmp_path: Path) -> None:
    desk = desk_on(JANUARY)
    files = SMALL | {"increments.csv": "customer,accepted_and_activated_on,product,quantity\nK1,2027-01-11,SUB-EDI,1\n"}
    import_files(desk, write_folder(tmp_path / "a", files))
    assert import_files(desk, tmp_path / "a").changes_nothing
    with desk.store.reading() as connection:
        result = orders.find(connection, customer="K1", type_="subscription")
    (order,) = result.values()
    joined = order.items[-1]
    assert (joined.product, joined.joined_on, joined.anchor_day) == ("SUB-EDI", date(2027, 1, 11), 1)
    assert order.history[-1].what == "joined"


def test_the_optional_columns_are_read(desk_on: DeskOn, tmp_path: Path) -> None:
    files = {
        "customers.csv": "id,name,street,postcode,town,country,kind,vat_number,small_business,files_periodic_returns,purchase_order,"
        "payment_terms,shops\n"
        "P1,Jan,Straat 1,9000,Gent,BE,private,,,,,,\n"
        "B1,Bedrijf,Straat 2,9000,Gent,BE,,BE0999910048,yes,no,PO 9,30-days-end-of-month,4\n",
        "subscriptions.csv": "customer,billing_type,activated_on,product,quantity,order,purchase_order,billing_process,ends_on\n"
        "B1,monthly,2027-01-10,SUB-CORE,1,A/1,PO 7,subscription-in-arrears,2027-03-09\nB1,monthly,2027-01-11,SUB-WS,2,A/1,,,\n",
        "investments.csv": "customer,signed_on,product,quantity,order,payment_plan,expected_delivery\n"
        "B1,2027-01-05,HW-AIO,1,I1,half-at-delivery,2027-04-01\n",
        "opportunities.csv": "id,customer,what,stage,amount,expected_close,owner\nO1,B1,more,lost,100,2027-05-01,AM\n",
    }
    desk = desk_on(JANUARY)
    import_files(desk, write_folder(tmp_path / "a", files))
    with desk.store.reading() as connection:
        buyers, agreed = customers.find(connection), orders.find(connection)
        lost = opportunities.find(connection)["O1"]
        waiting = [one for one in transactions.find(connection, TransactionFilter(order="I1")) if one.expected]
    assert (buyers["P1"].kind, buyers["P1"].segment) == ("private", None)
    assert (buyers["B1"].small_business, buyers["B1"].purchase_order, buyers["B1"].attributes) == (True, "PO 9", {"shops": "4"})
    assert (buyers["P1"].payment_terms, buyers["B1"].payment_terms) == (None, "30-days-end-of-month")
    assert (buyers["B1"].vat_number_state, buyers["B1"].files_periodic_returns) == ("unknown", False)
    first, second = agreed["A/1"].items
    assert (first.billing_process, first.ends_before) == ("subscription-in-arrears", date(2027, 3, 10))
    assert (second.activated_on, agreed["A/1"].purchase_order) == (date(2027, 1, 11), "PO 7")
    assert [one.billing_date for one in waiting] == [date(2027, 4, 1)]
    assert (lost.state, lost.reason) == ("lost", "not-recorded")


def test_quotes_are_made(desk_on: DeskOn, tmp_path: Path) -> None:
    files = SMALL | {"quotes.csv": "customer,on,product,quantity,payment_plan\nK1,2027-01-20,HW-AIO,2,plan-30-30-40\n"}
    desk = desk_on(JANUARY)
    import_files(desk, write_folder(tmp_path / "a", files))
    assert import_files(desk, tmp_path / "a").changes_nothing
    with desk.store.reading() as connection:
        (quote,) = quotes.find(connection)
    assert (quote.number, quote.state, quote.quote.lines[0].request.quantity) == ("Q2027-0001", "approved", Quantity.whole(2))


def test_every_mistake_of_every_file_is_reported_and_nothing_is_written(desk_on: DeskOn, tmp_path: Path) -> None:
    files = {
        "customers.csv": CUSTOMERS + "K1,Again,Rue 3,1000,Bruxelles,BE,fr,,,independent,\n"
        "K3,No Country,Rue 3,1000,Bruxelles,XX,de,,not-an-address,nobody,01/02/2027\n",
        "subscriptions.csv": "customer,billing_type,activated_on,anchor_day,product,quantity\n"
        "K9,monthly,2027-01-01,1,SUB-CORE,1\n"
        "K1,weekly-ish,2027-02-30,32,SUB-COR,0\n"
        "K1,monthly,2027-01-01,1,HW-AIO,1\n"
        'K1,monthly,2027-01-01,1,SUB-CORE,"1,500"\n'
        "K1,monthly,2027-01-01,1\n",
        "investments.csv": "customer,signed_on,product,quantity,payment_plan\nK1,,HW-AIO,1,plan-30-30-50\n",
        "advertising.csv": "customer,product,quantity,first_month,months\nK2,ADV-NEWS,1,2027-13,0\n",
        "opportunities.csv": "id,customer,what,stage,amount_usd,expected_close,owner\nO1,,more,hopeful,1e9,soon,\n"
        "O2,K1,more,proposal,-5,2027-05-01,AM\n",
    }
    assert mistakes(desk_on(JANUARY), write_folder(tmp_path / "a", files)) == [
        "customers.csv:4:1: id-twice",
        "customers.csv:5:36: unknown-name",
        "customers.csv:5:39: unknown-name",
        "customers.csv:5:43: malformed",
        "customers.csv:5:58: unknown-name",
        "customers.csv:5:65: no-day",
        "subscriptions.csv:2:1: unknown-customer",
        "subscriptions.csv:3:4: unknown-name",
        "subscriptions.csv:3:15: no-day",
        "subscriptions.csv:3:26: out-of-range",
        "subscriptions.csv:3:29: unknown-name",
        "subscriptions.csv:3:37: out-of-range",
        "subscriptions.csv:4:25: wrong-order-type",
        "subscriptions.csv:5:34: thousands-or-decimals",
        "subscriptions.csv:6:1: uneven-row",
        "investments.csv:2:4: empty-cell",
        "investments.csv:2:14: unknown-name",
        "advertising.csv:2:15: no-month",
        "advertising.csv:2:23: out-of-range",
        "opportunities.csv:2:4: no-customer-or-prospect",
        "opportunities.csv:2:10: unknown-name",
        "opportunities.csv:2:18: no-number",
        "opportunities.csv:2:18: wrong-currency",
        "opportunities.csv:2:22: no-day",
        "opportunities.csv:2:27: empty-cell",
        "opportunities.csv:3:21: out-of-range",
        "opportunities.csv:3:21: wrong-currency",
    ]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("BE0123456789", "bad-vat-number"),
        ("BE12", "bad-vat-number"),
        ("BE0ABC45678", "bad-vat-number"),
        ("BE09999100481", "bad-vat-number"),
        ("BE0999910049", "bad-vat-number"),
        ("GR094259216", "bad-vat-number"),
        ("ZZ123456", "bad-vat-number"),
        ("FR42999999007", "bad-vat-number"),
        ("0999910048", "malformed"),
        ("", "checked-without-number"),
    ],
)
def test_a_wrong_vat_number_is_reported(desk_on: DeskOn, tmp_path: Path, number: str, code: str) -> None:
    header = "id,name,street,postcode,town,country,vat_number,vat_checked_on\n"
    row = f"K1,Optique,Rue 1,5000,Namur,BE,{number},2027-01-02\n"
    folder = write_folder(tmp_path / "a", {"customers.csv": header + row})
    assert mistakes(desk_on(JANUARY), folder) == [f"customers.csv:2:{32 if number else 33}: {code}"]


@pytest.mark.parametrize(
    ("number", "stored"),
    [
        ("BE 999910048", "BE0999910048"),
        ("BE0999.910.048", "BE0999910048"),
        ("be0999.910.048", "BE0999910048"),
        ("FR42999999006", "FR42999999006"),
    ],
)
def test_a_vat_number_is_stored_without_blanks_and_with_all_its_digits(desk_on: DeskOn, tmp_path: Path, number: str, stored: str) -> None:
    header = "id,name,street,postcode,town,country,vat_number,vat_checked_on\n"
    desk = desk_on(JANUARY)
    import_files(desk, write_folder(tmp_path / "a", {"customers.csv": f"{header}K1,Optique,Rue 1,5000,Namur,BE,{number},2027-01-02\n"}))
    with desk.store.reading() as connection:
        buyer = customers.find(connection)["K1"]
    assert (buyer.vat_number, buyer.vat_number_state) == (stored, "valid")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (CUSTOMERS.replace("Optique Un", "Optique Été").encode("cp850"), ["customers.csv:2:12: not-utf-8"]),
        (b"PK\x03\x04" + bytes(40), ["customers.csv:1:1: no-text"]),
        (CUSTOMERS.replace("Rue 1", "Rue\x001").encode(), ["customers.csv:2:18: hidden-character"]),
        (CUSTOMERS.replace("country", "contry").encode(), ["customers.csv:1:30: unknown-column"]),
        (
            CUSTOMERS.replace("country,", "").encode(),
            ["customers.csv:1:1: missing-column", *[f"customers.csv:{n}:1: uneven-row" for n in (2, 3)]],
        ),
        (CUSTOMERS.replace("vat_number", "vat-nummer").encode(), ["customers.csv:1:47: unknown-column"]),
        (CUSTOMERS.replace("town", "name").encode(), ["customers.csv:1:25: column-twice", "customers.csv:1:1: missing-column"]),
        (b"", ["customers.csv:1:1: no-header"]),
        (CUSTOMERS.replace("Optique Un", '"Optique Un').encode(), ["customers.csv:2:4: open-quote"]),
        (CUSTOMERS.replace("Optique Un", 'Optique "Un').encode(), ["customers.csv:2:4: stray-quote"]),
        (CUSTOMERS.replace("Optique Un", "x" * 5000).encode(), ["customers.csv:2:4: cell-too-long"]),
    ],
)
def test_a_file_in_another_form_is_reported(desk_on: DeskOn, tmp_path: Path, content: bytes, expected: list[str]) -> None:
    folder = write_folder(tmp_path / "a", {})
    (folder / "customers.csv").write_bytes(content)
    assert sorted(mistakes(desk_on(JANUARY), folder)) == sorted(expected)


@pytest.mark.parametrize("form", ["semicolons", "tabs", "windows", "utf-16"])
def test_a_file_as_a_spreadsheet_writes_it_is_read_with_advice_and_is_the_same_file(desk_on: DeskOn, tmp_path: Path, form: str) -> None:
    text = CUSTOMERS.replace("Optique Un", "Optique Éclair")
    of_a_spreadsheet = {
        "semicolons": text.replace(",", ";").replace("2027-01-02", "02/01/2027").encode(),
        "tabs": text.replace(",", "\t").encode(),
        "windows": text.encode("cp1252"),
        "utf-16": text.encode("utf-16"),
    }[form]
    desk = desk_on(JANUARY)
    folder = write_folder(tmp_path / "a", {})
    (folder / "customers.csv").write_bytes(of_a_spreadsheet)
    result = import_files(desk, folder)
    assert [problem.code for problem in result.advice] == ["read-as"]
    assert import_files(desk, write_folder(tmp_path / "b", {"customers.csv": text})).changes_nothing


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(desk_on: DeskOn, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "a", {})
    text = CUSTOMERS.replace("Optique Un", '"Optique ""Un"", et fils"').replace("\n", "\r\n")
    (folder / "customers.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    desk = desk_on(JANUARY)
    import_files(desk, folder)
    with desk.store.reading() as connection:
        assert customers.find(connection, ["K1"])["K1"].name == 'Optique "Un", et fils'


def test_a_folder_without_files_is_reported(desk_on: DeskOn, tmp_path: Path) -> None:
    desk = desk_on(JANUARY)
    for folder, code in ((tmp_path / "nowhere", "no-folder"), (write_folder(tmp_path / "b", {"x.csv": ""}), "no-files")):
        with pytest.raises(Refusal) as refused:
            import_files(desk, folder)
        assert [problem.code for problem in refused.value.problems] == [code]
    with pytest.raises(Positioned) as misspelt:
        import_files(desk, write_folder(tmp_path / "c", {"customer.csv": CUSTOMERS}))
    assert [problem.code for problem in misspelt.value.problems] == ["misspelt-file"]


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        ("subscriptions.csv", "K1,monthly,2027-01-01,1,SUB-WS,1,9999-12-31", ["far-day"]),
        ("subscriptions.csv", "K1,monthly,0001-01-01,1,SUB-WS,1,", ["far-day"]),
        ("subscriptions.csv", "K1,monthly,2027-01-01,1,SUB-WS,999999999999,", ["amount-too-large"]),
        ("investments.csv", "K1,2026-12-07,HW-PC,1,A-1\nK1,2026-12-08,HW-PC,1,A-1", ["two-signatures"]),
    ],
)
def test_a_day_for_never_an_amount_beyond_all_and_an_order_signed_twice_are_reported(
    desk_on: DeskOn, tmp_path: Path, name: str, row: str, expected: list[str]
) -> None:
    header = {
        "subscriptions.csv": "customer,billing_type,activated_on,anchor_day,product,quantity,ends_on",
        "investments.csv": "customer,signed_on,product,quantity,order",
    }[name]
    folder = write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS, name: f"{header}\n{row}\n"})
    assert [line.split()[1] for line in mistakes(desk_on(JANUARY), folder)] == expected


def test_a_row_that_occurs_twice_is_imported_with_advice(desk_on: DeskOn, tmp_path: Path) -> None:
    row = "K1,monthly,2027-01-01,1,SUB-WS,1\n"
    files = {"customers.csv": CUSTOMERS, "subscriptions.csv": f"customer,billing_type,activated_on,anchor_day,product,quantity\n{row}{row}"}
    desk = desk_on(JANUARY)
    imported = import_files(desk, write_folder(tmp_path / "a", files))
    assert [f"{advice.where}: {advice.code}" for advice in imported.advice] == ["subscriptions.csv:3:1: row-twice"]
    with desk.store.reading() as connection:
        (order,) = orders.find(connection).values()
    assert [item.quantity for item in order.items] == [Quantity.whole(1)] * 2
