"""Months of billing with a settable date, on both databases: held transactions are released, changes are billed, years have no gap."""

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from api.desk import ordering, reports, to_invoice_report
from api.desk.billing_run import invoices_of, issue, preview
from api.desk.crediting import credit
from api.desk.desk import Desk, open_desk, plan_everything
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.report_parameters import span
from api.refusals import Conflict
from api.store import customers, issued_documents, orders, transactions
from api.store.transaction_rows import TransactionFilter
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Money, Quantity
from engine.rulebook.reader import read_rulebook
from engine.stages.reporting.to_invoice import month_of
from engine.text.sources import Sources
from tests.scenario.conftest import CUSTOMERS, SMALL, now, write_folder

DeskOn = Callable[[date], Desk]
WAIVED = ordering.Waived(by="a test", because="what is billed does not depend on the notice")


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, tmp_path: Path) -> DeskOn:
    """Opens the desk on a day, over a database of each kind in turn, which must outlive the desk."""
    url = f"sqlite:///{tmp_path / 'life.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    return lambda day: desk_on(day, url)


def last_days(year: int, month: int, months: int) -> Iterator[date]:
    """The last days of so many months."""
    for at in range(months):
        here, of_year = year + (month - 1 + at) // 12, (month - 1 + at) % 12 + 1
        yield date(here, of_year, calendar.monthrange(here, of_year)[1])


def billed(desk: Desk) -> tuple[Invoice, ...]:
    """What a run issues now."""
    return tuple(invoices_of(desk, issue(desk, Selection(due_through=desk.today)).issued))


def order_of(desk: Desk, customer: str, type_: str) -> str:
    """The one order of a customer and type."""
    (name,) = ordering.find_orders(desk, customer=customer, type_=type_)
    return name


def test_three_years_tile_and_numbers_never_go_back(on: DeskOn, small: Path) -> None:
    """With jumps over months, over the leap day and the ends of years: one bill a period, each number after the one before."""
    import_files(on(date(2027, 1, 1)), small)
    seen: list[Invoice] = []
    for at, day in enumerate(last_days(2027, 1, 36)):
        if at % 7 != 4:  # now and then the run of a month is forgotten, and the next one catches up
            seen += billed(on(day))
    assert [invoice.issued_on for invoice in seen] == sorted(invoice.issued_on for invoice in seen)
    by_year: dict[int, list[str]] = defaultdict(list)
    for invoice in seen:
        by_year[invoice.issued_on.year].append(invoice.number)
    assert all(numbers == [f"{year}-{n:05}" for n in range(1, len(numbers) + 1)] for year, numbers in by_year.items())
    with on(date(2029, 12, 31)).store.reading() as connection:
        result = [one for one in transactions.find(connection, TransactionFilter(states=("invoiced",))) if one.kind == "recurring"]
    by_item: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for one in result:
        assert one.service_period is not None
        by_item[one.item].append((one.service_period.start, one.service_period.until))
    assert len(by_item) == 3
    for periods in by_item.values():
        assert all(before[1] == after[0] for before, after in pairwise(periods))
        assert periods[0][0] < date(2027, 1, 16)
        assert periods[-1][1] > date(2029, 12, 31)


def test_a_forgotten_month_is_billed_as_itself_and_shown_as_late(on: DeskOn, small: Path) -> None:
    import_files(on(date(2027, 1, 1)), small)
    desk = on(date(2027, 3, 15))
    result = to_invoice_report.to_invoice_figures(desk, month_of(desk.today))
    assert {row.late for row in result.rows} == {True, False}
    issued = billed(on(date(2027, 3, 31)))
    months = [invoice.month for invoice in issued if (invoice.customer.id, invoice.order_type) == ("K1", "subscription")]
    assert months == ["2027-01", "2027-02", "2027-03"]


def test_the_last_instalment_refers_to_invoices_of_the_same_run(on: DeskOn, small: Path) -> None:
    import_files(on(date(2027, 1, 1)), small)
    parts = [invoice for invoice in billed(on(date(2027, 3, 31))) if invoice.order_type == "investment"]
    assert [(part.type_code, part.month) for part in parts] == [("386", "2027-01"), ("380", "2027-02")]
    assert parts[1].refers_to == (parts[0].number,)


def test_what_is_held_is_reported_and_released_when_its_reason_goes(on: DeskOn, tmp_path: Path) -> None:
    unproven = CUSTOMERS + "F1,Lunettes FR,Rue 9,75001,Paris,FR,fr,FR40303265045,f@lunettes.example,independent,\n"
    files = SMALL | {
        "customers.csv": unproven,
        "subscriptions.csv": SMALL["subscriptions.csv"] + "F1,monthly,2026-05-01,1,SUB-CORE,1\n",
    }
    desk = on(date(2027, 1, 31))
    import_files(desk, write_folder(tmp_path / "a", files))
    drafted = list(preview(desk, Selection(due_through=desk.today)))
    assert [one.held_because for each in drafted for one in each.held] == ["VAT number not verified"]
    report = issue(desk, Selection(due_through=desk.today))
    assert (len(report.issued), [one.customer for one in report.held]) == (4, ["F1"])
    assert any(row[-3] == "VAT number not verified" for row in reports.held_back(desk).rows)
    january = reports.forecast_figures(desk, ("month",), span(date(2027, 1, 1), date(2027, 1, 31), months=1))
    assert str(january.rows[0].held) == "91.58"  # it counts in its own month
    with desk.store.writing() as connection:
        buyer = customers.find(connection, ["F1"])["F1"]
        customers.replace(connection, buyer.model_copy(update={"vat_number_state": "valid", "vat_checked_on": date(2027, 2, 3)}))
    released = [invoice for invoice in billed(on(date(2027, 2, 28))) if invoice.customer.id == "F1"]
    assert [(invoice.month, str(invoice.net), str(invoice.vat)) for invoice in released] == [
        ("2027-01", "91.58", "0.00"),
        ("2027-02", "91.58", "0.00"),
    ]


def test_planned_transactions_follow_a_change_and_invoiced_ones_do_not(on: DeskOn, small: Path) -> None:
    desk = on(date(2027, 1, 31))
    import_files(desk, small)
    billed(desk)
    name = order_of(desk, "K1", "subscription")
    ordering.change(desk, name, on=date(2027, 2, 15), item=f"{name}-2", quantity=Quantity.whole(4))
    _, result = ordering.find_order(desk, name)
    mine = [one for one in result if one.item == f"{name}-2"]
    assert [(str(one.net), one.state) for one in mine[:2]] == [("49.40", "invoiced"), ("49.40", "planned")]
    # two more of 24.70 for 14 of February's 28 days
    assert [(one.kind, str(one.net), one.billing_date) for one in mine if one.kind == "change"] == [("change", "24.70", date(2027, 2, 15))]
    assert {str(one.net) for one in mine if one.billing_date and one.billing_date > date(2027, 2, 28)} == {"98.80"}
    assert plan_everything(desk) == 0


def test_an_ended_item_is_billed_to_its_end_and_not_again(on: DeskOn, small: Path) -> None:
    desk = on(date(2027, 1, 31))
    import_files(desk, small)
    billed(desk)
    name = order_of(desk, "K1", "subscription")
    ordering.end(desk, name, on=date(2027, 3, 1), waived=WAIVED)
    assert [invoice.month for day in last_days(2027, 2, 4) for invoice in billed(on(day)) if name in invoice.orders] == ["2027-02"]
    assert ordering.find_order(on(date(2027, 5, 1)), name)[0].state == "ended"


@pytest.mark.parametrize("recorded", [date(2027, 2, 28), date(2027, 3, 5), date(2027, 3, 20)])
@pytest.mark.parametrize("verb", ["end", "suspend", "swap"])
def test_what_is_not_invoiced_is_billed_by_what_is_served_whenever_a_step_is_recorded(
    on: DeskOn, small: Path, verb: str, recorded: date
) -> None:
    desk = on(date(2027, 1, 31))
    import_files(desk, small)
    billed(on(date(2027, 2, 28)))
    name = order_of(desk, "K1", "subscription")
    if verb == "swap":
        ordering.swap(on(recorded), name, on=date(2027, 3, 10), item=f"{name}-1", product="SUB-WS")
    else:
        verbs = {"end": partial(ordering.end, waived=WAIVED), "suspend": ordering.suspend}
        verbs[verb](on(recorded), name, on=date(2027, 3, 10), items=(f"{name}-1",))
    months = {invoice.month: str(invoice.net) for invoice in billed(on(date(2027, 4, 30))) if name in invoice.orders}
    # 91.58 × 9/31 and two of 24.70 × 2, for a swap another 24.70 (× 22/31 in March)
    assert months == ({"2027-03": "93.52", "2027-04": "74.10"} if verb == "swap" else {"2027-03": "75.99", "2027-04": "49.40"})


def test_several_changes_on_one_day_are_one_and_the_next_counts_from_what_was_invoiced(on: DeskOn, small: Path) -> None:
    import_files(on(date(2027, 1, 1)), small)
    name = order_of(on(date(2027, 1, 1)), "K1", "subscription")
    item = f"{name}-1"
    for today, quantity in ((date(2027, 1, 10), 100), (date(2027, 1, 11), 2)):
        ordering.change(on(today), name, on=date(2027, 1, 11), item=item, quantity=Quantity.whole(quantity))
    issued = [invoice for invoice in billed(on(date(2027, 1, 31))) if name in invoice.orders]
    assert [str(invoice.net) for invoice in issued] == ["203.02"]  # 91.58 + 49.40 + 91.58 × 21/31
    ordering.change(on(date(2027, 2, 2)), name, on=date(2027, 1, 11), item=item, quantity=Quantity.whole(3))
    _, planned = ordering.find_order(on(date(2027, 2, 2)), name)
    changes = [(one.change, str(one.net), one.state) for one in planned if one.kind == "change"]
    assert changes == [("change-1", "62.04", "invoiced"), ("change-3", "62.04", "planned")]


def test_a_delivery_is_forecast_where_it_is_expected_and_billed_where_it_is_reported(on: DeskOn, tmp_path: Path) -> None:
    files = {
        "customers.csv": CUSTOMERS,
        "investments.csv": "customer,signed_on,product,quantity,payment_plan,expected_delivery\n"
        "K1,2027-01-05,HW-AIO,1,half-at-delivery,2027-03-10\n",
    }
    desk = on(date(2027, 1, 31))
    import_files(desk, write_folder(tmp_path / "a", files))
    assert [str(invoice.net) for invoice in billed(desk)] == ["695.00"]
    assert billed(on(date(2027, 3, 31))) == ()
    year = span(date(2027, 1, 1), None, months=12)
    months = {row.month: str(row.net) for row in reports.forecast_figures(desk, ("month",), year).rows if row.net}
    assert months == {"2027-01": "695.00", "2027-03": "695.00"}
    name = order_of(desk, "K1", "investment")
    ordering.report_event(on(date(2027, 4, 2)), name, "delivery.accepted", on=date(2027, 4, 1))
    (second,) = billed(on(date(2027, 4, 30)))
    assert (second.type_code, str(second.net), second.month) == ("380", "695.00", "2027-04")


def test_the_weighted_pipeline_stands_beside_the_forecast(on: DeskOn, tmp_path: Path) -> None:
    opportunities = (
        "id,customer,what,stage,amount_eur,expected_close,owner\n"
        "OP1,K1,Till,qualification,900.05,2027-03-01,Ann\nOP2,K1,Desk,qualification,100.00,2027-03-20,Ann\n"
        "OP3,K2,Late,qualification,10.00,2026-12-01,Ann\nOP4,K2,Far,qualification,10.00,2028-06-01,Ann\n"
    )
    desk = on(date(2027, 1, 1))
    import_files(desk, write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS, "opportunities.csv": opportunities}))
    chance = desk.rulebook.stages["qualification"].probability.fraction
    (pipeline,) = reports.forecast(desk, span(date(2027, 1, 1), None, months=12)).sections

    def weighted(minor: int) -> Money:
        return Money.rounded((minor * chance).numerator, (minor * chance).denominator, desk.rulebook.currency)

    assert [(row[0], row[1], str(row[2]), row[3]) for row in pipeline.rows] == [
        ("2026-12", 1, "10.00", weighted(1_000)),
        ("2027-03", 2, "1000.05", weighted(100_005)),
    ]
    assert pipeline.totals["weighted"] == weighted(101_005)
    (of_customer,) = reports.forecast(desk, span(date(2027, 1, 1), None, months=12), customer="K2").sections
    assert [row[0] for row in of_customer.rows] == ["2026-12"]


def test_advertising_that_is_cancelled_is_billed_no_more(on: DeskOn, small: Path) -> None:
    desk = on(date(2027, 1, 31))
    import_files(desk, small)
    billed(desk)
    name = order_of(desk, "K2", "advertising")
    ordering.cancel_insertions(desk, name, on=desk.today, item=f"{name}-1", from_number=3)
    later = [invoice for day in last_days(2027, 2, 3) for invoice in billed(on(day)) if invoice.order_type == "advertising"]
    assert [invoice.month for invoice in later] == ["2027-02"]


def test_credit_notes_add_up_to_their_invoice_and_leave_later_periods_alone(on: DeskOn, small: Path) -> None:
    desk = on(date(2027, 1, 31))
    import_files(desk, small)
    invoice = billed(desk)[0]
    for ask in ({"lines": [{"line": 1}]}, {"amount": {"amount": "10.01", "currency": "EUR"}}, {"whole": True}):
        credit(desk, invoice.number, CreditSelection.model_validate(ask))
    with desk.store.reading() as connection:
        notes = issued_documents.find_credit_notes(connection, corrects=invoice.number)
    assert [note.number for note in notes] == ["C2027-00001", "C2027-00002", "C2027-00003"]
    for part in ("net", "vat", "gross"):
        assert sum(getattr(note, part).minor for note in notes) == getattr(invoice, part).minor
    assert [one.month for one in billed(on(date(2027, 2, 28))) if one.orders == invoice.orders] == ["2027-02"]


def test_a_line_that_a_later_one_lowered_is_not_credited_in_full(on: DeskOn, tmp_path: Path) -> None:
    """Ten in arrears, four from 11 January: 915.80 and −372.23. The auditor agrees after every credit note."""
    row = "customer,billing_type,activated_on,anchor_day,product,quantity,billing_process\n"
    files = {"customers.csv": CUSTOMERS, "subscriptions.csv": row + "K1,monthly,2027-01-01,1,SUB-CORE,10,subscription-in-arrears\n"}
    import_files(on(date(2027, 1, 2)), write_folder(tmp_path / "ten", files))
    desk = on(date(2027, 1, 11))
    order = order_of(desk, "K1", "subscription")
    ordering.change(desk, order, on=desk.today, item=f"{order}-1", quantity=Quantity.whole(4))
    [invoice] = billed(on(date(2027, 2, 1)))
    assert (str(invoice.net), str(invoice.gross)) == ("543.57", "657.72")
    later = on(date(2027, 2, 2))
    for lines, code in (([{"line": 1, "quantity": "9"}], "more-than-is-left"), ([{"line": 2}], "negative-credit")):
        with pytest.raises(Conflict) as refused:
            credit(later, invoice.number, CreditSelection.model_validate({"lines": lines}))
        assert [problem.code for problem in refused.value.problems] == [code]
    first = credit(later, invoice.number, CreditSelection.model_validate({"lines": [{"line": 1, "quantity": "7"}, {"line": 2}]}))
    assert (str(first.net), str(first.vat)) == ("268.83", "56.45")
    rest = credit(later, invoice.number, CreditSelection(whole=True))
    assert (first.net + rest.net, first.vat + rest.vat) == (invoice.net, invoice.vat)


def test_an_order_in_the_store_is_what_the_engine_gave(on: DeskOn, small: Path) -> None:
    desk = on(date(2027, 1, 31))
    import_files(desk, small)
    name = order_of(desk, "K1", "subscription")
    after = ordering.suspend(desk, name, on=date(2027, 2, 10))
    with desk.store.reading() as connection:
        assert orders.find(connection, [name])[name] == after


def test_what_a_rule_cannot_answer_holds_back_one_customer_alone(sources: Sources, tmp_path: Path) -> None:
    """A rulebook that answers for two countries only: who lives elsewhere is held, with the rule's own words, and the others are billed."""
    path = next(name for name, text in sources.items() if "table channel" in text)
    narrow = "module rules.channel\n\ntable channel\n  first match\n  | customer.country || invoice.channel |\n  | BE || email |\n"
    rulebook = read_rulebook({**sources, path: narrow})
    abroad = CUSTOMERS + "F1,Lunettes FR,Rue 9,75001,Paris,FR,fr,FR40303265045,f@lunettes.example,independent,2027-01-02\n"
    files = SMALL | {"customers.csv": abroad, "subscriptions.csv": SMALL["subscriptions.csv"] + "F1,monthly,2026-05-01,1,SUB-CORE,1\n"}
    desk = open_desk(f"sqlite:///{tmp_path / 'x.sqlite'}", rulebook, sources, today=date(2027, 1, 31), now=now)
    import_files(desk, write_folder(tmp_path / "a", files))
    report = issue(desk, Selection(due_through=desk.today))
    assert len(report.issued) == 4
    assert [(one.customer, "table channel" in (one.held_because or "")) for one in report.held] == [("F1", True)]
    desk.close()
