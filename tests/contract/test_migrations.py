"""A database of an earlier version keeps its orders and transactions when it is opened; a new one has the tables that it gets."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, Text, create_engine, text
from sqlalchemy.exc import DBAPIError

from api.store import issued_documents, orders, transactions
from api.store.columns import metadata
from api.store.database import open_store
from api.store.migrate import migrate, revision_of, upgrade
from api.store.sql import Day, YesNo, canonical_json
from api.store.transaction_rows import TransactionFilter
from engine.documents.order import InvoicedLine
from tests.contract.new_tables import shape_of
from tests.contract.store_documents import customer, entry, invoice, month, now, order

_FORMER_TRANSACTIONS = Table(
    "transactions",
    MetaData(),
    *(Column(name, Text) for name in ("identity", "order", "item", "customer", "order_type", "product", "kind", "change", "currency")),
    *(Column(name, Text) for name in ("purchase_order", "state", "held_because", "invoice", "document")),
    *(Column(name) for name in ("number", "quantity", "list_net", "net")),
    *(Column(name, Day) for name in ("service_from", "service_until", "billing_date", "invoiceable_from")),
    Column("expected", YesNo),
)


@pytest.fixture
def former(empty_url: str) -> str:
    """The address of a database as version `reasons_of_steps` left it: an order with three months, two of them invoiced."""
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        upgrade(connection, to="reasons_of_steps")
        _fill(connection)
    engine.dispose()
    return empty_url


def _fill(connection: Connection) -> None:
    tables = metadata.tables
    connection.execute(tables["installation"].insert().values(one=1, id="i", made_at=datetime(2027, 1, 1, tzinfo=UTC)))
    buyer, agreed = customer(), order()
    fields = {"id": buyer.id, "name": buyer.name, "country": "BE", "language": "nl", "kind": "business", "vat_number_state": "unknown"}
    connection.execute(tables["customers"].insert().values(**fields, document=buyer.model_dump_json()))
    head = {"id": agreed.id, "type": agreed.type, "customer": buyer.id, "state": "active", "currency": "EUR", "revision": 1}
    connection.execute(tables["orders"].insert().values(**head))
    (item,) = agreed.items
    details = {"attributes": {}, "anchor_day": 1, "changes": [], "agreed": None, "end_known_on": "2027-02-15"}
    columns = {"id": item.id, "order": agreed.id, "position": 1, "product": item.product, "quantity": item.quantity.micros}
    state = {"state": "active", "billing_process": "monthly", "activated_on": item.activated_on, "ends_before": date(2027, 2, 20)}
    kept = {"supply_kind": "service", "vat_class": "standard", "revenue_account": "chairs", "details": canonical_json(details)}
    connection.execute(tables["items"].insert().values(**columns, **state, **kept))
    for at in range(3):
        one = month(agreed, at)
        assert one.service_period is not None
        connection.execute(
            _FORMER_TRANSACTIONS.insert().values(
                identity=one.identity, order=agreed.id, item=item.id, customer=buyer.id, order_type=agreed.type, product=item.product,
                kind="recurring", currency="EUR", state="invoiced" if at < 2 else "held", invoice=f"2027-0000{at + 1}" if at < 2 else None,
                held_because="a reason" if at == 2 else None, quantity=2_000_000, list_net=2001, net=2001, expected=False, document="{}",
                service_from=one.service_period.start, service_until=one.service_period.until, billing_date=one.billing_date,
                invoiceable_from=one.billing_date,
            )
        )  # fmt: skip


def test_transactions_are_kept_in_figures(former: str) -> None:
    store = open_store(former, now=now)
    with store.reading() as connection:
        result = transactions.find(connection, TransactionFilter())
    store.close()
    assert [one.identity for one in result] == [month(order(), at).identity for at in range(3)]
    assert [(one.state, one.invoice, one.held_because) for one in result] == [
        ("invoiced", "2027-00001", None),
        ("invoiced", "2027-00002", None),
        ("held", None, "a reason"),
    ]
    assert {(str(one.net), str(one.quantity), one.product, one.customer) for one in result} == {("20.01", "2", "CHAIR", "K1")}
    assert [one.billing_date for one in result] == [date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)]


def test_the_end_of_an_item_becomes_one_of_its_changes(former: str) -> None:
    store = open_store(former, now=now)
    with store.reading() as connection:
        (one,) = orders.find(connection)["S1"].items
        assert connection.execute(text("select count(*) from alembic_version")).scalar_one() == 1
    store.close()
    (end,) = one.changes
    assert (one.ends_before, end.on, end.end, end.known_on) == (date(2027, 2, 20), date(2027, 2, 20), True, date(2027, 2, 15))
    assert end.invoiced == (InvoicedLine("recurring", date(2027, 2, 1)),)


_MOMENT, _DAY = datetime(2027, 1, 31, 9, tzinfo=UTC), date(2027, 1, 31)
_PAYMENT = {
    **dict.fromkeys(("source", "source_id", "iban", "payer_name", "text", "likeness", "author"), "x"),
    "id": "P1",
    "currency": "EUR",
    "amount": 100,
    "entry_date": _DAY,
    "state": "matched",
    "documents": "[]",
    "unallocated": 40,
    "recorded_on": _DAY,
    "recorded_at": _MOMENT,
}
_PART = {"payment": "P1", "document": "2027-00001", "allocated_on": _DAY, "allocated_at": _MOMENT, "author": "AM"}
_CHECK = {"customer": "K1", "vat_number": "BE0999910048", "checked_on": _DAY, "checked_by": "AM", "recorded_at": _MOMENT, "author": "AM"}
MADE_ANEW = {
    "payment_allocations": (
        "accounting_records",
        [_PART | {"kind": "payment"}, _PART | {"kind": "difference"}],
        _PART | {"kind": "write-off"},
    ),
    "vat_checks": ("write_offs", [_CHECK | {"result": "valid", "consultation": "W1"}], _CHECK | {"result": "unknown", "source": "VIES"}),
}
"""By table that a migration makes anew in SQLite: the revision before it, rows of then, and one that only the new table takes."""


@pytest.mark.parametrize("name", MADE_ANEW)
def test_a_table_that_is_made_anew_keeps_its_rows(name: str, empty_url: str) -> None:
    """Its rows are those of before, in a database whose other rows refer to one another; it takes the new ones, and refuses changes."""
    before, former_rows, new = MADE_ANEW[name]
    table, engine = metadata.tables[name], create_engine(empty_url)
    rows = [{"sequence": at, "amount": 30} | each for at, each in enumerate(former_rows, start=1)]
    rows = [{column: part for column, part in row.items() if column in table.c} for row in rows]
    with engine.begin() as connection:
        upgrade(connection, to=before)
        buyer = customer()
        fields = {"id": buyer.id, "name": buyer.name, "country": "BE", "language": "nl", "kind": "business", "vat_number_state": "unknown"}
        connection.execute(metadata.tables["customers"].insert().values(**fields, document=buyer.model_dump_json()))
        connection.execute(metadata.tables["payments"].insert().values(**_PAYMENT))
        for row in rows:
            connection.execute(table.insert().values(**row))
    engine.dispose()
    store = open_store(empty_url, now=now)
    with store.writing() as connection:
        kept = [dict(row) for row in connection.execute(table.select().order_by(table.c.sequence)).mappings()]
        assert [{column: row[column] for column in rows[0]} for row in kept] == rows
        added = {"sequence": 9, "amount": 10} | new
        connection.execute(table.insert().values(**{column: part for column, part in added.items() if column in table.c}))
    for statement in (f"update {name} set author = 'nobody'", f"delete from {name}"):
        with pytest.raises(DBAPIError, match="append-only"), store.writing() as connection:
            connection.execute(text(statement))
    with pytest.raises(DBAPIError), store.writing() as connection:
        connection.execute(
            table.insert().values(**(rows[0] | {"sequence": 10, "payment" if "payment" in table.c else "customer": "nobody"}))
        )
    store.close()


def test_what_reports_read_of_documents_is_filled_from_their_json(empty_url: str) -> None:
    document = invoice("2027-00001", "invoice-2027", customer(), [month(order(), 0)])
    first, second, third = entry(document).postings
    coded = [first, second.replace(vat_code="B21"), third.replace(vat_code="B21"), second.replace(vat_code="B21")]
    written = issued_documents.written(document.tree, entry(document).replace(postings=tuple(coded)).tree, b"<Invoice/>")
    place = issued_documents.Place(series="invoice-2027", kind="invoice", sequence=1, predecessor_hash="0" * 64)
    row = issued_documents.rows_of(place, written, [], at=now(), installation="i").issued
    added, engine = ("due_on", "tax_point", "buyer_name", "buyer_vat_number", "channel", "lines"), create_engine(empty_url)
    with engine.begin() as connection:
        upgrade(connection, to="prepaid_amounts")
        buyer = customer()
        fields = {"id": buyer.id, "name": buyer.name, "country": "BE", "language": "nl", "kind": "business", "vat_number_state": "unknown"}
        connection.execute(metadata.tables["customers"].insert().values(**fields, state="active", document=buyer.model_dump_json()))
        connection.execute(metadata.tables["series"].insert().values(name="invoice-2027", kind="invoice", last=1, last_hash=row["hash"]))
        former = {name: value for name, value in row.items() if name not in added}
        connection.execute(metadata.tables["issued"].insert().values(**former))
        connection.execute(metadata.tables["journal_entries"].insert().values(**written.entry))
    engine.dispose()
    store = open_store(empty_url, now=now)
    with store.reading() as connection:
        kept = connection.execute(metadata.tables["issued"].select()).mappings().one()
        sums = connection.execute(metadata.tables["posting_sums"].select()).mappings().all()
    assert {name: kept[name] for name in added} == {name: row[name] for name in added}
    assert kept["tax_point"] == date(2027, 1, 31)
    assert sorted(map(dict, sums), key=str) == sorted(map(dict, written.postings), key=str)
    assert [each["credit"] for each in sums if each["vat_code"] == "B21" and each["account"] == "2"] == [2 * 2001]
    for statement in ("update issued set net = 0", "delete from posting_sums"):
        with pytest.raises(DBAPIError, match="append-only"), store.writing() as connection:
            connection.execute(text(statement))
    store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_new_database_has_what_the_migrations_make(kind: str, request: pytest.FixtureRequest) -> None:
    url = "sqlite://" if kind == "sqlite" else request.getfixturevalue("empty_postgres_url")
    at_once, migrated = made_by(url, upgrade), made_by(url, migrate)
    assert at_once[0] == migrated[0], "a migration was added: run `python -m tests.contract.new_tables`"
    for kind_of_thing, expected in migrated[1].items():
        assert at_once[1][kind_of_thing] == expected, "a migration was changed: run `python -m tests.contract.new_tables`"
    assert len(migrated[1]) >= 1
    assert all(migrated[1].values())


def made_by(url: str, work: Callable[[Connection], None]) -> tuple[str | None, dict[str, set[str]]]:
    """The revision and the shape of an empty database after some work, which is taken back."""
    engine = create_engine(url)
    with engine.connect() as connection:
        work(connection)
        result = revision_of(connection), shape_of(connection)
        connection.rollback()
    engine.dispose()
    return result
