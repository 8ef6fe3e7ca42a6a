"""The terms of an item from plans/, and how many price periods a billing period has."""

from fractions import Fraction

import pytest

from engine.documents.quote import PricePer
from engine.rulebook.plans import BillingProcess, BillingType, IntervalUnit, Renewal
from engine.rulebook.terms import flat_terms, price_periods
from engine.rulebook.yaml_model import Label

LABEL = Label(fr="x", nl="x", en="x")
UNITS: list[IntervalUnit] = ["month", "year", "week", "day"]
PRICED: list[PricePer] = ["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once", "period"]


def process(**fields: object) -> BillingProcess:
    own = {"id": "p", "label": LABEL, "billing_type": "t", "timing": "advance", "align_to": "anchor"}
    return BillingProcess.model_validate({**own, **fields})


@pytest.mark.parametrize(
    ("every", "unit", "per", "periods"),
    [
        (3, "month", "month", Fraction(3)),
        (1, "month", "year", Fraction(1, 12)),
        (1, "year", "quarter", Fraction(4)),
        (6, "month", "half-year", Fraction(1)),
        (4, "week", "month", Fraction(48, 52)),
        (4, "week", "4 weeks", Fraction(1)),
        (10, "day", "month", Fraction(120, 365)),
        (2, "week", "day", Fraction(14)),
        (1, "month", "4 weeks", Fraction(13, 12)),
        (1, "year", "day", Fraction(365)),
        (3, "month", "period", Fraction(1)),
    ],
)
def test_a_billing_period_has_so_many_price_periods(every: int, unit: IntervalUnit, per: PricePer, periods: Fraction) -> None:
    assert price_periods(per, every, unit) == periods


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("per", PRICED)
def test_five_intervals_have_five_times_the_price_periods_of_one(unit: IntervalUnit, per: PricePer) -> None:
    one = price_periods(per, 1, unit)
    assert price_periods(per, 5, unit) == (one if per in ("once", "period") else 5 * one)


def test_a_billing_type_by_weeks_leaves_the_anchor_day_aside() -> None:
    weekly = BillingType(id="t", label=LABEL, every=4, unit="week")
    assert flat_terms(process(), weekly).align_to == "activation"
    assert flat_terms(process(align_to="calendar"), weekly).align_to == "calendar"
    assert flat_terms(process(), BillingType(id="t", label=LABEL, every=1, unit="month")).align_to == "anchor"


def test_terms_carry_the_renewal_of_their_process() -> None:
    monthly = BillingType(id="t", label=LABEL, every=1, unit="month")
    ends = flat_terms(process(renewal=Renewal(mode="ends", term_months=12)), monthly)
    assert (ends.term_months, ends.renews, ends.process) == (12, False, "p")
    assert flat_terms(process(), monthly).renews
    assert flat_terms(process(), BillingType(id="t", label=LABEL, once=True)).once
