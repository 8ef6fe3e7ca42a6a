"""The store on SQLite and PostgreSQL: documents round-trip, issued ones never change, and planned transactions follow the plan."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from api.refusals import Conflict, OutsideFailure
from api.store import (
    columns,
    customers,
    issued_documents,
    issuing,
    orders,
    records,
    rulebooks,
    tables,
    transactions,
)
from api.store.auditor import audit
from api.store.database import Store, open_store
from api.store.sql import canonical_json, insert_many
from api.store.transaction_rows import TransactionFilter, joined_hashes
from engine.documents.order import ItemChange
from engine.documents.transaction_figures import amount_of
from engine.money import Quantity
from tests.contract.filled_tables import fill_orders, fill_other_tables
from tests.contract.store_documents import (
    customer,
    entry,
    invoice,
    month,
    now,
    order,
    replan,
)

SERIES = "invoice-2027"


def issue(
    store: Store, number: int, months: list[int], on: date = date(2027, 1, 31), meanwhile: Callable[[], object] = lambda: None
) -> str:
    with store.writing() as connection:
        due = {one.identity: amount_of(one) for one in (month(order(), at) for at in months)}
        place = issuing.claim(connection, ["S1"], due, SERIES, on)
        assert place is not None
        meanwhile()
        document = invoice(f"2027-{place.sequence:05}", SERIES, customer(), [month(order(), at) for at in months], on)
        messages = [issued_documents.Message(channel="email"), issued_documents.Message(channel="accounting")]
        written = issued_documents.written(document.tree, entry(document).tree, b"<Invoice/>")
        known = {"at": now(), "installation": "i", "run": 1, "transaction_hashes": joined_hashes(due)}
        assert issuing.store(connection, place, written, messages, list(due), **known) == len(due)
    assert place.sequence == number
    return document.number


def claimed(store: Store, months: list[int], *, changed: Mapping[str, object] = {}) -> issued_documents.Place | None:
    with store.reading() as connection:
        stored = {one.identity: one.amount._replace(**changed) for one in transactions.find(connection, TransactionFilter())}
    due = {identity: stored[identity] for identity in (month(order(), at).identity for at in months)}
    with store.writing() as connection:
        return issuing.claim(connection, ["S1"], due, SERIES, date(2027, 1, 31))


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with a customer, an order and its first three months."""
    fill_orders(store)
    return store


@pytest.fixture(scope="module")
def everything(shared_url: str) -> Iterator[Store]:
    """A store with a row in each table that refuses changes. Tests share it, for what they try must leave it as it is."""
    store = open_store(shared_url, now=now)
    fill_orders(store)
    issue(store, 1, [0])
    fill_other_tables(store)
    yield store
    with store.reading() as connection:
        assert audit(connection) == ()
    store.close()


def test_the_tables_are_those_of_the_migrations(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), columns.metadata) == []


def test_a_database_of_another_version_is_refused_with_a_sentence(store: Store, store_url: str) -> None:
    with store.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '0001'"))
    with pytest.raises(Conflict, match=r"tables of another version of this program \(0001\)"):
        open_store(store_url, now=now)


def test_two_may_open_a_new_database_at_once(empty_url: str) -> None:
    result: list[str] = []

    def open_it() -> None:
        opened = open_store(empty_url, now=now)
        result.append(opened.installation())
        opened.close()

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(result) == 4
    assert len(set(result)) == 1


def test_a_database_that_does_not_answer_is_reported_and_no_traceback() -> None:
    with pytest.raises(OutsideFailure) as refused:
        open_store("postgresql+psycopg://nobody@127.0.0.1:1/nothing", now=now)
    assert refused.value.problems[0].code == "no-database"


def test_customers_and_orders_come_back_as_they_were(filled: Store) -> None:
    with filled.reading() as connection:
        assert customers.find(connection) == {"K1": customer()}
        assert orders.find(connection) == {"S1": order()}
        assert orders.find(connection, customer="K1", type_="subscription") == {"S1": order()}
        assert orders.find(connection, customer="K2") == {}


def test_an_order_after_a_change_comes_back_with_it(filled: Store) -> None:
    change = ItemChange(id="c1", on=date(2027, 2, 10), quantity=Quantity.whole(5))
    item = order().items[0]
    after = order().model_copy(update={"items": (item.model_copy(update={"changes": (change,)}), item.model_copy(update={"id": "S1-2"}))})
    with filled.writing() as connection:
        assert orders.lock(connection, "S1") == order()
        orders.replace(connection, after)
    with filled.reading() as connection:
        assert orders.find(connection, ["S1"])["S1"] == after
        assert connection.execute(select(tables.orders.c.revision)).scalar_one() == 2


def test_planning_twice_plans_nothing_new(filled: Store) -> None:
    with filled.writing() as connection:
        assert replan(connection, [month(order(), at) for at in range(3)]) == 0
        assert [one.identity for one in transactions.find(connection, TransactionFilter())] == [
            month(order(), at).identity for at in range(3)
        ]


def test_planned_transactions_follow_the_plan_and_invoiced_ones_never(filled: Store) -> None:
    issue(filled, 1, [0])
    with filled.writing() as connection:
        changed = replan(connection, [month(order(), 0, "99.00"), month(order(), 1, "30.00"), month(order(), 3)])
        result = {one.identity: one for one in transactions.find(connection, TransactionFilter())}
    assert changed == 3  # the second changed, the third went, the fourth came
    assert [str(one.net) for one in result.values()] == ["20.01", "30.00", "20.01"]
    assert [one.state for one in result.values()] == ["invoiced", "planned", "planned"]


def test_a_held_transaction_stays_held_when_planned_again_and_can_be_released(filled: Store) -> None:
    held = month(order(), 1).identity
    with filled.writing() as connection:
        transactions.mark_held(connection, [(held, "no VAT number")])
        replan(connection, [month(order(), 0), month(order(), 1, "30.00")])
        result = transactions.find(connection, TransactionFilter(states=("held",)))
        assert [(one.held_because, str(one.net)) for one in result] == [("no VAT number", "30.00")]
        transactions.mark_held(connection, [(held, None)])
        assert transactions.find(connection, TransactionFilter(states=("held",))) == ()


def test_what_is_wanted_can_be_narrowed(filled: Store) -> None:
    with filled.reading() as connection:
        assert len(transactions.find(connection, TransactionFilter(invoiceable_through=date(2027, 2, 1)))) == 2
        assert len(transactions.find(connection, TransactionFilter(billed_from=date(2027, 2, 1), billed_until=date(2027, 3, 1)))) == 1
        assert transactions.find(connection, TransactionFilter(order_type="investment")) == ()
        assert len(transactions.find(connection, TransactionFilter(order="S1", customer="K1", states=("planned",)))) == 3


def test_numbers_are_gapless_and_dates_never_go_back(filled: Store) -> None:
    assert issue(filled, 1, [0]) == "2027-00001"
    with suppress(InterruptedError), filled.writing() as connection:
        assert issued_documents.reserve_place(connection, SERIES, "invoice", date(2027, 2, 28)).sequence == 2
        raise InterruptedError
    assert issue(filled, 2, [1], date(2027, 2, 28)) == "2027-00002"
    with pytest.raises(Conflict):
        claimed(filled, [2])


def test_a_reading_transaction_cannot_write(filled: Store) -> None:
    with pytest.raises((DBAPIError, OutsideFailure), match=r"read-?only"), filled.reading() as connection:
        connection.execute(update(tables.orders).values(state="active"))
    with filled.writing() as connection:
        connection.execute(update(tables.orders).values(state="active"))


def test_an_issued_document_comes_back_byte_for_byte(filled: Store) -> None:
    number = issue(filled, 1, [0, 1])
    with filled.reading() as connection:
        document = issued_documents.find_invoices(connection, numbers=[number])[0]
        stored = issued_documents.stored_bytes(connection, number)
        assert stored == (canonical_json(document.model_dump(mode="json")), b"<Invoice/>")
        assert issued_documents.find_invoices(connection, order="S1") == (document,)
        assert issued_documents.entries(connection) == (entry(document),)
        assert transactions.numbers(connection, [month(order(), 0).identity]) == {month(order(), 0).identity: number}


@pytest.mark.parametrize("table", tables.APPEND_ONLY)
def test_what_is_append_only_refuses_every_change(everything: Store, table: str) -> None:
    target = columns.metadata.tables[table]
    column = next(iter(target.columns))
    for statement in (update(target).values({column.name: column}), delete(target)):
        with pytest.raises(DBAPIError, match="append-only"), everything.writing() as connection:
            connection.execute(statement)
    if everything.dialect == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"), everything.writing() as connection:
            connection.execute(text(f"truncate {table} cascade"))


def test_no_transaction_and_no_number_occurs_twice(filled: Store) -> None:
    issue(filled, 1, [0])
    with filled.reading() as connection:
        row = dict(connection.execute(select(tables.transactions)).mappings().first() or {})
        document = dict(connection.execute(select(tables.issued)).mappings().first() or {})
    for table, again in ((tables.transactions, row), (tables.issued, document), (tables.issued, document | {"number": "another"})):
        with pytest.raises(IntegrityError), filled.writing() as connection:
            connection.execute(insert(table).values(again))


def test_rows_in_bulk_are_refused_like_single_ones(filled: Store) -> None:
    with pytest.raises(IntegrityError), filled.writing() as connection:
        insert_many(connection, tables.series, ["name", "kind", "last", "last_hash"], [("invoice-2027", "invoice", 0, "0")] * 2)


def test_an_invoiced_or_changed_transaction_cannot_be_claimed(filled: Store) -> None:
    issue(filled, 1, [0])
    assert claimed(filled, [0, 1]) is None
    assert claimed(filled, [1], changed={"net": 1}) is None
    assert claimed(filled, [1]).sequence == 2


def test_a_claim_that_waits_sees_what_was_committed_meanwhile(filled: Store) -> None:
    waiting: list[Future[issued_documents.Place | None]] = []
    with ThreadPoolExecutor() as pool:
        issue(filled, 1, [0], meanwhile=lambda: (waiting.extend(pool.submit(claimed, filled, [at]) for at in (0, 1)), time.sleep(0.2)))
    same, other = (each.result() for each in waiting)
    with filled.reading() as connection:
        assert same is None
        assert (other.sequence, other.predecessor_hash) == (2, issued_documents.ends_of_series(connection)[SERIES][1])


def test_a_moment_without_a_zone_and_a_day_with_a_clock_are_refused(store: Store) -> None:
    naive = datetime(2027, 1, 1)  # noqa: DTZ001 - it is the point
    with pytest.raises(StatementError, match="without a zone"), store.writing() as connection:
        connection.execute(insert(tables.imported).values(kind="k", key="k", content_hash="h", imported_at=naive))
    with pytest.raises(StatementError, match="not a day"), store.writing() as connection:
        connection.execute(select(tables.journal_entries).where(tables.journal_entries.c.posted_on == now()))
    moment = datetime(2027, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    with store.writing() as connection:
        records.record_imported(connection, [("k", "k", "h")], at=moment)
        stored_before = connection.execute(select(tables.imported.c.imported_at)).scalar_one()
    assert stored_before == moment
    assert stored_before.utcoffset() == timedelta(0)


def test_a_rulebook_and_a_rendition_are_stored_once(store: Store) -> None:
    with store.writing() as connection:
        for _ in range(2):
            rulebooks.store_texts(connection, "f1", {"company.yaml": "kind: company\n"}, at=now())
            first = records.store_rendition(connection, "Q2027-0001-1", "quote", b"%PDF 1", at=now())
        second = records.store_rendition(connection, "Q2027-0001-1", "quote", b"%PDF 2", at=now())
    assert first != second
    with store.reading() as connection:
        assert rulebooks.texts_of(connection, "f1") == {"company.yaml": "kind: company\n"}
        assert rulebooks.texts_of(connection, "f2") is None
        assert records.rendition(connection, "Q2027-0001-1", "quote") == b"%PDF 1"
        assert records.with_rendition(connection, ["Q2027-0001-1", "Q2027-0002-1"]) == {"Q2027-0001-1"}
