"""The totals of a quote are what will be billed, also where the price of its insertions changes meanwhile."""

from datetime import date

import pytest

from engine import billing
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest, QuoteRequest
from tests.golden.test_quote_discounts import CUSTOMER, ON, book


def quoted(first_month: str) -> PricedQuote:
    """A quote of three insertions, of 450.00 each in 2026 and 463.50 in 2027."""
    line = LineRequest.model_validate({"product": "BANNER", "quantity": "1", "insertions": 3, "starts_on": first_month})
    return billing.quote(QuoteRequest(currency=book("").currency, customer=CUSTOMER, lines=(line,), on=ON), book(""))


@pytest.mark.parametrize(("first_month", "net", "vat"), [("2026-04-01", "1350.00", "283.50"), ("2026-12-01", "1377.00", "289.17")])
def test_insertions_are_totalled_as_they_will_be_billed(first_month: str, net: str, vat: str) -> None:
    quote = quoted(first_month)
    (estimate,) = quote.estimates
    assert [str(quote.one_off), str(quote.contract_value), str(quote.net), str(quote.totals["one-off"])] == [net] * 4
    assert (str(quote.vat), str(estimate.vat), estimate.net) == (vat, vat, quote.net)
    assert str(sum(row.net.minor for row in quote.schedule)) == net.replace(".", "")
    assert (str(quote.lines[0].net), "insertions_net" in quote.model_dump_json()) == ("450.00", first_month == "2026-12-01")
    assert date.fromisoformat(first_month) == min(row.billing_date for row in quote.schedule if row.billing_date)
