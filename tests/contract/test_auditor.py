"""The auditor reports a change of any column of issued documents that was made outside the program."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Table, delete, select, text, update

from api.store import customers, issued_documents, orders, tables, transactions
from api.store.auditor import audit
from api.store.database import Store, open_store
from tests.contract.store_documents import customer, entry, invoice, month, now, order, replan


@pytest.fixture
def tampered(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Connection], None]], list[str]]:
    """What the auditor says of a store with two invoices after something was done to it without triggers."""

    def problem_lines(tamper: Callable[[Connection], None]) -> list[str]:
        store = open_store(f"sqlite:///{tmp_path_factory.mktemp('store') / 's.sqlite'}", now=now)
        _fill(store)
        with store.writing() as connection:
            for table in tables.APPEND_ONLY:
                for verb in ("update", "delete"):
                    connection.execute(text(f"drop trigger {table}_refuse_{verb}"))
            connection.execute(text("pragma defer_foreign_keys=on"))
        raw = store.engine.raw_connection()
        raw.cursor().execute("pragma foreign_keys=off")
        raw.close()
        with store.writing() as connection:
            tamper(connection)
        with store.reading() as connection:
            result = [problem.code for problem in audit(connection)]
        store.close()
        return result

    return problem_lines


def _fill(store: Store) -> None:
    with store.writing() as connection:
        customers.append(connection, [customer()])
        orders.append(connection, [order()])
        replan(connection, [month(order(), at) for at in range(3)])
        for at in range(2):
            place = issued_documents.reserve_place(connection, "invoice-2027", "invoice", date(2027, 1, 31))
            billed = month(order(), at)
            document = invoice(f"2027-{place.sequence:05}", "invoice-2027", customer(), [billed])
            messages = [issued_documents.Message(channel="email"), issued_documents.Message(channel="accounting")]
            issued_documents.append(connection, place, document, entry(document), b"<Invoice/>", messages, at=now(), installation="i")
            transactions.mark_invoiced(connection, [billed.identity], document.number)


def _columns() -> list[tuple[Table, str]]:
    watched = (tables.issued, tables.journal_entries)
    return [(table, column.name) for table in watched for column in table.columns]


@pytest.mark.parametrize(("table", "column"), _columns(), ids=lambda part: part if isinstance(part, str) else part.name)
def test_a_change_of_any_column_is_reported(tampered: Callable[..., list[str]], table: Table, column: str) -> None:
    def tamper(connection: Connection) -> None:
        row = connection.execute(select(table).limit(1)).mappings().one()
        connection.execute(update(table).where(table.c.number == row["number"]).values({column: _another(column, row[column])}))

    assert tampered(tamper)


@pytest.mark.parametrize("number", ["2027-00001", "2027-00002"])
def test_a_lost_invoice_is_reported_the_last_too(tampered: Callable[..., list[str]], number: str) -> None:
    def tamper(connection: Connection) -> None:
        connection.execute(delete(tables.journal_entries).where(tables.journal_entries.c.number == number))
        connection.execute(delete(tables.issued).where(tables.issued.c.number == number))

    assert "gap" in tampered(tamper)


def test_a_transaction_billed_on_another_invoice_is_reported(tampered: Callable[..., list[str]]) -> None:
    def tamper(connection: Connection) -> None:
        table = tables.transactions
        connection.execute(update(table).where(table.c.invoice == "2027-00001").values(invoice="2027-00002"))

    assert {"not-on-its-invoice", "not-marked"} <= set(tampered(tamper))


def test_a_transaction_with_another_amount_is_reported(tampered: Callable[..., list[str]]) -> None:
    def tamper(connection: Connection) -> None:
        connection.execute(update(tables.transactions).where(tables.transactions.c.invoice == "2027-00001").values(net=1))

    assert set(tampered(tamper)) == {"lines-differ"}


def test_a_missing_message_is_reported(tampered: Callable[..., list[str]]) -> None:
    assert tampered(lambda connection: connection.execute(delete(tables.outbox).where(tables.outbox.c.channel == "email"))) == [
        "no-message",
        "no-message",
    ]


def test_an_untouched_store_is_well(tampered: Callable[..., list[str]]) -> None:
    assert tampered(lambda connection: None) == []


def _another(column: str, result: object) -> object:
    """Another text, number, day or bytes that the column would take."""
    match result:
        case None if column == "run":
            return 7
        case bool() | None:
            return "S1" if column == "corrects" else "2027-02"
        case datetime():
            return result + timedelta(seconds=1)
        case int():
            return result + 7
        case date():
            return date(2027, 1, 30)
        case bytes():
            return result + b" "
        case _ if column == "kind":
            return "credit-note"
        case _ if column == "document":
            return str(result).replace("Liège", "Liege").replace("revenue", "Revenue")
        case _:
            return f"{result}x"
