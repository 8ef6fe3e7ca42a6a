"""The forecast and its sisters: what will be invoiced, what is to be invoiced, why not, what changed, what is sold, what was posted."""

from datetime import date

import pytest

from engine.dates import Period
from engine.documents.forecast_snapshot import ForecastLine, LineNow
from engine.documents.order import ORDER_TYPES, ItemChange
from engine.documents.order_step import OrderStep
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import figures_of
from engine.money import Money, Quantity
from engine.reasons import Reason
from engine.stages.posting.documents import post
from engine.stages.reporting.forecast import Forecast, ForecastKey, forecast, months, sums_of
from engine.stages.reporting.journal_report import journal
from engine.stages.reporting.reconciliation import Difference, OrderNow, PlannedAnew, differences, gaps
from engine.stages.reporting.slot_report import insertions_of, slots
from engine.stages.reporting.to_invoice import to_invoice, why_not_invoiced
from tests.unit.stages.due_transactions import TODAY, billing_rulebook, issued, transaction
from tests.unit.stages.small_rulebook import EUR, item, order, product

FAMILIES = {"DESK": "software", "EDI": "software", "TILL": "tills", "BANNER": "adverts"}


def seen(*transactions: Transaction, by: tuple[ForecastKey, ...] = ("month", "order-type"), until: date = date(2027, 3, 1)) -> Forecast:
    sums = sums_of(map(figures_of, transactions), by, date(2027, 1, 10))
    return forecast(sums, by=by, start=date(2027, 1, 1), until=until, families=FAMILIES, currency=EUR)


def test_by_month_and_order_type_every_row_is_there() -> None:
    result = seen(transaction("10.00"), transaction("20.00", "BANNER", billing_date=date(2027, 2, 1)))
    nets = {("2027-01", "subscription"): "10.00", ("2027-02", "advertising"): "20.00"}
    every = [(month, order_type) for month in ("2027-01", "2027-02") for order_type in ORDER_TYPES]
    assert [(row.month, row.order_type, str(row.net)) for row in result.rows] == [(*key, nets.get(key, "0.00")) for key in every]
    assert str(result.net) == "30.00"


def test_states_stand_in_columns_of_their_own() -> None:
    row = seen(
        transaction("1.00", state="invoiced"),
        transaction("2.00", item="A-2"),
        transaction("4.00", item="A-3", billing_date=date(2027, 1, 11)),
        transaction("8.00", item="A-4", state="held", held_because="VAT number not verified"),
        transaction("16.00", item="A-5", expected=True),
        transaction("32.00", item="A-6", state="elsewhere"),
        transaction("64.00", item="A-7", state="cancelled"),
        by=("month",),
        until=date(2027, 2, 1),
    ).rows[0]
    assert [str(amount) for amount in (row.invoiced, row.to_invoice, row.planned, row.held, row.net)] == [
        "1.00",
        "2.00",
        "20.00",
        "8.00",
        "31.00",
    ]
    assert row.transactions == 5


def test_by_family_and_customer() -> None:
    result = seen(
        transaction("1.00"),
        transaction("2.00", "EDI", item="A-2"),
        transaction("4.00", "TILL", item="A-3", customer="K0"),
        by=("customer", "family"),
    )
    assert [(row.customer, row.family, str(row.net)) for row in result.rows] == [("K0", "tills", "4.00"), ("K1", "software", "3.00")]


def test_what_waits_for_an_event_without_a_day_is_counted_apart() -> None:
    result = seen(transaction("9.00", billing_date=None))
    assert (str(result.net), str(result.undated), result.undated_transactions) == ("0.00", "9.00", 1)


@pytest.mark.parametrize(
    ("start", "until", "expected"),
    [
        ("2027-01-01", "2027-02-01", ("2027-01",)),
        ("2027-01-15", "2027-02-02", ("2027-01", "2027-02")),
        ("2026-12-01", "2027-02-01", ("2026-12", "2027-01")),
    ],
)
def test_months(start: str, until: str, expected: tuple[str, ...]) -> None:
    assert months(date.fromisoformat(start), date.fromisoformat(until)) == expected


def test_the_items_to_invoice_of_a_month_with_what_is_late_and_what_is_held() -> None:
    held = transaction("8.00", item="A-4")
    result = to_invoice(
        map(
            figures_of,
            [
                transaction("2.00"),
                transaction("4.00", item="A-2", billing_date=date(2026, 12, 31)),
                held,
                transaction("16.00", item="A-5", billing_date=date(2027, 2, 1)),
                transaction("32.00", item="A-6", state="invoiced"),
                transaction("64.00", item="A-7", expected=True, billing_date=date(2027, 1, 20)),
            ],
        ),
        on=date(2027, 1, 10),
        held={held.identity: "VAT number not verified"},
        currency=EUR,
    )
    assert result.period == Period(date(2027, 1, 1), date(2027, 2, 1))
    assert [(row.item, row.late, row.held_because) for row in result.rows] == [
        ("A-2", True, None),
        ("A-1", False, None),
        ("A-4", False, "VAT number not verified"),
        ("A-7", False, "its event is not reported; it is expected on 2027-01-20"),
    ]
    assert [str(amount) for amount in (result.net, result.late, result.held)] == ["78.00", "4.00", "72.00"]


def test_why_an_item_is_not_invoiced_names_the_first_thing_that_holds_it() -> None:
    suspended = item("DESK", "A-6", state="suspended", changes=(ItemChange(id="c", on=date(2027, 1, 5), suspend=True),))
    orders = [
        order(
            item("DESK", "A-1", state="active"),
            item("DESK", "A-2", state="active"),
            item("DESK", "A-3", state="active"),
            item("DESK", "A-4", starts_on=date(2027, 3, 1)),
            item("DESK", "A-5", state="cancelled"),
            suspended,
            item("DESK", "A-7", state="active"),
            item("DESK", "A-8", state="active"),
            item("DESK", "A-9", state="active"),
            invoiced_elsewhere_until=date(2027, 1, 1),
        )
    ]
    held = transaction("1.00", item="A-2")
    transactions = [
        transaction("1.00", item="A-1"),
        held,
        transaction("1.00", item="A-3", billing_date=date(2027, 2, 1), invoice_lead=10),
        transaction("1.00", item="A-7", billing_date=date(2027, 4, 1), expected=True),
        transaction("1.00", item="A-8", billing_date=None),
    ]
    result = why_not_invoiced(
        orders, map(figures_of, transactions), on=date(2027, 1, 10), held={held.identity: "VAT number not verified"}, missing={}
    )
    assert {one.item: one.because for one in result} == {
        "A-1": None,
        "A-2": "VAT number not verified",
        "A-3": "its next billing date is 2027-02-01, and may be invoiced 10 days before",
        "A-4": "the item is not activated; it is to begin on 2027-03-01",
        "A-5": "the item is cancelled",
        "A-6": "the item is suspended since 2027-01-05",
        "A-7": "its event is not reported; it is expected on 2027-04-01",
        "A-8": "the event that it waits for has no date yet",
        "A-9": "nothing has a billing date on or after 2027-01-01; what is earlier was invoiced elsewhere",
    }
    assert {one.item: one.remedy for one in result if one.remedy} == {
        "A-2": "`centwright explain to-invoice/K1` says which rule or which detail of the customer",
        "A-4": "activate it: `centwright item activate A-4`",
        "A-6": "resume it: `centwright item resume A-6`",
        "A-7": "report the event when it has happened: `centwright order event A`",
        "A-8": "report the event when it has happened: `centwright order event A`",
    }


def line_of(one: Transaction) -> ForecastLine:
    """What a forecast counts of a transaction."""
    return ForecastLine(one.identity, one.item, one.billing_date, one.portion.net.minor)


def now_of(one: Transaction) -> LineNow:
    """A transaction of now."""
    return LineNow(line_of(one), one.billing_date, one.state, one.held_because, "2027-00001" if one.state == "invoiced" else None)


def reconciled(before: list[Transaction], now: list[Transaction], of: OrderNow, *, only_invoiced: bool = False) -> list[Difference]:
    """The differences between transactions, whose sums lead from one to the other."""
    lines = {one.identity: line_of(one) for one in before}
    found, forecast, present = gaps(lines, map(now_of, now), period=None, only_invoiced=only_invoiced)
    result = [part for gap in found for part in differences(gap, of, period=None, only_invoiced=only_invoiced, currency=EUR)]
    assert present - forecast == sum(part.difference.minor for part in result)
    return result


def order_now(*history: OrderStep, then: tuple[Transaction, ...] = (), now: tuple[Transaction, ...] = (), **fields: object) -> OrderNow:
    """An order of four items, with what it is planned as under the rulebooks of then and now."""
    items = tuple(item("DESK", id=f"A-{at}", **fields) for at in range(1, 5))
    plans = PlannedAnew({one.identity: one for one in then}), PlannedAnew({one.identity: one for one in now})
    return OrderNow(
        order=order(*items).replace(history=history), steps_before=0, then=plans[0], now=dict.fromkeys(plans[1].transactions, plans[1])
    )


def test_a_reconciliation_says_why_an_earlier_forecast_differs() -> None:
    before = [transaction("89.00"), transaction("5.00", item="A-2"), transaction("7.00", item="A-3"), transaction("9.00", item="A-4")]
    now = [
        transaction("91.00"),
        transaction("5.00", item="A-2", billing_date=date(2027, 1, 9)),
        transaction("7.00", item="A-3", state="cancelled"),
        transaction("9.00", item="A-4"),
    ]
    step = OrderStep(on=date(2027, 1, 9), what="changed", items=("A-1", "A-2"), author="Ann")
    assert [(one.item, one.what, str(one.difference), one.cause, one.because) for one in reconciled(before, now, order_now(step))] == [
        ("A-1", "amount", "2.00", "step", "changed on 2027-01-09, by Ann"),
        ("A-2", "date", "0.00", "step", "changed on 2027-01-09, by Ann"),
        ("A-3", "gone", "-7.00", "cancelled", "it is cancelled"),
    ]


def test_a_reconciliation_parts_a_step_from_another_rulebook_and_what_is_not_invoiced() -> None:
    index = Reason("index", "catalog: price book 2027", "180.00 × 1.029 = 185.22")
    step = OrderStep(on=date(2027, 1, 9), what="changed", items=("A-1",))
    then, now = transaction("180.00"), transaction("185.22", reasons=(index,))
    of = order_now(step, then=(then,), now=(now,))
    assert [(str(one.net_before), str(one.net), one.cause, one.because) for one in reconciled([transaction("90.00")], [now], of)] == [
        ("90.00", "180.00", "step", "changed on 2027-01-09"),
        ("180.00", "185.22", "index", "catalog: price book 2027: 180.00 × 1.029 = 185.22"),
    ]
    held = transaction("90.00", state="held", held_because="VAT number not verified")
    waiting = reconciled([transaction("90.00")], [held], order_now(), only_invoiced=True)
    assert [(one.what, one.cause, one.because) for one in waiting] == [("gone", "held", "it is held: VAT number not verified")]
    assert reconciled([transaction("90.00")], [transaction("90.00", state="invoiced")], order_now(), only_invoiced=True) == []


def test_slots_sold_and_free_by_month() -> None:
    products = {"BANNER": product("BANNER", order_type="advertising", slots_a_month=3), "PUSH": product("PUSH", order_type="advertising")}
    bought = [
        transaction("1.00", "BANNER", kind="insertion", number=1, quantity=Quantity.whole(2), state="elsewhere"),
        transaction("1.00", "BANNER", kind="insertion", number=2, quantity=Quantity.whole(2), state="cancelled"),
    ]
    result = slots(insertions_of(map(figures_of, bought)), products, start=date(2027, 1, 1), until=date(2027, 3, 1))
    assert [(row.month, row.product, row.slots, str(row.sold), str(row.free) if row.free else None) for row in result] == [
        ("2027-01", "BANNER", 3, "2", "1"),
        ("2027-02", "BANNER", 3, "0", "3"),
        ("2027-01", "PUSH", None, "0", None),
        ("2027-02", "PUSH", None, "0", None),
    ]


def test_the_journal_of_a_period_balances() -> None:
    book = billing_rulebook()
    entries = [
        post(issued(transaction("100.00"), number="2027-00002"), book),
        post(issued(transaction("24.53", "GUIDE", order_type="subscription")), book),
    ]
    result = journal(entries, period=Period(TODAY, date(2027, 2, 1)), currency=EUR)
    assert [row.document for row in result.rows][:3] == ["2027-00001"] * 3
    assert result.debit == result.credit == Money(12100 + 2600, EUR)
    assert [(one.account, one.name, str(one.debit), str(one.credit)) for one in result.accounts] == [
        ("400001", "Customers", "147.00", "0.00"),
        ("451001", "VAT due 21%", "0.00", "21.00"),
        ("451001", "VAT due 6%", "0.00", "1.47"),
        ("700001", "Sales", "0.00", "100.00"),
        ("700003", "Books", "0.00", "24.53"),
    ]
    assert not journal(entries, period=Period(date(2027, 2, 1), date(2027, 3, 1)), currency=EUR).rows
