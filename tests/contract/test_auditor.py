"""The auditor reports a change of any column of issued documents that was made outside the program."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Table, delete, select, text, update

from api.store import customers, issued_documents, issuing, orders, records, tables
from api.store.auditor import audit
from api.store.database import Store, open_store
from api.store.transaction_rows import joined_hashes
from engine.documents.transaction_figures import amount_of
from tests.contract.store_documents import customer, entry, invoice, made, month, now, order, replan


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
        customers.create(connection, [customer()], made())
        orders.append(connection, [order()])
        replan(connection, [month(order(), at) for at in range(3)])
        for at in range(2):
            place = issued_documents.reserve_place(connection, "invoice-2027", "invoice", date(2027, 1, 31))
            billed = month(order(), at)
            document = invoice(f"2027-{place.sequence:05}", "invoice-2027", customer(), [billed])
            messages = [issued_documents.Message(channel="email"), issued_documents.Message(channel="accounting")]
            written = issued_documents.written(document.tree, entry(document).tree, b"<Invoice/>")
            known = {"at": now(), "installation": "i", "run": 1, "transaction_hashes": joined_hashes({billed.identity: amount_of(billed)})}
            assert issuing.store(connection, place, written, messages, [billed.identity], **known) == 1
        for content in (b"%PDF-1", b"%PDF-2"):
            records.store_rendition(connection, "2027-00001", "invoice", content, at=now())


WATCHED = {
    tables.issued: set[str](),
    tables.journal_entries: set[str](),
    tables.posting_sums: set[str](),
    tables.series: set[str](),
    tables.renditions: {"made_at"},
    tables.outbox: {
        "state",
        "held_because",
        "installation",
        "written_at",
        "due_at",
        "leased_until",
        "attempts",
        "last_answer",
        "delivery",
        "reference",
    },
    tables.transactions: set[str](),
}
"""The tables of issued documents and what belongs to them, without the columns that say when and how a message is sent or a PDF was
made."""


def _columns() -> list[tuple[Table, str]]:
    return [(table, column.name) for table, left in WATCHED.items() for column in table.columns if column.name not in left]


@pytest.mark.parametrize(("table", "column"), _columns(), ids=lambda part: part if isinstance(part, str) else part.name)
def test_a_change_of_any_column_is_reported(tampered: Callable[..., list[str]], table: Table, column: str) -> None:
    def tamper(connection: Connection) -> None:
        query = select(table).order_by(*table.primary_key.columns).limit(1)
        if table is tables.transactions:
            query = query.where(table.c.invoice.is_not(None))
        row = connection.execute(query).mappings().one()
        is_row = [each == row[each.name] for each in table.primary_key.columns]
        changes = {"state": "planned", "invoice": None} if (table, column) == (tables.transactions, "state") else {}
        connection.execute(update(table).where(*is_row).values(changes or {column: _another(column, row[column])}))

    assert tampered(tamper)


def test_a_lost_or_doubled_rendition_is_reported(tampered: Callable[..., list[str]]) -> None:
    table = tables.renditions
    assert tampered(lambda connection: connection.execute(delete(table).where(table.c.edition == 1))) == ["rendition-differs"]


def test_many_missing_numbers_are_reported_without_naming_all(tampered: Callable[..., list[str]]) -> None:
    said = tampered(lambda connection: connection.execute(update(tables.series).values(last=10**9)))
    assert said.count("gap") == 100


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

    assert set(tampered(tamper)) == {"lines-differ", "transaction-differs", "column-differs"}


def test_other_sums_of_an_order_than_those_of_its_transactions_are_reported(tampered: Callable[..., list[str]]) -> None:
    table = tables.order_sums
    assert tampered(lambda connection: connection.execute(update(table).values(planned_net=1))).count("column-differs") == 3
    assert "column-differs" in tampered(lambda connection: connection.execute(delete(table)))


def test_a_period_that_is_planned_twice_is_reported(tampered: Callable[..., list[str]]) -> None:
    table = tables.transactions
    assert tampered(
        lambda connection: connection.execute(
            update(table).where(table.c.service_from == date(2027, 3, 1)).values(service_from=date(2027, 2, 20))
        )
    ) == ["overlap"]


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
        case bool():
            return not result
        case None if column == "held_because":
            return "a reason"
        case None:
            return "S1" if column == "corrects" else "2027-02"
        case datetime():
            return result + timedelta(seconds=1)
        case int():
            return result + 7
        case date():
            return date(2027, 1, 30)
        case bytes():
            return result + b" "
        case "recurring":
            return "insertion"
        case _ if column == "kind":
            return "credit-note"
        case str() if result.startswith("{"):
            return result.replace("Liège", "Liege").replace("revenue", "Revenue")
        case _:
            return f"{result}x"
