"""The options of a report are read from its function, in order, and their texts become arguments."""

from datetime import date
from typing import Annotated, Literal

import pytest

from api.desk.desk import Desk
from api.desk.report_parameters import Months, Option, arguments_of, parameters_of, span
from api.desk.report_registry import REPORTS
from api.output.sheets import Sheet
from engine.dates import Period
from engine.problems import Refusal

TODAY = date(2027, 1, 15)


def sample(
    desk: Desk,
    period: Annotated[Period, Months(3)],
    *,
    by: tuple[Literal["month", "order-type"], ...] = ("month",),
    sort: Annotated[Literal["up", "down"] | None, Option("Which way.", "order")] = None,
    only_open: Annotated[bool, Option("Leave out the rest.", "open")] = False,
    on: Annotated[date | None, Option("A day.")] = None,
    customer: Annotated[str | None, Option("Only this customer.")] = None,
) -> Sheet:
    """Show a sample."""
    return Sheet(name="sample", columns=(), rows=())


def test_the_signature_gives_the_options() -> None:
    result = [(each.name, each.kind, each.choices, each.default) for each in parameters_of(sample)]
    assert result == [
        ("from", "day", (), None),
        ("to", "day", (), None),
        ("by", "keys", ("month", "order-type"), "month"),
        ("order", "choice", ("up", "down"), None),
        ("open", "flag", (), None),
        ("on", "day", (), None),
        ("customer", "text", (), None),
    ]
    assert parameters_of(sample)[2].help == "Group by some of month,order-type."


def test_what_is_given_becomes_arguments_and_the_rest_keeps_its_default() -> None:
    assert arguments_of(sample, {}, today=TODAY) == {"period": Period(date(2027, 1, 1), date(2027, 4, 1))}
    given = {"from": date(2027, 2, 3), "to": date(2027, 2, 3), "by": "order_type, month,month", "order": "up", "open": True}
    assert arguments_of(sample, given, today=TODAY) == {
        "period": Period(date(2027, 2, 3), date(2027, 2, 4)),
        "by": ("order-type", "month"),
        "sort": "up",
        "only_open": True,
    }


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"by": "shop"}, "unknown-key"),
        ({"from": date(2027, 2, 3), "to": date(2027, 2, 1)}, "period-backwards"),
        ({"from": date(3000, 1, 1)}, "report-too-late"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        arguments_of(sample, given, today=TODAY)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_report_without_days_goes_for_whole_months() -> None:
    assert span(date(2027, 1, 15), None, months=1) == Period(date(2027, 1, 15), date(2027, 2, 1))


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_says_what_it_shows_and_what_its_options_do(name: str) -> None:
    assert (REPORTS[name].__doc__ or "").strip().endswith(".")
    assert all(each.help.endswith(".") for each in parameters_of(REPORTS[name]))
