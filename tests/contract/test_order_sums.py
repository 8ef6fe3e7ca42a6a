"""What is added up by order, day and state tells the same as each transaction does, whatever was planned, held and invoiced before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from api.store import customers, order_sums, orders, tables, transaction_plans, transactions
from api.store.audit_order_sums import audit_order_sums
from api.store.database import Store, open_store
from api.store.prepared_statements import given_rows, prepared, rows_as_json
from api.store.sql import Writing
from api.store.transaction_plans import Plan
from api.store.transaction_rows import KEY, OPEN, TABLE, Key, TransactionFilter
from engine.documents.forecast_sum import ForecastSum
from engine.documents.order import Order
from engine.documents.transaction_figures import PlannedAmount, TransactionFigures
from tests.contract.store_documents import customer, made, now, order

ON = date(2027, 3, 10)
SOLD = (order("S1", "K1"), order("S2", "K2"), order("S3", "K1").model_copy(update={"type": "advertising"}))
DAYS = st.none() | st.dates(date(2027, 1, 1), date(2027, 5, 31))
AMOUNTS = st.lists(
    st.tuples(
        DAYS, st.integers(0, 20), st.integers(-500, 500), st.booleans(), st.sampled_from(["planned", "planned", "cancelled", "elsewhere"])
    ),
    max_size=6,
)
FILTERS = st.builds(
    TransactionFilter,
    order_type=st.sampled_from([None, None, "subscription", "advertising"]),
    customers=st.sampled_from([None, None, ("K1",), ("K1", "K2")]),
    order=st.sampled_from([None, None, "S1"]),
    states=st.sampled_from([None, None, OPEN, ("planned",), ("invoiced",), ("held",), ("cancelled",)]),
    billed_from=DAYS,
    billed_until=DAYS,
    invoiceable_through=st.sampled_from([None, None, ON, date(2027, 4, 20)]),
    or_undated=st.booleans(),
)
BY = st.lists(st.sampled_from(["month", "order-type", "customer", "order"]), unique=True)


@pytest.fixture(scope="module")
def sold(shared_url: str) -> Iterator[Store]:
    """A store of two customers with three orders, whose transactions each example plans anew."""
    opened = open_store(shared_url, now=now)
    with opened.writing() as connection:
        customers.create(connection, [customer("K1"), customer("K2")], made())
        orders.append(connection, SOLD)
    yield opened
    opened.close()


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    plans=st.tuples(*([AMOUNTS] * (2 * len(SOLD)))),
    held=st.sets(st.integers(0, 20)),
    invoiced=st.sets(st.integers(0, 20)),
    criteria=FILTERS,
    by=BY,
)
def test_sums_tell_what_transactions_tell(
    sold: Store, plans: tuple[list[tuple[object, ...]], ...], held: set[int], invoiced: set[int], criteria: TransactionFilter, by: list[str]
) -> None:
    with sold.writing() as connection:
        for table in (tables.order_sums, TABLE):
            connection.execute(delete(table))
        for some, takes_place in ((plans[: len(SOLD)], True), (plans[len(SOLD) :], False)):
            transaction_plans.replan(connection, [_plan(one, amounts) for one, amounts in zip(SOLD, some, strict=True)])
            if takes_place:
                _hold(connection, held)
                _invoice(connection, invoiced)
        assert list(audit_order_sums(connection)) == []
        of_rows = transactions.find(connection, criteria)
        assert _together(transactions.sums(connection, criteria, by, ON)) == _together(
            transactions.sums_of_rows(connection, criteria, by, ON)
        )
        assert transactions.totals(connection, criteria, on=ON) == (len(of_rows), sum(one.net.minor for one in of_rows))
        assert transactions.count_by_state(connection, criteria, ON) == _counted(map(_state, of_rows))
        assert sorted(transactions.orders_with(connection, criteria, "S2")) == sorted({one.order for one in of_rows if one.order >= "S2"})
        if criteria.states == OPEN:
            assert transactions.count_by_customer(connection, criteria) == _counted(one.customer for one in of_rows)
        if criteria.states == ("planned",):
            planned = [one.net.minor for one in of_rows if not one.is_due(ON)]
            assert transactions.totals(connection, criteria, is_later=True, on=ON) == (len(planned), sum(planned))


def _plan(of: Order, amounts: list[tuple[object, ...]]) -> Plan:
    planned = []
    for number, (billed, lead, net, expected, state) in enumerate(amounts, start=1):
        planned.append(
            PlannedAmount(
                kind="instalment", number=number, change=None, service_from=None, service_until=None, billing_date=billed,
                invoice_lead=lead, expected=expected, quantity=1_000_000, list_net=net, net=net, state=state,
            )
        )  # fmt: skip
    return Plan(of, {of.items[0].id: planned}, {})


def _keys(connection: Writing, places: Iterable[int]) -> list[Key]:
    """The keys of some open transactions."""
    rows = [Key(*row) for row in connection.execute(select(*KEY).where(TABLE.c.state.in_(OPEN)).order_by(*KEY))]
    return [row for at, row in enumerate(rows) if at in places]


def _hold(connection: Writing, places: set[int]) -> None:
    transactions.mark_held(connection, [(key.identity, "disputed") for key in _keys(connection, places)])


def _invoice(connection: Writing, places: set[int]) -> None:
    """Counts some as invoiced and marks them, as an invoice does."""
    dialect, keys = connection.dialect.name, _keys(connection, places)
    marked = rows_as_json(dialect, [{**key._asdict(), "kind": tables.KINDS.index(key.kind)} for key in keys])
    prepared(dialect, order_sums.moved_to_invoiced(dialect, given_rows(dialect, "marked", KEY))).run(connection, {"marked": marked})
    for key in keys:
        is_it = (column == part for column, part in zip(KEY, key, strict=True))
        connection.execute(update(TABLE).where(*is_it).values(state="invoiced", held_because=None, invoice="2027-00001"))


def _together(sums: Iterable[ForecastSum]) -> dict[ForecastSum, tuple[int, int]]:
    result: defaultdict[ForecastSum, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in sums:
        key = one._replace(net=0, transactions=0)
        result[key] = (result[key][0] + one.net, result[key][1] + one.transactions)
    return result


def _counted(names: Iterable[str]) -> dict[str, int]:
    result: defaultdict[str, int] = defaultdict(int)
    for name in names:
        result[name] += 1
    return result


def _state(one: TransactionFigures) -> str:
    return "to-invoice" if one.state == "planned" and one.is_due(ON) else one.state
